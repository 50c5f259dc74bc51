"""Cells to canonical values and back: days, money, whole numbers, yes and no. Pure.

A cell is what the reader found: text, a number, a day, a truth value. `BadCell` says in Chinese what is wrong with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from fazhi.organs import names

_STARTS = frozenset({"=", "+", "-", "@", "\t", "\r", "'"})  # how a formula may begin
_SIGNED = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
same = lru_cache(maxsize=16384)(names.plain)  # two titles that read alike are one
EARLIEST = date(1949, 10, 1)
LATEST = date(2099, 12, 31)
MASKED = (
    "〔个人信息未导出〕"  # stands in an export for what its reader may not have; read again, it says nothing
)
GONE = "（已依法删除）"  # so does this
SILENT = frozenset({MASKED, GONE})
_EXCEL_ZERO = date(1899, 12, 30)
_SERIALS = range(18172, 73051)  # 1949-10-01 to 2100-01-01, as a spreadsheet counts days
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:分|(?::\d{1,2}(?:\.\d+)?)秒?)?(?:[+]08:?00)?)?"
)
_COMPACT = re.compile(r"(19|20)\d{6}")
_MONEY = re.compile(r"[¥$]?\s*(-?\d[\d,]*(?:\.\d+)?|-?\.\d+)\s*(亿元|万元|亿|万|元|圆|块)?(?:整|正)?")
_UNITS = {"亿": 10**8, "亿元": 10**8, "万": 10**4, "万元": 10**4}
_YES = {"是", "有", "√", "✓", "y", "yes", "true", "1", "对", "需要", "已"}
_NO = {"否", "无", "没有", "×", "✗", "x", "n", "no", "false", "0", "不", "不需要", "未"}
_SEPARATORS = re.compile(r"[;；\n\r]+")
_LOOSE = re.compile(r"[;；\n\r、,，]+")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class BadCell(ValueError):
    """What is wrong with a cell, and what to do."""

    def __init__(self, message: str, next: str = "") -> None:
        super().__init__(f"{message}；{next}" if next else message)


def text(cell: Any) -> str:
    """The cell as words: without what cannot be seen; a number as a person would have typed it."""
    if isinstance(cell, str):
        found = cell.strip()
        return _INVISIBLE.sub("", found) if not found.isprintable() else found
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
        )
    return str(cell)


def plain(cell: Any) -> str:
    """The same for codes, names and numbers: full width made half width, blanks at the ends gone."""
    found = text(cell)
    return found if found.isascii() else unicodedata.normalize("NFKC", found).strip()


def unguarded(found: str) -> str:
    """A text without the apostrophe that an export puts before what a spreadsheet would take for a formula."""
    return found[1:] if found[:1] == "'" and found[1:2] in _STARTS else found


def identity_number(cell: Any) -> str:
    """A long number. One that a spreadsheet has turned into a float has lost its last digits, and is refused."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= 10**15:
        raise BadCell("号码被电子表格改成了数字，末几位已经丢失", "请把该列设为文本格式，重新填写号码")
    found = re.sub(r"[\s\-]", "", plain(cell)).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", found):
        raise BadCell("号码被电子表格改成了科学记数，末几位已经丢失", "请把该列设为文本格式，重新填写号码")
    return found


def day(cell: Any) -> date:
    """2026-03-05, 2026.3.5, 2026/3/5, 2026年3月5日, 20260305, a day of the spreadsheet, or its serial number."""
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        number = float(cell)
        if int(number) in _SERIALS:
            return _EXCEL_ZERO + timedelta(days=int(number))
        if not (number.is_integer() and _COMPACT.fullmatch(str(int(number)))):
            raise BadCell(f"“{text(cell)}”不是日期", "请写作例如 2026-03-05")
    return _day(plain(cell))


