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
ROWS = re.findall(r"^\| ([^|`]*[。]) \| `(\w+)`: [^|]*\| (\w+) ([^|]+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("words", "proved", "rule", "repair"), ROWS)
def test_each_example_is_reported_as_the_page_says(words: str, proved: str, rule: str, repair: str) -> None:
    found = [(one.rule, one.repair or "–") for one in check(words).findings if one.grade == "error"]
    assert proved == rule
    assert (rule, repair) in found


def test_every_rule_has_an_example() -> None:
    assert {row[1] for row in ROWS} == {rule.id for rule in every_rule()}
