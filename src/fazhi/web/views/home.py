"""The pages of the frame itself: workbench, messages, help, health, the page of parts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from fazhi.law.calendar import Calendar
from fazhi.organs.installation import is_demo
from fazhi.web import founding, menu, notices, style
from fazhi.web.access import public, signed_in
from fazhi.web.views import workbench

WEEKDAYS = "一二三四五六日"


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """工作台."""
    if request.acting.choice is None and founding.needed():
        return redirect("web:setup")
    if request.acting.actor is not None:
        return workbench.show(request, week(request.today))
    shown = {"week": week(request.today), "shortcuts": _shortcuts(request)}
    return render(request, "web/workbench.html", shown)


@cache
def _calendar() -> Calendar:
    return Calendar.shipped()


def week(today: date, days: int = 14) -> list[dict[str, object]]:
    """The coming days: working or not, by the State Council's notice, or provisionally by weekends."""
    calendar = _calendar()
    first = today - timedelta(days=today.weekday())
    return [
        {
            "day": day,
            "weekday": WEEKDAYS[day.weekday()],
            "working": calendar.is_working(day),
            "odd": calendar.is_working(day) != (day.weekday() < 5),
            "known": calendar.known(day),
            "today": day == today,
        }
        for day in (first + timedelta(days=offset) for offset in range(days))
    ]


def _shortcuts(request: HttpRequest) -> list[menu.Item]:
    items = menu.build(request, request.acting)
    return [
        child for item in items for child in (item.children or (item,)) if child.url and child.url != "/"
    ][:8]


@signed_in
def messages(request: HttpRequest) -> HttpResponse:
    return render(request, "web/messages.html", {"notices": notices.items(request)})


@public
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/help.html")


@public
def health(request: HttpRequest) -> HttpResponse:
    """For a monitor: the process answers and the database too."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()
    return JsonResponse({"ok": True})


@public
def style_page(request: HttpRequest) -> HttpResponse:
    """Every part on one page, for whoever builds screens. Only in a demonstration or with FAZHI_DEBUG."""
    if not (settings.DEBUG or is_demo()):
        raise Http404
    return render(request, "web/style.html", style.examples(request))
