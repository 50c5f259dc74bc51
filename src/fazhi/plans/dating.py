"""The dates of a draft that hang on the plan's year, and what becomes of them when a clerk corrects it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fazhi.plans import origin
from fazhi.plans.models import Plan, PlanTarget, PlanTask
from fazhi.plans.origin import Origin


def of_task(plan: Plan, task: PlanTask) -> Origin | None:
    """None where the task names no day of its own."""
    return origin.of(_passage(plan, task), task.due) if task.due else None


def of_target(plan: Plan, task: PlanTask | None, target: PlanTarget) -> Origin | None:
    return origin.of(_line(plan, task, target), target.due) if target.due else None


def hanging(plan: Plan) -> Iterator[tuple[PlanTask | PlanTarget, str, Origin]]:
    """Tasks and targets whose day the text names without a year, with the text that names it."""
    tasks = {t.pk: t for t in plan.tasks.all()}
    for task in tasks.values():
        found = of_task(plan, task)
        if found and found.kind == "relative" and task.state != PlanTask.State.DROPPED:
            yield task, _passage(plan, task), found
    for target in plan.targets.all():
        within = tasks.get(target.task_id) if target.task_id else None
        found = of_target(plan, within, target)
        if found and found.kind == "relative" and not (within and within.state == PlanTask.State.DROPPED):
            yield target, _line(plan, within, target), found


def year(plan: Plan) -> tuple[int | None, int]:
    """By which year such words were read (None: there are none), and in how many places."""
    counted = Counter(found.year for _, _, found in hanging(plan))
    return (counted.most_common(1)[0][0], counted.total()) if counted else (None, 0)


def move(plan: Plan, other: int) -> int:
    """Read the words without a year by another one; how many dates have moved. A form that is open on such a task is stale."""
    moved = 0
    for row, text, found in list(hanging(plan)):
        assert found.year is not None
        assert row.due is not None
        due = origin.reread(text, row.due, found.year, other)
        if due is None or due == row.due:
            continue
        row.due = due
        if isinstance(row, PlanTask):
            row.version += 1
            row.save(update_fields=["due", "version"])
        else:
            row.save(update_fields=["due"])
        moved += 1
    return moved


def _passage(plan: Plan, task: PlanTask) -> str:
    return plan.text[task.start : task.end] or task.text


def _line(plan: Plan, task: PlanTask | None, target: PlanTarget) -> str:
    """The line in which the target stands; where that names no day (a table, 完成时限 below), the whole task."""
    start = plan.text.rfind("\n", 0, target.start) + 1
    end = plan.text.find("\n", target.end)
    line = plan.text[start : end if end >= 0 else None]
    if task and (target.due is None or origin.of(line, target.due).kind == "unsaid"):
        return _passage(plan, task)
    return line
