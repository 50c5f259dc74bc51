"""The readings of a percentage as a share: of which part, told by name or by place, and of which whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.relations.labels import COMMON, around, aside, kinship, label, row, series, spelled, then
from fazhi.reading.relations.readings import Reading
from fazhi.reading.relations.told import NEXT
from fazhi.reading.relations.whole import opposed_names
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_SHARE = family("share")
_WORDS = _SHARE.words
_QUOTIENT = _WORDS["quotient"]
_TOGETHER, _NOT, _QUALIFIED = _WORDS["together"], _WORDS["not_a_share"], _WORDS["qualified"]
_OF = re.compile(
    r"(?:占(?:到|了|全部|所有|整个)?|相当于|[为是]|完成|达到)(?P<whole>[^,，;；。占]{0,20}?)的?(?:比重|比例|份额)?$"
)
_PART = re.compile(r"^(?P<part>[^,，;；。]{1,16}?)(?:合计|一共|总共|共|合|只|仅|约|就|已|又)*占")
_STEM = re.compile(r"^(?P<stem>.*?)(?:率|比例|比重|占比|份额|进度|程度|面)(?:$|[^一-龥]|[一-龥]{0,4}$)")
_WHOLE = re.compile(
    r"共|总|全|合计|应|受理|收到|接|登记|申请|立案|参|抽|检查|发放|任务|计划|实有|现有|在册|累计"
)
_UNFIT = re.compile(r"未|尚|不|失败|没有|欠|缺|余|剩")
_LISTED = re.compile(r"^[个家户件人名]?[^，,；;。：:]{0,6}[、和及]")
_SAME_BEHIND = re.compile(r"^[，,]?(?:即|也就是|为|共|计)?(?:[^,，;；。]{0,8})$")
_INSIDE = re.compile("[占为是]|相当于")
_OF_IT = re.compile(r"^[^，,；;。\d]{0,8}[)）]?(?:总数|总量)?的(?:比重|比例|份额)?(?:为|达|是)?$")
_IN_ROW = re.compile(r"^\W?[、和及]")
_PLAN = re.compile("计划|任务|目标|预算|完成|相当于|的$")
_DUE, _ACTUAL = re.compile("^[一-龥]{0,8}应"), re.compile("^(?:实|已)")
_NAMED = re.compile(r"^[一-龥]{2,}占")
_KINDS = frozenset("项个类种级位者大")
_NEAR, _SENTENCES, _LIST = 16, 3, 6


def shares(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    asked = _asked(paragraph, stated)
    if len(asked) < 2:
        return
    name = label(paragraph, stated)
    if not (_QUOTIENT.search(name) or len(stated.pre) < 8 or name == ""):
        return
    said = _Said(paragraph, stated, name)
    points = {mark.index: said.part(mark) for mark in asked}
    wholes = {mark.index: said.whole(mark, asked) for mark in asked}
    for part in asked:
        for whole in asked:
            if part is whole or part.figure.kind != whole.figure.kind:
                continue
            alike = same(part.figure.unit, whole.figure.unit)
            if not alike and (points[part.index] < 3 or wholes[whole.index] < 2):
                continue
            more = 2 if part.value > whole.value and not _PLAN.search(name) else 0
            both = (
                said.rate
                and len(said.what) > 1
                and said.what[-2:] in whole.head
                and said.what[-2:] in part.head
            )
            more += 4 if both else 0  # 当场解决a条，转办后解决b条，解决率: of neither
            signs = (
                points[part.index] + wholes[whole.index] - more + said.together(part, whole) + 2 * alike - 2
            )
            yield Reading("share", (part, whole), _quotient, "{0}÷{1}", signs)
            if alike and part.index > whole.index:
                of_both = signs if name.startswith(("不", "未")) else min(2, points[part.index])
                yield Reading("share", (part, whole), _of_sum, "{0}÷（{0}＋{1}）", of_both)
            if alike and whole.index < part.index and _UNFIT.search(part.head) and not _UNFIT.search(name):
                missing = points[part.index] + wholes[whole.index] - 1 + said.contrary(part)
                yield Reading("share", (part, whole), _missing, "（{1}－{0}）÷{1}", missing)
            elif alike and whole.index < part.index and _UNFIT.search(name) and not _UNFIT.search(part.head):
                missing = points[part.index] + wholes[whole.index] - 1
                yield Reading("share", (part, whole), _missing, "（{1}－{0}）÷{1}", missing)
    likely = max((points[at] + wholes[of] for at in points for of in wholes if at != of), default=0)
    yield from _several(paragraph, stated, name, asked, wholes, likely > 2)
    yield from _of_several(paragraph, stated, asked, points)


def _asked(paragraph: Paragraph, stated: Mark) -> list[Mark]:
    """The quantities around the percentage that may be its part or its whole."""
    return [
        mark
        for mark in paragraph.marks
        if mark.figure.kind in ("count", "money", "duration")
        and mark.exact
        and not (spelled(mark) and mark.figure.unit in _KINDS)
        and mark.value > 0
        and abs(mark.index - stated.index) <= _NEAR
        and -1 <= stated.sentence - mark.sentence <= _SENTENCES
    ]


class _Said:
    """What the words around one percentage say of its part and its whole."""

    def __init__(self, paragraph: Paragraph, stated: Mark, name: str) -> None:
        self.paragraph, self.stated, self.name = paragraph, stated, name
        whole, part, stem = _OF.search(name), _PART.search(name), _STEM.search(name)
        self.of = whole["whole"] if whole else ""
        self.what = part["part"] if part else stem["stem"] if stem else ""
        last = paragraph.marks[stated.index - 1].figure if stated.index else stated.figure
        self.what = self.what.rpartition(last.text + last.unit)[2]
        self.rate = stem is not None and part is None
        self.owner = part is not None or re.search("占|比重|份额", name) is not None
        self.aside = aside(paragraph, stated)
        self.then = then(paragraph, stated)
        self.last = stated.index - 1  # behind it only another way to say the share: 占比突破六成，达60.6%
        while self.last > 0 and _said_before(paragraph.marks[self.last]):
            self.last -= 1
        before = paragraph.marks[stated.index - 1] if stated.index else stated
        named = label(paragraph, before) if _OF_IT.match(stated.pre) else ""
        self.inside = bool(named) and _INSIDE.search(named) is not None
        if self.inside and (said := _PART.search(named)):
            self.what = said["part"]
        self.qualified = bool(_QUALIFIED.search(self.what)) and self.rate
        first, self.place, self.count = series(paragraph, stated)
        self.block = _block(paragraph, first, self.count)
        if self.count < 2:
            place, count = row(paragraph, stated)
            behind = _block(paragraph, paragraph.marks[stated.index - place], count)
            if behind and behind[0].index > stated.index and re.search("分别|依次|对应", behind[0].pre):
                self.place, self.count, self.block = place, count, behind

    def enclosed(self, mark: Mark) -> bool:
        """Whether the figure stands in the bracket that says what the share is of: 率（以已结154件为基数）83.8%."""
        return bool(self.aside) and mark.index == self.stated.index - 1 and mark.depth > self.stated.depth

    def part(self, mark: Mark) -> int:
        """Signs that the figure is the part."""
        stated, marks = self.stated, self.paragraph.marks
        if self.enclosed(mark) or (self.inside and mark.index == stated.index - 1):
            return -4
        if self.inside and mark.index == stated.index - 2:
            return 3 - 2 * (then(self.paragraph, mark) != self.then)
        signs = -2 if then(self.paragraph, mark) != self.then else 0
        if self.count > 1 and mark in self.block:
            return signs + (4 if self.block.index(mark) % self.count == self.place else -4)
        words = around(self.paragraph, mark, stated)
        kin = kinship(self.what[-4:] if self.rate else self.what, words) if self.what else 0
        name = mark.head.removeprefix("其中")
        if self.owner and len(name) > 1 and mark.index < stated.index - 1 and name[:4] in stated.pre:
            kin = 3
        if self.rate and not kin and self.what and self.what[-1] in words and self.what[-1] not in COMMON:
            kin = 1
        right_before = mark.index == self.last and mark.sentence == stated.sentence
        if right_before:
            direct = NEXT.match(stated.pre) or (not self.what and len(stated.pre) < 12)
            bracket = stated.pre.strip() in ("（", "(", "（占", "(占", "（约")
            signs += 3 if direct or bracket else 2 if self.rate else 1
        behind = mark.index == stated.index + 1 and mark.sentence == stated.sentence
        if behind and _SAME_BEHIND.match(mark.pre) and (kin or "即" in mark.pre):
            signs += 2
        if kin:
            signs += kin
            signs += 1 if abs(mark.index - stated.index) <= 2 else 0
        counted = _QUALIFIED.search(self.what)
        if counted is not None and counted[0] in mark.head:
            kin = 3  # 利用量a吨，综合利用率: what the rate counts is told
        if self.qualified and kin < 3:
            signs -= 6 if not (right_before and _QUALIFIED.search(mark.head)) else -1
        if stated.value == 100:
            signs -= 4  # all of them, told of what is not counted beside it
        own = marks[mark.index + 1] if mark.index + 1 < len(marks) else stated
        if own is not stated and own.is_percent and own.sentence == mark.sentence and NEXT.match(own.pre):
            signs -= 3  # it has its own share
        if mark.index and marks[mark.index - 1].is_percent and NEXT.match(mark.pre):
            signs -= 1
        return signs

    def whole(self, mark: Mark, asked: Sequence[Mark]) -> int:
        """Signs that the figure is the whole."""
        stated = self.stated
        signs = -2 if then(self.paragraph, mark) != self.then else 0
        if mark.index == stated.index - 1 and not mark.figure.unit and _NAMED.match(stated.pre):
            return -4  # 200毫升及300毫升占比: a size in the name of what the share is of
        if self.enclosed(mark):
            signs += 4
        words = around(self.paragraph, mark)
        if mark.index == stated.index - 1 and self.inside:
            signs += 4  # 占总数320件的, 占全年计划（1.02亿元）的
        if self.of:
            signs += kinship(self.of, words)
        if self.aside:
            signs += kinship(self.aside, words)
        if mark.sentence == stated.sentence:
            signs += 1
        if _WHOLE.search(mark.head):
            signs += 1
        if mark is asked[0] or mark.index == 0:
            signs += 1
        nearest = next((m for m in reversed(asked) if m.index < self.last), None)
        if mark is nearest:
            signs += 1
        marks = self.paragraph.marks
        following = marks[mark.index + 1] if mark.index + 1 < len(marks) else None
        shared = following is not None and following is not stated and following.is_percent
        shared = shared and following is not None and following.sentence == mark.sentence
        if following is not None and shared and (NEXT.match(following.pre) or "率" in following.pre[:10]):
            signs -= 2
        if _UNFIT.search(mark.head[:2]):
            signs -= 1
        return signs

    def together(self, part: Mark, whole: Mark) -> int:
        """-2 where the two stand side by side in one list: they are parts of something else."""
        first, last = sorted((part, whole), key=lambda mark: mark.index)
        if (
            part.index == whole.index + 1 == self.last
            and _DUE.search(whole.head)
            and _ACTUAL.match(part.head)
        ):
            return 6  # 应建a个、实建b个，覆盖率
        listed = last.index == first.index + 1 and _IN_ROW.match(last.pre) is not None
        return -2 if listed else 1 if whole.index == part.index - 1 else 0

    def contrary(self, part: Mark) -> int:
        """尚有46件未整改，整改率: told of what is missing, in the rate's own words."""
        return 1 if self.rate and self.what and self.what[-2:] in around(self.paragraph, part) else -1


