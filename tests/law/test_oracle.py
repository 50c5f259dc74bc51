"""An independent day-by-day walk agrees on a million random cases, and would notice if it did not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.law.oracle import disagreements

from fazhi.law import Pause, Period, due_date


def test_twenty_thousand_random_cases() -> None:
    assert disagreements(20_000, seed=1) == []


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_a_million_random_cases_in_four_parts(seed: int) -> None:
    assert disagreements(250_000, seed=seed) == []


def _first_day_counted(start: Any, period: Period, calendar: Any, **rest: Any) -> Any:
    return due_date(start.fromordinal(start.toordinal() - 1), period, calendar, **rest)


def _last_paused_day_forgotten(start: Any, period: Period, calendar: Any, *, pauses: Any, **rest: Any) -> Any:
    shorter = [
        Pause(each.first, each.last.fromordinal(each.last.toordinal() - 1))
        for each in pauses
        if each.last > each.first
    ]
    return due_date(start, period, calendar, pauses=shorter, **rest)


def _never_rolled(start: Any, period: Period, calendar: Any, *, roll: Any, **rest: Any) -> Any:
    return due_date(start, period, calendar, **rest)


def _never_provisional(*given: Any, **rest: Any) -> Any:
    return due_date(*given, **rest)[0], False


@pytest.mark.parametrize(
    "wrong", [_first_day_counted, _last_paused_day_forgotten, _never_rolled, _never_provisional]
)
def test_the_walk_notices_a_wrong_count(wrong: Any) -> None:
    assert disagreements(300, seed=2, subject=wrong)
