"""The sealer: gives events that are committed and have no place yet their position in one order across cases.

SQLite has one writer, so ids rise in the order of commits: what follows the last sealed id is new.
PostgreSQL does not: a transaction may draw an id and commit after later ones. There only events of transactions
below `pg_snapshot_xmin` are taken (nothing older can still appear), in the order of ids, and an event whose case has
an earlier event above that line waits with it, so that within a case positions rise with seq. Each sealed row keeps
the line as `horizon`; the next run looks no further back. A database restored into another cluster has transaction
numbers of its former life: then the line means nothing, and one run looks at everything.

The sealer looks without a lock, then writes in batches; a batch is one transaction under an advisory lock (SQLite:
the write lock), and is given up where another sealer has been there since the look. Killed anywhere, a batch has not
happened. Positions and events are unique besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

from . import chain, nodes, store, tree
from .digests import DEFAULT, installed

BATCH = 5000  # rows a transaction
LOOK = 20 * BATCH  # rows a look: a large import is not searched for again with every batch
_LOCK = 0x0FA2_0001  # of the database, for every sealer of this ledger


@dataclass(frozen=True, slots=True)
class _Track:
    """A table whose rows get positions, and the table of positions."""

    rows: str
    seals: str
    of: str  # the column of `seals` that names a row
    waits: bool  # rows are chained per case


_EVENTS = _Track("ledger_event", "ledger_seal", "event_id", waits=True)
_ACCESS = _Track("ledger_access", "ledger_access_seal", "access_id", waits=False)


@dataclass(frozen=True, slots=True)
class _Line:
    """How far the order has got: the last position, its row, and the horizon of the last sealed row (0: none)."""

    position: int
    row: int
    horizon: int


@dataclass(frozen=True, slots=True)
class _Pending:
    """Settled rows (id, hash) without a position, oldest first; the horizon once all of them are sealed."""

    rows: Sequence[tuple[int, bytes]]
    horizon: int


def seal(limit: int | None = None, *, whole: bool = False, using: str = "default") -> int:
    """Seal what is settled, at most `limit` events; how many were sealed.

    Must not run inside another transaction. `whole` looks at every event anew (once at start-up, after a restore).
    """
    return _run(_EVENTS, limit, whole, using)


def seal_access(*, using: str = "default") -> int:
    """Seal the access log so far, a chained batch at a time; how many entries were sealed."""
    return _run(_ACCESS, None, False, using)


def height(*, using: str = "default") -> int:
    """The last position; 0 before the first. It is the size of the tree, and the moment called now."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT max(position) FROM ledger_seal")
        return cursor.fetchone()[0] or 0


def unsealed(*, using: str = "default") -> list[store.Entry]:
    """Committed events without a position yet, by id; normally those of the last second."""
    with connections[using].cursor() as cursor:
        line = _line(cursor, _EVENTS)
        if connections[using].vendor == "postgresql":
            cursor.execute(
                "SELECT id FROM ledger_event e WHERE xid >= %s::text::xid8"
                " AND NOT EXISTS (SELECT 1 FROM ledger_seal s WHERE s.event_id = e.id)",
                (line.horizon,),
            )
        else:
            cursor.execute("SELECT id FROM ledger_event WHERE id > %s", (line.row,))
        return list(store.by_ids(cursor, [row[0] for row in cursor.fetchall()]))


def cases_behind(position: int, most: int, *, using: str = "default") -> set[str] | None:
    """Cases of the committed events behind that position, sealed or not; None where there are more than `most` events.

    For who follows the order and must miss nothing: what is sealed between the two looks is seen by one of them.
    """
    with connections[using].cursor() as cursor:
        line = _line(cursor, _EVENTS)
        if line.position - position > most:
            return None
        if connections[using].vendor == "postgresql":
            cursor.execute(
                "SELECT case_id FROM ledger_event e WHERE xid >= %s::text::xid8"
                " AND NOT EXISTS (SELECT 1 FROM ledger_seal s WHERE s.event_id = e.id) LIMIT %s",
                (line.horizon, most + 1),
            )
        else:
            cursor.execute("SELECT case_id FROM ledger_event WHERE id > %s LIMIT %s", (line.row, most + 1))
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT e.case_id FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id"
            " WHERE s.position > %s LIMIT %s",
            (position, most + 1),
        )
        rows += cursor.fetchall()
    return {row[0] for row in rows} if len(rows) <= most else None


def access_batch(
    number: int, prev: bytes, first: int, hashes: Sequence[bytes], alg: str = DEFAULT
) -> tuple[bytes, bytes]:
    """(body, hash) of the batch of access-log lines `hashes`, the first of which has position `first`."""
    body: dict[str, Any] = {
        "schema": 1,
        "number": number,
        "prev": prev.hex(),
        "first": first,
        "last": first + len(hashes) - 1,
        "root": tree.root(tree.Leaves(hashes, alg), len(hashes)).hex(),
    }
    return chain.link(chain.named(body, alg), alg)


def passed_over(cursor: Any) -> str:
    """SQL condition on `ledger_event e`: without a place although the order has gone past it. Normally nowhere true."""
    line = _line(cursor, _EVENTS)
    behind = f"e.xid < '{line.horizon}'::xid8" if cursor.db.vendor == "postgresql" else f"e.id <= {line.row}"
    return f"{behind} AND NOT EXISTS (SELECT 1 FROM ledger_seal s WHERE s.event_id = e.id)"


