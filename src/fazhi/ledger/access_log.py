"""Who opened personal values, exported, or looked into another organ's case. Ids only, no words; sealed in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connections

from . import chain
from .digests import installed


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which post, and why where a reason is asked for: ids, and for `why` a word from a list.

    Person "system" is the worker.
    """

    person: str
    post: str = ""
    organ: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the access log; `body` as it was hashed, read back."""

    id: int
    body: dict[str, Any]


def record(
    cursor: Any,
    reader: Reader,
    what: str,
    *,
    cases: Sequence[str],
    fields: Sequence[str] = (),
    count: int | None = None,
    now: datetime | None = None,
) -> None:
    """Log one reading: `what` is open (personal values), export, or view (another organ's case)."""
    alg = installed()
    said = {
        "schema": 1,
        "at": (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "person": reader.person,
        "post": reader.post,
        "organ": reader.organ,
        "why": reader.why,
        "what": what,
        "cases": list(cases),
        "fields": list(fields),
        "count": len(cases) if count is None else count,
    }
    body, hash = chain.link(chain.named(said, alg), alg)
    cursor.execute(
        "INSERT INTO ledger_access (person, case_id, body, hash) VALUES (%s, %s, %s, %s)",
        (reader.person, cases[0] if len(cases) == 1 else None, body, hash),
    )


def lines(
    *, case: str | None = None, person: str | None = None, limit: int = 200, using: str = "default"
) -> list[Line]:
    """The latest lines, newest first: of one case (readings of that case alone), of one person, or all."""
    conditions, values = [], []
    for column, value in (("case_id", case), ("person", person)):
        if value is not None:
            conditions.append(f"{column} = %s")
            values.append(value)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT id, body FROM ledger_access {where} ORDER BY id DESC LIMIT %s", (*values, limit)
        )
        return [Line(row[0], orjson.loads(bytes(row[1]))) for row in cursor.fetchall()]
