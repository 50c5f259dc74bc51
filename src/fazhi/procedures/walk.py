"""Walking one case through a definition: what stands open, what an act still asks, one step after another, and back.

A walk is a scenario that is being written: its steps are those of `scenarios`, its state is what they lead to. So
going back is leaving out the last step, and saving is writing down what the steps brought.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ruamel.yaml import YAML

from fazhi.errors import UserError
from fazhi.law import Calendar
from fazhi.procedures import offers, turn
from fazhi.procedures.commands import SYSTEM, Command, Resolved
from fazhi.procedures.conditions import UNKNOWN
from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Action, Ask, Definition, Need, Outcome
from fazhi.procedures.scenarios import VERBS, Coverage, Run
from fazhi.procedures.state import State, dump, load
from fazhi.procedures.view import View

Step = dict[str, Any]
_CLOCK_TOLD = ("status", "due", "stopped")  # of a clock that changed, in what a saved step expects


@dataclass
class Walk:
    """A case on its way. `parameters` and `codes` are as a scenario file gives them; `today` only moves forward."""

    d: Definition
    calendar: Calendar
    today: date
    parameters: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._days: list[date] = []
        self.run = self._fresh()

    def _fresh(self) -> Run:
        given = {"parameters": self.parameters, "codes": self.codes}
        return Run(self.d, given, {"steps": []}, self.calendar, Coverage())

    @property
    def state(self) -> State | None:
        return self.run.state

    @property
    def resolved(self) -> Resolved:
        return self.run._resolved(self.today, {})

    @property
    def view(self) -> View:
        state = self.state or State(procedure=self.d.name, definition=self.d.hash)
        return View(self.d, state, self.today, self.run.codes)

    def take(self, step: Step) -> tuple[Refusal, ...]:
        """Let the step happen; where the law refuses it, it is kept as a refused attempt. Else nothing is kept.

        A slip of the form (a value left out, the wrong person) is no part of a scenario and leaves no step.
        """
        before = _snapshot(self.state)
        try:
            decision = self.run.take(dict(step))
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            self._again()
            raise UserError(
                f"这一步没有办成：程序定义无法处理所填的值（{type(error).__name__}）。",
                next="请检查定义中用到这些值的条件（fazhi procedure lint），或者换一个值再试。",
            ) from error
        if not decision.ok:
            first = next((x for x in decision.refusals if x.code == "need"), None)
            if first is not None:
                refused = {"message": first.message} | ({"law": first.law} if first.law else {})
                self._keep({**step, "refused": refused})
            return decision.refusals
        self._keep({**step, **_expected(before, _snapshot(self.state), self.run)})
        return ()

    def pass_to(self, day: date) -> list[str]:
        """Time goes on: limits that run out by then have their effect. The names of the acts that the system did."""
        if day < self.today:
            raise UserError(
                f"{day} 早于现在的日期 {self.today}；时间只能往后走。", next="要回到前面，请用「后退」。"
            )
        before, acts = _snapshot(self.state), len(self.state.acts) if self.state else 0
        self.run.take({"tick": day})
        self._days.append(self.today)
        self.today = day
        expected = _expected(before, _snapshot(self.state), self.run)
        self.steps.append({"tick": day.isoformat(), **expected})
        return [a["a"] for a in self.state.acts[acts:]] if self.state else []

    def back(self) -> bool:
        """Leave out the last step; False where there is none."""
        if not self.steps:
            return False
        self.steps.pop()
        self.today = self._days.pop()
        self._again()
        return True

    def _keep(self, step: Step) -> None:
        self.steps.append(step)
        self._days.append(self.today)

    def _again(self) -> None:
        self.run = self._fresh()
        for step in self.steps:
            self.run.take({k: v for k, v in step.items() if k not in ("expect", "refused")})

    # ---- what may come next ------------------------------------------------------------------------------------------

    def options(self) -> list[offers.Option]:
        """Every action of the phase, open or blocked; none while somebody has to agree first."""
        if self.state is not None and self.state.pending is not None:
            return []
        return offers.options(self.d, self.state, SYSTEM, self.resolved)

    def approvers(self) -> list[str]:
        """Who may agree to what is pending: side.role, a meeting spoken for by the head."""
        pending = self.state.pending if self.state else None
        if pending is None or pending["action"] not in self.d.actions:
            return []
        names = self.d.actions[pending["action"]].approve[pending["step"]]
        lead = next((k for k, x in self.d.source.sides.items() if x.is_ != "party"), "")
        return [f"{lead}.head" if n == "meeting" else n for n in names]

    def doers(self, a: Action, values: dict[str, Any] | None = None) -> list[str]:
        """Who may do it now: side.role."""
        first = self.d.actions[a.quick[0]] if a.quick else a
        state = self.state or State(procedure=self.d.name, definition=self.d.hash)
        command = Command("act", action=first.name, on=self.today, values=values or {})
        pairs = turn.allowed_by(self.d, state, first, self.today, command)
        return [f"{side}.{role}" if role else side for side, role in pairs]

    def outcomes(self, a: Action) -> list[Outcome]:
        return [o for step in self._inner(a) for o in step.outcomes.values()]

    def asks(self, a: Action, outcome: str) -> list[Ask]:
        """What has to be filled in for it, each name once."""
        found: dict[str, Ask] = {}
        for step in self._inner(a):
            o = step.outcomes.get(outcome)
            for ask in (*step.asks, *(o.asks if o else ())):
                found.setdefault(ask.field, ask)
        return list(found.values())

    def questions(self, a: Action, outcome: str, values: dict[str, Any]) -> tuple[list[str], list[str]]:
        """(facts that a person has to answer, facts that come from other cases) on which its needs turn and that are not known.

        `values` are those filled in for this very act: with them a condition may already be out of play.
        """
        asked: dict[str, None] = {}
        found: dict[str, None] = {}
        known = self.state.facts if self.state else {}
        trial = State(procedure=self.d.name, definition=self.d.hash)
        if self.state is not None:
            trial = load(dump(self.state))
        trial.values.update({k: v for k, v in values.items() if k in self.d.source.fields})
        view = View(self.d, trial, self.today, self.run.codes)
        for step in self._inner(a):
            o = step.outcomes.get(outcome)
            needs = (*step.needs, *(o.needs if o else ()))
            names = self._reached(view, needs)
            others = (*step.needs, *(n for x in step.outcomes.values() for n in x.needs))
            free = step.questions - offers._reach(self.d, {n for x in others for n in _names(x)})
            for name in self.d.facts:
                if name in step.lookups and name in names:
                    found[name] = None
                elif name in step.questions and name not in known and (name in names or name in free):
                    asked[name] = None
        return list(asked), list(found)

    def _reached(self, view: View, needs: tuple[Need, ...]) -> set[str]:
        """The facts on which these needs turn, but for those that a settled `when` leaves out."""
        names: set[str] = set()
        for need in needs:
            if need.when is not None and view.evaluate(need.when) is False:
                continue
            names |= _names(need)
        return offers._reach(self.d, names)

    def _inner(self, a: Action) -> list[Action]:
        return [self.d.actions[x] for x in a.quick] if a.quick else [a]

    def gates(self, actions: set[str]) -> list[tuple[Need, offers.Gate]]:
        """The needs of these actions as they stand, those that do not apply left out."""
        state = self.state or State(procedure=self.d.name, definition=self.d.hash)
        found = zip(offers.all_needs(self.d), offers.gates(self.d, state, self.resolved), strict=True)
        return [(n, g) for n, g in found if g.action in actions and g.result != "idle"]


def _names(need: Need) -> set[str]:
    return set(need.that.names) | (set(need.when.names) if need.when else set())


def _snapshot(s: State | None) -> dict[str, Any]:
    return dump(s) if s is not None else {}


def _expected(before: dict[str, Any], after: dict[str, Any], run: Run) -> dict[str, Any]:
    """What the step brought, as a scenario writes it: new phase, clocks that moved, papers, flaws, who is waited for."""
    told: dict[str, Any] = {}
    if after.get("phase") and after.get("phase") != before.get("phase"):
        told["phase"] = after["phase"]
    if bool(after.get("closed_on")) != bool(before.get("closed_on")):
        told["closed"] = bool(after.get("closed_on"))
    if after.get("outcome") and after.get("outcome") != before.get("outcome"):
        told["outcome"] = after["outcome"]
    waited, waits = (x.get("pending") or {} for x in (before, after))
    if waits.get("action") != waited.get("action"):
        told["pending"] = waits.get("action")
    old = before.get("clocks") or {}
    moved = {}
    for name, clock in (after.get("clocks") or {}).items():
        was = old.get(name) or {}
        changed = {k: clock[k] for k in _CLOCK_TOLD if clock.get(k) and clock.get(k) != was.get(k)}
        if changed:
            moved[name] = changed
    if moved:
        told["clocks"] = moved
    if run.papers and not waits and len(after.get("acts") or []) > len(before.get("acts") or []):
        told["documents"] = list(run.papers)
    if (after.get("flaws") or []) != (before.get("flaws") or []):
        told["flaws"] = [f["what"] for f in after.get("flaws") or []]
    return {"expect": told} if told else {}


# ---- writing it down ------------------------------------------------------------------------------------------------


def written(walk: Walk, name: str) -> str:
    """The walk as one entry of `scenarios:`, two blanks in."""
    lines = [f"  - name: {_flow(name)}", "    steps:"]
    lines += [f"      - {_flow(_days(step))}" for step in walk.steps]
    return "\n".join(lines) + "\n"


def saved(walk: Walk, name: str, present: str) -> str:
    """The text of a scenario file with the walk at its end. `present` is what it holds now, empty for a new file.

    What stands there stays as it is, comments too. UserError where it is no scenario file of this procedure.
    """
    entry = written(walk, name)
    if not present.strip():
        head = [f"procedure: {walk.d.name}"]
        head += [f"{k}: {_flow(v)}" for k, v in (("parameters", walk.parameters), ("codes", walk.codes)) if v]
        return "\n".join([*head, "", "scenarios:", entry])
    advice = "请换一个文件名，或者把情景另存后自己并入。"
    try:
        data = YAML(typ="safe").load(present)
    except Exception as error:
        raise UserError("这个文件不是可以读取的情景文件。", next=advice) from error
    if not isinstance(data, dict) or data.get("procedure") != walk.d.name or "scenarios" not in data:
        raise UserError(f"这个文件不是「{walk.d.name}」的情景文件。", next=advice)
    if any(s.get("name") == name for s in data["scenarios"] or []):
        raise UserError(f"文件里已有名为「{name}」的情景。", next="请另起一个名称。")
    text = present.rstrip("\n") + "\n" + entry
    try:
        merged = YAML(typ="safe").load(text)["scenarios"]
    except Exception as error:
        raise UserError("情景文件的写法使新情景接不上去。", next=advice) from error
    if len(merged) != len(data["scenarios"] or []) + 1 or merged[-1].get("name") != name:
        raise UserError("情景文件的最后一段不是 scenarios，新情景接不上去。", next=advice)
    return text


def _flow(value: Any) -> str:
    """A value on one line, as the shipped scenarios write it."""
    yaml = YAML(typ="safe")
    yaml.default_flow_style = True
    yaml.width = 1_000_000
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue().removesuffix("...\n").strip()


def _days(value: Any) -> Any:
    """ISO dates as dates, so that they stand without quotation marks."""
    if isinstance(value, dict):
        return {k: _days(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_days(v) for v in value]
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def approval(verb: str, walk: Walk, by: str, reason: str) -> Step:
    """agree | return | refuse | withdraw_proposal on what is pending."""
    assert verb in VERBS
    assert walk.state is not None
    assert walk.state.pending is not None
    pending = walk.state.pending
    step: Step = {verb: pending["action"], "on": walk.today.isoformat(), "by": by}
    if verb == "withdraw_proposal":
        step["person"] = pending["by"]
    elif f"{by.replace('.', '-')}" in (pending["by"], *pending["agreed"]):
        step["person"] = f"{by.replace('.', '-')}-2"  # another of the same role: nobody approves himself
    if reason:
        step["reason"] = reason
    proposed = next((x for x in reversed(walk.steps) if "do" in x and "refused" not in x), {})
    if proposed.get("lookups"):  # looked up again when it takes effect
        step["lookups"] = proposed["lookups"]
    return step


def unknown_parameters(walk: Walk) -> list[str]:
    return [k for k in walk.d.source.parameters if walk.parameters.get(k) is None]


def known(walk: Walk, name: str) -> Any:
    """A value or fact as the case has it, or None."""
    found = walk.view.value(name)
    return None if found is UNKNOWN else found
