"""Multiples, averages, and the words 同比 and 环比."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.changes import fits, like, measured, repaired
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.repair import plain, rewritten
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_CHANGE = family("change")
_WORDS = _CHANGE.words


def check(paragraph: Paragraph) -> Iterator[Finding]:
    for marks in paragraph.sentences:
        yield from _labels(paragraph, marks)
        for place, stated in enumerate(marks):
            if not place or not stated.exact or stated.is_percent or stated.figure.kind == "percent_point":
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
    if not totals:
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
    return abs(value - stated.value) <= stated.figure.ulp * 3 / 2 + total.figure.ulp * value / total.value


def _per(head: str) -> str:
    found = re.search(r"每([^,，;；。\d]{1,2})", head) or re.search(r"(.)均", head)
    return found[1] if found else ""


def _daily(paragraph: Paragraph, stated: Mark, before: Sequence[Mark]) -> Iterator[Finding]:
    month = re.search(
        r"(?<![\d至—\-~])(1[0-2]|[1-9])月(?:份)?(?![\d\-—至~]|底|末|\d*日)", paragraph.sentence_text(stated)
    )
    likely = [mark for mark in before if like(mark, stated) and mark.value > 5 * stated.value]
    if month is None or len(likely) != 1 or not likely[0].exact:
        return
    days = _MONTH_DAYS[int(month[1])]
    if any(
        _near(likely[0].value / d, stated, likely[0]) for d in (days, days + (days == 28), 20, 21, 22, 23)
    ):
        return
    computed = likely[0].value / days
    told = f"{written(likely[0])}÷{days}＝{plain(computed)}，写作{written(stated)}"
    yield finding(
        _CHANGE.rules["average"],
        "error",
        [stated, likely[0]],
        told,
        repaired(stated, computed),
        f"{month[1]}月{days}天",
    )


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
