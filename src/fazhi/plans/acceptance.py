"""A reviewed plan is handed out: each task becomes a case, run by the definition plan_task. Nobody types twice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fazhi.cases import access, definitions, service, store
from fazhi.law import SHANGHAI
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Person
from fazhi.plans.errors import NotReady, PlanError, Problem
from fazhi.plans.models import Plan, PlanTask, TaskOrgan
from fazhi.procedures import Command
from fazhi.reading import numerals

PROCEDURE = "plan_task"


def stands_for(plan: Plan, ctx: ActorContext) -> bool:
    """Whether the person acts for the organ that reviews the plan and hands it out."""
    return plan.organ_id in access.mine(ctx, definitions.library().latest(PROCEDURE))


def due_of(task: PlanTask, plan: Plan) -> date | None:
    return task.due or plan.due


def problems(plan: Plan) -> list[Problem]:
    """What is still to be done before the plan can be handed out."""
    found = []
    tasks = list(plan.tasks.exclude(state=PlanTask.State.DROPPED).prefetch_related("organs"))
    if not tasks:
        found.append(Problem("没有一项任务。", next="请至少保留一项任务，或者作废这份核对稿。"))
    for task in tasks:
        place = f"任务{task.number or task.order}"
        if task.state != PlanTask.State.REVIEWED:
            found.append(Problem("还没有核对。", place=place, next="请逐项核对后再交办。"))
        for row in task.organs.all():
            if row.decision == TaskOrgan.Decision.OPEN:
                found.append(Problem(f"“{row.name}”还没有匹配到单位。", place=place, next="请选择它指哪个单位。"))  # fmt: skip
        if due_of(task, plan) is None:
            found.append(Problem("没有完成期限。", place=place, next="请填写期限。"))
    open_goals = plan.targets.filter(task=None, state="open").count()
    if open_goals:
        found.append(Problem(f"{open_goals} 个目标还没有绑定指标或者注明人工认定。", place="总体目标", next="请在核对页面最后一步处理。"))  # fmt: skip
    return found


def accept(plan: Plan, ctx: ActorContext, now: datetime) -> int:
    """Hand the tasks out as this person, all or none; how many. Raises NotReady, or what the service refuses."""
    today = now.astimezone(SHANGHAI).date()
    with store.writing():
        plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        if plan.status != Plan.Status.DRAFT:
            raise PlanError(
                f"《{plan.title}》已于 {plan.accepted_on} 交办。", next="请在任务列表中查看进展。"
            )
        if plan.county_id != ctx.county or not stands_for(plan, ctx):
            raise PlanError(
                f"《{plan.title}》由{plan.organ}核对，不能由{ctx.organ_name}交办。",
                law="计划由导入它的牵头抓总机关交办",
                next="请切换到该单位的任职，或者联系该单位。",
            )
        if lacking := problems(plan):
            raise NotReady(lacking)
        tasks = list(plan.tasks.filter(state=PlanTask.State.REVIEWED).prefetch_related("organs"))
        for task in tasks:
            command = Command("act", action="assign", on=today, values=_values(plan, task), sides=_sides(plan, task))  # fmt: skip
            key = f"plan/{plan.pk}/{task.pk}"
            task.case = service.run(command, ctx, procedure=PROCEDURE, key=key, now=now).case
            task.save(update_fields=["case"])
        plan.status, plan.accepted_on = Plan.Status.ACCEPTED, today
        plan.accepted_by = Person.objects.get(pk=ctx.person)
        plan.save(update_fields=["status", "accepted_on", "accepted_by"])
    return len(tasks)


def _values(plan: Plan, task: PlanTask) -> dict[str, Any]:
    due = due_of(task, plan)
    assert due is not None  # `problems` has looked
    values: dict[str, Any] = {
        "title": task.title, "plan": f"{plan.title}（{plan.number}）" if plan.number else plan.title,
        "section": task.section, "content": task.text, "due": due.isoformat(),
    }  # fmt: skip
    number = _number(task.number)
    if number is not None:
        values["number"] = number
    return {k: v for k, v in values.items() if v not in ("", None)}


def _sides(plan: Plan, task: PlanTask) -> dict[str, list[Any]]:
    """A lead that also stands among the cooperating ones is a lead."""
    by_place: dict[str, list[str]] = {TaskOrgan.Place.LEAD: [], TaskOrgan.Place.COOPERATING: []}
    for row in task.organs.all():
        by_place[row.place] += row.organs
    lead = list(dict.fromkeys(by_place[TaskOrgan.Place.LEAD]))
    along = [o for o in dict.fromkeys(by_place[TaskOrgan.Place.COOPERATING]) if o not in lead]
    sides: dict[str, list[Any]] = {"office": [plan.organ_id], "lead": lead}
    return {**sides, "cooperating": along} if along else sides


def _number(text: str) -> int | None:
    """The task's number as the definition keeps it; None where the plan numbers in another way (第三条之二)."""
    found = list(numerals.find(text))
    return (
        int(found[0].value)
        if len(found) == 1 and found[0].value == found[0].value.to_integral_value()
        else None
    )
