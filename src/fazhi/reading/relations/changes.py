"""Growth and difference against a base, and percentage points."""

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
_FAR = 20  # times
_FROM = re.compile(f"(?:{_WORDS['from'].pattern})[^,，;；。]{{0,16}}$")
_THEN = r"(?:年末|年底|期末|目前|当前|现在|今年|本年|20\d\d年|\d{1,2}月底?)?的?"
_TO = re.compile(f"(?:{_WORDS['to'].pattern})(?:了|为)?{_THEN}$")
_REACHED = re.compile(
    rf"(?:增加|增长|提高|提升|上升|扩大|下降|降低|减少|减|降|压缩|压减|缩短|增)(?:到|至|为)了?{_THEN}$"
)


def check(paragraph: Paragraph) -> Iterator[Finding]:
    for marks in paragraph.sentences:
        if len(marks) < 2:
            continue
        for place, stated in enumerate(marks):
            if not stated.exact or (stated.figure.kind == "duration" and place == 0):
                continue
            if stated.is_percent:
                yield from _growth(paragraph, marks, place)
            elif stated.figure.kind == "percent_point":
                yield from _points(paragraph, marks, place)
            elif stated.figure.unit != "倍":
                yield from _difference(marks, place)


def sign(mark: Mark) -> int:
    """1 where the words before the figure say more, -1 where they say less, 0 where neither."""
    words = mark.head[-10:]
    if _DOWN.search(words):
        return -1
    if _UP.search(words):
        return 1
    return 0


