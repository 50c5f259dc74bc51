"""Due dates as plans write them: the last day that the words mean.

| words | last day |
|---|---|
| 到2025年、2025年底（前）、2025年内、2025年度 | 2025-12-31 |
| 2025年6月（底前）、2025年上半年、2025年二季度 | 2025-06-30 |
| 2025年6月15日（前） | 2025-06-15: whoever writes 15日前 still accepts the 15th |
| 2027年前、2025年6月前 | the day before the year or month begins, as the words say |
| “十四五”末、“十四五”期间 | 2025-12-31 |
| 年底（前）、年内、今年、6月底前、三季度末 | by the year of the plan; without one, no date |
| 每年12月底前、每年第一季度 | none: a duty that returns has no last day |

A year that only tells where something comes from (2021年以来, 较2020年, 2023年修订的) is no due date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_YEAR = r"(?:[12][09]\d\d|[一二][零〇○一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|\d\d|十[一二]|[一二三四五六七八九十])"
_DAY = r"(?:\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_PART_OF_MONTH = r"(?:底|末|初|[上中下]旬|中(?!心|国|央)|份)"
_PART_OF_YEAR = (
    r"(?:年?底|年?末|上半年|下半年|第?[一二三四1-4]季度(?:底|末)?|年?内|年?中(?!心|国|央)|度(?!假))"
)
_WHEN = re.compile(
    rf"""
    (?: (?P<iso>(?P<iy>20\d\d)[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}})(?!\d))
      | (?P<full>(?:(?P<from>{_YEAR})\s*年?(?:度)?\s*[—~至到-]+\s*)?(?P<y>{_YEAR})\s*年
          (?:\s*(?P<m>{_MONTH})\s*月(?:份?\s*(?P<d>{_DAY})\s*[日号]|(?P<mp>{_PART_OF_MONTH}))?
            |\s*(?P<yp>{_PART_OF_YEAR}))?)
      | (?P<five>[“"]?十(?P<nth>[三四五六七])五[”"]?(?:规划期|时期|期间|期)?(?:末|底|期间|时期))
      | (?P<every>每\s*(?:[两三四五\d]?个?)(?:年|半年|季度?|月|周)(?:度)?(?:的)?
          (?:\s*{_MONTH}\s*月(?:{_DAY}\s*[日号]|{_PART_OF_MONTH})?|第?[一二三四1-4]季度
            |{_DAY}\s*[日号](?=前)|(?:年?[底末]|[上下]半年)))
      | (?P<short>(?P<rel>[今明]年\s*)?(?<![\d个])(?P<sm>{_MONTH})\s*月
          (?:(?P<sd>{_DAY})\s*[日号]|(?P<smp>底|末|[上中下]旬|初)|份?(?=完成|之?前|以前)))
      | (?P<syp>年底|年末|年内(?!容)|上半年|下半年|第?[一二三四1-4]季度(?:底|末)?)
      | (?P<this>今年|本年度?|全年|明年)[底末内]?
    )
    (?P<before>[之以]?前(?!期|后|台|端|往|提|列))?
    """,
    re.VERBOSE,
)
# Words around a date that make it a reference to the past or to a paper.
_REFERENCE_BEFORE = re.compile(r"(?:较|比|与|同比|以|自|从|由|对照|超过|高于|低于)$")
_REFERENCE_AFTER = re.compile(
    r"^(?:以来|起(?!草)|开始|至今|(?:的)?基础上?|相比|为基|水平|印发|修订|修正|制定|颁布|出台|下发|发布的|实施的|"
    r"(?:度)?(?:全国|全省|全市|全县)?(?:工作)?(?:要点|计划》|报告|版))"
)
_CHINESE_DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}


@dataclass(frozen=True, slots=True)
class When:
    """Words that name a time, at `start:end`. `last` is None where they name no last day."""

    start: int
    end: int
    last: date | None
    governs: bool  # False for a reference to the past, which says nothing of what follows
    impossible: bool = False  # 2025年13月, 6月31日


def find(plain: str, year: int | None) -> Iterator[When]:
    """The dates of a folded sentence, from left to right.

    `year` is the plan's own, for dates that name none; a year that the sentence itself has named goes before it.
    """
    for found in _WHEN.finditer(plain):
        start, end = found.span()
        if found["every"] or _is_reference(found, plain):
            yield When(start, end, None, governs=bool(found["every"]))
            continue
        try:
            last = _last_day(found, year)
        except ValueError:
            yield When(start, end, None, governs=True, impossible=True)
            continue
        if found["full"]:
            year = _year(found["y"])
        yield When(start, end, last, governs=True)


def last_day(plain: str, year: int | None) -> date | None:
    """The last day that a whole phrase names (the value of 完成时限), or None. There a bare 11月 is a month too."""
    ends = re.sub(r"(?<=\d)月(?![底末初上中下份\d])", "月底", plain)
    days = [when.last for when in find(ends, year) if when.governs and when.last]
    return max(days) if days else None


def _is_reference(found: re.Match[str], plain: str) -> bool:
    start, end = found.span()
    if found["from"] and plain[start - 1 : start] == "(" and plain[end : end + 1] == ")":
        return True  # (2021—2025年) after the name of a paper
    return bool(_REFERENCE_BEFORE.search(plain, 0, start) or _REFERENCE_AFTER.match(plain[end : end + 12]))


def _last_day(found: re.Match[str], year: int | None) -> date | None:
    before = bool(found["before"])
    if found["iso"]:
        return date(int(found["iy"]), int(found["im"]), int(found["id"]))
    if found["five"]:  # the n-th five-year plan ends in 2025 for n = 14
        return date(1955 + 5 * (10 + "一二三四五六七八九".index(found["nth"]) + 1), 12, 31)
    if found["full"]:
        return _ends(_year(found["y"]), found["m"], found["d"], found["mp"], found["yp"], before)
    if year is None:
        return None
    year += "明年" in (found["rel"] or found["this"] or "")
    if found["short"]:
        return _ends(year, found["sm"], found["sd"], found["smp"], None, before)
    return _end_of_part(year, found["syp"] or "年底")


def _ends(
    year: int, month: str | None, day: str | None, part: str | None, part_of_year: str | None, before: bool
) -> date:
    if month is None:
        return _end_of_part(year, part_of_year) if part_of_year else date(year - before, 12, 31)
    number = _small(month)
    if day is not None:
        return date(year, number, _small(day))
    if part in ("上旬", "初"):
        return date(year, number, 10)
    if part in ("中旬", "中"):
        return date(year, number, 20)
    if before and part in (None, "份"):
        return date(year, number, 1) - timedelta(days=1)
    return date(year, number, monthrange(year, number)[1])


def _end_of_part(year: int, part: str) -> date:
    if "上半年" in part or part.endswith("中"):
        return date(year, 6, 30)
    if "季度" in part:
        month = 3 * "一二三四1234".index(part.removeprefix("第")[0]) % 12 + 3
        return date(year, month, monthrange(year, month)[1])
    return date(year, 12, 31)


def _year(word: str) -> int:
    return int("".join(_CHINESE_DIGITS.get(character, character) for character in word))


def _small(word: str) -> int:
    """A month or day: 6, 06, 十二, 三十一."""
    if "十" not in word:
        return int(_CHINESE_DIGITS.get(word, word))
    tens, _, ones = word.rpartition("十")
    return 10 * int(_CHINESE_DIGITS.get(tens, "1")) + int(_CHINESE_DIGITS.get(ones, "0"))
