"""Printed pages: running text without what repeats on every page, the place of every line, and files that cannot be read."""

from __future__ import annotations

import contextlib
import random
import zlib
from types import SimpleNamespace

import pytest
from tests.reading import printed

from fazhi.reading import apart, layout, pdf, scan
from fazhi.reading.check import check
from fazhi.reading.errors import ReadingError
from fazhi.reading.layout import Page, Row
from fazhi.reading.place import Places
from fazhi.reading.source import open_file

PARAGRAPHS = (
    "某县2025年法治政府建设年度报告",
    "一、主要做法",
    "全年共排查矛盾纠纷500件，化解487件，化解率97.4%，其中城区受理的一般纠纷305件，镇区131件，乡区64件，均已办结。",
    "（一）加强执法监督，抽查案卷120件，评出优秀案卷36件，占30%，比上年提高了5个百分点，被国家部委通报表扬了二次。",
    "新登记企业312户。",
)


def laid(data: bytes) -> layout.Laid:
    return layout.lay(pdf.read(data).pages)


def test_paragraphs_are_put_together_across_lines_and_pages() -> None:
    text = laid(printed.pdf(printed.pages_of(PARAGRAPHS, head="法治政府建设年度报告", a_page=4))).text
    assert text.split("\n") == list(PARAGRAPHS)


def test_running_heads_and_page_numbers_are_left_out_and_told() -> None:
    left = laid(printed.pdf(printed.pages_of(PARAGRAPHS, head="法治政府建设年度报告", a_page=4))).left_out
    assert [(each.what, each.text) for each in left] == [
        ("页眉", "法治政府建设年度报告"),
        ("页码", "— 1 — …… — 3 —"),
    ]


def test_every_offset_has_its_page_and_line() -> None:
    source = open_file(printed.pdf(printed.pages_of(PARAGRAPHS, head="年度报告", a_page=4)), "a.pdf")
    places = Places(source)
    # Page 2 holds the running head (line 1), then the rest of the third paragraph.
    page, line, column = places.place(source.text.index("312户"))
    rows = pdf.read(printed.pdf(printed.pages_of(PARAGRAPHS, head="年度报告", a_page=4))).pages[page - 1].rows
    assert rows[line - 1].text[column - 1 :].startswith("312户")
    assert places.place(0) == (1, 2, 1)


@pytest.mark.parametrize("words", ["— 3 —", "-3-", "－３－", "第3页", "第 3 页 共 10 页", "3 / 10", "· 3 ·"])
def test_these_are_page_numbers(words: str) -> None:
    assert laid(printed.pdf([[(80, 110, "办结37件。"), (280, 800, words)]])).text == "办结37件。"


def test_a_bare_number_at_the_foot_is_a_page_number_only_where_it_counts_the_pages() -> None:
    counted = [[(80, 110, f"第{n}段。"), (290, 800, str(n + 4))] for n in range(3)]
    assert laid(printed.pdf(counted)).text == "第0段。\n第1段。\n第2段。"
    other = [[(80, 110, "办结案件"), (290, 800, "37")]]
    assert laid(printed.pdf(other)).text == "办结案件\n37"


def test_a_number_in_the_body_is_never_taken_for_a_page_number() -> None:
    pages = [[(80, 400, "— 3 —")], [(80, 400, "— 4 —")]]
    assert laid(printed.pdf(pages)).text == "— 3 —\n— 4 —"


def test_cells_of_a_table_stay_apart() -> None:
    rows = [[(80, 110 + 28 * n, a), (240, 110 + 28 * n, b), (400, 110 + 28 * n, c)] for n, (a, b, c) in enumerate([("单位", "受理", "办结"), ("城区", "120", "118"), ("合计", "120", "118")])]  # fmt: skip
    text = laid(printed.pdf([[cell for row in rows for cell in row]])).text
    assert text == "单位\t受理\t办结\n城区\t120\t118\n合计\t120\t118"


def test_marks_drawn_after_their_line_stand_where_they_are_seen() -> None:
    """Word draws the quotation marks of another font after the words; PDFium gives them in that order."""
    drawn = [(80, 110, "推行"), (128, 110, "放管服"), (192, 110, "改革"), (112, 110, "“"), (176, 110, "”")]
    assert laid(printed.pdf([drawn])).text == "推行“放管服”改革"


def test_a_list_item_after_a_full_last_line_is_a_new_paragraph() -> None:
    full = "甲" * 27 + "。"
    rows = [(80.0, 110.0, full), (80.0, 138.0, "二、乙项工作"), (80.0, 166.0, full)]
    assert laid(printed.pdf([rows])).text.split("\n")[1].startswith("二、乙项工作")


