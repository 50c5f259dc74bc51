"""`fazhi procedure new`: a starter that has no finding, whatever the statute, and is never written over anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from fazhi.cli import main

GIVEN = ["--title", "占用道路许可", "--statute", "行政许可法", "--from", "2026-03-02"]


def new(folder: Path, name: str = "road_permit", given: list[str] = GIVEN) -> int:
    return main(["procedure", "new", name, *given, "--in", str(folder)])


@pytest.mark.parametrize(
    "day", ["2026-03-02", "2025-09-26", "2027-01-01"]
)  # before a holiday; a year without notice
def test_the_starter_has_no_finding(tmp_path: Path, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(tmp_path, given=[*GIVEN[:4], "--from", day]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "road_permit.documents.yaml", "road_permit.scenarios.yaml", "road_permit.yaml",
    ]  # fmt: skip
    capsys.readouterr()
    assert main(["procedure", "lint", str(tmp_path / "road_permit.yaml")]) == 0, capsys.readouterr().out


def test_a_statute_that_is_not_registered_is_said_in_the_file(tmp_path: Path) -> None:
    assert new(tmp_path, given=["--title", "试", "--statute", "《某某条例》", "--from", "2026-03-02"]) == 0
    text = (tmp_path / "road_permit.yaml").read_text(encoding="utf-8")
    assert "statute: 某某条例   # 还没有登记" in text
    assert main(["procedure", "lint", str(tmp_path / "road_permit.yaml")]) == 0


def test_no_article_is_invented(tmp_path: Path) -> None:
    new(tmp_path)
    text = (tmp_path / "road_permit.yaml").read_text(encoding="utf-8")
    cited = {line.split("law: ")[1].strip("}, ") for line in text.splitlines() if "law: 行" in line}
    assert cited == {"行政复议法 第二十条第一款", "行政诉讼法 第四十六条第一款"}


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("道路", GIVEN, "小写英文字母"),
        ("penalty", GIVEN, "已有名为「penalty」的程序"),
        ("road", GIVEN[:2], "--statute"),
        ("road", ["--title", "a: {", *GIVEN[2:]], "另有用处的符号"),
        ("road", [*GIVEN[:4], "--from", "2019-01-01"], "没有施行的版本"),
        ("road", [*GIVEN[:4], "--from", "2026-02-30"], "不是有效的日期"),
    ],
)
def test_what_will_not_do_is_told(
    tmp_path: Path, name: str, given: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(tmp_path, name, given) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "road_permit.documents.yaml").write_text("mine", encoding="utf-8")
    assert new(tmp_path) == 2
    assert "没有覆盖" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["road_permit.documents.yaml"]
