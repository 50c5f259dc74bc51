"""How far a target is: its figure's value now, held against what the plan wants. Computed on reading, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fazhi.figures import catalogue, query
from fazhi.plans import binding
from fazhi.plans.models import PlanTarget

MET, OPEN, LATE, UNKNOWN, MANUAL = "met", "open", "late", "unknown", "manual"
WORDS = {MET: "已达到", OPEN: "尚未达到", LATE: "到期未达到", UNKNOWN: "暂无数据", MANUAL: "人工认定"}
SIGNS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "=": "达到"}


@dataclass(frozen=True)
class Reading:
    """`value` stands in the target's unit; `period` and `organ` are what the figure was asked about."""

    status: str
    value: Decimal | None = None
    figure: str = ""
    title: str = ""
    period: str = ""
    organ: str = ""
    cases: int = 0

    @property
    def words(self) -> str:
        return WORDS[self.status]


def wanted(target: PlanTarget) -> str:
    """不低于 95%, 2026-12-31 前 is said beside it."""
    return f"{SIGNS[target.op]} {number(target.value)}{target.unit}"


def number(value: Decimal) -> str:
    """A decimal without exponent and idle zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def period_of(target: PlanTarget, today: date) -> str:
    """The days that its figure is asked about: nothing after the target's own day, nothing after today's year."""
    last = min(target.due, today) if target.due else today
    issued = target.plan.issued_on
    if target.span == PlanTarget.Span.SINCE and issued is not None and issued <= last:
        return f"{issued.isoformat()}:{last.isoformat()}"
    return str(last.year)


def readings(targets: Iterable[PlanTarget], county: str, today: date) -> dict[int, Reading]:
    """A reading for each target; figures of the same period and organ are asked for once."""
    found: dict[int, Reading] = {}
    bound: dict[tuple[str, str], list[PlanTarget]] = {}
    for target in targets:
        if target.state == PlanTarget.State.BOUND:
            bound.setdefault((period_of(target, today), target.scope), []).append(target)
        else:
            found[target.pk] = Reading(MANUAL if target.state == PlanTarget.State.MANUAL else UNKNOWN)
    known = catalogue.current().figures
    asked: dict[str, query.Question] = {}
    for (period, organ), group in bound.items():
        if period not in asked:
            asked[period] = query.ask(county, period)
        q = replace(asked[period], organ=organ)
        values = {v.id: v for v in query.values(q, only={t.figure for t in group if t.figure in known})}
        for target in group:
            found[target.pk] = _reading(target, values.get(target.figure), period, organ, today)
    return found


def _reading(
    target: PlanTarget, found: query.FigureValue | None, period: str, organ: str, today: date
) -> Reading:
    if found is None or found.value is None:
        title = found.title if found else ""
        return Reading(UNKNOWN, None, target.figure, title, period, organ)
    factor = binding.factor(target.unit, found.unit)
    if factor is None:  # the figure's unit has changed since it was bound
        return Reading(UNKNOWN, None, target.figure, found.title, period, organ)
    value = Decimal(found.value.replace(",", "")) * factor
    status = MET if holds(value, target.op, target.value) else _short_of(target, today)
    return Reading(status, value, target.figure, found.title, period, organ, found.cases)


def _short_of(target: PlanTarget, today: date) -> str:
    return LATE if target.due is not None and target.due < today else OPEN


def holds(value: Decimal, op: str, wanted: Decimal) -> bool:
    match op:
        case ">=":
            return value >= wanted
        case ">":
            return value > wanted
        case "<=":
            return value <= wanted
        case "<":
            return value < wanted
        case _:
            return value == wanted
