"""Finding a figure again by the name that a phrase gives it: 投诉总量, 一审案件中, 占党员总数的."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fazhi.reading.rules import family
from fazhi.reading.structure import Mark

_EMPTY = family("share").words["empty"]


def core(phrase: str) -> str:
    """What of the phrase names something: 一审案件 of 在一审案件总数中的."""
    return _EMPTY.sub("", re.sub(r"[\s“”\"（）()]", "", phrase))


def bigrams(words: str) -> set[str]:
    return {words[at : at + 2] for at in range(len(words) - 1)}


def named_before(phrase: str, marks: Sequence[Mark]) -> list[Mark]:
    """Figures before which (or behind whose measure word) the phrase's own words stand, the best named last."""
    name = core(phrase)
    if not name:
        return []
    scored: list[tuple[float, int, Mark]] = []
    for mark in marks:
        around = mark.head + mark.post[:8].partition("，")[0]
        if name in around:
            score = 1.0
        else:
            wanted = bigrams(name)
            score = len(wanted & bigrams(around)) / len(wanted) if wanted else 0.0
        if score >= 0.5:
            scored.append((score, mark.index, mark))
    scored.sort(key=lambda one: one[:2])
    return [mark for _, _, mark in scored]
