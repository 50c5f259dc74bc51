"""May this act come now, on this day, and from this person? Phase, proposal, dates; sides and roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from fazhi.procedures.commands import Actor, Command, Resolved
from fazhi.procedures.conditions import UNKNOWN
from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Action, Definition
from fazhi.procedures.state import State
from fazhi.procedures.view import View

BACKDATED = timedelta(days=3)  # entry after more than three days asks for a reason


ROLES = {
    "handler": "承办人", "legal_reviewer": "法制审核人员", "head": "负责人", "office_head": "机构负责人", "section_head": "科室负责人",
    "clerk": "经办人", "supervisor": "监督人员", "mediator": "调解员", "worker": "网格员", "leader": "网格长", "dispatcher": "分拨员",
    "chair": "主任", "admin": "管理员", "meeting": "集体讨论",
}  # fmt: skip


def out_of_turn(d: Definition, s: State, a: Action, c: Command, r: Resolved) -> list[Refusal]:
    """Phase, pending proposal, dates: may this act come now?"""
    found = []
    phases = d.source.phases
    if not s.acts and not s.pending:
        if not a.opens:
            first = "、".join(x.title for x in d.opening)
            found.append(Refusal(f"案件尚未开始，不能「{a.title}」", next=f"请先办理：{first}", code="phase"))
    elif a.opens:
        found.append(
            Refusal(f"案件已经开始，不能再次「{a.title}」", next="需要另立一案时请从列表页新建", code="phase")
        )
    elif s.phase not in a.from_:
        at = "、".join(phases[p] for p in phases if p in a.from_)
        now = phases.get(s.phase, s.phase)
        found.append(
            Refusal(
                f"案件处于「{now}」阶段，不能「{a.title}」",
                law=d.law_of(a.law),
                next=f"该动作在「{at}」阶段办理",
                code="phase",
            )
        )
    if a.once and s.done(a.name):
        found.append(Refusal(f"「{a.title}」只能办理一次", law=d.law_of(a.law), code="once"))
    if s.pending:
        title = d.actions[s.pending["action"]].title if s.pending["action"] in d.actions else "更正"
        found.append(
            Refusal(f"「{title}」正在等待审批", next="请等审批完成，或者由提出人撤回后再办理", code="pending")
        )
    found.extend(bad_day(s, c, r))
    return found


def bad_day(s: State, c: Command, r: Resolved) -> list[Refusal]:
    day = c.on.isoformat()
    if c.on > r.today:
        return [
            Refusal(f"办理日期 {day} 晚于今天 {r.today}", field="on", next="请填写实际发生的日期", code="day")
        ]
    if s.acts and day < s.last_day:
        last = next(a for a in reversed(s.acts) if a["d"] == s.last_day)
        return [
            Refusal(
                f"办理日期 {day} 早于前一步的日期 {s.last_day}", field="on", code="day",
                next=f"请核对日期；前一步日期（第{last['s']}号记录）有误的，先更正前一步",
            )
        ]  # fmt: skip
    if r.today - c.on > BACKDATED and not c.reason and c.mode == "live":
        return [
            Refusal(
                f"补录 {day} 的办理，距今超过三日，须说明理由",
                field="reason",
                next="请填写补录理由",
                code="reason",
            )
        ]
    return []


def organs_of(s: State, side: str, opening: bool, actor: Actor) -> frozenset[str]:
    held = s.sides.get(side)
    if held is None:
        return frozenset({actor.organ}) if opening else frozenset()
    return frozenset(x["id"] if isinstance(x, dict) else x for x in held)


def holds(s: State, actor: Actor, side: str, role: str, opening: bool = False) -> bool:
    """Whether the actor stands on that side of the case in that role."""
    return (not role or role in actor.roles) and not actor.acts_for.isdisjoint(
        organs_of(s, side, opening, actor)
    )


def allowed_by(
    d: Definition, s: State, a: Action, on: date, c: Command | None = None
) -> list[tuple[str, str]]:
    """The (side, role) pairs that may act now."""
    if a.deemed:
        sides = [
            (k, role)
            for k, x in d.source.sides.items()
            if x.is_ != "party"
            for role in x.roles
            if role == "handler"
        ]
        return sides[:1] if asks_first(d, s, a, on) else []
    if a.by_expression is not None:
        trial = replace(s, values={**s.values, **c.values}) if c else s
        found = View(d, trial, on).evaluate(a.by_expression)
        if found is UNKNOWN:
            return list(a.by)
        side, _, role = str(found).partition(".")
        return [(side, role)]
    return list(a.by)


def asks_first(d: Definition, s: State, a: Action, on: date) -> bool:
    """A deemed act that turns on a question has become due: a person answers, the worker does not act alone."""
    view = View(d, s, on)
    return any(
        k.expire
        and k.expire.do == a.name
        and k.expire.ask
        and view.elapsed(k.id)
        and s.clocks[k.id]["status"] == "running"
        for k in d.clocks.values()
    )


def not_entitled(d: Definition, s: State, a: Action, c: Command, actor: Actor, r: Resolved) -> Refusal | None:
    if actor.system:
        return None
    opening = not s.acts
    pairs = allowed_by(d, s, a, c.on, c)
    for side, role in pairs:
        named = {x["id"] if isinstance(x, dict) else x for x in c.sides.get(side, ())} if opening else set()
        if holds(s, actor, side, role, opening) and (not named or not actor.acts_for.isdisjoint(named)):
            return None  # whoever opens a case puts no other organ in his own place
    if a.deemed or a.system:
        return Refusal(
            f"「{a.title}」依法由系统在期限届满时办理",
            law=d.law_of(a.law),
            next="期限届满后系统自动办理，无须操作",
            code="role",
        )
    who = "、".join(f"{d.source.sides[side].title}的{ROLES.get(role, role)}" for side, role in pairs)
    return Refusal(
        f"「{a.title}」由{who}办理，您当前的岗位不能办理",
        law=d.law_of(a.law),
        next="请切换岗位，或者转交有权办理的人员",
        code="role",
    )
