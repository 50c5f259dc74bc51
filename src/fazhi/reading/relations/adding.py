"""Totals and parts that the words name without a fixed formula: 三地共…, 两级人员…, 按城乡分，…, 上述各类共….

Every reading is tried first: any figures one after the other that make up the total, before it or behind it. Only where none
does, and one wrong digit would mend the reading that the words name, is it an error. How much the words must say depends on how
much the digit says: of a gap of 20 between figures of two digits it explains nearly any, of 2,000 between five digits hardly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from math import log2

from fazhi.reading.finding import Finding
from fazhi.reading.numerals import chinese
from fazhi.reading.relations.judge import finding, holds, sum_gap, sum_repair, sum_words
from fazhi.reading.relations.naming import bigrams, named_before
from fazhi.reading.relations.parts import averaged, changing, lead, likened, list_from
from fazhi.reading.relations.whole import complete, crossing, joined, one_make, opposed_names, siblings, twins
from fazhi.reading.repair import digit
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import CLASS_OF, same

_SUM = family("sum")
_WORDS = _SUM.words
_SUMMING, _HINTING, _SORTED, _MANY, _WITHIN, _ACTION = (
    _WORDS[name] for name in ("summing", "hinting", "sorted_by", "counted_kinds", "within", "action")
)
_OPEN_END, _PARTIAL, _UNNUMBERED = _WORDS["open_end"], _WORDS["partial"], _WORDS["unnumbered"]
_OF = re.compile(r"(?<![合共])占|[比较]|相当于|[其当]中")
_ADDS_UP = re.compile("[计总共加累凡整]|合[占共在]|之和|合起来")
_JOINTS = ("、", "和", "与", "及", "以及")
_SEMICOLON, _AMONG = re.compile("[;；]"), re.compile(r"[,，]其中(?![:：])")
_ALONG = re.compile("连同|加上|加之")
_PAUSE = re.compile(r"[,，;；。、:：—-]")
_COUNTABLE = re.compile(
    "类|种|项|个|者|地|级|年|处|村|镇|乡|家|部分|方面|口|支|批|块|笔|大类|季度|轮|条|县|市|区"
)
_SUMS = ("sum", "total", "rest", "balance", "complement")
_ADDED = ("sum", "total", "rest")
_MIXED = {("batch", "matter"), ("person", "person_times")}
_OVERLAP = re.compile(
    "(?:部分|有的)[^,，;；。、]{0,8}(?:同时|重复)|(?<!不)重复(?:计|统计)|有重[复叠]|交叉|重叠|兼有|多选"
)
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_CLAUSE = re.compile(r"[，,；;：:。、]")
_LEFT = re.compile("(?:余下|剩下|其余|剩余)的?$")
_PENDING = re.compile("尚|仍|未|待|正在|还有|还在|剩")
_WHOLE = re.compile("全|共|总|合计|累计|^(?:本|当|今)年")
_TOTAL_WORDS = re.compile("全年|合计|累计|共计|[总共计全]")
_EMPTY = set("的类为共有其中人数量一第等级个件和与")
_LONGEST = 12  # figures of a list
_BACK = 3  # sentences that a closing total may reach back


def settled(paragraph: Paragraph, found: Sequence[Finding]) -> Iterator[Finding]:
    """What other rules found in the paragraph, without the sums that have a reading after all, and what is found here."""
    reader = _Reader(paragraph)
    if not reader.enough:
        yield from found
        return
    reader.place()
    kept = [one for one in found if one.rule not in _ADDED or one.grade != "error" or not reader.reads(one)]
    yield from kept
    reader.told.update(
        span for one in kept if one.grade == "error" and one.rule in _SUMS for span in one.spans
    )
    yield from reader.brackets()
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
            key = _key(mark.figure.kind, unit, not self.spelled and _spelled(mark))
            self.keys[mark.index] = key
            if _adds(mark) or mark.is_percent:
                self.groups.setdefault(key, []).append(mark)
        for group in self.groups.values():
            group.reverse()
        self.summing = _ADDS_UP.search(self.paragraph.text) is not None
        return self.summing or any(len(group) > 2 for group in self.groups.values())

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
        if not total.figure.unit and _SUMMING.search(total.head):  # 总人数1860
            return same(one.figure.unit, self.marks[total.index - 1].figure.unit) and not _spelled(one)
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
                if len(group) < 3 or first is group[0] or not _adds(first) or not self.free(first):
                    continue
                before = [
                    m
                    for m in group
                    if m.index < first.index and m.depth <= first.depth and not likened(m) and not averaged(m)
                ]
                if not before:
                    continue
                run = self.run_from(sentence[place:], first)
                if len(run) < 2:
                    continue
                if first.index not in self.inside and not self.explained(before, run):
                    self.lists[first.index] = (before, run)

    def run_from(self, scope: Sequence[Mark], first: Mark) -> list[Mark]:
        if self.spelled or not first.is_quantity:
            return [m for m in scope if m.depth == first.depth and self.akin(m, first)]
        return list_from(self.paragraph, scope, first)[:_LONGEST]

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
            if _cut(total, parts):
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

    # a total, then its parts

    def openings(self) -> Iterator[Finding]:
        for index, (before, run) in self.lists.items():
            if index not in self.inside:
                yield from self.opened(before, run, self.marks[index])
                if complete(run):
                    self.inside.update((part.index, before[-1]) for part in run)

    def opened(self, before: Sequence[Mark], run: list[Mark], first: Mark) -> Iterator[Finding]:
        kinds = _kinds(first.pre) or self.counted(first)
        cue = bool(_SORTED.search(first.pre)) or (kinds > 1 and kinds == len(run))
        cue = cue or self.counted(before[-1]) == len(run)
        within = _WITHIN.search(first.pre)
        named = named_before(within["name"], before) if within is not None and within["name"] else []
        total = named[-1] if named else self.inside.get(before[-1].index, before[-1])
        if cue and bigrams(before[-1].head) & bigrams(first.pre):
            total = before[-1]  # 集体提案c件；集体提案又可细分为…
        if not total.exact or total.index in self.accused or total.span in self.told:
            return
        apart = first.sentence - total.sentence
        if apart > 1 or averaged(total) or first.pre.strip() in _JOINTS:
            return
        for parts, whole in self.lists_of(run, first):
            if siblings(total, parts) or self.closed_behind(parts):
                continue
            if _PARTIAL.search(lead(first)) and not whole:
                continue
            nouns = len(parts) > 2 and not any(_ACTION.search(m.head) for m in parts)
            kind = (twins(_names(parts)) or nouns) and _of_its_kind(total, parts)
            inside = within is not None and nouns and (bool(named) or total.index == first.index - 1)
            if cue or whole or inside or kind:
                strength = 3
            elif twins(_names(parts)) and not _sibling(total, parts):
                strength = 2
            elif nouns and _named(total, parts):
                strength = 3 if len(parts) > 3 or _WHOLE.search(total.head) else 2
            elif nouns and first.index == total.index + 1 and _plain(parts) and _leads(total, before):
                strength = 2
            elif _PENDING.match(parts[-1].head) and total.index == first.index - 1:
                strength = 3 if len(parts) > 2 else 2
            elif within is not None or (total.index == first.index - 1 and one_make(parts)):
                strength = 1
            elif (
                total.index == first.index - 1
                and _named(total, parts)
                and not any(_ACTION.search(m.head) for m in parts)
                and all(m.figure.unit == total.figure.unit for m in parts)
            ):
                strength = 0
            else:
                continue
            if "其中" in first.pre and not (whole or kind):
                strength = min(strength, 1)  # 其中党员a名、女性b名: may be some, and one may be of several
            if total.value < 10 and not cue:
                continue
            told = list(self.accuse("sum", total, parts, strength=strength))
            yield from told
            if told:
                return

    def lists_of(self, run: list[Mark], first: Mark) -> Iterator[tuple[list[Mark], bool]]:
        """The list as the grammar has it, and what of the figures of its sentence leaves nothing out; whether each does."""
        yield run, complete(run, self.marks) or joined(run) or _leaves_none(run)
        listed = [m for m in self.alike_from(first) if m.sentence == first.sentence and self.free(m)]
        for length in range(2, min(len(listed), _LONGEST) + 1):
            parts = listed[:length]
            whole = _leaves_none(parts) or (complete(parts) and length == len(listed))
            if parts != run and (whole or _PENDING.match(parts[-1].head)):
                yield parts, whole

    def closed_behind(self, run: Sequence[Mark]) -> bool:
        """Whether a figure behind the list is its sum."""
        behind = [m for m in self.marks[run[-1].index + 1 :] if self.akin(m, run[0])]
        return any(holds(m, run) for m in behind[:4])

    def brackets(self) -> Iterator[Finding]:
        """156起（婚姻家庭48、邻里39、其他19）: what the bracket lists, with or without the measure word."""
        for start, end in self.paragraph.brackets:
            within = [m for m in self.marks if start < m.figure.start < end]
            total = next((m for m in reversed(self.marks) if m.figure.start < start), None)
            if total is None or len(within) < 2 or not total.is_quantity or start - total.figure.after > 6:
                continue
            depth = within[0].depth
            run = [
                m
                for m in within
                if m.depth == depth and m.is_quantity and (self.akin(m, total) or not m.figure.unit)
            ]
            words = self.paragraph.whole[start : within[0].figure.start]
            if len(run) < 2 or run[0] is not within[0] or "其中" in words or _PARTIAL.search(words):
                continue
            if total.index in self.accused or total.span in self.told or not total.exact:
                continue
            if any(holds(total, run[:length]) for length in range(2, len(run) + 1)):
                self.inside.update((m.index, total) for m in run)
                continue
            sure = len(run) > 2 or complete(run, self.marks) or run == within
            yield from self.accuse("sum", total, run, strength=3 if sure else 2)

    # the parts, then their total

    def closings(self) -> Iterator[Finding]:
        if self.carried:
            return
        for total in self.marks:
            if total.index < 2 or not total.exact or total.index in self.accused:
                continue
            if not (_adds(total) or total.is_percent) or total.span in self.told:
                continue
            summing = self.summing and bool(_SUMMING.search(total.pre) or _SUMMING.search(total.head))
            kinds = _kinds(total.pre) or self.counted(total)
            if total.index in self.inside and not (summing and kinds):
                continue
            if not summing and not kinds and (total.is_percent or not _HINTING.search(total.head)):
                continue
            if summing and changing(total) and not _OF.search(total.head):
                yield from self.changes(total)
            if not self.free(total) or _OF.search(total.head):
                continue
            if "累计" in total.head and not summing:
                before = self.marks[max(0, total.index - 5) : total.index]
                summing = any("分别" in m.pre for m in before if m.sentence == total.sentence)
            yield from self.closed(total, summing or bool(kinds), kinds)
            yield from self.second(total)

    def changes(self, total: Mark) -> Iterator[Finding]:
        """甲净增a户，乙净增b户，两者共净增c户: changes are added up among themselves."""
        word = total.head[-2:]
        run = [
            m for m in self.marks[: total.index] if self.akin(m, total) and m.exact and m.head.endswith(word)
        ]
        if len(run) > 1 and not likened(total):
            yield from self.accuse("total", total, run, strength=3)

    def counted(self, mark: Mark) -> int:
        """How many are added up where the count is itself a figure (两类共25件, 四类主体3020个)."""
        count = self.marks[mark.index - 1] if mark.index else None
        if count is None or count.sentence != mark.sentence or not 2 <= count.value <= _LONGEST:
            return 0
        near = (
            len(mark.pre) <= 10 and not _PAUSE.search(mark.pre.rstrip("：:")) and count.figure.kind == "count"
        )
        return int(count.value) if near and _COUNTABLE.fullmatch(count.figure.unit) else 0

    def closed(self, total: Mark, sure: bool, kinds: int) -> Iterator[Finding]:
        before = self.before(total)
        if len(before) < 2 or self.made_up(total, before):
            return
        outer = [m for m in before if m.index not in self.inside]
        if self.made_up(total, outer):
            return
        here = [m for m in outer if m.sentence == total.sentence]
        words = total.pre
        if self.counted(total):
            words = self.marks[total.index - 1].pre + words
        called = [m for m in outer if len(_name(m)) > 1 and _name(m).removeprefix("其中") in words]
        said = _TOTAL_WORDS.sub("", total.head)
        if len(called) < 2 and len(said) > 1:  # 提请减刑a件…；提请假释b件…。二者加总，提请c件
            called = [m for m in outer if said in _name(m)]
        if len(called) > 1 and (not kinds or kinds == len(called)):
            yield from self.accuse("total", total, called, strength=3)  # 其中减税、降费两项共c万元
            return
        runs = [outer[-kinds:]] if kinds and len(outer) >= kinds > 1 else []
        told = _together(here)
        if 1 < len(told) < len(here):
            runs.append(told)
        if not kinds:
            runs += [here] if len(here) > 1 else [outer]
        for run in runs:
            if not run:
                continue
            apart = total.sentence > run[-1].sentence or _PAUSE.search(total.pre)
            if len(run) == 2 and not kinds and not apart:
                continue  # 19项任务共65项措施: two that count different things
            sure = sure or (len(run) > 1 and (opposed_names(_names(run)) or bool(_ALONG.search(run[-1].pre))))
            if len(run) > 1 and (sure or len(run) > 2):
                accused = list(self.accuse("total", total, run, strength=3 if sure else 1))
                yield from accused
                if accused:
                    return

    def second(self, total: Mark) -> Iterator[Finding]:
        """学前a人次b万元；…；中职c人次d万元。总计e人次、f万元: where one measure is added up, the other is as well."""
        parts = [self.marks[at] for at, of in self.inside.items() if of is total and at < total.index]
        other = self.marks[total.index + 1] if total.index + 1 < len(self.marks) else None
        if other is None or len(parts) < 2 or other.sentence != total.sentence or not other.exact:
            return
        follow = [self.marks[m.index + 1] for m in parts]
        if self.akin(other, total) or len(other.pre) > 6 or other.index in self.inside:
            return
        if all(m.exact and self.akin(m, other) and len(m.pre) <= 6 for m in follow):
            yield from self.accuse("total", other, follow, strength=3)

    def before(self, total: Mark) -> list[Mark]:
        """The figures before a total that may be its parts."""
        group = self.marks if self.summing and total.is_quantity else self.groups[self.keys[total.index]]
        return [
            m
            for m in group
            if m.index < total.index
            and (m.depth == total.depth or (m.depth < total.depth and _WHOLE.search(total.head)))
            and total.sentence - m.sentence <= _BACK
            and self.added(m, total)
            and self.free(m)
        ][-_LONGEST:]

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

    def accuse(self, rule: str, total: Mark, run: Sequence[Mark], *, strength: int) -> Iterator[Finding]:
        """`strength` is what the words say: 3 that these are total and parts, 2 that the list is one of kinds, 1 that there
        is a list, 0 only that they stand so.
        """
        if any(not m.exact for m in run) or holds(total, run) or not total.value:
            return
        if any(m.span in self.told for m in run):
            return
        if self.carried and any("结转" in m.head for m in (total, *run)):
            return
        if rule == "sum" and (_cut(total, run) or any(_SUMMING.search(m.head) for m in run[1:])):
            return
        if rule == "sum" and (any(_OPEN_END.search(m.post) for m in run) or _UNNUMBERED.search(run[-1].post)):
            return
        if _OVERLAP.search(self.paragraph.sentence_text(run[0])) or (crossing(run) and not complete(run)):
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
        if strength == 0 and (bits < 6 or not Decimal("0.8") <= 1 + gap / total.value <= Decimal("1.25")):
            return
        if strength == 1 and not (near and bits >= 3) and bits < 6:
            return
        self.accused.add(total.index)
        self.inside.update((m.index, total) for m in run)
        repair, _ = sum_repair(total, run)
        yield finding(_SUM.rules[rule], "error", [total, *run], sum_words(total, run), repair)


def _adds(mark: Mark) -> bool:
    return mark.is_quantity or mark.figure.unit in ("天", "日")


@lru_cache(maxsize=512)
def _key(kind: str, unit: str, spelled: bool) -> tuple[str, str, bool]:
    """What may be added has one key: the kind, the class of the measure word, and whether it counts kinds (三类)."""
    known = CLASS_OF.get(unit, unit)
    return kind, unit if known == "other" else known, spelled


def _cut(total: Mark, parts: Sequence[Mark]) -> bool:
    """Whether the grammar parts them: 分别为112起、64起和41起, none the total of the others; N名，其中村级a名；大专以上学历b名,
    where another cut follows the semicolon.
    """
    if parts[0].pre.strip() in _JOINTS and parts[0].index == total.index + 1:
        return True
    return len(parts) == 2 and bool(_SEMICOLON.search(parts[1].pre) and _AMONG.search(parts[0].pre))


def _plain(run: Sequence[Mark]) -> bool:
    """Short names and nothing between them, of one measure word."""
    return all(0 < len(m.head) <= 8 and len(m.pre) <= 9 and m.figure.unit == run[0].figure.unit for m in run)


def _leads(total: Mark, before: Sequence[Mark]) -> bool:
    """Whether the figure is the first of its measure in its sentence."""
    return not any(m.sentence == total.sentence for m in before[:-1])


def _together(marks: Sequence[Mark]) -> list[Mark]:
    """The last figures told under one 分别."""
    run: list[Mark] = []
    for mark in reversed(marks):
        run.insert(0, mark)
        if mark.pre.strip() not in _JOINTS:
            return run if "分别" in mark.pre else []
    return []


def _prefix(totals: Sequence[Mark], parts: Sequence[Mark]) -> tuple[Mark, int] | None:
    """A total that the first two or more of the parts make up, and how many."""
    if len(parts) < 2:
        return None
    sums, value = {}, parts[0].value
    for length, part in enumerate(parts[1:], 2):
        value += part.value
        sums[value] = length
    rounded = any(m.figure.ulp != 1 for m in parts)
    for total in reversed(totals):
        if total.value in sums:
            return total, sums[total.value]
        if rounded or total.figure.ulp != 1:
            for length in range(len(parts), 1, -1):
                if holds(total, parts[:length]):
                    return total, length
    return None


def _spelled(mark: Mark) -> bool:
    return mark.value < 10 and not mark.figure.text[0].isdigit()


def _name(mark: Mark) -> str:
    """The words before the figure, a bracket among them left out: 镇一级 of 镇（街道）一级."""
    return (
        _CLAUSE.split(_BRACKET.sub("", mark.pre))[-1].strip()
        if ")" in mark.pre or "）" in mark.pre
        else mark.head
    )


def _names(run: Sequence[Mark]) -> list[str]:
    return [_name(mark).removeprefix("其中") for mark in run]


def _leaves_none(run: Sequence[Mark]) -> bool:
    """Whether the names are contraries, or the last is what is left (第二轮查余下的232家)."""
    names = _names(run)
    return opposed_names(names) or bool(_LEFT.search(names[-1]))


def _kinds(words: str) -> int:
    """How many are added up: 4 of 上述四类组织加起来."""
    found = _MANY.search(words)
    return int(chinese(found["n"]) or 0) if found else 0


def _named(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before a list is named at more length than its items, or behind it where they are not."""
    if len(total.head) >= max(len(m.head) for m in run) + 2:
        return True
    if _WHOLE.search(total.head) or _ACTION.search(total.head):
        return not any(_WHOLE.search(m.head) or _ACTION.search(m.head) for m in run)
    return len(_behind(total)) > 1 and not any(_behind(m) for m in run[:-1])


def _behind(mark: Mark) -> str:
    return _CLAUSE.split(mark.post, maxsplit=1)[0].strip()


def _of_its_kind(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the total is named by what the names of the list have in common (投诉: 消费者投诉, 经营者投诉)."""
    if _sibling(total, run):
        return False
    common = set.intersection(*(set(name) for name in _names(run))) - _EMPTY
    return bool(common & set(total.head[-4:] + _behind(total)[-4:]))


def _sibling(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether the figure before the list is named like its items (首批交a个，第二批交b个，第三批交c个)."""
    if total.head[-1:] != run[0].head[-1:] or len(total.head) > len(run[0].head) + 1:
        return False
    return not _ACTION.search(total.head) or any(_ACTION.search(m.head) for m in run)


def _bits(total: Mark, gap: Decimal) -> float:
    """How surprising it is that one digit explains the gap: a gap of 20 of 60 is not, one of 2,000 of 9,000 is."""
    size = float(max(total.value, total.value + gap) / total.figure.ulp)
    return log2(max(2 * size / (18 * max(len(str(int(size))), 1)), 0.01))
