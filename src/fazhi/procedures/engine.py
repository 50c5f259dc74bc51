"""The pure engine: `decide` interprets the law and gives events or refusals; nothing is read but its arguments.

Events carry their effects (phase, values, clocks with their derivation), so that `state.apply` only adds up and a
case folds unchanged when its definition is long gone. Approval, correction and what runs by itself are in `steps`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from fazhi.law import Calendar, LawError
from fazhi.procedures.attempt import Attempt, bare, begin, fork
from fazhi.procedures.commands import Actor, Command, Decision, Resolved
from fazhi.procedures.errors import Refusal
from fazhi.procedures.filling import fill
from fazhi.procedures.happening import happen, propose
from fazhi.procedures.model import Action, Definition
from fazhi.procedures.needs import test
from fazhi.procedures.state import State, apply
from fazhi.procedures.turn import not_entitled, out_of_turn


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
                next=f"可选：{names}",
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
