"""Numerals: what is read, how much it is, and exactly where it stands."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazhi.reading import numerals
from fazhi.reading.numerals import find, number

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus" / "dev"

VALUES = [
    ("12.5", "12.5"),
    ("1,234", "1234"),
    ("1,234,567.8", "1234567.8"),
    ("8 260万", "82600000"),
    ("３万", "30000"),
    ("1.2亿", "120000000"),
    ("2亿3千万", "230000000"),
    ("3万5千", "35000"),
    ("3千", "3000"),
    ("２，３４５", "2345"),
    ("三百六十五", "365"),
    ("十二", "12"),
    ("二十", "20"),
    ("两千", "2000"),
    ("一百零五", "105"),
    ("一百一", "110"),
    ("三万五", "35000"),
    ("一万二千三百", "12300"),
    ("九千九百九十九万九千九百九十九", "99999999"),
    ("三亿零五万", "300050000"),
    ("零点五", "0.5"),
    ("二〇二五", "2025"),
]


@pytest.mark.parametrize(("word", "value"), VALUES)
def test_a_numeral_has_its_value(word: str, value: str) -> None:
    assert number(word) == Decimal(value)


@pytest.mark.parametrize(
    "word", ["", "万一", "三四十", "八五", "百", "一百零", "十百", "一万亿亿万", "三十二十", "5个", "a"]
)
def test_what_is_no_number_has_no_value(word: str) -> None:
    assert number(word) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("覆盖率达到95%以上", [("95%", "95", "percent")]),
        ("下降５．５％", [("５．５％", "5.5", "percent")]),
        ("约占百分之五", [("百分之五", "5", "percent")]),
        ("百分之三点五", [("百分之三点五", "3.5", "percent")]),
        ("实现百分之百", [("百分之百", "100", "percent")]),
        ("百分百到位", [("百分百", "100", "percent")]),
        ("占七成以上", [("七成", "70", "percent")]),
        ("占7成以上", [("7成", "70", "percent")]),
        ("不超过3‰", [("3‰", "3", "permille")]),
        ("千分之三", [("千分之三", "3", "permille")]),
        ("提高5个百分点", [("5", "5", "percent_point")]),
        ("提高五个百分点", [("五", "5", "percent_point")]),
        ("三项，十二条", [("三", "3", "number"), ("十二", "12", "number")]),
        ("2022年12月", [("2022", "2022", "number"), ("12", "12", "number")]),
        ("市级３，县级12", [("３", "3", "number"), ("12", "12", "number")]),
        ("完成率达到６０，１２个", [("６０", "60", "number"), ("１２", "12", "number")]),
        ("全程3千米", [("3", "3", "number")]),
        ("一成不变", [("一", "1", "number")]),
    ],
)
def test_numerals_are_found_in_prose(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(one.text, str(one.value), one.kind) for one in find(text)] == expected


@pytest.mark.parametrize(
    ("text", "word", "value"),
    [
        ("发放20余万元", "20余万", 200000),
        ("发放2万多份", "2万", 20000),
        ("三百余人", "三百", 300),
        ("培训40余名", "40", 40),
    ],
)
def test_more_than_a_round_number_is_marked(text: str, word: str, value: int) -> None:
    (found,) = find(text)
    assert (found.text, found.value, found.approximate) == (word, value, True)


def test_numbers_that_nobody_writes_are_passed_over() -> None:
    assert list(find("一" * 30_000)) == []
    assert list(find("亿" * 30_000)) == []


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_every_chinese_integer_reads_back(value: int) -> None:
    assert numerals.chinese(_in_chinese(value)) == value


@given(st.text(alphabet="零一二两三十百千万亿点分之成个百分点多余0123456789,，.％%‰ ３〇号、", max_size=60))
def test_spans_are_the_text_and_never_overlap(text: str) -> None:
    last = 0
    for one in find(text):
        assert one.start >= last
        assert text[one.start : one.end] == one.text
        assert one.value >= 0
        last = one.end


@pytest.mark.skipif(not CORPUS.exists(), reason="the labelled corpus is not beside the repository")
def test_labelled_figures_of_real_documents_are_found_with_span_and_value() -> None:
    texts: dict[str, dict[tuple[int, int], Decimal]] = {}
    missed, asked = [], 0
    for line in (CORPUS / "gold" / "figures.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label["kind"] not in ("count", "percent", "percent_point", "money"):
            continue
        name = label["document"]
        if name not in texts:
            with (CORPUS / name).open(encoding="utf-8", newline="") as document:
                texts[name] = {(one.start, one.end): one.value for one in find(document.read())}
        asked += 1
        if texts[name].get((label["start"], label["end"])) != Decimal(str(label["value"])):
            missed.append((name, label["text"]))
    assert asked > 200
    assert missed == []


def _in_chinese(value: int) -> str:
    """A Chinese integer written the long way, independent of the reader."""
    digits = "零一二三四五六七八九"
    if value < 10:
        return digits[value]
    for size, sign in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= size:
            high, low = divmod(value, size)
            rest = ""
            if low:
                rest = ("零" if low < size // 10 else "") + _in_chinese(low)
            return _in_chinese(high) + sign + rest
    raise AssertionError(value)
