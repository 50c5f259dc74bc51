"""Signed facts of one case: what its events add to every figure, and what a correction or void takes back.

The rows of a case are a function of its events up to one of them (`Fold.rows`). Each event appends the difference: the
new rows with sign +1, the rows that no longer hold with -1. So a figure as of a position is a plain sum over rows up to
it. Kinds of rows:

act           something was done, on its day; values as they stood after it (a correction of that act changes them)
enter, leave  the case came into or out of what a stock asks of it (phase, and the values that stock figures name); an
              act cannot take effect in stocks before those that stand before it in the case
due           a limit falls due on that day: `status` open, met or late; taken back when the limit moves
met, late     a limit was answered on that day
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from fazhi.figures.model import Shape
from fazhi.procedures.state import HAPPENED, Body, State, apply

Clock = dict[str, Any]
COUNTED = ("limit", "date", "duty")  # kinds of clocks that are met or missed; a wait is neither
FOREVER = "9999-12-31"


class Row(NamedTuple):
    """What one fact says. `values` and `sides` are in the order of the shape's columns for that kind."""

    kind: str
    day: str
    item: str  # which act, or which clock and run: no two facts of a case and kind share it
    shape: Shape
    definition: str
    action: str | None = None
    outcome: str | None = None
    phase: str | None = None
    clock: str | None = None
    status: str | None = None
    organ: str = ""
    opened_on: str | None = None
    imported: bool = False
    case_phase: str | None = None
    case_outcome: str | None = None
    closed: bool | None = None
    overdue: bool | None = None
    sides: tuple[str | None, ...] = ()
    values: tuple[Any, ...] = ()


class Signed(NamedTuple):
    """One line of the mirror."""

    position: int
    sign: int
    case: str
    county: str
    procedure: str
    row: Row


@dataclass(slots=True)
class Step:
    """An act (or a move to another version, `action` None) as it left the case."""

    seq: int
    day: str
    action: str | None
    outcome: str | None
    phase: str
    definition: str
    shape: Shape
    organ: str
    sides: tuple[str | None, ...]
    values: dict[str, Any]  # by physical column: what this and earlier acts filled in
    given: frozenset[str]  # the columns that this act itself filled
    row: dict[str, Any]  # what this act alone says: the fields of its part
    case_outcome: str
    imported: bool


Slot = tuple[Any, ...]
Places = tuple[str, tuple[str | None, ...]]  # the handling organ; the organs of the sides that figures name


@dataclass(slots=True)
class Fold:
    """A case on its way through its events."""

    state: State = field(default_factory=State)
    steps: list[Step] = field(default_factory=list)
    rows: dict[Slot, Row] = field(default_factory=dict)
    places: Places = ("", ())
    standing: Row | None = None  # what stocks see of it now, since `reached`
    reached: str = ""


def take(fold: Fold, body: Body, shape: Shape, handling: tuple[str, ...]) -> list[tuple[int, Row]]:
    """Add one event; what it appends to the mirror. `handling`: the definition's sides that may handle, in order."""
    state = fold.state
    moved = bool(fold.steps) and state.definition != body["definition"]
    apply(state, body)
    effects = body.get("effects") or {}
    mended = "replace" in effects
    placed = False
    if mended or moved or not fold.places[0] or "sides" in body:
        before, fold.places = fold.places, _sides(state, shape, handling)
        placed = fold.places != before
    if mended:
        _mend(fold, body)
    elif body["type"] in HAPPENED:
        fold.steps.append(_step(fold, body, shape))
    elif moved:
        fold.steps.append(_moved(fold, body, shape))
    elif not effects.get("clocks") and not (placed and fold.steps):
        return []  # proposed, agreed, noted …: nothing that is counted
    if mended or moved or not _plain(fold, body, shape, placed):
        return _difference(fold, _all(fold, shape))
    return _plainly(fold, effects, shape)


# ---- what an act leaves ---------------------------------------------------------------------------------------------


def _step(fold: Fold, body: Body, shape: Shape) -> Step:
    state = fold.state
    act = state.acts[-1]
    organ, sides = fold.places
    values, given = _values(fold, body, shape)
    return Step(
        act["s"], act["d"], act["a"], act.get("o"), state.phase, state.definition, shape, organ, sides, values, given,
        _row_values(body, shape), state.outcome, _imported(body),
    )  # fmt: skip


def _imported(body: Body) -> bool:
    """History from a file or another system; a case that was born from another one here is none."""
    source = body.get("source") or {}
    return bool(source) and source.get("system") != "link"


def _moved(fold: Fold, body: Body, shape: Shape) -> Step:
    """The same case under another version: from that day its columns are the new version's."""
    state, last = fold.state, fold.steps[-1]
    organ, sides = fold.places
    wanted = {*shape.act, *shape.stock}
    values = {c: v for c in wanted if (v := _plainest(state.values.get(shape.sources[c]))) is not None}
    return Step(
        body["seq"], body["occurred_on"], None, None, state.phase, state.definition, shape, organ, sides, values,
        frozenset(), {}, last.case_outcome, last.imported,
    )  # fmt: skip


