"""The contract of the CEL library, as the engine relies on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fazhi.procedures.conditions import UNKNOWN, ConditionError, Environment, cel_date, local_day

NAMES = {
    "a": ("bool", False), "b": ("bool", False), "n": ("int", False), "fine": ("money", False), "text": ("text", False),
    "kinds": ("code", True), "rows": ("row", True), "on": ("date", False), "made": ("date", False),
}  # fmt: skip
ENV = Environment(NAMES, frozenset({"file", "decide"}), frozenset({"limit"}))


def ask(source: str, **data: Any) -> Any:
    return ENV.compile(source).evaluate(data)


@pytest.mark.parametrize(
    ("source", "data", "answer"),
    [
        ("a || b", {"a": True}, True),
        ("a || b", {"b": True}, True),
        ("a || b", {"b": False}, UNKNOWN),
        ("a && b", {"b": False}, False),
        ("a && b", {"b": True}, UNKNOWN),
        ("!a", {}, UNKNOWN),
        ("n > 3 ? a : b", {"n": 4, "a": True}, True),
        ("n > 3 ? a : b", {"n": 4, "b": True}, UNKNOWN),
        ("fine >= yuan(3000)", {"fine": 300_000}, True),
        ("fine >= yuan(3000)", {"fine": 299_999}, False),
        ("size(kinds) >= 2", {"kinds": ["x"]}, False),
        ("kinds.exists(k, k in ['x', 'y'])", {"kinds": ["y"]}, True),
        ("rows.all(r, r.certified)", {"rows": [{"certified": True}, {"certified": False}]}, False),
        ("rows.all(r, r.certified)", {"rows": [{}]}, UNKNOWN),
        ("rows.all(r, r.certified)", {"rows": []}, True),
        ("rows.exists(r, r.on <= '2026-03-01')", {"rows": [{"on": "2026-02-28"}]}, True),
    ],
)
def test_three_truth_values(source: str, data: dict[str, Any], answer: Any) -> None:
    assert ask(source, **data) is answer


def test_unknown_has_no_truth() -> None:
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_periods_between_days() -> None:
    days = {"on": cel_date("2026-03-02"), "made": cel_date("2026-01-01")}
    assert ask("within(on, made, 60)", **days) is True
    assert ask("within(on, made, 59)", **days) is False
    years = {"on": cel_date("2026-02-28"), "made": cel_date("2024-02-29")}
    assert ask("within_years(on, made, 2)", **years) is True
    assert ask("within_years(on, made, 2)", on=cel_date("2026-03-01"), made=cel_date("2024-02-29")) is False
    assert ask("on > made", **days) is True


def test_days_are_days_in_shanghai() -> None:
    assert local_day(datetime(2026, 2, 28, 16, tzinfo=UTC)).isoformat() == "2026-03-01"
    found = ENV.compile("a ? on : made", None).evaluate(
        {"a": True, "on": cel_date("2024-02-29"), "made": cel_date("2024-01-01")}
    )
    assert local_day(found).isoformat() == "2024-02-29"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("c || a", "未声明的名称「c」"),
        ("n == 'x'", "不同类型"),
        ("n + 1", "应当是 bool"),
        ("done('nothing')", "未定义的办理动作「nothing」"),
        ("elapsed('nothing')", "未定义的期限「nothing」"),
        ("a ||", "不合语法"),
    ],
)
def test_what_does_not_compile_is_told(source: str, words: str) -> None:
    with pytest.raises(ConditionError, match=words):
        ENV.compile(source)


def test_calls_become_variables() -> None:
    condition = ENV.compile("done('file') && !elapsed('limit')")
    assert {(f, a) for _, f, a in condition.calls} == {("done", ("file",)), ("elapsed", ("limit",))}
    assert condition.names == frozenset()


def test_a_value_that_cel_does_not_have_is_a_mistake_and_not_unknown() -> None:
    with pytest.raises(TypeError):
        ask("rows.all(r, r.on == r.on)", rows=[{"on": cel_date("2026-03-01")}])
