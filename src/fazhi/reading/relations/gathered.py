"""The figures of a paragraph by what they measure, and every reading under which some of them make up another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import holds
from fazhi.reading.relations.kinds import JOINTS, WHOLE
from fazhi.reading.relations.parts import averaged, changing, likened, list_at
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import CLASS_OF, same

SUMMING = family("sum").words["summing"]
_ADDS_UP = re.compile("[计总共加累凡整]|合[占共在]|之和|合起来")
_SEMICOLON, _AMONG = re.compile("[;；]"), re.compile(r"[,，]其中(?![:：])")
_MIXED = {("batch", "matter"), ("person", "person_times")}
OVERLAP = re.compile(
    "(?:部分|有的)[^,，;；。、]{0,8}(?:同时|重复)|(?<!不)重复(?:计|统计)|有重[复叠]|交叉|重叠|兼有|多选"
)
_TOGETHER = {"batch": "matter", "person_times": "person"}
LONGEST = 12  # figures of a list
_TOTALS = 8  # figures before a list that may be its total
_NOTHING = Decimal(0)
_BACK = 3  # sentences that a closing total may reach back


class Gathered:
    """The readings of one paragraph. `inside` are figures that another one has as its parts, with that one."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        self.told: set[tuple[int, int]] = set()  # what errors of other rules touch is not explained twice
        self.marks = paragraph.marks
        self.inside: dict[int, Mark] = {}
        self.accused: set[int] = set()
        self.lists: dict[int, tuple[list[Mark], list[Mark]]] = {}
        self.free_: dict[int, bool] = {}
        self.groups: dict[tuple[str, str, bool], list[Mark]] = {}
        self.keys: dict[int, tuple[str, str, bool]] = {}
        self.enough = len(self.marks) > 2 and self._group()
        self.carried = self.enough and "结转" in paragraph.text

    def _group(self) -> bool:
        """Figures by what they measure; whether there are three of one measure, or words that add up several."""
        self.spelled = any(m.value >= 10 and not m.figure.text[0].isdigit() for m in self.marks)
        unit = ""
        for mark in reversed(self.marks):  # 2310万、1876万立方米: the first is of the second's measure
            unit = unit if not mark.figure.unit and self._bare(mark) else mark.figure.unit
            key = _key(mark.figure.kind, unit, not self.spelled and spelled_out(mark))
            self.keys[mark.index] = key
            if adds(mark) or mark.is_percent:
                self.groups.setdefault(key, []).append(mark)
        for group in self.groups.values():
            group.reverse()
        if any(len(group) > 2 for group in self.groups.values()):
            self.summing = _ADDS_UP.search(self.paragraph.text) is not None
            return True
        mixed: dict[str, int] = {}  # letters and visits, persons and how often they came
        for (kind, measure, _), group in self.groups.items():
            if kind != "percent":
                name = _TOGETHER.get(measure, measure)
                mixed[name] = mixed.get(name, 0) + len(group)
        bare = mixed.pop("", 0)
        self.summing = any(count + bare > 2 for count in mixed.values()) and (
            _ADDS_UP.search(self.paragraph.text) is not None
        )
        return self.summing

    def _bare(self, mark: Mark) -> bool:
        following = self.marks[mark.index + 1] if mark.index + 1 < len(self.marks) else None
        return mark.is_quantity and following is not None and following.pre.strip() in ("、", "和")

    def akin(self, one: Mark, other: Mark) -> bool:
        """Whether the two may be added; in a text that writes its numbers out, 五人 is a number like 三十人."""
        return self.keys[one.index] == self.keys[other.index]

    def free(self, mark: Mark) -> bool:
        """Whether the figure is neither a change nor what a change is measured by."""
        known = self.free_.get(mark.index)
        if known is None:
            known = self.free_[mark.index] = mark.exact and not changing(mark) and not likened(mark)
        return known

    def added(self, one: Mark, total: Mark) -> bool:
        """来信a件、来访b批, 共c件; 甲场a人、乙场b人, 累计c人次: what a closing total may add up."""
        if self.akin(one, total):
            return True
        if one.figure.kind != total.figure.kind or (not total.figure.unit and total.value < 10):
            return False
        if not total.figure.unit and SUMMING.search(total.head):  # 总人数1860
            return same(one.figure.unit, self.marks[total.index - 1].figure.unit) and not spelled_out(one)
        return (CLASS_OF.get(one.figure.unit), CLASS_OF.get(total.figure.unit)) in _MIXED

    def place(self) -> None:
        """Every list with the figures before it that may be its total; the lists that one of these makes up."""
        for key, group in self.groups.items():
            if len(group) < 3 or key[0] == "percent":
                continue
            for total in group[3:]:
                if self.free(total):
                    self.made_up(total, self.before(total), fewest=3)
        for sentence in self.paragraph.sentences:
            for place, first in enumerate(sentence):
                group = self.groups.get(self.keys[first.index], [])
                if len(group) < 3 or first is group[0] or not adds(first) or not self.free(first):
                    continue
                before = [
                    m
                    for m in group
                    if m.index < first.index and m.depth <= first.depth and not likened(m) and not averaged(m)
                ]
                if not before:
                    continue
                run = self.run_from(sentence, place)
                if len(run) < 2:
                    continue
                if first.index not in self.inside and not self.explained(before, run):
                    self.lists[first.index] = (before, run)

    def run_from(self, sentence: Sequence[Mark], place: int) -> list[Mark]:
        first = sentence[place]
        if self.spelled or not first.is_quantity:
            return [m for m in sentence[place:] if m.depth == first.depth and self.akin(m, first)]
        return list_at(self.paragraph, sentence, place)[:LONGEST]

    def explained(self, before: Sequence[Mark], run: Sequence[Mark]) -> bool:
        for parts in (run, self.alike_from(run[0])):
            found = _prefix(before, parts)
            if found is not None:
                total, length = found
                self.inside.update((part.index, total) for part in parts[:length])
                return True
        return False

    def alike_from(self, first: Mark) -> list[Mark]:
        """The figures of one measure from this one to the end of the next sentence, whatever stands between them."""
        return [
            m
            for m in self.groups[self.keys[first.index]]
            if m.index >= first.index
            and m.depth == first.depth
            and m.sentence <= first.sentence + 1
            and not likened(m)
        ][:LONGEST]

    def before(self, total: Mark) -> list[Mark]:
        """The figures before a total that may be its parts."""
        group = self.marks if self.summing and total.is_quantity else self.groups[self.keys[total.index]]
        return [
            m
            for m in group
            if m.index < total.index
            and (m.depth == total.depth or (m.depth < total.depth and WHOLE.search(total.head)))
            and total.sentence - m.sentence <= _BACK
            and self.added(m, total)
            and self.free(m)
        ][-LONGEST:]

    def made_up(self, total: Mark, before: Sequence[Mark], fewest: int = 2) -> bool:
        """Whether some of the figures, one after the other, are the total: the nearest are its parts then."""
        sums = [Decimal(0)]
        for mark in before:
            sums.append(sums[-1] + mark.value)
        rounded = total.figure.ulp != 1 or any(m.figure.ulp != 1 for m in before)
        for stop in range(len(before), fewest - 1, -1):
            for start in range(stop - fewest + 1):
                if sums[stop] - sums[start] == total.value or (rounded and holds(total, before[start:stop])):
                    self.inside.update((m.index, total) for m in before[start:stop])
                    return True
        return False

    def reads(self, one: Finding) -> bool:
        """Whether the sum that a rule calls wrong is right if read otherwise: with the figures that follow, as a part of a
        list that has its total, or of kinds that the text says overlap.
        """
        marks = [m for span in one.spans for m in self.marks if m.span == span]
        if len(marks) != len(one.spans) or len(marks) < 3:
            return False
        if OVERLAP.search(self.paragraph.sentence_text(marks[0])):
            return True
        total, parts = marks[0], sorted(marks[1:], key=lambda m: m.index)
        if one.rule == "sum":
            if cut_apart(total, parts):
                return True
            if any("结转" in m.head for m in parts):
                return True
            listed = self.alike_from(parts[0])
            if any(holds(total, listed[:length]) for length in range(len(parts) + 1, len(listed) + 1)):
                return True
        if one.rule == "total" and (self.made_up(total, self.before(total)) or total in self.inside.values()):
            return True
        if one.rule == "rest":
            whole, told = marks[1], marks[2:]
            listed = self.alike_from(told[0])
            if any(holds(whole, listed[:length]) for length in range(2, len(listed) + 1)):
                return True
        of = self.inside.get(total.index)
        return of is not None and all(self.inside.get(m.index) is of or m is of for m in parts)


