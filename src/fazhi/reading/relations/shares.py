"""Shares and rates: 占…的 p%, A 件，占 p%; 应 A，实 B，率 p; shares that make up a whole; shares that no number has."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableSequence, Sequence
from decimal import ROUND_CEILING, Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, off_by_one, share_fits, share_repair, written
from fazhi.reading.repair import plain, rewritten, slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_SHARE = family("share")
_OF, _RATE, _TOTAL = _SHARE.words["of"], _SHARE.words["rate"], _SHARE.words["total"]
_NOT, _QUALIFIED, _NEGATIVE = _SHARE.words["not_a_share"], _SHARE.words["qualified"], _SHARE.words["negative"]
_REMOTE = re.compile(r"占[^,，;；。]{0,24}的$")
_NEXT = re.compile(r"^[^\d,，;；。、]{0,4}[,，、(（]?\s*(?:仅|约|各|分别)?占")
_SPACE = re.compile(r"^[^\d,，;；。、]{0,4}\s*$")
_TARGET = re.compile(
    r"完成[^,，;；。]{0,12}(?:目标|任务|计划)[^,，;；。\d]{0,4}$|^[^,，;；。]{0,4}[,，]?为[^,，;；。]{0,8}(?:目标|任务|计划)[^\d]{0,4}$"
)
_COMPARED = re.compile(r"(?:比|较|上年|去年|同期)[^,，;；。]{0,10}$")
_STOPWORDS = frozenset("率为达到的了数均已共全年各")


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
    yield from _complement(paragraph, shares)


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
    if (
        _REMOTE.search(stated.pre)
        and not _NEXT.match(stated.pre)
        and last.index == stated.index - 1
        and "占" not in last.head
    ):
        yield from _without_part(paragraph, stated, before)
        return
    if "分别占" in stated.pre:
        yield from _pairwise(paragraph, stated, before, placed, earlier)
        return
    if last.index == stated.index - 1 and stated.pre.endswith("的") and _TARGET.search(last.pre):
        part = next((m for m in reversed(before[:-1]) if _like(m, last)), None)
        if part is not None and part.sentence == stated.sentence:
            yield from _told(stated, part, last, [], sure=True)
        return
    if last.figure.unit in ("类", "项", "部门") and last.value < 10 and _NEXT.match(stated.pre):
        yield from _several(stated, last, before[:-1])
        return
    direct = last.index == stated.index - 1 and last.sentence == stated.sentence
    if direct and "占" in last.head and stated.pre.endswith("的"):
        part = next((m for m in reversed(before[:-1]) if _like(m, last)), None)
        if part is not None:
            yield from _told(stated, part, last, [], sure=True)
        return
    if direct and (_NEXT.match(stated.pre) or (_SPACE.match(stated.pre) and "占" in stated.head)):
        yield from _part_then_share(paragraph, stated, last, before, placed, earlier)
        return
    if _RATE.search(stated.head) and here:
        yield from _rate(paragraph, stated, here, before)


def _several(stated: Mark, classes: Mark, before: Sequence[Mark]) -> Iterator[Finding]:
    """甲a件、乙b件、丙c件，三类占 p%: the figures just before, added up."""
    count = int(classes.value)
    parts = before[-count:]
    if len(parts) < count or count < 2 or not all(_like(parts[0], mark) and mark.exact for mark in parts):
        return
    value = sum((mark.value for mark in parts), Decimal(0))
    wholes = [mark for mark in before[:-count] if _like(mark, parts[0]) and mark.value >= value]
    larger = max((m for m in before[:-count] if _like(m, parts[0])), key=lambda m: m.value, default=None)
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


def _told(
    stated: Mark, part: Mark, whole: Mark, others: Sequence[Mark], *, sure: bool, complement: bool = False
) -> Iterator[Finding]:
    """Part and whole are named by the grammar; `others` are wholes that would also do."""
    rule = _SHARE.rules["share"]
    for candidate in (whole, *others):
        if share_fits(part.value, candidate.value, stated):
            if off_by_one(part.value, candidate.value, stated):
                computed = plain(100 * part.value / candidate.value, 4)
                told = f"{written(part)}÷{written(candidate)}＝{computed}%，写作{written(stated)}"
                yield finding(rule, "info", [stated, part, candidate], told, "", "末位差一或者截断")
            return
    value = whole.value - part.value if complement else part.value
    computed = plain(100 * value / whole.value, 2)
    left = f"（{written(whole)}－{written(part)}）" if complement else written(part)
    told = f"{left}÷{written(whole)}＝{computed}%，写作{written(stated)}"
    exact = part.exact and whole.exact
    repair = share_repair(part, whole, stated, complement)
    grade = "error" if sure and exact else "suspect"
    yield finding(rule, "error" if grade == "error" else "suspect", [stated, part, whole], told, repair)


def _part_then_share(
    paragraph: Paragraph,
    stated: Mark,
    part: Mark,
    before: Sequence[Mark],
    placed: list[Placed],
    earlier: Sequence[Mark],
) -> Iterator[Finding]:
    """A 件，占 p%: the whole is some figure before it (or, told as 占N件的, none of ours)."""
    wholes = [mark for mark in before if mark is not part and _like(mark, part) and mark.value >= part.value]
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
                yield from _told(stated, part, whole, [], sure=True)
            return
    if part.index and not part.pre.strip():  # 312户1021人，占73.2%: of either measure
        first = paragraph.marks[part.index - 1]
        for whole in before:
            if _like(whole, first) and whole is not first and share_fits(first.value, whole.value, stated):
                return
    following = [m for m in paragraph.marks if m.sentence == stated.sentence and m.index > stated.index]
    for whole in following:
        if _like(whole, part) and share_fits(part.value, whole.value, stated):
            placed.append((stated, part, whole))
            return
    closing = [m for m in following if _like(m, part) and re.search(r"(?:合计|共计|总计|共)$", m.pre)]
    if closing and not wholes:
        yield from _told(stated, part, closing[-1], [], sure=True)
        return
    if _sum_of_parts(stated, before, wholes):
        return
    remote = [m for m in reversed(earlier) if _like(m, part) and m.value >= part.value]
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
    if not wholes and not siblings:
        if last_larger := _larger_than_all(part, before, stated):
            yield last_larger
        return
    likely = siblings[-1] if siblings else _likely_whole(paragraph, part, wholes)
    if likely is None:
        return
    other_holds = bool(siblings)
    near = (likely.sentence == part.sentence and _means(stated, likely)) or bool(named)
    yield from _told(stated, part, likely, [], sure=other_holds or near)


def _siblings(placed: Sequence[Placed], part: Mark) -> list[Mark]:
    """The whole that the shares beside this one have: told in the paragraph, or agreed on by two or more of them."""
    votes: dict[int, set[int]] = {}
    wholes: dict[int, Mark] = {}
    for stated, of, whole in placed:
        if _like(whole, part) and of is not part and whole.value >= part.value:
            votes.setdefault(whole.figure.start, set()).add(stated.figure.start)
            wholes[whole.figure.start] = whole
    near = [start for start in votes if part.figure.start - start < 400]
    sure = [start for start in votes if len(votes[start]) > 1 or start in near]
    return [wholes[start] for start in sorted(sure, key=lambda start: len(votes[start]))]


def _pairwise(
    paragraph: Paragraph,
    stated: Mark,
    before: Sequence[Mark],
    placed: list[Placed],
    earlier: Sequence[Mark],
) -> Iterator[Finding]:
    """甲a件，乙b件，分别占总数的p%和q%: the shares in the order of the parts."""
    rates = [stated, *_joined(paragraph, stated)]
    parts = before[-len(rates) :]
    if len(parts) != len(rates) or not all(_like(parts[0], mark) for mark in parts):
        return
    wholes = [m for m in (*before[: -len(rates)], *reversed(earlier)) if _like(m, parts[0])]
    total = sum((mark.value for mark in parts), Decimal(0))
    if all(share_fits(part.value, total, rate) for part, rate in zip(parts, rates, strict=True)):
        return
    right = [
        (whole, [share_fits(part.value, whole.value, rate) for part, rate in zip(parts, rates, strict=True)])
        for whole in wholes
    ]
    if not right or any(all(fits) for _, fits in right):
        return
    whole, fits = max(right, key=lambda one: sum(one[1]))
    if sum(fits) and len(fits) - sum(fits) == 1:
        wrong = fits.index(False)
        if parts[wrong].value <= whole.value:
            yield from _told(rates[wrong], parts[wrong], whole, [], sure=True)


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
    if len(phrase) < 2:
        return []
    return [
        m for m in before if m is not part and m.value >= part.value and phrase in m.pre and _like(m, part)
    ]


def _likely_whole(paragraph: Paragraph, part: Mark, wholes: Sequence[Mark]) -> Mark | None:
    """The nearest total before the part, preferring its own sentence and its own measure word."""
    wholes = [mark for mark in wholes if not _has_own(paragraph, mark)]
    here = [mark for mark in wholes if mark.sentence == part.sentence and mark.depth <= part.depth]
    if here:
        return max(here, key=lambda mark: mark.value)
    close = [mark for mark in wholes if part.sentence - mark.sentence <= 2]
    return max(close, key=lambda mark: mark.value) if close else None


def _has_own(paragraph: Paragraph, mark: Mark) -> bool:
    """Whether the figure is itself a part with its share (甲188件，占13.7%), and so no whole of its neighbours."""
    following = paragraph.marks[mark.index + 1] if mark.index + 1 < len(paragraph.marks) else None
    return following is not None and following.is_percent and bool(_NEXT.match(following.pre))


def _larger_than_all(part: Mark, before: Sequence[Mark], stated: Mark) -> Finding | None:
    """A part that is more than the one whole before it: no share."""
    wholes = [m for m in before if m.sentence == part.sentence and m is not part and _like(m, part)]
    if not wholes or stated.value > 100 or not part.exact:
        return None
    whole = max(wholes, key=lambda mark: mark.value)
    return _more(stated, part, whole) if whole.exact and whole.value else None


def _more(stated: Mark, part: Mark, whole: Mark) -> Finding | None:
    needed = (whole.value * stated.value / 100).to_integral_value()
    new = slip(part.figure, needed) if share_fits(needed, whole.value, stated) else None
    computed = 100 * part.value / stated.value if stated.value else whole.value
    other = slip(whole.figure, computed.to_integral_value())
    if new is None and other is None:
        return None
    repair = f"{written(part)}→{new}" if new else f"{written(whole)}→{other}"
    told = f"{written(part)}多于{written(whole)}，写作{written(stated)}"
    return finding(_SHARE.rules["share"], "error", [stated, part, whole], told, repair)


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
            or not _NEXT.match(mark.pre)
            or not mark.exact
        ):
            continue
        other = paragraph.marks[mark.index - 1]
        if not other.is_quantity or not _like(other, part) or abs(mark.sentence - stated.sentence) > 1:
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


def _sum_of_parts(stated: Mark, before: Sequence[Mark], wholes: Sequence[Mark]) -> bool:
    """甲a件、乙b件、丙c件，三类占 p%: the figures just before, added up."""
    run: list[Mark] = []
    for mark in reversed(before):
        run.append(mark)
        if len(run) > 6:
            break
        if len(run) > 1:
            value = sum((m.value for m in run), run[0].value * 0)
            if any(share_fits(value, whole.value, stated) for whole in wholes if whole not in run):
                return True
    return False


def _rate(
    paragraph: Paragraph, stated: Mark, here: Sequence[Mark], before: Sequence[Mark]
) -> Iterator[Finding]:
    """应A，实B，实到率 p: the rate's own word names the part."""
    name = stated.head
    stem = name.split("率")[0] if "率" in name else ""
    if _QUALIFIED.search(name) and not (len(stem) > 1 and any(stem[-4:] in mark.head for mark in here)):
        return
    for place, part in enumerate(before):
        for whole in (*before[:place], *before[place + 1 :]):
            if part.value > whole.value or (part.sentence != stated.sentence and stated.figure.ulp >= 1):
                continue
            fits = share_fits(part.value, whole.value, stated)
            if not fits and not share_fits(whole.value - part.value, whole.value, stated):
                continue
            if not _related(name, part, whole):
                continue
            if fits:
                if off_by_one(part.value, whole.value, stated) and _shared(name, part.head):
                    yield from _told(stated, part, whole, [], sure=True)
                return
            if share_fits(whole.value - part.value, whole.value, stated):
                return
    if _sum_of_parts(stated, here, before) or _with_carried(stated, here):
        return
    named = [
        mark
        for mark in here
        if not _has_own(paragraph, mark)
        and _shared(name, mark.pre[-16:])
        and not re.search("^(?:正在|未|待|尚|拟)", mark.head)
    ]
    if not named:
        return
    part = named[-1]
    if stated.clause - part.clause > 3:
        return
    wholes = [
        m
        for m in here
        if _like(m, part) and m.value >= part.value and m.index < part.index and not _COMPARED.search(m.head)
    ]
    if not wholes and len(stem) > 1 and stem[-4:] in part.head:
        # 全县工单4160件。…。按时办结4118件，按时办结率: the rate bears the part's own name, the whole stands before.
        larger = [
            m
            for m in before
            if m is not part and _like(m, part) and m.value >= part.value and not _COMPARED.search(m.head)
        ]
        if larger:
            slipped = [m for m in reversed(larger) if slip(stated.figure, 100 * part.value / m.value)]
            if slipped:
                yield from _told(stated, part, slipped[0], larger, sure=True)
            return
    if (
        not wholes and len(_common(name, part.pre[-16:])) > 1
    ):  # 案件14件，出庭12次: told in other measure words
        wholes = [
            m
            for m in here
            if m.figure.kind == part.figure.kind
            and m.value >= part.value
            and m.index < part.index
            and _common(name, m.pre[-16:])
        ]
    if not wholes:
        like = [m for m in here if m is not part and _like(m, part) and m.index < part.index]
        if (
            like
            and stated.value <= 100
            and part.exact
            and like[-1].exact
            and (more := _more(stated, part, like[-1]))
        ):
            yield more
        return
    whole = wholes[-1]
    negative = bool(_NEGATIVE.search(part.head)) and not _NEGATIVE.search(name)
    near = stated.index - part.index == 1
    between = [m for m in here if part.index < m.index < stated.index and m.is_quantity]
    between = [m for m in between if not re.match("正在|未|待|尚|其余|剩余", m.head)]
    loose = not _bound_together(name, part.pre) and not slip(stated.figure, 100 * part.value / whole.value)
    rows = [mark for mark in here if _like(mark, part)]
    sure = (
        not loose and (near or not between) and len(rows) < 5 and (stated.value != 100 or "应" in whole.head)
    )
    if stated.value == 100 and part.value == whole.value:
        return
    yield from _told(stated, part, whole, wholes[:-1], sure=sure, complement=negative)


