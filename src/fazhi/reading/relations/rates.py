"""Rates: 应A，实B，实到率 p: the rate's own word names the part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, off_by_one, share_fits, share_slip, written
from fazhi.reading.relations.naming import bigrams
from fazhi.reading.relations.told import has_own, like, more, sum_of_parts, told
from fazhi.reading.repair import plain, rewritten, slip, slips
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_SHARE = family("share")
_QUALIFIED, _NEGATIVE = _SHARE.words["qualified"], _SHARE.words["negative"]
_WHOLE_WORDS = re.compile(r"总|共|合计|应|实有|在岗|参|申报|抽|检查|受理|收到|全|登记|报名")
_PART_WORDS = re.compile(r"^(?:正在|未|待|尚|其余|剩余|不)")
_PLANNED, _ACTUAL = re.compile(r"预算|计划|安排|下达|核定"), re.compile(r"实际|已|实")
_CLAUSE = re.compile(r"[，,；;。：:、（(]")
_COMPARED = re.compile(r"(?:比|较|上年|去年|同期)[^,，;；。]{0,10}$")
_STOPWORDS = frozenset("率为达到的了数均已共全年各案件")


def rate(
    paragraph: Paragraph, stated: Mark, here: Sequence[Mark], before: Sequence[Mark]
) -> Iterator[Finding]:
    """Accused by the grammar, or where it is not sure, by one wrong digit in a pair that the rate's name points to."""
    held = list(_holding(stated, here, before))
    if held and held[0] is None:
        return
    if held:
        yield from (one for one in held if one is not None)
        return
    if sum_of_parts(stated, here, before) or _with_carried(stated, here):
        return
    found = list(_named_pair(paragraph, stated, here, before))
    if not any(one.grade == "error" for one in found):
        slipped = next(_slipped(paragraph, stated), None)
        if slipped is not None:
            found = [slipped]
    yield from found


def _holding(stated: Mark, here: Sequence[Mark], before: Sequence[Mark]) -> Iterator[Finding | None]:
    """What there is to say where the rate holds of some pair (None: nothing, but it holds)."""
    name = stated.head
    for place, part in enumerate(before):
        for whole in (*before[:place], *before[place + 1 :]):
            if part.value > whole.value or (part.sentence != stated.sentence and stated.figure.ulp >= 1):
                continue
            both = _NEGATIVE.match(name) and _NEGATIVE.match(
                part.head
            )  # 不起诉率: of those prosecuted and not
            if both and share_fits(part.value, whole.value + part.value, stated):
                yield None
                return
            fits = share_fits(part.value, whole.value, stated)
            if not fits and not share_fits(whole.value - part.value, whole.value, stated):
                continue
            if not _related(name, part, whole):
                continue
            if fits and off_by_one(part.value, whole.value, stated) and _shared(name, part.head):
                yield from told(stated, part, whole, [], sure=True)
            yield None
            return


def _due(whole: Mark, part: Mark) -> bool:
    """97件，办结47件，办结率100%: one wrong digit parts the two."""
    return bool(slip(part.figure, whole.value) or slip(whole.figure, part.value))


def _slipped(paragraph: Paragraph, stated: Mark) -> Iterator[Finding]:
    """One wrong digit, of the rate, the part or the whole, makes the rate that of a pair which its name points to."""
    stem = _stem(stated.head)
    marks = [
        m
        for m in paragraph.marks
        if m.sentence == stated.sentence
        and m.is_quantity
        and m.exact
        and m.value > 0
        and m.depth >= stated.depth
    ]
    if len(stem) < 2 or not stated.exact or stated.value == 100:
        return
    qualified = _QUALIFIED.search(stated.head)
    if any(
        share_fits(one.value, other.value, stated) or share_fits(one.value, one.value + other.value, stated)
        for one in marks
        for other in marks
        if one is not other and like(one, other)
    ):
        return
    parts = [
        m
        for m in marks
        if (_names(stem, m, bool(qualified)) or (not qualified and _in_a_row(stated, m, marks)))
        and abs(m.clause - stated.clause) <= 6
        and not m.head.startswith(("应", "拟"))
        and not has_own(paragraph, m)
    ]
    for part in sorted(parts, key=lambda m: abs(m.index - stated.index)):
        for whole in marks:
            if (
                whole is part
                or not like(whole, part)
                or _PART_WORDS.search(whole.head)
                or has_own(paragraph, whole)
            ):
                continue
            if not (
                whole is marks[0]
                or whole.index == part.index - 1
                or _WHOLE_WORDS.search(whole.head)
                or _same_thing(whole, part)
            ):
                continue
            if found := slipped(stated, part, whole):
                yield found
                return
        return


def _same_thing(whole: Mark, part: Mark) -> bool:
    """违法61个 … 违法图斑已整改58个: told before in the same words."""
    return whole.index < part.index and bool(bigrams(whole.head) & bigrams(part.head))


