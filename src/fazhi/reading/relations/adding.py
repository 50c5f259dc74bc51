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
from fazhi.reading.relations.gathered import LONGEST, OVERLAP, SUMMING, Gathered, adds, cut_apart
from fazhi.reading.relations.judge import finding, holds, sum_gap, sum_repair, sum_words
from fazhi.reading.relations.kinds import (
    ACTION,
    JOINTS,
    WHOLE,
    kinds_counted,
    leads,
    leaves_none,
    name_of,
    named_at_length,
    names_of,
    of_its_kind,
    plain,
    sibling,
    together,
)
from fazhi.reading.relations.naming import bigrams, named_before
from fazhi.reading.relations.parts import averaged, changing, lead, likened
from fazhi.reading.relations.whole import complete, crossing, joined, one_make, opposed_names, siblings, twins
from fazhi.reading.repair import digit
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SUM = family("sum")
_WORDS = _SUM.words
_HINTING, _SORTED, _WITHIN = (_WORDS[name] for name in ("hinting", "sorted_by", "within"))
_OPEN_END, _PARTIAL, _UNNUMBERED = _WORDS["open_end"], _WORDS["partial"], _WORDS["unnumbered"]
_OF = re.compile(r"(?<![合共])占|[比较]|相当于|[其当]中")
_ALONG = re.compile("连同|加上|加之")
_PAUSE = re.compile(r"[,，;；。、:：—-]")
_COUNTABLE = re.compile(
    "类|种|项|个|者|地|级|年|处|村|镇|乡|家|部分|方面|口|支|块|笔|大类|季度|轮|条|县|市|区"
)
_SUMS = ("sum", "total", "rest", "balance", "complement")
_ADDED = ("sum", "total", "rest")
_PENDING = re.compile("尚|仍|未|待|正在|还有|还在|剩")
_TOTAL_WORDS = re.compile("全年|合计|累计|共计|[总共计全]")


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


class _Reader(Gathered):
    """Who accuses: totals before their parts, behind them, and before a bracket."""

    def openings(self) -> Iterator[Finding]:
        for index, (before, run) in self.lists.items():
            if index not in self.inside:
                yield from self.opened(before, run, self.marks[index])
                if complete(run):
                    self.inside.update((part.index, before[-1]) for part in run)

    def opened(self, before: Sequence[Mark], run: list[Mark], first: Mark) -> Iterator[Finding]:
        kinds = kinds_counted(first.pre) or self.counted(first)
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
        if apart > 1 or averaged(total) or first.pre.strip() in JOINTS:
            return
        for parts, whole in self.lists_of(total, run, first):
            if siblings(total, parts) or self.closed_behind(parts):
                continue
            if _PARTIAL.search(lead(first)) and not whole:
                continue
            nouns = len(parts) > 2 and not any(ACTION.search(m.head) for m in parts)
            kind = (twins(names_of(parts)) or nouns) and of_its_kind(total, parts)
            inside = within is not None and nouns and (bool(named) or total.index == first.index - 1)
            if cue or whole or inside or kind:
                strength = 3
            elif twins(names_of(parts)) and not sibling(total, parts):
                strength = 2
            elif nouns and named_at_length(total, parts):
                strength = 3 if len(parts) > 3 or WHOLE.search(total.head) else 2
            elif nouns and first.index == total.index + 1 and plain(parts) and leads(total, before):
                strength = 2
            elif _PENDING.match(parts[-1].head) and total.index == first.index - 1:
                strength = 3 if len(parts) > 2 else 2
            elif within is not None or (total.index == first.index - 1 and one_make(parts)):
                strength = 1
            elif (
                total.index == first.index - 1
                and named_at_length(total, parts)
                and not any(ACTION.search(m.head) for m in parts)
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

    def lists_of(self, total: Mark, run: list[Mark], first: Mark) -> Iterator[tuple[list[Mark], bool]]:
        """The list as the grammar has it, and what of the figures of its sentence leaves nothing out; whether each does."""
        if _mended(total, run):
            yield run, complete(run, self.marks) or joined(run) or leaves_none(run)
        listed = [m for m in self.alike_from(first) if m.sentence == first.sentence and self.free(m)]
        for length in range(2, len(listed) + 1):
            parts = listed[:length]
            if parts == run or not _mended(total, parts):
                continue
            whole = leaves_none(parts) or (complete(parts) and length == len(listed))
            if whole or _PENDING.match(parts[-1].head):
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

    def closings(self) -> Iterator[Finding]:
        if self.carried:
            return
        for total in self.marks:
            if total.index < 2 or not total.exact or total.index in self.accused:
                continue
            if not (adds(total) or total.is_percent) or total.span in self.told:
                continue
            summing = self.summing and bool(SUMMING.search(total.pre) or SUMMING.search(total.head))
            kinds = kinds_counted(total.pre) or self.counted(total)
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
        if count is None or count.sentence != mark.sentence or not 2 <= count.value <= LONGEST:
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
        called = [m for m in outer if len(name_of(m)) > 1 and name_of(m).removeprefix("其中") in words]
        said = _TOTAL_WORDS.sub("", total.head)
        if len(called) < 2 and len(said) > 1:  # 提请减刑a件…；提请假释b件…。二者加总，提请c件
            called = [m for m in outer if said in name_of(m)]
        if len(called) > 1 and (not kinds or kinds == len(called)):
            yield from self.accuse("total", total, called, strength=3)  # 其中减税、降费两项共c万元
            return
        runs = [outer[-kinds:]] if kinds and len(outer) >= kinds > 1 else []
        told = together(here)
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
            sure = sure or (
                len(run) > 1 and (opposed_names(names_of(run)) or bool(_ALONG.search(run[-1].pre)))
            )
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
        following = self.marks[total.index + 1] if total.index + 1 < len(self.marks) else total
        if rule == "sum" and following.is_percent and not _PAUSE.search(following.pre):
            return  # 400毫升献血占71.4%: the figure is a name
        if rule == "sum" and (cut_apart(total, run) or any(SUMMING.search(m.head) for m in run[1:])):
            return
        if rule == "sum" and (any(_OPEN_END.search(m.post) for m in run) or _UNNUMBERED.search(run[-1].post)):
            return
        if OVERLAP.search(self.paragraph.sentence_text(run[0])) or (crossing(run) and not complete(run)):
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


def _mended(total: Mark, run: Sequence[Mark]) -> bool:
    """Whether one other digit in the total or in a part would make the sum hold."""
    gap = sum_gap(total, run)
    return digit(total.figure, total.value + gap) or any(digit(m.figure, m.value - gap) for m in run)


def _bits(total: Mark, gap: Decimal) -> float:
    """How surprising it is that one digit explains the gap: a gap of 20 of 60 is not, one of 2,000 of 9,000 is."""
    size = float(max(total.value, total.value + gap) / total.figure.ulp)
    return log2(max(2 * size / (18 * max(len(str(int(size))), 1)), 0.01))
