"""Administration of organs: the tree on a day, one organ with its history, and the acts that change it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date

from fazhi.organs import history, succession
from fazhi.organs.models import County, Organ, OrganLine, OrganName, Post
from fazhi.organs.tree import TreeLine, organ_tree
from fazhi.web.access import roles
from fazhi.web.organ_forms import ACTS, ActForm, CreateForm


def county_of(request: HttpRequest) -> County:
    """The county of the post in which the administrator acts; nothing outside it is shown or changed."""
    return get_object_or_404(County, pk=request.acting.county)  # type: ignore[attr-defined]


@roles("admin")
def tree(request: HttpRequest) -> HttpResponse:
    county = county_of(request)
    asked = request.GET.get("on", "")
    on = _day(asked)
    ended = request.GET.get("ended") == "1"
    day = on or request.today  # type: ignore[attr-defined]
    lines = organ_tree(county, day, ended=ended)
    found = request.GET.get("q", "").strip()
    if found:
        lines = tuple(line for line in lines if _matches(line, found))
    posts = dict(Post.objects.on(day).filter(organ__county=county).values_list("organ").annotate(Count("id")))
    shown: dict[str, Any] = {
        "county": county,
        "day": day,
        "bad_day": bool(asked) and on is None,
        "ended": ended,
        "q": found,
        "total": len(lines),
        "rows": [
            {"line": line, "posts": posts.get(line.organ.id, 0), "levels": range(0 if found else line.depth)}
            for line in lines
        ],
    }
    return render(request, "organs/tree.html", shown)


def _matches(line: TreeLine, found: str) -> bool:
    return any(
        found.lower() in text.lower() for text in (line.name, line.short_name, line.organ.code, *line.aliases)
    )


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:  # well formed, but no such day
        return None


@roles("admin")
def detail(request: HttpRequest, organ: str) -> HttpResponse:
    row = _organ(request, organ)
    today = request.today  # type: ignore[attr-defined]
    drawn = OrganLine.objects.filter(Q(organ=row) | Q(other=row)).select_related("organ", "other")
    shown: dict[str, Any] = {
        "organ": row,
        "alive": row.holds_on(today),
        "names": OrganName.objects.filter(organ=row).order_by("kind", "-valid_from"),
        "children": row.children.on(today),
        "posts": Post.objects.filter(organ=row)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .select_related("person")
        .order_by("valid_from"),
        "lines": [
            {"line": line, "outward": line.organ_id == row.id, "other": line.other if line.organ_id == row.id else line.organ, "now": line.holds_on(today)}
            for line in drawn
        ],
        "successors": [each for each in succession.successors(row, today) if each != row],
        "predecessors": succession.predecessors(row),
        "items": [
            {"title": entry.what, "when": entry.on, "by": entry.by, "body": entry.detail, "law": entry.source, "recorded": entry.recorded_at.date() if entry.recorded_at and entry.recorded_at.date() != entry.on else ""}
            for entry in reversed(history.organ_history(row))
        ],
        "acts": list(ACTS.values()),
    }  # fmt: skip
    return render(request, "organs/detail.html", shown)


@roles("admin")
def create(request: HttpRequest) -> HttpResponse:
    form = CreateForm(
        request.POST or None,
        county=county_of(request),
        organ=None,
        today=request.today,  # type: ignore[attr-defined]
        initial={"parent": request.GET.get("parent", "")},
    )
    if request.method == "POST" and (said := form.attempt(request)):
        messages.success(request, said)
        return redirect("web:organ", organ=form.subject.id)
    shown = {
        "form": form,
        "title": "登记机关",
        "verb": "登记机关",
        "lead": "设立、新组建的机关在这里登记。",
        "wide": WIDE,
    }
    return render(request, "organs/act.html", shown, status=_status(form))


WIDE = ("source", "name", "others", "aliases")


@roles("admin")
def act(request: HttpRequest, organ: str, act: str) -> HttpResponse:
    row = _organ(request, organ)
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST or None, county=row.county, organ=row, today=request.today)  # type: ignore[attr-defined]
    if request.method == "POST" and (said := form.attempt(request)):
        messages.success(request, said)
        return redirect("web:organ", organ=row.id)
    shown = {
        "organ": row,
        "form": form,
        "title": f"{chosen.title}：{row.name}",
        "verb": chosen.verb,
        "lead": chosen.lead,
        "danger": chosen.danger,
        "confirm": chosen.confirm(row) if chosen.confirm else "",
        "wide": WIDE,
    }
    return render(request, "organs/act.html", shown, status=_status(form))


def _organ(request: HttpRequest, organ: str) -> Organ:
    return get_object_or_404(
        Organ.objects.select_related("county", "parent"), pk=organ, county=county_of(request)
    )


def _status(form: ActForm) -> int:
    return 422 if form.is_bound and form.errors else 200
