"""Where a due date comes from, and what moves with the plan's year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.demo_county import TODAY
from tests.plans.build import kept, task

from fazhi.plans import dating, review
from fazhi.plans.errors import NotReady
from fazhi.plans.models import PlanTask
from fazhi.plans.origin import Origin, of, reread

END = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "due", "found"),
    [
        ("2026年12月31日前，完成甲事。", END, Origin("written", "2026年12月31日前")),
        ("年底前完成甲事。", END, Origin("relative", "年底前", 2026)),
        ("6月底前完成甲事；年底前完成乙事。", date(2026, 6, 30), Origin("relative", "6月底前", 2026)),
        ("明年6月底前完成。", date(2027, 6, 30), Origin("relative", "明年6月底前", 2026)),
        ("到2027年底完成，年底前总结。", date(2027, 12, 31), Origin("written", "2027年底")),
        ("每年12月底前报告。", END, Origin("unsaid")),
        ("完成甲事。", END, Origin("unsaid")),
    ],
)
def test_the_words_that_name_a_day_are_found(text: str, due: date, found: Origin) -> None:
    assert of(text, due) == found


def test_only_words_without_a_year_follow_another_year() -> None:
    assert reread("6月底前完成甲事。", date(2026, 6, 30), 2026, 2027) == date(2027, 6, 30)
    assert reread("2026年6月底前完成甲事。", date(2026, 6, 30), 2026, 2027) is None


PLAN = """安澜县2026年工作要点
一、重点任务
1.甲任务。6月底前审核率达到90%以上。（县司法局）
2.乙任务。（责任单位：县司法局；完成时限：2026年底前）
3.丙任务。（责任单位：县司法局；完成时限：年底前）
"""


@pytest.mark.usefixtures("demo_county")
def test_the_plans_last_day_moves_no_date_and_its_year_moves_those_without_one() -> None:
    plan = kept(PLAN)
    assert dating.year(plan) == (2026, 3)
    third = task(plan, "3")
    edit = review.as_it_stands(third)
    review.save(third.pk, replace(edit, due="2026-11-11"), person=None, today=TODAY)
    assert dating.year(plan) == (2026, 2)  # the clerk's own day is his

    def dues() -> list[str]:
        rows = PlanTask.objects.filter(plan=plan).order_by("order")
        return [str(r.due) for r in rows] + [str(t.due) for t in plan.targets.all()]

    before = dues()
    assert review.save_goals(plan.pk, [], "2027-12-31") == 0
    assert dues() == before
    assert review.save_goals(plan.pk, [], "2027-12-31", "2026") == 0
    assert review.save_goals(plan.pk, [], "2027-12-31", "2027") == 2
    assert dues() == ["2027-06-30", "2026-12-31", "2026-11-11", "2027-06-30"]
    with pytest.raises(NotReady):
        review.save_goals(plan.pk, [], "2027-12-31", "二七年")
