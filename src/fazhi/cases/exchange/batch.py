"""One import from beginning to end: every row checked and decided first, then one transaction, or nothing at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connections

from fazhi.cases import definitions, store
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import files, known
from fazhi.cases.exchange.archive import Limits
from fazhi.cases.exchange.change import change
from fazhi.cases.exchange.columns import heading
from fazhi.cases.exchange.compare import spoken
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.parts import PartSheets
from fazhi.cases.exchange.record import Recorder
from fazhi.cases.exchange.rows import Filing, Reader
from fazhi.cases.exchange.table import Table, Versions, find_table
from fazhi.cases.exchange.values import plain
from fazhi.cases.exchange.writing import Changed, Piece, Spool, insert
from fazhi.cases.service import new_id
from fazhi.cases.store import Row
from fazhi.law import SHANGHAI
from fazhi.ledger import commit
from fazhi.ledger.errors import Conflict, Replayed
from fazhi.organs.errors import Invalid
from fazhi.organs.party_batch import Wanted
from fazhi.organs.tables import RowError

SYSTEM = "历史数据"  # the source system of a file that names none
PIECE = 500  # cases decided, sealed and written together
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


@dataclass(slots=True)
class _Counts:
    new: int = 0
    changed: int = 0
    same: int = 0
    events: int = 0
    changes: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)


def load(
    data: bytes, order: Order, *, now: datetime | None = None, dry_run: bool = False, limits: Limits | None = None,
    progress: Progress | None = None, using: str = "default",
) -> Outcome:  # fmt: skip
    """Import a file, all of it or nothing. Raises BadFile where the file is no table of this procedure."""
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
    _links(table, desk)
    counts = _Counts()
    spool = Spool()
    try:
        done, whole = 0, max(0, len(table.sheet.rows) - table.head - 1)
        for some in _pieces(reader.filings()):
            piece = Piece()
            _decide(recorder, order, [f for f in some if f is not None], piece, counts, errors, using)
            recorder.flush(piece)
            if not errors:  # else nothing will be written: the rest is only checked
                counts.events += len(piece.events)
                spool.put(piece)
            done += len(some)
            if progress:
                progress("校验", done, whole)
        parts.unused()
        if not errors and not (counts.new or counts.changed or counts.same):
            errors.append(RowError(table.head + 2, "", "文件中没有数据行；请在列名下面填写，示例行不算"))
        told = Outcome(
            counts.new, counts.changed, counts.same, tuple(sorted(errors, key=lambda e: e.row)), counts.events, "",
            table.unknown, tuple(counts.changes[:SHOWN]),
        )  # fmt: skip
        if dry_run or errors or not counts.events:
            return told
        used = {layout.d.hash: layout.d for layout in versions.layouts}
        for d in used.values():
            definitions.keep(d, using)
        _write(spool, order, batch, told, hashlib.sha256(data).hexdigest(), now, progress, using)
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


def _links(table: Table, desk: Desk) -> None:
    """Numbers of other cases that the file names: looked up at once."""
    places = {at for columns in table.columns.values() for at, c in columns if c.kind == "link"}
    if places:
        rows = table.sheet.rows[table.head + 1 :]
        desk.look_up_links({plain(row[at]) for row in rows for at in places if at < len(row) and row[at]})


def _pieces(filings: Iterator[Filing | None]) -> Iterator[list[Filing | None]]:
    some: list[Filing | None] = []
    for filing in filings:
        some.append(filing)
        if len(some) == PIECE:
            yield some
            some = []
    if some:
        yield some


def _decide(
    recorder: Recorder, order: Order, filings: list[Filing], piece: Piece, counts: _Counts, errors: list[RowError],
    using: str,
) -> None:  # fmt: skip
    desk = recorder.desk
    desk.book.look_up(
        w
        for f in filings
        for members in f.sides.values()
        for w in members
        if isinstance(w, Wanted) and w.number
    )
    here = known.by_source(
        desk.county.code, order.procedure, order.system, (f.number for f in filings), using
    )
    by_id = known.by_id(desk.county.code, order.procedure, (f.id for f in filings if f.id), using)
    found: list[tuple[Filing, Row]] = []
    for filing in filings:
        row = by_id.get(filing.id) or here.get(filing.number)
        if row is not None:
            found.append((filing, row))
            continue
        try:
            wrong = recorder.new(filing, piece)
        except Invalid as error:
            wrong = _party(filing, error)
        errors += wrong
        counts.new += not wrong
    unlike = commit.differing(
        {k: v for filing, row in found if row.state for k, v in spoken(filing, row.state)}, using=using
    )
    for filing, row in found:
        if not desk.may_file(row.organ):
            errors.append(
                RowError(filing.row, "来源系统案号", f"案件“{filing.number}”由其他单位承办，您不能更改")
            )
            continue
        try:
            told, wrong = change(recorder, filing, row, piece, unlike, using)
        except Invalid as error:
            told, wrong = [], _party(filing, error)
        errors += wrong
        if told and not wrong:
            counts.changed += 1
            counts.changes.append((filing.row, filing.number, tuple(told)))
        elif not wrong:
            counts.same += 1


def _party(filing: Filing, error: Invalid) -> list[RowError]:
    """A party that its number does not agree with: the column of its name tells."""
    title = next((c.title for c in filing.layout.columns if c.kind == "party_name"), "")
    found = []
    for p in error.problems:
        column = next((c.title for c in filing.layout.columns if heading(c.title).endswith(p.field)), title)
        found.append(RowError(filing.row, column, f"{p.message}{f'；{p.next}' if p.next else ''}"))
    return found


def _write(
    spool: Spool, order: Order, batch: str, told: Outcome, digest: str, now: datetime, progress: Progress | None, using: str
) -> None:  # fmt: skip
    from fazhi.cases.models import Import

    try:
        with store.writing(using), connections[using].cursor() as cursor:
            Import.objects.using(using).create(
                id=batch, county=order.county, procedure=order.procedure, system=order.system, elsewhere=order.elsewhere,
                file=order.file[:200], digest=digest, person=order.by, at=now, new=told.new, changed=told.changed,
                same=told.same, events=told.events,
            )  # fmt: skip
            for n, piece in enumerate(spool.pieces(), 1):
                insert(cursor, piece, now)
                if progress:
                    progress("写入", n, spool.count)
    except (
        IntegrityError,
        Conflict,
        Replayed,
    ):  # somebody wrote the same case or party while we were deciding
        raise Changed from None
