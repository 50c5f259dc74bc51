"""Periods as people write them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from fazhi.figures import spans
from fazhi.figures.errors import FigureError


@pytest.mark.parametrize(
    ("text", "first", "last", "title"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "2023年"),
        ("2023-Q1", date(2023, 1, 1), date(2023, 3, 31), "2023年第一季度"),
        ("2023-q4", date(2023, 10, 1), date(2023, 12, 31), "2023年第四季度"),
        ("2023-H2", date(2023, 7, 1), date(2023, 12, 31), "2023年下半年"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2023-01-01:2023-06-30", date(2023, 1, 1), date(2023, 6, 30), "2023-01-01至2023-06-30"),
        (" 2023 ", date(2023, 1, 1), date(2023, 12, 31), "2023年"),
        ("２０２３－０３", date(2023, 3, 1), date(2023, 3, 31), "2023年3月"),
    ],
)
def test_a_period_is_read(text: str, first: date, last: date, title: str) -> None:
    span = spans.parse(text)
    assert (span.first, span.last, span.title) == (first, last, title)


@pytest.mark.parametrize(
    "text",
    ["", "x", "23", "2023-Q5", "2023-H3", "2023-13", "2023-00", "2023-1", "0001", "2023-02-30:2023-03-01",
     "2023-06-30:2023-01-01", "2023-01-01:", "2023年", "2023-01-01"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(FigureError) as refused:
        spans.parse(text)
    assert refused.value.next


def test_twelve_months_end_with_the_month_of_the_day() -> None:
    months = spans.months_to(date(2024, 2, 10))
    assert [m.text for m in (months[0], months[-1])] == ["2023-03", "2024-02"]
    assert all(b.first.toordinal() == a.last.toordinal() + 1 for a, b in pairwise(months))


@pytest.mark.parametrize(
    ("text", "before"), [("2024", "2023"), ("2024-Q2", "2023-Q2"), ("2024-02", "2023-02")]
)
def test_the_same_period_a_year_before(text: str, before: str) -> None:
    found = spans.year_before(spans.parse(text), date(2026, 11, 21))
    assert found is not None
    assert found.text == before
    assert spans.year_before(spans.parse("2023-01-01:2023-06-30"), date(2026, 11, 21)) is None


@pytest.mark.parametrize(
    ("text", "until", "before"),
    [
        ("2026", date(2026, 11, 21), "2025-01-01:2025-11-21"),
        ("2024", date(2024, 2, 29), "2023-01-01:2023-02-28"),
        ("2026", date(2026, 12, 31), "2025"),
        ("2026", date(2025, 11, 21), "2025"),
    ],
)
def test_a_period_that_still_runs_is_held_against_as_much_of_last_year(
    text: str, until: date, before: str
) -> None:
    found = spans.year_before(spans.parse(text), until)
    assert found is not None
    assert found.text == before
