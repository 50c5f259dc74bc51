"""The pure engine: `decide` interprets the law and gives events or refusals; nothing is read but its arguments.

Events carry their effects (phase, values, clocks with their derivation), so that `state.apply` only adds up and a
case folds unchanged when its definition is long gone. Approval, correction and what runs by itself are in `steps`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from fazhi.law import Calendar, LawError
from fazhi.procedures import checks, clocks
from fazhi.procedures.commands import Actor, Command, Decision, Resolved
from fazhi.procedures.conditions import UNKNOWN, local_day
from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Action, Ask, Definition, Need, Outcome
from fazhi.procedures.state import SCHEMA, Body, State, apply
from fazhi.procedures.view import View

BACKDATED = timedelta(days=3)  # entry after more than three days asks for a reason


@dataclass(slots=True)
class Attempt:
    """One act being tried: the state with its values in, and what was found on the way."""

    d: Definition
    s: State  # a fork that may be written
    a: Action
    o: Outcome | None
    c: Command
    actor: Actor
    r: Resolved
    body: Body


def fork(s: State) -> State:
    """A copy whose branches may be written; the values in them are never changed in place."""
    return State(  # by hand: `replace` takes five times as long, and every act forks twice
        s.case, s.procedure, s.definition, s.county, s.seq, s.phase, s.outcome, s.opened_on, s.closed_on, s.number,
        dict(s.values), dict(s.facts), dict(s.sides), dict(s.parameters), list(s.acts), dict(s.clocks),
        {k: [dict(r) for r in rows] for k, rows in s.parts.items()}, s.pending, list(s.flaws), list(s.documents),
        list(s.remedies), list(s.links), s.imported, s.bare,
    )  # fmt: skip


def decide(
    d: Definition, state: State | None, command: Command, actor: Actor, resolved: Resolved, calendar: Calendar,
    before: State | None = None,
) -> Decision:  # fmt: skip
    """Events that carry the command out, or refusals. `before`: the state before `command.target`, for a void."""
    try:
        return _decide(d, state, command, actor, resolved, calendar, before)
    except LawError as error:  # a date that no calendar reaches, a period of no length
        return _refuse(
            Refusal(error.message, error.law, next=error.next or "请核对填写的日期和期限", code="period")
        )


def _decide(
    d: Definition, state: State | None, command: Command, actor: Actor, resolved: Resolved, calendar: Calendar,
    before: State | None,
) -> Decision:  # fmt: skip
    action = d.actions.get(command.action)
    if command.kind == "act" and (action is None or not action.quick):
        return act(d, state, command, actor, resolved, calendar)
    from fazhi.procedures import steps

    match command.kind:
        case "act":
            assert action is not None
            return steps.quick(d, state, action, command, actor, resolved, calendar)
        case "agree" | "return" | "refuse" | "withdraw":
            return steps.approval(d, state, command, actor, resolved, calendar)
        case "void" if command.mode == "record":
            return steps.take_back(d, state, command, actor, resolved, calendar, before)
        case "correct" | "void":
            return steps.mend(d, state, command, actor, resolved, calendar, before)
        case "expire":
            return steps.expire(d, state, command, resolved, calendar)
        case "recalculate" | "migrate":
            return steps.recompute(d, state, command, actor, resolved, calendar)
        case "note":
            return steps.note(d, state, command, actor, resolved)


def act(
    d: Definition, state: State | None, c: Command, actor: Actor, r: Resolved, calendar: Calendar
) -> Decision:
    """Do an action now, or propose it where somebody has to agree."""
    a = d.actions.get(c.action)
    if a is None:
        return _refuse(
            Refusal(f"「{d.title}」没有办理动作「{c.action}」", next="请从案件页面选择下一步", code="action")
        )
    s = fork(state) if state else State(case=r.case, procedure=d.name, county=r.county, definition=d.hash)
    live = c.mode == "live"
    if not live and not s.acts:
        s.bare = not d.from_ <= c.on <= (d.to or date.max)
    o = a.outcomes.get(c.outcome) if c.outcome else None
    refusals = out_of_turn(d, s, a, c, r) if live else []
    if live and not refusals and (refusal := not_entitled(d, s, a, c, actor, r)):
        refusals.append(refusal)
    if a.outcomes and o is None:
        names = "、".join(x.title for x in a.outcomes.values())
        refusals.append(
            Refusal(
                f"「{a.title}」须选择处理结果",
                law=d.law_of(a.law),
                field="outcome",
                next=f"可选:{names}",
                code="outcome",
            )
        )
    if refusals:
        return _refuse(*refusals)
    t = Attempt(d, s, a, o, c, actor, r, begin(d, s, c, actor, r))
    refusals = fill(t)
    if refusals:
        return _refuse(*refusals)
    blocked = [] if bare(t) else test(t)
    if blocked and live:
        return _refuse(*blocked)
    if a.approve and live:
        return Decision((propose(t),))
    return conclude(t, calendar, state)


def bare(t: Attempt) -> bool:
    """A record of a time when no version was in force: days and outcomes, and nothing that a law would say of them."""
    return t.s.bare and t.c.mode == "record"


def conclude(t: Attempt, calendar: Calendar, state: State | None, kind: str = "") -> Decision:
    """The event of the act itself; with `then`, also of the act that it brings."""
    body = happen(t, calendar, kind)
    events = [body]
    if t.a.then and t.c.mode == "live":  # a record holds what its row tells, no more
        after = apply(fork(state) if state else State(), body)
        following = t.d.actions[t.a.then]
        c = replace(
            t.c,
            action=following.name,
            outcome="",
            part=None,
            values=_known(following, t.c.values),
            reason=t.c.reason or t.a.title,
        )
        inner = Attempt(
            t.d, fork(after), following, None, c, t.actor, t.r, begin(t.d, after, c, t.actor, t.r)
        )
        refusals = fill(inner) or [x for x in test(inner) if t.c.mode == "live"]
        if refusals:
            return _refuse(*refusals)
        events.append(happen(inner, calendar))
    return Decision(tuple(events))


def _known(a: Action, values: dict[str, Any]) -> dict[str, Any]:
    names = {x.field for x in a.asks}
    return {k: v for k, v in values.items() if k in names}


def _refuse(*refusals: Refusal) -> Decision:
    return Decision((), tuple(refusals))


def begin(d: Definition, s: State, c: Command, actor: Actor, r: Resolved) -> Body:
    """The part of an event's body that every kind has. `recorded_at`, `prev` and papers are the service's."""
    body: Body = {
        "schema": SCHEMA, "case": s.case or r.case, "seq": s.seq + 1, "county": s.county or r.county,
        "procedure": d.name, "definition": d.hash, "type": "", "action": c.action, "occurred_on": c.on.isoformat(),
        "actor": _actor(actor, d, s, c),
    }  # fmt: skip
    if c.outcome:
        body["outcome"] = c.outcome
    if c.at:
        body["occurred_at"] = c.at
    if c.reason:
        body["reason"] = c.reason
    if c.source:
        body["source"] = c.source
    return body


def _actor(actor: Actor, d: Definition, s: State, c: Command) -> dict[str, str]:
    if actor.system:
        return {"person": "system"}
    who = {"person": actor.person, "post": actor.post, "organ": actor.organ}
    action = d.actions.get(c.action)
    if action is not None:
        who["role"] = next(
            (role for _, role in action.by if role in actor.roles), min(actor.roles, default="")
        )
    return {k: v for k, v in who.items() if v}


# ---- in turn, entitled ----------------------------------------------------------------------------------------------


def out_of_turn(d: Definition, s: State, a: Action, c: Command, r: Resolved) -> list[Refusal]:
    """Phase, pending proposal, dates: may this act come now?"""
    found = []
    phases = d.source.phases
    if not s.acts and not s.pending:
        if not a.opens:
            first = "、".join(x.title for x in d.opening)
            found.append(Refusal(f"案件尚未开始,不能「{a.title}」", next=f"请先办理:{first}", code="phase"))
    elif a.opens:
        found.append(
            Refusal(f"案件已经开始,不能再次「{a.title}」", next="需要另立一案时请从列表页新建", code="phase")
        )
    elif s.phase not in a.from_:
        at = "、".join(phases[p] for p in phases if p in a.from_)
        now = phases.get(s.phase, s.phase)
        found.append(
            Refusal(
                f"案件处于「{now}」阶段,不能「{a.title}」",
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
            Refusal(f"「{title}」正在等待审批", next="请等审批完成,或者由提出人撤回后再办理", code="pending")
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
                next=f"请核对日期;前一步日期(第{last['s']}号记录)有误的,先更正前一步",
            )
        ]  # fmt: skip
    if r.today - c.on > BACKDATED and not c.reason and c.mode == "live":
        return [
            Refusal(
                f"补录 {day} 的办理,距今超过三日,须说明理由",
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
            next="期限届满后系统自动办理,无须操作",
            code="role",
        )
    who = "、".join(f"{d.source.sides[side].title}的{ROLES.get(role, role)}" for side, role in pairs)
    return Refusal(
        f"「{a.title}」由{who}办理,您当前的岗位不能办理",
        law=d.law_of(a.law),
        next="请切换岗位,或者转交有权办理的人员",
        code="role",
    )


ROLES = {
    "handler": "承办人", "legal_reviewer": "法制审核人员", "head": "负责人", "office_head": "机构负责人", "section_head": "科室负责人",
    "clerk": "经办人", "supervisor": "监督人员", "mediator": "调解员", "worker": "网格员", "leader": "网格长", "dispatcher": "分拨员",
    "chair": "主任", "admin": "管理员", "meeting": "集体讨论",
}  # fmt: skip


# ---- values, facts, needs -------------------------------------------------------------------------------------------


def fill(t: Attempt) -> list[Refusal]:
    """Put the given values, facts and parameters into the trial state and the body; refuse what cannot stand."""
    d, s, a, c, r = t.d, t.s, t.a, t.c, t.r
    fields = d.source.fields
    part = a.adds or a.on
    part_fields = d.source.parts[part].fields if part and part in d.source.parts else {}
    sides = d.source.sides
    asked: dict[str, Ask] = {x.field: x for x in (*a.asks, *(t.o.asks if t.o else ()))}
    refusals = []
    values, row, given_sides = {}, {}, dict(c.sides)
    for name, given in c.values.items():
        if given is None:
            continue
        if name in part_fields and part:
            refusal = checks.value(name, part_fields[name], given, r)
            row[name] = given
        elif name in sides:
            refusal = None
            given_sides[name] = given if isinstance(given, list) else [given]
        elif name in fields:
            refusal = checks.value(name, fields[name], given, r)
            values[name] = given
        else:
            refusal = Refusal(
                f"「{d.title}」没有字段「{name}」",
                field=name,
                next="请使用当前版本的表单或者模板",
                code="value",
            )
        if refusal:
            refusals.append(refusal)
    if c.mode == "live" and not a.deemed:
        for ask in asked.values():
            known = ask.field in values or ask.field in given_sides or ask.field in row
            if ask.required and not known:
                title = (sides[ask.field] if ask.field in sides else (part_fields | fields)[ask.field]).title
                refusals.append(
                    Refusal(
                        f"「{title}」未填写",
                        law=d.law_of(a.law),
                        field=ask.field,
                        next="请填写后提交",
                        code="missing",
                    )
                )
    if part and a.on and (c.part is None or c.part >= len(s.parts.get(part, ()))):
        refusals.append(
            Refusal(
                f"「{a.title}」须选定一项「{d.source.parts[part].title}」",
                field="part",
                next="请先选择",
                code="part",
            )
        )
    if a.deemed and not t.actor.system and not c.reason:
        refusals.append(
            Refusal(
                f"「{a.title}」须记明有无正当理由",
                law=d.law_of(a.law),
                field="reason",
                next="请填写理由",
                code="reason",
            )
        )
    for name, given in given_sides.items():
        if name in sides and not sides[name].many and len(given) > 1:
            refusals.append(
                Refusal(f"「{sides[name].title}」只能有一个", field=name, next="请只保留一个", code="value")
            )
    if refusals:
        return refusals
    if not s.acts:
        for side, _ in a.by:
            if (
                side in sides
                and sides[side].is_ != "party"
                and side not in given_sides
                and side not in s.sides
                and t.actor.organ
            ):
                given_sides[side] = [t.actor.organ]
                break
    facts = {k: v for k, v in c.facts.items() if k in d.facts and v is not None} if c.facts else {}
    for name, found in r.lookups.items():
        fact = d.facts.get(name)
        if fact is None:
            continue
        if fact.source.confirm is None or not found.get("found"):
            facts.setdefault(name, found["value"])
    s.values.update(values)
    s.sides.update(given_sides)
    s.facts.update(facts)
    used = {k: p for k, p in r.parameters.items() if s.parameters.get(k) != p["value"]}
    if used:
        s.parameters.update({k: p["value"] for k, p in used.items()})
    for key, part_of in (("values", values), ("sides", given_sides), ("facts", facts), ("parameters", used)):
        if part_of:
            t.body[key] = part_of
    if r.lookups:
        t.body["lookups"] = {k: v for k, v in r.lookups.items() if k in d.facts}
    if part:
        _row(t, part, row)
    return []


def _row(t: Attempt, part: str, row: dict[str, Any]) -> None:
    rows = t.s.parts.setdefault(part, [])
    phases = list(t.d.source.parts[part].phases)
    if t.a.adds:
        index = len(rows)
        change = {"phase": t.a.ends or (phases[0] if phases else ""), **row}
        rows.append({"index": index, **change})
    else:
        index = t.c.part or 0
        change = {**row}
        if phases:
            change["phase"] = t.a.ends or phases[-1]
        rows[index].update(change)
    t.body["part"] = {"name": part, "index": index}
    t.body["effects"] = {"parts": [{"name": part, "index": index, "set": change}]}


def test(t: Attempt) -> list[Refusal]:
    """Every need of the act: recorded with its answer; gives the refusals of those that block."""
    view = _view(t)
    results, refusals = [], []
    for need in (*t.a.needs, *(t.o.needs if t.o else ())):
        answer = _answer(view, need)
        if answer == "idle":
            continue
        results.append(
            {
                "where": need.where,
                "index": need.index,
                "law": t.d.law_of(need.law),
                "level": need.level,
                "result": answer,
            }
        )
        if answer == "not_met" and (need.level == "flaw" or t.c.mode == "record"):
            t.body.setdefault("effects", {}).setdefault("flaws", []).append(
                {
                    "need": f"{need.where}#{need.index}",
                    "what": need.otherwise,
                    "law": t.d.law_of(need.law),
                    "seq": t.body["seq"],
                }
            )
        if need.level == "block" and answer != "met" and t.c.mode == "live":  # a record is never refused
            refusals.append(_unmet(t, view, need, answer))
    if results:
        t.body["needs"] = results
    return refusals


def _view(t: Attempt) -> View:
    row = t.body.get("part")
    return View(t.d, t.s, t.c.on, t.r.codes, (row["name"], row["index"]) if row else None, t.r.carried)


def _answer(view: View, need: Need) -> str:
    if need.when is not None:
        when = view.evaluate(need.when)
        if when is UNKNOWN:
            return "unknown"
        if not when:
            return "idle"
    that = view.evaluate(need.that)
    return "unknown" if that is UNKNOWN else "met" if that else "not_met"


def _unmet(t: Attempt, view: View, need: Need, answer: str) -> Refusal:
    d = t.d
    do = d.actions[need.do].title if need.do in d.actions else ""
    step = f"请先办理「{do}」" if do else "请补正后再办理"
    if answer == "unknown":
        names = sorted(missing(d, view, need))
        titles = "、".join(title_of(d, n) for n in names) or "分项或者名册中的相应内容"
        return Refusal(
            f"{need.otherwise}:无法判断,尚缺「{titles}」",
            law=d.law_of(need.law),
            field=names[0] if names else "",
            next="请先认定或者填写",
            code="unknown",
        )
    return Refusal(need.otherwise, law=d.law_of(need.law), next=step, code="need")


def missing(d: Definition, view: View, need: Need) -> set[str]:
    """The names without data that keep a need from being answered, down through computed facts."""
    names = set(need.that.names) | (set(need.when.names) if need.when else set())
    out: set[str] = set()
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        if view.value(name) is not UNKNOWN:
            continue
        fact = d.facts.get(name)
        if fact is not None and fact.value is not None:
            names |= set(fact.value.names)
        else:
            out.add(name)
    return out


def title_of(d: Definition, name: str) -> str:
    s = d.source
    for table in (s.fields, s.facts, s.sides, s.parts):
        if name in table:
            return str(table[name].title)
    if name.startswith("param_") and name[6:] in s.parameters:
        return "参数:" + s.parameters[name[6:]].title
    return name


# ---- the event ------------------------------------------------------------------------------------------------------


def propose(t: Attempt) -> Body:
    """Somebody has to agree first: values wait in the proposal; only the sides are known at once, for access."""
    body = t.body
    effects = body.setdefault("effects", {})
    for key in ("parts", "flaws"):
        effects.pop(key, None)
    pending: dict[str, Any] = {
        "action": t.a.name,
        "by": t.actor.person,
        "on": t.c.on.isoformat(),
        "seq": body["seq"],
        "step": 0,
        "agreed": [],
    }
    if t.c.outcome:
        pending["outcome"] = t.c.outcome
    for key, value in (
        ("values", t.c.values),
        ("facts", t.c.facts),
        ("sides", t.c.sides),
        ("part", t.c.part),
        ("reason", t.c.reason),
    ):
        if value not in ({}, None, ""):
            pending[key] = value
    for key, value in (("organ", t.actor.organ), ("post", t.actor.post), ("role", body["actor"].get("role"))):
        if value:
            pending[key] = value
    effects["pending"] = pending
    names = [*t.a.documents, *(t.o.documents if t.o else ())]
    if names:
        body["papers"] = names  # shown to those who have to agree
    for key in ("values", "facts", "part"):
        body.pop(key, None)
    body["type"] = "proposed"
    return body


def happen(t: Attempt, calendar: Calendar, kind: str = "") -> Body:
    """The event of the act itself, with all its effects."""
    d, s, a, o, body = t.d, t.s, t.a, t.o, t.body
    effects = body.setdefault("effects", {})
    record: dict[str, Any] = {"a": a.name, "d": body["occurred_on"], "s": body["seq"]}
    if t.actor.system and kind == "expired":
        record["x"] = True  # dated by the worker: an earlier day may still be entered after it
    if o is not None:
        record["o"] = o.name
        s.outcome = o.name
    if t.c.at:
        record["at"] = t.c.at
    if part := body.get("part"):
        record["p"] = [part["name"], part["index"]]
    side = (
        "" if t.actor.system else next((x for x, role in a.by if holds(s, t.actor, x, role, not s.acts)), "")
    )
    if side:
        record["side"] = side
    if t.actor.organ:
        record["org"] = t.actor.organ
    s.acts.append(record)
    effects["act"] = record
    if not s.opened_on:
        s.opened_on = body["occurred_on"]
    to = (o.to if o else None) or a.to or a.opens
    changed = {a.name, *body.get("values", ()), *body.get("facts", ())}
    if part:
        changed |= set(effects["parts"][0]["set"])
    if to and to != s.phase:
        effects["phase"] = [s.phase, to]
        was, now = bool(s.closed_on), to in d.ends  # closed also when everything has been taken back
        s.phase = to
        if was != now:
            effects["closed"] = now
    if s.pending is not None:
        effects["pending"] = None
    body["type"] = kind or ("recorded" if t.c.mode == "record" else "opened" if a.opens else "acted")
    if bare(t):
        if len(s.acts) == 1:
            body["bare"] = True
        return body
    changed |= _set(t, effects)
    moved = clocks.moved(d, s, t.c.on, calendar, changed, t.r.codes)
    if moved:
        effects["clocks"] = moved
    _follow(t, effects)
    names = [*a.documents, *(o.documents if o else ())]
    if names:
        body["papers"] = names  # for the service: composed, numbered and replaced by `documents`
    return body


def _set(t: Attempt, effects: dict[str, Any]) -> set[str]:
    """Fields that the act itself fills in (`sets`)."""
    sets = (*t.a.sets, *(t.o.sets if t.o else ()))
    if not sets:
        return set()
    view = _view(t)
    done = {}
    for name, condition in sets:
        found = view.evaluate(condition)
        if found is not UNKNOWN:
            done[name] = local_day(found).isoformat() if isinstance(found, datetime) else found
    t.s.values.update(done)
    if done:
        t.body.setdefault("values", {}).update(done)
    return set(done)


def _follow(t: Attempt, effects: dict[str, Any]) -> None:
    """Remedies, disclosure, links: what the act brings with it."""
    a, o = t.a.source, t.o.source if t.o else None
    if not (a.remedies or a.links or a.tells or a.discloses) and o is None:
        return
    view = _view(t)

    def holds_true(when: str | None) -> bool:
        return not when or view.evaluate(t.d.whens[when]) is True

    remedies = [
        {
            "kind": x.kind,
            "within": x.within,
            "law": x.law,
            "seq": t.body["seq"],
            **({"first": True} if x.first else {}),
            **({"to": x.to} if x.to else {}),
        }
        for x in ((o.remedies if o and o.remedies else []) or a.remedies)
        if holds_true(x.when)
    ]
    if remedies:
        effects["remedies"] = remedies
    links: list[dict[str, Any]] = []
    for x in [*a.links, *(o.links if o else [])]:
        if (x.opens or x.to) and holds_true(x.when):
            links.append({"opens": x.opens} if x.opens else {"tells": x.to, "event": x.event})
            if x.opens:
                carried = {n: n for n in x.carries} if isinstance(x.carries, list) else dict(x.carries)
                links[-1] |= {"carries": carried, "side": x.side}
    tells = o.tells if o and o.tells else a.tells
    if tells:
        links.append({"tells": tells.link, "event": tells.event})
    if links:
        effects["links"] = [{**x, "seq": t.body["seq"]} for x in links]
    disclosure = o.discloses if o and o.discloses else a.discloses
    if disclosure and holds_true(disclosure.when):
        effects["discloses"] = {
            "within": disclosure.within,
            "law": t.d.law_of(disclosure.law),
            "masks": list(disclosure.masks),
        }
