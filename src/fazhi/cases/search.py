"""Lists of cases: what is asked for, by whom; a page of it by `listing`, and the rows as a screen shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import orjson
from django.db import connections

from fazhi.cases import access, definitions, lights, listing, registers, sources, words
from fazhi.organs.actor import ActorContext
from fazhi.procedures.state import load

COLUMNS = (
    "id", "procedure", "definition", "number", "title", "phase", "outcome", "organ", "path", "person", "opened_on",
    "closed_on", "due", "due_clock", "warn_from", "pending", "elsewhere", "seq",
)  # fmt: skip
_PICKED = ", ".join("c." + c for c in COLUMNS)
# The name comes along in the same statement: a list asks as often for fifty rows as for five.
_SELECT = f"SELECT {_PICKED}, (SELECT name FROM organs_person p WHERE p.id = c.person) FROM cases_case c"
COUNTED = sources.COUNTED


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
        known["order"] = known["order"] if known["order"] in listing.ORDERS else "due"
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
    """Rows between two keys. `before` and `after` continue the list in either direction, "" where it ends there."""

    rows: list[Found]
    total: int  # exact up to COUNTED; COUNTED + 1 means more
    size: int
    first: int = 1  # running number of the first row; 0 where nobody has counted so far
    before: str = ""
    after: str = ""

    @property
    def more(self) -> bool:
        return self.total > COUNTED


def where(ctx: ActorContext, f: Filters, today: date) -> tuple[str, list[Any]]:
    """The condition of a list on rows `c`, access first: for what reads all of it (an export), in no order."""
    sql, params = access.condition(ctx)
    parts, more = _conditions(f, today, "c")
    if f.procedure:
        parts.append("c.procedure = %s")
        more.append(f.procedure)
    if f.light in _LIGHTS_OF:
        parts.append(f"c.closed_on IS {'' if _LIGHTS_OF[f.light][0] else 'NOT '}NULL")
    if f.organ:
        organs = registers.below(ctx.county, (registers.organ(f.organ).get("path") or "/none/",))
        parts.append(f"c.organ IN ({', '.join(['%s'] * len(organs))})" if organs else "1 = 0")
        more += organs
    if f.mine:
        parts.append("c.person = %s")
        more.append(ctx.person)
    return " AND ".join([sql, *parts]), [*params, *more]


def _conditions(f: Filters, today: date, x: str) -> tuple[list[str], list[Any]]:
    """What is asked of a row beyond procedure, organ, person and whether it is closed."""
    parts: list[str] = []
    params: list[Any] = []

    def add(text: str, *values: Any) -> None:
        parts.append(text)
        params.extend(values)

    if f.light == "overdue":
        add(f"{x}.due < %s", today)
    elif f.light == "warning":
        add(f"{x}.due >= %s AND {x}.warn_from <= %s", today, today)
    elif f.light == "today":
        add(f"{x}.due = %s", today)
    elif f.light == "week":
        add(f"{x}.due >= %s AND {x}.due < %s", today, today + timedelta(days=7))
    elif f.light == "on":
        add(f"{x}.due = %s", f.day or today)
    if f.phase:
        add(f"{x}.phase = %s", f.phase)
    if f.outcome:
        add(f"{x}.outcome = %s", f.outcome)
    if f.opened_from:
        add(f"{x}.opened_on >= %s", f.opened_from)
    if f.opened_to:
        add(f"{x}.opened_on <= %s", f.opened_to)
    if f.q:
        like = "%" + f.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        add(f"({x}.number LIKE %s ESCAPE '\\' OR {x}.title LIKE %s ESCAPE '\\')", like, like)
    return parts, params


@dataclass
class Ground:
    """On what a person's lists stand: look-ups that all lists of one page share."""

    scope: access.Scope
    few: tuple[str, ...]
    many: tuple[str, ...]
    using: str = "default"

    @cached_property
    def there(self) -> set[tuple[str, str]]:
        """(organ, procedure) of which there are cases."""
        return sources.stretches(self.using)

    def kept(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of which there are cases; all of them where looking in vain, a seek for each, costs less than asking."""
        return pairs if len(pairs) <= SEEKS else [x for x in pairs if x in self.there]


SEEKS = 64


def ground(ctx: ActorContext, using: str = "default") -> Ground:
    scope = access.scope(ctx, using)
    return Ground(scope, *sources.counted_sides(scope, using), using)


def selection(
    ctx: ActorContext, f: Filters, today: date, using: str = "default", on: Ground | None = None
) -> sources.Selection:
    """The filters as `listing` wants them: access and what an index is looked up by first, the rest as a condition."""
    on = on or ground(ctx, using)
    scope = on.scope
    procedures = (f.procedure,) if f.procedure else ()
    organs = None
    if f.organ:
        organs = registers.below(ctx.county, (registers.organ(f.organ).get("path") or "/none/",))
    pairs = scope.pairs(procedures or definitions.library().names())
    if organs is not None:
        below = set(organs)
        pairs = [x for x in pairs if x[0] in below]
    pairs = on.kept(pairs)
    parts, params = _conditions(f, today, "x")
    state = _LIGHTS_OF.get(f.light, (None, False))
    if f.phase and f.procedure and state[0] is None:
        ends = {f.phase in d.ends for d in definitions.library().versions(f.procedure)}
        state = (not ends.pop() if len(ends) == 1 else None, False)
    few, many = ((), ()) if f.mine else (on.few, on.many)
    if state[1]:
        # The due dates are those of who handles the case: no side that goes by its own is counted by them.
        own = {n for d in definitions.library().all() for n in access.own_part(d)}
        few, many = tuple(n for n in few if n not in own), tuple(n for n in many if n not in own)
    everywhere = registers.below(ctx.county, (f"/{ctx.county}/",)) if organs is None else organs
    walked = tuple(on.kept(list(sources.others(scope, everywhere, many, procedures)))) if many else ()
    return sources.Selection(
        scope, tuple(pairs), procedures, organs, " AND ".join(parts), tuple(params), state[0], state[1],
        person=ctx.person if f.mine else "", few=few, many=many, walked=walked,
    )  # fmt: skip


# Whether such a list has open (True) or closed (False) cases only, and only those with a due date.
_LIGHTS_OF: dict[str, tuple[bool | None, bool]] = {
    "overdue": (True, True), "warning": (True, True), "today": (True, True), "week": (True, True), "on": (True, True),
    "due": (True, True), "open": (True, False), "closed": (False, False),
}  # fmt: skip


def find(
    ctx: ActorContext,
    f: Filters,
    today: date,
    *,
    size: int = 20,
    after: str = "",
    before: str = "",
    using: str = "default",
) -> Page:
    """A page of a list. `before` "end" is the last page; a key that is none leads to the first."""
    chosen, total = selection(ctx, f, today, using), None
    if f.q:
        chosen, total = _found_by_words(chosen, f.q, using)
    page = page_of(
        chosen, today, order=f.order, size=size, after=after, before=before, using=using, total=total
    )
    return replace(page, rows=as_seen(ctx, page.rows, today, using))


FEW = COUNTED  # hits that are taken by their ids; more of them lie dense enough to be met along an index


def _found_by_words(chosen: sources.Selection, q: str, using: str) -> tuple[sources.Selection, int | None]:
    """A case's whole number is looked up, with what is about that case; other words as `_hits` says."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case WHERE number = %s LIMIT 50", [q])
        ids = [row[0] for row in cursor.fetchall()]
        if ids:
            cursor.execute(
                f"SELECT case_id FROM cases_side WHERE who IN ({', '.join(['%s'] * len(ids))}) LIMIT {FEW}",
                ids,
            )
            ids += [row[0] for row in cursor.fetchall()]
            return replace(chosen, ids=tuple(dict.fromkeys(ids))), None
    ids = _hits(chosen, q, using)
    return (replace(chosen, ids=tuple(ids)) if len(ids) <= FEW else chosen), len(ids)


def _hits(chosen: sources.Selection, q: str, using: str) -> list[str]:
    """Ids of the rows in scope that have the words, at most COUNTED + 1: the cases in which they may stand by the index are
    read; where it is too far behind, or names too many, every row in scope is."""
    organs = None
    if not chosen.many and not chosen.person:
        organs = {*chosen.scope.handled, *(o for _, some in chosen.scope.matters for o in some)}
        organs = sorted(organs if chosen.organs is None else organs & set(chosen.organs))
    may = words.candidates(q, organs, using)
    if may is not None:
        taking = sources.takes_part_in(chosen.scope, chosen.few, using)
        ids = _read_for(replace(chosen, ids=tuple(dict.fromkeys([*may.ids, *taking]))), using)
        if may.whole or len(ids) > COUNTED:
            return ids
    return _read_for(chosen, using)


def _read_for(chosen: sources.Selection, using: str) -> list[str]:
    sql, params = sources.all_of(chosen, "x.id", connections[using].vendor)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) f LIMIT {COUNTED + 1}", params)
        return [row[0] for row in cursor.fetchall()]


