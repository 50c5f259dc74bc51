"""What a walk of the ledger finds, and how it reads: in pages, by a rising first column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PAGE = 5000


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad entry. `case` and `seq` are null where what is wrong belongs to no record (any more)."""

    case: str | None
    seq: int | None
    why: str


def pages(cursor: Any, query: str) -> Iterator[tuple[Any, ...]]:
    """Rows of `query`, which takes (first column greater than, limit) and is ordered by its first column."""
    after = 0
    while True:
        cursor.execute(query, (after, PAGE))
        rows = cursor.fetchall()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1][0]
