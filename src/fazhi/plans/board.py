"""The board of a plan: each task by its case, each target by its figure; nothing on it is typed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fazhi.cases import definitions, registers, search
from fazhi.cases.search import Found
from fazhi.organs.actor import ActorContext
from fazhi.plans import measure
from fazhi.plans.acceptance import PROCEDURE
from fazhi.plans.measure import Reading
from fazhi.plans.models import Plan, PlanTarget, PlanTask, TaskOrgan

SOME = 200  # cases that search.by_ids gives at once


@dataclass(frozen=True)
class Filters:
    """What the board's query string may say."""

    lead: str = ""
    phase: str = ""
    light: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        return cls(**{k: str(query.get(k, "")).strip()[:60] for k in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Line:
    """A task on the board; `found` is its case, None where this person may not open it."""

    task: PlanTask
    leads: tuple[tuple[str, str], ...]  # (id, short name)
    along: int
    found: Found | None
    targets: tuple[tuple[PlanTarget, Reading], ...]

    @property
    def met(self) -> int:
        return sum(r.status == measure.MET for _, r in self.targets)


@dataclass(frozen=True)
class Board:
    """`lines` after filtering; the counts are of all tasks that this person may see."""

    plan: Plan
    lines: list[Line]
    total: int
    hidden: int
    phases: Counter[str]
    lights: Counter[str]
    leads: list[tuple[str, str]]
    goals: list[tuple[PlanTarget, Reading]] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    phase_titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def target_count(self) -> int:
        return self.statuses.total()


def of_plan(plan: Plan, ctx: ActorContext, today: date, f: Filters) -> Board:
    """Three statements and one question to the figures for each span of days, whatever the number of tasks."""
    registers.refresh()
    tasks = list(plan.tasks.exclude(case="").prefetch_related("organs"))
    targets = list(plan.targets.exclude(state=PlanTarget.State.DROPPED).select_related("plan"))
    read = measure.readings(targets, plan.county_id, today)
    found: dict[str, Found] = {}
    for start in range(0, len(tasks), SOME):
        found |= search.by_ids(ctx, [t.case for t in tasks[start : start + SOME]], today)
    by_task: dict[int | None, list[tuple[PlanTarget, Reading]]] = {}
    for target in targets:
        by_task.setdefault(target.task_id, []).append((target, read[target.pk]))
    lines = [_line(t, found.get(t.case), by_task.get(t.pk, [])) for t in tasks]
    seen = [line for line in lines if line.found is not None]
    leads = {id: name for line in lines for id, name in line.leads}
    return Board(
        plan, [line for line in lines if _fits(line, f)], len(lines), len(lines) - len(seen),
        Counter(line.found.phase for line in seen if line.found), Counter(line.found.light.colour for line in seen if line.found),
        sorted(leads.items(), key=lambda x: x[1]), by_task.get(None, []), Counter(r.status for r in read.values()),
        definitions.in_force(PROCEDURE, today).source.phases,
    )  # fmt: skip


def _line(task: PlanTask, found: Found | None, targets: list[tuple[PlanTarget, Reading]]) -> Line:
    rows = list(task.organs.all())
    leads = [o for r in rows if r.place == TaskOrgan.Place.LEAD for o in r.organs]
    along = {o for r in rows if r.place == TaskOrgan.Place.COOPERATING for o in r.organs} - set(leads)
    named = tuple((o, registers.organ(o).get("short", "")) for o in dict.fromkeys(leads))
    return Line(task, named, len(along), found, tuple(targets))


def _fits(line: Line, f: Filters) -> bool:
    if f.lead and f.lead not in {id for id, _ in line.leads}:
        return False
    if f.phase and (line.found is None or line.found.phase != f.phase):
        return False
    if f.light and (line.found is None or line.found.light.colour != f.light):
        return False
    return not f.q or f.q in line.task.title or f.q in line.task.text
