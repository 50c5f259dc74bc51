"""Pages of cases in the order of an index, however many there are, by keys.

The rows come from several sources (`sources`), merged: for each organ and procedure one stretch of an index, and the few
that come by themselves. Each gives the first rows after a key, in order, so a page costs as much on row 900,000 as on
row 1. A key names the last row seen, not how many rows were skipped: rows that come in between shift nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from fazhi.cases.sources import (
    LISTED,
    OPEN,
    Selection,
    both,
    narrow,
    not_barred,
    pairs_table,
    single,
    takes_part,
    taking,
)

_CURSOR = re.compile(r"(\d)\.(\d{4}-\d\d-\d\d)?\.([0-9a-f]{32})\.(\d{1,9})")


@dataclass(frozen=True)
class Segment:
    """A stretch of an order within which rows are sorted by one column and the id, in one direction."""

    where: str  # on x
    key: str  # column; "" sorts by id alone
    down: bool
    index: str


_NO_DUE = Segment("x.closed_on IS NULL AND x.due IS NULL", "", True, OPEN)
_CLOSED = Segment("x.closed_on IS NOT NULL AND x.opened_on IS NOT NULL", "opened_on", True, LISTED)
_CLOSED_UNDATED = Segment("x.closed_on IS NOT NULL AND x.opened_on IS NULL", "", True, LISTED)
_UNOPENED = "x.opened_on IS NULL"
# What has a limit comes first, then what is open without one, then what is closed, the latest begun first.
ORDERS: dict[str, tuple[Segment, ...]] = {
    "due": (
        Segment("x.closed_on IS NULL AND x.due IS NOT NULL", "due", False, OPEN),
        _NO_DUE,
        _CLOSED,
        _CLOSED_UNDATED,
    ),
    "-due": (
        Segment("x.closed_on IS NULL AND x.due IS NOT NULL", "due", True, OPEN),
        _NO_DUE,
        _CLOSED,
        _CLOSED_UNDATED,
    ),
    "opened": (
        Segment("x.opened_on IS NOT NULL", "opened_on", False, LISTED),
        Segment(_UNOPENED, "", False, LISTED),
    ),
    "-opened": (
        Segment(_UNOPENED, "", True, LISTED),
        Segment("x.opened_on IS NOT NULL", "opened_on", True, LISTED),
    ),
}


@dataclass(frozen=True)
class Key:
    """Where a page begins or ends: a row of a segment, and its running number in the list (for display only)."""

    segment: int
    value: str
    id: str
    position: int

    def __str__(self) -> str:
        return f"{self.segment}.{self.value}.{self.id}.{self.position}"

    @classmethod
    def read(cls, text: str, order: str) -> Key | None:
        """The key that an address names, or None where it is none for this order."""
        found = _CURSOR.fullmatch(text)
        if found is None or int(found[1]) >= len(ORDERS[order]):
            return None
        key = cls(int(found[1]), found[2] or "", found[3], int(found[4]))
        if bool(key.value) != bool(ORDERS[order][key.segment].key):
            return None
        try:
            date.fromisoformat(key.value or "2000-01-01")
        except ValueError:
            return None
        return key


@dataclass(frozen=True)
class Row:
    id: str
    segment: int
    value: str


def page(
    chosen: Selection,
    order: str,
    size: int,
    after: Key | None = None,
    before: Key | None = None,
    *,
    last: bool = False,
    using: str = "default",
) -> tuple[list[Row], bool]:
    """`size` rows after or before a key, or the last ones, in the list's order; and whether there are more that way.

    One statement for what nearly always fills the page, the first segment that has a day to go by, and one for the rest.
    """
    back = before is not None or last
    edge = before if back else after
    numbers = [
        n
        for n, segment in enumerate(ORDERS[order])
        if _has(chosen, segment) and (edge is None or (n <= edge.segment if back else n >= edge.segment))
    ]
    if back:
        numbers.reverse()
    first = next((i for i, n in enumerate(numbers) if ORDERS[order][n].key), 0) + 1
    found: list[Row] = []
    for some in (numbers[:first], numbers[first:]):
        if some and len(found) <= size:
            found += _read(chosen, order, some, size + 1 - len(found), edge, back, using)
    more = len(found) > size
    found = found[:size]
    return (found[::-1] if back else found), more


def _read(
    chosen: Selection,
    order: str,
    numbers: Sequence[int],
    limit: int,
    edge: Key | None,
    back: bool,
    using: str,
) -> list[Row]:
    """The first rows of these segments, one after the other."""
    parts: list[str] = []
    params: list[Any] = []
    for n in numbers:
        from_ = edge if edge is not None and edge.segment == n else None
        sql, more = statement(chosen, ORDERS[order][n], limit, from_, back, connections[using].vendor)
        parts.append(f"SELECT z.id, z.key_, {n} FROM ({sql}) z")
        params += more
    with connections[using].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = [Row(r[0], r[2], str(r[1])[:10] if ORDERS[order][r[2]].key else "") for r in cursor.fetchall()]
    found: list[Row] = []
    for n in numbers:  # a union promises no order
        own = [r for r in rows if r.segment == n]
        found += sorted(own, key=lambda r: (r.value, r.id), reverse=ORDERS[order][n].down != back)
    return found[:limit]


def _has(chosen: Selection, segment: Segment) -> bool:
    """Whether the selection can have rows there at all."""
    if chosen.open is True and "closed_on IS NOT NULL" in segment.where:
        return False
    if chosen.open is False and "closed_on IS NULL" in segment.where:
        return False
    return not (chosen.due and "due IS NULL" in segment.where)


def statement(
    chosen: Selection, segment: Segment, limit: int, edge: Key | None, back: bool, vendor: str
) -> tuple[str, list[Any]]:
    """(id, key) of the first rows of one segment, of all sources."""
    down = segment.down != back
    order = f"{{0}}{segment.key or 'id'} {'DESC' if down else 'ASC'}" + (
        f", {{0}}id {'DESC' if down else 'ASC'}" if segment.key else ""
    )
    where, params = segment.where, []
    if chosen.open is not None and "closed_on" not in where:
        where += f" AND x.closed_on IS {'' if chosen.open else 'NOT '}NULL"
    where, params = both(where, params, chosen.where, chosen.params)
    if edge is not None:
        sign = "<" if down else ">"
        if segment.key:
            where, params = both(
                where, params, f"(x.{segment.key}, x.id) {sign} (%s, %s)", (edge.value, edge.id)
            )
        else:
            where, params = both(where, params, f"x.id {sign} %s", (edge.id,))
    column = segment.key or "id"
    sources, given = [], []
    for sql, more in _sources(chosen, column, segment.index, where, params, order, limit, vendor):
        sources.append(sql)
        given += more
    return (
        f"SELECT f.id, CAST(f.{column}_ AS TEXT) AS key_ FROM ({' UNION ALL '.join(sources)}) f"
        f" ORDER BY f.{column}_ {'DESC' if down else 'ASC'}, f.id {'DESC' if down else 'ASC'} LIMIT {limit}"
    ), given


def _sources(
    chosen: Selection,
    column: str,
    index: str,
    where: str,
    params: list[Any],
    order: str,
    limit: int,
    vendor: str,
) -> list[tuple[str, list[Any]]]:
    """The selects that together hold the first `limit` rows; each row stands in one of them."""
    ordered = order.format("x.")
    top = f"ORDER BY {ordered} LIMIT {limit}"
    picked = f"SELECT x.id, x.{column} AS {column}_"
    narrowed, narrowing = narrow(chosen)
    if chosen.person or chosen.ids is not None:
        sql, given = single(chosen, vendor)
        return [(f"SELECT * FROM ({picked} {sql} AND {where} {top}) m", [*given, *params])]
    found = (
        [_stretches(chosen, chosen.pairs, column, index, where, params, top, vendor)] if chosen.pairs else []
    )
    if chosen.walked:
        sql, given = takes_part(chosen.scope, chosen.many)
        found.append(
            _stretches(
                chosen, chosen.walked, column, index, f"{where} AND {sql}", [*params, *given], top, vendor
            )
        )
    if found_by := taking(chosen, chosen.few):
        sql, given = found_by
        found.append(
            (
                f"SELECT * FROM ({picked} FROM cases_case x WHERE {sql}{narrowed} AND {where} {top}) t",
                [*given, *narrowing, *params],
            )
        )
    return found or [(f"{picked} FROM cases_case x WHERE 1 = 0", [])]


def _stretches(
    chosen: Selection,
    some: Sequence[tuple[str, str]],
    column: str,
    index: str,
    where: str,
    params: list[Any],
    top: str,
    vendor: str,
) -> tuple[str, list[Any]]:
    """For each organ and procedure the first rows of its stretch of the index."""
    barred, kept_from = not_barred(chosen.scope)
    inner = f"x.organ = s.organ AND x.procedure = s.procedure AND {where}{barred} {top}"
    pairs, given = pairs_table(some, vendor)
    if vendor == "postgresql":
        sql = f"SELECT y.id, y.{column}_ FROM {pairs} CROSS JOIN LATERAL (SELECT x.id, x.{column} AS {column}_ FROM cases_case x WHERE {inner}) y"
    else:
        # SQLite has no LATERAL: a list of row numbers for each stretch does the same.
        sql = (
            f"SELECT y.id, y.{column} AS {column}_ FROM {pairs} CROSS JOIN cases_case y"
            f" WHERE y.rowid IN (SELECT x.rowid FROM cases_case x INDEXED BY {index} WHERE {inner})"
        )
    return sql, [*given, *params, *kept_from]
