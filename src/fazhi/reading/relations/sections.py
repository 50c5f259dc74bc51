"""Sums over several paragraphs: a total in one, its parts in the numbered items or short lines under it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, holds, sum_repair, sum_words
from fazhi.reading.relations.naming import bigrams
from fazhi.reading.relations.parts import changing, like, one_slip
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SUM = family("sum")
_WHOLE = re.compile(r"共|总|合计|累计|全年|全部|全县|全市|全区")
_MARKS = tuple(
    re.compile(rf"[\s\u3000]*{mark}")
    for mark in (
        r"[一二三四五六七八九十]+、",
        r"[（(][一二三四五六七八九十]+[)）]",
        r"\d{1,2}[.．、](?!\d)",
        r"[（(]\d{1,2}[)）]",
        r"[一二三四五六七八九十]是",
        r"[①-⑳]",
        r"[-·•—－●■◆]",
    )
)
_SHORT, _MOST = 32, 30


def check(paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    for place, paragraph in enumerate(paragraphs[:-2]):
        totals = [
            m
            for m in paragraph.marks
            if m.is_quantity and m.exact and not changing(m) and _WHOLE.search(m.head) and "其中" not in m.pre
        ]
        if not totals:
            continue
        items = list(_items(paragraphs, place))
        if len(items) < 2:
            continue
        for total in totals:
            run = [part for item in items if (part := _part(item, total)) is not None]
            if len(run) < 3 or len(run) < len(items) or holds(total, run):
                continue
            every = [m for m in paragraph.marks if like(m, total)]
            if any(holds(m, run) for m in every) or not one_slip(total, run):
                continue
            repair, _ = sum_repair(total, run)
            yield finding(
                _SUM.rules["sum"], "error", [total, *run], sum_words(total, run), repair, "分项各在一段"
            )
            break


def _items(paragraphs: Sequence[Paragraph], place: int) -> Iterator[Paragraph]:
    """The paragraphs under this one that begin with one kind of mark other than its own, or are short lines."""
    kind = _kind(paragraphs[place + 1])
    if kind is None or kind == _kind(paragraphs[place]):
        short = place + 1
        while short < len(paragraphs) and short - place <= _MOST and _is_short(paragraphs[short]):
            yield paragraphs[short]
            short += 1
        return
    for one in paragraphs[place + 1 : place + _MOST]:
        if _kind(one) != kind:
            return
        yield one


def _kind(paragraph: Paragraph) -> int | None:
    return next((at for at, mark in enumerate(_MARKS) if mark.match(paragraph.text)), None)


def _is_short(paragraph: Paragraph) -> bool:
    quantities = [m for m in paragraph.marks if m.is_quantity]
    return len(paragraph.text.strip()) <= _SHORT and len(quantities) == 1 and "|" not in paragraph.text


def _part(item: Paragraph, total: Mark) -> Mark | None:
    """What the item adds: its only figure, or the first of the total's measure told with the total's own words."""
    found = next((m for m in item.marks if m.figure.unit == total.figure.unit and like(m, total)), None)
    if found is None or not found.exact or changing(found):
        return None
    if _is_short(item):
        return found
    return found if bigrams(found.head) & bigrams(total.head) else None