def page_of(
    chosen: sources.Selection,
    today: date,
    *,
    order: str = "due",
    size: int = 20,
    after: str = "",
    before: str = "",
    using: str = "default",
    total: int | None = None,
) -> Page:
    total = sources.count(chosen, using) if total is None else total
    last = before == "end" and total <= COUNTED
    size_here = (total % size or size) if last else size
    ahead, back = listing.Key.read(after, order), listing.Key.read(before, order)
    keys, more = listing.page(chosen, order, size_here, ahead, back, last=last, using=using)
    if (back and len(keys) < size) or (
        ahead and not keys
    ):  # the beginning has been reached, or nothing is left there
        ahead = back = None
        keys, more = listing.page(chosen, order, size, using=using)
    first = 1
    if ahead:
        first = ahead.position + 1
    elif back:
        first = max(1, back.position - size)
    elif last:
        first = max(1, total - size_here + 1)
    edges = [
        str(listing.Key(k.segment, k.value, k.id, n)) for k, n in ((keys[0], first), (keys[-1], first + len(keys) - 1))
    ] if keys else ["", ""]  # fmt: skip
    leads_back = bool(ahead) or (more if back or last else False)
    leads_on = bool(back) or (more if not last else False)
    return Page(
        rows_of([k.id for k in keys], today, using), total, size, first,
        edges[0] if leads_back else "", edges[1] if leads_on else "",
    )  # fmt: skip


