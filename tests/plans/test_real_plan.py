"""A county's real 实施意见, from its text to 21 cases; its organs are looked up in the demo county's register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.demo_county import TODAY
from tests.plans.build import NOW, clerk, done, kept, person, task

from fazhi.cases import store
from fazhi.organs.models import Organ
from fazhi.plans import acceptance, matching, review
from fazhi.plans.models import Plan

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "dev"
pytestmark = pytest.mark.usefixtures("demo_county")


@pytest.fixture
def plan(demo_county: Path) -> Plan:
    found = sorted(FOLDER.glob("004_*.txt"))
    if not found:
        pytest.skip("没有真实计划的文本（../shared/corpus/dev），跳过")
    return kept(found[0].read_text("utf-8"), "实施意见.txt")


def test_all_names_but_collective_and_foreign_ones_are_matched_without_a_person(plan: Plan) -> None:
    assert plan.tasks.count() == 21
    assert matching.unmatched(plan) == ["各乡镇", "县属各有关单位", "各乡镇人民政府", "市生态环境局嵊泗分局"]
    assert plan.targets.filter(task=None).exists()


def test_it_is_handed_out_as_21_cases(plan: Plan) -> None:
    for name in matching.unmatched(plan):
        choice = matching.EXPAND if name.startswith("各乡镇") else matching.KEEP
        review.match(plan, name, choice, TODAY)
    for row in plan.tasks.all():
        review.save(row.pk, done(row), person(), TODAY)
    goals = [replace(review.target_as_it_stands(t), bind="manual") for t in plan.targets.filter(task=None)]
    review.save_goals(plan.pk, goals)
    assert acceptance.accept(plan, clerk(), NOW) == 21
    leads = {}
    for row in plan.tasks.all():
        state = store.read(row.case).state  # type: ignore[union-attr]
        assert state is not None
        leads[row.number] = [Organ.objects.get(pk=x).short_name for x in state.sides["lead"]]
    assert leads["7"] == ["县司法局"]
    assert leads["9"] == ["县府办"]
    assert (
        len(leads["11"]) == 10
    )  # 按职责落实: eleven are named, one of them belongs to another county's register
    assert len(store.read(task(plan, "2").case).state.sides["cooperating"]) > 7  # type: ignore[union-attr]
