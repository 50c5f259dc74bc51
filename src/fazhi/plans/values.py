"""What a plan's text says: tasks, organs, targets, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Op = Literal[">=", ">", "<=", "<", "="]


@dataclass(frozen=True, slots=True)
class Target:
    """A numeric goal. `text[start:end]` of the document is the clause that states it; `number_start:number_end` its number."""

    text: str
    op: Op
    value: Decimal
    unit: str
    due: date | None
    start: int
    end: int
    number_start: int
    number_end: int


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a plan. `path` names the headings above it, outermost first; `section` is the innermost of them.

    `number` is the number as written, without its punctuation (1, 十二, 第三条), empty where there is none.
    `due` is the last day that a 完成时限 names for the task as a whole.
    """

    number: str
    section: str
    title: str
    text: str
    lead: str | None
    cooperating: tuple[str, ...]
    targets: tuple[Target, ...]
    start: int
    end: int
    path: tuple[str, ...] = ()
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as read. `goals` are the numeric goals of its general part, which no task carries."""

    title: str
    number: str
    issued_on: date | None
    goals: tuple[Target, ...]
    tasks: tuple[Task, ...]
    warnings: tuple[str, ...] = field(default=())
