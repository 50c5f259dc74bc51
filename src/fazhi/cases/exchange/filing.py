"""One case as a file tells it: what a row and its lines were understood to say, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from fazhi.cases.exchange.columns import Layout
from fazhi.organs.party_batch import Wanted
from fazhi.procedures import Definition

EXAMPLE = "示例"
ELSEWHERE_NONE = frozenset({"无", "本系统", "本机关"})  # in the column of the system that handles a case


@dataclass(frozen=True, slots=True)
class Act:
    """One act that a row tells of. `part`: (name, place of the line among the case's lines of that part)."""

    action: str
    on: date
    at: str | None = None
    outcome: str = ""
    part: tuple[str, int] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)  # of a part's row


@dataclass(slots=True)
class Filing:
    """A row understood: one case as its source tells it. What a row does not carry is in none of these."""

    row: int
    number: str
    id: str
    layout: Layout
    lawful: bool  # whether a version was in force on the opening day
    organ: str
    elsewhere: str
    sides: dict[str, list[Wanted] | list[str]]
    values: dict[str, Any]
    facts: dict[str, Any]
    acts: list[Act]

    @property
    def d(self) -> Definition:
        return self.layout.d

    @property
    def opened_on(self) -> date:
        return self.acts[0].on


def in_order(acts: list[Act], each: Layout) -> list[Act]:
    """By day; on one day as the procedure goes. Lines of a part are counted in the order in which they were added."""
    ordered = sorted(acts, key=lambda a: (a.on, a.at or "", each.ranks.get(a.action, 9999)))
    places: dict[tuple[str, int], int] = {}
    counts: dict[str, int] = {}
    for act in ordered:
        if act.part and act.action in each.d.actions and each.d.actions[act.action].adds:
            places[act.part] = counts.get(act.part[0], 0)
            counts[act.part[0]] = places[act.part] + 1
    if not places:
        return ordered
    return [replace(a, part=(a.part[0], places[a.part])) if a.part else a for a in ordered]
