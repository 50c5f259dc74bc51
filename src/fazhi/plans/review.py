"""A clerk goes through a draft, task by task: accepts, corrects, matches organs, binds targets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction

from fazhi.figures import catalogue
from fazhi.organs.models import Person
from fazhi.organs.resolve import Directory
from fazhi.plans import binding, dating, matching
from fazhi.plans.errors import Changed, NotReady, PlanError, Problem
from fazhi.plans.models import OPS, Plan, PlanTarget, PlanTask, TaskOrgan

State = PlanTask.State
_DATE = "日期应形如 2026-12-31。"


@dataclass(frozen=True)
class OrganEdit:
    """`id` of the row, None for one that the clerk adds; `choice` as in fazhi.plans.matching. `of`: which organs of a
    collective name are meant, None for all of them."""

    id: int | None
    choice: str
    place: str
    of: Sequence[str] | None = None


@dataclass(frozen=True)
class TargetEdit:
    """`id` None for a target that the clerk adds. Values are as typed; `bind` is a figure's id, `manual`, `drop` or empty."""

    id: int | None
    op: str
    value: str
    unit: str
    due: str
    bind: str
    scope: str = ""
    span: str = PlanTarget.Span.YEAR
    text: str = ""


@dataclass(frozen=True)
class TaskEdit:
    """What the form of one task says. `done`: the clerk says that it is right now."""

    version: int
    title: str
    number: str = ""
    section: str = ""
    due: str = ""
    organs: Sequence[OrganEdit] = ()
    targets: Sequence[TargetEdit] = ()
    done: bool = False


@dataclass(frozen=True)
class Saved:
    """`spread`: how many other rows of the same name were decided along."""

    task: PlanTask
    spread: int = 0


@dataclass
class _Trial:
    problems: list[Problem] = field(default_factory=list)

    def say(self, message: str, name: str = "", next: str = "") -> None:
        self.problems.append(Problem(message, name, next))


@transaction.atomic
def save(task_id: int, edit: TaskEdit, person: Person | None, today: date) -> Saved:
    """Put the form's contents into the task, all or nothing. Raises NotReady with each mistake, Changed on a stale page.

    A name that is matched here is matched wherever it stands undecided in the plan.
    """
    task = _locked(task_id)
    if edit.version != task.version:
        who = f"由{task.reviewed_by.name}" if task.reviewed_by else ""
        raise Changed(
            f"您打开页面之后，这项任务已{who}改动，您的修改没有保存。", next="请查看最新内容后再改。"
        )
    t = _Trial()
    task.title, task.number = edit.title.strip(), edit.number.strip()
    task.section = edit.section.strip()
    if not task.title:
        t.say("任务名称未填写。", "title", "请填写任务名称。")
    for name, most in (("title", 200), ("number", 20), ("section", 200)):
        if len(getattr(task, name)) > most:
            t.say(f"超过 {most} 个字。", name, "请写短一些。")
    task.due = _date(edit.due, "due", t)
    directory = Directory(task.plan.county)
    rows = _organs(task, edit.organs, directory, today, t)
    targets = _targets(task.plan, task, edit.targets, t)
    if edit.done:
        t.problems += _unfinished(task, rows, targets)
    if t.problems:
        raise NotReady(t.problems)
    spread = 0
    for row in rows:
        row.save()
        spread += matching.spread(row)
    for target in targets:
        target.save()
    task.state = State.REVIEWED if edit.done else State.OPEN
    task.version += 1
    task.reviewed_by = person
    task.save()
    return Saved(task, spread)


@transaction.atomic
def save_goals(
    plan_id: str, edits: Sequence[TargetEdit], due: str | None = None, year: str | None = None
) -> int:
    """The goals of the plan's general part, and by when tasks are `due` that name no day of their own (None: as it is).

    `year`: the year by which 年底前 and the like are read; another one than before moves all dates that hang on it,
    the targets of this form among them. Returns how many have moved.
    """
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    _still_draft(plan)
    t = _Trial()
    if due is not None:
        plan.due = _date(due, "plan-due", t)
    by = _year(year, t) if year else None
    found = _targets(plan, None, edits, t)
    if t.problems:
        raise NotReady(t.problems)
    plan.save(update_fields=["due"])
    for target in found:
        target.save()
    return dating.move(plan, by) if by is not None else 0


