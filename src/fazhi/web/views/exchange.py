"""导入中心: template, upload, what the check found by row and column, confirm, undo. And the export of a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from fazhi.cases import definitions, exchange, search
from fazhi.cases.exchange import background, uploads
from fazhi.cases.exchange.rights import IMPORTING
from fazhi.cases.models import Import
from fazhi.errors import UserError
from fazhi.ledger import access_log
from fazhi.ledger.access_log import Reader
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Person
from fazhi.procedures import Definition
from fazhi.web import parts
from fazhi.web.access import in_post, roles
from fazhi.web.case_access import actor
from fazhi.web.exchange_forms import ExportForm, UploadForm
from fazhi.web.lists import Cell, Column, Table
from fazhi.web.one_at_a_time import Busy, one

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
SHOWN = 300  # errors on one page
STAGES = {"check": "正在校验", "write": "正在写入", "undo": "正在撤销"}
_IMPORTERS = tuple(sorted(IMPORTING))


@roles(*_IMPORTERS)
def imports(request: HttpRequest) -> HttpResponse:
    """The form, and the batches of the past; POST takes a file in and checks it."""
    ctx = actor(request)
    uploads.drop_old(timezone.now())
    form = UploadForm(request.POST or None, request.FILES or None, procedures=_procedures())
    if request.method == "POST" and form.is_valid():
        try:
            row = uploads.check(
                form.cleaned_data["file"].read(), _order(ctx, form.cleaned_data), timezone.now()
            )
        except UserError as error:
            form.add_error("file", "。".join(error.lines()))
        else:
            return redirect("exchange:batch", row.id)
    return render(
        request,
        "exchange/imports.html",
        {"form": form, "procedures": _procedures(), "table": _history(ctx)},
    )


@roles(*_IMPORTERS)
def template(request: HttpRequest) -> HttpResponse:
    """The empty table of a procedure."""
    name, kind = request.GET.get("procedure", ""), request.GET.get("kind", "xlsx")
    d = dict(_procedures()).get(name)
    if d is None or kind not in KINDS:
        raise Http404
    data = exchange.template(name, kind, county=actor(request).county, on=request.today)  # type: ignore[attr-defined]
    return _file(data, f"{d.source.short or d.title}导入模板.{kind}", kind)


@roles(*_IMPORTERS)
def batch(request: HttpRequest, batch: str) -> HttpResponse:
    """What the check found; or, once imported, what was written and how to take it back."""
    row = _mine(request, batch)
    said = uploads.told(row)
    d = definitions.library().latest(row.procedure)
    shown = {
        "row": row,
        "d": d,
        "reached": background.reached(row) if row.stage else None,
        "stage": STAGES.get(row.stage, ""),
        "page_name": "导入批次" if row.at else "校验结果",
        "errors": _errors(said) if said.errors else None,
        "many": said.many,
        "more": max(0, said.many - SHOWN),
        "changes": _changes(said) if said.changes else None,
        "ignored": said.ignored,
        "ready": row.at is None and not said.many and bool(row.events),
        "nothing": row.at is None and not said.many and not row.events and not row.trouble,
        "wrong_rows": said.rows,
        "left": said.left,
        "partly": row.at is None and bool(said.many) and bool(row.new + row.changed),
        "copy": uploads.has_copy(row),
        "person": Person.objects.filter(pk=row.person).values_list("name", flat=True).first() or "",
        "list": f"{reverse('cases:list')}?{urlencode({'procedure': row.procedure})}",
    }
    return render(request, "exchange/batch.html", shown)


@roles(*_IMPORTERS)
def progress(request: HttpRequest, batch: str) -> HttpResponse:
    """How far a file in the background is, asked by its page every two seconds; at the end the page is loaded anew."""
    row = _mine(request, batch)
    if not row.stage:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    shown = {"row": row, "reached": background.reached(row), "stage": STAGES[row.stage]}
    return render(request, "exchange/_progress.html", shown)


@roles(*_IMPORTERS)
def errors(request: HttpRequest, batch: str) -> HttpResponse:
    """The uploaded file again, with its mistakes marked. It holds what the importer put in; that it went out is logged."""
    row = _mine(request, batch)
    kind = request.GET.get("kind", "xlsx")
    if kind not in KINDS:
        raise Http404
    try:
        data = uploads.copy(row, kind)
    except UserError as error:
        messages.error(request, "。".join(error.lines()))
        return redirect("exchange:batch", row.id)
    ctx = actor(request)
    with connection.cursor() as cursor:
        reader = Reader(ctx.person, ctx.post, ctx.organ)
        access_log.record(cursor, reader, "export", cases=[], fields=[f"import/{row.id}"], count=row.wrong)
    return _file(data, f"{row.file.rpartition('.')[0] or '导入文件'}-校验问题.{kind}", kind)


@roles(*_IMPORTERS)
@require_POST
def confirm(request: HttpRequest, batch: str) -> HttpResponse:
    row = _mine(request, batch)
    ctx = actor(request)
    given = {"procedure": row.procedure, "system": row.system, "elsewhere": row.elsewhere}
    order = replace(_order(ctx, given), only_right=request.POST.get("only_right") == "1")
    try:
        done = uploads.confirm(row, order, timezone.now())
    except UserError as error:
        messages.error(request, "。".join(error.lines()))
        return redirect("exchange:imports")
    if done is None:
        return redirect("exchange:batch", row.id)
    if order.only_right and not done.batch:
        messages.error(request, "没有可以导入的行：正确的行都已在系统中，没有写入任何内容。")
        return redirect("exchange:batch", row.id)
    if done.errors and not done.batch:
        messages.error(request, "校验之后数据有了变化，没有导入任何内容；请看下面的错误。")
        return redirect("exchange:batch", row.id)
    words = f"已导入：新增 {done.new} 件，更新 {done.changed} 件，不变 {done.same} 件。"
    messages.success(request, words)  # what was left out, the page of the batch says
    return redirect("exchange:batch", done.batch) if done.batch else redirect("exchange:imports")


@roles(*_IMPORTERS)
@require_POST
def drop(request: HttpRequest, batch: str) -> HttpResponse:
    try:
        uploads.drop(_mine(request, batch))
    except UserError as error:
        messages.error(request, "。".join(error.lines()))
        return redirect("exchange:batch", batch)
    messages.info(request, "文件已删除，没有导入。")
    return redirect("exchange:imports")


@roles(*_IMPORTERS)
@require_POST
def undo(request: HttpRequest, batch: str) -> HttpResponse:
    row = _mine(request, batch)
    ctx = actor(request)
    paths = exchange.paths_of(ctx, row.procedure)
    try:
        if row.new + row.changed > uploads.FEW:
            background.ask_undo(row, ctx.person, paths)
        else:
            many = exchange.undo(row.id, county=ctx.county, by=ctx.person, paths=paths, now=timezone.now())
            messages.success(request, f"批次已撤销，涉及 {many} 件案件；每件都留有撤销记录。")
    except UserError as error:
        messages.error(request, "。".join(error.lines()))
    return redirect("exchange:batch", row.id)


@in_post
def exports(request: HttpRequest) -> HttpResponse:
    """GET asks how; POST gives the file. The list's own query string says which cases."""
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    filters = search.Filters.read(request.GET)
    d = definitions.library().latest(filters.procedure)
    if d is None:
        raise Http404
    wanted = exchange.Wanted(d.name, filters, ctx.county, ctx, f"{ctx.organ_name} {ctx.name}")
    many = exchange.count(wanted, today)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        if kind == "xlsx" and many > exchange.SHOWN_AT_ONCE:
            form.add_error(
                "kind", f"有 {many} 件，超过 {exchange.SHOWN_AT_ONCE} 件的请导出 CSV，或者缩小条件。"
            )
        else:
            wanted = exchange.Wanted(
                d.name, filters, ctx.county, ctx, wanted.who, form.cleaned_data["personal"]
            )
            try:
                with one(ctx.person, "export", "导出"):
                    data = exchange.export(wanted, kind, now=timezone.now(), today=today)
            except Busy:
                raise
            except UserError as error:
                form.add_error(None, "。".join(error.lines()))
            else:
                stamp = timezone.localtime().strftime("%Y%m%d-%H%M")
                return _file(data, f"{d.source.short or d.title}-{stamp}.{kind}", kind)
    back = f"{reverse('cases:list')}?{request.GET.urlencode()}"
    return render(request, "exchange/export.html", {"form": form, "d": d, "many": many, "back": back})


