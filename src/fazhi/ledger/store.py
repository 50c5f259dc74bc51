"""Writing events and reading them back, by plain SQL: one statement per event on the path of every action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from django.db import connections, transaction

from .errors import Conflict, Replayed

# ON CONFLICT DO NOTHING instead of an exception: on PostgreSQL an error would end the caller's transaction, and it
# still has to say what changed.
_COLUMNS = {
    "case_id": "text",
    "seq": "int",
    "county": "text",
    "alg": "text",
    "hash": "bytea",
    "body": "bytea",
    "key": "text",
}
_IGNORE = "ON CONFLICT DO NOTHING"
_STRICT = f"INSERT INTO ledger_event ({', '.join(_COLUMNS)}) VALUES (%s, %s, %s, %s, %s, %s, %s)"
_INSERT = f"{_STRICT} {_IGNORE}"
_ENTRY = "e.id, e.case_id, e.seq, e.alg, e.hash, e.body"
_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as stored; `body` are the bytes that were hashed."""

    id: int
    case: str
    seq: int
    alg: str
    hash: bytes
    body: bytes


class Row(NamedTuple):
    """What `append` writes, for `append_many`."""

    case: str
    seq: int
    county: str
    alg: str
    hash: bytes
    body: bytes
    key: str | None = None


class Sealed(NamedTuple):
    """An event with its place in the order across cases."""

    position: int
    entry: Entry


def append(
    cursor: Any,
    *,
    case: str,
    seq: int,
    county: str,
    alg: str,
    hash: bytes,
    body: bytes,
    key: str | None = None,
) -> None:
    """Add one event, as part of the caller's transaction.

    Raises `Replayed` where the idempotency key has been used, `Conflict` where the case has an event `seq`. The
    transaction stays usable after either; a cursor that sends its last statements together (quick.PostgresCursor)
    raises them at the commit, and has rolled back.
    """
    if post := getattr(cursor, "post", None):
        post(
            _STRICT,
            (case, seq, county, alg, hash, body, key),
            lambda cursor: _explain(cursor, case, seq, key),
        )
        return
    cursor.execute(_INSERT, (case, seq, county, alg, hash, body, key))
    if cursor.rowcount != 1:
        _refuse(cursor, case, seq, key)


def append_many(cursor: Any, rows: Sequence[Row]) -> None:
    """Add many events at once (import). On `Replayed` or `Conflict` the caller must roll back: some are written."""
    if insert_many(cursor, "ledger_event", _COLUMNS, rows, _IGNORE) == len(rows):
        return
    for row in rows:
        cursor.execute("SELECT hash FROM ledger_event WHERE case_id = %s AND seq = %s", (row.case, row.seq))
        found = cursor.fetchone()
        if found is None or bytes(found[0]) != row.hash:
            _refuse(cursor, row.case, row.seq, row.key)
    _refuse(cursor, rows[0].case, rows[0].seq, rows[0].key)  # there already word for word, or twice in `rows`


def insert_many(
    cursor: Any, table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]], ending: str = ""
) -> int:
    """Insert rows in their order; how many went in. `columns` gives each one's PostgreSQL type."""
    if not rows:
        return 0
    names = ", ".join(columns)
    if cursor.db.vendor == "postgresql":
        # One statement for all: a round trip a row would cost four times as much.
        arrays = ", ".join(f"%s::{type}[]" for type in columns.values())
        values = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {ending}", values)
    else:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) {ending}", rows)
    return int(cursor.rowcount)


def _refuse(cursor: Any, case: str, seq: int, key: str | None) -> NoReturn:
    if key is not None:
        cursor.execute("SELECT case_id, seq FROM ledger_event WHERE key = %s", (key,))
        if found := cursor.fetchone():
            raise Replayed(*found)
    raise Conflict(case, seq)


def _explain(cursor: Any, case: str, seq: int, key: str | None) -> None:
    """Raises what a double entry means if it is the event's; of several statements sent together it may be another's."""
    cursor.execute(
        "SELECT 1 FROM ledger_event WHERE key = %s OR (case_id = %s AND seq = %s)", (key, case, seq)
    )
    if cursor.fetchone():
        _refuse(cursor, case, seq, key)


def events(case: str, *, using: str = "default") -> list[Entry]:
    """All events of one case, in the order of its chain."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {_ENTRY} FROM ledger_event e WHERE case_id = %s ORDER BY seq", (case,))
        return [_entry(row) for row in cursor.fetchall()]


def head(case: str, *, using: str = "default") -> tuple[int, bytes] | None:
    """(seq, hash) of a case's last event; None where the case has none."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT seq, hash FROM ledger_event WHERE case_id = %s ORDER BY seq DESC LIMIT 1", (case,)
        )
        row = cursor.fetchone()
        return (row[0], bytes(row[1])) if row else None


def by_key(key: str, *, using: str = "default") -> Entry | None:
    """The event that was written under an idempotency key."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {_ENTRY} FROM ledger_event e WHERE key = %s", (key,))
        row = cursor.fetchone()
        return _entry(row) if row else None


def by_position(after: int = 0, upto: int | None = None, *, using: str = "default") -> Iterator[Sealed]:
    """Sealed events behind position `after` up to `upto` (included; None: as far as it goes), in their order.

    Read in pages: may be stopped at any place and gone on with from the last position.
    """
    while True:
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT s.position, {_ENTRY} FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id"
                " WHERE s.position > %s AND s.position <= %s ORDER BY s.position LIMIT %s",
                (after, 2**62 if upto is None else upto, _PAGE),
            )
            rows = cursor.fetchall()
        for row in rows:
            yield Sealed(row[0], _entry(row[1:]))
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def by_ids(cursor: Any, ids: Sequence[int]) -> Iterator[Entry]:
    """Events by their ids, in the order of ids."""
    ids = sorted(ids)
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        marks = ", ".join(["%s"] * len(some))
        cursor.execute(f"SELECT {_ENTRY} FROM ledger_event e WHERE id IN ({marks}) ORDER BY id", some)
        yield from (_entry(row) for row in cursor.fetchall())


@contextmanager
def snapshot(using: str = "default") -> Iterator[None]:
    """Every read of the block sees one state of the database, and no writer is held up by it.

    Inside a transaction that is already open, the block runs in that one.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        connection.ensure_connection()
        mode = connection.transaction_mode
        try:
            connection.transaction_mode = "DEFERRED"  # IMMEDIATE would take the write lock for a long reading
            with transaction.atomic(using=using):
                yield
        finally:
            connection.transaction_mode = mode


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(row[0], row[1], row[2], row[3], bytes(row[4]), bytes(row[5]))
