"""Cases for the tests of figures: the definitions' own scenarios, moved to other days and organs, interleaved at random,
with corrections and voids that the engine itself makes. They are written into the ledger as a case service writes them.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, transaction

from fazhi.cases import definitions
from fazhi.cases import store as cases
from fazhi.law import Calendar
from fazhi.ledger import chain, seal, store
from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.models import County, Organ, OrganName, OrganPlace, Person, Post
from fazhi.procedures import Command, Definition, State, decide, scenarios
from fazhi.procedures.commands import SYSTEM, Resolved
from fazhi.procedures.library import FOLDER
from fazhi.procedures.state import HAPPENED, Body, apply

COUNTY = "339821"
DAY = re.compile(rb'"(\d{4}-\d{2}-\d{2})')
ORGAN = re.compile(rb'"organ-([a-z_]+)"')
TODAY = date(2026, 11, 21)


@dataclass
class World:
    """A county: a government, four bureaus under it, a team under the first bureau, and a township."""

    county: County = field(init=False)
    organs: dict[str, Organ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.county = County.objects.create(code=COUNTY, name="安澜县", valid_from=date(2000, 1, 1))
        self.organ("xzf", "government", "安澜县人民政府", None)
        for code, name in (
            ("scj", "市场监管局"),
            ("sfj", "司法局"),
            ("nyj", "农业农村局"),
            ("jyj", "教育局"),
        ):
            self.organ(code, "department", f"安澜县{name}", "xzf")
        self.organ("dd", "office", "安澜县市场监管局执法大队", "scj")
        self.organ("czz", "township", "城中镇人民政府", "xzf")

    def organ(self, code: str, kind: str, name: str, parent: str | None) -> Organ:
        upper = self.organs.get(parent or "")
        organ = Organ(
            county=self.county, kind=kind, name=name, short_name=name.removeprefix("安澜县"), code=code, parent=upper,
            valid_from=date(2000, 1, 1), order=len(self.organs),
        )  # fmt: skip
        organ.path = f"{upper.path if upper else self.county.path}{organ.id}/"
        organ.save()
        OrganName.objects.create(
            organ=organ, kind="full", name=name, valid_from=date(2000, 1, 1), source="测试"
        )
        short = name.removeprefix("安澜县")
        if short != name:
            OrganName.objects.create(
                organ=organ, kind="short", name=short, valid_from=date(2000, 1, 1), source="测试"
            )
        OrganPlace.objects.create(organ=organ, parent=upper, valid_from=date(2000, 1, 1), source="测试")
        self.organs[code] = organ
        return organ

    def person(self, role: str, organ: str) -> ActorContext:
        name = f"{role}{Person.objects.count()}"
        person = Person.objects.create(username=name, name=name, must_change_password=False)
        post = Post.objects.create(
            person=person, organ=self.organs[organ], role=role, valid_from=date(2000, 1, 1)
        )
        return actor_for(person, post.id, TODAY)


def world_of() -> World:
    """The world that is there already."""
    world = object.__new__(World)
    world.county = County.objects.get()
    world.organs = {o.code: o for o in Organ.objects.all()}
    return world


@lru_cache(maxsize=1)
def scenario_bodies() -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    """(procedure, bodies) of every scenario of every shipped definition, as JSON."""
    calendar = Calendar.shipped()
    found = []
    for d in definitions.library().all():
        path = FOLDER / d.file.replace(".yaml", ".scenarios.yaml")
        if not path.is_file():
            continue
        data = scenarios.read(path)
        for one in data["scenarios"]:
            run = scenarios.Run(d, data, one, calendar, scenarios.Coverage())
            run.run()
            if run.bodies:
                found.append((d.name, tuple(orjson.dumps(b) for b in run.bodies)))
    return tuple(found)


def histories(
    chance: random.Random, world: World, *, only: str = "", most: int = 1000, cut: bool = False
) -> list[list[Body]]:
    """Cases made from scenarios: other days (whole weeks away), other organs; `cut`: left off somewhere, so still open."""
    organs = [o.id for o in world.organs.values()]
    out = []
    for name, bodies in scenario_bodies():
        if only and name != only:
            continue
        weeks = chance.randrange(-20, 21)
        chosen: dict[bytes, str] = {}
        case = f"{chance.getrandbits(128):032x}"
        made = []
        for raw in bodies:
            placed = _placed(_later(raw, weeks), chosen, chance, organs)
            made.append({**orjson.loads(placed), "case": case, "county": COUNTY})
        if cut:
            made = made[: chance.randrange(1, len(made) + 1)]
        out.append(made)
    chance.shuffle(out)
    return out[:most]


def _later(raw: bytes, weeks: int) -> bytes:
    return DAY.sub(lambda m: b'"' + _moved(m[1], weeks), raw)


def _placed(raw: bytes, chosen: dict[bytes, str], chance: random.Random, organs: list[str]) -> bytes:
    return ORGAN.sub(lambda m: f'"{chosen.setdefault(m[1], chance.choice(organs))}"'.encode(), raw)


def _moved(day: bytes, weeks: int) -> bytes:
    there = date.fromisoformat(day.decode()) + timedelta(weeks=weeks)
    return min(there, TODAY + timedelta(days=400)).isoformat().encode()


def interleaved(chance: random.Random, cases_of: list[list[Body]]) -> list[Body]:
    """All events in one order, each case's own kept."""
    order = [i for i, bodies in enumerate(cases_of) for _ in bodies]
    chance.shuffle(order)
    left = [iter(bodies) for bodies in cases_of]
    return [next(left[i]) for i in order]


