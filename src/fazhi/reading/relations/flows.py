"""What came, went and is left: 年初a，新增b，解除c，年末d; 应到a，请假b，实到c; exports less imports; and a base told last
(同比增加b件，上年为c件; 下降p个百分点（上年同期为q%）).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.relations.changes import differs, fits, grows, like, measured, repaired, sign
from fazhi.reading.relations.judge import finding, sum_slack, written
from fazhi.reading.repair import plain, rewritten, slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SUM, _CHANGE = family("sum"), family("change")
_OPENING, _CLOSING_STOCK = _SUM.words["opening"], _SUM.words["closing_stock"]
_IN, _OUT = _SUM.words["flow_in"], _SUM.words["flow_out"]
_ALL, _ABSENT, _PRESENT = _SUM.words["due_all"], _SUM.words["absent"], _SUM.words["present"]
_EXPORT, _IMPORT, _SURPLUS = _SUM.words["exports"], _SUM.words["imports"], _SUM.words["surplus"]
_STOCK = re.compile("[年期月]初|上年结[转余]|去年[底末]|上[年月季期][底末]")
_BEFORE = re.compile("上年|去年|上一年|年初|上月|上季")
_DUE = re.compile("应到|应参加|编制|核定|应出")
_LAST_BASE = re.compile(
    r"^[,，(（]{0,2}(?:而|其中)?(?:上年|去年|上一年|年初|上月|上季度)(?:度|同期)?[一-龥]{0,6}(?:为|是)?$"
)


def check(paragraph: Paragraph) -> Iterator[Finding]:
    text = paragraph.text
    stock, due = _STOCK.search(text) is not None, _DUE.search(text) is not None
    surplus, base_last = "差" in text, _BEFORE.search(text) is not None
    if not (stock or due or surplus or base_last):
        return
    for marks in paragraph.sentences:
        if len(marks) < 3:
            continue
        if stock:
            yield from _stock(marks)
        if due:
            yield from _present(marks)
        if surplus:
            yield from _surplus(marks)
        for place, base in enumerate(marks if base_last else ()):
            if place >= 2 and _LAST_BASE.match(base.pre.replace(" ", "")):
                yield from _base_last(marks, place)


def _stock(marks: Sequence[Mark]) -> Iterator[Finding]:
    """Opening, what came, what went, what is left: each told once, in one sentence."""
    first = next((m for m in marks if measured(m) and _OPENING.search(m.head)), None)
    last = next((m for m in reversed(marks) if measured(m) and _CLOSING_STOCK.search(m.head)), None)
    if first is None or last is None or first is last or not like(first, last):
        return
    came = [m for m in marks if m is not first and m is not last and like(m, first) and _IN.search(m.head)]
    went = [m for m in marks if m is not first and m is not last and like(m, first) and _OUT.search(m.head)]
    others = [m for m in marks if like(m, first) and m not in (first, last, *came, *went)]
    if len(came) > 1 or len(went) > 1 or others or not came + went or not _sure(first, last, *came, *went):
        return
    computed = (
        first.value + sum((m.value for m in came), Decimal(0)) - sum((m.value for m in went), Decimal(0))
    )
    gap = last.value - computed
    if abs(gap) <= sum_slack(last, [first, *came, *went]):
        return
    said = "".join([written(first), *(f"＋{written(m)}" for m in came), *(f"－{written(m)}" for m in went)])
    told = f"{said}＝{rewritten(last.figure, computed) or plain(computed)}，写作{written(last)}"
    wanted = [(last, computed), (first, first.value + gap)]
    wanted += [(m, m.value + gap) for m in came] + [(m, m.value - gap) for m in went]
    repair = _first_slip(wanted)
    grade = "error" if repair or abs(gap) * 5 <= last.value else "suspect"
    rule = _SUM.rules["balance"]
    yield finding(rule, "error" if grade == "error" else "suspect", [last, first, *came, *went], told, repair)


def _present(marks: Sequence[Mark]) -> Iterator[Finding]:
    """应到a名，请假b名，实到c名: c＝a－b."""
    due = next((m for m in marks if _ALL.search(m.head)), None)
    gone = next((m for m in marks if _ABSENT.search(m.head)), None)
    came = next((m for m in marks if _PRESENT.search(m.head)), None)
    if due is None or gone is None or came is None or len({due.index, gone.index, came.index}) < 3:
        return
    if not like(due, gone) or not like(due, came) or not _sure(due, gone, came):
        return
    gap = came.value + gone.value - due.value
    if gap:
        told = f"{written(due)}－{written(gone)}＝{plain(due.value - gone.value)}，写作{written(came)}"
        wanted = [(came, came.value - gap), (gone, gone.value - gap), (due, due.value + gap)]
        rule = _SUM.rules["rest"]
        yield finding(rule, "error", [came, due, gone], told, _first_slip(wanted))


def _surplus(marks: Sequence[Mark]) -> Iterator[Finding]:
    """出口a亿元，进口b亿元，贸易顺差c亿元: c＝a－b."""
    out = [m for m in marks if measured(m) and _EXPORT.search(m.head)]
    into = [m for m in marks if measured(m) and _IMPORT.search(m.head)]
    left = [m for m in marks if measured(m) and _SURPLUS.search(m.head)]
    if len(out) != 1 or len(into) != 1 or len(left) != 1:
        return
    a, b, c = out[0], into[0], left[0]
    if not like(a, b) or not like(a, c) or not _sure(a, b, c):
        return
    computed = abs(a.value - b.value)
    if abs(computed - c.value) > sum_slack(c, [a, b]):
        yield from differs(c, a, b)


def _base_last(marks: Sequence[Mark], place: int) -> Iterator[Finding]:
    base, stated = marks[place], marks[place - 1]
    if not sign(stated) or not _sure(base, stated) or base.value <= 0:
        return
    of = [m for m in marks[: place - 1] if like(m, base) and m.exact and not sign(m)]
    if not of:
        return
    current = of[-1]
    if stated.clause - current.clause > 3:
        return
    if stated.is_percent and not base.is_percent:
        change = 100 * (current.value - base.value) / base.value
        if not fits(abs(change), stated) and not _other_delta(marks[: place - 1], current, base):
            yield grows(stated, current, base)
    elif stated.figure.kind == "percent_point" and base.is_percent:
        computed = abs(current.value - base.value)
        if abs(computed - stated.value) > max(stated.figure.ulp, base.figure.ulp, current.figure.ulp):
            told = f"{written(current)}与{written(base)}相差{plain(computed)}个百分点，写作{written(stated)}"
            yield finding(
                _CHANGE.rules["points"], "error", [stated, current, base], told, repaired(stated, computed)
            )
    elif like(stated, base) and abs(abs(current.value - base.value) - stated.value) > sum_slack(
        current, [base, stated]
    ):
        yield from differs(stated, current, base)


def _other_delta(marks: Sequence[Mark], current: Mark, base: Mark) -> bool:
    """Whether a difference told beside makes the base the one of another figure."""
    return any(m is not current and sign(m) and not like(m, base) for m in marks)


def _sure(*marks: Mark) -> bool:
    return all(mark.exact for mark in marks)


def _first_slip(wanted: Sequence[tuple[Mark, Decimal]]) -> str:
    for mark, value in wanted:
        new = slip(mark.figure, value) if value >= 0 else None
        if new:
            return f"{written(mark)}→{new}"
    return ""
