"""Cases that are here already, found for many rows at once: by source and its number, or by their own id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connections

from fazhi.cases import store
from fazhi.cases.store import Row
from fazhi.procedures.state import load

_SELECT = f"SELECT id, {', '.join(store.COLUMNS)} FROM cases_case"
_MANY = 400


def by_source(
    county: str, procedure: str, system: str, numbers: Iterable[str], using: str = "default"
) -> dict[str, Row]:
    """{source number: case} of one source system."""
    condition = "county = %s AND procedure = %s AND source = %s AND source_number"
    rows = _find(condition, [county, procedure, system], numbers, using)
    return {str(row.source_number): row for row in rows}


def numbers(county: str, procedure: str, system: str, wanted: set[str], using: str = "default") -> set[str]:
    """Those of the source numbers that are here already."""
    condition = "SELECT source_number FROM cases_case WHERE county = %s AND procedure = %s AND source = %s AND source_number"
    return _which(condition, [county, procedure, system], wanted, using)


def ids(county: str, procedure: str, wanted: set[str], using: str = "default") -> set[str]:
    """Those of the ids that are cases of this procedure."""
    condition = "SELECT id FROM cases_case WHERE county = %s AND procedure = %s AND id"
    return _which(condition, [county, procedure], wanted, using)


def _which(sql: str, given: list[Any], wanted: set[str], using: str) -> set[str]:
    ordered, found = sorted(wanted), set[str]()
    with connections[using].cursor() as cursor:
        for start in range(0, len(ordered), _MANY):
            some = ordered[start : start + _MANY]
            cursor.execute(f"{sql} IN ({', '.join(['%s'] * len(some))})", [*given, *some])
            found |= {row[0] for row in cursor.fetchall()}
    return found


def by_id(county: str, procedure: str, ids: Iterable[str], using: str = "default") -> dict[str, Row]:
    return {
        row.id: row for row in _find("county = %s AND procedure = %s AND id", [county, procedure], ids, using)
    }


def _find(condition: str, given: list[Any], many: Iterable[str], using: str) -> list[Row]:
    ordered = sorted(set(many))
    found: list[Row] = []
    with connections[using].cursor() as cursor:
        for start in range(0, len(ordered), _MANY):
            some = ordered[start : start + _MANY]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(f"{_SELECT} WHERE {condition} IN ({marks})", [*given, *some])
            found += [read_row(values) for values in cursor.fetchall()]
    return found


def read_row(values: Any) -> Row:
    row = Row(*values)
    row.head = bytes(row.head)
    row.state = load(orjson.loads(bytes(row.state)))  # type: ignore[arg-type]
    return row
