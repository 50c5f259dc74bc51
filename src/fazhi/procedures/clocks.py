"""Clocks of a case, each computed anew from what happened: the record it leaves carries its derivation.

From scratch, not by increments: so a clock that gives way, comes back, is moved by a correction or by a later
holiday notice is the same calculation each time. Only the pauses are remembered, since a condition leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from fazhi.law import Calendar, Extension, Pause, Period, due, warn_from
from fazhi.procedures.conditions import UNKNOWN
from fazhi.procedures.model import Clock, Definition
from fazhi.procedures.state import State
from fazhi.procedures.view import Row, View

Record = dict[str, Any]
DEFAULT_WARN = Period(3, "working_days")
OPEN = ("running", "paused")


def moved(
    d: Definition,
    s: State,
    on: date,
    calendar: Calendar,
    changed: Iterable[str] | None,
    codes: Mapping[str, Any],
) -> dict[str, Record | None]:
    """The clocks that read differently after a change; `changed` names the acts and fields (None: all)."""
    names = None if changed is None else frozenset(changed)
    view = View(d, s, on, codes)
    out: dict[str, Record | None] = {}
    started = _started(d, s)
    for clock in d.clocks.values():
        if clock.id not in started and clock.id not in s.clocks:
            continue
        if names is None or "*" in clock.touches or not names.isdisjoint(clock.touches):
            _compare(out, clock.id, compute(d, s, view, clock, clock.id, calendar), s)
    for part, clocks in d.part_clocks.items():
        for row in range(len(s.parts.get(part, ()))) if clocks else ():
            inner = View(d, s, on, codes, (part, row))
            for clock in clocks.values():
                name = f"{part}#{row}.{clock.id}"
                _compare(out, name, compute(d, s, inner, clock, name, calendar, (part, row)), s)
    return out


_starts: dict[str, dict[str, set[str]]] = {}  # by hash of the definition: the clocks that an act starts


def _started(d: Definition, s: State) -> set[str]:
    """The clocks that something done so far may have started; the others need no counting."""
    starts = _starts.get(d.hash)
    if starts is None:
        starts = _starts[d.hash] = {}
        for clock in d.clocks.values():
            for name in clock.start:
                starts.setdefault(name, set()).add(clock.id)
    found: set[str] = set()
    for act in s.acts:
        found |= starts.get(act["a"], _NONE)
        if "o" in act:
            found |= starts.get(f"{act['a']}.{act['o']}", _NONE)
    return found


_NONE: frozenset[str] = frozenset()


def _compare(out: dict[str, Record | None], name: str, record: Record | None, s: State) -> None:
    if record != s.clocks.get(name):
        out[name] = record


def compute(
    d: Definition, s: State, view: View, clock: Clock, name: str, calendar: Calendar, row: Row | None = None
) -> Record | None:
    """The clock's record as it stands after the last act, or None while it has not started."""
    start, stopped, granted, restarted = _run(s, clock, row)
    prior = s.clocks.get(name)
    if start is None:
        return None
    if (
        clock.until
        and prior
        and stopped is not None
        and prior.get("stopped") == stopped
        and prior["start"] == start
    ):
        return prior  # answered for the date as it then stood; a new date is a new run
    when = True if clock.when is None else view.evaluate(clock.when)
    if when is UNKNOWN:
        return None if prior is None else {**prior, "status": "given_way"}
    pauses = _pauses(clock, view, prior, stopped)
    record: Record = {
        "title": clock.title, "kind": clock.kind, "status": "running", "start": start, "due": None, "warn_from": None,
        "law": d.law_of(clock.law) if clock.law else "", "pauses": pauses,
    }  # fmt: skip
    if clock.whose:
        record["whose"] = clock.whose
    if prior and (runs := _runs(prior, start, restarted)):
        record["runs"] = runs
    if clock.unverified:
        record["unverified"] = True
    if clock.before:
        record["before"] = clock.before
    if not when:
        return {**record, "status": "given_way", "stopped": None} if prior else None
    if clock.until:
        until = (s.parts[row[0]][row[1]] if row else {}).get(clock.until) or s.values.get(clock.until)
        if until is None:
            return None
        record["due"] = until
        record["steps"] = [
            {
                "date": until[:10],
                "what": f"期限为「{_field_title(d, clock.until)}」载明之日",
                "law": record["law"],
            }
        ]
    else:
        if not _fill_due(d, s, view, clock, record, granted, calendar):
            return None
    if clock.kind in ("limit", "date", "duty") and record["due"]:
        record["warn_from"] = _warn(record["due"][:10], clock.warn or DEFAULT_WARN, calendar)
    if stopped is not None:
        record["stopped"] = stopped
        record["status"] = "met" if record["due"] is None or stopped[:10] <= record["due"][:10] else "late"
    elif pauses and pauses[-1][1] is None:
        record["status"], record["due"], record["warn_from"] = "paused", None, None
    return record


