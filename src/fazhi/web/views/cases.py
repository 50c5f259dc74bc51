"""The list of cases, and a case's page."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fazhi.cases import attachments, search
from fazhi.cases.casefile import CaseFile
from fazhi.cases.said import Speaker
from fazhi.web import case_lists, case_page, case_tabs, orders
from fazhi.web.access import in_post
from fazhi.web.case_access import actor, opened, speaker
from fazhi.web.views.papers import referenced


@in_post
def case_list(request: HttpRequest) -> HttpResponse:
    shown = case_lists.context(request)
    shown["list"] = case_lists.drawn(shown)
    if getattr(request, "htmx", False) and request.htmx.target == "case-list":  # type: ignore[attr-defined]
        return HttpResponse(shown["list"])
    return render(request, "cases/list.html", shown)


@in_post
def show(request: HttpRequest, case: str) -> HttpResponse:
    file = opened(request, case)
    return render(request, "cases/case.html", page_of(request, file, speaker(request, file)))


def page_of(request: HttpRequest, file: CaseFile, say: Speaker) -> dict[str, Any]:
    """The case page's context; views that refuse an approval render it again with their `problems`."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in case_tabs.TABS else "info"
    waiting = case_page.pending(file, say, actor(request).person)
    return {
        "file": file,
        "id": case_page.identity(file, say),
        "progress": case_page.progress(file),
        "gates": case_page.gate_groups(file),
        "next": case_page.next_acts(file),
        "waiting": waiting,
        "tabs": case_tabs.tabs(file, tab, reverse("cases:case", args=[file.row.id])),
        "tab_template": f"cases/_tab_{tab}.html",
        "may_note": bool(file.sight.sides) and not file.row.elsewhere,
        "order_url": orders.address(file.row.id)
        if orders.may_order(actor(request), file, request.today)
        else "",  # type: ignore[attr-defined]
        "token": uuid.uuid4().hex,
        "today": request.today,  # type: ignore[attr-defined]
        **_tab(request, tab, file, say),
    }


def _tab(request: HttpRequest, tab: str, file: CaseFile, say: Speaker) -> dict[str, Any]:
    match tab:
        case "info":
            return {"info": case_tabs.info(file, say)}
        case "clocks":
            return {"clocks": case_tabs.clocks(file)}
        case "history":
            return {"history": case_tabs.history(file, say)}
        case "papers":
            return {
                "papers": case_tabs.papers(file),
                "files": attachments.of_case(file.row.id, referenced(file)),
                "pdf": case_tabs.pdf_missing(),
            }
        case "parts":
            return {"parts": case_tabs.part_tables(file, say)}
        case "links":
            return {"links": _links(request, file, request.today)}  # type: ignore[attr-defined]
        case _:
            return {"flaws": case_tabs.flaws(file)}


LINKS = {"opens": "由本案产生", "opened_from": "产生本案", "refers": "引用本案"}


def _links(request: HttpRequest, file: CaseFile, today: date) -> list[dict[str, Any]]:
    found = search.by_ids(actor(request), [other for _, other in file.links], today)
    return [
        {
            "kind": LINKS.get(kind, kind),
            "row": (row := found.get(other)),
            "light": case_page.light(row.light) if row else "",
            "words": "（另一案件，您无权查看）" if len(other) == 32 else other,
        }
        for kind, other in file.links
    ]
