"""Who may see and do what, in one place. The engine decides who may act; this decides who may look, and at what.

A case may be seen by: the organs on its sides, the organs above the handling one in today's tree (heads and
supervisors), and organs that supervise the handling one, in a supervising role. Parties have no account here. A side
with `sees: own` sees what it did itself and what was sent to it; with `sees: sent` the case is there for it only once
something was; `sees: nothing` sees nothing. Neither sees more of it because its organ looks over others. Whoever a field
with `bars` names (回避) sees nothing of the case and does nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connections

from fazhi.cases import definitions, registers, store
from fazhi.cases.definitions import library
from fazhi.cases.errors import NotThere
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition, State

# Roles that look down the tree or along a line of supervision; the others see the cases in which their organ takes part.
WATCHING = frozenset({"head", "office_head", "supervisor", "clerk"})


@dataclass(frozen=True)
class Sight:
    """How somebody sees a case: all of it, only his own side's part; as a taking part or a watching organ."""

    all: bool
    sides: tuple[str, ...]
    watching: bool

    @property
    def foreign(self) -> bool:
        """Looking into another organ's case, which the access log records."""
        return self.watching and not self.sides


@dataclass(frozen=True)
class Scope:
    """The cases whose existence a person may know, in the form in which lists look them up.

    `handled`: organs whose own cases he sees, in every matter; `own`: organs in whose place he stands where they take
    part; `matters`: the same two for the procedures of one matter only, (procedures, organs). `barred`: cases that are
    kept from him all the same.
    """

    county: str
    handled: tuple[str, ...]
    own: tuple[str, ...]
    matters: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    barred: tuple[str, ...] = field(default=())

    def organs(self, procedure: str) -> set[str]:
        """Organs whose own cases of that procedure the person sees."""
        return {*self.handled, *(o for names, organs in self.matters if procedure in names for o in organs)}

    def pairs(self, procedures: Iterable[str]) -> list[tuple[str, str]]:
        """(organ, procedure): each is one stretch of an index that begins with these two columns."""
        return [(o, p) for p in procedures for o in sorted(self.organs(p))]


def mine(ctx: ActorContext, d: Definition | None = None) -> list[str]:
    """Ids of the organs for which the person may act or read as his own: always his own and, for an office, the organ
    that it belongs to; those for which his organ acts only in the matter that the line names, which is `d`'s."""
    matters = {""} if d is None else {"", d.source.matter}
    return sorted({ctx.organ, *(line.other for line in ctx.lines if line.matter in matters)})


def scope(ctx: ActorContext, using: str = "default") -> Scope:
    """For each request: one statement that reads the registers' counter along with what is kept from this person; the
    rest from the registers as they stand at it."""
    own = mine(ctx)
    barred = _barred(ctx, own, bool(ctx.roles & WATCHING), using)
    looked = registers.below(ctx.county, tuple(watched(ctx)))
    matters = []
    for matter in sorted({line.matter for line in ctx.lines} - {""}):
        names = registers.kept(("matter", matter, definitions.mark()), partial(_of_matter, matter))
        if names:
            matters.append((names, tuple(sorted({x.other for x in ctx.lines if x.matter == matter}))))
    return Scope(
        ctx.county,
        tuple(sorted({*own, *looked})),
        tuple(own),
        tuple(matters),
        tuple(sorted(barred)),
    )


def _of_matter(matter: str) -> tuple[str, ...]:
    return tuple(
        n for n in library().names() if any(d.source.matter == matter for d in library().versions(n))
    )


