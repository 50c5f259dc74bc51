"""The statutory holidays of 全国年节及纪念日放假办法 第二条, as it stood in each year.

They are what is known of a year before the State Council's yearly notice has said which days around them are moved.
The rules are dated data (statutory_holidays.csv); the days of the lunar festivals are too (lunar_days.csv), so that
no astronomy is needed at run time. Beyond the last year of lunar_days.csv only the fixed days are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

ACT = "全国年节及纪念日放假办法"

_FIXED = re.compile(r"(\d+)月(\d+)日")
# A lunar day, as the column of lunar_days.csv that it is counted from, and the days from there.
_LUNAR = {
    "除夕": ("正月初一", -1),
    "正月初一": ("正月初一", 0),
    "正月初二": ("正月初一", 1),
    "正月初三": ("正月初一", 2),
    "清明": ("清明", 0),
    "五月初五": ("五月初五", 0),
    "八月十五": ("八月十五", 0),
}


@dataclass(frozen=True, slots=True)
class StatutoryYear:
    """One year's statutory holidays by day, the rule they follow, and whether the lunar ones are among them."""

    days: dict[date, str]
    law: str
    lunar: bool


@cache
def statutory(year: int) -> StatutoryYear:
    """The statutory holidays of `year` by the rule in force on its first day."""
    rules = _rules()
    in_force = max((start for start in rules if start <= date(year, 1, 1)), default=min(rules))
    number, holidays = rules[in_force]
    lunar = _lunar_days().get(year)
    days: dict[date, str] = {}
    for name, terms in holidays:
        for term in terms:
            fixed = _FIXED.fullmatch(term)
            if fixed:
                day = date(year, int(fixed[1]), int(fixed[2]))
            elif lunar:
                column, offset = _LUNAR[term]
                day = lunar[column] + timedelta(days=offset)
            else:
                continue
            days.setdefault(day, name)  # 2031: 中秋 falls on 1 October, one day off all the same
    return StatutoryYear(days, f"{ACT} 第二条（{number}）", lunar is not None)


@cache
def _rules() -> dict[date, tuple[str, list[tuple[str, list[str]]]]]:
    """{in force from: (number of the decree, [(holiday, its days)])}."""
    rules: dict[date, tuple[str, list[tuple[str, list[str]]]]] = {}
    for start, number, name, days in _rows("statutory_holidays.csv"):
        rules.setdefault(date.fromisoformat(start), (number, []))[1].append((name, days.split()))
    return rules


@cache
def _lunar_days() -> dict[int, dict[str, date]]:
    """{year: {day of the lunar year or solar term: its date}}."""
    header, *rows = _rows("lunar_days.csv", header=True)
    return {
        int(year): dict(zip(header[1:], (date.fromisoformat(day) for day in days), strict=True))
        for year, *days in rows
    }


def _rows(name: str, header: bool = False) -> list[list[str]]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line.split(",") for line in (lines if header else lines[1:])]