def first_rows(
    ctx: ActorContext, f: Filters, today: date, size: int, using: str = "default", on: Ground | None = None
) -> list[Found]:
    """The beginning of a list, without its count."""
    keys, _ = listing.page(selection(ctx, f, today, using, on), f.order, size, using=using)
    return as_seen(ctx, rows_of([k.id for k in keys], today, using), today, using)


def rows_of(ids: Sequence[str], today: date, using: str = "default") -> list[Found]:
    """These rows, in this order: one statement. Whoever asks has made sure that they may be seen."""
    if not ids:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(f"{_SELECT} WHERE c.id IN ({', '.join(['%s'] * len(ids))})", list(ids))
        rows = {r[0]: found(r, today) for r in cursor.fetchall()}
    return [rows[i] for i in ids if i in rows]


def as_seen(ctx: ActorContext, rows: list[Found], today: date, using: str = "default") -> list[Found]:
    """The rows with the limits that concern this person: a side that sees its own part goes by its own clocks, not by
    those of who handles the case. One statement, where there are such rows."""
    asked = [
        r.id
        for r in rows
        if r.due and not r.closed_on and (d := definitions.library().latest(r.procedure)) is not None
        and access.own_part(d) and r.organ not in access.mine(ctx, d)
    ]  # fmt: skip
    if not asked:
        return rows
    seen: dict[str, Found] = {}
    by_id = {r.id: r for r in rows}
    marks = ", ".join(["%s"] * len(asked))
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT id, definition, state FROM cases_case WHERE id IN ({marks})", asked)
        for case, digest, stored in cursor.fetchall():
            d, state = definitions.by_hash(digest), load(orjson.loads(bytes(stored)))
            here = access.sides(ctx, d, state)
            if here and set(here) <= access.own_part(d):
                limit = access.own_limit(ctx, d, state)
                name, clock = limit or ("", {})
                light = (
                    lights.of_clock(clock, today, here)
                    if clock
                    else lights.Light(lights.GREY, "没有您的期限")
                )
                seen[case] = replace(
                    by_id[case], due=str(clock.get("due", ""))[:10], due_clock=name, light=light
                )
    return [seen.get(r.id, r) for r in rows]


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
    with connections[using].cursor() as cursor:
        cursor.execute(f"{_SELECT} WHERE c.id IN ({marks}) AND {sql}", [*wanted, *params])
        rows = [found(r, today) for r in cursor.fetchall()]
    return {r.id: r for r in as_seen(ctx, rows, today, using)}


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


def total(
    ctx: ActorContext, f: Filters, today: date, using: str = "default", on: Ground | None = None
) -> int:
    """How many rows a list with these filters has: exact up to COUNTED, one more beyond."""
    return sources.count(selection(ctx, f, today, using, on), using)


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
