"""Which days are working days: an immutable table built from dated notices.

In a year with a notice, the notice decides: weekends and its days off do not count, its make-up days do. In a year
without one, weekends and the statutory holidays count as days off (`known` is False, and what leans on that year is
provisional); neither 调休 nor 补假 is guessed. A new notice makes a new calendar, whose `fingerprint` differs if any
day does.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate, compress
from pathlib import Path

from fazhi.law.errors import CalendarError
from fazhi.law.notice import YEARS, Notice
from fazhi.law.statutory import statutory

FIRST = date(YEARS[0], 1, 1)
LAST = date(YEARS[-1], 12, 31)
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True, slots=True)
class Day:
    """What the calendar says of one day. `label` is 工作日, 星期六调休上班, a holiday's name or a weekend day."""

    date: date
    working: bool
    label: str
    law: str
    known: bool


class Calendar:
    """The working days of 2000 to 2099. Immutable; equal if every day and every known year is the same."""

    __slots__ = (
        "_base",
        "_days",
        "_made_up",
        "_marked",
        "_named",
        "_ordinals",
        "_ranks",
        "_unknown_years",
        "fingerprint",
        "notices",
    )

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        """CalendarError if two notices are for the same year."""
        self.notices = tuple(sorted(notices, key=lambda notice: notice.year))
        years = [notice.year for notice in self.notices]
        if len(set(years)) < len(years):
            twice = next(year for year in years if years.count(year) > 1)
            raise CalendarError(f"{twice} 年的放假安排给了两份。", next="每年只保留一份，以最后修改的为准。")
        self._named, self._made_up = _marks(self.notices)
        self._days: dict[int, Day] = {}
        self._marked = array("i", sorted([*self._named, *self._made_up]))
        base = FIRST.toordinal()
        size = LAST.toordinal() - base + 1
        first_weekday = FIRST.weekday()
        week = bytes(1 if day < 5 else 0 for day in range(first_weekday, 7)) + bytes(
            1 if day < 5 else 0 for day in range(first_weekday)
        )
        working = bytearray((week * (size // 7 + 1))[:size])
        for ordinal in self._named:
            working[ordinal - base] = 0
        for ordinal in self._made_up:
            working[ordinal - base] = 1
        self._base = base - 1
        # _ranks[i]: working days from FIRST up to and including its i-th day; _ordinals: the working days in order
        self._ranks = array("i", accumulate(working, initial=0))
        self._ordinals = array("i", compress(range(base, base + size), working))
        known = set(years)
        self._unknown_years = [year for year in YEARS if year not in known]
        self.fingerprint = hashlib.sha256(bytes(working) + repr(sorted(known)).encode()).hexdigest()[:16]

    @classmethod
    def shipped(cls) -> Calendar:
        """The calendar of the notices that come with the program."""
        return _shipped()

    def with_notice(self, notice: Notice) -> Calendar:
        """A new calendar in which `notice` stands for its year, in place of an earlier one."""
        return Calendar([*(other for other in self.notices if other.year != notice.year), notice])

    def notice(self, year: int) -> Notice | None:
        return next((notice for notice in self.notices if notice.year == year), None)

    def is_working(self, day: date) -> bool:
        rank = self.rank(day.toordinal())
        return rank > 0 and self._ordinals[rank - 1] == day.toordinal()

    def known(self, day: date) -> bool:
        """A notice covers the day's year."""
        return self.known_through(day.year, day.year)

    def known_through(self, first_year: int, last_year: int) -> bool:
        """Notices cover every year from `first_year` to `last_year`."""
        if first_year < YEARS[0] or last_year > YEARS[-1]:
            return False
        at = bisect_right(self._unknown_years, last_year)
        return at == 0 or self._unknown_years[at - 1] < first_year

    def day(self, day: date) -> Day:
        """What is said of `day`, and by which notice or rule."""
        working = self.is_working(day)
        ordinal = day.toordinal()
        known = self.known(day)
        if ordinal in self._made_up:
            notice = self._made_up[ordinal]
            return Day(day, working, f"{_WEEKDAYS[day.weekday()]}调休上班", notice.citation, known)
        if ordinal in self._named:
            name, law = self._named[ordinal]
            return Day(day, working, name, law, known)
        return Day(day, working, "工作日" if working else _WEEKDAYS[day.weekday()], "", known)

    def marked(self, first: int, last: int) -> list[Day]:
        """The days off by name and the make-up days from ordinal `first` to `last`, in order."""
        found = []
        for ordinal in self._marked[bisect_left(self._marked, first) : bisect_right(self._marked, last)]:
            day = self._days.get(ordinal)
            if day is None:  # made once: derivations ask for the same few days again and again
                day = self._days[ordinal] = self.day(date.fromordinal(ordinal))
            found.append(day)
        return found

    def rank(self, ordinal: int) -> int:
        """How many working days the table has up to and including the day `ordinal`."""
        at = ordinal - self._base
        if at < 1 or at >= len(self._ranks):
            raise _outside()
        return self._ranks[at]

    def at_rank(self, rank: int) -> int:
        """The ordinal of the working day of that rank (the inverse of `rank` on working days)."""
        if rank < 1 or rank > len(self._ordinals):
            raise _outside()
        return self._ordinals[rank - 1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        years = [notice.year for notice in self.notices]
        return f"Calendar({years[0]}–{years[-1]}, {self.fingerprint})" if years else "Calendar()"


def _marks(notices: tuple[Notice, ...]) -> tuple[dict[int, tuple[str, str]], dict[int, Notice]]:
    """({ordinal of a day off: (name, law)}, {ordinal of a make-up day: its notice})."""
    covered = {notice.year for notice in notices}
    named: dict[int, tuple[str, str]] = {}
    made_up: dict[int, Notice] = {}
    for year in YEARS:
        if year not in covered:
            rule = statutory(year)
            named.update({day.toordinal(): (name, rule.law) for day, name in rule.days.items()})
    # In order of years: of a December the next year's notice speaks last.
    for notice in notices:
        for day, name in notice.holidays:
            named[day.toordinal()] = (name, notice.citation)
            made_up.pop(day.toordinal(), None)
        for day in notice.workdays:
            made_up[day.toordinal()] = notice
            named.pop(day.toordinal(), None)
    return named, made_up


def _outside() -> CalendarError:
    return CalendarError(
        f"工作日历只排到 {FIRST} 至 {LAST}，这个期限超出了范围。", next="请检查起算日、期限和中止的日期。"
    )


@cache
def _shipped() -> Calendar:
    folder = Path(__file__).parent / "notices"
    return Calendar(Notice.parse(path.read_bytes()) for path in sorted(folder.glob("*.csv")))
