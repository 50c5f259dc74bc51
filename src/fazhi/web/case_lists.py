"""Lists of cases: filters from the query string, columns by procedure, a table and its pager."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from fazhi.cases import access, definitions, handled, search
from fazhi.cases.said import Speaker
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Organ
from fazhi.procedures import Definition
from fazhi.web import case_page, lists, parts
from fazhi.web.case_access import actor
from fazhi.web.lists import Cell, Column, Table, size_of, steps_of

LIGHTS = {
    "": "全部", "open": "在办", "overdue": "■ 超期", "warning": "▲ 预警", "today": "今日到期", "week": "七日内到期", "closed": "已办结",
}  # fmt: skip
KEYS = {"procedure": "procedure", "register": "register"}


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything that the list page shows."""
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    f = search.Filters.read(request.GET)
    d = definitions.library().latest(f.procedure) if f.procedure else None
    found = search.find(
        ctx, f, today, size=size_of(request.GET), after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )  # fmt: skip
    total = f"{search.COUNTED:,}+" if found.more else f"{found.total:,}"
    steps = steps_of(
        request.GET, total, exact=not found.more, first=found.first, shown=len(found.rows), size=found.size,
        before=found.before, after=found.after,
    )  # fmt: skip
    return {
        "f": f,
        "d": d,
        "title": (d.source.short or d.title) if d else "案件",
        "table": _table(request, found.rows, d, found.first, f, ctx) if found.rows else None,
        "steps": steps if found.rows else None,
        "total": total,
        "filters": _filters(ctx, f, d),
        "more": bool(f.phase or f.outcome or f.organ or f.opened_from or f.opened_to),
        "chosen": any((f.light, f.phase, f.outcome, f.organ, f.opened_from, f.opened_to, f.q, f.mine)),
        "export": f"{reverse('exchange:exports')}?{request.GET.urlencode()}" if f.procedure else "",
        "new": [(a, reverse("cases:open", args=[x.name, a.name])) for x, a in openings(ctx, today).all if d is None or x.name == d.name],
    }  # fmt: skip


def drawn(shown: dict[str, Any]) -> SafeString:
    """The filter and the list under it, as the page holds them and as a change of the filter fetches them."""
    empty = "" if shown["table"] else render_to_string("cases/_list_empty.html", shown)
    return lists.drawn("cases/_list.html", {**shown, "empty": empty, "address": reverse("cases:list")})


@dataclass(frozen=True)
class Openings:
    """What a post may begin: what this person and his organ really begin, the most frequent first, and the rest."""

    usual: list[tuple[Definition, Any]]
    others: list[tuple[Definition, Any]]

    @property
    def all(self) -> list[tuple[Definition, Any]]:
        return [*self.usual, *self.others]


def openings(ctx: ActorContext, today: Any) -> Openings:
    """Usual is what the person has in hand himself, what belongs to a matter for which his organ stands in for another
    (复议, 信息公开), and of what it has cases; where there is nothing of that yet, everything is."""
    library = definitions.library()
    names = list(library.names())
    used = handled.procedures(ctx.organ, names, today)
    begun = handled.begun(ctx.person, today)
    matters = {line.matter for line in ctx.lines} - {""}

    def rank(d: Definition) -> tuple[int, int]:
        group = 0 if d.name in begun else 1 if d.source.matter in matters else 2 if d.name in used else 3
        return group, -begun.get(d.name, 0)

    usual, others = [], []
    for d in sorted((x for n in names if (x := library.get(n, today))), key=rank):
        handling = next((k for k, s in d.source.sides.items() if s.is_ != "party"), "")
        for a in d.opening:
            first = d.actions[a.quick[0]] if a.quick else a
            may = {side for side, role in first.by if role in ctx.roles}
            if may:
                # What another side than the handling one begins (转送复议申请) is the exception.
                (usual if rank(d)[0] < 3 and handling in may else others).append((d, a))
    return Openings(usual, others) if usual else Openings(others, [])


