"""Finding the measure word behind a numeral: one dictionary look-up by its first character, then one pattern."""

from __future__ import annotations

import re

from fazhi.reading.figure import Kind
from fazhi.reading.units import BY_FIRST, DURATIONS, MONEY


def unit_at(line: str, at: int) -> tuple[Kind, str]:
    """The measure word at an offset and the kind of figure it makes; count and "" where none is known."""
    words = _WORDS_AT.get(line[at : at + 1])
    if words is None:
        return _NONE
    found = words.match(line, at)
    return _NONE if found is None else _KIND_OF[found[0]]


def _units() -> tuple[dict[str, re.Pattern[str]], dict[str, tuple[Kind, str]]]:
    """For each first character the measure words, longest first; and what each makes of a figure."""
    words: dict[str, set[str]] = {first: set(units) for first, units in BY_FIRST.items()}
    for unit in (*MONEY, "百分点"):
        words.setdefault(unit[0], set()).add(unit)
    # 元, with or without what it is of, goes before all other words that begin so.
    patterns = {
        first: re.compile("|".join(map(re.escape, sorted(told, key=lambda w: (w not in MONEY, -len(w))))))
        for first, told in words.items()
    }
    kinds: dict[str, tuple[Kind, str]] = {}
    for told in words.values():
        for unit in told:
            if unit in MONEY:
                kinds[unit] = "money", unit
            elif unit in DURATIONS:
                kinds[unit] = "duration", unit
            elif unit in ("个百分点", "个点", "百分点"):
                kinds[unit] = "percent_point", unit
            else:
                kinds[unit] = "count", unit
    return patterns, kinds


_WORDS_AT, _KIND_OF = _units()
_NONE: tuple[Kind, str] = ("count", "")
