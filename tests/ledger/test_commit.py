"""Personal values beside the chain: committed to, encrypted, opened with a trace, erased for good."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from tests.databases import lift_guard

from fazhi.ledger import access_log, chain, commit, keys
from fazhi.ledger.access_log import Reader
from fazhi.ledger.commit import ERASED, Kept
from fazhi.ledger.errors import Altered, KeyTrouble

from .build import execute, new_case, rows

READER = Reader(person="p" * 32, post="q" * 32, organ="o" * 32)
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def keep(case: str, *values: Any, field: str = "party.name", alg: str = "sha256") -> list[str]:
    kept = []
    for value in values:
        commitment, salt = commit.commit(value, alg)
        kept.append(Kept(commitment, salt, value, field, alg))
    with transaction.atomic(), connection.cursor() as cursor:
        commit.store(cursor, case, kept)
    return [k.commitment for k in kept]


def erase(*commitments: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        return commit.erase(cursor, commitments, NOW)


def test_a_commitment_is_the_digest_of_salt_and_value() -> None:
    commitment, salt = commit.commit({"name": "张三"})
    assert len(salt) == 16
    assert commitment == chain.digest(salt + '{"name":"张三"}'.encode()).hex()
    assert commit.holds(commitment, salt, {"name": "张三"})
    assert not commit.holds(commitment, salt, {"name": "李四"})
    assert not commit.holds(commitment, bytes(16), {"name": "张三"})


def test_the_same_value_never_gives_the_same_commitment() -> None:
    assert commit.commit("张三")[0] != commit.commit("张三")[0]


def test_sm3_and_bytes() -> None:
    commitment, salt = commit.commit(b"\x00scan", "sm3")
    assert commitment == chain.digest(salt + b"\x00scan", "sm3").hex()


@pytest.mark.usefixtures("home")
class PersonalContract:
    def test_opens_as_it_was_kept(self) -> None:
        values = ["张三", {"id": "35", "name": "李四"}, 7, None, ["a"], b"\x00\xff scan"]
        commitments = keep(new_case(), *values)
        opened = commit.open_(commitments, READER)
        assert [opened[c] for c in commitments] == values

    def test_the_words_are_nowhere_in_the_table(self) -> None:
        keep(new_case(), "张三丰张三丰")
        box = bytes(rows("SELECT ciphertext FROM ledger_personal")[0][0])
        assert "张三丰".encode() not in box

    def test_opening_leaves_a_trace_without_words(self) -> None:
        case = new_case()
        commitments = keep(case, "张三", "李四")
        commit.open_(commitments, READER)
        (line,) = access_log.lines(case=case)
        said = {k: line.body[k] for k in ("person", "post", "organ", "what", "cases", "fields", "count")}
        assert said == {
            "person": READER.person,
            "post": READER.post,
            "organ": READER.organ,
            "what": "open",
            "cases": [case],
            "fields": ["party.name"],
            "count": 2,
        }
        assert "张三" not in str(line.body)
        assert access_log.lines(person="somebody else") == []

    def test_nothing_is_opened_where_the_trace_cannot_be_written(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commitments = keep(new_case(), "张三")

        def fail(*_: object, **__: object) -> None:
            raise OSError

        monkeypatch.setattr(access_log, "record", fail)
        monkeypatch.setattr(commit, "_open", lambda row: pytest.fail("opened before it was logged"))
        with pytest.raises(OSError):
            commit.open_(commitments, READER)

    def test_erasing_takes_value_and_salt_together(self) -> None:
        case = new_case()
        gone, kept = keep(case, "张三", "李四")
        assert erase(gone) == 1
        opened = commit.open_([gone, kept], READER)
        assert opened[gone] is ERASED
        assert not opened[gone]
        assert opened[kept] == "李四"
        assert rows("SELECT salt, ciphertext FROM ledger_personal WHERE commitment = %s", gone) == [
            (None, None)
        ]
        assert commit.of_case(case) == [(gone, "party.name", False), (kept, "party.name", True)]

    def test_erasing_twice_is_no_harm(self) -> None:
        (commitment,) = keep(new_case(), "张三")
        assert (erase(commitment), erase(commitment)) == (1, 0)

    def test_more_than_a_statement_holds(self) -> None:
        commitments = keep(new_case(), *range(1201))
        assert list(commit.open_(commitments, READER).values()) == list(range(1201))
        assert erase(*commitments) == 1201

    def test_an_unknown_commitment_is_refused(self) -> None:
        with pytest.raises(Altered, match="不存在"):
            commit.open_(["0" * 64], READER)

    @pytest.mark.parametrize("column", ["salt", "ciphertext", "case_id", "field"])
    def test_a_value_altered_or_moved_does_not_open(self, column: str) -> None:
        one, other = keep(new_case(), "张三", field="a") + keep(new_case(), "李四", field="b")
        lift_guard(connection)
        execute(
            f"UPDATE ledger_personal SET {column} = (SELECT {column} FROM ledger_personal WHERE commitment = %s)"
            " WHERE commitment = %s",
            other,
            one,
        )
        with pytest.raises(Altered, match="不符"):
            commit.open_([one], READER)

    def test_another_key_is_named_as_the_reason(self, home: Path) -> None:
        (commitment,) = keep(new_case(), "张三")
        (home / "keys" / "data_key").unlink()
        keys.ensure(home)
        with pytest.raises(KeyTrouble, match="现在的数据密钥"):
            commit.open_([commitment], READER)


@pytest.mark.usefixtures("sqlite_db")
class TestPersonalOnSQLite(PersonalContract):
    def test_erased_bytes_are_gone_from_the_file(self, tmp_path: Path) -> None:
        (commitment,) = keep(new_case(), "张三" * 200)
        salt, box = (bytes(v) for v in rows("SELECT salt, ciphertext FROM ledger_personal")[0])
        execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file = tmp_path / "fazhi.sqlite3"
        assert salt in file.read_bytes()
        assert box[100:200] in file.read_bytes()
        erase(commitment)
        execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert salt not in file.read_bytes()
        assert box[100:200] not in file.read_bytes()


@pytest.mark.usefixtures("pg_db")
class TestPersonalOnPostgreSQL(PersonalContract):
    pass
