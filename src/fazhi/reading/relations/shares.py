"""Shares: 占…的 p%, A 件，占 p%, 分别占 p%、q%, with near and remote wholes."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableSequence, Sequence
from decimal import ROUND_CEILING, Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.attainable import without_part
from fazhi.reading.relations.hundred import complement
from fazhi.reading.relations.judge import finding, off_by_one, share_fits, share_slip, written
from fazhi.reading.relations.naming import bigrams, core
from fazhi.reading.relations.parts import mixable
from fazhi.reading.relations.rates import rate, slipped
from fazhi.reading.relations.told import NEXT, has_own, like, more, sum_of_parts, told
from fazhi.reading.repair import plain, rewritten, slip, slips
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SHARE = family("share")
_OF, _RATE, _TOTAL = _SHARE.words["of"], _SHARE.words["rate"], _SHARE.words["total"]
_NOT = _SHARE.words["not_a_share"]
_PART_NAMED = re.compile(r"^(?P<part>[^,，;；。、占\d]{2,10})占(?:比|全部|[^,，;；。\d]{2,10}的)?$")
_REMOTE = re.compile(r"占[^,，;；。]{0,24}的$")
_SPACE = re.compile(r"^[^\d,，;；。、]{0,4}\s*$")
_TARGET = re.compile(
    r"完成[^,，;；。]{0,12}(?:目标|任务|计划)[^,，;；。\d]{0,4}$|^[^,，;；。]{0,4}[,，]?为[^,，;；。]{0,8}(?:目标|任务|计划)[^\d]{0,4}$"
)


Placed = tuple[Mark, Mark, Mark]  # percentage, part and whole of a share that holds


def check(
    paragraph: Paragraph, earlier: Sequence[Mark] = (), held: MutableSequence[Placed] | None = None
) -> Iterator[Finding]:
    """`earlier` are the figures of the paragraphs before: a whole may stand there. `held` collects the shares that hold:
    what 占总量的 meant in two paragraphs, it means in the third.
    """
    marks = paragraph.marks
    quantities = [mark for mark in marks if mark.is_quantity and mark.value > 0]
    shares = [mark for mark in marks if mark.is_percent]
    if not shares:
        return
    placed: list[Placed] = []
    asked = [
        mark for mark in shares if quantities and mark.exact and _is_share(mark) and not paragraph.aims(mark)
    ]
    # Twice: what holds in the first round tells the second which figure is the whole.
    for stated in asked:
        for _ in _one(paragraph, stated, quantities, placed, earlier):
            pass
    now = list(placed)
    phrases = {mark.pre for mark in asked}
    placed += [one for one in held or () if one[0].pre in phrases]
    for stated in asked:
        yield from _one(paragraph, stated, quantities, placed, earlier)
    if held is not None:
        held.extend(now)
    yield from complement(paragraph, shares)


def _is_share(mark: Mark) -> bool:
    return not _NOT.search(mark.head)


def _one(
    paragraph: Paragraph,
    stated: Mark,
    quantities: Sequence[Mark],
    placed: list[Placed],
    earlier: Sequence[Mark],
) -> Iterator[Finding]:
    before = [mark for mark in quantities if mark.figure.start < stated.figure.start]
    if not before:
        return
    here = [mark for mark in before if mark.sentence == stated.sentence]
    last = before[-1]
    if (named := _PART_NAMED.search(stated.head)) and not NEXT.match(stated.pre):
        parts = _parts_named(named["part"], before)
        if parts or not _REMOTE.search(stated.pre):
            yield from _part_named(stated, parts, before)
            return
    if (
        _REMOTE.search(stated.pre)
        and not NEXT.match(stated.pre)
        and last.index == stated.index - 1
        and "占" not in last.head
    ):
        yield from without_part(paragraph, stated, before)
        return
    if "分别占" in stated.pre:
        return  # judged together, in groups
    if last.index == stated.index - 1 and stated.pre.endswith("的") and _TARGET.search(last.pre):
        part = next((m for m in reversed(before[:-1]) if like(m, last)), None)
        if part is not None and part.sentence == stated.sentence:
            yield from told(stated, part, last, [], sure=True)
        return
    if last.figure.unit in ("类", "项", "部门") and last.value < 10 and NEXT.match(stated.pre):
        yield from _several(stated, last, before[:-1])
        return
    direct = last.index == stated.index - 1 and last.sentence == stated.sentence
    if direct and "占" in last.head and stated.pre.endswith("的"):
        parts = [m for m in before[:-1] if like(m, last) and m.sentence == last.sentence]
        sums = [sum((m.value for m in parts[start:]), Decimal(0)) for start in range(len(parts) - 1)]
        if parts and not any(share_fits(value, last.value, stated) for value in sums):
            # 甲a件、乙b件，占总量c件的 p%: it may be all of the list that is meant.
            listed = "、" in parts[-1].pre and sums
            slipped = listed and share_slip(stated, 100 * sums[0] / last.value)
            if slipped or (listed and any(share_fits(sums[0], v, stated) for v in slips(last.figure))):
                words = "＋".join(written(m) for m in parts)
                said = f"（{words}）÷{written(last)}＝{plain(100 * sums[0] / last.value)}%，写作{written(stated)}"
                fixed = f"{written(stated)}→{slipped}" if slipped else ""
                yield finding(_SHARE.rules["share"], "error", [stated, last, *parts], said, fixed)
            else:
                yield from told(stated, parts[-1], last, [], sure=not listed)
        return
    if direct and (NEXT.match(stated.pre) or (_SPACE.match(stated.pre) and "占" in stated.head)):
        yield from _part_then_share(paragraph, stated, last, before, placed, earlier)
        return
    if _RATE.search(stated.head) and here:
        yield from rate(paragraph, stated, here, before)


def _parts_named(name: str, before: Sequence[Mark]) -> list[Mark]:
    """The figures told under that name, or under one that holds it (居民用水: 居民生活用水, not 非居民用水)."""
    exact = [m for m in before if m.exact]
    same = [
        m for m in exact if name in m.head and m.head[: m.head.index(name)][-1:] not in ("非", "不", "未")
    ]
    same += [m for m in exact if f"({name})" in m.pre or f"（{name}）" in m.pre]
    return same or [m for m in exact if m.head[:1] == name[0] and set(name) <= set(m.head)]


def _part_named(stated: Mark, parts: Sequence[Mark], before: Sequence[Mark]) -> Iterator[Finding]:
    """女党员b名，…，女党员占 p%; 已解决(A类)86件，…，A类占 p%: the part stands before, under that name."""
    if not parts:
        return
    for part in parts:
        for whole in before:
            if whole is part or whole.value < part.value:
                continue
            if share_fits(part.value, whole.value, stated):
                return
    part = parts[-1]
    wholes = [m for m in before if m is not part and like(m, part) and m.exact and m.index < part.index]
    for whole in wholes:
        if whole.value > part.value and share_slip(stated, 100 * part.value / whole.value):
            yield from told(stated, part, whole, [], sure=True)
            return
    named = [m for m in wholes if bigrams(core(_phrase(stated))) & bigrams(m.head)] or wholes[:1]
    for whole in named:
        if found := slipped(stated, part, whole):
            yield found
            return


def _several(stated: Mark, classes: Mark, before: Sequence[Mark]) -> Iterator[Finding]:
    """甲a件、乙b件、丙c件，三类占 p%: the figures just before, added up."""
    count = int(classes.value)
    parts = before[-count:]
    if len(parts) < count or count < 2 or not all(like(parts[0], mark) and mark.exact for mark in parts):
        return
    value = sum((mark.value for mark in parts), Decimal(0))
    wholes = [mark for mark in before[:-count] if like(mark, parts[0]) and mark.value >= value]
    larger = max((m for m in before[:-count] if like(m, parts[0])), key=lambda m: m.value, default=None)
    if not wholes and larger is not None and larger.exact:
        needed = (larger.value * stated.value / 100).to_integral_value()
        for part in parts:
            new = slip(part.figure, needed - value + part.value)
            if new and share_fits(needed, larger.value, stated):
                told = f"{'＋'.join(written(m) for m in parts)}＝{plain(value)}，多于{written(larger)}"
                rule = _SHARE.rules["share"]
                yield finding(rule, "error", [stated, *parts, larger], told, f"{written(part)}→{new}")
                return
    if not wholes or any(share_fits(value, mark.value, stated) for mark in wholes):
        return
    whole = wholes[-1]
    computed = 100 * value / whole.value
    told = f"（{'＋'.join(written(m) for m in parts)}）÷{written(whole)}＝{plain(computed)}%，写作{written(stated)}"
    new = slip(stated.figure, computed) or rewritten(stated.figure, computed)
    yield finding(
        _SHARE.rules["share"],
        "error",
        [stated, *parts, whole],
        told,
        f"{written(stated)}→{new}" if new else "",
    )


def _part_then_share(
    paragraph: Paragraph,
    stated: Mark,
    part: Mark,
    before: Sequence[Mark],
    placed: list[Placed],
    earlier: Sequence[Mark],
) -> Iterator[Finding]:
    """A 件，占 p%: the whole is some figure before it (or, told as 占N件的, none of ours)."""
    wholes = [mark for mark in before if mark is not part and like(mark, part) and mark.value >= part.value]
    loose = [
        m for m in before if m is not part and m.figure.kind == part.figure.kind and m.value >= part.value
    ]
    named = _named(stated, before, part)
    if not named and not any(mark.sentence == part.sentence for mark in wholes):
        named = _named(stated, earlier, part)[-3:]
    if named:
        wholes, loose = named, []
    for whole in [*reversed(wholes), *reversed(loose)]:
        if share_fits(part.value, whole.value, stated):
            placed.append((stated, part, whole))
            if off_by_one(part.value, whole.value, stated):
                yield from told(stated, part, whole, [], sure=True)
            return
    if part.index and not part.pre.strip():  # 312户1021人，占73.2%: of either measure
        first = paragraph.marks[part.index - 1]
        for whole in before:
            if like(whole, first) and whole is not first and share_fits(first.value, whole.value, stated):
                return
        for other, _, whole in placed:  # 来访555批1302人次 among letters and calls: counted in parties
            if other.sentence == stated.sentence and mixable(first, whole) and first.value < whole.value:
                if not share_fits(first.value, whole.value, stated) and not like(part, whole):
                    yield from told(stated, first, whole, [], sure=True)
                return
    following = [m for m in paragraph.marks if m.sentence == stated.sentence and m.index > stated.index]
    for whole in following:
        if like(whole, part) and share_fits(part.value, whole.value, stated):
            placed.append((stated, part, whole))
            return
    closing = [m for m in following if like(m, part) and re.search(r"(?:合计|共计|总计|共)$", m.pre)]
    if closing and not wholes:
        yield from told(stated, part, closing[-1], [], sure=True)
        return
    if sum_of_parts(stated, before, wholes):
        return
    remote = [m for m in reversed(earlier) if like(m, part) and m.value >= part.value]
    fitting = [whole for whole in remote if share_fits(part.value, whole.value, stated)]
    if fitting:
        placed.extend((stated, part, whole) for whole in fitting)
        return
    agrees, implied = _implied(paragraph, stated, part)
    local = [
        w for s, o, w in placed if o is not part and w in wholes and w.sentence == s.sentence == part.sentence
    ]
    if agrees and not named and not local:
        yield from _other_whole(paragraph, stated, part, wholes, implied)
        return
    siblings = _siblings(placed, part)
    if _ends_list(paragraph, part):
        return  # 甲a件、乙b件、丙c件，占总量p%: the share is of them all
    if not wholes and not siblings:
        if last_larger := _larger_than_all(part, before, stated):
            yield last_larger
        return
    likely = siblings[-1] if siblings else _likely_whole(paragraph, part, wholes)
    if likely is None:
        return
    other_holds = bool(siblings)
    near = (likely.sentence == part.sentence and _means(stated, likely)) or bool(named)
    yield from told(stated, part, likely, [], sure=other_holds or near)


def _ends_list(paragraph: Paragraph, part: Mark) -> bool:
    """Whether the figure is the last of four or more that stand in a row."""
    row = paragraph.marks[max(0, part.index - 3) : part.index + 1]
    return len(row) == 4 and all(m.pre.startswith("、") and like(m, part) for m in row[1:])


def _siblings(placed: Sequence[Placed], part: Mark) -> list[Mark]:
    """The whole that the shares beside this one have: told in the paragraph, or agreed on by two or more of them."""
    votes: dict[int, set[int]] = {}
    wholes: dict[int, Mark] = {}
    for stated, of, whole in placed:
        if like(whole, part) and of is not part and whole.value >= part.value:
            votes.setdefault(whole.figure.start, set()).add(stated.figure.start)
            wholes[whole.figure.start] = whole
    near = [start for start in votes if part.figure.start - start < 400]
    sure = [start for start in votes if len(votes[start]) > 1 or start in near]
    return [wholes[start] for start in sorted(sure, key=lambda start: len(votes[start]))]


def _means(stated: Mark, whole: Mark) -> bool:
    """Whether 占耕地面积的 can mean this whole: it names none, or one whose words stand before it."""
    phrase = _phrase(stated)
    return len(phrase) < 2 or any(phrase[at : at + 2] in whole.pre for at in range(len(phrase) - 1))


def _phrase(stated: Mark) -> str:
    said = re.sub(
        r"总数|总量|总额|总|的|比|全部|所有|全县|全市|全区|全省", "", stated.pre[stated.pre.rfind("占") + 1 :]
    )
    return re.sub(r"^(?:达|为|到)+", "", said.strip())


def _named(stated: Mark, before: Sequence[Mark], part: Mark) -> list[Mark]:
    """占诉求总量的: the figures before which the named whole (诉求) stands, if any."""
    phrase = re.sub(
        r"总数|总量|总额|总|的|比|全部|所有", "", stated.pre[stated.pre.rfind("占") + 1 :]
    ).strip()
    unit = core(phrase)
    if unit and unit == part.figure.unit:  # 占总户数的
        return [m for m in before if m is not part and m.value >= part.value and m.figure.unit == unit]
    if len(phrase) < 2:
        return []
    return [
        m for m in before if m is not part and m.value >= part.value and phrase in m.pre and like(m, part)
    ]


def _likely_whole(paragraph: Paragraph, part: Mark, wholes: Sequence[Mark]) -> Mark | None:
    """The nearest total before the part, preferring its own sentence and its own measure word."""
    wholes = [mark for mark in wholes if not has_own(paragraph, mark)]
    here = [mark for mark in wholes if mark.sentence == part.sentence and mark.depth <= part.depth]
    if here:
        return max(here, key=lambda mark: mark.value)
    close = [mark for mark in wholes if part.sentence - mark.sentence <= 2]
    return max(close, key=lambda mark: mark.value) if close else None


def _larger_than_all(part: Mark, before: Sequence[Mark], stated: Mark) -> Finding | None:
    """A part that is more than the one whole before it: no share."""
    wholes = [m for m in before if m.sentence == part.sentence and m is not part and like(m, part)]
    if not wholes or stated.value > 100 or not part.exact:
        return None
    whole = max(wholes, key=lambda mark: mark.value)
    return more(stated, part, whole) if whole.exact and whole.value else None


def _implied(paragraph: Paragraph, stated: Mark, part: Mark) -> tuple[bool, tuple[Decimal, Decimal]]:
    """Whether the shares beside this one imply one and the same whole, and this one agrees; and that whole's bounds.

    147件占68.7% and 52件占24.3% both imply about 214, wherever that stands.
    """
    low, high = _whole_range(part, stated)
    agreed = False
    for mark in paragraph.marks:
        if (
            mark is stated
            or not mark.is_percent
            or not mark.index
            or not NEXT.match(mark.pre)
            or not mark.exact
        ):
            continue
        other = paragraph.marks[mark.index - 1]
        if not other.is_quantity or not like(other, part) or abs(mark.sentence - stated.sentence) > 1:
            continue
        bottom, top = _whole_range(other, mark)
        if max(low, bottom) <= min(high, top):
            low, high = max(low, bottom), min(high, top)
            agreed = True
    return agreed, (low, high)


def _other_whole(
    paragraph: Paragraph, stated: Mark, part: Mark, wholes: Sequence[Mark], bounds: tuple[Decimal, Decimal]
) -> Iterator[Finding]:
    """Two shares agree on a whole that is one wrong digit away from the one told: 263→163."""
    whole = _likely_whole(paragraph, part, wholes)
    low, high = bounds[0].to_integral_value(ROUND_CEILING), bounds[1]
    if whole is None or not whole.exact or high - low > 5 or high.is_infinite() or whole.figure.ulp != 1:
        return
    value = low
    while value <= high:
        new = slip(whole.figure, value)
        if new:
            told = f"{written(part)}÷{written(stated)}约为{plain(value, 0)}，写作{written(whole)}"
            yield finding(
                _SHARE.rules["share"], "error", [stated, part, whole], told, f"{written(whole)}→{new}"
            )
            return
        value += 1


def _whole_range(part: Mark, stated: Mark) -> tuple[Decimal, Decimal]:
    slack = stated.figure.ulp * 3 / 2
    bottom = 100 * part.value / (stated.value + slack)
    top = 100 * part.value / (stated.value - slack) if stated.value > slack else Decimal("Infinity")
    return bottom, top
