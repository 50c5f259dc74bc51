"""Chained events without the floors above."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction

from fazhi.ledger import chain, store

COUNTY = "350881"


def new_case() -> str:
    return uuid.uuid4().hex


class Ledger:
    """Writes events as a case service does: knows each case's head, one transaction an event."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, bytes]] = {}

    def row(self, case: str, *, alg: str = "sha256", key: str | None = None, **said: Any) -> store.Row:
        """The next event of `case`, not yet written."""
        seq, prev = self.heads.get(case, (0, b""))
        body, hash = chain.link(
            {
                "schema": 1,
                "case": case,
                "seq": seq + 1,
                "prev": prev.hex(),
                "county": COUNTY,
                "type": "opened" if seq == 0 else "acted",
                "action": "register",
                "recorded_at": "2026-11-21T08:00:00Z",
                **said,
            },
            alg,
        )
        self.heads[case] = (seq + 1, hash)
        return store.Row(case, seq + 1, COUNTY, alg, hash, body, key)

    def add(self, case: str, **said: Any) -> store.Row:
        """Write the next event of `case`."""
        row = self.row(case, **said)
        with transaction.atomic(), connection.cursor() as cursor:
            store.append(cursor, **row._asdict())
        return row

    def fill(self, cases: int, events: int) -> list[str]:
        """That many cases, written in turns, in one transaction."""
        names = [new_case() for _ in range(cases)]
        rows = [self.row(case) for _ in range(events) for case in names]
        with transaction.atomic(), connection.cursor() as cursor:
            store.append_many(cursor, rows)
        return names


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What plain SQL says."""
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return list(cursor.fetchall())


def execute(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return int(cursor.rowcount)
