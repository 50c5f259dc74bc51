"""What can be done next in a case, by whom, and what stands in the way: the same tests as `decide`, asked beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from fazhi.procedures import turn
from fazhi.procedures.commands import Actor, Command, Resolved
from fazhi.procedures.conditions import UNKNOWN
from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Action, Definition, Need
from fazhi.procedures.needs import answer_of, missing
from fazhi.procedures.state import State
from fazhi.procedures.view import View


@dataclass(frozen=True, slots=True)
class Gate:
    """A need of the law as it stands: met, not met, or not yet known."""

    action: str
    outcome: str
    what: str
    law: str
    level: str
    result: str  # met | not_met | unknown | idle
    do: str


@dataclass(frozen=True, slots=True)
class Option:
    """`mine`: the actor's post may do it. `blockers`: why it would be refused now, whatever is filled in."""

    action: Action
    mine: bool
    blockers: tuple[Refusal, ...]
    outcomes: dict[str, tuple[Refusal, ...]]

    @property
    def open(self) -> bool:
        return not self.blockers and (not self.outcomes or any(not b for b in self.outcomes.values()))


def options(d: Definition, s: State | None, actor: Actor, r: Resolved) -> list[Option]:
    """Every action that the phase admits, those of others as well (`mine` tells), in the file's order."""
    state = s or State(case=r.case, procedure=d.name, county=r.county, definition=d.hash)
    found = []
    for a in d.actions.values():
        c = Command("act", action=a.name, on=r.today, reason="-")
        if a.system or (a.deemed and not turn.asks_first(d, state, a, r.today)):
            continue
        if a.quick:
            if state.acts or state.pending:
                continue
            first = d.actions[a.quick[0]]
            mine = turn.not_entitled(d, state, first, c, actor, r) is None
            found.append(Option(a, mine, (), {}))
            continue
        if state.acts and state.phase not in a.from_:
            continue
        if not state.acts and not a.opens:
            continue
        early = [x for x in turn.out_of_turn(d, state, a, c, r) if x.code != "day"]
        mine = turn.not_entitled(d, state, a, c, actor, r) is None
        view = View(d, state, r.today, r.codes)
        blockers = tuple(early) + _unmet(d, state, view, a.needs, {x.field for x in a.asks} | a.questions)
        outcomes = {
            o.name: _unmet(d, state, view, o.needs, {x.field for x in (*a.asks, *o.asks)} | a.questions)
            for o in a.outcomes.values()
        }
        found.append(Option(a, mine, blockers, outcomes))
    return found


def _unmet(
    d: Definition, s: State, view: View, needs: tuple[Need, ...], fillable: set[str]
) -> tuple[Refusal, ...]:
    """Needs that block already. One that turns on what the form will ask is left to the form."""
    out = []
    for need in needs:
        if need.level != "block":
            continue
        names = missing(d, view, need) | set(need.that.names) | (set(need.when.names) if need.when else set())
        if _reach(d, names) & fillable:
            continue
        if need.when is not None and view.evaluate(need.when) in (False, UNKNOWN):
            continue
        if view.evaluate(need.that) is False:
            do = d.actions[need.do].title if need.do in d.actions else ""
            out.append(
                Refusal(
                    need.otherwise,
                    d.law_of(need.law),
                    next=f"请先办理「{do}」" if do else "",
                    code=need.do or "need",
                )
            )
    return tuple(out)


def _reach(d: Definition, names: set[str]) -> set[str]:
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        fact = d.facts.get(name)
        if fact is not None and fact.value is not None:
            names = names | set(fact.value.names)
    return seen


def gates(d: Definition, s: State, r: Resolved) -> list[Gate]:
    """Every need of every action, as it stands on the case: recorded answers for acts that happened, else asked now."""
    view = View(d, s, r.today, r.codes)
    flawed = {f["need"] for f in s.flaws}
    out = []
    for need in all_needs(d):
        action, _, outcome = need.where.partition(".")
        if s.done(action, outcome):
            result = "not_met" if f"{need.where}#{need.index}" in flawed else "met"
        else:
            result = answer_of(view, need)
        out.append(Gate(action, outcome, need.otherwise, d.law_of(need.law), need.level, result, need.do))
    return out


def all_needs(d: Definition) -> list[Need]:
    """Every need of every action and outcome, in the file's order, which is the order of `gates`."""
    return [
        n for a in d.actions.values() for n in (*a.needs, *(x for o in a.outcomes.values() for x in o.needs))
    ]
