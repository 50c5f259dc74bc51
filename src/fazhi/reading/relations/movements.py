"""The readings of a change: by how much more or less, in numbers, per cent and points, against which base."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.relations.judge import written
from fazhi.reading.relations.labels import (
    CHANGING,
    JOINED,
    UP_TO,
    around,
    kinship,
    label,
    row,
    series,
    spelled,
    then,
)
from fazhi.reading.relations.readings import Formula, Reading
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_WORDS = family("change").words
_MORE, _LESS, _APART, _LEFT, _KEPT, _BASE = (
    _WORDS[name] for name in ("more", "less", "apart", "left", "kept", "then")
)
_GROWING, _FALLING = _WORDS["growing"], _WORDS["falling"]
_DUE = re.compile(
    r"应|任务|计划|核定|限额|预算|总|共|全部|概算|送审|报名|申请|收到|受理|发现|排查|查出|立案|开工|建设"
)
_ELSEWHERE = re.compile("(?:[高低快慢好优]于|[比较])[一-龥]+")
_NOT_DONE = re.compile("[未没不尚]")
_AGAINST = re.compile(r"[比较](?P<base>[^,，;；。]{1,8}?)(?:多|少|增|减|高|低|净|回落|下降|上升|提高|降低)")
_STILL = re.compile(r"(?:尚|还|仍|目前仅|只)有$|(?:剩下|剩余|尚余|还剩|仍余)$|没[一-龥]{1,4}的$")
_AGAINST_IT = re.compile(r"(?:比|较|高于|低于|对照)[^,，;；。]{0,10}$")
_REFERENCE = re.compile(r"[比较](?P<base>[一-龥]{2,6}?)(?:多|少|短|超|快|慢|高|低|净|增|减)")
_UNDONE = re.compile(r"(?:未|没有|没|不(?!含|足|到))能?(?P<rest>[一-龥]{2,6})")
_LISTED = re.compile(r"^[^，,；;。：:]{0,3}、")
_COMPARED = re.compile(r"高于|低于|快于|(?<!常)年均|平均|好于|优于")
_NEAR = 14


def direction(name: str) -> int:
    """1 where a percentage says by how much more, -1 less, 0 where it says neither."""
    if _COMPARED.search(name):
        return 0
    return -1 if _FALLING.search(name) else 1 if _GROWING.search(name) else 0


def changed(name: str) -> int:
    """The same for a number: 多出45人, 少了27件, 相差127件 (2: either way)."""
    if _APART.search(name):
        return 2
    return -1 if _LESS.search(name) else 1 if _MORE.search(name) else 0


def delta(paragraph: Paragraph, mark: Mark) -> int:
    """Whether the figure says by how much and not up to what (缩减为17个)."""
    if not CHANGING.search(mark.pre[-12:]) and not JOINED.match(mark.pre):
        return 0  # no word of a change stands there
    return 0 if UP_TO.search(mark.pre) else changed(label(paragraph, mark))


def _alike(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and same(one.figure.unit, other.figure.unit)


def _around(paragraph: Paragraph, stated: Mark, percent: bool = False) -> list[Mark]:
    return [
        mark
        for mark in paragraph.marks
        if mark is not stated
        and mark.exact
        and not spelled(mark)
        and mark.value > 0
        and (mark.is_percent if percent else mark.figure.kind in ("count", "money", "duration"))
        and abs(mark.index - stated.index) <= _NEAR
        and -1 <= stated.sentence - mark.sentence <= 1
    ]


def growths(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    """下降p%: of a figure told of now and one told of then; of the difference and either."""
    up = direction(label(paragraph, stated))
    if not up:
        return
    marks = _around(paragraph, stated)
    grown = _grown if up > 0 else _fallen
    words = "（{0}－{1}）÷{1}" if up > 0 else "（{1}－{0}）÷{1}"
    for new, old, signs in _pairs(paragraph, stated, marks):
        yield Reading("growth", (new, old), grown, words, signs)
    for more in marks:
        if abs(more.index - stated.index) > 3 or not delta(paragraph, more):
            continue
        near = 2 if more.index == stated.index - 1 else 0
        for base in marks:
            if base is more or not _alike(base, more) or delta(paragraph, base):
                continue
            if then(paragraph, base):
                yield Reading(
                    "growth", (more, base), _ratio, "{0}÷{1}", 2 + near + (base.index < stated.index)
                )
            elif base.index < more.index:
                back = [m for m in marks if base.index < m.index < more.index and _alike(m, more)]
                formula, said = (
                    (_grown_from, "{0}÷（{1}－{0}）") if up > 0 else (_fallen_from, "{0}÷（{1}＋{0}）")
                )
                yield Reading("growth", (more, base), formula, said, 2 + near - 2 * bool(back))


def differences(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    """增加n件, 相差n件: of now and then; 尚有n件未办结, 空缺n人: of what is due and what is done."""
    name = label(paragraph, stated)
    up = delta(paragraph, stated)
    undone = _UNDONE.search(around(paragraph, stated)) or _UNDONE.search(name)
    still = _STILL.search(stated.pre)
    if not up and not undone and not still and not _LEFT.search(name):
        return
    marks = [m for m in _around(paragraph, stated) if _alike(m, stated) and not delta(paragraph, m)]
    formula: Formula = _less if up < 0 else _apart if up == 2 else _more
    words = "{1}－{0}" if up < 0 else "{0}－{1}"
    if up:
        for new, old, signs in _pairs(paragraph, stated, marks):
            yield Reading("difference", (new, old), formula, words, signs, exact=True)
        before = [
            m
            for m in _around(paragraph, stated)
            if _alike(m, stated) and m.index < stated.index and m.sentence == stated.sentence
        ]
        said = _AGAINST.search(name)
        for one, other in itertools.pairwise(before[-3:]):
            if not then(paragraph, one) and not then(paragraph, other):
                last = 2 if other is before[-1] and other.index == stated.index - 1 else 0
                told = 2 if up == 2 or re.search("超|尚|还", name) else 0
                if said is not None and not _BASE.search(name):  # 惩处比表扬多8人次
                    told = 2 * (kinship(said["base"], one.head) + kinship(said["base"], other.head) > 0)
                yield Reading("difference", (one, other), _apart, "{0}－{1}", last + told, exact=True)
        return
    before = [m for m in marks if m.index < stated.index and m.depth <= stated.depth and "均" not in m.head]
    if len(before) < 2 or stated.sentence - before[-2].sentence > 1 or _KEPT.search(name):
        return
    for part in before[-4:]:
        named = _kin(undone["rest"][:2], around(paragraph, part)) if undone else 2 if still else 3
        if named < 2 or (part is not before[-1] and not undone) or (undone and _NOT_DONE.search(part.head)):
            continue
        place = before.index(part)
        for whole in before[max(0, place - 5) : place]:
            signs = named + (1 if _DUE.search(whole.head) else 0) + (1 if whole is before[place - 1] else 0)
            between = [m for m in paragraph.marks if part.index < m.index < stated.index]
            signs += 1 if any(m.is_percent for m in between) or part.index == whole.index + 1 else 0
            signs -= 3 if "、" in part.pre[:3] or _LISTED.match(part.pre) or "其中" in part.pre else 0
            signs -= 2 if place > 1 and before[place - 2].index >= whole.index - 2 and not undone else 0
            signs -= 4 if undone and sum(undone["rest"][:2] in m.head for m in before) > 1 else 0
            yield Reading("difference", (whole, part), _more, "{0}－{1}", signs, exact=True)
        for whole in before[place + 1 :]:  # 合格45个，检查总数为48个；不合格的3个
            yield Reading("difference", (whole, part), _more, "{0}－{1}", 0, exact=True)


def _kin(rest: str, words: str) -> int:
    """How far what is not done (未持证) is what was done (持有效证件): 3 the same word, 2 its characters."""
    return 3 if rest in words else 2 if set(rest) <= set(words) else 0


def points(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    """提高d个百分点, 相差d个百分点: of two percentages."""
    name = label(paragraph, stated)
    up = changed(name) or direction(name)
    marks = _around(paragraph, stated, percent=True)
    formula: Formula = _less if up < 0 else _more if up == 1 else _apart
    words = "{1}－{0}" if up < 0 else "{0}－{1}"
    for new, old, signs in _pairs(paragraph, stated, marks):
        yield Reading("points", (new, old), formula, words, signs + 1, exact=True)
    before = [m for m in marks if m.index < stated.index]
    compared = _BASE.search(name) is not None and not any(then(paragraph, m) for m in marks)
    inside = (
        bool(before)
        and before[-1].index == stated.index - 1
        and (before[-1].depth > stated.depth or written(before[-1]) in name)
    )
    elsewhere = _ELSEWHERE.search(name) is not None and not inside
    if len(before) < 2 or compared or elsewhere:
        return  # 较上年提高d个百分点, and nothing told of the year before
    new, old = before[-2:]
    beside = old.index == stated.index - 1
    said = re.search("较|比|与|高于|低于|[从由]", old.pre) is not None
    if not re.search("[从由]", old.pre) and not then(paragraph, new):
        signs = 4 if beside and (said or up == 2 or not up) else 3 if beside else 1
        yield Reading("points", (new, old), formula if said else _apart, words, signs, exact=True)
    long = re.search("累计|年间|年来|共", name) is not None
    years = re.search("[前后]?[两三四五]年|今年|当年|单年|又|再", name) is not None
    for one, other in itertools.combinations(before[-4:], 2):
        ends = other is before[-1] and one is before[-4:][0]
        beside = other.index == one.index + 1
        yield Reading(
            "points",
            (other, one),
            _apart,
            "{0}－{1}",
            4 * (long and ends) + 4 * (years and beside),
            exact=True,
        )


def in_points(paragraph: Paragraph, stated: Mark) -> bool:
    """The 3.55 of 分别提高3.55个和2.65个百分点, the 3.7 of 提高3.7、1.2和2.9个百分点."""
    if stated.figure.unit not in ("个", "") or stated.figure.kind != "count":
        return False
    for mark in paragraph.marks[stated.index + 1 : stated.index + 4]:
        if mark.pre.strip() not in ("和", "、", "及"):
            return False
        if mark.figure.kind == "percent_point":
            return True
    return False


def _pairs(paragraph: Paragraph, stated: Mark, marks: Sequence[Mark]) -> Iterator[tuple[Mark, Mark, int]]:
    """A figure told of now, one told of then, and the signs that they belong to the change."""
    percents = stated.figure.kind == "percent_point" or in_points(paragraph, stated)
    if by_year := _by_year(paragraph, stated, marks):
        yield from by_year
        return
    olds = [m for m in marks if then(paragraph, m) and not delta(paragraph, m)]
    against = paragraph.marks[stated.index - 1] if stated.index else stated
    if not olds and against in marks and _AGAINST_IT.search(against.pre):
        olds = [against]  # 比承诺的15天快5.4天
    reference = _REFERENCE.search(label(paragraph, stated))
    if not olds and reference is not None:
        olds = [m for m in marks if kinship(reference["base"], m.head) >= 2]  # 比窗口件多a件
    if not olds:
        return
    news = [m for m in marks if m not in olds and not then(paragraph, m) and not delta(paragraph, m)]
    number = not percents and not stated.is_percent
    before = [m for m in paragraph.marks[: stated.index] if m.exact and m.is_percent == percents]
    before = [m for m in before if not number or _alike(m, stated)]
    own = next((m for m in reversed(before) if not then(paragraph, m) and not delta(paragraph, m)), None)
    name = label(paragraph, stated)
    _, place, count = series(paragraph, stated)
    if count < 2:
        place, count = row(paragraph, stated)
    siblings = paragraph.marks[stated.index - place : stated.index - place + count]
    one_kind = all(direction(label(paragraph, m)) or delta(paragraph, m) for m in siblings)
    by_rank = re.search("[前后]者", name) is not None
    bases = {found[0] for found in _BASE.finditer(name)} - {"上年", "去年", "同期"}
    bases |= {word for word in ("上半年", "一季度", "二季度", "三季度") if f"比{word}" in name}
    for old in olds:
        if old.index > stated.index and old.sentence != stated.sentence:
            continue
        alike = [m for m in news if _alike(m, old)]
        nearest = (
            own
            if own in alike
            else min(alike, key=lambda m: (abs(m.index - old.index), m.index > old.index), default=None)
        )
        twins = [m for m in olds if _alike(m, old)]
        closest = min(twins, key=lambda m: abs(m.index - stated.index)) is old
        named = any(word in old.pre for word in bases)
        for new in alike:
            signs = 2 + (2 if new is nearest else 0) + closest
            signs += 1 if kinship(new.head[-6:], old.head + name) >= 2 else 0
            signs += 1 if old.figure.unit and old.figure.unit in name else 0
            signs -= 1 if abs(stated.index - old.index) > 4 else 0
            signs -= 2 if old.sentence != stated.sentence and not by_rank else 0
            ranked = one_kind and count > 1 and len(olds) == count
            if ranked:
                signs += 2 if olds.index(old) == place else -3
                if len(news) == count:
                    signs += 2 if news.index(new) == place else -3
            if len(twins) > 1 and len(twins) == len(alike):
                signs += 2 if twins.index(old) == alike.index(new) else -3
            if named:
                signs += 3
            elif (
                not ranked
                and own is not None
                and own is not new
                and (new.index < own.index or new.index > stated.index < old.index)
            ):
                signs -= (
                    3 if kinship(new.head[:4], name) < 2 else -1
                )  # another figure stands nearer: the change is told of that
            yield new, old, signs


def _by_year(paragraph: Paragraph, stated: Mark, marks: Sequence[Mark]) -> list[tuple[Mark, Mark, int]]:
    """2022年a吨，2023年b吨，降p%: of the year of the figure before it and the year before; 2024年比2022年少n件: of both."""
    years = {m.index: found[-1] for m in marks if (found := _YEAR.findall(m.pre))}
    if not years:
        return []
    said = _THAN_YEAR.search(label(paragraph, stated))
    own = next((m for m in reversed(marks) if m.index < stated.index), None)
    if said is not None:
        new = said["new"] or max(years.values())
        if new == said["old"]:
            return []
        return [
            (one, other, 5)
            for one in marks
            for other in marks
            if years.get(one.index) == new and years.get(other.index) == said["old"] and _alike(one, other)
        ]
    if own is None or own.index not in years or stated.sentence != own.sentence:
        return []
    before = str(int(years[own.index]) - 1)
    return [(own, m, 4) for m in marks if years.get(m.index) == before and _alike(m, own)]


_YEAR = re.compile(r"(20\d\d)年")
_THAN_YEAR = re.compile(r"(?:(?P<new>20\d\d)年[^,，;；。]{0,6})?[比较](?P<old>20\d\d)年")


def _grown(values: Sequence[Decimal]) -> Decimal | None:
    return 100 * (values[0] - values[1]) / values[1] if values[1] > 0 else None


def _fallen(values: Sequence[Decimal]) -> Decimal | None:
    return 100 * (values[1] - values[0]) / values[1] if values[1] > 0 else None


def _ratio(values: Sequence[Decimal]) -> Decimal | None:
    return 100 * values[0] / values[1] if values[1] > 0 else None


def _grown_from(values: Sequence[Decimal]) -> Decimal | None:
    return 100 * values[0] / (values[1] - values[0]) if values[1] > values[0] else None


def _fallen_from(values: Sequence[Decimal]) -> Decimal | None:
    return 100 * values[0] / (values[1] + values[0]) if values[1] + values[0] > 0 else None


def _more(values: Sequence[Decimal]) -> Decimal | None:
    return values[0] - values[1]


def _less(values: Sequence[Decimal]) -> Decimal | None:
    return values[1] - values[0]


def _apart(values: Sequence[Decimal]) -> Decimal | None:
    return abs(values[0] - values[1])
