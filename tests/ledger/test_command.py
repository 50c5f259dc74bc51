"""`fazhi verify`, `checkpoint` and `prove` from the outside."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.db import connection
from tests.databases import lift_guard

from fazhi import cli
from fazhi.ledger import checkpoint, seal

from .build import Ledger, execute

pytestmark = pytest.mark.usefixtures("sqlite_db", "home", "no_cases")


@pytest.fixture
def no_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the floor above, whether it is there or not."""
    monkeypatch.setattr("fazhi.ledger.command._from_cases", lambda: (None, None))


@pytest.fixture
def case() -> str:
    return Ledger().fill(cases=3, events=2)[1]


def spoil(case: str) -> None:
    lift_guard(connection)
    execute("UPDATE ledger_event SET body = %s WHERE case_id = %s AND seq = 2", b"{}", case)


def test_a_good_ledger(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    seal.seal()
    checkpoint.make()
    assert cli.main(["verify", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"ok": True, "events": 6, "sealed": 6, "checkpoints": 1, "first_bad": None}


def test_a_bad_entry(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(case)
    assert cli.main(["verify", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["first_bad"] == {"case": case, "seq": 2, "why": "内容与摘要不符，内容或摘要被改动"}


def test_in_words(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify"]) == 0
    assert "核验通过" in capsys.readouterr().out
    spoil(case)
    assert cli.main(["verify"]) == 1
    assert f"案件 {case} 第2条：内容与摘要不符" in capsys.readouterr().out


def test_a_checkpoint_goes_out_and_is_held_against_us(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "point.json"
    assert cli.main(["checkpoint", "--out", str(file)]) == 0
    assert json.loads(file.read_text())["size"] == 6
    assert cli.main(["verify", "--checkpoint", str(file)]) == 0
    lift_guard(connection)
    for table in ("ledger_checkpoint", "ledger_seal", "ledger_event"):
        execute(f"DELETE FROM {table}")
    capsys.readouterr()
    assert cli.main(["verify", "--json"]) == 0
    assert cli.main(["verify", "--json", "--checkpoint", str(file)]) == 1
    assert "末尾被截断" in capsys.readouterr().out


def test_a_case_is_proved(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["prove", case]) == 0
    assert [entry["seq"] for entry in json.loads(capsys.readouterr().out)["entries"]] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "--checkpoint", "not-there.json"], "读不到文件"),
        (["verify", "--checkpoint", "BROKEN"], "不是 JSON"),
        (["verify", "--checkpoint", "LIST"], "不是一个检查点"),
        (["prove", "0" * 32], "没有编号"),
        (["checkpoint", "--out", "no/such/folder/point.json"], "不能写入"),
    ],
)
def test_bad_input_is_said(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "BROKEN").write_bytes(b"\xff{")
    (tmp_path / "LIST").write_text("[1]")
    arguments = [str(tmp_path / a) if a.isupper() else a for a in arguments]
    assert cli.main(arguments) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "处理：" in said


def test_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    lift_guard(connection)
    execute("DROP TABLE ledger_event")
    assert cli.main(["verify"]) == 2
    assert "fazhi init" in capsys.readouterr().err


def test_the_floor_above_is_found_by_name(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fazhi.ledger import command

    monkeypatch.undo()
    cases, refold = ModuleType("fazhi.cases"), ModuleType("fazhi.cases.refold")
    cases.__path__ = []
    refold.__spec__ = cases.__spec__ = sys.__spec__
    refold.refold = lambda case, bodies: "不符"  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "fazhi.cases", cases)
        patch.setitem(sys.modules, "fazhi.cases.refold", refold)
        assert command._from_cases() == (refold.refold, None)
