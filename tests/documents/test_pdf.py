"""PDF where the machine can; else words for the button that say what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.documents import samples

from fazhi.documents import pdf


def test_a_machine_without_browser_and_fonts_is_told_what_to_install() -> None:
    lacks = pdf.missing(lambda: None, lambda: [])
    assert len(lacks) == 2
    assert "chromium" in lacks[0]
    assert "fonts-noto-cjk" in lacks[1]
    assert pdf.missing(lambda: "browser", lambda: ["Noto Serif CJK SC"]) == []


def test_fonts_that_cannot_be_counted_are_not_called_missing() -> None:
    assert pdf.missing(lambda: "browser", lambda: None) == []


def test_the_preview_says_which_faces_are_replaced() -> None:
    assert pdf.substituted(lambda: ["仿宋_GB2312", "方正小标宋简体"]) == ""
    told = pdf.substituted(lambda: ["仿宋", "Noto Serif CJK SC"])
    assert "没有小标宋字体" in told
    assert ".docx" in told


def test_without_a_browser_rendering_is_refused_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pdf.BROWSER, "no-such-browser-anywhere")
    with pytest.raises(pdf.PdfError, match="没有浏览器 chromium"):
        pdf.render(samples.decision())


def test_a_browser_that_prints_nothing_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    if pdf.chinese_fonts() == []:
        pytest.skip("没有中文字体")
    monkeypatch.setenv(pdf.BROWSER, "true")
    with pytest.raises(pdf.PdfError, match="没有生成PDF"):
        pdf.render(samples.decision())


def test_a_browser_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "slow"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv(pdf.BROWSER, str(program))
    monkeypatch.setattr(pdf, "_TIMEOUT", 0.2)
    with pytest.raises(pdf.PdfError, match="没有完成PDF"):
        pdf.print_page("<p>x</p>")
