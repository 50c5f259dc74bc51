"""A plan that was read is kept as a draft: every name, every target, where they stand in the text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.plans.build import TEXT, kept, task

from fazhi.errors import UserError
from fazhi.plans import keeping, matching
from fazhi.plans.errors import PlanError
from fazhi.plans.models import Plan, TaskOrgan

pytestmark = pytest.mark.usefixtures("demo_county")


def test_the_draft_has_every_task_organ_and_target() -> None:
    plan = kept()
    assert (plan.title, plan.number, plan.status) == (
        "安澜县2026年行政执法工作要点",
        "安法治办〔2026〕7号",
        "draft",
    )
    assert [t.number for t in plan.tasks.all()] == ["1", "2", "3"]
    first = task(plan, "1")
    assert [(o.name, o.place) for o in first.organs.all()] == [
        ("县市场监管局", "lead"), ("县综合执法大队", "cooperating"), ("县司法局", "cooperating"),
    ]  # fmt: skip
    target = first.targets.get()
    assert (target.op, target.value, target.unit, target.due) == (">=", Decimal(98), "%", date(2026, 12, 31))
    assert plan.text[target.start : target.end] == target.text


def test_a_name_that_means_one_organ_is_matched_and_all_others_wait_for_a_person() -> None:
    plan = kept()
    rows = {o.name: o.decision for t in plan.tasks.all() for o in t.organs.all()}
    assert rows["县市场监管局"] == TaskOrgan.Decision.MATCHED
    assert matching.unmatched(plan) == ["县综合执法大队", "各乡镇人民政府"]


def test_where_nobody_leads_everybody_does() -> None:
    shared = task(kept(), "3")
    assert shared.shared
    assert {o.place for o in shared.organs.all()} == {"lead"}


def test_a_task_without_a_day_of_its_own_takes_the_last_of_its_targets() -> None:
    plan = kept()
    assert task(plan, "1").due == date(2026, 12, 31)
    assert task(plan, "2").due is None
    assert plan.due == date(2026, 12, 31)


def test_the_same_text_is_not_imported_twice_but_again_after_it_was_discarded() -> None:
    plan = kept()
    with pytest.raises(PlanError, match="已于 2026-11-21 导入，正在核对"):
        kept(name="另一个名字.txt")
    keeping.discard(plan)
    assert not Plan.objects.filter(pk=plan.pk).exists()
    kept()


def test_what_is_no_plan_leaves_nothing_behind() -> None:
    before = Plan.objects.count()
    with pytest.raises(UserError):
        kept("今天天气很好。", "天气.txt")
    with pytest.raises(UserError):
        kept(TEXT, "要点.pdf")
    assert Plan.objects.count() == before


def test_a_collective_name_offers_to_be_expanded_and_an_unknown_one_offers_what_is_near() -> None:
    from tests.demo_county import TODAY

    from fazhi.organs.resolve import Directory

    plan = kept()
    directory = Directory(plan.county)
    rows = {o.name: o for t in plan.tasks.all() for o in t.organs.all()}
    collective = [c.title for c in matching.choices(rows["各乡镇人民政府"], directory, TODAY, [])]
    assert any("展开为 7 个单位" in title for title in collective)
    near = [
        c.title for c in matching.choices(rows["县综合执法大队"], directory, TODAY, []) if c.group == "建议"
    ]
    assert any("综合行政执法局" in title for title in near)
    assert any("只保留原文" in title for title in near)
