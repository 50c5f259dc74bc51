# ruff: noqa: PT012 - what raises is the end of the block, which is what is tested
"""The transaction by the driver: it must be to Django what `atomic` is, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from fazhi.cases.models import Stored
from fazhi.ledger import quick, store
from fazhi.ledger.errors import Conflict, Replayed

from .build import Ledger, new_case, rows

STAMP = "UPDATE cases_stamp SET version = %s WHERE id = 1"


def stamp() -> int:
    return int(rows("SELECT version FROM cases_stamp WHERE id = 1")[0][0])


class QuickContract:
    @pytest.fixture(autouse=True)
    def _stamped(self, request: pytest.FixtureRequest) -> None:
        request.getfixturevalue(self.database)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO cases_stamp (id, version) VALUES (1, 1) ON CONFLICT DO NOTHING")
            cursor.execute(STAMP, (1,))

    @pytest.mark.parametrize("lazy", [True, False])
    def test_what_is_written_is_there_afterwards(self, lazy: bool) -> None:
        with quick.writing(lazy=lazy) as cursor:
            cursor.execute(STAMP, (2,))
            assert cursor.rowcount == 1
            cursor.execute("SELECT version FROM cases_stamp WHERE id = %s", (1,))
            assert cursor.fetchone() == (2,)
            quick.later(cursor, STAMP, (3,))
        assert stamp() == 3
        assert connection.get_autocommit()
        assert not connection.in_atomic_block

    def test_what_waits_is_carried_out_before_the_next_question(self) -> None:
        with quick.writing(lazy=True) as cursor:
            quick.later(cursor, STAMP, (5,))
            quick.later(cursor, "UPDATE cases_stamp SET version = version + %s WHERE id = 1", (2,))
            cursor.execute("SELECT version FROM cases_stamp WHERE id = 1")
            assert cursor.fetchone() == (7,)
            quick.later(cursor, STAMP, (8,))
            cursor.executemany("UPDATE cases_stamp SET version = version + %s WHERE id = 1", [(1,), (1,)])
        assert stamp() == 10

    @pytest.mark.parametrize("waits", [True, False])
    def test_an_exception_takes_everything_back(self, waits: bool) -> None:
        hooks: list[str] = []
        with pytest.raises(KeyError), quick.writing(lazy=True) as cursor:
            (quick.later if waits else lambda c, *x: c.execute(*x))(cursor, STAMP, (9,))
            transaction.on_commit(lambda: hooks.append("ran"))
            raise KeyError
        assert stamp() == 1
        assert hooks == []
        with quick.writing() as cursor:  # and the connection goes on
            cursor.execute(STAMP, (2,))
        assert (stamp(), hooks) == (2, [])

    def test_hooks_run_after_the_commit(self) -> None:
        seen: list[tuple[int, bool]] = []
        with quick.writing() as cursor:
            cursor.execute(STAMP, (4,))
            transaction.on_commit(lambda: seen.append((stamp(), connection.in_atomic_block)))
            assert seen == []
        assert seen == [(4, False)]

    def test_djangos_own_work_is_in_the_same_transaction(self) -> None:
        with pytest.raises(KeyError), quick.writing(lazy=True) as cursor:
            cursor.execute(STAMP, (2,))
            Stored.objects.create(hash="h", name="n", title="t", text=b"x")
            list(Stored.objects.select_for_update())
            raise KeyError
        assert not Stored.objects.filter(hash="h").exists()
        assert stamp() == 1

    def test_an_inner_atomic_is_a_savepoint(self) -> None:
        with quick.writing(lazy=True) as cursor:
            cursor.execute(STAMP, (2,))
            with pytest.raises(KeyError), transaction.atomic():
                Stored.objects.create(hash="h", name="n", title="t", text=b"x")
                raise KeyError
            with quick.writing() as inner:
                inner.execute("UPDATE cases_stamp SET version = version + 1 WHERE id = 1")
        assert not Stored.objects.filter(hash="h").exists()
        assert stamp() == 3

    def test_an_error_that_somebody_swallowed_is_not_committed(self) -> None:
        with pytest.raises(DatabaseError), quick.writing() as cursor:
            cursor.execute(STAMP, (2,))
            with pytest.raises(DatabaseError), transaction.atomic(savepoint=False):
                connection.cursor().execute("SELECT no_such_column FROM cases_stamp")
        assert stamp() == 1

    @pytest.mark.parametrize("where", ["execute", "later"])
    def test_the_drivers_errors_come_out_as_djangos(self, where: str) -> None:
        with pytest.raises(DatabaseError), quick.writing() as cursor:
            cursor.execute(STAMP, (2,))
            statement = "UPDATE cases_stamp SET no_such_column = %s WHERE id = 1"
            if where == "execute":
                cursor.execute(statement, (1,))
            else:
                quick.later(cursor, statement, (1,))
        assert stamp() == 1
        with quick.writing() as cursor:
            cursor.execute(STAMP, (3,))
        assert stamp() == 3

    def test_a_double_entry_that_waits_is_an_error_and_nothing_is_written(self) -> None:
        statement = "INSERT INTO cases_stamp (id, version) VALUES (%s, 1)"
        with pytest.raises(IntegrityError), quick.writing() as cursor:
            cursor.execute(STAMP, (2,))
            quick.later(cursor, statement, (1,))
        assert stamp() == 1

    def test_a_second_event_of_the_same_place_is_a_conflict(self) -> None:
        ledger, case = Ledger(), new_case()
        ledger.add(case)
        with pytest.raises(Conflict) as refused, quick.writing() as cursor:
            cursor.execute(STAMP, (2,))
            store.append(cursor, **Ledger().row(case, action="other")._asdict())
        assert (refused.value.case, refused.value.seq) == (case, 1)
        assert stamp() == 1
        assert len(store.events(case)) == 1

    def test_a_double_entry_beside_a_good_event_is_not_laid_on_the_event(self) -> None:
        case = new_case()
        with pytest.raises(IntegrityError), quick.writing() as cursor:
            cursor.execute(STAMP, (2,))
            store.append(cursor, **Ledger().row(case, key="click-1")._asdict())
            quick.later(cursor, "INSERT INTO cases_stamp (id, version) VALUES (%s, 1)", (1,))
        assert store.events(case) == []
        assert stamp() == 1

    def test_a_used_key_says_where_it_was_used(self) -> None:
        ledger, case = Ledger(), new_case()
        ledger.add(case, key="click-1")
        again = ledger.row(new_case(), key="click-1")
        with pytest.raises(Replayed) as refused, quick.writing() as cursor:
            cursor.execute(STAMP, (2,))
            store.append(cursor, **again._asdict())
        assert (refused.value.case, refused.value.seq) == (case, 1)
        assert stamp() == 1

    def test_whoever_listens_hears_every_statement(self) -> None:
        with CaptureQueriesContext(connection) as heard, quick.writing(lazy=True) as cursor:
            cursor.execute(STAMP, (2,))
            quick.later(cursor, STAMP, (3,))
        assert sum("cases_stamp" in q["sql"] for q in heard.captured_queries) == 2
        assert stamp() == 3

    def test_a_connection_that_broke_is_opened_anew(self) -> None:
        with pytest.raises(DatabaseError), quick.writing() as cursor:
            cursor.execute(STAMP, (2,))
            connection.connection.close()
            cursor.execute(STAMP, (3,))
        assert stamp() == 1
        with quick.writing() as cursor:
            cursor.execute(STAMP, (4,))
        assert stamp() == 4


class TestQuickOnSQLite(QuickContract):
    database = "sqlite_db"

    def test_the_write_lock_is_taken_at_once(self) -> None:
        with quick.writing(lazy=True):
            assert connection.connection.in_transaction


class TestQuickOnPostgreSQL(QuickContract):
    database = "pg_db"

    def test_a_step_is_two_messages(self, monkeypatch: Any) -> None:
        import psycopg

        said: list[str] = []
        real = psycopg.Cursor.execute  # the client's cursor is one too

        def heard(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
            said.append(str(query))
            return real(self, query, *rest, **more)

        monkeypatch.setattr(psycopg.Cursor, "execute", heard)
        question = "SELECT version FROM cases_stamp WHERE id = %s"
        for turn in range(2):
            said.clear()
            with quick.writing(lazy=True) as cursor:
                cursor.execute(question, (1,))
                assert cursor.fetchone() == (turn + 1,)
                quick.later(cursor, STAMP, (turn + 2,))
        begin, end = said
        assert begin.startswith("BEGIN; EXECUTE fazhi_")
        assert end.startswith("EXECUTE fazhi_")
        assert end.endswith("; COMMIT")
        assert stamp() == 3

    def test_nothing_said_is_nothing_sent(self) -> None:
        with quick.writing(lazy=True):
            pass
        assert connection.get_autocommit()
        assert stamp() == 1
