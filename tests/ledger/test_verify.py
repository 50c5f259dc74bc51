"""Whoever changes the ledger behind its back is found, and the first bad entry is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.databases import lift_guard

from fazhi.errors import UserError
from fazhi.ledger import access_log, chain, checkpoint, keys, seal, store, verify
from fazhi.ledger.access_log import Reader
from fazhi.ledger.verify import Report

from .build import COUNTY, Ledger, execute, new_case, rows


class World:
    """Six cases of five events each, sealed; two checkpoints, of half and of all; then the guard is gone."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.cases = self.ledger.fill(cases=6, events=2)
        seal.seal()
        self.early = checkpoint.make()
        for case in self.cases * 3:
            self.ledger.add(case)
        with connection.cursor() as cursor:
            for _ in range(3):
                access_log.record(cursor, Reader("p"), "view", cases=[])
        seal.seal()
        seal.seal_access()
        self.late = checkpoint.make()
        self.victim = self.cases[2]
        lift_guard(connection)

    def rewritten(self, case: str, seq: int, **said: Any) -> tuple[bytes, bytes]:
        """An event's bytes and hash as they would be with other words in it."""
        body = json.loads(
            rows("SELECT body FROM ledger_event WHERE case_id = %s AND seq = %s", case, seq)[0][0]
        )
        return chain.link(body | said)

    def forge_from(self, case: str, seq: int) -> None:
        """Rewrite one event and every later link of its case, so that the case's chain holds again."""
        body, hash = self.rewritten(case, seq, action="forged")
        replace(case, seq, body, hash)
        while rows("SELECT 1 FROM ledger_event WHERE case_id = %s AND seq = %s", case, seq + 1):
            seq += 1
            body, hash = self.rewritten(case, seq, prev=hash.hex())
            replace(case, seq, body, hash)

    def heads(self) -> Iterator[tuple[str, int, str]]:
        """What the floor above knows of each case."""
        return ((case, seq, hash.hex()) for case, (seq, hash) in self.ledger.heads.items())


def replace(case: str, seq: int, body: bytes, hash: bytes) -> None:
    execute(
        "UPDATE ledger_event SET body = %s, hash = %s WHERE case_id = %s AND seq = %s", body, hash, case, seq
    )


def event_id(case: str, seq: int) -> int:
    return int(rows("SELECT id FROM ledger_event WHERE case_id = %s AND seq = %s", case, seq)[0][0])


def named(report: Report) -> tuple[str | None, int | None]:
    assert not report.ok
    assert report.first_bad is not None
    return report.first_bad.case, report.first_bad.seq


