"""Growth and difference against a base, percentage points, multiples, averages, and the words 同比 and 环比."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.repair import plain, rewritten, slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_CHANGE = family("change")
_WORDS = _CHANGE.words
_UP = re.compile(f"(?:{_WORDS['up'].pattern})(?:了|率|幅度|比例)?(?:为|达|达到|约)?$")
_DOWN = re.compile(f"(?:{_WORDS['down'].pattern})(?:了|率|幅度|比例)?(?:为|达|达到|约)?$")
_BASE = re.compile(
    f"(?:{_WORDS['compare'].pattern})[^,，;；。]{{0,12}}?(?:{_WORDS['base'].pattern})[^,，;；。]{{0,14}}$"
    r"|^(?:上年|去年|上一年)(?:度|同期)?(?:为|是|[一-龥]{2,4})?$"
)
_FROM = re.compile(f"(?:{_WORDS['from'].pattern})[^,，;；。]{{0,16}}$")
_THEN = r"(?:年末|年底|期末|目前|当前|现在|今年|本年|20\d\d年|\d{1,2}月底?)?的?"
_TO = re.compile(f"(?:{_WORDS['to'].pattern})(?:了|为)?{_THEN}$")
_REACHED = re.compile(
    rf"(?:增加|增长|提高|提升|上升|扩大|下降|降低|减少|减|降|压缩|压减|缩短|增)(?:到|至|为)了?{_THEN}$"
)


def check(paragraph: Paragraph) -> Iterator[Finding]:
    for marks in paragraph.sentences:
        if len(marks) < 2:
            yield from _labels(paragraph, marks)
            continue
        yield from _labels(paragraph, marks)
        for place, stated in enumerate(marks):
            if not stated.exact or (stated.figure.kind == "duration" and place == 0):
                continue
            if stated.is_percent:
                yield from _growth(paragraph, marks, place)
            elif stated.figure.kind == "percent_point":
                yield from _points(paragraph, marks, place)
            elif stated.figure.unit == "倍":
                yield from _times(marks, place)
            else:
                yield from _difference(marks, place)
                yield from _average(paragraph, marks, place)


def _sign(mark: Mark) -> int:
    """1 where the words before the figure say more, -1 where they say less, 0 where neither."""
    words = mark.head[-10:]
    if _DOWN.search(words):
        return -1
    if _UP.search(words):
        return 1
    return 0


def _like(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and (
        same(one.figure.unit, other.figure.unit) or one.figure.unit == other.figure.unit
    )


def _measured(mark: Mark) -> bool:
    return mark.figure.kind in ("count", "money", "duration")


def _fits(value: Decimal, stated: Mark) -> bool:
    return abs(value - stated.value) < stated.figure.ulp * 3 / 2


def _is_base(mark: Mark) -> bool:
    return bool(_BASE.search(mark.head)) and _sign(mark) == 0 and not _TO.search(mark.head)


def _loose(value: Decimal, other: Decimal, stated: Mark, one: Mark, two: Mark) -> bool:
    """Growth of rounded figures (1.26万 to 1.31万): whether some unrounded pair gives the rate stated."""
    a, b = one.figure.ulp / 2, two.figure.ulp / 2
    if one.figure.ulp == 1 and two.figure.ulp == 1:
        return False
    if min(value / one.figure.ulp, other / two.figure.ulp) < 100:
        return False  # 3万元 of a tariff is three ten-thousands and no rounding
    if other - b <= 0:
        return False
    low = 100 * (value - a) / (other + b) - 100
    high = 100 * (value + a) / (other - b) - 100
    slack = stated.figure.ulp * 3 / 2
    return low - slack <= stated.value <= high + slack or low - slack <= -stated.value <= high + slack


def _growth(paragraph: Paragraph, marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    stated = marks[place]
    ratio = "比例" in stated.head and any(word in stated.head for word in ("压缩", "压减", "缩短"))
    sign = -1 if ratio else _sign(stated)
    if sign == 0 or stated.value == 0 or _compared(stated.head):
        return
    before = [mark for mark in marks[:place] if _measured(mark)]
    if not before and len([mark for mark in marks[:place] if mark.is_percent]) < 2:
        return
    rule = _CHANGE.rules["growth"]
    # 由A增加到B，增长p%
    near = [mark for mark in before if stated.clause - mark.clause <= 3]
    moved = _from_to(near)
    bases = [moved[0]] if moved else [mark for mark in before if _is_base(mark)]
    for one in before:
        for other in bases or before:
            if one is other or not _like(one, other) or other.value <= 0:
                continue
            change = 100 * (one.value - other.value) / other.value
            contrary = bool(bases) and not ratio and (change < 0) != (sign < 0) and not _sign(one)
            if contrary and _fits(abs(change), stated):
                word = "增长" if change > 0 else "下降"
                told = f"{written(other)}至{written(one)}是{word}，写作“{stated.head[-4:]}”"
                yield finding(rule, "error", [stated, one, other], told, "", "方向相反")
                return
            if _fits(abs(change), stated) or _loose(one.value, other.value, stated, one, other):
                return
            if not _sign(one):
                continue
            if bases and _fits(100 * one.value / other.value, stated):  # the difference against a base
                return
            then = other.value - _sign(one) * one.value
            if not bases and then > 0 and _fits(100 * one.value / then, stated):
                return
    percents = [mark for mark in marks[:place] if mark.is_percent]
    if (
        len(percents) > 1
        and stated.figure.ulp < 1
        and _is_base(percents[-1])
        and stated.index - percents[-1].index == 1
    ):
        yield from _points_as_percent(stated, percents[-2], percents[-1])
        return
    if any(_fits(abs(a.value - b.value), stated) for a in percents for b in percents if a is not b):
        return  # percentage points written as %
    if moved is not None:
        old, new = moved
        if old.exact and new.exact and old.value > 0:
            told, computed = _growth_words(new.value, old.value, written(new), written(old), stated)
            yield finding(rule, "error", [stated, new, old], told, _repaired(stated, computed))
        return
    base = next((mark for mark in reversed(near) if _is_base(mark)), None)
    deltas = [mark for mark in near if _sign(mark) and mark is not stated and not _REACHED.search(mark.head)]
    if base is not None and base.exact and base.value > 0:
        delta = next((mark for mark in deltas if mark.index > base.index and _like(mark, base)), None)
        if delta is not None and delta.exact:
            computed = 100 * delta.value / base.value
            told = f"{written(delta)}÷{written(base)}＝{plain(computed)}%，写作{written(stated)}"
            yield finding(rule, "error", [stated, delta, base], told, _repaired(stated, computed))
            return
        current = next((m for m in reversed(before) if m.index < base.index and _like(m, base)), None)
        if current is not None and current.exact and base.clause - current.clause <= 2:
            told, computed = _growth_words(current.value, base.value, written(current), written(base), stated)
            yield finding(rule, "error", [stated, current, base], told, _repaired(stated, computed))
        return
    if deltas and deltas[-1].exact and stated.index - deltas[-1].index == 1:
        delta = deltas[-1]
        listed = next((m for m in before if "其中" in m.pre and m.index < delta.index), None)
        limit = (
            listed.index if listed is not None else delta.index
        )  # behind a list of parts the total is meant
        current = next((m for m in reversed(before) if m.index < limit and _like(m, delta)), None)
        clause = paragraph.whole[max(paragraph.start, delta.figure.start - 24) : delta.figure.start]
        if current is None or not current.exact or (listed is None and delta.clause - current.clause > 2):
            return
        if not re.search(
            r"同比|环比|[较比](?:上年|去年|上月|上一年|上季|同期|前年|20\d\d年|预算|计划|年初)", clause
        ):
            return
        base_value = current.value - _sign(delta) * delta.value
        if base_value <= 0:
            return
        computed = 100 * delta.value / base_value
        word = "－" if _sign(delta) > 0 else "＋"
        told = f"{written(delta)}÷（{written(current)}{word}{written(delta)}）＝{plain(computed)}%，写作{written(stated)}"
        yield finding(rule, "error", [stated, delta, current], told, _repaired(stated, computed))


def _points_as_percent(stated: Mark, current: Mark, base: Mark) -> Iterator[Finding]:
    """96.5%，比上年的92.1%提高4.4%: percentage points written as %; growth of the rate would be another number."""
    computed = abs(current.value - base.value)
    if _fits(computed, stated) or not base.value or not (current.exact and base.exact):
        return
    if _fits(100 * computed / base.value, stated):
        return
    big, small = (current, base) if current.value >= base.value else (base, current)
    told = f"{written(big)}－{written(small)}＝{plain(computed)}个百分点，写作{written(stated)}"
    yield finding(
        _CHANGE.rules["points"], "error", [stated, current, base], told, _repaired(stated, computed)
    )


def _compared(head: str) -> bool:
    return any(word in head for word in ("高于", "低于", "快于", "年均", "平均"))


def _growth_words(
    new: Decimal, old: Decimal, new_text: str, old_text: str, stated: Mark
) -> tuple[str, Decimal]:
    computed = abs(100 * (new - old) / old)
    big, small = (new_text, old_text) if new >= old else (old_text, new_text)
    return f"（{big}－{small}）÷{old_text}＝{plain(computed)}%，写作{written(stated)}", computed


def _repaired(stated: Mark, computed: Decimal) -> str:
    new = slip(stated.figure, computed) or rewritten(stated.figure, computed)
    return f"{written(stated)}→{new}" if new else ""


def _from_to(near: Sequence[Mark]) -> tuple[Mark, Mark] | None:
    """The nearest 由A增加到B."""
    for old, new in reversed(list(itertools.pairwise(near))):
        if _like(old, new) and _FROM.search(old.head) and _reached(new.head):
            return old, new
    return None


def _reached(head: str) -> bool:
    return bool(_REACHED.search(head) or _TO.search(head))


def _difference(marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    """本期N，较基数B减少M: N＝B－M; and 新登记a，注销b，净增c."""
    stated = marks[place]
    if not _measured(stated) or not _sign(stated) or _REACHED.search(stated.head):
        return
    before = [mark for mark in marks[:place] if _like(mark, stated)]
    if len(before) < 2:
        return
    if any(abs(a.value - b.value) == stated.value for a in before for b in before if a is not b):
        return
    slack = max(mark.figure.ulp for mark in (*before, stated))
    if slack != 1 and any(
        abs(abs(a.value - b.value) - stated.value) <= slack for a in before for b in before if a is not b
    ):
        return
    rule = _CHANGE.rules["difference"]
    if "净增" in stated.head or "净减" in stated.head:
        current, base = before[-2], before[-1]
        if stated.clause - current.clause > 3 or not (current.exact and base.exact):
            return
    else:
        base = before[-1]
        if not _is_base(base) or stated.index - base.index != 1 or not base.exact:
            return
        current = before[-2]
        if base.clause - current.clause > 2 or not current.exact or _is_base(current):
            return
    computed = abs(current.value - base.value)
    one, other = (current, base) if current.value >= base.value else (base, current)
    told = f"{written(one)}－{written(other)}＝{rewritten(stated.figure, computed) or plain(computed)}，写作{written(stated)}"
    repair = _difference_repair(stated, current, base, computed)
    yield finding(rule, "error", [stated, current, base], told, repair)


def _difference_repair(stated: Mark, current: Mark, base: Mark, computed: Decimal) -> str:
    sign = _sign(stated) or 1
    for mark, value in (
        (stated, computed),
        (current, base.value + sign * stated.value),
        (base, current.value - sign * stated.value),
    ):
        new = slip(mark.figure, value)
        if new:
            return f"{written(mark)}→{new}"
    return _repaired(stated, computed)


def _points(paragraph: Paragraph, marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    """p，较上年的q提高d个百分点; 由q提高到p，提高d个百分点."""
    stated = marks[place]
    if not _sign(stated):
        return
    here = [mark for mark in marks[:place] if mark.is_percent]
    seen = [mark for mark in paragraph.marks if mark.is_percent and mark.index < stated.index]
    if len(seen) < 2:
        return
    for one in seen:
        for other in seen:
            if one is not other and abs(abs(one.value - other.value) - stated.value) <= stated.figure.ulp / 2:
                return
    rule = _CHANGE.rules["points"]
    if len(here) >= 2 and _FROM.search(here[-2].head) and _reached(here[-1].head):
        base, current = here[-2], here[-1]
    else:
        base_ = here[-1] if here else None
        if base_ is None or not (_is_base(base_) or _against(base_.pre)) or stated.index - base_.index > 1:
            return
        base = base_
        found = next(
            (m for m in reversed(seen) if m.index < base.index and base.sentence - m.sentence <= 1), None
        )
        if found is None or _sign(found):
            return
        current = found
    if stated.clause - base.clause > 2 or not (base.exact and current.exact):
        return
    computed = abs(current.value - base.value)
    places = max(stated.figure.ulp, base.figure.ulp, current.figure.ulp)
    big, small = (current, base) if current.value >= base.value else (base, current)
    told = f"{written(big)}－{written(small)}＝{plain(computed)}个百分点，写作{written(stated)}个百分点"
    if abs(computed - stated.value) <= places:
        yield finding(rule, "info", [stated, current, base], told, "", "末位差一")
        return
    yield finding(rule, "error", [stated, current, base], told, _repaired(stated, computed))


def _against(words: str) -> bool:
    return bool(re.search(r"(?:较|比|与)[^,，;；。]{0,20}$", words))


def _times(marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    """A是B的k倍."""
    stated = marks[place]
    base = marks[place - 1] if place else None
    if base is None or not stated.pre.endswith("的") or not _WORDS["times"].search(base.head + "的"):
        return
    if not re.search(r"(?:是|为|相当于)[^,，;；。]{0,24}$", base.head) or not base.exact or base.value <= 0:
        return
    current = next((m for m in reversed(marks[: place - 1]) if _like(m, base)), None)
    if current is None or not current.exact:
        return
    computed = current.value / base.value
    step = stated.figure.ulp
    if -step / 2 <= computed - stated.value < step or (step < 1 and _fits(computed, stated)):
        return
    told = f"{written(current)}÷{written(base)}＝{plain(computed)}，写作{written(stated)}倍"
    yield finding(_CHANGE.rules["times"], "error", [stated, current, base], told, _repaired(stated, computed))


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
    before = [mark for mark in paragraph.marks if mark.index < stated.index and _measured(mark)]
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
    here = [mark for mark in marks[:place] if _measured(mark) and mark.figure.kind != "duration"]
    likely = [mark for mark in here if _like(mark, stated) and mark.value > stated.value]
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
    yield finding(rule, "error", [stated, total, count], told, _repaired(stated, computed))


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
    likely = [mark for mark in before if _like(mark, stated) and mark.value > 5 * stated.value]
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
        _repaired(stated, computed),
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
    current = [m for m in marks if m.figure.start < begin + found.start() and _like(m, delta[-1])]
    proved = current and any(
        base > 0 and _fits(100 * delta[-1].value / base, stated)
        for base in (current[-1].value + delta[-1].value, current[-1].value - delta[-1].value)
    )
    yield finding(
        rule,
        "error" if proved else "suspect",
        [stated, *delta],
        f"“{found[0]}”相比应称“环比”，写作“同比”",
        "同比→环比",
    )
