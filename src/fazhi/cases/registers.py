"""Parameters, code lists, organs, who acts and the calendar as a process keeps them: read once, until a register changes.

Every change moves one counter (`stamp`); the statement that locks the case, and the first of each request, read it
along, so no process works with an old copy.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection

from fazhi.law import Calendar, Notice
from fazhi.ledger import digests

T = TypeVar("T")
_copies: OrderedDict[tuple[Any, ...], Any] = OrderedDict()  # as the registers were at `_version`
_version = -1
_lock = threading.Lock()
_seen = threading.local()  # the counter that this thread has read
LIMIT = 4096


def at_version(version: int) -> None:
    """Called with the counter just read; drops every copy if it has moved."""
    global _version
    _seen.version = version
    if version != _version:
        with _lock:
            _copies.clear()
            _version = version


def current() -> int:
    """The counter, by a query of its own (for reads that lock no case)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM cases_stamp WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def refresh() -> None:
    at_version(current())


def kept(key: tuple[Any, ...], find: Callable[[], T]) -> T:
    """What `find` gives, kept until a register changes. A thread that has read another counter than the copies stand
    for (it began before the change, or another has not heard of it yet) reads for itself and keeps nothing."""
    mine = getattr(_seen, "version", _version)
    with _lock:
        if mine == _version and key in _copies:
            found: T = _copies[key]
            return found
    found = find()
    with _lock:
        if mine == _version:
            _copies[key] = found
            if len(_copies) > LIMIT:
                _copies.popitem(last=False)
    return found


def _steady(day: date) -> date:
    """A day on which parameters and code lists say the same as on `day`: the last on which any of them changed, so that
    one copy serves the whole stretch."""

    def find() -> list[date]:
        from fazhi.organs.models import Code, Parameter

        turns = set()
        for kind in (Parameter, Code):
            for first, last in kind.objects.order_by().values_list("valid_from", "valid_to").distinct():
                turns |= {first, *([last + timedelta(days=1)] if last and last < date.max else [])}
        return sorted(turns)

    turns = kept(("turns",), find)
    at = bisect_right(turns, day)
    return turns[at - 1] if at else date.min


def parameters(county: str, names: tuple[str, ...], day: date) -> dict[str, dict[str, Any]]:
    """{name: {"value", "source", "from"}} of those that are set on that day."""
    if not names:
        return {}

    return kept(("parameters", county, names, day), lambda: _parameters(county, names, _steady(day)))


def _parameters(county: str, names: tuple[str, ...], day: date) -> dict[str, dict[str, Any]]:
    from fazhi.organs import parameters as p

    def find() -> dict[str, dict[str, Any]]:
        return {k: v.recorded() for k, v in p.values_on(county, list(names), day).items()}

    return kept(("parameters of the stretch", county, names, day), find)


def digest(county: str, day: date) -> str:
    """The algorithm by which events of that day are hashed: the parameter `digest` of county or province, else the
    installation's."""

    def find() -> str:
        told = parameters(county, ("digest",), day).get("digest")
        if told is None:
            return ""
        digests.hasher(told["value"])  # says so where the name means nothing here
        return str(told["value"])

    return kept(("digest", county, day), find) or digests.installed()


def codes(county: str, listed: str, day: date, organ: str) -> dict[str, dict[str, Any]]:
    """{code: {"title", columns…}} of one list; empty where the county has no such list."""
    day = _steady(day)

    def find() -> dict[str, dict[str, Any]]:
        from fazhi.organs import codes as c
        from fazhi.organs.errors import NotFound

        try:
            rows = c.rows_on(county, listed, day, organ or None)
        except NotFound:
            return {}
        return {r.code: {"title": r.title, **r.columns} for r in rows}

    return kept(("codes", county, listed, day, organ), find)


def organ(id: str) -> dict[str, str]:
    """{"name", "short", "path", "county", "kind"}; empty for an organ that is not there."""

    def find() -> dict[str, str]:
        from fazhi.organs.models import Organ

        row = Organ.objects.filter(pk=id).first()
        if row is None:
            return {}
        return {
            "id": row.id, "name": row.name, "short": row.short_name or row.name, "path": row.path,
            "county": row.county_id, "kind": row.kind,
        }  # fmt: skip

    return kept(("organ", id), find)


def below(county: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of the county's organs, those of the past included, that stand in today's tree under one of the paths."""
    from fazhi.organs.models import Organ

    def tree() -> list[tuple[str, str]]:
        return list(Organ.objects.filter(county_id=county).values_list("path", "id"))

    def find() -> tuple[str, ...]:
        return tuple(sorted(id for path, id in kept(("tree", county), tree) if path.startswith(paths)))

    return kept(("below", county, paths), find) if paths else ()


def calendar() -> Calendar:
    """The shipped notices, and those that the county has loaded since."""

    def find() -> Calendar:
        from fazhi.cases.models import NoticeLoaded

        found = _shipped()
        for row in NoticeLoaded.objects.order_by("year"):
            found = found.with_notice(Notice.parse(bytes(row.text)))
        return found

    return kept(("calendar",), find)


@lru_cache(maxsize=1)
def _shipped() -> Calendar:
    return Calendar.shipped()