def _prefix(totals: Sequence[Mark], parts: Sequence[Mark]) -> tuple[Mark, int] | None:
    """A total that the first two or more of the parts make up, and how many; the nearest total, the most parts."""
    if len(parts) < 2:
        return None
    value, coarse, sums = parts[0].value, _coarse(parts[0]), {}
    runs: list[tuple[Decimal, Decimal]] = []
    for length, part in enumerate(parts[1:], 2):
        value += part.value
        coarse = max(coarse, _coarse(part))
        sums[value] = length
        runs.append((value, coarse))
    for total in reversed(totals[-_TOTALS:]):
        if total.value in sums:
            return total, sums[total.value]
        own = _coarse(total)
        if own or coarse:
            for length in range(len(parts), 1, -1):
                made, unit = runs[length - 2]
                if abs(made - total.value) <= max(unit, own) * (2 if length > 4 else 1):
                    return total, length
    return None


def _coarse(mark: Mark) -> Decimal:
    """One unit in the last place of a rounded figure; nothing of a whole number."""
    return _NOTHING if mark.figure.ulp == 1 else mark.figure.ulp


def cut_apart(total: Mark, parts: Sequence[Mark]) -> bool:
    """Whether the grammar parts them: 分别为112起、64起和41起, none the total of the others; N名，其中村级a名；大专以上学历b名,
    where another cut follows the semicolon.
    """
    if parts[0].pre.strip() in JOINTS and parts[0].index == total.index + 1:
        return True
    return len(parts) == 2 and bool(_SEMICOLON.search(parts[1].pre) and _AMONG.search(parts[0].pre))


@lru_cache(maxsize=512)
def _key(kind: str, unit: str, spelled: bool) -> tuple[str, str, bool]:
    """What may be added has one key: the kind, the class of the measure word, and whether it counts kinds (三类)."""
    known = CLASS_OF.get(unit, unit)
    return kind, unit if known == "other" else known, spelled


def adds(mark: Mark) -> bool:
    return mark.is_quantity or mark.figure.unit in ("天", "日")


def spelled_out(mark: Mark) -> bool:
    return mark.value < 10 and not mark.figure.text[0].isdigit()
