"""What cannot be more than what: done than due, sampled than existing, this year than all years; and the same fact twice."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding, Grade
from fazhi.reading.relations import stages
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.repair import rewritten, slip, slips
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_ORDER = family("order")
_WHOLE, _PART, _CARRIED = _ORDER.words["whole"], _ORDER.words["part"], _ORDER.words["carried"]
_CUMULATIVE, _THIS_YEAR = _ORDER.words["cumulative"], _ORDER.words["this_year"]
_EXISTING = re.compile(rf"(?:{_ORDER.words['existing'].pattern})([一-龥]{{3,12}})$")
_SAMPLED = re.compile(rf"(?:{_ORDER.words['sampled'].pattern})了?([一-龥]{{3,12}})$")
_STOCK_OR_SAMPLE = ("现有", "共有", "目前有", "抽查", "检查", "抽取", "评查")
_SINCE = re.compile(r"历年累计|以来累计|以来共")
_PAUSE = re.compile(r"[,，;；。、：:（(\s]")
_ALL = re.compile(r"全([省市县区州旗镇乡])$")
_NOUN = re.compile(r"^[一-龥]{2,8}")


def check(paragraph: Paragraph) -> Iterator[Finding]:
    if _PART.search(paragraph.text):
        yield from _due_and_done(paragraph)
    yield from _brackets(paragraph)
    yield from _among(paragraph)
    if _SINCE.search(paragraph.text):
        yield from _all_years(paragraph)
    if "全" in paragraph.text:
        yield from _same_fact(paragraph)
    words = _ORDER.words
    if words["finished"].search(paragraph.text) and words["received"].search(paragraph.text):
        yield from _received(paragraph)
    yield from stages.check(paragraph)


def _like(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind == "count" and same(one.figure.unit, other.figure.unit)


def _due_and_done(paragraph: Paragraph) -> Iterator[Finding]:
    """应出庭N次，实际出庭M次; 受理N件，已办结M件: M is not more, unless something was carried over."""
    if _CARRIED.search(paragraph.text):
        return
    for marks in paragraph.sentences:
        for place, part in enumerate(marks):
            if not part.exact or not _PART.search(part.head) or part.figure.kind != "count":
                continue
            rates = [m for m in marks[place + 1 : place + 3] if m.is_percent and "率" in m.head]
            if any(m.value > 100 for m in rates):
                continue  # more than planned was done
            rate = bool(rates)
            wholes = [
                m
                for m in marks[:place]
                if _WHOLE.search(m.head)
                and m.exact
                and (_like(m, part) or (rate and m.figure.kind == "count" and _alike(m.head, part.head)))
            ]
            if not wholes or any(
                m.value >= part.value for m in marks[:place] if _like(m, part) or m in wholes
            ):
                continue
            whole = wholes[-1]
            paired = bool(set(part.head[-4:]) & set(whole.head[-4:])) or "应" in whole.head
            repair = _repair(part, whole)
            sure = (paired or rate) and "计划" not in whole.head  # more than planned may be done
            grade: Grade = "error" if sure and (repair or part.value <= whole.value * 2) else "suspect"
            yield finding(
                _ORDER.rules["subset"], grade, [part, whole], f"{written(part)}多于{written(whole)}", repair
            )


def _right_behind(mark: Mark) -> str:
    """313人报名: the word behind the measure word, where no comma comes between."""
    return _PAUSE.split(mark.post, maxsplit=1)[0][:4]


def _received(paragraph: Paragraph) -> Iterator[Finding]:
    """受理N件，…，办结M件: M is not more, where nothing was carried over and one digit explains it."""
    words = _ORDER.words
    for marks in paragraph.sentences:
        if len(marks) < 2 or _CARRIED.search(paragraph.sentence_text(marks[0])):
            continue
        for place, part in enumerate(marks):
            before = [m for m in marks[:place] if _like(m, part) and m.figure.unit == part.figure.unit]
            if not before or any(m.value >= part.value for m in before):
                continue
            whole = next(
                (m for m in reversed(before) if words["received"].search(m.head + _right_behind(m))),
                before[-1],
            )
            told_of, after = whole.head + _right_behind(whole), part.head + _right_behind(part)
            if not words["received"].search(told_of) or not words["finished"].search(after):
                continue
            repair = _repair(part, whole) or next(
                (
                    f"{written(part)}→{rewritten(part.figure, value)}"
                    for value in reversed(slips(part.figure))
                    if whole.value * Decimal("0.5") <= value <= whole.value
                ),
                "",
            )
            if whole.exact and part.exact and repair and part.value >= whole.value * Decimal("1.5"):
                told = f"{written(part)}多于{written(whole)}"
                yield finding(_ORDER.rules["subset"], "error", [part, whole], told, repair)


def _among(paragraph: Paragraph) -> Iterator[Finding]:
    """N件，其中M件…: what is among them is not more than they are."""
    if "其中" not in paragraph.text:
        return
    for marks in paragraph.sentences:
        for place, part in enumerate(marks):
            if (
                not place
                or not part.exact
                or not part.is_quantity
                or "其中" not in part.pre[-12:]
                or "其中" in marks[place - 1].pre
            ):
                continue
            before = [
                m for m in paragraph.marks if m.index < part.index and m.figure.kind == part.figure.kind
            ]
            alike = [m for m in before if same(m.figure.unit, part.figure.unit)]
            second = _second(marks, place)
            if second is not None:
                yield second
            whole = alike[-1] if alike else part
            if (
                whole.sentence != part.sentence
                or whole is part
                or any(m.value >= part.value for m in alike)
                or not whole.exact
            ):
                continue
            told = f"{written(part)}多于{written(whole)}"
            yield finding(_ORDER.rules["subset"], "error", [part, whole], told, _repair(part, whole))


def _second(marks: Sequence[Mark], place: int) -> Finding | None:
    """356批981人次，其中42批988人次: neither measure of the part is more than that of the whole."""
    part = marks[place + 1] if place + 1 < len(marks) else None
    if part is None or part.pre.strip() or not part.exact or part.figure.kind != "count":
        return None
    for one, whole in itertools.pairwise(marks[:place]):
        paired = _like(one, marks[place]) and not whole.pre.strip() and whole.figure.unit == part.figure.unit
        if paired and whole.exact and marks[place].value <= one.value and part.value > whole.value:
            told = f"{written(part)}多于{written(whole)}"
            return finding(_ORDER.rules["subset"], "error", [part, whole], told, _repair(part, whole))
    return None


def _alike(one: str, other: str) -> bool:
    return len(set(one[-6:]) & set(other[-6:])) >= 2


def _brackets(paragraph: Paragraph) -> Iterator[Finding]:
    """N条（其中实名a条），已答复M条（其中实名b条）: b is not more than a, where M is not more than N."""
    if "其中" not in paragraph.text or not paragraph.brackets or _CARRIED.search(paragraph.text):
        return
    for marks in paragraph.sentences:
        inner = [
            (marks[place - 1], mark)
            for place, mark in enumerate(marks)
            if place and mark.depth == 1 and marks[place - 1].depth == 0 and "其中" in mark.pre
        ]
        for (outer, one), (later, other) in itertools.pairwise(inner):
            alike = _like(one, other) and _like(outer, later) and _PART.search(later.head)
            shared = set(one.head) & set(other.head) - set("其中")
            if alike and len(shared) >= 2 and other.value > one.value and later.value <= outer.value:
                yield finding(
                    _ORDER.rules["subset"],
                    "error" if one.exact and other.exact else "suspect",
                    [other, one],
                    f"{written(other)}多于{written(one)}",
                    _repair(other, one),
                )


def _repair(part: Mark, whole: Mark) -> str:
    new = slip(part.figure, whole.value)
    return f"{written(part)}→{new}" if new else ""


def _all_years(paragraph: Paragraph) -> Iterator[Finding]:
    """全年接待N人次，自设立以来累计接待M人次: M is not less than N."""
    for marks in paragraph.sentences:
        for place, total in enumerate(marks):
            if not _SINCE.search(total.pre):
                continue
            for year in marks[:place]:
                if (
                    _like(year, total)
                    and year.exact
                    and year.figure.unit == total.figure.unit
                    and set(total.head[-4:]) & set(year.head[-4:])
                    and total.value < year.value
                ):
                    yield finding(
                        _ORDER.rules["subset"],
                        "error",
                        [year, total],
                        f"本期{written(year)}多于累计{written(total)}",
                        _repair(year, total),
                    )


def _same_fact(paragraph: Paragraph) -> Iterator[Finding]:
    """全县N个乡镇 … 全县M个乡镇."""
    told: dict[tuple[str, str, str], Mark] = {}
    for mark in paragraph.marks:
        found = _ALL.search(mark.head) if mark.figure.unit == "个" else None
        noun = _NOUN.match(mark.post) if found else None
        if found is None or noun is None or not mark.exact:
            continue
        key = (found[0], mark.figure.unit, noun[0][:2])
        first = told.setdefault(key, mark)
        if first.value != mark.value:
            yield finding(
                _ORDER.rules["equal"],
                "error",
                [mark, first],
                f"“{found[0]}{written(first)}个{key[2]}”与“{found[0]}{written(mark)}个{key[2]}”",
                "",
            )


def check_document(all_paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """现有N个某部门 … 抽查某部门M个, wherever the two stand."""
    existing: dict[tuple[str, str], Mark] = {}
    sampled: list[tuple[str, Mark]] = []
    for paragraph in all_paragraphs:
        text = paragraph.text
        if not any(word in text for word in _STOCK_OR_SAMPLE):
            continue
        for mark in paragraph.marks:
            if mark.figure.kind != "count" or not mark.exact:
                continue
            if found := _EXISTING.search(mark.head):
                existing.setdefault((found[1], mark.figure.unit), mark)
            elif found := _SAMPLED.search(mark.head):
                sampled.append((found[1], mark))
    for noun, mark in sampled:
        whole = existing.get((noun, mark.figure.unit))
        if whole is not None and mark.value > whole.value:
            told = f"现有{noun}{written(whole)}{whole.figure.unit}，抽查{written(mark)}{mark.figure.unit}"
            yield finding(_ORDER.rules["sampled"], "error", [mark, whole], told, _repair(mark, whole))
