"""What goes into the engine: who wants what, and what the service found out for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from fazhi.procedures.errors import Refusal

Kind = Literal[
    "act",
    "agree",
    "return",
    "refuse",
    "withdraw",
    "correct",
    "void",
    "expire",
    "recalculate",
    "migrate",
    "note",
]


@dataclass(frozen=True, slots=True)
class Command:
    """`on` is the day in law; `target` the event (seq) that a correction or void is about; `part` the row's index."""

    kind: Kind
    action: str = ""
    on: date = date.min
    at: str | None = None
    outcome: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    sides: dict[str, list[Any]] = field(default_factory=dict)
    part: int | None = None
    reason: Any = ""  # words, or their commitment
    target: int = 0
    mode: Literal["live", "record"] = "live"
    source: dict[str, str] = field(default_factory=dict)
    clock: str = ""  # for expire: the clock that ran out


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one post. `acts_for`: ids of the organs for which he may act, his own among them."""

    person: str
    name: str = ""
    post: str = ""
    organ: str = ""
    acts_for: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def system(self) -> bool:
        return self.person == "system"


SYSTEM = Actor(person="system", name="系统")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Plain values that the service looked up for this act, on its day; what was used is recorded with the event.

    parameters {name: {"value", "source"}} · lookups {fact: {"value", "found": [case numbers]}} ·
    codes {field: {code: {column: value}}} · organs {id: name} · today (no act may lie after it)
    """

    today: date
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    lookups: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    county: str = ""
    case: str = ""
    carried: frozenset[str] | None = None  # record mode: the actions that the imported row has a date for


@dataclass(frozen=True, slots=True)
class Decision:
    """Events to append, or refusals. `documents`: templates to compose, per event."""

    events: tuple[dict[str, Any], ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.refusals
