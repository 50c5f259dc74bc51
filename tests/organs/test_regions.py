from __future__ import annotations

from datetime import date

import pytest

from fazhi.organs import exchange, regions
from fazhi.organs.errors import Invalid

from .conftest import fields


def test_all_provinces_are_shipped():
    assert len(regions.provinces()) == 34
    assert regions.provinces()["33"] == "浙江省"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("33982", "应为6位数字"),
        ("33982a", "应为6位数字"),
        ("９９９９９９", "应为6位数字"),
        ("993298", "不是省级代码"),
        ("330000", "是省级代码，不是县级代码"),
        ("330100", "是市级代码，不是县级代码"),
        ("330021", "缺少市级两位"),
    ],
)
def test_a_code_that_is_no_county_is_refused(code, says):
    with pytest.raises(regions.BadRegion, match=says) as refusal:
        regions.check_county(code)
    assert "GB/T 2260" in refusal.value.law


def test_a_county_is_founded_once_and_only_under_a_county_name(db):
    regions.found_county("339821", "安澜县", valid_from=date(2010, 1, 1), source="演示")
    with pytest.raises(Invalid, match="已经登记"):
        regions.found_county("339821", "安澜县", valid_from=date(2010, 1, 1), source="演示")
    with pytest.raises(Invalid) as refusal:
        regions.found_county("339800", "望海盟", valid_from=date(2010, 1, 1), source="演示")
    assert fields(refusal) == {"code", "name"}


def test_a_loaded_table_gives_names_by_day_and_checks_the_county(db):
    table = (
        "代码,名称,起,止,来源\n339821,安澜县,2000-01-01,2019-12-31,x\n339821,安澜市,2020-01-01,,x\n".encode()
    )
    assert exchange.load_regions(table).new == 2
    assert regions.region_name("339821", date(2019, 12, 31)) == "安澜县"
    assert regions.region_name("339821", date(2020, 1, 1)) == "安澜市"
    assert regions.region_name("339821", date(1999, 1, 1)) is None
    with pytest.raises(Invalid, match="是“安澜市”，不是“安澜县”"):
        regions.found_county("339821", "安澜县", valid_from=date(2021, 1, 1), source="x")
    assert exchange.load_regions(table).same == 2


def test_overlapping_names_of_one_code_are_refused(db):
    table = (
        "代码,名称,起,止,来源\n339821,安澜县,2000-01-01,2020-01-01,x\n339821,安澜市,2020-01-01,,x\n".encode()
    )
    outcome = exchange.load_regions(table)
    assert [(e.row, e.column) for e in outcome.errors] == [(3, "起")]
    assert regions.region_name("339821", date(2010, 1, 1)) is None, "nothing half-written"
