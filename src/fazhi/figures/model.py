"""A figure as it is computed: selections of facts, one for each version of each procedure that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fazhi.figures.filters import Column, Filter, Sum

Selected = Literal["act", "stock", "due"]
FigureKind = Literal["count", "sum", "distinct", "median", "share"]
Names = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Selection:
    """Facts of one version of one procedure.

    `names`: actions ("decide" or "decide.penalty"), phases or clocks. A share's numerator is what of these facts also
    satisfies `part` or, of a clock, is met (`met` False: is not). `side` names the side by whose organ the fact counts;
    empty: the handling one.
    """

    procedure: str
    version: str  # the day its version came into force, ISO
    kind: Selected
    names: frozenset[str]
    where: Filter | None = None
    part: Filter | None = None
    met: bool | None = None
    sum: Sum | None = None
    value: str = ""  # physical column of a distinct count or a median
    side: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A column by which a figure may be split: `physical` where it lies, titles of its values where known."""

    name: str
    physical: str
    title: str
    values: Mapping[str, str] = field(default_factory=dict)
    codes: str = ""  # the code list that names its values


@dataclass(frozen=True, slots=True)
class Figure:
    """`words` is the definition in a sentence; `group` heads it on the page (a procedure, or a file of cross figures)."""

    id: str
    title: str
    unit: str
    kind: FigureKind
    stock: bool
    selections: tuple[Selection, ...]
    group: str
    group_title: str
    words: str
    law: str = ""
    source: str = ""
    side_title: str = ""
    by: tuple[Breakdown, ...] = ()
    money: bool = False
    headline: bool = False  # stands first on the page

    @property
    def due(self) -> bool:
        """Whether it counts limits that fall due: then it turns on the day, not on events alone."""
        return any(s.kind == "due" for s in self.selections)


@dataclass(frozen=True, slots=True)
class Term:
    """`at`: "" a flow in the span, "start" or "end" a stock before or at its end. `sign` after all terms are on one side."""

    figure: str
    at: str
    sign: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What must add up (勾稽关系), for one version of a procedure."""

    procedure: str
    version: str
    source: str
    words: str
    terms: tuple[Term, ...]
    law: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a case's values goes into the mirror, for one version: only what a figure names.

    `act`, `stock`, `due` are physical columns (w_ words, n_ numbers, b_ yes or no) of each kind of fact, `sources` the
    field of each. `levels` are the actions whose figures ask how the case stands now.
    """

    procedure: str
    version: str
    act: tuple[str, ...] = ()
    stock: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    sides: tuple[str, ...] = ()
    levels: frozenset[str] = frozenset()
    overdue: bool = False
    outcome: bool = False  # stock figures ask for the last outcome
    days: bool = False

    def signature(self) -> list[object]:
        return [
            self.procedure, self.version, self.act, self.stock, self.due, sorted(self.sources.items()), self.sides,
            sorted(self.levels), self.overdue, self.outcome, self.days,
        ]  # fmt: skip
