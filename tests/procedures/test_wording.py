"""Dates, money and numbers as documents write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazhi.procedures.wording import (
    chinese_date,
    chinese_moment,
    document_number,
    ordinal,
    yuan,
    yuan_in_words,
)

# The examples of 《支付结算办法》附一 stand first; where it allows two forms, ours is one of them.
IN_WORDS = [
    ("1409.50", "壹仟肆佰零玖元伍角整"),
    ("6007.14", "陆仟零柒元壹角肆分"),
    ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
    ("107000.53", "壹拾万柒仟元零伍角叁分"),
    ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
    ("325.04", "叁佰贰拾伍元零肆分"),
    ("0.00", "零元整"),
    ("0.05", "伍分"),
    ("0.50", "伍角整"),
    ("0.55", "伍角伍分"),
    ("1.00", "壹元整"),
    ("1.01", "壹元零壹分"),
    ("1.10", "壹元壹角整"),
    ("10.00", "壹拾元整"),
    ("10.10", "壹拾元零壹角整"),
    ("100.10", "壹佰元零壹角整"),
    ("101.00", "壹佰零壹元整"),
    ("110.00", "壹佰壹拾元整"),
    ("1000.00", "壹仟元整"),
    ("1001.00", "壹仟零壹元整"),
    ("1010.00", "壹仟零壹拾元整"),
    ("10000.00", "壹万元整"),
    ("10001.00", "壹万零壹元整"),
    ("10100.00", "壹万零壹佰元整"),
    ("12345.67", "壹万贰仟叁佰肆拾伍元陆角柒分"),
    ("100000.00", "壹拾万元整"),
    ("100010.00", "壹拾万零壹拾元整"),
    ("1000000.00", "壹佰万元整"),
    ("10000000.00", "壹仟万元整"),
    ("10100000.00", "壹仟零壹拾万元整"),
    ("100000000.00", "壹亿元整"),
    ("100000001.00", "壹亿零壹元整"),
    ("100005000.00", "壹亿零伍仟元整"),
    ("100100000.00", "壹亿零壹拾万元整"),
    ("110000000.00", "壹亿壹仟万元整"),
    ("1000000000000.00", "壹万亿元整"),
    ("1000100000000.00", "壹万零壹亿元整"),
    ("1000000000001.00", "壹万亿零壹元整"),
    ("9999999999999.99", "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ("-20.00", "负贰拾元整"),
]


def fen(amount: str) -> int:
    return int(amount.replace(".", ""))


@pytest.mark.parametrize(("amount", "words"), IN_WORDS)
def test_money_in_words(amount: str, words: str) -> None:
    assert yuan_in_words(fen(amount)) == words


def read_back(words: str) -> int:
    """An independent reading of an amount in words, in fen."""
    digits = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    units = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = wan = digit = fen_ = 0
    for c in words.removesuffix("整"):
        if c in digits:
            digit = digits[c]
        elif c in units:
            section, digit = section + digit * units[c], 0
        elif c == "万":
            wan, section, digit = (section + digit) * 10**4, 0, 0
        elif c == "亿":
            total, wan, section, digit = (total + wan + section + digit) * 10**8, 0, 0, 0
        elif c == "元":
            total, digit = (total + wan + section + digit) * 100, 0
        elif c == "角":
            fen_, digit = fen_ + digit * 10, 0
        elif c == "分":
            fen_, digit = fen_ + digit, 0
    return total + fen_


@given(st.one_of(st.integers(0, 10**17), st.integers(0, 10**9).map(lambda n: n * 1000)))
def test_money_in_words_reads_back_as_the_amount(amount: int) -> None:
    words = yuan_in_words(amount)
    assert read_back(words) == amount
    assert "零零" not in words
    assert not words.removesuffix("整").endswith("零") or amount == 0
    assert words.endswith("整") == (amount % 10 == 0)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0.00元"),
        (5, "0.05元"),
        (1200000, "12,000.00元"),
        (100000000000, "1,000,000,000.00元"),
        (-5, "-0.05元"),
    ],
)
def test_money_in_digits(amount: int, shown: str) -> None:
    assert yuan(amount) == shown


def test_dates_are_written_without_leading_noughts() -> None:
    assert chinese_date(date(2026, 3, 5)) == "2026年3月5日"
    assert chinese_date("2026-11-21") == "2026年11月21日"


def test_a_moment_keeps_the_hour_it_was_given_in() -> None:
    assert chinese_moment("2026-03-05T09:05:00+08:00") == "2026年3月5日9时05分"
    assert chinese_moment(datetime(2026, 3, 5, 0, 0)) == "2026年3月5日0时00分"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("n", "written"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_numbers_of_headings(n: int, written: str) -> None:
    assert ordinal(n) == written


@pytest.mark.parametrize("n", [0, 100, -1])
def test_numbers_beyond_headings_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="1至99"):
        ordinal(n)


def test_document_numbers_use_six_cornered_brackets() -> None:
    assert document_number("某政发", 2026, 1) == "某政发〔2026〕1号"
