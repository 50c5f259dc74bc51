"""`fazhi plan import | list | show | match | accept` on a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.plans.build import TEXT

from fazhi.cli import main
from fazhi.plans.models import Plan

pytestmark = pytest.mark.usefixtures("demo_county")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "要点.txt"
    path.write_text(TEXT, "utf-8")
    return str(path)


def imported(file: str) -> str:
    assert main(["plan", "import", file]) == 0
    return str(Plan.objects.get().pk[:8])


def test_a_plan_is_kept_for_the_office_that_watches_over_such_tasks(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    id = imported(file)
    told = capsys.readouterr().out
    assert "3 项任务，2 个目标，等待县司法局核对" in told
    assert "县综合执法大队、各乡镇人民政府" in told
    assert id in told


def test_dry_run_keeps_nothing(file: str) -> None:
    assert main(["plan", "import", file, "--dry-run"]) == 0
    assert not Plan.objects.exists()


def test_from_import_to_hand_out_on_the_command_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    id = imported(file)
    assert main(["plan", "accept", id, "--as", "sifa", "--reviewed"]) == 2
    assert "“县综合执法大队”还没有匹配到单位" in capsys.readouterr().err
    assert main(["plan", "show", id]) == 0
    assert "可能是" in capsys.readouterr().out
    assert main(["plan", "match", id, "县综合执法大队", "zfj"]) == 0
    assert main(["plan", "match", id, "各乡镇人民政府", "--expand"]) == 0
    assert main(["plan", "accept", id, "--as", "sifa", "--reviewed"]) == 2
    assert "”还没有绑定指标" in capsys.readouterr().err  # a figure is chosen on the screen
    Plan.objects.get().targets.update(state="manual")
    assert main(["plan", "accept", id, "--as", "sifa", "--reviewed"]) == 0
    assert "已交办：3 项任务" in capsys.readouterr().out
    assert main(["plan", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["plans"][0]
    assert (listed["status"], listed["reviewed"], listed["total"]) == ("accepted", 3, 3)


def test_show_gives_json(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    id = imported(file)
    capsys.readouterr()
    assert main(["plan", "show", id, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [t["number"] for t in told["tasks"]] == ["1", "2", "3"]
    assert told["tasks"][0]["targets"][0]["value"] == "98"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "abcdef"], "没有这份计划"),
        (["show", "不是编号"], "没有这份计划"),
        (["match", "ID", "没有的名称", "zfj"], "没有待匹配的"),
        (["match", "ID", "县综合执法大队", "没有的单位"], "名录中没有"),
        (["accept", "ID", "--as", "nobody"], "没有用户名为"),
        (["accept", "ID", "--as", "fagai"], "没有任职"),
        (["list", "--county", "000000"], "没有代码为 000000"),
    ],
)
def test_bad_input_is_refused_in_words(
    file: str, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    id = imported(file)
    assert main(["plan", *[a.replace("ID", id) for a in arguments]]) == 2
    assert words in capsys.readouterr().err
