"""A reading: one way to work a figure out from others of the text, and how many signs of the language speak for it.

A figure is right when some reading makes it. Where none does, the reading that most signs speak for accuses it, if one wrong
digit, in it or in a figure it is worked out from, explains the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from fazhi.reading.repair import rewritten
from fazhi.reading.structure import Mark

_HALF = str.maketrans("０１２３４５６７８９．％，", "0123456789.%,")
Formula = Callable[[Sequence[Decimal]], Decimal | None]


class Reading(NamedTuple):
    """`rule` names the relation, `parts` the figures it is worked out from, `words` writes the arithmetic out."""

    rule: str
    parts: tuple[Mark, ...]
    formula: Formula
    words: str
    signs: int
    exact: bool = False  # whether nothing is rounded: differences of whole numbers

    def value(self) -> Decimal | None:
        return self.formula([mark.value for mark in self.parts])

    def slack(self, stated: Mark) -> Decimal:
        """How far the figure may be off: its own rounding, truncation, and what the rounding of the others adds."""
        if self.exact:
            places = max(mark.figure.ulp for mark in (stated, *self.parts))
            return Decimal(0) if places == 1 else places
        # 3万元 of a tariff is three ten-thousands and no rounding.
        loose = [m for m in self.parts if m.figure.ulp != 1 and m.value >= 100 * m.figure.ulp]
        own = stated.figure.ulp
        for mark in loose:
            values = [m.value + (mark.figure.ulp / 2 if m is mark else 0) for m in self.parts]
            one, other = self.formula(values), self.value()
            own += abs(one - other) if one is not None and other is not None else 0
        return own

    def holds(self, stated: Mark) -> bool:
        value = self.value()
        if value is None:
            return False
        gap = abs(value - stated.value)
        if not self.exact and gap > 3 + 2 * stated.figure.ulp + (abs(value) + stated.value) / 20:
            return False  # farther than any rounding reaches
        return gap <= self.slack(stated)

    def repair(self, stated: Mark) -> str:
        """The one digit that would make the reading hold, old→new; empty where none does."""
        value = self.value()
        figure = stated.figure._replace(text=stated.figure.text.translate(_HALF))
        if value is not None:
            for tried in (value, value - stated.figure.ulp / 2, value + stated.figure.ulp / 2):
                new = rewritten(figure, tried) if tried > 0 else None
                if new is not None and one_digit(figure.text, new):
                    return f"{stated.figure.text}→{new}"
        for place, mark in enumerate(self.parts):
            for new, number in other_digits(mark):
                values = [number if at == place else m.value for at, m in enumerate(self.parts)]
                value = self.formula(values)
                if value is not None and abs(value - stated.value) <= self.slack(stated):
                    return f"{mark.figure.text}→{new}"
        return ""


def one_digit(old: str, new: str) -> bool:
    """Whether the two are alike but for one digit, or for two that changed places."""
    if len(old) != len(new):
        return False
    differ = [at for at in range(len(old)) if old[at] != new[at]]
    if (
        len(differ) == 2
    ):  # 61 and 16 are two numbers; among three digits and more they are one, written wrongly
        return (
            sum(map(str.isdigit, old)) > 2
            and old[differ[0]] == new[differ[1]]
            and old[differ[1]] == new[differ[0]]
        )
    return len(differ) == 1


def other_digits(mark: Mark) -> Iterable[tuple[str, Decimal]]:
    """Every numeral that differs from the figure's in one digit, with its value."""
    text = mark.figure.text
    places = [at for at, character in enumerate(text) if character.isdigit()]
    if not places:
        return
    whole = mark.value / mark.figure.ulp
    if whole != whole.to_integral_value() or len(str(int(whole))) > len(places):
        return
    for power, at in enumerate(reversed(places)):
        old = int(text[at])
        for new in range(10):
            if new != old and (new or at != places[0] or len(places) == 1 or text[at + 1 : at + 2] == "."):
                value = mark.value + (new - old) * 10**power * mark.figure.ulp
                if value > 0:
                    yield text[:at] + _digit(text[at], new) + text[at + 1 :], value


def _digit(old: str, new: int) -> str:
    return str(new) if old.isascii() else "０１２３４５６７８９"[new]