def _in_a_row(stated: Mark, part: Mark, marks: Sequence[Mark]) -> bool:
    """Whole, part and rate one after the other, with a character in common."""
    if part.index != stated.index - 1 or len(marks) < 2 or part not in marks[1:]:
        return False
    before = marks[marks.index(part) - 1]
    planned = "应" in before.head or (_PLANNED.search(before.head) and _ACTUAL.match(part.head))
    if planned and before.index == part.index - 1 and like(before, part):
        return True
    told = _common(stated.head.split("率")[0][-4:], part.head) - set(before.head)
    return before.index == part.index - 1 and like(before, part) and bool(told)


def slipped(stated: Mark, part: Mark, whole: Mark) -> Finding | None:
    """The share accused, where one wrong digit in one of the three explains it."""
    repair = one_digit(stated, part, whole)
    if not repair:
        return None
    computed = plain(100 * part.value / whole.value)
    said = f"{written(part)}÷{written(whole)}＝{computed}%，写作{written(stated)}"
    return finding(_SHARE.rules["share"], "error", [stated, part, whole], said, repair)


def one_digit(stated: Mark, part: Mark, whole: Mark) -> str:
    if part.value <= whole.value and (new := share_slip(stated, 100 * part.value / whole.value)):
        return f"{written(stated)}→{new}"
    for value in slips(part.figure):
        if value <= whole.value and share_fits(value, whole.value, stated):
            return f"{written(part)}→{rewritten(part.figure, value)}"
    for value in slips(whole.figure):
        if value >= part.value and share_fits(part.value, value, stated):
            return f"{written(whole)}→{rewritten(whole.figure, value)}"
    return ""


def _stem(name: str) -> str:
    return re.split("率|比例|占比|比重", name)[0][-6:]


def _names(stem: str, part: Mark, whole_stem: bool) -> bool:
    """Whether the words around the part are those of the rate: 完成33件，完成率; 253家企业通过验收，通过率."""
    around = part.head + _CLAUSE.split(part.post)[0][:10]
    if whole_stem:
        return stem[-4:] in around
    if stem[-2:] in around:
        return True
    return (len(stem) == 2 and set(stem) <= set(around)) or (stem.endswith("化") and stem[:-1] in around)


def _named_pair(
    paragraph: Paragraph, stated: Mark, here: Sequence[Mark], before: Sequence[Mark]
) -> Iterator[Finding]:
    """应A，实B，实到率 p: part and whole as the grammar has them."""
    name = stated.head
    stem = name.split("率")[0] if "率" in name else ""
    if _QUALIFIED.search(name) and not (len(stem) > 1 and any(stem[-4:] in mark.head for mark in here)):
        return
    named = [
        mark
        for mark in here
        if not has_own(paragraph, mark)
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
        if like(m, part) and m.value >= part.value and m.index < part.index and not _COMPARED.search(m.head)
    ]
    if not wholes and len(stem) > 1 and stem[-4:] in part.head:
        # 全县工单4160件。…。按时办结4118件，按时办结率: the rate bears the part's own name, the whole stands before.
        larger = [
            m
            for m in before
            if m is not part and like(m, part) and m.value >= part.value and not _COMPARED.search(m.head)
        ]
        if larger:
            slipped = [m for m in reversed(larger) if one_digit(stated, part, m)]
            if slipped:
                yield from told(stated, part, slipped[0], larger, sure=True)
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
        others = [m for m in here if m is not part and like(m, part) and m.index < part.index]
        if (
            others
            and stated.value <= 100
            and part.exact
            and others[-1].exact
            and (beyond := more(stated, part, others[-1]))
        ):
            yield beyond
        return
    whole = wholes[-1]
    negative = bool(_NEGATIVE.search(part.head)) and not _NEGATIVE.search(name)
    near = stated.index - part.index == 1
    between = [m for m in here if part.index < m.index < stated.index and m.is_quantity]
    between = [m for m in between if not re.match("正在|未|待|尚|其余|剩余", m.head)]
    loose = not _bound_together(name, part.pre) and not slip(stated.figure, 100 * part.value / whole.value)
    rows = [mark for mark in here if like(mark, part)]
    if stated.value == 100 and _due(whole, part) and stem[-2:] not in whole.head:
        yield from told(stated, part, whole, wholes[:-1], sure=True)
        return
    sure = (
        not loose and (near or not between) and len(rows) < 5 and (stated.value != 100 or "应" in whole.head)
    )
    if stated.value == 100 and part.value == whole.value:
        return
    yield from told(stated, part, whole, wholes[:-1], sure=sure, complement=negative)


def _with_carried(stated: Mark, here: Sequence[Mark]) -> bool:
    """上年结转a件，本年新收b件，审结c件，结案率: the whole is a＋b."""
    carried = [mark for mark in here if re.search("结转|上年|存量|积案", mark.pre)]
    return any(
        share_fits(part.value, one.value + other.value, stated)
        for one in carried
        for other in here
        for part in here
        if len({one.index, other.index, part.index}) == 3 and like(one, other) and like(one, part)
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
