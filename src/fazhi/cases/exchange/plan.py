"""A filing as acts to be recorded, each with the values that go with it. Pure.

A row says what was decided, not at which act each value was entered. A value goes with the last act that asks for
it, else with one that fills it in, else with the first: so an act earlier than the one that asks never knows more
than it could. An answered fact goes with the first act that turns on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fazhi.cases.exchange.columns import Layout
from fazhi.cases.exchange.filing import Act


@dataclass(slots=True)
class Step:
    """One act to be recorded. `part`: (name, index of the row that the act adds or is done on)."""

    action: str
    on: date
    at: str | None
    outcome: str
    part: tuple[str, int] | None
    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)  # of the part's row

    @property
    def what(self) -> tuple[str, str, tuple[str, int] | None]:
        return (self.action, self.outcome, self.part)


def steps(each: Layout, acts: Sequence[Act], values: dict[str, Any], facts: dict[str, Any]) -> list[Step]:
    """The acts in their order, with everything that the row carries."""
    made = [Step(a.action, a.on, a.at, a.outcome, a.part, row=dict(a.values)) for a in acts]
    for name, value in values.items():
        made[_place(each, name, made)].values[name] = value
    for name, fact in facts.items():
        turning = each.questions.get(name, frozenset())
        at = next((i for i, s in enumerate(made) if s.action in turning), 0)
        made[at].facts[name] = fact
    return made


def _place(each: Layout, name: str, made: Sequence[Step]) -> int:
    for table in (each.asked_by, each.set_by):
        asking = table.get(name)
        if asking:
            for i in range(len(made) - 1, -1, -1):
                step = made[i]
                if step.action in asking or (step.outcome and f"{step.action}.{step.outcome}" in asking):
                    return i
    return 0
