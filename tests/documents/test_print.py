"""Both layouts measured on paper against GB/T 9704-2012: the .docx in LibreOffice, the HTML in chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.documents import samples
from tests.documents.printing import Paper, office, print_docx

from fazhi.documents import docx, pdf
from fazhi.procedures.text import Text

FULL = Text("report", "测试", "某局", samples.full_lines(64), status="issued")
TEXTS = {
    "full": FULL,
    "official": samples.official(),
    "upward": replace(samples.official(), signer="张某某", attachments=()),
    "draft": samples.decision(),
    "approval": samples.approval(),
    "report": samples.report(),
}

PAGES = {"full": 3, "official": 3, "upward": 2, "draft": 1, "approval": 1, "report": 2}


@pytest.fixture(scope="module", params=["docx", "html"])
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Paper]]:
    if pdf.chinese_fonts() in (None, []):
        pytest.skip("没有中文字体（apt-get install fonts-noto-cjk），量不了版面")
    if request.param == "docx":
        if office() is None:
            pytest.skip("没有LibreOffice（apt-get install libreoffice-writer-nogui），量不了.docx的版面")
        folder: Path = tmp_path_factory.mktemp("office")
        yield print_docx(folder, {name: docx.render(text) for name, text in TEXTS.items()})
    else:
        if pdf.missing():
            pytest.skip("没有chromium（apt-get install chromium），量不了HTML的版面")
        yield {name: Paper(pdf.render(text)) for name, text in TEXTS.items()}


def test_a_full_page_has_22_lines_of_28_characters(printed: dict[str, Paper]) -> None:
    lines = [line for line in printed["full"].words(1) if not line.startswith("—")]
    assert [len(line) for line in lines] == [28] * 22
    # page 1: the title, a blank line, 20 lines; then 22; then what is left
    assert [len(printed["full"].words(n)) - 1 for n in range(3)] == [21, 22, 22]


def test_the_text_fills_156_by_225_mm_at_its_place(printed: dict[str, Paper]) -> None:
    lines = printed["full"].pages[1][:-1]
    assert min(line[0].left for line in lines) == pytest.approx(28, abs=0.6)
    assert max(line[-1].right for line in lines) == pytest.approx(184, abs=0.6)
    assert min(letter.top for letter in lines[0]) == pytest.approx(39, abs=2)
    assert 256 < max(letter.bottom for letter in lines[-1]) <= 262


def test_page_numbers_stand_7_mm_below_the_text_one_character_in(printed: dict[str, Paper]) -> None:
    for page, odd in ((0, True), (1, False), (2, True)):
        number = printed["full"].pages[page][-1]
        assert "".join(letter.char for letter in number) == f"—{page + 1}—"
        dash = (number[0].top + number[0].bottom) / 2
        assert dash == pytest.approx(262 + 7, abs=1)
        edge = 184 - number[-1].right if odd else number[0].left - 28
        assert edge == pytest.approx(4.94, abs=0.8)


def test_red_head_number_and_rule_keep_their_distances(printed: dict[str, Paper]) -> None:
    page = printed["official"]
    number, title = page.line(0, "青政发"), page.line(0, "青溪县人民政府关于")
    number_top, number_bottom = min(x.top for x in number), max(x.bottom for x in number)
    red = page.red(0)
    head = [(at, [row for row in rows if row < number_top]) for at, rows in red]
    rule = [(at, [row for row in rows if row > number_bottom]) for at, rows in red]

    # 发文机关标志: 35 mm below the upper edge of the text, centred, one line
    assert min(row for _, rows in head for row in rows) == pytest.approx(37 + 35, abs=1.5)
    inked = [at for at, rows in head if rows]
    assert (inked[0] + inked[-1]) / 2 == pytest.approx(106, abs=2)
    head_bottom = max(row for _, rows in head for row in rows)
    assert head_bottom < 37 + 35 + 20

    # 发文字号: two blank lines below
    line = 28.95 * 25.4 / 72
    assert 2 * line < number_top - head_bottom < 3 * line

    # 红色分隔线: 4 mm below, 156 mm wide
    across = [at for at, rows in rule if rows]
    assert (across[0], across[-1]) in {(28.0, 184.0), (28.0, 183.0), (29.0, 183.0), (29.0, 184.0)}
    assert len(across) == across[-1] - across[0] + 1
    rule_top = min(row for _, rows in rule for row in rows)
    assert rule_top - number_bottom == pytest.approx(4, abs=1)

    # 标题: two blank lines below
    assert 2 * line < min(x.top for x in title) - rule_top < 3 * line


def test_the_number_of_a_text_to_a_superior_organ_stands_left_and_the_signer_right(
    printed: dict[str, Paper],
) -> None:
    line = printed["upward"].line(0, "青政发")
    assert "".join(letter.char for letter in line).endswith("签发人：张某某")
    assert line[0].left - 28 == pytest.approx(5.6, abs=0.8)
    assert 184 - line[-1].right == pytest.approx(5.6, abs=0.8)


def test_the_name_is_centred_over_a_date_four_characters_from_the_edge(printed: dict[str, Paper]) -> None:
    page = printed["official"]
    organ, day = page.line(1, "青溪县人民政府"), page.line(1, "2026年3月5日")
    # LibreOffice 7.4 puts a gap between digits and Chinese (it does not know autoSpaceDE), about 1.5 mm each.
    assert 184 - day[-1].right == pytest.approx(4 * 5.56, abs=1)
    centres = [(line[0].left + line[-1].right) / 2 for line in (organ, day)]
    assert centres[0] == pytest.approx(centres[1], abs=4.5)


def test_attachment_pages_begin_anew_with_their_mark_and_the_title_on_the_third_line(
    printed: dict[str, Paper],
) -> None:
    page = printed["official"]
    assert page.words(2)[0] == "附件1"
    assert page.pages[2][0][0].left == pytest.approx(28, abs=1)
    line = 28.95 * 25.4 / 72
    assert page.pages[2][1][0].top - page.pages[2][0][0].top == pytest.approx(2 * line, abs=2)


def test_the_imprint_ends_the_document(printed: dict[str, Paper]) -> None:
    words = printed["official"].words(2)
    assert words[-2] == "青溪县人民政府办公室2026年3月5日印发"
    last = printed["official"].pages[2][-2]
    assert last[0].left - 28 == pytest.approx(4.94, abs=0.8)
    assert 184 - last[-1].right == pytest.approx(4.94, abs=0.8)


def test_the_imprint_lies_at_the_foot_of_the_text_area_between_thick_and_thin_rules(
    printed: dict[str, Paper],
) -> None:
    paper = printed["official"]
    above, between, below = paper.rules(len(paper) - 1)[-3:]
    for left, right, _, _ in (above, between, below):
        assert (left, right) == (pytest.approx(28, abs=0.6), pytest.approx(184, abs=0.6))
    # a path's bounds hold the pen's width on both sides of its edge
    assert below[3] == pytest.approx(262, abs=0.5)
    assert [bottom - top for _, _, top, bottom in (above, between, below)] == [
        pytest.approx(2 * 0.35, abs=0.04),
        pytest.approx(2 * 0.25, abs=0.04),
        pytest.approx(2 * 0.35, abs=0.04),
    ]
    assert above[2] > max(letter.bottom for letter in paper.pages[-1][-5])  # under what ends the text


def test_a_form_of_one_page_stays_on_one_page(printed: dict[str, Paper]) -> None:
    assert len(printed["approval"]) == 1
    assert len(printed["draft"]) == 1


def test_both_layouts_take_as_many_pages(printed: dict[str, Paper]) -> None:
    assert {name: len(paper) for name, paper in printed.items()} == PAGES


def test_a_line_to_sign_is_one_line(printed: dict[str, Paper]) -> None:
    (line,) = (words for words in printed["approval"].words(0) if words.startswith("第三人"))
    assert line.startswith("第三人（签字或者签章）：")
    assert line.endswith("年月日")


def test_a_draft_says_so_above_the_text(printed: dict[str, Paper]) -> None:
    mark = printed["draft"].line(0, "草稿")
    assert max(letter.bottom for letter in mark) < 37
    assert not printed["official"].words(0)[0].startswith("草稿")


def test_the_table_of_sources_has_a_page_of_its_own(printed: dict[str, Paper]) -> None:
    assert printed["report"].words(1)[0] == "数据来源"
    assert not any("数据来源" in line for line in printed["report"].words(0))
