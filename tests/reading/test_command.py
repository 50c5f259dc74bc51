"""`fazhi check`: one object a line, a linter's lines, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fazhi.cli import main

GOOD = "排查纠纷500件，化解487件，化解率97.4%。\n"
BAD = "总体情况\n排查纠纷500件，化解487件，化解率94.7%。\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    for name, text in {"good.txt": GOOD, "bad.txt": BAD, "empty.txt": ""}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in ("good.txt", "bad.txt", "empty.txt", "absent.txt")}


def test_json_has_a_line_for_each_file_in_order(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--json", files["bad.txt"], files["good.txt"]]) == 1
    bad, good = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (bad["file"], good["file"]) == (files["bad.txt"], files["good.txt"])
    assert bad["figures"][-1] == {
        "start": BAD.index("94.7%"),
        "end": BAD.index("94.7%") + 5,
        "text": "94.7%",
        "value": "94.7",
        "unit": "%",
        "kind": "percent",
    }
    (finding,) = bad["findings"]
    assert finding["grade"] == "error"
    assert finding["rule"] == "share"
    assert finding["repair"] == "94.7%→97.4%"
    assert [BAD[start:end] for start, end in finding["spans"]] == ["94.7%", "487", "500"]
    assert good["findings"] == []


def test_lines_name_file_line_and_column(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", files["bad.txt"]]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(f"{files['bad.txt']}:2:20: 错误 share ")


def test_no_error_is_zero(files: dict[str, str]) -> None:
    assert main(["check", files["good.txt"]]) == 0


@pytest.mark.parametrize("unread", ["empty.txt", "absent.txt"])
def test_a_file_that_cannot_be_read_is_two_and_the_others_are_checked(
    files: dict[str, str], unread: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--json", files[unread], files["bad.txt"]]) == 2
    told = capsys.readouterr()
    assert unread in told.err
    assert "处理：" in told.err
    assert len(told.out.splitlines()) == 1