def _values(fold: Fold, body: Body, shape: Shape) -> tuple[dict[str, Any], frozenset[str]]:
    """What the acts up to this one have filled in, and which columns this one did."""
    values = dict(fold.steps[-1].values) if fold.steps else {}
    own = body.get("values") or {}
    given = set()
    for column in {*shape.act, *shape.stock}:
        name = shape.sources[column]
        if name in own:
            given.add(column)
            values[column] = _plainest(own[name])
        elif members := fold.state.sides.get(name):
            values[column] = _plainest(members[0])
    return values, frozenset(given)


def _row_values(body: Body, shape: Shape) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for part in (body.get("effects") or {}).get("parts") or ():
        row |= part["set"]
    return {c: _plainest(row[shape.sources[c]]) for c in shape.act if shape.sources[c] in row} if row else {}


def _held(state: State, name: str) -> Any:
    if name in state.values:
        return state.values[name]
    members = state.sides.get(name)
    return members[0] if members else None


def _plainest(value: Any) -> Any:
    """A person or party by the id alone; a moment by its day; nothing that lies beside the chain."""
    if isinstance(value, dict):
        return value.get("id")
    if isinstance(value, str) and len(value) > 10 and value[4:5] == "-" and value[10] == "T":
        return value[:10]
    return value if isinstance(value, str | int) else None


def _sides(state: State, shape: Shape, handling: tuple[str, ...]) -> Places:
    """The handling organ, and the organs of the sides that figures name (several: sorted, with blanks between)."""
    organ = next((_id(state.sides[s][0]) for s in handling if state.sides.get(s)), "")
    return organ, tuple(" ".join(sorted(map(_id, state.sides.get(s) or ()))) or None for s in shape.sides)


def _id(member: Any) -> str:
    return str(member["id"] if isinstance(member, dict) else member)


def _mend(fold: Fold, body: Body) -> None:
    """A void takes steps away; a correction changes what an act left, until a later act filled the same field anew."""
    state, target = fold.state, body.get("target", 0)
    days = {a["s"]: a["d"] for a in state.acts}
    fold.steps = [s for s in fold.steps if s.seq in days or (s.action is None and fold.steps[0].seq in days)]
    for step in fold.steps:
        step.day = days.get(step.seq, step.day)
    for name, value in (body.get("values") or {}).items():
        reached = False
        for step in fold.steps:
            reached |= step.seq == target
            columns = [c for c, source in step.shape.sources.items() if source == name]
            if not reached or not columns:
                continue
            if step.seq != target and step.given.intersection(columns):
                break
            for column in columns:
                if column in step.shape.act or column in step.shape.stock:
                    step.values[column] = _plainest(value)


# ---- rows -----------------------------------------------------------------------------------------------------------


def rows(fold: Fold, shape: Shape) -> dict[Slot, Row]:
    """Every fact of the case as it now stands. The plain way; `take` reaches the same by steps."""
    return _all(fold, shape)


def _all(fold: Fold, shape: Shape) -> dict[Slot, Row]:
    found: dict[Slot, Row] = {}
    for step in fold.steps:
        if step.action is not None:
            found["act", step.seq] = _act(fold.state, step)
    found.update(_stock(fold))
    for name, record in fold.state.clocks.items():
        found.update(_clock(fold, name, record, shape))
    return found


def _act(state: State, step: Step) -> Row:
    shape = step.shape
    level = step.action in shape.levels
    return Row(
        "act", step.day, str(step.seq), shape, step.definition, action=step.action, outcome=step.outcome,
        phase=step.phase, organ=step.organ, opened_on=state.opened_on if shape.days else None, imported=step.imported,
        case_phase=state.phase if level else None, case_outcome=state.outcome or None if level else None,
        closed=bool(state.closed_on) if level else None, sides=step.sides,
        values=tuple(step.row.get(c, step.values.get(c)) for c in shape.act),
    )  # fmt: skip


def _standing(step: Step, overdue: bool | None) -> Row:
    """What a stock sees of the case after a step; day and kind are filled in by the caller."""
    shape = step.shape
    return Row(
        "enter", "", "", shape, step.definition, phase=step.phase, outcome=step.case_outcome or None if shape.outcome else None,
        organ=step.organ, imported=step.imported, overdue=overdue, sides=step.sides,
        values=tuple(step.values.get(c) for c in shape.stock),
    )  # fmt: skip


def _stock(fold: Fold) -> dict[Slot, Row]:
    found: dict[Slot, Row] = {}
    late = _overdue(fold.state) if any(s.shape.overdue for s in fold.steps) else []
    effective = ""
    present: Row | None = None
    for i, step in enumerate(fold.steps):
        effective = max(effective, step.day)
        until = (
            max([effective, *(s.day for s in fold.steps[i + 1 : i + 2])])
            if i + 1 < len(fold.steps)
            else FOREVER
        )
        for piece, (day, overdue) in enumerate(
            _pieces(effective, until, late if step.shape.overdue else None)
        ):
            standing = _standing(step, overdue)
            if standing == present:
                continue
            _change(found, step.seq, piece, day, present, standing)
            present = standing
    fold.standing, fold.reached = present, effective
    return found


