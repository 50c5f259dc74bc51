"""Reviewing a draft: corrections, matching, binding; a task counts as reviewed only when nothing is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.demo_county import TODAY
from tests.plans.build import done, kept, person, reviewed, task

from fazhi.organs.models import Organ
from fazhi.plans import acceptance, matching, review
from fazhi.plans.errors import Changed, NotReady, PlanError
from fazhi.plans.models import Plan, PlanTarget, PlanTask, TaskOrgan

pytestmark = pytest.mark.usefixtures("demo_county")


def said(caught: pytest.ExceptionInfo[NotReady]) -> dict[str, str]:
    return {p.field: p.message for p in caught.value.problems}


def test_a_task_with_open_names_and_targets_is_not_reviewed() -> None:
    row = task(kept(), "1")
    with pytest.raises(NotReady) as caught:
        review.save(row.pk, review.as_it_stands(row), person(), TODAY)
    assert said(caught) == {
        "organ-1": "“县综合执法大队”还没有匹配到单位。",
        "target-0-bind": f"目标“{row.targets.get().text}”还没有绑定指标。",
    }
    assert PlanTask.objects.get(pk=row.pk).state == "open"


def test_saving_without_the_word_that_it_is_right_keeps_it_open() -> None:
    row = task(kept(), "1")
    edit = replace(review.as_it_stands(row), title="管住办案期限", due="2026-11-30", done=False)
    saved = review.save(row.pk, edit, person(), TODAY).task
    assert (saved.title, saved.due, saved.state) == ("管住办案期限", date(2026, 11, 30), "open")


def test_a_name_that_is_matched_once_is_matched_wherever_it_stands_open() -> None:
    text = "安澜县2026年工作要点\n1.甲任务。（县综合执法大队、县司法局）\n2.乙任务。（县司法局、县综合执法大队）\n"
    plan = kept(text)
    row, zfj = task(plan, "1"), Organ.objects.get(code="zfj")
    edit = review.as_it_stands(row)
    organs = [replace(o, choice=zfj.pk) if n == 0 else o for n, o in enumerate(edit.organs)]
    saved = review.save(row.pk, replace(edit, organs=organs, due="2026-12-31"), person(), TODAY)
    assert saved.spread == 1
    assert matching.unmatched(plan) == []


def test_a_collective_name_is_expanded_on_request_only() -> None:
    plan = kept()
    review.match(plan, "各乡镇人民政府", matching.EXPAND, TODAY)
    row = TaskOrgan.objects.get(task__plan=plan, name="各乡镇人民政府")
    assert (row.decision, len(row.organs)) == ("expanded", 7)
    with pytest.raises(PlanError, match="不能这样匹配"):
        review.match(plan, "县综合执法大队", matching.EXPAND, TODAY)


def test_a_stale_edit_is_refused() -> None:
    row = task(kept(), "2")
    review.save(row.pk, replace(done(row), done=False, title="别人改的"), person(), TODAY)
    with pytest.raises(Changed, match="由许明德改动"):
        review.save(row.pk, replace(done(row), done=False, title="我改的"), person(), TODAY)
    assert PlanTask.objects.get(pk=row.pk).title == "别人改的"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "很多"}, "target-0-value"),
        ({"op": "约"}, "target-0-op"),
        ({"due": "2026-02-30"}, "target-0-due"),
        ({"bind": "没有的指标"}, "target-0-bind"),
        ({"bind": "penalty.money"}, "target-0-unit"),
        ({"value": "1e400"}, "target-0-value"),
    ],
)
def test_a_wrong_target_is_refused_at_its_field(changes: dict[str, str], field: str) -> None:
    row = task(kept(), "1")
    edit = review.as_it_stands(row)
    with pytest.raises(NotReady) as caught:
        review.save(
            row.pk, replace(edit, done=False, targets=[replace(edit.targets[0], **changes)]), person(), TODAY
        )
    assert field in said(caught)


def test_an_empty_title_and_an_impossible_day_are_refused() -> None:
    row = task(kept(), "2")
    with pytest.raises(NotReady) as caught:
        review.save(row.pk, replace(done(row), title=" ", due="2026-13-01"), person(), TODAY)
    assert {"title", "due"} <= set(said(caught))


def test_an_organ_and_a_target_can_be_added() -> None:
    row, czj = task(kept(), "2"), Organ.objects.get(code="czj")
    edit = replace(
        review.as_it_stands(row), done=False,
        organs=[*review.as_it_stands(row).organs, review.OrganEdit(None, czj.pk, "cooperating")],
        targets=[review.TargetEdit(None, ">=", "3", "件", "2026-12-31", "penalty.decided", text="决定不少于3件")],
    )  # fmt: skip
    review.save(row.pk, edit, person(), TODAY)
    assert row.organs.get(name="县财政局").organs == [czj.pk]
    assert row.targets.get().figure == "penalty.decided"


def test_what_is_no_task_is_set_aside_and_can_come_back() -> None:
    row = task(kept(), "3")
    assert review.drop(row.pk, row.version, person()).state == "dropped"
    assert review.drop(row.pk, row.version + 1, person(), back=True).state == "open"
    with pytest.raises(Changed):
        review.drop(row.pk, row.version, person())


def test_progress_counts_reviewed_and_set_aside() -> None:
    plan = kept()
    row = task(plan, "3")
    review.drop(row.pk, row.version, person())
    assert review.progress(plan) == (1, 3)
    assert review.progress(reviewed(plan)) == (3, 3)


def test_nothing_is_reviewed_any_more_once_it_is_handed_out() -> None:
    from tests.plans.build import NOW, clerk

    plan = reviewed()
    acceptance.accept(plan, clerk(), NOW)
    row = task(plan, "1")
    for change in (
        lambda: review.save(row.pk, done(row), person(), TODAY),
        lambda: review.drop(row.pk, row.version, person()),
        lambda: review.save_goals(plan.pk, [], "2027-01-01"),
        lambda: review.match(Plan.objects.get(pk=plan.pk), "县司法局", "keep", TODAY),
    ):
        with pytest.raises(PlanError, match="已经交办"):
            change()


def test_goals_of_the_general_part_are_bound_on_their_own() -> None:
    plan = kept()
    goal = plan.targets.get(task=None)
    review.save_goals(plan.pk, [replace(review.target_as_it_stands(goal), bind="county.limits_on_time")])
    assert PlanTarget.objects.get(pk=goal.pk).figure == "county.limits_on_time"


def test_the_last_day_and_the_goals_are_saved_together_or_not_at_all() -> None:
    plan = kept()
    goal = review.target_as_it_stands(plan.targets.get(task=None))
    with pytest.raises(NotReady) as caught:
        review.save_goals(plan.pk, [replace(goal, bind="manual")], "2027-02-30")
    assert list(said(caught)) == ["plan-due"]
    assert PlanTarget.objects.get(pk=goal.id).state == "open"
    review.save_goals(plan.pk, [replace(goal, bind="manual")], "2027-02-28")
    assert PlanTarget.objects.get(pk=goal.id).state == "manual"
    assert Plan.objects.get(pk=plan.pk).due == date(2027, 2, 28)
