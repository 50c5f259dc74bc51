"""What approvers have to read: the case as it will be if everybody agrees on the day of the proposal."""

from __future__ import annotations

from datetime import date, datetime

from fazhi.law import Calendar
from fazhi.procedures import clocks
from fazhi.procedures.attempt import fork
from fazhi.procedures.conditions import UNKNOWN, local_day
from fazhi.procedures.model import Action, Definition
from fazhi.procedures.state import State
from fazhi.procedures.view import View

Row = tuple[str, int]


def foreseen(d: Definition, s: State, calendar: Calendar) -> tuple[State, Row | None]:
    """A copy of the state with the proposed act done, and the row that it adds or changes."""
    trial = fork(s)
    pending = s.pending or {}
    action = d.actions.get(pending.get("action", ""))
    if action is None:
        return trial, None
    trial.values.update(pending.get("values", {}))
    trial.sides.update(pending.get("sides", {}))
    trial.facts.update(pending.get("facts", {}))
    trial.outcome = pending.get("outcome") or trial.outcome
    act = {"a": action.name, "d": pending["on"], "s": pending["seq"]}
    trial.acts.append({**act, "o": pending["outcome"]} if pending.get("outcome") else act)
    row = _row(d, trial, action)
    on = date.fromisoformat(pending["on"])
    _set(trial, action, View(d, trial, on, {}, row))
    changed = {action.name, *pending.get("values", ()), *pending.get("facts", ())}
    for name, record in clocks.moved(d, trial, on, calendar, changed, {}).items():
        if record is not None:
            trial.clocks[name] = record
    return trial, row


def _row(d: Definition, trial: State, action: Action) -> Row | None:
    part = action.adds or action.on
    if not part:
        return None
    pending = trial.pending or {}
    row = {k: v for k, v in pending.get("values", {}).items() if k in d.source.parts[part].fields}
    rows = trial.parts[part] = [dict(x) for x in trial.parts.get(part, ())]
    if action.adds:
        rows.append({"index": len(rows), "phase": next(iter(d.source.parts[part].phases), ""), **row})
        return part, len(rows) - 1
    index = int(pending.get("part") or 0)
    rows[index].update(row)
    return part, index


def _set(trial: State, action: Action, view: View) -> None:
    """Fields that the act fills in by itself."""
    outcome = action.outcomes.get(trial.outcome)
    for name, condition in (*action.sets, *(outcome.sets if outcome else ())):
        found = view.evaluate(condition)
        if found is not UNKNOWN:
            trial.values[name] = local_day(found).isoformat() if isinstance(found, datetime) else found