def _said_before(mark: Mark) -> bool:
    """Whether the percentage is a rough one (六成, 四分之一) that the next says exactly."""
    return mark.is_percent and (not mark.exact or mark.figure.unit in ("成", ""))


def _block(paragraph: Paragraph, first: Mark, count: int) -> list[Mark]:
    """The quantities told right before a list of as many percentages, or right behind it."""
    marks = paragraph.marks
    if count < 2:
        return []
    before = marks[max(0, first.index - count) : first.index]
    behind = marks[first.index + count : first.index + 2 * count]
    for one in (before, behind):
        alike = len(one) == count and all(m.figure.kind == one[0].figure.kind and m.is_quantity for m in one)
        if alike and one[0].sentence == one[-1].sentence and abs(one[0].sentence - first.sentence) < 2:
            return one
    return []


def _several(
    paragraph: Paragraph,
    stated: Mark,
    name: str,
    asked: Sequence[Mark],
    wholes: dict[int, int],
    likely: bool,
) -> Iterator[Reading]:
    """Several parts together: 前三位占总数的, 两项合占, 好评率（含基本满意）."""
    text = paragraph.whole[max(paragraph.start, stated.figure.start - 40) : stated.figure.start]
    text = re.split("[；;。]", text)[-1]
    together = _TOGETHER.search(text) is not None
    counted = _COUNTED.search(text)
    count = "零一二三四五六".index(counted["n"].replace("两", "二")) if counted else 0
    names = [one for one in re.split("[、和及与]", _ALL.sub("", name.split("占")[0])) if one]
    found = _STEM.search(name)
    stem = found["stem"][-2:] if found is not None and len(found["stem"]) > 1 else ""
    before = [m for m in asked if m.index < stated.index]
    if not (together or counted or stem or likely or len(names) > 1):
        return
    for size in range(2, _LIST + 1):
        for start in range(len(before) - size + 1):
            run = before[start : start + size]
            if any(
                run[0].figure.kind != m.figure.kind or not same(run[0].figure.unit, m.figure.unit)
                for m in run[1:]
            ):
                continue
            if run[-1].index - run[0].index > 2 * size:
                continue
            near = run[-1].index >= stated.index - 2
            if (
                re.search("[头前][两二三四五]", text)
                and start
                and before[start - 1].index == run[0].index - 1
            ):
                near = near or not (start > 1 and same(before[start - 2].figure.unit, run[0].figure.unit))
            signs = (2 if together else -3) + (2 if count == size else -2 if count else 0) + near
            if len(names) == size and all(
                kinship(one, around(paragraph, m)) for one, m in zip(names, run, strict=True)
            ):
                signs += 3
            if len(stem) == 2 == size and stem[0] in run[0].head and stem[1] in run[1].head:
                signs += 6  # 优良率: 优等和良等
            if stem and all(stem in around(paragraph, m) for m in run):
                signs += 5  # 当场解决a条，转办后解决b条，解决率
            for whole in asked:
                if whole in run or not same(run[0].figure.unit, whole.figure.unit):
                    continue
                if stem and stem in whole.head:
                    continue
                if whole.figure.kind == run[0].figure.kind:
                    words = "（" + "＋".join(f"{{{at}}}" for at in range(size)) + f"）÷{{{size}}}"
                    yield Reading("share", (*run, whole), _summed, words, signs + wholes[whole.index])


