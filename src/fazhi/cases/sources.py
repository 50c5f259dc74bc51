"""Where the rows of a list come from: cases that organs in scope handle, those in which one's organ takes part, those in one
person's hand, those that a search has found. As conditions and selects, in no order; `listing` pages through them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from fazhi.cases import definitions, registers
from fazhi.cases.access import Scope

COUNTED = 10_000  # beyond this a list says "10,000+"
OPEN, LISTED, PERSON = "cases_open", "cases_listed", "cases_person"


@dataclass(frozen=True)
class Selection:
    """What a list shows. `where` and `params`: further conditions on x. `open`: True only open cases, False only closed
    ones. `person`: only those in that person's hand. `ids`: only these (what a search has found)."""

    scope: Scope
    pairs: tuple[tuple[str, str], ...]
    procedures: tuple[str, ...] = ()  # none: all
    organs: tuple[str, ...] | None = None
    where: str = ""
    params: tuple[Any, ...] = ()
    open: bool | None = None
    due: bool = False  # only those with a due date
    person: str = ""
    ids: tuple[str, ...] | None = None
    # Sides on which the person's organs take part in few cases of others, which are taken from the sides; sides with
    # many, where the indexes of the organs that handle them (`walked`) are walked and each case is asked for the side.
    few: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    walked: tuple[tuple[str, str], ...] = ()


def both(where: str, params: Sequence[Any], more: str, given: Sequence[Any]) -> tuple[str, list[Any]]:
    return (f"{where} AND {more}" if more else where), [*params, *given]


def pairs_table(pairs: Sequence[tuple[str, str]], vendor: str) -> tuple[str, list[Any]]:
    """A table s(organ, procedure), given as one parameter or two."""
    if vendor == "postgresql":
        organs, procedures = [o for o, _ in pairs], [p for _, p in pairs]
        return "unnest(%s::text[], %s::text[]) AS s(organ, procedure)", [organs, procedures]
    return (
        "(SELECT json_extract(value, '$[0]') AS organ, json_extract(value, '$[1]') AS procedure FROM json_each(%s)) s",
        [json.dumps(pairs, separators=(",", ":"))],
    )


def not_barred(scope: Scope) -> tuple[str, list[Any]]:
    if not scope.barred:
        return "", []
    return f" AND x.id NOT IN ({', '.join(['%s'] * len(scope.barred))})", list(scope.barred)


def narrow(chosen: Selection) -> tuple[str, list[Any]]:
    """What the pairs say already, for the other sources."""
    sql, params = not_barred(chosen.scope)
    for column, values in (("procedure", chosen.procedures or None), ("organ", chosen.organs)):
        if values is not None:
            sql += f" AND x.{column} IN ({', '.join(['%s'] * len(values))})" if values else " AND 1 = 0"
            params += values
    return sql, params


def single(chosen: Selection, vendor: str) -> tuple[str, list[Any]]:
    """Rows that are few: those in one hand, those that a search has found. Each is tested for itself."""
    narrowed, more = narrow(chosen)
    seen, given = _may_know(chosen.scope)
    if chosen.ids is not None:
        table, which = "cases_case x", "x.id IN (SELECT value FROM json_each(%s))"
        ids: Any = json.dumps(chosen.ids)
        if vendor == "postgresql":
            which, ids = "x.id = ANY(%s)", list(chosen.ids)
        own = [ids]
        if chosen.person:
            which, own = f"{which} AND x.person = %s", [ids, chosen.person]
    else:
        hint = f" INDEXED BY {PERSON}" if vendor == "sqlite" else ""
        table, which, own = f"cases_case x{hint}", "x.person = %s AND x.person > ''", [chosen.person]
    return f"FROM {table} WHERE {which} AND {seen}{narrowed}", [*own, *given, *more]


def _may_know(scope: Scope) -> tuple[str, list[Any]]:
    """The scope as a condition on one row x."""
    parts, params = [], []
    for names, handled, own in [((), scope.handled, scope.own), *((n, o, o) for n, o in scope.matters)]:
        marks, takes = ", ".join(["%s"] * len(handled)), ", ".join(["%s"] * len(own))
        sql = (
            f"(x.organ IN ({marks}) OR EXISTS (SELECT 1 FROM cases_side s WHERE s.case_id = x.id"
            f" AND s.who IN ({takes}) AND s.path <> ''))"
        )
        if names:
            sql = f"(x.procedure IN ({', '.join(['%s'] * len(names))}) AND {sql})"
        parts.append(sql)
        params += [*names, *handled, *own]
    return f"({' OR '.join(parts)})", params


