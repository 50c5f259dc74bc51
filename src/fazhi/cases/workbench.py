"""What waits for a person: to be done, to be approved, near its limit or past it — and, for who looks over others, theirs.

Candidates come by one statement over indexed columns (phase and role); which of them really wait, and why, is asked of
the engine (`waiting.calls`) once for each state of a case and kept until the case moves or a register changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from django.db import connections

from fazhi.cases import access, definitions, registers, resolve, search, sources, waiting
from fazhi.cases.search import Found
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition, Resolved, options
from fazhi.procedures.state import load

MOST = 500  # candidates that are looked at; who has more waiting sees the most urgent
_KEPT = 20_000


@dataclass(frozen=True)
class Todo:
    """One line: the case, why it is here, and the act that is called for (empty: to be approved)."""

    row: Found
    why: str
    law: str = ""
    action: str = ""
    action_title: str = ""
    approve: bool = False
    preset: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Counters:
    """Each is exactly the number of rows in the list that it links to."""

    overdue: int
    warning: int
    today: int
    orders: int  # open supervision orders in sight


def _may_act(d: Definition, ctx: ActorContext) -> dict[str, set[str]]:
    """{phase: sides on which this person's role has something to do there}."""
    found: dict[str, set[str]] = {}
    for a in d.actions.values():
        sides = {side for side, role in a.by if role in ctx.roles}
        if sides and not a.quick:
            for phase in a.from_:
                if phase not in d.ends:
                    found.setdefault(phase, set()).update(sides)
    return found


def _may_approve(d: Definition, ctx: ActorContext) -> dict[str, set[str]]:
    """{pending "action/step": sides on which this person's role agrees}."""
    found: dict[str, set[str]] = {}
    handling = next((k for k, x in d.source.sides.items() if x.is_ != "party"), "")
    for a in d.actions.values():
        for i, names in enumerate(a.approve):
            pairs = [n.partition(".")[::2] for n in names if n != "meeting"]
            if "meeting" in names:
                pairs += [(handling, "head"), (handling, "office_head")]
            sides = {side for side, role in pairs if role in ctx.roles}
            if sides:
                found.setdefault(f"{a.name}/{i}", set()).update(sides)
    organs = {k for k, x in d.source.sides.items() if x.is_ != "party"}
    for mending in ("$correct/0", "$void/0"):  # a second person of an organ that takes part
        found[mending] = organs
    return found


def _statement(
    ctx: ActorContext, *, acts: bool, approvals: bool, using: str, on: search.Ground | None
) -> tuple[str, list[Any]]:
    """(id) of the open cases in which something may wait for this person, the most urgent first: those that his organs
    handle by the index of open cases, those in which they take part by their sides."""
    vendor = connections[using].vendor
    on = on or search.ground(ctx, using)
    scope = on.scope
    organs = sorted({*scope.own, *(o for _, organs in scope.matters for o in organs)})
    kept_from: list[Any] = []
    waits = "x.closed_on IS NULL AND x.elsewhere = ''"
    if scope.barred:
        waits += f" AND x.id NOT IN ({_marks(scope.barred)})"
        kept_from += scope.barred
    hint = f" INDEXED BY {sources.OPEN}" if vendor == "sqlite" else ""
    calls, params = _called_for(ctx, acts=acts, approvals=approvals, handles=True)
    handled = f"SELECT x.id, x.due FROM cases_case x{hint} WHERE x.organ IN ({_marks(organs)}) AND {waits} AND ({calls})"
    given = [*organs, *kept_from, *params]
    calls, params = _called_for(ctx, acts=acts, approvals=approvals, handles=False)
    taking = [handled]
    everywhere = registers.below(ctx.county, (f"/{ctx.county}/",))
    walked = on.kept(list(sources.others(scope, everywhere, on.many))) if on.many else []
    for sides, pairs in ((on.few, []), (on.many, walked)):
        if not sides or (sides is on.many and not pairs):
            continue
        part = (
            f"x.id IN (SELECT s.case_id FROM cases_side s WHERE s.who IN ({_marks(organs)}) AND s.side IN ({_marks(sides)}))"
            f" AND x.organ NOT IN ({_marks(organs)}) AND {waits} AND ({calls})"
        )
        rest = [*organs, *sides, *organs, *kept_from, *params]
        if pairs:
            stretches, rows = sources.pairs_table(pairs, vendor)
            part = (
                f"SELECT x.id, x.due FROM {stretches} CROSS JOIN cases_case x{hint}"
                f" WHERE x.organ = s.organ AND x.procedure = s.procedure AND {part}"
            )
            rest = [*rows, *rest]
        else:
            part = f"SELECT x.id, x.due FROM cases_case x WHERE {part}"
        taking.append(part)
        given += rest
    waiting_ = " UNION ".join(taking)
    return (
        f"SELECT f.id FROM ({waiting_}) f"
        f" ORDER BY CASE WHEN f.due IS NULL THEN 1 ELSE 0 END, f.due, f.id LIMIT {MOST}"
    ), given


def _called_for(ctx: ActorContext, *, acts: bool, approvals: bool, handles: bool) -> tuple[str, list[Any]]:
    """That a case is in a phase in which the person's role acts, or waits for its yes. `handles`: among the cases of his
    own organs, where the handling side needs no look-up; else among those in which they take part."""
    found: list[str] = []
    params: list[Any] = []
    foreign = sources.foreign_sides()

    def add(d: Definition, column: str, table: dict[str, set[str]], more: str, given: list[Any]) -> None:
        own = access.mine(ctx, d)
        handling = next((k for k, x in d.source.sides.items() if x.is_ != "party"), "")
        by_sides: dict[tuple[str, ...], list[str]] = {}
        for key, sides in table.items():
            by_sides.setdefault(tuple(sorted(sides)), []).append(key)
        for sides, keys in by_sides.items():
            others = [x for x in sides if d.name in foreign.get(x, ())]
            stands, who = [], []
            if handles and handling in sides:
                stands.append(f"x.organ IN ({_marks(own)})")
                who += own
            if others:
                stands.append(
                    "EXISTS (SELECT 1 FROM cases_side s WHERE s.case_id = x.id"
                    f" AND s.who IN ({_marks(own)}) AND s.side IN ({_marks(others)}))"
                )
                who += [*own, *others]
            if stands:
                found.append(
                    f"(x.procedure = %s AND x.{column} IN ({_marks(keys)}){more} AND ({' OR '.join(stands)}))"
                )
                params.extend([d.name, *keys, *given, *who])

    every = [d for name in definitions.library().names() for d in definitions.library().versions(name)]
    for d in every if acts else ():  # cases under way may run by an earlier version
        add(d, "phase", _may_act(d, ctx), " AND x.pending = ''", [])
    if found and handles and ctx.roles <= {"handler"}:
        # Handlers of one organ do not do each other's cases; other roles serve the whole organ.
        own = access.mine(ctx)
        parts, given = [f"x.organ IN ({_marks(own)})"], [*own]
        for matter in sorted({line.matter for line in ctx.lines} - {""}):
            names = sorted({d.name for d in every if d.source.matter == matter})
            organs = sorted({line.other for line in ctx.lines if line.matter == matter})
            if names:
                parts.append(f"(x.procedure IN ({_marks(names)}) AND x.organ IN ({_marks(organs)}))")
                given += [*names, *organs]
        others = (
            f"(({' OR '.join(found)}) AND (NOT ({' OR '.join(parts)}) OR x.person IN ('', %s)"
            " OR EXISTS (SELECT 1 FROM cases_side p WHERE p.case_id = x.id AND p.who = %s)))"
        )
        found, params = [others], [*params, *given, ctx.person, ctx.person]
    for d in every if approvals else ():
        add(d, "pending", _may_approve(d, ctx), " AND x.pending_by <> %s", [ctx.person])
    return " OR ".join(found) or "1 = 0", params


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def _waiting(
    ctx: ActorContext, today: date, using: str, *, acts: bool, on: search.Ground | None = None
) -> list[Found]:
    sql, params = _statement(ctx, acts=acts, approvals=True, using=using, on=on)
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        ids = [row[0] for row in cursor.fetchall()]
    rows = search.as_seen(ctx, search.rows_of(ids, today, using), today, using)
    return sorted(rows, key=lambda r: (not r.due, r.due))


def todo(
    ctx: ActorContext, today: date, using: str = "default", on: search.Ground | None = None
) -> list[Todo]:
    """Everything that waits for this person, by the time that is left."""
    rows = _waiting(ctx, today, using, acts=True, on=on)
    waits = _calls(ctx, [r for r in rows if not r.pending], today, using)
    return [t for r in rows if (t := _approval(r) if r.pending else waits.get(r.id))]


def approvals(ctx: ActorContext, today: date, using: str = "default") -> list[Todo]:
    """What waits for this person's yes."""
    return [_approval(r) for r in _waiting(ctx, today, using, acts=False)]


def _approval(r: Found) -> Todo:
    return Todo(r, f"「{r.pending}」等您审批", approve=True, action_title="审批")


def _calls(ctx: ActorContext, rows: Sequence[Found], today: date, using: str) -> dict[str, Todo]:
    kept: dict[tuple[Any, ...], tuple[str, str, str, str, tuple[tuple[str, str], ...]] | None] = (
        registers.kept(("waiting",), dict)
    )
    if len(kept) > _KEPT:
        kept.clear()
    who = (ctx.organ, ctx.lines, ctx.roles)
    unknown = [r for r in rows if (r.id, r.seq, today, *who) not in kept]
    if unknown:
        marks = ", ".join(["%s"] * len(unknown))
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT id, definition, state FROM cases_case WHERE id IN ({marks})", [r.id for r in unknown]
            )
            stored = {row[0]: (row[1], load(orjson.loads(bytes(row[2])))) for row in cursor.fetchall()}
        for r in unknown:
            digest, state = stored[r.id]
            d = definitions.by_hash(digest)
            resolved = registers_of(d, ctx.county, r.organ, today)
            own = access.sides(ctx, d, state)
            found = waiting.calls(d, state, resolved, options(d, state, resolve.actor(ctx, d), resolved), own)
            first = found[0] if found else None
            kept[r.id, r.seq, today, *who] = (
                (first.why, first.law, first.action.name, first.action.title, first.preset) if first else None
            )
    told: dict[str, Todo] = {}
    for r in rows:
        if call := kept[r.id, r.seq, today, *who]:
            why, law, action, title, preset = call
            told[r.id] = Todo(r, why, law, action, title, preset=preset)
    return told


