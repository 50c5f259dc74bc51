from __future__ import annotations

from datetime import date

import pytest

from fazhi.organs import codes
from fazhi.organs.errors import Invalid, NotFound

from .conftest import TODAY, fields

DAY = date(2020, 1, 1)


@pytest.fixture
def kinds(county):
    columns = [
        {"name": "hours", "type": "int", "title": "时限"},
        {"name": "own", "type": "bool", "title": "自行处理"},
    ]
    return codes.define_list("grid_kinds", "网格事件类别", columns)


def put(code="noise", title="噪声扰民", **words):
    given = {"valid_from": DAY, "source": "县规定", "columns": {"hours": 24, "own": True}} | words
    return codes.set_code("grid_kinds", code, title, **given)


def test_a_code_carries_its_columns_on_its_days(county, kinds):
    put(valid_to=date(2023, 12, 31))
    put(valid_from=date(2024, 1, 1), columns={"hours": 48, "own": False}, source="新规定")
    old = codes.row_on(county, "grid_kinds", "noise", date(2023, 12, 31))
    new = codes.row_on(county, "grid_kinds", "noise", date(2024, 1, 1))
    assert (old.columns["hours"], new.columns["hours"], new.source) == (24, 48, "新规定")


def test_the_nearer_row_wins_organ_county_province_everywhere(county, kinds, justice, market):
    put(title="全国")
    put(title="省", scope="33")
    put(title="别省", scope="32")
    assert [r.title for r in codes.rows_on(county, "grid_kinds", TODAY)] == ["省"]
    put(title="县", scope="339821")
    put(title="局", organ=justice)
    assert codes.row_on(county, "grid_kinds", "noise", TODAY).title == "县"
    assert codes.row_on(county, "grid_kinds", "noise", TODAY, justice).title == "局"
    assert codes.row_on(county, "grid_kinds", "noise", TODAY, market.id).title == "县"


def test_an_organ_may_add_codes_of_its_own(county, kinds, justice):
    put()
    put("own", "自设类别", organ=justice)
    assert [r.code for r in codes.rows_on(county, "grid_kinds", TODAY)] == ["noise"]
    assert [r.code for r in codes.rows_on(county, "grid_kinds", TODAY, justice)] == ["noise", "own"]


def test_what_is_not_in_the_list_says_why(county, kinds):
    put(valid_to=date(2023, 12, 31))
    with pytest.raises(NotFound, match="“噪声扰民”在2024-01-01无效"):
        codes.row_on(county, "grid_kinds", "noise", date(2024, 1, 1))
    with pytest.raises(NotFound, match="没有代码“x”"):
        codes.row_on(county, "grid_kinds", "x", TODAY)
    with pytest.raises(NotFound, match="没有“nothing”这个代码表"):
        codes.rows_on(county, "nothing", TODAY)


def test_columns_are_declared_and_typed(county, kinds):
    with pytest.raises(Invalid, match="没有列“weight”"):
        put(columns={"weight": 1})
    for wrong in ({"hours": "24"}, {"hours": True}, {"own": 1}):
        with pytest.raises(Invalid, match="不符"):
            put(columns=wrong)
    with pytest.raises(Invalid) as refusal:
        codes.set_code("none", "", "", valid_from=DAY, source="", scope="99")
    assert fields(refusal) == {"list", "code", "title", "source", "scope"}


def test_a_column_in_use_is_not_taken_away(county, kinds):
    put()
    with pytest.raises(Invalid, match="已有代码在用"):
        codes.define_list("grid_kinds", "网格事件类别", [{"name": "own", "type": "bool"}])


def test_an_overlapping_code_is_refused(county, kinds):
    put(valid_to=TODAY)
    with pytest.raises(Invalid, match="有效期重叠"):
        put(valid_from=TODAY)
