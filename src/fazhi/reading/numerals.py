"""Numerals in Chinese official prose, Arabic or Chinese, with their exact place and their value as a Decimal.

`find` returns everything that can be read as a number. It does not judge: 一 in 统一, the year in 2025年 and the 3 in
“3.加强领导” are numerals too. Which of them are figures is for the caller, who knows the words around.

The span of a numeral is the number with its scale (万, 亿), its share sign (%, ‰, 成, and 百分之 before it) and the
余/多 that stands inside it (20余万), but without the measure word, which 个百分点 is too. `value` of a share is what
stands before the sign (百分之五 and 5% are both 5, 七成 is 70, 3‰ is 3); of all others, the number multiplied out
(1.2亿 is 120000000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["number", "percent", "permille", "percent_point"]
Script = Literal["arabic", "chinese"]

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}
_SIGNS: dict[str | None, Kind] = {"%": "percent", "‰": "permille", None: "number"}

# One character for one, so that offsets into the normalised text are offsets into the text.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％，〇○Ｏ\u00a0\u2009\u202f", "0123456789.%,零零零   ")
# The comma of a full-width text separates clauses; it groups digits only between full-width digits.
_CLAUSE_COMMA = re.compile(r"(?<![０-９])，|，(?![０-９]{3}(?![０-９]))")

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d{1,3}(?:[ ]\d{3})+(?![\d ])|\d+)(?:\.\d+)?"
_CHINESE = r"[零一二三四五六七八九十百千万亿两]+(?:点[零一二三四五六七八九]+)?"
_TENTHS = "成(?![为果效立员本长就型熟交绩功不])"
_NUMERAL = re.compile(
    rf"""
      (?P<whole>百分(?:之)?百)
    | (?P<of>[百千]分之)(?P<part>{_ARABIC}|{_CHINESE})
    | (?P<arabic>{_ARABIC})(?P<inner>[余多](?=[千百]?[万亿]))?
      (?P<scale>万亿|[千百]?[万亿]|千(?![米克瓦卡伏]))?
      (?P<rest>(?<=亿)\d{{1,4}}千?万|(?<=万)\d千(?![万亿]))?
      (?:[ ]?(?P<sign>%|‰|{_TENTHS}))?(?=(?P<points>[ ]?个百分点)?)
    | (?P<chinese>{_CHINESE})(?P<sure>[余多](?=[万亿]))?(?P<after>(?<=[余多])[万亿])?
      (?P<tenths>{_TENTHS})?(?=(?P<share_points>个百分点)?)
    """,
    re.VERBOSE | re.ASCII,
)
_LONGEST = 24  # characters of a Chinese numeral; what is longer is no number that anyone wrote


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral at `text[start:end]`. `approximate` where 余 or 多 says that it is somewhat more."""

    start: int
    end: int
    text: str
    value: Decimal
    kind: Kind
    script: Script
    approximate: bool = False


def find(text: str) -> Iterator[Numeral]:
    """Every numeral of the text, from left to right, never overlapping."""
    plain = half_width(text)
    for found in _NUMERAL.finditer(plain):
        read = _share(found) or _arabic(found) or _chinese(found)
        if read is None:  # 三四十 is no number, and half of it would be a wrong one
            continue
        value, kind, script = read
        more = bool(found["inner"] or found["sure"]) or plain[found.end() : found.end() + 1] in ("余", "多")
        start, end = found.span()
        yield Numeral(start, end, text[start:end], value, kind, script, more)


def half_width(text: str) -> str:
    """Full-width digits and signs as half-width, 〇 as 零, character for character.

    A full-width comma that groups no digits becomes 、, so that 达到６０％，１００个 and 市级３，县级12 stay apart.
    """
    return _CLAUSE_COMMA.sub("、", text).translate(_HALF_WIDTH)


def number(text: str) -> Decimal | None:
    """The value of a text that is a numeral and nothing else (三百六十五, 1,234.5, ３万), or None."""
    stripped = text.strip()
    numeral = next(find(stripped), None)
    return numeral.value if numeral and (numeral.start, numeral.end) == (0, len(stripped)) else None


