"""The demonstration's plan goes the way of every plan."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.demo_county import TODAY
from tests.plans.build import clerk

from fazhi.cases.refold import refold
from fazhi.ledger import verify
from fazhi.plans import board, demo
from fazhi.plans.board import Filters
from fazhi.plans.models import Plan, TaskOrgan

pytestmark = pytest.mark.usefixtures("demo_county")


def test_it_is_read_reviewed_handed_out_and_worked_on() -> None:
    assert demo.load(lambda line: None, today=TODAY) == 8
    plan = Plan.objects.get()
    assert not TaskOrgan.objects.filter(decision="open").exists()
    found = board.of_plan(plan, clerk(), TODAY, Filters())
    assert found.total == 8
    assert found.phases["closed"] == found.phases["reported"] == 1
    assert found.lights["overdue"] == 1
    assert found.lights["warning"] == 1
    assert set(found.statuses) == {"met", "open", "manual"}
    assert verify.verify(refold=refold).ok


def test_a_second_load_changes_nothing() -> None:
    demo.load(lambda line: None, today=TODAY)
    told: list[str] = []
    assert demo.load(told.append, today=TODAY) == 0
    assert Plan.objects.count() == 1
    assert told == ["  演示计划已在，没有改动"]


@pytest.mark.parametrize("day", ["2026-01-09", "2026-03-02", "2026-12-31"])
def test_it_loads_on_any_day_of_the_year(day: str) -> None:
    from datetime import date

    assert demo.load(lambda line: None, today=date.fromisoformat(day)) == 8
    assert Counter(Plan.objects.values_list("status", flat=True)) == {"accepted": 1}
