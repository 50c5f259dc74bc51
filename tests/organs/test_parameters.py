from __future__ import annotations

from datetime import date

import pytest

from fazhi.organs import history, parameters
from fazhi.organs.errors import Invalid
from fazhi.organs.models import County

from .conftest import TODAY, fields

OLD, NEW = date(2021, 7, 15), date(2024, 1, 1)


def put(scope="33", value="500000", **words):
    given = {
        "type": "money",
        "valid_from": OLD,
        "source": "省规定",
        "title": "较大数额罚款",
        "unit": "分",
    } | words
    return parameters.set_parameter(scope, "large_fine", value, **given)


def test_a_value_is_that_of_the_acts_day_with_its_source(county):
    put()
    put(value="800000", valid_from=NEW, source="省新规定")
    before = parameters.value_on(county, "large_fine", date(2023, 12, 31))
    after = parameters.value_on(county, "large_fine", NEW)
    assert (before.value, before.source) == (500000, "省规定")
    assert after.recorded() == {"value": 800000, "source": "省新规定", "from": "2024-01-01"}
    assert parameters.value_on(county, "large_fine", date(2021, 7, 14)) is None


def test_the_county_goes_before_its_province_and_another_province_counts_nothing(county):
    put("32", "1")
    assert parameters.value_on(county, "large_fine", TODAY) is None
    put("33", "500000")
    put("339821", "300000", source="县规定")
    assert parameters.value_on(county, "large_fine", TODAY).source == "县规定"
    other = County.objects.create(code="339822", name="望海县", valid_from=OLD)
    assert parameters.value_on(other, "large_fine", TODAY).value == 500000
    assert parameters.value_on("339821", "large_fine", TODAY).value == 300000


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("int", "3", 3),
        ("money", "500000", 500000),
        ("decimal", "3.50", "3.50"),
        ("bool", "true", True),
        ("text", "甲", "甲"),
    ],
)
def test_each_type_is_read_as_what_it_is(county, type, text, value):
    put(value=text, type=type)
    assert parameters.value_on(county, "large_fine", TODAY).value == value


@pytest.mark.parametrize(
    ("type", "text"),
    [("int", "3.5"), ("money", "5000元"), ("money", "-1"), ("decimal", "x"), ("bool", "是"), ("text", "")],
)
def test_a_value_that_is_not_of_its_type_is_refused(county, type, text):
    with pytest.raises(Invalid) as refusal:
        put(value=text, type=type)
    assert fields(refusal) == {"value"}


def test_every_mistake_is_named(county):
    with pytest.raises(Invalid) as refusal:
        parameters.set_parameter(
            "99", "Large Fine", "x", type="number", valid_from=NEW, valid_to=OLD, source=""
        )
    assert fields(refusal) == {"scope", "name", "type", "valid_to", "source"}


def test_overlapping_values_are_refused_and_an_open_one_is_ended(county):
    first = put(valid_to=date(2023, 12, 31))
    with pytest.raises(Invalid, match="有效期重叠"):
        put(valid_from=date(2023, 6, 1))
    later = put(valid_from=NEW, value="600000")
    put(valid_from=date(2025, 1, 1), value="700000")
    later.refresh_from_db()
    first.refresh_from_db()
    assert later.valid_to == date(2024, 12, 31)
    assert first.valid_to == date(2023, 12, 31)
    with pytest.raises(Invalid, match="有效期重叠"):
        put(valid_from=date(2020, 1, 1))


def test_a_wrong_entry_is_mended_with_a_trace(county):
    row = put()
    parameters.correct_parameter(row, "550000", source="录入更正")
    assert parameters.value_on(county, "large_fine", TODAY).value == 550000
    assert history.changes_of("parameter", "large_fine")[-1].detail == {"较大数额罚款": ["500000", "550000"]}


def test_several_values_take_one_query(county, django_assert_num_queries):
    put()
    with django_assert_num_queries(1):
        assert set(parameters.values_on(county, ["large_fine", "respond_days"], TODAY)) == {"large_fine"}
