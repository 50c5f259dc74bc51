"""The measures of GB/T 9704-2012 党政机关公文格式, and what they come to in a word processor.

Lengths are twips (1/20 pt, 1/1440 inch), type sizes half-points, as OOXML has them.

The standard asks for 22 lines of 28 characters of 3号 (16 pt) in 156 × 225 mm. 28 × 16 pt is 2 mm wider than that, and
the often-told line pitch of 29 or 30 pt gives 21 lines. Measured: an exact pitch of 28.95 pt gives 22 lines, and 0.25 pt
less between characters 28 of them. A character grid (docGrid) is left out, because not every program reads it alike.
"""

from __future__ import annotations

import re
import unicodedata

MM = 1440 / 25.4

PAGE = (11906, 16838)  # A4
TOP, BOTTOM, LEFT, RIGHT = 2098, 1984, 1587, 1474  # 天头 37, 35, 订口 28, 26 mm
WIDTH = PAGE[0] - LEFT - RIGHT  # 版心 156 mm
LINE = 579  # 22 of them fill 225 mm
SQUEEZE = -5  # added to every character, so that 28 fill 156 mm
PER_LINE = 28
FOOTER = 1420  # the dash of the page number 7 mm below the 版心

SIZE_2, SIZE_3, SIZE_4 = 44, 32, 28  # 2号 3号 4号
SIZE_CELL, SIZE_SMALL = 24, 21  # 小四 in forms and tables, 五号 in the table of sources
CHAR = SIZE_3 * 10 + SQUEEZE  # one 3号 character

# The width of the rules (eighths of a point): 版记 0.35 mm outside, 0.25 mm between.
RULE_THICK, RULE_THIN, RULE_RED = 8, 6, 12
RED = "FF0000"

# The face of each part; the second name is the one that newer systems have.
FANGSONG = ("仿宋_GB2312", "仿宋")
KAITI = ("楷体_GB2312", "楷体")
HEITI = ("黑体", "SimHei")
XIAOBIAOSONG = ("方正小标宋简体", "方正小标宋_GBK")
SONGTI = ("宋体", "SimSun")
LATIN = "Times New Roman"

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def ems(words: str) -> float:
    """How wide words are, in characters: a Chinese one is 1, a Latin letter or digit about a half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in words)


def width(words: str, size: int = SIZE_3, squeeze: int = SQUEEZE) -> int:
    """How wide words are in print, in twips."""
    return round(ems(words) * size * 10 + len(words) * squeeze)


def printable(words: str) -> str:
    """Words without the characters that neither XML nor paper can hold."""
    return _UNPRINTABLE.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def safe_href(href: str, site: str = "") -> str:
    """An address that may be followed from a document, or nothing: web addresses, and paths of our own site."""
    if re.match(r"https?://[^\s<>\"]+$", href):
        return href
    if re.match(r"(/(?!/)|#|\?)[^\s<>\"\\]*$", href):
        return site.rstrip("/") + href if href.startswith("/") else href
    return ""
