"""核校: drop files or paste a text; figures underlined, findings in the margin; export. Nothing is stored unless kept."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import PurePath

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from fazhi.errors import UserError
from fazhi.reading.annotating import annotated
from fazhi.reading.examine import Examined, as_json
from fazhi.web import check_pages, drafts
from fazhi.web.access import in_post
from fazhi.web.case_access import actor
from fazhi.web.models import Draft
from fazhi.web.one_at_a_time import one
from fazhi.web.views.figures import RECORDERS

_PREFIX = "check:"
KEPT = 20  # texts that one person may keep at a time
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@in_post
def page(request: HttpRequest) -> HttpResponse:
    """GET asks for files or a text; POST shows the result at once, and keeps nothing."""
    if request.method != "POST":
        return _ask(request)
    with one(actor(request).person, "check", "核校"):
        return _checked(request)


def _checked(request: HttpRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    pasted = request.POST.get("text", "")
    problems = []
    read: list[Examined] = []
    if len(files) > check_pages.FILES:
        error = UserError(
            f"一次选了 {len(files)} 个文件，最多 {check_pages.FILES} 个。",
            next="请分几次，或者用命令行 fazhi check 核校。",
        )
        return _ask(request, [_problem("files", error)], pasted)
    for file in files:
        try:
            read.append(check_pages.read_upload(file))
        except UserError as error:
            problems.append(_problem("files", error))
    if pasted.strip() and not files:
        try:
            read.append(check_pages.read_pasted(pasted))
        except UserError as error:
            problems.append(_problem("text", error))
    if not files and not pasted.strip():
        problems.append(_problem("files", UserError("没有选择文件，也没有粘贴文字。", next="请选一样。")))
    if problems and not read:
        return _ask(request, problems, pasted)
    for problem in problems:
        messages.error(request, f"{problem['message'].rstrip('。')}。{problem['next']}")
    if len(read) > 1:
        return render(request, "check/compare.html", check_pages.comparison(read))
    return _result(request, read[0])


def _result(request: HttpRequest, examined: Examined, **more: object) -> HttpResponse:
    recorder = bool(request.acting.roles & RECORDERS)  # type: ignore[attr-defined]
    return render(
        request, "check/result.html", check_pages.context(examined) | {"may_record": recorder} | more
    )


def _ask(
    request: HttpRequest, problems: list[dict[str, str]] | None = None, pasted: str = ""
) -> HttpResponse:
    person = request.acting.person  # type: ignore[attr-defined]
    held = Draft.objects.filter(
        person=person, key__startswith=_PREFIX, saved_at__gte=timezone.now() - drafts.KEPT
    ).order_by("-saved_at")
    kept = []
    for draft in held:
        found = drafts.load(person, draft.key, timezone.now())
        if found is not None:
            until = timezone.localtime(draft.saved_at + drafts.KEPT).date() - timedelta(days=1)
            kept.append({"id": draft.key.removeprefix(_PREFIX), "name": "".join(found[0].get("name", [])) or "文件", "saved_at": draft.saved_at, "until": until})  # fmt: skip
    shown = {
        "problems": problems or [], "pasted": pasted, "kept": kept, "megabytes": check_pages.BYTES // 2**20,
        "characters": check_pages.CHARACTERS // 10000, "files_hint": f".docx、.pdf、.html、.txt，每个不超过 {check_pages.BYTES // 2**20} MB，一次最多 {check_pages.FILES} 个",
    }  # fmt: skip
    return render(request, "check/new.html", shown, status=422 if problems else 200)


def _problem(field: str, error: UserError) -> dict[str, str]:
    return {"field": field, "message": error.message, "law": error.law, "next": error.next}


@require_POST
@in_post
def again(request: HttpRequest) -> HttpResponse:
    """One of several documents that were compared, by itself."""
    return _result(request, check_pages.carried_back(request.POST))


@require_POST
@in_post
def as_docx(request: HttpRequest) -> HttpResponse:
    examined = check_pages.carried_back(request.POST)
    return _file(examined, annotated(examined), _DOCX, "docx")


@require_POST
@in_post
def as_json_file(request: HttpRequest) -> HttpResponse:
    examined = check_pages.carried_back(request.POST)
    told = as_json(examined, examined.name) | {"sha256": examined.digest, "text": examined.source.text}
    return _file(examined, json.dumps(told, ensure_ascii=False).encode(), "application/json", "json")


def _file(examined: Examined, data: bytes, kind: str, ending: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    name = f"{PurePath(examined.name).stem}-核校.{ending}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@require_POST
@in_post
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a text for this person alone, sealed, for as long as drafts are kept."""
    examined = check_pages.carried_back(request.POST)
    key = hashlib.sha256(examined.source.text.encode()).hexdigest()[:32]
    held = Draft.objects.filter(person=request.acting.person, key__startswith=_PREFIX)  # type: ignore[attr-defined]
    if held.exclude(key=_PREFIX + key).count() >= KEPT:
        raise UserError(f"您已经保留了 {KEPT} 份，没有再保留。", next="请先到文本核校页面删除不用的。")
    values = {name: [value] for name, value in check_pages.carried(examined).items()}
    drafts.save(request.acting.person, _PREFIX + key, values, timezone.now())  # type: ignore[attr-defined]
    messages.success(request, f"“{examined.name}”已为您保留 {drafts.KEPT.days} 天，只有您自己能看到。")
    return redirect("check:kept", key)


@in_post
def kept(request: HttpRequest, key: str) -> HttpResponse:
    return _result(request, _kept(request, key), kept=key)


@require_POST
@in_post
def discard(request: HttpRequest, key: str) -> HttpResponse:
    examined = _kept(request, key)
    drafts.drop(request.acting.person, _PREFIX + key)  # type: ignore[attr-defined]
    messages.success(request, f"“{examined.name}”已删除。")
    return redirect("check:page")


def _kept(request: HttpRequest, key: str) -> Examined:
    """A text that this person has kept; nobody else's is there."""
    found = drafts.load(request.acting.person, _PREFIX + key, timezone.now())  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return check_pages.carried_back({name: "".join(values) for name, values in found[0].items()})
