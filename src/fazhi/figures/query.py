"""Figures of a county (or an organ and everything below it) in a span of days, as of a moment; and the cases behind each."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Lock
from typing import Any

from fazhi.figures import compile as compiled
from fazhi.figures import duck, imported, mirror, moments, places, reckon, spans
from fazhi.figures.compile import Scope
from fazhi.figures.errors import FigureError
from fazhi.figures.mirror import View
from fazhi.figures.model import Figure, Selection
from fazhi.figures.moments import Moment
from fazhi.figures.places import Places
from fazhi.figures.reckon import Cells, Key, Result
from fazhi.figures.spans import Span


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One figure as shown. `value` None is 无: nothing to divide by. `cases`: lines of the list behind it."""

    id: str
    title: str
    value: str | None
    unit: str
    numerator: int | str | None
    denominator: int | str | None
    cases: int
    words: str
    period: str
    law: str = ""
    source: str = ""
    group: str = ""
    group_title: str = ""
    side: str = ""
    imported: bool = False

    @property
    def shown(self) -> str:
        return "无" if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Checked:
    """An identity with its numbers. `difference` 0: it holds."""

    procedure: str
    words: str
    law: str
    numbers: tuple[tuple[str, str], ...]  # (title, value) in the order of the words
    difference: int

    @property
    def gap(self) -> int:
        return abs(self.difference)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: resolved once, handed to every function below."""

    view: View
    places: Places
    span: Span
    moment: Moment
    organ: str = ""
    using: str = "default"

    @property
    def county(self) -> str:
        return str(self.places.county.code)


def ask(
    county: str,
    period: str | Span,
    *,
    organ: str | None = None,
    moment: str | int | Moment | None = None,
    instant: datetime | None = None,
    using: str = "default",
) -> Question:
    """Raises FigureError for an unknown county, period, organ or moment. `organ`: id, code or name."""
    span = spans.parse(period) if isinstance(period, str) else period
    of = places.county(county)
    view = mirror.look(using)
    if moment is None:
        at = moments.now(view, instant)
    elif isinstance(moment, Moment):
        at = replace(moments.at(view, moment.position, instant), day=moment.day)
    else:
        at = moments.read(view, str(moment), instant)
    tree = places.places(of, span.last)
    chosen = places.organ(of, organ, span.last) if organ else ""
    return Question(view, tree, span, at, chosen, using)


def figures(
    county: str,
    period: str | Span,
    *,
    organ: str | None = None,
    moment: str | int | Moment | None = None,
    side: str | None = None,
    only: Iterable[str] | None = None,
    using: str = "default",
) -> list[FigureValue]:
    """Every figure (or `only` those ids), in the order of the catalogue; figures from outside come last.

    `side` counts by another side of the case than each figure's own: its name, or "handling".
    """
    return values(ask(county, period, organ=organ, moment=moment, using=using), only=only, side=side)


def values(q: Question, *, only: Iterable[str] | None = None, side: str | None = None) -> list[FigureValue]:
    chosen = _chosen(q, only, side)
    cells = _cells(q, chosen, (q.span,))
    counts = _counts(q)
    found = [_value(f, reckon.result(f, cells[f.id], 0, counts), q.span) for f in chosen]
    outside = [] if q.organ else imported.values(q.county, q.span, q.moment.position, q.using)
    wanted = None if only is None else set(only)
    return found + [
        FigureValue(
            id=x.id, title=x.title, value=x.value, unit=x.unit, numerator=None, denominator=None, cases=0,
            words=f"外部数据，来源：{x.source}。", period=q.span.text, source=x.source, group="imported",
            group_title="外部数据", imported=True,
        )
        for x in outside if wanted is None or x.id in wanted
    ]  # fmt: skip


def series(q: Question, id: str, buckets: Sequence[Span]) -> list[FigureValue]:
    """One figure over consecutive spans (a year's months), by one query. Stocks are those at the end of each."""
    figure = q.view.catalogue.get(id)
    cells = _cells(q, [figure], tuple(buckets))[figure.id]
    counts = _counts(q)
    return [_value(figure, reckon.result(figure, cells, i, counts), b) for i, b in enumerate(buckets)]


def by_organ(q: Question, id: str) -> list[tuple[str, str, int, FigureValue]]:
    """(organ id, name, depth below the asked one, figure) of every organ that has anything, in the order of the tree."""
    figure = q.view.catalogue.get(id)
    cells = _cells(q, [figure], (q.span,))[figure.id]
    keys = {key for _, key in (*cells.tallies, *cells.values)}
    above = {key: q.places.above(key) for key in keys}
    touched = set().union(*above.values()) if above else set()
    rows = []
    for id_ in (*q.places.order, *(i for i, p in q.places.found.items() if p.ended)):
        if id_ not in touched or (q.organ and q.organ not in q.places.found[id_].above):
            continue
        found = reckon.result(figure, cells, 0, lambda key, id_=id_: id_ in above[key])
        if found.cases or found.value not in (None, "0", "0.00"):
            depth = len(q.places.found[id_].above) - 1
            rows.append((id_, q.places.name(id_), depth, _value(figure, found, q.span)))
    return rows


def breakdown(q: Question, id: str, column: str) -> list[tuple[str, FigureValue]]:
    """The figure split by one of its `by` columns: (title of the value, figure)."""
    figure = q.view.catalogue.get(id)
    split = next((b for b in figure.by if b.name == column), None)
    if split is None:
        raise FigureError(
            f"「{figure.title}」不能按「{column}」分组",
            next=f"可用：{'、'.join(b.name for b in figure.by) or '无'}",
        )
    found: dict[Any, Cells] = {}
    counts = _counts(q)
    for value, cells in _split(q, figure, split.physical).items():
        found[value] = cells
    titles = dict(split.values) or (places.code_titles(split.codes, q.places.county) if split.codes else {})
    rows = []
    for value in sorted(
        found, key=lambda v: (v is None, list(split.values).index(v) if v in split.values else 999, str(v))
    ):
        one = reckon.result(figure, found[value], 0, counts)
        if one.cases:
            said = (
                "未填写"
                if value is None
                else {True: "是", False: "否"}.get(value, titles.get(value, str(value)))
            )
            rows.append((said, _value(figure, one, q.span)))
    return rows


def check(q: Question) -> list[Checked]:
    """Every identity of procedures that had anything in the span, with its numbers; each version by its own words."""
    catalogue = q.view.catalogue
    chosen: dict[str, Figure] = {}
    for identity in catalogue.identities:
        for term in identity.terms:
            figure = catalogue.get(term.figure)
            own = tuple(s for s in figure.selections if s.version == identity.version)
            id = f"{term.figure}@{identity.version}"
            chosen[id] = replace(figure, id=id, selections=own)
    cells = _cells(q, list(chosen.values()), (q.span,))
    counts = _counts(q)
    out = []
    for identity in catalogue.identities:
        numbers, difference, anything = [], 0, False
        for term in identity.terms:
            figure = chosen[f"{term.figure}@{identity.version}"]
            found = reckon.result(figure, cells[figure.id], -1 if term.at == "start" else 0, counts)
            prefix = {"": "", "start": "期初", "end": "期末"}[term.at]
            numbers.append((prefix + figure.title, found.value or "0"))
            difference += term.sign * found.cases
            anything |= found.cases != 0
        if anything:
            out.append(Checked(identity.procedure, identity.words, identity.law, tuple(numbers), difference))
    return out


# ---- the parts ------------------------------------------------------------------------------------------------------


def _chosen(q: Question, only: Iterable[str] | None, side: str | None) -> list[Figure]:
    catalogue = q.view.catalogue
    if only is None:
        chosen = list(catalogue.figures.values())
    else:
        outside = set(imported.ids(q.county, q.using))
        chosen = [catalogue.get(id) for id in only if id not in outside]
    if side is None:
        return chosen
    other = "" if side == "handling" else side
    if other and other not in catalogue.sides:
        raise FigureError(
            f"没有可以归口的参与方「{side}」", next=f"可用：handling、{'、'.join(catalogue.sides)}"
        )
    known = {key: set(shape.sides) for key, shape in catalogue.shapes.items()}
    return [
        replace(
            f,
            selections=tuple(
                replace(s, side=other) if not other or other in known[s.procedure, s.version] else s
                for s in f.selections
            ),
        )
        for f in chosen
    ]


def _counts(q: Question) -> Any:
    """Whether a key counts: for the county every one, for an organ those of its part of the tree."""
    if not q.organ:
        return lambda key: True
    known: dict[Key, bool] = {}

    def counts(key: Key) -> bool:
        if key not in known:
            known[key] = q.organ in q.places.above(key)
        return known[key]

    return counts


def scope(q: Question, buckets: Sequence[Span]) -> Scope:
    for one, following in pairwise(buckets):
        if following.first != one.last + timedelta(days=1):
            raise ValueError("buckets must follow one another without gaps")
    return Scope(q.county, q.moment.position, tuple(b.first for b in buckets), buckets[-1].last, q.moment.day)


_results: OrderedDict[tuple[Any, ...], dict[str, Cells]] = OrderedDict()
_guard = Lock()
KEPT = 64


def _cells(q: Question, chosen: Sequence[Figure], buckets: tuple[Span, ...]) -> dict[str, Cells]:
    """The figures by bucket and organ. What lies behind a position never changes, so results are kept by it."""
    asked = scope(q, buckets)
    mark = q.view.files, q.view.position, q.view.catalogue.signature
    key = (mark, q.using, asked, tuple((f.id, f.selections) for f in chosen))
    with _guard:
        if key in _results:
            _results.move_to_end(key)
            return _results[key]
    found = duck.looking(q.view, lambda view: _computed(view, chosen, asked), q.using)
    with _guard:
        _results[key] = found
        while len(_results) > KEPT:
            _results.popitem(last=False)
    return found


def _computed(view: View, chosen: Sequence[Figure], asked: Scope) -> dict[str, Cells]:
    selections = tuple(s for f in chosen for s in f.selections)
    if not selections:
        return {f.id: Cells() for f in chosen}
    spans_of = len(asked.firsts)
    base = compiled.base(selections, spans_of)
    found = reckon.spread(chosen, base, duck.rows(view, base.statement, asked))
    beside: dict[Selection, list[tuple[Any, ...]]] = {}
    for figure in chosen:
        if figure.kind in ("distinct", "median"):
            for selection in figure.selections:
                if selection not in beside:
                    beside[selection] = duck.rows(view, compiled.values(selection, spans_of), asked)
                reckon.collect(found[figure.id], beside[selection])
    return found


def _split(q: Question, figure: Figure, physical: str) -> dict[Any, Cells]:
    """The figure's cells by the values of a column."""
    asked = scope(q, (q.span,))

    def compute(view: View) -> dict[Any, Cells]:
        found: dict[Any, Cells] = {}
        for selection in figure.selections:
            for row in duck.rows(view, compiled.divided(selection, 1, physical), asked):
                split, place, bucket, value, counted, amount, n = row
                cells = found.setdefault(split, Cells())
                tally = cells.tallies.setdefault((bucket, place), reckon.Tally())
                count, total = int(n or 0), int(amount or 0)
                tally.count += count
                tally.amount += total
                if counted:
                    tally.part_count += count
                    tally.part_amount += total
                if selection.value:
                    values_of = cells.values.setdefault((bucket, place), {})
                    values_of[value] = values_of.get(value, 0) + count
        return found

    return duck.looking(q.view, compute, q.using)


def _value(figure: Figure, found: Result, span: Span) -> FigureValue:
    return FigureValue(
        id=figure.id, title=figure.title, value=found.value, unit=figure.unit, numerator=found.numerator,
        denominator=found.denominator, cases=found.cases, words=figure.words, period=span.text, law=figure.law,
        source=figure.source, group=figure.group, group_title=figure.group_title, side=figure.side_title,
    )  # fmt: skip