def _filters(ctx: ActorContext, f: search.Filters, d: Definition | None) -> dict[str, Any]:
    """The choices of each select."""
    library = definitions.library()
    latest = [x for n in library.names() if (x := library.latest(n))]
    outcomes: dict[str, str] = {}
    if d:
        for a in d.actions.values():
            outcomes.update({o.name: o.title for o in a.outcomes.values() if o.to in d.ends})
    return {
        "procedures": [(x.name, x.source.short or x.title) for x in latest],
        "lights": list(LIGHTS.items()) + ([("on", f"{f.day} 到期")] if f.light == "on" and f.day else []),
        "phases": list(d.source.phases.items()) if d else [],
        "outcomes": list(outcomes.items()),
        "organs": organs_watched(ctx),
        "orders": [("due", "剩余时间"), ("-opened", "最近开始"), ("opened", "最早开始")],
    }


def organs_watched(ctx: ActorContext) -> list[tuple[str, str]]:
    """Organs by which the list can be narrowed: only for who looks over more than his own."""
    paths = access.watched(ctx)
    if not paths:
        return []
    rows = (
        Organ.objects.on(ctx.on)
        .filter(county_id=ctx.county)
        .order_by("path")
        .only("id", "name", "short_name", "path")
    )
    return [(o.id, o.short_name or o.name) for o in rows if o.path.startswith(tuple(paths))]


def extras(d: Definition) -> list[str]:
    """Fields that stand in columns of their own: what figures are broken down by and the first step asks for."""
    asked = {
        x.field for a in d.opening for step in ([d.actions[n] for n in a.quick] or [a]) for x in step.asks
    }
    counted = dict.fromkeys(n for fig in d.source.figures.values() for n in fig.by)
    fields = d.source.fields
    found = [
        n
        for n in counted
        if n in asked and n in fields and fields[n].type in ("choice", "code") and not fields[n].find
    ]
    if d.source.valid and d.source.valid.until in fields:
        found.append(d.source.valid.until)
    return found[:2]


def _table(
    request: HttpRequest,
    rows: list[search.Found],
    d: Definition | None,
    first: int,
    f: search.Filters,
    ctx: ActorContext,
) -> Table:
    named = extras(d) if d else []
    values = search.values([r.id for r in rows]) if named else {}
    base = reverse("cases:list")
    columns = [
        Column("number", "编号" if d and d.register else "案号", kind="date"),
        Column("title", "案由、当事人" if d and d.name == "penalty" else "事项", kind="wide"),
        *([] if d else [Column("procedure", "程序", kind="tag")]),
        *(Column(n, d.source.fields[n].title) for n in named if d),
        Column("phase", "阶段", kind="tag"),
        Column("light", "状态、最近期限", kind="light", sort="due"),
        Column("organ", "办理单位", kind="date"),
        Column("opened", "开始日期", kind="date", sort="opened"),
    ]
    return Table(
        columns=columns,
        rows=[row_of(r, d, named, values.get(r.id, {}), ctx, base) for r in rows],
        caption="案件列表",
        sort=f.order,
        query=request.GET,
        first=first,
    )


def row_of(
    r: search.Found,
    d: Definition | None,
    named: Iterable[str],
    values: dict[str, Any],
    ctx: ActorContext,
    base: str,
) -> dict[str, Any]:
    """One line as cells; `base` is the address of the list. Words that lie beside the chain are not opened for a list."""
    address = f"{base}{r.id}/"
    shown: dict[str, Any] = {
        "number": Cell(r.number or "未编号", address),
        "title": Cell(r.title or "（未填写）", "" if r.number else address, f"在「{r.elsewhere}」办理" if r.elsewhere else ""),
        "procedure": parts.tag(r.procedure_title, "outline"),
        "phase": parts.tag(f"待审批：{r.pending}", "amber") if r.pending else parts.tag(r.outcome_title or r.phase_title if r.closed_on else r.phase_title, "grey" if r.closed_on else "blue"),
        "light": Cell(case_page.light(r.light), note="" if r.closed_on else r.due),
        "organ": Cell(r.organ_name, note=r.person_name),
        "opened": parts.day(r.opened_on),
    }  # fmt: skip
    if d is not None:
        say = Speaker(d, ctx.county, r.organ, r.opened_on)
        for name in named:
            shown[name] = say.line(name, values.get(name)) or "—"
    return shown


def query(**changes: str) -> str:
    """A query string for a list, from nothing."""
    made = QueryDict(mutable=True)
    for name, value in changes.items():
        if value:
            made[name] = value
    return f"{reverse('cases:list')}?{made.urlencode()}"
