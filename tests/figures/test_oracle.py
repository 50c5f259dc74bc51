"""Every figure of every definition, against the slow way, over random histories with corrections, voids and reopened limits."""

from __future__ import annotations

import random
from datetime import date

import pytest
from tests.figures import build
from tests.figures.oracle import Oracle

from fazhi.figures import lists, mirror, query, spans
from fazhi.figures.moments import Moment

TODAY = date(2026, 11, 21)
PERIODS = (
    "2024",
    "2025",
    "2026",
    "2025-H2",
    "2026-Q2",
    "2026-03",
    "2024-11-01:2025-02-28",
    "2019-01-01:2027-12-31",
)


@pytest.mark.usefixtures("sqlite_db", "home")
@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_what_plain_python_over_the_events_finds(seed: int) -> None:
    world = build.World()
    book = build.filled(world, seed)
    mirror.feed()
    parents = {o.id: o.parent_id for o in world.organs.values()}
    chance = random.Random(seed)
    height = len(book.order)
    for position, today in ((height, TODAY), (height * 2 // 3, date(2026, 3, 15)), (height // 4, TODAY)):
        oracle = Oracle(book.order[:position], today, parents)
        for period in (PERIODS[-1], *chance.sample(PERIODS[:-1], 3)):
            organ = chance.choice(["", "", *(o.id for o in world.organs.values())])
            q = query.ask(build.COUNTY, period, organ=organ or None, moment=Moment(position, today))
            span = spans.parse(period)
            for value in query.values(q):
                expected = oracle.value(value.id, span.first, span.last, organ)
                found = (value.value, value.numerator, value.denominator, value.cases)
                assert found == expected, (value.id, period, organ and q.places.name(organ), position)


@pytest.mark.usefixtures("sqlite_db", "home")
def test_every_list_is_exactly_as_long_as_its_figure() -> None:
    world = build.World()
    for seed in (4, 5, 6):  # one order of the scenarios leaves a stock empty at every month's end
        build.filled(world, seed)
    months = spans.months_to(date(2027, 12, 31), 96)
    whole = query.ask(build.COUNTY, "2019-01-01:2027-12-31", moment=f"{_height()}@2027-12-31")
    touched = 0
    for value in query.values(whole):
        figure = whole.view.catalogue.get(value.id)
        q = whole
        if figure.stock:  # ask at the end of a month in which there was something
            best = max(query.series(whole, value.id, months), key=lambda v: v.cases)
            q = query.ask(build.COUNTY, best.period, moment=whole.moment)
            (value,) = query.values(q, only=[value.id])
        facts = lists.facts(q, value.id)
        assert len(facts) == value.cases, value.id
        if figure.kind == "count":
            assert str(len(facts)) == value.value, value.id
        if figure.kind == "share":
            assert sum(f.counted for f in facts) == value.numerator, value.id
        if figure.kind == "sum":
            one, slack = (100, 0) if figure.unit == "元" else (1_000_000, 5_000)  # 万元 to two places
            printed = round(float(value.value or 0) * one)
            assert abs(sum(f.amount or 0 for f in facts) - printed) <= slack, value.id
        assert facts, f"no scenario touches {value.id}"
        touched += 1
    assert touched == len(whole.view.catalogue.figures)


def _height() -> int:
    return mirror.look().position
