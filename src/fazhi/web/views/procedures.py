"""程序库: each definition as prose beside its articles, its versions, and the file itself."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fazhi.cases import definitions
from fazhi.procedures import Definition
from fazhi.web import case_lists, definition_flow, definition_prose, flow_chart
from fazhi.web.access import in_post
from fazhi.web.case_access import actor

LINES = {
    "enforcement": "行政执法", "disputes": "争议化解", "openness": "政务公开", "supervision": "监督督办", "planning": "法治建设",
    "people": "执法人员", "review": "法制审核", "licence": "行政许可",
}  # fmt: skip


@in_post
def library(request: HttpRequest) -> HttpResponse:
    today = request.today  # type: ignore[attr-defined]
    found = definitions.library()
    groups: dict[str, list[dict[str, Any]]] = {}
    for name in found.names():
        versions = found.versions(name)
        d = found.get(name, today) or versions[-1]
        groups.setdefault(LINES.get(d.source.line, "其他"), []).append(
            {"d": d, "versions": len(versions), "unverified": definition_prose.unverified(d), "actions": len(d.actions), "clocks": len(d.clocks)}
        )  # fmt: skip
    order = list(LINES.values())
    ordered = sorted(groups.items(), key=lambda g: order.index(g[0]) if g[0] in order else 99)
    return render(request, "cases/library.html", {"groups": ordered})


@in_post
def procedure(request: HttpRequest, name: str) -> HttpResponse:
    d, versions = _version(request, name)
    openings = [a for x, a in case_lists.openings(actor(request), request.today).all if x.name == name]  # type: ignore[attr-defined]
    shown = {
        "d": d,
        "versions": versions,
        "line": LINES.get(d.source.line, ""),
        "openings": openings,
        "today": request.today,
    }  # type: ignore[attr-defined]
    return render(request, "cases/procedure.html", shown | definition_prose.told(d))


@in_post
def diagram(request: HttpRequest, name: str) -> HttpResponse:
    """The course of the procedure as a picture, and the same in words below it."""
    d, versions = _version(request, name)
    stations = definition_flow.course(d)
    places = {s.key: s.title for s in stations}
    rows = [{"title": s.title, "acts": [_row(a, s.key, places) for a in s.acts]} for s in stations]
    wide, narrow = (flow_chart.draw(stations, d.title, w, p) for w, p in ((760, "wide"), (340, "narrow")))
    shown = {"d": d, "versions": versions, "stations": rows, "wide": wide, "narrow": narrow}
    return render(request, "cases/diagram.html", shown)


def _row(a: definition_flow.Act, phase: str, places: dict[str, str]) -> dict[str, Any]:
    times = []
    for title, clocks in [("", a.clocks), *((f"{w.title}：", w.clocks) for w in a.ways)]:
        times += [f"{title}起算 {x}" for x in clocks.starts]
        times += [f"{title}停止 {x}" for x in clocks.stops]
    ways = [
        {
            "title": w.title,
            "law": w.law,
            "needs": w.needs,
            "to_title": places[w.to] if w.to and w.to != phase else "",
        }
        for w in a.ways
    ]
    return {
        "key": a.key,
        "title": a.title,
        "who": a.who,
        "law": a.law,
        "also": a.also,
        "needs": a.needs,
        "ways": ways,
        "times": times,
    }


@in_post
def text(request: HttpRequest, name: str) -> HttpResponse:
    """The file as it was loaded, bases and fragments worked in."""
    d, _ = _version(request, name)
    answer = HttpResponse(d.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{d.name}-{d.from_.isoformat()}.yaml"'
    return answer


def _version(request: HttpRequest, name: str) -> tuple[Definition, list[Definition]]:
    """The version in force today, or that of ?from=DATE."""
    versions = definitions.library().versions(name)
    if not versions:
        raise Http404
    wanted = request.GET.get("from", "")
    found = next((v for v in versions if v.from_.isoformat() == wanted), None)
    return found or definitions.library().get(name, request.today) or versions[-1], versions  # type: ignore[attr-defined]
