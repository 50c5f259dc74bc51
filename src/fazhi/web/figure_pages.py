"""What the figures' screens show: the question in the address, figures with targets and last year's, tables and pickers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from fazhi.figures import moments, query, spans
from fazhi.figures.errors import FigureError
from fazhi.figures.query import FigureValue, Question
from fazhi.figures.spans import Span
from fazhi.plans import binding, measure
from fazhi.plans.models import Plan, PlanTarget
from fazhi.web import parts
from fazhi.web.lists import Cell, Column, Table

GROUP = "county"  # the figures of the whole county, from definitions/annual.yaml


@dataclass(frozen=True)
class Asked:
    """The question as it stands in the address, and what was wrong with it. `at`: when the position was written."""

    q: Question
    problem: str = ""
    at: datetime | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    def address(self, **changes: str) -> str:
        """A query string with the same question and some changes."""
        kept = {k: v for k, v in {**self.given, **changes}.items() if v}
        return f"?{urlencode(kept)}" if kept else "?"

    @property
    def fixed(self) -> str:
        """The same question at this very moment: opened later, the numbers are the same."""
        return self.address(moment=str(self.q.moment))

    def figure(self, id: str) -> str:
        return reverse("figures:figure", args=[id]) + self.address(group="", part="", page="", size="")


def asked(request: HttpRequest) -> Asked:
    """The question of the address; what is wrong in it is said and left out, so that the page still shows something."""
    county: str = request.acting.county  # type: ignore[attr-defined]
    today: date = request.today  # type: ignore[attr-defined]
    given = {k: request.GET.get(k, "").strip()[:60] for k in ("period", "from", "to", "organ", "moment")}
    if given["from"] and given["to"]:
        given["period"] = f"{given['from']}:{given['to']}"
    given = {k: v for k, v in given.items() if v and k not in ("from", "to")}
    problem = ""
    for tried in (given, {k: v for k, v in given.items() if k == "period"}, {}):
        try:
            q = query.ask(
                county,
                tried.get("period") or str(today.year),
                organ=tried.get("organ"),
                moment=tried.get("moment"),
            )
        except FigureError as error:
            problem = problem or f"{error.message}。{error.next}。已按能看懂的部分显示。"
            continue
        return Asked(q, problem, moments.recorded_at(q.moment.position), tried)
    raise AssertionError("the present year can always be asked for")


def periods(q: Question, today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of the period: years, quarters, months, and the present one where it is none of these."""
    years = [spans.parse(str(y)) for y in range(today.year, today.year - 6, -1)]
    quarters = [
        spans.parse(f"{y}-Q{n}") for y in (today.year, today.year - 1) for n in (4, 3, 2, 1)
        if date(y, n * 3 - 2, 1) <= today
    ]  # fmt: skip
    months = list(reversed(spans.months_to(today)))
    groups = [("年", years), ("季度", quarters), ("月", months)]
    if q.span.text not in {s.text for _, group in groups for s in group}:
        groups.insert(0, ("所选", [q.span]))
    return [(title, [(s.text, s.title) for s in group]) for title, group in groups]


def organs(q: Question) -> list[tuple[str, str]]:
    """The county's tree on the last day of the period, indented."""
    found = q.places.found
    return [(i, "　" * (len(found[i].above) - 1) + found[i].name) for i in q.places.order]


# ---- figures beside their targets and last year's ------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A figure as a page draws it."""

    value: FigureValue
    href: str
    number: str
    before: str = ""
    change: str = ""
    target: str = ""
    light: SafeString | str = ""
    tone: str = ""
    source: str = ""
    headline: bool = False

    @property
    def note(self) -> str:
        return "，".join(x for x in (f"目标{self.target}" if self.target else "", self.change) if x)


def shown(a: Asked, values: Iterable[FigureValue], today: date) -> list[Shown]:
    """With the same period a year before (as the ledger knows it at the same moment), and targets of plans in force."""
    values = list(values)
    before = earlier(a)
    targets = _targets(a.q, [v.id for v in values])
    return [_shown(a, v, before.get(v.id), targets.get(v.id), today) for v in values]


def earlier(a: Asked) -> dict[str, FigureValue]:
    """Every figure a year before."""
    span = spans.year_before(a.q.span, a.q.moment.day)
    return {} if span is None else {v.id: v for v in query.values(replace(a.q, span=span)) if not v.imported}


def before_title(a: Asked) -> str:
    """A year that is still running is held against as many days of the last one, and says so."""
    span = spans.year_before(a.q.span, a.q.moment.day)
    if span is None or ":" not in span.text:
        return "去年同期"
    return f"去年同期（至{span.last.month}月{span.last.day}日）"


