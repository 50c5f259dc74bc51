"""Who may import, and for which organs."""

from __future__ import annotations

from fazhi.cases import registers
from fazhi.organs.actor import ActorContext

IMPORTING = frozenset({"admin", "clerk", "handler", "office_head", "head", "supervisor"})
BELOW = frozenset({"clerk", "office_head", "head", "supervisor"})  # for the organs below their own as well


def may_import(ctx: ActorContext) -> bool:
    return bool(ctx.roles & IMPORTING)


def paths_of(ctx: ActorContext) -> tuple[str, ...] | None:
    """Paths of the organs whose cases this person may file; None for the whole county."""
    if "admin" in ctx.roles:
        return None
    own = {ctx.organ_path} | {registers.organ(x).get("path", "") for x in ctx.acts_for}
    return tuple(sorted(p for p in own if p))


__all__ = ["BELOW", "IMPORTING", "may_import", "paths_of"]
