"""The invented county's plan of this year: read from its text, reviewed, handed out, and worked on since.

Nothing is put into tables: the text goes through the same reader as any plan, a clerk matches and binds, and the
organs' people report through the same service. Days count back from `today`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from importlib.resources import files

from django.utils import timezone

from fazhi.cases import store
from fazhi.cases.demo.stage import Act, Script, Stage, agree
from fazhi.law import SHANGHAI
from fazhi.ledger import seal
from fazhi.organs.actor import actor_for
from fazhi.organs.demo import load_demo_organs
from fazhi.plans import acceptance, keeping, matching, review
from fazhi.plans.models import Plan, PlanTarget, PlanTask

NAME = "法治政府建设重点任务分解（演示）.txt"
# What the clerk says of names that no register knows, and of each target: part of its words, the figure that measures it.
NAMES = {"县综合执法大队": "zfj"}
EXPANDED = ("各乡镇人民政府", "各乡镇")
FIGURES = (
    ("法定期限按期办结率", "county.limits_on_time"),
    ("行政处罚按期决定率", "penalty.on_time"),
    ("法制审核率", "penalty.reviewed"),
    ("持证的行政执法人员", "county.holders"),
    ("行政复议按期办结率", "reconsideration.on_time"),
    ("按期答复率", "disclosure_request.on_time"),
    ("督办按期反馈率", "supervision_order.on_time"),
)
# Task, its leading organ's clerk and head, how far it has come.
LIVES = (
    ("1", "wenshu1/clerk", "juzhang1/head", "working"),
    ("2", "wenshu2/clerk", "juzhang2/head", "reported"),
    ("3", "fazhiban/clerk", "fazhiban2/head", "working"),
    ("4", "sifa/clerk", "sfjuzhang/head", "working"),
    ("5", "gongkai1/handler", "fbzhuren/head", "closed"),
    ("6", "fagai/clerk", "fagai2/head", "working"),
    ("7", "zhengwu/clerk", "zhengwu2/head", "working"),
)


def load(progress: Callable[[str], None] | None = None, today: date | None = None) -> int:
    """Import and hand out the plan, and let the organs work on it; how many tasks. 0: it had been done before."""
    tell = progress or _tell
    if Plan.objects.filter(file_name=NAME).exists():
        tell("  演示计划已在，没有改动")
        return 0
    day = today or timezone.localdate()
    with store.writing() as cursor:
        stage = Stage(load_demo_organs(), day, cursor, tell, "demo/plan")
        start = stage.ago(250) if stage.ago(250).year == day.year else stage.working(date(day.year, 1, 6))
        start = min(start, stage.ago(1))
        plan = _import(stage, start)
        _review(plan, stage, start)
        ctx = actor_for(stage.county.people["sifa"], stage.county.posts["sifa", "clerk"], start)
        told = acceptance.accept(plan, ctx, _moment(start, 11))
        for number, clerk, head, how_far in LIVES:
            task = plan.tasks.get(number=number)
            case = PlanTask.objects.get(pk=task.pk).case
            stage.start("plan_task", _life(stage, case, start, clerk, head, how_far))
        stage.play()
    seal.seal()
    tell(f"  《{plan.title}》：{told} 项任务已交办")
    return told


def _import(stage: Stage, start: date) -> Plan:
    red = stage.today.replace(day=1) - timedelta(days=1)
    amber = stage.today + timedelta(days=7)
    text = files("fazhi.plans").joinpath("data/demo_plan.txt").read_text("utf-8")
    text = text.replace("{year}", str(start.year)).replace("{red}", f"{red.year}年{red.month}月底")
    text = text.replace("{amber}", f"{amber.year}年{amber.month}月{amber.day}日")
    return keeping.keep(
        stage.organ("sfj"), NAME, text.encode(), person=stage.county.people["sifa"], now=_moment(start, 9), today=start
    )  # fmt: skip


def _review(plan: Plan, stage: Stage, today: date) -> None:
    person = stage.county.people["sifa"]
    for name in matching.unmatched(plan):
        if name in NAMES:
            review.match(plan, name, stage.organ(NAMES[name]).id, today)
        else:
            review.match(plan, name, matching.EXPAND if name in EXPANDED else matching.KEEP, today)
    for task in plan.tasks.prefetch_related("organs", "targets"):
        targets = [_bound(t) for t in task.targets.all()]
        edit = review.as_it_stands(task)
        review.save(
            task.pk,
            review.TaskEdit(
                edit.version, edit.title, edit.number, edit.section, edit.due, edit.organs, targets, done=True
            ),
            person,
            today,
        )
    goals = [_bound(t) for t in plan.targets.filter(task=None)]
    review.save_goals(plan.pk, goals)


def _bound(target: PlanTarget) -> review.TargetEdit:
    figure = next((id for words, id in FIGURES if words in target.text), "")
    target.state = PlanTarget.State.BOUND if figure else PlanTarget.State.MANUAL
    target.figure = figure
    return review.target_as_it_stands(target)


def _life(stage: Stage, case: str, start: date, clerk: str, head: str, how_far: str) -> Script:
    """Signed in, reported on every other month; some are finished."""
    day = stage.after(start, 2)
    yield Act(day, clerk, "sign_in", case=case)
    percent = 15
    for months in (2, 4, 6, 8):
        later = stage.working(start + timedelta(days=30 * months))
        if later > stage.ago(12):
            break
        percent = min(percent + 20, 90)
        words = {"progress": "按计划推进，阶段性工作已经完成。", "percent": percent}
        day = later
        yield Act(day, clerk, "report", words, case=case)
    if how_far == "working":
        return
    day = max(stage.after(day, 1), stage.ago(9))
    yield Act(day, clerk, "complete", {"result": "各项要求已经落实，制度和台账齐全。"}, case=case)
    day = stage.after(day, 1)
    yield agree(day, head, case=case)
    if how_far == "closed":
        yield Act(stage.after(day, 2), "jiandu/supervisor", "confirm", {}, "accepted", facts={"targets_met": True}, case=case)  # fmt: skip


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
