"""The cases behind a figure: exactly as many lines as it counts; those that the viewer may open, and how many more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from fazhi.cases import access, definitions
from fazhi.cases.search import Found, by_ids
from fazhi.figures import compile as compiled
from fazhi.figures import duck, query
from fazhi.figures.columns import STATUS
from fazhi.figures.mirror import View
from fazhi.figures.model import Figure
from fazhi.figures.query import Question
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition

PAGE = 500


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the list: what was counted. `counted` False: in a share's denominator only. Money in fen."""

    case: str
    procedure: str
    day: date
    what: str
    organs: str
    counted: bool
    amount: int | None
    imported: bool
    item: str


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of a case that the viewer may open, with the case as it is now."""

    fact: Fact
    found: Found


@dataclass(frozen=True, slots=True)
class Behind:
    """The facts behind a figure that the viewer may open; `total` counts all of them."""

    seen: tuple[Fact, ...]
    total: int

    @property
    def visible(self) -> int:
        return len(self.seen)


@dataclass(frozen=True, slots=True)
class CaseList:
    """`total` lines stand behind the figure; `visible` of them are the viewer's to see, `lines` one page of these."""

    lines: tuple[Line, ...]
    visible: int
    total: int

    @property
    def hidden(self) -> int:
        return self.total - self.visible


def facts(q: Question, id: str) -> list[Fact]:
    """Every line behind the figure, oldest first: for whoever may see all of it (a check, a report's annex of numbers)."""
    figure = q.view.catalogue.get(id)
    found = duck.looking(q.view, lambda view: _facts(q, view, figure), q.using)
    return sorted(found, key=lambda f: (f.day, f.case, f.item))


def behind(q: Question, id: str, ctx: ActorContext, *, part: str = "") -> Behind:
    """What the viewer may see of the list. `part`: "in" only what a share's numerator counts, "out" only the rest."""
    found = facts(q, id)
    if part:
        found = [f for f in found if f.counted is (part == "in")]
    open_to = _visible(ctx, {f.case for f in found}, q.using)
    return Behind(tuple(f for f in found if f.case in open_to), len(found))


def page_of(
    found: Behind, ctx: ActorContext, *, today: date, offset: int = 0, limit: int = 50, using: str = "default"
) -> CaseList:
    """One page of it, with the cases as they are now."""
    page = found.seen[offset : offset + min(limit, 200)]
    rows = by_ids(ctx, [f.case for f in page], today, using)
    lines = tuple(Line(f, rows[f.case]) for f in page if f.case in rows)
    return CaseList(lines, found.visible, found.total)


def cases_of(
    q: Question, id: str, ctx: ActorContext, *, today: date, offset: int = 0, limit: int = 50, part: str = ""
) -> CaseList:
    """A page of the list behind a figure: what the viewer may open, and (`hidden`) how many more there are."""
    return page_of(behind(q, id, ctx, part=part), ctx, today=today, offset=offset, limit=limit, using=q.using)


def _facts(q: Question, view: View, figure: Figure) -> list[Fact]:
    asked = query.scope(q, (q.span,))
    out = []
    for selection in figure.selections:
        statement = compiled.listed(selection)
        for values in duck.rows(view, statement, asked):
            row = dict(zip(statement.columns, values, strict=True))
            if q.organ and q.organ not in q.places.above(row["place"]):
                continue
            out += [_fact(q, selection.kind, row)] * int(row["n"])
    return out


def _fact(q: Question, kind: str, row: dict[str, Any]) -> Fact:
    organs = "、".join(q.places.name(x) for x in (row["place"] or "").split())
    day = row["day"]
    return Fact(
        case=row["case"], procedure=row["procedure"], day=day if isinstance(day, date) else date.fromisoformat(str(day)),
        what=_what(kind, row), organs=organs, counted=bool(row["counted"]), amount=row["amount"],
        imported=bool(row["imported"]), item=str(row["item"]),
    )  # fmt: skip


def _what(kind: str, row: dict[str, Any]) -> str:
    d = _definition(row["procedure"], row["version"])
    if d is None:
        return ""
    if kind == "stock":
        return str(d.source.phases.get(row["item"], row["item"]))
    if kind == "due":
        clocks = [d.clocks, *d.part_clocks.values()]
        title = next((c[row["clock"]].title for c in clocks if row["clock"] in c), row["clock"])
        return f"{title}：{STATUS.get(row['status'], row['status'])}"
    action = d.actions.get(row["action"])
    if action is None:
        return str(row["action"])
    outcome = action.outcomes.get(row["outcome"] or "")
    return f"{action.title}：{outcome.title}" if outcome else action.title


def _definition(procedure: str, version: str) -> Definition | None:
    return next(
        (d for d in definitions.library().versions(procedure) if d.from_.isoformat() == version), None
    )


def _visible(ctx: ActorContext, cases: Iterable[str], using: str) -> set[str]:
    """Those of the cases that this person may know of."""
    sql, params = access.condition(ctx)
    wanted: Sequence[str] = sorted(cases)
    found: set[str] = set()
    for start in range(0, len(wanted), PAGE):
        some = wanted[start : start + PAGE]
        marks = ", ".join(["%s"] * len(some))
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT c.id FROM cases_case c WHERE {sql} AND c.id IN ({marks})", [*params, *some]
            )
            found.update(row[0] for row in cursor.fetchall())
    return found
