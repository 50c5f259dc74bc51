"""The numeric goals in a plan's prose: 达到60%以上, 控制在3%以内, 至少接受一次, 实现全覆盖.

Which numbers are goals, `fazhi.plans.comparisons` judges; here stands what surrounds them: sentence, clause and date.
Years, ordinals, document numbers and names (“三项制度”, 12345热线) are taken out first.
docs/algorithms/plan-targets.md has the rules with examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from fazhi.plans import comparisons, dates
from fazhi.plans.comparisons import Goal
from fazhi.plans.passage import Passage
from fazhi.plans.values import Target
from fazhi.reading import numerals
from fazhi.reading.numerals import Numeral

_SENTENCE = re.compile(r"[^。!?\n]+")
_COVER = re.compile(r"全(?:面)?覆盖(?!率|面)")
_COVER_VERB = re.compile(r"实现|达到|达成|做到|确保|力争|保证|完成|保持|形成")
_PROGRESS = re.compile(r"推进|推动|促进|加快|逐步|探索|稳步|扩大|提高|提升|追求")
# What looks like a number and belongs to a name, a paper, a telephone or a slogan.
_NAMES = re.compile(
    r"""《[^》]{0,80}》
      | \(?\d{4}\)\s*\d+\s*号 | 第?\s*\d+\s*号(?:令|文|公告)? | 第\s*(?:\d+|[零〇一二三四五六七八九十百千]+)
      | (?:7|七)\s*[×xX*]\s*24\s*小时 | 24小时(?=自助|不间断|在线|服务|值|受理|开放|全天|响应热线) | 365\s*天
      | (?:最多|只)\s*跑\s*(?:一|1|零|0)\s*[次趟] | (?:一|1)次(?:都)?不(?:用)?跑 | (?:最多|只)[找报填交]\s*(?:一|1)\s*[次个]
      | \d+(?:\s*[+＋×xX:/]\s*[\dNnXx]+)+ | [A-Za-z]+[-.]?\d+ | \d+[A-Za-z]+
      | \d+\s*(?:周?岁|级|届|世纪|年代|强\b|号|度) | (?:12\d{3}|96\d{3}|11[0-9]|12[0-2])(?=热线|平台|电话|便民|市民|政务|投诉|急救)
      | (?:电话|邮编|热线|传真|QQ|微信)[::]?\s*[\d-]+ | 前\s*(?:\d+|[一二三四五六七八九十]+)\s*[名位强] | [（(]\s*\d{1,2}\s*[)）]
      | \d+\s*(?:分钟|小时|公里)[^,。;、]{0,14}[圈]
    """,
    re.VERBOSE,
)
_IDLE_SUBJECT = re.compile(
    r"达到|达|均|分别|应当?|力争|实现|确保|保持|至少|为|要|也|都|全部|总体|不得?|基本|稳定在|控制在|以上|并|且|其中|同时|"
    r"低于|少于|高于|超过|占比?|[到至]?(?:20\d\d)?年[底末内]?前?|\s"
)
_ITEM_NUMBER = re.compile(r"(?:\(\s*[\d一二三四五六七八九十]{1,3}\s*\)|\d{1,2}[.、](?!\d)|[①-⑳])\s*")
_COMPLETED = re.compile(
    r"(?:之?前)?(?:全部|基本)?(?:完成|到位|实现|达到|达标|落实到位|建成)?(?:任务|目标)?[,;)]?$"
)
_BOUND = re.compile(r"以上|以内|以下|之内|内|左右|[\s、)”]")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its dates; all places are places in it."""

    passage: Passage
    whens: tuple[dates.When, ...]
    fallback: date | None

    def due(self, place: int, clause: tuple[int, int]) -> date | None:
        """The date that governs a place: the last one before it in the sentence.

        Else one after it in its clause, or a clause that says no more than when: …，2024年底前完成。
        """
        governing = [when for when in self.whens if when.governs]
        before = [when for when in governing if when.end <= place]
        if before and not self._spent(before, place):
            return before[-1].last
        if before:
            return self.fallback
        after = [when for when in governing if place < when.start < clause[1] or self._completes(when)]
        return after[0].last if after else self.fallback

    def _spent(self, before: list[dates.When], place: int) -> bool:
        """二季度末前建成，三季度末前投用；建设30个: two dates that were each said of their own go no further than the semicolon."""
        last_stop = self.passage.plain.rfind(";", 0, place)
        if last_stop < before[-1].end:
            return False
        part = self.passage.plain.rfind(";", 0, before[-1].start) + 1
        return len({when.last for when in before if when.start >= part}) > 1

    def _completes(self, when: dates.When) -> bool:
        before = self.passage.plain[max(0, when.start - 1) : when.start]
        return before in (",", ";", "于", "在", "到") and bool(_COMPLETED.match(self.passage.plain, when.end))

    def dues(self, clause: tuple[int, int], goals: list[Goal]) -> list[date | None]:
        """The dates of the goals of a clause; 到2023年、2025年分别达到60%、90% has one for each."""
        plain = self.passage.plain
        before = [when for when in self.whens if when.governs and goals and when.end <= goals[0].start]
        joined = before[-len(goals) :]
        paired = (
            len(joined) == len(goals) > 1
            and "分别" in plain[clause[0] : goals[0].start]
            and all(plain[a.end : b.start] in ("、", "和", "及") for a, b in pairwise(joined))
        )
        return [when.last for when in joined] if paired else [self.due(goal.start, clause) for goal in goals]


