"""From what a person sent to plain values that the engine can trust: parties, officers, look-ups, parameters, codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connections

from fazhi.cases import access, lookups, registers
from fazhi.cases.errors import CaseError, Refused
from fazhi.cases.personal import Kept
from fazhi.ledger import commit
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Actor, Command, Definition, Refusal, Resolved, State
from fazhi.procedures.commands import SYSTEM

CERTIFICATE = "enforcement_certificate"


def actor(ctx: ActorContext | None, d: Definition | None = None) -> Actor:
    """The engine's view of who acts; None is the worker."""
    if ctx is None:
        return SYSTEM
    return Actor(ctx.person, ctx.name, ctx.post, ctx.organ, frozenset(access.mine(ctx, d)), ctx.roles)


def command(d: Definition, c: Command, alg: str, using: str) -> tuple[Command, list[Kept]]:
    """Parties, organs and officers named by id become what the event records of them."""
    kept: list[Kept] = []
    if not c.sides and not any(n in d.source.sides or _by_id(d, n) for n in c.values):
        return c, kept
    values, sides = dict(c.values), dict(c.sides)
    for name in [n for n in values if n in d.source.sides]:
        given = values.pop(name)
        sides[name] = given if isinstance(given, list) else [given]
    for name, given in sides.items():
        side = d.source.sides.get(name)
        if side is None:
            raise Refused([Refusal(f"「{d.title}」没有参与方「{name}」", field=name, code="value")])
        if side.is_ == "party":
            sides[name] = [_party(name, x, alg, kept) for x in given]
        else:
            sides[name] = [_organ(side.title, name, x) for x in given]
    for name, value in values.items():
        field = d.source.fields.get(name)
        if field is None or value is None:
            continue
        if field.type in ("officer", "person"):
            items = value if isinstance(value, list) else [value]
            found = [_person(field.title, name, x, field.type == "officer", c.on, using) for x in items]
            values[name] = found if field.many else found[0]
        elif field.type == "party":
            items = value if isinstance(value, list) else [value]
            parties = [_party(name, x, alg, kept) for x in items]
            values[name] = parties if field.many else parties[0]
    return replace(c, values=values, sides=sides), kept


def _by_id(d: Definition, name: str) -> bool:
    field = d.source.fields.get(name)
    return field is not None and field.type in ("officer", "person", "party")


def _id(x: Any) -> str:
    return str(x.get("id", "")) if isinstance(x, dict) else str(x)


def _party(field: str, x: Any, alg: str, kept: list[Kept]) -> dict[str, Any]:
    """What the record says on this day: open words in the event, the rest committed to and kept beside it."""
    from fazhi.organs import parties
    from fazhi.organs.models import Party

    if isinstance(x, dict) and "commit" in x:
        return x
    row = Party.objects.filter(pk=_id(x)).first()
    if row is None:
        raise Refused(
            [Refusal("相对人不在名册中", field=field, next="请先登记相对人，再从名册中选择", code="party")]
        )
    shot = parties.snapshot(row)
    found = dict(shot.plain)
    if shot.personal:
        found["commit"], salt = commit.commit(dict(shot.personal), alg)
        kept.append(Kept(found["commit"], salt, dict(shot.personal), field, alg))
    return found


def _organ(title: str, field: str, x: Any) -> str:
    found = registers.organ(_id(x))
    if not found:
        raise Refused(
            [Refusal(f"「{title}」不是名录中的机关", field=field, next="请从机关名录中选择", code="organ")]
        )
    return found["id"]


def _person(title: str, field: str, x: Any, officer: bool, on: date, using: str) -> dict[str, Any]:
    from fazhi.organs.models import Person

    row = Person.objects.filter(pk=_id(x)).first()
    if row is None:
        raise Refused(
            [
                Refusal(
                    f"「{title}」中有人不在人员名册中", field=field, next="请从人员名册中选择", code="person"
                )
            ]
        )
    found: dict[str, Any] = {"id": row.id, "name": row.name}
    if officer:
        number = certificate(row.id, on, using)
        found |= {"certified": number is not None, "certificate": number or ""}
    return found


def certificate(person: str, on: date, using: str = "default") -> str | None:
    """The number of the person's certificate if it was valid on that day: asked of the register, as it stood then."""
    from fazhi.cases.refold import state_on

    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM cases_case c JOIN cases_side s ON s.case_id = c.id"
            " WHERE c.procedure = %s AND s.who = %s AND s.side = 'holder'",
            (CERTIFICATE, person),
        )
        entries = [row[0] for row in cursor.fetchall()]
    for entry in entries:
        found = state_on(entry, on, using)
        if found is None:
            continue
        d, state = found
        valid = d.source.valid
        if valid and state.phase in valid.phase and str(state.values.get(valid.until, "9")) >= on.isoformat():
            return str(state.values.get("number", state.number))
    return None


def resolved(
    d: Definition,
    c: Command,
    state: State | None,
    county: str,
    case: str,
    organ: str,
    today: date,
    using: str = "default",
) -> Resolved:
    """Parameters and codes of the act's day, and the look-ups that this act's conditions turn on."""
    s = d.source
    day = c.on if c.kind in ("act", "agree", "correct") else today
    names = tuple(s.parameters)
    listed = {k: f.codes for k, f in s.fields.items() if f.codes}
    found: dict[str, dict[str, Any]] = {}
    name = (
        c.action
        if c.kind == "act"
        else (state.pending or {}).get("action", "")
        if state and c.kind == "agree"
        else ""
    )
    a = d.actions.get(name)
    for step in [a, *(d.actions[x] for x in a.quick)] if a else []:
        pending = (state.pending if state and c.kind == "agree" else None) or {}
        sides = {**(state.sides if state else {}), **pending.get("sides", {}), **c.sides}
        values = {**(state.values if state else {}), **pending.get("values", {}), **c.values}
        if not (state and state.sides) and organ:
            for side, _ in step.by:
                sides.setdefault(side, [organ])
        for fact in step.lookups:
            if result := lookups.find(d, fact, case, sides, values, day, using):
                found[fact] = result
    return Resolved(
        today=today,
        parameters=registers.parameters(county, names, day),
        lookups=found,
        codes={k: rows for k, v in listed.items() if (rows := registers.codes(county, v, day, organ))},
        county=county,
        case=case,
    )


def organ_of(d: Definition, state: State) -> str:
    """The organ that handles the case: the first side that is no party."""
    for name, side in d.source.sides.items():
        if side.is_ != "party" and state.sides.get(name):
            return str(state.sides[name][0])
    return ""


__all__ = ["CaseError", "actor", "certificate", "command", "organ_of", "resolved"]