def _with_carried(stated: Mark, here: Sequence[Mark]) -> bool:
    """上年结转a件，本年新收b件，审结c件，结案率: the whole is a＋b."""
    carried = [mark for mark in here if re.search("结转|上年|存量|积案", mark.pre)]
    return any(
        share_fits(part.value, one.value + other.value, stated)
        for one in carried
        for other in here
        for part in here
        if len({one.index, other.index, part.index}) == 3 and _like(one, other) and _like(one, part)
    )


def _related(name: str, part: Mark, whole: Mark) -> bool:
    """Figures of one measure, or (案件14件，出庭12次，出庭应诉率) both named in the rate's name."""
    if part.figure.kind != whole.figure.kind:
        return False
    return same(part.figure.unit, whole.figure.unit) or bool(
        _common(name, part.pre[-16:]) and _common(name, whole.pre[-16:])
    )


def _common(name: str, head: str) -> set[str]:
    return (set(name) & set(head)) - _STOPWORDS


def _bound_together(name: str, words: str) -> bool:
    """Whether two characters of the rate's name stand together before the part (整改率: 已整改)."""
    stem = name.split("率")[0][-6:]
    if len(stem) > 1 and stem[-2] in words[-3:]:  # 破获…，破案率
        return True
    return any(stem[at : at + 2] in words for at in range(len(stem) - 1)) or (
        "实" in words and stem[:1] in "到参考出" and stem[-1:] in words
    )


