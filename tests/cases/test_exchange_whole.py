"""An import on both databases is written whole or not at all: dry, wrong, interrupted, overtaken, by several processes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.ledger.faults import die_for_real

from fazhi.cases import casefile, service
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import batch, deciding
from fazhi.cases.models import Case, Import
from fazhi.organs.models import Party
from fazhi.procedures import Command

from .exchange_build import CITIZEN, COMPANY, NOW, TODAY, Office, row, tables


class WholeContract:
    """In pieces of twenty rows, and several processes from fifty on, so that a few dozen rows are many."""

    @pytest.fixture
    def o(self, monkeypatch: pytest.MonkeyPatch) -> Office:
        monkeypatch.setattr(deciding, "PIECE", 20)
        monkeypatch.setattr(deciding, "WORTH", 50)
        return Office()

    def test_a_dry_run_writes_nothing(self, o: Office) -> None:
        before = tables()
        done = o.load(
            [row("A1", 当事人名称="王小明", 当事人证件号码=CITIZEN), row("A2", 罚款金额="-1")], dry_run=True
        )
        assert (done.new, len(done.errors)) == (1, 1)
        assert o.load(row(), dry_run=True).new == 1
        assert tables() == before

    def test_one_bad_row_keeps_all_out(self, o: Office) -> None:
        before = tables()
        done = o.load([row(f"A{n}") for n in range(45)] + [row("B1", 决定日期="2024-02-30")])
        assert [(e.row, e.column) for e in done.errors] == [(47, "决定日期")]
        assert tables() == before

    def test_dying_while_writing_leaves_nothing(self, o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        before, calls = tables(), []

        def die(cursor: Any, piece: Any) -> None:
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            insert(cursor, piece)

        insert = batch.insert
        monkeypatch.setattr(batch, "insert", die)
        with pytest.raises(KeyboardInterrupt):
            o.load([row(f"A{n}", 当事人名称="甲公司", 当事人证件号码=COMPANY) for n in range(30)])
        assert (tables(), len(calls)) == (before, 2)

    def test_killed_at_any_statement_nothing_is_there_and_the_next_run_completes(
        self, o: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """kill -9 at every third statement: first of an import, then of next week's grown and changed file."""
        monkeypatch.setattr(deciding, "PIECE", 3)
        people = {"当事人名称": "甲公司", "当事人证件号码": COMPANY, "事实": "某事", "调查日期": "2024-03-05"}
        first = [row(f"A{n}", **people) for n in range(7)]
        later = (
            [row(f"A{n}", **people, 罚款金额="1") for n in range(2)]
            + first[2:]
            + [row(f"B{n}") for n in range(4)]
        )
        o.load(first, dry_run=True)
        for rows, told in ((first, (7, 0, 0)), (later, (4, 2, 5))):
            before, at = tables(), 1
            while die_for_real(at, lambda rows=rows: o.load(rows)):  # type: ignore[misc]
                assert tables() == before, f"after statement {at}"
                at += 3
            assert at > 10
            assert tables() != before  # the run that nobody killed
            assert Import.objects.filter(new=told[0], changed=told[1], same=told[2]).count() == 1
            seen = tables()
            again = o.loaded(rows)
            assert (again.new, again.changed, again.batch, tables()) == (0, 0, "", seen)
        o.verified()

    def test_who_writes_in_the_meantime_wins(self, o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        o.loaded(row())
        write = batch._write
        case = o.case("A1").id

        def late(*given: Any) -> None:
            service.run(Command("note", on=TODAY, reason="插一句"), o.handler, case=case, now=NOW)
            write(*given)

        monkeypatch.setattr(batch, "_write", late)
        with pytest.raises(CaseError, match="数据有了变化"):
            o.load([row(结案日期="2024-04-01"), row("A2")])
        assert Case.objects.count() == 1
        monkeypatch.setattr(batch, "_write", write)
        o.verified()

    def test_many_rows_are_the_same_with_several_processes(self, o: Office) -> None:
        rows = [
            row(f"A{n}", 当事人名称="甲公司", 当事人证件号码=COMPANY, 事实=f"第{n}件", 调查日期="2024-03-05")
            for n in range(90)
        ]
        done = o.loaded(rows, workers=2)
        assert (done.new, done.events) == (90, 270)
        assert Party.objects.count() == 1
        assert len(set(Case.objects.values_list("id", flat=True))) == 90
        assert o.loaded(rows[:60], workers=2).same == 60
        words = casefile.open_(o.handler, o.case("A89").id, TODAY)
        assert words.shown(words.state.values["words"]) == "第89件"
        o.verified()

    def test_a_number_under_two_names_is_found_across_processes(self, o: Office) -> None:
        rows = [
            row(f"A{n}", 当事人名称="甲公司" if n < 65 else "乙公司", 当事人证件号码=COMPANY)
            for n in range(90)
        ]
        done = o.load(rows, workers=2)
        assert done.errors
        assert "与所填名称不一致" in done.errors[0].message
        assert Case.objects.count() == 0


@pytest.mark.usefixtures("sqlite_db")
class TestWholeOnSQLite(WholeContract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestWholeOnPostgreSQL(WholeContract):
    pass
