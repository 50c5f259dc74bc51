"""SM3 (GB/T 32905-2016) in the place of SHA-256: links, tree, seals, access log, checkpoints, proofs; and both mixed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.databases import lift_guard

from fazhi.ledger import access_log, chain, checkpoint, digests, nodes, proof, seal, tree, verify
from fazhi.ledger.access_log import Reader
from fazhi.ledger.errors import UnknownAlgorithm

from .build import Ledger, execute, new_case, rows
from .test_proof import script

# GB/T 32905-2016, appendix A: the examples of 24 and of 512 bits
VECTORS = [
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
]


@pytest.mark.parametrize(("data", "expected"), VECTORS)
@pytest.mark.parametrize("source", [digests._python_sm3, digests._library_sm3])
def test_both_sources_give_the_standard_s_examples(source: Any, data: bytes, expected: str) -> None:
    found = source()
    if found is None:
        pytest.skip("this Python's OpenSSL has no SM3")
    assert found(data).hex() == expected


def test_where_python_has_no_sm3_the_library_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str, data: bytes = b"") -> Any:
        raise ValueError(f"unsupported hash type {name}")

    digests.hasher.cache_clear()
    monkeypatch.setattr(hashlib, "new", without)
    try:
        assert chain.digest(b"abc", "sm3").hex() == VECTORS[0][1]
    finally:
        digests.hasher.cache_clear()


def test_the_tree_is_that_of_the_rfc_with_another_digest() -> None:
    leaves = [bytes([n]) for n in range(11)]

    def mth(some: list[bytes]) -> bytes:
        if len(some) == 1:
            return chain.digest(b"\x00" + some[0], "sm3")
        k = 1 << (len(some) - 1).bit_length() - 1
        return chain.digest(b"\x01" + mth(some[:k]) + mth(some[k:]), "sm3")

    held = tree.Leaves(leaves, "sm3")
    frontier = tree.Frontier("sm3")
    assert frontier.root() == tree.root(tree.Leaves([], "sm3"), 0) == chain.digest(b"", "sm3")
    for leaf in leaves:
        frontier.push(leaf)
    root = tree.root(held, 11)
    assert root == frontier.root() == mth(leaves)
    path = tree.inclusion(held, 4, 11)
    assert tree.verify_inclusion(leaves[4], 4, 11, path, root, "sm3")
    assert not tree.verify_inclusion(leaves[4], 4, 11, path, root)
    old = tree.root(held, 6)
    steps = tree.consistency(held, 6, 11)
    assert tree.verify_consistency(6, 11, old, root, steps, "sm3")
    assert not tree.verify_consistency(6, 11, old, root, steps)


@pytest.fixture
def sm3(settings: Any, home: Path) -> None:
    settings.FAZHI_DIGEST = "sm3"


def levels() -> dict[str, int]:
    """Nodes that are stored, by algorithm."""
    found = rows("SELECT level FROM ledger_node")
    return {
        alg: sum(level // 1000 == shelf // 1000 for (level,) in found) for alg, shelf in nodes.SHELF.items()
    }


def looked_into() -> None:
    with connection.cursor() as cursor:
        access_log.record(cursor, Reader("p"), "view", cases=[new_case()])
    seal.seal_access()


class Sm3Contract:
    @pytest.mark.usefixtures("sm3")
    def test_a_ledger_of_sm3_from_the_first_day(self) -> None:
        ledger = Ledger()
        case = new_case()
        for _ in range(3):
            ledger.add(case, alg="sm3")
            ledger.fill(cases=100, events=1)
        looked_into()
        seal.seal()
        point = checkpoint.make()
        said = point.export()
        assert (said["schema"], said["alg"], said["also"]) == (2, "sm3", {})
        with connection.cursor() as cursor:
            assert point.root == nodes.root(cursor, 303, "sm3")
        assert levels() == {"sha256": 0, "sm3": 1}
        assert checkpoint.load(json.loads(json.dumps(said))) == point
        assert verify.verify(held=[point]).as_json() == {
            "ok": True, "events": 303, "sealed": 303, "checkpoints": 1, "first_bad": None,
        }  # fmt: skip
        export = json.loads(json.dumps(proof.export_case(case)))
        assert "3 条记录逐条相符" in script.check(export, [said["public_key"]])[0]
        export["checkpoint"]["alg"] = "sha256"
        with pytest.raises(script.Wrong):
            script.check(export, [said["public_key"]])

    def test_a_ledger_that_changes_to_sm3(self, settings: Any, home: Path) -> None:
        ledger = Ledger()
        case = new_case()
        ledger.add(case)
        ledger.fill(cases=300, events=1)
        looked_into()
        seal.seal()
        before = checkpoint.make()
        assert "alg" not in before.export()
        settings.FAZHI_DIGEST = "sm3"
        ledger.add(case, alg="sm3")
        ledger.fill(cases=300, events=1)
        looked_into()
        seal.seal()
        after = checkpoint.make()
        assert (after.alg, set(after.roots)) == ("sm3", {"sm3", "sha256"})
        assert levels() == {"sha256": 2, "sm3": 2}
        steps = checkpoint.consistency(before, after)
        assert checkpoint.continues(before, after, steps)
        assert not checkpoint.continues(before, after, steps[1:])
        report = verify.verify(held=[before, after])
        assert (report.ok, report.events, report.checkpoints) == (True, 602, 2)
        assert [alg for (alg,) in rows("SELECT DISTINCT alg FROM ledger_event ORDER BY alg")] == [
            "sha256",
            "sm3",
        ]
        export = json.loads(json.dumps(proof.export_case(case, since=before)))
        lines = script.check(export, [], json.loads(json.dumps(before.export())))
        assert "2 条记录逐条相符" in lines[0]
        assert "其后只增未改" in lines[2]

    def test_and_back_again(self, settings: Any, home: Path) -> None:
        ledger = Ledger()
        points = []
        for alg in ("sm3", "sha256", "sm3"):
            settings.FAZHI_DIGEST = alg
            ledger.fill(cases=90, events=1)
            looked_into()
            seal.seal()
            points.append(checkpoint.make())
        assert [p.alg for p in points] == ["sm3", "sha256", "sm3"]
        for old, new in ((0, 1), (0, 2), (1, 2)):
            steps = checkpoint.consistency(points[old], points[new])
            assert checkpoint.continues(points[old], points[new], steps)
        assert verify.verify(held=points).ok

    def test_a_small_ledger_has_no_nodes_and_holds_all_the_same(self, settings: Any, home: Path) -> None:
        ledger = Ledger()
        ledger.fill(cases=5, events=1)
        seal.seal()
        before = checkpoint.make()
        settings.FAZHI_DIGEST = "sm3"
        assert verify.verify().ok
        ledger.fill(cases=600, events=1)
        seal.seal()
        assert verify.verify().ok
        after = checkpoint.make()
        assert checkpoint.continues(before, after, checkpoint.consistency(before, after))
        assert verify.verify(held=[before, after]).ok

    @pytest.mark.usefixtures("sm3")
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_event SET alg = 'sha256' WHERE seq = 2",
            "UPDATE ledger_node SET hash = (SELECT hash FROM ledger_event WHERE id = 1)",
            "DELETE FROM ledger_node WHERE place = 0",
            "UPDATE ledger_access SET body = hash",
        ],
    )
    def test_what_was_altered_is_found(self, statement: str) -> None:
        ledger = Ledger()
        case = new_case()
        ledger.add(case, alg="sm3")
        ledger.add(case, alg="sm3")
        ledger.fill(cases=600, events=1)
        looked_into()
        seal.seal()
        checkpoint.make()
        assert verify.verify().ok
        lift_guard(connection)
        assert execute(statement)
        assert not verify.verify().ok


@pytest.mark.usefixtures("sqlite_db")
class TestSm3OnSQLite(Sm3Contract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestSm3OnPostgreSQL(Sm3Contract):
    pass


def test_a_name_that_means_nothing_is_refused() -> None:
    with pytest.raises(UnknownAlgorithm, match="sm4"):
        digests.hasher("sm4")
