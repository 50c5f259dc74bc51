"""A later holiday notice and a mended or new definition reach open cases by events, and nothing else does."""

from __future__ import annotations

from datetime import date

import pytest

from fazhi.cases import definitions, notices, registers, store, versions, worker
from fazhi.cases.refold import bodies, refold
from fazhi.law.errors import NoticeError
from fazhi.ledger import store as ledger
from fazhi.procedures import Library, load

from . import build
from .build import PAPERS, PROCEDURE, World, moment


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library of this test's own."""
    library = Library()
    monkeypatch.setattr(definitions, "library", lambda: library)
    definitions.forget()
    yield library
    definitions.forget()


def with_working_days() -> str:
    return PROCEDURE.replace("limit: 90 natural days", "limit: 40 working days")


class Contract:
    def test_a_later_notice_moves_the_open_clocks_that_lean_on_it(self, shelf: Library) -> None:
        shelf.add(load(with_working_days().encode(), "small.yaml", documents=PAPERS.encode()))
        w = World()
        worker.follow_calendar(moment(date(2026, 12, 1)))
        day = date(2026, 12, 1)
        leaning = w.run("file", on=day, values={"subject": "跨年"}).case
        early = w.run(
            "file", on=date(2026, 6, 1), today=day, reason="补录", values={"subject": "不跨年"}
        ).case
        before = store.read(leaning).state.clocks["limit"]
        assert before["provisional"] is True
        loaded = notices.load(_notice())
        assert (loaded.notice.year, loaded.moved) == (2027, 1)
        after = store.read(leaning).state.clocks["limit"]
        assert after["due"] > before["due"]
        assert not after.get("provisional")
        last = bodies(leaning)[-1]
        assert (last["type"], last["before"], last["actor"]) == (
            "recalculated",
            {"limit": before["due"]},
            {"person": "system"},
        )
        assert bodies(early)[-1]["type"] == "opened"
        assert notices.load(_notice()).moved == 0
        assert refold(leaning, [e.body for e in ledger.events(leaning)]) is None

    def test_a_bad_notice_changes_nothing(self, shelf: Library) -> None:
        shelf.add(load(PROCEDURE.encode(), "small.yaml", documents=PAPERS.encode()))
        World()
        registers.refresh()
        before = registers.calendar().fingerprint
        with pytest.raises(NoticeError):
            notices.load("这不是通知".encode())
        assert registers.calendar().fingerprint == before

    def test_a_revision_reaches_open_cases_by_an_event(self, shelf: Library) -> None:
        first = load(PROCEDURE.encode(), "small.yaml", documents=PAPERS.encode())
        shelf.add(first)
        w = World()
        case, closed = w.filed(), w.filed(party=[w.party().id])
        w.decided(closed)
        mended = load(
            PROCEDURE.replace("90 natural days", "60 natural days").encode(),
            "small.yaml",
            documents=PAPERS.encode(),
        )
        shelf._versions["small"] = [mended]
        shelf._by_hash = {mended.hash: mended}
        definitions.by_hash.cache_clear()
        assert versions.follow(moment(build.DAY)) == 1
        row = store.read(case)
        assert row.definition == mended.hash
        assert row.state.clocks["limit"]["due"] == "2026-05-01"
        last = bodies(case)[-1]
        assert (last["type"], last["from_definition"], last["before"]) == (
            "migrated",
            first.hash,
            {"limit": "2026-05-31"},
        )
        assert store.read(closed).definition == first.hash
        assert versions.follow(moment(build.DAY)) == 0
        assert refold(case, [e.body for e in ledger.events(case)]) is None

    @pytest.mark.parametrize(("running", "moved"), [("move", 1), ("keep", 0), ("ask", 0)])
    def test_a_new_version_takes_over_only_where_its_file_says_so(
        self, shelf: Library, running: str, moved: int
    ) -> None:
        old = PROCEDURE.replace(
            "{from: 2021-07-15, running: keep}", "{from: 2021-07-15, to: 2026-03-31, running: keep}"
        )
        new = PROCEDURE.replace(
            "{from: 2021-07-15, running: keep}", f"{{from: 2026-04-01, running: {running}}}"
        )
        for text in (old, new.replace("90 natural days", "120 natural days")):
            shelf.add(load(text.encode(), "small.yaml", documents=PAPERS.encode()))
        w = World()
        case = w.filed()
        assert versions.follow(moment(date(2026, 3, 31))) == 0
        assert versions.follow(moment(date(2026, 4, 1))) == moved
        assert (store.read(case).state.clocks["limit"]["due"] == "2026-06-30") is bool(moved)


# Invented: no notice of 2027 has been issued.
NOTICE = """年度,2027
文件,某办公厅关于2027年部分节假日安排的通知（示例）
发布,2026-11-20
放假,2027-01-01,2027-01-06,元旦
放假,2027-02-05,2027-02-11,春节
放假,2027-04-05,2027-04-05,清明节
放假,2027-05-01,2027-05-03,劳动节
放假,2027-06-09,2027-06-09,端午节
放假,2027-09-15,2027-09-15,中秋节
放假,2027-10-01,2027-10-07,国庆节
"""


def _notice() -> bytes:
    return NOTICE.encode()


@pytest.mark.usefixtures("sqlite_db")
class TestOnSQLite(Contract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestOnPostgreSQL(Contract):
    pass
