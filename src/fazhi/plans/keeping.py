"""A plan that has been read is kept as a draft, for a clerk to review."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from fazhi.organs.models import Organ, Person
from fazhi.organs.resolve import Directory
from fazhi.plans import matching
from fazhi.plans.errors import PlanError
from fazhi.plans.models import Plan, PlanTarget, PlanTask, TaskOrgan
from fazhi.plans.parse import open_file, parse_plan
from fazhi.plans.values import Plan as Read
from fazhi.plans.values import Target, Task

_LONGEST_TITLE = 200


@transaction.atomic
def keep(organ: Organ, name: str, data: bytes, *, person: Person | None, now: datetime, today: date) -> Plan:
    """Read a file and keep it as a draft of `organ`. Raises what reading raises, and PlanError for the same text again."""
    text, notes = open_file(name, data)
    read = parse_plan(text, notes)
    digest = hashlib.sha256(text.encode()).hexdigest()
    there = Plan.objects.filter(county=organ.county_id, organ=organ, digest=digest).first()
    if there is not None:
        state = "正在核对" if there.status == Plan.Status.DRAFT else "已经交办"
        raise PlanError(
            f"《{there.title}》已于 {localdate(there.imported_at)} 导入，{state}。",
            law="同一份计划只导入一次",
            next="请在计划列表中打开它；要重新来过的，先作废原来的核对稿。",
        )
    plan = Plan.objects.create(
        county_id=organ.county_id, organ=organ, title=(read.title or name)[:_LONGEST_TITLE], number=read.number[:80],
        issued_on=read.issued_on, due=_horizon(read), file_name=name[-200:], digest=digest, text=text,
        warnings=list(read.warnings), imported_by=person, imported_at=now,
    )  # fmt: skip
    directory = Directory(organ.county)
    for order, task in enumerate(read.tasks, start=1):
        _task(plan, order, task, directory, today)
    _targets(plan, None, read.goals)
    return plan


def discard(plan: Plan) -> None:
    """Throw a draft away. What has been handed out is no draft any more."""
    if plan.status != Plan.Status.DRAFT:
        raise PlanError(
            f"《{plan.title}》已经交办，不能作废。", next="不再需要的任务，请在任务页面办理「取消任务」。"
        )
    plan.delete()


def _task(plan: Plan, order: int, read: Task, directory: Directory, today: date) -> None:
    shared = read.lead is None and bool(read.cooperating)
    due = read.due or max((t.due for t in read.targets if t.due), default=None)
    task = PlanTask.objects.create(
        plan=plan, order=order, number=read.number[:20], path=list(read.path), section=read.section[:200],
        title=read.title[:_LONGEST_TITLE], text=read.text, start=read.start, end=read.end, due=due, shared=shared,
    )  # fmt: skip
    named = [(read.lead, TaskOrgan.Place.LEAD)] if read.lead else []
    # Where nobody leads (按职责落实) each of them answers for it: the definition of plan_task says so.
    place = TaskOrgan.Place.LEAD if shared else TaskOrgan.Place.COOPERATING
    named += [(name, place) for name in read.cooperating]
    rows = []
    for n, (name, where) in enumerate(named, start=1):
        decision, organs = matching.decide(directory.resolve(name, today))
        rows.append(
            TaskOrgan(task=task, order=n, place=where, name=name[:120], decision=decision, organs=organs)
        )
    TaskOrgan.objects.bulk_create(rows)
    _targets(plan, task, read.targets)


def _targets(plan: Plan, task: PlanTask | None, read: tuple[Target, ...]) -> None:
    PlanTarget.objects.bulk_create(
        PlanTarget(
            plan=plan, task=task, order=n, text=t.text, start=t.start, end=t.end, op=t.op, value=t.value,
            unit=t.unit[:20], due=t.due,
        )
        for n, t in enumerate(read, start=1)
    )  # fmt: skip


def _horizon(read: Read) -> date | None:
    """The latest day that the plan names: tasks without a day of their own are due then, unless a clerk says otherwise."""
    days = [t.due for task in read.tasks for t in task.targets if t.due]
    days += [task.due for task in read.tasks if task.due] + [g.due for g in read.goals if g.due]
    return max(days, default=None)
