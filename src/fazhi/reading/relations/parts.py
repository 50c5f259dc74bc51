"""What may be added up, and whether a gap between parts and total looks like a slip."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from fazhi.reading.relations.judge import holds, sum_gap, sum_repair
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import CLASS_OF, same

_SUM = family("sum")
_STOP, _CHANGE, _AVERAGE = _SUM.words["stop"], _SUM.words["change"], _SUM.words["average"]
_TOTAL = re.compile(f"(?:{_SUM.words['total'].pattern})(?:为|达|约|有)?$")
_REMAINDER = _SUM.words["remainder"]
_COMMA = re.compile(r"[,，;；、。(（]")
_SEMICOLON = re.compile("[;；]")
_NO_PAUSE = re.compile("[,，;；]")
_FROM = re.compile(r"(?:(?<![自理])由(?!于)|(?<!服)从(?![严业轻重快事]))[^,，;；。]{0,12}$")
_UPTO = re.compile(r"(?:至|(?<![达得收接])到)$")
_MOVES = re.compile(r"[至到增减降升提扩缩压变调]")
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_PARTED = re.compile("[，,；;。]")
_THAN = re.compile("[较比](?!例|重|较|[值率])")
DONE = re.compile(r"[,，；;][^,，；;]{1,6}已")


def like(one: Mark, other: Mark) -> bool:
    """Whether the two may be added: one kind, one class of measure words. 三项合计 among digits counts the items."""
    return (
        one.is_quantity
        and one.figure.kind == other.figure.kind
        and same(one.figure.unit, other.figure.unit)
        and spelled(one) == spelled(other)
    )


def spelled(mark: Mark) -> bool:
    return mark.value < 10 and not mark.figure.text[0].isdigit()


def mixable(one: Mark, total: Mark) -> bool:
    """来信214件，来访486批，网上838件: visits are counted in parties where letters are counted by the piece."""
    return like(one, total) or (
        CLASS_OF.get(total.figure.unit) == "matter" and CLASS_OF.get(one.figure.unit) == "batch"
    )


def covered(total: Mark, run: Sequence[Mark]) -> float:
    """The parts' sum as a share of the total."""
    return float(1 + sum_gap(total, run) / total.value) if total.value else 9.0


