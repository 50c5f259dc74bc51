"""The event of an act: proposed where somebody has to agree, or done, with all its effects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fazhi.law import Calendar
from fazhi.procedures import clocks
from fazhi.procedures.attempt import Attempt, bare
from fazhi.procedures.conditions import UNKNOWN, local_day
from fazhi.procedures.needs import view_of
from fazhi.procedures.state import Body
from fazhi.procedures.turn import holds


def propose(t: Attempt) -> Body:
    """Somebody has to agree first: values wait in the proposal; only the sides are known at once, for access."""
    body = t.body
    effects = body.setdefault("effects", {})
    for key in ("parts", "flaws"):
        effects.pop(key, None)
    pending: dict[str, Any] = {
        "action": t.a.name,
        "by": t.actor.person,
        "on": t.c.on.isoformat(),
        "seq": body["seq"],
        "step": 0,
        "agreed": [],
    }
    if t.c.outcome:
        pending["outcome"] = t.c.outcome
    for key, value in (
        ("values", t.c.values),
        ("facts", t.c.facts),
        ("sides", t.c.sides),
        ("part", t.c.part),
        ("reason", t.c.reason),
    ):
        if value not in ({}, None, ""):
            pending[key] = value
    for key, value in (("organ", t.actor.organ), ("post", t.actor.post), ("role", body["actor"].get("role"))):
        if value:
            pending[key] = value
    effects["pending"] = pending
    names = [*t.a.documents, *(t.o.documents if t.o else ())]
    if names:
        body["papers"] = names  # shown to those who have to agree
    for key in ("values", "facts", "part"):
        body.pop(key, None)
    body["type"] = "proposed"
    return body


def happen(t: Attempt, calendar: Calendar, kind: str = "") -> Body:
    """The event of the act itself, with all its effects."""
    d, s, a, o, body = t.d, t.s, t.a, t.o, t.body
    effects = body.setdefault("effects", {})
    record: dict[str, Any] = {"a": a.name, "d": body["occurred_on"], "s": body["seq"]}
    if t.actor.system and kind == "expired":
        record["x"] = True  # dated by the worker: an earlier day may still be entered after it
    if o is not None:
        record["o"] = o.name
        s.outcome = o.name
    if t.c.at:
        record["at"] = t.c.at
    if part := body.get("part"):
        record["p"] = [part["name"], part["index"]]
    side = (
        "" if t.actor.system else next((x for x, role in a.by if holds(s, t.actor, x, role, not s.acts)), "")
    )
    if side:
        record["side"] = side
    if t.actor.organ:
        record["org"] = t.actor.organ
    s.acts.append(record)
    effects["act"] = record
    if not s.opened_on:
        s.opened_on = body["occurred_on"]
    to = (o.to if o else None) or a.to or a.opens
    changed = {a.name, *body.get("values", ()), *body.get("facts", ())}
    if part:
        changed |= set(effects["parts"][0]["set"])
    if to and to != s.phase:
        effects["phase"] = [s.phase, to]
        was, now = bool(s.closed_on), to in d.ends  # closed also when everything has been taken back
        s.phase = to
        if was != now:
            effects["closed"] = now
    if s.pending is not None:
        effects["pending"] = None
    body["type"] = kind or ("recorded" if t.c.mode == "record" else "opened" if a.opens else "acted")
    if bare(t):
        if len(s.acts) == 1:
            body["bare"] = True
        return body
    changed |= _set(t, effects)
    moved = clocks.moved(d, s, t.c.on, calendar, changed, t.r.codes)
    if moved:
        effects["clocks"] = moved
    _follow(t, effects)
    names = [*a.documents, *(o.documents if o else ())]
    if names:
        body["papers"] = names  # for the service: composed, numbered and replaced by `documents`
    return body


def _set(t: Attempt, effects: dict[str, Any]) -> set[str]:
    """Fields that the act itself fills in (`sets`)."""
    sets = (*t.a.sets, *(t.o.sets if t.o else ()))
    if not sets:
        return set()
    view = view_of(t)
    done = {}
    for name, condition in sets:
        found = view.evaluate(condition)
        if found is not UNKNOWN:
            done[name] = local_day(found).isoformat() if isinstance(found, datetime) else found
    t.s.values.update(done)
    if done:
        t.body.setdefault("values", {}).update(done)
    return set(done)


def _follow(t: Attempt, effects: dict[str, Any]) -> None:
    """Remedies, disclosure, links: what the act brings with it."""
    a, o = t.a.source, t.o.source if t.o else None
    if not (a.remedies or a.links or a.tells or a.discloses) and o is None:
        return
    view = view_of(t)

    def holds_true(when: str | None) -> bool:
        return not when or view.evaluate(t.d.whens[when]) is True

    remedies = [
        {
            "kind": x.kind,
            "within": x.within,
            "law": x.law,
            "seq": t.body["seq"],
            **({"first": True} if x.first else {}),
            **({"to": x.to} if x.to else {}),
        }
        for x in ((o.remedies if o and o.remedies else []) or a.remedies)
        if holds_true(x.when)
    ]
    if remedies:
        effects["remedies"] = remedies
    links: list[dict[str, Any]] = []
    for x in [*a.links, *(o.links if o else [])]:
        if (x.opens or x.to) and holds_true(x.when):
            links.append({"opens": x.opens} if x.opens else {"tells": x.to, "event": x.event})
            if x.opens:
                carried = {n: n for n in x.carries} if isinstance(x.carries, list) else dict(x.carries)
                links[-1] |= {"carries": carried, "side": x.side}
    tells = o.tells if o and o.tells else a.tells
    if tells:
        links.append({"tells": tells.link, "event": tells.event})
    if links:
        effects["links"] = [{**x, "seq": t.body["seq"]} for x in links]
    disclosure = o.discloses if o and o.discloses else a.discloses
    if disclosure and holds_true(disclosure.when):
        effects["discloses"] = {
            "within": disclosure.within,
            "law": t.d.law_of(disclosure.law),
            "masks": list(disclosure.masks),
        }
