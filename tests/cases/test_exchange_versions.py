"""Rows of a procedure that has been changed by law: each by the version of its own opening day."""

from __future__ import annotations

from functools import lru_cache

import pytest

from fazhi.cases import definitions, exchange
from fazhi.cases.exchange import Order, Outcome
from fazhi.cases.exchange.columns import layout
from fazhi.cases.exchange.order import needed_before
from fazhi.cases.models import Case
from fazhi.cases.refold import bodies
from fazhi.procedures import Definition, load

from .exchange_build import NOW, Office, csv_of

OLD = """
procedure: twice
title: 两版程序
statute: 行政复议法
in_force: {from: 2018-01-01, to: 2023-12-31, running: keep}
sides: {agency: {title: 机关, is: organ, roles: [handler]}}
fields: {subject: {title: 事项, type: text, find: true}, old: {title: 旧项, type: int}}
phases: {open: 办理, closed: 结案}
ends: [closed]
actions:
  apply: {title: 申请, by: agency.handler, opens: open, asks: [subject, "old?"], law: 第九条}
  decide: {title: 决定, by: agency.handler, from: [open], to: closed, law: 第二十八条}
clocks: {limit: {title: 审理期限, law: 第三十一条, start: apply, stop: [decide], limit: 60 natural days}}
"""
NEW = (
    OLD.replace("{from: 2018-01-01, to: 2023-12-31, running: keep}", "{from: 2024-01-01, running: keep}")
    .replace("old: {title: 旧项, type: int}", "new: {title: 新项, type: int}")
    .replace('"old?"', '"new?"')
    .replace("60 natural days", "30 natural days")
    .replace(
        "  decide:", "  hand_in: {title: 递交, by: agency.handler, opens: open, asks: [subject], law: 第三十二条}\n  decide:"
    )
    .replace("  decide: {title: 决定,", "  decide: {title: 作出决定,")
)  # fmt: skip


@lru_cache(maxsize=1)
def both() -> tuple[Definition, Definition]:
    return load(OLD.encode(), "old.yaml"), load(NEW.encode(), "new.yaml")


@pytest.fixture
def o(db: None) -> Office:
    for version in both():
        definitions.library().add(version)
    return Office()


def put(rows: list[dict[str, str]]) -> Outcome:
    return exchange.load(csv_of(rows), Order("twice", "339821", system="s"), now=NOW)


def row(number: str, **more: str) -> dict[str, str]:
    return {"来源系统案号": number, "承办机关": "安澜县甲局", "事项": "某事"} | more


def test_each_row_is_told_by_the_version_of_its_opening_day(o: Office) -> None:
    done = put(
        [
            row("A1", 申请日期="2023-12-01", 决定日期="2024-02-20", 旧项="1"),
            row("A2", 申请日期="2024-01-02", 作出决定日期="2024-02-20", 新项="2"),
            row("A3", 申请日期="2017-05-02", 决定日期="2017-06-20"),
        ]
    )
    assert (done.errors, done.new) == ((), 3)
    old, new = both()
    by_number = {c.number: c for c in Case.objects.all()}
    assert [by_number[n].definition for n in ("A1", "A2", "A3")] == [old.hash, new.hash, old.hash]
    last = bodies(by_number["A1"].id)[-1]
    assert last["effects"]["clocks"]["limit"]["status"] == "late", (
        "the old limit of sixty days, though decided under the new law"
    )
    assert "bare" in bodies(by_number["A3"].id)[0]
    o.verified()


def test_a_column_of_another_version_is_told(o: Office) -> None:
    done = put(
        [
            row("A1", 申请日期="2023-12-01", 新项="2", 决定日期=""),
            row("A2", 申请日期="2024-02-01", 决定日期="2024-02-20"),
        ]
    )
    assert [(e.row, e.column) for e in done.errors] == [(2, "新项"), (3, "决定日期")]
    assert "没有“新项”这一项" in done.errors[0].message


def test_an_opening_day_that_moves_over_the_border_brings_the_other_version(o: Office) -> None:
    put([row("A1", 申请日期="2023-12-31")])
    done = put([row("A1", 申请日期="2024-01-01")])
    assert (done.errors, done.changed) == ((), 1)
    case = Case.objects.get()
    assert (case.definition, str(case.opened_on), str(case.due)) == (
        both()[1].hash,
        "2024-01-01",
        "2024-01-31",
    )
    assert [b["type"] for b in bodies(case.id)] == ["recorded", "voided", "recorded"]
    o.verified()


def test_a_case_may_begin_in_several_ways_and_nothing_lies_before_it(o: Office) -> None:
    done = put(
        [
            row("A1", 递交日期="2024-02-01", 作出决定日期="2024-02-20"),
            row("A2", 递交日期="2024-02-01", 作出决定日期="2024-01-20"),
            row("A3"),
        ]
    )
    assert [(e.row, e.column) for e in done.errors] == [(3, "作出决定日期"), (4, "递交日期")]
    assert "早于案件开始的日期2024-02-01" in done.errors[0].message
    assert done.new == 1


def test_a_template_is_that_of_the_day(o: Office) -> None:
    from datetime import date

    old = exchange.template("twice", "csv", county="339821", on=date(2020, 1, 1)).decode("utf-8-sig")
    assert "旧项" in old
    assert "新项" not in old
    assert "新项" in exchange.template("twice", "csv", county="339821", on=date(2026, 1, 1)).decode(
        "utf-8-sig"
    )


def test_what_must_come_first_is_read_from_the_phases() -> None:
    penalty = definitions.library().latest("penalty")
    assert penalty is not None
    before = needed_before(penalty)
    assert before["file"] == frozenset()
    assert before["decide"] == {"file"}
    assert before["close"] == {"file", "decide"}
    assert before["resume_execution"] >= {"pause_execution", "decide"}
    for d in definitions.library().all():
        for name, first in needed_before(d).items():
            assert name not in first
    assert layout(penalty).before == before
