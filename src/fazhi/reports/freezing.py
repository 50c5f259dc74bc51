"""A report is frozen at a moment, sent for review, and checked again: every figure as printed can be computed anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fazhi.cases import attachments, service, store
from fazhi.documents import docx
from fazhi.figures import query
from fazhi.law import SHANGHAI
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Person
from fazhi.procedures import Command
from fazhi.procedures.text import Figure, Text
from fazhi.reports import compose, editing, grammar
from fazhi.reports.compose import Composition, Piece
from fazhi.reports.errors import NotReady, ReportError
from fazhi.reports.models import Freeze, Report


@dataclass(frozen=True)
class Difference:
    """A figure that does not come out as it was printed. `now` None: it cannot be computed any more."""

    figure: str
    title: str
    printed: str
    now: str | None


def live(report: Report, now: datetime) -> Composition:
    """The report as its paragraphs and the ledger stand."""
    d = grammar.shipped(report.definition)
    return compose.compose(d, editing.about(report, now.astimezone(SHANGHAI).date()), editing.pieces(report))


def standing(report: Report, phase: str, now: datetime) -> Composition:
    """The report as it is read: with today's figures while it is being written, then with those it was frozen with."""
    frozen = current(report)
    if phase == editing.DRAFTING or frozen is None or not is_current(report, frozen):
        return live(report, now)
    text = text_of(frozen)
    about = editing.about(report, text.date or now.astimezone(SHANGHAI).date(), issued=True)
    return compose.compose(grammar.shipped(report.definition), about, editing.pieces(report), frozen.moment)


def current(report: Report) -> Freeze | None:
    """The last freeze."""
    found: Freeze | None = report.freezes.first()
    return found


def is_current(report: Report, freeze: Freeze | None) -> bool:
    """Whether the text has not changed since."""
    return freeze is not None and freeze.version == report.version


def freeze(report: Report, person: Person | None, now: datetime, moment: str = "") -> Freeze:
    """Fix the report at the present moment, or at the one given. Raises NotReady while something is missing or only typed."""
    if editing.phase(report) != editing.DRAFTING:
        raise ReportError(
            f"报告处于「{editing.phase_title(report)}」，不能重新定稿。",
            next="需要修改的，请由审核、审定人退回编制环节。",
        )
    d = grammar.shipped(report.definition)
    day = now.astimezone(SHANGHAI).date()
    pieces = editing.pieces(report)
    moment = moment or str(query.ask(report.county_id, str(report.year), instant=now).moment)
    made = compose.compose(d, editing.about(report, day, issued=True), pieces, moment)
    if lacking := made.lacking():
        raise NotReady(lacking, law=d.law, next="请补写、关联指标，或者说明数字来源后再定稿。")
    return Freeze.objects.create(
        report=report, moment=made.values.moment, version=report.version, pieces=[_stored(p) for p in pieces],
        text=made.text.to_json(), digest=made.text.digest(), frozen_by=person, frozen_at=now,
    )  # fmt: skip


def text_of(frozen: Freeze) -> Text:
    """The text as it was frozen, word for word."""
    return Text.from_json(frozen.text)


def send(report: Report, ctx: ActorContext, now: datetime) -> None:
    """Send the frozen report for review: its .docx is put into the case, its contents are said. Raises what the service refuses."""
    frozen = current(report)
    if frozen is None or not is_current(report, frozen):
        raise ReportError(
            "报告还没有定稿，或者定稿之后又有改动。", next="请先定稿，再送审；送审的是定稿时的文字和数字。"
        )
    d = grammar.shipped(report.definition)
    text = text_of(frozen)
    with store.writing():
        name = f"{text.title}.docx"
        held = attachments.add(report.case, name, docx.render(text), ctx.person)
        values: dict[str, Any] = {"draft": held.hash, "contents": contents(frozen, d)}
        command = Command(
            "act", action="review", on=now.astimezone(SHANGHAI).date(), values=values, reason=""
        )
        service.run(command, ctx, case=report.case, now=now)


def contents(frozen: Freeze, d: grammar.ReportDef) -> list[str]:
    """The parts that the frozen text has: a part that is not mandatory may be absent."""
    held = {p["part"] for p in frozen.pieces if p["source"].strip()}
    return [p.id for p in d.parts if p.mandatory or p.id in held]


def check(frozen: Freeze) -> list[Difference]:
    """Compute every figure again at the frozen moment and hold it against what was printed."""
    report = frozen.report
    d = grammar.shipped(report.definition)
    text = text_of(frozen)
    about = editing.about(report, text.date or frozen.frozen_at.date(), issued=True)
    again = compose.compose(d, about, [_piece(p) for p in frozen.pieces], frozen.moment)
    printed, now = list(_figures(text)), list(_figures(again.text))
    found = []
    for n, was in enumerate(printed):
        here = now[n] if n < len(now) else None
        same = here is not None and here.figure_id == was.figure_id
        if not same or here is None or here.value != was.value:
            found.append(
                Difference(was.figure_id, was.note, was.value, here.value if same and here else None)
            )
    made = again.text.digest()
    if not found and not made == text.digest() == frozen.digest:
        found.append(
            Difference(
                "", "全文", frozen.digest[:12], (made if made != frozen.digest else text.digest())[:12]
            )
        )
    return found


def moment_said(frozen: Freeze) -> str:
    return compose.said(frozen.moment)


def _figures(text: Text) -> Iterable[Figure]:
    return (run for run in text.runs() if isinstance(run, Figure))


def _stored(p: Piece) -> dict[str, Any]:
    return {
        "part": p.part, "key": p.key, "source": p.source, "heading": p.heading, "when": list(p.when), "justified": dict(p.justified),
    }  # fmt: skip


def _piece(data: dict[str, Any]) -> Piece:
    return Piece(
        data["part"], data["key"], data["source"], data["heading"], tuple(data["when"]), data["justified"]
    )
