"""Figures as queries over the facts, made with sqlglot: for DuckDB here, for Spark over the same files elsewhere.

All additive figures share one base aggregation: it adds signs and amounts up by what the figures tell apart (procedure,
version, kind, action, outcome, phase, clock, status, organs, and the columns of their conditions). Each figure is then a
handful of additions over that small result. Distinct counts and medians need the values themselves; their queries run
beside it over the same rows. The list behind a figure is the rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot import exp

from fazhi.figures.filters import Filter, Sum
from fazhi.figures.model import Figure, Selection

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


@dataclass(frozen=True, slots=True)
class Base:
    """The base aggregation of some figures. Column i of a result row is `columns[i]`; `n` and `m0`… come last."""

    query: exp.Select
    columns: tuple[str, ...]
    flags: dict[str, str]  # SQL of a condition over numbers or days → its column
    sums: dict[str, str]  # SQL of a sum → its column


def base(figures: Iterable[Figure], scope: Scope, sides: Sequence[str]) -> Base:
    """The base aggregation for all of them; those with distinct counts and medians count their rows in it, too."""
    selections = [s for f in figures for s in f.selections]
    words: set[str] = set()
    flags: dict[str, str] = {}
    sums: dict[str, str] = {}
    for s in selections:
        for part in (s.where, s.part):
            if part is None:
                continue
            if part.numeric:
                flags.setdefault(text(part), f"x{len(flags)}")
            else:
                words |= part.columns
        if s.sum is not None:
            sums.setdefault(text(s.sum), f"m{len(sums)}")
    used = sorted({s.side for s in selections if s.side} & set(sides))
    dims = [*DIMENSIONS, *("s_" + side for side in used), *sorted(words - set(DIMENSIONS))]
    chosen: list[exp.Expression] = [
        exp.alias_(_kind(), "kind") if name == "kind" else exp.column(name) for name in dims
    ]
    chosen.append(exp.alias_(_bucket(scope), "bucket"))
    for condition, name in flags.items():
        held = exp.Case().when(_tree(condition), exp.true()).else_(exp.false())
        chosen.append(exp.alias_(held, name))
    sign = _sign()
    chosen.append(exp.alias_(exp.Sum(this=sign), "n"))
    for total, name in sums.items():
        amount = exp.Mul(this=exp.paren(sign.copy()), expression=exp.paren(_tree(total)))
        chosen.append(exp.alias_(exp.Sum(this=amount), name))
    grouped = [*(c.this if isinstance(c, exp.Alias) else c for c in chosen[: len(dims) + 1 + len(flags)])]
    wanted = sorted({s.procedure for s in selections})
    query = (
        exp.select(*chosen)
        .from_("facts")
        .where(rows(scope), _in("procedure", wanted), _wanted(selections))
        .group_by(*(g.copy() for g in grouped))
    )
    names = (*dims, "bucket", *flags.values(), "n", *sums.values())
    return Base(query, names, flags, sums)


def text(part: Filter | Sum) -> str:
    return part.tree.sql("duckdb")


def values(selection: Selection, scope: Scope) -> exp.Select:
    """(organ or side, bucket, value, how often) for a distinct count or a median."""
    value = column(selection.value)
    key = exp.column("s_" + selection.side if selection.side else "organ")
    chosen: list[exp.Expression] = [
        exp.alias_(key, "place"),
        exp.alias_(_bucket(scope), "bucket"),
        exp.alias_(value, "value"),
        exp.alias_(exp.Sum(this=_sign()), "n"),
    ]
    grouped = (key.copy(), _bucket(scope), value.copy())
    return exp.select(*chosen).from_("facts").where(rows(scope), member(selection, scope)).group_by(*grouped)


def listed(selection: Selection, scope: Scope) -> exp.Select:
    """One line for each fact that the figure counts in the scope's (one) span; for a stock, one for each case."""
    stock = selection.kind == "stock"
    place = exp.column("s_" + selection.side if selection.side else "organ")
    amount: exp.Expression = _computed(selection.sum.tree.copy()) if selection.sum else exp.Null()
    value: exp.Expression = column(selection.value) if selection.value else exp.Null()
    item: exp.Expression = exp.column("phase" if stock else "item")
    day: exp.Expression = exp.Max(this=exp.column("day")) if stock else exp.column("day")
    plain: list[tuple[exp.Expression, str]] = [
        (exp.column("case"), "case"), (exp.column("procedure"), "procedure"), (exp.column("version"), "version"),
        (item, "item"), (exp.column("action"), "action"), (exp.column("outcome"), "outcome"),
        (exp.column("clock"), "clock"), (exp.column("status"), "status"), (place, "place"), (amount, "amount"),
        (value, "value"), (counted(selection), "counted"), (exp.column("imported"), "imported"),
    ]  # fmt: skip
    if not stock:
        plain.append((exp.column("day"), "day"))
    chosen = [exp.alias_(e.copy(), name) for e, name in plain]
    if stock:
        chosen.append(exp.alias_(day, "day"))
    grouped = [e.copy() for e, _ in plain if not isinstance(e, exp.Null | exp.Boolean)]
    total = exp.Sum(this=_sign())
    return (
        exp.select(*chosen, exp.alias_(total, "n"))
        .from_("facts")
        .where(rows(scope), member(selection, scope))
        .group_by(*grouped)
        .having(exp.NEQ(this=total.copy(), expression=exp.Literal.number("0")))
    )


