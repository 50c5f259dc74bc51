"""What waits for a person: to be done, to be approved, near its limit or past it — and, for who looks over others, theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connections

from fazhi.cases import access, definitions, registers, search
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition


@dataclass(frozen=True)
class Todo:
    row: search.Found
    why: str  # 为什么在我这里


@dataclass(frozen=True)
class Bench:
    """Counters are links to filtered lists: each is exactly the number of rows there."""

    todo: list[Todo]
    todo_count: int
    overdue: int
    warning: int
    today: int
    orders: int  # supervision orders that concern my organ


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
    for a in d.actions.values():
        for i, names in enumerate(a.approve):
            pairs = [n.split(".", 1) for n in names if n != "meeting"]
            if "meeting" in names:
                first = next((k for k, x in d.source.sides.items() if x.is_ != "party"), "")
                pairs += [[first, "head"], [first, "office_head"]]
            sides = {side for side, role in pairs if role in ctx.roles}
            if sides:
                found.setdefault(f"{a.name}/{i}", set()).update(sides)
    return found


def condition(ctx: ActorContext) -> tuple[str, list[Any]]:
    """SQL for the cases in which something waits for this person."""
    own = access.mine(ctx)
    marks = ", ".join(["%s"] * len(own))
    alternatives: list[str] = []
    params: list[Any] = []

    def add(column: str, procedure: str, table: dict[str, set[str]], extra: str, *values: Any) -> None:
        by_sides: dict[tuple[str, ...], list[str]] = {}
        for key, sides in table.items():
            by_sides.setdefault(tuple(sorted(sides)), []).append(key)
        for sides, keys in by_sides.items():
            alternatives.append(
                f"(c.procedure = %s AND c.{column} IN ({', '.join(['%s'] * len(keys))}){extra} AND EXISTS (SELECT 1 FROM"
                f" cases_side s WHERE s.case_id = c.id AND s.who IN ({marks}) AND s.side IN ({', '.join(['%s'] * len(sides))})))"
            )
            params.extend([procedure, *keys, *values, *own, *sides])

    for d in definitions.library().all():
        add("phase", d.name, _may_act(d, ctx), " AND c.pending = ''")
        add("pending", d.name, _may_approve(d, ctx), " AND c.pending_by <> %s", ctx.person)
    if not alternatives:
        return "1 = 0", []
    return f"c.county = %s AND c.closed_on IS NULL AND c.elsewhere = '' AND ({' OR '.join(alternatives)})", [
        ctx.county,
        *params,
    ]


def bench(ctx: ActorContext, today: date, *, size: int = 20, using: str = "default") -> Bench:
    registers.refresh()
    sql, params = condition(ctx)
    rows = search.rows(sql, params, today, limit=size, using=using)
    watching = {
        k: search.count(*search.where(ctx, search.Filters(light=k), today), using)
        for k in ("overdue", "warning", "today")
    }
    orders = search.count(
        *search.where(ctx, search.Filters(procedure="supervision_order", light="open"), today), using
    )
    return Bench(
        [Todo(r, _why(r)) for r in rows], search.count(sql, params, using), watching["overdue"], watching["warning"],
        watching["today"], orders,
    )  # fmt: skip


def _why(row: search.Found) -> str:
    if row.pending:
        return f"「{row.pending}」等待审批"
    return f"处于「{row.phase_title}」阶段,由您的岗位办理"


def calendar(ctx: ActorContext, today: date, days: int = 7, using: str = "default") -> list[tuple[str, int]]:
    """How many cases in sight fall due on each of the next days."""
    sql, params = search.where(ctx, search.Filters(light="open"), today)
    last = today + timedelta(days=days - 1)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT c.due, COUNT(*) FROM cases_case c WHERE {sql} AND c.due >= %s AND c.due <= %s GROUP BY c.due ORDER BY c.due",
            [*params, today, last],
        )
        found = {str(day)[:10]: int(n) for day, n in cursor.fetchall()}
    return [(d := (today + timedelta(days=i)).isoformat(), found.get(d, 0)) for i in range(days)]
