"""Handing a plan out: each task becomes a case of plan_task, all or none, by a person of the office."""

from __future__ import annotations

import pytest
from tests.plans.build import NOW, clerk, kept, reviewed, task

from fazhi.cases import store
from fazhi.cases.errors import CaseError
from fazhi.cases.models import Case
from fazhi.organs.models import Organ
from fazhi.plans import acceptance
from fazhi.plans.errors import NotReady, PlanError
from fazhi.plans.models import Plan, PlanTask

pytestmark = pytest.mark.usefixtures("demo_county")


def organ(code: str) -> str:
    return str(Organ.objects.get(code=code).pk)


def test_each_task_becomes_a_case_with_its_organs_and_its_day() -> None:
    plan = reviewed()
    assert acceptance.accept(plan, clerk(), NOW) == 3
    row = store.read(task(plan, "1").case)
    assert row is not None
    assert row.state is not None
    assert (row.procedure, row.phase) == ("plan_task", "assigned")
    assert row.state.sides["office"] == [organ("sfj")]
    assert row.state.sides["lead"] == [organ("scj")]
    assert row.state.sides["cooperating"] == [organ("zfj"), organ("sfj")]
    assert row.state.values["due"] == "2026-12-31"
    assert row.state.values["number"] == 1
    assert row.state.values["plan"] == "安澜县2026年行政执法工作要点（安法治办〔2026〕7号）"


def test_an_expanded_name_brings_all_its_organs_and_shared_tasks_all_leads() -> None:
    plan = reviewed()
    acceptance.accept(plan, clerk(), NOW)
    second, third = (store.read(task(plan, n).case) for n in "23")
    assert second is not None and second.state is not None  # noqa: PT018
    assert third is not None and third.state is not None  # noqa: PT018
    assert len(second.state.sides["cooperating"]) == 7
    assert third.state.sides["lead"] == [organ("gaj"), organ("jyj")]


def test_a_plan_that_is_not_reviewed_is_not_handed_out_and_says_why() -> None:
    plan = kept()
    before = Case.objects.count()
    with pytest.raises(NotReady) as caught:
        acceptance.accept(plan, clerk(), NOW)
    said = "\n".join(caught.value.lines())
    assert "任务1：还没有核对。" in said
    assert "任务1：“县综合执法大队”还没有匹配到单位。" in said
    assert "总体目标" in said
    assert Case.objects.count() == before


def test_all_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, before = reviewed(), Case.objects.count()
    sides = acceptance._sides
    monkeypatch.setattr(
        acceptance,
        "_sides",
        lambda p, t: {**sides(p, t), "lead": ["0" * 32]} if t.number == "3" else sides(p, t),
    )
    with pytest.raises(CaseError):
        acceptance.accept(plan, clerk(), NOW)
    assert Case.objects.count() == before
    assert Plan.objects.get(pk=plan.pk).status == "draft"
    assert not PlanTask.objects.filter(plan=plan).exclude(case="").exists()


def test_only_the_office_that_imported_it_hands_it_out_and_only_once() -> None:
    plan = reviewed()
    with pytest.raises(PlanError, match="由县司法局核对"):
        acceptance.accept(plan, clerk("wenshu1"), NOW)
    acceptance.accept(plan, clerk(), NOW)
    with pytest.raises(PlanError, match="已于 2026-11-21 交办"):
        acceptance.accept(plan, clerk(), NOW)


def test_what_was_set_aside_is_not_handed_out() -> None:
    from tests.plans.build import person

    from fazhi.plans import review

    plan = reviewed()
    row = task(plan, "3")
    review.drop(row.pk, row.version, person())
    assert acceptance.accept(plan, clerk(), NOW) == 2
    assert task(plan, "3").case == ""


@pytest.mark.parametrize(
    ("written", "number"), [("1", 1), ("十二", 12), ("第三条", 3), ("三之二", None), ("", None)]
)
def test_the_number_is_kept_where_it_is_one(written: str, number: int | None) -> None:
    assert acceptance._number(written) == number
