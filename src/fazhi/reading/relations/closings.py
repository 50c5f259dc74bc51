"""Totals behind their parts, what is left over, paired measures, and what is carried from year to year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from fazhi.reading.finding import Finding, Grade
from fazhi.reading.relations.judge import finding, holds, sum_repair, sum_words
from fazhi.reading.relations.parts import covered, like, mixable, spelled, wide_slip
from fazhi.reading.repair import plain, slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_SUM = family("sum")
_CLOSING, _REST, _REMAINDER = _SUM.words["closing"], _SUM.words["rest"], _SUM.words["remainder"]
_WORKED = re.compile(
    r"^(?:全年|本年|本年度)?(?:总共|一共|合计|共)(?:办理|处理|受理|承办)(?:案件|申请|事项)?$"
)
_ANY_TOTAL = re.compile("[共计总]")
_GENERIC = ("单位", "部门", "地区", "组织", "机构", "地方")

Found = tuple[Finding | None, Mark]


def closing(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """A a，B b，合计 N: the parts stand before."""
    if not _ANY_TOTAL.search(paragraph.text):
        return
    for marks in paragraph.sentences:
        for place, total in enumerate(marks):
            if place < 2 or not total.is_quantity:
                continue
            generic = total.post.startswith(_GENERIC) or spelled(marks[place - 1])  # 三类案件共N件
            joined = total.pre.endswith("共") and generic
            if not joined and not _CLOSING.search(_tail(total.pre)):
                continue
            before = [mark for mark in marks[:place] if mixable(mark, total) and mark.depth == total.depth]
            if not all(like(mark, total) for mark in before) and "合计" not in total.pre:
                before = [mark for mark in before if like(mark, total)]
            if len(before) < 2 or any(_CLOSING.search(_tail(mark.pre)) for mark in before[1:]):
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
            cover = covered(total, run)
            sure = "计" in _tail(total.pre) and (slipped or 0.8 <= cover <= 1.25)
            near = slipped and 0.7 <= cover <= 1.4
            if not sure and not near and not wide_slip(total, run):
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


def rest(paragraph: Paragraph, seen: set[int]) -> Iterator[Found]:
    """N件，已办结 a件，其余 z件: total less what is told is the rest."""
    for marks in paragraph.sentences:
        for place, rest in enumerate(marks):
            if place < 2 or not rest.is_quantity or not _REST.search(rest.head):
                continue
            before = [m for m in marks[:place] if like(m, rest) and m.depth == rest.depth]
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
            cover = covered(total, run)
            strong = _REMAINDER.search(rest.head) is not None or _undone(rest, run)
            wide = wide_slip(total, run)
            grade: Grade = (
                "error" if (wide and cover < 3) or (strong and (slipped or 0.8 < cover < 1.2)) else "suspect"
            )
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
    return [m for m in paragraph.marks if m.index < rest.index and like(m, rest)][-8:]


def paired(paragraph: Paragraph) -> Iterator[Found]:
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
            if like(pair[0], total) and like(pair[1], second) and pair[0].exact
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
                if slipped or 0.8 <= covered(wrong, parts) <= 1.25:
                    rule = _SUM.rules["sum"]
                    yield finding(rule, "error", [wrong, *parts], sum_words(wrong, parts), repair), wrong
                return


def balance(paragraph: Paragraph) -> Iterator[Found]:
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
                if m not in (into, out) and words["done"].search(m.head) and like(m, out)
            ),
            None,
        )
        came = [
            m
            for m in level
            if m is not into and m is not done and words["new"].search(m.head) and like(m, out)
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
