"""What is not a plain act: several acts at once, approval, correction and void, expiry, recomputation, a note."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fazhi.law import Calendar
from fazhi.procedures import attempt, checks, clocks, engine, filling, needs, turn
from fazhi.procedures.commands import SYSTEM, Actor, Command, Decision, Resolved
from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Action, Definition
from fazhi.procedures.state import Body, State, apply, dump

CORRECTION, VOID = "$correct", "$void"
# What a correction or a void may set right; identity and sequence stay.
MENDED = (
    "phase", "outcome", "opened_on", "closed_on", "values", "facts", "sides", "acts", "clocks", "parts", "flaws",
    "documents", "remedies", "links", "pending",
)  # fmt: skip


def _refuse(*refusals: Refusal) -> Decision:
    return Decision((), tuple(refusals))


def quick(
    d: Definition, state: State | None, a: Action, c: Command, actor: Actor, r: Resolved, calendar: Calendar
) -> Decision:
    """Several acts on one screen: each with its own needs and event, all or none."""
    events: list[Body] = []
    s = attempt.fork(state) if state else None
    for name in a.quick:
        step = d.actions[name]
        asked = {x.field for x in step.asks} | {x.field for o in step.outcomes.values() for x in o.asks}
        inner = replace(
            c, action=name, outcome=c.outcome if step.outcomes else "",
            values={k: v for k, v in c.values.items() if k in asked}, sides=c.sides if step.opens else {},
        )  # fmt: skip
        decision = engine.act(d, s, inner, actor, r, calendar)
        if not decision.ok:
            return decision
        for body in decision.events:
            s = apply(attempt.fork(s) if s else State(), body)
            events.append(body)
    return Decision(tuple(events))


# ---- approval -------------------------------------------------------------------------------------------------------


def approval(
    d: Definition, state: State | None, c: Command, actor: Actor, r: Resolved, calendar: Calendar
) -> Decision:
    """Agree, return, refuse or withdraw what was proposed. Nobody approves what he proposed (or approved before)."""
    if state is None or state.pending is None:
        return _refuse(Refusal("没有待审批的事项", next="可能已由他人办理，请刷新页面查看", code="pending"))
    s, p = attempt.fork(state), state.pending
    mending = p["action"] in (CORRECTION, VOID)
    c = replace(c, action=p["action"], outcome=p.get("outcome", ""))
    if bad := turn.bad_day(s, c, r):
        return _refuse(*bad)
    if c.kind == "withdraw":
        if actor.person != p["by"]:
            return _refuse(Refusal("只有提出人可以撤回", next="请联系提出人，或者由审批人退回", code="role"))
    elif refusal := _may_approve(d, s, p, actor, mending):
        return _refuse(refusal)
    if c.kind in ("return", "refuse") and not c.reason:
        words = "退回" if c.kind == "return" else "不同意"
        return _refuse(Refusal(f"{words}须写明理由", field="reason", next="请填写理由", code="reason"))
    body = attempt.begin(d, s, c, actor, r)
    if c.kind != "agree":
        body["type"] = {"return": "returned", "refuse": "refused", "withdraw": "withdrawn"}[c.kind]
        body["effects"] = {"pending": None}
        if not s.acts and c.kind != "return":
            body["effects"]["closed"] = True
        return Decision((body,))
    steps = () if mending else d.actions[p["action"]].approve
    step = p["step"]
    if not mending and step < len(steps) and steps[step] == ("meeting",) and not c.reason:
        return _refuse(
            Refusal("集体讨论决定须写明会议名称和纪要文号", field="reason", next="请填写", code="reason")
        )
    body["type"] = "agreed"
    if step + 1 < len(steps):
        body["effects"] = {"pending": {**p, "step": step + 1, "agreed": [*p["agreed"], actor.person]}}
        return Decision((body,))
    body["effects"] = {"pending": {**p, "step": step + 1, "agreed": [*p["agreed"], actor.person]}}
    after = apply(attempt.fork(s), body)
    organ = p.get("organ", actor.organ)
    proposer = Actor(
        p["by"],
        "",
        p.get("post", ""),
        organ,
        frozenset({organ}) | actor.acts_for,
        frozenset({p.get("role", "")}),
    )
    if mending:
        inner = Command(
            "correct" if p["action"] == CORRECTION else "void", on=c.on, values=p.get("values", {}),
            target=p["target"], reason=p["reason"],
        )  # fmt: skip
        final = _mended(d, after, inner, actor, r, calendar, p.get("before"))
        return Decision((body, final))
    done = _take_effect(d, after, p, c, proposer, r, calendar)
    return done if not done.ok else Decision((body, *done.events))


def _take_effect(
    d: Definition, s: State, p: dict[str, Any], c: Command, proposer: Actor, r: Resolved, calendar: Calendar
) -> Decision:
    """The act itself, on the day of the last yes; its needs are tested again."""
    a = d.actions[p["action"]]
    inner = Command(
        "act", action=a.name, on=c.on, at=c.at, outcome=p.get("outcome", ""), values=p.get("values", {}),
        facts=p.get("facts", {}), sides=p.get("sides", {}), part=p.get("part"), reason=p.get("reason", ""),
    )  # fmt: skip
    t = attempt.Attempt(
        d,
        attempt.fork(s),
        a,
        a.outcomes.get(inner.outcome),
        inner,
        proposer,
        r,
        attempt.begin(d, s, inner, proposer, r),
    )
    refusals = filling.fill(t) or needs.test(t)
    if refusals:
        return _refuse(*refusals)
    t.body["proposed"] = p["seq"]
    return engine.conclude(t, calendar, s)


def _may_approve(d: Definition, s: State, p: dict[str, Any], actor: Actor, mending: bool) -> Refusal | None:
    if actor.person == p["by"]:
        return Refusal(
            "不得审批本人提出的事项", law="审批与承办相分离", next="请由其他有权审批的人员办理", code="self"
        )
    if actor.person in p["agreed"]:
        return Refusal("您已经在前一环节审批过", next="请由下一环节的审批人办理", code="self")
    opening = not s.acts
    if mending:
        mine = any(
            turn.holds(s, actor, side, "", opening) for side, x in d.source.sides.items() if x.is_ != "party"
        )
        return (
            None if mine else Refusal("更正须由本机关另一名人员同意", next="请由本机关同事审批", code="role")
        )
    names = d.actions[p["action"]].approve[p["step"]]
    pairs = [tuple(n.split(".", 1)) for n in names if n != "meeting"]
    if "meeting" in names:  # a head reports what the meeting decided
        first = next((k for k, x in d.source.sides.items() if x.is_ != "party"), "")
        pairs += [(first, "head"), (first, "office_head")]
    if any(turn.holds(s, actor, side, role, opening) for side, role in pairs):
        return None
    who = "或者".join(f"{d.source.sides[x].title}的{turn.ROLES.get(role, role)}" for x, role in pairs)
    return Refusal(
        f"本环节由{who}审批，您当前的岗位不能审批", next="请切换岗位，或者转交有权审批的人员", code="role"
    )


# ---- correction and void --------------------------------------------------------------------------------------------


def mend(
    d: Definition,
    state: State | None,
    c: Command,
    actor: Actor,
    r: Resolved,
    calendar: Calendar,
    before: State | None,
) -> Decision:
    """A later event that names field and reason and carries the effects that set the state right.

    The author mends a slip of the same day alone; later, a second person of the organ agrees.
    """
    if state is None:
        return _refuse(Refusal("案件不存在", code="case"))
    s = attempt.fork(state)
    index = next((i for i, a in enumerate(s.acts) if a["s"] == c.target), None)
    words = "更正" if c.kind == "correct" else "撤销"
    if index is None:
        return _refuse(
            Refusal(
                f"第{c.target}号记录不是可以{words}的办理记录",
                next="请在时间轴上选择一条办理记录",
                code="target",
            )
        )
    if not c.reason:
        return _refuse(Refusal(f"{words}须说明理由", field="reason", next="请填写理由", code="reason"))
    if s.pending:
        return _refuse(Refusal("另有事项正在等待审批", next="请待其完成后再更正", code="pending"))
    found = s.acts[index]
    if c.kind == "void" and index != len(s.acts) - 1:
        later = d.actions[s.acts[-1]["a"]].title if s.acts[-1]["a"] in d.actions else s.acts[-1]["a"]
        return _refuse(
            Refusal("后面已有办理记录，不能先撤销这一步", next=f"请先撤销「{later}」", code="order")
        )
    entitled = actor.system or any(
        turn.holds(s, actor, side, "") for side, x in d.source.sides.items() if x.is_ != "party"
    )
    if not entitled:
        return _refuse(Refusal(f"您所在单位不能{words}本案记录", next="请由承办机关办理", code="role"))
    if refusals := _correctable(d, c, r):
        return _refuse(*refusals)
    same_day = found["d"] == c.on.isoformat() and found.get("org", actor.organ) == actor.organ
    served = any(x.get("served_on") for x in s.parts.get("deliveries", ()) if x.get("of") == found["a"])
    if actor.system or (same_day and not served):
        return Decision((_mended(d, s, c, actor, r, calendar, dump(before) if before else None),))
    body = attempt.begin(d, s, c, actor, r)
    pending: dict[str, Any] = {
        "action": CORRECTION if c.kind == "correct" else VOID, "by": actor.person, "on": c.on.isoformat(),
        "seq": body["seq"], "step": 0, "agreed": [], "values": c.values, "target": c.target, "reason": c.reason,
    }  # fmt: skip
    if before is not None:
        pending["before"] = dump(before)
    body |= {
        "type": "proposed",
        "action": pending["action"],
        "target": c.target,
        "effects": {"pending": pending},
    }
    return Decision((body,))


def _correctable(d: Definition, c: Command, r: Resolved) -> list[Refusal]:
    refusals = []
    for name, given in c.values.items():
        if name == "$on":
            continue
        field = d.source.fields.get(name)
        if field is None:
            refusals.append(
                Refusal(f"没有字段「{name}」", field=name, next="请选择要更正的字段", code="value")
            )
        elif given is None and c.mode == "record":
            continue
        elif bad := checks.value(name, field, given, r):
            refusals.append(bad)
    if c.kind == "correct" and not c.values:
        refusals.append(Refusal("没有要更正的内容", next="请至少更正一个字段", code="value"))
    return refusals


def _mended(
    d: Definition,
    s: State,
    c: Command,
    actor: Actor,
    r: Resolved,
    calendar: Calendar,
    before: dict[str, Any] | None,
) -> Body:
    s = attempt.fork(s)
    body = attempt.begin(d, s, c, actor, r)
    s.pending = None
    old: dict[str, Any] = {}
    if c.kind == "void":
        blank = dump(State())
        for name in MENDED:
            setattr(s, name, (before or blank).get(name, getattr(State(), name)))
        s.pending = None
        if not s.acts:
            s.closed_on = c.on.isoformat()
        body["type"] = "voided"
    else:
        for name, given in c.values.items():
            if name == "$on":
                old[name] = next(a["d"] for a in s.acts if a["s"] == c.target)
                s.acts = [{**a, "d": given} if a["s"] == c.target else a for a in s.acts]
                if s.closed_on == old[name] and s.acts[-1]["s"] == c.target:
                    s.closed_on = given
                if s.acts[0]["s"] == c.target:
                    s.opened_on = given
            else:
                old[name] = s.values.get(name)
                _put(s.values, name, given)
        body["type"] = "corrected"
        body["old"] = old
        body["values"] = {k: v for k, v in c.values.items() if k != "$on"}
    _reckon(d, s, c, calendar, r)
    body["action"] = c.action or next((a["a"] for a in s.acts if a["s"] == c.target), "")
    body["target"] = c.target
    body["effects"] = {"replace": branches(s)}
    return body


def _put(values: dict[str, Any], name: str, given: Any) -> None:
    """None: an import had filled the field in and takes it back; there is nothing in it."""
    if given is None:
        values.pop(name, None)
    else:
        values[name] = given


def _reckon(d: Definition, s: State, c: Command, calendar: Calendar, r: Resolved) -> None:
    """The clocks of a state that has been set right."""
    if s.bare:
        return
    for name, record in clocks.moved(d, s, c.on, calendar, None, r.codes).items():
        if record is None:
            s.clocks.pop(name, None)
        else:
            s.clocks[name] = record


def branches(s: State) -> dict[str, Any]:
    """What of a state a correction or a void may set: as canonical values, to be replaced or compared."""
    return {name: getattr(s, name) for name in MENDED}


def take_back(
    d: Definition, state: State | None, c: Command, actor: Actor, r: Resolved, calendar: Calendar, before: State | None
) -> Decision:  # fmt: skip
    """Everything that an import wrote from event `target` to the last, by one event. `before`: the state before it.

    Whoever calls has seen that all of them are that import's: here nothing can tell.
    """
    if state is None or not 1 <= c.target <= state.seq:
        return _refuse(Refusal(f"没有第{c.target}号记录", next="请刷新后重试", code="target"))
    if not actor.system or not c.source:
        return _refuse(Refusal("只有导入的记录可以整批撤销", next="请在导入中心撤销该批次", code="role"))
    if state.pending:
        return _refuse(Refusal("另有事项正在等待审批", next="请待其完成后再撤销", code="pending"))
    s = attempt.fork(before) if before else State(definition=state.definition)
    s.seq = state.seq
    body = attempt.begin(d, state, c, actor, r)
    if not s.acts:
        s.closed_on = c.on.isoformat()
    _reckon(d, s, c, calendar, r)
    body |= {
        "type": "voided", "action": VOID, "target": c.target, "upto": state.seq,
        "effects": {"replace": branches(s)},
    }  # fmt: skip
    return Decision((body,))


# ---- what runs by itself --------------------------------------------------------------------------------------------


def expire(d: Definition, state: State | None, c: Command, r: Resolved, calendar: Calendar) -> Decision:
    """Carry out what the law attaches to a limit that has run out, on the day that the law names."""
    record = state.clocks.get(c.clock) if state else None
    part, _, rest = c.clock.partition("#")
    index, _, name = rest.partition(".")
    clock = d.part_clocks.get(part, {}).get(name) if rest else d.clocks.get(c.clock)
    if state is None or record is None or clock is None or clock.expire is None or not clock.expire.do:
        return _refuse(Refusal("该期限届满后没有自动办理事项", code="expire"))
    if clock.expire.ask:
        return _refuse(Refusal("该期限届满后须由承办人先作认定", code="ask"))
    if record["status"] != "running" or not record["due"] or record["due"][:10] >= r.today.isoformat():
        return _refuse(Refusal("期限尚未届满", code="expire"))
    due = date.fromisoformat(record["due"][:10])
    if clock.expire.day == "expiry":
        day = due
    elif clock.expire.day == "receipt":
        day = date.fromisoformat(record["start"][:10])
    else:
        day = due + timedelta(days=1)
    a = d.actions[clock.expire.do]
    if state.phase not in a.from_ and a.from_:
        return _refuse(Refusal("案件已不在该阶段", code="phase"))
    day = max(day, date.fromisoformat(state.last_day)) if clock.expire.day != "receipt" else day
    inner = Command(
        "act", action=a.name, on=day, values=dict(clock.expire.set), part=int(index) if index else None
    )
    s = attempt.fork(state)
    t = attempt.Attempt(d, s, a, None, inner, SYSTEM, r, attempt.begin(d, s, inner, SYSTEM, r))
    if refusals := filling.fill(t):
        return _refuse(*refusals)
    needs.test(t)
    t.body["clock"] = c.clock
    return engine.conclude(t, calendar, state, "expired")


def recompute(
    d: Definition, state: State | None, c: Command, actor: Actor, r: Resolved, calendar: Calendar
) -> Decision:
    """Clocks anew, after a holiday notice (recalculate) or under another version or revision (migrate)."""
    if state is None:
        return _refuse(Refusal("案件不存在", code="case"))
    s = attempt.fork(state)
    if c.kind == "migrate" and s.phase and s.phase not in d.source.phases:
        return _refuse(
            Refusal(
                f"新版本没有阶段「{s.phase}」，本案不能转入", next="请在新文件中说明过渡办法", code="phase"
            )
        )
    if s.bare and c.kind == "recalculate":
        return Decision(())
    body = attempt.begin(d, s, c, actor, r)
    changes = clocks.moved(d, s, c.on, calendar, None, r.codes)
    if c.kind == "recalculate":
        changes = {k: v for k, v in changes.items() if v is None or _still_open(state, k)}
        if not changes:
            return Decision(())
    body["type"] = "recalculated" if c.kind == "recalculate" else "migrated"
    body["effects"] = {"clocks": changes} if changes else {}
    body["before"] = {k: _due(state, k) for k in changes}
    if c.kind == "migrate":
        body["from_definition"] = state.definition
    return Decision((body,))


def _still_open(s: State, name: str) -> bool:
    record = s.clocks.get(name)
    return record is None or record["status"] in clocks.OPEN


def _due(s: State, name: str) -> str | None:
    record = s.clocks.get(name)
    return record["due"] if record else None


def note(d: Definition, state: State | None, c: Command, actor: Actor, r: Resolved) -> Decision:
    if state is None or not c.reason:
        return _refuse(Refusal("备注不得为空", field="reason", next="请填写", code="reason"))
    body = attempt.begin(d, state, c, actor, r)
    body["type"] = "noted"
    return Decision((body,))
