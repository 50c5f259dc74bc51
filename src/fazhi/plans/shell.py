"""What `fazhi plan import | list | show | match | accept` do with the database."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from fazhi.organs import lines, regions
from fazhi.organs.actor import ActorContext, actor_for, choices
from fazhi.organs.models import County, Organ, Person
from fazhi.organs.resolve import Directory
from fazhi.plans import acceptance, keeping, matching, measure, review
from fazhi.plans.errors import PlanError
from fazhi.plans.models import Plan, PlanTask, TaskOrgan
from fazhi.terminal import pad, paint

MATTER = "法治政府建设任务落实"  # the line by which an office watches over such plans


def store(args: argparse.Namespace, name: str, data: bytes) -> int:
    today = timezone.localdate()
    office = _office(regions.county(args.county), args.organ, today)
    plan = keeping.keep(office, name, data, person=None, now=timezone.now(), today=today)
    if args.json:
        print(json.dumps(as_json(plan), ensure_ascii=False, indent=2))
        return 0
    open_names = matching.unmatched(plan)
    print(
        f"已导入《{plan.title}》：{plan.tasks.count()} 项任务，{plan.targets.count()} 个目标，等待{office}核对。"
    )
    print(f"编号 {plan.pk[:8]}")
    if open_names:
        print(f"待匹配的单位名称 {len(open_names)} 个：{'、'.join(open_names)}")
    print(f"下一步：在网页“计划任务”里核对；或者用 fazhi plan show {plan.pk[:8]} 查看。")
    return 0


def show_list(args: argparse.Namespace) -> int:
    plans = Plan.objects.select_related("organ").order_by("-imported_at")
    if args.county:
        plans = plans.filter(county=regions.county(args.county))
    found = list(plans)
    if args.json:
        print(json.dumps({"plans": [_brief(p) for p in found]}, ensure_ascii=False, indent=2))
        return 0
    for plan in found:
        done, total = review.progress(plan)
        state = (
            f"已核对 {done}/{total}"
            if plan.status == Plan.Status.DRAFT
            else f"已交办 {plan.accepted_on}，{total} 项"
        )
        print(f"{plan.pk[:8]}  {pad(state, 22)}  {plan.title}  {plan.number}")
    if not found:
        print("还没有计划。用 fazhi plan import 文件 导入一份。")
    return 0


def show(args: argparse.Namespace) -> int:
    plan = _plan(args.plan)
    if args.json:
        print(json.dumps(as_json(plan), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_told(plan)))
    return 0


def match(args: argparse.Namespace) -> int:
    plan, today = _plan(args.plan), timezone.localdate()
    if args.expand:
        choice = matching.EXPAND
    elif args.keep:
        choice = matching.KEEP
    else:
        choice = _organ(plan.county, args.organ, today).pk
    places = review.match(plan, args.name, choice, today)
    print(f"“{args.name}”已在 {places} 处匹配。")
    return 0


def accept(args: argparse.Namespace) -> int:
    plan, now = _plan(args.plan), timezone.now()
    today = timezone.localdate(now)
    ctx = _clerk(args.person, plan, today)
    if args.reviewed:
        _all_reviewed(plan, ctx, today)
    told = acceptance.accept(plan, ctx, now)
    print(f"《{plan.title}》已交办：{told} 项任务，由{ctx.name}以{ctx.organ_name}{ctx.title}的身份办理。")
    return 0


def as_json(plan: Plan) -> dict[str, Any]:
    read = measure.readings(plan.targets.select_related("plan"), plan.county_id, timezone.localdate())
    return _brief(plan) | {
        "warnings": plan.warnings,
        "tasks": [_task(t, read) for t in plan.tasks.prefetch_related("organs", "targets")],
        "goals": [_target(t, read) for t in plan.targets.filter(task=None)],
    }


def _brief(plan: Plan) -> dict[str, Any]:
    done, total = review.progress(plan)
    return {
        "id": plan.pk, "title": plan.title, "number": plan.number, "county": plan.county_id, "organ": str(plan.organ),
        "issued_on": plan.issued_on.isoformat() if plan.issued_on else None, "status": plan.status, "reviewed": done, "total": total,
        "accepted_on": plan.accepted_on.isoformat() if plan.accepted_on else None,
    }  # fmt: skip


def _task(task: PlanTask, read: dict[int, measure.Reading]) -> dict[str, Any]:
    return {
        "order": task.order, "number": task.number, "section": task.section, "title": task.title, "state": task.state,
        "due": task.due.isoformat() if task.due else None, "case": task.case or None,
        "organs": [{"name": o.name, "place": o.place, "decision": o.decision, "organs": o.organs} for o in task.organs.all()],
        "targets": [_target(t, read) for t in task.targets.all()],
    }  # fmt: skip


def _target(target: Any, read: dict[int, measure.Reading]) -> dict[str, Any]:
    found = read.get(target.pk)
    return {
        "text": target.text, "op": target.op, "value": measure.number(target.value), "unit": target.unit,
        "due": target.due.isoformat() if target.due else None, "state": target.state, "figure": target.figure or None,
        "current": measure.number(found.value) if found and found.value is not None else None,
        "status": found.status if found else None,
    }  # fmt: skip


def _told(plan: Plan) -> Iterable[str]:
    done, total = review.progress(plan)
    yield f"{plan.title}  {plan.number}"
    yield f"  {plan.get_status_display()}，已核对 {done}/{total}，{plan.organ}"
    read = measure.readings(plan.targets.select_related("plan"), plan.county_id, timezone.localdate())
    for task in plan.tasks.prefetch_related("organs", "targets"):
        mark = {"open": "○", "reviewed": "●", "dropped": "×"}[task.state]
        yield f"{mark} {task.number or task.order}. {task.title}" + (f"  {task.due} 前" if task.due else "")
        names = [_named(o) for o in task.organs.all()]
        if names:
            yield "    " + "、".join(names)
        for target in task.targets.all():
            yield f"    目标：{measure.wanted(target)} · {_reading(read.get(target.pk))}（{target.text}）"
    for name in matching.unmatched(plan):
        yield f"{paint('待匹配', 'amber', sys.stdout)}：{name}{_hint(plan, name)}"


def _named(row: TaskOrgan) -> str:
    mark = {"open": "？", "kept": "（只留原文）", "expanded": f"（{len(row.organs)} 个）"}.get(
        row.decision, ""
    )
    return ("牵头 " if row.place == TaskOrgan.Place.LEAD else "") + row.name + mark


def _reading(found: measure.Reading | None) -> str:
    if found is None or found.value is None:
        return found.words if found else ""
    return f"现为 {measure.number(found.value)}，{found.words}"


def _hint(plan: Plan, name: str) -> str:
    found = Directory(plan.county).resolve(name, timezone.localdate())
    if found.status == "collective":
        return f"  → 可展开为 {len(found.organs)} 个单位：fazhi plan match {plan.pk[:8]} {name} --expand"
    offers = "、".join(f"{o.organ}（{o.organ.code}）" for o in found.offers[:3])
    return f"  → 可能是 {offers}" if offers else "  → 名录中没有相近的单位；不派发的用 --keep"


def _all_reviewed(plan: Plan, ctx: ActorContext, today: date) -> None:
    """The clerk says on the command line that the plan is right as it was read; the rules are those of the screen."""
    person = Person.objects.get(pk=ctx.person)
    for task in plan.tasks.filter(state=PlanTask.State.OPEN).prefetch_related("organs", "targets"):
        review.save(task.pk, review.as_it_stands(task), person, today)
    goals = list(plan.targets.filter(task=None))
    if goals:
        review.save_goals(plan.pk, [review.target_as_it_stands(t) for t in goals])


def _office(county: County, named: str, today: date) -> Organ:
    """The organ that watches over the plan: the one named, or the one that supervises such tasks by its line."""
    if named:
        return _organ(county, named, today)
    for organ in Organ.objects.filter(county=county).select_related("parent"):
        if organ.holds_on(today) and lines.supervises(organ, today, MATTER):
            return organ
    raise PlanError("不知道由哪个单位牵头抓总。", next="请加 --organ 单位名称或者代码，如 --organ 县司法局。")


def _organ(county: County, named: str, today: date) -> Organ:
    by_code = Organ.objects.filter(county=county, code=named).first()
    if by_code is not None:
        return by_code
    found = Directory(county).resolve(named, today)
    if found.organ is not None and found.status == "matched":
        return found.organ
    offers = "、".join(f"{o.organ}（{o.organ.code}）" for o in found.offers[:5])
    raise PlanError(
        f"名录中没有“{named}”。",
        next=f"是否指：{offers}" if offers else "请核对单位名称，或者给出机关代码。",
    )


def _clerk(username: str, plan: Plan, today: date) -> ActorContext:
    """As whom the plan is handed out: a person with a post in the office that imported it."""
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise PlanError(f"没有用户名为“{username}”的人员。", next="请核对用户名。")
    posts = [c for c in choices(person, today) if c.organ == plan.organ_id]
    if not posts:
        raise PlanError(
            f"{person.name}在{plan.organ}没有任职，不能交办这份计划。", next=f"请由{plan.organ}的人员办理。"
        )
    return actor_for(person, posts[0].post, today)


def _plan(start: str) -> Plan:
    found = []
    if re.fullmatch(r"[0-9a-fA-F]{1,32}", start):
        rows = Plan.objects.filter(pk__startswith=start.lower())
        found = list(rows.select_related("organ", "county")[:2])
    if len(found) == 1:
        return found[0]
    words = "有几份计划都以它开头" if found else "没有这份计划"
    raise PlanError(f"“{start}”：{words}。", next="用 fazhi plan list 查看编号。")


__all__ = ["accept", "as_json", "match", "show", "show_list", "store"]