def _barred(ctx: ActorContext, own: list[str], watches: bool, using: str) -> set[str]:
    """Cases in which the person is named as barred; for who looks over others, those in which his organ is to see nothing."""
    named, kept_from = registers.kept(("barring", definitions.mark()), _barring)
    parts = ["SELECT 'version', CAST(version AS VARCHAR(32)) FROM cases_stamp WHERE id = 1"]
    params: list[Any] = []
    if named:
        parts.append(f"SELECT '', case_id FROM cases_side WHERE who = %s AND side IN ({_marks(named)})")
        params += [ctx.person, *named]
    if kept_from and watches:
        parts.append(
            f"SELECT '', s.case_id FROM cases_side s WHERE s.who IN ({_marks(own)}) AND s.side IN ({_marks(kept_from)})"
            " AND s.path = '' AND NOT EXISTS (SELECT 1 FROM cases_side t WHERE t.case_id = s.case_id"
            f" AND t.who IN ({_marks(own)}) AND t.path <> '')"
        )
        params += [*own, *kept_from, *own]
    with connections[using].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = cursor.fetchall()
    registers.at_version(next((int(value) for kind, value in rows if kind), 0))
    return {value for kind, value in rows if not kind}


def _barring() -> tuple[list[str], list[str]]:
    """Fields that bar whom they name, and sides that are to see nothing, or nothing yet."""
    every = library().all()
    sides = [(n, s) for d in every for n, s in d.source.sides.items() if s.is_ != "party"]
    return (
        sorted({n for d in every for n, f in d.source.fields.items() if f.bars}),
        sorted({written(n, s.sees != "sent") for n, s in sides if s.sees in ("nothing", "sent")}),
    )


UNTOLD = "~"
DELIVERIES = "deliveries"


def written(side: str, told: bool) -> str:
    """A side's name in `CaseSide`: one that has not been told yet stands apart, so that no list has to ask."""
    return side if told else side + UNTOLD


def told(d: Definition, state: State, side: str, organ: str) -> bool:
    """Whether this organ on that side has heard of the case: a paper went out to it, or it has acted itself."""
    if d.source.sides[side].sees != "sent":
        return True
    if any(r.get("to") == side and r.get("phase") != "failed" for r in state.parts.get(DELIVERIES, ())):
        return True
    alone = len(state.sides.get(side, ())) == 1
    above = registers.organ(organ).get("path") or "/none/"
    return any(
        a.get("side") == side
        and (alone or registers.organ(a.get("org", "")).get("path", "").startswith(above))
        for a in state.acts
    )


def may_tell(d: Definition, body: dict[str, Any]) -> bool:
    """Whether a side may have heard of the case by this event, or no longer have."""
    waiting = {n for n, s in d.source.sides.items() if s.sees == "sent"}
    if not waiting:
        return False
    act = (body.get("effects") or {}).get("act") or {}
    return (body.get("part") or {}).get("name") == DELIVERIES or act.get("side") in waiting


def _marks(values: Iterable[Any]) -> str:
    return ", ".join(["%s"] * len(list(values)))


def condition(ctx: ActorContext, alias: str = "c", *, within: Scope | None = None) -> tuple[str, list[Any]]:
    """SQL that is true for the cases whose existence this person may know; its parameters. One shape wherever single
    rows are tested; lists of any length go by `listing`, which looks the same cases up in the order of an index."""
    s = within or scope(ctx)
    sql, params = _part(alias, s.handled, s.own)
    for names, organs in s.matters:
        part, more = _part(alias, organs, organs)
        sql += f" OR ({alias}.procedure IN ({_marks(names)}) AND {part})"
        params += [*names, *more]
    if s.barred:
        sql = f"({sql}) AND {alias}.id NOT IN ({_marks(s.barred)})"
        params += s.barred
    return f"({alias}.county = %s AND ({sql}))", [ctx.county, *params]


def _part(alias: str, handled: Iterable[str], own: Iterable[str]) -> tuple[str, list[Any]]:
    """Cases that one of the first organs handles, or in which one of the second takes part."""
    sql = (
        f"({alias}.organ IN ({_marks(handled)}) OR EXISTS (SELECT 1 FROM cases_side s"
        f" WHERE s.case_id = {alias}.id AND s.who IN ({_marks(own)}) AND s.path <> ''))"
    )
    return sql, [*handled, *own]


