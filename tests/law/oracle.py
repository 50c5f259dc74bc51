"""An independent oracle for due dates: a naive walk, one day at a time, that shares no code with `fazhi.law`.

Its days come from elsewhere too: chinesecalendar for 2004–2026, weekends and the lunar calendar of lunar_python for
2027–2040. `python -m tests.law.oracle 1000000 [seed]` compares a million random cases and prints what disagrees.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from fazhi.law import Calendar, Extension, Pause, Period, due_date

BASE = date(2004, 1, 1).toordinal()
END = date(2040, 12, 31).toordinal()
LAST_NOTICE = date(2026, 12, 31).toordinal()

UNITS = ("working_days", "natural_days", "months", "years")
# How long a limit of each unit is drawn, so that a walk stays short: statutes have 2 to 90 days, 1 to 6 months.
LONGEST = {"working_days": 60, "natural_days": 120, "months": 7, "years": 2}

Subject = Callable[..., tuple[object, bool]]


def independent_working_days() -> bytes:
    """1 for a working day, 0 for none, from BASE to END."""
    from chinese_calendar import is_workday

    free = {day for year in range(2027, 2041) for day in statutory_days(year)}

    def working(day: date) -> bool:
        if day.year <= 2026:
            return bool(is_workday(day))
        return day.weekday() < 5 and day not in free

    return bytes(working(date.fromordinal(ordinal)) for ordinal in range(BASE, END + 1))


def statutory_days(year: int) -> set[date]:
    """The thirteen days of 全国年节及纪念日放假办法 as in force from 2025."""
    from lunar_python import Lunar

    fixed = {date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))}
    spring = Lunar.fromYmd(year, 1, 1)
    lunar = [spring.next(days).getSolar() for days in (-1, 0, 1, 2)]
    lunar += [Lunar.fromYmd(year, month, day).getSolar() for month, day in ((5, 5), (8, 15))]
    lunar.append(spring.getJieQiTable()["清明"])
    return fixed | {date(day.getYear(), day.getMonth(), day.getDay()) for day in lunar}


def walk_hours(start: datetime, hours: int, pauses: list[tuple[date, date]]) -> datetime:
    """Minute by minute: a minute counts unless it lies on a paused day."""
    moment, left = start, hours * 60
    while left:
        if not any(first <= moment.date() <= last for first, last in pauses):
            left -= 1
        moment += timedelta(minutes=1)
    return moment


def walk(
    working: bytes,
    start: int,
    limits: list[tuple[str, int]],
    pauses: list[tuple[int, int]],
    roll: bool,
) -> tuple[int, bool]:
    """The due date of the limits one after another, and whether a day of a year without notice was leant on."""
    day = start
    leant = 0
    for unit, amount in limits:
        if unit == "working_days" or unit == "natural_days":
            left = amount
            while left:
                day += 1
                for first, last in pauses:
                    if first <= day <= last:
                        break
                else:
                    if unit == "natural_days" or working[day - BASE]:
                        left -= 1
            if unit == "working_days":
                leant = day
        else:
            due = corresponding_day(day, amount if unit == "months" else 12 * amount)
            while day < due:
                day += 1
                for first, last in pauses:
                    if first <= day <= last:
                        due += 1
                        break
    if roll:
        while not working[day - BASE]:
            day += 1
        leant = day
    return day, leant > LAST_NOTICE


def corresponding_day(start: int, months: int) -> int:
    begin = date.fromordinal(start)
    year, month = begin.year, begin.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    for day in (begin.day, 30, 29, 28):
        try:
            return date(year, month, day).toordinal()
        except ValueError:
            continue
    raise AssertionError


def disagreements(cases: int, seed: int, subject: Subject = due_date) -> list[str]:
    """Random cases on which `subject` and the walk do not give the same date and the same provisional mark."""
    working = independent_working_days()
    calendar = Calendar.shipped()
    draw = Random(seed).random
    periods = {(unit, n): Period(n, unit) for unit in UNITS for n in range(1, LONGEST[unit] + 1)}  # type: ignore[arg-type]
    starts = END - 1500 - BASE
    found = []
    for _ in range(cases):
        start = BASE + int(draw() * starts)
        limits = [_limit(draw)]
        if draw() < 0.2:
            limits.append(_limit(draw))
        pauses = []
        while draw() < 0.4:
            first = start - 15 + int(draw() * 100)
            pauses.append((first, first + int(draw() * draw() * 50)))
        roll = draw() < 0.5
        expected = walk(working, start, limits, pauses, roll)
        got, provisional = subject(
            date.fromordinal(start),
            periods[limits[0]],
            calendar,
            pauses=[Pause(date.fromordinal(a), date.fromordinal(b)) for a, b in pauses],
            extensions=[Extension(periods[limit]) for limit in limits[1:]],
            roll="" if roll else None,
        )
        if (got, provisional) != (date.fromordinal(expected[0]), expected[1]):
            shown = [f"{date.fromordinal(a)}:{date.fromordinal(b)}" for a, b in pauses]
            found.append(
                f"{date.fromordinal(start)} {limits} pauses {shown} roll {roll}: "
                f"got {got} {provisional}, walked to {date.fromordinal(expected[0])} {expected[1]}"
            )
    return found


def _limit(draw: Callable[[], float]) -> tuple[str, int]:
    kind = draw()
    unit = UNITS[0 if kind < 0.5 else 1 if kind < 0.8 else 2 if kind < 0.97 else 3]
    return unit, 1 + int(draw() * LONGEST[unit])


def main(arguments: list[str]) -> int:
    cases = int(arguments[0]) if arguments else 1_000_000
    seed = int(arguments[1]) if arguments[1:] else 2026
    begun = time.perf_counter()
    found = disagreements(cases, seed)
    print(f"{cases} random cases, seed {seed}: {len(found)} disagree, {time.perf_counter() - begun:.1f} s")
    print("\n".join(found[:20]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
