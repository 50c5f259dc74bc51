"""Founding, correcting, renaming and moving organs; lines between them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from fazhi.organs import history, registry, tree
from fazhi.organs.demo import make_uscc
from fazhi.organs.errors import Invalid
from fazhi.organs.models import County, Organ, OrganName
from fazhi.organs.resolve import resolve_organ

from .conftest import START, TODAY, fields, make_organ


def test_a_founded_organ_stands_in_the_tree_under_all_its_names(county, government):
    organ = make_organ(
        county, "fb", "安澜县人民政府办公室", short_name="县府办", aliases=["县政府办"], parent=government
    )
    assert len(organ.id) == 32
    assert organ.path == f"/339821/{government.id}/{organ.id}/"
    assert {n.name for n in organ.names.all()} == {"安澜县人民政府办公室", "县府办", "县政府办"}
    assert organ.places.get().parent == government


def test_every_mistake_is_named_at_once(county, government):
    with pytest.raises(Invalid) as refusal:
        make_organ(county, "司法", "", kind="bureau", uscc="123", valid_from=START, valid_to=date(2018, 1, 1))
    assert fields(refusal) == {"code", "name", "kind", "uscc", "valid_to"}


def test_a_code_a_name_and_a_credit_code_are_one_organs_alone(county, government, justice):
    registry.correct_organ(justice, on=TODAY, uscc=make_uscc("11", 1), source="登记证")
    with pytest.raises(Invalid) as refusal:
        make_organ(
            county, "sfj", "安澜县司法局", short_name="县司法局", uscc=make_uscc("11", 1), parent=government
        )
    assert fields(refusal) == {"code", "name", "short_name", "uscc"}
    assert "安澜县司法局的全称" in refusal.value.message


def test_a_name_may_be_borne_again_after_its_first_bearer_has_ended(county):
    eve = date(2018, 12, 31)
    make_organ(county, "old", "安澜县文化局", valid_from=date(2010, 1, 1), valid_to=eve)
    make_organ(county, "new", "安澜县文化局", valid_from=date(2019, 1, 1))
    with pytest.raises(Invalid, match="在这段时间已是"):
        make_organ(county, "third", "安澜县文化局", valid_from=eve, valid_to=eve)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("village", "乡镇人民政府、街道办事处之下"),
        ("court", "不属于政府序列"),
        ("party_organ", "不属于政府序列"),
    ],
)
def test_an_organ_stands_where_its_kind_belongs(county, government, kind, says):
    with pytest.raises(Invalid, match=says):
        make_organ(county, "x", "某某", kind=kind, parent=government)


def test_an_office_needs_an_organ_above_it(county):
    with pytest.raises(Invalid) as refusal:
        make_organ(county, "x", "法规科", kind="office")
    assert fields(refusal) == {"parent"}


def test_no_organ_is_older_than_the_one_above_it_or_of_another_county(county, government):
    with pytest.raises(Invalid, match="在2018-01-01不存在"):
        make_organ(county, "x", "某局", parent=government, valid_from=date(2018, 1, 1))
    other = County.objects.create(code="339822", name="望海县", valid_from=date(2010, 1, 1))
    with pytest.raises(Invalid, match="不属于望海县"):
        make_organ(other, "x", "某局", parent=government)


def test_a_new_name_holds_from_its_day_and_the_old_one_stays_readable(county, justice):
    day = date(2021, 1, 1)
    registry.rename_organ(justice, on=day, name="安澜县司法行政局", source="县编办通知", today=TODAY)
    justice.refresh_from_db()
    assert (justice.name, justice.short_name) == ("安澜县司法行政局", "县司法局")
    assert tree.name_on(justice, date(2020, 12, 31)) == "安澜县司法局"
    assert tree.name_on(justice, day) == "安澜县司法行政局"
    assert resolve_organ(county, "安澜县司法局", date(2020, 12, 31)).organ == justice
    assert [e.what for e in history.organ_history(justice)] == ["设立登记", "曾用全称", "更名"]


def test_names_are_not_changed_ahead_of_their_day_nor_twice_on_one(county, justice):
    with pytest.raises(Invalid, match="还没有到"):
        registry.rename_organ(justice, on=date(2027, 1, 1), name="新名", source="x", today=TODAY)
    registry.rename_organ(justice, on=date(2021, 1, 1), name="新名", source="x", today=TODAY)
    with pytest.raises(Invalid, match="有效期重叠"):
        registry.rename_organ(justice, on=date(2020, 6, 1), name="更新的名", source="x", today=TODAY)
    justice.refresh_from_db()
    assert justice.name == "新名", "nothing half-written"


def test_a_move_takes_everything_below_along_and_keeps_the_old_tree(county, government, justice):
    office = make_organ(county, "sfs", "澄沙司法所", kind="office", parent=justice)
    town = make_organ(county, "csz", "澄沙镇人民政府", kind="township", parent=government)
    registry.move_organ(justice, town, on=date(2022, 7, 1), source="县委文件", today=TODAY)
    office.refresh_from_db()
    assert office.path == f"{town.path}{justice.id}/{office.id}/"
    before, after = tree.paths_on(county, date(2022, 6, 30)), tree.paths_on(county, date(2022, 7, 1))
    assert before[office.id] == f"/339821/{government.id}/{justice.id}/{office.id}/"
    assert after[office.id] == office.path


def test_an_organ_never_stands_below_itself(county, government, justice):
    office = make_organ(county, "sfs", "澄沙司法所", kind="office", parent=justice)
    with pytest.raises(Invalid, match="不能是本机关或者它的下级"):
        registry.move_organ(justice, office, on=TODAY, source="x", today=TODAY)
    with pytest.raises(Invalid, match="没有变化"):
        registry.move_organ(justice, government, on=TODAY, source="x", today=TODAY)


def test_a_line_needs_two_organs_and_its_source(county, government, justice):
    with pytest.raises(Invalid) as refusal:
        registry.draw_line("acts_for", justice, justice, "", valid_from=START, source="")
    assert fields(refusal) == {"matter", "source", "other"}
    registry.draw_line(
        "acts_for", justice, government, "行政复议", valid_from=START, source="行政复议法 第四条"
    )
    with pytest.raises(Invalid, match="已有记录"):
        registry.draw_line("acts_for", justice, government, "行政复议", valid_from=TODAY, source="x")


def test_a_line_that_ended_can_be_drawn_again(county, government, justice):
    line = registry.draw_line("acts_for", justice, government, "行政复议", valid_from=START, source="旧法")
    registry.end_line(line, date(2023, 12, 31), source="法律修订")
    with pytest.raises(Invalid, match="已于2023-12-31终止"):
        registry.end_line(line, date(2024, 6, 1), source="x")
    registry.draw_line(
        "acts_for", justice, government, "行政复议", valid_from=date(2024, 1, 1), source="新法"
    )
    assert justice.lines.on(date(2023, 12, 31)).get().source == "旧法"
    assert justice.lines.on(date(2024, 1, 1)).get().source == "新法"


def test_an_alias_belongs_to_one_organ(county, justice, market):
    registry.add_alias(justice, "县司法", valid_from=START, source="习惯用语")
    with pytest.raises(Invalid, match="已是安澜县司法局的别名"):
        registry.add_alias(market, "县司法", valid_from=START, source="x")


def test_the_database_itself_refuses_dates_that_run_backwards(county, justice):
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganName.objects.create(
            organ=justice, kind="alias", name="x", valid_from=date(2020, 1, 2), valid_to=date(2020, 1, 1)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Organ.objects.filter(pk=justice.pk).update(valid_to=date(2000, 1, 1))


def test_a_text_too_long_for_its_column_is_refused_before_the_database_does(county, government):
    with pytest.raises(Invalid) as refusal:
        make_organ(
            county,
            "x",
            "局" * 101,
            short_name="局\0",
            aliases=["别" * 101],
            source="源" * 301,
            parent=government,
        )
    assert fields(refusal) == {"name", "short_name", "aliases", "source"}
    assert "名称有101个字，超过100个字" in refusal.value.message
