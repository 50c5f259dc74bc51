"""A text with comments and underlined passages as .docx."""

from __future__ import annotations

import io
import zipfile

from docx import Document

from fazhi.documents.annotated import Mark, Note, render

TEXT = "排查纠纷500件，化解487件。\n化解率94.7%。"


def build(**changes: object) -> bytes:
    notes = [Note(TEXT.index("94.7%"), TEXT.index("94.7%") + 5, ("487÷500＝97.4%", "改为97.4%"), "F9CFCB")]
    marks = [
        Mark(4, 7, "single", "0B5CAD"),
        Mark(TEXT.index("94.7%"), TEXT.index("94.7%") + 5, "double", "0B5CAD"),
    ]
    return render("核校意见", TEXT, notes, marks, author="法治核校", **changes)  # type: ignore[arg-type]


def test_the_text_stays_as_it_is_a_paragraph_a_line() -> None:
    assert [p.text for p in Document(io.BytesIO(build())).paragraphs] == ["核校意见", *TEXT.split("\n")]


def test_a_comment_stands_at_its_words() -> None:
    document = Document(io.BytesIO(build()))
    (comment,) = document.comments
    assert (comment.author, comment.text) == ("法治核校", "487÷500＝97.4%\n改为97.4%")
    xml = zipfile.ZipFile(io.BytesIO(build())).read("word/document.xml").decode()
    between = xml[xml.index("commentRangeStart") : xml.index("commentRangeEnd")]
    assert "94.7%" in between
    assert "化解率" not in between


def test_figures_are_underlined_each_kind_in_its_way() -> None:
    runs = {run.text: run for p in Document(io.BytesIO(build())).paragraphs for run in p.runs if run.text}
    assert runs["500"].font.underline is True
    assert str(runs["94.7%"].font.underline).startswith("DOUBLE")
    assert not runs["排查纠纷"].font.underline


def test_notes_that_overlap_and_repeat_are_all_there() -> None:
    notes = [Note(0, 4, ("甲",)), Note(2, 7, ("乙",)), Note(2, 7, ("丙",), "FFE9A8")]
    document = Document(io.BytesIO(render("核校", TEXT, notes, author="核校")))
    assert sorted(c.text for c in document.comments) == ["丙", "乙", "甲"]
    assert document.paragraphs[1].text == TEXT.split("\n")[0]


def test_characters_that_xml_cannot_hold_do_not_break_the_file() -> None:
    assert Document(io.BytesIO(render("核校", "办结\x0037\x0b件", [], author="核校"))).paragraphs[1].text


def test_the_same_text_gives_the_same_bytes() -> None:
    assert build() == build()
