"""The span of days that a figure is about: a year, a quarter, a half, a month, or any two days."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from fazhi.figures.errors import FigureError
from fazhi.law import shift_months

FORMS = "2023、2023-Q1、2023-H1、2023-03，或者 2023-01-01:2023-06-30"
_YEAR = re.compile(r"(\d{4})\Z")
_QUARTER = re.compile(r"(\d{4})-[Qq]([1-4])\Z")
_HALF = re.compile(r"(\d{4})-[Hh]([12])\Z")
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2}):(\d{4}-\d{2}-\d{2})\Z")
_ORDINALS = "一二三四"


_FIRST = 1949  # year


@dataclass(frozen=True, slots=True)
class Span:
    """`first` and `last` both count. `text` is how it is written in addresses and on the command line."""

    text: str
    first: date
    last: date
    title: str


def parse(text: str) -> Span:
    """Raises FigureError for what is no period. Full-width digits are read as digits."""
    said = unicodedata.normalize("NFKC", text).strip()
    if found := _YEAR.match(said):
        year = _year(found[1], said)
        return Span(said, date(year, 1, 1), date(year, 12, 31), f"{year}年")
    if found := _QUARTER.match(said):
        year, quarter = _year(found[1], said), int(found[2])
        return Span(
            said.upper(),
            date(year, quarter * 3 - 2, 1),
            _month_end(year, quarter * 3),
            f"{year}年第{_ORDINALS[quarter - 1]}季度",
        )
    if found := _HALF.match(said):
        year, half = _year(found[1], said), int(found[2])
        return Span(
            said.upper(),
            date(year, half * 6 - 5, 1),
            _month_end(year, half * 6),
            f"{year}年{'上' if half == 1 else '下'}半年",
        )
    if (found := _MONTH.match(said)) and 1 <= int(found[2]) <= 12:
        return month(_year(found[1], said), int(found[2]))
    if found := _RANGE.match(said):
        try:
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        except ValueError:
            raise FigureError(
                f"统计期「{text}」里有不存在的日期", next=f"请核对日期，写法为 {FORMS}"
            ) from None
        _year(found[1][:4], said), _year(found[2][:4], said)
        if first > last:
            raise FigureError(f"统计期「{text}」的首日晚于末日", next="请把较早的日期写在前面")
        return Span(said, first, last, f"{first.isoformat()}至{last.isoformat()}")
    raise FigureError(f"看不懂统计期「{text}」", next=f"请写成 {FORMS}")


def month(year: int, number: int) -> Span:
    return Span(
        f"{year}-{number:02d}", date(year, number, 1), _month_end(year, number), f"{year}年{number}月"
    )


def months_to(last: date, count: int = 12) -> list[Span]:
    """The `count` months of which the last contains `last`, oldest first."""
    index = last.year * 12 + last.month - 1
    return [month(i // 12, i % 12 + 1) for i in range(index - count + 1, index + 1)]


def year_before(span: Span, until: date) -> Span | None:
    """The same span one year earlier (同期); of one that is still running at `until`, as far as that day.

    None where it has no name of its own (any two days), or nothing can have been before.
    """
    if ":" in span.text or min(span.first.year, until.year) <= _FIRST:
        return None
    whole = parse(str(int(span.text[:4]) - 1) + span.text[4:])
    cut = shift_months(until, -12)
    if not span.first <= until < span.last or cut >= whole.last:
        return whole
    return parse(f"{whole.first.isoformat()}:{cut.isoformat()}")


def _year(digits: str, text: str) -> int:
    year = int(digits)
    if not _FIRST <= year <= 2999:
        raise FigureError(f"统计期「{text}」的年份不对", next=f"请写成 {FORMS}")
    return year


def _month_end(year: int, number: int) -> date:
    following = date(year + 1, 1, 1) if number == 12 else date(year, number + 1, 1)
    return following - timedelta(days=1)
