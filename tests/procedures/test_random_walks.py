"""Random walks through every shipped definition: the engine answers with events or refusals, never with an exception,
and its events fold to the state that it worked on."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from fazhi.law import Calendar
from fazhi.procedures import Actor, Command, Definition, Resolved, State, decide, library, options
from fazhi.procedures.attempt import fork
from fazhi.procedures.commands import SYSTEM
from fazhi.procedures.grammar import FieldDef
from fazhi.procedures.offers import gates
from fazhi.procedures.state import apply, dump, evolve

CALENDAR = Calendar.shipped()
definition = cache(library.read)
FILES = library.files()
WALKS, STEPS = 15, 30


def value(rng: random.Random, f: FieldDef, d: Definition, day: date) -> Any:
    if f.many:
        return [value(rng, f.model_copy(update={"many": False}), d, day) for _ in range(rng.randint(1, 2))]
    match f.type:
        case "bool":
            return rng.random() < 0.5
        case "int":
            return rng.choice([0, 1, 3, 30, 2025])
        case "money":
            return rng.choice([0, 1, 500_000, 90_000_000])
        case "date":
            return (day + timedelta(days=rng.randint(-30, 40))).isoformat()
        case "moment":
            return f"{day.isoformat()}T{rng.randint(8, 17):02}:00:00+08:00"
        case "choice":
            return rng.choice(list(f.choices))
        case "party" | "officer" | "person":
            return {"id": f"p{rng.randint(1, 3)}", "name": "某", "certified": rng.random() < 0.9}
        case "side":
            return rng.choice(list(d.source.sides))
        case "link":
            return "f" * 32
        case _:
            return rng.choice(["甲", "x1"])


def walk(d: Definition, seed: int) -> int:
    """One walk; how many acts happened."""
    rng = random.Random(seed)
    s: State | None = None
    bodies: list[dict[str, Any]] = []
    day = max(d.from_, date(2024, 3, 1)) + timedelta(days=rng.randint(0, 300))
    sides = {
        k: [f"organ-{k}"] if x.is_ != "party" else [{"id": "p1", "kind": "citizen"}]
        for k, x in d.source.sides.items()
    }
    everyone = frozenset(x for members in sides.values() for x in members if isinstance(x, str))
    roles = frozenset(r for x in d.source.sides.values() for r in x.roles)
    parameters = {k: {"value": 10, "source": "试"} for k in d.source.parameters}
    lookups = {
        k: {"value": rng.random() < 0.3 if f.type == "bool" else 0, "found": []}
        for k, f in d.facts.items()
        if f.source.lookup
    }
    for step in range(STEPS):
        day += timedelta(days=rng.choice([0, 0, 1, 1, 3, 8, 40]))
        r = Resolved(today=day, parameters=parameters, lookups=lookups, county="350000", case="c" * 32)
        organ = f"organ-{rng.choice([k for k, x in d.source.sides.items() if x.is_ != 'party'])}"
        actor = Actor(f"person-{rng.randint(1, 3)}", "某", "post", organ, everyone, roles)
        offers = options(d, s, actor, r)
        if s is not None:
            gates(d, s, r)
        command = choose(rng, d, s, offers, day, sides)
        if command is None:
            break
        before = dump(s) if s else None
        actor = SYSTEM if command.kind == "expire" else actor
        decision = decide(d, s, command, actor, r, CALENDAR, evolve_to(bodies, command.target))
        assert (dump(s) if s else None) == before, f"decide wrote into the state at step {step}: {command}"
        if not decision.ok:
            assert all(x.message for x in decision.refusals)
            continue
        for body in decision.events:
            body.pop("papers", None)
            bodies.append(body)
            s = apply(fork(s) if s else State(), body)
    refolded: State | None = None
    for body in bodies:
        refolded = evolve(refolded, body)
    assert (dump(refolded) if refolded else None) == (dump(s) if s else None)
    return len(s.acts) if s else 0


def evolve_to(bodies: list[dict[str, Any]], target: int) -> State | None:
    s: State | None = None
    for body in bodies:
        if body["seq"] < target:
            s = evolve(s, body)
    return s


def choose(
    rng: random.Random, d: Definition, s: State | None, offers: list[Any], day: date, sides: dict[str, Any]
) -> Command | None:
    if s is not None and s.pending and rng.random() < 0.8:
        return Command(
            rng.choice(["agree", "agree", "agree", "return", "refuse", "withdraw"]), on=day, reason="理由"
        )  # type: ignore[arg-type]
    if s is not None and s.acts and rng.random() < 0.1:
        act = rng.choice(s.acts)
        return Command(
            rng.choice(["void", "correct"]),
            on=day,
            target=act["s"],
            reason="理由",
            values={"$on": act["d"]} if rng.random() < 0.3 else {},
        )  # type: ignore[arg-type]
    if s is not None and s.clocks and rng.random() < 0.15:
        return Command(rng.choice(["expire", "recalculate"]), on=day, clock=rng.choice(list(s.clocks)))  # type: ignore[arg-type]
    known = [o.action for o in offers] or [a for a in d.actions.values() if a.opens]
    if not known:
        return None
    a = rng.choice(known)
    o = rng.choice(list(a.outcomes.values())) if a.outcomes else None
    part = a.adds or a.on
    fields = dict(d.source.fields) | (d.source.parts[part].fields if part else {})
    steps = [d.actions[x] for x in a.quick] or [a]
    asked = {
        x.field
        for step in steps
        for x in (*step.asks, *(o.asks if o else ()), *(y for z in step.outcomes.values() for y in z.asks))
    }
    if part and not asked & set(d.source.parts[part].fields):
        asked |= set(d.source.parts[part].fields)
    values = {
        n: sides[n] if n in sides else value(rng, fields[n], d, day)
        for n in sorted(asked)
        if rng.random() < 0.95
    }
    facts = {
        n: rng.random() < 0.5 for n in sorted(a.questions) if rng.random() < 0.9 and d.facts[n].type == "bool"
    }
    count = len(s.parts.get(a.on, ())) if s and a.on else 0
    return Command(
        "act", action=a.name, outcome=o.name if o else "", on=day, values=values, facts=facts, reason="补录",
        sides={k: v for k, v in sides.items() if a.opens and k not in values}, part=rng.randrange(count) if count else None,
    )  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_engine_answers_on_every_way(path: Any) -> None:
    d = definition(path)
    acts = [walk(d, seed) for seed in range(WALKS)]
    assert max(acts) > 2, acts
