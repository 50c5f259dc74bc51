"""Figures that are worked out from others: shares, growth, differences, points, averages, multiples, what is left of 100.

Every reading of such a figure is tried. What some reading makes is right, whatever other rules say of it; where none makes it,
the reading that most signs of the language speak for, and that one wrong digit would make true, accuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fazhi.reading.finding import Finding
from fazhi.reading.relations.averages import averages, multiples, per_head
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.relations.labels import CHANGING, label
from fazhi.reading.relations.movements import differences, direction, growths, in_points, points
from fazhi.reading.relations.quotients import hundreds, shares
from fazhi.reading.relations.readings import Reading
from fazhi.reading.repair import plain
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_RULES = {**family("share").rules, **family("change").rules}
_OURS = frozenset(("share", "growth", "difference", "points", "times", "average"))
# How many signs a reading needs to accuse, by rule; fewer would do with more digits, which agree less often by chance.
_NEEDED = {"share": 5, "complement": 5, "growth": 4, "difference": 4, "points": 4, "average": 5, "times": 4}
_NO_SHARE = family("share").words["not_a_share"]
_AIM = re.compile("力争|目标|预期|计划|确保|控制|将|争取|要求|规定|不低于|到20")
_REQUIRED = re.compile("以上|以下|以内|的?(?:要求|目标|标准|任务|底线|红线)")
_EACH = re.compile("[均每]")
_UNDONE = re.compile("[未不没]")
_POINT = re.compile(
    r"[；;。]\s*(?:[一二三四五六七八九十]{1,2}是|[（(][一二三四五六七八九十]{1,2}[）)])"
)  # the next of several points
_FAR = 20  # times
_MOST = 60  # figures of a paragraph


def check(paragraph: Paragraph, told: Sequence[Finding]) -> Iterator[Finding]:
    """What other rules `told` of the paragraph's figures, without what a reading of ours makes true; and what they missed."""
    if len(paragraph.marks) > _MOST:
        yield from told
        return
    right: set[tuple[int, int]] = set()
    asked = [
        (stated, readings)
        for stated in paragraph.marks
        if stated.exact
        and _derived(stated)
        and not _planned(paragraph, stated)
        and (readings := list(_readings(paragraph, stated)))
    ]
    if not asked:
        yield from told
        return
    held = {
        stated.index: best for stated, readings in asked if (best := _holding(stated, readings)) is not None
    }
    wholes = {
        one.parts[-1].index: label(paragraph, paragraph.marks[at])
        for at, one in held.items()
        if one.rule == "share"
    }
    for stated, readings in asked:
        if (holding := held.get(stated.index)) is not None and _makes(stated, holding, readings):
            right.add(stated.span)
    kept = [one for one in told if one.grade == "info" or one.rule not in _OURS or one.spans[0] not in right]
    yield from kept
    errors = {span for one in kept if one.grade == "error" for span in one.spans}
    for stated, readings in asked:
        if stated.span not in errors:
            name = label(paragraph, stated)
            further = {at: 2 if told_of == name else 1 for at, told_of in wholes.items()}
            yield from _accused(paragraph, stated, readings, held.get(stated.index), errors, further)


def _makes(stated: Mark, holding: Reading, readings: Sequence[Reading]) -> bool:
    """Whether the reading that holds is as likely as any, for as many digits as the figure has."""
    digits = _digits(stated)
    needed = max(1, min(_NEEDED[one.rule] for one in readings) - 2)
    most = max(one.signs for one in readings)
    return (
        _proves(digits, holding)
        or (holding.rule == "difference" and _same_base(holding, readings))
        or holding.signs >= _NEEDED[holding.rule] - 1
        or holding.signs >= (needed if digits > 2 else max(needed, most - 2))
    )


def _planned(paragraph: Paragraph, stated: Mark) -> bool:
    """Whether the figure itself is an aim: 确保…达到95%, 不低于90%的要求; what else the sentence plans does not matter."""
    behind = paragraph.whole[stated.figure.after : stated.figure.after + 10]
    return paragraph.under_aims or bool(_AIM.search(stated.head) or _REQUIRED.match(behind))


def _derived(mark: Mark) -> bool:
    """Whether the figure can be worked out from others at all: the cheapest question first."""
    kind = mark.figure.kind
    if mark.is_percent or kind == "percent_point" or mark.figure.unit in ("倍", "个"):
        return True
    near = mark.pre[-12:]
    return bool(
        _EACH.search(mark.pre)
        or CHANGING.search(near)
        or _UNDONE.search(mark.post[:8])
        or mark.post[:1] == "/"
    )


