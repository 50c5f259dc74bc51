"""Is a given value one that its field can hold? Each answer is a Refusal that names the field, or None."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from fazhi.procedures import grammar as g
from fazhi.procedures.commands import Resolved
from fazhi.procedures.errors import Refusal

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def value(name: str, field: g.FieldDef, given: Any, resolved: Resolved) -> Refusal | None:
    """`given` is canonical JSON: dates as text, money as integer fen, lists where the field says many."""
    if field.many:
        if not isinstance(given, list):
            return _bad(name, field, "应当是一组值")
        if field.least is not None and len(given) < field.least:
            return _bad(name, field, f"至少需要{field.least}项")
        for one in given:
            if refusal := _one(name, field, one, resolved):
                return refusal
        return None
    return _one(name, field, given, resolved)


def _one(name: str, f: g.FieldDef, v: Any, resolved: Resolved) -> Refusal | None:
    if isinstance(v, dict) and set(v) == {"commit"}:
        return None if f.beside else _bad(name, f, "不是存放在链外的字段")
    match f.type:
        case "bool":
            return None if isinstance(v, bool) else _bad(name, f, "应当回答是或者否")
        case "int":
            return None if _integer(v) else _bad(name, f, "应当是整数")
        case "money":
            if not _integer(v):
                return _bad(name, f, "应当是金额（精确到分）")
            return None if v >= 0 else _bad(name, f, "金额不得为负数")
        case "date":
            return None if _is_day(v) else _bad(name, f, f"「{v}」不是有效日期，应当写成 2026-03-05")
        case "moment":
            return None if _is_moment(v) else _bad(name, f, f"「{v}」不是有效时间，应当写成 2026-03-05T09:30")
        case "choice":
            return (
                None
                if v in f.choices
                else _bad(name, f, f"「{v}」不在可选项中：{'、'.join(f.choices.values())}")
            )
        case "code":
            known = resolved.codes.get(name)
            if not isinstance(v, str):
                return _bad(name, f, "应当选择一个代码")
            return (
                None
                if known is None or v in known
                else _bad(name, f, f"代码「{v}」不在本单位现行代码表「{f.codes}」中")
            )
        case "party" | "officer" | "person":
            return None if isinstance(v, dict) and v.get("id") else _bad(name, f, "应当从名册中选择")
        case _:
            if not isinstance(v, str):
                return _bad(name, f, "应当是文字")
            return None if v.strip() or f.type != "text" else _bad(name, f, "不得为空白")


def _integer(v: Any) -> bool:
    return isinstance(v, int) and not isinstance(v, bool)


def _is_day(v: Any) -> bool:
    try:
        return isinstance(v, str) and bool(_DAY.match(v)) and bool(date.fromisoformat(v))
    except ValueError:
        return False


def _is_moment(v: Any) -> bool:
    try:
        return isinstance(v, str) and "T" in v and bool(datetime.fromisoformat(v))
    except ValueError:
        return False


def _bad(name: str, field: g.FieldDef, why: str) -> Refusal:
    return Refusal(
        f"「{field.title}」{why}", law=field.law, field=name, next="请改正后重新提交", code="value"
    )
