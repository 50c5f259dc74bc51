"""Every example of docs/algorithms/periods.md is what the program answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from fazhi.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "periods.md"
EXAMPLE = re.compile(r"\| `(--from [^`]+)`[^|]*\| ([0-9T:+-]+) \|(?: (yes|no) \|)?")
EXAMPLES = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == PAGE.read_text(encoding="utf-8").count("| `--from") > 30


@pytest.mark.parametrize(("arguments", "due", "provisional"), EXAMPLES)
def test_worked_example(
    capsys: pytest.CaptureFixture[str], arguments: str, due: str, provisional: str
) -> None:
    assert main(["deadline", *arguments.split(), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["due"], answer["provisional"]) == (due, provisional == "yes")