class VerifyContract:
    @pytest.fixture(autouse=True)
    def _home(self, home: Path) -> None:
        """Keys of its own."""

    @pytest.fixture
    def world(self) -> World:
        return World()

    def test_an_untouched_ledger_holds(self, world: World) -> None:
        report = verify.verify(lambda case, bodies: None, world.heads, held=[world.early, world.late])
        assert report.as_json() == {
            "ok": True,
            "events": 30,
            "sealed": 30,
            "checkpoints": 2,
            "first_bad": None,
        }

    def test_an_empty_ledger_holds(self) -> None:
        assert verify.verify().as_json() == {
            "ok": True,
            "events": 0,
            "sealed": 0,
            "checkpoints": 0,
            "first_bad": None,
        }

    def test_both_algorithms_and_what_is_not_sealed_yet(self, world: World) -> None:
        world.ledger.add(world.victim, alg="sm3")
        world.ledger.add(world.victim)
        report = verify.verify()
        assert (report.ok, report.events, report.sealed) == (True, 32, 30)

    # -- changed

    def test_a_changed_body(self, world: World) -> None:
        body, _ = world.rewritten(world.victim, 3, action="forged")
        execute("UPDATE ledger_event SET body = %s WHERE case_id = %s AND seq = 3", body, world.victim)
        report = verify.verify()
        assert named(report) == (world.victim, 3)
        assert "摘要不符" in report.first_bad.why  # type: ignore[union-attr]

    def test_a_changed_body_with_its_hash(self, world: World) -> None:
        replace(world.victim, 3, *world.rewritten(world.victim, 3, action="forged"))
        report = verify.verify()
        assert named(report) == (world.victim, 4)
        assert "链接不符" in report.first_bad.why  # type: ignore[union-attr]

    def test_a_whole_chain_written_anew(self, world: World) -> None:
        world.forge_from(world.victim, 3)
        report = verify.verify()
        assert named(report) == (world.victim, 3)
        assert "封存" in report.first_bad.why  # type: ignore[union-attr]

    def test_a_whole_chain_and_its_seals_written_anew(self, world: World) -> None:
        world.forge_from(world.victim, 3)
        execute("UPDATE ledger_seal SET hash = (SELECT hash FROM ledger_event e WHERE e.id = event_id)")
        report = verify.verify()
        assert named(report) == (None, None)
        assert "根与现存记录不符" in report.first_bad.why  # type: ignore[union-attr]

    @pytest.mark.parametrize(("column", "value"), [("county", "350882"), ("alg", "sm3"), ("seq", 9)])
    def test_a_changed_column(self, world: World, column: str, value: object) -> None:
        execute(f"UPDATE ledger_event SET {column} = %s WHERE case_id = %s AND seq = 5", value, world.victim)
        assert named(verify.verify()) == (world.victim, 5)

    def test_an_event_moved_to_another_case(self, world: World) -> None:
        other = new_case()
        execute(
            "UPDATE ledger_event SET case_id = %s, seq = 1 WHERE case_id = %s AND seq = 5",
            other,
            world.victim,
        )
        assert named(verify.verify()) == (other, 1)

    # -- deleted

    def test_one_taken_out_of_the_middle(self, world: World) -> None:
        execute("DELETE FROM ledger_event WHERE case_id = %s AND seq = 3", world.victim)
        report = verify.verify()
        assert named(report) == (world.victim, 3)
        assert "缺少第3条" in report.first_bad.why  # type: ignore[union-attr]

    def test_the_end_of_a_case_cut_off(self, world: World) -> None:
        execute("DELETE FROM ledger_event WHERE case_id = %s AND seq >= 4", world.victim)
        report = verify.verify()
        assert "已不存在" in report.first_bad.why  # type: ignore[union-attr]
        assert named(verify.verify(heads=world.heads)) == (world.victim, 4)

    def test_a_whole_case_taken_away(self, world: World) -> None:
        execute("DELETE FROM ledger_event WHERE case_id = %s", world.victim)
        assert not verify.verify().ok
        assert named(verify.verify(heads=world.heads)) == (world.victim, 1)

    def test_the_unsealed_end_cut_off(self, world: World) -> None:
        """Nothing but the case's own row knows of it."""
        world.ledger.add(world.victim)
        execute("DELETE FROM ledger_event WHERE case_id = %s AND seq = 6", world.victim)
        assert named(verify.verify(heads=world.heads)) == (world.victim, 6)

    # -- put in

    def test_one_put_between(self, world: World) -> None:
        body, hash = chain.link({"schema": 1, "case": world.victim, "seq": 6, "prev": "", "county": COUNTY})
        put(world.victim, 6, hash, body)
        report = verify.verify()
        assert named(report) == (world.victim, 6)
        assert "链接不符" in report.first_bad.why  # type: ignore[union-attr]

    def test_a_second_event_of_the_same_place(self, world: World) -> None:
        body, hash = chain.link({"schema": 1, "case": world.victim, "seq": 2, "prev": "", "county": COUNTY})
        with pytest.raises(Exception, match=r"(?i)unique"):
            put(world.victim, 2, hash, body)

    def test_a_whole_case_put_in_behind_the_sealer_s_back(self, world: World) -> None:
        row = Ledger().row(new_case())
        self.put_in_the_past(row)
        report = verify.verify()
        assert named(report) == (row.case, 1)
        assert "未封存" in report.first_bad.why  # type: ignore[union-attr]

    def put_in_the_past(self, row: store.Row) -> None:
        raise NotImplementedError

    def test_an_event_with_a_body_that_is_no_record(self, world: World) -> None:
        case = new_case()
        put(case, 1, chain.digest(b"[]"), b"[]")
        assert named(verify.verify()) == (case, 1)

    def test_a_schema_number_that_is_not_known(self, world: World) -> None:
        row = Ledger().row(new_case(), schema=2)
        put(row.case, 1, row.hash, row.body)
        report = verify.verify()
        assert named(report) == (row.case, 1)
        assert "格式版本" in report.first_bad.why  # type: ignore[union-attr]

    # -- reordered

    def test_two_events_that_changed_places_in_the_table(self, world: World) -> None:
        one, two = event_id(world.victim, 3), event_id(world.victim, 4)
        execute("UPDATE ledger_event SET id = -1 WHERE id = %s", one)
        execute("UPDATE ledger_event SET id = %s WHERE id = %s", one, two)
        execute("UPDATE ledger_event SET id = %s WHERE id = -1", two)
        assert named(verify.verify()) == (world.victim, 3)

    def test_two_events_that_changed_numbers(self, world: World) -> None:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            execute(
                "UPDATE ledger_event SET seq = %s WHERE case_id = %s AND seq = %s", new, world.victim, old
            )
        assert named(verify.verify()) == (world.victim, 3)

    def test_two_places_that_were_exchanged(self, world: World) -> None:
        (a, ha), (b, hb) = rows(
            "SELECT event_id, hash FROM ledger_seal WHERE position IN (7, 9) ORDER BY position"
        )
        execute("UPDATE ledger_seal SET event_id = -1 WHERE position = 7")
        execute("UPDATE ledger_seal SET event_id = %s, hash = %s WHERE position = 9", a, ha)
        execute("UPDATE ledger_seal SET event_id = %s, hash = %s WHERE position = 7", b, hb)
        report = verify.verify()
        assert "根与现存记录不符" in report.first_bad.why  # type: ignore[union-attr]

    # -- truncated

    def truncate(self, keep: int) -> None:
        """As if the ledger had ended with position `keep`."""
        execute(
            "DELETE FROM ledger_event WHERE id IN (SELECT event_id FROM ledger_seal WHERE position > %s)",
            keep,
        )
        execute("DELETE FROM ledger_seal WHERE position > %s", keep)

    def test_a_tail_cut_off_with_its_seals(self, world: World) -> None:
        self.truncate(20)
        report = verify.verify()
        assert report.first_bad is not None
        assert "末尾被截断" in report.first_bad.why
        assert named(verify.verify(heads=world.heads))[0] in world.cases

    def test_a_tail_cut_off_with_its_seals_and_checkpoint(self, world: World) -> None:
        """Only who holds a checkpoint elsewhere can see it."""
        self.truncate(20)
        execute("DELETE FROM ledger_checkpoint WHERE size > 20")
        assert verify.verify().ok
        report = verify.verify(held=[world.late])
        assert "外部保存的检查点" in report.first_bad.why  # type: ignore[union-attr]

    def test_a_gap_in_the_order(self, world: World) -> None:
        execute("DELETE FROM ledger_seal WHERE position = 4")
        assert any("缺口" in bad.why for bad in verify.verify().bad)

    def test_nodes_of_the_tree(self) -> None:
        Ledger().fill(cases=520, events=1)
        seal.seal()
        assert verify.verify().ok
        lift_guard(connection)
        execute("UPDATE ledger_node SET hash = %s WHERE place = 1", bytes(32))
        report = verify.verify()
        assert "节点" in report.first_bad.why  # type: ignore[union-attr]

    # -- the signer

    def test_a_lying_store_with_two_histories(self, world: World, home: Path) -> None:
        """The keeper of key and database writes everything anew and signs it: inside, all is well."""
        world.forge_from(world.victim, 2)
        execute("UPDATE ledger_seal SET hash = (SELECT hash FROM ledger_event e WHERE e.id = event_id)")
        execute("DELETE FROM ledger_checkpoint")
        second = checkpoint.make()
        assert verify.verify().ok
        report = verify.verify(held=[world.early])
        assert "外部保存的检查点" in report.first_bad.why  # type: ignore[union-attr]
        proof = checkpoint.consistency(world.early, second)
        assert not checkpoint.continues(world.early, second, proof)

    def test_an_altered_checkpoint(self, world: World) -> None:
        execute("UPDATE ledger_checkpoint SET signature = %s WHERE size = 12", bytes(64))
        report = verify.verify()
        assert report.first_bad is not None
        assert "签名不符" in report.first_bad.why

    def test_a_checkpoint_of_a_foreign_key(self, world: World, tmp_path: Path) -> None:
        execute("DELETE FROM ledger_checkpoint")
        keys.ensure(tmp_path / "elsewhere")
        checkpoint.make(home=tmp_path / "elsewhere")
        assert "没有这把公钥" in verify.verify().first_bad.why  # type: ignore[union-attr]

    def test_a_held_checkpoint_that_was_altered(self, world: World) -> None:
        altered = checkpoint.load(world.late.export() | {"root": "00" * 32})
        assert "签名不符" in verify.verify(held=[altered]).first_bad.why  # type: ignore[union-attr]

    # -- folded again

    def test_a_case_that_folds_to_something_else(self, world: World) -> None:
        def refold(case: str, bodies: list[dict[str, Any]]) -> str | None:
            assert [body["seq"] for body in bodies] == [1, 2, 3, 4, 5]
            assert all(body["case"] == case for body in bodies)
            return "阶段应为立案，库中为结案" if case == world.victim else None

        report = verify.verify(refold)
        assert named(report) == (world.victim, 5)
        assert report.first_bad is not None
        assert report.first_bad.why == "阶段应为立案，库中为结案"
        assert report.bad_count == 1

    def test_every_case_is_folded_once_across_pages(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(verify, "PAGE", 4)
        folded: list[str] = []
        verify.verify(lambda case, bodies: folded.append(f"{case}:{len(bodies)}"))  # type: ignore[func-returns-value]
        assert folded == sorted(f"{case}:5" for case in world.cases)

    def test_a_fold_that_fails_is_a_finding(self, world: World) -> None:
        def refold(case: str, bodies: list[dict[str, Any]]) -> str | None:
            if case == world.cases[0]:
                raise UserError("找不到程序定义")
            if case == world.cases[1]:
                raise KeyError("phase")
            return None

        report = verify.verify(refold)
        assert {bad.case: bad.why for bad in report.bad} == {
            world.cases[0]: "找不到程序定义",
            world.cases[1]: "由记录重算案件失败（KeyError: 'phase'）",
        }

    def test_a_broken_case_is_not_folded(self, world: World) -> None:
        execute("UPDATE ledger_event SET body = %s WHERE case_id = %s AND seq = 3", b"{", world.victim)
        folded: list[str] = []
        report = verify.verify(lambda case, bodies: folded.append(case))  # type: ignore[func-returns-value]
        assert named(report) == (world.victim, 3)
        assert sorted(folded) == sorted(set(world.cases) - {world.victim})

    def test_heads_that_differ(self, world: World) -> None:
        world.ledger.heads[world.victim] = (5, bytes(32))
        assert named(verify.verify(heads=world.heads)) == (world.victim, 5)
        world.ledger.heads[world.victim] = (4, bytes(32))
        assert named(verify.verify(heads=world.heads)) == (world.victim, 5)

    # -- the access log

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_access SET body = hash WHERE id = (SELECT min(id) FROM ledger_access)",
            "DELETE FROM ledger_access WHERE id = (SELECT max(id) FROM ledger_access)",
            "DELETE FROM ledger_access_seal WHERE position = 2",
            "DELETE FROM ledger_access_seal WHERE position = 3",
            "DELETE FROM ledger_access_batch",
            "UPDATE ledger_access_batch SET body = hash",
        ],
    )
    def test_an_altered_access_log(self, world: World, statement: str) -> None:
        execute(statement)
        assert "查阅日志" in verify.verify().first_bad.why  # type: ignore[union-attr]

    def test_an_access_log_written_anew_is_not_the_one_that_was_signed(self, world: World) -> None:
        for table in ("ledger_access_batch", "ledger_access_seal", "ledger_access"):
            execute(f"DELETE FROM {table}")
        with connection.cursor() as cursor:
            access_log.record(cursor, Reader("somebody else"), "view", cases=[])
        seal.seal_access()
        assert any("查阅日志第1批与" in bad.why for bad in verify.verify().bad)

    # --

    def test_many_bad_entries_are_counted(self, world: World) -> None:
        Ledger().fill(cases=100, events=1)
        execute("UPDATE ledger_event SET body = %s", b"{}")
        report = verify.verify()
        assert report.bad_count >= 130
        assert len(report.bad) == 50


def put(case: str, seq: int, hash: bytes, body: bytes) -> None:
    execute(
        "INSERT INTO ledger_event (case_id, seq, county, alg, hash, body) VALUES (%s, %s, %s, 'sha256', %s, %s)",
        case,
        seq,
        COUNTY,
        hash,
        body,
    )


@pytest.mark.usefixtures("sqlite_db")
class TestVerifyOnSQLite(VerifyContract):
    def put_in_the_past(self, row: store.Row) -> None:
        put(row.case, row.seq, row.hash, row.body)
        execute("UPDATE ledger_event SET id = 0 WHERE case_id = %s", row.case)


@pytest.mark.usefixtures("pg_db")
class TestVerifyOnPostgreSQL(VerifyContract):
    def put_in_the_past(self, row: store.Row) -> None:
        put(row.case, row.seq, row.hash, row.body)
        execute("UPDATE ledger_event SET xid = '3'::xid8 WHERE case_id = %s", row.case)
