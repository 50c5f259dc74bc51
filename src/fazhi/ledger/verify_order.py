"""The walk along the sealed order: places, the tree built again leaf by leaf, checkpoints, the access log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from fazhi.errors import UserError

from . import chain, checkpoint, nodes, seal, tree
from .checkpoint import Checkpoint
from .digests import ALGORITHMS, DEFAULT, installed
from .finding import Bad, pages

Roots = dict[int, list[tuple[str, bytes, str]]]  # by size: (algorithm, root, by whom)


@dataclass
class Signed:
    """What checkpoints say: roots by size, and (hash, by whom) by number of the access log's batch."""

    roots: Roots = field(default_factory=dict)
    batches: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, point: Checkpoint, by: str) -> None:
        for alg, root in point.roots.items():
            self.roots.setdefault(point.size, []).append((alg, root, by))
        self.batches.setdefault(point.access[0], []).append((point.access[1], by))


def signed(held: Sequence[Checkpoint], *, home: Path, using: str) -> tuple[Signed, list[Bad], int]:
    """What was signed, here and in the checkpoints held elsewhere; bad signatures; how many were made here."""
    found = Signed()
    bad: list[Bad] = []
    made = checkpoint.all_made(using=using)
    for size, body, signature in made:
        try:
            point = checkpoint.parse(body, signature)
            checkpoint.verify(point, home=home)
        except UserError as error:
            bad.append(Bad(None, None, f"规模{size}的检查点：{error.message}"))
            continue
        found.add(point, f"{point.time}的检查点")
    for point in held:
        try:
            checkpoint.verify(point, trusted=point.public_key)
        except UserError as error:
            bad.append(Bad(None, None, f"外部保存的检查点（{point.time}）：{error.message}"))
            continue
        found.add(point, f"外部保存的检查点（{point.time}）")
    return found, bad, len(made)


