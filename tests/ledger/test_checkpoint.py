"""Signed checkpoints: exported, read elsewhere, and proved to continue one another."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from django.db import connection
from tests.databases import lift_guard

from fazhi.ledger import access_log, checkpoint, keys, seal
from fazhi.ledger.access_log import Reader
from fazhi.ledger.errors import Altered, BadCheckpoint

from .build import Ledger, execute, new_case, rows

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def grown(ledger: Ledger, by: int) -> checkpoint.Checkpoint:
    ledger.fill(cases=by, events=1)
    seal.seal()
    return checkpoint.make(now=NOW)


@pytest.mark.usefixtures("home")
class CheckpointContract:
    def test_says_size_root_and_time(self) -> None:
        point = grown(Ledger(), 3)
        assert (point.size, point.time) == (3, "2026-11-21T08:00:00Z")
        checkpoint.verify(point)

    def test_an_empty_ledger_can_be_signed(self) -> None:
        assert checkpoint.make(now=NOW).size == 0

    def test_goes_out_and_comes_back(self) -> None:
        point = grown(Ledger(), 3)
        there = json.loads(json.dumps(point.export()))
        assert sorted(there) == ["access", "key", "public_key", "root", "schema", "signature", "size", "time"]
        again = checkpoint.load(there)
        assert again == point
        checkpoint.verify(again, trusted=there["public_key"])

    def test_nothing_new_nothing_signed(self) -> None:
        first = grown(Ledger(), 3)
        assert checkpoint.make() == first
        assert rows("SELECT count(*) FROM ledger_checkpoint") == [(1,)]

    def test_a_sealed_access_log_is_signed_too(self) -> None:
        first = grown(Ledger(), 1)
        with connection.cursor() as cursor:
            access_log.record(cursor, Reader("p"), "view", cases=[new_case()])
        seal.seal_access()
        second = checkpoint.make()
        assert (first.access, second.access[0]) == ((0, ""), 1)
        assert second.access[1] == bytes(rows("SELECT hash FROM ledger_access_batch")[0][0]).hex()

    def test_any_two_are_provably_consistent(self) -> None:
        ledger = Ledger()
        points = [checkpoint.make(now=NOW), *(grown(ledger, by) for by in (1, 2, 1, 252, 1, 300, 513))]
        for old, new in combinations(points, 2):
            assert checkpoint.continues(old, new, checkpoint.consistency(old, new))

    @pytest.mark.parametrize("field", ["size", "root", "time", "key", "access", "signature"])
    def test_an_altered_one_is_refused(self, field: str) -> None:
        there = grown(Ledger(), 3).export()
        other = {"size": 4, "root": "00" * 32, "time": "2026-11-22T08:00:00Z", "key": "0" * 16}
        other |= {"access": {"batches": 1, "head": ""}, "signature": "00" * 64}
        with pytest.raises(BadCheckpoint):
            checkpoint.verify(checkpoint.load(there | {field: other[field]}), trusted=there["public_key"])

    def test_one_signed_by_somebody_else_is_refused(self, tmp_path: Path) -> None:
        keys.ensure(tmp_path / "elsewhere")
        Ledger().fill(cases=2, events=1)
        seal.seal()
        foreign = checkpoint.make(home=tmp_path / "elsewhere")
        with pytest.raises(BadCheckpoint, match="没有这把公钥"):
            checkpoint.verify(foreign)

    def test_old_ones_hold_after_a_change_of_keys(self, home: Path) -> None:
        ledger = Ledger()
        old = grown(ledger, 2)
        keys.rotate_signing_key(home)
        new = grown(ledger, 2)
        assert old.key != new.key
        checkpoint.verify(old)
        checkpoint.verify(new)

    @pytest.mark.parametrize("text", ["[]", "{}", '"x"', "3", '{"size": 1}'])
    def test_what_is_no_checkpoint(self, text: str) -> None:
        with pytest.raises(BadCheckpoint, match="不是一个检查点"):
            checkpoint.load(json.loads(text))

    def test_a_rewritten_ledger_is_not_signed(self) -> None:
        ledger = Ledger()
        grown(ledger, 3)
        lift_guard(connection)
        execute("UPDATE ledger_seal SET hash = %s WHERE position = 2", bytes(32))
        ledger.fill(cases=1, events=1)
        seal.seal()
        with pytest.raises(Altered, match="不一致"):
            checkpoint.make()


@pytest.mark.usefixtures("sqlite_db")
class TestCheckpointOnSQLite(CheckpointContract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestCheckpointOnPostgreSQL(CheckpointContract):
    pass
