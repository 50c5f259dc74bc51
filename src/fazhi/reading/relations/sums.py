"""Sums: 其中, brackets, a colon after the total, a total behind its parts, 其余, and what is carried over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from fazhi.reading.finding import Finding, Grade
from fazhi.reading.relations.judge import finding, holds, sum_gap, sum_repair, sum_words
from fazhi.reading.repair import plain, slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import CLASS_OF, same

_SUM = family("sum")
_AMONG, _TOTAL, _CLOSING = _SUM.words["among"], _SUM.words["total"], _SUM.words["closing"]
_REST, _REMAINDER, _STOP = _SUM.words["rest"], _SUM.words["remainder"], _SUM.words["stop"]
_OPEN_END, _PARTIAL, _SEQUEL = _SUM.words["open_end"], _SUM.words["partial"], _SUM.words["sequel"]
_INSIDE = re.compile(r"其中|含|包括")
_PENDING = re.compile(r"正在|未|待|尚|其他|其余|剩余")
_DONE = re.compile(r"[,，；;][^,，；;]{1,6}已")
_WORKED = re.compile(
    r"^(?:全年|本年|本年度)?(?:总共|一共|合计|共)(?:办理|处理|受理|承办)(?:案件|申请|事项)?$"
)
_MOVED = re.compile(r"(?:由|从)[^,，;；。]{0,12}$|[至到]$")
_GENERIC = ("单位", "部门", "地区", "组织", "机构", "地方")
_DELTA = re.compile(r"(?:增加|减少|下降|增长|净增|多|少|上升|提高|压减)了?$")
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
        *_closing(paragraph, seen),
        *_rest(paragraph, seen),
        *_balance(paragraph),
        *_paired(paragraph),
        *_colon(paragraph, seen),
    ):
        if finding_ is not None and (finding_.rule, total.index) not in told:
            told.add((finding_.rule, total.index))
            seen.add(total.index)
            yield finding_


Found = tuple[Finding | None, Mark]


def _like(one: Mark, other: Mark) -> bool:
    """Whether the two may be added: one kind, one class of measure words. 三项合计 among digits counts the items."""
    return (
        one.is_quantity
        and one.figure.kind == other.figure.kind
        and same(one.figure.unit, other.figure.unit)
        and _spelled(one) == _spelled(other)
    )


def _spelled(mark: Mark) -> bool:
    return mark.value < 10 and not mark.figure.text[0].isdigit()


def _mixed(one: Mark, total: Mark) -> bool:
    """来信214件，来访486批，网上838件: visits are counted in parties where letters are counted by the piece."""
    return _like(one, total) or (
        CLASS_OF.get(total.figure.unit) == "matter" and CLASS_OF.get(one.figure.unit) == "batch"
    )


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
        level = [mark for mark in scope if mark.depth == depth and _like(mark, first)]
        before = [mark for mark in marks if mark.figure.start < at and _like(mark, first)]
        strict = _strict(paragraph, scope, first, depth)
        remote = [mark for mark in earlier if _like(mark, first)]
        local = any(mark.sentence == first.sentence for mark in before)
        if not local and any(holds(total, strict) for total in remote if len(strict) > 1):
            continue
        if not before:
            if cue[0] != "其中" and len(strict) > 2:
                far = next((m for m in reversed(remote) if m.value >= 1000 and _slipped(m, strict)), None)
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
            seen.update(mark.index for mark in fitting)
            seen.update(mark.index for mark in level)
            continue
        if not any(m.sentence == first.sentence for m in before) and any(
            m.sentence == first.sentence and m.is_quantity and m.figure.start < at for m in marks
        ):
            continue  # the figure just before 其中 counts something else
        before = [mark for mark in before if not _DELTA.search(mark.head)] or before
        here = [mark for mark in before if mark.sentence == first.sentence and mark.depth <= depth]
        near = here or [m for m in before if m.depth == 0] or before
        total = next((m for m in reversed(near) if _slipped(m, strict)), near[-1])
        run = strict
        mixed = [mark for mark in scope if mark.depth == depth and _mixed(mark, total)]
        if len(mixed) > len(run) and any(CLASS_OF.get(m.figure.unit) == "batch" for m in mixed):
            if any(_fits(one, mixed) for one in before):
                continue
            run = mixed
            total = next((m for m in reversed(near) if _slipped(m, run)), total)
        if len(run) > 3 and not _slipped(total, run) and _wide(total, run[:-1]):
            run = run[:-1]  # …，拆除复耕59亩: the last is no part, and without it one digit is wrong
        distance = first.sentence - total.sentence
        yield from _accuse(paragraph, total, run, explicit=True, far=distance > 0, grown=len(here) > 2)


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
            return not (0 < left <= 2 and _one_make(strict))
        for left_out in range(1, length):
            inside = _INSIDE.search(run[left_out].pre) and run[left_out].value <= run[left_out - 1].value
            if inside and holds(total, [*run[:left_out], *run[left_out + 1 :]]):
                return True
    return False


def _one_make(run: Sequence[Mark]) -> bool:
    """Whether all names have a character in common (公安局、应急局 …; 行政许可、行政处罚 …)."""
    common = set(run[0].head)
    for mark in run[1:]:
        common &= set(mark.head)
    return bool(common - set("其中类为共的有"))


def _strict(paragraph: Paragraph, scope: Sequence[Mark], first: Mark, depth: int) -> list[Mark]:
    """The parts as the grammar has them: to the first word that opens something new, or a figure of another kind."""
    run: list[Mark] = []
    semicolon, between = False, ""
    for mark in scope:
        if mark.depth != depth:
            continue
        if run and re.search("[;；]", mark.pre):
            semicolon = True
        if mark.is_percent or mark.figure.start < first.figure.start:
            continue
        if run and (_STOP.search(mark.pre) or (_DONE.search(mark.pre) and "已" not in run[0].head)):
            break
        if _MOVED.search(mark.head):
            break  # 由24件减至6件 are no parts
        if semicolon and len(run) > 1 and not re.search("[;；]", between):
            break  # the first parts were joined by commas: the semicolon ends the list
        if run and not between:
            between = paragraph.between(run[0], mark)
        if (
            len(run) > 1
            and "、" in run[1].pre[:4]
            and "、" not in mark.pre
            and re.search("[,，;；]", mark.pre)
        ):
            break  # 甲a件、乙b件，评出…: the comma ends the list
        if not _like(mark, first):
            if not mark.is_quantity or len(mark.pre.strip()) < 2 or mark.figure.kind != first.figure.kind:
                continue  # 127批324人次, 12件360万元: another measure of the same part
            break
        run.append(mark)
    return run


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
    gap = sum_gap(total, run)
    rule = _SUM.rules["sum"]
    repair, slipped = sum_repair(total, run)
    cover = _cover(total, run)
    open_ended = bool(_UNNUMBERED.search(run[-1].post)) or any(_OPEN_END.search(mark.post) for mark in run)
    remainder = bool(_REMAINDER.match(run[-1].head)) or _opposed(run)
    grade: Grade | None = None
    if enclosed and 0.85 <= cover <= 1.15 and not open_ended and not _small(total):
        grade = "error"
    elif gap > 0:
        if any(mark.value > total.value for mark in run[1:]) and not slipped:
            grade = "suspect"
        elif slipped or remainder or (cover <= 1.1 and len(run) > 2 and _one_make(run)):
            grade = "error"
        elif cover < 1.5 and not any(_SEQUEL.search(mark.head) for mark in run):
            grade = "suspect"
        if grade == "error" and _sequel(run):
            grade = "suspect"
    elif open_ended:
        return
    elif (
        (_slipped(total, run) and (abs(gap) >= 100 * total.figure.ulp or len(run) > 2 or cover >= 0.85))
        or remainder
        or (slipped and cover >= 0.5 and len(run) > 3)
        or (slipped and cover >= 0.7 and len(run) > 2)
        or (slipped and cover >= 0.85)
        or (cover >= 0.9 and len(run) > 2)
    ):
        grade = "error"
    elif cover >= 0.8:
        grade = "suspect"
    if grade == "error" and gap < 0 and not remainder and (_PARTIAL.search(run[0].pre) or _small(total)):
        grade = "suspect"
    if grade == "error" and (far or grown or not explicit) and not slipped:
        grade = "suspect"
    if grade is not None:
        yield finding(rule, grade, [total, *run], sum_words(total, run), repair), total


def _cover(total: Mark, run: Sequence[Mark]) -> float:
    """The parts' sum as a share of the total."""
    return float(1 + sum_gap(total, run) / total.value) if total.value else 9.0


