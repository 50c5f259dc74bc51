"""Annual reports: begin, edit with live figures, freeze, send for review; what was frozen is shown as it was."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from fazhi.cases import access, definitions, search
from fazhi.documents import docx, html
from fazhi.errors import UserError
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Organ
from fazhi.procedures.text import Text
from fazhi.reports import editing, freezing, grammar, values
from fazhi.reports.errors import NotReady, ReportError
from fazhi.reports.models import Report
from fazhi.web import plan_pages, report_pages
from fazhi.web.access import Refused, in_post, roles
from fazhi.web.case_access import actor

COMPILERS = ("handler", "clerk")  # who may open and work on an annual_report as its compiler


@in_post
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports whose cases this person may know of; POST begins one."""
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    if request.method == "POST":
        return _begin(request)
    rows = list(
        Report.objects.filter(county=ctx.county).select_related("organ", "issuer").order_by("-year", "pk")
    )
    found = search.by_ids(ctx, [r.case for r in rows], today)
    shown = [
        {"report": r, "case": found[r.case], "frozen": freezing.current(r), "light": plan_pages.case_light(found[r.case])}
        for r in rows if r.case in found
    ]  # fmt: skip
    begun = {(r.issuer_id, r.year) for r in rows}
    compiles = bool(request.acting.roles & set(COMPILERS))  # type: ignore[attr-defined]
    issuers = _issuers(ctx) if compiles else []
    offers = [
        {"value": f"{organ.pk}.{year}", "title": f"{year}年 · {organ.name}"}
        for organ in issuers
        for year in range(today.year, today.year - 4, -1)
        if (organ.pk, year) not in begun
    ]
    last = [o["value"] for o in offers if o["value"].endswith(f".{today.year - 1}")]
    own = [o["value"] for o in offers if o["value"].startswith(f"{ctx.organ}.")]
    chosen = next(iter((*last, *own)), "")
    return render(request, "reports/list.html", {"reports": shown, "offers": offers, "chosen": chosen})


def _issuers(ctx: ActorContext) -> list[Organ]:
    """Whose report this person's organ may compile: where it works for the county, the government's; and its own."""
    own = Organ.objects.get(pk=ctx.organ)
    found: list[Organ] = []
    if own.kind in (Organ.Kind.DEPARTMENT, Organ.Kind.GOVERNMENT, Organ.Kind.PARTY):
        found += Organ.objects.filter(county=ctx.county, kind=Organ.Kind.GOVERNMENT).order_by("order")[:1]
    if grammar.of(own.kind) and own not in found:
        found.append(own)
    return found


def _begin(request: HttpRequest) -> HttpResponse:
    ctx = actor(request)
    if not request.acting.roles & set(COMPILERS):  # type: ignore[attr-defined]
        raise Refused("年度报告由承办人或者文秘（综合）人员启动编制。", law="岗位权限规则", next="请切换任职，或者请本单位有关人员办理。")  # fmt: skip
    wanted, _, typed = request.POST.get("report", "").partition(".")
    issuer = next((organ for organ in _issuers(ctx) if organ.pk == wanted), None)
    if issuer is None:
        raise UserError(
            "没有选定编制谁的年度报告。", law=grammar.shipped().law,
            next="请在列表中选择本机关或者本级人民政府；内设机构、所属单位的情况写入其机关的报告。",
        )  # fmt: skip
    year = int(typed) if typed.isdigit() and len(typed) == 4 else 0
    report = editing.begin(ctx, issuer, year, timezone.now())
    messages.success(request, f"已启动编制{issuer.name}{year}年度报告：数字已按案件填好，请补写待写的部分。")
    return redirect("reports:report", report.pk)


@in_post
def editor(request: HttpRequest, report: str) -> HttpResponse:
    found, case = _report(request, report)
    now = timezone.now()
    phase = editing.phase(found)
    made = freezing.standing(found, phase, now)
    may_edit = phase == editing.DRAFTING and _compiles(request, found)
    wanted = request.GET.get("edit", "")
    open_one = int(wanted) if may_edit and wanted.isdigit() and len(wanted) < 12 else None
    frozen = freezing.current(found)
    context = {
        "report": found, "case": case, "light": plan_pages.case_light(case), "made": made,
        "parts": report_pages.parts(found, made, open_one), "may_edit": may_edit, "figures": report_pages.figure_choices() if may_edit else [],
        "lacking": made.lacking(), "frozen": frozen, "fresh": freezing.is_current(found, frozen), "moment": freezing.moment_said(frozen) if frozen else "",
        "steps": report_pages.steps(case.phase, bool(case.pending)), "open_one": open_one,
        "loose": sum(len(p.loose) for p in made.parts), "missing": sum(len(p.missing) for p in made.parts),
    }  # fmt: skip
    return render(request, "reports/editor.html", context)


