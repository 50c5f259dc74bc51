"""One import from beginning to end: every row checked and decided first, then one transaction, or nothing at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connections

from fazhi.archives.workbook import Limits
from fazhi.cases import definitions, store
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import files
from fazhi.cases.exchange.deciding import Counts, Decider
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.parts import PartSheets
from fazhi.cases.exchange.record import Recorder
from fazhi.cases.exchange.rows import Reader
from fazhi.cases.exchange.table import Table, Versions, find_table
from fazhi.cases.exchange.values import plain
from fazhi.cases.exchange.writing import Changed, Spool, insert
from fazhi.cases.service import new_id
from fazhi.law import SHANGHAI
from fazhi.ledger.errors import Conflict, Replayed
from fazhi.organs.tables import RowError

SYSTEM = "历史数据"  # the source system of a file that names none
_ROUNDS = 4  # rows left out may make others wrong, whose case they were
SHOWN = 200  # changed rows told one by one
Progress = Callable[[str, int, int], None]  # (what, done, of how many)


@dataclass(frozen=True)
class Order:
    """What is to be imported, by whom. `paths`: organs for which cases may be filed; None: the whole county."""

    procedure: str
    county: str
    system: str = SYSTEM
    elsewhere: str = ""
    organ: str = ""  # id of the organ that handles every row, for files without that column
    by: str = ""  # person; empty for the operator of the installation
    paths: tuple[str, ...] | None = None
    file: str = ""
    batch: str = ""  # id that the batch is to have; empty: a new one
    only_right: bool = (
        False  # rows with mistakes are left out and told of; else one mistake keeps everything out
    )


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do. With any error nothing was written, unless the order was for the right rows
    only: then `left` rows were left out, and the errors are theirs."""

    new: int = 0
    changed: int = 0
    same: int = 0
    errors: tuple[RowError, ...] = ()
    events: int = 0
    batch: str = ""  # empty for a dry run, and where there was nothing to write
    ignored: tuple[str, ...] = ()  # headings that nothing was made of
    changes: tuple[
        tuple[int, str, tuple[str, ...]], ...
    ] = ()  # (row, number, headings that read differently)
    left: int = 0

    def as_dict(self) -> dict[str, Any]:
        rows = [{"row": e.row, "column": e.column, "message": e.message} for e in self.errors]
        told = {"new": self.new, "changed": self.changed, "same": self.same, "errors": rows}
        return told | ({"left": self.left, "batch": self.batch} if self.left else {})


def load(
    data: bytes, order: Order, *, now: datetime | None = None, dry_run: bool = False, limits: Limits | None = None,
    progress: Progress | None = None, workers: int = 1, using: str = "default",
) -> Outcome:  # fmt: skip
    """Import a file, all of it or nothing. Raises BadFile where the file is no table of this procedure.

    `workers`: processes among which new rows are divided, where this one may fork.
    """
    now = now or datetime.now(UTC)
    _checked(order)
    book = files.read(data, limits)
    versions = Versions(definitions.library(), order.procedure)
    errors: list[RowError] = []
    table = find_table(book, versions, errors, bool(order.organ))
    if errors:
        return Outcome(errors=tuple(errors), ignored=table.unknown)
    errors = []
    parts = PartSheets(book, versions, errors)
    batch, spool = order.batch or new_id(), Spool()

    def decided(leave: frozenset[int], found: list[RowError]) -> tuple[Counts, frozenset[int]]:
        """Every row but those, to the spool; with mistakes (`found`) also the places of the rows that have them."""
        desk = Desk(
            order.county, now.astimezone(SHANGHAI).date(), system=order.system, paths=order.paths, using=using
        )
        reader = Reader(table, versions, desk, found, order.organ, order.elsewhere, parts, leave)
        reader.point(found)
        recorder = Recorder(desk, order.procedure, batch=batch, system=order.system, by=order.by, now=now)
        decider = Decider(reader, recorder, order.procedure, order.system, _links(table, desk), using)
        counts = Counts()
        decider.run(
            spool, counts, workers, lambda done, whole: progress("校验", done, whole) if progress else None
        )
        if not leave:
            parts.unused(set(reader.keys.values()))
        return counts, frozenset(decider.bad | reader.doubled)

    try:
        counts, bad = decided(frozenset(), errors)
        if not errors and not (counts.new or counts.changed or counts.same):
            errors.append(RowError(table.head + 2, "", "文件中没有数据行；请在列名下面填写，示例行不算"))
        left = frozenset[int]()
        if errors and order.only_right:
            counts, left = _without(decided, bad, spool)
        told = Outcome(
            counts.new, counts.changed, counts.same, tuple(sorted(errors, key=lambda e: e.row)), counts.events, "",
            table.unknown, tuple(sorted(counts.changes)[:SHOWN]), len(left),
        )  # fmt: skip
        if dry_run or (errors and not order.only_right) or not counts.events:
            return told
        for d in {layout.d.hash: layout.d for layout in versions.layouts}.values():
            definitions.keep(d, using)
        parties = [columns for _, columns in counts.parties.values()]
        _write(spool, parties, order, batch, told, hashlib.sha256(data).hexdigest(), now, progress, using)
    finally:
        spool.close()
    return replace(told, batch=batch)