def chinese(word: str) -> Decimal | None:
    """The value of a Chinese numeral, or None where the characters are no number (三四十, 百, 八五)."""
    if len(word) > _LONGEST:
        return None
    whole, _, fraction = word.translate(_HALF_WIDTH).partition("点")
    value = _whole(whole)
    if value is None or any(digit not in _DIGITS for digit in fraction):
        return None
    return (
        Decimal(f"{value}." + "".join(str(_DIGITS[digit]) for digit in fraction))
        if fraction
        else Decimal(value)
    )


def _share(found: re.Match[str]) -> tuple[Decimal, Kind, Script] | None:
    if found["whole"]:
        return Decimal(100), "percent", "chinese"
    if not found["of"]:
        return None
    part = found["part"]
    value = _plain_decimal(part) if part[0].isdigit() else chinese(part)
    return None if value is None else (value, "percent" if found["of"] == "百分之" else "permille", "chinese")


def _arabic(found: re.Match[str]) -> tuple[Decimal, Kind, Script] | None:
    if not found["arabic"]:
        return None
    value = _plain_decimal(found["arabic"])
    for character in found["scale"] or "":
        value *= _UNITS.get(character) or _SCALES[character]
    if rest := found["rest"]:  # 2000万 and 3千万 after 亿, 5千 after 万
        value += (
            _plain_decimal(rest.rstrip("千万"))
            * (1000 if "千" in rest else 1)
            * (10**4 if "万" in rest else 1)
        )
    if found["sign"] == "成":
        return (value * 10, "percent", "arabic") if 0 < value < 10 else None
    return value, "percent_point" if found["points"] else _SIGNS[found["sign"]], "arabic"


def _chinese(found: re.Match[str]) -> tuple[Decimal, Kind, Script] | None:
    if not found["chinese"]:
        return None
    value = chinese(found["chinese"])
    if value is None:
        return None
    if found["after"]:
        value *= _SCALES[found["after"]]
    if found["tenths"]:
        return (value * 10, "percent", "chinese") if 0 < value < 10 else None
    return value, "percent_point" if found["share_points"] else "number", "chinese"


def _plain_decimal(word: str) -> Decimal:
    return Decimal(word.replace(",", "").replace(" ", ""))


def _whole(word: str) -> int | None:
    if word and all(character in _DIGITS for character in word):
        # 二〇二五 is read digit by digit; 三四 means "three or four", 八五 a name: neither is a number.
        if len(word) == 2 and not set(word) & {"零"}:
            return None
        return int("".join(str(_DIGITS[character]) for character in word))
    for scale, size in reversed(_SCALES.items()):
        if scale in word:
            high, _, low = word.rpartition(scale)
            top = _whole(high) if high else None
            return None if top is None else _with_rest(top, size, low)
    return _below_ten_thousand(word)


def _with_rest(top: int, size: int, low: str) -> int | None:
    if len(low) == 1 and low != "零" and low in _DIGITS:
        return top * size + _DIGITS[low] * (size // 10)  # 三万五 is 35000
    rest = _whole(low.removeprefix("零")) if low else 0
    return None if rest is None or rest >= size else top * size + rest


def _below_ten_thousand(word: str) -> int | None:
    total, digit, last, skipped = 0, None, 10_000, False
    for character in word:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last or (digit is None and (unit != 10 or (total and not skipped))):
                return None  # 十百, and a unit without a digit; 十 alone is 10
            total, digit, last, skipped = total + (1 if digit is None else digit) * unit, None, unit, False
        elif digit is not None or character not in _DIGITS:
            return None
        elif character == "零":
            skipped = True
        else:
            digit = _DIGITS[character]
    if digit is None:
        return total if word and not skipped else None
    # 三百五 is 350, 三百零五 is 305.
    return total + digit * (last // 10 if last in (100, 1000) and not skipped else 1)