@in_post
def preview(request: HttpRequest, report: str) -> HttpResponse:
    """The text laid out: as it was frozen, or, not frozen yet, as it stands."""
    found, case = _report(request, report)
    text, frozen = _text(request, found)
    shown = html.render(text, top=2)
    context = {"report": found, "case": case, "frozen": frozen, "shown": shown, "text": text, "moment": freezing.moment_said(frozen) if frozen else ""}  # fmt: skip
    return render(request, "reports/preview.html", context)


@in_post
def as_docx(request: HttpRequest, report: str) -> HttpResponse:
    found, _ = _report(request, report)
    text, _frozen = _text(request, found)
    data = docx.render(text, site=f"{request.scheme}://{request.get_host()}")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return _download(data, kind, f"{text.title}.docx")


@in_post
def as_html(request: HttpRequest, report: str) -> HttpResponse:
    found, _ = _report(request, report)
    text, _frozen = _text(request, found)
    page = html.page(text, site=f"{request.scheme}://{request.get_host()}")
    return _download(page.encode(), "text/html; charset=utf-8", f"{text.title}.html")


@in_post
def check(request: HttpRequest, report: str) -> HttpResponse:
    """Every figure of the frozen text, computed again at its moment."""
    found, case = _report(request, report)
    frozen = freezing.current(found)
    if frozen is None:
        messages.info(request, "报告还没有定稿，没有可以核对的。")
        return redirect("reports:report", found.pk)
    text = freezing.text_of(frozen)
    context = {
        "report": found, "case": case, "frozen": frozen, "moment": freezing.moment_said(frozen), "text": text,
        "differences": freezing.check(frozen),
    }  # fmt: skip
    return render(request, "reports/check.html", context)


@require_POST
@roles(*COMPILERS)
def freeze(request: HttpRequest, report: str) -> HttpResponse:
    found = _editable(request, report)
    try:
        frozen = freezing.freeze(found, request.acting.person, timezone.now())  # type: ignore[attr-defined]
    except NotReady as error:
        for line in error.lacking[:4]:
            messages.error(request, f"还不能定稿：{line}。")
        if len(error.lacking) > 4:
            messages.error(request, f"另有 {len(error.lacking) - 4} 处，见左侧提纲。")
        return redirect("reports:report", found.pk)
    differences = freezing.check(frozen)
    if differences:  # a figure that does not come out twice the same must not go out
        messages.error(request, f"定稿后重新计算，有 {len(differences)} 处数字不一致，请打开“核对数字”查看。")
    else:
        messages.success(
            request, f"已定稿：{freezing.moment_said(frozen)}，全部数字重新计算一致。现在可以送审。"
        )
    return redirect("reports:report", found.pk)


@require_POST
@roles(*COMPILERS)
def send(request: HttpRequest, report: str) -> HttpResponse:
    found = _editable(request, report)
    freezing.send(found, actor(request), timezone.now())
    messages.success(request, "已送本单位负责人审核，报告稿已放入案件。审定、报送、公开在案件页面办理。")
    return redirect("cases:case", found.case)


@require_POST
@roles(*COMPILERS)
def add(request: HttpRequest, report: str, part: str) -> HttpResponse:
    found = _editable(request, report)
    row = editing.add(found.pk, part, request.acting.person)  # type: ignore[attr-defined]
    return redirect(f"{_at(found)}?edit={row.pk}#p{row.pk}")


@require_POST
@roles(*COMPILERS)
def save(request: HttpRequest, report: str, paragraph: int) -> HttpResponse:
    found = _editable(request, report)
    try:
        editing.save(
            _own(found, paragraph), _version(request), request.POST.get("text", ""), request.POST.get("heading", ""),
            request.acting.person,  # type: ignore[attr-defined]
        )  # fmt: skip
    except ReportError as error:
        return _again(request, found, paragraph, error)
    return redirect(f"{_at(found)}#p{paragraph}")


@require_POST
@roles(*COMPILERS)
def remove(request: HttpRequest, report: str, paragraph: int) -> HttpResponse:
    found = _editable(request, report)
    editing.remove(_own(found, paragraph), _version(request), request.acting.person)  # type: ignore[attr-defined]
    messages.success(request, "这一段已删除。")
    return redirect(_at(found))


