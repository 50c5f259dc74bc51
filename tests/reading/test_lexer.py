"""What counts as a figure, where it stands and what it is worth; and what never does. All sentences are invented."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from fazhi.reading.lexer import lex


def told(text: str) -> list[tuple[str, str, str, str]]:
    return [(f.text, str(f.value.normalize().__format__("f")), f.unit, f.kind) for f in lex(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("办结案件37件", [("37", "37", "件", "count")]),
        ("全年接待1,286人次", [("1,286", "1286", "人次", "count")]),
        ("受理1 286件，办结1 280件", [("1 286", "1286", "件", "count"), ("1 280", "1280", "件", "count")]),
        (
            "办理３５件，办结率９８．６％",
            [("３５", "35", "件", "count"), ("９８．６％", "98.6", "%", "percent")],
        ),
        ("发放资料3.2万余份", [("3.2万", "32000", "份", "count")]),
        ("惠及20余万人", [("20余万", "200000", "人", "count")]),
        ("罚没1.37亿元", [("1.37亿", "137000000", "元", "money")]),
        ("补助8 260万元", [("8 260万", "82600000", "元", "money")]),
        ("比上年高3.3个百分点", [("3.3", "3.3", "百分点", "percent_point")]),
        ("死亡率千分之二", [("千分之二", "0.2", "", "percent")]),
        ("出生率7.5‰", [("7.5‰", "0.75", "‰", "percent")]),
        ("七成以上群众", [("七成", "70", "成", "percent")]),
        ("共有调解员二十六名", [("二十六", "26", "名", "count")]),
        ("压缩至15个工作日", [("15", "15", "个工作日", "duration")]),
        ("用时3年", [("3", "3", "年", "duration")]),
        ("重新犯罪率为0。", [("0", "0", "%", "percent")]),
        ("3至5名", [("3", "3", "", "count"), ("5", "5", "名", "count")]),
    ],
)
def test_a_figure_has_its_exact_place_value_unit_and_kind(text: str, expected: list[object]) -> None:
    assert [one for one in told(text) if one[0]] == expected
    assert all(text[f.start : f.end] == f.text for f in lex(text))


@pytest.mark.parametrize(
    "text",
    [
        "2023年5月6日印发",
        "2021-2025年规划",
        "1至8月",
        "截至12月底",
        "第14次常务会议",
        "十四届三中全会",
        "江政发〔2022〕17号",
        "索引号：AB0012-3000-2022-00017",
        "一、总体情况",
        "（二）工作成效",
        "3.加强领导",
        "全面统一部署，进一步落实第一责任人职责",
        "推行“双随机、一公开”和“三项制度”",
        "践行“532”工作法",
        "拨打12345热线",
        "《关于推进三年行动的20条意见》",
        "建设5G基站、评定4A级景区",
        "20.12.2017 07:04",
        "“12·4”国家宪法日",
        "浏览次数：1286",
        "65岁以上老年人",
        "世界500强企业",
    ],
)
def test_dates_ordinals_numbers_of_papers_lists_and_slogans_are_no_figures(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("近30件", "approx"),
        ("30余件", "approx"),
        ("30件左右", "approx"),
        ("不少于30件", "ge"),
        ("超过30件", "ge"),
        ("达到95%以上", "ge"),
        ("控制在3%以内", "le"),
        ("不超过3件", "le"),
        ("共30件", "exact"),
    ],
)
def test_the_words_around_say_whether_the_number_is_given_or_bounded(text: str, bound: str) -> None:
    assert [figure.bound for figure in lex(text)] == [bound]


def test_the_last_place_written_is_kept() -> None:
    assert [figure.ulp for figure in lex("98.50%，1.26万件，37件")] == [Decimal("0.01"), 100, 1]


def test_figures_come_in_order_and_never_overlap() -> None:
    text = "二十六名调解员办结37件，百分之五由3人办理，四成为1.2万元以下。"
    found = lex(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert [figure.text for figure in found] == ["二十六", "37", "百分之五", "3", "1.2万"]
