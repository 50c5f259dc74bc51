"""Targets and their figures: what is compared, over which days, and that values move with the cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.demo_county import TODAY
from tests.plans.build import NOW, clerk, kept, person, reviewed, task

from fazhi.cases import service
from fazhi.figures import query
from fazhi.ledger import seal
from fazhi.organs.models import Organ
from fazhi.plans import acceptance, binding, measure, review
from fazhi.plans.models import Plan, PlanTarget
from fazhi.procedures import Command


@pytest.mark.parametrize(
    ("value", "op", "wanted", "holds"),
    [
        ("95", ">=", "95", True), ("94.99", ">=", "95", False), ("95", ">", "95", False), ("3", "<=", "3", True),
        ("3", "<", "3", False), ("100.00", "=", "100", True), ("99.99", "=", "100", False),
    ],
)  # fmt: skip
def test_a_value_is_held_against_the_target(value: str, op: str, wanted: str, holds: bool) -> None:
    assert measure.holds(Decimal(value), op, Decimal(wanted)) is holds


@pytest.mark.parametrize(
    ("target", "figure", "factor"),
    [
        ("%", "%", "1"), ("万元", "元", "0.0001"), ("元", "万元", "10000"), ("个", "件", "1"), ("名", "人", "1"),
        ("%", "件", None), ("天", "件", None), ("元", "件", None),
    ],
)  # fmt: skip
def test_units_are_converted_or_cannot_be_compared(target: str, figure: str, factor: str | None) -> None:
    assert binding.factor(target, figure) == (None if factor is None else Decimal(factor))


@pytest.mark.parametrize(
    ("span", "due", "period"),
    [
        ("year", date(2026, 12, 31), "2026"), ("year", None, "2026"), ("year", date(2025, 6, 30), "2025"),
        ("since", date(2026, 12, 31), "2026-02-01:2026-11-21"), ("since", date(2026, 6, 30), "2026-02-01:2026-06-30"),
        ("since", date(2025, 6, 30), "2025"),
    ],
)  # fmt: skip
def test_the_figure_is_asked_about_the_targets_own_days(span: str, due: date | None, period: str) -> None:
    target = PlanTarget(plan=Plan(issued_on=date(2026, 2, 1)), span=span, due=due)
    assert measure.period_of(target, TODAY) == period


@pytest.mark.parametrize(
    ("text", "title", "length"),
    [("法制审核率达到100%", "法制审核率", 5), ("甲乙", "丙丁", 0), ("办结率", "按期办结率", 3)],
)
def test_likeness_is_the_longest_run_in_common(text: str, title: str, length: int) -> None:
    assert binding.likeness(text, title) == length


@pytest.mark.usefixtures("demo_county")
class TestInTheCounty:
    def test_likely_figures_come_first_and_units_that_do_not_fit_are_not_offered(self) -> None:
        target = task(kept(), "1").targets.get()
        choices = binding.choices(target)
        assert "penalty.on_time" in [c.value for c in choices if c.group == "可能相关"]
        assert not {"penalty.money", "penalty.filed"} & {c.value for c in choices}

    def test_a_bound_target_reads_what_the_figures_page_says(self) -> None:
        plan = reviewed()
        target = task(plan, "1").targets.get()
        read = measure.readings([target], plan.county_id, TODAY)[target.pk]
        value = query.figures(plan.county_id, "2026", only=["penalty.on_time"])[0]
        assert value.value is not None
        assert (read.value, read.cases, read.period) == (Decimal(value.value), value.cases, "2026")
        assert read.status == measure.OPEN  # 98% is not reached, and the year is not over

    def test_a_target_whose_day_has_passed_is_late(self) -> None:
        plan = reviewed()
        target = task(plan, "1").targets.get()
        target.due = date(2026, 10, 31)
        assert measure.readings([target], plan.county_id, TODAY)[target.pk].status == measure.LATE

    def test_the_value_moves_when_a_case_moves(self) -> None:
        plan = kept()
        row = task(plan, "2")
        edit = replace(review.as_it_stands(row), done=False, targets=[
            review.TargetEdit(None, ">=", "100", "件", "2026-12-31", "penalty.filed", text="立案不少于100件")])  # fmt: skip
        review.save(row.pk, edit, person(), TODAY)
        target = row.targets.get()

        def now() -> Decimal:
            seal.seal()  # as the worker does, a second later at most
            found = measure.readings([target], plan.county_id, TODAY)[target.pk].value
            assert found is not None
            return found

        before = now()
        case = _file_a_case()
        assert now() == before  # proposed, not filed
        service.run(Command("agree", on=TODAY), clerk("juzhang1", "head"), case=case, now=NOW)
        assert now() == before + 1

    def test_a_figure_that_is_no_more_reads_as_no_data(self) -> None:
        plan = reviewed()
        target = task(plan, "1").targets.get()
        target.figure = "penalty.gone"
        assert measure.readings([target], plan.county_id, TODAY)[target.pk].status == measure.UNKNOWN

    def test_a_target_by_hand_says_so(self) -> None:
        plan = kept()
        target = task(plan, "1").targets.get()
        target.state = PlanTarget.State.MANUAL
        assert measure.readings([target], plan.county_id, TODAY)[target.pk].status == measure.MANUAL

    def test_a_scope_takes_the_figure_of_that_organ_alone(self) -> None:
        plan = reviewed()
        target = task(plan, "1").targets.get()
        target.scope = Organ.objects.get(code="zfj").pk
        read = measure.readings([target], plan.county_id, TODAY)[target.pk]
        whole = query.figures(plan.county_id, "2026", only=["penalty.on_time"])[0]
        assert 0 < read.cases < whole.cases

    def test_handing_out_moves_the_figure_of_tasks(self) -> None:
        before = query.figures("339821", "2026", only=["plan_task.total"])[0]
        acceptance.accept(reviewed(), clerk(), NOW)
        seal.seal()
        after = query.figures("339821", "2026", only=["plan_task.total"])[0]
        assert int(after.value or 0) == int(before.value or 0) + 3


def _file_a_case() -> str:
    from fazhi.organs.models import Party

    officers = [person(name).pk for name in ("zhifa1", "zhifa2")]
    values = {
        "party": [Party.objects.filter(kind="enterprise").first().pk], "cause": "food_expired", "source": "inspection",  # type: ignore[union-attr]
        "found_on": "2026-11-20", "officers": officers,
    }  # fmt: skip
    command = Command("act", action="file", on=TODAY, values=values)
    return service.run(command, clerk("zhifa1", "handler"), procedure="penalty", now=NOW).case
