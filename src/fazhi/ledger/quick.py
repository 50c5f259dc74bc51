"""The few statements of a step by the driver itself: Django's cursor costs more than the statement on SQLite.

Same connection, same transaction. Where somebody listens to the statements (query capture, fault injection), or a
transaction is open already, it is Django's cursor in Django's `atomic`, so that nobody is passed by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error


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


_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


class PostgresCursor:
    """A transaction in as few messages as it has answers to wait for.

    BEGIN travels with the first statement, and what is `post`ed travels with the COMMIT. Both are statements that the
    server has prepared before, called by name: planning them anew would cost more than the messages saved.
    """

    __slots__ = ("_begun", "_client", "_cursor", "_link", "_posted", "_said", "db")

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        import psycopg

        self.db = connection  # as Django's cursors have it
        self._link = link = connection.connection
        self._cursor = psycopg.Cursor(link)  # binds on the server, prepares what comes often
        self._client = psycopg.ClientCursor(link)  # several statements in one message
        self._said: Any = self._cursor
        self._posted: list[tuple[str, Sequence[Any], Callable[[Any], None] | None]] = []
        self._begun = False

    def begin(self) -> None:
        self._send()

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Any:
        if self._begun and not self._posted:
            self._said = self._cursor
            return self._cursor.execute(sql, params)
        self._said = self._client
        for _ in range(self._send(self._call(sql), params)):
            self._client.nextset()
        return self._client

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
        if self._posted or not self._begun:
            self._send()
        self._said = self._cursor
        return self._cursor.executemany(sql, rows)

    def post(self, sql: str, params: Sequence[Any], refused: Callable[[Any], None] | None = None) -> None:
        """To be carried out, in order, before whatever comes next; `refused` says what a double entry means."""
        self._posted.append((sql, params, refused))

    def commit(self) -> None:
        if self._begun or self._posted:
            self._send("COMMIT")

    def rollback(self) -> None:
        self._posted.clear()
        if self._begun:
            self._client.execute("ROLLBACK")
            self._begun = False

    def _send(self, last: str = "", params: Sequence[Any] = ()) -> int:
        """Everything that waits, and `last`, in one message; how many answers come before that of `last`."""
        import psycopg

        posted, self._posted = self._posted, []
        calls = [] if self._begun else ["BEGIN"]
        calls += [self._call(sql) for sql, _, _ in posted]
        before = len(calls)
        if last:
            calls.append(last)
        self._begun = True
        given = [x for _, some, _ in posted for x in some]
        try:
            self._client.execute("; ".join(calls), [*given, *params])
        except psycopg.errors.UniqueViolation:
            self.rollback()
            for _, _, refused in reversed(posted):
                if refused:
                    refused(self._cursor)
            raise
        return before

    def _call(self, sql: str) -> str:
        """EXECUTE of the statement by its name on this connection; prepared at its first use."""
        known = _prepared.setdefault(self._link, {})
        if sql not in known:
            places = sql.count("%s")
            name = f"fazhi_{blake2b(sql.encode(), digest_size=8).hexdigest()}"
            self._client.execute(f"PREPARE {name} AS {_numbered(sql)}")
            known[sql] = f"EXECUTE {name}" + (f" ({', '.join(['%s'] * places)})" if places else "")
        return known[sql]

    @property
    def fetchone(self) -> Any:
        return self._said.fetchone

    @property
    def fetchall(self) -> Any:
        return self._said.fetchall

    @property
    def rowcount(self) -> int:
        return int(self._said.rowcount)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._said)


def _numbered(sql: str) -> str:
    first, *rest = sql.split("%s")
    return first + "".join(f"${i}{part}" for i, part in enumerate(rest, 1))


@contextmanager
def cursor(connection: BaseDatabaseWrapper) -> Iterator[Any]:
    """A cursor on the connection's open transaction; the driver's errors come out as Django's."""
    if _heard(connection):
        with connection.cursor() as slow:
            yield slow
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            yield SQLiteCursor(connection.connection.cursor())
        else:
            import psycopg

            with psycopg.Cursor(connection.connection) as quick:
                yield quick


