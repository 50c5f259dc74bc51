"""Who may see and do what, in one place. The engine decides who may act; this decides who may look, and at what.

A case may be seen by: the organs on its sides, the organs above the handling one in today's tree (heads and
supervisors), and organs that supervise the handling one, in a supervising role. Parties have no account here. A side
with `sees: own` sees what it did itself and what was sent to it; `sees: nothing` sees nothing, even of what its organ
looks over otherwise. Whoever a field with `bars` names (回避) sees nothing of the case and does nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from fazhi.cases import registers, store
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
    """Read for each request: from the registers as they stand, and two look-ups of what is kept from this person."""
    registers.refresh()
    own = mine(ctx)
    looked = registers.below(ctx.county, tuple(watched(ctx)))
    matters = []
    for matter in sorted({line.matter for line in ctx.lines} - {""}):
        names = tuple(
            n for n in library().names() if any(d.source.matter == matter for d in library().versions(n))
        )
        if names:
            matters.append((names, tuple(sorted({x.other for x in ctx.lines if x.matter == matter}))))
    return Scope(
        ctx.county,
        tuple(sorted({*own, *looked})),
        tuple(own),
        tuple(matters),
        tuple(sorted(_barred(ctx, own, bool(looked), using))),
    )


def _barred(ctx: ActorContext, own: list[str], watches: bool, using: str) -> set[str]:
    """Cases in which the person is named as barred; for who looks over others, those in which his organ is to see nothing."""
    named = sorted({n for d in library().all() for n, f in d.source.fields.items() if f.bars})
    kept_from = sorted({n for d in library().all() for n, s in d.source.sides.items() if _blind(s)})
    parts, params = [], []
    if named:
        parts.append(f"SELECT case_id FROM cases_side WHERE who = %s AND side IN ({_marks(named)})")
        params += [ctx.person, *named]
    if kept_from and watches:
        parts.append(
            f"SELECT s.case_id FROM cases_side s WHERE s.who IN ({_marks(own)}) AND s.side IN ({_marks(kept_from)})"
            " AND s.path = '' AND NOT EXISTS (SELECT 1 FROM cases_side t WHERE t.case_id = s.case_id"
            f" AND t.who IN ({_marks(own)}) AND t.path <> '')"
        )
        params += [*own, *kept_from, *own]
    if not parts:
        return set()
    with connections[using].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {row[0] for row in cursor.fetchall()}


def _blind(side: Any) -> bool:
    return side.is_ != "party" and side.sees == "nothing"


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
    if not sides and not watching:
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
        if side.is_ != "party" and own & {x["id"] if isinstance(x, dict) else x for x in members}:
            yield name


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
