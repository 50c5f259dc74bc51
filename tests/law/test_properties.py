"""What holds for every start, limit and pause."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fazhi.law import (
    Calendar,
    Extension,
    Pause,
    Period,
    add_working_days,
    due,
    due_date,
    shift_months,
    working_days_between,
)

SHIPPED = Calendar.shipped()

days = st.dates(date(2004, 1, 1), date(2035, 12, 31))
periods = st.one_of(
    st.builds(Period, st.integers(1, 40), st.sampled_from(["working_days", "natural_days", "months"])),
    st.builds(Period, st.integers(1, 5), st.just("years")),
)


@st.composite
def pauses(draw: st.DrawFn, start: date) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        first = start + timedelta(days=draw(st.integers(-20, 120)))
        found.append(Pause(first, first + timedelta(days=draw(st.integers(0, 60)))))
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[date, Period, list[Pause], bool]:
    start = draw(days)
    return start, draw(periods), draw(pauses(start)), draw(st.booleans())


def count(start: date, period: Period, paused: list[Pause], roll: bool = False) -> date:
    end, _ = due_date(start, period, SHIPPED, pauses=paused, roll="某条" if roll else None)
    assert not isinstance(end, datetime)
    return end


@given(cases())
def test_a_due_date_comes_after_its_start(case: tuple[date, Period, list[Pause], bool]) -> None:
    assert count(*case) > case[0]


@given(cases())
def test_a_longer_limit_never_ends_earlier(case: tuple[date, Period, list[Pause], bool]) -> None:
    start, period, paused, roll = case
    longer = Period(period.amount + 1, period.unit)
    assert count(start, longer, paused, roll) >= count(start, period, paused, roll)


@given(cases())
def test_a_later_start_never_ends_earlier(case: tuple[date, Period, list[Pause], bool]) -> None:
    """With a pause across both starts, both wait for its end: never the other way round."""
    start, period, paused, roll = case
    assert count(start + timedelta(days=1), period, paused, roll) >= count(start, period, paused, roll)


@given(cases(), st.integers(0, 60), st.integers(0, 30))
def test_one_pause_more_never_ends_earlier(
    case: tuple[date, Period, list[Pause], bool], after: int, length: int
) -> None:
    start, period, paused, roll = case
    first = start + timedelta(days=after)
    more = [*paused, Pause(first, first + timedelta(days=length))]
    assert count(start, period, more, roll) >= count(start, period, paused, roll)


@given(cases())
def test_the_limit_is_what_is_left_of_the_days_without_the_pauses(
    case: tuple[date, Period, list[Pause], bool],
) -> None:
    start, period, paused, _ = case
    end = count(start, period, paused)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    counted = [day for day in between if not any(pause.first <= day <= pause.last for pause in paused)]
    if period.unit == "natural_days":
        assert len(counted) == period.amount
    elif period.unit == "working_days":
        assert sum(SHIPPED.is_working(day) for day in counted) == period.amount
    else:
        months = period.amount * (12 if period.unit == "years" else 1)
        assert len(counted) == (shift_months(start, months) - start).days


@given(cases())
def test_an_unrolled_end_is_no_paused_day(case: tuple[date, Period, list[Pause], bool]) -> None:
    start, period, paused, _ = case
    end = count(start, period, paused)
    assert not any(pause.first <= end <= pause.last for pause in paused)


@given(cases())
def test_rolling_ends_on_a_working_day_and_passes_none(case: tuple[date, Period, list[Pause], bool]) -> None:
    start, period, paused, _ = case
    end, rolled = count(start, period, paused), count(start, period, paused, roll=True)
    assert SHIPPED.is_working(rolled)
    assert rolled >= end
    if not SHIPPED.is_working(end):
        assert working_days_between(end, rolled, SHIPPED) == 1
    else:
        assert rolled == end


@given(days, st.integers(1, 240))
def test_months_keep_the_day_or_take_the_last(start: date, months: int) -> None:
    end = shift_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(days, st.integers(-200, 200))
def test_counting_working_days_there_and_back(start: date, amount: int) -> None:
    end = add_working_days(start, amount, SHIPPED)
    if amount > 0:
        assert working_days_between(start, end, SHIPPED) == amount
        assert SHIPPED.is_working(end)
    if SHIPPED.is_working(start):
        assert add_working_days(end, -amount, SHIPPED) == start


@settings(max_examples=200)
@given(cases(), st.lists(periods, max_size=2))
def test_the_derivation_ends_where_the_count_ends(
    case: tuple[date, Period, list[Pause], bool], more: list[Period]
) -> None:
    start, period, paused, roll = case
    extensions = [Extension(each, "第六十二条") for each in more]
    article = "某条" if roll else None
    derived = due(start, period, SHIPPED, pauses=paused, extensions=extensions, roll=article, law="第六十条")
    assert (derived.due, derived.provisional) == due_date(
        start, period, SHIPPED, pauses=paused, extensions=extensions, roll=article
    )
    assert derived.steps[0].date == start
    assert derived.steps[-1].date == derived.due
    assert [step.date for step in derived.steps[1:-1]] == sorted(step.date for step in derived.steps[1:-1])
    assert any("暂算" in step.what for step in derived.steps) == derived.provisional
    assert all(step.what for step in derived.steps)
