"""One import from beginning to end: every row checked and decided first, then one transaction, or nothing at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connections

from fazhi.cases import definitions, store
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import files
from fazhi.cases.exchange.archive import Limits
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


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do. With any error nothing was written."""

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

    def as_dict(self) -> dict[str, Any]:
        rows = [{"row": e.row, "column": e.column, "message": e.message} for e in self.errors]
        return {"new": self.new, "changed": self.changed, "same": self.same, "errors": rows}


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
    today = now.astimezone(SHANGHAI).date()
    desk = Desk(order.county, today, system=order.system, paths=order.paths, using=using)
    parts = PartSheets(book, versions, errors)
    reader = Reader(table, versions, desk, errors, order.organ, order.elsewhere, parts)
    batch = new_id()
    recorder = Recorder(desk, order.procedure, batch=batch, system=order.system, by=order.by, now=now)
    links = _links(table, desk)
    counts = Counts()
    spool = Spool()
    try:

        def told_so_far(done: int, whole: int) -> None:
            if progress:
                progress("校验", done, whole)

        Decider(reader, recorder, order.procedure, order.system, links, using).run(
            spool, counts, workers, told_so_far
        )
        parts.unused(set(reader.keys.values()))
        if not errors and not (counts.new or counts.changed or counts.same):
            errors.append(RowError(table.head + 2, "", "文件中没有数据行；请在列名下面填写，示例行不算"))
        told = Outcome(
            counts.new, counts.changed, counts.same, tuple(sorted(errors, key=lambda e: e.row)), counts.events, "",
            table.unknown, tuple(sorted(counts.changes)[:SHOWN]),
        )  # fmt: skip
        if dry_run or errors or not counts.events:
            return told
        used = {layout.d.hash: layout.d for layout in versions.layouts}
        for d in used.values():
            definitions.keep(d, using)
        _write(
            spool,
            list(counts.parties.values()),
            order,
            batch,
            told,
            hashlib.sha256(data).hexdigest(),
            now,
            progress,
            using,
        )
    finally:
        spool.close()
    return Outcome(
        told.new, told.changed, told.same, (), told.events, batch, told.ignored, told.changes
    )  # fmt: skip


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
            Import.objects.using(using).create(
                id=batch, county=order.county, procedure=order.procedure, system=order.system, elsewhere=order.elsewhere,
                file=order.file[:200], digest=digest, person=order.by, at=now, new=told.new, changed=told.changed,
                same=told.same, events=told.events,
            )  # fmt: skip
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
