"""Totals that no 其中 announces: a list that leaves nothing out behind its total (also in the sentence before), a total that
closes a list in its own words (共出动…人, 全年完成…件), and a whole taken up again by name (一审案件中，甲a件，乙b件).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding, Grade
from fazhi.reading.relations.judge import finding, holds, sum_gap, sum_repair, sum_words
from fazhi.reading.relations.naming import bigrams, named_before
from fazhi.reading.relations.parts import (
    changing,
    closed_later,
    covered,
    explained,
    first_of_kinds,
    lead,
    like,
    likened,
    list_at,
    list_from,
)
from fazhi.reading.relations.whole import (
    complete,
    joined,
    one_make,
    opposed,
    parallel,
    partly_opposed,
    siblings,
)
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SUM = family("sum")
_SUMMED, _YEAR, _OPEN_END = _SUM.words["summed"], _SUM.words["whole_year"], _SUM.words["open_end"]
_PARTIAL, _SEQUEL, _TAKEN_UP = _SUM.words["partial"], _SUM.words["sequel"], _SUM.words["taken_up"]
_LONGEST = 40  # figures of a list with decimals
_ENUMERATED = re.compile(r"[、，,]")

Found = tuple[Finding | None, Mark]


def partitions(paragraph: Paragraph, seen: set[int], earlier: Sequence[Mark]) -> Iterator[Found]:
    yield from _closed(paragraph, seen)
    yield from _taken_up(paragraph, earlier)
    yield from _opened(paragraph, seen)


def _closed(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """甲a人、乙b人，共出动c人; 一季度完成a件，二季度完成b件，全年完成c件."""
    groups = paragraph.sentences
    for number, marks in enumerate(groups):
        for place, total in enumerate(marks):
            if place < 2 and not (number and not place):
                continue
            if not total.is_quantity or total.index in seen or not total.exact or changing(total):
                continue
            generic = bool(_SUMMED.search(total.head)) or _summed_up(total, marks[:place])
            if not generic and not _YEAR.search(total.head):
                continue
            before = marks[:place]
            if not before and number and _YEAR.search(total.head) and len(groups[number - 1]) > 1:
                before = groups[number - 1]  # 直接答复a件；转办b件。全年共受理c件
                if before[-1].sentence != total.sentence - 1:
                    continue
            run = _tail(before, total)
            if len(run) < 2 or _reads(total, run) or any(_reads(mark, run) for mark in run):
                continue
            alike = one_make(run) and bool(bigrams(total.head) & bigrams(run[-1].head))
            listed = "、" in run[1].pre[:2] and all(len(mark.pre) < 12 for mark in run[1:])
            if not (complete(run, paragraph.marks) or alike or (generic and (listed or len(run) > 2))):
                continue
            if any(mark.value > total.value for mark in run[:-1]) and not complete(run) and not listed:
                continue
            yield from _accuse("total", total, run)


def _summed_up(total: Mark, before: Sequence[Mark]) -> bool:
    """核销金额分别为a万元、b万元、c万元，累计核销d万元: what is added up is named by the list's own words."""
    if "累计" not in total.head:
        return False
    return any(bigrams(total.head) & bigrams(mark.head) for mark in before if like(mark, total))


def _tail(before: Sequence[Mark], total: Mark) -> list[Mark]:
    """The like figures just before, back to what is another measure, a change or another total."""
    run: list[Mark] = []
    for mark in reversed(before):
        if mark.depth != total.depth or mark.is_percent:
            continue
        if not like(mark, total) or changing(mark) or not mark.exact:
            break
        if run and _SUMMED.search(mark.head):
            break
        run.insert(0, mark)
    return run


