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
_PATTERNS |= {"in": _SUM.words["stock_in"], "out": _SUM.words["stock_out"]}
_EARLIER, _NOW = _SUM.words["stock_earlier"], _SUM.words["stock_now"]
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
    for sentence in paragraph.sentences:
        if len(sentence) > 3:
            yield from _moved(sentence, told)


def _moved(sentence: Sequence[Mark], told: set[tuple[int, int]]) -> Iterator[Finding]:
    """年初a，交存b，孳息c，使用d，年末e, in any order: all that stands between or beside is added or taken away. What the words
    say of each is followed, and where they say nothing both ways are tried.
    """
    marks = [m for m in sentence if m.is_quantity and m.exact and not m.depth]
    first = next((m for m in marks if _PATTERNS["opening"].search(m.head) or _EARLIER.search(m.head)), None)
    last = next((m for m in reversed(marks) if _PATTERNS["left"].search(m.head) or _NOW.search(m.head)), None)
    if first is None or last is None or first is last or not same(first.figure.unit, last.figure.unit):
        return
    moves = [m for m in marks if m not in (first, last) and same(m.figure.unit, first.figure.unit)]
    moves = [m for m in moves if not _LIKENED.search(m.head) and m.index < max(first.index, last.index)]
    if not 2 <= len(moves) <= 4 or any(m.span in told for m in (first, last, *moves)):
        return
    signs = [_sign(m) for m in moves]
    if all(_gap_of(first, last, moves, way) for way in product(*([1, -1] for _ in moves))):
        ways = list(product(*([sign] if sign else [1, -1] for sign in signs)))
        if len(ways) > 2:
            return
        for way in ways:
            gap = _gap_of(first, last, moves, way)
            wanted = [(last, last.value + gap), (first, first.value - gap)]
            wanted += [(m, m.value - gap * sign) for m, sign in zip(moves, way, strict=True)]
            mark = next((m for m, value in wanted if value > 0 and digit(m.figure, value)), None)
            if mark is None:
                continue
            value = next(value for m, value in wanted if m is mark)
            new = rewritten(mark.figure, value)
            said = written(first) + "".join(
                f"{'＋' if sign > 0 else '－'}{written(m)}" for m, sign in zip(moves, way, strict=True)
            )
            shown = rewritten(last.figure, last.value + gap) or plain(last.value + gap)
            repair = f"{written(mark)}→{new}" if new else ""
            words = f"{said}＝{shown}，写作{written(last)}"
            yield finding(_SUM.rules["balance"], "error", [last, first, *moves], words, repair)
            return


def _sign(mark: Mark) -> int:
    words = mark.head + mark.post[:1].strip("，,；;。、")
    if _PATTERNS["out"].search(words):
        return -1
    return 1 if _PATTERNS["in"].search(words) else 0


def _gap_of(first: Mark, last: Mark, moves: Sequence[Mark], way: Sequence[int]) -> Decimal:
    """What is computed less what is told; nothing where the rounding hides it."""
    computed = first.value + sum((m.value * sign for m, sign in zip(moves, way, strict=True)), Decimal(0))
    gap = computed - last.value
    return Decimal(0) if abs(gap) <= sum_slack(last, (first, *moves)) else gap


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