def rows(scope: Scope) -> exp.Expression:
    """The rows that any figure of this scope may count."""
    first = min(scope.firsts)
    stock = exp.and_(_in("kind", STOCK), exp.column("day") <= _day(min(scope.last, scope.today)))
    flow = exp.and_(exp.column("day") >= _day(first), exp.column("day") <= _day(scope.last))
    due = exp.or_(exp.column("kind").neq("due"), exp.column("day") < _day(scope.today))
    return exp.and_(
        exp.column("county").eq(scope.county),
        exp.column("position") <= exp.Literal.number(str(scope.position)),
        exp.paren(
            exp.or_(exp.paren(stock), exp.paren(exp.and_(_in("kind", ("act", "due")), flow, exp.paren(due))))
        ),
    )


def member(s: Selection, scope: Scope) -> exp.Expression:
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


def _named(s: Selection) -> exp.Expression:
    if s.kind != "act":
        return _in("phase" if s.kind == "stock" else "clock", sorted(s.names))
    plain = sorted(n for n in s.names if "." not in n)
    exact = sorted(n for n in s.names if "." in n)
    parts: list[exp.Expression] = [_in("action", plain)] if plain else []
    for name in exact:
        action, _, outcome = name.partition(".")
        parts.append(exp.paren(exp.and_(exp.column("action").eq(action), exp.column("outcome").eq(outcome))))
    return exp.or_(*parts)


def _wanted(selections: Sequence[Selection]) -> exp.Expression:
    """Leaves rows out that no figure counts: acts, phases and limits that none names."""
    names: dict[str, set[str]] = {"act": set(), "stock": set(), "due": set()}
    for s in selections:
        names[s.kind] |= {n.split(".")[0] for n in s.names}
    parts: list[exp.Expression] = []
    for kind, column_name in (("act", "action"), ("stock", "phase"), ("due", "clock")):
        if names[kind]:
            of = _in("kind", STOCK) if kind == "stock" else exp.column("kind").eq(kind)
            parts.append(exp.paren(exp.and_(of, _in(column_name, sorted(names[kind])))))
    return exp.paren(exp.or_(*parts)) if parts else exp.false()


def _kind() -> exp.Expression:
    return exp.Case().when(_in("kind", STOCK), exp.Literal.string("stock")).else_(exp.column("kind"))


def _sign() -> exp.Expression:
    """A row out of a stock takes away what the row into it brought."""
    sign = exp.cast(exp.column("sign"), "bigint")
    return exp.Case().when(exp.column("kind").eq("leave"), exp.Neg(this=sign)).else_(sign.copy())


def _bucket(scope: Scope) -> exp.Expression:
    found = exp.Case()
    for i, first in enumerate(scope.firsts):
        found = found.when(exp.column("day") < _day(first), exp.Literal.number(str(i - 1)) if i else exp.Neg(this=exp.Literal.number("1")))  # fmt: skip
    return found.else_(exp.Literal.number(str(len(scope.firsts) - 1)))


def _tree(sql: str) -> exp.Expression:
    parsed = sqlglot.parse_one(sql, dialect="duckdb")
    return _computed(parsed)


def column(physical: str) -> exp.Expression:
    return _computed(exp.column(physical))


def _computed(tree: exp.Expression) -> exp.Expression:
    """`days` is no column of the mirror but counted from two."""

    def swap(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and node.name == "days":
            return exp.DateDiff(
                this=exp.column("day"), expression=exp.column("opened_on"), unit=exp.Var(this="DAY")
            )
        return node

    return tree.transform(swap)


def _in(name: str, members: Iterable[str]) -> exp.Expression:
    return exp.In(this=exp.column(name), expressions=[exp.Literal.string(m) for m in members])


def _day(day: date) -> exp.Expression:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def divided(selection: Selection, scope: Scope, physical: str) -> exp.Select:
    """(split, place, bucket, value, counted, amount, n) of one selection by the values of a column."""
    place = exp.column("s_" + selection.side if selection.side else "organ")
    value: exp.Expression = column(selection.value) if selection.value else exp.Null()
    amount: exp.Expression = exp.Null()
    if selection.sum is not None:
        amount = exp.Sum(
            this=exp.Mul(this=exp.paren(_sign()), expression=exp.paren(_computed(selection.sum.tree.copy())))
        )
    keys = [exp.column(physical), place, _bucket(scope), value, counted(selection)]
    names = ("split", "place", "bucket", "value", "counted")
    chosen = [exp.alias_(e.copy(), name) for e, name in zip(keys, names, strict=True)]
    return (
        exp.select(*chosen, exp.alias_(amount, "amount"), exp.alias_(exp.Sum(this=_sign()), "n"))
        .from_("facts")
        .where(rows(scope), member(selection, scope))
        .group_by(*(e.copy() for e in keys if not isinstance(e, exp.Null | exp.Boolean)))
    )


def counted(selection: Selection) -> exp.Expression:
    """Whether a row of a share's denominator is in its numerator; of another figure, always."""
    if selection.part is not None:
        return exp.Case().when(_computed(selection.part.tree.copy()), exp.true()).else_(exp.false())
    if selection.met is not None:
        met = exp.column("status").eq("met")
        return met if selection.met else exp.Not(this=exp.paren(met))
    return exp.Boolean(this=True)
