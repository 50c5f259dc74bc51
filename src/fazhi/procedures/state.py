"""A case as its events add up. `apply` needs no definition: the events carry their effects.

The state is kept as plain JSON values, so that it can be stored beside the case and compared byte for byte
with what refolding the events gives.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields
from typing import Any

Body = dict[str, Any]
SCHEMA = 1
# Events by which an action has happened; the others only prepare, correct or compute.
HAPPENED = frozenset({"opened", "acted", "expired", "recorded"})


@dataclass(slots=True)
class State:
    """`acts`: what happened, in order: {"a": action, "o": outcome, "d": day, "s": seq, "p": [part, index], "side", "org"}."""

    case: str = ""
    procedure: str = ""
    definition: str = ""
    county: str = ""
    seq: int = 0
    phase: str = ""
    outcome: str = ""
    opened_on: str = ""
    closed_on: str = ""
    number: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    sides: dict[str, list[Any]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    acts: list[dict[str, Any]] = field(default_factory=list)
    clocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pending: dict[str, Any] | None = None
    flaws: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    remedies: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    imported: bool = False
    bare: bool = False  # recorded from a time when no version was in force: days and outcomes only

    def done(self, action: str, outcome: str = "") -> bool:
        return any(a["a"] == action and (not outcome or a.get("o") == outcome) for a in self.acts)

    @property
    def last_day(self) -> str:
        return max((a["d"] for a in self.acts if not a.get("x")), default="")


_FIELDS = tuple(f.name for f in fields(State))


def dump(state: State) -> dict[str, Any]:
    """Canonical JSON values; empty ones are left out, so that a new field changes no old dump."""
    return {name: value for name in _FIELDS if (value := getattr(state, name))}


def load(data: dict[str, Any]) -> State:
    return State(**data)


def evolve(state: State | None, body: Body) -> State:
    """The state after the event; the given state is left as it was."""
    return apply(copy.deepcopy(state) if state else State(), body)


def apply(s: State, body: Body) -> State:
    """Add one event to `s` in place and return it."""
    effects: dict[str, Any] = body.get("effects") or {}
    kind = body["type"]
    s.seq = body["seq"]
    if not s.case:
        s.case, s.procedure, s.county = body["case"], body["procedure"], body["county"]
    s.definition = body["definition"]
    if kind == "migrated":
        s.bare = False
    if "replace" in effects:  # a correction or a void sets whole branches right
        for name, value in effects["replace"].items():
            setattr(s, name, copy.deepcopy(value))
        return s
    if number := body.get("number"):
        s.number = number
    if values := body.get("values"):
        s.values.update(values)
    if facts := body.get("facts"):
        s.facts.update(facts)
    if sides := body.get("sides"):
        s.sides.update(sides)
    if parameters := body.get("parameters"):
        s.parameters.update({k: p["value"] for k, p in parameters.items()})
    if kind in HAPPENED:
        if not s.acts:
            s.bare = body.get("bare", False)
        s.acts.append(effects["act"])
        if not s.opened_on:
            s.opened_on = body["occurred_on"]
        if body.get("outcome"):
            s.outcome = body["outcome"]
        if body.get("source"):
            s.imported = True
    if phase := effects.get("phase"):
        s.phase = phase[1]
    if "closed" in effects:
        s.closed_on = body["occurred_on"] if effects["closed"] else ""
    for name, clock in (effects.get("clocks") or {}).items():
        if clock is None:
            s.clocks.pop(name, None)
        else:
            s.clocks[name] = clock
    for part in effects.get("parts") or ():
        rows = s.parts.setdefault(part["name"], [])
        if part["index"] == len(rows):
            rows.append({"index": part["index"], **part["set"]})
        else:
            rows[part["index"]].update(part["set"])
    if "pending" in effects:
        s.pending = effects["pending"]
    s.flaws.extend(effects.get("flaws") or ())
    s.remedies.extend(effects.get("remedies") or ())
    s.links.extend(effects.get("links") or ())
    if (documents := body.get("documents")) and kind in HAPPENED:
        s.documents.extend({**d, "seq": body["seq"], "on": body["occurred_on"]} for d in documents)
    return s
