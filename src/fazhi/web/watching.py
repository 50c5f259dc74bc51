"""For who looks over others: cases past their limit, by organ, with the step at which they stand and the holder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connections

from fazhi.cases import access, definitions, registers, search, sources
from fazhi.organs.actor import ActorContext
from fazhi.web import orders


@dataclass(frozen=True)
class Red:
    """One case past its limit. `ordered`: there is an open order about it; `may`: this person may send one."""

    row: search.Found
    clock: str
    law: str
    ordered: bool
    may: bool


def red(ctx: ActorContext, today: date, size: int = 10, on: search.Ground | None = None) -> list[Red]:
    """The latest first; three statements whatever their number."""
    if not ctx.roles & access.WATCHING:
        return []
    found = search.first_rows(ctx, search.Filters(light="overdue"), today, size, on=on)
    found = [r for r in found if r.procedure != orders.PROCEDURE]
    ordered = _ordered([r.id for r in found])
    sends = bool(ctx.roles & {"supervisor", "head"})
    own = set(access.mine(ctx))
    rows = []
    for r in found:
        title, law = clock_of(r)
        rows.append(Red(r, title, law, r.id in ordered, sends and r.organ not in own))
    return rows


def clock_of(r: search.Found) -> tuple[str, str]:
    """Title and article of the clock by which the case is red."""
    d = definitions.library().get(r.procedure, date.fromisoformat(r.opened_on)) if r.opened_on else None
    part, _, rest = r.due_clock.partition("#")
    if d is None:
        return "", ""
    clock = d.part_clocks.get(part, {}).get(rest.partition(".")[2]) if rest else d.clocks.get(r.due_clock)
    return (clock.title, d.law_of(clock.law) if clock.law else "") if clock else ("", "")


def _ordered(cases: list[str]) -> set[str]:
    """Those about which an order is under way."""
    if not cases:
        return set()
    marks = ", ".join(["%s"] * len(cases))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT s.who FROM cases_side s JOIN cases_case c ON c.id = s.case_id"
            f" WHERE c.procedure = %s AND c.closed_on IS NULL AND s.side = 'subject' AND s.who IN ({marks})",
            [orders.PROCEDURE, *cases],
        )
        return {row[0] for row in cursor.fetchall()}


def orders_open(
    ctx: ActorContext, today: date, size: int = 20, on: search.Ground | None = None
) -> list[search.Found]:
    """Open orders that this person sees, sent or received."""
    return search.first_rows(
        ctx, search.Filters(procedure=orders.PROCEDURE, light="open"), today, size, on=on
    )


@dataclass(frozen=True)
class OrganCount:
    id: str
    name: str
    overdue: int
    warning: int


def by_organ(ctx: ActorContext, today: date, on: search.Ground | None = None) -> list[OrganCount]:
    """Overdue and nearly due cases of each organ in sight; two statements. Organs are ranked, never people."""
    counts: dict[str, dict[str, int]] = {}
    for light in ("overdue", "warning"):
        chosen = search.selection(ctx, search.Filters(light=light), today, on=on)
        sql, params = sources.all_of(chosen, "x.organ", connections["default"].vendor)
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT c.organ, COUNT(*) FROM ({sql}) c GROUP BY c.organ", params)
            for organ, n in cursor.fetchall():
                counts.setdefault(organ, {})[light] = int(n)
    rows = [
        OrganCount(o, registers.organ(o).get("short", ""), c.get("overdue", 0), c.get("warning", 0))
        for o, c in counts.items()
    ]
    return sorted(rows, key=lambda r: (-r.overdue, -r.warning, r.name))
