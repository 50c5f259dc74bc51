"""Every shipped definition's scenarios run, and every action, outcome, need, clock, fact and paper of it is touched."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from fazhi.law import Calendar
from fazhi.procedures import library, scenarios

CALENDAR = Calendar.shipped()
definition = cache(library.read)
scenarios_of = cache(scenarios.read)
FILES = library.files()


def beside(path: Path) -> Path:
    return path.with_name(path.name.replace(".yaml", ".scenarios.yaml"))


def cases() -> list[tuple[Path, int, str]]:
    found = []
    for path in FILES:
        if beside(path).exists():
            data = scenarios_of(beside(path))
            found += [(path, i, s["name"]) for i, s in enumerate(data["scenarios"])]
    return found


@pytest.mark.parametrize(
    ("path", "index", "name"), cases(), ids=lambda v: v.stem if isinstance(v, Path) else str(v)
)
def test_scenario(path: Path, index: int, name: str) -> None:
    data = scenarios_of(beside(path))
    one = {**data, "scenarios": [data["scenarios"][index]]}
    outcome = scenarios.run_file(definition(path), one, CALENDAR)[0]
    assert not outcome.problems, f"{name}\n" + "\n".join(outcome.problems)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_scenarios_touch_the_whole_definition(path: Path) -> None:
    assert beside(path).exists(), f"{path.stem} 没有情景文件"
    d = definition(path)
    coverage = scenarios.Coverage()
    scenarios.run_file(d, scenarios_of(beside(path)), CALENDAR, coverage)
    assert scenarios.wanting(d, coverage) == []


def test_versions_of_a_procedure_do_not_overlap() -> None:
    assert library.read_all().names()
