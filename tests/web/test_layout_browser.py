"""版式检查 in a real browser: a file is chosen, its findings are a table, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.documents.test_check import good, paragraph
from tests.web.test_check_browser import fine


def test_findings_are_a_table_that_fits_desk_and_phone(
    sign_in: Callable[..., Any], tmp_path: Path, shoot: Callable[..., Path]
) -> None:
    document = good()
    for text in ("某政发[2026]1号", "2026年03月05日"):
        paragraph(document, text)
    document.sections[0].top_margin = 914400
    document.save(str(tmp_path / "通知.docx"))
    page = sign_in("sifa")
    page.goto("/layout/")
    fine(page)
    page.set_input_files("#files", str(tmp_path / "通知.docx"))
    page.get_by_role("button", name="开始检查").click()
    page.get_by_text("有 3 处不符合").wait_for()
    assert page.locator("tbody tr").count() == 3
    fine(page)
    assert shoot("layout").exists()