class writing:  # a class, not a generator: entered and left with every step
    """One transaction with its cursor: committed at the end of the block, rolled back where it raises.

    `lazy`: BEGIN may wait for this cursor's first statement; the caller promises that nothing of Django's comes before.
    """

    __slots__ = ("_inside", "_lazy", "_own", "_using", "connection")

    def __init__(self, using: str = "default", *, lazy: bool = False) -> None:
        self._using, self._lazy = using, lazy
        self._inside: ExitStack | None = None
        # Looked up once: that takes longer than to prepare a statement.
        self.connection: Any = connections[using]

    def __enter__(self) -> Any:
        connection = self.connection
        if connection.in_atomic_block or not connection.autocommit or _heard(connection):
            self._inside = ExitStack()
            self._inside.enter_context(transaction.atomic(self._using))
            return self._inside.enter_context(cursor(connection))
        if connection.health_check_enabled:
            connection.close_if_health_check_failed()
        if connection.connection is None:
            connection.ensure_connection()
        sqlite = connection.vendor == "sqlite"
        self._own = own = _SQLite(connection) if sqlite else PostgresCursor(connection)
        if sqlite or not self._lazy:
            with connection.wrap_database_errors:
                own.begin()
        _enter(connection)
        return own

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool | None:
        if self._inside is not None:
            return self._inside.__exit__(kind, error, trace)
        connection = self.connection
        try:
            if error is not None:
                with connection.wrap_database_errors:
                    raise error
            if connection.needs_rollback:  # an error inside that somebody swallowed
                raise transaction.TransactionManagementError("事务已出错，不能提交")
            with connection.wrap_database_errors:
                self._own.commit()
        except BaseException as raised:
            self._take_back()
            if raised is error:
                return None  # goes on as it came
            raise
        _leave(connection)
        if connection.run_on_commit:
            connection.run_and_clear_commit_hooks()
        return None

    def _take_back(self) -> None:
        connection = self.connection
        _leave(connection)
        connection.run_on_commit = []
        if connection.closed_in_transaction:
            connection.connection = None
            return
        try:
            with connection.wrap_database_errors:
                self._own.rollback()
        except Error:
            connection.close()  # the connection itself is broken


def later(cursor: Any, sql: str, params: Sequence[Any]) -> None:
    """A statement whose answer nobody waits for: carried out before the commit, or at once where nothing is won."""
    getattr(cursor, "post", cursor.execute)(sql, params)


class _SQLite(SQLiteCursor):
    """SQLite's transaction; BEGIN takes the write lock at once where the settings say IMMEDIATE."""

    __slots__ = ("_begin", "_link", "db")

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.db = connection
        self._link = connection.connection
        self._begin = f"BEGIN {getattr(connection, 'transaction_mode', None) or ''}"
        super().__init__(self._link.cursor())

    def begin(self) -> None:
        self._cursor.execute(self._begin)

    def commit(self) -> None:
        self._cursor.execute("COMMIT")

    def rollback(self) -> None:
        if self._link.in_transaction:
            self._cursor.execute("ROLLBACK")


def _heard(connection: BaseDatabaseWrapper) -> bool:
    return bool(connection.force_debug_cursor or connection.execute_wrappers)


def _enter(connection: BaseDatabaseWrapper) -> None:
    """What Django's `atomic` sets, so that an `atomic` inside is a savepoint of this transaction."""
    connection.commit_on_exit = True
    connection.needs_rollback = False
    connection.autocommit = False
    connection.in_atomic_block = True


def _leave(connection: BaseDatabaseWrapper) -> None:
    connection.autocommit = True
    connection.in_atomic_block = False
    connection.needs_rollback = False
