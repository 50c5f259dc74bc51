"""Parameters and code lists: what a province or the county has set, dated, with source."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from fazhi.organs.models import Code, CodeList, Parameter
from fazhi.web import parts
from fazhi.web.access import roles
from fazhi.web.lists import Cell, Column, Table
from fazhi.web.organ_forms import ActForm
from fazhi.web.people_forms import bound
from fazhi.web.register_forms import CodeForm, CorrectParameterForm, ParameterForm
from fazhi.web.views.organs import county_of

PARAMETERS = {"title": "法定参数", "url": "/parameters/"}
CODES = {"title": "代码表", "url": "/codes/"}


@roles("admin")
def list_parameters(request: HttpRequest) -> HttpResponse:
    county, today = county_of(request), request.today  # type: ignore[attr-defined]
    everything = request.GET.get("all") == "1"
    rows = Parameter.objects.filter(scope__in=[county.code, county.province])
    if not everything:
        rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    table = Table(
        columns=(
            Column("title", "参数", kind="wide"),
            Column("value", "值", kind="number"),
            Column("scope", "范围", kind="tag"),
            Column("from", "有效期", kind="date"),
            Column("source", "来源", kind="wide"),
            Column("verified", "核对", kind="light"),
            Column("act", "操作", kind="actions"),
        ),
        rows=[
            {
                "title": Cell(row.title, note=row.name),
                "value": _value(row),
                "scope": parts.tag(
                    "本县" if row.scope == county.code else "全省",
                    "blue" if row.scope == county.code else "grey",
                ),
                "from": _span(row),
                "source": row.source,
                "verified": parts.light("green", word="已核对")
                if row.verified
                else parts.light("amber", word="待核对"),
                "act": Cell("更正", reverse("web:parameter", args=[row.pk]))
                if row.scope == county.code
                else "",
            }
            for row in rows
        ],
        caption="法定参数",
    )
    return render(request, "organs/parameters.html", {"table": table, "all": everything, "county": county})


def _value(row: Parameter) -> str:
    if row.type == Parameter.Type.MONEY:
        return parts.yuan(int(row.value))
    if row.type == Parameter.Type.BOOL:
        return "是" if row.value == "true" else "否"
    return f"{row.value} {row.unit}".strip()


def _span(row: Parameter | Code) -> str:
    return f"{row.valid_from} 起" + (f"，至 {row.valid_to}" if row.valid_to else "")


@roles("admin")
def set_parameter(request: HttpRequest) -> HttpResponse:
    form = bound(ParameterForm, request)
    lead = "新值从生效日起使用，原来的值自动终止于前一天。省里统一设定的参数由导入维护，县里另行设定的优先。"
    return _carry(request, form, "设定参数", "设定参数", lead, PARAMETERS, "web:parameters")


@roles("admin")
def correct_parameter(request: HttpRequest, parameter: int) -> HttpResponse:
    row = get_object_or_404(Parameter, pk=parameter, scope=county_of(request).code)
    form = bound(CorrectParameterForm, request, initial={"value": row.value}, row=row)
    lead = "只用于更正录入错误。政策变了请用“设定参数”另设新值。已经作出的决定保留当时记录的值。"
    return _carry(
        request, form, f"更正：{row.title}（{_span(row)}）", "更正", lead, PARAMETERS, "web:parameters"
    )


@roles("admin")
def list_codes(request: HttpRequest) -> HttpResponse:
    return render(request, "organs/codes.html", {"lists": CodeList.objects.order_by("title"), "listed": None})


@roles("admin")
def code_list(request: HttpRequest, name: str) -> HttpResponse:
    county, today = county_of(request), request.today  # type: ignore[attr-defined]
    listed = get_object_or_404(CodeList, pk=name)
    rows = listed.codes.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today)).filter(
        Q(scope__in=["", county.province, county.code], organ__isnull=True) | Q(organ__county=county)
    )
    table = Table(
        columns=(
            Column("code", "代码"),
            Column("title", "名称", kind="wide"),
            *(Column(column["name"], column.get("title") or column["name"]) for column in listed.columns),
            Column("scope", "适用", kind="tag"),
            Column("from", "有效期", kind="date"),
            Column("source", "来源", kind="wide"),
        ),
        rows=[
            {
                **{column["name"]: _shown(row.columns.get(column["name"])) for column in listed.columns},
                "code": row.code,
                "title": row.title,
                "scope": parts.tag(
                    str(row.organ) if row.organ else {"": "通用", county.code: "本县"}.get(row.scope, "全省")
                ),
                "from": _span(row),
                "source": row.source,
            }
            for row in rows.select_related("organ")
        ],
        caption=listed.title,
    )
    return render(
        request,
        "organs/codes.html",
        {"listed": listed, "table": table, "lists": CodeList.objects.order_by("title")},
    )


def _shown(value: Any) -> Any:
    return (
        {None: "—", True: "是", False: "否"}.get(value, value)
        if value is None or isinstance(value, bool)
        else value
    )


@roles("admin")
def set_code(request: HttpRequest, name: str) -> HttpResponse:
    listed = get_object_or_404(CodeList, pk=name)
    form = CodeForm(
        request.POST or None, county=county_of(request), organ=None, today=request.today, listed=listed
    )  # type: ignore[attr-defined]
    lead = "只对本县生效。同一代码的新登记从生效日起代替原来的。"
    crumb = {"title": listed.title, "url": reverse("web:code_list", args=[listed.name])}
    return _carry(
        request, form, f"登记代码：{listed.title}", "登记代码", lead, crumb, "web:code_list", name=listed.name
    )


def _carry(
    request: HttpRequest,
    form: ActForm,
    title: str,
    verb: str,
    lead: str,
    crumb: dict[str, str],
    after: str,
    **address: str,
) -> HttpResponse:
    if request.method == "POST" and (said := form.attempt(request)):
        messages.success(request, said)
        return redirect(after, **address)
    shown = {
        "form": form,
        "title": title,
        "verb": verb,
        "lead": lead,
        "crumbs": [crumb],
        "back": crumb["url"],
    }
    return render(request, "organs/act.html", shown, status=422 if form.is_bound and form.errors else 200)