def _readings(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    kind = stated.figure.kind
    if stated.is_percent:
        name = label(paragraph, stated)
        if direction(name):
            yield from growths(paragraph, stated)
        elif not _NO_SHARE.search(name):
            yield from shares(paragraph, stated)
            yield from hundreds(paragraph, stated)
    elif kind == "percent_point" or in_points(paragraph, stated):
        yield from points(paragraph, stated)
    elif stated.figure.unit == "倍":
        yield from multiples(paragraph, stated)
    else:
        if _EACH.search(stated.pre) or stated.post[:1] == "/":
            yield from averages(paragraph, stated)
            yield from per_head(paragraph, stated)
        if CHANGING.search(stated.pre[-12:]) or _UNDONE.search(stated.post[:8]):
            yield from differences(paragraph, stated)


def _digits(stated: Mark) -> int:
    """How many digits the figure is written with: the more, the less a reading agrees by chance."""
    return sum(character.isdigit() for character in stated.figure.text)


def _holding(stated: Mark, readings: Sequence[Reading]) -> Reading | None:
    """The reading that makes the figure, of several the one that most speaks for."""
    likely = (one for one in readings if one.holds(stated))
    return max(likely, key=lambda one: one.signs - _NEEDED[one.rule], default=None)


def _accused(
    paragraph: Paragraph,
    stated: Mark,
    readings: Sequence[Reading],
    holding: Reading | None,
    errors: set[tuple[int, int]],
    further: dict[int, int],
) -> Iterator[Finding]:
    """`further` are signs for a whole: the shares beside this one are of it."""

    def signs(one: Reading) -> int:
        return one.signs + (further.get(one.parts[-1].index, 0) if one.rule == "share" else 0)

    digits = _digits(stated)
    for one in sorted(readings, key=lambda one: -signs(one)):
        has, needed = signs(one), _NEEDED[one.rule]
        # The more digits, the less a figure agrees by chance; 61% is near to much.
        needed += (one.rule == "share" and digits < 3) - (digits > 3)
        needed += 2 * (one.rule == "share" and len(one.parts) > 2)
        itself = digits > 2 and one.rule != "complement"
        if has < needed - itself:
            if one.rule == "complement":
                continue
            return
        if one.rule == "share" and stated.value == 100:
            return
        if holding is not None and (
            _proves(digits, holding)
            or (holding.rule == "difference" and holding.parts[-1] is one.parts[-1])
            or (digits > 2 and holding.signs >= _NEEDED[holding.rule])
            or signs(holding) >= has - digits
        ):
            return
        if (
            _unlikely(one)
            or any(mark.span in errors for mark in one.parts)
            or _POINT.search(_between(paragraph, one, stated))
        ):
            continue
        repair = one.repair(stated)
        # A digit of the figure itself is better evidence than one of several others.
        enough = needed - (itself and repair.startswith(f"{written(stated)}→"))
        alone = not repair and not digits and has > needed and (holding is None or holding.signs < has - 3)
        if (repair and has >= enough) or alone:
            yield _finding(one, stated, repair)
            return


def _proves(digits: int, holding: Reading) -> bool:
    """Whether the figure has so many digits that a reading hardly makes it by chance; of three figures there are more."""
    return digits > 3 or (
        digits == 3 and len(holding.parts) < 3 and holding.signs >= 2 * (holding.rule == "share")
    )


def _unlikely(one: Reading) -> bool:
    """A part that is twice its whole, a difference of figures of another order: no wrong digit is told from that."""
    first, last = one.parts[0].value, one.parts[-1].value
    if one.rule == "share":
        return len(one.parts) == 2 and first > 2 * last
    return one.rule == "difference" and max(first, last) > _FAR * min(first, last)


def _same_base(holding: Reading, readings: Sequence[Reading]) -> bool:
    """Whether it is taken from what the likeliest reading is taken from too: 比上年净增6家（上年66家） is of some figure and 66."""
    likeliest = max(readings, key=lambda one: one.signs)
    return holding.parts[-1] is likeliest.parts[-1]


def _between(paragraph: Paragraph, one: Reading, stated: Mark) -> str:
    """What stands between the figure and the nearest that the reading takes before it; empty where some stand behind it."""
    nearest = max(one.parts, key=lambda mark: mark.index)
    return paragraph.whole[nearest.figure.after : stated.figure.start] if nearest.index < stated.index else ""


def _finding(one: Reading, stated: Mark, repair: str) -> Finding:
    left = one.words.format(*(written(mark) for mark in one.parts))
    value = one.value()
    unit = "%" if one.rule in ("share", "growth", "complement") else ""
    said = f"{left}＝{plain(value, 4 if abs(value) < 1 else 2)}{unit}" if value is not None else left
    return finding(_RULES[one.rule], "error", [stated, *one.parts], f"{said}，写作{written(stated)}", repair)
