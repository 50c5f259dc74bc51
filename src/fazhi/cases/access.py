"""Who may see and do what, in one place. The engine decides who may act; this decides who may look, and at what.

A case may be seen by: the organs on its sides, the organs above the handling one in the tree (heads and supervisors),
and organs that supervise the handling one, in a supervising role. Parties have no account here. A side with
`sees: own` sees what it did itself and what was sent to it; `sees: nothing` sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fazhi.cases import registers, store
from fazhi.cases.definitions import library
from fazhi.cases.errors import NotThere
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition

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


def mine(ctx: ActorContext, d: Definition | None = None) -> list[str]:
    """Ids of the organs for which the person may act or read as his own: always his own and, for an office, the organ
    that it belongs to; those for which his organ acts only in the matter that the line names, which is `d`'s."""
    matters = {""} if d is None else {"", d.source.matter}
    return sorted({ctx.organ, *(line.other for line in ctx.lines if line.matter in matters)})


def condition(ctx: ActorContext, alias: str = "c") -> tuple[str, list[Any]]:
    """SQL that is true for the cases whose existence this person may know; its parameters. One shape for every list."""
    sql, params = _part(alias, mine(ctx))
    for matter in sorted({line.matter for line in ctx.lines} - {""}):
        names = [
            n for n in library().names() if any(d.source.matter == matter for d in library().versions(n))
        ]
        if names:
            part, more = _part(alias, sorted({x.other for x in ctx.lines if x.matter == matter}))
            sql += f" OR ({alias}.procedure IN ({', '.join(['%s'] * len(names))}) AND {part})"
            params += [*names, *more]
    for path in watched(ctx):
        sql += f" OR {alias}.path LIKE %s"
        params.append(path.replace("%", "") + "%")
    return f"({alias}.county = %s AND ({sql}))", [ctx.county, *params]


def _part(alias: str, organs: list[str]) -> tuple[str, list[Any]]:
    """Cases that one of the organs handles or takes part in."""
    marks = ", ".join(["%s"] * len(organs))
    sql = (
        f"({alias}.organ IN ({marks}) OR EXISTS (SELECT 1 FROM cases_side s"
        f" WHERE s.case_id = {alias}.id AND s.who IN ({marks}) AND s.path <> ''))"
    )
    return sql, [*organs, *organs]


def watched(ctx: ActorContext) -> list[str]:
    """Paths of the tree that the person looks over."""
    if not ctx.roles & WATCHING:
        return []
    return list(dict.fromkeys([ctx.organ_path, *ctx.supervises]))


def sight(ctx: ActorContext, d: Definition, row: store.Row) -> Sight | None:
    """None: for this person the case does not exist."""
    if row.county != ctx.county or row.state is None:
        return None
    own = set(mine(ctx, d))
    sides = tuple(
        name
        for name, side in d.source.sides.items()
        if side.is_ != "party"
        and own & {x["id"] if isinstance(x, dict) else x for x in row.state.sides.get(name, ())}
    )
    if row.organ in own and not sides:
        sides = (next(iter(d.source.sides)),)
    watching = any(row.path.startswith(p) for p in watched(ctx))
    kinds = {d.source.sides[s].sees for s in sides}
    if kinds == {"nothing"} and not watching:
        return None
    if not sides and not watching:
        return None
    return Sight("all" in kinds or watching, sides, watching)


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
