"""The board: tasks by their cases, as far as the viewer may know of them, and targets by their figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.demo_county import TODAY
from tests.plans.build import NOW, clerk, kept, reviewed, task

from fazhi.cases import service
from fazhi.plans import acceptance, board, measure
from fazhi.plans.board import Board, Filters
from fazhi.plans.models import Plan
from fazhi.procedures import Command

pytestmark = pytest.mark.usefixtures("demo_county")


@pytest.fixture
def plan(demo_county: object) -> Plan:
    found = reviewed()
    acceptance.accept(found, clerk(), NOW)
    return Plan.objects.get(pk=found.pk)


def seen(plan: Plan, who: str = "sifa", role: str = "clerk", days: int = 0, **filters: str) -> Board:
    return board.of_plan(plan, clerk(who, role), TODAY + timedelta(days=days), Filters(**filters))


def test_every_task_has_its_case_its_lead_and_its_targets(plan: Plan) -> None:
    found = seen(plan)
    assert (found.total, found.hidden) == (3, 0)
    first = found.lines[0]
    assert [name for _, name in first.leads] == ["县市场监管局"]
    assert (first.along, len(first.targets), first.met) == (2, 1, 0)
    assert found.phases == {"assigned": 3}
    assert found.goals[0][1].title == "法定期限按期办结率"
    assert found.target_count == 2


def test_it_follows_the_case(plan: Plan) -> None:
    service.run(
        Command("act", action="sign_in", on=TODAY), clerk("wenshu1"), case=task(plan, "1").case, now=NOW
    )
    assert seen(plan).phases == {"assigned": 2, "working": 1}


def test_lights_turn_with_the_day(plan: Plan) -> None:
    assert seen(plan).lights == {"normal": 3}
    assert seen(plan, days=60).lights == {"overdue": 3}


def test_it_is_filtered_by_lead_phase_light_and_words(plan: Plan) -> None:
    lead = next(id for id, name in seen(plan).leads if name == "县市场监管局")
    assert [x.task.number for x in seen(plan, lead=lead).lines] == ["1"]
    assert [x.task.number for x in seen(plan, q="审核").lines] == ["2"]
    assert seen(plan, phase="closed").lines == []
    assert len(seen(plan, light="overdue", days=60).lines) == 3


def test_who_takes_no_part_sees_the_task_but_not_its_case(plan: Plan) -> None:
    found = seen(plan, "fagai")
    assert (found.total, found.hidden) == (3, 3)
    assert all(line.found is None for line in found.lines)
    assert found.phases == {}
    assert found.goals[0][1].status in (measure.MET, measure.OPEN)  # a figure is the same for everyone


def test_the_number_of_statements_does_not_grow_with_the_tasks(plan: Plan) -> None:
    text = "安澜县2026年任务分解\n2026年底前，按期办结率达到90%以上。\n" + "".join(
        f"{n}.第{n}项工作。2026年底前，法制审核率达到{80 + n}%以上。（县司法局、县财政局）\n"
        for n in range(1, 13)
    )
    larger = reviewed(kept(text, "分解.txt"))
    acceptance.accept(larger, clerk(), NOW)
    larger = Plan.objects.get(pk=larger.pk)
    counts = []
    for one in (plan, larger):
        seen(one)
        with CaptureQueriesContext(connection) as asked:
            found = seen(one)
        counts.append(len(asked))
    assert found.total == 12
    assert counts[0] == counts[1] <= 25
