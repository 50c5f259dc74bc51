"""核校 in a real browser: text and margin point at each other, by mouse and by keyboard, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import OFFICE, PHONE
from tests.web.test_browser import AXE, overflow, violations

FIRST = "安定县2025年法治政府建设年度报告\n一、主要做法。全县受理行政复议申请682件，较上年同期708件减少26件。\n排查纠纷500件，化解487件，化解率94.7%。\n全年登记512件，其中城区305件，镇区131件，乡区56件。资金1.5万元，历时3个月，比上年提高2.1个百分点。"
LAST = "安定县2024年法治政府建设年度报告\n全县受理行政复议申请711件。化解率96.2%。"


@pytest.fixture
def asked(sign_in: Callable[..., Any], tmp_path: Path) -> Any:
    page = sign_in("sifa")
    page.goto("/check/")
    for name, text in (("2025.txt", FIRST), ("2024.txt", LAST)):
        (tmp_path / name).write_text(text, "utf-8")
    return page


def check(page: Any, *files: Path) -> Any:
    page.set_input_files("#files", [str(file) for file in files])
    page.get_by_role("button", name="开始核校").click()
    page.wait_for_selector("[data-checked], [data-compared]")
    return page


def fine(page: Any) -> None:
    for size in (PHONE, OFFICE):
        page.set_viewport_size(size)
        assert overflow(page) == []
        assert not AXE.is_file() or violations(page) == []


def test_a_click_on_a_figure_opens_its_arithmetic(asked: Any, tmp_path: Path, shoot: Any) -> None:
    fine(asked)
    page = check(asked, tmp_path / "2025.txt")
    page.locator("a.hit", has_text="56").click()
    opened = page.locator(".note details[open]", has_text=re.compile("305.131.56"))
    opened.wait_for()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.locator(".hit.is-lit").all_inner_texts() == ["512", "305", "131", "56"]
    fine(page)
    assert shoot("check").exists()


def test_findings_are_reached_by_the_keyboard(asked: Any, tmp_path: Path) -> None:
    page = check(asked, tmp_path / "2025.txt")
    page.locator("a.hit", has_text="94.7%").focus()
    page.keyboard.press("Enter")
    page.locator(".note details[open]", has_text="487÷500").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#at-")


def test_files_are_taken_over_from_the_desk_and_a_download_can_be_repeated(
    asked: Any, tmp_path: Path
) -> None:
    dropped = asked.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], '拖入.txt')); return data; }",
        FIRST,
    )
    asked.dispatch_event("[data-dropzone]", "drop", {"dataTransfer": dropped})
    asked.get_by_text("拖入.txt").wait_for()
    asked.get_by_role("button", name="开始核校").click()
    asked.wait_for_selector("[data-checked]")
    for name in ("带批注的 .docx", "JSON", "带批注的 .docx"):
        with asked.expect_download() as started:
            asked.get_by_role("button", name=name).click()
        assert started.value.suggested_filename.startswith("拖入-核校.")


def test_a_chosen_file_is_named_with_its_size_and_one_of_another_kind_is_not_taken(
    asked: Any, tmp_path: Path
) -> None:
    (tmp_path / "年报.txt").write_text("一" * 1000)
    asked.set_input_files("#files", str(tmp_path / "年报.txt"))
    assert asked.locator("[data-filepick-files] li").all_inner_texts() == ["年报.txt（3 KB）"]
    dropped = asked.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], '程序.exe')); return data; }"
    )
    asked.dispatch_event("[data-dropzone]", "drop", {"dataTransfer": dropped})
    told = asked.locator("[data-filepick-files] li.is-wrong")
    assert told.inner_text().startswith("程序.exe：没有放入")
    assert asked.evaluate("document.getElementById('files').files.length") == 1
    asked.locator("#files").focus()
    assert asked.evaluate("getComputedStyle(document.querySelector('.dropzone')).outlineStyle") == "solid"


def test_two_reports_stand_side_by_side(asked: Any, tmp_path: Path, shoot: Any) -> None:
    page = check(asked, tmp_path / "2025.txt", tmp_path / "2024.txt")
    assert page.get_by_text("自己写的是711件").count() == 1
    fine(page)
    assert shoot("compare").exists()
    page.get_by_role("button", name="查看2025.txt").click()
    page.wait_for_selector("[data-checked]")
    assert page.locator("h1").inner_text() == "2025.txt"
