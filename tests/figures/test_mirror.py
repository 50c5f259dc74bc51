"""The mirror: files and tail together hold every fact once, whatever happens to the writer."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from tests.databases import lift_guard
from tests.figures import build
from tests.ledger.build import execute
from tests.ledger.faults import Killed, die_for_real, dying

from fazhi.cases import worker
from fazhi.figures import catalogue, compile, duck, facts, files, generation, mirror
from fazhi.figures.compile import Scope, Statement
from fazhi.figures.facts import Fold
from fazhi.ledger import seal


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(mirror, "FLUSH", 8)
    monkeypatch.setattr(mirror, "CHUNK", 20)
    monkeypatch.setattr(generation, "TIER", 3)
    monkeypatch.setattr(generation, "SMALL", 4 * 8)
    monkeypatch.setattr(mirror, "PAGE", 7)
    mirror.forget()


def contents(view: mirror.View) -> Counter[tuple[Any, ...]]:
    """Every line of files and tail."""
    found: Counter[tuple[Any, ...]] = Counter()
    for table in (*(pq.read_table(f) for f in view.files), view.tail):
        columns = [table.column(name).to_pylist() for name in table.schema.names]
        found.update(zip(*columns, strict=True))
    return found


def wiped() -> None:
    """No file, and nothing in memory."""
    mirror.forget()
    for path in Path(generation.folder("x")).parent.glob("*/*"):
        path.unlink()


def afresh() -> Counter[tuple[Any, ...]]:
    """The same lines straight from the ledger, in no file."""
    wiped()
    before, mirror.FLUSH = mirror.FLUSH, 10**9
    try:
        return contents(mirror.look())
    finally:
        mirror.FLUSH = before
        mirror.forget()


@contextmanager
def failing(at: int) -> Iterator[None]:
    """The at-th file operation of the block is not carried out: as if the process had died there."""
    kept = {name: getattr(files, name) for name in ("sync", "rename", "remove")}
    count = 0

    def counted(name: str) -> Callable[..., Any]:
        def operate(*given: Any) -> Any:
            nonlocal count
            count += 1
            if count == at:
                raise Killed(name)
            return kept[name](*given)

        return operate

    for name in kept:
        setattr(files, name, counted(name))
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(files, name, function)


class MirrorContract:
    def test_files_and_tail_hold_every_fact_once(self) -> None:
        book = build.filled(build.World(), 1, most=12)
        expected = afresh()
        assert mirror.feed() == len(book.order)
        view = mirror.look()
        assert view.position == len(book.order)
        assert view.files
        assert contents(view) == expected

    def test_feeding_again_does_nothing(self) -> None:
        build.filled(build.World(), 1, most=6)
        mirror.feed()
        before = contents(mirror.look())
        assert mirror.feed() == 0
        assert contents(mirror.look()) == before

    def test_what_is_sealed_meanwhile_is_seen_at_once_without_a_file(self) -> None:
        world = build.World()
        book = build.filled(world, 2, most=6, mend=False)
        mirror.feed()
        files_before = mirror.look().files
        (extra,) = build.histories(build.random.Random(3), world, only="supervision_order", most=1)
        book.write(extra[:2])
        book.seal()
        view = mirror.look()
        assert view.position == len(book.order)
        assert view.files == files_before
        assert contents(view) == afresh()

    def test_what_has_no_place_yet_is_not_counted(self) -> None:
        world = build.World()
        book = build.filled(world, 2, most=4, mend=False)
        (extra,) = build.histories(build.random.Random(3), world, only="supervision_order", most=1)
        book.write(extra)
        assert mirror.look().position == len(book.order) - len(extra)

    def test_a_process_that_starts_anew_goes_on_where_the_files_end(self) -> None:
        world = build.World()
        book = build.filled(world, 4, most=8)
        mirror.feed()
        mirror.forget()
        more = build.histories(build.random.Random(5), world, most=8)
        book.write(build.interleaved(build.random.Random(5), more))
        book.seal()
        mirror.feed()
        assert contents(mirror.look()) == afresh()

    def test_dying_at_any_file_operation_loses_and_doubles_nothing(self) -> None:
        build.filled(build.World(), 6, most=8)
        expected = afresh()
        survived = False
        for at in range(1, 200):
            wiped()
            with failing(at):
                try:
                    mirror.feed()
                    survived = True
                except Killed:
                    mirror.forget()  # the process is gone; another one starts
            mirror.feed()
            assert contents(mirror.look()) == expected, at
            self._no_litter()
            if survived:
                break
        assert survived
        assert at > 15, "too few operations to mean anything"

    def test_dying_at_any_statement_loses_and_doubles_nothing(self) -> None:
        build.filled(build.World(), 7, most=9)
        expected = afresh()
        survived = False
        for at in range(1, 200):
            wiped()
            try:
                with dying(at):
                    mirror.feed()
                survived = True
            except Killed:
                pass  # the thread goes on with what it holds in memory
            mirror.feed()
            assert contents(mirror.look()) == expected, at
            if survived:
                break
        assert survived
        assert at > 8, "too few statements to mean anything"

    def _no_litter(self) -> None:
        """After the next writing, nothing lies about but what the manifest names and files put together just now."""
        home = generation.folder(catalogue.current().signature)
        assert not list(home.glob("*.part"))

    def test_rebuilding_gives_the_same_rows(self) -> None:
        book = build.filled(build.World(), 8, most=10)
        mirror.feed()
        before = contents(mirror.look())
        assert mirror.rebuild() == len(book.order)
        view = mirror.look()
        assert contents(view) == before
        assert view.tail.num_rows == 0

    def test_another_ledger_is_noticed(self) -> None:
        world = build.World()
        build.filled(world, 9, most=6)
        mirror.feed()
        assert mirror.look().files
        lift_guard(connection)
        for table in ("ledger_seal", "ledger_node", "ledger_event", "cases_case"):
            execute(f"DELETE FROM {table}")
        assert mirror.look().position == 0
        assert not contents(mirror.look())

    def test_a_ledger_restored_to_an_earlier_state_is_noticed(self) -> None:
        book = build.filled(build.World(), 9, most=6)
        mirror.feed()
        lift_guard(connection)
        execute(f"DELETE FROM ledger_seal WHERE position > {len(book.order) - 5}")
        assert mirror.look().position == len(book.order) - 5
        assert contents(mirror.look()) == afresh()

    def test_the_worker_feeds_it(self) -> None:
        book = build.filled(build.World(), 10, most=4, mend=False)
        (extra,) = build.histories(build.random.Random(3), build.world_of(), only="supervision_order", most=1)
        book.write(extra)
        done = worker.once()
        assert done.sealed == len(extra)
        assert done.mirrored == len(book.order)


@pytest.mark.usefixtures("sqlite_db")
class TestMirrorOnSQLite(MirrorContract):
    def test_a_writer_killed_for_real_leaves_whole_files_only(self) -> None:
        build.filled(build.World(), 11, most=6)
        expected = afresh()
        for at in (2, 4, 6):
            wiped()
            assert die_for_real(at, mirror.feed)
            mirror.feed()
            assert contents(mirror.look()) == expected


@pytest.mark.usefixtures("pg_db")
class TestMirrorOnPostgreSQL(MirrorContract):
    pass


@pytest.mark.usefixtures("sqlite_db")
def test_small_files_are_put_together_and_a_reader_of_the_old_ones_finds_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generation, "TIER", 2)  # two neighbours of like size come soon
    world = build.World()
    book = build.Book()
    looked = []
    for seed in range(8):
        chance = build.random.Random(seed)
        book.write(build.interleaved(chance, build.histories(chance, world, most=3)))
        seal.seal()
        mirror.feed()
        view = mirror.look()
        looked.append((view, _counted(view, view.position)))
    written = {f for view, _ in looked for f in view.files}
    assert len(looked[-1][0].files) < len(written)
    old = [(view, count) for view, count in looked if not all(f.exists() for f in view.files)]
    assert old, "nothing was swept away, so this test proves nothing"
    for view, count in old:
        assert _counted(view, view.position) == count
    assert contents(mirror.look()) == afresh()


def _counted(view: mirror.View, position: int) -> list[tuple[Any, ...]]:
    asked = Scope(build.COUNTY, position, (date(2000, 1, 1),), date(2099, 1, 1), date(2099, 1, 1))
    return duck.looking(view, lambda v: duck.rows(v, _all(v), asked))


def _all(view: mirror.View) -> Statement:
    """Counts every row of the scope that some figure of the catalogue may count."""
    selections = tuple(s for f in view.catalogue.figures.values() for s in f.selections)
    statement = compile.base(selections, 1).statement
    return Statement(statement.query, ("n",), f"SELECT count(*), sum(n) FROM ({statement.sql})")


@pytest.mark.usefixtures("sqlite_db")
def test_one_writer_at_a_time() -> None:
    build.filled(build.World(), 1, most=6)
    expected = afresh()
    home = generation.folder(catalogue.current().signature)
    home.mkdir(parents=True, exist_ok=True)
    with files.locked(home / "lock") as mine:
        assert mine
        mirror.feed()  # another process writes just now: everything stays in memory
        view = mirror.look()
        assert not view.files
        assert contents(view) == expected
    mirror.rebuild()
    assert contents(mirror.look()) == expected


@pytest.mark.usefixtures("sqlite_db")
def test_nothing_personal_lies_in_the_mirror() -> None:
    build.filled(build.World(), 1)
    mirror.rebuild()
    found = catalogue.current()
    for (procedure, version), shape in found.shapes.items():
        d = next(d for d in build.definitions.library().versions(procedure) if d.from_.isoformat() == version)
        for column in (*shape.act, *shape.stock, *shape.due):
            field = d.source.fields.get(shape.sources[column])
            assert field is None or not field.beside, (procedure, column)
    raw = b"".join(f.read_bytes() for f in mirror.look().files)
    names = {
        x["name"]
        for body in build.scenario_bodies()
        for event in body[1]
        for x in _people(build.orjson.loads(event))
    }
    assert names, "the scenarios name nobody, so this test proves nothing"
    assert not [n for n in names if n.encode() in raw]


def _people(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "id" in node and "name" in node:
            yield node
        for inner in node.values():
            yield from _people(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _people(inner)


@pytest.mark.usefixtures("sqlite_db")
def test_a_case_is_folded_anew_when_it_is_no_longer_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "FOLDS", 1)
    build.filled(build.World(), 3, most=12)
    mirror.feed()
    assert contents(mirror.look()) == afresh()


def test_a_fold_of_no_events_has_no_facts() -> None:
    assert facts.rows(Fold(), facts.Shape("x", "2020-01-01")) == {}
    assert os.sep in str(generation.folder("x"))
