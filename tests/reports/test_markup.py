"""References within a paragraph: stored by id, edited by title, and back again without loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazhi.reports import markup
from fazhi.reports.errors import ReportError
from fazhi.reports.markup import AskToken, ChangeToken, FigureToken, VarToken

TITLES = {
    "penalty.decided": "行政处罚决定数",
    "county.penalties": "行政处罚决定总数",
    "disclosure_request.on_time": "按期答复率",
}
STORED = "决定{{figure:penalty.decided}}件，上年{{figure:penalty.decided@-1}}件，{{change:penalty.decided}}。{{ask:原因}}"
EDITED = "决定【行政处罚决定数】件，上年【上年：行政处罚决定数】件，【同比：行政处罚决定数】。【待写：原因】"


def test_references_are_read() -> None:
    assert markup.read(STORED) == [
        "决定", FigureToken("penalty.decided"), "件，上年", FigureToken("penalty.decided", 1), "件，", ChangeToken("penalty.decided"),
        "。", AskToken("原因"),
    ]  # fmt: skip
    assert markup.read("{{year}}年") == [VarToken("year"), "年"]


def test_a_clerk_sees_titles_and_what_he_types_comes_back_as_it_was() -> None:
    assert markup.to_edit(STORED, TITLES) == EDITED
    assert markup.from_edit(EDITED, TITLES) == STORED


def test_an_unknown_title_is_refused_with_what_is_near() -> None:
    with pytest.raises(ReportError, match="没有名为「处罚决定」的指标") as caught:
        markup.from_edit("共【处罚决定】件", TITLES)
    assert "行政处罚决定数、行政处罚决定总数" in caught.value.next


def test_a_figure_that_is_no_more_keeps_its_id_and_is_refused_on_saving() -> None:
    edited = markup.to_edit("{{figure:penalty.gone}}", TITLES)
    assert edited == "【penalty.gone】"
    with pytest.raises(ReportError):
        markup.from_edit(edited, TITLES)


@pytest.mark.parametrize(
    "wrong", ["{{figure:}}", "{{figure:Penalty.decided}}", "{{change:x}}", "{{ask:}}", "{{month}}", "{{}}"]
)
def test_a_reference_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ReportError, match="看不懂引用"):
        markup.read(wrong)


def test_the_stored_markup_is_not_typed_in() -> None:
    assert markup.figures(markup.from_edit("{{figure:penalty.decided}}", TITLES)) is not None
    assert list(markup.figures(markup.from_edit("{{figure:penalty.decided}}", TITLES))) == []


def test_variables_are_written_out() -> None:
    assert (
        markup.filled("{{county}}{{year}}年{{ask:甲}}", {"county": "安澜县", "year": "2025"})
        == "安澜县2025年{{ask:甲}}"
    )


def test_what_a_text_refers_to() -> None:
    assert list(markup.figures(STORED)) == [
        ("penalty.decided", 0), ("penalty.decided", 1), ("penalty.decided", 0), ("penalty.decided", 1),
    ]  # fmt: skip


@given(st.text(alphabet="共件，。1【】{}上年：同比行政处罚决定数\n", max_size=60))
def test_whatever_is_typed_is_either_refused_or_comes_back(text: str) -> None:
    try:
        stored = markup.from_edit(text, TITLES)
    except ReportError:
        return
    assert markup.from_edit(markup.to_edit(stored, TITLES), TITLES) == stored
