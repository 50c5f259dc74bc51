"""Composing: figures with their links and sources, conditions, comparisons, what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from fazhi.figures import query
from fazhi.procedures.text import Figure, Heading, Missing, Paragraph
from fazhi.reports import compose, grammar, values
from fazhi.reports.compose import About, Composition, Piece

pytestmark = pytest.mark.usefixtures("demo_county")
ABOUT = About("339821", "安澜县", "望海市", "安澜县人民政府", 2025, date(2026, 2, 1))


def written(*pieces: Piece) -> Composition:
    return compose.compose(grammar.shipped(), ABOUT, pieces)


def piece(source: str, part: str = "measures", **more: object) -> Piece:
    return Piece(part, "k", source, **more)  # type: ignore[arg-type]


def value(id: str, year: int = 2025) -> str:
    found = query.figures("339821", str(year), only=[id])[0].value
    assert found is not None
    return found


def test_a_figure_is_printed_as_the_figures_page_says_and_leads_there() -> None:
    made = written(piece("决定{{figure:county.penalties}}件"))
    (run,) = [r for r in made.text.runs() if isinstance(r, Figure)]
    assert run.value == value("county.penalties")
    position = made.values.moment.replace("@", "%40")
    assert run.href == f"/figures/county.penalties/?period=2025&moment={position}"


def test_each_figure_has_one_line_in_the_table_of_sources() -> None:
    made = written(piece("{{figure:penalty.filed}}{{figure:penalty.filed}}{{figure:penalty.filed@-1}}"))
    assert [(s.title, s.value) for s in made.text.sources] == [
        ("行政处罚立案数", f"{value('penalty.filed')}件"),
        ("行政处罚立案数（2024年）", f"{value('penalty.filed', 2024)}件"),
    ]
    assert made.text.sources[0].cases == int(value("penalty.filed"))
    assert "立案" in made.text.sources[0].definition
    assert "序号" in made.text.sources[0].moment


def test_a_paragraph_whose_condition_does_not_hold_is_not_written() -> None:
    made = written(piece("有", when=("penalty.filed > 0",)), piece("没有", when=("penalty.filed > 100000",)))
    text = [p.runs for p in made.text.blocks if isinstance(p, Paragraph)]
    assert ("有",) in text
    assert ("没有",) not in text


def test_a_share_of_nothing_is_missing_and_not_zero() -> None:
    made = written(piece("{{figure:reconsideration.heads_present}}%"))
    assert made.parts[0].missing == ("被申请人负责人参加听证率（2025年没有数据）",)


@pytest.mark.parametrize(
    ("now", "then", "unit", "said"),
    [
        ("12", "9", "件", "比上年增加3件，增长33.3%"), ("9", "12", "件", "比上年减少3件，下降25.0%"), ("5", "5", "件", "与上年持平"),
        ("5", "0", "件", "比上年增加5件"), ("95.50", "93.20", "%", "比上年上升2.30个百分点"), ("90.00", "93.20", "%", "比上年下降3.20个百分点"),
        ("90.00", None, "%", None),
    ],
)  # fmt: skip
def test_the_change_against_last_year_is_said_in_words(
    now: str, then: str | None, unit: str, said: str | None
) -> None:
    def of(value: str | None) -> query.FigureValue:
        return query.FigureValue("x", "x", value, unit, None, None, 0, "", "2025")

    found = values.Values("339821", 2025, "1@2026-01-01", {("x", 0): of(now), ("x", 1): of(then)})
    assert found.change("x") == said


def test_mandatory_parts_stand_even_when_empty_and_say_so() -> None:
    made = written(piece("有内容"))
    heads = [b.text for b in made.text.blocks if isinstance(b, Heading)]
    assert heads == [
        "一、推进法治政府建设的主要举措和成效", "二、存在的不足和原因", "三、党政主要负责人履行推进法治建设第一责任人职责情况", "四、下一年度的主要安排",
    ]  # fmt: skip
    assert made.contents() == ["measures"]
    assert any("“存在的不足和原因”还没有内容" in x for x in made.lacking())
    assert [r for r in made.text.runs() if isinstance(r, Missing)]


def test_headings_are_numbered_within_their_part() -> None:
    made = written(piece("甲", heading="执法"), piece("乙"), piece("丙", heading="复议"))
    heads = [b.text for b in made.text.blocks if isinstance(b, Heading) and b.level == 2]
    assert heads == ["（一）执法", "（二）复议"]


def test_a_typed_number_is_named_until_it_has_a_source() -> None:
    made = written(piece("培训12场"))
    assert any("未关联的数字“12”" in x for x in made.lacking())
    made = written(piece("培训12场", justified={"12": "县委党校培训台账"}))
    assert not any("未关联" in x for x in made.lacking())


def test_every_line_is_a_paragraph_of_its_own() -> None:
    made = written(piece("甲{{figure:penalty.filed}}件\n乙\n\n丙"))
    paragraphs = [b.runs for b in made.text.blocks if isinstance(b, Paragraph)][:3]
    assert [r[0] for r in paragraphs] == ["甲", "乙", "丙"]


def test_the_whole_definition_is_composed_with_its_addressees() -> None:
    made = written(*compose.pieces_of(grammar.shipped(), ABOUT))
    assert made.text.title == "安澜县人民政府2025年法治政府建设年度报告"
    assert made.text.addressee == ("中共安澜县委员会、安澜县人大常委会、望海市人民政府",)
    assert len(made.text.sources) > 15
    assert not [x for x in made.lacking() if "未关联" in x]