def _shared(name: str, head: str) -> bool:
    """Whether the rate is named after the part (调解成功 and 调解成功率; 结案 and 调撤率 share none)."""
    stem = name.split("率")[0][-4:] if "率" in name else name[-4:]
    return bool(_common(stem, head))


def _like(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and same(one.figure.unit, other.figure.unit)


def _without_part(paragraph: Paragraph, stated: Mark, before: Sequence[Mark]) -> Iterator[Finding]:
    """结案127宗，撤案的占结案数的 p%: is there a whole number that makes p?"""
    phrase = stated.pre[stated.pre.rfind("占") + 1 :]
    wholes = [
        mark
        for mark in before
        if mark.figure.ulp == 1
        and len(set(phrase) & set(mark.head[-8:] + mark.figure.unit) - _STOPWORDS) >= 1
    ]
    if not wholes or any(_attainable(mark, stated) for mark in wholes):
        return
    whole = wholes[-1]
    if any(
        share_fits(part.value, mark.value, stated) for part in before for mark in before if part is not mark
    ):
        return
    count = int(whole.value * stated.value / 100)
    told = "，".join(f"{n}÷{written(whole)}＝{plain(100 * n / whole.value, 2)}%" for n in (count, count + 1))
    grade = "error" if len(wholes) == 1 and whole.sentence == stated.sentence and whole.exact else "suspect"
    rule = _SHARE.rules["attainable"]
    yield finding(
        rule, "error" if grade == "error" else "suspect", [stated, whole], f"{told}，写作{written(stated)}"
    )


def _attainable(whole: Mark, stated: Mark) -> bool:
    count = int(whole.value * stated.value / 100)
    return any(share_fits(whole.value * 0 + n, whole.value, stated) for n in (count, count + 1))


def _complement(paragraph: Paragraph, shares: Sequence[Mark]) -> Iterator[Finding]:
    """Shares that split a whole (甲占a%，乙占b%，其他占c%; 三次产业比重分别为a%、b%、c%) add up to 100."""
    rule = _SHARE.rules["complement"]
    groups: dict[int, list[Mark]] = {}
    for mark in shares:
        if mark.exact and "占" in mark.pre and _is_share(mark):
            groups.setdefault(mark.sentence, []).append(mark)
    told = [
        group
        for group in groups.values()
        if len(group) > 1 and re.search(r"其他|其余|其它|剩余", group[-1].pre)
    ]
    for mark in shares:
        if _SHARE.words["partition"].search(mark.head):
            told.append([mark, *_joined(paragraph, mark)])
    for group in told:
        if len(group) < 2 or paragraph.aims(group[0]):
            continue
        total = sum((mark.value for mark in group), Decimal(0))
        slack = sum((mark.figure.ulp for mark in group), Decimal(0))
        if slack < abs(total - 100) and 50 <= total <= 200:
            words = "＋".join(written(mark) for mark in group) + f"＝{plain(total)}%"
            repair = next(
                (f"{written(m)}→{new}" for m in group if (new := slip(m.figure, m.value + 100 - total))), ""
            )
            yield finding(rule, "error", group, words, repair)


def _joined(paragraph: Paragraph, first: Mark) -> Iterator[Mark]:
    for mark in paragraph.marks[first.index + 1 :]:
        if not mark.is_percent or mark.pre.strip() not in ("、", "和", "，", ",", ":", "："):
            return
        yield mark
