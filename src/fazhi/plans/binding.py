"""Which figure measures a target: what there is to choose from, and what probably fits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fazhi.figures import catalogue
from fazhi.plans.models import PlanTarget

MANUAL, DROP = "manual", "drop"
_MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_PEOPLE = {"人", "名"}
_COUNTS = {"", "件", "个", "项", "次", "份", "起", "例", "家", "场", "期"}


@dataclass(frozen=True)
class Choice:
    """A figure, or `manual` (nothing here measures it) or `drop` (it is no target); empty: undecided."""

    value: str
    title: str
    group: str = ""


def choices(target: PlanTarget) -> list[Choice]:
    """First what resembles the target's words, then everything by line of business."""
    figures = catalogue.current().figures.values()
    fits = [f for f in figures if comparable(target.unit, f.unit)]
    likely = sorted((-likeness(target.text, f.title), f.id) for f in fits)[:4]
    near = {id for score, id in likely if score <= -3}
    first = [Choice(f.id, f"{f.title}（{f.group_title}）", "可能相关") for f in fits if f.id in near]
    rest = [Choice(f.id, f.title, f.group_title) for f in fits if f.id not in near]
    none = [
        Choice("", "请选择 …"),
        Choice(MANUAL, "没有对应指标，验收时人工认定", "不绑定"),
        Choice(DROP, "这不是目标", "不绑定"),
    ]
    return none + first + sorted(rest, key=lambda c: (c.group, c.title))


def comparable(ours: str, theirs: str) -> bool:
    """Whether a value in one unit can be held against a value in the other."""
    return factor(ours, theirs) is not None


def factor(target: str, figure: str) -> Decimal | None:
    """What a figure's value is multiplied by to stand in the target's unit; None where they measure different things."""
    target, figure = target.strip(), figure.strip()
    if target == figure:
        return Decimal(1)
    if target in _MONEY and figure in _MONEY:
        return _MONEY[figure] / _MONEY[target]
    if {target, figure} <= _PEOPLE or {target, figure} <= _COUNTS:
        return Decimal(1)
    return None


def likeness(text: str, title: str) -> int:
    """Length of the longest run of characters that the two have in common."""
    best = 0
    for i in range(len(title)):
        while i + best < len(title) and title[i : i + best + 1] in text:
            best += 1
    return best
