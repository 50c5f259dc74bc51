"""One act being tried, and the part of an event's body that every kind of event has."""

from __future__ import annotations

from dataclasses import dataclass

from fazhi.procedures.commands import Actor, Command, Resolved
from fazhi.procedures.model import Action, Definition, Outcome
from fazhi.procedures.state import SCHEMA, Body, State


@dataclass(slots=True)
class Attempt:
    """One act being tried: the state with its values in, and what was found on the way."""

    d: Definition
    s: State  # a fork that may be written
    a: Action
    o: Outcome | None
    c: Command
    actor: Actor
    r: Resolved
    body: Body


def fork(s: State) -> State:
    """A copy whose branches may be written; the values in them are never changed in place."""
    return State(  # by hand: `replace` takes five times as long, and every act forks twice
        s.case, s.procedure, s.definition, s.county, s.seq, s.phase, s.outcome, s.opened_on, s.closed_on, s.number,
        dict(s.values), dict(s.facts), dict(s.sides), dict(s.parameters), list(s.acts), dict(s.clocks),
        {k: [dict(r) for r in rows] for k, rows in s.parts.items()}, s.pending, list(s.flaws), list(s.documents),
        list(s.remedies), list(s.links), s.imported, s.bare,
    )  # fmt: skip


def bare(t: Attempt) -> bool:
    """A record of a time when no version was in force: days and outcomes, and nothing that a law would say of them."""
    return t.s.bare and t.c.mode == "record"


def begin(d: Definition, s: State, c: Command, actor: Actor, r: Resolved) -> Body:
    """The part of an event's body that every kind has. `recorded_at`, `prev` and papers are the service's."""
    body: Body = {
        "schema": SCHEMA, "case": s.case or r.case, "seq": s.seq + 1, "county": s.county or r.county,
        "procedure": d.name, "definition": d.hash, "type": "", "action": c.action, "occurred_on": c.on.isoformat(),
        "actor": _actor(actor, d, s, c),
    }  # fmt: skip
    if c.outcome:
        body["outcome"] = c.outcome
    if c.at:
        body["occurred_at"] = c.at
    if c.reason:
        body["reason"] = c.reason
    if c.source:
        body["source"] = c.source
    return body


def _actor(actor: Actor, d: Definition, s: State, c: Command) -> dict[str, str]:
    if actor.system:
        return {"person": "system"}
    who = {"person": actor.person, "post": actor.post, "organ": actor.organ}
    action = d.actions.get(c.action)
    if action is not None:
        who["role"] = next(
            (role for _, role in action.by if role in actor.roles), min(actor.roles, default="")
        )
    return {k: v for k, v in who.items() if v}
