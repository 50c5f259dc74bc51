"""Every filter with every order goes by an index: the plans of SQLite and PostgreSQL read no table from end to end and sort
nothing but the few rows that are merged.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from tests.cases.build import DAY, World

from fazhi.cases import listing, search, sources, workbench
from fazhi.cases.models import Case

TODAY = date(2026, 6, 1)
FILTERS: dict[str, tuple[str, ...]] = {
    "light": ("", "open", "overdue", "warning", "today", "week", "closed"),
    "procedure": ("", "small"),
    "more": ("", "phase", "outcome", "opened", "mine", "organ"),
}


def county() -> World:
    made = World()
    case = Case.objects.get(pk=made.filed())
    copies = []
    for n in range(600):
        copy = Case.objects.get(pk=case.pk)
        copy.pk, copy.organ = f"{n:032x}", (made.bureau.id, made.second.id, made.government.id)[n % 3]
        copy.procedure = ("small", "penalty")[n % 2]
        copy.closed_on = None if n % 10 == 0 else TODAY
        copy.due = TODAY if n % 10 == 0 else None
        copies.append(copy)
    Case.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


@pytest.fixture
def w(db: None) -> World:
    return county()


def asked(w: World) -> list[tuple[str, sources.Selection, str]]:
    """Every combination of an offered filter and an offered order, as a handler asks and as who looks over all."""
    values = {
        "phase": {"phase": "open"},
        "outcome": {"outcome": "x"},
        "opened": {"opened_from": "2026-01-01"},
        "mine": {"mine": "1"},
    }
    found = []
    for ctx in (w.handler, w.mayor):
        for light, procedure, more, order in itertools.product(*FILTERS.values(), listing.ORDERS):
            extra = {"organ": w.bureau.id} if more == "organ" else values.get(more, {})
            f = search.Filters.read({"light": light, "procedure": procedure, "sort": order, **extra})
            found.append((f"{light} {procedure} {more} {order}", search.selection(ctx, f, TODAY), order))
    return found


def plans(sql: str, params: list[object]) -> str:
    with connection.cursor() as cursor:
        how = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        cursor.execute(how + sql, params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_each_stretch_is_searched_by_an_index_and_comes_in_its_order(w: World) -> None:
    seen = set()
    for name, chosen, order in asked(w):
        for n, segment in enumerate(listing.ORDERS[order]):
            key = listing.Key(n, "2026-03-02" if segment.key else "", "a" * 32, 20)
            for edge, back in ((None, False), (key, False), (key, True)):
                sql, params = listing.statement(chosen, segment, 21, edge, back, "sqlite")
                if (sql, edge is None, back) in seen:
                    continue
                seen.add((sql, edge is None, back))
                plan = plans(sql, params)
                assert not re.search(r"SCAN (x|y|cases_case)\b", plan), (name, plan)
                assert "SEARCH x USING" in plan, (name, plan)
                if not chosen.person:  # one person's cases are few: they are sorted
                    inner = (
                        plan.split("CORRELATED LIST SUBQUERY")[1].split("UNION ALL")[0]
                        if "CORRELATED LIST" in plan
                        else ""
                    )
                    assert (
                        "USE TEMP B-TREE FOR ORDER BY" not in inner.split("\nUSE TEMP")[0] or not segment.key
                    ), (name, plan)


def test_counts_read_an_index_only(w: World) -> None:
    for name, chosen, _ in asked(w):
        sql, params = sources.all_of(replace(chosen, many=(), walked=()), "1", "sqlite")
        plan = plans(sql, params)
        assert not re.search(r"SCAN (x|cases_case)\b", plan), (name, plan)
        if not chosen.person and not chosen.where:
            assert "COVERING INDEX" in plan, (name, plan)


def test_the_stretches_are_found_by_leaps(w: World) -> None:
    assert sources.stretches() == {
        (o.id, p) for o in (w.bureau, w.second, w.government) for p in ("small", "penalty")
    }
    assert DAY


def test_postgresql_searches_the_same_indexes_and_gives_the_same_pages(pg_db: str) -> None:
    w = county()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")  # a table of 600 rows is rightly read from end to end
    seen = set()
    for name, chosen, order in asked(w):
        for n, segment in enumerate(listing.ORDERS[order]):
            key = listing.Key(n, "2026-03-02" if segment.key else "", "a" * 32, 20)
            sql, params = listing.statement(chosen, segment, 21, key, False, "postgresql")
            if sql not in seen:
                seen.add(sql)
                plan = plans(sql, params)
                assert "Seq Scan on cases_case" not in plan, (name, plan)
    for light, order in itertools.product(("", "open", "closed"), listing.ORDERS):
        f = search.Filters.read({"light": light, "sort": order})
        for ctx in (w.handler, w.mayor):
            found, after = [], ""
            while True:
                page = search.find(ctx, f, TODAY, size=100, after=after)
                found += [r.id for r in page.rows]
                after = page.after
                if not after:
                    break
            assert len(found) == len(set(found)) == page.total
    copies = Case.objects.filter(closed_on=None, organ=w.bureau.id).count()
    assert (
        workbench.counters(w.head, TODAY).today == copies - 1
    )  # the one filed by the rules ran out the day before
    assert sum(n for _, n in workbench.calendar(w.head, TODAY)) == copies - 1
    assert {t.row.id for t in workbench.todo(w.handler, TODAY)}
    assert workbench.approvals(w.head, TODAY) == []