def _shown(
    a: Asked, v: FigureValue, before: FigureValue | None, target: PlanTarget | None, today: date
) -> Shown:
    wanted, light, tone = _light(v, target, today) if target else ("", "", "")
    return Shown(
        value=v, href="" if v.imported else a.figure(v.id), number=number(v.value), target=wanted, light=light, tone=tone,
        before=number(before.value) if before else "", change=change(v, before), source=target.plan.title if target else "",
        headline=not v.imported and a.q.view.catalogue.get(v.id).headline,
    )  # fmt: skip


def number(value: str | None) -> str:
    """12345.60 as 12,345.60; nothing to divide by is 无."""
    return "无" if value is None else f"{Decimal(value):,}"


def change(now: FigureValue, before: FigureValue | None) -> str:
    """同比: points for shares, per cent for numbers; empty where last year had nothing to compare with."""
    if before is None or now.value is None or before.value is None:
        return ""
    difference = Decimal(now.value) - Decimal(before.value)
    if not difference:
        return "与去年同期持平"
    if now.unit in ("%", "‰"):
        return f"比去年同期{'高' if difference > 0 else '低'}{abs(difference)}个{'百' if now.unit == '%' else '千'}分点"
    if Decimal(before.value) == 0:
        return "去年同期为0"
    percent = (abs(difference) * 100 / abs(Decimal(before.value))).quantize(Decimal("0.1"))
    return f"比去年同期{'增' if difference > 0 else '减'}{percent}%"


def _targets(q: Question, ids: list[str]) -> dict[str, PlanTarget]:
    """The latest bound target of each figure, of a plan in force, for the organ asked about."""
    bound = PlanTarget.objects.filter(
        Q(scope=q.organ), plan__county=q.county, plan__status=Plan.Status.ACCEPTED, state=PlanTarget.State.BOUND,
        figure__in=ids,
    )  # fmt: skip
    found: dict[str, PlanTarget] = {}
    for target in bound.select_related("plan").order_by("plan__accepted_on", "id"):
        if target.due is None or target.due >= q.span.first:
            found[target.figure] = target
    return found


def _light(v: FigureValue, target: PlanTarget, today: date) -> tuple[str, SafeString | str, str]:
    wanted = measure.wanted(target)
    factor = binding.factor(target.unit, v.unit)
    if v.value is None or factor is None:
        return wanted, parts.light("grey", word="暂无数据"), ""
    if measure.holds(Decimal(v.value) * factor, target.op, target.value):
        return wanted, parts.light("green", word="已达到"), "green"
    if target.due is not None and target.due < today:
        return wanted, parts.light("red", word="到期未达到"), "red"
    return wanted, parts.light("amber", word="尚未达到"), "amber"


# ---- tables ---------------------------------------------------------------------------------------------------------


def table(a: Asked, rows: list[Shown], caption: str) -> Table:
    """Figures of one group; each opens."""
    anything = any(r.target for r in rows)
    columns = [
        Column("title", "指标", kind="wide"),
        Column("value", "数值", kind="number"),
        Column("share", "分子/分母", kind="number"),
        Column("before", before_title(a), kind="number"),
        *([Column("target", "目标"), Column("light", "状态", kind="light")] if anything else []),
        Column("cases", "背后的案件", kind="number"),
    ]
    return Table(columns=columns, rows=[_row(r) for r in rows], caption=caption)


def _row(r: Shown) -> dict[str, Any]:
    v = r.value
    share = f"{v.numerator}/{v.denominator}" if v.denominator not in (None, 0) else ""
    words = v.words if len(v.words) < 90 else v.words[:88] + "…"
    return {
        "title": Cell(v.title, r.href, words + (f" 〔{v.law}〕" if v.law else "")),
        "value": r.number if v.value is None else f"{r.number} {v.unit}",
        "share": share,
        "before": r.before,
        "target": r.target,
        "light": r.light,
        "cases": Cell(f"{v.cases} 条", r.href + "#cases") if v.cases else ("—" if v.imported else "0 条"),
    }


def organ_rows(a: Asked, id: str) -> list[dict[str, Any]]:
    """By organ, along the tree; each line asks for that organ."""
    return [
        {
            "name": name, "levels": range(depth), "number": number(v.value), "value": v, "href": a.address(organ=organ),
            "here": organ == a.q.organ,
        }
        for organ, name, depth, v in query.by_organ(a.q, id)
    ]  # fmt: skip


def trend(q: Question, id: str) -> list[tuple[Span, FigureValue]]:
    """Twelve months to the end of the period, or to now."""
    last = min(q.span.last, q.moment.day)
    months = spans.months_to(last)
    return list(zip(months, query.series(replace(q, span=q.span), id, months), strict=True))


def breakdowns(q: Question, id: str) -> list[tuple[str, list[dict[str, Any]]]]:
    found = []
    for column in q.view.catalogue.get(id).by:
        rows = [
            {"name": name, "number": number(v.value), "value": v}
            for name, v in query.breakdown(q, id, column.name)
        ]
        if rows:
            found.append((column.title, rows))
    return found
