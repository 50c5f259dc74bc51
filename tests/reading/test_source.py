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
from fazhi.reading.source import read

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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_usual_encodings(encoding: str) -> None:
    assert read(TEXT.encode(encoding), "a.txt") == TEXT


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
        (b"%PDF-1.7 ...", "a.pdf", "PDF"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", "旧版"),
        (b"PK\x03\x04broken", "a.docx", "损坏"),
        (bytes(range(256)) * 40, "a.txt", "不是文本"),
        (archive(other_xml=b"<a/>"), "a.docx", "不是 Word"),
        (archive(word__document_xml=b"<a/>", word__vbaProject_bin=b"x"), "a.docx", "宏"),
        (archive(word__document_xml=b"<w:p>" + b" " * 9_000_000), "a.docx", "大得不正常"),
        (archive(word__document_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "a.docx", "实体"),
        (archive(word__document_xml=b"<a><b></a>"), "a.docx", "损坏"),
        (archive(word__document_xml=b"<a/>"), "a.docx", "没有读到文字"),
        (docx("办结37件")[:-200], "a.docx", "损坏"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(data: bytes, name: str, word: str) -> None:
    with pytest.raises(UserError) as told:
        read(data, name)
    assert word in told.value.message
    assert told.value.next


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.html", "a.docx", "a"]))
def test_no_bytes_bring_it_down(data: bytes, name: str) -> None:
    with contextlib.suppress(UserError):
        assert isinstance(read(data, name), str)
