"""Where a due date comes from: which words of the text name it, and whether they name the year.

年底前 and 6月底前 name no year; they are read by the year of the plan. That year is the clerk's to correct, and with it all
dates that hang on it: the plan's own last day is another thing and moves none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fazhi.plans import dates
from fazhi.plans.passage import fold

_SENTENCE = re.compile(r"[^。；;\n]+")


@dataclass(frozen=True)
class Origin:
    """`year`: the year by which words without one were read. `unsaid`: the text does not name that day."""

    kind: Literal["written", "relative", "unsaid"]
    words: str = ""
    year: int | None = None


def of(text: str, due: date) -> Origin:
    """Which words of the text name that day; words with a year go before words without one."""
    for words, _ in _found(text, due, None):
        return Origin("written", words)
    for year in (due.year, due.year - 1):  # 明年6月底前 is read by the year before
        for words, _ in _found(text, due, year):
            return Origin("relative", words, year)
    return Origin("unsaid")


def reread(text: str, due: date, year: int, other: int) -> date | None:
    """The day that the same words name by another year; None where `due` was not read from words without a year."""
    for _, again in _found(text, due, year, other):
        return again
    return None


def _found(
    text: str, due: date, year: int | None, other: int | None = None
) -> Iterator[tuple[str, date | None]]:
    """Words that name the day by that year and not without it, and the day they name by the other year."""
    for sentence in _SENTENCE.finditer(text):
        plain = fold(sentence[0])
        bare = {w.start: w.last for w in dates.find(plain, None)}
        moved = {w.start: w.last for w in dates.find(plain, other)}
        for when in dates.find(plain, year):
            relative = year is not None and bare.get(when.start) is None
            if when.governs and when.last == due and relative == (year is not None):
                yield sentence[0][when.start : when.end].strip(), moved.get(when.start)
