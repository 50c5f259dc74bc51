"""The Merkle tree of RFC 9162, section 2.1: roots, proofs that a leaf is in, proofs that a tree only grew.

Pure: hashes come from a `Nodes`, which knows the hash of any *full* subtree; everything else is put together here.
Leaves are counted from 0, ranges are half open, as in the RFC. A tree is of one algorithm, that of its `Nodes`; the
RFC's own is SHA-256, and with SM3 only the digest differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from .digests import DEFAULT, Hasher, digest, hasher

EMPTY = digest(b"")  # of the tree of SHA-256


class Nodes(Protocol):
    """Hashes of full subtrees, by one algorithm."""

    @property
    def alg(self) -> str: ...

    def full(self, level: int, place: int) -> bytes:
        """Hash over the leaves [place · 2^level, (place + 1) · 2^level), all of which are there."""


def leaf_hash(data: bytes, alg: str = DEFAULT) -> bytes:
    return digest(b"\x00" + data, alg)


def node_hash(left: bytes, right: bytes, alg: str = DEFAULT) -> bytes:
    return digest(b"\x01" + left + right, alg)


def leaf_hashes(data: Iterable[bytes], alg: str = DEFAULT) -> list[bytes]:
    """Many leaves at once."""
    of: Hasher = hasher(alg)
    return [of(b"\x00" + leaf) for leaf in data]


def root(nodes: Nodes, size: int) -> bytes:
    """Hash of the tree's first `size` leaves."""
    return digest(b"", nodes.alg) if size == 0 else _range_hash(nodes, 0, size)


def inclusion(nodes: Nodes, leaf: int, size: int) -> list[bytes]:
    """The way from `leaf` to the root of the first `size` leaves (RFC 9162, 2.1.3.1), lowest first."""
    if not 0 <= leaf < size:
        raise ValueError(f"leaf {leaf} is not in a tree of {size}")
    path: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if leaf < middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, first, middle))
            first = middle
    return path[::-1]


def consistency(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """What it takes to see that the first `old` leaves of the tree of `new` are the tree of `old` (2.1.4.1)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} has no beginning of {old}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    first, end, whole = (
        0,
        new,
        True,
    )  # whole: [0, old) is itself a node of the old tree, known to the other side
    while old < end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, first, middle))
            first, whole = middle, False
    if not whole:
        path.append(_range_hash(nodes, first, end))
    return path[::-1]


def verify_inclusion(
    data: bytes, leaf: int, size: int, path: Sequence[bytes], claimed: bytes, alg: str = DEFAULT
) -> bool:
    """Whether `path` leads from the leaf `data` at `leaf` to the root `claimed` of a tree of `size` (2.1.3.2)."""
    if not 0 <= leaf < size:
        return False
    node, last, value = leaf, size - 1, leaf_hash(data, alg)
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            value = node_hash(sibling, value, alg)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling, alg)
        node >>= 1
        last >>= 1
    return last == 0 and value == claimed


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes], alg: str = DEFAULT
) -> bool:
    """Whether `path` shows that the tree of `new` leaves begins with the tree of `old` (2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == digest(b"", alg)
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    before = after = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before = node_hash(sibling, before, alg)
            after = node_hash(sibling, after, alg)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            after = node_hash(after, sibling, alg)
        node >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == new_root


class Frontier:
    """A tree that only grows, kept as the hashes of its full subtrees from left to right: log2(size) of them."""

    def __init__(self, alg: str = DEFAULT) -> None:
        self.size, self.alg = 0, alg
        self._edge: list[bytes] = []

    def push(self, data: bytes, step: int = 0) -> list[tuple[int, int, bytes]]:
        """Add the leaf `data`. With `step`: (level, place, hash) of the subtrees now full, of every step-th level."""
        value, place, level = leaf_hash(data, self.alg), self.size, 0
        full: list[tuple[int, int, bytes]] = []
        while place & 1:
            value = node_hash(self._edge.pop(), value, self.alg)
            place >>= 1
            level += 1
            if step and level % step == 0:
                full.append((level, place, value))
        self._edge.append(value)
        self.size += 1
        return full

    def root(self) -> bytes:
        if not self._edge:
            return digest(b"", self.alg)
        value = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            value = node_hash(left, value, self.alg)
        return value


class Leaves:
    """Nodes over leaves held in memory; for small trees and for tests."""

    def __init__(self, data: Iterable[bytes], alg: str = DEFAULT) -> None:
        self.alg = alg
        self._levels: list[list[bytes]] = [leaf_hashes(data, alg)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([node_hash(a, b, alg) for a, b in zip(below[::2], below[1::2], strict=False)])

    def full(self, level: int, place: int) -> bytes:
        return self._levels[level][place]


def fold(hashes: Sequence[bytes], alg: str = DEFAULT) -> bytes:
    """The node over 2^n neighbouring nodes of one level."""
    of: Hasher = hasher(alg)
    while len(hashes) > 1:
        hashes = [of(b"\x01" + a + b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _split(count: int) -> int:
    """The largest power of two below `count` (which is 2 or more)."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(nodes: Nodes, first: int, end: int) -> bytes:
    """Hash of the leaves [first, end); ranges of proofs begin where a full subtree of their size would."""
    count = end - first
    if count & (count - 1) == 0 and first % count == 0:
        level = count.bit_length() - 1
        return nodes.full(level, first >> level)
    middle = first + _split(count)
    return node_hash(_range_hash(nodes, first, middle), _range_hash(nodes, middle, end), nodes.alg)
