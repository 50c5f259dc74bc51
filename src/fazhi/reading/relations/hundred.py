"""Shares that split a whole add up to 100."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.relations.told import joined
from fazhi.reading.relations.whole import opposed_names
from fazhi.reading.repair import plain, slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SHARE = family("share")
_NOT = _SHARE.words["not_a_share"]
_REST = re.compile(r"其他|其余|其它|剩余|及以[上下]的?占")
_STRUCTURE = re.compile(r"(?:构成|结构|组成|分布)(?:为|如下|是|上)?[:：,，][^,，;；。\d]{1,10}$")
_TAIL = re.compile(r"(?:的)?(?:仅|约)?(?:占比?|比重|比例)?(?:为|达|是)?$")


def complement(paragraph: Paragraph, shares: Sequence[Mark]) -> Iterator[Finding]:
    """Shares that split a whole (甲占a%，乙占b%，其他占c%; 三次产业比重分别为a%、b%、c%) add up to 100."""
    rule = _SHARE.rules["complement"]
    for group in _groups(paragraph, shares):
        if len(group) < 2 or paragraph.aims(group[0]):
            continue
        total = sum((mark.value for mark in group), Decimal(0))
        slack = sum((mark.figure.ulp for mark in group), Decimal(0))
        if slack < abs(total - 100) and 50 <= total <= 200:
            words = "＋".join(written(mark) for mark in group) + f"＝{plain(total)}%"
            repair = next(
                (f"{written(m)}→{new}" for m in group if (new := slip(m.figure, m.value + 100 - total))), ""
            )
            if repair or abs(total - 100) <= 20:
                yield finding(rule, "error", group, words, repair)


def _groups(paragraph: Paragraph, shares: Sequence[Mark]) -> Iterator[list[Mark]]:
    for mark in shares:
        if _SHARE.words["partition"].search(mark.head) or _STRUCTURE.search(mark.pre):
            named = _following(shares, mark)
            yield named if _STRUCTURE.search(mark.pre) else [mark, *joined(paragraph, mark)]
            return
    run: list[Mark] = []
    for mark in shares:
        if run and (mark.sentence != run[-1].sentence or "其中" in mark.pre or not _alike(run[-1], mark)):
            run = []
        if not mark.exact or _NOT.search(mark.head) or "率" in mark.head[-4:]:
            run = []
            continue
        run.append(mark)
        if len(run) > 1 and (_REST.search(mark.pre) or (_contrary(run) and not _goes_on(shares, mark))):
            told = "占" in mark.pre or "占" in run[0].pre or _told_behind(run)
            if told:
                yield run
            run = []


def _alike(one: Mark, other: Mark) -> bool:
    """Both with 占, or both without."""
    return ("占" in one.pre) == ("占" in other.pre) or bool(_REST.search(other.pre))


def _told_behind(run: Sequence[Mark]) -> bool:
    """42%选择甲，23%选择乙: the same word stands behind each share but the last."""
    return len({mark.post.lstrip("的")[:2] for mark in run[:-1]}) == 1 and len(run) > 2


def _following(shares: Sequence[Mark], first: Mark) -> list[Mark]:
    """甲a%，乙b%，丙c% behind 构成为：, to the sentence's end."""
    return [
        m
        for m in shares
        if m.sentence == first.sentence and m.index >= first.index and m.exact and not _NOT.search(m.head)
    ]


def _goes_on(shares: Sequence[Mark], mark: Mark) -> bool:
    return any(m.sentence == mark.sentence and m.index > mark.index and "占" in m.pre for m in shares)


def _contrary(run: Sequence[Mark]) -> bool:
    return opposed_names([_TAIL.sub("", mark.head) for mark in run])
