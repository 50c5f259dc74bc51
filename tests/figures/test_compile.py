"""The queries: one aggregation for everything additive, text for DuckDB and for Spark, nothing put into it by hand."""

from __future__ import annotations

from datetime import date

import pytest
import sqlglot
from sqlglot import exp

from fazhi.figures import catalogue, compile
from fazhi.figures.compile import Scope, Statement
from fazhi.procedures.library import shipped


def statements() -> list[Statement]:
    figures = catalogue.of(shipped()).figures.values()
    selections = tuple(s for f in figures for s in f.selections)
    found = [compile.base(selections, 1).statement, compile.base(selections, 12).statement]
    for figure in figures:
        for s in figure.selections:
            found.append(compile.listed(s))
            found += [compile.divided(s, 1, b.physical) for b in figure.by]
            if s.value:
                found.append(compile.values(s, 12))
    return found


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_every_statement_can_be_said_in_both_dialects(dialect: str) -> None:
    made = statements()
    assert len(made) > 150
    for one in made:
        text = one.query.sql(dialect, identify=True)
        again = sqlglot.parse_one(text, dialect=dialect)
        assert isinstance(again, exp.Select)
        assert [e.alias for e in again.expressions] == list(one.columns)
        assert {p.name for p in again.find_all(exp.Placeholder)} == {
            p.name for p in one.query.find_all(exp.Placeholder)
        }


def test_all_additive_figures_share_one_aggregation() -> None:
    figures = list(catalogue.of(shipped()).figures.values())
    base = compile.base(tuple(s for f in figures for s in f.selections), 1)
    assert len(list(base.statement.query.find_all(exp.Select))) == 1
    assert "FILTER" not in base.statement.sql
    assert len(base.statement.columns) < 30


def test_what_is_asked_for_goes_in_as_a_parameter() -> None:
    asked = Scope("x' OR 1=1 --", 7, (date(2026, 1, 1),), date(2026, 12, 31), date(2026, 6, 1))
    parameters = asked.parameters()
    assert parameters["county"] == "x' OR 1=1 --"
    assert parameters["until"] == date(2026, 6, 1)
    for one in statements():
        assert {p.name for p in one.query.find_all(exp.Placeholder)} <= {
            *parameters,
            *(f"f{i}" for i in range(12)),
        }
        assert "339821" not in one.sql


def test_a_statement_is_made_once() -> None:
    figure = catalogue.of(shipped()).figures["penalty.decided"]
    assert compile.listed(figure.selections[0]) is compile.listed(figure.selections[0])
