"""Shares told one beside the other: 甲a件，占p%；乙b件，占q%…; a、b，分别占p%和q%; under one name in several paragraphs.

They have one whole: a figure of the text, or the sum of the parts. Where one pair disagrees with it and the others agree,
the one is accused; where all disagree and one wrong digit of the whole (or of one part of the sum) would make them all
agree, that figure is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, share_fits, sum_words, written
from fazhi.reading.relations.naming import bigrams, core
from fazhi.reading.relations.rates import one_digit
from fazhi.reading.relations.told import NEXT, joined, like, told
from fazhi.reading.repair import plain, rewritten, slip, slips
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SHARE, _SUM = family("share"), family("sum")
_OPENED = re.compile(r"^[(（]\s*(?:占|约占)?\s*$")
_WHOLE = re.compile(r"共|总|全年|合计|登记|受理|收到|办理")
_PHRASE = re.compile(r"占(?P<whole>[^,，;；。\d]{2,14}?)的?(?:比重|比例)?(?:为|达|是)?$")

Pair = tuple[Mark, Mark]  # a part and its share


def check(paragraph: Paragraph, earlier: Sequence[Mark]) -> Iterator[Finding]:
    for pairs in _neighbouring(paragraph):
        wholes = _wholes(paragraph, pairs, earlier)
        yield from _judge(pairs, wholes)
        near = [m for m in paragraph.marks if m.index < pairs[0][0].index and m in wholes]
        yield from _whole_of_all(pairs, near)


def check_document(paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """占案件总数的 in one paragraph, and in another, and in a third: of one whole."""
    named: dict[str, list[Pair]] = {}
    marks: list[Mark] = []
    for paragraph in paragraphs:
        marks.extend(mark for mark in paragraph.marks if mark.is_quantity and mark.exact)
        for part, share in _pairs(paragraph):
            found = _PHRASE.search(share.pre)
            if found is not None and core(found["whole"]):
                named.setdefault(found["whole"], []).append((part, share))
    for pairs in named.values():
        if len(pairs) < 3 or len({pair[0].value for pair in pairs}) < 3:
            continue
        group = [pair for pair in pairs if like(pair[0], pairs[0][0])]
        first = group[0][0].figure.start
        if group[-1][0].figure.start - first > 3000 or len(group) < 3:
            continue
        parts = {pair[0].figure.start for pair in group}
        wholes = [m for m in marks if m.figure.start < first + 200 and m.figure.start not in parts][-60:]
        wholes = [m for m in wholes if like(m, group[0][0])]
        yield from _judge(group, wholes)
        yield from _whole_of_all(group, wholes)


def _whole_of_all(pairs: Sequence[Pair], wholes: Sequence[Mark]) -> Iterator[Finding]:
    """The shares are right of the sum of the parts and make up 100: then the figure named as their whole is that sum."""
    parts = [part for part, _ in pairs]
    total = sum((part.value for part in parts), Decimal(0))
    rates = sum((share.value for _, share in pairs), Decimal(0))
    slack = sum((share.figure.ulp for _, share in pairs), Decimal(0))
    if not all(_fitting(pairs, total)) or abs(rates - 100) > slack or any(m.value == total for m in wholes):
        return
    for whole in wholes:
        phrase = bigrams(_whole_named(pairs[0][1]))
        named = phrase & bigrams(whole.head) if phrase else _WHOLE.search(whole.head)
        if named and slip(whole.figure, total):
            words = sum_words(whole, parts)
            repair = f"{written(whole)}→{slip(whole.figure, total)}"
            yield finding(_SUM.rules["sum"], "error", [whole, *parts], words, repair)
            return


def _pairs(paragraph: Paragraph) -> Iterator[Pair]:
    marks = paragraph.marks
    for share in marks[1:]:
        part = marks[share.index - 1]
        if not share.is_percent or not share.exact or not part.is_quantity or not part.exact:
            continue
        if part.sentence != share.sentence or part.value <= 0 or "占" in part.head:
            continue
        bracketed = (
            _OPENED.match(share.pre) and paragraph.whole[share.figure.end : share.figure.end + 1] in "）)"
        )
        if (NEXT.match(share.pre) and "分别" not in share.pre) or bracketed:
            yield part, share


def _neighbouring(paragraph: Paragraph) -> Iterator[list[Pair]]:
    """Pairs one after the other, of one class and under one phrase."""
    group: list[Pair] = []
    for part, share in _pairs(paragraph):
        if paragraph.aims(share):
            continue
        if group and not _of_one(group[-1], (part, share)):
            if len(group) > 1:
                yield group
            group = []
        group.append((part, share))
    if len(group) > 1:
        yield group
    for share in paragraph.marks:
        if share.is_percent and "分别占" in share.pre:
            shares = [share, *joined(paragraph, share)]
            parts = paragraph.marks[max(0, share.index - len(shares)) : share.index]
            if len(parts) == len(shares) > 1 and all(m.is_quantity and like(m, parts[0]) for m in parts):
                yield list(zip(parts, shares, strict=True))


def _of_one(before: Pair, after: Pair) -> bool:
    apart = after[0].sentence - before[1].sentence
    one, other = _whole_named(before[1]), _whole_named(after[1])
    alike = like(before[0], after[0]) and before[0].depth == after[0].depth
    # 占总数的…；…，占… : the second is of the same whole unless it names another; 其中 opens another whole.
    return alike and apart <= 1 and (not other or one == other) and "其中" not in after[0].pre


def _whole_named(share: Mark) -> str:
    found = _PHRASE.search(share.pre)
    return core(found["whole"]) if found else ""


def _wholes(paragraph: Paragraph, pairs: Sequence[Pair], earlier: Sequence[Mark]) -> list[Mark]:
    own = {pair[0].index for pair in pairs}
    last = pairs[-1][1].sentence
    here = [
        m
        for m in paragraph.marks
        if m.is_quantity
        and m.exact
        and m.index not in own
        and m.sentence <= last + 1
        and like(m, pairs[0][0])
    ]
    return [*(m for m in earlier if like(m, pairs[0][0])), *here]


def _fitting(pairs: Sequence[Pair], whole: Decimal) -> list[bool]:
    return [share_fits(part.value, whole, share) for part, share in pairs]


def _judge(pairs: Sequence[Pair], wholes: Sequence[Mark]) -> Iterator[Finding]:
    total = sum((part.value for part, _ in pairs), Decimal(0))
    values = [*(m.value for m in wholes), total]
    fits = [_fitting(pairs, value) for value in values]
    # Two adjoining wholes may each have their pairs (乙类 of 甲类): each pair that fits somewhere is no error.
    if all(any(fit[place] for fit in fits) for place in range(len(pairs))):
        return
    best = max(range(len(values)), key=lambda at: (sum(fits[at]), at))
    right = sum(fits[best])
    if right == len(pairs) - 1 and right > 0:
        part, share = pairs[fits[best].index(False)]
        if right == 1 and best == len(wholes) and not slip(share.figure, 100 * part.value / total):
            return
        if best < len(wholes):
            if part.value <= wholes[best].value and (right > 1 or one_digit(share, part, wholes[best])):
                yield from told(share, part, wholes[best], [], sure=True)
        else:
            yield from _of_sum(pairs, total, part, share)
        return
    if right:
        return
    for whole in reversed(wholes):
        for value in slips(whole.figure):
            if all(_fitting(pairs, value)):
                yield from _whole_wrong(pairs, whole, value)
                return
    for part, share in pairs:
        for value in slips(part.figure):
            changed = total - part.value + value
            if all(share_fits(value if one is part else one.value, changed, rate) for one, rate in pairs):
                yield from _of_sum(pairs, total, part, share, value)
                return


def _of_sum(
    pairs: Sequence[Pair], total: Decimal, part: Mark, share: Mark, value: Decimal | None = None
) -> Iterator[Finding]:
    """The parts themselves are the whole."""
    computed = 100 * part.value / total
    words = "＋".join(written(one) for one, _ in pairs)
    said = f"{written(part)}÷（{words}）＝{plain(computed)}%，写作{written(share)}"
    if value is not None:
        repair = f"{written(part)}→{rewritten(part.figure, value)}"
    else:
        new = slip(share.figure, computed) or rewritten(share.figure, computed)
        repair = f"{written(share)}→{new}" if new else ""
    marks = [share, part, *(one for one, _ in pairs if one is not part)]
    yield finding(_SHARE.rules["share"], "error", marks, said, repair)


def _whole_wrong(pairs: Sequence[Pair], whole: Mark, value: Decimal) -> Iterator[Finding]:
    part, share = pairs[0]
    said = f"{written(part)}÷{written(whole)}＝{plain(100 * part.value / whole.value)}%，写作{written(share)}，其他占比也对不上"
    repair = f"{written(whole)}→{rewritten(whole.figure, value)}"
    marks = [share, whole, *(mark for pair in pairs for mark in pair)]
    yield finding(_SHARE.rules["share"], "error", marks, said, repair)