@transaction.atomic
def drop(task_id: int, version: int, person: Person | None, *, back: bool = False) -> PlanTask:
    """This is no task (or, `back`, it is one after all)."""
    task = _locked(task_id)
    if version != task.version:
        raise Changed("您打开页面之后，这项任务已有改动。", next="请查看最新内容后再定。")
    task.state = State.OPEN if back else State.DROPPED
    task.version += 1
    task.reviewed_by = person
    task.save(update_fields=["state", "version", "reviewed_by"])
    return task


@transaction.atomic
def match(plan: Plan, name: str, choice: str, today: date) -> int:
    """Decide what a name means wherever it stands undecided in the plan; how many places."""
    _still_draft(plan)
    rows = list(TaskOrgan.objects.filter(task__plan=plan, name=name, decision=TaskOrgan.Decision.OPEN))
    if not rows:
        raise PlanError(
            f"计划中没有待匹配的“{name}”。", next="用 fazhi plan show 查看还有哪些单位名称待匹配。"
        )
    directory = Directory(plan.county)
    for row in rows:
        if not matching.apply(row, choice, directory, today):
            raise PlanError(
                f"“{name}”不能这样匹配。",
                next="请给出机构名录中的单位；只有“各乡镇人民政府”一类的统称可以展开。",
            )
        row.save()
    return len(rows)


def as_it_stands(task: PlanTask) -> TaskEdit:
    """The form of a task as nobody has changed it, with the clerk's word that it is right."""
    return TaskEdit(
        task.version, task.title, task.number, task.section, task.due.isoformat() if task.due else "",
        [
            OrganEdit(o.pk, matching.chosen(o), o.place, o.organs if o.decision == TaskOrgan.Decision.EXPANDED else None)
            for o in task.organs.all()
        ],
        [target_as_it_stands(t) for t in task.targets.all()], done=True,
    )  # fmt: skip


def target_as_it_stands(t: PlanTarget) -> TargetEdit:
    return TargetEdit(
        t.pk, t.op, format(t.value, "f"), t.unit, t.due.isoformat() if t.due else "", bound_to(t), t.scope, t.span, t.text
    )  # fmt: skip


def bound_to(target: PlanTarget) -> str:
    """What the target's list shows: a figure's id, `manual`, `drop`, or nothing."""
    return {"manual": binding.MANUAL, "dropped": binding.DROP}.get(target.state, target.figure)


def progress(plan: Plan) -> tuple[int, int]:
    """(reviewed or set aside, all) tasks."""
    states = list(plan.tasks.values_list("state", flat=True))
    return sum(s != State.OPEN for s in states), len(states)


def _locked(task_id: int) -> PlanTask:
    task = PlanTask.objects.select_for_update(of=("self",)).select_related("plan__county", "reviewed_by")
    found = task.get(pk=task_id)
    _still_draft(found.plan)
    return found


def _still_draft(plan: Plan) -> None:
    if plan.status != Plan.Status.DRAFT:
        raise PlanError(
            f"《{plan.title}》已经交办，不能再改核对稿。",
            next="任务的期限、责任单位有变化的，请在任务页面办理调整。",
        )


def _organs(
    task: PlanTask, edits: Sequence[OrganEdit], directory: Directory, today: date, t: _Trial
) -> list[TaskOrgan]:
    rows = {row.pk: row for row in task.organs.all()}
    order = max((r.order for r in rows.values()), default=0)
    for n, edit in enumerate(edits):
        place = edit.place if edit.place in TaskOrgan.Place.values else TaskOrgan.Place.COOPERATING
        if edit.id is None:
            organ = directory.organs.get(edit.choice)
            if organ is None:
                continue
            order += 1
            row = TaskOrgan(task=task, order=order, name=organ.short_name or organ.name)
            rows[-order] = row
        elif edit.id in rows:
            row = rows[edit.id]
        else:
            t.say("这一行不属于这项任务。", f"organ-{n}", "请刷新页面。")
            continue
        row.place = place
        if edit.choice == matching.EXPAND and edit.of is not None and not edit.of:
            t.say(
                f"“{row.name}”一个单位也没有勾选。",
                f"organ-{n}",
                "请勾选它指的单位；不派发的，选“只保留原文”。",
            )
        elif not matching.apply(row, edit.choice, directory, today, edit.of):
            t.say(f"“{row.name}”没有匹配到名录中的单位。", f"organ-{n}", "请从列表中选择。")
    return sorted(rows.values(), key=lambda r: r.order)