def _without(
    decided: Callable[[frozenset[int], list[RowError]], tuple[Counts, frozenset[int]]], bad: frozenset[int], spool: Spool
) -> tuple[Counts, frozenset[int]]:  # fmt: skip
    """The right rows decided anew as if the others were not in the file: one may name another's case, or its party."""
    left = bad
    for _ in range(_ROUNDS):
        spool.clear()
        found: list[RowError] = []
        counts, bad = decided(left or frozenset({-1}), found)
        if not found:
            return counts, left
        left |= bad
    raise CaseError("去掉有错误的行之后仍有错误，没有导入任何内容", next="请改正全部错误后重新导入")


def _checked(order: Order) -> None:
    if not order.system.strip() or len(order.system) > 40:
        raise CaseError("来源系统名称应为1至40个字", next="请填写数据来自哪个系统，每次导入写法一致")
    if len(order.elsewhere) > 40:
        raise CaseError("在办系统名称超过40个字", next="请缩短")


def _links(table: Table, desk: Desk) -> frozenset[str]:
    """Numbers of other cases that the file names: looked up at once. The procedures whose cases may be meant."""
    places = {at for columns in table.columns.values() for at, c in columns if c.kind == "link"}
    to = {p for columns in table.columns.values() for _, c in columns if c.kind == "link" for p in c.to}
    if places:
        rows = table.sheet.rows[table.head + 1 :]
        named = {plain(row[at]) for row in rows for at in places if at < len(row) and row[at]}
        desk.look_up_links(named, tuple(sorted(to)))
    return frozenset(to)


def _write(
    spool: Spool, parties: list[tuple[Any, ...]], order: Order, batch: str, told: Outcome, digest: str, now: datetime,
    progress: Progress | None, using: str,
) -> None:  # fmt: skip
    from fazhi.cases.models import Import
    from fazhi.organs import party_batch

    try:
        with store.writing(using), connections[using].cursor() as cursor:
            made = {
                "county": order.county, "procedure": order.procedure, "system": order.system, "elsewhere": order.elsewhere,
                "file": order.file[:200], "digest": digest, "person": order.by, "at": now, "new": told.new,
                "changed": told.changed, "same": told.same, "events": told.events, "wrong": len(told.errors),
                "stage": "", "trouble": "",
            }  # fmt: skip
            if not order.batch:
                Import.objects.using(using).create(id=batch, **made)
            elif Import.objects.using(using).filter(pk=batch, at__isnull=True).update(**made) != 1:
                raise Changed  # written by another process, or thrown away
            party_batch.insert(cursor, parties, now)
            for n, piece in enumerate(spool.pieces(), 1):
                insert(cursor, piece)
                if progress:
                    progress("写入", n, spool.count)
    except (
        IntegrityError,
        Conflict,
        Replayed,
    ):  # somebody wrote the same case or party while we were deciding
        raise Changed from None