_ALL = re.compile("(?:等|类)?(?:企业|案件)?(?:合计|合|共|加起来|两项|两者|的)*$")
_COUNTED = re.compile(
    r"(?P<n>[两二三四五六])(?:个|大)?(?:项|类|级|者|地|镇|村|乡|领域|部门|地区|年|季度|单位|位)"
)


def _of_several(
    paragraph: Paragraph, stated: Mark, asked: Sequence[Mark], points: dict[int, int]
) -> Iterator[Reading]:
    """上年结转a，本年收入b，支出c，执行率: of what was there and what came."""
    for one in asked:
        if not re.search("结转|上年|存量|积案|旧存", one.pre):
            continue
        for other in asked:
            if (
                other is one
                or abs(other.index - one.index) > 2
                or not same(one.figure.unit, other.figure.unit)
            ):
                continue
            for part in asked:
                if (
                    part not in (one, other)
                    and same(part.figure.unit, one.figure.unit)
                    and part.index > one.index
                ):
                    yield Reading(
                        "share", (part, one, other), _of_both, "{0}÷（{1}＋{2}）", points[part.index] + 1
                    )


def hundreds(paragraph: Paragraph, stated: Mark) -> Iterator[Reading]:
    """What is left of 100: 合格率97.8%，不合格率2.2%; 夜间占22.7%，日间占77.3%."""
    name = label(paragraph, stated)
    percents = [m for m in paragraph.marks if m.is_percent and abs(m.sentence - stated.sentence) < 2]
    if len(percents) < 2:
        return
    split = [m for m in percents if m.sentence == stated.sentence and not _NOT.search(label(paragraph, m))]
    here = split
    split = [m for m in split if "率" not in label(paragraph, m)]
    for other in percents:
        first = label(paragraph, other)
        if other is stated or not other.exact or then(paragraph, other) or _NOT.search(first):
            continue
        low, high = sorted((other.index, stated.index))
        near = 0 if any(low < m.index < high and not then(paragraph, m) for m in percents) else 2
        rates = "率" in first + name or len(split) <= 2
        opposed = rates and (opposed_names([_bare(first), _bare(name)]) or _negated(first, name))
        left = re.search("其余|剩余|余下|非|^(?:仍|还|尚)$", name) is not None or _pair(first, name)
        signs = 4 if near and len(here) == 2 else 0
        if opposed or (left and len(split) <= 2):
            signs = 3 + near
        # What comes behind can make the figure right; it is accused of the first itself.
        yield Reading(
            "complement", (other,), _rest, "100%－{0}", min(signs, 4) if high == other.index else signs
        )