MANY = 500  # cases in which an organ takes part: from here on indexes are walked


def foreign_sides() -> dict[str, tuple[str, ...]]:
    """{side: procedures} of the sides on which an organ takes part in another organ's case and sees something of it.

    The side that handles is left out: its cases come by the index of their organ. It stays in where several organs may
    handle together, since only the first is the case's organ.
    """
    return registers.kept(("foreign sides", definitions.mark()), _foreign_sides)


def _foreign_sides() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for d in definitions.library().all():
        handling = next((k for k, x in d.source.sides.items() if x.is_ != "party"), "")
        for name, side in d.source.sides.items():
            if side.is_ != "party" and side.sees != "nothing" and (name != handling or side.many):
                found.setdefault(name, set()).add(d.name)
    return {k: tuple(sorted(v)) for k, v in sorted(found.items())}


def takes_part(scope: Scope, named: Sequence[str]) -> tuple[str, list[Any]]:
    """That an organ of the person's takes part in the case x on one of these sides."""
    parts, params = [], []
    for names, own in [((), scope.own), *scope.matters]:
        sql = (
            f"EXISTS (SELECT 1 FROM cases_side t WHERE t.case_id = x.id AND t.side IN ({', '.join(['%s'] * len(named))})"
            f" AND t.who IN ({', '.join(['%s'] * len(own))}))"
        )
        given: list[Any] = [*named, *own]
        if names:
            sql = f"(x.procedure IN ({', '.join(['%s'] * len(names))}) AND {sql})"
            given = [*names, *given]
        parts.append(sql)
        params += given
    return f"({' OR '.join(parts)})", params


def takes_part_in(scope: Scope, named: Sequence[str], using: str = "default") -> list[str]:
    """Ids of the cases in which the person's organs take part on these sides: for sides with few."""
    organs = sorted({*scope.own, *(o for _, some in scope.matters for o in some)})
    if not organs or not named:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT case_id FROM cases_side WHERE who IN ({', '.join(['%s'] * len(organs))})"
            f" AND side IN ({', '.join(['%s'] * len(named))})",
            [*organs, *named],
        )
        return [row[0] for row in cursor.fetchall()]


def counted_sides(scope: Scope, using: str = "default") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sides on which the person's organs take part in few cases, and those with more than MANY; the rest has none."""
    organs = sorted({*scope.own, *(o for _, organs in scope.matters for o in organs)})
    named = list(foreign_sides())
    if not organs or not named:
        return (), ()
    one = (
        f"SELECT %s, COUNT(*) FROM (SELECT 1 FROM cases_side s WHERE s.who IN ({', '.join(['%s'] * len(organs))})"
        f" AND s.side = %s LIMIT {MANY + 1}) f"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([one] * len(named)), [x for name in named for x in (name, *organs, name)]
        )
        counts = dict(cursor.fetchall())
    return tuple(n for n in named if 0 < counts[n] <= MANY), tuple(n for n in named if counts[n] > MANY)


