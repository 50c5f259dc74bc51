"""Enumerations with their count, 分别, and codes whose digits are percentages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.numerals import chinese
from fazhi.reading.relations import counted
from fazhi.reading.relations.judge import finding
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_LISTING = family("listing")
_N = "[二三四五六七八九十两]|\\d{1,2}"
_CLASS = "个|项|类|种|步|大|套|级|环节|方面"
# “甲、乙、丙”五步…: the list stands in the quotation marks, its count right behind.
_QUOTED = re.compile(
    rf"[“\"](?P<items>[^“”\"、,，。;；]{{1,8}}(?:、[^“”\"、,，。;；]{{1,8}}){{1,11}})[”\"](?P<n>{_N})(?:步|字|大|项|个|种|类|级|环节)"
)
_CODE = re.compile(r"[“\"](?P<code>[1-9]{3})[”\"]")
# …、不甲、不乙五个问题: items of one make, the count right behind the last. The count is looked for first: it is rare.
_COUNTED = re.compile(
    rf"(?P<n>[三四五六七八九十])(?:{_CLASS})[一-龥]{{0,4}}?(?:问题|行为|环节|主体|领域|类型|方面|情形|事项|渠道|措施|机制)"
)
_COUNTED_EVEN = re.compile(r"(?P<n>[三四五六七八九十])(?:(?:个|项|类|种|大|条|场)[一-龥]{2}|统一)")
_QUOTED_WORD = re.compile(
    r"[“\"](?P<items>[一-龥]{1,8}(?:、[一-龥]{1,8}){1,11})[”\"](?P<n>[二三四五六七八九十])(?P<word>[一-龥])"
)
_OPEN_COUNT = re.compile(
    r"等(?P<n>[二三四五六七八九十两]|\d{1,2})(?:个|支|家|所|类|项|条)(?P<noun>[一-龥]{1,5})"
)
_COLON_LIST = re.compile(r"[：:](?P<items>[一-龥]{2,8}(?:、[一-龥]{2,8}){2,20})(?=[。；;\n]|$)")
_COLON_COUNT = re.compile(r"(?P<n>[三四五六七八九十]|\d{1,2})(?:个|家|所|支|条|座)[^,，。;；：:、\d]{1,12}$")
_JOINED = frozenset("、》”）)和及与“")
_OTHER = re.compile(r"[^一-龥、]")
_SHORTEST, _LONGEST, _FEWEST, _MOST = 2, 10, 3, 12  # characters of an item, items of an enumeration
_FARTHEST = 140  # characters that an enumeration may take


def check_text(text: str, read: Sequence[Paragraph] = ()) -> Iterator[Finding]:
    """Enumerations, wherever they stand: a line needs no figure to hold one. `read` are the paragraphs that have figures."""
    yield from _quoted(text)
    told: set[int] = set()
    for one in itertools.chain(
        _parallel(text),
        _even(text),
        _quoted_word(text),
        _and_so_on(text),
        _announced(text),
        counted.check_text(text, read),
    ):
        if one.spans[0][0] not in told:
            told.add(one.spans[0][0])
            yield one


def _list_before(text: str, end: int) -> tuple[list[str], int] | None:
    """The items joined by 、 that end here, and where they begin; None where something else joins on."""
    items = _joined_before(text, end)
    start = end - sum(map(len, items)) - len(items) + 1
    if not items or (start and (text[start - 1] in _JOINED or text[start - 1].isdigit())):
        return None
    return items, start


def _joined_before(text: str, end: int) -> list[str]:
    """The three or more items joined by 、 that end here; of the first no more than it may have."""
    window = text[max(0, end - _FARTHEST) : end]
    if "、" not in window[-_LONGEST - 1 :]:
        return []
    items: list[str] = []
    for word in reversed(_OTHER.split(window)[-1].split("、")):
        if len(word) < _SHORTEST or len(items) == _MOST:
            break
        items.insert(0, word[-_LONGEST:])
        if len(word) > _LONGEST:
            break
    return items if len(items) >= _FEWEST else []


def _quoted_word(text: str) -> Iterator[Finding]:
    """“抓早、抓小、抓苗头”三抓: the word that every item holds is counted."""
    for found in _QUOTED_WORD.finditer(text):
        items, stated = found["items"].split("、"), _number(found["n"])
        if stated is not None and stated != len(items) and all(found["word"] in item for item in items):
            yield _told(found["n"], found.start("n"), found.start("items"), found.end("items"), len(items))


def _even(text: str) -> Iterator[Finding]:
    """窗口作风、办事效率、服务态度三个方面: items of one length, the count right behind the last."""
    for found in _COUNTED_EVEN.finditer(text):
        stated, listed = _number(found["n"]), _list_before(text, found.start())
        if stated is None or listed is None:
            continue
        items, start = listed
        sizes = {len(item) for item in items[1:]}
        even = len(sizes) == 1 and len(items) > 2 and len(items[0]) >= len(items[1])
        names = "".join(items[1:]) + items[0][-len(items[1]) :]  # before the first name stands its verb
        loose = re.search("[和与及或等]", names) or abs(stated - len(items)) > 2
        if even and stated != len(items) and not loose:
            yield _told(found["n"], found.start("n"), start, found.start(), len(items))


def _and_so_on(text: str) -> Iterator[Finding]:
    """甲组、乙组、丙组等两个工作组: more are listed than there are."""
    for found in _OPEN_COUNT.finditer(text):
        stated, listed = _number(found["n"]), _list_before(text, found.start())
        if stated is None or listed is None:
            continue
        items, start = listed
        suffix = {item[-1] for item in items}
        if len(items) > max(int(stated), 2) and len(suffix) == 1 and suffix <= set(found["noun"]):
            yield _told(found["n"], found.start("n"), start, found.start(), len(items))


def _announced(text: str) -> Iterator[Finding]:
    """六个街道：东街、西街、南街…。: items of one make to the end of the sentence."""
    for found in _COLON_LIST.finditer(text):
        before = _COLON_COUNT.search(text[max(0, found.start() - 20) : found.start()])
        items = found["items"].split("、")
        if before is None or len({item[-1] for item in items}) != 1 or "等" in items[-1]:
            continue
        stated = _number(before["n"])
        if stated is None or stated == len(items) or _compound(items, stated):
            continue
        at = max(0, found.start() - 20) + before.start("n")
        yield _told(before["n"], at, found.start("items"), found.end("items"), len(items))


def check(paragraph: Paragraph) -> Iterator[Finding]:
    text = paragraph.text
    if "类" in text or "种" in text:
        yield from _classes(paragraph)
    if "分别" in text:
        yield from _respectively(paragraph)
    if "%" in text:
        yield from _code(paragraph)


def _number(word: str) -> Decimal | None:
    return Decimal(word) if word.isdigit() else chinese(word)


def _told(stated: str, at: int, start: int, end: int, count: int) -> Finding:
    rule = _LISTING.rules["list_count"]
    told = f"列举{count}项，写作“{stated}”"
    spans = ((at, at + len(stated)), (start, end))
    new = str(count) if stated.isdigit() or count > 10 else "零一二三四五六七八九十"[count]
    message = f"{rule.message}：{told}"
    return Finding("error", rule.id, message, spans, f"{stated}→{new}", told, rule.tolerance)


def _quoted(text: str) -> Iterator[Finding]:
    for found in _QUOTED.finditer(text):
        items = found["items"].split("、")
        stated = _number(found["n"])
        if (
            stated is not None
            and stated != len(items)
            and "等" not in items[-1]
            and not _compound(items, stated)
        ):
            yield _told(found["n"], found.start("n"), found.start("items"), found.end("items"), len(items))


def _compound(items: Sequence[str], stated: Decimal) -> bool:
    """Whether 和 and 与 inside the items make up the difference."""
    return (
        len(items) + sum(item.count("和") + item.count("与") + item.count("及") for item in items) == stated
    )


def _parallel(text: str) -> Iterator[Finding]:
    """Only items of one make (执法不公、执法不严 …): all have two characters or more in common."""
    for found in _COUNTED.finditer(text):
        items = _joined_before(text, found.start())
        stated = _number(found["n"])
        if not items or stated is None:
            continue
        make = _make(items)
        start = found.start() - sum(map(len, items)) - len(items) + 1
        if not make or "等" in items[-1] or stated == len(items) or _compound(items, stated):
            continue
        if re.search(rf"{make}[一-龥]{{0,6}}[、和及]$", text[max(0, start - 12) : start]):
            continue
        if max(map(len, items[1:])) - min(map(len, items[1:])) <= 2:
            yield _told(found["n"], found.start(), start, found.start(), len(items))


def _make(items: Sequence[str]) -> str:
    """What all items have in common: two characters or more at one place or another, or nothing."""
    first = items[1]
    for size in range(len(first), 1, -1):
        for start in range(len(first) - size + 1):
            if all(first[start : start + size] in item for item in items):
                return first[start : start + size]
    return ""


def _classes(paragraph: Paragraph) -> Iterator[Finding]:
    """N件，共k类：甲a件，乙b件…: as many are listed as are told."""
    rule = _LISTING.rules["list_count"]
    for marks in paragraph.sentences:
        for place, stated in enumerate(marks):
            if stated.figure.unit not in ("类", "种", "大类") or not re.match(
                r"^[^,，;；。]{0,6}[:：]", stated.post
            ):
                continue
            total = marks[place - 1] if place else None
            run = [m for m in marks[place + 1 :] if total is not None and m.figure.unit == total.figure.unit]
            if (
                len(run) < 2
                or "等" in run[-1].post
                or any(m.depth != stated.depth for m in marks[place + 1 :])
            ):
                continue
            if len(run) == len(marks) - place - 1 and len(run) != stated.value and stated.exact:
                yield finding(
                    rule,
                    "error",
                    [stated, *run],
                    f"列举{len(run)}类，写作“{stated.figure.text}”",
                    f"{stated.figure.text}→{len(run)}",
                )


def _respectively(paragraph: Paragraph) -> Iterator[Finding]:
    """甲、乙分别为a、b，同比分别下降p、q: as many rates as numbers, as many numbers as names."""
    rule = _LISTING.rules["respectively"]
    for marks in paragraph.sentences:
        yield from _bare_rates(paragraph, marks)
        runs = _runs(paragraph, marks)
        for one, other in itertools.pairwise(runs):
            kinds = one[0].is_percent, other[0].is_percent
            if kinds != (False, True) or len(one) == len(other) or other[0].clause - one[-1].clause > 2:
                continue
            if "同比" not in other[0].pre and "占" not in other[0].pre:
                continue
            if min(len(one), len(other)) < 2:
                if "分别" in one[0].pre or "分别" in other[0].pre:
                    yield finding(
                        rule, "suspect", [*other, *one], f"前面{len(one)}个数，后面{len(other)}个数"
                    )
                continue
            if "分别" in one[0].pre and "分别" in other[0].pre:
                yield finding(rule, "error", [*other, *one], f"前面{len(one)}个数，后面{len(other)}个数")


def _bare_rates(paragraph: Paragraph, marks: Sequence[Mark]) -> Iterator[Finding]:
    """127批324人次，同比分别下降p、q、r: the two measures of one thing, and as many rates."""
    for place, rate in enumerate(marks):
        if (
            place < 2
            or not rate.is_percent
            or not re.match(r"^[^\d,，]{0,3}[,，]同比分别[一-龥]{2}$", rate.pre)
        ):
            continue
        rates = [rate]
        for mark in marks[place + 1 :]:
            if not mark.is_percent or mark.pre.strip() not in ("、", "和", "，", ","):
                break
            rates.append(mark)
        told = [marks[place - 1]]
        while told[0].index > marks[0].index and len(told[0].pre) <= 2:
            told.insert(0, marks[place - 1 - len(told)])
        if len(told) == 2 and len(rates) > 2:
            rule = _LISTING.rules["respectively"]
            yield finding(rule, "error", [*rates, *told], f"前面{len(told)}个数，后面{len(rates)}个数")


def _runs(paragraph: Paragraph, marks: Sequence[Mark]) -> list[list[Mark]]:
    """Figures that follow on 分别, joined by 、 and 和 alone."""
    runs: list[list[Mark]] = []
    for mark in marks:
        if "分别" in mark.head or "分别" in mark.pre[-8:]:
            runs.append([mark])
        elif runs and mark.index == runs[-1][-1].index + 1:
            gap = mark.pre.strip()
            joined = gap in ("", "、", "和", "，", ",", "、和") or (gap[:1] in "、和" and len(gap) <= 8)
            if joined and mark.is_percent == runs[-1][0].is_percent and "同比" not in gap:
                runs[-1].append(mark)
    return runs


def _code(paragraph: Paragraph) -> Iterator[Finding]:
    """“721”, that is 70%、20%、10%: the digits are the tens, and they add up to 100."""
    rule = _LISTING.rules["code"]
    for found in _CODE.finditer(paragraph.text):
        at = paragraph.start + found.end()
        shares = [m for m in paragraph.marks if m.figure.start > at and m.is_percent][:3]
        if len(shares) != 3 or shares[0].figure.start - at > 30:
            continue
        if shares[-1].sentence != shares[0].sentence:
            continue
        digits = [int(digit) for digit in found["code"]]
        if sum(digits) != 10:
            continue
        wrong = [
            (mark, digit) for mark, digit in zip(shares, digits, strict=True) if mark.value != digit * 10
        ]
        if len(wrong) == 1:
            told = "＋".join(mark.figure.text for mark in shares) + f"，代号为“{found['code']}”"
            repair = f"{wrong[0][0].figure.text}→{wrong[0][1] * 10}%"
            yield finding(rule, "error", [wrong[0][0], *shares], told, repair)
