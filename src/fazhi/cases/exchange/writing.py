"""What an import is going to write, gathered before the database is locked: plain rows by table, in a temporary file.

Deciding takes most of an import's time and needs no lock; the transaction at the end only inserts. Personal words
are sealed before they come here.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fazhi.cases import store
from fazhi.cases.errors import CaseError
from fazhi.ledger import store as ledger

TEXT, DAY, INT, BYTES = "text", "date", "int", "bytea"
_KINDS = {
    "opened_on": DAY, "closed_on": DAY, "due": DAY, "warn_from": DAY, "expires": DAY, "seq": INT, "head": BYTES, "state": BYTES,
}  # fmt: skip
EVENT = {
    "case_id": TEXT, "seq": INT, "county": TEXT, "alg": TEXT, "hash": BYTES, "body": BYTES,
}  # fmt: skip
CASE = {"id": TEXT, **{name: _KINDS.get(name, TEXT) for name in store.COLUMNS}}
SIDE = {"case_id": TEXT, "side": TEXT, "who": TEXT, "path": TEXT}
PERSONAL = {
    "commitment": TEXT, "case_id": TEXT, "field": TEXT, "alg": TEXT, "salt": BYTES, "ciphertext": BYTES, "key_mark": TEXT,
}  # fmt: skip
TOUCHED = {"batch_id": TEXT, "case_id": TEXT, "first_seq": INT, "last_seq": INT}


@dataclass(slots=True)
class Piece:
    """The rows of some hundred cases. `updates`: (seq before, case row) of cases that were there already."""

    events: list[tuple[Any, ...]] = field(
        default_factory=list
    )  # plain tuples: they go through pickle by the thousand
    cases: list[tuple[Any, ...]] = field(default_factory=list)
    updates: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    sides: list[tuple[str, str, str, str]] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)  # cases whose sides are written anew
    personal: list[tuple[Any, ...]] = field(default_factory=list)
    parties: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    touched: list[tuple[str, str, int, int]] = field(default_factory=list)


class Changed(CaseError):
    """Somebody has written in the meantime."""

    def __init__(self) -> None:
        super().__init__("校验之后数据有了变化，没有导入任何内容", next="请重新校验后再导入")


def pack(piece: Piece) -> bytes:
    return pickle.dumps(piece, protocol=pickle.HIGHEST_PROTOCOL)


class Spool:
    """Pieces on disk, in their order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`, nameless until then
        self.count = 0

    def put(self, packed: bytes) -> None:
        self._file.write(packed)
        self.count += 1

    def clear(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self.count = 0

    def pieces(self) -> Iterator[Piece]:
        self._file.seek(0)
        for _ in range(self.count):
            yield pickle.load(self._file)

    def close(self) -> None:
        self._file.close()


_UPDATE = (
    f"UPDATE cases_case SET {', '.join(f'{name} = %s' for name in store.COLUMNS)} WHERE id = %s AND seq = %s"
)


def insert(cursor: Any, piece: Piece) -> None:
    """Write one piece, in the caller's transaction. Raises Changed where a case has moved on meanwhile."""
    ledger.insert_many(cursor, "cases_case", CASE, piece.cases)
    for before, row in piece.updates:
        cursor.execute(_UPDATE, (*row[1:], row[0], before))
        if cursor.rowcount != 1:
            raise Changed
    for case in piece.cleared:
        cursor.execute("DELETE FROM cases_side WHERE case_id = %s", (case,))
    if ledger.insert_many(cursor, "ledger_event", EVENT, piece.events, "ON CONFLICT DO NOTHING") != len(
        piece.events
    ):
        raise Changed
    ledger.insert_many(cursor, "cases_side", SIDE, piece.sides)
    ledger.insert_many(cursor, "ledger_personal", PERSONAL, piece.personal)
    ledger.insert_many(cursor, "cases_import_case", TOUCHED, piece.touched)
