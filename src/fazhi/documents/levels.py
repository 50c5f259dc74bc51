"""层次序数: 一、 （一） 1. （1）, each counting on from the one before it (GB/T 9704-2012 7.3.3).

Levels may be left out (一、 and then 1.), but not turned round, and numbers run without gap. A number may begin anew
with one: in an attachment, or where running text counts something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_DIGITS = "一二三四五六七八九"
_NUMBER = "[一二三四五六七八九十百]+"
_FORMS = (
    re.compile(f"({_NUMBER})、"),
    re.compile(f"（({_NUMBER})）"),
    re.compile(r"(\d{1,3})[.．](?!\d)"),
    re.compile(r"（(\d{1,3})）"),
)
_WRITTEN = ("{}、", "（{}）", "{}.", "（{}）")
_ANEW = re.compile("附件|附表|附：")


@dataclass(frozen=True, slots=True)
class Slip:
    rule: str  # level-order or level-sequence
    at: int  # which of the lines
    is_: str
    under: str
    before: str = ""


def slips(lines: Iterable[str]) -> Iterator[Slip]:
    """Where numbers of levels do not follow each other."""
    last, ever = [0, 0, 0, 0], [0, 0, 0, 0]
    for at, text in enumerate(lines):
        if _ANEW.match(text):
            last, ever = [0, 0, 0, 0], [0, 0, 0, 0]
            text = text.removeprefix("附件：").strip()  # 附件：1.… is followed by 2.…
        found = level(text)
        if found is None:
            continue
        n, number = found
        deeper = [m for m in range(n + 1, 4) if last[m]]
        if number == 1 and not last[n] and deeper:
            yield Slip("level-order", at, written(n, 1), written(deeper[0], last[deeper[0]]))
        elif number not in (1, last[n] + 1, ever[n] + 1):  # tasks may be counted through all parts
            under = written(n, last[n]) if last[n] else "无"
            yield Slip("level-sequence", at, written(n, number), under, written(n, number - 1))
        last[n] = ever[n] = number
        last[n + 1 :] = [0] * (3 - n)


def level(text: str) -> tuple[int, int] | None:
    """0 for 一、 to 3 for （1）, and the number."""
    for n, form in enumerate(_FORMS):
        if found := form.match(text):
            number = int(found[1]) if n > 1 else _value(found[1])
            return (n, number) if number else None
    return None


def written(n: int, number: int) -> str:
    return _WRITTEN[n].format(number if n > 1 else _chinese(number))


def _value(text: str) -> int:
    """Up to 九十九; more is no number of a level."""
    if not re.fullmatch(f"[{_DIGITS}]?十?[{_DIGITS}]?", text) or (len(text) > 1 and "十" not in text):
        return 0
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.index(text) + 1
    return (_DIGITS.index(tens) + 1 if tens else 1) * 10 + (_DIGITS.index(ones) + 1 if ones else 0)


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    first = ("" if tens == 1 else _DIGITS[tens - 1]) + "十" if tens else ""
    return first + (_DIGITS[ones - 1] if ones else "")
