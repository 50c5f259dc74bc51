"""The same figures once more, the slow way: plain Python over the events of each case, conditions asked of SQLite.

It shares nothing with `fazhi.figures` but the definitions as they are written, and `state.apply`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from ruamel.yaml import YAML

from fazhi.cases import definitions
from fazhi.figures.catalogue import FOLDER
from fazhi.procedures import Definition, State
from fazhi.procedures import grammar as g
from fazhi.procedures.state import HAPPENED, Body, apply

_sql = sqlite3.connect(":memory:")


@dataclass
class Item:
    """One thing counted."""

    places: frozenset[str]
    counted: bool = True
    amount: int = 0
    value: Any = None
    split: dict[str, Any] = field(default_factory=dict)


@dataclass
class Act:
    seq: int
    day: str
    action: str
    outcome: str | None
    d: Definition
    phase: str
    case_outcome: str
    sides: dict[str, list[Any]]
    values: dict[str, Any]
    row: dict[str, Any]
    imported: bool


@dataclass
class Case:
    state: State
    d: Definition
    acts: list[Act]


def cases(bodies: Iterable[Body]) -> list[Case]:
    by_case: dict[str, list[Body]] = {}
    for body in bodies:
        by_case.setdefault(body["case"], []).append(body)
    return [_case(events) for events in by_case.values()]


def _case(events: list[Body]) -> Case:
    state = State()
    given: dict[int, dict[str, Any]] = {}
    rows: dict[int, dict[str, Any]] = {}
    left: dict[int, tuple[str, str, dict[str, Any], Definition, bool]] = {}
    for body in events:
        state = apply(state, body)
        if body["type"] in HAPPENED and "replace" not in body.get("effects", {}):
            given[body["seq"]] = dict(body.get("values") or {})
            rows[body["seq"]] = {
                k: v for p in body["effects"].get("parts") or () for k, v in p["set"].items()
            }
            d = definitions.by_hash(body["definition"])
            source = body.get("source") or {}
            left[body["seq"]] = (
                state.phase, state.outcome, dict(state.sides), d, bool(source) and source.get("system") != "link",
            )  # fmt: skip
        elif body["type"] == "corrected":
            given.get(body["target"], {}).update(body.get("values") or {})
    acts, merged = [], {}
    for a in state.acts:
        merged = {**merged, **given[a["s"]]}
        phase, outcome, sides, d, imported = left[a["s"]]
        acts.append(
            Act(a["s"], a["d"], a["a"], a.get("o"), d, phase, outcome, sides, merged, rows[a["s"]], imported)
        )
    return Case(state, definitions.by_hash(state.definition), acts)


class Oracle:
    def __init__(self, bodies: Iterable[Body], today: date, parents: dict[str, str | None]) -> None:
        self.cases = cases(bodies)
        self.today = today
        self.parents = parents
        self.cross: dict[str, dict[str, Any]] = {}
        for path in sorted(FOLDER.rglob("*.yaml")):
            file = YAML(typ="safe").load(path.read_bytes())
            self.cross |= {f"{file['prefix']}.{k}": f for k, f in file["figures"].items()}

    def value(
        self, id: str, first: date, last: date, organ: str = ""
    ) -> tuple[str | None, int | str | None, int | str | None, int]:
        """(value, numerator, denominator, lines)."""
        items = self.items(id, first, last)
        if organ:
            items = [x for x in items if any(organ in self._above(p) for p in x.places)]
        written = self.written(id)
        return _result(written, items, self._money(id))

    def written(self, id: str) -> g.FigureDef:
        if id in self.cross:
            f = dict(self.cross[id])
            if f.get("add"):
                inner = self.written(f["add"][0])
                return inner.model_copy(update={"unit": f.get("unit", "件")})
            return g.FigureDef(**{k: v for k, v in f.items() if k in g.FigureDef.model_fields})
        procedure, _, name = id.partition(".")
        found = [
            d.source.figures[name]
            for d in definitions.library().versions(procedure)
            if name in d.source.figures
        ]
        return found[-1]

    def _money(self, id: str) -> bool:
        f = self.written(id)
        return bool(f.sum) and f.unit in ("元", "万元")

    def items(self, id: str, first: date, last: date) -> list[Item]:
        if id in self.cross:
            f = self.cross[id]
            if f.get("add"):
                return [x for other in f["add"] for x in self.items(other, first, last)]
            written = self.written(id)
            return [x for p in f["procedures"] for x in self._of(p, None, written, first, last)]
        procedure, _, name = id.partition(".")
        return self._of(procedure, name, None, first, last)

    def _of(
        self, procedure: str, name: str | None, written: g.FigureDef | None, first: date, last: date
    ) -> list[Item]:
        out = []
        for d in definitions.library().versions(procedure):
            f = written or d.source.figures.get(name or "")
            if f is not None:
                out += self._version(d, f, first, last)
        return out

    def _version(self, d: Definition, f: g.FigureDef, first: date, last: date) -> list[Item]:
        part, met, of = "", None, f
        if f.share is not None:
            part, met = f.share.where, f.share.met
            said = f.share.of
            if isinstance(said, str):
                of = d.source.figures[said] if said in d.source.figures else g.FigureDef(title="", flow=said)
            elif "due" in said:
                return [
                    self._item(d, f, row, sides, (row["status"] == "met") is met if met is not None else _holds(part, row))
                    for row, sides in self._due(d, said["due"], first, last) if _holds(said.get("where", ""), row)
                ]  # fmt: skip
            else:
                of = g.FigureDef(title="", **said)
        rows = self._flow(d, of, first, last) if of.flow is not None else self._stock(d, of, last)
        return [
            self._item(d, f, row, sides, _holds(part, row)) for row, sides in rows if _holds(of.where, row)
        ]

    def _item(
        self, d: Definition, f: g.FigureDef, row: dict[str, Any], sides: dict[str, Any], counted: bool
    ) -> Item:
        handling = next((k for k, s in d.source.sides.items() if s.is_ != "party" and sides.get(k)), "")
        held = sides.get(f.side) or [] if f.side else sides.get(handling, [])[:1]
        places = frozenset(x["id"] if isinstance(x, dict) else x for x in held)
        value = row.get(f.distinct or f.median or "")
        value = value.get("id") if isinstance(value, dict) else value
        amount = sum(int(row.get(t.strip()) or 0) for t in (f.sum or "").split("+") if t.strip())
        return Item(places, counted, amount, value, {b: row.get(b) for b in f.by})

    def _flow(self, d: Definition, f: g.FigureDef, first: date, last: date) -> Iterable[tuple[Any, Any]]:
        names = {f.flow} if isinstance(f.flow, str) else set(f.flow or ())
        for case in self.cases:
            for a in case.acts:
                if (a.d.name, a.d.from_) != (d.name, d.from_):
                    continue
                if a.action not in names and f"{a.action}.{a.outcome}" not in names:
                    continue
                if not first.isoformat() <= a.day <= last.isoformat():
                    continue
                opened = date.fromisoformat(case.state.opened_on)
                row = {
                    **a.values, **a.row, "action": a.action, "outcome": a.outcome, "phase": a.phase, "day": a.day,
                    "days": (date.fromisoformat(a.day) - opened).days, "imported": a.imported,
                    "case_phase": case.state.phase, "case_outcome": case.state.outcome or None,
                    "closed": bool(case.state.closed_on), "opened_on": case.state.opened_on,
                }  # fmt: skip
                yield row, a.sides

    def _stock(self, d: Definition, f: g.FigureDef, last: date) -> Iterable[tuple[Any, Any]]:
        day = min(last, self.today).isoformat()
        for case in self.cases:
            reached, found = "", None
            for a in case.acts:
                reached = max(reached, a.day)
                if reached <= day:
                    found = a
            if found is None or (found.d.name, found.d.from_) != (d.name, d.from_):
                continue
            if found.phase in (f.stock or {})["phase"]:
                row = {**found.values, "phase": found.phase, "overdue": self._overdue(case, day)}
                row["outcome"] = found.case_outcome or None
                yield row, found.sides

    def _overdue(self, case: Case, day: str) -> bool:
        for clock in case.state.clocks.values():
            if clock.get("whose") or clock["kind"] not in ("limit", "date", "duty"):
                continue
            for due, stopped, _ in _runs(clock):
                if due < day and (stopped is None or stopped > day):
                    return True
        return False

    def _due(self, d: Definition, said: Any, first: date, last: date) -> Iterable[tuple[Any, Any]]:
        until = min(last, self.today - timedelta(days=1)).isoformat()
        for case in self.cases:
            if (case.d.name, case.d.from_) != (d.name, d.from_):
                continue
            for name, clock in case.state.clocks.items():
                short = name.rsplit(".", 1)[-1]
                wanted = (
                    not clock.get("whose")
                    if said == "*"
                    else short in ({said} if isinstance(said, str) else set(said))
                )
                if not wanted or clock["kind"] not in ("limit", "date", "duty"):
                    continue
                for due, _, status in _runs(clock):
                    if first.isoformat() <= due <= until:
                        yield {**case.state.values, "clock": short, "status": status}, case.state.sides

    def _above(self, organ: str) -> list[str]:
        found: list[str] = []
        here: str | None = organ
        while here is not None:
            found.append(here)
            here = self.parents.get(here)
        return found


def _runs(clock: dict[str, Any]) -> Iterable[tuple[str, str | None, str]]:
    for run in clock.get("runs", ()):
        if run["due"]:
            yield run["due"][:10], run["stopped"][:10], run["status"]
    if clock["due"] and clock["status"] == "running":
        yield clock["due"][:10], None, "open"
    elif clock["due"] and clock["status"] in ("met", "late"):
        yield clock["due"][:10], clock["stopped"][:10], clock["status"]


def _holds(where: str, row: dict[str, Any]) -> bool:
    if not where:
        return True
    plain = {k: v for k, v in row.items() if v is None or isinstance(v, str | int)}
    columns = ", ".join(f'? AS "{k}"' for k in plain)
    missing = "".join(f', NULL AS "{k}"' for k in _words(where) if k not in plain)
    query = f"SELECT CASE WHEN ({where}) THEN 1 ELSE 0 END FROM (SELECT {columns}{missing})"
    return bool(_sql.execute(query, list(plain.values())).fetchone()[0])


def _words(where: str) -> list[str]:
    import re

    bare = re.sub(r"'[^']*'", "", where)
    known = {"and", "or", "not", "in", "is", "null", "between", "true", "false"}
    return [w for w in dict.fromkeys(re.findall(r"[a-z_][a-z_0-9]*", bare)) if w not in known]


def _result(
    f: g.FigureDef, items: list[Item], money: bool
) -> tuple[str | None, int | str | None, int | str | None, int]:
    if f.share is not None:
        part, whole = sum(x.counted for x in items), len(items)
        value = None if not whole else _rounded(Fraction(part * 100, whole))
        return value, part, whole, whole
    if f.distinct:
        return str(len({x.value for x in items if x.value is not None})), None, None, len(items)
    if f.median:
        values = [x.value for x in items if x.value is not None]
        if not values:
            return None, None, None, len(items)
        middle = Fraction(median(map(Fraction, values)))
        said = str(middle.numerator) if middle.denominator == 1 else _rounded(middle, 1)
        return said, None, None, len(items)
    if f.sum:
        total = Fraction(sum(x.amount for x in items))
        said = _rounded(total / (100 if f.unit == "元" else 1_000_000)) if money else str(total)
        return said, None, None, len(items)
    return str(len(items)), None, None, len(items)


def _rounded(value: Fraction, places: int = 2) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
