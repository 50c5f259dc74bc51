"""Lists of cases over indexed columns: one statement for a page, one for the count, whatever the number of procedures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson
from django.db import connections

from fazhi.cases import access, definitions, lights, registers
from fazhi.organs.actor import ActorContext

COLUMNS = (
    "id", "procedure", "definition", "number", "title", "phase", "outcome", "organ", "path", "person", "opened_on",
    "closed_on", "due", "due_clock", "warn_from", "pending", "elsewhere", "seq",
)  # fmt: skip
_PICKED = ", ".join("c." + c for c in COLUMNS)
# The name comes along in the same statement: a list asks as often for fifty rows as for five.
_SELECT = f"SELECT {_PICKED}, (SELECT name FROM organs_person p WHERE p.id = c.person) FROM cases_case c"
ORDERS = {
    "due": "CASE WHEN c.closed_on IS NULL THEN 0 ELSE 1 END, CASE WHEN c.due IS NULL THEN 1 ELSE 0 END, c.due, c.opened_on DESC, c.id",
    "-due": "CASE WHEN c.closed_on IS NULL THEN 0 ELSE 1 END, c.due DESC, c.opened_on DESC, c.id",
    "opened": "c.opened_on, c.id",
    "-opened": "c.opened_on DESC, c.id",
    "number": "c.number, c.id",
    "-number": "c.number DESC, c.id",
}
COUNTED = 10_000  # beyond this a list says "10,000+"


@dataclass(frozen=True)
class Filters:
    """What a list's query string may say; everything else is ignored. Dates are ISO."""

    procedure: str = ""
    light: str = ""  # overdue | warning | today | week | on (a due date: `day`) | open | closed
    day: str = ""
    phase: str = ""
    outcome: str = ""
    organ: str = ""  # an organ and everything below it
    opened_from: str = ""
    opened_to: str = ""
    q: str = ""
    mine: bool = False
    order: str = "due"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        known = {k: str(query.get(k, "")).strip()[:100] for k in cls.__dataclass_fields__ if k != "mine"}
        for name in ("opened_from", "opened_to", "day"):
            try:
                date.fromisoformat(known[name])
            except ValueError:
                known[name] = ""
        known["order"] = str(query.get("sort", "")) or known["order"]
        known["order"] = known["order"] if known["order"] in ORDERS else "due"
        return cls(**known, mine=query.get("mine") == "1")  # type: ignore[arg-type]


@dataclass(frozen=True)
class Found:
    """One line of a list."""

    id: str
    procedure: str
    procedure_title: str
    number: str
    title: str
    phase: str
    phase_title: str
    outcome_title: str
    organ: str
    organ_name: str
    person: str
    person_name: str
    opened_on: str
    closed_on: str
    due: str
    due_clock: str
    pending: str
    elsewhere: str
    seq: int
    light: lights.Light = field(compare=False)