def one_slip(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether one wrong digit explains the gap and hardly chance: a gap of 300 or a small share of the total."""
    if len(run) < 2 or not total.value:
        return False
    gap = sum_gap(total, run)
    cover = 1 + gap / total.value
    places = max(Decimal(1), min(mark.figure.ulp for mark in (total, *run)))
    wide = abs(gap) >= 100 * places
    return (wide or Decimal("0.8") <= cover <= Decimal("1.25")) and sum_repair(total, run)[1]


def wide_slip(total: Mark, run: Sequence[Mark]) -> bool:
    return one_slip(total, run) and abs(sum_gap(total, run)) >= 100 * total.figure.ulp


def outermost(parts: Sequence[Mark]) -> list[Mark]:
    """Without what 其中 puts inside one of them, up to the next semicolon."""
    kept: list[Mark] = []
    inside = False
    for mark in parts:
        if kept and "其中" in mark.pre:
            inside = True
        elif inside and _SEMICOLON.search(mark.pre):
            inside = False
        if not inside:
            kept.append(mark)
    return kept


def lead(mark: Mark) -> str:
    """The words that lead to a figure, from the last comma on, without brackets: 主要是甲、乙 of …，主要是甲、乙a件."""
    return _PARTED.split(_BRACKET.sub("", mark.pre))[-1]


_BY_KIND = re.compile(r"(?:^|[，。；\n])(?:从|按)[^，,。；;]{1,12}(?:看|分|划分|统计)[，,：:][^，,。；;]*$")
_TOTAL_OF = re.compile("共|总|全|合计")


def likened(mark: Mark) -> bool:
    """Whether the figure is what another one is measured by (比去年同期的28件, 较年初的5户)."""
    return bool(_THAN.search(mark.head))


def first_of_kinds(mark: Mark) -> bool:
    """Whether the figure is the first of several that a text goes through (从主要板块看，甲a元，乙b元), and none of them is their
    total."""
    return bool(_BY_KIND.search(mark.pre)) and not _TOTAL_OF.search(mark.head)


def averaged(mark: Mark) -> bool:
    """人均, 单价: what is told for one is not added up."""
    return bool(_AVERAGE.search(mark.head))


def moved(mark: Mark) -> bool:
    """由24件减至6件: where something began or came to; 由24名律师和6名公证员组成 are parts."""
    if _UPTO.search(mark.head):
        return True
    return bool(_FROM.search(mark.head) and _MOVES.search(mark.post[:14]))


def changing(mark: Mark) -> bool:
    """Whether the figure says by how much, up to what, or for one, and is no part of a whole."""
    return _changing(mark.head) or moved(mark)


@lru_cache(maxsize=1024)
def _changing(head: str) -> bool:
    return bool(_CHANGE.search(head) or _AVERAGE.search(head))


def list_at(paragraph: Paragraph, sentence: Sequence[Mark], place: int) -> list[Mark]:
    """The list that begins with this figure of the sentence; followed once, whoever asks."""
    first = sentence[place]
    run = paragraph.listed.get(first.index)
    if run is None:
        run = paragraph.listed[first.index] = list_from(paragraph, sentence[place:], first)
    return run


def list_from(
    paragraph: Paragraph, scope: Sequence[Mark], first: Mark, depth: int | None = None
) -> list[Mark]:
    """The parts as the grammar has them: to the first word that opens something new, or a figure of another kind."""
    depth = first.depth if depth is None else depth
    run: list[Mark] = []
    semicolon, between = False, ""
    for mark in scope:
        if mark.depth != depth:
            continue
        if run and not semicolon and _SEMICOLON.search(mark.pre):
            semicolon = True
        if mark.is_percent or mark.figure.start < first.figure.start:
            continue
        if run and (_STOP.search(mark.pre) or (DONE.search(mark.pre) and "已" not in run[0].head)):
            break
        if mark.figure.unit == "岁":
            continue  # 36至50岁89名: the name of a group
        if moved(mark) or (run and averaged(mark)):
            break  # 由24件减至6件 are no parts, nor is 日均办件
        if semicolon and len(run) > 1 and not _SEMICOLON.search(between):
            break  # the first parts were joined by commas: the semicolon ends the list
        if run and not between:
            between = paragraph.between(run[0], mark)
        if len(run) > 1 and "、" in run[1].pre[:4] and "、" not in mark.pre and _NO_PAUSE.search(mark.pre):
            break  # 甲a件、乙b件，评出…: the comma ends the list
        if not like(mark, first):
            following = paragraph.marks[mark.index + 1] if mark.index + 1 < len(paragraph.marks) else None
            if run and following is not None and like(following, first) and not _COMMA.search(following.pre):
                continue  # 15个乡镇中心12万件: a figure inside the name of the next part
            if not mark.is_quantity or len(mark.pre.strip()) < 2 or mark.figure.kind != first.figure.kind:
                continue  # 127批324人次, 12件360万元: another measure of the same part
            break
        run.append(mark)
        if len(run) > 1 and _REMAINDER.match(mark.head):
            break  # nothing comes after 其他
    return run


def closed_later(marks: Sequence[Mark], run: Sequence[Mark]) -> bool:
    """Whether a total stands behind the list in its sentence: then the figure before it is its first item."""
    return any(m.index > run[-1].index and like(m, run[0]) and _TOTAL.search(m.head[-6:]) for m in marks)


def explained(totals: Sequence[Mark], run: Sequence[Mark]) -> bool:
    """Whether an earlier figure is the sum of a list that this one is the end of."""
    return any(holds(mark, [*totals[place + 1 :], *run]) for place, mark in enumerate(totals))
