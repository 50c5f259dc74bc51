"""Bringing a case that is here up to its row: events of the system that say what the source says now."""

from __future__ import annotations

from fazhi.cases import definitions
from fazhi.cases.exchange.compare import Difference, difference, handled_here, merged
from fazhi.cases.exchange.filing import ELSEWHERE_NONE, Filing
from fazhi.cases.exchange.record import Entry, Recorder
from fazhi.cases.exchange.writing import Piece
from fazhi.cases.refold import fold
from fazhi.cases.store import Row
from fazhi.organs.tables import RowError
from fazhi.procedures import Command, State
from fazhi.procedures.attempt import fork

REASON = "来源系统更新"


def change(
    recorder: Recorder, filing: Filing, row: Row, piece: Piece, unlike: set[str], using: str = "default"
) -> tuple[list[str], list[RowError]]:  # fmt: skip
    """(what reads differently, errors); nothing of either: the case says what its row says."""
    state = row.state
    assert state is not None
    desk = recorder.desk
    if row.source is not None and row.source != recorder.system:
        message = f"案件“{row.number}”来自「{row.source}」；请按该来源系统导入，或者从文件中删去这一行"
        return [], [RowError(filing.row, "来源系统案号", message)]
    full = merged(filing, state) if state.acts else filing
    found = difference(full, state, desk, unlike)
    told = list(dict.fromkeys(found.told))
    if row.source is None or handled_here(state):
        return ([], []) if found.none else ([], [_refused(filing, row, told)])
    elsewhere = "" if filing.elsewhere in ELSEWHERE_NONE else filing.elsewhere or row.elsewhere
    filing.elsewhere = full.elsewhere = elsewhere
    own = definitions.by_hash(row.definition)
    entry = Entry(row, own, fork(state), row.head, recorder.source(filing), before=row.seq)
    opened = full.opened_on.isoformat()
    if (
        state.acts
        and opened != state.opened_on
        and (own.from_ != filing.d.from_ or state.bare == filing.lawful)
    ):
        entry.d, found = filing.d, Difference(rebuild=0, told=found.told)  # another version holds, or one now
    elif not state.acts:
        entry.d = filing.d
    if found.none and elsewhere == row.elsewhere:
        return [], []
    if errors := _bring(recorder, entry, full, found, unlike, using):
        return told, errors
    if elsewhere != row.elsewhere:
        told.append("在办系统")
        row.elsewhere = elsewhere
        if not entry.events:
            words = f"本案在「{elsewhere}」办理" if elsewhere else "本案转由本系统办理"
            c = Command("note", on=desk.today, reason=words, mode="record", source=entry.source)
            if errors := recorder.decide(entry, full, c, _resolved(recorder, full)):
                return told, errors
    recorder.finish(entry, piece)
    return told, []


def _bring(
    recorder: Recorder, entry: Entry, full: Filing, found: Difference, unlike: set[str], using: str
) -> list[RowError]:  # fmt: skip
    today = recorder.desk.today
    if found.rebuild is not None and entry.state.acts:
        target = entry.state.acts[found.rebuild]["s"]
        before: State | None = fold(entry.row.id, until=target - 1, using=using) if target > 1 else None
        c = Command("void", on=today, target=target, reason=REASON, mode="record", source=entry.source)
        if errors := recorder.decide(entry, full, c, _resolved(recorder, full), before):
            return errors
        found = difference(full, entry.state, recorder.desk, unlike)
        if found.rebuild is not None and entry.state.acts:
            raise AssertionError(f"case {entry.row.id} does not come to its row: {found}")
    for index, wrong in found.corrections.items():
        values = recorder.beside(entry, "", wrong)
        target = entry.state.acts[index]["s"]
        c = Command(
            "correct",
            on=today,
            values=values,
            target=target,
            reason=REASON,
            mode="record",
            source=entry.source,
        )
        if errors := recorder.decide(entry, full, c, _resolved(recorder, full)):
            return errors
    sides = None if entry.state.acts else recorder.sides(full, entry)
    return recorder.act(entry, full, found.append, sides)


def _resolved(recorder: Recorder, full: Filing):  # type: ignore[no-untyped-def]
    return recorder.resolved(
        full, recorder.desk.today, full.opened_on, frozenset(a.action for a in full.acts)
    )


def _refused(filing: Filing, row: Row, told: list[str]) -> RowError:
    words = "、".join(told)
    return RowError(
        filing.row, "来源系统案号",
        f"案件“{row.number}”已在本系统办理，不能用导入更改；与本系统不一致的列：{words}。"
        "请在案件页面办理或者更正，或者从文件中删去这一行",
    )  # fmt: skip
