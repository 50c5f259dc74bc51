"""The columnar mirror of the ledger: append-only Parquet files by position, and the tail that is in no file yet.

FAZHI_HOME/mirror/<signature>/ holds one generation (`generation`). The signature follows the columns that figures need: when
these change, a new generation is made from the ledger.

The mirror is no record. It may be deleted at any time; `fold`ing the ledger again gives the same rows. It knows by the
hash of the last sealed event whether it belongs to this ledger at all.
"""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from django.conf import settings
from django.db import connections

from fazhi.cases import definitions
from fazhi.figures import catalogue as catalogues
from fazhi.figures import files, generation, table
from fazhi.figures.catalogue import Catalogue
from fazhi.figures.facts import Fold, Signed, signed, take
from fazhi.figures.generation import Manifest
from fazhi.figures.model import Shape
from fazhi.law import SHANGHAI
from fazhi.ledger import seal, store, upgrade
from fazhi.procedures.state import Body

FLUSH = 1_000  # sealed events that make a file; fewer stay in the tail
CHUNK = 20_000  # events a file at most: a long catching up is written as it goes
FOLDS = 2_000  # cases kept folded
PAGE = 1_000
PIECES = 32  # of the tail, in memory


@dataclass
class Held:
    """What this process knows of one generation: the manifest as it read it, and the facts after it."""

    manifest: Manifest
    reached: int  # position up to which `facts` go
    mark: str  # the sealed hash there
    facts: list[pa.Table] = field(default_factory=list)  # in pieces, in the order of positions
    days: list[tuple[int, str]] = field(default_factory=list)
    folds: OrderedDict[str, Fold] = field(default_factory=OrderedDict)

    def tail(self, catalogue: Catalogue) -> pa.Table:
        """The facts as one table; the pieces are put together when there are many."""
        whole = pa.concat_tables(self.facts) if self.facts else table.schema(catalogue).empty_table()
        if len(self.facts) > PIECES:
            self.facts = [whole.combine_chunks()]
        return whole


@dataclass(frozen=True, slots=True)
class View:
    """A consistent look: these files and this tail hold the facts of every position up to `position`, once each."""

    catalogue: Catalogue
    files: tuple[Path, ...]
    tail: pa.Table
    position: int
    days: tuple[tuple[int, str], ...]


_lock = threading.RLock()
_held: dict[tuple[str, str, str], Held] = {}


# ---- the two ways in ------------------------------------------------------------------------------------------------


def feed(using: str = "default") -> int:
    """The worker's part, after each sealing: take in what is new, write a file when there is enough; events taken in."""
    catalogue = catalogues.current()
    with _lock:
        held = _hold(catalogue, using)
        before = held.reached
        _catch_up(catalogue, held, using, write=True)
        return held.reached - before


def look(using: str = "default") -> View:
    """Everything that is sealed by now."""
    catalogue = catalogues.current()
    with _lock:
        held = _hold(catalogue, using)
        behind = seal.height(using=using) - held.reached
        _catch_up(catalogue, held, using, write=behind > FLUSH)
        tail = held.tail(catalogue)
        home = generation.folder(catalogue.signature)
        return View(
            catalogue, tuple(home / p.name for p in held.manifest.parts), tail, held.reached,
            (*held.manifest.days, *held.days),
        )  # fmt: skip


def day_of(view: View, position: int) -> date | None:
    """The latest day on which anything up to `position` was recorded; None before the first."""
    said = [day for at, day in view.days if at <= position]
    return date.fromisoformat(said[-1]) if said else None


def rebuild(using: str = "default") -> int:
    """Forget the files and make them anew from the ledger, all of it in files; events read."""
    catalogue = catalogues.current()
    with _lock:
        home = generation.folder(catalogue.signature)
        home.mkdir(parents=True, exist_ok=True)
        with files.locked(home / "lock") as mine:
            if mine:
                generation.forget(home)
        _held.pop(_key(catalogue, using), None)
        held = _hold(catalogue, using)
        _catch_up(catalogue, held, using, write=True, whole=True)
        return held.reached


def forget() -> None:
    """Drop what this process holds in memory (tests, a changed home)."""
    with _lock:
        _held.clear()


# ---- catching up ----------------------------------------------------------------------------------------------------


def _key(catalogue: Catalogue, using: str) -> tuple[str, str, str]:
    return str(settings.FAZHI_HOME), str(connections[using].settings_dict["NAME"]), catalogue.signature


def _hold(catalogue: Catalogue, using: str) -> Held:
    """What is held of this generation, after making sure that it belongs to the ledger as it stands."""
    key = _key(catalogue, using)
    held = _held.get(key)
    manifest = generation.read(generation.folder(catalogue.signature))
    if held is None or held.manifest != manifest:
        if not _belongs(manifest, using):
            _discard(catalogue)
            manifest = Manifest()
        if (
            held is not None
            and manifest.position
            and held.reached >= manifest.position >= held.manifest.position
        ):
            # Another process has written files, or put some together: keep what lies behind them.
            facts = [
                t
                for piece in held.facts
                if (t := piece.filter(pc.field("position") > manifest.position)).num_rows
            ]
            days = [d for d in held.days if d[0] > manifest.position]
            held = replace(held, manifest=manifest, facts=facts, days=days)
        else:
            held = Held(manifest, manifest.position, manifest.mark)
        _held[key] = held
    if held.reached and _hash(held.reached, using) != held.mark:
        # The ledger was restored to an earlier state, or exchanged for another one.
        if not _belongs(held.manifest, using):
            _discard(catalogue)
            held.manifest = Manifest()
        held = _held[key] = Held(held.manifest, held.manifest.position, held.manifest.mark)
    return held


