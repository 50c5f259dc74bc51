"""Plans of other genres, written before the rules that read them: how much is found, how much is wrong.

The sets are told apart in docs/algorithms/plan-targets.md: `a` was looked at while rules were written, `b` was measured once
before and once after, `c` only at the end. The page states the figures that are measured here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.plans import measuring

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "plan-targets.md").read_text("utf-8")
KINDS = {
    "tasks": "tasks",
    "leads": "leads",
    "cooperating": "cooperating organs",
    "targets": "targets",
    "dues": "targets with their day",
}


@pytest.mark.parametrize("prefix", ["a", "b", "c"])
def test_the_page_states_what_is_measured(prefix: str) -> None:
    score = measuring.of_all(prefix)
    for kind, title in KINDS.items():
        right, read, wanted = score.line(kind)
        row = re.search(
            rf"^\| {prefix} \| {title} \| (\d+) of (\d+) \| (\d+) of (\d+) \|", PAGE, re.MULTILINE
        )
        assert row is not None, f"no line for {prefix}, {title}"
        assert tuple(map(int, row.groups())) == (right, wanted, read - right, read), "\n".join(score.wrong)


@pytest.mark.parametrize("name", measuring.texts(""))
def test_no_task_of_any_genre_is_lost_or_invented(name: str) -> None:
    right, read, wanted = measuring.of(name).line("tasks")
    assert (right, read) == (wanted, wanted)