def places(cursor: Any, roots: Roots) -> tuple[list[Bad], int]:
    """Every position: no gap, the event there and unchanged, the trees' nodes and signed roots; how many there are."""
    cursor.execute("SELECT level, place, hash FROM ledger_node")
    stored = {(level, place): bytes(hash) for level, place, hash in cursor.fetchall()}
    kept = {level // 1000 for level, _ in stored}  # of which trees there are nodes
    begun = {alg for alg in ALGORITHMS if nodes.SHELF[alg] // 1000 in kept} or {installed()}
    signed_by = {alg for said in roots.values() for alg, _, _ in said}
    trees = [tree.Frontier(alg) for alg in ALGORITHMS if alg in begun | signed_by]
    bad = [b for frontier in trees for b in _against(frontier, roots)]
    before = size = 0
    for position, hash, actual, case, seq in pages(
        cursor,
        "SELECT s.position, s.hash, e.hash, e.case_id, e.seq FROM ledger_seal s"
        " LEFT JOIN ledger_event e ON e.id = s.event_id WHERE s.position > %s ORDER BY s.position LIMIT %s",
    ):
        if position != before + 1:
            bad.append(Bad(case, seq, f"封存的次序有缺口：第{before}位之后是第{position}位"))
        before, size = position, size + 1
        if actual is None:
            bad.append(Bad(None, None, f"第{position}位封存的办理记录已不存在，被删除或替换"))
        elif bytes(hash) != bytes(actual):
            bad.append(Bad(case, seq, f"与第{position}位封存的摘要不符，记录或封存被改动"))
        for frontier in trees:
            shelf = nodes.SHELF[frontier.alg]
            for level, place, node in frontier.push(bytes(hash), nodes.STEP):
                if frontier.alg in begun and stored.pop((shelf + level, place), None) != node:
                    bad.append(Bad(None, None, f"封存树第{level}层第{place}个节点缺失或与各项不符"))
            if size in roots:
                bad += _against(frontier, roots)
    if stored:
        bad.append(Bad(None, None, f"封存树比封存的{size}项多出{len(stored)}个节点，末尾被截断"))
    for signed_size in sorted(x for x in roots if x > size):
        bad.append(
            Bad(None, None, f"{roots[signed_size][0][2]}有{signed_size}项，现存封存只有{size}项，末尾被截断")
        )
    return bad + _passed_over(cursor), size


def access(cursor: Any, heads: dict[int, list[tuple[str, str]]]) -> list[Bad]:
    """The access log: each line's hash, its place, the chain of batches, and the batches that were signed."""
    bad: list[Bad] = []
    hashes: list[bytes] = []
    for position, of, hash, actual, body in pages(
        cursor,
        "SELECT s.position, s.access_id, s.hash, a.hash, a.body FROM ledger_access_seal s"
        " LEFT JOIN ledger_access a ON a.id = s.access_id WHERE s.position > %s ORDER BY s.position LIMIT %s",
    ):
        hashes.append(bytes(hash))
        if position != len(hashes):
            return [*bad, Bad(None, None, f"查阅日志的次序有缺口：第{len(hashes) - 1}位之后是第{position}位")]
        if actual is None:
            bad.append(Bad(None, None, f"查阅日志第{of}条已不存在"))
        elif bytes(actual) != bytes(hash) or _digest(bytes(body)) != bytes(hash):
            bad.append(Bad(None, None, f"查阅日志第{of}条与封存的摘要不符，被改动"))
    prev, upto, number = b"", 0, 0
    for number, first, last, body, hash in pages(
        cursor,
        "SELECT number, first, last, body, hash FROM ledger_access_batch WHERE number > %s"
        " ORDER BY number LIMIT %s",
    ):
        alg = _alg(bytes(body))
        wanted, wanted_hash = seal.access_batch(number, prev, first, hashes[first - 1 : last], alg)
        if first != upto + 1 or bytes(body) != wanted or bytes(hash) != wanted_hash:
            bad.append(Bad(None, None, f"查阅日志第{number}批与其内容不符，日志或批次被改动"))
        for head, by in heads.get(number, ()):
            if head != bytes(hash).hex():
                bad.append(Bad(None, None, f"查阅日志第{number}批与{by}不符，被改动"))
        prev, upto = bytes(hash), last
    if heads and max(heads) > number:
        bad.append(Bad(None, None, f"{heads[max(heads)][0][1]}有{max(heads)}批查阅日志，现存只有{number}批"))
    if upto != len(hashes):
        bad.append(Bad(None, None, f"查阅日志封存了{len(hashes)}条，各批合计{upto}条"))
    return bad


def _against(frontier: tree.Frontier, roots: Roots) -> list[Bad]:
    """The tree as it stands, against what was signed at this size."""
    return [
        Bad(None, None, f"{by}（{frontier.size}项）的根与现存记录不符，记录或检查点被改动")
        for alg, root, by in roots.get(frontier.size, ())
        if alg == frontier.alg and root != frontier.root()
    ]


def _digest(body: bytes) -> bytes:
    try:
        return chain.by_name(body)
    except (ValueError, UserError):
        return b""


def _alg(body: bytes) -> str:
    """The algorithm that a batch names; of one that cannot be read, the usual: then it agrees with nothing."""
    try:
        alg = orjson.loads(body).get("alg", DEFAULT)
    except (ValueError, AttributeError):
        return DEFAULT
    return alg if alg in ALGORITHMS else DEFAULT


def _passed_over(cursor: Any) -> list[Bad]:
    """Events that the sealer should have met already and did not: put in behind its back."""
    cursor.execute(
        f"SELECT e.case_id, e.seq FROM ledger_event e WHERE {seal.passed_over(cursor)} ORDER BY e.id LIMIT 50"
    )
    return [Bad(case, seq, "该记录早应封存而未封存，可能是事后插入的") for case, seq in cursor.fetchall()]
