"""From bytes to text: encodings, saved pages, .docx; and a clear word for everything that cannot be read."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from fazhi.errors import UserError
from fazhi.reading.source import open_file, read

TEXT = "办结案件37件，办结率98.6%。\n"


def docx(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "合计", "37"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


def spoiled() -> bytes:
    """An archive whose list is whole and whose one part cannot be unpacked."""
    made = bytearray(archive(word__document_xml=b"<a>" + bytes(range(256)) * 20))
    start = made.index(b"word/document.xml") + len(b"word/document.xml")
    made[start : start + 8] = b"\xff" * 8
    return bytes(made)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk"]
)
def test_text_is_read_in_the_usual_encodings(encoding: str) -> None:
    assert read(TEXT.encode(encoding), "a.txt") == TEXT


def test_a_text_in_big5_is_read_and_a_note_says_how_it_is_checked() -> None:
    text = "排查糾紛500件，化解487件，化解率94.7%，較上年增長。總計辦結案件512件。"
    source = open_file(text.encode("big5"), "a.txt")
    assert source.text == text
    assert "繁体" in source.notes[-1]


def test_a_text_cut_in_the_middle_of_a_character_says_so() -> None:
    for encoding in ("utf-8", "gb18030"):
        source = open_file((TEXT * 3 + "办").encode(encoding)[:-1], "a.txt")
        assert source.text == TEXT * 3
        assert "末尾" in source.notes[0]


def test_a_few_damaged_bytes_do_not_hide_the_rest() -> None:
    source = open_file(TEXT.encode() * 20 + b"\xff\n" + TEXT.encode() * 20, "a.txt")
    assert source.text.count("98.6%") == 40
    assert "1 处字节损坏" in source.notes[0]


def test_deleted_text_of_tracked_changes_is_not_read() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{w}"><w:p><w:r><w:t>办结</w:t></w:r><w:del w:id="1"><w:r><w:delText>36</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>37</w:t></w:r></w:ins><w:r><w:t>件</w:t></w:r></w:p></w:document>'
    source = open_file(archive(word__document_xml=body.encode()), "a.docx")
    assert source.text == "办结37件"
    assert "修订" in source.notes[0]


def test_line_ends_stay_as_they_are_so_that_offsets_do_not_move() -> None:
    assert read("一\r\n二\r\n".encode(), "a.txt") == "一\r\n二\r\n"


def test_a_saved_page_gives_its_words_without_scripts() -> None:
    page = "<html><head><title>x</title><script>var a=12;</script></head><body><p>办结<b>37</b>件</p><table><tr><td>合计</td><td>37</td></tr></table></body></html>"
    assert read(page.encode(), "a.html").split("\n") == ["办结37件", "", "合计\t37"]


def test_a_page_in_gbk_is_read_as_declared() -> None:
    page = '<html><head><meta charset="gb2312"></head><body>办结37件</body></html>'
    assert read(page.encode("gb18030"), "a.htm") == "办结37件"


def test_a_word_document_gives_paragraphs_and_cells() -> None:
    assert read(docx("办结37件。", "其中一审20件。"), "a.docx") == "办结37件。\n其中一审20件。\n\t合计\t37"


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "a.txt", "空的"),
        (b"\xef\xbb\xbf  \n", "a.txt", "空的"),
        (b"%PDF-1.7 ...", "a.pdf", "PDF 已损坏"),
        (b"nothing", "a.pdf", "不是 PDF"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", "旧版 Office"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "a.doc", "旧版 Word"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "设了密码"),
        (b"{\\rtf1 a}", "a.rtf", "RTF"),
        (b"Rar!\x1a\x07", "a.rar", "压缩包"),
        (b"PK\x03\x04broken", "a.docx", "损坏"),
        (bytes(range(256)) * 40, "a.txt", "不是文本"),
        (archive(other_xml=b"<a/>"), "a.docx", "不是 Word"),
        (archive(xl__workbook_xml=b"<a/>"), "a.xlsx", "电子表格"),
        ("办结案件37件。".encode().decode("gbk", "replace").encode() * 3, "a.txt", "乱码"),
        (("锟斤拷" * 9).encode(), "b.txt", "乱码"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><p>&b;</p>', "a.html", "实体"),
        (b"<br>" * 200_000, "a.html", "标签多得不正常"),
        (b"MIME-Version: 1.0\r\n\r\n<p>a</p>", "a.mht", "网页存档"),
        (archive(word__document_xml=b"<a><pic:pic xmlns:pic='b'/></a>"), "a.docx", "只有图片"),
        (archive(word__document_xml=b"<a/>", word__vbaProject_bin=b"x"), "a.docx", "宏"),
        (archive(word__document_xml=b"<w:p>" + b" " * 9_000_000), "a.docx", "大得不正常"),
        (archive(word__document_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "a.docx", "实体"),
        (archive(word__document_xml=b"<a><b></a>"), "a.docx", "损坏"),
        (archive(word__document_xml=b"<a/>"), "a.docx", "没有读到文字"),
        (docx("办结37件")[:-200], "a.docx", "损坏"),
        (spoiled(), "a.docx", "损坏"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(data: bytes, name: str, word: str) -> None:
    with pytest.raises(UserError) as told:
        read(data, name)
    assert word in told.value.message
    assert told.value.next


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.html", "a.docx", "a.pdf", "a"]))
def test_no_bytes_bring_it_down(data: bytes, name: str) -> None:
    with contextlib.suppress(UserError):
        assert isinstance(read(data, name), str)