def _run(track: _Track, limit: int | None, whole: bool, using: str) -> int:
    done = 0
    while limit is None or done < limit:
        most = LOOK if limit is None else min(LOOK, limit - done)
        with connections[using].cursor() as cursor:
            line = _line(cursor, track)
            pending = _pending(cursor, track, line, most, whole)
        for start in range(0, len(pending.rows), BATCH):
            rows = pending.rows[start : start + BATCH]
            last = len(pending.rows) < most and start + BATCH >= len(pending.rows)
            if not _write(
                track, line.position + start, rows, pending.horizon if last else line.horizon, using
            ):
                break  # another sealer; look again
            done += len(rows)
        else:
            if len(pending.rows) < most:
                return done
    return done


def _write(track: _Track, before: int, rows: Sequence[tuple[int, bytes]], horizon: int, using: str) -> bool:
    """Give `rows` the positions behind `before`; False where these have been given away."""
    connection = connections[using]
    with transaction.atomic(using=using, durable=True), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if _line(cursor, track).position != before:
            return False
        store.insert_many(
            cursor,
            track.seals,
            {"position": "bigint", track.of: "bigint", "hash": "bytea", "horizon": "bigint"},
            [(position, row, hash, horizon) for position, (row, hash) in enumerate(rows, before + 1)],
        )
        hashes = [hash for _, hash in rows]
        if track is _EVENTS:
            nodes.grow_all(cursor, before, hashes)
        else:
            _chain_batch(cursor, before, hashes)
    return True


def _line(cursor: Any, track: _Track) -> _Line:
    cursor.execute(f"SELECT position, {track.of}, horizon FROM {track.seals} ORDER BY position DESC LIMIT 1")
    position, row, horizon = cursor.fetchone() or (0, 0, 0)
    if cursor.db.vendor == "postgresql":
        # A horizon in this cluster's future was drawn by another one.
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        horizon = horizon if horizon <= cursor.fetchone()[0] else 0
    return _Line(position, row, horizon)


def _pending(cursor: Any, track: _Track, line: _Line, limit: int, whole: bool) -> _Pending:
    if cursor.db.vendor != "postgresql":
        cursor.execute(
            f"SELECT id, hash FROM {track.rows} WHERE id > %s ORDER BY id LIMIT %s", (line.row, limit)
        )
        return _Pending([(row[0], bytes(row[1])) for row in cursor.fetchall()], 0)
    cursor.execute(_settled(track), {"horizon": 0 if whole else line.horizon, "limit": limit})
    rows = cursor.fetchall()
    return _Pending([(row[0], bytes(row[1])) for row in rows], rows[0][2] if rows else 0)


def _settled(track: _Track) -> str:
    """The look on PostgreSQL: one statement, hence one snapshot.

    `low`: no transaction below it is under way any more. `high`: numbers from there on have not been given out yet,
    so a row that bears one comes from a former life of the database and is long settled. `ahead`: the cases with
    events above the line, which later events of theirs have to wait for; the horizon waits with them.
    """
    unplaced = f"NOT EXISTS (SELECT 1 FROM {track.seals} s WHERE s.{track.of} = e.id)"
    ahead, waits, horizon = "", "", "(SELECT low FROM edge)"
    if track.waits:
        ahead = (
            f", ahead AS MATERIALIZED (SELECT case_id, min(seq) AS seq FROM {track.rows}, edge"
            " WHERE xid >= low AND xid < high GROUP BY case_id)"
        )
        behind = "EXISTS (SELECT 1 FROM ahead WHERE ahead.case_id = e.case_id AND ahead.seq < e.seq)"
        waits = f"AND NOT {behind}"
        horizon = (
            f"least((SELECT low FROM edge), (SELECT e.xid FROM {track.rows} e WHERE e.xid >= %(horizon)s::text::xid8"
            f" AND e.xid < (SELECT low FROM edge) AND {unplaced} AND {behind} ORDER BY e.xid LIMIT 1))"
        )
    return (
        "WITH edge AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS low,"
        f" pg_snapshot_xmax(pg_current_snapshot()) AS high){ahead}"
        f" SELECT e.id, e.hash, {horizon}::text::bigint FROM {track.rows} e"
        " WHERE e.xid >= %(horizon)s::text::xid8"
        " AND (e.xid < (SELECT low FROM edge) OR e.xid >= (SELECT high FROM edge))"
        f" AND {unplaced} {waits} ORDER BY e.id LIMIT %(limit)s"
    )


def _chain_batch(cursor: Any, before: int, hashes: Sequence[bytes]) -> None:
    cursor.execute("SELECT number, hash FROM ledger_access_batch ORDER BY number DESC LIMIT 1")
    number, prev = cursor.fetchone() or (0, b"")
    body, hash = access_batch(number + 1, bytes(prev), before + 1, hashes, installed())
    cursor.execute(
        "INSERT INTO ledger_access_batch (number, first, last, body, hash) VALUES (%s, %s, %s, %s, %s)",
        (number + 1, before + 1, before + len(hashes), body, hash),
    )