def registers_of(d: Definition, county: str, organ: str, today: date) -> Resolved:
    """Parameters and codes of today, as conditions want them."""
    return Resolved(
        today=today,
        parameters=registers.parameters(county, tuple(d.source.parameters), today),
        codes={
            k: rows
            for k, f in d.source.fields.items()
            if f.codes and (rows := registers.codes(county, f.codes, today, organ))
        },
        county=county,
    )


def begun(
    ctx: ActorContext, today: date, size: int = 20, after: str = "", before: str = "", using: str = "default"
) -> search.Page:
    """Cases that this person has in hand."""
    chosen = search.selection(ctx, search.Filters(mine=True), today, using)
    return search.page_of(chosen, today, size=size, after=after, before=before, using=using)


def counters(
    ctx: ActorContext, today: date, using: str = "default", on: search.Ground | None = None
) -> Counters:
    """One statement for the lights, one for the orders; neither reads more than the index of open cases."""
    chosen = search.selection(ctx, search.Filters(light="due"), today, using, on)
    sql, params = sources.all_of(chosen, "x.due, x.warn_from", connections[using].vendor)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT SUM(CASE WHEN c.due < %s THEN 1 ELSE 0 END), SUM(CASE WHEN c.due = %s THEN 1 ELSE 0 END),"
            f" SUM(CASE WHEN c.due >= %s AND c.warn_from <= %s THEN 1 ELSE 0 END) FROM ({sql}) c",
            [today, today, today, today, *params],
        )
        overdue, due, warning = (int(n or 0) for n in cursor.fetchone())
    orders = search.total(ctx, search.Filters(procedure="supervision_order", light="open"), today, using, on)
    return Counters(overdue, warning, due, orders)


def calendar(
    ctx: ActorContext, today: date, days: int = 7, using: str = "default", on: search.Ground | None = None
) -> list[tuple[str, int]]:
    """How many cases in sight fall due on each of the next days."""
    chosen = search.selection(ctx, search.Filters(light="week"), today, using, on)
    sql, params = sources.all_of(chosen, "x.due", connections[using].vendor)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT c.due, COUNT(*) FROM ({sql}) c GROUP BY c.due ORDER BY c.due", params)
        found = {str(day)[:10]: int(n) for day, n in cursor.fetchall()}
    return [(d := (today + timedelta(days=i)).isoformat(), found.get(d, 0)) for i in range(days)]
