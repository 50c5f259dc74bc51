"""The pictures of the README, taken from the demo county; FAZHI_PICTURES=1 puts them into docs/screenshots/.

The same walk is a test: the pages are there and hold what the README says of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from .conftest import OUTPUT, ROOT

PLACE = ROOT / "docs" / "screenshots"


@pytest.fixture
def keep(shoot: Callable[..., Path]) -> Callable[[str], None]:
    def take(name: str) -> None:
        shoot(f"readme-{name}")
        if os.environ.get("FAZHI_PICTURES"):
            PLACE.mkdir(parents=True, exist_ok=True)
            shutil.copy(OUTPUT / f"readme-{name}.png", PLACE / f"{name}.png")

    return take


def test_workbench(sign_in: Any, keep: Any) -> None:
    page = sign_in("jiandu")
    assert page.get_by_text("发起督办").count() >= 1
    keep("workbench")


def test_a_red_case_with_its_clock(sign_in: Any, keep: Any) -> None:
    page = sign_in("zhifa1")
    page.goto("/cases/?procedure=penalty&light=overdue")
    page.locator("main table tbody a").first.click()
    page.wait_for_url("**/cases/*/")
    assert page.get_by_text("下一步").count() >= 1
    keep("case")
    page.goto(page.url + "?tab=clocks#tabs")
    assert "第六十条" in page.locator("#tabs").inner_text()
    page.locator("#tabs").scroll_into_view_if_needed()
    keep("clocks")


def test_a_plan_read_into_tasks(sign_in: Any, keep: Any) -> None:
    text = files("fazhi.plans").joinpath("data/demo_plan.txt").read_text("utf-8").replace("{year}", "2027")
    page = sign_in("sifa")
    page.goto("/plans/new/")
    page.set_input_files("#file", {"name": "计划.txt", "mimeType": "text/plain", "buffer": text.encode()})
    page.get_by_role("button", name="读取并开始核对").click()
    page.wait_for_url("**/review/**")
    keep("plan_review")


def test_figures_open_to_their_cases(sign_in: Any, keep: Any) -> None:
    page = sign_in("sifa")
    page.goto("/figures/")
    assert page.get_by_text("行政处罚").count() >= 1
    keep("figures")


def test_the_report_and_its_sources(sign_in: Any, keep: Any) -> None:
    page = sign_in("sifa")
    page.goto("/reports/")
    page.locator("main h2 a", has_text="安澜县人民政府").first.click()
    page.wait_for_url("**/reports/*/**")
    assert "主要举措" in page.locator("main").inner_text()
    keep("report")


def test_a_text_with_its_figures_checked(sign_in: Any, keep: Any) -> None:
    page = sign_in("sifa")
    page.goto("/check/")
    page.fill(
        "#text",
        "安澜县2025年矛盾纠纷化解情况\n今年以来，全县排查矛盾纠纷860件，同比下降6.5%，调解成功812件，成功率97.4%，比上年的91.2%提高5.9个百分点。\n"
        "其中婚姻家庭纠纷312件、邻里纠纷245件、劳动争议186件、其他117件。举办调解员培训12场次，培训640人次，投入经费18.5万元，平均办理期限7天。\n"
        "受理行政复议申请312件（含上年结转18件），审结286件，结转下年24件。行政机关负责人出庭应诉45件，应出庭48件，出庭率93.8%。",
    )
    page.get_by_role("button", name="开始核校").click()
    page.wait_for_selector("[data-checked]")
    page.locator("a.hit", has_text="97.4%").click()
    assert page.locator(".note details[open]", has_text="812÷860").count() == 1
    keep("check")
