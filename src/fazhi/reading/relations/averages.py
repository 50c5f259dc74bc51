"""The readings of an average (平均每户, 项均, 每千人口) and of a multiple (是去年的2.05倍)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from fazhi.reading.numerals import chinese
from fazhi.reading.relations.labels import around, label, then
from fazhi.reading.relations.readings import Reading
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_PER = family("change").words["per"]
_CLASSES = {
    "案": "件宗起",
    "村": "村个",
    "次": "次场",
    "企": "家户",
    "所": "所个家",
    "人": "人名位",
    "项": "项件个",
}
_TIME = {"日": ("天", "日"), "月": ("个月",), "年": ("年",), "季": ("季度",)}
_YEARS = re.compile(r"(?P<n>[一二三四五六七八九十]{1,2}|\d{1,2})(?P<unit>年|个月|天)(?!度|级|龄)")
_PARTS = {"季": (("年", 4),), "月": (("上半年", 6), ("季度", 3), ("全年", 12), ("一年", 12))}
_SCALE = re.compile(r"每(?P<n>百|千|万|十万|10万|百万)(?P<of>人|名)?")
_SIZES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "10万": 10**5, "百万": 10**6}
_NEAR, _SENTENCES = 12, 2


def averages(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    name = label(paragraph, stated)
    found = _PER.search(name) or _PER.search(stated.pre.split("，")[-1])
    if found is None or then(paragraph, stated):
        return
    per = next(word for word in found.groups() if word)
    asked = [
        m
        for m in paragraph.marks
        if m is not stated
        and m.exact
        and m.value > 0
        and m.figure.kind in ("count", "money", "duration")
        and abs(m.index - stated.index) <= _NEAR
        and 0 <= stated.sentence - m.sentence <= _SENTENCES
    ]
    counts = [m for m in asked if m.figure.kind != "money"]
    fitting = [m for m in counts if _counts(paragraph, m, per)]
    totals = [m for m in asked if m.figure.kind == stated.figure.kind and not _PER.search(m.head)]
    last = next((m for m in reversed(totals) if _alike(m, stated) and m.index < stated.index), None)
    for total in totals:
        signs = (2 if _alike(total, stated) else -1) + (1 if total is last else 0)
        signs += 1 if total.sentence == stated.sentence else 0
        signs -= 2 if total.value <= stated.value else 0
        beside = next((c for c in fitting if c.index == total.index - 1 and not total.pre.strip()), None)
        for count in counts:
            if count is not total and not (_alike(count, total) and count.index == total.index - 1):
                near = (beside is count) - 2 * (beside is not None and beside is not count)
                near += count.sentence == stated.sentence
                own = (
                    -(not _SUMMED.search(count.pre)) * 2
                    if count not in fitting
                    else count.figure.unit == per[:1] or count is fitting[-1]
                )
                yield Reading("average", (total, count), _quotient, "{0}÷{1}", signs + near + own + 1)
        for number, words in _implied(paragraph, stated, per):
            formula = partial(_over, number)
            yield Reading("average", (total,), formula, "{0}÷" + words, signs + 2)


def _counts(paragraph: Paragraph, mark: Mark, per: str) -> bool:
    """Whether the figure counts what the average is for: 处 of 61处, 合同 of 政府合同218份, 群 of 微信群203个."""
    unit = mark.figure.unit
    if per in _TIME:
        return unit in _TIME[per]
    if mark.figure.kind != "count":
        return False
    if unit and (unit.startswith(per) or (unit in _CLASSES.get(per[:1], "") and len(per) == 1)):
        return True
    words = around(paragraph, mark)
    name = re.sub(r"^[份件个名家]", "", per) or per
    return name[:2] in words if len(name) > 1 else name in mark.head[-6:] + mark.post[:2]


def _implied(paragraph: Paragraph, stated: Mark, per: str) -> Iterator[tuple[Decimal, str]]:
    """Spans of time that are no figures of ours: 成立十年，年均."""
    if per not in _TIME:
        return
    text = paragraph.sentence_text(stated)
    for whole, parts in _PARTS.get(per, ()):
        if whole in text:
            yield Decimal(parts), f"{parts}"
    for found in _YEARS.finditer(paragraph.sentence_text(stated)):
        number = Decimal(found["n"]) if found["n"].isdigit() else chinese(found["n"])
        if number and number > 1 and found["unit"] in _TIME[per]:
            yield number, found["n"] + found["unit"]


def per_head(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    """每千人口2.88人, 每万人口5.7件: of a population told beside it."""
    found = _SCALE.search(stated.head) or (
        _RATE.search(paragraph.whole, stated.figure.end, stated.figure.end + 8)
    )
    if found is None:
        return
    size = Decimal(_SIZES[found["n"]])
    for people in paragraph.marks:
        if (
            "人口" not in around(paragraph, people)
            or people.figure.unit not in ("人", "")
            or people is stated
        ):
            continue
        for total in paragraph.marks:
            if total in (people, stated) or total.figure.kind != "count" or not total.exact:
                continue
            signs = 3 + (2 if _alike(total, stated) else 0) + (total.index < stated.index)
            signs += 1 if set(total.head[-4:]) & set(stated.head[-4:]) else 0
            yield Reading(
                "average", (total, people), partial(_scaled, size), f"{found['n']}×{{0}}÷{{1}}", signs
            )


_SUMMED = re.compile("加起来|合计|共|总")
_RATE = re.compile(r"/(?P<n>10万|万|千|百)")


def multiples(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    """是上年的2.05倍: of the figure it is told of, and the one named before 的."""
    if not re.search("[是为达]|相当于|等于|比", stated.pre[-24:]):
        return
    asked = [
        m
        for m in paragraph.marks
        if m is not stated
        and m.exact
        and m.value > 0
        and m.figure.kind in ("count", "money")
        and 0 <= stated.sentence - m.sentence <= 1
        and abs(m.index - stated.index) <= 8
    ]
    said = re.search(r"(?:[是为]|相当于)(?P<base>[^,，;；。]{1,10})的$", stated.pre)
    for base in asked:
        for whole in asked:
            if whole is base or not _alike(whole, base):
                continue
            signs = 1 if whole.index < base.index else 0
            if said is not None:
                earlier = re.search("上年|去年|同期|年", said["base"])
                told = then(paragraph, base) or base.index < whole.index
                named = said["base"][-2:] in around(paragraph, base)
                signs += 3 if named or (earlier and told) else 0
            signs += 2 if base.index == stated.index - 1 and re.search("[是为]|相当于", base.head) else 0
            signs += 1 if abs(whole.index - base.index) == 1 else 0
            yield Reading("times", (whole, base), _quotient, "{0}÷{1}", signs)


def _alike(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and same(one.figure.unit, other.figure.unit)


def _quotient(values: Sequence[Decimal]) -> Decimal | None:
    return values[0] / values[1] if values[1] > 0 else None


def _over(number: Decimal, values: Sequence[Decimal]) -> Decimal | None:
    return values[0] / number


def _scaled(size: Decimal, values: Sequence[Decimal]) -> Decimal | None:
    return size * values[0] / values[1] if values[1] > 0 else None
