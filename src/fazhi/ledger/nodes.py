"""The tree as it lies in the database: leaves in `ledger_seal`, and of the nodes every eighth level.

A node of level 8 stands for 256 leaves, so that the tree costs one row more for 256 events; what lies between is
put together from at most 255 rows when a proof asks for it. Rows are written once, when their subtree is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import tree
from .errors import Altered

STEP = 8
WIDTH = 1 << STEP


class Stored:
    """`tree.Nodes` over the database; what was read is kept, so use one for the proofs of one moment."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._kept: dict[tuple[int, int], bytes] = {}

    def full(self, level: int, place: int) -> bytes:
        if (level, place) not in self._kept:
            base = level - level % STEP
            rows = _stored(self._cursor, base, place << (level - base), (place + 1) << (level - base))
            self._kept[level, place] = tree.fold(rows)
        return self._kept[level, place]


def grow(cursor: Any, size: int, hashes: Sequence[bytes]) -> None:
    """The tree of `size` leaves has got the leaves `hashes` (event hashes): write the nodes that are full now."""
    level, count = 0, size
    added = [tree.leaf_hash(data) for data in hashes]
    while count % WIDTH + len(added) >= WIDTH:
        row = _stored(cursor, level, count - count % WIDTH, count) + added
        level, count = level + STEP, count // WIDTH
        added = [tree.fold(row[i : i + WIDTH]) for i in range(0, len(row) - WIDTH + 1, WIDTH)]
        cursor.executemany(
            "INSERT INTO ledger_node (level, place, hash) VALUES (%s, %s, %s)",
            [(level, count + place, value) for place, value in enumerate(added)],
        )


def _stored(cursor: Any, level: int, first: int, end: int) -> list[bytes]:
    """Stored hashes [first, end) of a level that is stored; of level 0 the leaves' hashes."""
    if first == end:
        return []
    if level == 0:
        cursor.execute(
            "SELECT hash FROM ledger_seal WHERE position > %s AND position <= %s ORDER BY position",
            (first, end),
        )
        found = [tree.leaf_hash(bytes(row[0])) for row in cursor.fetchall()]
    else:
        cursor.execute(
            "SELECT hash FROM ledger_node WHERE level = %s AND place >= %s AND place < %s ORDER BY place",
            (level, first, end),
        )
        found = [bytes(row[0]) for row in cursor.fetchall()]
    if len(found) != end - first:
        raise Altered(
            f"封存的第{first + 1}至{end}项（第{level}层）不完整", next="运行 fazhi verify 核验，并从备份恢复"
        )
    return found
