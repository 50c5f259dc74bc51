"""Reading one text: its figures, and the findings about them in order of place."""

from __future__ import annotations

from dataclasses import dataclass

from fazhi.reading import relations
from fazhi.reading.figure import Figure
from fazhi.reading.finding import Finding
from fazhi.reading.lexer import lex, plain
from fazhi.reading.relations import sums
from fazhi.reading.structure import paragraphs

__all__ = ["Report", "check", "relations"]

_LONGEST = 400  # figures of one paragraph; what has more is a table that lost its lines


@dataclass(frozen=True, slots=True)
class Report:
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]


def check(text: str) -> Report:
    """Every figure of the text and every relation that does not hold. Offsets are characters of `text`."""
    line = plain(text)
    figures = lex(text, line)
    found: list[Finding] = []
    for paragraph in paragraphs(line, figures):
        if 2 <= len(paragraph.figures) <= _LONGEST:
            found.extend(sums.check(paragraph))
    found.sort(key=lambda one: one.spans[0])
    return Report(tuple(figures), tuple(found))
