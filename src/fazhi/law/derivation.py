"""A due date with its derivation: the count of `periods`, put into steps that a clerk can check line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fazhi.law.calendar import Calendar, Day
from fazhi.law.periods import (
    Count,
    Extension,
    Leg,
    Pause,
    Period,
    count,
    due_moment,
    local_day,
)
from fazhi.law.statutory import ACT, statutory

FIRST_DAY = "民法典 第二百零一条第一款（参照）"
HOURS = "民法典 第二百零一条第二款（参照）"
SAME_DAY_OF_MONTH = "民法典 第二百零二条（参照）"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: on which day, what, by which article or notice (empty: plain arithmetic)."""

    date: date
    what: str
    law: str


@dataclass(frozen=True, slots=True)
class Due:
    """A due date (a moment for hours), whether it leans on a year without notice, and how it came about."""

    due: date | datetime
    provisional: bool
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "due": self.due.isoformat(),
            "provisional": self.provisional,
            "steps": [
                {"date": step.date.isoformat(), "what": step.what, "law": step.law} for step in self.steps
            ],
        }


def due(
    start: date | datetime,
    period: Period,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Period | Extension] = (),
    roll: str | None = None,
    law: str = "",
) -> Due:
    """When `period` from `start` ends, and why.

    `law` is the article of the limit; `roll` the article by which an end on no working day moves on (None: it stays).
    PeriodError and CalendarError as `periods.count`.
    """
    if period.unit == "hours":
        return _due_in_hours(start, period, pauses, extensions, law)
    day = local_day(start)
    counted = count(day, period, calendar, pauses, extensions, roll is not None)
    articles = [law, *(each.law if isinstance(each, Extension) else "" for each in extensions)]
    steps = [Step(day, "起算日，不计入期限", FIRST_DAY)]
    for number, (leg, article) in enumerate(zip(counted.legs, articles, strict=True)):
        steps.extend(_leg_steps(leg, article, calendar, pauses, extension=number > 0))
    steps.extend(_idle_pauses(counted, pauses))
    if roll is not None and counted.due != counted.unrolled:
        steps.append(_roll_step(counted, calendar, roll))
    steps.extend(_provisional_steps(counted, calendar, asked_to_roll=roll is not None))
    # The start stays first and the end last, whatever else falls on their days.
    first, *others = steps
    others.sort(key=lambda step: step.date)
    last = Step(date.fromordinal(counted.due), _ending(counted), law)
    return Due(last.date, counted.provisional, (first, *others, last))


def _leg_steps(
    leg: Leg, law: str, calendar: Calendar, pauses: Sequence[Pause], extension: bool
) -> Iterator[Step]:
    begin = date.fromordinal(leg.start + 1)
    if extension:
        before = date.fromordinal(leg.start)
        yield Step(before, f"原期限至本日届满，延长{leg.period.label}，自次日起接续计算{_manner(leg)}", law)
    else:
        yield Step(begin, f"自本日起计算{leg.period.label}{_manner(leg)}", law)
    for first, last, days in leg.lost:
        yield _pause_step(leg, first, last, days, pauses)
    if leg.period.unit == "working_days":
        yield from _holiday_steps(calendar.marked(leg.start + 1, leg.due), leg)
    elif leg.period.unit in ("months", "years"):
        yield _month_step(leg)


def _manner(leg: Leg) -> str:
    if leg.period.unit == "working_days":
        return "，双休日和放假日不计入，调休上班日计入"
    if leg.period.unit == "natural_days":
        return "（自然日，含双休日和节假日）"
    return ""


def _pause_step(leg: Leg, first: int, last: int, days: int, pauses: Sequence[Pause]) -> Step:
    since, until = date.fromordinal(first), date.fromordinal(last)
    overlapping = [pause for pause in pauses if pause.first <= until and pause.last >= since]
    laws = list(dict.fromkeys(pause.law for pause in overlapping if pause.law))
    what = f"{_span(since, until)} 中止，不计入期限，"
    if leg.period.unit == "working_days":
        what += f"其中{days}个工作日顺延" if days else "其中没有工作日，期限不变"
    else:
        what += f"共{days}日顺延"
    if len(overlapping) > 1:
        what += f"（{len(overlapping)}次中止相互重叠，合并计算）"
    return Step(since, what, "；".join(laws))


def _holiday_steps(marked: Iterable[Day], leg: Leg) -> Iterator[Step]:
    """One step for each run of days off under one name, one for each make-up day."""
    runs: list[list[Day]] = []
    for day in marked:
        if leg.lost and _paused(day.date, leg):
            continue
        if runs and _continues(runs[-1][-1], day):
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        first = run[0]
        if first.working:
            yield Step(first.date, f"{first.label}，计入期限", first.law)
        else:
            span = _span(first.date, run[-1].date)
            name = first.label if first.known else f"{first.label}法定假日"
            yield Step(first.date, f"{name}放假（{span}，{len(run)}日），不计入期限", first.law)


