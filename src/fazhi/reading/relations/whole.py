"""Lists that leave nothing out: contraries (男、女), a remainder, a last item joined by 和, one make, shares that make 100."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from fazhi.reading.rules import family
from fazhi.reading.structure import Mark

_SUM = family("sum")
_REMAINDER, _PENDING = _SUM.words["remainder"], _SUM.words["pending"]
_CONTRARY = _SUM.groups["contrary"]
_ASPECTS = _SUM.groups["aspect"]
_ANY = re.compile("|".join(sorted({re.escape(word) for group in _CONTRARY for word in group})))
_NOT = ("不", "未", "非")
_MANY = 8  # words of a group of which two alone are no whole (维持, 撤销 …)
_STEP = re.compile(f"{_SUM.words['sequel'].pattern}|{_SUM.words['action'].pattern}")
_AND = re.compile(r"^(?:[\s、,，]*)(?:和|及|以及|与)")


def complete(run: Sequence[Mark], marks: Sequence[Mark] = ()) -> bool:
    """Whether the names of the parts, or their shares among `marks`, say that nothing is left out."""
    quoted = (
        run[-1].pre.removesuffix(run[-1].head).endswith(("”", "》"))
    )  # 涉“一带一路”其他国家 is no remainder
    return (
        (bool(_REMAINDER.match(run[-1].head)) and not quoted)
        or opposed(run)
        or (bool(marks) and _hundred(run, marks))
    )


def _hundred(run: Sequence[Mark], marks: Sequence[Mark]) -> bool:
    """Whether each part has its share behind it and the shares make up 100."""
    shares = [marks[part.index + 1] for part in run if part.index + 1 < len(marks)]
    if len(shares) < len(run) or not all(mark.is_percent and "占" in mark.pre[:4] for mark in shares):
        return False
    total = sum((mark.value for mark in shares), Decimal(0))
    return abs(total - 100) <= sum((mark.figure.ulp for mark in shares), Decimal(0))


def crossing(run: Sequence[Mark]) -> bool:
    """Whether the names tell several aspects of the same people (党员a名、大专以上学历b名): one may be counted twice."""
    seen = {
        number
        for mark in run
        for number, group in enumerate(_ASPECTS)
        if any(word in mark.head for word in group)
    }
    return len(seen) > 1


def partly_opposed(run: Sequence[Mark]) -> bool:
    """Whether two of the parts are contraries (受理a件，不予受理b件，补正后撤回c件)."""
    seen: dict[int, str] = {}
    for mark in run:
        for group, word in _contraries(mark.head):
            if seen.setdefault(group, word) != word:
                return True
    return False


@lru_cache(maxsize=8192)
def _contraries(name: str) -> tuple[tuple[int, str], ...]:
    """The groups of which the name holds a word, and the first such word."""
    if _ANY.search(name) is None:
        return ()
    return tuple(
        (number, word)
        for number, group in enumerate(_CONTRARY)
        if (word := next((word for word in group if word in name), ""))
    )


def opposed(run: Sequence[Mark]) -> bool:
    """满意a人、基本满意b人、不满意c人; 已办结a件，正在办理b件; 男a人，女b人: a thing and its contrary."""
    return opposed_names([mark.head for mark in run])


def opposed_names(heads: Sequence[str]) -> bool:
    """Whether among the names one says that another does not hold, or all are contraries of each other."""
    if heads[0].startswith(("已", "其中已")) and re.match("正在|未|待|尚", heads[-1]):
        return True
    if any(
        _negates(head, other) for head in heads if head.startswith(_NOT) for other in heads if other != head
    ):
        return True
    return _of_one_group(heads)


def _negates(head: str, other: str) -> bool:
    """未达起征点 and 达到起征点, 未结 and 结案, 不满意 and 满意: the one says that the other does not hold."""
    stem = head.removesuffix("的")[1:].lstrip("予能曾被")
    if head.startswith("非常"):
        return False
    if len(head) > 2 and other.endswith(head[1:]):
        return True
    if len(stem) < 3 and head[1:2] not in ("予", "能"):
        return len(stem) > 0 and stem[0] in "结办签检" and stem in other and not other.startswith(_NOT)
    return (stem[-3:] in other or (head[1] in "予能" and other.endswith(stem))) and not other.startswith(_NOT)


def siblings(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before a list is named as one of its kinds (修订a项，废止b项，继续有效c项) and so no total."""
    return _of_one_group([total.head, *(mark.head for mark in run)])


def _of_one_group(heads: Sequence[str]) -> bool:
    """Whether every name (but 其他) holds another word of one group."""
    named = [_contraries(head) for head in heads if not _REMAINDER.match(head)]
    if len(named) < 2 or not all(named):
        return False
    return any(
        len({dict(groups).get(number, "") for groups in named}) == len(named)
        and all(number in dict(groups) for groups in named)
        for number, _ in named[0]
        if len(named) > 2 or len(_CONTRARY[number]) < _MANY
    )


def joined(run: Sequence[Mark]) -> bool:
    """县道a公里、乡道b公里和村道c公里: 和 before the last alone closes the list."""
    if len(run) < 2 or not _AND.match(run[-1].pre):
        return False
    return not any(_AND.match(mark.pre) for mark in run[1:-1])


def one_make(run: Sequence[Mark]) -> bool:
    """Whether all names have a character in common (公安局、应急局 …; 行政许可、行政处罚 …)."""
    common = set(run[0].head)
    for mark in run[1:]:
        common &= set(mark.head)
    return bool(common - set("其中类为共的有"))


def twins(names: Sequence[str]) -> bool:
    """集中供养a人，分散供养b人; 主办a件，会办b件: two names of one length that begin or end alike and tell no steps."""
    if len(names) != 2:
        return False
    one, other = names
    if len(one) != len(other) or not 2 <= len(one) <= 8 or one == other:
        return False
    if len(one) > 2 and one[-2:] == other[-2:]:
        return True  # 当场整改a条，限期整改b条: two ways of one step
    alike = one[-1] == other[-1] or one[0] == other[0]
    return alike and not _STEP.search(one) and not _STEP.search(other)


def parallel(run: Sequence[Mark]) -> bool:
    """Names of one make and about one length, joined by the same mark."""
    sizes = [len(mark.head.removeprefix("其中")) for mark in run]
    return max(sizes) - min(sizes) <= 3 and min(sizes) > 0