def test_what_a_report_gets_wrong_is_found_in_its_pdf_as_in_its_text() -> None:
    text = "全年排查纠纷500件，经过各单位的共同努力，到年底时已经化解487件，化解率94.7%，群众满意。"
    source = open_file(printed.pdf(printed.pages_of([text] * 3, a_page=2)), "a.pdf")
    assert [f.repair for f in check(source.text).findings] == ["94.7%→97.4%"] * 3


def test_pages_that_are_pictures_say_which_extra_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    if scan.installed():
        pytest.skip("装有文字识别组件，图片页会被识别")
    with pytest.raises(ReadingError) as told:
        open_file(printed.pdf([[], [], []], picture=True), "a.pdf")
    assert "3 页全是图片" in told.value.message
    assert "pip install rapidocr onnxruntime" in told.value.next
    mixed = open_file(printed.pdf([[(80, 110, "办结37件。")], []]), "a.pdf")
    assert mixed.notes == ()
    part = open_file(_second_page_a_picture(), "a.pdf")
    assert part.text == "办结37件。"
    assert "第 2 页是图片" in part.notes[0]


def _second_page_a_picture() -> bytes:
    return printed.pdf([[(80, 110, "办结37件。")], []], picture=True)


def test_recognised_lines_are_laid_out_like_printed_ones() -> None:
    rows = (
        Row("排查纠纷500件，化解", 80, 110, 240, 126),
        Row("487件。", 80, 138, 136, 154),
        Row("— 1 —", 130, 790, 170, 800),
    )
    assert layout.lay([Page(320, 842, rows)]).text == "排查纠纷500件，化解487件。"


def test_what_is_recognised_is_put_in_order_and_guesses_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def box(left: float, top: float, right: float) -> list[list[float]]:
        return [[left, top], [right, top], [right, top + 44], [left, top + 44]]

    found = SimpleNamespace(
        boxes=[box(600, 404, 900), box(200, 400, 420), box(200, 300, 900), box(200, 500, 300)],
        txts=("487件", "化解", "排查纠纷500件", "?"),
        scores=(0.99, 0.98, 0.97, 0.3),
    )
    monkeypatch.setattr(scan, "_engine", lambda: lambda pixels: found)
    assert [row.text for row in scan._rows(None, 0.36)] == ["排查纠纷500件", "化解\t487件"]
    found.txts = None
    assert scan._rows(None, 0.36) == ()


def test_the_recognition_is_asked_for_pictures_only_and_not_for_too_many() -> None:
    asked = []

    def recognise(page: object) -> tuple[Row, ...]:
        asked.append(page)
        return (Row("办结37件", 80, 110, 150, 126),)

    found = pdf.read(printed.pdf([[(80, 110, "甲")], []], picture=True), recognise, 5)
    assert (len(asked), found.pictures, found.pages[1].rows[0].text) == (1, (2,), "办结37件")
    with pytest.raises(ReadingError, match="一次最多识别 1 页"):
        pdf.read(printed.pdf([[], []], picture=True), recognise, 1)


WHOLE = printed.pdf(printed.pages_of(PARAGRAPHS))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (printed.pdf([[(80, 110, "甲")]], encrypted=True), "密码"),
        (WHOLE[: len(WHOLE) // 2], "没有传完整"),
        (printed.pdf([[]]), "没有读到文字"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 20, "已损坏"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "图片"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(data: bytes, word: str) -> None:
    with pytest.raises(ReadingError) as told:
        open_file(data, "a.pdf")
    assert word in told.value.message
    assert told.value.next


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_end_in_a_text_or_in_words(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(WHOLE)
    for _ in range(12):
        data[chance.randrange(20, len(data))] = chance.randrange(256)
    with contextlib.suppress(ReadingError):
        assert open_file(bytes(data[: chance.randrange(len(data) // 2, len(data))]), "a.pdf").text


def test_five_hundred_pages_are_read_like_one() -> None:
    source = open_file(
        printed.pdf(printed.pages_of([f"第{n}件，办结{n}件。" for n in range(500)], a_page=1)), "a.pdf"
    )
    assert source.text.split("\n") == [f"第{n}件，办结{n}件。" for n in range(500)]
    assert source.lines[-1][1:] == (500, 1)


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PAGES", 2)
    with pytest.raises(ReadingError, match="3 页，超过 2 页"):
        pdf.read(printed.pdf([[], [], []]))


def test_a_page_that_unpacks_beyond_the_bound_costs_no_more_than_its_own_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if scan.installed():
        pytest.skip("装有文字识别组件，内存上限另算")
    monkeypatch.setattr(apart, "MEMORY", 300 * 2**20)
    packed = zlib.compressobj(1)
    stream = b"".join(packed.compress(b"BT ET " * 2**17) for _ in range(250)) + packed.flush()
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n4 0 obj<</Filter/FlateDecode/Length "
        + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )  # fmt: skip
    with pytest.raises(ReadingError, match="占用内存过多"):
        apart.open_pdf(body)
