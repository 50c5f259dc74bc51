"""What a province or county sets (thresholds, days), as of a day, with its source.

The county's own value goes before the province's. Values are kept as text and read by their type: money is integer
fen, decimals stay text (the ledger's bodies hold no floats).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from . import checks, history, regions
from .errors import Invalid, Problem
from .models import County, Parameter, Person

Value = int | str | bool


@dataclass(frozen=True)
class ParameterValue:
    """A value with what an event records of it."""

    name: str
    title: str
    value: Value
    unit: str
    source: str
    since: date
    scope: str
    verified: bool

    def recorded(self) -> dict[str, Value]:
        """The shape that `Resolved.parameters` takes."""
        return {"value": self.value, "source": self.source, "from": self.since.isoformat()}


def value_on(county: County | str, name: str, day: date) -> ParameterValue | None:
    """The value in force, or None where nobody has set one: then the condition that needs it is unknown."""
    return values_on(county, [name], day).get(name)


def values_on(county: County | str, names: Iterable[str], day: date) -> dict[str, ParameterValue]:
    """Several values by one query."""
    code = county if isinstance(county, str) else county.code
    rows = Parameter.objects.on(day).filter(name__in=list(names), scope__in=[code, code[:2]])
    found: dict[str, ParameterValue] = {}
    for row in rows:
        if row.name not in found or len(row.scope) > len(found[row.name].scope):
            found[row.name] = ParameterValue(
                row.name,
                row.title,
                _read(row.type, row.value),
                row.unit,
                row.source,
                row.valid_from,
                row.scope,
                row.verified,
            )
    return found


@transaction.atomic
def set_parameter(
    scope: str,
    name: str,
    value: str,
    *,
    type: str,
    valid_from: date,
    source: str,
    title: str = "",
    unit: str = "",
    valid_to: date | None = None,
    verified: bool = False,
    by: Person | None = None,
) -> Parameter:
    """A value from `valid_from` on. One that was open before ends the day before; a real overlap is refused."""
    name, value = name.strip(), value.strip()
    problems = (
        scope_problems(scope)
        + checks.required("name", "参数名称", name)
        + checks.required("source", "来源", source)
    )
    if name and not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        problems.append(
            Problem(
                "name", f"参数名称“{name}”应为小写字母、数字、下划线", next="请使用办理程序中写明的参数名称"
            )
        )
    problems += checks.fits(Parameter, title=title.strip(), value=value, unit=unit, source=source)
    problems += checks.dates(valid_from, valid_to)
    problems += value_problems(type, value)
    if problems:
        raise Invalid(problems)
    earlier = Parameter.objects.filter(scope=scope, name=name)
    checks.close_before(earlier, valid_from, valid_to, what=f"参数“{title or name}”")
    row = Parameter.objects.create(
        scope=scope,
        name=name,
        title=title.strip() or name,
        type=type,
        value=value,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        verified=verified,
    )
    county = County.objects.filter(code=scope).first()
    history.record(
        "parameter",
        name,
        "设定参数",
        on=valid_from,
        county=county,
        detail={title or name: ["", value]},
        source=source,
        by=by,
    )
    return row


@transaction.atomic
def correct_parameter(row: Parameter, value: str, *, source: str, by: Person | None = None) -> Parameter:
    """Mend a value that was entered wrongly. What was decided with it keeps the value that its event recorded."""
    problems = value_problems(row.type, value.strip()) + checks.required("source", "来源", source)
    problems += checks.fits(Parameter, value=value.strip(), source=source)
    if problems:
        raise Invalid(problems)
    county = County.objects.filter(code=row.scope).first()
    detail = {row.title: [row.value, value.strip()]}
    row.value, row.source = value.strip(), source
    row.save(update_fields=["value", "source"])
    history.record(
        "parameter",
        row.name,
        "更正参数",
        on=row.valid_from,
        county=county,
        detail=detail,
        source=source,
        by=by,
    )
    return row


def scope_problems(scope: str) -> list[Problem]:
    if scope in regions.provinces() or County.objects.filter(code=scope).exists():
        return []
    return [
        Problem(
            "scope",
            f"范围“{scope}”既不是省级代码（两位），也不是已登记的县级代码（六位）",
            next="请填写例如 33 或者本县的六位代码",
        )
    ]


def value_problems(type: str, value: str) -> list[Problem]:
    """Whether the text can be read as a value of that type."""
    if type not in Parameter.Type.values:
        return [
            Problem("type", f"没有“{type}”这种类型", next="可用类型：" + "、".join(Parameter.Type.values))
        ]
    forms = {
        "int": (r"-?[0-9]{1,12}", "整数"),
        "money": (r"[0-9]{1,15}", "以分为单位的整数（5000元写作500000）"),
        "decimal": (r"-?[0-9]{1,12}(\.[0-9]{1,6})?", "小数"),
        "bool": (r"true|false", "true 或者 false"),
    }
    if type in forms and not re.fullmatch(forms[type][0], value):
        return [Problem("value", f"“{value}”不是{forms[type][1]}", next="请改正参数的值或者类型")]
    return checks.required("value", "参数的值", value)


def _read(type: str, value: str) -> Value:
    if type in ("int", "money"):
        return int(value)
    return value == "true" if type == "bool" else value
