"""Taking an import back: each case returns to what it was, by events that say so. All of them, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connections

from fazhi.cases import definitions, store
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import compare, known
from fazhi.cases.exchange.batch import Progress
from fazhi.cases.exchange.columns import layout
from fazhi.cases.exchange.compare import difference
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.filing import Filing
from fazhi.cases.exchange.record import Entry, Recorder
from fazhi.cases.exchange.writing import Changed, Piece, Spool, insert, pack
from fazhi.cases.refold import add, bodies
from fazhi.cases.store import Row
from fazhi.law import SHANGHAI
from fazhi.procedures import SYSTEM, Command, Resolved, State, decide
from fazhi.procedures.attempt import fork
from fazhi.procedures.state import Body

REASON = "撤销导入批次"
_FOLLOWS_ITSELF = frozenset({"recalculated"})  # what no person has done
_PIECE = 200


def undo(
    batch: str, *, county: str, by: str = "", paths: tuple[str, ...] | None = None, now: datetime | None = None,
    progress: Progress | None = None, using: str = "default",
) -> int:  # fmt: skip
    """Void what an import wrote; how many cases. CaseError where somebody has acted in one of them since."""
    from fazhi.cases.models import Import, ImportedCase

    now = now or datetime.now(UTC)
    done = Import.objects.using(using).filter(pk=batch, county=county, at__isnull=False).first()
    if done is None:
        raise CaseError("没有这个导入批次", next="请从导入记录中选择")
    if done.undone_at:
        raise CaseError("这个批次已经撤销过", next="需要时请重新导入文件")
    today = now.astimezone(SHANGHAI).date()
    desk = Desk(county, today, system=done.system, paths=paths, using=using)
    recorder = Recorder(desk, done.procedure, batch=batch, system=done.system, by=by, now=now)
    spans = {x.case: (x.first_seq, x.last_seq) for x in ImportedCase.objects.using(using).filter(batch=batch)}
    spool, moved = Spool(), list[str]()
    cases = sorted(spans)
    try:
        _read(spool, moved, done.procedure, cases, spans, recorder, progress, using)
        if moved:
            some = "、".join(moved[:5]) + ("等" if len(moved) > 5 else "")
            raise CaseError(
                f"有{len(moved)}件案件在导入之后又有办理或者更新，不能撤销：{some}",
                next="请先撤销后来的导入批次，或者在案件页面更正",
            )
        with store.writing(using), connections[using].cursor() as cursor:
            marked = Import.objects.using(using).filter(pk=batch, undone_at__isnull=True)
            if marked.update(undone_at=now, undone_by=by, stage="") != 1:
                raise Changed
            for n, piece in enumerate(spool.pieces(), 1):
                insert(cursor, piece)
                if progress:
                    progress("写入", n, spool.count)
    finally:
        spool.close()
    return len(cases)


def _read(
    spool: Spool, moved: list[str], procedure: str, cases: list[str], spans: dict[str, tuple[int, int]], recorder: Recorder,
    progress: Progress | None, using: str,
) -> None:  # fmt: skip
    """What takes each case back, to the spool; numbers of the cases that have moved on."""
    desk = recorder.desk
    for start in range(0, len(cases), _PIECE):
        rows = known.by_id(desk.county.code, procedure, cases[start : start + _PIECE], using)
        piece = Piece()
        for case, row in rows.items():
            if not desk.may_file(row.organ):
                raise CaseError("这个批次含有其他单位的案件，您不能撤销", next="请联系本县系统管理员")
            history = bodies(case, using=using)
            first, last = spans[case]
            if not _as_left(row, history, last):
                moved.append(row.number)
                continue
            _take_back(recorder, row, history, first, piece)
        piece.touched = []  # the batch keeps its own span
        if recorder.kept:
            recorder.flush(piece)
        spool.put(pack(piece))
        if progress:
            progress("核对", min(start + _PIECE, len(cases)), len(cases))


def _as_left(row: Row, history: list[Body], last: int) -> bool:
    """Whether the case stands as the import left it: nothing came after, or what came has been taken back."""
    if all(b["type"] in _FOLLOWS_ITSELF for b in history if b["seq"] > last):
        return True
    assert row.state is not None
    left = _fold(history, last)
    return left is not None and _story(left) == _story(row.state)


def _fold(history: list[Body], until: int) -> State | None:
    state: State | None = None
    for body in history:
        if body["seq"] <= until:
            state = add(state, body)
    return state


def _story(s: State) -> tuple[Any, ...]:
    """What a state tells, whichever events tell it."""
    acts = [(a["a"], a.get("o"), a["d"], a.get("p")) for a in s.acts]
    return (
        s.phase,
        s.outcome,
        s.opened_on,
        bool(s.closed_on),
        s.values,
        s.facts,
        s.sides,
        s.parts,
        s.pending,
        acts,
    )


def _take_back(recorder: Recorder, row: Row, history: list[Body], first: int, piece: Piece) -> None:
    """Bring one case to what it was before event `first`."""
    state = row.state
    assert state is not None
    before = _fold(history, first - 1)
    elsewhere = ""
    for body in history:
        if body["seq"] < first and "source" in body:
            elsewhere = body["source"].get("elsewhere", "")
    d = definitions.by_hash(before.definition if before and before.acts else row.definition)
    source = {
        "system": recorder.system,
        "number": str(row.source_number),
        "batch": recorder.batch,
        "row": "0",
        "undo": "1",
    }
    if recorder.by:
        source["by"] = recorder.by
    entry = Entry(row, d, fork(state), row.head, source, before=row.seq)
    if before is None or not before.acts or not _restored(recorder, entry, before, history):
        entry = Entry(row, d, fork(state), row.head, source, before=row.seq)
        _void(recorder, entry, first, before)
    row.elsewhere = elsewhere
    recorder.finish(entry, piece)


def _void(recorder: Recorder, entry: Entry, target: int, before: State | None) -> None:
    """One event that takes everything from `target` on back."""
    c = Command(
        "void", on=recorder.desk.today, target=target, reason=REASON, mode="record", source=entry.source
    )
    found = Resolved(
        recorder.desk.today,
        county=entry.row.county,
        case=entry.row.id,
        codes=_codes(recorder, entry.d, before),
    )
    _run(recorder, entry, c, found, before)


def _run(recorder: Recorder, entry: Entry, c: Command, found: Resolved, before: State | None = None) -> None:
    decision = decide(entry.d, entry.state, c, SYSTEM, found, recorder.calendar, before)
    if not decision.ok:
        refusal = decision.refusals[0]
        raise CaseError(f"案件“{entry.row.number}”：{refusal.message}", law=refusal.law, next=refusal.next)
    for body in decision.events:
        recorder.append(entry, entry.row, body)


def _restored(recorder: Recorder, entry: Entry, before: State, history: list[Body]) -> bool:
    """Acts, days and values as they were, by events that each say what they take back; False where that does not come
    out even, and the case must be set back as a whole."""
    desk, full = recorder.desk, _as_filing(entry.row, before)
    found = difference(full, entry.state, desk, set())
    if found.rebuild is not None:
        target = entry.state.acts[found.rebuild]["s"]
        _void(recorder, entry, target, _fold(history, target - 1))
        found = difference(full, entry.state, desk, set())
        if found.rebuild is not None:
            return False
    wrong = {i: dict(values) for i, values in found.corrections.items()}
    for name in entry.state.values.keys() - before.values.keys():
        wrong.setdefault(len(entry.state.acts) - 1, {})[name] = None
    for index, values in wrong.items():
        target = entry.state.acts[index]["s"]
        c = Command(
            "correct",
            on=desk.today,
            values=values,
            target=target,
            reason=REASON,
            mode="record",
            source=entry.source,
        )
        _run(recorder, entry, c, recorder.resolved(full, desk.today, full.opened_on, frozenset()))
    if recorder.act(entry, full, found.append):
        return False
    return _story(entry.state) == _story(before)


def _as_filing(row: Row, s: State) -> Filing:
    """A state as a row that would tell all of it."""
    each = layout(definitions.by_hash(s.definition))
    acts = compare.acts_of(each, s)
    sides = {k: v for k, v in s.sides.items() if k != each.handling}
    facts = {k: v for k, v in s.facts.items() if k in each.d.facts and each.d.facts[k].value is None}
    organ = str(s.sides[each.handling][0])
    return Filing(
        0, str(row.source_number), row.id, each, not s.bare, organ, "", sides, dict(s.values), facts, acts
    )


def _codes(recorder: Recorder, d: Any, before: State | None) -> dict[str, dict[str, Any]]:
    """Code rows that clocks may count by."""
    if before is None or not before.acts:
        return {}
    desk = recorder.desk
    return {
        k: rows
        for k, f in d.source.fields.items()
        if f.codes and (rows := desk.codes(f.codes, desk.today, ""))
    }
