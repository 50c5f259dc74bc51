"""Papers and files of a case: shown, downloaded; each reading of personal words is logged."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from fazhi.cases import attachments, casefile, papers, publishing, store
from fazhi.cases.casefile import CaseFile
from fazhi.cases.models import Paper
from fazhi.cases.papers import Printed
from fazhi.documents import docx, html, pdf
from fazhi.ledger import access_log
from fazhi.procedures.text import Text
from fazhi.web import refusals
from fazhi.web.access import in_post
from fazhi.web.case_access import actor, opened, speaker
from fazhi.web.case_page import identity

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _paper(request: HttpRequest, case: str, paper: int) -> tuple[CaseFile, Paper, Text]:
    file = opened(request, case)
    row = next((p for p in file.papers if p.pk == paper), None)
    if row is None:
        raise Http404
    with store.writing() as cursor:
        access_log.record(
            cursor, casefile.reader(actor(request)), "open", cases=[case], fields=[f"paper:{row.template}"]
        )
    return file, row, papers.open_(row)


@in_post
def paper(request: HttpRequest, case: str, paper: int) -> HttpResponse:
    file, row, text = _paper(request, case, paper)
    shown: dict[str, Any] = {
        "file": file, "row": row, "id": identity(file, speaker(request, file)), "body": mark_safe(html.render(text, top=2)),
        "draft": text.status == "draft", "published": bool(publishing.disclosure(file, row)), "pdf": "".join(pdf.missing()), "substituted": pdf.substituted(),
    }  # fmt: skip
    return render(request, "cases/paper.html", shown)


@in_post
def paper_public(request: HttpRequest, case: str, paper: int) -> HttpResponse:
    """The paper and what the public may read of it, side by side."""
    file, row, text = _paper(request, case, paper)
    made = publishing.version(file, row)
    if made is None:
        raise Http404
    shown: dict[str, Any] = {
        "file": file, "row": row, "id": identity(file, speaker(request, file)), "told": made.told,
        "body": mark_safe(html.render(text, prefix="a", top=3)), "public": mark_safe(html.render(made.text, prefix="b", top=3)),
        "law": publishing.disclosure(file, row).get("law", ""),
    }  # fmt: skip
    return render(request, "cases/paper_public.html", shown)


@in_post
def paper_public_docx(request: HttpRequest, case: str, paper: int) -> HttpResponse:
    file, row, _ = _paper(request, case, paper)
    made = publishing.version(file, row)
    if made is None:
        raise Http404
    return _download(docx.render(made.text), DOCX, f"{_name(file, row)}（公开）.docx")


@in_post
def paper_docx(request: HttpRequest, case: str, paper: int) -> HttpResponse:
    file, row, text = _paper(request, case, paper)
    return _download(docx.render(text), DOCX, f"{_name(file, row)}.docx")


@in_post
def paper_pdf(request: HttpRequest, case: str, paper: int) -> HttpResponse:
    file, row, text = _paper(request, case, paper)
    return _pdf(request, text, _name(file, row))


def _pdf(request: HttpRequest, text: Text, name: str) -> HttpResponse:
    try:
        data = pdf.render(text)
    except pdf.PdfError as error:
        return refusals.page(
            request,
            503,
            str(error),
            heading="本机现在不能生成 PDF",
            next="请下载 .docx，在 WPS 中另存为 PDF。",
        )
    return _download(data, "application/pdf", f"{name}.pdf")


def _printed(request: HttpRequest, case: str, part: str, row: int, form: str) -> tuple[CaseFile, Printed]:
    """A form of one row, for one of those who are served (`?to=`)."""
    file = opened(request, case)
    member = request.GET.get("to", "0")
    found = (
        papers.printed(file, part, row, form, int(member), file.resolved.today)
        if member.isdecimal() and len(member) < 4 and file.resolved.today
        else None
    )
    if found is None:
        raise Http404
    with store.writing() as cursor:
        access_log.record(
            cursor, casefile.reader(actor(request)), "open", cases=[case], fields=[f"form:{form}"]
        )
    return file, found


@in_post
def printed(request: HttpRequest, case: str, part: str, row: int, form: str) -> HttpResponse:
    """A form to be printed and signed by hand, such as 送达回证."""
    file, found = _printed(request, case, part, row, form)
    to = f"?to={request.GET['to']}" if request.GET.get("to") else ""
    shown: dict[str, Any] = {
        "file": file, "found": found, "id": identity(file, speaker(request, file)), "to": to, "part": part, "index": row, "form": form,
        "body": mark_safe(html.render(found.text, top=2)), "pdf": "".join(pdf.missing()), "substituted": pdf.substituted(),
    }  # fmt: skip
    return render(request, "cases/printed.html", shown)


@in_post
def printed_docx(request: HttpRequest, case: str, part: str, row: int, form: str) -> HttpResponse:
    file, found = _printed(request, case, part, row, form)
    return _download(docx.render(found.text), DOCX, f"{_form_name(file, found, row)}.docx")


@in_post
def printed_pdf(request: HttpRequest, case: str, part: str, row: int, form: str) -> HttpResponse:
    file, found = _printed(request, case, part, row, form)
    return _pdf(request, found.text, _form_name(file, found, row))


def _form_name(file: CaseFile, found: Printed, row: int) -> str:
    return f"{file.row.number or '案件'} {found.text.title}{row + 1}".replace("/", "-")


def _name(file: CaseFile, row: Paper) -> str:
    """Number and title, without names of people: file names lie about on desks."""
    return f"{row.number or file.row.number or '送审稿'} {row.title}".replace("/", "-")


@in_post
def attachment(request: HttpRequest, case: str, digest: str) -> HttpResponse:
    """A file that a value in sight names, or that this person has just put up."""
    file = opened(request, case)
    seen = set(referenced(file))
    if digest not in seen and not attachments.own(case, digest, actor(request).person):
        raise Http404
    found = attachments.read(case, digest, casefile.reader(actor(request)))
    if found is None:
        raise Http404
    held, data = found
    return _download(data, held.kind, held.name)


def referenced(file: CaseFile) -> list[str]:
    """Hashes of the files that the case's values name, as far as this person sees them."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                walk(inner)
        else:
            found.extend(attachments.in_value(value))

    walk([file.shown(file.state.values), file.shown(file.state.parts), file.shown(file.state.pending)])
    for entry in file.entries:
        walk(file.shown(entry.values))
    return list(dict.fromkeys(found))


def _download(data: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
