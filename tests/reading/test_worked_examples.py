"""docs/algorithms/reading.md is what the program answers: every row of its table of rules is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fazhi.reading.check import check
from fazhi.reading.rules import every_rule

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "reading.md").read_text(
    encoding="utf-8"
)
ROWS = re.findall(
    r"^\| ([^|`]*[。]) \| `(\w+)`: [^|]*\| (?!error |suspect )(\w+) ([^|]+) \|$", PAGE, re.MULTILINE
)


WHOLE = re.findall(r"^\| ([^|`]*) \| `(\w+)`: [^|]*\| (error|suspect) (\w+) ([^|]+) \|$", PAGE, re.MULTILINE)
A_PAGE = "全县依法行政水平进一步提高。" * 90


@pytest.mark.parametrize(("words", "proved", "grade", "rule", "repair"), WHOLE)
def test_each_example_of_a_whole_text_is_reported(
    words: str, proved: str, grade: str, rule: str, repair: str
) -> None:
    text = words.replace("⏎", "\n").replace("……", A_PAGE)
    found = [(one.grade, one.rule, one.repair or "–") for one in check(text).findings]
    assert proved == rule
    assert (grade, rule, repair) in found


@pytest.mark.parametrize(("words", "proved", "rule", "repair"), ROWS)
def test_each_example_is_reported_as_the_page_says(words: str, proved: str, rule: str, repair: str) -> None:
    found = [(one.rule, one.repair or "–") for one in check(words).findings if one.grade == "error"]
    assert proved == rule
    assert (rule, repair) in found


def test_every_rule_has_an_example() -> None:
    assert {row[1] for row in [*ROWS, *WHOLE]} == {rule.id for rule in every_rule()}
