"""Facts found in other cases and registers: `same` says who or what must agree, `where` a condition over the row.

`where` is a SQL boolean expression over one row (phase, outcome, closed, overdue, opened_on, values) and
done('action'); it is parsed by sqlglot and walked here: nothing is executed as SQL.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import sqlglot
from django.db import connections
from sqlglot import exp

from fazhi.cases import store
from fazhi.cases.errors import CaseError
from fazhi.procedures import Definition, State


def find(
    d: Definition,
    fact: str,
    case: str,
    sides: dict[str, list[Any]],
    values: dict[str, Any],
    on: date,
    using: str = "default",
) -> dict[str, Any] | None:
    """{"value", "found": [case ids]} or None where what must agree is not known yet."""
    lookup = d.facts[fact].source.lookup
    assert lookup is not None
    linked = _linked(d, lookup.same, values)
    if linked:
        found = [row for id in linked if (row := store.read(id, using)) and holds(lookup.where, row, on)]
    else:
        groups = [_ids(sides.get(name) or values.get(name)) for name in lookup.same]
        if not all(groups):
            return None
        found = [
            row
            for id in _candidates(lookup.procedure, groups, case, using)
            if (row := store.read(id, using)) and holds(lookup.where, row, on)
        ]
    if lookup.within == "year":
        found = [r for r in found if r.opened_on and str(r.opened_on)[:4] == str(on.year)]
    value: bool | int = len(found) if lookup.count else bool(found)
    return {"value": value, "found": [r.id for r in found[:20]]}


def _linked(d: Definition, same: list[str], values: dict[str, Any]) -> list[str]:
    """Where one `same` is a link to a case, the look-up is about that case itself."""
    if len(same) != 1:
        return []
    field = d.source.fields.get(same[0])
    value = values.get(same[0])
    return (
        [value]
        if field is not None and field.type == "link" and isinstance(value, str) and len(value) == 32
        else []
    )


def _ids(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value] if value else []
    return [x["id"] if isinstance(x, dict) else x for x in items if x]


def _candidates(procedure: str, groups: list[list[str]], case: str, using: str) -> list[str]:
    joins, params = [], []
    for i, group in enumerate(groups):
        marks = ", ".join(["%s"] * len(group))
        joins.append(
            f"EXISTS (SELECT 1 FROM cases_side s{i} WHERE s{i}.case_id = c.id AND s{i}.who IN ({marks}))"
        )
        params += group
    chosen = "" if procedure == "any" else " AND c.procedure = %s"
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT c.id FROM cases_case c WHERE c.id <> %s AND {' AND '.join(joins)}{chosen} ORDER BY c.opened_on LIMIT 200",
            [case, *params, *([] if procedure == "any" else [procedure])],
        )
        return [row[0] for row in cursor.fetchall()]


# ---- the condition over one row -------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def parse(where: str) -> exp.Expression:
    try:
        return sqlglot.parse_one(where or "TRUE")
    except sqlglot.errors.ParseError as error:
        raise CaseError(f"查找条件「{where}」不合语法：{error}") from None


def holds(where: str, row: store.Row, on: date) -> bool:
    return not where or _value(parse(where), row, on) is True


def overdue(row: store.Row, on: date) -> bool:
    return row.due is not None and str(row.due)[:10] < on.isoformat() and row.closed_on is None


def _value(node: exp.Expression, row: store.Row, on: date) -> Any:
    state = row.state or State()
    if isinstance(node, exp.Paren):
        return _value(node.this, row, on)
    if isinstance(node, exp.And):
        return _value(node.left, row, on) is True and _value(node.right, row, on) is True
    if isinstance(node, exp.Or):
        return _value(node.left, row, on) is True or _value(node.right, row, on) is True
    if isinstance(node, exp.Not):
        return _value(node.this, row, on) is not True
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else int(node.this)
    if isinstance(node, exp.Column):
        return _column(node.name, row, state, on)
    if isinstance(node, exp.Anonymous) and node.name == "done":
        action, _, outcome = node.expressions[0].this.partition(".")
        return state.done(action, outcome)
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Is):
        return (_value(node.this, row, on) or None) is _value(node.expression, row, on)
    if isinstance(node, exp.In):
        return _value(node.this, row, on) in [_value(x, row, on) for x in node.expressions]
    if isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        a, b = _value(node.left, row, on), _value(node.right, row, on)
        if a is None or b is None:
            return None
        return {
            exp.EQ: lambda: a == b, exp.NEQ: lambda: a != b, exp.GT: lambda: a > b, exp.GTE: lambda: a >= b,
            exp.LT: lambda: a < b, exp.LTE: lambda: a <= b,
        }[type(node)]()  # fmt: skip
    raise CaseError(
        f"查找条件中不能使用「{node.sql()}」", next="只能使用比较、and、or、not、in 和 done('动作')"
    )


def _column(name: str, row: store.Row, state: State, on: date) -> Any:
    if name == "overdue":
        return overdue(row, on)
    if name == "closed":
        return bool(state.closed_on)
    if name in ("phase", "outcome", "opened_on", "closed_on"):
        return getattr(state, name)
    return state.values.get(name)
