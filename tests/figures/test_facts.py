"""Signed facts of one case: what each event adds, and what a correction, a void or a moved limit takes back."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from tests.figures import build

from fazhi.cases import definitions
from fazhi.figures import catalogue, facts
from fazhi.figures.facts import Fold, Row
from fazhi.figures.model import Shape

pytestmark = pytest.mark.django_db

SHAPE = Shape(
    "small", "2021-07-15", act=("n_fine",), stock=("w_level",), sources={"n_fine": "fine", "w_level": "level"}
)
OVERDUE = Shape("small", "2021-07-15", overdue=True)


def event(seq: int, action: str, day: str, **more: Any) -> dict[str, Any]:
    effects = more.pop("effects", {})
    act = {"a": action, "d": day, "s": seq} | ({"o": more["outcome"]} if "outcome" in more else {})
    return {
        "case": "c" * 32, "seq": seq, "county": "339821", "procedure": "small", "definition": "h", "type": "acted",
        "action": action, "occurred_on": day, **more, "effects": {"act": act, **effects},
    }  # fmt: skip


def clock(due: str | None, status: str = "running", **more: Any) -> dict[str, Any]:
    return {"kind": "limit", "status": status, "start": "2026-01-01", "due": due, "pauses": [], **more}


def given(*events: dict[str, Any], shape: Shape = SHAPE) -> tuple[Fold, list[tuple[int, Row]]]:
    fold, last = Fold(), []
    for body in events:
        last = facts.take(fold, body, shape, ("agency",))
    return fold, last


def said(changes: list[tuple[int, Row]]) -> list[tuple[Any, ...]]:
    return [(sign, r.kind, r.day, r.action or r.phase or r.clock, r.status) for sign, r in changes]


FILE = event(
    1, "file", "2026-01-01", sides={"agency": ["o1"]}, values={"fine": 100}, effects={"phase": ["", "open"]}
)


def test_an_act_is_counted_on_its_day_and_the_case_enters_its_phase() -> None:
    _, changes = given(FILE)
    assert said(changes) == [(1, "act", "2026-01-01", "file", None), (1, "enter", "2026-01-01", "open", None)]
    assert changes[0][1].organ == "o1"
    assert changes[0][1].values == (100,)


def test_a_case_that_moves_on_leaves_one_phase_and_enters_the_next_on_that_day() -> None:
    close = event(2, "close", "2026-02-01", effects={"phase": ["open", "closed"], "closed": True})
    _, changes = given(FILE, close)
    assert said(changes) == [
        (1, "act", "2026-02-01", "close", None),
        (1, "leave", "2026-02-01", "open", None),
        (1, "enter", "2026-02-01", "closed", None),
    ]


def test_an_act_that_changes_nothing_in_stocks_only_counts_itself() -> None:
    _, changes = given(FILE, event(2, "look", "2026-01-05", values={"fine": 300}))
    assert said(changes) == [(1, "act", "2026-01-05", "look", None)]


def test_a_value_that_a_stock_asks_for_moves_the_case_within_the_stock() -> None:
    _, changes = given(FILE, event(2, "raise", "2026-01-09", values={"level": "notice"}))
    assert [(sign, r.kind, r.values) for sign, r in changes[1:]] == [
        (1, "leave", (None,)),
        (1, "enter", ("notice",)),
    ]


def test_a_limit_falls_due_on_its_day_without_any_event_then() -> None:
    body = event(
        1, "file", "2026-01-01", effects={"phase": ["", "open"], "clocks": {"decision": clock("2026-04-01")}}
    )
    _, changes = given(body)
    assert (1, "due", "2026-04-01", "decision", "open") in said(changes)


def test_an_extended_limit_is_taken_back_and_falls_due_later() -> None:
    body = event(1, "file", "2026-01-01", effects={"clocks": {"decision": clock("2026-04-01")}})
    extend = event(2, "extend", "2026-03-01", effects={"clocks": {"decision": clock("2026-05-01")}})
    _, changes = given(body, extend)
    assert said(changes)[1:] == [
        (-1, "due", "2026-04-01", "decision", "open"),
        (1, "due", "2026-05-01", "decision", "open"),
    ]


@pytest.mark.parametrize(("day", "status"), [("2026-03-01", "met"), ("2026-04-02", "late")])
def test_answering_a_limit_says_whether_in_time_and_still_counts_on_its_due_day(
    day: str, status: str
) -> None:
    body = event(1, "file", "2026-01-01", effects={"clocks": {"decision": clock("2026-04-01")}})
    answered = event(
        2, "decide", day, effects={"clocks": {"decision": clock("2026-04-01", status, stopped=day)}}
    )
    _, changes = given(body, answered)
    assert said(changes)[1:] == [
        (-1, "due", "2026-04-01", "decision", "open"),
        (1, "due", "2026-04-01", "decision", status),
        (1, status, day, "decision", status),
    ]


def test_a_paused_limit_does_not_fall_due() -> None:
    body = event(1, "file", "2026-01-01", effects={"clocks": {"decision": clock("2026-04-01")}})
    paused = event(2, "wait", "2026-02-01", effects={"clocks": {"decision": clock(None, "paused")}})
    _, changes = given(body, paused)
    assert said(changes)[1:] == [(-1, "due", "2026-04-01", "decision", "open")]


def test_a_limit_started_again_counts_each_of_its_runs() -> None:
    first = {"start": "2026-01-01", "due": "2026-04-01", "stopped": "2026-03-01", "status": "met"}
    again = clock("2026-08-01", runs=[first])
    fold, _ = given(event(1, "file", "2026-01-01", effects={"clocks": {"decision": again}}))
    assert [(r.day, r.status) for r in fold.rows.values() if r.kind == "due"] == [
        ("2026-04-01", "met"),
        ("2026-08-01", "open"),
    ]


def test_waits_and_notices_are_neither_met_nor_missed() -> None:
    waits = {"respond": clock("2026-02-01", kind="wait"), "notice": clock("2026-02-01", kind="notice")}
    fold, _ = given(event(1, "file", "2026-01-01", effects={"clocks": waits}))
    assert not [r for r in fold.rows.values() if r.kind == "due"]


def test_a_case_is_overdue_from_the_day_after_its_limit_without_any_event() -> None:
    body = event(
        1, "assign", "2026-01-01", effects={"phase": ["", "open"], "clocks": {"task": clock("2026-01-31")}}
    )
    _, changes = given(body, shape=OVERDUE)
    stock = [(r.kind, r.day, r.overdue) for _, r in changes if r.kind in ("enter", "leave")]
    assert stock == [
        ("enter", "2026-01-01", False),
        ("leave", "2026-02-01", False),
        ("enter", "2026-02-01", True),
    ]


def test_a_limit_of_the_other_side_makes_no_case_overdue() -> None:
    late = {"pay": clock("2026-01-31", whose="party")}
    body = event(1, "assign", "2026-01-01", effects={"phase": ["", "open"], "clocks": late})
    _, changes = given(body, shape=OVERDUE)
    assert [r.overdue for _, r in changes if r.kind == "enter"] == [False]


def test_a_correction_takes_back_what_was_wrong_and_adds_what_holds() -> None:
    decide = event(2, "decide", "2026-02-01", values={"fine": 500})
    fold, _ = given(FILE, decide)
    mended = {
        **event(3, "decide", "2026-02-03"), "type": "corrected", "target": 2, "values": {"fine": 5000},
        "effects": {"replace": {"values": {"fine": 5000}, "acts": fold.state.acts}},
    }  # fmt: skip
    changes = facts.take(fold, mended, SHAPE, ("agency",))
    assert [(sign, r.kind, r.item, r.values) for sign, r in changes] == [
        (-1, "act", "2", (500,)),
        (1, "act", "2", (5000,)),
    ]


def test_correcting_an_earlier_act_leaves_alone_what_a_later_one_filled_anew() -> None:
    decide = event(2, "decide", "2026-02-01", values={"fine": 500})
    fold, _ = given(FILE, decide)
    mended = {
        **event(3, "file", "2026-02-03"), "type": "corrected", "target": 1, "values": {"fine": 7},
        "effects": {"replace": {"values": {"fine": 7}, "acts": fold.state.acts}},
    }  # fmt: skip
    changes = facts.take(fold, mended, SHAPE, ("agency",))
    assert [(sign, r.item, r.values) for sign, r in changes] == [(-1, "1", (100,)), (1, "1", (7,))]


def test_a_void_takes_back_everything_that_the_act_brought() -> None:
    fold, _ = given(FILE)
    before = dict(fold.rows)
    close = event(2, "close", "2026-02-01", effects={"phase": ["open", "closed"]})
    added = facts.take(fold, close, SHAPE, ("agency",))
    void = {
        **event(3, "close", "2026-02-02"), "type": "voided", "target": 2,
        "effects": {"replace": {"phase": "open", "acts": fold.state.acts[:1]}},
    }  # fmt: skip
    taken = facts.take(fold, void, SHAPE, ("agency",))
    assert Counter((-sign, r) for sign, r in taken) == Counter(added)
    assert fold.rows == before


def test_a_proposal_is_no_act() -> None:
    body = {**event(1, "decide", "2026-01-01"), "type": "proposed", "sides": {"agency": ["o1"]}}
    body["effects"] = {"pending": {"action": "decide", "step": 0}}
    assert given(body)[1] == []


def test_history_from_a_file_is_marked_and_a_case_born_from_another_is_not() -> None:
    assert given({**FILE, "source": {"batch": "b", "row": "3"}})[1][0][1].imported
    assert not given({**FILE, "source": {"system": "link", "number": ""}})[1][0][1].imported


def test_nothing_beside_the_chain_comes_into_a_fact() -> None:
    hidden = event(
        1, "file", "2026-01-01", values={"fine": {"commit": "ab"}, "level": {"id": "p1", "name": "张三"}}
    )
    _, changes = given(hidden)
    assert changes[0][1].values == (None,)
    assert changes[1][1].values == ("p1",)


@pytest.mark.parametrize("seed", [11, 12])
def test_step_by_step_comes_to_the_same_as_all_at_once(seed: int) -> None:
    """Over every scenario of every definition, and mended cases: the sum of what was signed is what now holds."""
    chance = random.Random(seed)
    shapes = catalogue.current()
    world = build.World()
    for bodies in build.histories(chance, world):
        d = definitions.by_hash(bodies[0]["definition"])
        handling = tuple(k for k, s in d.source.sides.items() if s.is_ != "party")
        fold, total = Fold(), Counter[Row]()
        told = list(bodies)
        for body in told:
            own = definitions.by_hash(body["definition"])
            for sign, row in facts.take(fold, body, shapes.shape(own), handling):
                total[row] += sign
        for body in build.mended(chance, d, fold.state, told):
            for sign, row in facts.take(fold, body, shapes.shape(d), handling):
                total[row] += sign
        expected = facts.rows(fold, shapes.shape(d))
        assert {k: v for k, v in total.items() if v} == Counter(expected.values())
        assert fold.rows == expected
