"""What may be added up, and whether a gap between parts and total looks like a slip."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from fazhi.reading.relations.judge import sum_gap, sum_repair
from fazhi.reading.structure import Mark
from fazhi.reading.units import CLASS_OF, same


def like(one: Mark, other: Mark) -> bool:
    """Whether the two may be added: one kind, one class of measure words. 三项合计 among digits counts the items."""
    return (
        one.is_quantity
        and one.figure.kind == other.figure.kind
        and same(one.figure.unit, other.figure.unit)
        and spelled(one) == spelled(other)
    )


def spelled(mark: Mark) -> bool:
    return mark.value < 10 and not mark.figure.text[0].isdigit()


def mixable(one: Mark, total: Mark) -> bool:
    """来信214件，来访486批，网上838件: visits are counted in parties where letters are counted by the piece."""
    return like(one, total) or (
        CLASS_OF.get(total.figure.unit) == "matter" and CLASS_OF.get(one.figure.unit) == "batch"
    )


def covered(total: Mark, run: Sequence[Mark]) -> float:
    """The parts' sum as a share of the total."""
    return float(1 + sum_gap(total, run) / total.value) if total.value else 9.0


def one_slip(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether one wrong digit explains the gap and hardly chance: a gap of 300 or a small share of the total."""
    if len(run) < 2 or not total.value:
        return False
    gap = sum_gap(total, run)
    cover = 1 + gap / total.value
    places = max(Decimal(1), min(mark.figure.ulp for mark in (total, *run)))
    wide = abs(gap) >= 100 * places
    return (wide or Decimal("0.8") <= cover <= Decimal("1.25")) and sum_repair(total, run)[1]


def wide_slip(total: Mark, run: Sequence[Mark]) -> bool:
    return one_slip(total, run) and abs(sum_gap(total, run)) >= 100 * total.figure.ulp
