"""工作台: what waits, what was done, what was begun, what is to be approved; and for who looks over others, what is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from fazhi.cases import access, search, workbench
from fazhi.organs.actor import ActorContext
from fazhi.web import case_lists, deeds, menu, watching
from fazhi.web.case_access import actor
from fazhi.web.lists import PAGE_SIZES, Pages, Steps, steps_of

TABS = {"todo": "待办", "approve": "需我审批", "mine": "我发起的", "done": "已办"}
SIZE = PAGE_SIZES[0]


def show(request: HttpRequest, week: list[dict[str, object]]) -> HttpResponse:
    """The workbench of the post in which the person acts. Called by the frame's home page."""
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    tab = request.GET.get("tab", "todo")
    tab = tab if tab in TABS else "todo"
    number = _number(request.GET.get("page", ""))
    on = search.ground(ctx)
    todo = workbench.todo(ctx, today, on=on)
    approve = [t for t in todo if t.approve]
    lines, total, steps = _lines(request.GET, ctx, today, tab, number, todo, approve)
    counts = {"todo": len(todo), "approve": len(approve), "mine": "", "done": ""}
    watches = bool(ctx.roles & access.WATCHING)
    begins = case_lists.openings(ctx, today)
    empty = EMPTY[tab] if begins.all or tab != "mine" else (EMPTY[tab][0], "您现在的岗位不启动案件。")
    shown: dict[str, Any] = {
        "week": week,
        "tab": tab,
        "tabs": [
            {"title": title, "url": f"/?tab={key}#tasks", "current": key == tab, "count": counts[key]}
            for key, title in TABS.items()
        ],
        "lines": lines,
        "page": _pages(request.GET, total, number) if total > SIZE else None,
        "steps": steps,
        "empty": empty,
        "counters": _counters(ctx, today, len(todo), on),
        "due": [
            (d, n, case_lists.query(light="on", day=d)) for d, n in workbench.calendar(ctx, today, on=on)
        ],
        "red": watching.red(ctx, today, size=5, on=on) if watches else [],
        "red_url": case_lists.query(light="overdue"),
        "shortcuts": _shortcuts(ctx, begins),
        "begins": bool(begins.all),
        "todo_total": len(todo),
    }
    return render(request, "cases/workbench.html", shown)


EMPTY = {
    "todo": ("没有待办事项", "轮到您办理或者审批的案件会自动出现在这里。"),
    "approve": ("没有需要您审批的事项", "有人提请由您的岗位审批时，会自动出现在这里。"),
    "mine": ("您还没有发起过案件", "从右上角“新办案件”开始。"),
    "done": ("您还没有办理过案件", "您办理、审批过的案件会列在这里。"),
}


def _lines(
    query: QueryDict,
    ctx: ActorContext,
    today: date,
    tab: str,
    page: int,
    todo: list[workbench.Todo],
    approve: list[workbench.Todo],
) -> tuple[list[dict[str, Any]], int, Steps | None]:
    """The lines of the tab; how many there are where they are paged by number, or the steps where by key."""
    if tab in ("todo", "approve"):
        found = todo if tab == "todo" else approve
        return [_line(t) for t in found[(page - 1) * SIZE : page * SIZE]], len(found), None
    if tab == "done":
        listed = deeds.of(ctx, today, page, SIZE)
        return [{"row": r} for r in listed.rows], min(listed.total, search.COUNTED), None
    begun = workbench.begun(ctx, today, SIZE, query.get("after", ""), query.get("before", ""))
    total = f"{search.COUNTED:,}+" if begun.more else f"{begun.total:,}"
    steps = steps_of(
        query, total, exact=not begun.more, first=begun.first, shown=len(begun.rows), size=SIZE,
        before=begun.before, after=begun.after,
    )  # fmt: skip
    return [{"row": r} for r in begun.rows], 0, None if steps.whole else replace(steps, sizes=(SIZE,))


def _line(t: workbench.Todo) -> dict[str, Any]:
    address = reverse("cases:case", args=[t.row.id])
    act = reverse("cases:act", args=[t.row.id, t.action]) if t.action else address
    act += f"?{urlencode(t.preset)}" if t.preset else ""
    return {"row": t.row, "why": t.why, "law": t.law, "act": t.action_title, "url": act}


def _counters(ctx: ActorContext, today: date, todo: int, on: search.Ground) -> list[dict[str, Any]]:
    """Each links to the list that has exactly so many rows."""
    n = workbench.counters(ctx, today, on=on)
    where = "监督范围内" if ctx.roles & access.WATCHING else "本单位"
    late = {"tone": "red"} if n.overdue else {"tone": "grey"}
    near = {"tone": "amber"} if n.warning else {"tone": "grey"}
    return [
        {"label": "待办", "value": todo, "url": "/?tab=todo#tasks", "icon": "inbox", "note": "轮到您办理或者审批"},
        {"label": "今日到期", "value": n.today, "url": case_lists.query(light="today"), "icon": "calendar-due", "tone": "amber" if n.today else "grey", "note": f"{where}今天届满"},
        {"label": "预警", "value": n.warning, "url": case_lists.query(light="warning"), "icon": "alert-triangle", **near, "note": f"{where}即将到期"},
        {"label": "超期", "value": n.overdue, "url": case_lists.query(light="overdue"), "icon": "alert-circle", **late, "note": f"{where}已过期限"},
        {"label": "督办", "value": n.orders, "url": case_lists.query(procedure="supervision_order", light="open"), "icon": "flag", "tone": "grey", "note": "尚未销号"},
    ]  # fmt: skip


def _shortcuts(ctx: ActorContext, begins: case_lists.Openings) -> list[menu.Item]:
    """What this role does most: begin a case, its own cases, what is late, the law."""

    def item(title: str, icon: str, url: str) -> menu.Item:
        return menu.Item(title, icon, url, False, False, 0, ())

    found = [
        item(f"{d.source.short or d.title}：{a.title}", "plus", reverse("cases:open", args=[d.name, a.name]))
        for d, a in begins.usual[:4]
    ]
    if len(begins.all) > len(found):
        found.append(item("更多程序", "plus", reverse("cases:new")))
    found.append(item("我承办的案件", "folder", case_lists.query(mine="1", light="open")))
    if ctx.roles & access.WATCHING:
        found.append(item("执法监督", "shield-check", reverse("cases:supervision")))
    found.append(item("法规程序库", "books", reverse("cases:library")))
    return found


def _pages(query: QueryDict, total: int, number: int) -> Pages:
    kept = tuple((k, v) for k, vs in query.lists() for v in vs if k not in ("page", "size"))
    return Pages(total, min(max(1, number), -(-total // SIZE)), SIZE, kept, (SIZE,))


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdigit() and len(text) < 6 else 1
