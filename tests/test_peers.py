"""The benchmark against others: each finishes one case with the same data, and none of them gets into the product."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from benchmarks.peers.__main__ import BEGIN, END, NEEDS, RUNNERS, missing, set_page

ROOT = Path(__file__).parents[1]
PEERS = [name for name, path in RUNNERS.items() if "peers" in path]
ONE = """
import importlib, sys
from benchmarks.turns import check
module, _, function = sys.argv[1].partition(":")
runner = getattr(importlib.import_module(module), function)("sqlite", True)
check(runner, runner.one())
"""


@pytest.mark.parametrize("name", ["raw", *(n for n in PEERS if "functions" not in n)])
def test_a_runner_takes_a_case_through_the_six_steps_and_finds_it_stored(name: str, tmp_path: Path) -> None:
    if name in PEERS and (lacking := missing()):
        pytest.skip(f"未安装 {'、'.join(lacking)}（pip install --group bench）：同类软件只用于基准测试")
    env = {**os.environ, "FAZHI_HOME": str(tmp_path), "FAZHI_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", ONE, RUNNERS[name]], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_case_that_was_not_stored_whole_is_not_counted() -> None:
    from benchmarks.turns import Runner, check

    with pytest.raises(RuntimeError, match="5 steps"):
        check(Runner(lambda: 1, lambda case: (5, None)), 1)
    with pytest.raises(RuntimeError, match="given"):
        check(Runner(lambda: 1, lambda case: (6, {"cause": "b"})), 1)


def test_the_group_is_no_dependency_and_nothing_of_the_product_imports_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kept = project["project"]["dependencies"] + [
        x for some in project["project"]["optional-dependencies"].values() for x in some
    ]
    locked = "".join(f.read_text(encoding="utf-8") for f in ROOT.glob("requirements*.lock"))
    sources = [f.read_text(encoding="utf-8") for f in (ROOT / "src").rglob("*.py")]
    for module, package in NEEDS.items():
        assert not any(x.lower().startswith(package.lower()) for x in kept)
        assert f"{package.lower()}==" not in locked.lower()
        assert not any(f"import {module}" in text or f"from {module}" in text for text in sources)


def test_the_page_takes_its_figures_from_the_run(tmp_path: Path) -> None:
    page = tmp_path / "peers.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    found = {
        "database": "postgresql", "processes": 4, "rounds": 2, "seconds": 1.0,
        "cases_per_second": {"ours": 30.0, "raw": 60.0}, "client_ms_per_step": {"ours": 0.5, "raw": 0.1},
        "runs": {"ours": [29.6, 30.4], "raw": [60.0, 60.0]}, "to_raw": {"ours": 0.5, "raw": 1.0},
        "ours_to": {"raw": 0.5},
    }  # fmt: skip
    report = {"date": "2026-11-22", "machine": "m", "load_before": 0.1, "versions": {"x": "1"}}
    set_page(page, report | {"results": [found]})
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| ours | 30 | 0.50 |  | 0.50 | 30 30 |" in text
    assert "PostgreSQL, 4 processes" in text


def test_the_shipped_page_has_the_marks() -> None:
    text = (ROOT / "docs/benchmarks/peers.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
