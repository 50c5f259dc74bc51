"""What waits for a yes: agree, return, refuse, withdraw; and notes."""

from __future__ import annotations

import re
import uuid
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fazhi.cases import service
from fazhi.cases.casefile import CaseFile
from fazhi.cases.errors import CaseError, NotThere, Refused
from fazhi.procedures import Command, Refusal
from fazhi.web import case_page, drafts
from fazhi.web.access import in_post
from fazhi.web.case_access import actor, opened, speaker
from fazhi.web.views.cases import page_of

VERBS = {"agree": "同意", "return": "退回", "refuse": "不同意", "withdraw": "撤回"}
TOKEN = re.compile(r"[0-9a-f]{32}\Z")


@in_post
@require_POST
def pending(request: HttpRequest, case: str) -> HttpResponse:
    file = opened(request, case)
    kind = request.POST.get("kind", "")
    if kind not in VERBS:
        raise Http404
    today: date = request.today  # type: ignore[attr-defined]
    on = _day(request.POST.get("on", ""), today)
    if on is None:
        return _again(
            request, file, [Refusal("审批日期格式不对", field="pending-on", next="应形如 2026-11-21")]
        )
    command = Command(kind, on=on, reason=request.POST.get("reason", "").strip()[:2000])  # type: ignore[arg-type]
    told = case_page.pending(file, speaker(request, file), actor(request).person)
    try:
        result = service.run(
            command,
            actor(request),
            case=case,
            key=_key(request),
            expected_seq=_seq(request.POST.get("expected_seq", "")),
        )
    except NotThere:
        raise Http404 from None
    except Refused as refused:
        return _again(request, file, refused.refusals)
    except CaseError as error:
        return _again(
            request, opened(request, case), [Refusal(error.message, error.law, next=error.next)], 409
        )
    drafts.drop(request.user, f"pending-{case}")
    title = told["title"] if told else ""
    said = f"{VERBS[kind]}「{title}」已记入办理记录"
    for body in result.events:
        phase = body.get("effects", {}).get("phase")
        if phase:
            said += f"，案件进入「{file.d.source.phases.get(phase[1], '')}」阶段"
        if body.get("number"):
            said += f"，编号 {body['number']}"
    messages.success(request, said + "。")
    return redirect("cases:case", case=case)


@in_post
@require_POST
def note(request: HttpRequest, case: str) -> HttpResponse:
    opened(request, case)
    words = request.POST.get("note", "").strip()[:2000]
    if not words:
        messages.warning(request, "备注没有内容，没有保存。")
        return redirect("cases:case", case=case)
    command = Command("note", on=request.today, reason=words)  # type: ignore[attr-defined]
    service.run(command, actor(request), case=case, key=_key(request))
    messages.success(request, "备注已记入办理记录。")
    return redirect("cases:case", case=case)


def _again(request: HttpRequest, file: CaseFile, refusals: object, status: int = 422) -> HttpResponse:
    """The case page with the reasons in the approval form, and what was typed."""
    shown = page_of(request, file, speaker(request, file))
    fields = {"reason": "opinion", "on": "pending-on"}
    shown["problems"] = [case_page.problem(r, fields.get(r.field, "")) for r in refusals]  # type: ignore[attr-defined]
    shown["opinion"] = request.POST.get("reason", "")
    return render(request, "cases/case.html", shown, status=status)


def _key(request: HttpRequest) -> str:
    given = request.POST.get("token", "")
    return given if TOKEN.match(given) else uuid.uuid4().hex


def _seq(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _day(text: str, today: date) -> date | None:
    if not text:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