def _targets(plan: Plan, task: PlanTask | None, edits: Sequence[TargetEdit], t: _Trial) -> list[PlanTarget]:
    rows = {row.pk: row for row in PlanTarget.objects.filter(plan=plan, task=task)}
    order = max((r.order for r in rows.values()), default=0)
    known = catalogue.current().figures
    for n, edit in enumerate(edits):
        if edit.id is None and not (edit.value.strip() or edit.text.strip()):
            continue
        if edit.id is None:
            order += 1
            place = task.end if task else 0
            row = PlanTarget(
                plan=plan, task=task, order=order, text=edit.text.strip(), start=place, end=place
            )
            rows[-order] = row
            if not row.text:
                t.say("新增的目标没有写内容。", f"target-{n}-text", "请写明目标，或者清空这一行。")
        elif edit.id in rows:
            row = rows[edit.id]
        else:
            t.say("这个目标不属于这项任务。", f"target-{n}-value", "请刷新页面。")
            continue
        _measured(row, edit, n, known, t)
    return sorted(rows.values(), key=lambda r: r.order)


def _measured(row: PlanTarget, edit: TargetEdit, n: int, known: Mapping[str, object], t: _Trial) -> None:
    if edit.op in OPS:
        row.op = edit.op
    else:
        t.say("没有选择比较方式。", f"target-{n}-op", "请选择不低于、不超过等。")
    try:
        row.value = Decimal(edit.value.strip().replace(",", ""))
        if not row.value.is_finite() or abs(row.value) >= 10**15:
            raise InvalidOperation
    except InvalidOperation:
        t.say(f"目标值“{edit.value}”不是数字。", f"target-{n}-value", "请填写数字，如 95 或 3.5。")
    row.unit = edit.unit.strip()[:20]
    row.due = _date(edit.due, f"target-{n}-due", t)
    row.scope = edit.scope
    row.span = edit.span if edit.span in PlanTarget.Span.values else PlanTarget.Span.YEAR
    row.figure = ""
    match edit.bind:
        case "":
            row.state = PlanTarget.State.OPEN
        case binding.MANUAL:
            row.state = PlanTarget.State.MANUAL
        case binding.DROP:
            row.state = PlanTarget.State.DROPPED
        case figure if figure in known:
            row.state, row.figure = PlanTarget.State.BOUND, figure
            unit = getattr(known[figure], "unit", "")
            if not binding.comparable(row.unit, unit):
                t.say(
                    f"目标的单位“{row.unit}”和指标的单位“{unit}”不能比较。",
                    f"target-{n}-unit",
                    "请改单位，或者换一个指标。",
                )
        case _:
            t.say("没有这个指标。", f"target-{n}-bind", "请从列表中选择。")


def _unfinished(task: PlanTask, rows: Sequence[TaskOrgan], targets: Sequence[PlanTarget]) -> list[Problem]:
    """What keeps a task from counting as reviewed."""
    found = []
    for n, row in enumerate(rows):
        if row.decision == TaskOrgan.Decision.OPEN:
            found.append(Problem(f"“{row.name}”还没有匹配到单位。", f"organ-{n}", "请选择它指哪个单位；不派发的，选“只保留原文”。"))  # fmt: skip
    if not any(r.place == TaskOrgan.Place.LEAD and r.organs for r in rows):
        found.append(Problem("没有牵头单位。", "organ-0", "请至少指定一个牵头单位；按职责落实的，各单位都作牵头。"))  # fmt: skip
    if task.due is None and task.plan.due is None:
        found.append(Problem("没有完成期限。", "due", "请填写这项任务的完成期限，或者在页面上方填写全计划的期限。"))  # fmt: skip
    for n, target in enumerate(targets):
        if target.state == PlanTarget.State.OPEN:
            found.append(Problem(f"目标“{target.text}”还没有绑定指标。", f"target-{n}-bind", "请选择指标；没有对应指标的，选“验收时人工认定”。"))  # fmt: skip
    return found


def _year(text: str, t: _Trial) -> int | None:
    if re.fullmatch(r"20\d\d", text.strip(), re.ASCII):
        return int(text.strip())
    t.say(f"“{text}”不是年度。", "plan-year", "请填写四位数的年份，如 2026。")
    return None


def _date(text: str, name: str, t: _Trial) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        t.say(f"“{text}”不是有效日期。", name, _DATE)
        return None