def _slipped(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether one wrong digit explains the gap and hardly chance: a gap of 300 or a small share of the total."""
    if len(run) < 2 or not total.value:
        return False
    gap = sum_gap(total, run)
    cover = 1 + gap / total.value
    places = max(Decimal(1), min(mark.figure.ulp for mark in (total, *run)))
    wide = abs(gap) >= 100 * places
    return (wide or Decimal("0.8") <= cover <= Decimal("1.25")) and sum_repair(total, run)[1]


def _opposed(run: Sequence[Mark]) -> bool:
    """满意a人、基本满意b人、不满意c人; 已办结a件，正在办理b件: a thing and its contrary leave nothing out."""
    heads = [mark.head for mark in run]
    if heads[0].startswith(("已", "其中已")) and re.match("正在|未|待|尚", heads[-1]):
        return True
    return any(
        head.startswith(("不", "未"))
        and len(head) > 2
        and any(other.endswith(head[1:]) for other in heads if other != head)
        for head in heads
    )


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
        parts = [mark for mark in inside if mark.depth == depth and _like(mark, total)]
        if len(parts) < 2 or _PARTIAL.search(paragraph.whole[opened : inside[0].figure.start]):
            continue
        if _fits(total, parts):
            seen.add(total.index)
        else:
            yield from _accuse(paragraph, total, parts, explicit=True, enclosed=True)


def _closing(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """A a，B b，合计 N: the parts stand before."""
    for marks in paragraph.sentences:
        for place, total in enumerate(marks):
            if place < 2 or not total.is_quantity:
                continue
            generic = total.post.startswith(_GENERIC) or _spelled(marks[place - 1])  # 三类案件共N件
            joined = total.pre.endswith("共") and generic
            if not joined and not _CLOSING.search(_tail(total.pre)):
                continue
            before = [mark for mark in marks[:place] if _mixed(mark, total) and mark.depth == total.depth]
            if not all(_like(mark, total) for mark in before) and "合计" not in total.pre:
                before = [mark for mark in before if _like(mark, total)]
            if len(before) < 2:
                continue
            runs = [before[start:] for start in range(len(before) - 1)]
            if any(holds(total, run) for run in runs) or _any_pair(total, before):
                seen.add(total.index)
                continue
            run = runs[0]
            for start, mark in enumerate(before[1:], 1):  # an earlier total (共…) is no part of this one
                if mark.value > total.value and len(before) - start > 2:
                    run = before[start + 1 :]
            if len(run) < 2 or not total.exact or not all(mark.exact for mark in run):
                continue
            repair, slipped = sum_repair(total, run)
            cover = _cover(total, run)
            sure = "计" in _tail(total.pre) and (slipped or 0.8 <= cover <= 1.25)
            near = slipped and 0.7 <= cover <= 1.4
            if not sure and not near and not _wide(total, run):
                if 0.7 <= cover <= 1.4:
                    rule = _SUM.rules["total"]
                    yield finding(rule, "suspect", [total, *run], sum_words(total, run), repair), total
                continue
            rule = _SUM.rules["total"]
            yield finding(rule, "error", [total, *run], sum_words(total, run), repair), total


def _any_pair(total: Mark, before: Sequence[Mark]) -> bool:
    return any(
        holds(total, [one, other]) for place, one in enumerate(before) for other in before[place + 1 :]
    )


def _tail(words: str) -> str:
    return words[-12:]


def _rest(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """N件，已办结 a件，其余 z件: total less what is told is the rest."""
    for marks in paragraph.sentences:
        for place, rest in enumerate(marks):
            if place < 2 or not rest.is_quantity or not _REST.search(rest.head):
                continue
            before = [m for m in marks[:place] if _like(m, rest) and m.depth == rest.depth]
            if len(before) < 2:
                continue
            if _rest_fits(rest, before) or _rest_fits(rest, _wider(paragraph, rest)):
                continue
            total = max(before[:-1], key=lambda mark: mark.value)
            run = [*before[before.index(total) + 1 :], rest]
            if len(run) < 2 or not all(m.exact for m in (total, *run)):
                continue
            repair, slipped = sum_repair(total, run, rest)
            if before[-1].value > total.value and not slipped:
                continue
            cover = _cover(total, run)
            strong = _REMAINDER.search(rest.head) is not None or _undone(rest, run)
            wide = _slipped(total, run) and abs(sum_gap(total, run)) >= 100 * total.figure.ulp
            grade: Grade = "error" if wide or (strong and (slipped or 0.8 < cover < 1.2)) else "suspect"
            if grade == "error" or 0.8 < cover < 1.2:
                rule = _SUM.rules["rest"]
                yield finding(rule, grade, [rest, total, *run[:-1]], sum_words(total, run), repair), rest


def _undone(rest: Mark, run: Sequence[Mark]) -> bool:
    """办结a件，…，未办结z件: done and not done leave nothing out."""
    if not re.search(r"^(?:正在|未|尚未|待|尚在|继续)", rest.head):
        return False
    return any(
        re.search(r"^(?:已|均已)", mark.head) or set(rest.head[-2:]) <= set(mark.head) for mark in run[:-1]
    )


def _rest_fits(rest: Mark, before: Sequence[Mark]) -> bool:
    """Some total before, less all figures from some place after it on, is the rest."""
    return any(
        holds(total, [*before[start:], rest])
        for first, total in enumerate(before)
        for start in range(first + 1, len(before))
    )


def _wider(paragraph: Paragraph, rest: Mark) -> list[Mark]:
    return [m for m in paragraph.marks if m.index < rest.index and _like(m, rest)][-8:]


def _paired(paragraph: Paragraph) -> Iterator[Found]:
    """604批1877人次 … 49批613人次，555批1246人次: where one measure adds up, the other must too."""
    marks = paragraph.marks
    pairs = [
        (one, other)
        for one, other in pairwise(marks)
        if one.sentence == other.sentence
        and not other.pre.strip()
        and one.figure.kind == other.figure.kind == "count"
        and not same(one.figure.unit, other.figure.unit)
    ]
    for place, (total, second) in enumerate(pairs):
        following = [
            pair
            for pair in pairs[place + 1 :]
            if _like(pair[0], total) and _like(pair[1], second) and pair[0].exact
        ]
        for count in (2, 3, 4):
            run = following[:count]
            if len(run) < count:
                break
            firsts, seconds = [one for one, _ in run], [other for _, other in run]
            fit = holds(total, firsts), holds(second, seconds)
            if all(fit):
                return
            if any(fit):
                wrong, parts = (second, seconds) if fit[0] else (total, firsts)
                repair, slipped = sum_repair(wrong, parts)
                if slipped or 0.8 <= _cover(wrong, parts) <= 1.25:
                    rule = _SUM.rules["sum"]
                    yield finding(rule, "error", [wrong, *parts], sum_words(wrong, parts), repair), wrong
                return


def _balance(paragraph: Paragraph) -> Iterator[Found]:
    """上年结转a件，本年新收b件，办结c件，结转下年d件: a＋b＝c＋d; 收到N件（含上年结转a件）: N＝c＋d."""
    if "结转" not in paragraph.text:
        return
    words = _SUM.words
    rule = _SUM.rules["balance"]
    for marks in (*paragraph.sentences, paragraph.marks):
        level = [m for m in marks if m.is_quantity]
        into = next((m for m in level if words["carried_in"].search(m.pre[-14:])), None)
        worked = next((m for m in level if _WORKED.search(m.head)), None)
        fresh = [m for m in level if m is not into and words["new"].search(m.head)]
        if into is not None and worked is not None and len(fresh) == 1 and fresh[0].index < worked.index:
            parts = [fresh[0], into]
            if into.index < worked.index and into.depth == fresh[0].depth and not holds(worked, parts):
                repair, slipped = sum_repair(worked, parts)
                if slipped and all(m.exact for m in (worked, *parts)):
                    yield finding(rule, "error", [worked, *parts], sum_words(worked, parts), repair), worked
        out = next((m for m in level if words["carried_out"].search(m.pre[-16:])), None)
        if into is None or out is None or into is out:
            continue
        done = next(
            (
                m
                for m in reversed(level)
                if m not in (into, out) and words["done"].search(m.head) and _like(m, out)
            ),
            None,
        )
        came = [
            m
            for m in level
            if m is not into and m is not done and words["new"].search(m.head) and _like(m, out)
        ]
        if done is None or not came or not all(m.exact for m in (into, out, done, *came)):
            continue
        right = done.value + out.value
        if any(right in (new.value, new.value + into.value) for new in came):
            continue
        new = came[-1]
        included = into.depth > new.depth and "含" in into.pre
        if not included and len(came) > 1:
            continue
        left = new.value if included else new.value + into.value
        gap = right - left
        told = f"{'' if included else into.figure.text + '＋'}{new.figure.text}＝{plain(left)}，{done.figure.text}＋{out.figure.text}＝{plain(right)}"
        repair = ""
        for mark, value in (
            (out, out.value - gap),
            (done, done.value - gap),
            (new, new.value + gap),
            (into, into.value + gap),
        ):
            fixed = slip(mark.figure, value) if value >= 0 else None
            if fixed and not (included and mark is into):
                repair = f"{mark.figure.text}→{fixed}"
                break
        grade: Grade = "error" if repair or abs(gap) * 5 <= left else "suspect"
        yield finding(rule, grade, [out, done, new, into], told, repair), out


def _colon(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """共N件：甲a件，乙b件, and 共N件，甲a件，乙b件 where the parts are alike."""
    for marks in paragraph.sentences:
        for place, total in enumerate(marks[:-2]):
            if not total.is_quantity or not total.exact or total.index in seen:
                continue
            colon = bool(_COLON.search(total.post)) and len(total.post) < 40
            counted = bool(_TOTAL.search(total.head))
            if "其中" in total.post:
                continue
            following = [m for m in marks[place + 1 :] if m.depth == total.depth and not m.is_percent]
            run: list[Mark] = []
            for mark in following:
                if run and (_STOP.search(mark.pre) or (_DONE.search(mark.pre) and "已" not in run[0].head)):
                    break
                if _like(mark, total):
                    run.append(mark)
                elif mark.figure.kind == total.figure.kind and len(mark.pre) > 4 and run:
                    break
            if len(run) < 2 or _fits(total, run):
                continue
            if any(holds(total, run[:length]) for length in range(2, len(run) + 1)):
                continue
            if not _alike(run):
                continue
            for found, of in _accuse(paragraph, total, run, explicit=colon):
                if found is None:
                    continue
                cover = _cover(total, run)
                if not colon and not counted:
                    # Nothing says total: only a long list that misses a large enough number by one digit.
                    rest = _REMAINDER.match(run[-1].head) is not None
                    whole = (rest and _wide(total, run)) or (_opposed(run) and sum_repair(total, run)[1])
                    near = len(run) > 3 and total.value >= 30 and 0.8 <= cover <= 1.25
                    if whole or (near and _slipped(total, run)):
                        yield found, of
                    continue
                if (
                    colon
                    or (0.75 <= cover <= 1.25 and found.grade == "error" and len(run) > 2)
                    or _wide(total, run)
                    or (total.value >= 1000 and 0.98 <= cover <= 1.02)
                ):
                    yield found, of


def _wide(total: Mark, run: Sequence[Mark]) -> bool:
    return _slipped(total, run) and abs(sum_gap(total, run)) >= 100 * total.figure.ulp


def _alike(run: Iterable[Mark]) -> bool:
    """Whether the parts are named alike: short names, no verb of another kind, no other sentence in between."""
    return all(len(mark.head) <= 14 and len(mark.pre) <= 24 for mark in run)
