"""Saved web pages of several shapes: the main text, and what of the site was left out."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fazhi.reading.errors import ReadingError
from fazhi.reading.source import open_file

PARAGRAPHS = [
    "某县2025年法治政府建设工作情况报告如下，请予审议。",
    "一、主要做法。全年排查矛盾纠纷500件，化解487件，化解率97.4%；新登记企业312户，较上年同期260户增加52户。",
    "二、存在问题。执法人员力量不足，现有执法人员186人，其中持证上岗180人，占96.8%，一线力量需要进一步加强。",
    "三、下一步打算。继续健全行政执法监督机制，做好行政复议、政务公开、普法依法治理等各项工作，推动各项任务落实。",
]
TITLE = "某县2025年法治政府建设年度报告"
MENU = "".join(
    f'<li><a href="/{n}">{word}</a></li>'
    for n, word in enumerate(["首页", "政务公开", "办事服务", "互动交流", "魅力某县", "专题专栏"])
)
NEWS = "".join(
    f'<li><a href="/n{n}">某县召开第{n}次常务会议 研究部署重点工作</a><span>2025-03-{n:02}</span></li>'
    for n in range(10, 19)
)
FOOT = "主办：某县人民政府办公室　承办：某县大数据中心　网站标识码：3398210001　ICP备12345678号　公网安备33010802001234号"
ABOUT = "来源：某县司法局　发布时间：2026-01-20 09:30　浏览次数：1234"
BODY = "".join(f"<p>　　{each}</p>" for each in PARAGRAPHS)
TABLE = (
    "<table>"
    + "".join(f"<tr>{''.join(f'<td><p><span>{cell}</span></p></td>' for cell in row)}</tr>" for row in [("单位", "受理", "办结"), ("城区", "120", "118"), ("镇区", "80", "79"), ("合计", "200", "197")])
    + "</table>"
)  # fmt: skip

SPANS = "".join(
    "<p>"
    + "".join(f'<span style="font-size:16pt">{each[n : n + 3]}</span>' for n in range(0, len(each), 3))
    + "</p>"
    for each in PARAGRAPHS
)

SHAPES = {
    "each run in a span of its own": f"<div id=top><ul>{MENU}</ul></div><div id=UCAP-CONTENT class=TRS_Editor><style>.a{{}}</style><div><h1>{TITLE}</h1></div><div>{ABOUT}</div>{SPANS}{TABLE}</div><div class=xgxx><ul>{NEWS}</ul></div><div>{FOOT}</div>",
    "breadcrumb and sharing inside the text": f"<div class=wrap><ul>{MENU}</ul><div class=con><div class=pos>您现在的位置：<a href=/>首页</a>-<a href=/1>公开</a>-<a href=/2>年报</a></div><h2>{TITLE}</h2><p class=info>{ABOUT}</p>{BODY}{TABLE}<div class=share>分享：<a>微信</a><a>微博</a><a>打印</a></div><ul class=list>{NEWS}</ul></div><div class=bot>{FOOT}</div></div>",
    "class names": f"<div class='header'><ul class='nav'>{MENU}</ul></div><div class='crumbs'>当前位置：<a href=/>首页</a> &gt; <a href=/a>报告</a></div><div class='article'><h1>{TITLE}</h1><div class='info'>{ABOUT}</div><div class='text'>{BODY}{TABLE}</div></div><div class='related'><h3>相关链接</h3><ul>{NEWS}</ul></div><div class='footer'>{FOOT}</div>",
    "html5": f"<header><nav><ul>{MENU}</ul></nav></header><main><article><h1>{TITLE}</h1><p>{ABOUT}</p>{BODY}{TABLE}</article><aside><ul>{NEWS}</ul></aside></main><footer>{FOOT}</footer>",
    "no names at all": f"<div><div><ul>{MENU}</ul></div></div><div><div><div>{TITLE}</div><div>{ABOUT}</div><div>{BODY}{TABLE}</div></div><div><ul>{NEWS}</ul></div></div><div><p>{FOOT}</p></div>",
    "tables for layout": f"<table><tr><td><a href=/>首页</a></td><td><a href=/a>政务公开</a></td><td><a href=/b>互动</a></td></tr></table><table><tr><td width=200><ul>{NEWS}</ul></td><td><table><tr><td>{TITLE}</td></tr><tr><td>{ABOUT}</td></tr><tr><td>{BODY}{TABLE}</td></tr></table></td></tr></table><table><tr><td>{FOOT}</td></tr></table>",
    "breaks instead of paragraphs": f"<div><ul>{MENU}</ul></div><div><h1>{TITLE}</h1><div>{ABOUT}</div><div id=zoom>{'<br><br>'.join(PARAGRAPHS)}{TABLE}</div></div><div><ul>{NEWS}</ul></div><div>{FOOT}</div>",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_main_text_is_found_and_nothing_of_it_is_lost(shape: str) -> None:
    source = open_file(
        f"<html><head><title>{TITLE}_某县人民政府</title></head><body>{SHAPES[shape]}</body></html>".encode(),
        "a.html",
    )
    lines = [line for line in source.text.split("\n") if line]
    assert [line for line in lines if line in PARAGRAPHS] == PARAGRAPHS
    assert TITLE in lines
    assert lines[-4:] == ["单位\t受理\t办结", "城区\t120\t118", "镇区\t80\t79", "合计\t200\t197"]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_belongs_to_the_site_is_left_out_and_told(shape: str) -> None:
    source = open_file(f"<html><body>{SHAPES[shape]}</body></html>".encode(), "a.html")
    for furniture in ("互动", "常务会议", "浏览次数", "公网安备"):
        assert furniture not in source.text
        assert any(furniture in each.text for each in source.left_out), furniture
    assert "发布信息" in {each.what for each in source.left_out}


def test_a_page_with_little_text_is_read_whole() -> None:
    assert (
        open_file("<body><ul><li>办结37件</li><li>受理40件</li></ul></body>".encode(), "a.html").text
        == "办结37件\n\n受理40件"
    )


def test_sections_side_by_side_stay_together() -> None:
    half = "".join(f"<p>{each}</p>" for each in PARAGRAPHS[:2])
    page = f"<body><section>{half}</section><section>{half}</section><section>{half}</section></body>"
    assert open_file(page.encode(), "a.html").text.count("化解率97.4%") == 3


def test_hidden_text_is_not_read() -> None:
    page = f"<body><div>{BODY}<p style='display: none'>办结99件。</p><p hidden>办结98件。</p></div></body>"
    text = open_file(page.encode(), "a.html").text
    assert "99" not in text
    assert "98件" not in text


def test_a_page_declared_as_one_encoding_and_saved_in_another_is_read() -> None:
    page = f"<html><head><meta charset='gb2312'></head><body>{BODY}</body></html>"
    assert PARAGRAPHS[1] in open_file(page.encode("utf-8"), "a.html").text
    page = page.replace("gb2312", "utf-8")
    assert PARAGRAPHS[1] in open_file(page.encode("gb18030"), "a.html").text


def test_links_inside_the_text_stay() -> None:
    body = BODY.replace("行政复议", '<a href="/fy">行政复议</a>').replace(
        "政务公开", '<a href="/gk">政务公开</a>'
    )
    assert PARAGRAPHS[3] in open_file(f"<body><div>{body}</div></body>".encode(), "a.html").text


def test_nesting_without_end_is_no_danger() -> None:
    page = "<div>" * 50_000 + PARAGRAPHS[1] + "</div>" * 50_000
    assert isinstance(open_file(f"<body>{page}{BODY}</body>".encode(), "a.html").text, str)


TAGS = st.sampled_from(
    ["div", "p", "table", "tr", "td", "a", "span", "ul", "li", "h1", "nav", "br", "b", "script", "main"]
)
WORDS = st.sampled_from(
    ["", "办结37件。", "首页", "来源：某局 浏览次数：12", "版权所有 ICP备1号", PARAGRAPHS[1]]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TAGS, st.booleans(), WORDS), max_size=40))
def test_no_page_brings_it_down(parts: list[tuple[str, bool, str]]) -> None:
    page = "".join(f"{'</' if closing else '<'}{tag}>{words}" for tag, closing, words in parts)
    with contextlib.suppress(ReadingError):
        assert open_file(page.encode() or b" ", "a.html").text.strip()
