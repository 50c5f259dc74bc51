"""Totals and parts that the words name without a fixed formula: 三地共…, 两级人员…, 按城乡分，…, 上述各类共….

Every reading is tried first: any figures one after the other that make up the total, before it or behind it. Only where none
does, and one wrong digit would mend the reading that the words name, is it an error. How much the words must say depends on how
much the digit says: of a gap of 20 between figures of two digits it explains nearly any, of 2,000 between five digits hardly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import log2

from fazhi.reading.finding import Finding
from fazhi.reading.numerals import chinese
from fazhi.reading.relations.judge import finding, holds, sum_gap, sum_repair, sum_words
from fazhi.reading.relations.naming import named_before
from fazhi.reading.relations.parts import averaged, changing, list_from
from fazhi.reading.relations.whole import complete, joined, siblings, twins
from fazhi.reading.repair import digit
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_SUM = family("sum")
_WORDS = _SUM.words
_SUMMING, _HINTING, _SORTED, _MANY, _WITHIN, _ACTION = (
    _WORDS[name] for name in ("summing", "hinting", "sorted_by", "counted_kinds", "within", "action")
)
_OPEN_END, _PARTIAL, _UNNUMBERED = _WORDS["open_end"], _WORDS["partial"], _WORDS["unnumbered"]
_OF = re.compile(r"(?<![合共])占|[比较]|相当于|[其当]中")
_PAUSE = re.compile(r"[,，;；。、:：—-]")
_ADDED = ("sum", "total", "rest")
_OVERLAP = re.compile(
    "(?:部分|有的)[^,，;；。、]{0,8}(?:同时|重复)|重复(?:计|统计)|有重[复叠]|交叉|重叠|兼有|多选"
)
_LONGEST = 12  # figures of a list
_BACK = 3  # sentences that a closing total may reach back


def settled(paragraph: Paragraph, found: Sequence[Finding]) -> Iterator[Finding]:
    """What other rules found in the paragraph, without the sums that have a reading after all, and what is found here."""
    if sum(mark.is_quantity or mark.is_percent for mark in paragraph.marks) < 3:
        yield from found
        return
    reader = _Reader(paragraph)
    reader.place()
    kept = [one for one in found if one.rule not in _ADDED or one.grade != "error" or not reader.reads(one)]
    yield from kept
    reader.told.update(span for one in kept if one.grade == "error" for span in one.spans)
    yield from reader.closings()
    yield from reader.openings()


class _Reader:
    """The readings of one paragraph. `inside` are figures that another one has as its parts, with that one."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        self.told: set[tuple[int, int]] = set()  # what errors of other rules touch is not explained twice
        self.marks = paragraph.marks
        self.inside: dict[int, Mark] = {}
        self.accused: set[int] = set()
        self.carried = "结转" in paragraph.text
        self.spelled = any(m.value >= 10 and not m.figure.text[0].isdigit() for m in self.marks)
        self.lists: dict[int, tuple[list[Mark], list[Mark]]] = {}

    def akin(self, one: Mark, other: Mark) -> bool:
        """Whether the two may be added; in a text that writes its numbers out, 五人 is a number like 三十人."""
        if one.figure.kind != other.figure.kind or not same(one.figure.unit, other.figure.unit):
            return False
        return self.spelled or _spelled(one) == _spelled(other)

    def place(self) -> None:
        """Every list with the figures before it that may be its total; the lists that one of these makes up."""
        for total in self.marks[3:]:
            if total.is_quantity and not changing(total):
                self.made_up(total, self.before(total), fewest=3)
        for sentence in self.paragraph.sentences:
            for place, first in enumerate(sentence):
                if not first.is_quantity or not first.exact or changing(first):
                    continue
                before = [
                    m
                    for m in self.marks[: first.index]
                    if m.is_quantity and m.depth <= first.depth and self.akin(m, first)
                ]
                if not before:
                    continue
                run = self.run_from(sentence[place:], first)
                if len(run) < 2:
                    continue
                if first.index not in self.inside and not self.explained(before, run):
                    self.lists[first.index] = (before, run)

    def run_from(self, scope: Sequence[Mark], first: Mark) -> list[Mark]:
        if self.spelled:
            return [m for m in scope if m.depth == first.depth and m.is_quantity and self.akin(m, first)]
        return list_from(self.paragraph, scope, first)[:_LONGEST]

    def explained(self, before: Sequence[Mark], run: Sequence[Mark]) -> bool:
        listed = self.alike_from(run[0])
        for total in reversed(before):
            for length in range(max(len(run), len(listed)), 1, -1):
                for parts in (run, listed):
                    if len(parts) >= length and holds(total, parts[:length]):
                        self.inside.update((part.index, total) for part in parts[:length])
                        return True
        return False

    def alike_from(self, first: Mark) -> list[Mark]:
        """The figures of one measure from this one to the end of the next sentence, whatever stands between them."""
        return [
            m
            for m in self.marks[first.index :]
            if m.is_quantity
            and m.depth == first.depth
            and m.sentence <= first.sentence + 1
            and self.akin(m, first)
        ][:_LONGEST]

    def reads(self, one: Finding) -> bool:
        """Whether the sum that a rule calls wrong is right if read otherwise: with the figures that follow, as a part of a
        list that has its total, or of kinds that the text says overlap.
        """
        marks = [m for span in one.spans for m in self.marks if m.span == span]
        if len(marks) != len(one.spans) or len(marks) < 3:
            return False
        if _OVERLAP.search(self.paragraph.sentence_text(marks[0])):
            return True
        total, parts = marks[0], sorted(marks[1:], key=lambda m: m.index)
        if one.rule == "sum":
            if any("结转" in m.head for m in parts):
                return True
            listed = self.alike_from(parts[0])
            if any(holds(total, listed[:length]) for length in range(len(parts) + 1, len(listed) + 1)):
                return True
        of = self.inside.get(total.index)
        return of is not None and of not in marks and all(self.inside.get(m.index) is of for m in parts)

    # a total, then its parts

    def openings(self) -> Iterator[Finding]:
        for index, (before, run) in self.lists.items():
            if index not in self.inside:
                yield from self.opened(before, run, self.marks[index])
                if complete(run):
                    self.inside.update((part.index, before[-1]) for part in run)

    def opened(self, before: Sequence[Mark], run: list[Mark], first: Mark) -> Iterator[Finding]:
        kinds = _kinds(first.pre)
        cue = bool(_SORTED.search(first.pre)) or (kinds > 1 and kinds == len(run))
        within = _WITHIN.search(first.pre)
        total = self.inside.get(before[-1].index, before[-1])
        if within is not None and within["name"] and (named := named_before(within["name"], before)):
            total = named[-1]
        if not total.exact or total.index in self.accused or total.span in self.told:
            return
        apart = first.sentence - total.sentence
        if apart > 1 or averaged(total) or siblings(total, run) or self.closed_behind(run):
            return
        if _PARTIAL.search(first.pre) and not complete(run, self.marks):
            return
        whole = complete(run, self.marks) or joined(run)
        if cue or whole:
            yield from self.accuse("sum", total, run, strength=3)
        elif twins(run) and not _sibling(total, run):
            yield from self.accuse("sum", total, run, strength=2)
        elif within is not None and len(run) > 1:
            yield from self.accuse("sum", total, run, strength=1)
        elif len(run) > 2 and _named(total, run) and not any(_ACTION.search(m.head) for m in run):
            yield from self.accuse("sum", total, run, strength=2)

    def closed_behind(self, run: Sequence[Mark]) -> bool:
        """Whether a figure behind the list is its sum."""
        behind = [m for m in self.marks[run[-1].index + 1 :] if self.akin(m, run[0])]
        return any(holds(m, run) for m in behind[:4])

    # the parts, then their total

    def closings(self) -> Iterator[Finding]:
        if self.carried:
            return
        for total in self.marks:
            if (
                total.index < 2
                or not total.exact
                or total.index in self.inside
                or total.index in self.accused
            ):
                continue
            if not (total.is_quantity or total.is_percent) or total.span in self.told:
                continue
            summing = bool(_SUMMING.search(total.pre)) or bool(_SUMMING.search(total.head))
            kinds = _kinds(total.pre)
            if not summing and not kinds and (total.is_percent or not _HINTING.search(total.head)):
                continue
            if not changing(total) and not _OF.search(total.head):
                yield from self.closed(total, summing or bool(kinds), kinds)

    def closed(self, total: Mark, sure: bool, kinds: int) -> Iterator[Finding]:
        before = self.before(total)
        if len(before) < 2 or self.made_up(total, before):
            return
        outer = [m for m in before if m.index not in self.inside]
        if self.made_up(total, outer):
            return
        here = [m for m in outer if m.sentence == total.sentence]
        runs = [outer[-kinds:]] if kinds and len(outer) >= kinds > 1 else []
        if not kinds:
            runs += [here] if len(here) > 1 else [outer]
        for run in runs:
            if len(run) == 2 and not kinds and not _PAUSE.search(total.pre):
                continue  # 19项任务共65项措施: two that count different things
            if len(run) > 1 and (sure or len(run) > 2):
                yield from self.accuse("total", total, run, strength=3 if sure else 1)

    def before(self, total: Mark) -> list[Mark]:
        """The figures before a total that may be its parts."""
        return [
            m
            for m in self.marks[: total.index]
            if m.exact
            and self.akin(m, total)
            and m.depth == total.depth
            and total.sentence - m.sentence <= _BACK
            and not changing(m)
        ][-_LONGEST:]

    def made_up(self, total: Mark, before: Sequence[Mark], fewest: int = 2) -> bool:
        """Whether some of the figures, one after the other, are the total: the nearest are its parts then."""
        for stop in range(len(before), fewest - 1, -1):
            for start in range(stop - fewest + 1):
                if holds(total, before[start:stop]):
                    self.inside.update((m.index, total) for m in before[start:stop])
                    return True
        return False

    def accuse(self, rule: str, total: Mark, run: Sequence[Mark], *, strength: int) -> Iterator[Finding]:
        """`strength` is what the words say: 3 that these are total and parts, 2 that the list is one of kinds, 1 that there
        is a list.
        """
        if any(not m.exact for m in run) or holds(total, run) or not total.value:
            return
        if any(m.span in self.told for m in run):
            return
        if rule == "sum" and (any(_OPEN_END.search(m.post) for m in run) or _UNNUMBERED.search(run[-1].post)):
            return
        if _OVERLAP.search(self.paragraph.sentence_text(run[0])):
            return
        gap = sum_gap(total, run)
        if not digit(total.figure, total.value + gap) and not any(
            digit(m.figure, m.value - gap) for m in run
        ):
            return
        near = Decimal("0.7") <= 1 + gap / total.value <= Decimal("1.4")
        bits = _bits(total, gap)
        if strength < 3 and total.value < 10:
            return
        if strength == 2 and not near and bits < 4:
            return
        if strength == 1 and not (near and bits >= 3) and bits < 6:
            return
        self.accused.add(total.index)
        self.inside.update((m.index, total) for m in run)
        repair, _ = sum_repair(total, run)
        yield finding(_SUM.rules[rule], "error", [total, *run], sum_words(total, run), repair)


def _spelled(mark: Mark) -> bool:
    return mark.value < 10 and not mark.figure.text[0].isdigit()


def _kinds(words: str) -> int:
    """How many are added up: 4 of 上述四类组织加起来."""
    found = _MANY.search(words)
    return int(chinese(found["n"]) or 0) if found else 0


def _named(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before a list is named at more length than its items."""
    return len(total.head) >= max(len(m.head) for m in run) + 2


def _sibling(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before the list is named like its items (首批交a个，第二批交b个，第三批交c个)."""
    return total.head[-1:] == run[0].head[-1:] and len(total.head) <= len(run[0].head) + 1


def _bits(total: Mark, gap: Decimal) -> float:
    """How surprising it is that one digit explains the gap: a gap of 20 of 60 is not, one of 2,000 of 9,000 is."""
    size = float(max(total.value, total.value + gap) / total.figure.ulp)
    return log2(max(2 * size / (18 * max(len(str(int(size))), 1)), 0.01))
