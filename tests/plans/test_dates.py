"""The last day that the words of a plan name."""

from __future__ import annotations

from datetime import date

import pytest

from fazhi.plans import dates
from fazhi.plans.passage import fold


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("到2025年底", "2025-12-31"),
        ("2025年底前", "2025-12-31"),
        ("2025年年底前", "2025-12-31"),
        ("到2025年", "2025-12-31"),
        ("2025年度", "2025-12-31"),
        ("2025年内", "2025-12-31"),
        ("２０２５年末", "2025-12-31"),
        ("二〇二五年底", "2025-12-31"),
        ("2025年12月底前", "2025-12-31"),
        ("2025年6月", "2025-06-30"),
        ("2024年2月底前", "2024-02-29"),
        ("2025年6月30日前", "2025-06-30"),
        ("2025 年 6 月 15 日", "2025-06-15"),
        ("2025-06-15", "2025-06-15"),
        ("2025年6月前", "2025-05-31"),
        ("2027年前", "2026-12-31"),
        ("2023年上半年", "2023-06-30"),
        ("2024年第三季度末", "2024-09-30"),
        ("2024年一季度", "2024-03-31"),
        ("2024年12月中旬前", "2024-12-20"),
        ("2023—2025年", "2025-12-31"),
        ("2023年至2025年", "2025-12-31"),
        ("“十四五”末", "2025-12-31"),
        ("十五五期间", "2030-12-31"),
        ("年底前", "2024-12-31"),
        ("年内", "2024-12-31"),
        ("今年底", "2024-12-31"),
        ("全年", "2024-12-31"),
        ("9月底前", "2024-09-30"),
        ("十月底前", "2024-10-31"),
        ("三季度末", "2024-09-30"),
        ("明年6月底前", "2025-06-30"),
    ],
)
def test_words_name_a_last_day(words: str, last: str) -> None:
    (when,) = dates.find(fold(words), 2024)
    assert when.last == date.fromisoformat(last)
    assert when.governs


@pytest.mark.parametrize("words", ["年底前", "6月底前", "今年", "三季度末"])
def test_without_a_year_there_is_no_day(words: str) -> None:
    assert [when.last for when in dates.find(fold(words), None)] == [None]


def test_a_year_named_earlier_in_the_sentence_goes_before_that_of_the_plan() -> None:
    whens = list(dates.find(fold("2025年启动，12月底前完成"), 2024))
    assert [when.last for when in whens] == [date(2025, 12, 31), date(2025, 12, 31)]


@pytest.mark.parametrize("words", ["每年第一季度", "每年12月底前", "每月10日前", "每季度末"])
def test_a_returning_duty_has_no_last_day_but_governs(words: str) -> None:
    (when,) = dates.find(fold(words), 2024)
    assert (when.last, when.governs) == (None, True)


@pytest.mark.parametrize(
    "words",
    [
        "2021年以来",
        "较2020年提高",
        "在2020年基础上",
        "2023年修订的",
        "自2022年起",
        "（2021—2025年）",
        "从2023年开始",
    ],
)
def test_a_year_of_reference_governs_nothing(words: str) -> None:
    assert [(when.last, when.governs) for when in dates.find(fold(words), 2024)] == [(None, False)]


@pytest.mark.parametrize(
    "words", ["3个月内", "每3年", "年度考核", "“十四五”规划", "二十大", "第3次", "八月十五"]
)
def test_what_only_looks_like_a_date_is_none(words: str) -> None:
    assert list(dates.find(fold(words), 2024)) == []


@pytest.mark.parametrize("words", ["2025年13月", "2025年2月30日", "2025年6月31日前", "2025-02-30"])
def test_an_impossible_date_is_said_to_be_one(words: str) -> None:
    (when,) = dates.find(fold(words), 2024)
    assert (when.last, when.impossible) == (None, True)


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("2024年12月底前完成", "2024-12-31"),
        ("2024年6月、11月", "2024-11-30"),
        ("3—10月", "2024-10-31"),
        ("2024年11月15日", "2024-11-15"),
        ("2023年底前并长期坚持", "2023-12-31"),
    ],
)
def test_the_value_of_a_time_limit_is_its_last_day(words: str, last: str) -> None:
    assert dates.last_day(fold(words), 2024) == date.fromisoformat(last)


@pytest.mark.parametrize("words", ["长期", "持续推进", "每年12月底前", ""])
def test_a_time_limit_without_a_day_is_none(words: str) -> None:
    assert dates.last_day(fold(words), 2024) is None
