"""The driver's own cursor, for the few statements of a step: Django's costs more than the statement on SQLite.

Same transaction, same connection. Where somebody listens to the statements (query capture, fault injection), it is
Django's cursor, so that he hears them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


@lru_cache(maxsize=512)
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?")


class SQLiteCursor:
    """sqlite3's cursor that takes %s for a place, as the rest of the code writes it."""

    __slots__ = ("_cursor", "fetchall", "fetchone")

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Any:
        return self._cursor.execute(_question_marks(sql), params)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
        return self._cursor.executemany(_question_marks(sql), rows)

    @property
    def rowcount(self) -> int:
        return int(self._cursor.rowcount)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


@contextmanager
def cursor(connection: BaseDatabaseWrapper) -> Iterator[Any]:
    """A cursor on the connection's open transaction; the driver's errors come out as Django's."""
    if connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as slow:
            yield slow
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            yield SQLiteCursor(connection.connection.cursor())
        else:
            import psycopg

            with psycopg.Cursor(
                connection.connection
            ) as quick:  # binds on the server, prepares what comes often
                yield quick
