"""A share whose part and whole are named: does it hold, and if not, what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, off_by_one, share_fits, share_repair, written
from fazhi.reading.repair import plain, slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_SHARE = family("share")
NEXT = re.compile(r"^[^\d,，;；。、]{0,4}[,，、(（]?\s*(?:仅|约|各|分别)?占")


def like(one: Mark, other: Mark) -> bool:
    return one.figure.kind == other.figure.kind and same(one.figure.unit, other.figure.unit)


def told(
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


def has_own(paragraph: Paragraph, mark: Mark) -> bool:
    """Whether the figure is itself a part with its share (甲188件，占13.7%), and so no whole of its neighbours."""
    following = paragraph.marks[mark.index + 1] if mark.index + 1 < len(paragraph.marks) else None
    return following is not None and following.is_percent and bool(NEXT.match(following.pre))


def more(stated: Mark, part: Mark, whole: Mark) -> Finding | None:
    needed = (whole.value * stated.value / 100).to_integral_value()
    new = slip(part.figure, needed) if share_fits(needed, whole.value, stated) else None
    computed = 100 * part.value / stated.value if stated.value else whole.value
    other = slip(whole.figure, computed.to_integral_value())
    if new is None and other is None:
        return None
    repair = f"{written(part)}→{new}" if new else f"{written(whole)}→{other}"
    told = f"{written(part)}多于{written(whole)}，写作{written(stated)}"
    return finding(_SHARE.rules["share"], "error", [stated, part, whole], told, repair)


def sum_of_parts(stated: Mark, before: Sequence[Mark], wholes: Sequence[Mark]) -> bool:
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


def joined(paragraph: Paragraph, first: Mark) -> Iterator[Mark]:
    for mark in paragraph.marks[first.index + 1 :]:
        if not mark.is_percent or mark.pre.strip() not in ("、", "和", "，", ",", ":", "："):
            return
        yield mark
