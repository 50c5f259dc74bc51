"""The tree of RFC 9162, against published vectors and against the definition written down naively."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazhi.ledger import tree

# Inputs and roots of the Certificate Transparency reference implementation (merkletree tests).
INPUTS = [
    bytes.fromhex(h)
    for h in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf, size, path), leaves counted from 0
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


# RFC 9162, 2.1.1 to 2.1.4, as it is written there.


def k_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    if not d:
        return hashlib.sha256().digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = k_below(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = k_below(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = k_below(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_of_the_reference_implementation(size: int) -> None:
    assert tree.root(tree.Leaves(INPUTS), size).hex() == ROOTS[size - 1]
    frontier = tree.Frontier()
    for data in INPUTS[:size]:
        frontier.push(data)
    assert frontier.root().hex() == ROOTS[size - 1]


def test_the_empty_tree() -> None:
    assert tree.root(tree.Leaves([]), 0) == tree.Frontier().root() == hashlib.sha256(b"").digest()


@pytest.mark.parametrize(("leaf", "size", "expected"), INCLUSION)
def test_inclusion_proofs_of_the_reference_implementation(leaf: int, size: int, expected: list[str]) -> None:
    assert [h.hex() for h in tree.inclusion(tree.Leaves(INPUTS), leaf, size)] == expected


@pytest.mark.parametrize(("old", "new", "expected"), CONSISTENCY)
def test_consistency_proofs_of_the_reference_implementation(old: int, new: int, expected: list[str]) -> None:
    assert [h.hex() for h in tree.consistency(tree.Leaves(INPUTS), old, new)] == expected


leaves = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


@given(leaves, st.data())
def test_as_the_rfc_defines_it(data: list[bytes], draw: st.DataObject) -> None:
    nodes = tree.Leaves(data)
    size = draw.draw(st.integers(1, len(data)))
    leaf = draw.draw(st.integers(0, size - 1))
    old = draw.draw(st.integers(1, size))
    assert tree.root(nodes, size) == mth(data[:size])
    assert tree.inclusion(nodes, leaf, size) == path(leaf, data[:size])
    assert tree.consistency(nodes, old, size) == subproof(old, data[:size], True)


@given(leaves, st.data())
def test_proofs_hold_and_altered_ones_do_not(data: list[bytes], draw: st.DataObject) -> None:
    nodes, size = tree.Leaves(data), len(data)
    leaf = draw.draw(st.integers(0, size - 1))
    old = draw.draw(st.integers(1, size))
    root = tree.root(nodes, size)
    way = tree.inclusion(nodes, leaf, size)
    assert tree.verify_inclusion(data[leaf], leaf, size, way, root)
    assert not tree.verify_inclusion(data[leaf] + b"!", leaf, size, way, root)
    assert not tree.verify_inclusion(data[leaf], leaf, size, [*way, root], root)
    growth = tree.consistency(nodes, old, size)
    old_root = tree.root(nodes, old)
    assert tree.verify_consistency(old, size, old_root, root, growth)
    assert not tree.verify_consistency(old, size, old_root, root, [*growth, root])
    other = tree.root(tree.Leaves([*data[:-1], data[-1] + b"!"]), size)
    assert not tree.verify_consistency(old, size, old_root, other, growth)
    if way:
        spoilt = draw.draw(st.integers(0, len(way) - 1))
        way[spoilt] = bytes(32)
        assert not tree.verify_inclusion(data[leaf], leaf, size, way, root)
    if growth:
        spoilt = draw.draw(st.integers(0, len(growth) - 1))
        growth[spoilt] = bytes(32)
        assert not tree.verify_consistency(old, size, old_root, root, growth)


def test_every_tree_continues_the_empty_one() -> None:
    assert tree.consistency(tree.Leaves(INPUTS), 0, 8) == []
    assert tree.verify_consistency(0, 8, tree.EMPTY, bytes(32), [])
    assert not tree.verify_consistency(0, 8, bytes(32), bytes(32), [])


def test_a_rewritten_beginning_is_no_consistency() -> None:
    before, after = tree.Leaves(INPUTS[:5]), tree.Leaves([b"other", *INPUTS[1:]])
    assert not tree.verify_consistency(
        5, 8, tree.root(before, 5), tree.root(after, 8), tree.consistency(after, 5, 8)
    )


@given(st.integers(1, 70))
def test_full_subtrees_are_given_when_they_fill(size: int) -> None:
    frontier, data = tree.Frontier(), [bytes([i]) for i in range(size)]
    given_out = [node for leaf in data for node in frontier.push(leaf, step=2)]
    assert sorted(given_out) == sorted(
        (level, place, mth(data[place << level : (place + 1) << level]))
        for level in (2, 4, 6)
        for place in range(size >> level)
    )


@pytest.mark.parametrize(("leaf", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_for_a_leaf_outside(leaf: int, size: int) -> None:
    with pytest.raises(ValueError):
        tree.inclusion(tree.Leaves(INPUTS), leaf, size)
    assert not tree.verify_inclusion(b"", leaf, size, [], bytes(32))
