"""Large uploads: checked, imported and taken back by another process, one at a time, begun anew where it was killed."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from tests.cases.exchange_build import NOW, Office, csv_of, row
from tests.ledger.faults import Killed, dying

from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import Order, background, uploads
from fazhi.cases.models import Case, Import


class Child:
    """In place of a process: `code` None while it runs."""

    pid = os.getpid()

    def __init__(self) -> None:
        self.code: int | None = None

    def poll(self) -> int | None:
        return self.code


@pytest.fixture(autouse=True)
def children(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Every file counts as large; jobs are given to a child that does nothing."""
    monkeypatch.setattr(uploads, "AT_ONCE", 0)
    monkeypatch.setattr(uploads, "FEW", 0)
    monkeypatch.setattr(background, "_children", started := {})

    def spawn(id: str) -> Child:
        background._write_sign(id, background.Reached("准备"), os.getpid())
        return Child()

    monkeypatch.setattr(background, "_spawn", spawn)
    return started


@pytest.fixture
def o(db: None, home: Any) -> Office:
    return Office()


def order(o: Office, **more: Any) -> Order:
    return Order("filing", "339821", system="省平台", by=o.handler.person, file="台账.csv", **more)


def uploaded(o: Office, data: bytes | None = None) -> Import:
    return uploads.check(data or csv_of([row("A1"), row("A2")]), order(o), NOW)


def test_it_is_checked_written_and_taken_back_in_the_background(o: Office) -> None:
    job = uploaded(o)
    assert (job.stage, job.new) == ("check", 0)
    assert background.carry_out(job.id, NOW)
    job.refresh_from_db()
    assert (job.stage, job.trouble, job.new, job.at) == ("", "", 2, None)
    assert uploads.confirm(job, order(o), NOW) is None
    assert Case.objects.count() == 0
    assert background.carry_out(job.id, NOW)
    job.refresh_from_db()
    assert (job.stage, job.new, job.wrong) == ("", 2, 0)
    assert job.at is not None
    assert Case.objects.count() == 2
    background.ask_undo(job, o.handler.person, None)
    assert background.carry_out(job.id, NOW)
    job.refresh_from_db()
    assert (job.stage, job.undone_by) == ("", o.handler.person)
    assert not background.carry_out(job.id, NOW)
    o.verified()


def test_the_right_rows_alone_are_written_and_the_file_is_kept_for_the_others(o: Office) -> None:
    job = uploaded(o, csv_of([row("A1"), row("A2", 罚款金额="-5")]))
    background.carry_out(job.id, NOW)
    job.refresh_from_db()
    assert (job.wrong, job.stage) == (1, "")
    uploads.confirm(job, order(o, only_right=True), NOW)
    background.carry_out(job.id, NOW)
    job.refresh_from_db()
    assert job.at is not None
    assert Case.objects.count() == 1
    assert uploads.told(job).left == 1
    assert uploads.has_copy(job)


def test_a_file_that_is_no_table_leaves_the_reason_and_may_be_thrown_away(o: Office) -> None:
    job = uploaded(o, b"a,b\n1,2\n")
    background.carry_out(job.id, NOW)
    job.refresh_from_db()
    assert "找不到「登记程序」的列名" in job.trouble
    assert job.stage == ""
    uploads.drop(job)
    assert not Import.objects.exists()


def test_a_file_thrown_away_while_it_is_checked_stays_away(o: Office) -> None:
    job = uploaded(o)
    uploads.drop(Import.objects.get(pk=job.pk))
    with pytest.raises(FileNotFoundError):
        uploads.check_kept(job, NOW)
    assert not background.carry_out(job.id, NOW)
    assert not Import.objects.exists()


def test_what_is_being_written_is_neither_thrown_away_nor_asked_for_twice(o: Office) -> None:
    job = uploaded(o)
    background.carry_out(job.id, NOW)
    job.refresh_from_db()
    uploads.confirm(job, order(o), NOW)
    again = Import.objects.get(pk=job.pk)
    with pytest.raises(CaseError, match="正在写入"):
        uploads.drop(again)
    with pytest.raises(CaseError):
        uploads.confirm(again, order(o), NOW)
    with pytest.raises(CaseError, match="正在处理"):
        uploads.confirm(job, order(o), NOW)  # from a page that is older


def test_killed_at_any_statement_nothing_is_half_written_and_the_next_process_finishes(o: Office) -> None:
    job = uploaded(o)
    background.carry_out(job.id, NOW)
    job.refresh_from_db()
    uploads.confirm(job, order(o), NOW)
    for at in range(1, 200):
        try:
            with dying(at):
                background.carry_out(job.id, NOW)
        except Killed:
            job.refresh_from_db()
            assert (job.stage, job.at is None) in (("write", True), ("", False))
            assert Case.objects.count() == (0 if job.at is None else 2)
            continue
        break
    assert at > 10, "too few statements to mean anything"
    job.refresh_from_db()
    assert (job.stage, job.trouble) == ("", "")
    assert Case.objects.count() == 2
    o.verified()


def test_one_job_at_a_time_and_a_process_that_is_gone_is_replaced_three_times(
    o: Office, children: dict[str, Any]
) -> None:
    first, second = uploaded(o), uploaded(o, csv_of(row("B1")))
    assert background.follow() == 1
    assert list(children) == [first.id]
    assert background.follow() == 0
    for _ in range(2):
        children[first.id].code = -9
        background._sign(first.id).unlink()
        assert background.follow() == 1
    children[first.id].code = -9
    background._sign(first.id).unlink()
    assert background.follow() == 1
    first.refresh_from_db()
    assert "中断了3次" in first.trouble
    assert list(children) == [second.id]


def test_a_process_of_an_earlier_server_counts_while_it_gives_signs_of_life(o: Office) -> None:
    job = uploaded(o)
    background._write_sign(job.id, background.Reached("校验", 5, 10), os.getpid())
    assert background.follow() == 0
    assert background.reached(job) == background.Reached("校验", 5, 10)
    sign = background._sign(job.id)
    told = json.loads(sign.read_text())
    sign.write_text(json.dumps(told | {"at": told["at"] - background.SILENT - 1}))
    assert background.follow() == 1


def test_signs_that_make_no_sense_are_no_signs(o: Office) -> None:
    job = uploaded(o)
    background._sign(job.id).write_text("[1")
    assert background.reached(job).what == "排队等待"
    assert background.follow() == 1