def _runs(prior: Record, start: str, restarted: bool) -> list[Record]:
    """Earlier runs that ended: started again they still count, restarted by law they never ran."""
    runs: list[Record] = list(prior.get("runs", ()))
    if not restarted and prior["status"] in ("met", "late") and prior["start"] != start:
        runs.append({k: prior[k] for k in ("start", "due", "stopped", "status")})
    return runs


def _fill_due(
    d: Definition,
    s: State,
    view: View,
    clock: Clock,
    record: Record,
    granted: list[int | None],
    calendar: Calendar,
) -> bool:
    period = _period(clock.length, view, s)
    if period is None:
        return False
    pauses = tuple(
        Pause(date.fromisoformat(first), date.fromisoformat(last) if last else view.on, law)
        for first, last, law in record["pauses"]
    )
    extensions: list[Extension] = []
    for days in granted[: clock.extend_times]:
        most = _period(clock.extend_most, view, s)
        if most:
            length = most if days is None else Period(min(days, most.amount), most.unit)
            extensions.append(Extension(length, d.law_of(clock.extend_law)))
    found = _count(record["start"], period, pauses, tuple(extensions), clock.roll, record["law"], calendar)
    record["due"], record["steps"] = found.due, found.steps
    if found.provisional:
        record["provisional"] = True
    if extensions:
        record["extended"] = [f"{e.period.amount} {e.period.unit}" for e in extensions]
    return True


class _Counted(NamedTuple):
    due: str
    steps: list[dict[str, str]]
    provisional: bool
    calendar: Calendar  # kept with the answer, so that its id is nobody else's


_counted: dict[tuple[Any, ...], _Counted] = {}
KEPT = 20_000


def _count(
    start: str, period: Period, pauses: tuple[Pause, ...], extensions: tuple[Extension, ...], roll: str | None,
    law: str, calendar: Calendar,
) -> _Counted:  # fmt: skip
    """The due date with its derivation. Kept: on one day many clocks of the same length start, and each is counted
    anew with every act. Callers never change what they get."""
    if period.unit != "hours":
        start = start[:10]
    key = (start, period, pauses, extensions, roll, law, id(calendar))
    found = _counted.get(key)
    if found is None:
        begin = datetime.fromisoformat(start) if period.unit == "hours" else date.fromisoformat(start)
        told = due(begin, period, calendar, pauses=pauses, extensions=extensions, roll=roll, law=law)
        steps = [{"date": x.date.isoformat(), "what": x.what, "law": x.law} for x in told.steps]
        found = _counted[key] = _Counted(told.due.isoformat(), steps, told.provisional, calendar)
        if len(_counted) > KEPT:
            _counted.clear()
    return found


_warned: dict[tuple[Any, ...], tuple[str, Calendar]] = {}


def _warn(due: str, before: Period, calendar: Calendar) -> str:
    """The day from which on a limit is near; kept as `_count` is."""
    key = (due, before, id(calendar))
    found = _warned.get(key)
    if found is None:
        found = _warned[key] = (warn_from(date.fromisoformat(due), before, calendar).isoformat(), calendar)
        if len(_warned) > KEPT:
            _warned.clear()
    return found[0]


def _period(length: Any, view: View, s: State) -> Period | None:
    if length is None:
        return None
    if length.condition is not None:
        amount = view.evaluate(length.condition)
        return None if amount is UNKNOWN or int(amount) < 1 else Period(int(amount), length.unit)
    found: Period | None = length.resolve(s.parameters)
    return found