def mended(chance: random.Random, d: Definition, state: State, bodies: list[Body]) -> list[Body]:
    """A correction of some act's field or day, or a void of the last act, as the engine decides it."""
    acts = state.acts
    if not acts or state.pending:
        return []
    corrected = max((b.get("target", 0) for b in bodies if b["type"] == "corrected"), default=0)
    on = max(TODAY, date.fromisoformat(max(a["d"] for a in acts)))
    if chance.random() < 0.4 and not corrected:
        # The engine restores what was before the act; a correction made since would be lost (reported), so none here.
        target = acts[-1]["s"]
        before: State | None = None
        for body in bodies:
            if body["seq"] < target:
                before = apply(before or State(), orjson.loads(orjson.dumps(body)))
        command = Command("void", on=on, target=target, reason="登记有误")
        found = decide(d, state, command, SYSTEM, _resolved(on, state), Calendar.shipped(), before)
    else:
        act = chance.choice(acts)
        values = _other_values(chance, d, state, act)
        if not values:
            return []
        command = Command("correct", on=on, target=act["s"], reason="登记有误", values=values)
        found = decide(d, state, command, SYSTEM, _resolved(on, state), Calendar.shipped())
    return [orjson.loads(orjson.dumps(b)) for b in found.events] if found.ok else []


def _resolved(on: date, state: State) -> Resolved:
    return Resolved(
        today=on, county=COUNTY, case=state.case,
        parameters={k: {"value": v, "source": "测试"} for k, v in state.parameters.items()},
    )  # fmt: skip


def _other_values(chance: random.Random, d: Definition, state: State, act: dict[str, Any]) -> dict[str, Any]:
    if chance.random() < 0.3:
        return {"$on": (date.fromisoformat(act["d"]) + timedelta(days=chance.randrange(-40, 41))).isoformat()}
    plain = [n for n in state.values if n in d.source.fields and not d.source.fields[n].many]
    changes: dict[str, Any] = {}
    for name in chance.sample(plain, min(len(plain), 3)):
        f = d.source.fields[name]
        if f.type == "choice":
            changes[name] = chance.choice(list(f.choices))
        elif f.type in ("money", "int"):
            changes[name] = chance.randrange(1, 5_000_00 if f.type == "money" else 20)
        elif f.type == "bool":
            changes[name] = chance.random() < 0.5
    return changes


