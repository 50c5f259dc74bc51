"""Who may import, and for which organs."""

from __future__ import annotations

from fazhi.cases import access, definitions, registers
from fazhi.organs.actor import ActorContext

IMPORTING = frozenset({"admin", "clerk", "handler", "office_head", "head", "supervisor"})
BELOW = frozenset({"clerk", "office_head", "head", "supervisor"})  # for the organs below their own as well


def may_import(ctx: ActorContext) -> bool:
    return bool(ctx.roles & IMPORTING)


def paths_of(ctx: ActorContext, procedure: str = "") -> tuple[str, ...] | None:
    """Places in the tree of the organs whose cases of that procedure this person may file; None for the whole county.

    His own organ's and those for which it acts in the procedure's matter; who leads, watches or keeps the office's
    papers also those below them.
    """
    if "admin" in ctx.roles:
        return None
    own = access.mine(ctx, definitions.library().latest(procedure))
    paths = tuple(p for o in own if (p := registers.organ(o).get("path", "")))
    if ctx.roles & BELOW:
        paths += tuple(registers.organ(o)["path"] for o in registers.below(ctx.county, paths))
    return tuple(sorted(set(paths)))


__all__ = ["BELOW", "IMPORTING", "may_import", "paths_of"]
