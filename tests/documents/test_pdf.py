"""PDF where the machine can; else words for the button that say what is missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
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


PRINTED = (
    b"<</Title (x)\n/Creator (Mozilla/5.0 \\(X11; Linux\\) Chrome)\n/CreationDate (D:20261121233431+08'00')\n"
    b"/ModDate (D:20261121233431+08'00')>>"
)


def test_a_pdf_is_dated_by_its_text_and_names_no_machine() -> None:
    done = pdf.settled(PRINTED, date(2026, 3, 5))
    assert len(done) == len(PRINTED)
    assert done.count(b"D:20260305000000+08'00'") == 2
    assert b"Linux" not in done
    assert b"/Creator (Fazhi" in done
    assert pdf.settled(PRINTED, None).count(b"D:20000101000000") == 2


def test_the_same_text_gives_the_same_pdf() -> None:
    if lacks := pdf.missing():
        pytest.skip("".join(lacks))
    first, again = (pdf.render(samples.approval()) for _ in range(2))
    assert first == again
    document = pypdfium2.PdfDocument(first)
    assert len(document) == 1
    assert document.get_metadata_value("CreationDate").startswith("D:2000")
