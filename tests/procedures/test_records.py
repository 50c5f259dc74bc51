"""Recording what happened elsewhere or earlier: the engine's record mode, and what its speed rests on."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from fazhi.law import Calendar
from fazhi.procedures import SYSTEM, Actor, Command, Resolved, State, decide, evolve, load
from fazhi.procedures.attempt import fork
from fazhi.procedures.conditions import UNKNOWN, Environment
from fazhi.procedures.state import Body


def test_a_fork_has_every_field_and_shares_no_branch() -> None:
    state = State()
    for f in fields(State):
        value = getattr(state, f.name)
        setattr(
            state,
            f.name,
            {"a": [{"x": 1}]} if isinstance(value, dict) else [{"x": 1}] if isinstance(value, list)
            else 7 if isinstance(value, int) and not isinstance(value, bool) else True if value is False else f.name,
        )  # fmt: skip
    state.pending = {"action": "decide"}
    twin = fork(state)
    assert twin == state
    for f in fields(State):
        value = getattr(state, f.name)
        if isinstance(value, dict | list) and f.name != "pending":
            assert getattr(twin, f.name) is not value, f.name
    twin.parts["a"][0]["x"] = 2
    assert state.parts["a"][0]["x"] == 1


def test_a_kept_answer_is_that_of_the_same_data_only() -> None:
    condition = Environment({"fine": ("money", False), "heard": ("bool", False)}, frozenset(), frozenset())
    asked = condition.compile("heard || fine > 100")
    assert [asked.evaluate(x) for x in ({}, {"fine": 50}, {"fine": 500}, {"heard": True}, {})] == [
        UNKNOWN,
        UNKNOWN,
        True,
        True,
        UNKNOWN,
    ]
    for n in range(1000):
        assert asked.evaluate({"heard": False, "fine": n}) is (n > 100)


def test_a_kept_count_is_that_of_the_same_calendar_only() -> None:
    from fazhi.law import Notice, Period
    from fazhi.procedures.clocks import _count

    week = Period(5, "working_days")
    plain = Calendar([])
    notice = Notice(2024, "测试", None, ((date(2024, 3, 6), "假"),), ())
    moved = plain.with_notice(notice)
    found = [_count("2024-03-04", week, (), (), None, "", c).due for c in (plain, moved, plain, moved)]
    assert found == ["2024-03-11", "2024-03-12", "2024-03-11", "2024-03-12"]


# ---- recording ------------------------------------------------------------------------------------------------------

FILE = """
procedure: small
title: 小程序
statute: 行政处罚法
in_force: {from: 2021-07-15, running: keep}
sides: {agency: {title: 机关, is: organ, roles: [handler]}}
fields: {amount: {title: 金额, type: money}, seen: {title: 已查看, type: bool}}
phases: {open: 办理, closed: 结案}
ends: [closed]
actions:
  file: {title: 立案, by: agency.handler, opens: open, law: 第五十四条}
  look: {title: 调查, by: agency.handler, from: [open], law: 第五十四条, asks: ["seen?"]}
  decide:
    title: 决定
    by: agency.handler
    from: [open]
    to: closed
    law: 第五十七条
    asks: ["amount?"]
    then: tell
    needs: [{that: "done('look')", else: 尚未调查, law: 第五十四条}]
    remedies: [{kind: litigation, within: 6 months, law: 行政诉讼法 第四十六条第一款}]
  tell: {title: 告知, by: agency.handler, from: [closed], law: 第六十一条}
clocks:
  limit: {title: 办理期限, law: 第六十条, start: file, stop: [decide], limit: 90 natural days}