@require_POST
@roles(*COMPILERS)
def link(request: HttpRequest, report: str, paragraph: int) -> HttpResponse:
    found = _editable(request, report)
    start = request.POST.get("start", "")
    try:
        _row, typed = editing.link(
            _own(found, paragraph), _version(request), int(start) if start.isdigit() and len(start) < 9 else -1,
            request.POST.get("figure", ""), request.acting.person,  # type: ignore[attr-defined]
        )  # fmt: skip
    except ReportError as error:
        return _told(request, found, paragraph, error)
    title = values.titles()[request.POST["figure"]]
    messages.success(request, f"“{typed}”已关联到指标“{title}”，以后随案件变动。")
    return redirect(f"{_at(found)}#p{paragraph}")


@require_POST
@roles(*COMPILERS)
def justify(request: HttpRequest, report: str, paragraph: int) -> HttpResponse:
    found = _editable(request, report)
    number, reason = request.POST.get("number", ""), request.POST.get("reason", "")
    try:
        editing.justify(_own(found, paragraph), _version(request), number, reason, request.acting.person)  # type: ignore[attr-defined]
    except ReportError as error:
        return _told(request, found, paragraph, error)
    messages.success(request, f"“{number}”已说明来源。")
    return redirect(f"{_at(found)}#p{paragraph}")


# ---- what they share ------------------------------------------------------------------------------------------------


def _again(request: HttpRequest, report: Report, paragraph: int, error: ReportError) -> HttpResponse:
    """The editor with what was typed, and what is wrong with it."""
    made = freezing.live(report, timezone.now())
    case = search.by_ids(actor(request), [report.case], request.today)[report.case]  # type: ignore[attr-defined]
    context = {
        "report": report, "case": case, "light": plan_pages.case_light(case), "made": made,
        "parts": report_pages.parts(report, made, paragraph), "may_edit": True, "figures": report_pages.figure_choices(),
        "lacking": made.lacking(), "frozen": freezing.current(report), "steps": report_pages.steps(case.phase, bool(case.pending)),
        "open_one": paragraph, "typed": request.POST.get("text", ""), "error": error,
        "loose": sum(len(p.loose) for p in made.parts), "missing": sum(len(p.missing) for p in made.parts),
    }  # fmt: skip
    return render(request, "reports/editor.html", context, status=422)


def _told(request: HttpRequest, report: Report, paragraph: int, error: ReportError) -> HttpResponse:
    messages.error(request, f"{error.message}{error.next}")
    return redirect(f"{_at(report)}#p{paragraph}")


def _report(request: HttpRequest, report: str) -> tuple[Report, Any]:
    """A report whose case this person may know of, and the case as a list shows it."""
    ctx = actor(request)
    found = (
        Report.objects.select_related("county", "issuer", "organ")
        .filter(pk=report, county=ctx.county)
        .first()
    )
    case = search.by_ids(ctx, [found.case], request.today).get(found.case) if found else None  # type: ignore[attr-defined]
    if found is None or case is None:
        raise Http404
    return found, case


def _editable(request: HttpRequest, report: str) -> Report:
    found, _ = _report(request, report)
    if not _compiles(request, found):
        raise Refused(
            f"这份报告由{found.organ}编制。", law=grammar.shipped(found.definition).law, next="可以查看，不能修改；有意见请告诉编制单位。"
        )  # fmt: skip
    return found


def _compiles(request: HttpRequest, report: Report) -> bool:
    ctx = actor(request)
    mine = report.organ_id in access.mine(ctx, definitions.library().latest(report.definition))
    return mine and bool(request.acting.roles & set(COMPILERS))  # type: ignore[attr-defined]


def _text(request: HttpRequest, report: Report) -> tuple[Text, Any]:
    """The frozen text, unless the live one is asked for or there is none."""
    frozen = None if request.GET.get("live") == "1" else freezing.current(report)
    if frozen is not None:
        return freezing.text_of(frozen), frozen
    return freezing.live(report, timezone.now()).text, None


def _own(report: Report, paragraph: int) -> int:
    if not report.paragraphs.filter(pk=paragraph).exists():
        raise Http404
    return paragraph


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdigit() and len(typed) < 9 else 0


def _at(report: Report) -> str:
    return reverse("reports:report", args=[report.pk])


def _download(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
