"""How dates, money and numbers are written in a Chinese document.

Dates: GB/T 9704-2012 7.3.5.4 (Arabic digits, year in full, no leading zeros).
Money in words: 《支付结算办法》附一《正确填写票据和结算凭证的基本规定》. Where that rule leaves a choice, the form here is
always the same one: 零 after 元 when the 元 place is nought and 角 is not (壹仟陆佰捌拾元零叁角贰分), none after 万 when 千
follows (壹拾万柒仟元), and 整 after 角 (壹佰元零壹角整), which leaves no room for a digit to be added.
"""

from __future__ import annotations

import re
from datetime import date, datetime

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
# Regulations whose full title begins like that of a law (中华人民共和国…); others stand under their own name.
_OF_THE_STATE = frozenset({"政府信息公开条例", "行政复议法实施条例"})
_PLAIN = "〇一二三四五六七八九"


def chinese_date(day: date | str) -> str:
    """2026-03-05 → 2026年3月5日; a string is an ISO date."""
    if isinstance(day, str):
        day = date.fromisoformat(day)
    return f"{day.year}年{day.month}月{day.day}日"


def citation(law: str) -> str:
    """行政处罚法 第五十九条、行政强制法 第三十七条 → 《中华人民共和国行政处罚法》第五十九条、《中华人民共和国行政强制法》第三十七条.

    A document without articles (国办函〔2020〕109号) stays as it is.
    """

    def named(match: re.Match[str]) -> str:
        state = match[1].endswith("法") or match[1] in _OF_THE_STATE
        return f"《{'中华人民共和国' if state else ''}{match[1]}》"

    return re.sub(r"([\u4e00-\u9fff]+) (?=第)", named, law)


def chinese_moment(at: datetime | str) -> str:
    """2026-03-05T09:05 → 2026年3月5日9时05分, in the time that was given; a string is an ISO moment."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    return f"{chinese_date(at.date())}{at.hour}时{at.minute:02}分"


def yuan(fen: int) -> str:
    """1200000 fen → 12,000.00元."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02}元"


def yuan_in_words(fen: int) -> str:
    """1200000 fen → 壹万贰仟元整."""
    if fen < 0:
        return "负" + yuan_in_words(-fen)
    whole, rest = divmod(fen, 100)
    tenths, hundredths = divmod(rest, 10)
    words = _words(whole) + "元" if whole else ""
    if not rest:
        return (words or "零元") + "整"
    if whole and (tenths == 0 or whole % 10 == 0):
        words += "零"
    if tenths:
        words += _DIGITS[tenths] + "角"
    return words + (_DIGITS[hundredths] + "分" if hundredths else "整")


def _words(n: int) -> str:
    """A positive whole number in 票据 digits."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if n >= unit:
            high, low = divmod(n, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _words(high) + name + gap + (_words(low) if low else "")
    words, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = n // 10**place % 10
        if digit:
            words += ("零" if skipped and words else "") + _DIGITS[digit] + _PLACES[place]
            skipped = False
        else:
            skipped = True
    return words


def ordinal(n: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十, 99 → 九十九: numbers of headings and articles, 1 to 99."""
    if not 1 <= n <= 99:
        raise ValueError(f"序号只写1至99，给出的是{n}")
    tens, ones = divmod(n, 10)
    return ("" if tens < 2 else _PLAIN[tens]) + ("十" if tens else "") + (_PLAIN[ones] if ones else "")


def document_number(prefix: str, year: int, serial: int) -> str:
    """某政发, 2026, 1 → 某政发〔2026〕1号 (GB/T 9704-2012 7.2.5: six-cornered brackets, no 第, no leading noughts)."""
    return f"{prefix}〔{year}〕{serial}号"
