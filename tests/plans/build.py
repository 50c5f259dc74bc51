"""An invented plan for the demo county, and short ways to keep, review and hand it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.demo_county import TODAY

from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.models import Organ, Person, Post
from fazhi.plans import keeping, matching, review
from fazhi.plans.models import Plan, PlanTask

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC)
TEXT = """安澜县2026年行政执法工作要点
安法治办〔2026〕7号
为做好今年的行政执法工作，现将任务分解如下，列第一位的为牵头单位。
一、总体目标
2026年底前，全县法定期限按期办结率达到90%以上。
二、执法
1.管住期限。逐件计时，2026年12月31日前，行政处罚按期决定率达到98%以上。（县市场监管局、县综合执法大队、县司法局）
2.加强审核。应审必审，审核意见归档。（县综合行政执法局、各乡镇人民政府）
3.加强检查。部门联合开展检查。（县公安局、县教育局按职责落实）
"""


def office() -> Organ:
    return Organ.objects.select_related("county").get(code="sfj")


def clerk(username: str = "sifa", role: str = "clerk", on: date = TODAY) -> ActorContext:
    post = Post.objects.get(person__username=username, role=role)
    return actor_for(post.person, post, on)


def person(username: str = "sifa") -> Person:
    return Person.objects.get(username=username)


def kept(text: str = TEXT, name: str = "要点.txt") -> Plan:
    return keeping.keep(office(), name, text.encode(), person=person(), now=NOW, today=TODAY)


def task(plan: Plan, number: str) -> PlanTask:
    return plan.tasks.get(number=number)


def done(row: PlanTask, bind: str = "manual", **changes: object) -> review.TaskEdit:
    """The task's form as it stands, its targets bound, said to be right."""
    edit = review.as_it_stands(row)
    targets = [replace(t, bind=t.bind or bind) for t in edit.targets]
    return replace(edit, targets=targets, **changes)


def reviewed(plan: Plan | None = None) -> Plan:
    """A plan that is ready to be handed out."""
    plan = plan or kept()
    for name in matching.unmatched(plan):
        organ = {"县综合执法大队": "zfj"}.get(name)
        choice = Organ.objects.get(code=organ).pk if organ else matching.EXPAND
        review.match(plan, name, choice, TODAY)
    for row in plan.tasks.all():
        review.save(row.pk, done(row, "penalty.on_time"), person(), TODAY)
    goals = [
        replace(review.target_as_it_stands(t), bind="county.limits_on_time")
        for t in plan.targets.filter(task=None)
    ]
    review.save_goals(plan.pk, goals)
    return Plan.objects.get(pk=plan.pk)
