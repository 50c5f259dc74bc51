"""One case proved offline, by the script that outsiders get."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fazhi.ledger import checkpoint, keys, proof, seal
from fazhi.ledger.errors import LedgerError

from .build import Ledger, new_case

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "verify_case.py"


def load_script() -> Any:
    spec = importlib.util.spec_from_file_location("verify_case", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load_script()


@pytest.fixture
def ledger(home: Path) -> Ledger:
    return Ledger()


def exported(ledger: Ledger, **more: Any) -> dict[str, Any]:
    """A case of four events between others, as it leaves the house."""
    case = new_case()
    for _ in range(4):
        ledger.fill(cases=90, events=1)
        ledger.add(case, values={"说明": "现场检查"}, alg="sm3")
    seal.seal()
    return json.loads(json.dumps(proof.export_case(case, **more)))


class ProofContract:
    def test_an_outsider_sees_that_it_holds(self, ledger: Ledger, home: Path) -> None:
        export = exported(ledger)
        key = keys.signing_key(home).public_key().public_bytes_raw().hex()
        lines = script.check(export, [key])
        assert "4 条记录逐条相符" in lines[0]
        assert len(lines) == 2

    def test_without_a_key_of_one_s_own_the_result_says_so(self, ledger: Ledger) -> None:
        assert "未指定公钥" in script.check(exported(ledger), [])[-1]

    def test_it_continues_a_checkpoint_kept_from_earlier(self, ledger: Ledger) -> None:
        ledger.fill(cases=5, events=1)
        seal.seal()
        held = checkpoint.make()
        export = exported(ledger, since=held)
        assert any("只增未改" in line for line in script.check(export, [], held.export()))

    def test_an_earlier_checkpoint_needs_its_proof(self, ledger: Ledger) -> None:
        ledger.fill(cases=5, events=1)
        seal.seal()
        held = checkpoint.make()
        with pytest.raises(script.Wrong, match="--since"):
            script.check(exported(ledger), [], held.export())

    def test_what_is_not_sealed_yet_is_said(self, ledger: Ledger) -> None:
        export = exported(ledger)
        ledger.add(export["case"])
        again = proof.export_case(export["case"])
        assert (len(again["entries"]), again["unsealed"]) == (4, 1)
        assert any("尚未进入" in line for line in script.check(again, []))

    def test_an_unknown_case(self, home: Path) -> None:
        with pytest.raises(LedgerError, match="没有编号"):
            proof.export_case(new_case())

    def test_anything_altered_is_found(self, ledger: Ledger, home: Path, tmp_path: Path) -> None:
        ledger.fill(cases=5, events=1)
        seal.seal()
        held = checkpoint.make()
        text = json.dumps(exported(ledger, since=held))
        script.check(json.loads(text), [], held.export())
        for spoil in SPOILT:
            export = json.loads(text)
            spoil(export)
            with pytest.raises(script.Wrong):
                script.check(export, [], held.export())
        keys.ensure(tmp_path / "elsewhere")
        other = keys.signing_key(tmp_path / "elsewhere").public_key().public_bytes_raw().hex()
        with pytest.raises(script.Wrong, match="不是所给的公钥"):
            script.check(json.loads(text), [other])


def _body(export: dict[str, Any]) -> None:
    entry = export["entries"][1]
    entry["body"] = entry["body"].replace("现场检查", "现场复查")


def _dropped(export: dict[str, Any]) -> None:
    del export["entries"][1]


def _swapped(export: dict[str, Any]) -> None:
    export["entries"][1:3] = export["entries"][2:0:-1]


def _position(export: dict[str, Any]) -> None:
    export["entries"][2]["position"] += 1


def _path(export: dict[str, Any]) -> None:
    export["entries"][2]["proof"][0] = "00" * 32


def _case(export: dict[str, Any]) -> None:
    export["case"] = "0" * 32


def _root(export: dict[str, Any]) -> None:
    export["checkpoint"]["root"] = "00" * 32


def _growth(export: dict[str, Any]) -> None:
    export["since"]["proof"][0] = "00" * 32


SPOILT = (_body, _dropped, _swapped, _position, _path, _case, _root, _growth)


@pytest.mark.usefixtures("sqlite_db")
class TestProofOnSQLite(ProofContract):
    def test_the_script_stands_alone(self, ledger: Ledger, tmp_path: Path) -> None:
        """Without Django, without Fazhi; under two hundred lines, so that somebody can read it."""
        assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 200
        file = tmp_path / "case.json"
        export = exported(ledger)

        def run() -> tuple[int, str]:
            file.write_text(json.dumps(export), encoding="utf-8")
            done = subprocess.run(
                [sys.executable, "-P", SCRIPT, file],
                capture_output=True,
                text=True,
                env={"PYTHONUTF8": "1"},
                check=False,
            )
            return done.returncode, done.stdout + done.stderr

        code, out = run()
        assert (code, "逐条相符" in out) == (0, True)
        _body(export)
        code, out = run()
        assert (code, out) == (1, "不符：第2条记录的内容与摘要不符\n")
        export["entries"][0].pop("alg")
        code, out = run()
        assert code == 2
        assert "Traceback" not in out


@pytest.mark.usefixtures("pg_db")
class TestProofOnPostgreSQL(ProofContract):
    pass
