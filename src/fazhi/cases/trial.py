"""A command tried without writing: what the engine would say, so that a form can tell before anything is sent.

The same path as `service.run` up to the decision, on the case as it stands; nothing is locked, numbered or stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from fazhi.cases import access, definitions, personal, registers, resolve, store
from fazhi.cases.errors import NotThere, Refused
from fazhi.law import SHANGHAI
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Command, Definition, Refusal, State, attempt, decide, filling, turn
from fazhi.procedures.model import Need
from fazhi.procedures.needs import answer_of, missing, view_of
from fazhi.procedures.state import Body


@dataclass(frozen=True)
class Trial:
    """`refusals` as `run` would raise them, else the `events` it would write; `needs` with their answers either way."""

    refusals: tuple[Refusal, ...] = ()
    events: tuple[Body, ...] = ()
    # (need, met | not_met | unknown | idle, the names without data that keep it unknown)
    needs: tuple[tuple[Need, str, frozenset[str]], ...] = ()
    turning: frozenset[str] = (
        frozenset()
    )  # asked facts on which an unknown need turns, and on nothing else besides
    lookups: dict[str, dict[str, Any]] = field(default_factory=dict)


def rehearse(
    c: Command,
    ctx: ActorContext,
    *,
    case: str | None = None,
    procedure: str = "",
    now: datetime | None = None,
    using: str = "default",
) -> Trial:
    """Raises NotThere where the person may not see the case."""
    today = (now or datetime.now(UTC)).astimezone(SHANGHAI).date()
    registers.refresh()
    if case is not None:
        row = store.read(case, using)
        if row is None:
            raise NotThere
        d = definitions.by_hash(row.definition)
        access.need(ctx, d, row)
    else:
        d = definitions.in_force(procedure, c.on)
        row = store.Row("0" * 32, county=ctx.county, procedure=d.name, definition=d.hash)
    try:
        c, _ = resolve.command(d, c, row.alg, using)
    except Refused as refused:
        return Trial(refused.refusals)
    c, _ = personal.withhold(d, c, row.alg)
    organ = resolve.organ_of(d, row.state) if row.state else ctx.organ
    found = resolve.resolved(d, c, row.state, row.county, row.id, organ, today, using)
    actor = resolve.actor(ctx, d)
    decision = decide(d, row.state, c, actor, found, registers.calendar())
    answers, turning = _answers(d, row.state, c, actor, found)
    return Trial(decision.refusals, decision.events, answers, turning, found.lookups)


def _answers(
    d: Definition, state: State | None, c: Command, actor: Any, found: Any
) -> tuple[tuple[tuple[Need, str, frozenset[str]], ...], frozenset[str]]:
    """Each need of the action on what has been given so far; what is still blank leaves it unknown."""
    a = d.actions.get(c.action)
    if c.kind != "act" or a is None:
        return (), frozenset()
    told: list[tuple[Need, str, frozenset[str]]] = []
    turning: set[str] = set()
    for step in [d.actions[n] for n in a.quick] or [a]:
        s = (
            attempt.fork(state)
            if state
            else State(case=found.case, procedure=d.name, county=found.county, definition=d.hash)
        )
        o = step.outcomes.get(c.outcome) if c.outcome else None
        given = replace(c, mode="record", action=step.name)  # record mode asks for no field to be filled in
        if not turn.allowed_by(d, s, step, c.on):
            continue
        t = attempt.Attempt(d, s, step, o, given, actor, found, attempt.begin(d, s, given, actor, found))
        if step.on and given.part is None:
            continue
        filling.fill(t)
        view = view_of(t)
        for need in (*step.needs, *(o.needs if o else ())):
            answer = answer_of(view, need)
            lacking = missing(d, view, need) if answer == "unknown" else set()
            told.append((need, answer, frozenset(lacking)))
            if lacking <= set(d.facts):  # a field that is still blank may settle it without any question
                turning |= lacking
    return tuple(told), frozenset(turning)
