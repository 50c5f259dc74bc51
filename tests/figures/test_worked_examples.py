"""The tables of docs/algorithms/figures.md are what the program finds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.figures.test_facts import clock, event

from fazhi.figures import catalogue, facts, reckon
from fazhi.figures.facts import Fold, Row
from fazhi.figures.model import Shape
from fazhi.procedures.library import shipped

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "figures.md").read_text("utf-8")
FACTS = re.findall(r"^\|([^|]*)\| ([+-]1) \| (\w+) \| (\d{4}-\d\d-\d\d) \| ([^|]+) \|$", PAGE, re.M)
SHARES = re.findall(r"^\| (\d+) \| (\d+) \| (\S+) \|$", PAGE, re.M)


def test_the_signed_facts_of_one_case() -> None:
    shape = Shape("small", "2021-07-15", act=("n_fine",), sources={"n_fine": "fine"})
    told: list[dict[str, Any]] = [
        event(1, "file", "2026-01-05", sides={"agency": ["o"]}, effects={"phase": ["", "open"], "clocks": {"decision": clock("2026-04-05")}}),
        event(2, "extend", "2026-03-01", effects={"clocks": {"decision": clock("2026-05-05")}}),
        event(3, "decide", "2026-04-20", values={"fine": 500}, effects={"phase": ["open", "closed"], "clocks": {"decision": clock("2026-05-05", "met", stopped="2026-04-20")}}),
    ]  # fmt: skip
    fold, found = Fold(), []
    for body in told:
        found += facts.take(fold, body, shape, ("agency",))
    mended = event(4, "decide", "2026-04-22") | {
        "type": "corrected", "target": 3, "values": {"fine": 5000},
        "effects": {"replace": {"values": {"fine": 5000}, "acts": fold.state.acts, "clocks": fold.state.clocks, "phase": "closed", "sides": {"agency": ["o"]}}},
    }  # fmt: skip
    found += facts.take(fold, mended, shape, ("agency",))
    written = [(sign, kind, day, what.strip()) for _, sign, kind, day, what in FACTS]
    assert len(written) == 14
    corrected = [(f"{s:+d}", r.kind, r.day, _what(r, bool(i >= 12))) for i, (s, r) in enumerate(found)]
    assert corrected == written


def _what(row: Row, with_value: bool) -> str:
    if row.clock:
        return f"{row.clock} {row.status}"
    return f"{row.action or row.phase}" + (f" {row.values[0]}" if with_value else "")


@pytest.mark.parametrize(("part", "whole", "shown"), SHARES)
def test_rounding(part: str, whole: str, shown: str) -> None:
    figure = catalogue.of(shipped()).figures["penalty.on_time"]
    cells = reckon.Cells({(0, "o"): reckon.Tally(int(whole), 0, int(part), 0)})
    assert (reckon.result(figure, cells, 0, lambda key: True).value or "无") == shown


def test_the_tables_are_there() -> None:
    assert len(SHARES) == 9