"""
SOURCE = {"system": "旧系统", "number": "1", "batch": "b", "row": "2"}


class Case:
    """A case made of imported rows, by the engine alone."""

    def __init__(self) -> None:
        self.d = load(FILE.encode(), "small.yaml")
        self.calendar = Calendar.shipped()
        self.state: State | None = None
        self.bodies: list[Body] = []

    def do(self, kind: Any, action: str = "", on: str = "2026-11-21", carried: str = "", **more: Any) -> Body:
        command = Command(kind, action, date.fromisoformat(on), mode="record", source=SOURCE, **more)
        found = Resolved(
            date(2026, 11, 21), county="339821", case="c" * 32, carried=frozenset((carried or action).split())
        )
        decision = decide(
            self.d, self.state, command, SYSTEM, found, self.calendar, self.at(command.target - 1)
        )
        assert decision.ok, decision.refusals
        for body in decision.events:
            self.state = evolve(self.state, body)
            self.bodies.append(body)
        assert self.state == self.at(len(self.bodies))
        return self.bodies[-1]

    def at(self, seq: int) -> State | None:
        state = None
        for body in self.bodies[: max(seq, 0)]:
            state = evolve(state, body)
        return state

    @property
    def s(self) -> State:
        assert self.state is not None
        return self.state


def test_a_record_holds_what_its_row_tells_and_no_more() -> None:
    case = Case()
    case.do("act", "file", "2024-03-04", "file decide")
    body = case.do("act", "decide", "2024-03-20", "file decide")
    assert [n["result"] for n in body["needs"]] == ["unknown"]
    assert [a["a"] for a in case.s.acts] == ["file", "decide"], "the act that would follow is not in the row"
    assert (case.s.flaws, case.s.closed_on, case.s.clocks["limit"]["status"]) == ([], "2024-03-20", "met")


def test_before_any_version_there_are_days_and_outcomes_only() -> None:
    case = Case()
    first = case.do("act", "file", "2019-03-04", "file decide")
    body = case.do("act", "decide", "2019-03-20", "file decide", values={"amount": 100})
    assert (first["bare"], "bare" in body) == (True, False)
    assert "needs" not in body
    assert set(body["effects"]) == {"act", "phase", "closed"}
    assert (case.s.bare, case.s.clocks, case.s.remedies, case.s.values) == (True, {}, [], {"amount": 100})
    command = Command("recalculate", on=date(2026, 11, 21))
    assert decide(case.d, case.s, command, SYSTEM, Resolved(date(2026, 11, 21)), case.calendar).events == ()


def test_the_opening_day_decides_also_for_what_came_later() -> None:
    case = Case()
    case.do("act", "file", "2021-07-14")
    case.do("act", "decide", "2021-09-01")
    assert (case.s.bare, case.s.clocks) == (True, {})
    later = Case()
    later.do("act", "file", "2021-07-15")
    assert not later.s.bare
    assert later.s.clocks["limit"]["due"] == "2021-10-13"


def test_an_import_is_taken_back_by_one_event() -> None:
    case = Case()
    case.do("act", "file", "2024-03-04")
    before = case.s
    case.do("act", "look", "2024-03-05")
    case.do("act", "decide", "2024-03-20", "look decide", values={"amount": 100})
    body = case.do("void", target=2, reason="撤销导入批次")
    assert (body["type"], body["target"], body["upto"]) == ("voided", 2, 3)
    assert (case.s.acts, case.s.values, case.s.phase) == (before.acts, {}, "open")
    assert (case.s.clocks["limit"]["status"], case.s.closed_on) == ("running", "")


def test_what_was_taken_back_whole_can_be_recorded_again() -> None:
    case = Case()
    case.do("act", "file", "2019-03-04")
    case.do("void", target=1, reason="撤销导入批次")
    assert (case.s.acts, case.s.closed_on) == ([], "2026-11-21")
    case.do("act", "file", "2024-03-04")
    assert (case.s.closed_on, case.s.bare, case.s.clocks["limit"]["due"]) == ("", False, "2024-06-02")


def test_only_an_import_is_taken_back_whole() -> None:
    case = Case()
    case.do("act", "file", "2024-03-04")
    person = Actor("p", "某", "t", "o", frozenset({"o"}), frozenset({"handler"}))
    for actor, source in ((person, SOURCE), (SYSTEM, {})):
        command = Command("void", on=date(2026, 11, 21), target=1, reason="误", mode="record", source=source)
        decision = decide(case.d, case.s, command, actor, Resolved(date(2026, 11, 21)), case.calendar)
        assert [r.code for r in decision.refusals] == ["role"]


def test_an_import_takes_a_value_back_that_it_had_filled_in() -> None:
    case = Case()
    case.do("act", "file", "2024-03-04")
    case.do("act", "decide", "2024-03-20", values={"amount": 100})
    body = case.do("correct", target=2, values={"amount": None}, reason="撤销导入批次")
    assert (case.s.values, body["old"], body["values"]) == ({}, {"amount": 100}, {"amount": None})
    live = Command("correct", on=date(2026, 11, 21), target=2, values={"amount": None}, reason="误")
    found = decide(case.d, case.s, live, SYSTEM, Resolved(date(2026, 11, 21)), case.calendar)
    assert [r.field for r in found.refusals] == ["amount"]


def test_a_corrected_day_of_the_closing_act_moves_the_closing() -> None:
    case = Case()
    case.do("act", "file", "2024-03-04")
    case.do("act", "decide", "2024-03-20")
    case.do("correct", target=2, values={"$on": "2024-03-22"}, reason="来源系统更新")
    assert (case.s.closed_on, case.s.clocks["limit"]["stopped"]) == ("2024-03-22", "2024-03-22")
