"""The shipped definition fits the figures and the case that carries the report; mistakes in one are said with their place."""

from __future__ import annotations

import re

import pytest

from fazhi.figures import catalogue
from fazhi.procedures import shipped as library
from fazhi.reports import compose, grammar, loose, markup, values
from fazhi.reports.errors import DefinitionError

DEFINITION = """
report: r
procedure: annual_report
title: 报告
law: 规定 第一条
parts:
  - id: measures
    title: 举措
    law: 规定 第一条
    paragraphs: [{id: a, text: 甲}]
"""


@pytest.fixture(params=grammar.NAMES)
def shipped(request: pytest.FixtureRequest) -> grammar.ReportDef:
    return grammar.shipped(request.param)


def test_it_has_the_parts_that_the_source_demands_and_the_case_asks_for(shipped: grammar.ReportDef) -> None:
    case = library().latest(shipped.procedure)
    assert case is not None
    assert [p.id for p in shipped.parts] == list(case.source.fields["contents"].choices)
    assert [p.id for p in shipped.parts if p.mandatory] == ["measures", "problems", "first", "next"]


def test_every_figure_and_condition_is_known(shipped: grammar.ReportDef) -> None:
    known = catalogue.current().figures
    for part in shipped.parts:
        for p in part.paragraphs:
            named = {id for id, _ in markup.figures(p.text)} | {id for id, _ in values.named_in(p.when)}
            assert named <= set(known), (part.id, p.id, named - set(known))


def test_a_rate_is_written_only_where_there_is_one(shipped: grammar.ReportDef) -> None:
    """A share of nothing has no value: a paragraph with a share has a condition that such a share does not satisfy."""
    known = catalogue.current().figures
    for part in shipped.parts:
        for p in part.paragraphs:
            shares = {
                id
                for id, back in markup.figures(p.text)
                if known[id].kind in ("share", "median") and not back
            }
            assert not shares or p.when, (part.id, p.id)


def test_what_follows_a_figure_is_its_unit(shipped: grammar.ReportDef) -> None:
    known = catalogue.current().figures
    for part in shipped.parts:
        for p in part.paragraphs:
            tokens = markup.read(p.text)
            for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
                if isinstance(token, markup.FigureToken):
                    unit = known[token.id].unit
                    assert isinstance(following, str)
                    if unit != "件":  # 次, 宗: a count may be said in other measure words
                        assert following.startswith(unit), (p.id, token.id, following[:4])


def test_it_types_no_number_itself(shipped: grammar.ReportDef) -> None:
    for part in shipped.parts:
        for p in part.paragraphs:
            words = {v: "2025" if "year" in v else "安澜县" for v in markup.VARIABLES}
            assert loose.find(markup.filled(p.text, words)) == [], p.id


def test_its_paragraphs_are_filled_for_a_county_and_a_year(shipped: grammar.ReportDef) -> None:
    from datetime import date

    about = compose.About("339821", "安澜县", "望海市", "安澜县人民政府", 2025, date(2026, 2, 1))
    assert not [p for p in compose.pieces_of(shipped, about) if re.search(r"\{\{(year|county)", p.source)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (DEFINITION.replace("title: 报告\n", ""), "title"),
        (DEFINITION + "colour: red\n", "colour"),
        (
            DEFINITION.replace("text: 甲", "text: 甲, when: [penalty.decided 多]"),
            "条件「penalty.decided 多」",
        ),
        (DEFINITION.replace("[{id: a, text: 甲}]", "[{id: a, text: 甲}, {id: a, text: 乙}]"), "重复的编号"),
        (DEFINITION.replace("id: measures", "id: 举措"), "parts.0.id"),
        ("report: [", "不是合法的 YAML"),
    ],
)
def test_a_mistake_is_said_with_its_place(wrong: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        grammar.parse(wrong, "x.yaml")
    assert "x.yaml" in caught.value.message
    assert said in caught.value.message


def test_titles_by_which_clerks_name_figures_are_all_different() -> None:
    titles = values.titles()
    assert len(set(titles.values())) == len(titles)
    assert not [t for t in titles.values() if re.search("[【】：]", t)]
