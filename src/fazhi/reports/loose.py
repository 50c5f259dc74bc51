"""Numbers that somebody typed: each has to be linked to a figure, or say where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fazhi.reading import numerals
from fazhi.reading.numerals import Numeral
from fazhi.reports import markup

# What makes a numeral a date, a name or a place in a list, and not a quantity.
_DATED = re.compile(r"[ ]?(?:年(?![度]?[均共])|月|日|时|点|分(?!之)|号|届|次会议|级|周年)")
_COUNTED = re.compile(r"[余多]?[件起人名家次项场份期宗例户吨元]|个百分点|人次|万|亿")
_WITHIN = re.compile(r"《[^》]*》|〔[^〕]*〕[^，。；、]{0,6}号?|“[^”]*”|（[^（）]*第[^（）]*条[^（）]*）")
_LISTED = re.compile(r"(?:^|\n)\s*[（(]?$")
_SMALLEST_IN_CHINESE = 10  # 三项制度, 两个维护: words, not counts


@dataclass(frozen=True, slots=True)
class Loose:
    """A number at `start:end` of the stored text. `digits` is the part that a figure would take the place of."""

    text: str
    start: int
    end: int
    digits: str
    around: str


def find(source: str) -> list[Loose]:
    """Every typed quantity of a paragraph, outside its references."""
    found: list[Loose] = []
    at = 0
    for token in markup.read(source):
        if isinstance(token, str):
            found += _in(token, at)
            at += len(token)
        else:
            at += len(markup.write([token]))
    return found


def _in(piece: str, offset: int) -> Iterator[Loose]:
    names = [m.span() for m in _WITHIN.finditer(piece)]
    for n in numerals.find(piece):
        if any(a <= n.start and n.end <= b for a, b in names) or not _quantity(n, piece):
            continue
        start, end = offset + n.start, offset + n.end
        digits = re.match(r"[\d.,，]+|[^%‰]+", n.text)
        around = piece[max(0, n.start - 10) : n.end + 8].replace("\n", " ")
        yield Loose(n.text, start, end, digits[0] if digits else n.text, around)


def _quantity(n: Numeral, piece: str) -> bool:
    before, after = piece[: n.start], piece[n.end :]
    if before.endswith(("第", "之", "GB/T ", "〔")) and n.kind == "number":
        return False
    if n.kind != "number":
        return True
    if _DATED.match(after):
        return False
    if n.script == "chinese":
        return bool(_COUNTED.match(after)) and n.value >= _SMALLEST_IN_CHINESE
    return not (_LISTED.search(before) and after[:1] in "．.、）)")