def like(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and (
        same(one.figure.unit, other.figure.unit) or one.figure.unit == other.figure.unit
    )


def measured(mark: Mark) -> bool:
    return mark.figure.kind in ("count", "money", "duration")


def fits(value: Decimal, stated: Mark) -> bool:
    return abs(value - stated.value) < stated.figure.ulp * 3 / 2


def _is_base(mark: Mark) -> bool:
    return bool(_BASE.search(mark.head)) and sign(mark) == 0 and not _TO.search(mark.head)


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
    up = -1 if ratio else sign(stated)
    if up == 0 or stated.value == 0 or _compared(stated.head):
        return
    before = [mark for mark in marks[:place] if measured(mark)]
    if not before and len([mark for mark in marks[:place] if mark.is_percent]) < 2:
        return
    rule = _CHANGE.rules["growth"]
    # 由A增加到B，增长p%
    near = [mark for mark in before if stated.clause - mark.clause <= 3]
    moved = _from_to(near)
    bases = [moved[0]] if moved else [mark for mark in before if _is_base(mark)]
    for one in before:
        for other in bases or before:
            if one is other or not like(one, other) or other.value <= 0:
                continue
            change = 100 * (one.value - other.value) / other.value
            contrary = bool(bases) and not ratio and (change < 0) != (up < 0) and not sign(one)
            if contrary and fits(abs(change), stated):
                word = "增长" if change > 0 else "下降"
                told = f"{written(other)}至{written(one)}是{word}，写作“{stated.head[-4:]}”"
                yield finding(rule, "error", [stated, one, other], told, "", "方向相反")
                return
            if fits(abs(change), stated) or _loose(one.value, other.value, stated, one, other):
                return
            if not sign(one):
                continue
            if bases and fits(100 * one.value / other.value, stated):  # the difference against a base
                return
            then = other.value - sign(one) * one.value
            if not bases and then > 0 and fits(100 * one.value / then, stated):
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
    if any(fits(abs(a.value - b.value), stated) for a in percents for b in percents if a is not b):
        return  # percentage points written as %
    if moved is not None:
        old, new = moved
        if old.exact and new.exact and old.value > 0:
            told, computed = _growth_words(new.value, old.value, written(new), written(old), stated)
            yield finding(rule, "error", [stated, new, old], told, repaired(stated, computed))
        return
    base = next((mark for mark in reversed(near) if _is_base(mark)), None)
    deltas = [mark for mark in near if sign(mark) and mark is not stated and not _REACHED.search(mark.head)]
    if base is not None and base.exact and base.value > 0:
        delta = next((mark for mark in deltas if mark.index > base.index and like(mark, base)), None)
        if delta is not None and delta.exact:
            computed = 100 * delta.value / base.value
            told = f"{written(delta)}÷{written(base)}＝{plain(computed)}%，写作{written(stated)}"
            yield finding(rule, "error", [stated, delta, base], told, repaired(stated, computed))
            return
        current = next((m for m in reversed(before) if m.index < base.index and like(m, base)), None)
        if current is not None and current.exact and base.clause - current.clause <= 2:
            told, computed = _growth_words(current.value, base.value, written(current), written(base), stated)
            yield finding(rule, "error", [stated, current, base], told, repaired(stated, computed))
        return
    if deltas and deltas[-1].exact and stated.index - deltas[-1].index == 1:
        delta = deltas[-1]
        listed = next((m for m in before if "其中" in m.pre and m.index < delta.index), None)
        limit = (
            listed.index if listed is not None else delta.index
        )  # behind a list of parts the total is meant
        current = next((m for m in reversed(before) if m.index < limit and like(m, delta)), None)
        clause = paragraph.whole[max(paragraph.start, delta.figure.start - 24) : delta.figure.start]
        if current is None or not current.exact or (listed is None and delta.clause - current.clause > 2):
            return
        if not re.search(
            r"同比|环比|[较比](?:上年|去年|上月|上一年|上季|同期|前年|20\d\d年|预算|计划|年初)", clause
        ):
            return
        base_value = current.value - sign(delta) * delta.value
        if base_value <= 0:
            return
        computed = 100 * delta.value / base_value
        word = "－" if sign(delta) > 0 else "＋"
        told = f"{written(delta)}÷（{written(current)}{word}{written(delta)}）＝{plain(computed)}%，写作{written(stated)}"
        yield finding(rule, "error", [stated, delta, current], told, repaired(stated, computed))


def _points_as_percent(stated: Mark, current: Mark, base: Mark) -> Iterator[Finding]:
    """96.5%，比上年的92.1%提高4.4%: percentage points written as %; growth of the rate would be another number."""
    computed = abs(current.value - base.value)
    if fits(computed, stated) or not base.value or not (current.exact and base.exact):
        return
    if fits(100 * computed / base.value, stated):
        return
    big, small = (current, base) if current.value >= base.value else (base, current)
    told = f"{written(big)}－{written(small)}＝{plain(computed)}个百分点，写作{written(stated)}"
    yield finding(_CHANGE.rules["points"], "error", [stated, current, base], told, repaired(stated, computed))


def _compared(head: str) -> bool:
    return any(word in head for word in ("高于", "低于", "快于", "年均", "平均"))


def _growth_words(
    new: Decimal, old: Decimal, new_text: str, old_text: str, stated: Mark
) -> tuple[str, Decimal]:
    computed = abs(100 * (new - old) / old)
    big, small = (new_text, old_text) if new >= old else (old_text, new_text)
    return f"（{big}－{small}）÷{old_text}＝{plain(computed)}%，写作{written(stated)}", computed


def repaired(stated: Mark, computed: Decimal) -> str:
    new = slip(stated.figure, computed) or rewritten(stated.figure, computed)
    return f"{written(stated)}→{new}" if new else ""


def _from_to(near: Sequence[Mark]) -> tuple[Mark, Mark] | None:
    """The nearest 由A增加到B."""
    for old, new in reversed(list(itertools.pairwise(near))):
        if like(old, new) and _FROM.search(old.head) and _reached(new.head):
            return old, new
    return None


def _reached(head: str) -> bool:
    return bool(_REACHED.search(head) or _TO.search(head))


def _difference(marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    """本期N，较基数B减少M: N＝B－M; and 新登记a，注销b，净增c."""
    stated = marks[place]
    if not measured(stated) or not sign(stated) or _REACHED.search(stated.head):
        return
    before = [mark for mark in marks[:place] if like(mark, stated)]
    if len(before) < 2:
        return
    if any(abs(a.value - b.value) == stated.value for a in before for b in before if a is not b):
        return
    slack = max(mark.figure.ulp for mark in (*before, stated))
    if slack != 1 and any(
        abs(abs(a.value - b.value) - stated.value) <= slack for a in before for b in before if a is not b
    ):
        return
    if "净增" in stated.head or "净减" in stated.head:
        current, base = before[-2], before[-1]
        if stated.clause - current.clause > 3 or not (current.exact and base.exact):
            return
        if _WORDS["compare"].search(stated.head) or (sign(current) and "新" not in current.head):
            return  # 比年初净增855户: of a base that is told elsewhere
    else:
        base = before[-1]
        if _is_base(before[-2]) and not _is_base(base) and before[-1].clause - before[-2].clause <= 2:
            yield from _base_first(stated, before[-2], before[-1])  # 较上年的a件，今年b件，增加c件
            return
        if not _is_base(base) or stated.index - base.index != 1 or not base.exact:
            return
        current = before[-2]
        if base.clause - current.clause > 2 or not current.exact or _is_base(current):
            return
    yield from differs(stated, current, base)


def _base_first(stated: Mark, base: Mark, current: Mark) -> Iterator[Finding]:
    if stated.index - current.index == 1 and base.exact and current.exact:
        yield from differs(stated, current, base)


def differs(stated: Mark, current: Mark, base: Mark) -> Iterator[Finding]:
    if max(current.value, base.value) > _FAR * min(current.value, base.value):
        return  # 总收入8.12亿元；人均收入18746元: of two things
    computed = abs(current.value - base.value)
    one, other = (current, base) if current.value >= base.value else (base, current)
    told = f"{written(one)}－{written(other)}＝{rewritten(stated.figure, computed) or plain(computed)}，写作{written(stated)}"
    repair = _difference_repair(stated, current, base, computed)
    yield finding(_CHANGE.rules["difference"], "error", [stated, current, base], told, repair)


def _difference_repair(stated: Mark, current: Mark, base: Mark, computed: Decimal) -> str:
    up = sign(stated) or 1
    for mark, value in (
        (stated, computed),
        (current, base.value + up * stated.value),
        (base, current.value - up * stated.value),
    ):
        new = slip(mark.figure, value)
        if new:
            return f"{written(mark)}→{new}"
    return repaired(stated, computed)


def _points(paragraph: Paragraph, marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    """p，较上年的q提高d个百分点; 由q提高到p，提高d个百分点."""
    stated = marks[place]
    if not sign(stated) or _compared(stated.head):
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
    moved = len(here) >= 2 and _FROM.search(here[-2].head) and _reached(here[-1].head)
    base_first = len(here) == 2 and _against(here[0].pre) and not _against(here[1].pre)
    if moved or (base_first and _is_base(here[0]) and stated.index - here[1].index == 1):
        base, current = here[-2], here[-1]
    else:
        base_ = here[-1] if here else None
        if base_ is None or not (_is_base(base_) or _against(base_.pre)) or stated.index - base_.index > 1:
            return
        base = base_
        found = next(
            (m for m in reversed(seen) if m.index < base.index and base.sentence - m.sentence <= 1), None
        )
        if found is None or sign(found):
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
    yield finding(rule, "error", [stated, current, base], told, repaired(stated, computed))


def _against(words: str) -> bool:
    return bool(re.search(r"(?:较|(?<![占同环对])比|与)[^,，;；。]{0,20}$", words))


def grows(stated: Mark, current: Mark, base: Mark) -> Finding:
    told, computed = _growth_words(current.value, base.value, written(current), written(base), stated)
    return finding(
        _CHANGE.rules["growth"], "error", [stated, current, base], told, repaired(stated, computed)
    )
