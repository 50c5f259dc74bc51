"""What was there, what came, what went and what is left, wherever in the paragraph: opening + in = due, due − out = left,
opening + in − out = left, in − out = net, opening ± net = left. Every identity whose figures are all told is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, sum_slack, written
from fazhi.reading.repair import digit, plain, rewritten
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_SUM = family("sum")
_ROLES = ("opening", "due", "net", "left", "came", "went")
_PATTERNS = {role: _SUM.words[f"stock_{role}"] for role in _ROLES}
_STOCK = _SUM.words["stock"]
_LIKENED = re.compile(r"[较比](?!例|重)")
# What is added and what is taken away on each side of an identity; the last figure is what the others make up.
_IDENTITIES = (
    (("opening", "came"), (), "due"),
    (("due",), ("went",), "left"),
    (("opening", "came"), ("went",), "left"),
    (("came",), ("went",), "net"),
    (("opening", "net"), (), "left"),
)

Cast = dict[str, list[Mark]]


def check(paragraph: Paragraph, told: set[tuple[int, int]]) -> Iterator[Finding]:
    """`told` are the spans that other errors touch."""
    if len(paragraph.marks) < 3 or _STOCK.search(paragraph.text) is None:
        return
    for cast in _casts(paragraph):
        for plus, minus, result in _IDENTITIES:
            yield from _proved(cast, plus, minus, result, told)


def _casts(paragraph: Paragraph) -> Iterator[Cast]:
    """Which figure plays which role, for each measure."""
    by_unit: dict[str, Cast] = {}
    for mark in paragraph.marks:
        if not mark.is_quantity or not mark.exact or mark.depth:
            continue
        role = _role(mark)
        if role is None:
            continue
        unit = next((unit for unit in by_unit if same(unit, mark.figure.unit)), mark.figure.unit)
        by_unit.setdefault(unit, {}).setdefault(role, []).append(mark)
    yield from by_unit.values()


def _role(mark: Mark) -> str | None:
    words = mark.head.removeprefix("其中")
    for role in _ROLES:
        if _PATTERNS[role].search(words):
            return role
    return None


def _proved(
    cast: Cast, plus: Sequence[str], minus: Sequence[str], result: str, told: set[tuple[int, int]]
) -> Iterator[Finding]:
    roles = (*plus, *minus, result)
    if not all(role in cast for role in roles):
        return
    for marks in product(*(cast[role] for role in roles)):
        if _gap(marks, len(plus)) == 0:
            return
    if any(len(cast[role]) > 1 for role in roles):
        return  # two that came, two that went: which of them is meant is not said
    one = tuple(cast[role][0] for role in roles)
    if any(mark.span in told for mark in one) or any(_LIKENED.search(mark.head) for mark in one[:-1]):
        return
    gap = _gap(one, len(plus))
    repair = ""
    for place in (len(one) - 1, *range(len(one) - 1)):
        mark = one[place]
        value = mark.value - gap if place < len(plus) else mark.value + gap
        if digit(mark.figure, value):
            new = rewritten(mark.figure, value)
            repair = f"{written(mark)}→{new}" if new else ""
            break
    else:
        return
    said = "＋".join(written(m) for m in one[: len(plus)]) + "".join(
        f"－{written(m)}" for m in one[len(plus) : -1]
    )
    computed = one[-1].value + gap
    shown = rewritten(one[-1].figure, computed) or plain(computed)
    yield finding(
        _SUM.rules["balance"],
        "error",
        [one[-1], *one[:-1]],
        f"{said}＝{shown}，写作{written(one[-1])}",
        repair,
    )


def _gap(marks: Sequence[Mark], plus: int) -> Decimal:
    """What is computed less what is told; nothing where the rounding hides it."""
    total, rest = marks[-1], marks[:-1]
    computed = sum((m.value for m in rest[:plus]), Decimal(0)) - sum(
        (m.value for m in rest[plus:]), Decimal(0)
    )
    gap = computed - total.value
    return Decimal(0) if abs(gap) <= sum_slack(total, rest) else gap
