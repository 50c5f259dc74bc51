"""The tree as it lies in the database: leaves in `ledger_seal`, and of the nodes every eighth level.

A node of level 8 stands for 256 leaves, so that the tree costs one row more for 256 events; what lies between is
put together from at most 255 rows when a proof asks for it. Rows are written once, when their subtree is full.

A ledger that has changed its algorithm has a tree of each over the same leaves: nodes by SHA-256 lie on levels 8, 16,
24 …, those by SM3 on 1008, 1016 … A tree that was begun goes on growing, so that whoever holds a checkpoint of it can
be shown that it was continued.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import tree
from .digests import ALGORITHMS, DEFAULT, installed
from .errors import Altered

STEP = 8
WIDTH = 1 << STEP
SHELF = dict(zip(ALGORITHMS, range(0, 1000 * len(ALGORITHMS), 1000), strict=True))  # added to the level
_PAGE = 64 * WIDTH


class Stored:
    """`tree.Nodes` over the database; what was read is kept, so use one for the proofs of one moment."""

    def __init__(self, cursor: Any, alg: str = DEFAULT) -> None:
        self.alg = alg
        self._cursor = cursor
        self._kept: dict[tuple[int, int], bytes] = {}

    def full(self, level: int, place: int) -> bytes:
        if (level, place) not in self._kept:
            base = level - level % STEP
            rows = _stored(
                self._cursor, self.alg, base, place << (level - base), (place + 1) << (level - base)
            )
            self._kept[level, place] = tree.fold(rows, self.alg)
        return self._kept[level, place]


def trees(cursor: Any) -> list[str]:
    """The algorithms by which this ledger has a tree: those of which nodes are stored, and the one that is set."""
    return [alg for alg in ALGORITHMS if alg == installed() or _grown(cursor, alg)]


def root(cursor: Any, size: int, alg: str = DEFAULT) -> bytes:
    """The root of the tree of `size` leaves by one algorithm."""
    return tree.root(Stored(cursor, alg), size)


def grow_all(cursor: Any, size: int, hashes: Sequence[bytes]) -> None:
    """Every tree of `size` leaves has got the leaves `hashes` (event hashes)."""
    for alg in trees(cursor):
        catch_up(cursor, alg, size)
        grow(cursor, size, hashes, alg)


def catch_up(cursor: Any, alg: str, size: int) -> None:
    """Write what a tree lacks of its nodes over the first `size` leaves: once, after a change of algorithm."""
    at = _grown(cursor, alg) * WIDTH
    while at + WIDTH <= size:
        end = min(at + _PAGE, size)
        cursor.execute(
            "SELECT hash FROM ledger_seal WHERE position > %s AND position <= %s ORDER BY position", (at, end)
        )
        grow(cursor, at, [bytes(row[0]) for row in cursor.fetchall()], alg)
        at = end - end % WIDTH


def grow(cursor: Any, size: int, hashes: Sequence[bytes], alg: str = DEFAULT) -> None:
    """The tree of `size` leaves has got the leaves `hashes` (event hashes): write the nodes that are full now."""
    level, count = 0, size
    if count % WIDTH + len(hashes) < WIDTH:
        return
    added = tree.leaf_hashes(hashes, alg)
    while count % WIDTH + len(added) >= WIDTH:
        row = _stored(cursor, alg, level, count - count % WIDTH, count) + added
        level, count = level + STEP, count // WIDTH
        added = [tree.fold(row[i : i + WIDTH], alg) for i in range(0, len(row) - WIDTH + 1, WIDTH)]
        cursor.executemany(
            "INSERT INTO ledger_node (level, place, hash) VALUES (%s, %s, %s)",
            [(SHELF[alg] + level, count + place, value) for place, value in enumerate(added)],
        )


def _grown(cursor: Any, alg: str) -> int:
    """How many nodes of the lowest stored level a tree has."""
    cursor.execute("SELECT max(place) FROM ledger_node WHERE level = %s", (SHELF[alg] + STEP,))
    last = cursor.fetchone()[0]
    return 0 if last is None else int(last) + 1


def _stored(cursor: Any, alg: str, level: int, first: int, end: int) -> list[bytes]:
    """Stored hashes [first, end) of a level that is stored; of level 0 the leaves' hashes."""
    if first == end:
        return []
    if level == 0:
        cursor.execute(
            "SELECT hash FROM ledger_seal WHERE position > %s AND position <= %s ORDER BY position",
            (first, end),
        )
        found = tree.leaf_hashes((bytes(row[0]) for row in cursor.fetchall()), alg)
    else:
        cursor.execute(
            "SELECT hash FROM ledger_node WHERE level = %s AND place >= %s AND place < %s ORDER BY place",
            (SHELF[alg] + level, first, end),
        )
        found = [bytes(row[0]) for row in cursor.fetchall()]
    if len(found) != end - first:
        raise Altered(
            f"封存的第{first + 1}至{end}项（第{level}层）不完整", next="运行 fazhi verify 核验，并从备份恢复"
        )
    return found
