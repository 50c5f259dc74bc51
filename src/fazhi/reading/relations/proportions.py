"""Proportions written a∶b, or as one number behind 比: 复议与诉讼之比为1.16∶1, 城乡收入比1.96."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import written
from fazhi.reading.relations.labels import around, kinship, then
from fazhi.reading.relations.readings import one_digit, other_digits
from fazhi.reading.repair import plain
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_RULE = family("change").rules["times"]
_SAID = re.compile(
    r"(?P<names>[^，,；;。：:\d]{2,16}?)比(?:例|值|率)?(?:[（(][^（）()]{0,12}[)）])?(?:约|大约|近)?(?:为|是|达到?)?(?:约)?"
    r"(?P<one>\d+(?:\.\d+)?)(?:\s*[:：∶]\s*(?P<other>\d+(?:\.\d+)?)|(?=[，,；;。）)]|$))"
)
_MANY = re.compile(
    r"比(?:例|值)?(?:约|大约)?(?:为|是)?(?:约)?(?P<terms>\d+(?:\.\d+)?(?:[:：∶]\d+(?:\.\d+)?){2,4})"
)
_BOTH = re.compile("^两|二者|两者|两级|两类")
_JOIN = re.compile(r"[与和及同、对]")
_SENTENCES, _FARTHEST = 2, 24


def check(paragraph: Paragraph) -> Iterator[Finding]:
    for found in _MANY.finditer(paragraph.text):
        yield from _several(paragraph, found)
    for found in _SAID.finditer(paragraph.text):
        one, other = found["one"], found["other"]
        if other is None and "." not in one:
            continue
        if other is not None and one not in ("1", "1.0") and other not in ("1", "1.0"):
            continue
        yield from _judged(paragraph, found)


def _several(paragraph: Paragraph, found: re.Match[str]) -> Iterator[Finding]:
    """省、市、县三级之比为2∶1∶1.6: of as many figures of one thing told one after the other; one term alone is wrong."""
    terms = [Decimal(one) for one in re.findall(r"\d+(?:\.\d+)?", found["terms"])]
    start = paragraph.start + found.start("terms")
    before = [
        m for m in paragraph.marks if m.figure.end <= start and m.is_quantity and m.exact and m.value > 0
    ]
    wrong: list[tuple[int, Decimal, list[Mark]]] = []
    for at in range(len(before) - len(terms) + 1):
        run = before[at : at + len(terms)]
        if not all(_like(run[0], mark) and not then(paragraph, mark) for mark in run) or 0 in terms:
            continue
        for place, term in enumerate(terms):
            scale = run[place].value / term
            off = [n for n, one in enumerate(terms) if abs(run[n].value / scale - one) >= _unit(one)]
            if not off:
                return
            if len(off) == 1:
                wrong.append((off[0], run[off[0]].value / scale, run))
    for place, value, run in wrong:
        spot = list(re.finditer(r"\d+(?:\.\d+)?", found["terms"]))[place]
        stated, new = spot[0], f"{value.quantize(_unit(terms[place])):f}"
        repair = f"{stated}→{new}" if one_digit(stated, new) else ""
        if repair:
            told = f"{'∶'.join(written(mark) for mark in run)}，写作{found['terms']}"
            at = start + spot.start()
            spans = ((at, at + len(stated)), *(mark.span for mark in run))
            yield Finding("error", _RULE.id, f"{_RULE.message}：{told}", spans, repair, told, _RULE.tolerance)
            return


def _unit(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _judged(paragraph: Paragraph, found: re.Match[str]) -> Iterator[Finding]:
    """The figures named, or else the last two told of one thing, and whether any two of the text have the proportion."""
    one, other = found["one"], found["other"]
    turned = other is not None and one in ("1", "1.0")  # 1∶3.3
    stated, at = (other, found.start("other")) if turned else (one, found.start("one"))
    value, unit = Decimal(stated), Decimal(1).scaleb(-len(stated.partition(".")[2]))
    start = paragraph.start + at
    marks = [mark for mark in paragraph.marks if mark.is_quantity and mark.exact and mark.value > 0]
    sentence = sum(end <= start for end in paragraph.ends)
    near = [
        mark
        for mark in marks
        if 0 <= sentence - mark.sentence < _SENTENCES and mark.span != (start, start + len(stated))
    ]
    near = [mark for mark in near if mark.figure.start not in (start, paragraph.start + found.start("one"))]
    near = near[-_FARTHEST:]
    pairs = [(p, q) for p in near for q in near if p is not q and _like(p, q)]
    if any(abs(p.value / q.value - value) < unit for p, q in pairs):
        return
    named = _named(paragraph, found["names"], near)
    if named is None:
        return
    whole, base = reversed(named) if turned else named
    computed = whole.value / base.value
    new = f"{computed.quantize(unit):f}"
    repair = f"{stated}→{new}" if one_digit(stated, new) else ""
    sure = _JOIN.search(found["names"]) is not None  # 生师比 may be of fewer than all that are told
    for mark in (whole, base):
        for text, number in other_digits(mark) if sure and not repair else ():
            ratio = number / base.value if mark is whole else whole.value / number
            if abs(ratio - value) < unit:
                repair = f"{written(mark)}→{text}"
                break
    if not repair:
        return
    told = f"{written(whole)}÷{written(base)}＝{plain(computed)}，写作{stated}"
    spans = ((start, start + len(stated)), whole.span, base.span)
    yield Finding("error", _RULE.id, f"{_RULE.message}：{told}", spans, repair, told, _RULE.tolerance)


def _like(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and same(one.figure.unit, other.figure.unit)


def _named(paragraph: Paragraph, words: str, near: Sequence[Mark]) -> tuple[Mark, Mark] | None:
    """The two figures that 甲与乙之比 or 师生比 names; 城镇 alone of 城乡比 with the figure behind it; a pair told by 分别."""
    names = _JOIN.split(words.removesuffix("之").removesuffix("的"))
    before = [mark for mark in near if not then(paragraph, mark)]
    if len(names) == 1 and _BOTH.search(words):
        names = ["", ""]
    elif len(names) == 1:
        names = [words[:1], words[1:2]]
    first, second = ([m for m in before if name and _bears(name, paragraph, m)] for name in names[:2])
    for p in reversed(first):
        for q in second:
            if p is not q and _like(p, q):
                return p, q
        behind = next((m for m in before if m.index == p.index + 1 and _like(m, p)), None)
        if behind is not None and len(names[0]) == 1 and p.figure.unit == behind.figure.unit:
            return p, behind
    for p, q in itertools.pairwise(before):
        joined = q.pre.strip() in ("和", "、", "与") and "分别" in p.head
        if _like(p, q) and (joined or (names[0] == "" and q is before[-1])):
            return p, q
    return None


def _bears(name: str, paragraph: Paragraph, mark: Mark) -> bool:
    words = around(paragraph, mark)
    return name in words if len(name) == 1 else kinship(name[-4:], words) > 1
