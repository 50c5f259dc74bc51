"""The HTML fragment: meaning and classes only; the style sheet keeps the same measures as the .docx."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests.documents import samples

from fazhi.documents import elements, html
from fazhi.documents.measures import LINE
from fazhi.procedures.text import (
    Figure,
    Heading,
    Missing,
    PageBreak,
    Paragraph,
    Rows,
    Source,
    Table,
    Text,
)

KINDS = [samples.official, samples.decision, samples.approval, samples.report]
VOID = {"br", "hr", "col", "meta", "link", "input", "img"}
CSS = html.print_css()


class Outline(HTMLParser):
    """Checks that every tag is closed in order, and collects what the tests ask about."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def having(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


@pytest.mark.parametrize("kind", KINDS)
def test_the_fragment_is_well_formed_without_style_or_script(kind: Callable[[], Text]) -> None:
    outline = Outline(html.render(kind(), site="https://fazhi.example"))
    assert not outline.having("style")
    assert not {tag for tag, _ in outline.tags} & {"script", "style", "iframe", "object", "font", "center"}
    assert not [name for _, attributes in outline.tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("kind", KINDS)
def test_ids_are_unique_and_labels_lead_to_them(kind: Callable[[], Text]) -> None:
    outline = Outline(html.render(kind(), prefix="a") + html.render(kind(), prefix="b"))
    ids = outline.having("id")
    assert len(ids) == len(set(ids))
    assert set(outline.having("aria-labelledby")) <= set(ids)
    assert {href[1:] for href in outline.having("href") if href.startswith("#")} <= set(ids)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("top", [1, 2])
def test_headings_go_down_one_rank_at_a_time(kind: Callable[[], Text], top: int) -> None:
    outline = Outline(html.render(kind(), top=top))
    ranks = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert ranks[0] == top
    assert all(after - before <= 1 for before, after in pairwise(ranks))
    assert ranks.count(top) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_class_is_known_to_the_style_sheet(kind: Callable[[], Text]) -> None:
    used = {name for names in Outline(html.render(kind())).having("class") for name in names.split()}
    plain = {
        "doc-is-issued",
        "doc-remark",
        "doc-redhead-8",
        "doc-form-1",
        "doc-form-2",
        "doc-form-3",
        "doc-figure",
        "doc-is-form",
    }
    assert {name for name in used - plain if not re.search(rf"\.{name}\b(?!-)", CSS)} == set()


def test_the_words_of_the_document_are_all_there() -> None:
    told = Outline(html.render(samples.official())).words.replace("\n", "")
    for words in (
        "青溪县人民政府文件",
        "青政发〔2026〕1号",
        "青溪县人民政府关于印发《青溪县2026年法治政府建设工作要点》的通知",
        "各直属机构：",
        "附件：1.青溪县2026年",
        "青溪县人民政府2026年3月5日",
        "（此件公开发布）",
        "附件1青溪县2026年法治政府建设工作要点任务分工表",
        "抄送：县委各部门，",
        "青溪县人民政府办公室2026年3月5日印发",
    ):
        assert words in told


def test_hostile_words_stay_words() -> None:
    text = Text(
        "form",
        "<img src=x onerror=alert(1)>",
        "<script>",
        (
            Paragraph(
                (
                    "</p><script>alert(1)</script>",
                    Missing('"><b>'),
                    Figure("<i>", "f", '/x"onclick="y', '"><u>'),
                )
            ),
            Heading(1, "<h1>"),
            Table(((("<td>",),),), header=("<th>",), caption="<caption>"),
        ),
        sources=(Source("f", "<a>", "<b>", "<c>", "<d>", 1, "javascript:alert(1)"),),
    )
    outline = Outline(html.page(text))
    assert not {tag for tag, _ in outline.tags} & {"script", "img", "b", "i", "u"}
    assert not [href for href in outline.having("href") if not href.startswith("#")]
    assert "</p><script>alert(1)</script>" in outline.words


def test_a_figure_is_a_link_with_its_note_and_else_leads_to_the_table_of_sources() -> None:
    source = html.render(samples.report(), prefix="r")
    assert (
        '<a class="doc-figure" href="/figures/penalties?period=2025" title="普通程序和简易程序">1,284</a>'
        in source
    )
    assert '<a class="doc-figure" href="#r-source-2" title="按期÷应结">98.5</a>' in source
    alone = replace(samples.report(), sources=())
    assert '<span class="doc-figure" title="按期÷应结">98.5</span>' in html.render(alone)


def test_an_ampersand_in_an_address_is_escaped_once() -> None:
    text = Text("report", "报告", "某局", (Paragraph((Figure("3", "f", "/figures/f?a=1&b=2"),)),))
    assert 'href="/figures/f?a=1&amp;b=2"' in html.render(text)


def test_what_is_missing_is_marked_and_what_is_masked_says_why() -> None:
    source = html.render(samples.decision())
    assert '<mark class="doc-missing">〔待填：缴款银行〕</mark>' in source
    assert '<span class="doc-masked" title="姓名已隐去">＊＊＊</span>' in source


def test_forms_and_tables_have_header_cells() -> None:
    outline = Outline(html.render(samples.approval()))
    scopes = [attributes["scope"] for tag, attributes in outline.tags if tag == "th"]
    assert scopes == ["row"] * 7
    assert [attributes.get("colspan") for tag, attributes in outline.tags if tag == "td"] == [None] * 4 + [
        "3"
    ] * 3
    outline = Outline(html.render(samples.official()))
    assert [attributes["scope"] for tag, attributes in outline.tags if tag == "th"] == ["col"] * 4


def test_empty_things_are_left_out() -> None:
    text = Text("form", "表", "某局", (PageBreak(), Table(rows=()), Rows(()), Rows(((),)), PageBreak()))
    outline = Outline(html.render(text))
    assert not {tag for tag, _ in outline.tags} & {"table", "hr"}


def test_a_seal_has_its_place_in_a_draft_only() -> None:
    draft = samples.decision()
    assert "doc-seal" in html.render(draft)
    assert 'class="doc-seal"' not in html.render(replace(draft, status="issued"))
    assert 'class="doc-seal"' not in html.render(replace(draft, seal=False))


def test_a_page_stands_alone_and_forbids_scripts() -> None:
    page = html.page(samples.report())
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert "<title>青溪县人民政府2025年法治政府建设年度报告</title>" in page
    assert "url(" not in CSS  # nothing is fetched
    assert "@import" not in CSS


def test_the_style_sheet_has_the_page_of_the_standard() -> None:
    assert CSS.count("margin: 37mm 26mm 35mm 28mm") == 2
    assert "font: 16pt/28.95pt" in CSS
    assert LINE / 20 == 28.95


def test_the_red_head_has_the_same_size_in_both_layouts() -> None:
    for count in range(9, 25):
        size, share = elements.red_head_size("某" * count)
        told = re.search(rf"\.doc-redhead-{count} {{ font-size: ([\d.]+)pt", CSS)
        assert float(told[1] if told else 52) == pytest.approx(size, abs=0.1)
        scaled = re.search(rf"\.doc-redhead-{count} span[^{{]*{{ transform: scaleX\(([\d.]+)\)", CSS)
        assert scaled is not None
        assert float(scaled[1]) == pytest.approx(share, abs=0.002)


def test_every_share_of_a_table_has_its_class() -> None:
    assert {int(n) for n in re.findall(r"\.doc-w(\d+) ", CSS)} == set(range(1, 101))