def _belongs(manifest: Manifest, using: str) -> bool:
    return manifest.position == 0 or _hash(manifest.position, using) == manifest.mark


def _hash(position: int, using: str) -> str:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT hash FROM ledger_seal WHERE position = %s", (position,))
        row = cursor.fetchone()
    return bytes(row[0]).hex() if row else ""


def _catch_up(catalogue: Catalogue, held: Held, using: str, *, write: bool, whole: bool = False) -> None:
    height = seal.height(using=using)
    while held.reached < height:
        until = min(height, held.reached + CHUNK)
        with _undisturbed(until - held.reached > PAGE):
            _read(catalogue, held, using, until)
        if write and held.reached - held.manifest.position >= CHUNK:
            _write(catalogue, held, using)
    if write and (whole or held.reached - held.manifest.position >= FLUSH):
        _write(catalogue, held, using)


@contextmanager
def _undisturbed(long: bool) -> Iterator[None]:
    """Without the garbage collector for one chunk: it would go through every folded case again and again (40 % of the time)."""
    if not long or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read(catalogue: Catalogue, held: Held, using: str, until: int) -> None:
    """Fold the events after `held.reached` up to `until` and keep what they append."""
    page: list[store.Sealed] = []
    for one in store.by_position(held.reached, until, using=using):
        page.append(one)
        if len(page) >= PAGE:
            _take(catalogue, held, page, using)
            page = []
    if page:
        _take(catalogue, held, page, using)


def _take(catalogue: Catalogue, held: Held, page: list[store.Sealed], using: str) -> None:
    bodies = [(one.position, upgrade.upgrade(orjson.loads(one.entry.body))) for one in page]
    _recall(catalogue, held, {body["case"]: body["seq"] for _, body in reversed(bodies)}, using)
    facts: list[Signed] = []
    for position, body in bodies:
        fold = held.folds[body["case"]]
        shape, handling = _shape(catalogue, body["definition"])
        facts += signed(fold, position, take(fold, body, shape, handling))
        held.folds.move_to_end(body["case"])
        day = recorded_on(body)
        last = (held.days or held.manifest.days or ((0, ""),))[-1][1]
        if day > last:
            held.days.append((position, day))
    if facts:
        held.facts.append(table.table(catalogue, facts))
    held.reached, held.mark = page[-1].position, page[-1].entry.hash.hex()
    while len(held.folds) > FOLDS:
        held.folds.popitem(last=False)


def recorded_on(body: Body) -> str:
    """The day in Shanghai on which the event was written down."""
    said = body.get("recorded_at") or ""
    if not said:
        return ""
    return _day(said[:13]) if said.endswith("Z") else _day(said)


@lru_cache(maxsize=1024)
def _day(instant: str) -> str:
    """2026-03-05T16 (an hour of UTC) → 2026-03-06."""
    found = datetime.fromisoformat(instant)
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    return found.astimezone(SHANGHAI).date().isoformat()


def _recall(catalogue: Catalogue, held: Held, first: dict[str, int], using: str) -> None:
    """Have the fold of every case of a page as it stood before its first event there."""
    missing = []
    for case, seq in first.items():
        fold = held.folds.get(case)
        if fold is not None and fold.state.seq == seq - 1:
            continue
        held.folds[case] = Fold()
        if seq > 1:
            missing.append(case)
    for start in range(0, len(missing), 500):
        some = missing[start : start + 500]
        marks = ", ".join(["%s"] * len(some))
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT case_id, seq, body FROM ledger_event WHERE case_id IN ({marks}) ORDER BY case_id, seq",
                some,
            )
            for case, seq, raw in cursor.fetchall():
                if seq < first[case]:
                    body = upgrade.upgrade(orjson.loads(bytes(raw)))
                    shape, handling = _shape(catalogue, body["definition"])
                    take(held.folds[case], body, shape, handling)


_shapes: dict[tuple[str, str], tuple[Shape, tuple[str, ...]]] = {}


def _shape(catalogue: Catalogue, digest: str) -> tuple[Shape, tuple[str, ...]]:
    key = (catalogue.signature, digest)
    found = _shapes.get(key)
    if found is None:
        d = definitions.by_hash(digest)
        handling = tuple(k for k, s in d.source.sides.items() if s.is_ != "party")
        found = _shapes[key] = (catalogue.shape(d), handling)
    return found


# ---- writing ---------------------------------------------------------------------------------------------------------


def _write(catalogue: Catalogue, held: Held, using: str) -> None:
    """Put the held facts into a file of their own. Where another process writes, they stay in memory."""
    home = generation.folder(catalogue.signature)
    home.mkdir(parents=True, exist_ok=True)
    with files.locked(home / "lock") as mine:
        if not mine or generation.read(home) != held.manifest:
            return
        mark = _hash(held.reached, using)
        manifest = generation.add(home, held.manifest, held.tail(catalogue), held.reached, mark, held.days)
        held.manifest, held.facts, held.days = manifest, [], []
        while (together := generation.alike(held.manifest.parts)) is not None:
            held.manifest = generation.compact(home, held.manifest, together)
        generation.drop_others(home, held.manifest)


def _discard(catalogue: Catalogue) -> None:
    """The files belong to another ledger, or to this one before it was restored."""
    home = generation.folder(catalogue.signature)
    if not home.exists():
        return
    with files.locked(home / "lock") as mine:
        if mine:
            generation.forget(home)