def _continues(before: Day, day: Day) -> bool:
    return (
        not before.working
        and not day.working
        and before.label == day.label
        and day.date - before.date == timedelta(days=1)
    )


def _paused(day: date, leg: Leg) -> bool:
    return any(first <= day.toordinal() <= last for first, last, _ in leg.lost)


def _month_step(leg: Leg) -> Step:
    start, nominal = date.fromordinal(leg.start), date.fromordinal(leg.nominal)
    if start.day == nominal.day:
        what = f"{leg.period.label}届满，为到期月的对应日"
    else:
        what = f"{leg.period.label}届满，到期月没有{start.day}日，以月末日为准"
    return Step(nominal, what, SAME_DAY_OF_MONTH)


def _idle_pauses(counted: Count, pauses: Sequence[Pause]) -> Iterator[Step]:
    """Pauses that changed nothing, said so that nobody looks for their days in vain."""
    for pause in pauses:
        span = _span(pause.first, pause.last)
        if pause.last.toordinal() <= counted.legs[0].start:
            yield Step(pause.first, f"{span} 中止在起算以前，不影响期限", pause.law)
        elif pause.first.toordinal() > counted.unrolled:
            yield Step(pause.first, f"{span} 中止在期限届满以后，不影响期限", pause.law)


def _roll_step(counted: Count, calendar: Calendar, roll: str) -> Step:
    end = calendar.day(date.fromordinal(counted.unrolled))
    rolled = date.fromordinal(counted.due)
    reason = end.label if end.label.startswith("星期") else f"{end.label}放假"
    what = f"期限最后一日 {end.date} 为{reason}，顺延至其后第一个工作日 {rolled}"
    return Step(rolled, what, roll)


def _provisional_steps(counted: Count, calendar: Calendar, asked_to_roll: bool) -> Iterator[Step]:
    if not counted.provisional:
        return
    spans = [(leg.start + 1, leg.due) for leg in counted.legs if leg.period.unit == "working_days"]
    if asked_to_roll:
        spans.append((counted.unrolled, counted.due))
    years: dict[int, date] = {}
    for first, last in spans:
        since, until = date.fromordinal(first), date.fromordinal(last)
        for year in range(since.year, until.year + 1):
            if not calendar.known_through(year, year):
                years.setdefault(year, max(since, date(year, 1, 1)))
    for year, day in years.items():
        lunar = "" if statutory(year).lunar else "（不含农历节日）"
        yield Step(
            day,
            f"{year}年放假安排尚未载入，按双休日和法定节假日{lunar}暂算，未计调休和补假，载入后重新计算",
            ACT,
        )


def _ending(counted: Count) -> str:
    leg = counted.legs[-1]
    if counted.due != counted.unrolled:
        return "期限届满（顺延后）"
    if leg.period.unit in ("working_days", "natural_days") and len(counted.legs) == 1:
        unit = "个工作日" if leg.period.unit == "working_days" else "日"
        return f"第{leg.period.amount}{unit}，期限届满"
    return "期限届满"


def _due_in_hours(
    start: date | datetime,
    period: Period,
    pauses: Sequence[Pause],
    extensions: Sequence[Period | Extension],
    law: str,
) -> Due:
    end, lost = due_moment(start, period, pauses=pauses, extensions=extensions)
    begun = local_day(start)
    steps = [
        Step(
            begun,
            f"自起算时刻{_clock(start)}起连续计算{period.label}，夜间、双休日和节假日均计入",
            law or HOURS,
        )
    ]
    for each in extensions:
        extension = each if isinstance(each, Extension) else Extension(each)
        steps.append(Step(begun, f"延长{extension.period.label}，接续计算", extension.law))
    for since, until in lost:
        last = until.date() - timedelta(days=1)
        laws = (
            pause.law for pause in pauses if pause.law and pause.first <= last and pause.last >= since.date()
        )
        hours = (until - since) / timedelta(hours=1)
        what = f"{_span(since.date(), last)} 中止，整日不计入期限，顺延{hours:g}小时"
        steps.append(Step(since.date(), what, "；".join(dict.fromkeys(laws))))
    steps.append(Step(local_day(end), f"{_clock(end)}期限届满", law))
    return Due(end, False, tuple(steps))


def _clock(moment: date | datetime) -> str:
    return moment.strftime("%H:%M:%S").removesuffix(":00") if isinstance(moment, datetime) else ""


def _span(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} 至 {last}"
