"""Comparing what is stated with what is computed, and writing the finding."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding, Grade
from fazhi.reading.repair import plain, rewritten, slip
from fazhi.reading.rules import Rule
from fazhi.reading.structure import Mark

_WHOLE = Decimal(1)


def sum_gap(total: Mark, parts: Sequence[Mark]) -> Decimal:
    """How far the parts' sum lies from the total, positive where the parts are more."""
    return sum((part.value for part in parts), Decimal(0)) - total.value


def sum_slack(total: Mark, parts: Sequence[Mark]) -> Decimal:
    """How far apart is no error: nothing between whole numbers, else one unit in the last place, and one more from five
    parts on (the rounding of each adds up, but slowly).
    """
    coarse = [mark.figure.ulp for mark in (total, *parts) if mark.figure.ulp != _WHOLE]
    if not coarse:
        return Decimal(0)
    return max(coarse) * (2 if len(parts) > 4 else 1)


def holds(total: Mark, parts: Sequence[Mark]) -> bool:
    return abs(sum_gap(total, parts)) <= sum_slack(total, parts)


def share_fits(part: Decimal, whole: Decimal, stated: Mark) -> bool:
    """Whether part/whole, rounded, is the percentage stated, or one unit in its last place beside it."""
    if whole <= 0:
        return False
    return abs(100 * part / whole - stated.value) < stated.figure.ulp * 3 / 2


def off_by_one(part: Decimal, whole: Decimal, stated: Mark) -> bool:
    """Whether a share that fits is truncated or one unit off."""
    return abs(100 * part / whole - stated.value) > stated.figure.ulp / 2


def finding(
    rule: Rule, grade: Grade, marks: Sequence[Mark], arithmetic: str, repair: str = "", note: str = ""
) -> Finding:
    spans = tuple(dict.fromkeys(mark.span for mark in marks))
    told = f"{rule.message}：{arithmetic}" + (f"（{note}）" if note else "")
    return Finding(grade, rule.id, told, spans, repair, arithmetic, rule.tolerance)


def written(mark: Mark) -> str:
    return mark.figure.text


def sum_words(total: Mark, parts: Sequence[Mark]) -> str:
    computed = total.value + sum_gap(total, parts)
    left = "＋".join(written(part) for part in parts)
    shown = rewritten(total.figure, computed) or plain(computed)
    return f"{left}＝{shown}，与{written(total)}相差{plain(abs(sum_gap(total, parts)))}"


def sum_repair(total: Mark, parts: Sequence[Mark], first: Mark | None = None) -> tuple[str, bool]:
    """The repair and whether it is a slip of one digit; `first` is tried before the total. Without a slip the total is
    rewritten.
    """
    gap = sum_gap(total, parts)
    if first is not None and (new := slip(first.figure, first.value - gap)):
        return f"{written(first)}→{new}", True
    new = slip(total.figure, total.value + gap)
    if new:
        return f"{written(total)}→{new}", True
    for part in parts:
        new = slip(part.figure, part.value - gap)
        if new:
            return f"{written(part)}→{new}", True
    new = rewritten(total.figure, total.value + gap)
    return (f"{written(total)}→{new}" if new else ""), False


def share_slip(stated: Mark, computed: Decimal) -> str | None:
    """The percentage that one wrong digit explains, be it rounded, truncated or one unit off."""
    for value in (computed, computed - stated.figure.ulp / 2, computed + stated.figure.ulp / 2):
        if value > 0 and (new := slip(stated.figure, value)):
            return new
    return None


def share_repair(part: Mark, whole: Mark, stated: Mark, complement: bool = False) -> str:
    """A slip in the percentage, the part or the whole, whichever explains it; else the percentage rewritten."""
    value = whole.value - part.value if complement else part.value
    computed = 100 * value / whole.value
    new = rewritten(stated.figure, computed)
    slipped = slip(stated.figure, computed)
    if slipped:
        return f"{written(stated)}→{slipped}"
    needed = (whole.value * stated.value / 100).to_integral_value()
    if complement:
        needed = whole.value - needed
    if share_fits(whole.value - needed if complement else needed, whole.value, stated):
        slipped = slip(part.figure, needed)
        if slipped:
            return f"{written(part)}→{slipped}"
    return f"{written(stated)}→{new}" if new else ""
