"""A search by the index of words gives what reading every row gives: after openings, corrections, voided acts, imports and
batches that were undone, however far the worker has read on.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fazhi.cases import search, words, worker
from fazhi.cases.errors import CaseError
from fazhi.cases.models import Words
from fazhi.ledger import seal

from .build import World
from .exchange_build import TODAY, Office, row

LETTERS = "超市李aB%_\\'·〔2"
text = st.text(st.sampled_from(LETTERS), min_size=1, max_size=6).map(str.strip).filter(bool)
act = st.one_of(
    st.tuples(st.just("open"), text),
    st.tuples(st.just("elsewhere"), text),
    st.tuples(st.just("correct"), text),
    st.tuples(st.just("void"), st.just("")),
    st.tuples(st.sampled_from(["seal", "feed", "rebuild"]), st.just("")),
)


def found(ctx: Any, q: str, monkeypatch: pytest.MonkeyPatch, *, scan: bool, **more: str) -> set[str]:
    f = search.Filters.read({"q": q, **more})
    with monkeypatch.context() as patch:
        if scan:
            patch.setattr(words, "candidates", lambda *_: None)
        page = search.find(ctx, f, TODAY, size=500)
    assert page.total == len(page.rows)
    return {r.id for r in page.rows}


def indexed() -> None:
    """Everything that has happened stands in the index."""
    seal.seal()
    words.rebuild()


class Contract:
    @settings(
        max_examples=5,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(st.lists(act, min_size=3, max_size=8), st.lists(text, min_size=3, max_size=6))
    def test_the_index_answers_as_reading_does(
        self, w: World, monkeypatch: pytest.MonkeyPatch, acts: list[tuple[str, str]], asked: list[str]
    ) -> None:
        cases = []
        for what, said in acts:
            if what == "open":
                cases.append(w.filed(subject=said, other=w.second.id))
            elif what == "elsewhere":
                w.run("file", w.stranger, values={"subject": said})
            elif what == "correct" and cases:
                w.run("", case=cases[-1], kind="correct", target=1, values={"subject": said}, reason="笔误")
            elif what == "void" and cases:
                with suppress(CaseError):  # what a later act stands on
                    w.run("", case=cases.pop(), kind="void", target=1, reason="误立")
            elif what == "seal":
                seal.seal()
            elif what == "feed":
                seal.seal()
                words.feed(at_least=1)
            elif what == "rebuild":
                words.rebuild()
        for q in [*asked, *(said for _, said in acts if said), "甲局", "2026"]:
            for ctx in (w.handler, w.stranger, w.mayor):
                for more in ({}, {"mine": "1"}, {"organ": w.bureau.id}):
                    by_index = found(ctx, q, monkeypatch, scan=False, **more)
                    assert by_index == found(ctx, q, monkeypatch, scan=True, **more), (q, more)

    def test_what_an_import_brings_renames_and_takes_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        o = Office()

        def agree(*asked: str) -> list[int]:
            counts = []
            for q in asked:
                hits = found(o.head, q, monkeypatch, scan=False)
                assert hits == found(o.head, q, monkeypatch, scan=True), q
                counts.append(len(hits))
            return counts

        done = o.loaded([row("A1", 事项="占道经营"), row("A2", 事项="堆放杂物")])
        assert agree("占道", "杂物", "堆放", "A", "A1") == [1, 1, 1, 2, 1]
        seal.seal()
        assert words.feed(at_least=1)
        assert agree("占道", "杂物", "堆") == [1, 1, 1]
        again = o.loaded([row("A1", 事项="无证经营")])
        assert agree("占道", "无证") == [0, 1]
        seal.seal()
        words.feed(at_least=1)
        assert agree("占道", "无证") == [0, 1]
        o.undo(again.batch)
        assert agree("占道", "无证") == [1, 0]
        seal.seal()
        words.feed(at_least=1)
        assert agree("占道", "无证") == [1, 0]
        assert done.new == 2

    def test_the_worker_reads_on_and_a_second_time_writes_nothing(
        self, w: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(words, "AT_LEAST", 1)
        case = w.filed(subject="占道经营")
        assert worker.once().worded == 1
        assert Words.objects.get().case == case
        before = Words.objects.get().n
        w.run("look", case=case)
        assert worker.once().worded == 1
        assert worker.once().worded == 0
        assert Words.objects.get().n == before  # the words are the same

    def test_too_far_behind_it_says_so_and_too_many_are_not_all(
        self, w: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for n in range(6):
            w.filed(subject=f"某事{n}")
        monkeypatch.setattr(words, "BEHIND", 3)
        assert words.candidates("某事", None) is None
        assert len(found(w.handler, "某事", monkeypatch, scan=False)) == 6
        indexed()
        monkeypatch.setattr(words, "MOST", 3)
        told = words.candidates("某事", None)
        assert told is not None
        assert not told.whole
        assert len(found(w.handler, "某事", monkeypatch, scan=False)) == 6
        monkeypatch.setattr(search, "COUNTED", 2)
        assert search.find(w.handler, search.Filters(q="某事"), TODAY).total == 3

    def test_organs_narrow_what_is_looked_at(self, w: World) -> None:
        own, other = (
            w.filed(subject="占道经营"),
            w.run("file", w.stranger, values={"subject": "占道经营"}).case,
        )
        indexed()
        told = words.candidates("占道", [w.bureau.id])
        assert told is not None
        assert told.ids == [own]
        assert set(words.candidates("占道", None).ids) == {own, other}  # type: ignore[union-attr]

    def test_what_is_sealed_or_masked_never_stands_in_it(self, w: World) -> None:
        person = w.party("王某某")
        w.filed(subject="占道经营", party=[person.id], words="住在幸福路八号的王小明")
        indexed()
        for said in ("幸福", "王小明", "小明"):
            told = words.candidates(said, None)
            assert told is not None
            assert told.ids == []
        assert len(words.candidates("王某", None).ids) == 1  # type: ignore[union-attr]

    def test_a_write_that_fails_leaves_the_mark_where_it_was(
        self, w: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        w.filed(subject="占道经营")
        seal.seal()

        def fails(*_: Any) -> None:
            raise RuntimeError

        with monkeypatch.context() as patch:
            patch.setattr(words, "write", fails)
            with pytest.raises(RuntimeError):
                words.feed(at_least=1)
        assert len(found(w.handler, "占道", monkeypatch, scan=False)) == 1
        assert words.feed(at_least=1) == 1


@pytest.mark.usefixtures("sqlite_db")
class TestOnSQLite(Contract):
    @pytest.fixture
    def w(self, sqlite_db: str) -> World:
        return World()

    def test_the_words_are_found_by_the_index_alone(self, w: World) -> None:
        w.filed(subject="占道经营")
        indexed()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_case SET title = 'x'"
            )  # behind the ledger's back: nobody but the index knows
        assert len(words.candidates("占道", None).ids) == 1  # type: ignore[union-attr]


@pytest.mark.usefixtures("pg_db")
class TestOnPostgreSQL(Contract):
    @pytest.fixture
    def w(self, pg_db: str) -> World:
        return World()
