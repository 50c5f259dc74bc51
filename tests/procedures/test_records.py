"""Recording what happened elsewhere or earlier: the engine's record mode, and what its speed rests on."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from fazhi.procedures import State
from fazhi.procedures.conditions import UNKNOWN, Environment
from fazhi.procedures.engine import fork


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
    from fazhi.law import Calendar, Notice, Period
    from fazhi.procedures.clocks import _count

    week = Period(5, "working_days")
    plain = Calendar([])
    notice = Notice(2024, "测试", None, ((date(2024, 3, 6), "假"),), ())
    moved = plain.with_notice(notice)
    found = [_count("2024-03-04", week, (), (), None, "", c).due for c in (plain, moved, plain, moved)]
    assert found == ["2024-03-11", "2024-03-12", "2024-03-11", "2024-03-12"]
