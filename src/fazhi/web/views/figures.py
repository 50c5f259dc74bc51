"""统计指标: the county's figures in a period, each with its definition, its trend, its organs and its cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fazhi.figures import imported, lists, query
from fazhi.figures.errors import FigureError
from fazhi.web import case_page, figure_chart, figure_pages
from fazhi.web.access import in_post, roles
from fazhi.web.case_access import actor
from fazhi.web.figure_pages import Asked
from fazhi.web.lists import Pages, pages_of

RECORDERS = frozenset({"admin", "clerk", "head", "office_head"})


@in_post
def listing(request: HttpRequest) -> HttpResponse:
    """Headlines, then one group's figures; the address holds period, organ, moment and group."""
    a, today = figure_pages.asked(request), request.today  # type: ignore[attr-defined]
    catalogue = a.q.view.catalogue
    groups = list(dict.fromkeys((f.group, f.group_title) for f in catalogue.figures.values()))
    everything = query.values(a.q)  # one aggregation for all groups; the other tabs find it kept
    if any(v.imported for v in everything):
        groups.append(("imported", "外部数据"))
    group = request.GET.get("group", "")
    group = group if group in dict(groups) else groups[0][0]
    rows = figure_pages.shown(a, [v for v in everything if v.group == group], today)
    checked = [c for c in query.check(a.q) if c.procedure == group or group == figure_pages.GROUP]
    anything = a.q.moment.position > 0
    shown: dict[str, Any] = {
        "asked": a,
        "q": a.q,
        "group": group,
        "group_title": dict(groups)[group],
        "tabs": [
            {"title": title, "url": a.address(group=key), "current": key == group, "count": None}
            for key, title in groups
        ],
        "headlines": [r for r in rows if r.headline],
        "table": figure_pages.table(a, rows, f"{dict(groups)[group]}，{a.q.span.title}") if rows else None,
        "checked": checked,
        "wrong": sum(1 for c in checked if c.difference),
        "anything": anything,
        "periods": figure_pages.periods(a.q, today),
        "organs": figure_pages.organs(a.q),
        "problems": catalogue.problems,
        "may_record": bool(request.acting.roles & RECORDERS),  # type: ignore[attr-defined]
    }
    return render(request, "figures/list.html", shown)


@in_post
def show(request: HttpRequest, figure: str) -> HttpResponse:
    """One figure: what it counts, its trend, its organs, and the cases behind it."""
    a, today = figure_pages.asked(request), request.today  # type: ignore[attr-defined]
    found = a.q.view.catalogue.figures.get(figure)
    if found is None:
        raise Http404
    (value,) = query.values(a.q, only=[figure])
    (row,) = figure_pages.shown(a, [value], today)
    months = figure_pages.trend(a.q, figure)
    part = request.GET.get("part", "") if found.kind == "share" else ""
    part = part if part in ("in", "out") else ""
    listed, page = _listed(request, a, figure, part)
    shown: dict[str, Any] = {
        "asked": a,
        "q": a.q,
        "figure": found,
        "value": value,
        "row": row,
        "chart": figure_chart.line(months, value.title),
        "months": [(span, v, figure_pages.number(v.value)) for span, v in months],
        "organ_rows": figure_pages.organ_rows(a, figure),
        "breakdowns": figure_pages.breakdowns(a.q, figure),
        "listed": listed,
        "lines": [
            {"fact": x.fact, "found": x.found, "light": case_page.light(x.found.light)} for x in listed.lines
        ],
        "page": page,
        "part": part,
        "before_title": figure_pages.before_title(a),
        "day_title": "进入日期" if found.stock else "到期日" if found.due else "日期",
        "parts": _parts(a, value, part) if found.kind == "share" and value.denominator else [],
        "periods": figure_pages.periods(a.q, today),
        "organs": figure_pages.organs(a.q),
        "back": f"{a.address(group=found.group)}",
    }
    return render(request, "figures/figure.html", shown)


def _listed(request: HttpRequest, a: Asked, figure: str, part: str) -> tuple[lists.CaseList, Pages | None]:
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    facts = lists.behind(a.q, figure, ctx, part=part)
    page = pages_of(request.GET, facts.visible)
    return lists.page_of(
        facts, ctx, today=today, offset=page.slice.start, limit=page.size
    ), page if facts.visible else None


def _parts(a: Asked, value: query.FigureValue, part: str) -> list[dict[str, Any]]:
    inside = int(value.numerator or 0) if isinstance(value.numerator, int) else None
    outside = None if inside is None else value.cases - inside
    return [
        {"title": title, "url": a.address(part=key) + "#cases", "current": key == part, "count": count}
        for key, title, count in (
            ("", "全部", value.cases),
            ("in", "计入分子", inside),
            ("out", "未计入", outside),
        )
    ]


@roles(*sorted(RECORDERS))
def outside(request: HttpRequest) -> HttpResponse:
    """Write down a figure from outside, with its source; one that was taken from a text comes filled in,
    with the text's digest and the place in it."""
    fields = ("name", "title", "period", "value", "unit", "source", "file", "passage")
    given = {k: request.POST.get(k, "").strip() for k in fields}
    if request.method == "POST":
        ctx = actor(request)
        try:
            row = imported.record(ctx.county, given.pop("name"), person=ctx.person, **given)
        except FigureError as error:
            given["name"] = request.POST.get("name", "").strip()
            shown = {"given": given, "problems": [{"message": error.message, "next": error.next}]}
            return render(request, "figures/outside.html", shown, status=422)
        messages.success(request, f"已登记外部数据“{row.title}”：{row.value}{row.unit}，来源：{row.source}。")
        return redirect(f"/figures/?period={row.period}&group=imported")
    given |= {k: request.GET.get(k, "")[:300] for k in fields}
    given["period"] = given["period"] or str(request.today.year - 1)  # type: ignore[attr-defined]
    return render(request, "figures/outside.html", {"given": given})
