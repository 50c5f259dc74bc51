"""What the names of a list say: that they are kinds of one thing, contraries, members told together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fazhi.reading.numerals import chinese
from fazhi.reading.relations.whole import opposed_names
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark

_WORDS = family("sum").words
ACTION, _MANY = _WORDS["action"], _WORDS["counted_kinds"]
JOINTS = ("、", "和", "与", "及", "以及")
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_CLAUSE = re.compile(r"[，,；;：:。、]")
_LEFT = re.compile("(?:余下|剩下|其余|剩余)的?$")
WHOLE = re.compile("全|共|总|合计|累计|^(?:本|当|今)年")
_EMPTY = set("的类为共有其中人数量一第等级个件和与")


def name_of(mark: Mark) -> str:
    """The words before the figure, a bracket among them left out: 镇一级 of 镇（街道）一级."""
    return (
        _CLAUSE.split(_BRACKET.sub("", mark.pre))[-1].strip()
        if ")" in mark.pre or "）" in mark.pre
        else mark.head
    )


def names_of(run: Sequence[Mark]) -> list[str]:
    return [name_of(mark).removeprefix("其中") for mark in run]


def behind(mark: Mark) -> str:
    return _CLAUSE.split(mark.post, maxsplit=1)[0].strip()


def leaves_none(run: Sequence[Mark]) -> bool:
    """Whether the names are contraries, or the last is what is left (第二轮查余下的232家)."""
    names = names_of(run)
    return opposed_names(names) or bool(_LEFT.search(names[-1]))


def kinds_counted(words: str) -> int:
    """How many are added up: 4 of 上述四类组织加起来."""
    found = _MANY.search(words)
    return int(chinese(found["n"]) or 0) if found else 0


def named_at_length(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before a list is named at more length than its items, or behind it where they are not."""
    if len(total.head) >= max(len(m.head) for m in run) + 2:
        return True
    if WHOLE.search(total.head) or ACTION.search(total.head):
        return not any(WHOLE.search(m.head) or ACTION.search(m.head) for m in run)
    return len(behind(total)) > 1 and not any(behind(m) for m in run[:-1])


def of_its_kind(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the total is named by what the names of the list have in common (投诉: 消费者投诉, 经营者投诉)."""
    if sibling(total, run):
        return False
    common = set.intersection(*(set(name) for name in names_of(run))) - _EMPTY
    return bool(common & set(total.head[-4:] + behind(total)[-4:]))


def sibling(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before the list is named like its items (首批交a个，第二批交b个，第三批交c个)."""
    if total.head[-1:] != run[0].head[-1:] or len(total.head) > len(run[0].head) + 1:
        return False
    return not ACTION.search(total.head) or any(ACTION.search(m.head) for m in run)


def plain(run: Sequence[Mark]) -> bool:
    """Short names and nothing between them, of one measure word."""
    return all(0 < len(m.head) <= 8 and len(m.pre) <= 9 and m.figure.unit == run[0].figure.unit for m in run)


def leads(total: Mark, before: Sequence[Mark]) -> bool:
    """Whether the figure is the first of its measure in its sentence."""
    return not any(m.sentence == total.sentence for m in before[:-1])


def together(marks: Sequence[Mark]) -> list[Mark]:
    """The last figures told under one 分别."""
    run: list[Mark] = []
    for mark in reversed(marks):
        run.insert(0, mark)
        if mark.pre.strip() not in JOINTS:
            return run if "分别" in mark.pre else []
    return []