def _reads(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether some of the list, one after the other, are the total."""
    others = [mark for mark in run if mark is not total]
    sums = [Decimal(0)]
    for mark in others:
        sums.append(sums[-1] + mark.value)
    if total.figure.ulp == 1 and all(mark.figure.ulp == 1 for mark in others):
        begun: set[Decimal] = set()  # sums up to two figures before
        for stop in range(2, len(sums)):
            begun.add(sums[stop - 2])
            if sums[stop] - total.value in begun:
                return True
        return False
    return any(
        holds(total, others[start:stop])
        for start in range(len(others))
        for stop in range(start + 2, min(len(others), start + _LONGEST) + 1)
    )


def _taken_up(paragraph: Paragraph, earlier: Sequence[Mark]) -> Iterator[Found]:
    """一审案件229件 …。一审案件中，甲a件，乙b件: the whole stands before, under that name, also paragraphs before."""
    for marks in paragraph.sentences:
        first = marks[0]
        said = _TAKEN_UP.search(first.pre)
        if said is None or not first.is_quantity:
            continue
        run = list_from(paragraph, marks, first)
        here = [m for m in paragraph.marks if m.index < first.index]
        before = [m for m in (*earlier[-60:], *here) if like(m, first) and m.exact]
        if len(run) < 2 or any(_reads(mark, run) for mark in before):
            continue
        wholes = named_before(said["name"], before)
        total = wholes[-1] if wholes else None
        if total is not None and (complete(run) or joined(run) or len(run) > 2):
            yield from _accuse("sum", total, run)


def _opened(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """公证b件，国内c件，涉外d件: the list leaves nothing out, the figure just before it is the total."""
    sentences = paragraph.sentences
    for number, marks in enumerate(sentences):
        if sum(mark.is_quantity for mark in marks) < 2:
            continue
        for place, first in enumerate(marks[:-1]):
            if not first.is_quantity or changing(first):
                continue
            totals = [m for m in marks[:place] if like(m, first) and m.depth <= first.depth]
            near = bool(totals)
            if not totals and place == 0 and number:
                totals = [m for m in sentences[number - 1] if like(m, first) and m.depth == 0]
            totals = [m for m in totals if not changing(m) and not likened(m) and not first_of_kinds(m)]
            run = list_at(paragraph, marks, place) if totals else []
            if len(run) < 2:
                continue
            whole = complete(run, paragraph.marks) or joined(run)
            long = near and len(run) > 2 and parallel(run) and (one_make(run) or len(run) > 3)
            if not (whole or long or (len(run) > 2 and partly_opposed(run))):
                continue
            if any(_reads(mark, run) for mark in totals) or explained(totals[:-1], [totals[-1], *run]):
                continue
            total = _total_of(totals, run)
            if total is None or not total.exact or (total is totals[-1] and total.index in seen):
                continue
            if closed_later(marks, run) or (_PARTIAL.search(lead(run[0])) and not joined(run)):
                continue
            if any(mark.value > total.value for mark in run) and not whole and len(run) < 3:
                continue
            if whole or not near or (_names_whole(total, run) and (total.value >= 30 or not long)):
                yield from _accuse("sum", total, run)
                break


def _total_of(totals: Sequence[Mark], run: Sequence[Mark]) -> Mark | None:
    """The figure just before the list if nothing like it stands before that, or the one that an earlier list made up."""
    last, first = totals[-1], totals[0]
    if siblings(last, run):
        return None  # a sibling
    if last is first or _SUMMED.search(last.head):
        return last
    if last.depth < run[0].depth:
        return last
    if opposed(run):  # 调解成功a件，…；书面协议b件，口头协议c件
        near = [m for m in reversed(totals) if m.exact and 0.5 <= covered(m, run) <= 1.8]
        return next((m for m in near if sum_repair(m, run)[1]), None)
    return first if holds(first, totals[1:]) else None


def _names_whole(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before the list is told as a whole and not as the first of its items."""
    if _TAKEN_UP.search(total.pre):
        return False
    longest = max(len(mark.head) for mark in run)
    return len(total.head) >= longest + 2 or bool(_SUMMED.search(total.head) or _YEAR.search(total.head))


def _accuse(rule: str, total: Mark, run: Sequence[Mark]) -> Iterator[Found]:
    if holds(total, run) or not total.exact or not all(mark.exact for mark in run):
        return
    if any(_OPEN_END.search(mark.post) for mark in run):
        return
    repair, slipped = sum_repair(total, run)
    cover = covered(total, run)
    if not slipped and not 0.8 <= cover <= 1.25:
        return
    near = 0.5 <= cover <= 1.6 or (cover < 8 and abs(sum_gap(total, run)) >= 100 * total.figure.ulp)
    near = near or (0.3 <= cover <= 3 and (len(run) > 3 or complete(run)))
    grade: Grade = "error" if slipped and near else "suspect"
    if _SEQUEL.search(run[0].head) and any(mark.head for mark in run[1:]) and not complete(run):
        grade = "suspect"
    yield finding(_SUM.rules[rule], grade, [total, *run], sum_words(total, run), repair), total
