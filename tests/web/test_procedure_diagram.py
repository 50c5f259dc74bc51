"""The course of a definition as a picture: everything in it, every arrow right, text inside its sheet, keys enough."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from tests.web.cases_build import Web

import fazhi.web
from fazhi.procedures import Definition, shipped
from fazhi.web import definition_flow, flow_chart

STYLES = Path(fazhi.web.__file__).parent / "static/web"
NAMES = [n for n in shipped().names() if n not in ("small", "wide")]


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def latest(name: str) -> Definition:
    d = shipped().latest(name)
    assert d is not None
    return d


def drawn(name: str, width: int = 760) -> Any:
    svg = flow_chart.draw(definition_flow.course(latest(name)), "某程序", width, "wide")
    return etree.fromstring(str(svg))  # well formed


def text_of(svg: Any) -> str:
    return "".join(x.text or "" for x in svg.iter("text"))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_every_act_twice_in_the_picture_and_once_in_words(w: Web, name: str) -> None:
    answer = w.client(w.handler).get(f"/procedures/{name}/diagram/")
    assert answer.status_code == 200
    page = html.fromstring(answer.content.decode())
    charts = page.xpath("//*[local-name()='svg'][contains(@class, 'flow')]")
    assert len(charts) == 2
    rows = {r.get("id") for r in page.xpath("//tr[@id]")}
    d = latest(name)
    shown = {a.name for a in d.actions.values() if not a.quick}
    assert rows == {f"row-{a}" for a in shown}
    for chart in charts:
        links = chart.xpath(".//*[local-name()='a']/@href")
        assert sorted(links) == sorted(f"#row-{a}" for a in shown)
        for title in d.source.phases.values():
            assert title in text_of(chart) or title in "".join(chart.itertext())
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not page.xpath("//*[local-name()='svg']//*[@style] | //main//style")


@pytest.mark.parametrize("name", NAMES)
def test_every_way_into_another_phase_has_its_arrow_to_that_phase(name: str) -> None:
    svg = drawn(name)
    stations = definition_flow.course(latest(name))
    middle = [float(r.get("y")) + float(r.get("height")) / 2 for r in svg.iter("rect")]
    top = dict(zip([s.key for s in stations], middle, strict=True))
    wanted = sorted(top[w.to] for s in stations for a in s.acts for w in a.ways if w.to and w.to != s.key)
    ends = [re.search(r"V([\d.]+)H", p.get("d")) for p in svg.iter("path") if "flow__way" in p.get("class")]
    assert sorted(float(e[1]) for e in ends if e) == wanted


def test_needs_clocks_and_articles_stand_with_their_act() -> None:
    text = text_of(drawn("penalty"))
    assert "起算 作出决定期限 90日〔第六十条〕" in text
    assert "✓ 先要求" in text
    assert "行政处罚法 第" not in text  # its own statute is named once, above
    order = latest("supervision_order")
    check = next(a for s in definition_flow.course(order) for a in s.acts if a.key == "check")
    assert [(x.title, x.to) for x in check.ways] == [("属实，销号", "closed"), ("退回重办", "working")]
    assert check.ways[0].clocks.stops == ("签收期限", "反馈期限")
    assert [n["law"] for n in check.ways[0].needs] == ["第十八条", "第十八条"]


def test_what_may_be_done_in_a_phase_is_said_there_even_if_it_begins_earlier() -> None:
    stations = {s.key: s for s in definition_flow.course(latest("supervision_order"))}
    assert stations["answered"].acts == ()
    assert stations["answered"].others == ("复核", "升级督办", "终止督办")
    assert "还可以办理：复核、升级督办、终止督办" in text_of(drawn("supervision_order"))


def test_a_line_is_broken_between_characters_and_not_before_a_closing_mark() -> None:
    assert flow_chart.wrapped("一二三四，五", 8) == ["一二三四，", "五"]
    assert flow_chart.wrapped("abcdef", 4) == ["abcd", "ef"]
    assert flow_chart.wrapped("", 4) == []


def test_a_procedure_that_is_not_there_has_no_picture(w: Web) -> None:
    assert w.client(w.handler).get("/procedures/nothing/diagram/").status_code == 404


def test_an_earlier_version_has_its_own_picture(w: Web) -> None:
    first = shipped().versions("reconsideration")[0]
    page = (
        w.client(w.handler).get(f"/procedures/reconsideration/diagram/?from={first.from_}").content.decode()
    )
    assert f"{first.title}的流程图" in page


@pytest.mark.parametrize(("width", "prefix"), [(760, "wide"), (340, "narrow")])
def test_text_stays_inside_the_sheet_and_keys_reach_every_act(browser: Any, width: int, prefix: str) -> None:
    """In a real browser with its own fonts: nothing is cut off, Tab goes from act to act in order."""
    style = "".join((STYLES / n).read_text("utf-8") for n in ("base.css", "cases.css"))
    d = latest("penalty")
    svg = flow_chart.draw(definition_flow.course(d), d.title, width, prefix)
    page = browser.new_page(viewport={"width": 1366 if width > 400 else 390, "height": 844})
    try:
        page.set_content(f"<style>{style}</style>{svg}")
        over = page.evaluate(
            "() => { const s = document.querySelector('svg'), w = s.viewBox.baseVal;"
            " return [...s.querySelectorAll('text')].filter(t => { const b = t.getBBox();"
            " return b.x + b.width > w.width || b.y + b.height > w.height || b.x < 0 })"
            ".map(t => t.textContent) }"
        )
        assert over == []
        wanted = [f"#row-{a.key}" for s in definition_flow.course(d) for a in s.acts]
        reached = []
        for _ in wanted[:6]:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("() => document.activeElement.getAttribute('href')"))
        assert reached == wanted[:6]
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.close()
