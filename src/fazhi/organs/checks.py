"""Checks that several registers share."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Model

from .errors import Problem, invalid
from .models import DatedQuerySet

EARLIEST = date(1949, 10, 1)


def dates(
    first: date | None, last: date | None, *, fields: tuple[str, str] = ("valid_from", "valid_to")
) -> list[Problem]:
    if first is None:
        return [Problem(fields[0], "没有填写起始日", next="请填写生效的第一天")]
    if first < EARLIEST:
        return [Problem(fields[0], f"起始日{first}早于1949年10月1日", next="请核对年份")]
    if last is not None and last < first:
        return [Problem(fields[1], f"终止日{last}早于起始日{first}", next="止日是有效的最后一天，请改正")]
    return []


def required(field: str, title: str, value: str) -> list[Problem]:
    return [] if value.strip() else [Problem(field, f"没有填写{title}", next=f"请填写{title}")]


def fits(model: type[Model], **values: str) -> list[Problem]:
    """Whether each text fits its column. SQLite would take any length, PostgreSQL would fail in the middle."""
    problems = []
    for name, value in values.items():
        column = model._meta.get_field(name)
        if "\0" in value:
            problems.append(
                Problem(
                    name, f"{column.verbose_name}中有不可见的空字符", next="请重新键入，不要从其他程序粘贴"
                )
            )
        elif column.max_length and len(value) > column.max_length:
            problems.append(
                Problem(
                    name,
                    f"{column.verbose_name}有{len(value)}个字，超过{column.max_length}个字",
                    next="请缩短后再填写",
                )
            )
    return problems


def close_before(rows: DatedQuerySet, first: date, last: date | None, *, what: str) -> None:
    """Make room for a row from `first` on: a row that began earlier and ran as long ends the day before;
    any other overlap is refused."""
    for row in rows.overlapping(first, last):
        if row.valid_from < first and row.valid_to in (None, last):
            row.valid_to = first - timedelta(days=1)
            row.save(update_fields=["valid_to"])
        else:
            until = f"至{row.valid_to}" if row.valid_to else "起长期有效"
            raise invalid(
                "valid_from",
                f"{what}与已有记录（{row.valid_from}{until}）的有效期重叠",
                next="请改正起止日，或者先给已有记录填写终止日",
            )
