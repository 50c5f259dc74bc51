"""Every paper that the scenarios of a definition make, as it is proposed and as it is issued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from fazhi.law import Calendar
from fazhi.procedures import attempt, compose, library, scenarios
from fazhi.procedures.commands import Decision
from fazhi.procedures.model import Definition
from fazhi.procedures.proposed import foreseen
from fazhi.procedures.state import State, apply
from fazhi.procedures.text import Text

CALENDAR = Calendar.shipped()
VENUES = {"reconsideration": "安澜县人民政府", "litigation": "安澜县人民法院"}


@dataclass(frozen=True)
class Made:
    """One paper. `live`: made step by step, not entered from old records."""

    scenario: str
    template: str
    text: Text
    lacking: tuple[str, ...]
    live: bool
    remedies: tuple[str, ...]
    proposal: int  # the event that proposed the act; 0 where nobody had to agree


class Run(scenarios.Run):
    """A scenario that keeps its papers."""

    made: list[Made]

    def _append(self, decision: Decision) -> None:
        state = attempt.fork(self.state) if self.state else State()
        for body in decision.events:
            names = list(body.get("papers", ()))
            proposal = (state.pending or {}).get("seq", 0)
            state = apply(state, {k: v for k, v in body.items() if k != "papers"})
            proposal = proposal or (state.pending or {}).get("seq", 0)
            self.made += [self._compose(attempt.fork(state), body, name, proposal) for name in names]
        super()._append(decision)

    def _compose(self, state: State, body: dict[str, Any], name: str, proposal: int) -> Made:
        state.number = state.number or "安复〔2026〕1号"
        draft = body["type"] == "proposed"
        state, row = foreseen(self.d, state, CALENDAR) if draft else (state, None)
        organs = {str(x): f"安澜县{x}" for side in state.sides.values() for x in side if isinstance(x, str)}
        sources = compose.sources(
            self.d, state, name, words={}, organs=organs | {"": "安澜县某局"}, codes={}, row=row, draft=draft,
            on=date.fromisoformat(body["occurred_on"]), venues=VENUES,
        )  # fmt: skip
        number = "安测〔2026〕1号" if self.d.documents[name].get("number") and not draft else ""
        found = tuple(x.get("kind", "") for x in body.get("effects", {}).get("remedies") or ())
        lacks = tuple(title for _, title in compose.lacking(sources, name))
        text = compose.compose(sources, name, number=number)
        live = not any(step.get("mode") == "record" for step in self.scenario["steps"])
        return Made(self.scenario["name"], name, text, lacks, live, found, proposal)


@cache
def papers(path: Path) -> tuple[Made, ...]:
    return tuple(_papers(library.read(path), path))


def _papers(d: Definition, path: Path) -> Iterator[Made]:
    data = scenarios.read(path.with_name(path.name.replace(".yaml", ".scenarios.yaml")))
    for scenario in data["scenarios"]:
        run = Run(d, data, scenario, CALENDAR, scenarios.Coverage())
        run.made = []
        run.run()
        yield from run.made


def finished(path: Path) -> State:
    """The case of the first scenario, as it ends."""
    data = scenarios.read(path.with_name(path.name.replace(".yaml", ".scenarios.yaml")))
    run = Run(library.read(path), data, data["scenarios"][0], CALENDAR, scenarios.Coverage())
    run.made = []
    run.run()
    assert run.state is not None
    return attempt.fork(run.state)
