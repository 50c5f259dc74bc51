"""Counting a period: start, unit, pauses, extensions, roll. docs/algorithms/periods.md says it in prose.

A day that starts a period is not counted. Everything here is arithmetic on ordinals of days; `derivation` puts the
same count into words. Local time is Asia/Shanghai (UTC+8, no daylight saving): a moment with another offset is
converted, one without is taken as local.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal, NamedTuple

from fazhi.law.calendar import Calendar
from fazhi.law.errors import PeriodError

Unit = Literal["working_days", "natural_days", "months", "years", "hours"]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_UNITS: dict[str, Unit] = {
    "working day": "working_days",
    "natural day": "natural_days",
    "month": "months",
    "year": "years",
    "hour": "hours",
}
_LABELS: dict[Unit, str] = {
    "working_days": "个工作日",
    "natural_days": "日",
    "months": "个月",
    "years": "年",
    "hours": "小时",
}
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Period:
    """So many working days, natural days, months, years or hours; at least one."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in _LABELS:
            raise PeriodError(f"没有“{self.unit}”这种期限单位。", next="可用工作日、自然日、月、年、小时。")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or self.amount < 1:
            raise PeriodError(f"期限“{self.amount}”应是大于零的整数。", next="请填写正整数。")
        if self.amount > _LARGEST:
            raise PeriodError(f"期限 {self.amount}{self.label_of_unit} 过长。", next="请检查是否多写了数字。")

    @classmethod
    def parse(cls, text: str) -> Period:
        """ "5 working days", "90 natural days", "6 months", "2 years", "24 hours"; singular with 1."""
        parts = re.fullmatch(r"([0-9]+) +(working day|natural day|month|year|hour)s?", text.strip())
        if not parts:
            raise PeriodError(
                f"“{text}”不是期限。",
                next="应写成 5 working days、90 natural days、6 months、2 years 或 24 hours。",
            )
        return cls(int(parts[1]), _UNITS[parts[2]])

    @property
    def label(self) -> str:
        """As a person reads it: 5个工作日, 90日, 6个月, 2年, 24小时."""
        return f"{self.amount}{self.label_of_unit}"

    @property
    def label_of_unit(self) -> str:
        return _LABELS[self.unit]


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count, `first` and `last` included, and the article that says so."""

    first: date
    last: date
    law: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodError(
                f"中止的最后一日 {self.last} 早于第一日 {self.first}。", next="请核对中止和恢复的日期。"
            )


@dataclass(frozen=True, slots=True)
class Extension:
    """A further period that begins where the one before it ends, and the article that allows it."""

    period: Period
    law: str = ""


class Leg(NamedTuple):
    """One period counted: from `start` (not counted) to `due`; which pauses cost it how much.

    Ordinals of days for day, month and year units; `lost` holds (first day that counts as paused, last, days lost).
    """

    period: Period
    start: int
    nominal: int
    due: int
    lost: list[tuple[int, int, int]]


class Count(NamedTuple):
    """A whole count: its legs, the day on which the last ends, the day after rolling, and whether it is provisional."""

    legs: list[Leg]
    unrolled: int
    due: int
    provisional: bool


def due_date(
    start: date | datetime,
    period: Period,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Period | Extension] = (),
    roll: str | None = None,
) -> tuple[date | datetime, bool]:
    """The due date (a moment for hours) and whether it is provisional, without derivation: for many clocks at once."""
    if period.unit == "hours":
        return due_moment(start, period, pauses=pauses, extensions=extensions)[0], False
    counted = count(local_day(start), period, calendar, pauses, extensions, roll is not None)
    return date.fromordinal(counted.due), counted.provisional


def count(
    start: date,
    period: Period,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Period | Extension] = (),
    roll: bool = False,
) -> Count:
    """Count days, months or years from `start`.

    PeriodError where hours are mixed with them or the date leaves the calendar of dates, CalendarError where working
    days beyond the table of `calendar` are asked for.
    """
    merged = merge(pauses) if pauses else ()
    at = start.toordinal()
    provisional = False
    legs: list[Leg] = []
    try:
        for each in (period, *extensions) if extensions else (period,):
            if isinstance(each, Extension):
                each = each.period
            if each.unit == "hours":
                raise PeriodError(
                    "以小时计算的期限不能与以日、月、年计算的期限相接。", next="请改用同一类单位。"
                )
            leg = _leg(at, each, calendar, merged)
            legs.append(leg)
            if each.unit == "working_days":
                provisional = provisional or not _known(calendar, at + 1, leg.due)
            at = leg.due
        unrolled = at
        if roll:
            rank = calendar.rank(at)
            if rank == 0 or calendar.at_rank(rank) != at:
                at = calendar.at_rank(rank + 1)
            provisional = provisional or not _known(calendar, unrolled, at)
        return Count(legs, unrolled, date.fromordinal(at).toordinal(), provisional)
    except (OverflowError, ValueError):
        raise PeriodError("届满日超出了公历可表示的范围。", next="请检查起算日、期限和中止的日期。") from None


def _leg(start: int, period: Period, calendar: Calendar, pauses: Iterable[tuple[int, int]]) -> Leg:
    """Each pause that begins on or before the due date as it then stands costs all its days after the start.

    That is the fixed point of "every paused day up to the due date adds one": the due date is never a paused day
    while days are left, so a pause that has reached it pushes it past its own end.
    """
    lost: list[tuple[int, int, int]] = []
    if period.unit == "working_days":
        rank = calendar.rank(start) + period.amount
        nominal = due = calendar.at_rank(rank)
        for first, last in pauses:
            if first > due:
                break
            if last > start:
                first = max(first, start + 1)
                days = calendar.rank(last) - calendar.rank(first - 1)
                lost.append((first, last, days))
                rank += days
                due = calendar.at_rank(rank)
    else:
        if period.unit == "natural_days":
            nominal = due = start + period.amount
        else:
            months = period.amount * (12 if period.unit == "years" else 1)
            nominal = due = shift_months(date.fromordinal(start), months).toordinal()
        for first, last in pauses:
            if first > due:
                break
            if last > start:
                first = max(first, start + 1)
                days = last - first + 1
                lost.append((first, last, days))
                due += days
    return Leg(period, start, nominal, due, lost)


def due_moment(
    start: date | datetime,
    period: Period,
    *,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Period | Extension] = (),
) -> tuple[datetime, list[tuple[datetime, datetime]]]:
    """Hours from a moment, and the stretches that did not count (from, to).

    Hours run through nights, weekends and holidays alike. Of a paused day no moment counts, from 00:00 to 24:00;
    on the day of the start that is what is left of it. A limit that ends as a paused day begins (at its 00:00) has
    ended. The answer has an offset (+08:00) if the start had one.
    """
    if not isinstance(start, datetime):
        raise PeriodError(
            f"以小时计算的期限要有起算的时刻，“{start}”只有日期。", next="请写到分，如 2026-03-05T10:00。"
        )
    local = start.astimezone(SHANGHAI).replace(tzinfo=None) if start.tzinfo else start
    stretches = [
        (datetime.combine(date.fromordinal(first), time()), datetime.combine(date.fromordinal(last), time()))
        for first, last in merge(pauses)
    ]
    lost: list[tuple[datetime, datetime]] = []
    at = local
    try:
        for each in (period, *extensions):
            if isinstance(each, Extension):
                each = each.period
            if each.unit != "hours":
                raise PeriodError(
                    "以小时计算的期限不能与以日、月、年计算的期限相接。", next="请改用同一类单位。"
                )
            begun = at
            at = begun + timedelta(hours=each.amount)
            for first, last in stretches:
                until = last + timedelta(days=1)
                if first >= at:
                    break
                if until > begun:
                    lost.append((max(first, begun), until))
                    at += until - lost[-1][0]
    except OverflowError:
        raise PeriodError("届满的时刻超出了公历可表示的范围。", next="请检查起算时刻和期限。") from None
    return (at.replace(tzinfo=SHANGHAI) if start.tzinfo else at), lost


def merge(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """Pauses as ordinals (first, last), in order, those that overlap made one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted((pause.first.toordinal(), pause.last.toordinal()) for pause in pauses):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def shift_months(day: date, months: int) -> date:
    """The same day of the month so many months on (or back), or that month's last day. ValueError beyond year 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def local_day(moment: date | datetime) -> date:
    """The day in Asia/Shanghai."""
    if isinstance(moment, datetime):
        return (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).date()
    return moment


def add_working_days(day: date, amount: int, calendar: Calendar) -> date:
    """The `amount`-th working day after `day`, or before it if negative; `day` itself for 0."""
    if amount == 0:
        return day
    rank = calendar.rank(day.toordinal())
    if amount < 0 and calendar.is_working(day):
        rank -= 1
    return date.fromordinal(calendar.at_rank(rank + amount if amount > 0 else rank + amount + 1))


def working_days_between(after: date, until: date, calendar: Calendar) -> int:
    """Working days after `after` up to and including `until`; negative when `until` comes first."""
    return calendar.rank(until.toordinal()) - calendar.rank(after.toordinal())


def warn_from(due: date | datetime, before: Period, calendar: Calendar) -> date | datetime:
    """From when on a clock due at `due` is shown as near its limit: `before` counted back from it.

    A moment for hours, else a day. PeriodError for hours before a day.
    """
    if before.unit == "hours":
        if not isinstance(due, datetime):
            raise PeriodError(
                "以小时计算的预警只能用于以小时计算的期限。", next="请改用 working days 或 natural days。"
            )
        return due - timedelta(hours=before.amount)
    day = local_day(due)
    if before.unit == "working_days":
        return add_working_days(day, -before.amount, calendar)
    try:
        if before.unit == "natural_days":
            return day - timedelta(days=before.amount)
        return shift_months(day, -before.amount * (12 if before.unit == "years" else 1))
    except (OverflowError, ValueError):
        raise PeriodError("预警日超出了公历可表示的范围。", next="请检查预警的期限。") from None


def _known(calendar: Calendar, first: int, last: int) -> bool:
    return calendar.known_through(date.fromordinal(first).year, date.fromordinal(last).year)
