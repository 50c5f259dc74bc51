"""Multiples, averages, and the words 同比 and 环比."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations import proportions
from fazhi.reading.relations.changes import fits, like, measured, repaired, sign
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.repair import plain, rewritten
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_CHANGE = family("change")
_WORDS = _CHANGE.words


def check(paragraph: Paragraph) -> Iterator[Finding]:
    text = paragraph.text
    if "比" in text:
        yield from proportions.check(paragraph)
    labels = "同比" in text and _WORDS["on_month"].search(text) is not None
    if not labels and "均" not in text and "倍" not in text:
        return
    for marks in paragraph.sentences:
        if labels:
            yield from _labels(paragraph, marks)
        for place, stated in enumerate(marks):
            if not stated.exact or stated.is_percent or stated.figure.kind == "percent_point":
                continue
            if stated.figure.unit == "倍":
                yield from _times(marks, place)
            else:
                yield from _average(paragraph, marks, place)


def _times(marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    """A是B的k倍."""
    stated = marks[place]
    base = marks[place - 1] if place else None
    if base is None or not stated.pre.endswith("的") or not _WORDS["times"].search(base.head + "的"):
        return
    if not re.search(r"(?:是|为|相当于)[^,，;；。]{0,24}$", base.head) or not base.exact or base.value <= 0:
        return
    current = next((m for m in reversed(marks[: place - 1]) if like(m, base)), None)
    if current is None or not current.exact:
        return
    computed = current.value / base.value
    step = stated.figure.ulp
    if -step / 2 <= computed - stated.value < step or (step < 1 and fits(computed, stated)):
        return
    told = f"{written(current)}÷{written(base)}＝{plain(computed)}，写作{written(stated)}倍"
    yield finding(_CHANGE.rules["times"], "error", [stated, current, base], told, repaired(stated, computed))


_MONTH_DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def _average(paragraph: Paragraph, marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    """N件，共M元，平均每件X元; 月内N个，日均X个."""
    stated = marks[place]
    if (
        not _WORDS["average"].search(stated.head)
        or stated.value <= 0
        or re.search("上年|去年|同期", stated.head)
    ):
        return
    before = [mark for mark in paragraph.marks if mark.index < stated.index and measured(mark)]
    totals = [mark for mark in before if mark.value > stated.value]
    if not totals and "日均" not in stated.head:
        return
    for total in totals:
        for count in before:
            if count is not total and count.value > 0 and _near(total.value / count.value, stated, total):
                return
    rule = _CHANGE.rules["average"]
    if "日均" in stated.head:
        yield from _daily(paragraph, stated, marks[:place])
        return
    here = [mark for mark in marks[:place] if measured(mark) and mark.figure.kind != "duration"]
    likely = [mark for mark in here if like(mark, stated) and mark.value > stated.value]
    counts = [
        mark for mark in here if mark not in likely[-1:] and mark.figure.kind == "count" and mark.value > 1
    ]
    per = _per(stated.pre)
    named = [
        mark
        for mark in counts
        if per and (mark.figure.unit in _PER.get(per, per) or per in mark.figure.unit or per in mark.post[:4])
    ]
    if "人均" in stated.head and not per:
        return
    if not likely or len(named) != 1 or not likely[-1].exact or not named[0].exact:
        return
    total, count = likely[-1], named[0]
    computed = total.value / count.value
    if any(
        _near((total.value + other.value) / count.value, stated, total)
        for other in before
        if other is not total
    ):
        return
    told = f"{written(total)}÷{written(count)}＝{rewritten(stated.figure, computed) or plain(computed)}，写作{written(stated)}"
    yield finding(rule, "error", [stated, total, count], told, repaired(stated, computed))


_PER = {"案": "件宗起", "件": "件宗起项", "户": "户家", "人": "人名位", "村": "村个", "所": "所个"}


def _near(value: Decimal, stated: Mark, total: Mark) -> bool:
    places = stated.figure.ulp * (Decimal(1) if stated.figure.ulp == 1 else Decimal("1.5"))
    return abs(value - stated.value) <= places + (
        total.figure.ulp * value / total.value if total.value else 0
    )


def _per(head: str) -> str:
    found = re.search(r"每([^,，;；。\d]{1,2})", head) or re.search(r"(.)均", head)
    return found[1] if found else ""


def _daily(paragraph: Paragraph, stated: Mark, before: Sequence[Mark]) -> Iterator[Finding]:
    """日均N个 of a month, a quarter, half a year: the total over its days."""
    days, words = _days(paragraph.sentence_text(stated))
    here = [mark for mark in paragraph.marks if mark.sentence == stated.sentence and mark is not stated]
    likely = [
        mark for mark in here if like(mark, stated) and mark.value > 5 * stated.value and not sign(mark)
    ]
    if before and before[0] in likely:
        likely = [mark for mark in likely if not _BASE_WORDS.search(mark.head)]
    if not days or len(likely) != 1 or not likely[0].exact:
        return
    working = range(days * 2 // 3 - 2, days * 2 // 3 + 4)
    if any(_near(likely[0].value / d, stated, likely[0]) for d in (days, days + 1, days - 1, *working)):
        return
    computed = likely[0].value / days
    told = f"{written(likely[0])}÷{days}＝{plain(computed)}，写作{written(stated)}"
    yield finding(
        _CHANGE.rules["average"],
        "error",
        [stated, likely[0]],
        told,
        repaired(stated, computed),
        f"{words}{days}天",
    )


def _days(text: str) -> tuple[int, str]:
    """How many days the period of the sentence has, and its words; 0 where it names none, or more than one."""
    spans = set(_MONTHS.findall(text))
    single = {int(month) for month in _MONTH.findall(text)}
    quarters, half = set(_QUARTER.findall(text)), set(_HALF_YEAR.findall(text))
    if len(spans) + len(quarters) + len(half) + (len(single) if not spans else 0) != 1:
        return 0, ""
    if spans:
        first, last = (int(month) for month in next(iter(spans)))
        named = f"{first}—{last}月"
    elif quarters:
        number = "一二三四".index(next(iter(quarters)))
        first, last, named = 3 * number + 1, 3 * number + 3, f"第{'一二三四'[number]}季度"
    elif half:
        named = next(iter(half))
        first, last = (1, 6) if named == "上半年" else (7, 12)
    else:
        first = last = single.pop()
        named = f"{first}月"
    return sum(_MONTH_DAYS.get(month, 0) for month in range(first, last + 1)), named


_MONTH = re.compile(r"(?<![\d至—\-~])(1[0-2]|[1-9])月(?:份)?(?![\d\-—至~]|底|末|\d*日)")
_MONTHS = re.compile(r"(?<!\d)(1[0-2]|[1-9])月?[—\-－~至](1[0-2]|[1-9])月")
_QUARTER = re.compile(r"第?([一二三四])季度")
_HALF_YEAR = re.compile(r"[上下]半年")
_BASE_WORDS = re.compile(r"上年|去年|同期|上月|上季")


def _labels(paragraph: Paragraph, marks: Sequence[Mark]) -> Iterator[Finding]:
    """较上月减少…，同比下降: against the month before it is 环比."""
    text = paragraph.sentence_text(marks[0])
    found = _WORDS["on_month"].search(text)
    if (
        found is None
        or "同比" not in text
        or "环比" in text
        or "同期" in text
        or "去年" in text
        or "上年" in text
    ):
        return
    at = text.index("同比")
    begin = paragraph.ends[marks[0].sentence - 1] if marks[0].sentence else paragraph.start
    stated = next((m for m in marks if m.figure.start > begin + at and m.is_percent), None)
    if stated is None or at < found.start() or stated.figure.start - (begin + found.start()) > 40:
        return
    delta = [m for m in marks if begin + found.start() < m.figure.start < stated.figure.start]
    if not delta:
        return
    rule = _CHANGE.rules["label"]
    current = [m for m in marks if m.figure.start < begin + found.start() and like(m, delta[-1])]
    proved = current and any(
        base > 0 and fits(100 * delta[-1].value / base, stated)
        for base in (current[-1].value + delta[-1].value, current[-1].value - delta[-1].value)
    )
    yield finding(
        rule,
        "error" if proved else "suspect",
        [stated, *delta],
        f"“{found[0]}”相比应称“环比”，写作“同比”",
        "同比→环比",
    )
