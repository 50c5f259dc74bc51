"""Reading one text: its figures, and the findings about them in order of place."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from fazhi.reading import annual
from fazhi.reading.figure import Figure
from fazhi.reading.finding import Finding
from fazhi.reading.lexer import lex, plain
from fazhi.reading.relations import (
    adding,
    changes,
    derived,
    flows,
    groups,
    listings,
    orders,
    ratios,
    sections,
    shares,
    stocks,
    sums,
    tables,
)
from fazhi.reading.structure import Mark, paragraphs
from fazhi.reading.traditional import simplified

_REMEMBERED = 120  # figures of the paragraphs before that may be totals
_GRAVITY = {"error": 0, "suspect": 1, "info": 2}
_LONGEST = 400  # figures of one paragraph; what has more is a table that lost its lines


@dataclass(frozen=True, slots=True)
class Report:
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]


def check(text: str) -> Report:
    """Every figure of the text and every relation that does not hold. Offsets are characters of `text`."""
    line = simplified(plain(text))
    figures = lex(text, line)
    read = [one for one in paragraphs(line, figures) if len(one.figures) <= _LONGEST]
    found: list[Finding] = []
    earlier: deque[Mark] = deque(maxlen=_REMEMBERED)
    held: deque[shares.Placed] = deque(maxlen=_REMEMBERED)
    for paragraph in read:
        if len(paragraph.figures) >= 2:
            here: list[Finding] = []
            here.extend(sums.check(paragraph, tuple(earlier)))
            here.extend(shares.check(paragraph, tuple(earlier), held))
            here.extend(groups.check(paragraph, tuple(earlier)))
            here.extend(changes.check(paragraph))
            here.extend(ratios.check(paragraph))
            here.extend(flows.check(paragraph))
            here.extend(stocks.check(paragraph, _accused(here)))
            here.extend(orders.check(paragraph))
            here.extend(listings.check(paragraph))
            found.extend(derived.check(paragraph, list(adding.settled(paragraph, here))))
        earlier.extend(mark for mark in paragraph.marks if mark.is_quantity and mark.exact)
    found.extend(orders.check_document(read))
    found.extend(groups.check_document(read))
    found.extend(sections.check(read))
    found.extend(annual.check(line, read))
    found.extend(tables.check(read, line))
    found.extend(listings.check_text(line, read))
    return Report(tuple(figures), tuple(_once(found)))


def _accused(found: list[Finding]) -> set[tuple[int, int]]:
    """The spans that errors touch."""
    return {span for one in found if one.grade == "error" for span in one.spans}


def _once(found: list[Finding]) -> list[Finding]:
    """In order of place; of what two rules say of the same figures, the graver and the first."""
    found.sort(key=lambda one: (one.spans[0], _GRAVITY[one.grade]))
    kept: list[Finding] = []
    told: set[tuple[str, frozenset[tuple[int, int]]]] = set()
    for one in found:
        key = one.rule, frozenset(one.spans)
        first = one.rule, frozenset((one.spans[0],))
        if key in told or (one.rule == "share" and first in told):
            continue
        told.update((key, first))
        kept.append(one)
    return kept
