"""A definition as the engine runs it: frozen values with compiled conditions, made by `compiling` from `grammar`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from fazhi.law import Period
from fazhi.procedures import grammar as g
from fazhi.procedures.conditions import Condition


@dataclass(frozen=True, slots=True)
class Length:
    """A period whose amount may be a parameter ($respond_days) or a column of a code list."""

    unit: str
    amount: int | None = None
    parameter: str = ""
    condition: Condition | None = None

    def resolve(self, parameters: dict[str, Any]) -> Period | None:
        """The period, or None where the parameter has no value in this county on that day."""
        amount = self.amount if self.amount is not None else parameters.get(self.parameter)
        return None if amount is None or int(amount) < 1 else _period(int(amount), self.unit)


@lru_cache(maxsize=1024)
def _period(amount: int, unit: str) -> Period:
    return Period(amount, unit)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Need:
    where: str  # action or action.outcome
    index: int
    that: Condition
    when: Condition | None
    otherwise: str
    law: str
    level: str
    do: str
    unverified: bool


@dataclass(frozen=True, slots=True)
class Ask:
    field: str
    required: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    title: str
    to: str | None
    law: str
    asks: tuple[Ask, ...]
    needs: tuple[Need, ...]
    documents: tuple[str, ...]
    sets: tuple[tuple[str, Condition], ...]
    source: g.Outcome


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    title: str
    by: tuple[tuple[str, str], ...]  # (side, role)
    by_expression: Condition | None
    deemed: bool
    system: bool
    from_: frozenset[str]
    to: str | None
    opens: str | None
    asks: tuple[Ask, ...]
    needs: tuple[Need, ...]
    outcomes: dict[str, Outcome]
    approve: tuple[tuple[str, ...], ...]  # each step: any of these "side.role" or "meeting"
    law: str
    documents: tuple[str, ...]
    adds: str | None
    on: str | None
    ends: str | None
    then: str | None
    quick: tuple[str, ...]
    sets: tuple[tuple[str, Condition], ...]
    once: bool
    questions: frozenset[str]  # asked facts that its needs and outcomes may turn on
    lookups: frozenset[str]  # facts to be looked up in other cases for them
    source: g.Action


@dataclass(frozen=True, slots=True)
class Clock:
    id: str
    title: str
    law: str
    unverified: bool
    kind: str  # limit | wait | notice | date | duty
    part: str
    start: frozenset[str]
    start_day: str
    start_to: str
    stop: frozenset[str]
    length: Length | None
    until: str
    before: str
    when: Condition | None
    roll: str | None
    warn: Period | None
    pauses: tuple[tuple[Condition, str], ...]
    extend_by: str
    extend_most: Length | None
    extend_times: int
    extend_days: str
    extend_law: str
    restart: frozenset[str]
    restart_law: str
    restart_day: str
    expire: g.Expire | None
    whose: str
    touches: frozenset[str]  # acts and fields whose change may move it; "*" for a condition over anything


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    title: str
    type: str
    law: str
    value: Condition | None
    source: g.Fact


@dataclass(frozen=True, slots=True)
class Definition:
    name: str
    title: str
    statute: str
    hash: str
    from_: date
    to: date | None
    source: g.Procedure
    documents: dict[str, Any]
    actions: dict[str, Action]
    facts: dict[str, Fact]
    clocks: dict[str, Clock]  # of the case
    part_clocks: dict[str, dict[str, Clock]]  # by part
    ends: frozenset[str]
    dates: frozenset[str]  # fields and facts that are dates or moments
    whens: dict[str, Condition]  # conditions of remedies, disclosures, links and paragraphs, by their text
    file: str = ""
    text: bytes = field(default=b"", repr=False)

    @property
    def register(self) -> bool:
        return self.source.kind == "register"

    @property
    def all_clocks(self) -> list[Clock]:
        """Those of the case, then those of its parts."""
        return [*self.clocks.values(), *(c for cs in self.part_clocks.values() for c in cs.values())]

    @property
    def opening(self) -> list[Action]:
        return [a for a in self.actions.values() if a.opens or a.quick]

    def law_of(self, article: str) -> str:
        """第四十二条 → 行政处罚法 第四十二条; an article that names its act stays."""
        return f"{self.statute} {article}" if article.startswith("第") else article


def conditions_after(holder: g.Action | g.Outcome) -> list[str]:
    """On what it turns what follows an act: conditions of its remedies, links and publication (keys of `Definition.whens`)."""
    return [x.when for x in (*holder.remedies, *holder.links, holder.discloses) if x is not None and x.when]
