"""Whether the ledger is what it was: every link, every case folded again, every place, every signature.

All reading happens in one snapshot, in pages, so that writers go on meanwhile. A pass goes on behind a bad entry (one
altered record must not hide the next); `first_bad` is the first one found, links before folding before seals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import connections

from fazhi.errors import UserError

from . import chain, store, verify_order
from .checkpoint import Checkpoint
from .finding import PAGE, Bad, pages
from .upgrade import CURRENT, upgrade

Refold = Callable[[str, list[dict[str, Any]]], str | None]
Heads = Iterable[tuple[str, int, str]]

_MOST = 50  # bad entries that are kept; the rest is counted


@dataclass
class Report:
    """What a run found: numbers of events, of places in the order, of checkpoints; the first bad entries."""

    events: int = 0
    sealed: int = 0
    checkpoints: int = 0
    bad_count: int = 0
    bad: list[Bad] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.bad_count == 0

    @property
    def first_bad(self) -> Bad | None:
        return self.bad[0] if self.bad else None

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "events": self.events,
            "sealed": self.sealed,
            "checkpoints": self.checkpoints,
            "first_bad": asdict(self.first_bad) if self.first_bad else None,
        }

    def add(self, found: Iterable[Bad]) -> None:
        for bad in found:
            self.bad_count += 1
            if len(self.bad) < _MOST:
                self.bad.append(bad)


def verify(
    refold: Refold | None = None,
    heads: Callable[[], Heads] | None = None,
    *,
    held: Sequence[Checkpoint] = (),
    home: Path | None = None,
    using: str = "default",
) -> Report:
    """Walk the whole ledger.

    `refold(case, bodies)` folds a case again, compares, and says in Chinese what differs. `heads()` gives
    (case, seq, hash in hex) of every case as the floor above knows it, so that a tail cut off is named.
    `held` are checkpoints kept elsewhere; their signatures are checked by the public key that each of them brings.
    """
    home = home or Path(settings.FAZHI_HOME)
    report = Report()
    with store.snapshot(using), connections[using].cursor() as cursor:
        last: dict[str, tuple[int, bytes]] = {}
        report.add(_links(cursor, report, last))
        if heads:
            report.add(_heads(heads(), last))
        suspect = {bad.case for bad in report.bad}
        known = len(last)
        last.clear()
        if refold and known:
            report.add(_refolded(cursor, refold, suspect))
        signed, bad, report.checkpoints = verify_order.signed(held, home=home, using=using)
        report.add(bad)
        bad, report.sealed = verify_order.places(cursor, signed.roots)
        report.add(bad)
        report.add(verify_order.access(cursor, signed.batches))
    return report


def _links(cursor: Any, report: Report, last: dict[str, tuple[int, bytes]]) -> Iterator[Bad]:
    """Every event in the order of ids: its hash, its place in its case, its link. Fills `last` with the heads."""
    for _, case, seq, county, alg, hash, body in pages(
        cursor,
        "SELECT id, case_id, seq, county, alg, hash, body FROM ledger_event WHERE id > %s ORDER BY id LIMIT %s",
    ):
        report.events += 1
        before, prev = last.get(case, (0, b""))
        hash, body = bytes(hash), bytes(body)
        last[case] = (seq, hash)
        if seq != before + 1:
            if seq > before + 1:
                yield Bad(case, before + 1, f"缺少第{before + 1}条记录：第{before}条之后是第{seq}条")
            else:
                yield Bad(case, seq, f"第{seq}条记录次序颠倒：排在第{before}条之后")
            continue
        try:
            said = orjson.loads(body)
            intact = chain.digest(body, alg) == hash
        except (ValueError, UserError):
            said, intact = None, False
        if not intact:
            yield Bad(case, seq, "内容与摘要不符，内容或摘要被改动")
        elif not isinstance(said, dict):
            yield Bad(case, seq, "内容不是一条办理记录")
        elif said.get("prev") != prev.hex():
            yield Bad(case, seq, "与前一条记录的链接不符，前一条或本条被替换")
        elif (said.get("case"), said.get("seq"), said.get("county")) != (case, seq, county):
            yield Bad(case, seq, "存储的案件、序号或县区与内容不符")
        elif type(said.get("schema")) is not int or not 1 <= said["schema"] <= CURRENT:
            yield Bad(case, seq, f"格式版本 {said.get('schema')!r} 不认识（本程序认识到第{CURRENT}版）")


def _heads(heads: Heads, last: dict[str, tuple[int, bytes]]) -> Iterator[Bad]:
    for case, seq, head in heads:
        there, hash = last.get(case, (0, b""))
        if there < seq:
            yield Bad(case, there + 1, f"案件应有{seq}条记录，只存有{there}条，末尾被截断")
        elif there > seq:
            yield Bad(case, seq + 1, f"案件只应有{seq}条记录，却存有{there}条，末尾被添加")
        elif hash.hex() != head:
            yield Bad(case, seq, "最后一条记录与案件登记的摘要不符")


def _refolded(cursor: Any, refold: Refold, suspect: set[str | None]) -> Iterator[Bad]:
    """Every case folded again from its events; those with a broken chain are left out."""
    case: str = ""
    bodies: list[dict[str, Any]] = []
    key = ("", 0)
    while True:
        cursor.execute(
            "SELECT case_id, seq, body FROM ledger_event WHERE (case_id, seq) > (%s, %s)"
            " ORDER BY case_id, seq LIMIT %s",
            (*key, PAGE),
        )
        rows = cursor.fetchall()
        for of, _, body in rows:
            if of != case:
                yield from _fold(refold, case, bodies, suspect)
                case, bodies = of, []
            bodies.append(body)
        if len(rows) < PAGE:
            yield from _fold(refold, case, bodies, suspect)
            return
        key = rows[-1][:2]


def _fold(refold: Refold, case: str, bodies: list[Any], suspect: set[str | None]) -> Iterator[Bad]:
    if not case or case in suspect:
        return
    try:
        why = refold(case, [upgrade(orjson.loads(bytes(body))) for body in bodies])
    except UserError as error:
        why = error.message
    except (
        Exception
    ) as error:  # a body that no fold can take is a finding about the ledger, not the end of the walk
        why = f"由记录重算案件失败（{type(error).__name__}: {error}）"
    if why:
        yield Bad(case, len(bodies), why)
