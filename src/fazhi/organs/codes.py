"""Code lists as of a day: what a field may hold, with the columns that go with each code.

A list is shared; an organ, a county or a province may add codes or give a code its own title and columns. The nearer
one wins: organ, county, province, everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from . import checks, history
from .errors import Invalid, NotFound, Problem
from .models import Code, CodeList, County, Organ, Person
from .parameters import scope_problems

COLUMN_TYPES = ("int", "money", "bool", "text")


@dataclass(frozen=True)
class CodeRow:
    code: str
    title: str
    columns: Mapping[str, Any] = field(hash=False)
    source: str
    since: date
    verified: bool


def rows_on(
    county: County | str, list_name: str, day: date, organ: Organ | str | None = None
) -> tuple[CodeRow, ...]:
    """The list as that county (and organ) sees it on that day, in its order. NotFound where there is no such list."""
    code = county if isinstance(county, str) else county.code
    own = organ.id if isinstance(organ, Organ) else organ
    if not CodeList.objects.filter(name=list_name).exists():
        raise NotFound(f"没有“{list_name}”这个代码表", next="请管理员导入该代码表")
    near = Q(organ__isnull=True, scope__in=["", code[:2], code])
    rows = Code.objects.on(day).filter(near | Q(organ_id=own) if own else near, list_id=list_name)
    best: dict[str, Code] = {}
    for row in rows:
        if row.code not in best or _nearness(row) > _nearness(best[row.code]):
            best[row.code] = row
    ordered = sorted(best.values(), key=lambda r: (r.order, r.code))
    return tuple(CodeRow(r.code, r.title, r.columns, r.source, r.valid_from, r.verified) for r in ordered)


def row_on(
    county: County | str, list_name: str, code: str, day: date, organ: Organ | str | None = None
) -> CodeRow:
    """One code, or NotFound saying why (never there, or not on that day)."""
    for row in rows_on(county, list_name, day, organ):
        if row.code == code:
            return row
    ever = Code.objects.filter(list_id=list_name, code=code).first()
    title = CodeList.objects.get(pk=list_name).title
    if ever:
        raise NotFound(
            f"{title}中的“{ever.title}”在{day}无效（{ever.valid_from}至{ever.valid_to or '今'}，或者不适用于本县、本机关）",
            next="请按该日有效的代码选择",
        )
    raise NotFound(f"{title}中没有代码“{code}”", next="请从代码表中选择，确需新增的由管理员登记")


@transaction.atomic
def define_list(name: str, title: str, columns: Iterable[Mapping[str, str]] = ()) -> CodeList:
    """Make the list, or give it a new title or further columns. A column that codes already use is not taken away."""
    wanted = [dict(column) for column in columns]
    problems = checks.required("name", "代码表名称", name) + checks.required("title", "代码表标题", title)
    problems += checks.fits(CodeList, title=title)
    if name and not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        problems.append(Problem("name", f"代码表名称“{name}”应为小写字母、数字、下划线", next="请改正名称"))
    for column in wanted:
        if column.get("type") not in COLUMN_TYPES:
            problems.append(
                Problem(
                    "columns",
                    f"列“{column.get('name')}”的类型“{column.get('type')}”无效",
                    next="可用类型：" + "、".join(COLUMN_TYPES),
                )
            )
    row = CodeList.objects.filter(name=name).first()
    gone = {c["name"] for c in row.columns} - {c.get("name") for c in wanted} if row else set()
    for column in sorted(gone):
        if any(column in code.columns for code in row.codes.all()):
            problems.append(Problem("columns", f"列“{column}”已有代码在用，不能去掉", next="请保留这一列"))
    if problems:
        raise Invalid(problems)
    row, _ = CodeList.objects.update_or_create(name=name, defaults={"title": title, "columns": wanted})
    return row


@transaction.atomic
def set_code(
    list_name: str,
    code: str,
    title: str,
    *,
    valid_from: date,
    source: str,
    columns: Mapping[str, Any] | None = None,
    scope: str = "",
    organ: Organ | None = None,
    valid_to: date | None = None,
    order: int = 0,
    verified: bool = False,
    by: Person | None = None,
) -> Code:
    """A code from `valid_from` on. The same code of the same scope that was open before ends the day before."""
    code, title, columns = code.strip(), title.strip(), dict(columns or {})
    listed = CodeList.objects.filter(name=list_name).first()
    problems = checks.required("code", "代码", code) + checks.required("title", "名称", title)
    problems += checks.required("source", "来源", source) + checks.dates(valid_from, valid_to)
    problems += checks.fits(Code, code=code, title=title, source=source)
    if listed is None:
        problems.append(Problem("list", f"没有“{list_name}”这个代码表", next="请先建立代码表"))
    else:
        problems += _column_problems(listed, columns)
    if scope:
        problems += scope_problems(scope)
    if problems:
        raise Invalid(problems)
    earlier = Code.objects.filter(list=listed, code=code, scope=scope, organ=organ)
    checks.close_before(earlier, valid_from, valid_to, what=f"代码“{title}”")
    row = Code.objects.create(
        list=listed,
        code=code,
        title=title,
        columns=columns,
        scope=scope,
        organ=organ,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        order=order,
        verified=verified,
    )
    history.record(
        "code",
        f"{list_name}:{code}",
        "设定代码",
        on=valid_from,
        detail={"名称": ["", title]},
        source=source,
        by=by,
    )
    return row


def read_column(kind: str, text: str) -> Any:
    """The value of a column from text; ValueError where the text is none of that type. Empty text is None."""
    text = text.strip()
    if not text:
        return None
    if kind in ("int", "money"):
        return int(text)
    if kind == "bool":
        return {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}[text.lower()]
    return text


def _column_problems(listed: CodeList, columns: Mapping[str, Any]) -> list[Problem]:
    types = {column["name"]: column["type"] for column in listed.columns}
    expected = {"int": int, "money": int, "bool": bool, "text": str}
    problems = []
    for name, value in columns.items():
        if name not in types:
            problems.append(
                Problem("columns", f"代码表“{listed.title}”没有列“{name}”", next="请先在代码表中增加这一列")
            )
        elif value is not None and type(value) is not expected[types[name]]:
            problems.append(
                Problem("columns", f"列“{name}”的值“{value}”与类型{types[name]}不符", next="请改正该列的值")
            )
    return problems


def _nearness(row: Code) -> tuple[bool, int]:
    return (row.organ_id is not None, len(row.scope))
