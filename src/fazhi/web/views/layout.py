"""版式检查: drop a .docx, see what GB/T 9704 asks for. The file is read once and not kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fazhi.documents.check import check
from fazhi.documents.rules import STANDARD, Finding
from fazhi.errors import UserError
from fazhi.web.access import in_post
from fazhi.web.case_access import actor
from fazhi.web.one_at_a_time import one

BYTES = 20 * 2**20
FILES = 10


@dataclass(frozen=True)
class Checked:
    name: str
    findings: tuple[Finding, ...]


@in_post
def page(request: HttpRequest) -> HttpResponse:
    """GET asks for files; POST shows what is to be mended in each, and keeps nothing."""
    if request.method != "POST":
        return _looked_at(request)
    with one(actor(request).person, "layout", "版式检查"):
        return _looked_at(request)


def _looked_at(request: HttpRequest) -> HttpResponse:
    problems: list[dict[str, str]] = []
    read: list[Checked] = []
    if request.method == "POST":
        files = request.FILES.getlist("files")
        if not files:
            problems.append(_problem(UserError("没有选择文件。", next="请选择 .docx 文件。")))
        for file in files[:FILES]:
            name = file.name or "文件"
            try:
                if file.size is None or file.size > BYTES:
                    raise UserError(
                        f"超过 {BYTES // 2**20} MB，没有读取。", next="请拆分，或者删去大图片后再试。"
                    )
                read.append(Checked(name, tuple(check(file.read()))))
            except UserError as error:
                problems.append(_problem(UserError(f"{name}：{error.message}", next=error.next)))
        if len(files) > FILES:
            left = UserError(
                f"一次最多 {FILES} 个文件，其余 {len(files) - FILES} 个没有检查。", next="请分几次。"
            )
            problems.append(_problem(left))
    shown = {
        "problems": problems, "read": read, "megabytes": BYTES // 2**20, "files_hint": f".docx，每个不超过 {BYTES // 2**20} MB，一次最多 {FILES} 个", "standard": STANDARD,
    }  # fmt: skip
    return render(request, "layout/page.html", shown, status=422 if problems and not read else 200)


def _problem(error: UserError) -> dict[str, str]:
    return {"field": "files", "message": error.message, "law": error.law, "next": error.next}
