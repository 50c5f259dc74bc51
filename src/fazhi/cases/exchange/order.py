"""What of a procedure must come before what, and in which order acts of one day are told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fazhi.procedures import Definition
from fazhi.procedures.model import Action

_START = ""


def targets(a: Action) -> set[str]:
    """Phases to which the act may lead."""
    found = {o.to or a.to or a.opens for o in a.outcomes.values()} | (
        {a.to or a.opens} if not a.outcomes else set()
    )
    return {to for to in found if to}


def needed_before(d: Definition) -> dict[str, frozenset[str]]:
    """{act: the acts without which no phase can be reached in which it is done}.

    From the phases alone: an act that every way to it leads through. A date before one of theirs is a mistake.
    """
    acts = [a for a in d.actions.values() if not a.quick]
    found: dict[str, set[str]] = {a.name: set() for a in acts}
    for left_out in acts:
        reached = _reached(acts, left_out)
        for a in acts:
            if a is not left_out and not a.opens and a.from_ and a.from_.isdisjoint(reached):
                found[a.name].add(left_out.name)
    return {name: frozenset(before) for name, before in found.items()}


def _reached(acts: Iterable[Action], left_out: Action) -> set[str]:
    """Phases that a case can come to without one act."""
    reached = {_START}
    grown = True
    while grown:
        grown = False
        for a in acts:
            if a is left_out or (a.from_ and a.from_.isdisjoint(reached) and not a.opens):
                continue
            new = targets(a) - reached
            if new:
                reached |= new
                grown = True
    return reached


def ranks(d: Definition) -> Mapping[str, int]:
    """The order of acts of one day: what opens first, what closes last, the rest as in the file; parts behind it."""
    found = {}
    for place, a in enumerate(d.actions.values()):
        step = 1 if not (a.adds or a.on) else 2
        if a.opens:
            step = 0
        elif targets(a) and targets(a) <= d.ends:
            step = 3
        found[a.name] = step * 1000 + place
    return found
