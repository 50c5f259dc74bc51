"""Conditions and sums: what is allowed, what is refused and how, and that SQL and Python answer alike."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fazhi.figures.errors import FilterError
from fazhi.figures.filters import Column, compile_filter, compile_sum

NAMES = {
    c.name: c
    for c in (
        Column("outcome", "outcome", "word", "处理结果", {"penalty": "予以处罚", "none": "不予处罚"}),
        Column("cause", "w_cause", "word", "案由"),
        Column("reviewed", "b_reviewed", "bool", "已经法制审核"),
        Column("fine", "n_fine", "int", "罚款", money=True),
        Column("goods", "n_goods", "int", "没收", money=True),
        Column("people", "n_people", "int", "人数"),
        Column("day", "day", "date", "办理日期"),
        Column("opened_on", "opened_on", "date", "立案日期"),
        Column("redo_by", "w_redo_by", "date", "重作期限"),
    )
}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("result = 'penalty'", "没有可用的列「result」"),
        ("c.outcome = 'penalty'", "没有可用的列「c.outcome」"),
        ("outcome = 'fined'", "「outcome」没有取值「fined」；可用的取值：penalty、none"),
        ("outcome = penalty", "没有可用的列「penalty」"),
        ("outcome = 1", "「outcome」是文字，不能与「1」比较"),
        ("outcome > 'a'", "「outcome」是文字，不能比较大小"),
        ("fine > 99.5", "「fine」是数，不能与「99.5」比较"),
        ("fine > '100'", "「fine」是数"),
        ("fine > people", "「fine」和「people」类型不同"),
        ("day > '2026'", "「2026」不是日期"),
        ("outcome", "「outcome」不是「是否」字段，不能单独作条件"),
        ("reviewed in (true)", "「reviewed」是「是否」字段，不用 in"),
        ("lower(cause) = 'x'", "的一边应当是字段"),
        ("cause = lower('x')", "不能与「LOWER('x')」比较"),
        ("cause in (select 1)", "in 的左边应当是字段，括号里应当是值"),
        ("exists (select 1)", "只能用比较"),
        ("cause like '%x'", "只能用比较"),
        ("case when reviewed then true end", "只能用比较"),
        ("1 = 1", "的一边应当是字段"),
        ("outcome = 'penalty'; delete from facts", "应当是一个表达式"),
        ("outcome = ", "不合语法"),
        ("((", "不合语法"),
        ("", "应当是一个表达式"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(source: str, message: str) -> None:
    with pytest.raises(FilterError) as refused:
        compile_filter(source, NAMES)
    assert message in str(refused.value)
    assert "Traceback" not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("outcome = 'penalty' and reviewed", "「处理结果」为「予以处罚」且「已经法制审核」为是"),
        ("outcome not in ('none')", "「处理结果」不为「不予处罚」"),
        ("not reviewed or fine >= 1000000", "「已经法制审核」为否或者「罚款」不小于10000.00元"),
        ("cause is not null", "「案由」已有填写"),
        ("'penalty' = outcome", "「处理结果」为「予以处罚」"),
        ("people between 3 and 5", "「人数」不小于3且「人数」不大于5"),
    ],
)
def test_a_condition_can_be_read_aloud(source: str, words: str) -> None:
    assert compile_filter(source, NAMES).words == words


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("fine + 1", "不能使用「1」"),
        ("fine + people", "把金额和其他数相加"),
        ("outcome", "不是金额或者整数"),
        ("sum(fine)", "不能使用「SUM(fine)」"),
        ("fine * goods", "只能乘以一个整数"),
        ("fine / 2", "不能使用"),
    ],
)
def test_a_sum_takes_whole_numbers_only(source: str, message: str) -> None:
    with pytest.raises(FilterError) as refused:
        compile_sum(source, NAMES)
    assert message in str(refused.value)


CONDITIONS = [
    "outcome = 'penalty'", "outcome <> 'penalty'", "not outcome = 'none'", "outcome in ('penalty', 'none')",
    "outcome not in ('none')", "reviewed", "not reviewed", "reviewed = false", "fine > 100", "fine <= goods",
    "people between 2 and 4", "cause is null", "cause is not null", "day >= '2026-03-01'", "opened_on < day", "redo_by < day", "redo_by = '2026-03-01'",
    "reviewed and fine > 100", "reviewed or fine > 100", "not (reviewed and outcome = 'none')",
    "(reviewed or people = 3) and not cause = 'x'", "outcome = 'penalty' and (fine > -5 or goods is null)",
]  # fmt: skip
DAYS = st.sampled_from([None, "2026-01-31", "2026-03-01", "2026-04-05"])
ROWS = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from([None, "penalty", "none"]), "w_cause": st.sampled_from([None, "x", "y"]),
        "b_reviewed": st.sampled_from([None, True, False]), "n_fine": st.sampled_from([None, -10, 0, 100, 101]),
        "n_goods": st.sampled_from([None, 0, 100, 500]), "n_people": st.sampled_from([None, 1, 2, 3, 5]),
        "day": DAYS, "opened_on": DAYS, "w_redo_by": DAYS,
    }
)  # fmt: skip
TYPES = {"b": "BOOLEAN", "n": "BIGINT", "w": "VARCHAR", "o": "VARCHAR", "d": "DATE"}


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=6))
def test_sql_and_python_answer_alike_unknowns_included(rows: list[dict[str, Any]]) -> None:
    columns = ", ".join(
        f"CAST(? AS {'DATE' if name in ('day', 'opened_on') else TYPES[name[0]]}) AS {name}"
        for name in rows[0]
    )
    for source in CONDITIONS:
        compiled = compile_filter(source, NAMES)
        for row in rows:
            query = f"SELECT ({compiled.tree.sql('duckdb')}) IS TRUE FROM (SELECT {columns})"
            (found,) = duckdb.execute(query, [row[name] for name in rows[0]]).fetchone() or (None,)
            assert compiled.holds(row) is found, (source, row)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_written_there_is_either_a_condition_or_refused(source: str) -> None:
    for compile_ in (compile_filter, compile_sum):
        try:
            compiled = compile_(source, NAMES)
        except FilterError:
            continue
        assert compiled.words
