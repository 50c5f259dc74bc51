"""A case that is here beside the row that tells of it anew: what is the same, and what must be appended.

Three ways to bring a case up to its row, the first that does: acts that come after all others are recorded; a value
or a day that reads differently is corrected; and where an act has come in between, an outcome, a side or a line of a
part has changed, the acts from there on are taken back by one event and recorded again. Nothing is ever removed
because a cell is empty: what a row does not carry it does not deny.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fazhi.cases.exchange.columns import Layout
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.filing import Act, Filing, in_order
from fazhi.cases.exchange.plan import Step, steps
from fazhi.organs.errors import Invalid
from fazhi.organs.party_batch import Wanted
from fazhi.procedures import State
from fazhi.procedures.grammar import FieldDef


@dataclass(slots=True)
class Difference:
    """What has to be done so that the case says what its row says."""

    rebuild: int | None = None  # index of the act from which on everything is recorded anew
    corrections: dict[int, dict[str, Any]] = field(
        default_factory=dict
    )  # by index of the act; "$on" is its day
    append: list[Step] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # headings that read differently, for people

    @property
    def none(self) -> bool:
        return self.rebuild is None and not self.corrections and not self.append


def handled_here(state: State) -> bool:
    """Whether somebody of this county has acted in the case: then a file changes it no more.

    Acts by people bear their organ, those that run out bear a mark; imported ones have neither.
    """
    return bool(state.pending) or any("org" in a or a.get("x") for a in state.acts)


def spoken(filing: Filing, state: State) -> Iterator[tuple[str, Any]]:
    """(commitment, words of the row) wherever the case has only a commitment: to be compared all at once."""
    fields = filing.d.source.fields
    for name, value in filing.values.items():
        f = fields.get(name)
        if f and f.beside:
            yield from _pairs(state.values.get(name), value)
    for side, members in filing.sides.items():
        for have, want in zip(state.sides.get(side, ()), members, strict=False):
            if isinstance(want, Wanted) and not want.number and isinstance(have, dict) and "commit" in have:
                yield have["commit"], {"name": want.name, "identity": ""}
    for act in filing.acts:
        if act.part:
            rows = state.parts.get(act.part[0], [])
            if act.part[1] < len(rows):
                for name, value in act.values.items():
                    yield from _pairs(rows[act.part[1]].get(name), value)


def _pairs(have: Any, want: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(have, dict) and isinstance(have.get("commit"), str):
        yield have["commit"], want
    elif isinstance(have, list) and isinstance(want, list):
        for h, w in zip(have, want, strict=False):
            yield from _pairs(h, w)


def merged(filing: Filing, state: State) -> Filing:
    """The row with what the case knows besides: so that nothing is lost where acts are recorded anew."""
    told = {a.part[:1] if a.part else a.action for a in filing.acts}
    have = [_act(a) for a in state.acts]
    kept = [a for a in have if (a.part[:1] if a.part else a.action) not in told]
    derived = {name for name in filing.layout.set_by if name not in filing.values}
    parts = _rows(filing.layout, state, kept)
    return Filing(
        filing.row, filing.number, filing.id, filing.layout, filing.lawful, filing.organ, filing.elsewhere,
        {**{k: v for k, v in state.sides.items() if k != filing.layout.handling}, **filing.sides},
        {**{k: v for k, v in state.values.items() if k not in derived}, **filing.values},
        {**{k: v for k, v in state.facts.items() if _asked(filing, k)}, **filing.facts},
        in_order([*filing.acts, *parts], filing.layout),
    )  # fmt: skip


def _asked(filing: Filing, fact: str) -> bool:
    f = filing.d.facts.get(fact)
    return f is not None and f.value is None


def acts_of(each: Layout, state: State) -> list[Act]:
    """The acts of a state in its own order, those on parts with what their rows say."""
    return _rows(each, state, [_act(a) for a in state.acts])


def _act(a: dict[str, Any]) -> Act:
    part = (a["p"][0], a["p"][1]) if a.get("p") else None
    return Act(a["a"], date.fromisoformat(a["d"]), a.get("at"), a.get("o", ""), part)


def _rows(each: Layout, state: State, kept: Sequence[Act]) -> list[Act]:
    """Kept acts on parts with their rows' values, given to the act that adds the row."""
    found = []
    for act in kept:
        if act.part and act.action in each.d.actions and each.d.actions[act.action].adds:
            row = state.parts[act.part[0]][act.part[1]]
            values = {k: v for k, v in row.items() if k not in ("index", "phase")}
            act = Act(act.action, act.on, act.at, act.outcome, act.part, values)
        found.append(act)
    return found