def _change(found: dict[Slot, Row], seq: int, piece: int, day: str, old: Row | None, new: Row) -> None:
    if old is not None:
        found["leave", seq, piece] = old._replace(kind="leave", day=day, item=f"{seq}.{piece}")
    found["enter", seq, piece] = new._replace(day=day, item=f"{seq}.{piece}")


def _pieces(first: str, until: str, late: list[tuple[str, str]] | None) -> Iterator[tuple[str, bool | None]]:
    """The days from `first` on, split where the case begins or ceases to be overdue, before `until`."""
    if late is None:
        yield first, None
        return
    bounds = sorted({first, *(d for span in late for d in span if first < d < until)})
    for day in bounds:
        yield day, any(a <= day < b for a, b in late)


def _overdue(state: State) -> list[tuple[str, str]]:
    """[first day, day after the last] on which some limit of the organ's own had passed unanswered."""
    found = []
    for record in state.clocks.values():
        if record["kind"] not in COUNTED or record.get("whose"):
            continue
        for run in _runs(record):
            due, stopped = run["due"][:10], run.get("stopped")
            first = (date.fromisoformat(due) + timedelta(days=1)).isoformat()
            last = stopped[:10] if stopped else FOREVER
            if first < last:
                found.append((first, last))
    return found


def _runs(record: Clock) -> Iterator[Clock]:
    """Earlier runs that ended, then the present one, of those that have or had a due date."""
    for run in record.get("runs", ()):
        if run.get("due"):
            yield run
    if record.get("due") and record["status"] in ("running", "met", "late"):
        yield record


def _clock(fold: Fold, name: str, record: Clock, shape: Shape) -> Iterator[tuple[Slot, Row]]:
    if record["kind"] not in COUNTED:
        return
    state = fold.state
    imported = bool(fold.steps) and fold.steps[0].imported
    organ, sides = fold.places
    short = name.rsplit(".", 1)[-1]
    values = tuple(_plainest(_held(state, shape.sources[c])) for c in shape.due)
    for number, run in enumerate(_runs(record)):
        status = "open" if run["status"] == "running" else run["status"]
        row = Row(
            "due", run["due"][:10], f"{name}/{number}", shape, state.definition, clock=short, status=status, organ=organ,
            imported=imported, sides=sides, values=values,
        )  # fmt: skip
        yield ("due", name, number), row
        if status != "open":
            yield (status, name, number), row._replace(kind=status, day=run["stopped"][:10])


# ---- differences ----------------------------------------------------------------------------------------------------


def _plain(fold: Fold, body: Body, shape: Shape, placed: bool) -> bool:
    """Whether the event only adds: then its rows need not be looked for in those of the whole case."""
    if body["type"] not in HAPPENED or shape.overdue:
        return False
    if len(fold.steps) == 1:
        return True
    if placed or (shape.levels and any(s.action in shape.levels for s in fold.steps)):
        return False
    filled = {*(body.get("values") or ()), *(body.get("sides") or ())}
    return not (shape.due and filled.intersection(shape.sources[c] for c in shape.due))


def _plainly(fold: Fold, effects: dict[str, Any], shape: Shape) -> list[tuple[int, Row]]:
    step = fold.steps[-1]
    made: dict[Slot, Row] = {("act", step.seq): _act(fold.state, step)}
    fold.reached = max(fold.reached, step.day)
    standing = _standing(step, None)
    if standing != fold.standing:
        _change(made, step.seq, 0, fold.reached, fold.standing, standing)
        fold.standing = standing
    out = [(1, row) for row in made.values()]
    if changed := effects.get("clocks"):
        for name, record in changed.items():
            new = dict(_clock(fold, name, record, shape)) if record else {}
            old = _held_of(fold.rows, name)
            for slot, row in old.items():
                if new.get(slot) != row:
                    out.append((-1, row))
                    del fold.rows[slot]
            out += [(1, row) for slot, row in new.items() if old.get(slot) != row]
            made.update(new)
    fold.rows.update(made)
    return out


def _held_of(rows: dict[Slot, Row], name: str) -> dict[Slot, Row]:
    """The rows of one clock, run by run."""
    found: dict[Slot, Row] = {}
    number = 0
    while ("due", name, number) in rows:
        for kind in ("due", "met", "late"):
            if (row := rows.get((kind, name, number))) is not None:
                found[kind, name, number] = row
        number += 1
    return found


def _difference(fold: Fold, new: dict[Slot, Row]) -> list[tuple[int, Row]]:
    old = fold.rows
    out = [(-1, row) for slot, row in old.items() if new.get(slot) != row]
    out += [(1, row) for slot, row in new.items() if old.get(slot) != row]
    fold.rows = new
    return out


def signed(fold: Fold, position: int, changes: Iterable[tuple[int, Row]]) -> list[Signed]:
    s = fold.state
    return [Signed(position, sign, s.case, s.county, s.procedure, row) for sign, row in changes]
