"""A case's row: locked with one statement, written with one. The rest of a step is one insert into the ledger."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from django.db import connections

from fazhi.cases import registers
from fazhi.ledger import quick
from fazhi.procedures.state import State, dump, load

COLUMNS = (
    "county", "procedure", "definition", "number", "title", "phase", "outcome", "organ", "path", "person", "opened_on",
    "closed_on", "due", "due_clock", "warn_from", "expires", "pending", "pending_by", "elsewhere", "source",
    "source_number", "alg", "seq", "head", "state",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(COLUMNS)}, (SELECT version FROM cases_stamp WHERE id = 1) FROM cases_case WHERE id = %s"
_INSERT = (
    f"INSERT INTO cases_case (id, {', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * (len(COLUMNS) + 1))})"
)
_LOCK = _SELECT.replace("SELECT ", "SELECT (SELECT e.seq FROM ledger_event e WHERE e.key = %s), ", 1)
# SQLite admits one writer: threads of this process queue here, in order, instead of polling for the file's lock.
_writer = threading.RLock()


@dataclass(slots=True)
class Row:
    """The case as stored; `state` is parsed, `fresh` says that it is to be inserted."""

    id: str
    county: str = ""
    procedure: str = ""
    definition: str = ""
    number: str = ""
    title: str = ""
    phase: str = ""
    outcome: str = ""
    organ: str = ""
    path: str = ""
    person: str = ""
    opened_on: Any = None
    closed_on: Any = None
    due: Any = None
    due_clock: str = ""
    warn_from: Any = None
    expires: Any = None
    pending: str = ""
    pending_by: str = ""
    elsewhere: str = ""
    source: str | None = None
    source_number: str | None = None
    alg: str = "sha256"
    seq: int = 0
    head: bytes = b""
    state: State | None = None
    fresh: bool = field(default=False)
    used: bool = field(default=False)
    loaded: tuple[Any, ...] = field(default=(), repr=False)


class writing(quick.writing):
    """One transaction with a cursor. On SQLite it takes the write lock at once (IMMEDIATE).

    `lazy`: the cursor's own first statement comes before any of Django's (quick.writing).
    """

    __slots__ = ("_queued",)

    def __enter__(self) -> Any:
        self._queued = self.connection.vendor == "sqlite"
        if self._queued:
            _writer.acquire()
        try:
            return super().__enter__()
        except BaseException:
            if self._queued:
                _writer.release()
            raise

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool | None:
        try:
            return super().__exit__(kind, error, trace)
        finally:
            if self._queued:
                _writer.release()


def lock(cursor: Any, case: str, vendor: str, key: str | None = None) -> Row | None:
    """The row, held until the transaction ends; `row.used` where the idempotency key has been used before."""
    cursor.execute(_LOCK + (" FOR UPDATE" if vendor == "postgresql" else ""), (key, case))
    found = cursor.fetchone()
    if found is None:
        return None
    row = _row(case, found[1:])
    row.used = found[0] is not None
    return row


def read(case: str, using: str = "default") -> Row | None:
    with connections[using].cursor() as cursor:
        cursor.execute(_SELECT, (case,))
        found = cursor.fetchone()
    return None if found is None else _row(case, found)


def _row(case: str, found: Any) -> Row:
    registers.at_version(found[-1] or 0)
    row = Row(case, *found[:-1])
    row.loaded = found[:-1]
    row.head = bytes(row.head)
    row.state = load(orjson.loads(bytes(row.state)))  # type: ignore[arg-type]
    return row


def state_bytes(state: State) -> bytes:
    """The state as stored: canonical, so that refolding the events can be compared byte for byte."""
    return orjson.dumps(dump(state), option=orjson.OPT_SORT_KEYS)


def write(cursor: Any, row: Row) -> None:
    """Insert or update the row from its state."""
    assert row.state is not None
    s = row.state
    row.phase, row.outcome, row.definition, row.number, row.seq = (
        s.phase,
        s.outcome,
        s.definition,
        s.number,
        s.seq,
    )
    row.opened_on, row.closed_on = s.opened_on or None, s.closed_on or None
    row.pending = f"{s.pending['action']}/{s.pending['step']}" if s.pending else ""
    row.pending_by = s.pending["by"] if s.pending else ""
    _dates(row, s)
    values = (*_WRITTEN(row), state_bytes(s))
    if row.fresh:
        quick.later(cursor, _INSERT, (row.id, *values))
        row.fresh = False
        return
    # Only what has changed: an index whose column is not named need not be looked at.
    old = row.loaded or _NOTHING
    changed = tuple(
        [i for i in _ALL if values[i] != old[i] and (i not in _DATES or not _same(values[i], old[i]))]
    )
    if changed:
        quick.later(cursor, _update(changed), [*[values[i] for i in changed], row.id])


_WRITTEN = attrgetter(*COLUMNS[:-1])
_ALL = range(len(COLUMNS))
_NOTHING = (object(),) * len(COLUMNS)
_DATES = frozenset(COLUMNS.index(c) for c in ("opened_on", "closed_on", "due", "warn_from", "expires"))


def _same(a: Any, b: Any) -> bool:
    """A day as text or as a date."""
    return (str(a)[:10] if a else None) == (str(b)[:10] if b else None)


@lru_cache(maxsize=256)
def _update(columns: tuple[int, ...]) -> str:
    sets = ", ".join(f"{COLUMNS[i]} = %s" for i in columns)
    return f"UPDATE cases_case SET {sets} WHERE id = %s"


def _dates(row: Row, s: State) -> None:
    """The earliest due date of the organ's own clocks, and the earliest after which something follows of itself."""
    row.due, row.due_clock, row.warn_from = None, "", None
    warn = None
    for name, clock in s.clocks.items():
        if (
            clock["status"] != "running"
            or not clock["due"]
            or clock.get("whose")
            or clock["kind"] in ("wait", "notice")
        ):
            continue
        due = clock["due"][:10]
        if row.due is None or due < row.due:
            row.due, row.due_clock = due, name
        if clock["warn_from"] and (warn is None or clock["warn_from"] < warn):
            warn = clock["warn_from"]
    row.warn_from = warn
