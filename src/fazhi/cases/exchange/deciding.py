"""Rows to pieces that can be written: cases that are here are compared, new ones go through the engine.

New cases need nothing of each other, so with several processors they are decided by processes of their own, forked
after everything is loaded. What they share is a party that several rows name: a new identity has the same id in all
of them, and the first record of it stays.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from fazhi.cases.exchange import known
from fazhi.cases.exchange.change import change
from fazhi.cases.exchange.compare import spoken
from fazhi.cases.exchange.filing import Filing
from fazhi.cases.exchange.record import Recorder
from fazhi.cases.exchange.rows import Reader
from fazhi.cases.exchange.writing import Piece, Spool, pack
from fazhi.cases.service import new_id
from fazhi.ledger import commit
from fazhi.organs.errors import Invalid
from fazhi.organs.party_batch import COLUMNS, Wanted
from fazhi.organs.tables import RowError

PIECE = 500  # cases decided, sealed and written together
WORTH = 2000  # new rows from which on further processes are worth their while
Told = tuple[int, str, tuple[str, ...]]


@dataclass(slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    same: int = 0
    events: int = 0
    changes: list[Told] = field(default_factory=list)
    parties: dict[str, tuple[int, tuple[Any, ...]]] = field(
        default_factory=dict
    )  # new ones by the digest of their number, with the row that names them first


@dataclass(slots=True)
class Done:
    """What came of some rows."""

    rows: int
    new: int
    events: int
    errors: list[RowError]
    bad: set[int]  # places of rows with mistakes, those of their lines in part sheets included
    parties: list[tuple[int, tuple[Any, ...]]]
    packed: bytes


class Decider:
    def __init__(
        self, reader: Reader, recorder: Recorder, procedure: str, system: str, links: frozenset[str], using: str
    ) -> None:  # fmt: skip
        self.reader, self.recorder, self.links = reader, recorder, links
        self.procedure, self.system, self.using = procedure, system, using
        self.errors = reader.errors
        self.bad: set[int] = set()

    def run(self, spool: Spool, counts: Counts, workers: int, progress: Callable[[int, int], None]) -> None:
        """Every row; pieces go to the spool while there is no error."""
        here = self._here()
        fresh = [p for p in self.reader.places if p not in here]
        self.recorder.ids = {self.reader.keys[p]: new_id() for p in fresh}
        if self.links & {self.procedure, "any"}:
            self.recorder.desk.will_be(self.recorder.ids)
        with _unhurried(workers):
            self._run(spool, counts, workers, progress, here, fresh)
        self.reader.point(self.errors)

    def _run(
        self, spool: Spool, counts: Counts, workers: int, progress: Callable[[int, int], None], here: set[int],
        fresh: list[int],
    ) -> None:  # fmt: skip
        whole, done = len(self.reader.places), 0
        for some in _cut([p for p in self.reader.places if p in here]):
            self._compare(some, spool, counts)
            progress(done := done + len(some), whole)
        for result in self._decided(_cut(fresh), workers, len(fresh)):
            counts.new += result.new
            counts.events += result.events
            self.errors += result.errors
            self.bad |= result.bad
            self._parties(result, counts)
            if not self.errors:
                spool.put(result.packed)
            progress(done := done + result.rows, whole)

    def _here(self) -> set[int]:
        """Places of rows whose case is here."""
        county, reader = self.recorder.desk.county.code, self.reader
        numbers = known.numbers(county, self.procedure, self.system, set(reader.keys.values()), self.using)
        ids = known.ids(county, self.procedure, set(reader.ids.values()), self.using)
        return {p for p in reader.places if reader.keys[p] in numbers or reader.ids.get(p) in ids}

    def _decided(self, pieces: Sequence[Sequence[int]], workers: int, rows: int) -> Iterator[Done]:
        workers = min(workers, len(pieces))
        if workers < 2 or rows < WORTH or not _may_fork(self.using):
            yield from map(self._new, pieces)
            return
        global _decider
        _decider = self
        connections.close_all()  # an open connection must not be carried into another process
        gc.freeze()
        try:
            with multiprocessing.get_context("fork").Pool(workers) as pool:
                yield from pool.imap(_work, pieces)
        finally:
            gc.unfreeze()
            _decider = None

    def _new(self, places: Sequence[int]) -> Done:
        """Rows of cases that are not here."""
        errors: list[RowError] = []
        self.reader.point(errors)
        piece = Piece()
        filings, bad = self._filings(places)
        self._look_up(filings)
        new = 0
        for filing in filings:
            try:
                wrong = self.recorder.new(filing, piece)
            except Invalid as error:
                wrong = party_errors(filing, error)
            errors += wrong
            new += not wrong
            if wrong:
                bad.add(filing.row - 1)
        self.recorder.flush(piece)
        parties, piece.parties = piece.parties, []
        return Done(len(places), new, len(piece.events), errors, bad, parties, pack(piece))

    def _filings(self, places: Sequence[int]) -> tuple[list[Filing], set[int]]:
        """Rows understood, and the places of those that are not."""
        read = list(zip(places, self.reader.read(places), strict=True))
        return [f for _, f in read if f is not None], {place for place, f in read if f is None}

    def _look_up(self, filings: Sequence[Filing]) -> None:
        self.recorder.desk.book.look_up(
            w
            for f in filings
            for members in f.sides.values()
            for w in members
            if isinstance(w, Wanted) and w.number
        )

    def _parties(self, done: Done, counts: Counts) -> None:
        """Keep the first record of each new identity; the same number under another name is a mistake."""
        digest, name, shown = (COLUMNS.index(c) for c in ("identity_digest", "name_digest", "shown_name"))
        for row, columns in done.parties:
            key = columns[digest] or columns[0]
            _, first = counts.parties.setdefault(key, (row, columns))
            if first[name] != columns[name]:
                title = self.reader.party_title()
                message = f"该证件号码在另一行登记为“{first[shown]}”，与所填名称不一致；请核对号码和名称"
                self.errors.append(RowError(row, title, message))
                self.bad.add(row - 1)

    def _compare(self, places: Sequence[int], spool: Spool, counts: Counts) -> None:
        """Rows of cases that are here: same, or changed."""
        self.reader.point(self.errors)
        recorder, desk = self.recorder, self.recorder.desk
        filings, bad = self._filings(places)
        self.bad |= bad
        self._look_up(filings)
        county = desk.county.code
        by_number = known.by_source(
            county, self.procedure, self.system, (f.number for f in filings), self.using
        )
        by_id = known.by_id(county, self.procedure, (f.id for f in filings if f.id), self.using)
        pairs = [(f, row) for f in filings if (row := by_id.get(f.id) or by_number.get(f.number)) is not None]
        said = {k: v for f, row in pairs if row.state for k, v in spoken(f, row.state)}
        unlike = commit.differing(said, using=self.using)
        piece = Piece()
        for filing, row in pairs:
            if not desk.may_file(row.organ):
                message = f"案件“{filing.number}”由其他单位承办，您不能更改；请从文件中删去这一行"
                self.errors.append(RowError(filing.row, "来源系统案号", message))
                self.bad.add(filing.row - 1)
                continue
            try:
                told, wrong = change(recorder, filing, row, piece, unlike, self.using)
            except Invalid as error:
                told, wrong = [], party_errors(filing, error)
            self.errors += wrong
            if wrong:
                self.bad.add(filing.row - 1)
            if told and not wrong:
                counts.changed += 1
                counts.changes.append((filing.row, filing.number, tuple(told)))
            elif not wrong:
                counts.same += 1
        recorder.flush(piece)
        counts.events += len(piece.events)
        parties, piece.parties = piece.parties, []
        packed = pack(piece)
        self._parties(Done(0, 0, 0, [], set(), parties, b""), counts)
        if not self.errors:
            spool.put(packed)


@contextmanager
def _unhurried(workers: int) -> Iterator[None]:
    """Without the garbage collector where the process has nothing else to do: it would go through the whole file again
    and again. A server, which asks for one worker, keeps it."""
    stop = workers > 1 and gc.isenabled()
    if stop:
        gc.disable()
    try:
        yield
    finally:
        if stop:
            gc.enable()


_decider: Decider | None = None


def _work(places: Sequence[int]) -> Done:
    """In a forked process."""
    gc.disable()
    assert _decider is not None
    return _decider._new(places)


def _cut(places: list[int]) -> list[list[int]]:
    return [places[i : i + PIECE] for i in range(0, len(places), PIECE)]


def _may_fork(using: str) -> bool:
    """Forking is safe where nothing else runs in this process and no transaction is open."""
    return hasattr(os, "fork") and threading.active_count() == 1 and not connections[using].in_atomic_block


def party_errors(filing: Filing, error: Invalid) -> list[RowError]:
    """A party that does not agree with its number."""
    title = next((c.title for c in filing.layout.columns if c.kind == "party_name"), "")
    return [
        RowError(filing.row, title, p.message + (f"；{p.next}" if p.next else "")) for p in error.problems
    ]