def find(passage: Passage, *, year: int | None = None, fallback: date | None = None) -> list[Target]:
    """The numeric goals of a passage, in order.

    `year` is the plan's own, for dates that name none (年底前); `fallback` the day that governs the whole passage
    (完成时限) where the sentence names none.
    """
    found: list[Target] = []
    for match in _SENTENCE.finditer(passage.plain):
        sentence = passage.cut(*match.span())
        names = [name.span() for name in _NAMES.finditer(sentence.plain)]
        whens = tuple(
            when for when in dates.find(sentence.plain, year) if not _overlap(when, names, "《", sentence)
        )
        found.extend(_in_sentence(_Sentence(sentence, whens, fallback), names))
    return found


def _overlap(when: dates.When, names: list[tuple[int, int]], opening: str, sentence: Passage) -> bool:
    """Whether a date stands in the title of a paper (《…规划（2021—2025年）》)."""
    return any(start <= when.start < end and sentence.plain[start] == opening for start, end in names)


def _in_sentence(sentence: _Sentence, names: list[tuple[int, int]]) -> Iterator[Target]:
    plain = sentence.passage.plain
    masked = [*names, *((when.start, when.end) for when in sentence.whens)]
    everything = list(numerals.find(sentence.passage.text))
    numbers = [
        number
        for number in everything
        if not any(start < number.end and number.start < end for start, end in masked)
    ]
    clauses = _clauses(plain, everything)
    for index, clause in enumerate(clauses):
        here = [number for number in numbers if clause[0] <= number.start < clause[1]]
        goals = comparisons.goals(plain, clause, here)
        span = _stretch(plain, clause, clauses[:index], goals)
        cover = _covers(sentence, clause)
        if cover is not None:  # 实现18个乡镇全覆盖: of how many it is all is no second goal
            goals = [goal for goal in goals if goal.unit == "%" or goal.op != "=" or goal.start > cover.start]
        if cover is not None and not any(goal.unit == "%" for goal in goals):
            goals, span = [*goals, cover], clause
        for goal, due in zip(goals, sentence.dues(clause, goals), strict=True):
            yield _target(sentence, span, goal, due)


def _clauses(plain: str, numbers: list[Numeral]) -> list[tuple[int, int]]:
    """The parts of a sentence between commas, not looking inside numbers, brackets and quotation marks."""
    inside_numbers = {place for number in numbers for place in range(number.start, number.end)}
    clauses, depth, last = [], 0, 0
    for place, character in enumerate(plain):
        if character in "(“《":
            depth += 1
        elif character in ")”》":
            depth = max(0, depth - 1)
        elif (
            character in ";:"
            or plain.startswith("  ", place)
            or (character == "," and depth == 0 and place not in inside_numbers)
        ):
            clauses.append((last, place))
            last, depth = place + 1, 0
    return [*clauses, (last, len(plain))]


def _target(sentence: _Sentence, span: tuple[int, int], goal: Goal, due: date | None) -> Target:
    written = sentence.passage.cut(*span).strip(" 、")
    if numbered := _ITEM_NUMBER.match(written.plain):
        written = written.cut(numbered.end())
    place = sentence.passage.at
    return Target(
        text=written.text,
        op=goal.op,
        value=goal.value,
        unit=goal.unit,
        due=due,
        start=written.start,
        end=written.end,
        number_start=place[goal.start],
        number_end=place[goal.end - 1] + 1,
    )


def _stretch(
    plain: str, clause: tuple[int, int], before: list[tuple[int, int]], goals: list[Goal]
) -> tuple[int, int]:
    """The clause, with the one before it where the number stands without anything that it could be said of."""
    if not goals or not before:
        return clause
    subject = _IDLE_SUBJECT.sub("", plain[clause[0] : goals[0].start])
    rest = _BOUND.sub("", plain[goals[-1].end : clause[1]])
    return (before[-1][0], clause[1]) if not subject and not rest else clause


def _covers(sentence: _Sentence, clause: tuple[int, int]) -> Goal | None:
    """实现全覆盖 is a goal of 100 %; 推进全覆盖 is a direction, unless a day is set for it."""
    plain = sentence.passage.plain
    found = _COVER.search(plain, *clause)
    if (
        found is None
        or plain[: found.start()].endswith("、")
        or plain[found.end() : found.end() + 2] in ("、全", "、无", "、零")
    ):
        return None
    before = plain[clause[0] : found.start()]
    if comparisons.FACT.search(before) or re.search(r"已(?:基本)?实现", before):
        return None
    dated = any(when.governs and when.last and when.end <= found.start() for when in sentence.whens)
    verb, progress = _COVER_VERB.search(before), _PROGRESS.search(before)
    # 公平竞争审查全覆盖: a clause that says nothing else, in a plan, is what is to be.
    alone = (
        not verb and not progress and len(before.strip()) >= 4 and not plain[found.end() : clause[1]].strip()
    )
    if dated or alone or (verb and not (progress and progress.start() > verb.start())):
        return Goal("=", Decimal(100), "%", found.start(), found.end())
    return None
