"""Figures as queries over the facts, made with sqlglot: for DuckDB here, for Spark over the same files elsewhere.

All additive figures share one base aggregation: it adds signs and amounts up by what the figures tell apart (procedure,
version, kind, action, outcome, phase, clock, status, organs, and the columns of their conditions). Each figure is then a
handful of additions over that small result (`reckon`). Distinct counts and medians need the values themselves; their
queries run beside it over the same rows. The list behind a figure is the rows themselves.

County, position and days are parameters ($county …), so a statement is made once for each figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import sqlglot
from sqlglot import exp

from fazhi.figures.model import Selection

STOCK = ("enter", "leave")
DIMENSIONS = ("procedure", "version", "kind", "action", "outcome", "phase", "clock", "status", "organ")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows: one county up to a position; spans of days, in order and without gaps; `today` cuts what is still to come.

    Flows count by span. A stock at the end of a span is everything up to it; bucket -1 holds what was before.
    """

    county: str
    position: int
    firsts: tuple[date, ...]
    last: date
    today: date

    def parameters(self) -> dict[str, object]:
        found: dict[str, object] = {f"f{i}": first for i, first in enumerate(self.firsts)}
        return found | {
            "county": self.county, "position": self.position, "last": self.last, "today": self.today,
            "until": min(self.last, self.today),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A query over `facts`. Column i of a result row is `columns[i]`."""

    query: exp.Select
    columns: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Base:
    """The base aggregation. Its last columns are `n` and the sums."""

    statement: Statement
    flags: dict[str, str]  # SQL of a condition over numbers or days → its column
    sums: dict[str, str]  # SQL of a sum → its column


@lru_cache(maxsize=64)
def base(selections: tuple[Selection, ...], spans: int) -> Base:
    """One aggregation for all of them; of distinct counts and medians it counts the rows."""
    words: set[str] = set()
    flags: dict[str, str] = {}
    sums: dict[str, str] = {}
    for s in selections:
        for part in (s.where, s.part):
            if part is None:
                continue
            if part.numeric:
                flags.setdefault(part.sql, f"x{len(flags)}")
            else:
                words |= part.columns
        if s.sum is not None:
            sums.setdefault(s.sum.sql, f"m{len(sums)}")
    sides = sorted({"s_" + s.side for s in selections if s.side})
    dims = [*DIMENSIONS, *sides, *sorted(words - set(DIMENSIONS))]
    keys: list[tuple[exp.Expression, str]] = [(_kind() if d == "kind" else exp.column(d), d) for d in dims]
    keys.append((_bucket(spans), "bucket"))
    keys += [(_true(_parsed(condition)), name) for condition, name in flags.items()]
    totals: list[tuple[exp.Expression, str]] = [(exp.Sum(this=_sign()), "n")]
    totals += [(_total(_parsed(total)), name) for total, name in sums.items()]
    procedures = sorted({s.procedure for s in selections})
    where = (rows(), _in("procedure", procedures), _wanted(selections))
    return Base(_statement(keys, totals, where), flags, sums)


@lru_cache(maxsize=512)
def values(s: Selection, spans: int) -> Statement:
    """(place, bucket, value, n): how often each value occurs, for a distinct count or a median."""
    keys = [(_place(s), "place"), (_bucket(spans), "bucket"), (column(s.value), "value")]
    return _statement(keys, [(exp.Sum(this=_sign()), "n")], (rows(), member(s)))


@lru_cache(maxsize=512)
def divided(s: Selection, spans: int, physical: str) -> Statement:
    """(split, place, bucket, value, counted, amount, n) of one selection by the values of a column."""
    value: exp.Expression = column(s.value) if s.value else exp.Null()
    keys = [
        (exp.column(physical), "split"), (_place(s), "place"), (_bucket(spans), "bucket"), (value, "value"),
        (counted(s), "counted"),
    ]  # fmt: skip
    amount: exp.Expression = _total(_computed(s.sum.tree.copy())) if s.sum else exp.Null()
    return _statement(keys, [(amount, "amount"), (exp.Sum(this=_sign()), "n")], (rows(), member(s)))


@lru_cache(maxsize=512)
def listed(s: Selection) -> Statement:
    """One line for each fact that the figure counts in one span; for a stock, one for each case, with its day of entry."""
    stock = s.kind == "stock"
    amount: exp.Expression = _computed(s.sum.tree.copy()) if s.sum else exp.Null()
    value: exp.Expression = column(s.value) if s.value else exp.Null()
    keys: list[tuple[exp.Expression, str]] = [
        (exp.column("case"), "case"), (exp.column("procedure"), "procedure"), (exp.column("version"), "version"),
        (exp.column("phase" if stock else "item"), "item"), (exp.column("action"), "action"),
        (exp.column("outcome"), "outcome"), (exp.column("clock"), "clock"), (exp.column("status"), "status"),
        (_place(s), "place"), (amount, "amount"), (value, "value"), (counted(s), "counted"),
        (exp.column("imported"), "imported"),
    ]  # fmt: skip
    totals: list[tuple[exp.Expression, str]] = [(exp.Sum(this=_sign()), "n")]
    if stock:
        totals.insert(0, (exp.Max(this=exp.column("day")), "day"))
    else:
        keys.append((exp.column("day"), "day"))
    made = _statement(keys, totals, (rows(), member(s)))
    none = exp.NEQ(this=exp.Sum(this=_sign()), expression=exp.Literal.number("0"))
    query = made.query.having(none)
    return Statement(query, made.columns, query.sql("duckdb", identify=True))


def _statement(
    keys: Sequence[tuple[exp.Expression, str]],
    totals: Sequence[tuple[exp.Expression, str]],
    where: Sequence[exp.Expression],
) -> Statement:
    chosen = [exp.alias_(e, name, copy=True) for e, name in (*keys, *totals)]
    query = exp.select(*chosen).from_("facts").where(*where)
    grouped = [e.copy() for e, _ in keys if not isinstance(e, exp.Null | exp.Boolean)]
    query = query.group_by(*grouped)
    return Statement(query, tuple(name for _, name in (*keys, *totals)), query.sql("duckdb", identify=True))


# ---- which rows -----------------------------------------------------------------------------------------------------


def rows() -> exp.Expression:
    """The rows that any figure may count: of the county, up to the position, in the span (stocks: up to its end).

    A limit has not fallen due before its day is over.
    """
    day = exp.column("day")
    stock = exp.and_(_in("kind", STOCK), day <= _given("until"))
    due = exp.or_(exp.column("kind").neq("due"), day < _given("today"))
    flow = exp.and_(_in("kind", ("act", "due")), day >= _given("f0"), day <= _given("last"), exp.paren(due))
    return exp.and_(
        exp.column("county").eq(_given("county")),
        exp.column("position") <= _given("position"),
        exp.paren(exp.or_(exp.paren(stock), exp.paren(flow))),
    )


def member(s: Selection) -> exp.Expression:
    """Whether a row belongs to the selection."""
    parts: list[exp.Expression] = [
        exp.column("procedure").eq(s.procedure),
        exp.column("version").eq(s.version),
        _in("kind", STOCK) if s.kind == "stock" else exp.column("kind").eq(s.kind),
        exp.paren(_named(s)),
    ]
    if s.where is not None:
        parts.append(exp.paren(_computed(s.where.tree.copy())))
    return exp.and_(*parts)


def counted(s: Selection) -> exp.Expression:
    """Whether a row of a share's denominator is in its numerator; of another figure, always."""
    if s.part is not None:
        return _true(_computed(s.part.tree.copy()))
    if s.met is not None:
        met = exp.column("status").eq("met")
        return met if s.met else exp.Not(this=exp.paren(met))
    return exp.Boolean(this=True)


def _named(s: Selection) -> exp.Expression:
    if s.kind != "act":
        return _in("phase" if s.kind == "stock" else "clock", sorted(s.names))
    plain = sorted(n for n in s.names if "." not in n)
    parts: list[exp.Expression] = [_in("action", plain)] if plain else []
    for name in sorted(n for n in s.names if "." in n):
        action, _, outcome = name.partition(".")
        parts.append(exp.paren(exp.and_(exp.column("action").eq(action), exp.column("outcome").eq(outcome))))
    return exp.or_(*parts)


def _wanted(selections: Iterable[Selection]) -> exp.Expression:
    """Leaves out acts, phases and limits that none of the figures names."""
    names: dict[str, set[str]] = {"act": set(), "stock": set(), "due": set()}
    for s in selections:
        names[s.kind] |= {n.split(".")[0] for n in s.names}
    parts: list[exp.Expression] = []
    for kind, name in (("act", "action"), ("stock", "phase"), ("due", "clock")):
        if names[kind]:
            of = _in("kind", STOCK) if kind == "stock" else exp.column("kind").eq(kind)
            parts.append(exp.paren(exp.and_(of, _in(name, sorted(names[kind])))))
    return exp.paren(exp.or_(*parts)) if parts else exp.false()


# ---- small expressions ----------------------------------------------------------------------------------------------


def column(physical: str) -> exp.Expression:
    return _computed(exp.column(physical))


def _place(s: Selection) -> exp.Expression:
    return exp.column("s_" + s.side if s.side else "organ")


def _kind() -> exp.Expression:
    return exp.Case().when(_in("kind", STOCK), exp.Literal.string("stock")).else_(exp.column("kind"))


def _sign() -> exp.Expression:
    """A row out of a stock takes away what the row into it brought."""
    sign = exp.cast(exp.column("sign"), "bigint")
    return exp.Case().when(exp.column("kind").eq("leave"), exp.Neg(this=sign)).else_(sign.copy())


def _total(tree: exp.Expression) -> exp.Expression:
    return exp.Sum(this=exp.Mul(this=exp.paren(_sign()), expression=exp.paren(tree)))


def _true(tree: exp.Expression) -> exp.Expression:
    """Unknown is not true."""
    return exp.Case().when(tree, exp.true()).else_(exp.false())


def _bucket(spans: int) -> exp.Expression:
    found = exp.Case()
    for i in range(spans):
        before = exp.Literal.number(str(i - 1)) if i else exp.Neg(this=exp.Literal.number("1"))
        found = found.when(exp.column("day") < _given(f"f{i}"), before)
    return found.else_(exp.Literal.number(str(spans - 1)))


def _parsed(sql: str) -> exp.Expression:
    return _computed(sqlglot.parse_one(sql, dialect="duckdb"))


def _computed(tree: exp.Expression) -> exp.Expression:
    """`days` is no column of the mirror but counted from two."""

    def swap(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and node.name == "days":
            days = exp.Var(this="DAY")
            return exp.DateDiff(this=exp.column("day"), expression=exp.column("opened_on"), unit=days)
        return node

    return tree.transform(swap)


def _in(name: str, members: Iterable[str]) -> exp.Expression:
    return exp.In(this=exp.column(name), expressions=[exp.Literal.string(m) for m in members])


def _given(name: str) -> exp.Expression:
    return exp.Placeholder(this=name)
