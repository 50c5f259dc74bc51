"""The smallest repair: the figure that, changed as a slip of the hand changes it, makes the relation hold."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from fazhi.reading.figure import Figure

_LARGEST = Decimal(10) ** 18  # no figure that anyone publishes
_DIGITS = re.compile(r"\d(?:[\d,， ]*\d)?(?:\.\d+)?")


def rewritten(figure: Figure, value: Decimal) -> str | None:
    """`value` as the figure would have written it (same scale, places and grouping); None where it cannot."""
    found = _DIGITS.search(figure.text)
    if found is None or not 0 <= value < _LARGEST:
        return None
    old = found[0]
    scale = figure.ulp / Decimal(1).scaleb(-_places(old))
    try:
        number = (value / scale).quantize(Decimal(1).scaleb(-_places(old)), ROUND_HALF_UP)
    except InvalidOperation:  # more digits than a Decimal carries: no figure that anyone writes
        return None
    group = "," if "," in old or "，" in old else " " if " " in old else ""
    new = f"{number:,f}".replace(",", group) if group else f"{number:f}"
    return figure.text[: found.start()] + new + figure.text[found.end() :]


def slip(figure: Figure, value: Decimal) -> str | None:
    """The rewritten figure if one wrong, swapped, missing or doubled digit explains the difference, else None."""
    new = rewritten(figure, value)
    if new is None or new == figure.text or (value == 0 and figure.kind != "percent_point"):
        return None
    return new if _one_slip(_bare(figure.text), _bare(new)) else None


def _one_slip(old: str, new: str) -> bool:
    if len(old) == len(new):
        differ = [at for at in range(len(old)) if old[at] != new[at]]
        if len(differ) == 1:
            return True
        return len(differ) == 2 and old[differ[0]] == new[differ[1]] and old[differ[1]] == new[differ[0]]
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    return (
        len(longer) == len(shorter) + 1
        and len(shorter) > 1
        and any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    )


def _bare(text: str) -> str:
    return re.sub(r"[,， ]", "", text.translate(_HALF))


_HALF = str.maketrans("０１２３４５６７８９．", "0123456789.")


def _places(number: str) -> int:
    return len(number.partition(".")[2])


def plain(value: Decimal, places: int = 2) -> str:
    """A number for a message: no exponent, no trailing zeros, at most `places` decimals."""
    if abs(value) >= _LARGEST:
        return f"{value:.3E}"
    try:
        rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:  # a library in this process may have lowered the precision
        return f"{value:.3E}"
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def slips(figure: Figure) -> list[Decimal]:
    """Every value that one wrong, swapped, missing or doubled digit could have been written for."""
    found = _DIGITS.search(figure.text.translate(_HALF))
    if found is None:
        return []
    word = _bare(found[0])
    places = _places(word)
    scale = figure.ulp / Decimal(1).scaleb(-places)
    digits = [at for at, character in enumerate(word) if character.isdigit()]
    words: set[str] = set()
    for at in digits:
        words.update(word[:at] + new + word[at + 1 :] for new in "0123456789")
        words.update(word[:at] + new + word[at:] for new in "0123456789")
        words.add(word[:at] + word[at + 1 :])
    words.update(
        word[:one] + word[other] + word[one + 1 : other] + word[one] + word[other + 1 :]
        for one in digits
        for other in digits
        if one < other
    )
    words.update(word + new for new in "0123456789" if not places)
    values = {
        Decimal(new) * scale
        for new in words
        if new and new != word and new[0] not in "." and new[-1] != "." and _places(new) == places
        if new[0] != "0" or len(new) == 1 or new[1] == "."
    }
    return sorted(value for value in values if value > 0)


def digit(figure: Figure, value: Decimal) -> bool:
    """Whether the figure, with one digit another, says `value`."""
    if value < 0 or value == figure.value:
        return False
    old, new = figure.value / figure.ulp, value / figure.ulp
    if new != new.to_integral_value():
        return False
    one, other = str(int(old)), str(int(new))
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1