def watched(ctx: ActorContext) -> list[str]:
    """Paths of the tree that the person looks over."""
    if not ctx.roles & WATCHING:
        return []
    return list(dict.fromkeys([ctx.organ_path, *ctx.supervises]))


def sight(ctx: ActorContext, d: Definition, row: store.Row) -> Sight | None:
    """None: for this person the case does not exist."""
    if row.county != ctx.county or row.state is None or barred(ctx.person, d, row):
        return None
    own = set(mine(ctx, d))
    sides = tuple(_standing(own, d, row.state))
    if row.organ in own and not sides:
        sides = (next(iter(d.source.sides)),)
    path = registers.organ(row.organ).get("path", "")
    watching = any(path.startswith(p) for p in watched(ctx))
    kinds = {d.source.sides[s].sees for s in sides}
    if not sides and (not watching or _untold(own, d, row.state)):
        return None
    if kinds == {
        "nothing"
    }:  # the organ that a complaint is about does not look on because it looks over others
        return None
    # Who takes part sees as who takes part: looking over others adds nothing to it.
    return Sight("all" in kinds or not sides, sides, watching)


def sides(ctx: ActorContext, d: Definition, state: State) -> tuple[str, ...]:
    """The sides of a case on which the person stands."""
    return tuple(_standing(set(mine(ctx, d)), d, state))


def _standing(own: set[str], d: Definition, state: State) -> Iterator[str]:
    for name, side in d.source.sides.items():
        members = state.sides.get(name, ())
        if side.is_ != "party" and any(
            told(d, state, name, x) for x in own & {x["id"] if isinstance(x, dict) else x for x in members}
        ):
            yield name


def _untold(own: set[str], d: Definition, state: State) -> bool:
    """Whether one of the organs stands on a side that has not heard of the case: it does not look on either."""
    return any(
        own & {x["id"] if isinstance(x, dict) else x for x in state.sides.get(name, ())}
        for name, side in d.source.sides.items()
        if side.sees == "sent"
    )


def own_part(d: Definition) -> frozenset[str]:
    """Sides whose organs see only their own part of a case."""
    return frozenset(n for n, s in d.source.sides.items() if s.is_ != "party" and s.sees in ("own", "sent"))


def own_limit(ctx: ActorContext, d: Definition, state: State) -> tuple[str, dict[str, Any]] | None:
    """For who sees a case as a side only: the clock of that side's own that runs out first (id, record), if there is one."""
    here = sides(ctx, d, state)
    running = [
        (k, c)
        for k, c in state.clocks.items()
        if c.get("whose") in here and c["status"] == "running" and c["due"] and c["kind"] == "limit"
    ]
    return min(running, key=lambda x: str(x[1]["due"]), default=None)


def barred(person: str, d: Definition, row: store.Row) -> bool:
    """Whether the person is named in a field of the case that bars (回避)."""
    assert row.state is not None
    for name, f in d.source.fields.items():
        if f.bars:
            named = row.state.values.get(name) or ()
            items = named if isinstance(named, list) else [named]
            if person in {x["id"] if isinstance(x, dict) else x for x in items}:
                return True
    return False


def need(ctx: ActorContext, d: Definition, row: store.Row | None) -> Sight:
    """The sight, or NotThere: whoever may not see a case is told the same as for one that is not there."""
    found = sight(ctx, d, row) if row is not None else None
    if found is None:
        raise NotThere
    return found


def hidden(d: Definition, seen: Sight, field: str) -> bool:
    """Whether a field is kept from this side."""
    f = d.source.fields.get(field)
    return bool(f and f.hidden_from and set(seen.sides) and set(seen.sides) <= set(f.hidden_from))


def name_of(organ: str) -> str:
    return registers.organ(organ).get("name", organ)
