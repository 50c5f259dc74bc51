"""Sums: 其中, brackets, a colon after the total, a total behind its parts, 其余, and what is carried over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from fazhi.reading.finding import Finding, Grade
from fazhi.reading.relations.closings import Found, balance, closing, paired, rest
from fazhi.reading.relations.judge import finding, holds, sum_gap, sum_repair, sum_words
from fazhi.reading.relations.partition import partitions
from fazhi.reading.relations.parts import (
    DONE,
    averaged,
    changing,
    closed_later,
    covered,
    explained,
    first_of_kinds,
    lead,
    like,
    likened,
    list_from,
    mixable,
    one_slip,
    outermost,
    wide_slip,
)
from fazhi.reading.relations.whole import complete, crossing, one_make, opposed, siblings
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import CLASS_OF

_SUM = family("sum")
_AMONG, _TOTAL, _CLOSING = _SUM.words["among"], _SUM.words["total"], _SUM.words["closing"]
_PENDING, _REMAINDER, _STOP = _SUM.words["pending"], _SUM.words["remainder"], _SUM.words["stop"]
_OPEN_END, _PARTIAL, _SEQUEL = _SUM.words["open_end"], _SUM.words["partial"], _SUM.words["sequel"]
_INSIDE = re.compile(r"其中|含|包括")
_DELTA = re.compile(r"(?:增加|减少|下降|增长|净增|多|少|上升|提高|压减)了?$")
_BASE = re.compile(r"(?:比|较|与)(?:上年|去年|上一年|20\d\d年|同期|上月|往年)[^,，;；。]{0,8}$")
_UNNUMBERED = _SUM.words["unnumbered"]
_COLON = re.compile(
    r"^[^,，;；。0-9]{0,6}[:：]|(?:情况|结果|类别|来源|渠道)(?:为|看|如下)?[:：][^,，;；。]{0,12}$"
)


def check(paragraph: Paragraph, earlier: Sequence[Mark] = ()) -> Iterator[Finding]:
    """`earlier` are the figures of the paragraphs before: a total may stand there."""
    seen: set[int] = set()  # figures that a rule has already placed, by the total's index
    told: set[tuple[str, int]] = set()
    for finding_, total in (
        *_among(paragraph, seen, earlier),
        *_bracketed(paragraph, seen),
        *closing(paragraph, seen),
        *rest(paragraph, seen),
        *balance(paragraph),
        *paired(paragraph),
        *_colon(paragraph, seen),
        *partitions(paragraph, seen, earlier),
    ):
        if finding_ is not None and (finding_.rule, total.index) not in told:
            told.add((finding_.rule, total.index))
            seen.add(total.index)
            yield finding_


def _among(paragraph: Paragraph, seen: set[int], earlier: Sequence[Mark]) -> Iterator[Found]:
    """TOTAL，其中 A a，B b…: the total may stand in an earlier sentence; brackets in the parts are their own."""
    marks = paragraph.marks
    for cue in _AMONG.finditer(paragraph.text):
        at = paragraph.start + cue.start()
        depth = paragraph.depth(at)
        after = [mark for mark in marks if mark.figure.start > at]
        if not after:
            continue
        scope = [mark for mark in after if mark.sentence == after[0].sentence and mark.depth >= depth]
        if depth:
            close = min(end for start, end in paragraph.brackets if start < at < end)
            scope = [mark for mark in scope if mark.figure.start < close]
        first = next((mark for mark in scope if mark.is_quantity and mark.depth == depth), None)
        if first is None or first is not next(
            (m for m in scope if m.depth == depth and not m.is_percent), None
        ):
            continue
        level = [mark for mark in scope if mark.depth == depth and like(mark, first)]
        before = [mark for mark in marks if mark.figure.start < at and like(mark, first)]
        strict = list_from(paragraph, scope, first, depth)
        remote = [mark for mark in earlier if like(mark, first)]
        local = any(mark.sentence == first.sentence for mark in before)
        if not local and any(holds(total, strict) for total in remote if len(strict) > 1):
            continue
        if not before:
            if cue[0] != "其中" and len(strict) > 2:
                far = next((m for m in reversed(remote) if m.value >= 1000 and one_slip(m, strict)), None)
                if far is not None:
                    yield from _accuse(paragraph, far, strict, explicit=True, far=True)
            continue
        # Only the nearest total may have a shorter run of parts: some prefix equals some total by chance.
        fitting = [m for m in before if holds(m, level) or holds(m, strict) or m.value == first.value]
        if _fits(before[-1], level, strict):
            fitting.append(before[-1])
        if local and not fitting:
            nearest = [m for m in before if m.sentence == first.sentence and m.depth <= depth]
            fitting = [m for m in nearest[-2:] if _fits(m, level, strict)]
        elif not local and not fitting:
            fitting = [m for m in before if _fits(m, level, strict)]
        if fitting:
            yield from _second_measure(paragraph, scope, strict, fitting[-1])
            seen.update(mark.index for mark in fitting)
            seen.update(mark.index for mark in level)
            continue
        if not any(m.sentence == first.sentence for m in before) and any(
            m.sentence == first.sentence and m.is_quantity and m.figure.start < at for m in marks
        ):
            continue  # the figure just before 其中 counts something else
        before = [m for m in before if not _DELTA.search(m.head) and not _BASE.search(m.head)] or before
        here = [mark for mark in before if mark.sentence == first.sentence and mark.depth <= depth]
        near = here or [m for m in before if m.depth == 0] or before
        total = next((m for m in reversed(near) if one_slip(m, strict)), near[-1])
        run = strict
        mixed = [mark for mark in scope if mark.depth == depth and mixable(mark, total)]
        if len(mixed) > len(run) and any(CLASS_OF.get(m.figure.unit) == "batch" for m in mixed):
            if any(_fits(one, mixed) for one in before):
                continue
            run = mixed
            total = next((m for m in reversed(near) if one_slip(m, run)), total)
        if len(run) > 3 and not one_slip(total, run) and wide_slip(total, run[:-1]):
            run = run[:-1]  # …，拆除复耕59亩: the last is no part, and without it one digit is wrong
        distance = first.sentence - total.sentence
        yield from _second_measure(paragraph, scope, run, total)
        yield from _accuse(paragraph, total, run, explicit=True, far=distance > 0, grown=len(here) > 2)


def _second_measure(
    paragraph: Paragraph, scope: Sequence[Mark], run: Sequence[Mark], total: Mark
) -> Iterator[Found]:
    """岗位26个，人员118人。其中甲岗位5个、人员14人；乙…: the second measure adds up as well."""
    if len(run) < 3:
        return
    others = [m for m in scope if m.is_quantity and m.depth == run[0].depth and not like(m, run[0])]
    if len(others) != len(run) or not all(like(m, others[0]) for m in others):
        return
    totals = [m for m in paragraph.marks if m.index < run[0].index and like(m, others[0])]
    if not totals or any(holds(m, others) for m in totals):
        return
    if abs(totals[-1].index - total.index) == 1 and one_slip(totals[-1], others):
        yield from _accuse(paragraph, totals[-1], others, explicit=True)


def _fits(total: Mark, parts: Sequence[Mark], strict: Sequence[Mark] = ()) -> bool:
    """Whether some run from the first part on is the total, or would be without one part that lies inside another.

    A run that stops one or two short of a list of like names (甲局1项，乙局8项 …) is no reading of it.
    """
    if not parts:
        return False
    if len(parts) == 1:
        return total.value == parts[0].value
    for length in range(2, len(parts) + 1):
        run = parts[:length]
        if holds(total, run):
            left = len(strict) - length
            return not (0 < left <= 2 and (one_make(strict) or _REMAINDER.match(strict[-1].head)))
        for left_out in range(1, length):
            inside = _INSIDE.search(run[left_out].pre) and run[left_out].value <= run[left_out - 1].value
            if inside and holds(total, [*run[:left_out], *run[left_out + 1 :]]):
                return True
    return False


def _accuse(
    paragraph: Paragraph,
    total: Mark,
    run: list[Mark],
    *,
    explicit: bool,
    far: bool = False,
    grown: bool = False,
    enclosed: bool = False,
) -> Iterator[Found]:
    """The grammar names total and parts and no reading holds: how sure is that?"""
    if len(run) < 2 or not total.exact or not all(mark.exact for mark in run) or holds(total, run):
        return
    if averaged(total) or averaged(run[0]):
        return
    following = paragraph.marks[run[-1].index + 1 : run[-1].index + 2]
    if following and following[0].is_quantity and following[0].value == -sum_gap(total, run):
        return  # the missing part is told in another measure word
    gap = sum_gap(total, run)
    rule = _SUM.rules["sum"]
    repair, slipped = sum_repair(total, run)
    cover = covered(total, run)
    open_ended = bool(_UNNUMBERED.search(run[-1].post)) or any(_OPEN_END.search(mark.post) for mark in run)
    remainder = complete(run)
    grade: Grade | None = None
    if enclosed and 0.85 <= cover <= 1.15 and not open_ended and not _small(total):
        grade = "error"
    elif gap > 0:
        if any(mark.value > total.value for mark in run[1:]) and not slipped:
            grade = "suspect"
        elif slipped or remainder or (cover <= 1.1 and len(run) > 2 and one_make(run)):
            grade = "error"
        elif cover < 1.5 and not any(_SEQUEL.search(mark.head) for mark in run):
            grade = "suspect"
        if grade == "error" and _sequel(run):
            grade = "suspect"
    elif open_ended:
        return
    elif (
        (one_slip(total, run) and (abs(gap) >= 100 * total.figure.ulp or len(run) > 2 or cover >= 0.85))
        or remainder
        or (slipped and cover >= 0.5 and len(run) > 3)
        or (slipped and cover >= 0.7 and len(run) > 2)
        or (slipped and cover >= 0.85)
        or (cover >= 0.9 and len(run) > 2)
    ):
        grade = "error"
    elif cover >= 0.8:
        grade = "suspect"
    if (
        grade == "error"
        and gap < 0
        and not remainder
        and ((_PARTIAL.search(lead(run[0])) and not opposed(run)) or _small(total))
    ):
        grade = "suspect"
    if grade == "error" and gap < 0 and cover < 0.4 and len(run) < 3 and not remainder:
        grade = "suspect"  # 其中a件、b件 may name two of many
    if grade == "error" and (far or grown or not explicit) and not slipped:
        grade = "suspect"
    if grade == "error" and not remainder and crossing(run):
        grade = "suspect"
    if grade is not None:
        yield finding(rule, grade, [total, *run], sum_words(total, run), repair), total


def _small(total: Mark) -> bool:
    """Small totals are near to anything: 共5个，其中省级2个、市级2个 names no whole."""
    return total.value < 10


def _sequel(run: Sequence[Mark]) -> bool:
    """Whether the parts are steps of one way (发现12件、整改11件), each inside the one before, and no partition."""
    steps = sum(1 for mark in run if _SEQUEL.search(mark.head))
    if any(_PENDING.search(mark.head) for mark in run[1:]):
        return False  # 已结案33件，正在办理8件 is a partition
    falling = all(one.value >= other.value for one, other in pairwise(run))
    return steps >= 1 and falling and len(run) < 3


def _bracketed(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """N件（甲a件，乙b件）: what is in the bracket makes up the figure before it."""
    for opened, closed in paragraph.brackets:
        inside = [mark for mark in paragraph.marks if opened < mark.figure.start < closed]
        if len(inside) < 2 or "其中" in paragraph.whole[opened : inside[0].figure.start]:
            continue
        total = next((m for m in reversed(paragraph.marks) if m.figure.start < opened), None)
        if total is None or not total.is_quantity or opened - total.figure.after > 6:
            continue
        depth = inside[0].depth
        parts = outermost([mark for mark in inside if mark.depth == depth and like(mark, total)])
        if len(parts) < 2 or _PARTIAL.search(paragraph.whole[opened : inside[0].figure.start]):
            continue
        if _fits(total, parts):
            seen.add(total.index)
        else:
            yield from _accuse(paragraph, total, parts, explicit=True, enclosed=True)


def _colon(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """共N件：甲a件，乙b件, and 共N件，甲a件，乙b件 where the parts are alike."""
    for marks in paragraph.sentences:
        if sum(mark.is_quantity for mark in marks) < 3:
            continue
        for place, total in enumerate(marks[:-2]):
            if not total.is_quantity or not total.exact or total.index in seen or not total.figure.unit:
                continue
            if "其中" in total.post or likened(total) or first_of_kinds(total):
                continue
            following = [m for m in marks[place + 1 :] if m.depth == total.depth and not m.is_percent]
            run: list[Mark] = []
            for mark in following:
                if run and (_STOP.search(mark.pre) or (DONE.search(mark.pre) and "已" not in run[0].head)):
                    break
                if changing(mark) or _BASE.search(mark.head):
                    break  # 比上年的a件减少b件 are no parts
                if like(mark, total):
                    run.append(mark)
                elif mark.figure.kind == total.figure.kind and len(mark.pre) > 4 and run:
                    break
            if len(run) < 2 or not _alike(run) or _fits(total, run):
                continue
            if any(holds(total, run[:length]) for length in range(2, len(run) + 1)):
                continue
            colon = bool(_COLON.search(total.post)) and len(total.post) < 40
            classes = marks[place + 1]
            if classes.figure.unit in ("类", "种", "大类") and classes.post.startswith(("：", ":")):
                colon = True  # N件，共k类：甲a件…
            counted = bool(_TOTAL.search(total.head))
            for found, of in _accuse(paragraph, total, run, explicit=colon):
                if found is None:
                    continue
                cover = covered(total, run)
                if not colon and not counted:
                    # Nothing says total: only a long list that misses a large enough number by one digit.
                    rest = _REMAINDER.match(run[-1].head) is not None
                    whole = (rest and wide_slip(total, run)) or (opposed(run) and sum_repair(total, run)[1])
                    before = [m for m in marks[:place] if like(m, total)]
                    if closed_later(marks, run) or siblings(total, run) or explained(before, [total, *run]):
                        continue
                    if cover > 1.5 and not wide_slip(total, run[:4]):
                        continue
                    near = len(run) > 3 and total.value >= 30 and 0.8 <= cover <= 1.25
                    if whole or (near and one_slip(total, run)):
                        yield found, of
                    continue
                if (
                    colon
                    or (0.75 <= cover <= 1.25 and found.grade == "error" and len(run) > 2)
                    or wide_slip(total, run)
                    or (total.value >= 1000 and 0.98 <= cover <= 1.02)
                ):
                    yield found, of


def _alike(run: Iterable[Mark]) -> bool:
    """Whether the parts are named alike: short names, no verb of another kind, no other sentence in between."""
    return all(len(mark.head) <= 14 and len(mark.pre) <= 24 for mark in run)