class Book:
    """Writes events into the ledger, and the case's row beside them, one transaction for a batch."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.states: dict[str, State] = {}
        self.bodies: dict[str, list[Body]] = {}
        self.order: list[Body] = []
        self.paths: dict[str, str] = {}
        self.clock = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)

    def write(self, bodies: list[Body]) -> None:
        rows = []
        for body in bodies:
            case = body["case"]
            seq, prev = self.heads.get(case, (0, b""))
            self.clock += timedelta(minutes=2)
            whole = {
                **body, "seq": seq + 1, "prev": prev.hex(), "recorded_at": self.clock.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            }  # fmt: skip
            whole.pop("papers", None)
            raw, head = chain.link(whole)
            self.heads[case] = (seq + 1, head)
            rows.append(store.Row(case, seq + 1, body["county"], "sha256", head, raw))
            self.states[case] = apply(self.states.get(case) or State(), orjson.loads(raw))
            self.bodies.setdefault(case, []).append(orjson.loads(raw))
            self.order.append(orjson.loads(raw))
        touched = {row.case for row in rows}
        with transaction.atomic(), connection.cursor() as cursor:
            store.append_many(cursor, rows)
            for case in touched:
                self._row(cursor, case)

    def _row(self, cursor: Any, case: str) -> None:
        state = self.states[case]
        d = definitions.by_hash(state.definition)
        organ = next((str(state.sides[k][0]) for k, s in d.source.sides.items() if s.is_ != "party" and state.sides.get(k)), "")  # fmt: skip
        cursor.execute("SELECT count(*) FROM cases_case WHERE id = %s", (case,))
        row = cases.Row(
            case, county=state.county, procedure=state.procedure, organ=organ, path=self._path(organ),
            title="测试案件", state=state, head=self.heads[case][1], fresh=not cursor.fetchone()[0],
        )  # fmt: skip
        cases.write(cursor, row)
        cursor.execute("DELETE FROM cases_side WHERE case_id = %s", (case,))
        taking_part = {
            (k, who, self._path(who)) for k, s in d.source.sides.items() if s.is_ != "party"
            for x in state.sides.get(k, ()) for who in [x["id"] if isinstance(x, dict) else x]
        }  # fmt: skip
        cursor.executemany(
            "INSERT INTO cases_side (case_id, side, who, path) VALUES (%s, %s, %s, %s)",
            [(case, *x) for x in sorted(taking_part)],
        )

    def _path(self, organ: str) -> str:
        if organ not in self.paths:
            found = Organ.objects.filter(pk=organ).first()
            self.paths[organ] = found.path if found else ""
        return self.paths[organ]

    def seal(self) -> int:
        seal.seal()
        return seal.height()


def filled(world: World, seed: int, *, mend: bool = True, most: int = 1000, only: str = "") -> Book:
    """Every scenario once, in random order, some of them mended afterwards; sealed."""
    chance = random.Random(seed)
    book = Book()
    made = histories(chance, world, most=most, only=only)
    made += histories(chance, world, most=most // 2 if most < 100 else 60, only=only, cut=True)
    book.write(interleaved(chance, made))
    if mend:
        for case in chance.sample(sorted(book.states), len(book.states) // 2):
            d = definitions.by_hash(book.states[case].definition)
            for _ in range(chance.choice((1, 1, 2))):
                book.write(mended(chance, d, book.states[case], book.bodies[case]))
    book.seal()
    return book


def sides_of(case: str) -> list[tuple[str, str]]:
    """(side, who) of a case, as access asks for them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT side, who FROM cases_side WHERE case_id = %s", (case,))
        return list(cursor.fetchall())


__all__ = ["COUNTY", "HAPPENED", "TODAY", "Book", "World", "filled", "histories"]