def _field_title(d: Definition, name: str) -> str:
    fields = d.source.fields | {k: f for p in d.source.parts.values() for k, f in p.fields.items()}
    return fields[name].title if name in fields else name


def _run(s: State, clock: Clock, row: Row | None) -> tuple[str | None, str | None, list[int | None], bool]:
    """Start day, day it stopped, extensions granted (days, or None for the whole), whether it was restarted."""
    restarted = False
    start: str | None = None
    stopped: str | None = None
    granted: list[int | None] = []
    for act in s.acts:
        part = act.get("p")
        if row is not None and part is not None and part[0] == row[0] and part[1] != row[1]:
            continue
        if row is None and clock.part:
            continue
        name = act["a"]
        exact = f"{name}.{act.get('o', '')}"
        if name in clock.start or exact in clock.start:
            again = clock.kind in ("wait", "notice") or clock.start_day == "served"
            if start is None or stopped is not None or again:
                start, stopped, granted = _start_day(s, clock, act, row), None, []
                restarted = False
                if f"served:{name}" in clock.stop:
                    stopped = served(s, act)
                continue
        if start is None:
            continue
        if name in clock.restart or exact in clock.restart:
            day = s.values.get(clock.restart_day) if clock.restart_day else None
            start, stopped, granted, restarted = day or _moment(act), None, [], True
        elif stopped is None and f"served:{name}" in clock.stop:
            stopped = served(s, act)
        elif stopped is None and (name in clock.stop or exact in clock.stop):
            if clock.kind == "duty":
                start = _moment(act)
            else:
                stopped = _moment(act)
        elif name == clock.extend_by:
            granted.append(s.values.get(clock.extend_days) if clock.extend_days else None)
    return start, stopped, granted, restarted


def _moment(act: dict[str, Any]) -> str:
    return str(act.get("at") or act["d"])


def served(s: State, act: dict[str, Any], to: str = "") -> str | None:
    """The day on which the papers of an act had been served on everybody (of side `to`), None while any is out.

    Only rows sent after the act count, so that an act done anew is not answered by the old paper's service;
    an attempt that failed counts for nothing.
    """
    if not s.parts.get("deliveries"):
        return None
    after = {a["p"][1] for a in s.acts if a.get("p") and a["p"][0] == "deliveries" and a["s"] > act["s"]}
    before = {a["p"][1] for a in s.acts if a.get("p") and a["p"][0] == "deliveries" and a["s"] <= act["s"]}
    rows = [
        r
        for r in s.parts.get("deliveries", ())
        if r.get("of") == act["a"]
        and (not to or r.get("to") == to)
        and r.get("phase") != "failed"
        and r["index"] in after - before
    ]
    days = [r.get("served_on") for r in rows]
    due = max(1, len(s.sides.get(to, ()))) if to else 1
    return max(str(d) for d in days) if len(days) >= due and all(days) else None


def _start_day(s: State, clock: Clock, act: dict[str, Any], row: Row | None) -> str | None:
    if not clock.start_day:
        return _moment(act)
    if clock.start_day == "served":
        return served(s, act, clock.start_to)
    found = s.values.get(clock.start_day)
    if found is None and row is not None:
        found = s.parts[row[0]][row[1]].get(clock.start_day)
    return found


def _pauses(clock: Clock, view: View, prior: Record | None, stopped: str | None) -> list[list[str | None]]:
    """[first, last, article] of days that do not count: from the pausing day to the day before the resuming one."""
    pauses = [list(p) for p in prior["pauses"]] if prior else []
    if not clock.pauses:
        return pauses
    law = (
        next((law for c, law in clock.pauses if view.evaluate(c) is True), None) if stopped is None else None
    )
    is_open = bool(pauses) and pauses[-1][1] is None
    if is_open and law != pauses[-1][2]:
        last = (view.on - timedelta(days=1)).isoformat()
        if last < str(pauses[-1][0]):
            pauses.pop()
        else:
            pauses[-1][1] = last
        is_open = False
    if law is not None and not is_open:
        pauses.append([view.on.isoformat(), None, law])
    return pauses