@lru_cache(maxsize=16384)
def _day(words: str) -> date:
    if not words.isascii():
        words = words.replace("．", ".")
    if found := _DAY.fullmatch(words):
        year, month, number = int(found[1]), int(found[2]), int(found[3])
    elif _COMPACT.fullmatch(words):
        year, month, number = int(words[:4]), int(words[4:6]), int(words[6:])
    elif words.isascii() and words.isdigit() and len(words) == 5 and int(words) in _SERIALS:
        return _EXCEL_ZERO + timedelta(days=int(words))
    elif re.fullmatch(r"\d{4}[-/.年]\d{1,2}月?", words):
        raise BadCell(f"“{words}”只写到月", "请写明到日，例如 2026-03-05；日期不明的请留空")
    elif re.fullmatch(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", words):
        raise BadCell(f"“{words}”没有写四位年份", "请写作例如 2026-03-05")
    else:
        raise BadCell(f"“{words[:30]}”不是日期", "请写作例如 2026-03-05")
    try:
        return _plausible(date(year, month, number))
    except BadCell:
        raise
    except ValueError:
        raise BadCell(f"没有“{words}”这一天", "请核对月份和日") from None


def _plausible(found: date) -> date:
    if not EARLIEST <= found <= LATEST:
        raise BadCell(f"年份{found.year}不在1949年10月至2099年之间", "请核对年份")
    return found


def moment(cell: Any) -> str:
    """A day with its time, as events keep it; a day alone is its beginning."""
    found = day(cell)
    at = time()
    if isinstance(cell, datetime):
        at = cell.time()
    elif isinstance(cell, str) and (parts := _DAY.fullmatch(plain(cell))) and parts[4]:
        try:
            at = time(int(parts[4]), int(parts[5]))
        except ValueError:
            raise BadCell(f"没有“{plain(cell)}”这个时间", "请核对时和分") from None
    return f"{found.isoformat()}T{at.hour:02d}:{at.minute:02d}:00+08:00"


def money(cell: Any) -> int:
    """Fen from yuan: 2000, 2,000.50, 2万元, ¥3.5万."""
    if isinstance(cell, bool):
        raise BadCell(f"“{text(cell)}”不是金额", "请填写数字，单位为元")
    if isinstance(cell, float | int):
        amount = Decimal(repr(cell)) if isinstance(cell, int) or abs(cell) < 1e15 else Decimal("NaN")
        if not amount.is_finite():
            raise BadCell("金额过大", "请核对单位，以元填写")
        rounded = (amount * 100).quantize(Decimal(1), ROUND_HALF_UP)
        exact = abs(amount * 100 - rounded) < Decimal("0.001")  # 0.1 + 0.2 of a spreadsheet is meant as 0.30
    else:
        words = plain(cell)
        found = _MONEY.fullmatch(words)
        if not found:
            raise BadCell(f"“{words[:30]}”不是金额", "请填写数字，单位为元，例如 20000 或者 2万元")
        try:
            amount = Decimal(found[1].replace(",", "")) * _UNITS.get(found[2] or "", 1) * 100
        except InvalidOperation:
            raise BadCell(f"“{words[:30]}”不是金额", "请填写数字，单位为元") from None
        rounded = amount.to_integral_value()
        exact = rounded == amount
    if rounded < 0:
        raise BadCell(f"金额“{text(cell)}”为负数", "金额不得为负数，请核对")
    if not exact:
        raise BadCell(f"金额“{text(cell)}”精确到了分以下", "请填写到分为止")
    if rounded > 10**15:
        raise BadCell(f"金额“{text(cell)}”过大", "请核对单位，以元填写")
    return int(rounded)


def whole(cell: Any) -> int:
    words = plain(cell).replace(",", "")
    if not re.fullmatch(r"-?\d{1,15}", words):
        raise BadCell(f"“{words[:30]}”不是整数", "请填写整数")
    return int(words)


def yes(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    words = plain(cell).lower()
    if words in _YES:
        return True
    if words in _NO:
        return False
    raise BadCell(f"“{words[:30]}”不是“是”或者“否”", "请填写是或者否；不清楚的请留空")


def several(cell: Any, loose: bool = False) -> list[Any]:
    """The parts of a cell that may hold several: by semicolon or line; `loose`: by comma and 、 too."""
    if not isinstance(cell, str):
        return [cell]
    return [p for part in (_LOOSE if loose else _SEPARATORS).split(cell) if (p := part.strip())]


# ---- the way back ---------------------------------------------------------------------------------------------------


def yuan(fen: int) -> str:
    """Fen as a person types yuan: 2000, 2000.5."""
    whole_part, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole_part}" if not rest else f"{sign}{whole_part}.{rest:02d}"


def shown_moment(stored: str) -> str:
    return stored[:16].replace("T", " ")


def joined(parts: Sequence[str]) -> str:
    return "；".join(parts)


def guarded(words: str) -> str:
    """For CSV: what a spreadsheet would take for a formula gets an apostrophe in front; a number with its sign is none."""
    return "'" + words if words[:1] in _STARTS and not _SIGNED.fullmatch(words) else words