def _procedures() -> list[tuple[str, Definition]]:
    library = definitions.library()
    return [(name, d) for name in library.names() if (d := library.latest(name))]


def _order(ctx: ActorContext, given: dict[str, Any]) -> exchange.Order:
    file = given.get("file")
    return exchange.Order(
        given["procedure"], ctx.county, system=given["system"].strip() or exchange.SYSTEM, elsewhere=given["elsewhere"].strip(),
        organ=ctx.organ if _own(ctx) else "", by=ctx.person, paths=exchange.paths_of(ctx, given["procedure"]), file=file.name if file else "",
    )  # fmt: skip


def _own(ctx: ActorContext) -> bool:
    """A file without a column of organs is taken for the importer's own organ, except from an administrator."""
    return "admin" not in ctx.roles


def _mine(request: HttpRequest, batch: str) -> Import:
    """An import of this county that the person made, or any for an administrator; else it is not there."""
    ctx = actor(request)
    row = Import.objects.filter(pk=batch, county=ctx.county).first()
    if row is None or not (row.person == ctx.person or "admin" in ctx.roles):
        raise Http404
    return row


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=KINDS[kind])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _history(ctx: ActorContext) -> Table | None:
    rows = Import.objects.filter(county=ctx.county)
    if "admin" not in ctx.roles:
        rows = rows.filter(person=ctx.person)
    rows = list(rows.order_by("-checked_at")[:50])
    if not rows:
        return None
    titles = {name: d.source.short or d.title for name, d in _procedures()}
    names = dict(Person.objects.filter(pk__in={r.person for r in rows}).values_list("id", "name"))
    return Table(
        columns=(
            Column("when", "时间", "date"), Column("procedure", "程序"), Column("system", "来源系统"), Column("file", "文件"),
            Column("counts", "增／改／同", "number", hint="新增、更新、不变的件数"), Column("who", "导入人"), Column("state", "状态", "tag"),
        ),
        rows=[
            {
                "when": Cell(timezone.localtime(r.at or r.checked_at).strftime("%Y-%m-%d %H:%M"), reverse("exchange:batch", args=[r.id])),
                "procedure": titles.get(r.procedure, r.procedure), "system": Cell(r.system, note=f"在「{r.elsewhere}」办理" if r.elsewhere else ""),
                "file": r.file or "—", "counts": f"{r.new}／{r.changed}／{r.same}", "who": names.get(r.person, "系统运维"),
                "state": _state(r),
            }
            for r in rows
        ],
        caption="导入记录",
    )  # fmt: skip


def _state(r: Import) -> Any:
    if r.stage:
        return parts.tag(STAGES[r.stage], "blue")
    if r.trouble:
        return parts.tag("没有完成", "red")
    if r.undone_at:
        return parts.tag("已撤销", "grey")
    if r.at:
        return parts.tag("部分导入", "amber") if r.wrong else parts.tag("已导入", "green")
    return parts.tag("有错误", "red") if r.wrong else parts.tag("待确认", "amber")


def _errors(said: uploads.Told) -> Table:
    return Table(
        columns=(Column("row", "行", "number"), Column("column", "列"), Column("message", "问题", "wide")),
        rows=[{"row": e.row, "column": e.column, "message": e.message} for e in said.errors[:SHOWN]],
        caption="校验发现的问题",
    )


def _changes(said: uploads.Told) -> Table:
    return Table(
        columns=(
            Column("row", "行", "number"),
            Column("number", "案号"),
            Column("told", "与系统中不同的列", "wide"),
        ),
        rows=[{"row": r, "number": n, "told": "、".join(t)} for r, n, t in said.changes],
        caption="将更新的案件",
    )
