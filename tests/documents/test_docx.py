"""What stands in the .docx: the measures and faces of GB/T 9704-2012, links, nothing that Word refuses."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import docx as python_docx
import pytest
from tests.documents import samples

from fazhi.documents import docx, ooxml
from fazhi.documents.measures import CHAR, LINE, WIDTH, width
from fazhi.procedures.text import (
    Attachment,
    Figure,
    Heading,
    Masked,
    PageBreak,
    Paragraph,
    Personal,
    Rows,
    Source,
    Table,
    Text,
)

W = f"{{{ooxml.W}}}"
R = f"{{{ooxml.R}}}"
KINDS = [samples.official, samples.decision, samples.approval, samples.report]


def part(data: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read(name))


def body(text: Text, site: str = "") -> ElementTree.Element:
    return part(docx.render(text, site=site), "word/document.xml")


def words(node: ElementTree.Element) -> str:
    return "".join(one.text or "" for one in node.iter(f"{W}t"))


def paragraphs(root: ElementTree.Element, style: str) -> list[ElementTree.Element]:
    return [p for p in root.iter(f"{W}p") if p.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == style]  # type: ignore[union-attr]


def value(node: ElementTree.Element, path: str, name: str = "val") -> str | None:
    found = node.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(W + name)


def style(data: bytes, key: str) -> ElementTree.Element:
    return next(
        one for one in part(data, "word/styles.xml").iter(f"{W}style") if one.get(f"{W}styleId") == key
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_text_gives_the_same_bytes(kind: type) -> None:
    assert docx.render(kind()) == docx.render(kind())
    with zipfile.ZipFile(io.BytesIO(docx.render(kind()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("kind", KINDS)
def test_another_program_reads_it(kind: type) -> None:
    text = kind()
    read = python_docx.Document(io.BytesIO(docx.render(text)))
    assert read.core_properties.title == text.title
    assert read.core_properties.author == text.organ
    assert any(
        text.title.startswith(p.text.split("\n")[0]) for p in read.paragraphs if p.style.name == "Title"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_is_declared_and_every_relation_leads_somewhere(kind: type) -> None:
    with zipfile.ZipFile(io.BytesIO(docx.render(kind()))) as archive:
        names = set(archive.namelist())
        declared = set(re.findall(r'PartName="/([^"]+)"', archive.read("[Content_Types].xml").decode()))
        assert declared <= names
        assert {n for n in names if n.endswith(".xml") and not n.startswith("[")} <= declared
        relations = archive.read("word/_rels/document.xml.rels").decode()
        targets = re.findall(r'Id="([^"]+)"[^>]*Target="([^"]+)"(?: TargetMode="(\w+)")?', relations)
        assert all(f"word/{target}" in names for _, target, mode in targets if not mode)
        used = set(re.findall(r'r:id="([^"]+)"', archive.read("word/document.xml").decode()))
        assert used <= {key for key, _, _ in targets}


@pytest.mark.parametrize("kind", KINDS)
def test_properties_stand_in_the_order_that_word_asks(kind: type) -> None:
    # The order is written out here once more, for what the layouts use (ECMA-376 part 1, annex A).
    order = {
        "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr tabs kinsoku overflowPunct autoSpaceDE "
        "autoSpaceDN adjustRightInd snapToGrid spacing ind jc outlineLvl rPr",
        "rPr": "rFonts color spacing w kern sz szCs highlight u lang",
        "tblPr": "tblpPr tblW jc tblBorders tblLayout tblCellMar",
        "tcPr": "tcW gridSpan tcBorders vAlign",
        "sectPr": "headerReference footerReference pgSz pgMar cols",
        "style": "name basedOn next uiPriority qFormat pPr rPr",
    }
    data = docx.render(kind())
    for name in ("document", "styles", "footer1"):
        for node in part(data, f"word/{name}.xml").iter():
            if names := order.get(node.tag.removeprefix(W)):
                places = [names.split().index(child.tag.removeprefix(W)) for child in node]
                assert places == sorted(places)


def test_page_and_pitch_are_those_of_the_standard() -> None:
    data = docx.render(samples.official())
    section = part(data, "word/document.xml").find(f"{W}body/{W}sectPr")
    assert section is not None
    assert (value(section, "pgSz", "w"), value(section, "pgSz", "h")) == ("11906", "16838")
    margins = [value(section, "pgMar", side) for side in ("top", "right", "bottom", "left")]
    assert margins == ["2098", "1474", "1984", "1587"]
    normal = style(data, "Normal")
    assert value(normal, "pPr/spacing", "line") == "579"
    assert value(normal, "pPr/spacing", "lineRule") == "exact"
    assert value(normal, "rPr/spacing") == "-5"
    assert value(normal, "rPr/sz") == "32"
    # 28 characters of 3号 fill the line, a 29th does not fit; 22 lines fill the page, a 23rd does not.
    assert 28 * CHAR <= WIDTH < 29 * CHAR
    assert 22 * LINE <= 16838 - 2098 - 1984 < 23 * LINE


@pytest.mark.parametrize(
    ("key", "face", "size"),
    [
        ("Normal", "仿宋_GB2312", "32"),
        ("Title", "方正小标宋简体", "44"),
        ("Heading1", "黑体", "32"),
        ("Heading2", "楷体_GB2312", "32"),
        ("Heading3", "仿宋_GB2312", "32"),
        ("Heading4", "仿宋_GB2312", "32"),
        ("AttachmentMark", "黑体", "32"),
        ("footer", "宋体", "28"),
    ],
)
def test_each_part_has_its_face_and_size(key: str, face: str, size: str) -> None:
    found = style(docx.render(samples.official()), key)
    assert value(found, "rPr/rFonts", "eastAsia") == face
    assert value(found, "rPr/rFonts", "hint") == "eastAsia"
    assert value(found, "rPr/sz") == size


def test_red_head_number_and_rule() -> None:
    root = body(samples.official())
    (head,) = paragraphs(root, "RedHead")
    assert words(head) == "青溪县人民政府文件"
    (number,) = paragraphs(root, "Number")
    assert words(number) == "青政发〔2026〕1号"
    data = docx.render(samples.official())
    assert value(style(data, "RedHead"), "rPr/color") == "FF0000"
    assert value(style(data, "RedRule"), "pPr/pBdr/bottom", "color") == "FF0000"
    assert value(style(data, "Number"), "pPr/spacing", "before") == str(2 * LINE)
    (title,) = paragraphs(root, "Title")
    assert value(title, "pPr/spacing", "before") == str(2 * LINE)
    (addressee,) = paragraphs(root, "Addressee")
    assert words(addressee).endswith("各直属机构：")


@pytest.mark.parametrize("organ", ["某局", "青溪县人民政府", "青溪县城市管理和综合行政执法局", "某" * 40])
def test_a_red_head_of_any_length_stays_on_one_line(organ: str) -> None:
    (head,) = paragraphs(body(replace(samples.official(), heading=organ + "文件")), "RedHead")
    size, share = int(value(head, "r/rPr/sz") or 0), int(value(head, "r/rPr/w") or 0)
    assert (len(organ) + 2) * size * 10 * share / 100 <= WIDTH
    assert size <= 104
    assert 60 <= share <= 100


def test_a_text_without_red_head_has_the_organ_in_black_above_its_title() -> None:
    root = body(replace(samples.official(), heading=""))
    assert not paragraphs(root, "RedHead")
    assert not paragraphs(root, "RedRule")
    assert [words(p) for p in paragraphs(root, "Organ")] == ["青溪县人民政府"]
    assert [words(p) for p in paragraphs(root, "FormNumber")] == ["青政发〔2026〕1号"]


def test_a_text_to_a_superior_organ_names_its_signer_beside_the_number() -> None:
    (number,) = paragraphs(body(replace(samples.official(), signer="张某某")), "Number")
    assert words(number) == "青政发〔2026〕1号签发人：张某某"
    name = next(run for run in number.iter(f"{W}r") if words(run) == "张某某")
    assert value(name, "rPr/rFonts", "eastAsia") == "楷体_GB2312"
    assert (value(number, "pPr/ind", "left"), value(number, "pPr/ind", "right")) == (str(CHAR), str(CHAR))


def test_with_a_seal_the_date_stands_four_characters_in_and_the_name_is_centred_over_it() -> None:
    name, day = "青溪县人民政府", "2026年11月21日"
    name_at, day_at = docx.signature_indents(name, day, seal=True)
    assert day_at == 4 * CHAR
    assert abs((name_at + width(name) / 2) - (day_at + width(day) / 2)) <= 1


def test_with_a_seal_a_name_too_long_for_that_reaches_the_edge_and_the_date_stays_under_its_middle() -> None:
    name, day = "青溪县某某某某某某某某某某某某管理委员会办公室", "2026年3月5日"
    name_at, day_at = docx.signature_indents(name, day, seal=True)
    assert name_at == 0
    assert abs(width(name) / 2 - (day_at + width(day) / 2)) <= 1


@pytest.mark.parametrize(
    ("name", "day"), [("青溪县市场监督管理局", "2026年3月5日"), ("某县某局", "2026年11月21日")]
)
def test_without_a_seal_the_date_begins_two_characters_after_the_name(name: str, day: str) -> None:
    name_at, day_at = docx.signature_indents(name, day, seal=False)
    assert min(name_at, day_at) == 2 * CHAR  # 右空二字, for whichever is longer
    assert (WIDTH - day_at - width(day)) - (WIDTH - name_at - width(name)) == 2 * CHAR


def test_organs_that_sign_together_have_a_place_each_and_the_last_one_the_date() -> None:
    text = replace(samples.official(), signature=("甲局", "乙局", "丙局", "丁局"), attachments=())
    cells = [words(cell) for cell in body(text).iter(f"{W}tc") if words(cell)]
    assert cells[:4] == ["甲局", "乙局", "丙局", "丁局2026年3月5日"]


def test_attachments_are_named_after_the_text_and_printed_on_pages_of_their_own() -> None:
    root = body(samples.official())
    listed = paragraphs(root, "Listed")
    assert words(listed[0]) == "附件：1.青溪县2026年法治政府建设工作要点任务分工表"
    assert words(listed[1]).startswith("2.青溪县行政规范性文件")
    first, second = (value(p, "pPr/ind", "left") for p in listed)
    assert first == second
    (mark,) = paragraphs(root, "AttachmentMark")  # the second has no text of its own
    assert words(mark) == "附件1"
    assert mark.find(f"{W}pPr/{W}pageBreakBefore") is not None


def test_one_attachment_alone_has_no_number() -> None:
    text = replace(samples.official(), attachments=(Attachment("分工表", (Paragraph(("内容",)),)),))
    root = body(text)
    assert [words(p) for p in paragraphs(root, "Listed")] == ["附件：分工表"]
    assert [words(p) for p in paragraphs(root, "AttachmentMark")] == ["附件"]


def test_the_imprint_lies_at_the_foot_of_the_page_between_thick_and_thin_rules() -> None:
    root = body(samples.official())
    table = next(t for t in root.iter(f"{W}tbl") if t.find(f"{W}tblPr/{W}tblpPr") is not None)
    assert value(table, "tblPr/tblpPr", "tblpYSpec") == "bottom"
    assert value(table, "tblPr/tblpPr", "vertAnchor") == "margin"
    assert value(table, "tblPr/tblW", "w") == str(WIDTH)
    rules = [
        (value(cell, "tcPr/tcBorders/top", "sz"), value(cell, "tcPr/tcBorders/bottom", "sz"))
        for cell in table.iter(f"{W}tc")
    ]
    assert rules == [("8", "6"), ("6", "8")]  # eighths of a point: 0.35 mm, 0.26 mm
    assert words(table).startswith("抄送：县委各部门，")
    assert words(table).endswith("县人武部。青溪县人民政府办公室2026年3月5日印发")


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones() -> None:
    data = docx.render(samples.official())
    section = part(data, "word/document.xml").find(f"{W}body/{W}sectPr")
    assert section is not None
    kinds = {ref.get(f"{R}id"): ref.get(f"{W}type") for ref in section.iter(f"{W}footerReference")}
    assert kinds == {"r_footer1": "default", "r_footer2": "even"}
    for name, side in (("footer1", "right"), ("footer2", "left")):
        (p,) = part(data, f"word/{name}.xml").iter(f"{W}p")
        assert (value(p, "pPr/jc"), value(p, "pPr/ind", side)) == (side, "280")
        assert words(p) == "— 1 —"
    assert part(data, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None


def test_a_draft_says_so_on_every_page_and_an_issued_text_does_not() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.render(samples.decision()))) as archive:
        assert "未经签发" in archive.read("word/header1.xml").decode()
        assert "未经签发" in archive.read("word/header2.xml").decode()
    with zipfile.ZipFile(io.BytesIO(docx.render(replace(samples.decision(), status="issued")))) as archive:
        assert not [name for name in archive.namelist() if "header" in name]


def test_a_number_still_to_be_given_is_said_in_a_draft_only() -> None:
    waiting = replace(samples.decision(), number="")
    assert "（文号待编）" in words(body(waiting))
    assert "文号待编" not in words(body(replace(waiting, status="issued")))
    assert "文号待编" not in words(body(replace(waiting, number=None)))


def test_what_is_missing_is_marked_and_what_is_masked_is_not_shown() -> None:
    root = body(samples.decision())
    marked = [words(run) for run in root.iter(f"{W}r") if value(run, "rPr/highlight") == "yellow"]
    assert marked == ["〔待填：缴款银行〕"]
    text = Text(
        "form", "书", "某局", (Paragraph((Personal("张三", "c", "姓名"), "和", Masked("姓名", "d"))),)
    )
    assert "张三和＊＊＊" in words(body(text))
    assert "张三" not in words(body(text.masked()))


def test_a_figure_leads_to_its_page_and_else_to_the_table_of_sources() -> None:
    data = docx.render(samples.report(), site="https://fazhi.example/")
    links = list(part(data, "word/document.xml").iter(f"{W}hyperlink"))
    relations = {
        one.get("Id"): one.get("Target")
        for one in part(data, "word/_rels/document.xml.rels")
        if one.get("TargetMode") == "External"
    }
    by_words = {words(link): link for link in links}
    page = by_words["1,284"].get(f"{R}id")
    assert relations[page] == "https://fazhi.example/figures/penalties?period=2025"
    assert by_words["1,284"].get(f"{W}tooltip") == "普通程序和简易程序"
    assert by_words["98.5"].get(f"{W}anchor") == "source_2"
    marks = [mark.get(f"{W}name") for mark in part(data, "word/document.xml").iter(f"{W}bookmarkStart")]
    assert marks == ["source_1", "source_2"]


def test_without_a_site_a_path_of_our_own_leads_to_the_table_of_sources() -> None:
    links = list(body(samples.report()).iter(f"{W}hyperlink"))
    assert {words(link): link.get(f"{W}anchor") for link in links} == {
        "1,284": "source_1",
        "98.5": "source_2",
    }


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "//evil.example/x", "data:text/html,x"]
)
def test_an_address_that_is_none_of_ours_is_no_link(href: str) -> None:
    text = Text("report", "报告", "某局", (Paragraph((Figure("3", "f", href),)),))
    assert not list(body(text, site="https://fazhi.example").iter(f"{W}hyperlink"))


def test_the_table_of_sources_says_a_shared_moment_once_and_others_line_by_line() -> None:
    shared = words(body(samples.report()))
    assert shared.count("第10,233位（2026年2月20日）") == 1
    first, second = samples.report().sources
    other = replace(samples.report(), sources=(first, replace(second, moment="第9位（2026年1月1日）")))
    told = words(body(other))
    assert "数据时点" not in told
    assert told.count("第10,233位（2026年2月20日）") == 1
    assert told.count("第9位（2026年1月1日）") == 1


def test_hostile_words_stay_words() -> None:
    text = Text(
        "form",
        'a<b>&"c\x00\x0b\ud800',
        "某局<",
        (Paragraph(("]]><w:p/>\x1b\n第二行",)), Heading(1, "&amp;")),
        number="〔2026〕1号",
        sources=(Source("f", "<x>", "1", "y&", "z", 1, "https://e.example/?a=1&b=2"),),
    )
    read = python_docx.Document(io.BytesIO(docx.render(text)))
    told = "\n".join(p.text for p in read.paragraphs)
    assert 'a<b>&"c' in told
    assert "]]><w:p/>\n第二行" in told
    assert "&amp;" in told


def test_empty_things_make_no_broken_document() -> None:
    text = Text(
        "form", "表", "某局", (PageBreak(), Table(rows=()), Rows(()), Rows(((),)), Paragraph(()), PageBreak())
    )
    python_docx.Document(io.BytesIO(docx.render(text)))
    assert not list(body(text).iter(f"{W}pageBreakBefore"))
    assert not list(body(text).iter(f"{W}tbl"))  # Word calls a table without rows damage


def test_a_page_break_begins_a_new_page_before_text_and_before_a_table() -> None:
    blocks = (
        Paragraph(("前",)),
        PageBreak(),
        Paragraph(("后",)),
        PageBreak(),
        Table(((("x",),),), header=("甲",)),
    )
    root = body(Text("form", "表", "某局", blocks))
    broken = [words(p) for p in root.iter(f"{W}p") if p.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert broken == ["后", ""]


def test_a_signature_is_not_parted_from_the_text() -> None:
    text = Text("form", "书", "某局", (Paragraph(("末段",)),), signature=("某局",), date=date(2026, 1, 1))
    (last,) = paragraphs(body(text), "Body")
    assert last.find(f"{W}pPr/{W}keepNext") is not None


def test_columns_of_a_table_keep_their_shares_and_its_header_returns() -> None:
    root = body(Text("report", "表", "某局", (samples.tasks(),)))
    columns = [int(one.get(f"{W}w") or 0) for one in root.iter(f"{W}gridCol")]
    assert sum(columns) == WIDTH
    assert [round(100 * one / WIDTH) for one in columns] == [8, 52, 24, 16]
    assert root.find(f".//{W}tblHeader") is not None
