"""Files as clerks bring them: encodings, .docx with its own numbers and tables, and everything that is refused."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import docx
import pytest

from fazhi.errors import UserError
from fazhi.plans.parse import parse_plan, read_file

TEXT = "云溪县工作要点\n1.加强审核。审核率达到100%。（县司法局、县府办）\n2.加强监督。（县司法局）\n"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_text_file_is_read_in_any_encoding_that_is_met(encoding: str) -> None:
    assert read_file("计划.txt", TEXT.encode(encoding)) == TEXT


def test_line_ends_do_not_matter() -> None:
    assert len(parse_plan(read_file("a.TXT", TEXT.replace("\n", "\r\n").encode())).tasks) == 2


def document(build: Callable[[docx.document.Document], None]) -> bytes:
    made = docx.Document()
    build(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_the_paragraphs_of_a_docx_are_lines() -> None:
    data = document(lambda made: [made.add_paragraph(line) for line in TEXT.splitlines()])
    assert read_file("计划.docx", data).splitlines() == TEXT.splitlines()


def test_numbers_that_word_writes_itself_are_read() -> None:
    def build(made: docx.document.Document) -> None:
        made.add_paragraph("一、规范执法")
        made.add_paragraph("加强培训。（县司法局）", style="List Number")
        made.add_paragraph("加强考核。（县人社局）", style="List Number")
        made.add_paragraph("要点", style="List Bullet")

    assert read_file("a.docx", document(build)).splitlines() == [
        "一、规范执法",
        "1.加强培训。（县司法局）",
        "2.加强考核。（县人社局）",
        "要点",
    ]


NUMBERING = f"""<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="9"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1-%3."/></w:lvl>
</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""


def package(body: str, **parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def paragraph(text: str, level: int | None = None) -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>' if level is not None else ""
    return f"<w:p><w:pPr>{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_numbers_of_several_levels_count_on_and_begin_again() -> None:
    body = "".join(
        paragraph(f"第{place}", level) for place, level in enumerate([0, 1, 1, 2, 2, 0, 1, 2], start=1)
    )
    assert read_file("a.docx", package(body, numbering=NUMBERING)).splitlines() == [
        "一、第1",
        "（一）第2",
        "（二）第3",
        "一-9.第4",
        "一-10.第5",
        "二、第6",
        "（一）第7",
        "二-9.第8",
    ]


def test_ten_and_more_in_chinese_counting() -> None:
    text = read_file("a.docx", package("".join(paragraph("项", 0) for _ in range(21)), numbering=NUMBERING))
    lines = text.splitlines()
    assert (lines[9], lines[10], lines[19], lines[20]) == ("十、项", "十一、项", "二十、项", "二十一、项")


def test_deleted_words_are_left_out_and_inserted_ones_kept() -> None:
    body = (
        "<w:p><w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>乙</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>丙</w:t></w:r></w:ins></w:p>"
    )
    assert read_file("a.docx", package(body)) == "甲丙"


def test_a_table_of_tasks_in_a_docx_is_read() -> None:
    def build(made: docx.document.Document) -> None:
        made.add_paragraph("云溪县任务分解表")
        table = made.add_table(rows=0, cols=5)
        for values in (
            ("序号", "重点任务", "工作措施", "牵头单位", "配合单位"),
            ("1", "完善审核", "审核率达到100%。", "县司法局", "县府办\n县财政局"),
            ("2", "", "每年培训不少于2次。", "县司法局", "各乡镇"),
            ("二、执法监督", "", "", "", ""),
            ("3", "案卷评查", "评查案卷100宗以上。", "县司法局、县市场监管局", ""),
        ):
            for cell, value in zip(table.add_row().cells, values, strict=True):
                cell.text = value
        table.cell(1, 1).merge(table.cell(2, 1))
        table.cell(3, 0).merge(table.cell(3, 4))

    tasks = parse_plan(read_file("a.docx", document(build))).tasks
    assert [(task.number, task.section, task.lead, task.cooperating) for task in tasks] == [
        ("1", "", "县司法局", ("县府办", "县财政局")),
        ("2", "", "县司法局", ("各乡镇",)),
        ("3", "执法监督", "县司法局", ("县市场监管局",)),
    ]
    assert [task.title for task in tasks] == ["完善审核", "完善审核", "案卷评查"]
    assert [task.text for task in tasks] == ["审核率达到100%。", "每年培训不少于2次。", "评查案卷100宗以上。"]


def refused(name: str, data: bytes) -> str:
    with pytest.raises(UserError) as error:
        read_file(name, data)
    assert error.value.next
    return error.value.message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.doc", "老式 Word"),
        ("a.docm", "带宏"),
        ("a.xls", "Excel"),
        ("a.wps", "WPS"),
        ("a.mht", "网页"),
        ("a.exe", ".exe"),
        ("计划", "没有扩展名"),
    ],
)
def test_other_kinds_of_file_are_refused_by_name(name: str, kind: str) -> None:
    message = refused(name, b"x")
    assert kind in message
    assert ".docx" in message


def test_an_empty_file_is_refused() -> None:
    assert "空的" in refused("a.txt", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 50,
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n" + b"\x00\xff" * 200,
        b"PK\x03\x04" + b"\x00" * 60,
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    assert "不是文本" in refused("a.txt", data)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 broken", b"not a zip at all", document(lambda made: None)[:-200]]
)
def test_a_broken_docx_is_refused(data: bytes) -> None:
    assert "已损坏" in refused("a.docx", data)


def test_a_password_protected_or_old_word_file_is_refused() -> None:
    assert "加密" in refused("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


def test_a_zip_that_is_no_word_document_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "不是 Word 文档" in refused("a.docx", out.getvalue())


def test_a_docx_with_macros_is_refused() -> None:
    out = io.BytesIO(package(paragraph("甲")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    assert "宏" in refused("a.docx", out.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    message = refused("a.docx", package(paragraph("甲"), media=b"0" * (45 * 1024 * 1024)))
    assert "压缩炸弹" in message


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    data = bytearray(package("<w:p/>" + " " * (41 * 1024 * 1024)))
    # The stated sizes are made small, in the directory and before the part itself; the ratio looks harmless then.
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(signature)
        while at >= 0:
            data[at + place : at + place + 4] = struct.pack("<L", 1000)
            at = data.find(signature, at + 4)
    refused("a.docx", bytes(data))


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><d>&b;</d>',
        '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><d>&a;</d>',
    ],
)
def test_entities_are_refused(xml: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", xml)
    assert "实体" in refused("a.docx", out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", xml.encode("utf-16"))
    assert refused("a.docx", out.getvalue())


def test_malformed_xml_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document><w:body>")
    assert "已损坏" in refused("a.docx", out.getvalue())


def test_styles_that_are_based_on_each_other_do_not_hang() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>'
    assert read_file("a.docx", package(body, styles=styles, numbering=NUMBERING)) == "甲"
