"""What comes out of something is not more than it: stages of one procedure, one kind of a group, and what 这 and 正是 point back to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.repair import rewritten, slip, slips
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_ORDER = family("order")
_WORDS = _ORDER.words
_ATTRIBUTE, _STOCK, _CARRIED = _WORDS["attribute"], _WORDS["stock"], _WORDS["carried"]
_BACK, _EXACTLY, _THEN = _WORDS["back"], _WORDS["exactly"], _WORDS["then"]
_STAGES = [[re.compile(stage) for stage in chain] for chain in _ORDER.groups["stages"]]
# For each chain the words of its first stage as they stand: without them it is not worth a look.
_PLAIN = [re.sub(r"\(\?.*?\)", "", chain[0]) for chain in _ORDER.groups["stages"]]
_KEYS = [re.compile(words) for words in _PLAIN]
_FIRST = re.compile("|".join(_PLAIN))
_PEOPLE = frozenset("人名位")
_FEW = 20  # what is said of fewer may be some of those told before
_POINTING = frozenset("这述上有是好为于")  # how words end that point back to a number
_PAUSE = re.compile(r"[,，;；。、：:（(）)\s]")
_AMONG = re.compile(r"^[^,，;；。、：:\d]{0,10}(?:当中|之中|中|里面|里)[,，]?")
_COUNTS = re.compile(r"(?:占|有|为|^已[一-龥]{2,3})$")
_ELSEWHERE = re.compile("全[省市县区州]|累计|历年|另|其他|共")
_WITH = re.compile("[与和同][^，,；;]{0,12}$")
_SAME = re.compile("持平[，,]?(?:[均都同]?为)$")
_TOTALLED = re.compile(r"(?<!生产)总([一-龥]{2,4})$")
_EXISTING = re.compile(r"(?:现有|共有)([一-龥]{4,12})$")
_LIMIT = re.compile(
    r"(?:未|没有|不)(?:突破|超过|超出)[一-龥]{0,8}(?:限额|上限|概算|预算|红线|控制数|指标|总量)[一-龥]{0,2}$"
)
_PLANNED = re.compile("计划|任务|目标|指标")
_NOUN = re.compile(r"^[一-龥]{3,8}$")
_OTHERS = re.compile(
    r"全[省市国州]|上年|去年|累计|其他|同期|^以上|涉及|培训|发展|走访|慰问|组织|服务|新|招|选派|带动|帮扶|志愿|群众"
)


def check(paragraph: Paragraph) -> Iterator[Finding]:
    text = paragraph.text
    if _FIRST.search(text) and not _CARRIED.search(text):
        chains = [chain for chain, first in zip(_STAGES, _KEYS, strict=True) if first.search(text)]
        yield from _stages(paragraph, chains)
    yield from _attributes(paragraph)
    for marks in paragraph.sentences:
        if len(marks) > 1:
            yield from _in_it(marks)
            yield from _not_over(marks)
            yield from _level(marks)
            yield from _further(marks)
    yield from _told_again(paragraph)


def _around(mark: Mark) -> str:
    """The words before the figure, and those right behind its measure word."""
    return mark.head + _PAUSE.split(mark.post, maxsplit=1)[0][:6]


def _like(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and same(one.figure.unit, other.figure.unit)


def _more(part: Mark, whole: Mark) -> Finding:
    value = next(
        (one for one in reversed(slips(part.figure)) if whole.value * Decimal("0.4") <= one <= whole.value),
        None,
    )
    new = slip(part.figure, whole.value) or (rewritten(part.figure, value) if value is not None else None)
    told = f"{written(part)}多于{written(whole)}"
    repair = f"{written(part)}→{new}" if new else ""
    return finding(_ORDER.rules["subset"], "error", [part, whole], told, repair)


def _stages(paragraph: Paragraph, chains: Sequence[Sequence[re.Pattern[str]]]) -> Iterator[Finding]:
    """发放N份，回收M份，有效K份: nothing comes later that did not come before."""
    marks = [
        mark for mark in paragraph.marks if mark.is_quantity and mark.exact and not _THEN.search(mark.pre)
    ]
    for chain in chains:
        placed = [(mark, _stage(chain, mark)) for mark in marks]
        for part, late in placed:
            earlier = [
                mark
                for mark, stage in placed
                if 0 <= stage < late
                and mark.index < part.index
                and mark.figure.unit == part.figure.unit
                and mark.figure.kind == part.figure.kind
                and part.sentence - mark.sentence < 2
            ]
            if not earlier or any(mark.value >= part.value for mark in earlier):
                continue
            if len(earlier) > 1 and sum(mark.value for mark in earlier) >= part.value:
                continue  # 投诉a件、举报b件，受理c件
            apart = re.search("[;；。]", paragraph.between(earlier[-1], part)) is not None
            if _ELSEWHERE.search(part.head) or (apart and len(part.head) > 5):
                continue
            if not paragraph.aims(part):
                yield _more(part, earlier[-1])


def _stage(chain: Sequence[re.Pattern[str]], mark: Mark) -> int:
    words = _around(mark)
    return next((place for place in reversed(range(len(chain))) if chain[place].search(words)), -1)


def _attributes(paragraph: Paragraph) -> Iterator[Finding]:
    """在册调解员N人；大专以上学历M人: those of one kind are not more than all."""
    for place, part in enumerate(paragraph.marks):
        if part.figure.unit not in _PEOPLE or not part.exact or len(part.head) > 9:
            continue
        if not _ATTRIBUTE.search(part.head) or _OTHERS.search(part.head):
            continue
        before = [mark for mark in paragraph.marks[:place] if _like(mark, part)]
        stock = [
            mark for mark in before if _STOCK.search(_around(mark)) and part.sentence - mark.sentence < 2
        ]
        if not stock or not stock[-1].exact or any(mark.value >= part.value for mark in before):
            continue
        if not _ATTRIBUTE.search(stock[-1].head):
            yield _more(part, stock[-1])


def _in_it(marks: Sequence[Mark]) -> Iterator[Finding]:
    """N个项目中，甲占M个; 为N名孕产妇建册，高危孕产妇M名; 成立率p%（小区N个，已成立M个）."""
    for place, part in enumerate(marks):
        if not place or not part.is_quantity or not part.exact or part.value < 2:
            continue
        last = marks[place - 1]
        if _like(last, part) and last.exact and last.value < part.value:
            among = _AMONG.match(last.post) and _COUNTS.search(part.head)
            done = (
                part.head.startswith("已")
                and not _PLANNED.search(last.head)
                and _rated(marks)
                and sum(mark.value for mark in marks[:place] if _like(mark, part)) < part.value
                and last.figure.unit == part.figure.unit
            )
            if (among or done) and (_PAUSE.match(part.post) or not part.post):
                yield _more(part, last)
                continue
        alike = [mark for mark in marks[:place] if _like(mark, part)]
        if any(mark.value >= part.value for mark in alike) or _OTHERS.search(part.head):
            continue
        whole = next((mark for mark in alike if mark.exact and _holds_name(part.head, mark)), None)
        if whole is not None:
            yield _more(part, whole)


def _rated(marks: Sequence[Mark]) -> bool:
    return any(mark.is_percent and "率" in mark.head and mark.value < 100 for mark in marks)


def _holds_name(head: str, whole: Mark) -> bool:
    """高危孕产妇 of 4216名孕产妇, 参加考核的执法主体 of 现有执法主体: the name of the whole with a word before."""
    noun = _NOUN.match(_PAUSE.split(whole.post, maxsplit=1)[0].removesuffix("建册").removesuffix("建档"))
    if noun is not None and head.endswith(noun[0]) and len(head) > len(noun[0]):
        return True
    total = _TOTALLED.search(whole.head)
    if total is not None and head.endswith(total[1]) and "总" not in head and len(head) > len(total[1]):
        return True
    existing = _EXISTING.search(whole.head)
    return existing is not None and head.endswith(existing[1]) and len(head) > len(existing[1])


def _not_over(marks: Sequence[Mark]) -> Iterator[Finding]:
    """余额N亿元，未超过限额M亿元."""
    for limit in marks[1:]:
        if not limit.is_quantity or limit.figure.bound == "approx" or not _LIMIT.search(limit.pre):
            continue
        first = next((mark for mark in marks if _like(mark, limit)), limit)
        if first is not limit and first.exact and first.value > limit.value:
            yield _more(first, limit)


def _level(marks: Sequence[Mark]) -> Iterator[Finding]:
    """本年27件，与上年的27件持平; 持平，均为27件、27件: the two are one number."""
    for one, other in itertools.pairwise(marks):
        if not (one.exact and other.exact and _like(one, other)) or one.value == other.value:
            continue
        behind = other.post.startswith("持平") and _WITH.search(other.pre)
        listed = other.pre.strip() in ("、", "和") and _SAME.search(one.pre)
        new = slip(other.figure, one.value)
        if (behind or listed) and new:
            told = f"{written(one)}与{written(other)}"
            repair = f"{written(other)}→{new}"
            yield finding(_ORDER.rules["equal"], "error", [other, one], f"{told}，写作“持平”", repair)


def _further(marks: Sequence[Mark]) -> Iterator[Finding]:
    """41宗，其中甲17宗、乙53宗: nor is a further part more than the whole."""
    whole: Mark | None = None
    for one, other in itertools.pairwise(marks):
        if "其中" in other.pre:
            whole = one if _like(one, other) and one.exact and one.depth == other.depth else None
        elif not other.pre.startswith(("、", "和")) or not _like(one, other):
            whole = None
        elif (
            whole is not None and other.is_quantity and other.exact and other.value > whole.value > one.value
        ):
            yield _more(other, whole)


def _told_again(paragraph: Paragraph) -> Iterator[Finding]:
    """…N户。这M户当中; …N起，合起来正是M起: the number pointed back to is the one told before, or a sum of such."""
    for place, again in enumerate(paragraph.marks):
        if again.head[-1:] not in _POINTING:
            continue
        back = _BACK.search(again.head) and (_AMONG.match(again.post) or "现有" not in again.head)
        if not again.exact or not again.is_quantity or not (back or _EXACTLY.search(again.head)):
            continue
        before = [
            mark
            for mark in paragraph.marks[:place]
            if mark.figure.kind == again.figure.kind
            and mark.figure.unit == again.figure.unit
            and again.sentence - mark.sentence < 2
        ]
        if not before or again.value < _FEW or _made(before, again.value):
            continue
        alike = [mark for mark in before if mark.exact and len(mark.figure.text) == len(again.figure.text)]
        first = next((mark for mark in reversed(alike) if slip(again.figure, mark.value)), None)
        if first is None:
            continue
        told = f"{written(first)}与{written(again)}"
        repair = f"{written(again)}→{slip(again.figure, first.value)}"
        yield finding(_ORDER.rules["equal"], "error", [again, first], told, repair)


def _made(before: Sequence[Mark], value: Decimal) -> bool:
    """Whether the value is one of the figures, the sum of some that follow on one another, or what is left of two."""
    for start, first in enumerate(before):
        total = Decimal(0)
        for mark in before[start:]:
            total += mark.value
            if value in (total, mark.value, abs(first.value - mark.value)):
                return True
    return False