@dataclass(frozen=True)
class Page:
    rows: list[Found]
    total: int  # exact up to COUNTED; COUNTED + 1 means more
    page: int
    size: int

    @property
    def more(self) -> bool:
        return self.total > COUNTED

    @property
    def pages(self) -> int:
        return max(1, -(-min(self.total, COUNTED) // self.size))


def where(ctx: ActorContext, f: Filters, today: date) -> tuple[str, list[Any]]:
    """The condition of a list: access first, then the filters."""
    sql, params = access.condition(ctx)
    parts = [sql]

    def add(text: str, *values: Any) -> None:
        parts.append(text)
        params.extend(values)

    if f.procedure:
        add("c.procedure = %s", f.procedure)
    if f.light == "overdue":
        add("c.closed_on IS NULL AND c.due < %s", today)
    elif f.light == "warning":
        add("c.closed_on IS NULL AND c.due >= %s AND c.warn_from <= %s", today, today)
    elif f.light == "today":
        add("c.closed_on IS NULL AND c.due = %s", today)
    elif f.light == "week":
        add("c.closed_on IS NULL AND c.due >= %s AND c.due < %s", today, today + timedelta(days=7))
    elif f.light == "on":
        add("c.closed_on IS NULL AND c.due = %s", f.day or today)
    elif f.light == "open":
        add("c.closed_on IS NULL")
    elif f.light == "closed":
        add("c.closed_on IS NOT NULL")
    if f.phase:
        add("c.phase = %s", f.phase)
    if f.outcome:
        add("c.outcome = %s", f.outcome)
    if f.organ:
        path = registers.organ(f.organ).get("path")
        add("c.path LIKE %s", (path or "/none/") + "%")
    if f.opened_from:
        add("c.opened_on >= %s", f.opened_from)
    if f.opened_to:
        add("c.opened_on <= %s", f.opened_to)
    if f.q:
        like = "%" + f.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        add("(c.number LIKE %s ESCAPE '\\' OR c.title LIKE %s ESCAPE '\\')", like, like)
    if f.mine:
        add("c.person = %s", ctx.person)
    return " AND ".join(parts), params


def find(
    ctx: ActorContext, f: Filters, today: date, *, page: int = 1, size: int = 20, using: str = "default"
) -> Page:
    registers.refresh()
    condition, params = where(ctx, f, today)
    return page_of(condition, params, today, order=f.order, page=page, size=size, using=using)


def page_of(
    condition: str,
    params: list[Any],
    today: date,
    *,
    order: str = "due",
    page: int = 1,
    size: int = 20,
    using: str = "default",
) -> Page:
    """A page of the rows for which the condition is true: one statement for the count, one for the rows."""
    total = count(condition, params, using)
    page = max(1, min(page, -(-max(min(total, COUNTED), 1) // size)))
    return Page(rows(condition, params, today, order, size, (page - 1) * size, using), total, page, size)


def rows(
    condition: str,
    params: list[Any],
    today: date,
    order: str = "due",
    limit: int = 20,
    offset: int = 0,
    using: str = "default",
) -> list[Found]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"{_SELECT} WHERE {condition} ORDER BY {ORDERS[order]} LIMIT %s OFFSET %s",
            [*params, limit, offset],
        )
        return [found(r, today) for r in cursor.fetchall()]


def values(ids: Iterable[str], using: str = "default") -> dict[str, dict[str, Any]]:
    """The stored values of cases that a list has found, for the columns of one procedure: one statement."""
    wanted = list(ids)
    marks = ", ".join(["%s"] * len(wanted)) or "''"
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT id, state FROM cases_case WHERE id IN ({marks})", wanted)
        return {row[0]: orjson.loads(bytes(row[1])).get("values", {}) for row in cursor.fetchall()}


def by_ids(ctx: ActorContext, ids: Iterable[str], today: date, using: str = "default") -> dict[str, Found]:
    """Those of the cases that this person may know of, by id: one statement."""
    wanted = list(dict.fromkeys(ids))[:200]
    sql, params = access.condition(ctx)
    marks = ", ".join(["%s"] * len(wanted)) or "''"
    return {
        r.id: r
        for r in rows(f"{sql} AND c.id IN ({marks})", [*params, *wanted], today, "number", 200, 0, using)
    }


def by_number(ctx: ActorContext, number: str, procedures: Iterable[str], using: str = "default") -> list[str]:
    """Ids of cases with that number (or id) that this person may know of, of these procedures (none: of any)."""
    sql, params = access.condition(ctx)
    names = list(procedures)
    chosen = f" AND c.procedure IN ({', '.join(['%s'] * len(names))})" if names else ""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT c.id FROM cases_case c WHERE {sql} AND (c.number = %s OR c.id = %s){chosen} LIMIT 3",
            [*params, number, number, *names],
        )
        return [row[0] for row in cursor.fetchall()]


def total(ctx: ActorContext, f: Filters, today: date, using: str = "default") -> int:
    """How many rows a list with these filters has."""
    return count(*where(ctx, f, today), using)


def count(condition: str, params: list[Any], using: str = "default") -> int:
    """Exact up to COUNTED, one more beyond: a list never counts a million rows."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM cases_case c WHERE {condition} LIMIT %s) found",
            [*params, COUNTED + 1],
        )
        return int(cursor.fetchone()[0])


def found(columns: Sequence[Any], today: date) -> Found:
    """A line from the columns that `_SELECT` picks."""
    row = dict(zip(COLUMNS, columns, strict=False))
    d = definitions.by_hash(row["definition"])
    came_out = (a.outcomes[row["outcome"]] for a in d.actions.values() if row["outcome"] in a.outcomes)
    outcome = next((o.title for o in came_out if o.to), "")  # 缴清 is no result of the case
    pending = row["pending"].split("/")[0]
    action = d.actions.get(pending)
    return Found(
        id=row["id"], procedure=row["procedure"], procedure_title=d.source.short or d.title, number=row["number"],
        title=row["title"], phase=row["phase"], phase_title=d.source.phases.get(row["phase"], "待批准" if pending else "未立案"),
        outcome_title=outcome, organ=row["organ"], organ_name=registers.organ(row["organ"]).get("short", ""),
        person=row["person"], person_name=columns[len(COLUMNS)] or "", opened_on=_day(row["opened_on"]),
        closed_on=_day(row["closed_on"]), due=_day(row["due"]),
        due_clock=row["due_clock"], pending=action.title if action else ("更正" if pending else ""),
        elsewhere=row["elsewhere"], seq=row["seq"],
        light=lights.of_dates(row["due"], row["warn_from"], row["closed_on"], today),
    )  # fmt: skip


def _day(value: Any) -> str:
    return str(value)[:10] if value else ""
