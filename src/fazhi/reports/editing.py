"""A report is begun, its paragraphs are edited, its numbers linked. Which step it is at, its case knows."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from fazhi.cases import definitions, service, store
from fazhi.figures import catalogue
from fazhi.law import SHANGHAI
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import County, Organ, Person
from fazhi.procedures import Command
from fazhi.reports import grammar, loose, markup, values
from fazhi.reports.compose import About, Piece, pieces_of
from fazhi.reports.errors import ReportError
from fazhi.reports.models import Report, ReportParagraph

DRAFTING = "drafting"
LONGEST = 5000


def begin(ctx: ActorContext, issuer: Organ, year: int, now: datetime) -> Report:
    """Open the report's case and write its first text from the definition. Raises what the service refuses."""
    d = grammar.of(issuer.kind)
    if d is None:
        raise ReportError(
            f"{issuer}不必编制法治政府建设年度报告。",
            law=grammar.shipped().law,
            next="由人民政府、县级以上政府部门和乡镇人民政府编制；内设机构、所属单位的情况写入其机关的报告。",
        )
    name = d.report
    today = now.astimezone(SHANGHAI).date()
    if not 2015 <= year <= today.year:
        raise ReportError(f"不能编制{year}年度的报告。", law=d.law, next=f"请选择2015至{today.year}年。")
    if Report.objects.filter(county=ctx.county, issuer=issuer, definition=name, year=year).exists():
        raise ReportError(f"{issuer}{year}年度的报告已经启动编制。", next="请在报告列表中打开它。")
    command = Command("act", action="compile", on=today, values={"year": year, "kind": d.kind}, sides={"issuer": [issuer.id]})  # fmt: skip
    with store.writing():
        key = f"report/{ctx.county}/{issuer.id}/{name}/{year}"[:80]
        case = service.run(command, ctx, procedure=d.procedure, key=key, now=now).case
        report = Report.objects.create(
            county_id=ctx.county, definition=name, year=year, organ_id=ctx.organ, issuer=issuer, case=case,
            begun_by=Person.objects.get(pk=ctx.person), begun_at=now,
        )  # fmt: skip
        ReportParagraph.objects.bulk_create(
            ReportParagraph(report=report, order=n * 10, part=p.part, key=p.key, heading=p.heading, source=p.source, when=list(p.when))
            for n, p in enumerate(pieces_of(d, about(report, today)), start=1)
        )  # fmt: skip
    return report


def about(report: Report, day: date, *, issued: bool = False) -> About:
    d = grammar.shipped(report.definition)
    return about_of(d, report.county, report.issuer, report.year, day, issued=issued)


def about_of(
    d: grammar.ReportDef, county: County, issuer: Organ, year: int, day: date, *, issued: bool = False
) -> About:
    own = issuer.id if d.scope == "organ" else ""
    return About(county.code, county.name, county.prefecture, str(issuer.name), year, day, issued, own)


def pieces(report: Report) -> list[Piece]:
    return [
        Piece(p.part, str(p.pk), p.source, p.heading, tuple(p.when), p.justified)
        for p in report.paragraphs.all()
    ]


def phase(report: Report) -> str:
    """Where the report's case stands; `drafting` is the only phase in which its text may change."""
    row = store.read(report.case)
    return "" if row is None or row.state is None else ("pending" if row.state.pending else row.phase)


def phase_title(report: Report) -> str:
    row = store.read(report.case)
    if row is None:
        return ""
    d = definitions.by_hash(row.definition)
    return "待批准" if row.state and row.state.pending else d.source.phases.get(row.phase, row.phase)


@transaction.atomic
def save(paragraph: int, version: int, text: str, heading: str, person: Person | None) -> ReportParagraph:
    """Put what a clerk has typed into a paragraph. Figures stand in it by their titles."""
    row = _locked(paragraph, version)
    if len(text) > LONGEST:
        raise ReportError(f"一段超过 {LONGEST} 字。", next="请分成几段。")
    row.source = markup.from_edit(text.strip(), values.titles())
    row.heading = heading.strip()[:100]
    row.justified = {k: v for k, v in row.justified.items() if k in {x.text for x in loose.find(row.source)}}
    return _changed(row, person)


@transaction.atomic
def add(report_id: str, part: str, person: Person | None) -> ReportParagraph:
    """An empty paragraph at the end of a part, for a clerk's own words."""
    report = _report(report_id)
    d = grammar.shipped(report.definition)
    if part not in {p.id for p in d.parts}:
        raise ReportError("报告没有这个部分。", next="请刷新页面。")
    last = report.paragraphs.order_by("-order").first()
    row = ReportParagraph(
        report=report, part=part, order=(last.order if last else 0) + 10, source="{{ask:内容}}"
    )
    return _changed(row, person)


@transaction.atomic
def remove(paragraph: int, version: int, person: Person | None) -> None:
    row = _locked(paragraph, version)
    Report.objects.filter(pk=row.report_id).update(version=row.report.version + 1)
    row.delete()


@transaction.atomic
def link(
    paragraph: int, version: int, start: int, figure: str, person: Person | None
) -> tuple[ReportParagraph, str]:
    """Put a figure in the place of the typed number at `start`; the row and the number that stood there."""
    row = _locked(paragraph, version)
    found = next((x for x in loose.find(row.source) if x.start == start), None)
    if found is None:
        raise ReportError("这里没有待关联的数字。", next="段落可能已经改动，请刷新页面。")
    if figure not in catalogue.current().figures:
        raise ReportError("没有这个指标。", next="请从列表中选择。")
    token = markup.write([markup.FigureToken(figure)])
    row.source = row.source[: found.start] + token + row.source[found.start + len(found.digits) :]
    return _changed(row, person), found.digits


@transaction.atomic
def justify(paragraph: int, version: int, number: str, reason: str, person: Person | None) -> ReportParagraph:
    """A typed number stays, with its source said."""
    row = _locked(paragraph, version)
    if len(reason.strip()) < 4:
        raise ReportError("没有说明数字的来源。", next="请写明来源文件、统计口径或者提供单位。")
    if number not in {x.text for x in loose.find(row.source)}:
        raise ReportError(f"段落里没有数字“{number}”。", next="段落可能已经改动，请刷新页面。")
    row.justified = {**row.justified, number: reason.strip()[:300]}
    return _changed(row, person)


def _locked(paragraph: int, version: int) -> ReportParagraph:
    rows = ReportParagraph.objects.select_for_update(of=("self",)).select_related("report", "changed_by")
    row = rows.filter(pk=paragraph).first()
    if row is None:
        raise ReportError("这一段已经删除。", next="请刷新页面。")
    _open(row.report)
    if row.version != version:
        who = f"由{row.changed_by.name}" if row.changed_by else ""
        raise ReportError(f"您打开页面之后，这一段已{who}改动，您的修改没有保存。", next="请查看最新内容后再改。")  # fmt: skip
    return row


def _report(report_id: str) -> Report:
    report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
    _open(report)
    return report


def _open(report: Report) -> None:
    if phase(report) != DRAFTING:
        raise ReportError(
            f"报告处于「{phase_title(report)}」，文字不能再改。",
            next="需要修改的，请由审核、审定人退回编制环节。",
        )


def _changed(row: ReportParagraph, person: Person | None) -> ReportParagraph:
    row.version += 1
    row.changed_by = person
    row.save()
    Report.objects.filter(pk=row.report_id).update(version=row.report.version + 1)
    return row
