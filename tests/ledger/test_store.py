"""Appending and reading, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from fazhi.ledger import chain, store
from fazhi.ledger.errors import Conflict, Replayed

from .build import Ledger, new_case, rows


class StoreContract:
    def test_what_is_read_is_what_was_hashed(self) -> None:
        ledger, case = Ledger(), new_case()
        first = ledger.add(case, values={"name": "某某局"})
        second = ledger.add(case, alg="sm3")
        entries = store.events(case)
        assert [(e.seq, e.alg, e.hash, e.body) for e in entries] == [
            (1, "sha256", first.hash, first.body),
            (2, "sm3", second.hash, second.body),
        ]
        assert all(chain.digest(e.body, e.alg) == e.hash for e in entries)
        assert store.head(case) == (2, second.hash)

    def test_a_case_without_events(self) -> None:
        assert store.events(new_case()) == []
        assert store.head(new_case()) is None

    def test_an_event_is_one_statement(self) -> None:
        row = Ledger().row(new_case(), key="k1")
        with (
            transaction.atomic(),
            CaptureQueriesContext(connection) as queries,
            connection.cursor() as cursor,
        ):
            store.append(cursor, **row._asdict())
        assert len(queries) == 1

    def test_the_second_writer_of_a_place_is_refused(self) -> None:
        ledger, case = Ledger(), new_case()
        first = ledger.add(case)
        other = Ledger().row(case, action="other")
        with transaction.atomic(), connection.cursor() as cursor, pytest.raises(Conflict) as refused:
            store.append(cursor, **other._asdict())
        assert (refused.value.case, refused.value.seq) == (case, 1)
        assert "第1条" in refused.value.message
        assert [e.body for e in store.events(case)] == [first.body]

    def test_a_used_key_says_where_it_was_used(self) -> None:
        ledger, case = Ledger(), new_case()
        ledger.add(case)
        ledger.add(case, key="click-1")
        again = ledger.row(case, key="click-1")
        with transaction.atomic(), connection.cursor() as cursor, pytest.raises(Replayed) as refused:
            store.append(cursor, **again._asdict())
        assert (refused.value.case, refused.value.seq) == (case, 2)
        found = store.by_key("click-1")
        assert found is not None
        assert (found.case, found.seq) == (case, 2)
        assert store.by_key("click-2") is None

    def test_the_transaction_stays_usable_after_a_refusal(self) -> None:
        ledger, case = Ledger(), new_case()
        ledger.add(case)
        with transaction.atomic(), connection.cursor() as cursor:
            with pytest.raises(Conflict):
                store.append(cursor, **Ledger().row(case)._asdict())
            cursor.execute("SELECT count(*) FROM ledger_event")
            assert cursor.fetchone() == (1,)

    def test_events_without_key_do_not_collide(self) -> None:
        ledger = Ledger()
        for _ in range(3):
            ledger.add(new_case())
        assert rows("SELECT count(*) FROM ledger_event WHERE key IS NULL") == [(3,)]

    def test_many_at_once(self) -> None:
        ledger = Ledger()
        cases = ledger.fill(cases=7, events=3)
        assert all([e.seq for e in store.events(case)] == [1, 2, 3] for case in cases)

    def test_many_with_a_conflict_leave_nothing(self) -> None:
        ledger, taken = Ledger(), new_case()
        ledger.add(taken)
        batch = [Ledger().row(new_case()), Ledger().row(taken, action="other"), Ledger().row(new_case())]
        with pytest.raises(Conflict) as refused, transaction.atomic(), connection.cursor() as cursor:
            store.append_many(cursor, batch)
        assert refused.value.case == taken
        assert rows("SELECT count(*) FROM ledger_event") == [(1,)]

    def test_many_that_were_there_already_are_refused_too(self) -> None:
        batch = [Ledger().row(new_case(), key="row-1")]
        with transaction.atomic(), connection.cursor() as cursor:
            store.append_many(cursor, batch)
        with pytest.raises(Replayed), transaction.atomic(), connection.cursor() as cursor:
            store.append_many(cursor, batch)

    def test_two_writers_of_one_case_at_once(self) -> None:
        """Both read the same head; exactly one of them wins each place."""
        case, refused = new_case(), []
        start = threading.Barrier(2)

        def write(name: str) -> None:
            try:
                ledger = Ledger()
                for _ in range(10):
                    seq, hash = store.head(case) or (0, b"")
                    ledger.heads[case] = (seq, hash)
                    start.wait(20)
                    try:
                        ledger.add(case, action=name)
                    except Conflict as error:
                        refused.append(error.seq)
                    start.wait(20)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(refused) == list(range(1, 11))
        assert [e.seq for e in store.events(case)] == list(range(1, 11))

    def test_a_snapshot_does_not_see_what_comes_later(self) -> None:
        ledger = Ledger()
        ledger.add(new_case())

        def later() -> None:
            ledger.add(new_case())
            connections.close_all()

        with store.snapshot():
            assert rows("SELECT count(*) FROM ledger_event") == [(1,)]
            thread = threading.Thread(target=later)
            thread.start()
            thread.join(20)
            assert not thread.is_alive(), "a reader holds up the writer"
            assert rows("SELECT count(*) FROM ledger_event") == [(1,)]
        assert rows("SELECT count(*) FROM ledger_event") == [(2,)]


@pytest.mark.usefixtures("sqlite_db")
class TestStoreOnSQLite(StoreContract):
    def test_the_connection_is_durable_and_careful(self) -> None:
        pragmas = {name: rows(f"PRAGMA {name}")[0][0] for name in PRAGMAS}
        assert pragmas == PRAGMAS


PRAGMAS: dict[str, Any] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "busy_timeout": 30000,
}


@pytest.mark.usefixtures("pg_db")
class TestStoreOnPostgreSQL(StoreContract):
    def test_a_row_knows_its_transaction(self) -> None:
        ledger = Ledger()
        with transaction.atomic():
            ledger.add(new_case())
            ledger.add(new_case())
        ledger.add(new_case())
        xids = [row[0] for row in rows("SELECT xid::text::bigint FROM ledger_event ORDER BY id")]
        assert xids[0] == xids[1] < xids[2]
