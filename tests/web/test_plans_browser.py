"""Plans and reports in a real browser: the keyboard, the phone, and pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.plans.build import TEXT
from tests.web.conftest import PHONE
from tests.web.test_browser import AXE, overflow, violations


@pytest.fixture
def plan(sign_in: Callable[..., Any], tmp_path: Path) -> Any:
    """The review screen of a plan that was just uploaded; where an earlier test has uploaded it, of that."""
    page = sign_in("sifa")
    page.goto("/plans/")
    if page.get_by_text("安澜县2026年行政执法工作要点").count() == 0:
        file = tmp_path / "要点.txt"
        file.write_text(TEXT, "utf-8")
        page.goto("/plans/new/")
        page.set_input_files("#file", str(file))
        page.get_by_role("button", name="读取并开始核对").click()
    else:
        page.get_by_role("link", name="继续核对").first.click()
    page.wait_for_selector("[data-review]")
    return page


def test_a_task_is_reviewed_with_the_keyboard_alone(plan: Any) -> None:
    page = plan
    page.goto(page.url.partition("?")[0] + "?task=1")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator("#organ-1").select_option(index=1)  # the first that is offered
    page.select_option("#target-0-bind", "penalty.on_time")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/?task=2")
    assert page.locator(".plan-meter strong").inner_text() == "1/3"
    page.keyboard.press("Alt+k")
    page.wait_for_url("**/review/?task=1")
    page.keyboard.press("Alt+j")
    page.wait_for_url("**/review/?task=2")


def test_the_passage_in_question_is_in_sight(plan: Any) -> None:
    page = plan
    page.goto(page.url.partition("?")[0] + "?task=3")
    seen = page.evaluate(
        "() => { const pane = document.querySelector('[data-review-text]').getBoundingClientRect();"
        " const task = document.querySelector('.is-current').getBoundingClientRect();"
        " return task.top >= pane.top - 1 && task.top < pane.bottom; }"
    )
    assert seen


def test_pictures_of_review(plan: Any, shoot: Callable[..., Path]) -> None:
    plan.goto(plan.url.partition("?")[0] + "?task=1")
    plan.set_viewport_size(PHONE)
    assert overflow(plan) == []
    assert not AXE.is_file() or violations(plan) == []
    assert shoot("plan-review").exists()


def test_the_board_lives_at_once(sign_in: Callable[..., Any], shoot: Callable[..., Path]) -> None:
    page = sign_in("sifa")
    page.goto("/plans/")
    page.get_by_role("link", name="重点任务分解").first.click()
    page.wait_for_selector("#plan-board table")
    assert page.locator("#targets .reading").count() >= 6
    page.select_option("#f-light", "overdue")
    page.wait_for_url("**light=overdue**")
    page.wait_for_function("document.querySelectorAll('#plan-board table')[0].rows.length === 2")
    page.go_back()
    page.wait_for_url(lambda url: "light=" not in url)
    page.wait_for_load_state("networkidle")
    page.set_viewport_size(PHONE)
    assert overflow(page) == []
    assert not AXE.is_file() or violations(page) == []
    shoot("plan-board")


def test_the_report_editor(sign_in: Callable[..., Any], shoot: Callable[..., Path]) -> None:
    page = sign_in("sifa")
    page.goto("/reports/")
    page.get_by_role("button", name="启动编制").click()
    page.wait_for_selector(".outline")
    page.locator(".para:has(.blank)", has_text="其他主要举措").first.get_by_role("link", name="修改").click()
    text = page.locator("[data-report-text]")
    text.fill("培训12场，立案")
    page.select_option("#insert", "行政处罚立案数")
    page.get_by_role("button", name="插入", exact=True).click()
    assert text.input_value() == "培训12场，立案【行政处罚立案数】"
    page.get_by_role("button", name="保存这一段").click()
    page.wait_for_selector(".untied")
    assert page.locator(".outline__loose").inner_text() == "未关联 1"
    shoot("report-editor")
    page.set_viewport_size(PHONE)
    assert overflow(page) == []
    page.evaluate("scrollTo(0, 0)")  # what lies under the sticky header is no small target
    assert not AXE.is_file() or violations(page) == []
