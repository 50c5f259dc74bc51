"""The demonstration's cases: made by people who act through the one service, days counted back from today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import databases
from tests.demo_county import TODAY, template

from fazhi.cases import demo, registers
from fazhi.cases.models import Case
from fazhi.cases.refold import refold
from fazhi.ledger import verify
from fazhi.ledger.models import Event


@pytest.fixture(scope="module", autouse=True)
def county(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Path]:
    """One copy for all: nothing here writes."""
    folder = tmp_path_factory.mktemp("county")
    with django_db_blocker.unblock():
        with databases.sqlite_copy(template(), folder):
            registers.at_version(-2)
            yield folder
        registers.at_version(-2)


def open_cases() -> Any:
    return Case.objects.filter(closed_on=None)


def test_every_line_of_work_has_cases() -> None:
    found = Counter(Case.objects.values_list("procedure", flat=True))
    assert found["penalty"] >= 60
    assert found["reconsideration"] >= 15
    assert found["disclosure_request"] >= 20
    assert found["supervision_order"] >= 2
    assert found["plan_task"] >= 3
    assert found["criminal_transfer"] == 2  # opened by the penalty cases themselves


def test_two_departments_punish() -> None:
    assert Case.objects.filter(procedure="penalty").values("organ").distinct().count() == 2


def test_cases_stand_in_many_phases() -> None:
    phases = set(Case.objects.filter(procedure="penalty").values_list("phase", flat=True))
    assert phases >= {"investigating", "notice", "execution", "transferred", "closed"}


def test_some_are_overdue_and_some_near_their_limit() -> None:
    red = open_cases().filter(due__lt=TODAY)
    assert red.filter(procedure="penalty").count() >= 4
    assert red.filter(procedure="disclosure_request").exists()
    assert red.filter(procedure="reconsideration").exists()
    assert open_cases().filter(due__gte=TODAY, warn_from__lte=TODAY).count() >= 3


def test_reconsiderations_run_by_the_law_of_their_day() -> None:
    old = Case.objects.filter(procedure="reconsideration", opened_on__year=2023)
    new = Case.objects.filter(procedure="reconsideration", opened_on__gte="2024-01-01")
    assert old.exists()
    assert new.exists()
    assert not set(old.values_list("definition", flat=True)) & set(new.values_list("definition", flat=True))


def test_an_order_is_answered_and_another_open_upon_a_case_that_is_still_overdue() -> None:
    orders = Case.objects.filter(procedure="supervision_order")
    assert orders.filter(phase="answered").exists()
    assert orders.filter(phase="working").exists()


def test_one_certificate_has_run_out() -> None:
    ended = Case.objects.filter(procedure="enforcement_certificate", phase="ended")
    assert ended.count() == 1


def test_nothing_lies_on_or_after_today() -> None:
    bodies = (bytes(x).decode() for x in Event.objects.values_list("body", flat=True))
    assert not [b for b in bodies if f'"recorded_at":"{TODAY}' in b and '"person":"system"' not in b]


def test_the_ledger_verifies_and_every_case_refolds() -> None:
    report = verify.verify(refold=refold)
    assert report.ok, report.first_bad
    assert report.events == report.sealed > 1000


def test_a_second_load_changes_nothing() -> None:
    before = Event.objects.count()
    told: list[str] = []
    assert demo.load(told.append, today=TODAY) == 0
    assert Event.objects.count() == before
    assert told == ["  演示案件已在，没有改动"]
