"""A plan as read and as a clerk has corrected it: text, places in the text, who is meant, what a target is bound to.

What becomes of a task is not here: on acceptance each task becomes a case (`PlanTask.case`), and the case knows.
"""

from __future__ import annotations

from django.db import models

from fazhi.organs.models import County, Organ, Person
from fazhi.organs.models.dated import new_id
from fazhi.plans.values import Op

OPS: tuple[Op, ...] = (">=", ">", "<=", "<", "=")


class Plan(models.Model):
    """`organ` is the office that imported it and watches over it (牵头抓总机关)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "核对中"
        ACCEPTED = "accepted", "已交办"

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    county = models.ForeignKey(County, models.PROTECT)
    organ = models.ForeignKey(Organ, models.PROTECT)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("发文字号", max_length=80, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    due = models.DateField("没有写明期限的任务的完成期限", null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    text = models.TextField()
    warnings = models.JSONField(default=list)
    imported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("county", "organ", "digest"), name="plans_plan_once"),)


class PlanTask(models.Model):
    """`start:end` is its place in the plan's text. `version` rises with each change: a stale edit is refused."""

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        REVIEWED = "reviewed", "已核对"
        DROPPED = "dropped", "不是任务"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    order = models.PositiveIntegerField()
    number = models.CharField("序号", max_length=20, blank=True)
    path = models.JSONField(default=list)
    section = models.CharField("所属部分", max_length=200, blank=True)
    title = models.CharField("任务名称", max_length=200)
    text = models.TextField("任务内容")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    due = models.DateField("完成期限", null=True, blank=True)
    shared = models.BooleanField(default=False)  # 按职责落实: nobody leads, so everybody does
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    case = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "order"), name="plans_task_order"),
            models.UniqueConstraint(fields=("case",), condition=~models.Q(case=""), name="plans_task_case"),
        )


class TaskOrgan(models.Model):
    """A name as written and what it was decided to mean. A name is never dropped, at most kept without an organ."""

    class Decision(models.TextChoices):
        OPEN = "open", "待匹配"
        MATCHED = "matched", "已匹配"
        EXPANDED = "expanded", "已展开"
        KEPT = "kept", "只留原文"

    class Place(models.TextChoices):
        LEAD = "lead", "牵头"
        COOPERATING = "cooperating", "配合"

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="organs")
    order = models.PositiveIntegerField()
    place = models.CharField(max_length=12, choices=Place.choices)
    name = models.CharField(max_length=120)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    organs = models.JSONField(default=list)  # ids; several where a collective name was expanded

    class Meta:
        ordering = ("order",)


class PlanTarget(models.Model):
    """A numeric goal of a task, or of the plan's general part (`task` null), and the figure that measures it.

    `span`: which days the figure is asked about: the calendar year, or since the plan was issued.
    """

    class State(models.TextChoices):
        OPEN = "open", "待绑定"
        BOUND = "bound", "自动计算"
        MANUAL = "manual", "人工认定"
        DROPPED = "dropped", "不是目标"

    class Span(models.TextChoices):
        YEAR = "year", "当年"
        SINCE = "since", "计划印发以来"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    task = models.ForeignKey(PlanTask, models.CASCADE, null=True, related_name="targets")
    order = models.PositiveIntegerField()
    text = models.TextField("目标原文")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    op = models.CharField(max_length=2)
    value = models.DecimalField("目标值", max_digits=24, decimal_places=6)
    unit = models.CharField("单位", max_length=20, blank=True)
    due = models.DateField("期限", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    figure = models.CharField(max_length=120, blank=True)
    scope = models.CharField(max_length=32, blank=True)  # an organ's id; empty: the whole county
    span = models.CharField(max_length=6, choices=Span.choices, default=Span.YEAR)

    class Meta:
        ordering = ("order",)
