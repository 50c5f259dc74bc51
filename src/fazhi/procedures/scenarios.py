"""Scenarios: given / do / expect beside each definition, run by the pure engine; and what of a definition they touch.

A step is one of do, agree, return, refuse, withdraw_proposal, correct, void, tick. `by` is "side.role"; the runner
makes one organ for each side and one person for each role, so that nobody approves himself by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from fazhi.law import Calendar
from fazhi.procedures import attempt, engine, offers
from fazhi.procedures.commands import SYSTEM, Actor, Command, Decision, Resolved
from fazhi.procedures.conditions import local_day
from fazhi.procedures.model import Definition
from fazhi.procedures.state import State, apply, dump, evolve, load
from fazhi.procedures.view import View

VERBS = {
    "do": "act", "agree": "agree", "return": "return", "refuse": "refuse", "withdraw_proposal": "withdraw",
    "correct": "correct", "void": "void",
}  # fmt: skip


@dataclass
class Coverage:
    """What scenarios have touched: names like `action:file`, `clock:decision:late`, `need:file#0:not_met`."""

    touched: set[str] = field(default_factory=set)

    def add(self, kind: str, *names: str) -> None:
        self.touched.add(":".join((kind, *names)))


@dataclass
class Outcome:
    scenario: str
    problems: list[str]


def _text(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {k: _text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_text(v) for v in value]
    return value


def read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = YAML(typ="safe").load(path.read_bytes())
    return data


def run_file(
    d: Definition, data: dict[str, Any], calendar: Calendar, coverage: Coverage | None = None
) -> list[Outcome]:
    cover = coverage or Coverage()
    return [Outcome(s["name"], Run(d, data, s, calendar, cover).run()) for s in data["scenarios"]]


class Run:
    """One scenario under way: `run` takes all of its steps, `take` the next one alone (`walk` does so)."""

    def __init__(
        self,
        d: Definition,
        data: dict[str, Any],
        scenario: dict[str, Any],
        calendar: Calendar,
        cover: Coverage,
    ):
        self.d, self.scenario, self.calendar, self.cover = d, scenario, calendar, cover
        given = {**(data.get("parameters") or {}), **(scenario.get("parameters") or {})}
        self.parameters = {k: {"value": v, "source": "情景"} for k, v in given.items()}
        self.codes = {**(data.get("codes") or {}), **(scenario.get("codes") or {})}
        self.lookups: dict[str, Any] = {}
        self.state: State | None = None
        self.bodies: list[dict[str, Any]] = []
        self.papers: list[str] = []
        self.problems: list[str] = []
        self.decision = Decision()

    def take(self, step: dict[str, Any]) -> Decision:
        """Decide one step and, where the engine does not refuse it, let it happen. The step is no expectation here."""
        self.decision = Decision()
        self._step(step)
        return self.decision

    def run(self) -> list[str]:
        for number, step in enumerate(self.scenario["steps"], 1):
            before = len(self.problems)
            try:
                self._step(step)
            except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
                self.problems.append(f"引擎出错 {type(error).__name__}: {error}")
            words = next((f"{v} {step[v]}" for v in (*VERBS, "tick") if v in step), "?")
            self.problems[before:] = [f"第{number}步（{words}）：{p}" for p in self.problems[before:]]
        if self.state is not None:
            refolded = None
            for body in self.bodies:
                refolded = evolve(refolded, body)
            if refolded is None or dump(refolded) != dump(self.state):
                self.problems.append("重新折叠事件得到的状态不同")
            elif dump(load(dump(refolded))) != dump(refolded):
                self.problems.append("状态不能原样存取")
        return self.problems

    def _step(self, step: dict[str, Any]) -> None:
        step = _text(step)
        if "tick" in step:
            self._tick(date.fromisoformat(step["tick"]))
            self._expect(step.get("expect") or {}, date.fromisoformat(step["tick"]), None)
            return
        verb = next(v for v in VERBS if v in step)
        on = date.fromisoformat(step["on"])
        if not step.get("no_tick"):
            self._tick(on, strict=True)
        actor = self._actor(step.get("by"), step)
        command = Command(
            VERBS[verb], action=str(step[verb]) if verb in ("do", "agree") else "", on=on, at=step.get("at"),  # type: ignore[arg-type]
            outcome=step.get("outcome", ""), values=step.get("values") or {}, facts=step.get("facts") or {},
            sides=step.get("sides") or {}, part=step.get("part"), reason=step.get("reason", ""),
            mode=step.get("mode", "live"), target=step[verb] if verb in ("correct", "void") else 0,
        )  # fmt: skip
        resolved = self._resolved(on if "today" not in step else date.fromisoformat(step["today"]), step)
        if command.mode == "record":
            carried = {
                str(x["do"]) for x in self.scenario["steps"] if x.get("mode") == "record" and "do" in x
            }
            resolved = replace(resolved, carried=frozenset(carried))
        before = None
        if verb == "void":
            for body in self.bodies:
                if body["seq"] < command.target:
                    before = evolve(before, body)
        self.decision = decision = engine.decide(
            self.d, self.state, command, actor, resolved, self.calendar, before
        )
        self._decided(decision, step)
        self._expect(step.get("expect") or {}, on, actor)

    def _resolved(self, today: date, step: dict[str, Any]) -> Resolved:
        self.lookups = step.get("lookups") or {}
        return Resolved(
            today=today, parameters=self.parameters, lookups=self.lookups, codes=self.codes | (step.get("codes") or {}),
            county="350000", case="0" * 32,
        )  # fmt: skip

    def _actor(self, by: str | None, step: dict[str, Any]) -> Actor:
        if by in (None, "system"):
            return SYSTEM
        side, _, role = str(by).partition(".")
        who = step.get("person", f"{side}-{role}")
        held = self.state.sides.get(side) if self.state else None
        held = held or (self.state.pending or {}).get("sides", {}).get(side) if self.state else held
        organ = (held[0]["id"] if isinstance(held[0], dict) else held[0]) if held else f"organ-{side}"
        return Actor(
            person=who, name=who, post=who, organ=organ, acts_for=frozenset({organ}), roles=frozenset({role})
        )

    def _tick(self, today: date, strict: bool = False) -> None:
        """Let limits run out, in the order of their days; strict: only those due before today (the service does so too)."""
        for _ in range(20):
            if self.state is None:
                return
            ready = sorted(
                (c["due"], name) for name, c in self.state.clocks.items()
                if c["status"] == "running" and c["due"] and c["due"][:10] < today.isoformat()
            )  # fmt: skip
            moved = False
            for _, name in ready:
                decision = engine.decide(
                    self.d,
                    self.state,
                    Command("expire", clock=name, on=today),
                    SYSTEM,
                    self._resolved(today, {}),
                    self.calendar,
                )
                if decision.ok and decision.events:
                    self._append(decision)
                    moved = True
                    break
            if not moved:
                break
        if self.state is not None:
            for name, c in self.state.clocks.items():
                if c["status"] == "running" and c["due"] and c["due"][:10] < today.isoformat():
                    self.cover.add("clock", name.split(".")[-1], "run_out")

    def _decided(self, decision: Decision, step: dict[str, Any]) -> None:
        wanted = step.get("refused")
        for refusal in decision.refusals:
            for action in self.d.actions.values():
                for need in (*action.needs, *(n for o in action.outcomes.values() for n in o.needs)):
                    if refusal.message.startswith(need.otherwise) and refusal.law == self.d.law_of(need.law):
                        self.cover.add("need", f"{need.where}#{need.index}", "not_met")
        if wanted:
            text = wanted if isinstance(wanted, str) else wanted.get("message", "")
            law = "" if isinstance(wanted, str) else wanted.get("law", "")
            if decision.ok:
                self.problems.append(f"应当被拒绝（{text}），却办成了")
            elif not any(text in x.message and law in x.law for x in decision.refusals):
                self.problems.append(
                    f"应当因「{text}」被拒绝，实为：{'；'.join(map(str, decision.refusals))}"
                )
            return
        if not decision.ok:
            self.problems.append(f"被拒绝：{'；'.join(map(str, decision.refusals))}")
            return
        self._append(decision)

    def _append(self, decision: Decision) -> None:
        self.papers = []
        for body in decision.events:
            if body["type"] == "expired" and body.get("clock"):
                self.cover.add("clock", body["clock"].split(".")[-1], "run_out")
            papers = body.pop("papers", [])
            self.papers += papers if body["type"] != "proposed" else []
            self.bodies.append(body)
            self.state = apply(attempt.fork(self.state) if self.state else State(), body)
            self._cover(body)

    def _cover(self, body: dict[str, Any]) -> None:
        act = body.get("effects", {}).get("act")
        if act:
            self.cover.add("action", act["a"])
            if act.get("o"):
                self.cover.add("outcome", act["a"], act["o"])
        for need in body.get("needs", ()):
            self.cover.add("need", f"{need['where']}#{need['index']}", need["result"])
        for name, c in (body.get("effects", {}).get("clocks") or {}).items():
            if c is not None:
                key = name.split(".")[-1]
                self.cover.add("clock", key, c["status"])
                if c["pauses"]:
                    self.cover.add("clock", key, "paused")
                if c.get("extended"):
                    self.cover.add("clock", key, "extended")
        for fact in body.get("facts", ()):
            self.cover.add("fact", fact)
        for name in self.papers:
            self.cover.add("document", name)

    def _expect(self, expect: dict[str, Any], on: date, actor: Actor | None) -> None:
        s = self.state or State()
        known = {
            "phase": s.phase, "outcome": s.outcome, "closed": bool(s.closed_on),
            "pending": s.pending["action"] if s.pending else None,
        }  # fmt: skip
        for key, wanted in expect.items():
            if key in known:
                if known[key] != wanted:
                    self.problems.append(f"{key} 应为 {wanted}，实为 {known[key]}")
            elif key == "clocks":
                for name, fields in wanted.items():
                    record = s.clocks.get(name)
                    if fields is None:
                        if record is not None and record["status"] != "given_way":
                            self.problems.append(
                                f"期限 {name} 不应存在，实为 {record['due']} {record['status']}"
                            )
                        continue
                    for k, v in fields.items():
                        have = None if record is None else record.get(k)
                        if k == "provisional":
                            have = bool(have)
                        if have != v:
                            self.problems.append(f"期限 {name}.{k} 应为 {v}，实为 {have}")
            elif key == "flaws":
                have_flaws = [f["what"] for f in s.flaws]
                if len(wanted) != len(have_flaws) or not all(any(w in h for h in have_flaws) for w in wanted):
                    self.problems.append(f"瑕疵应为 {wanted}，实为 {have_flaws}")
            elif key in ("values", "facts"):
                table = getattr(s, key)
                view = View(self.d, s, on, self.codes)
                for k, v in wanted.items():
                    have = table.get(k) if k in table else view.value(k) if k in self.d.facts else None
                    have = local_day(have).isoformat() if isinstance(have, datetime) else have
                    if have != v:
                        self.problems.append(f"{k} 应为 {v}，实为 {have}")
                    self.cover.add("fact", k)
            elif key == "documents":
                if sorted(self.papers) != sorted(wanted):
                    self.problems.append(f"文书应为 {wanted}，实为 {self.papers}")
            elif key == "parts":
                for name, rows in wanted.items():
                    have_rows = s.parts.get(name, [])
                    ok = len(rows) == len(have_rows) and all(
                        all(h.get(k) == v for k, v in w.items())
                        for w, h in zip(rows, have_rows, strict=False)
                    )
                    if not ok:
                        self.problems.append(f"分项 {name} 应为 {rows}，实为 {have_rows}")
            elif key == "opens":
                have_opens = [x["opens"] for x in s.links if x.get("opens")]
                if have_opens != wanted:
                    self.problems.append(f"应当生成 {wanted}，实为 {have_opens}")
            elif key == "remedies":
                have_kinds = [x["kind"] for x in s.remedies]
                if not set(wanted) <= set(have_kinds):
                    self.problems.append(f"救济途径应有 {wanted}，实为 {have_kinds}")
            elif key in ("open", "blocked"):
                self._options(key, wanted, on, actor)
            else:
                self.problems.append(f"不认识的期待项 {key}")

    def _options(self, key: str, wanted: Any, on: date, actor: Actor | None) -> None:
        found = {
            o.action.name: o
            for o in offers.options(self.d, self.state, actor or SYSTEM, self._resolved(on, {}))
        }
        if key == "open":
            for name in wanted:
                if name not in found or not found[name].open:
                    self.problems.append(f"「{name}」应当可以办理")
        else:
            for name, words in wanted.items():
                reasons = (
                    []
                    if name not in found
                    else [str(b) for b in found[name].blockers]
                    + [str(b) for bs in found[name].outcomes.values() for b in bs]
                )
                if name in found and not any(words in r for r in reasons):
                    self.problems.append(f"「{name}」应当因「{words}」受阻，实为 {reasons}")


def wanting(d: Definition, cover: Coverage) -> list[str]:
    """What no scenario of the definition has touched."""
    wanted: list[str] = []
    for a in d.actions.values():
        if not a.quick:
            wanted.append(f"action:{a.name}")
        wanted += [f"outcome:{a.name}:{o}" for o in a.outcomes]
        for need in (*a.needs, *(n for o in a.outcomes.values() for n in o.needs)):
            wanted += [f"need:{need.where}#{need.index}:met", f"need:{need.where}#{need.index}:not_met"]
        wanted += [
            f"document:{x}" for x in (*a.documents, *(y for o in a.outcomes.values() for y in o.documents))
        ]
    for clock in d.all_clocks:
        wanted.append(f"clock:{clock.id}:running")
        if clock.stop and clock.kind not in ("duty", "wait", "notice"):
            wanted += [f"clock:{clock.id}:met"]
        if clock.kind in ("limit", "date"):
            wanted.append(f"clock:{clock.id}:late|run_out")
        if clock.pauses:
            wanted.append(f"clock:{clock.id}:paused")
        if clock.extend_by:
            wanted.append(f"clock:{clock.id}:extended")
    wanted += [f"fact:{f.name}" for f in d.facts.values() if f.value is None]
    missing = []
    for item in dict.fromkeys(wanted):
        head, _, tail = item.rpartition(":")
        if not any(f"{head}:{x}" in cover.touched for x in tail.split("|")):
            missing.append(item)
    return missing
