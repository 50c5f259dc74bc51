"""Taking an import back: each case returns to what it was, by one event that says so. All of them, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connections

from fazhi.cases import definitions, store
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import known
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.record import Entry, Recorder
from fazhi.cases.exchange.writing import Changed, Piece, insert
from fazhi.cases.refold import add, bodies
from fazhi.cases.store import Row
from fazhi.law import SHANGHAI
from fazhi.procedures import SYSTEM, Command, Resolved, State, decide, steps
from fazhi.procedures.engine import fork
from fazhi.procedures.state import Body

REASON = "撤销导入批次"
_FOLLOWS_ITSELF = frozenset({"recalculated"})  # what no person has done
_PIECE = 200


def undo(
    batch: str, *, county: str, by: str = "", paths: tuple[str, ...] | None = None, now: datetime | None = None,
    using: str = "default",
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
    pieces, moved = [], []
    cases = sorted(spans)
    for start in range(0, len(cases), _PIECE):
        rows = known.by_id(county, done.procedure, cases[start : start + _PIECE], using)
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
        pieces.append(piece)
    if moved:
        some = "、".join(moved[:5]) + ("等" if len(moved) > 5 else "")
        raise CaseError(
            f"有{len(moved)}件案件在导入之后又有办理或者更新，不能撤销：{some}",
            next="请先撤销后来的导入批次，或者在案件页面更正",
        )
    with store.writing(using), connections[using].cursor() as cursor:
        marked = Import.objects.using(using).filter(pk=batch, undone_at__isnull=True)
        if marked.update(undone_at=now, undone_by=by) != 1:
            raise Changed
        for piece in pieces:
            piece.touched = []  # the batch keeps its own span
            insert(cursor, piece)
    return len(cases)


def _as_left(row: Row, history: list[Body], last: int) -> bool:
    """Whether the case stands as the import left it: nothing came after, or what came has been taken back."""
    later = [b for b in history if b["seq"] > last]
    if all(b["type"] in _FOLLOWS_ITSELF for b in later):
        return True
    left: State | None = None
    for body in history:
        if body["seq"] <= last:
            left = add(left, body)
    assert left is not None
    assert row.state is not None
    return steps.branches(left) == steps.branches(row.state)


def _take_back(recorder: Recorder, row: Row, history: list[Body], first: int, piece: Piece) -> None:
    state = row.state
    assert state is not None
    before: State | None = None
    elsewhere = ""
    for body in history:
        if body["seq"] < first:
            before = add(before, body)
            elsewhere = body.get("source", {}).get("elsewhere", elsewhere if "source" not in body else "")
    d = definitions.by_hash(before.definition if before and before.acts else row.definition)
    source = {
        "system": recorder.system,
        "number": str(row.source_number),
        "batch": recorder.batch,
        "row": "0",
    }
    if recorder.by:
        source["by"] = recorder.by
    entry = Entry(row, d, fork(state), row.head, source, before=row.seq)
    c = Command("void", on=recorder.desk.today, target=first, reason=REASON, mode="record", source=source)
    found = Resolved(recorder.desk.today, county=row.county, case=row.id, codes=_codes(recorder, d, before))
    decision = decide(d, entry.state, c, SYSTEM, found, recorder.calendar, before)
    if not decision.ok:
        refusal = decision.refusals[0]
        raise CaseError(f"案件“{row.number}”：{refusal.message}", law=refusal.law, next=refusal.next)
    for body in decision.events:
        recorder.append(entry, row, body)
    row.elsewhere = elsewhere
    recorder.finish(entry, piece)


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