def _pair(one: str, other: str) -> bool:
    """夜间来电占…，日间占…: both shares, told with short names of one make."""
    first, second = one.partition("占")[0], other.partition("占")[0]
    return "占" in one and "占" in other and len(second) == 2 and second[-1] == first[1:2]


def _bare(name: str) -> str:
    return re.sub(r"(?:的)?(?:占比?|率|比例|比重)[^,，]*$", "", name)


def _negated(one: str, other: str) -> bool:
    """Whether one name is the other with 不, 未 or 非: 合格率 and 不合格率, 发现问题的 and 未发现问题的."""
    for plain, negative in ((one, other), (other, one)):
        found = re.search(r"(?:不|未|非|没有|无)(?P<rest>[一-龥]{2,4})", negative)
        if (
            found is not None
            and found["rest"][:2] in plain
            and not re.search(f"[不未非]{found['rest'][:2]}", plain)
        ):
            return True
    return False


def _quotient(values: Sequence[Decimal]) -> Decimal | None:
    part, whole = values
    return 100 * part / whole if whole > 0 else None


def _missing(values: Sequence[Decimal]) -> Decimal | None:
    part, whole = values
    return 100 * (whole - part) / whole if whole > 0 and part < whole else None


def _of_sum(values: Sequence[Decimal]) -> Decimal | None:
    part, other = values
    return 100 * part / (part + other) if part + other > 0 else None


def _summed(values: Sequence[Decimal]) -> Decimal | None:
    return 100 * sum(values[:-1], Decimal(0)) / values[-1] if values[-1] > 0 else None


def _of_both(values: Sequence[Decimal]) -> Decimal | None:
    part, one, other = values
    return 100 * part / (one + other) if one + other > 0 else None


def _rest(values: Sequence[Decimal]) -> Decimal | None:
    return 100 - values[0]