def stretches(using: str = "default") -> set[tuple[str, str]]:
    """The (organ, procedure) of which there are cases: the index leaps from one to the next, a seek for each."""
    hint = f" INDEXED BY {LISTED}" if connections[using].vendor == "sqlite" else ""
    some = f"SELECT x.organ || '/' || x.procedure FROM cases_case x{hint} WHERE"
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE t(k) AS (SELECT ({some} x.organ > '' ORDER BY x.organ, x.procedure LIMIT 1) UNION ALL SELECT COALESCE("
            f"({some} x.organ = substr(t.k, 1, 32) AND x.procedure > substr(t.k, 34) ORDER BY x.procedure LIMIT 1),"
            f" ({some} x.organ > substr(t.k, 1, 32) ORDER BY x.organ, x.procedure LIMIT 1)) FROM t WHERE t.k IS NOT NULL)"
            " SELECT k FROM t WHERE k IS NOT NULL"
        )
        return {(k[:32], k[33:]) for (k,) in cursor.fetchall()}


def others(
    scope: Scope, organs: Sequence[str], sides: Sequence[str], procedures: Sequence[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Pairs of the county's organs outside the scope and the procedures that have one of the sides."""
    known = foreign_sides()
    named = {n for side in sides for n in known[side]}
    return tuple(
        (o, p)
        for p in sorted(named)
        if not procedures or p in procedures
        for o in organs
        if o not in scope.organs(p)
    )


def taking(chosen: Selection, some: Sequence[str]) -> tuple[str, list[Any]] | None:
    """Cases of other organs in which one of the person's own takes part; those that he sees as handled are not said twice."""
    wanted = set(chosen.procedures)
    sides = {
        k: names
        for k, v in foreign_sides().items()
        if k in some and (names := tuple(n for n in v if not wanted or n in wanted))
    }
    scope = chosen.scope
    groups = [((), scope.own), *scope.matters]
    parts, params = [], []
    for names, own in groups:
        named = [k for k, procedures in sides.items() if not names or set(procedures) & set(names)]
        if not own or not named:
            continue
        sql = (
            f"x.id IN (SELECT s.case_id FROM cases_side s WHERE s.who IN ({', '.join(['%s'] * len(own))})"
            f" AND s.side IN ({', '.join(['%s'] * len(named))}))"
        )
        given: list[Any] = [*own, *named]
        if names:
            sql += f" AND x.procedure IN ({', '.join(['%s'] * len(names))})"
            given += names
        parts.append(f"({sql})")
        params += given
    if not parts:
        return None
    sql = f"({' OR '.join(parts)})"
    if chosen.many and not set(some) & set(chosen.many):  # those come by their own source
        again, more = takes_part(scope, chosen.many)
        sql += f" AND NOT {again}"
        params += more
    if scope.handled:
        sql += f" AND x.organ NOT IN ({', '.join(['%s'] * len(scope.handled))})"
        params += scope.handled
    for names, organs in scope.matters:
        sql += f" AND NOT (x.procedure IN ({', '.join(['%s'] * len(names))}) AND x.organ IN ({', '.join(['%s'] * len(organs))}))"
        params += [*names, *organs]
    return sql, params


def all_of(chosen: Selection, columns: str, vendor: str, *, index: str = "") -> tuple[str, list[Any]]:
    """A select of the columns (on x) of every row of the selection, in no order: for counts."""
    where, params = "1 = 1", []
    if chosen.open is not None:
        where = f"x.closed_on IS {'' if chosen.open else 'NOT '}NULL"
    if chosen.due:
        where += " AND x.due IS NOT NULL"
    where, params = both(where, params, chosen.where, chosen.params)
    narrowed, narrowing = narrow(chosen)
    if chosen.person or chosen.ids is not None:
        sql, given = single(chosen, vendor)
        return f"SELECT {columns} {sql} AND {where}", [*given, *params]
    found: list[str] = []
    everything: list[Any] = []
    if chosen.pairs:
        pairs, given = pairs_table(chosen.pairs, vendor)
        barred, kept_from = not_barred(chosen.scope)
        hint = f" INDEXED BY {index or (OPEN if chosen.open else LISTED)}" if vendor == "sqlite" else ""
        found.append(
            f"SELECT {columns} FROM {pairs} CROSS JOIN cases_case x{hint}"
            f" WHERE x.organ = s.organ AND x.procedure = s.procedure AND {where}{barred}"
        )
        everything += [*given, *params, *kept_from]
    if chosen.walked and chosen.open:
        pairs, given = pairs_table(chosen.walked, vendor)
        barred, kept_from = not_barred(chosen.scope)
        takes, more = taking(chosen, chosen.many) or ("1 = 0", [])
        hint = f" INDEXED BY {OPEN}" if vendor == "sqlite" else ""
        found.append(
            f"SELECT {columns} FROM {pairs} CROSS JOIN cases_case x{hint}"
            f" WHERE x.organ = s.organ AND x.procedure = s.procedure AND {where}{barred} AND {takes}"
        )
        everything += [*given, *params, *kept_from, *more]
    sides = (*chosen.few, *chosen.many) if chosen.walked and not chosen.open else chosen.few
    if part := taking(chosen, sides):
        sql, given = part
        found.append(f"SELECT {columns} FROM cases_case x WHERE {sql}{narrowed} AND {where}")
        everything += [*given, *narrowing, *params]
    return " UNION ALL ".join(found) or f"SELECT {columns} FROM cases_case x WHERE 1 = 0", everything


def count(chosen: Selection, using: str = "default") -> int:
    """Exact up to COUNTED, one more beyond: a list never counts a million rows."""
    sql, params = all_of(chosen, "1", connections[using].vendor)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM (SELECT * FROM ({sql}) f LIMIT {COUNTED + 1}) found", params)
        return int(cursor.fetchone()[0])