def difference(filing: Filing, state: State, desk: Desk, unlike: set[str]) -> Difference:
    """What of the (merged) filing the state does not say. `unlike`: commitments that hold other words."""
    found = Difference()
    made = steps(filing.layout, filing.acts, filing.values, filing.facts)
    same = _Same(desk, unlike)
    have = [(a["a"], a.get("o", ""), (a["p"][0], a["p"][1]) if a.get("p") else None) for a in state.acts]
    common = 0
    while common < min(len(have), len(made)) and have[common] == made[common].what:
        common += 1
    from_: list[int] = [common] if common < len(have) else []
    titles = {c.key: c.title for c in filing.layout.columns}
    found.told += [_said(filing, s.action) for s in made[common:]] if common < len(have) else []
    for side, wanted in {filing.layout.handling: [filing.organ], **filing.sides}.items():
        if have and not same.members(state.sides.get(side, []), wanted):
            from_.append(0)
            found.told.append(filing.d.source.sides[side].title)
    fields = filing.d.source.fields
    for i, step in enumerate(made[: len(have)]):
        for fact, value in step.facts.items():
            if state.facts.get(fact) != value:
                from_.append(i)
                found.told.append(titles.get(f"fact.{fact}", fact))
        if step.part and not same.row(filing, state, step):
            from_.append(i)
            found.told.append(filing.d.source.parts[step.part[0]].title)
    if from_:
        found.rebuild = min(from_)
        return found
    for i, step in enumerate(made[: len(have)]):
        wrong: dict[str, Any] = {}
        if state.acts[i]["d"] != step.on.isoformat():
            wrong["$on"] = step.on.isoformat()
            found.told.append(_said(filing, step.action))
        for name, value in step.values.items():
            if not same.value(fields.get(name), state.values.get(name), value):
                wrong[name] = value
                found.told.append(titles.get(f"field.{name}", name))
        if wrong:
            found.corrections[i] = wrong
    found.append = made[len(have) :]
    found.told += [_said(filing, s.action) for s in found.append]
    return found


def _said(filing: Filing, action: str) -> str:
    column = filing.layout.column(f"act.{action}")
    return column.title if column else filing.d.actions[action].title


class _Same:
    def __init__(self, desk: Desk, unlike: set[str]) -> None:
        self.desk, self.unlike = desk, unlike

    def value(self, f: FieldDef | None, have: Any, want: Any) -> bool:
        if isinstance(have, dict) and isinstance(have.get("commit"), str):
            return have == want or (not isinstance(want, dict) and have["commit"] not in self.unlike)
        if isinstance(have, list) and isinstance(want, list):
            return len(have) == len(want) and all(
                self.value(f, h, w) for h, w in zip(have, want, strict=True)
            )
        if isinstance(have, dict) and isinstance(want, dict):  # a person: the register's id says who
            return bool(have.get("id") == want.get("id"))
        return bool(have == want)

    def row(self, filing: Filing, state: State, step: Step) -> bool:
        assert step.part is not None
        rows = state.parts.get(step.part[0], [])
        if step.part[1] >= len(rows):
            return False
        fields = filing.d.source.parts[step.part[0]].fields
        return all(self.value(fields.get(k), rows[step.part[1]].get(k), v) for k, v in step.row.items())

    def members(self, have: Sequence[Any], want: Sequence[Any]) -> bool:
        return len(have) == len(want) and all(self._member(h, w) for h, w in zip(have, want, strict=True))

    def _member(self, have: Any, want: Any) -> bool:
        if not isinstance(want, Wanted):
            return bool(have == want)
        if not isinstance(have, dict):
            return False
        if want.number:
            try:
                known = self.desk.book.find(want)
            except Invalid:
                return False
            return known is not None and known.id == have["id"]
        if "commit" in have:
            return have["commit"] not in self.unlike
        return have.get("name") == want.name and not have.get("uscc")
