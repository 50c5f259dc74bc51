"""Lists of responsible organs: who leads, who works along, and what is no such list."""

from __future__ import annotations

import pytest

from fazhi.plans import organs, responsible
from fazhi.plans.passage import Passage

LISTS = [
    ("县司法局", "县司法局", []),
    ("县委编办、县府办,县司法局；各乡镇", "县委编办", ["县府办", "县司法局", "各乡镇"]),
    ("县委编办、县府办。列第一位的为牵头单位,下同。", "县委编办", ["县府办"]),
    ("县委编办、县府办，排在首位的为牵头单位", "县委编办", ["县府办"]),
    ("县公安局、县教育局按职责落实", None, ["县公安局", "县教育局"]),
    ("县公安局、县教育局等按职责分工负责", None, ["县公安局", "县教育局"]),
    ("县公安局、县教育局等县直部门按照各自职责分工分别负责", None, ["县公安局", "县教育局", "县直部门"]),
    ("县公安局、县教育局各负其责", None, ["县公安局", "县教育局"]),
    ("县公安局、县教育局，排名不分先后", None, ["县公安局", "县教育局"]),
    ("县司法局牵头，县财政局、各乡镇（街道）配合", "县司法局", ["县财政局", "各乡镇（街道）"]),
    ("县司法局牵头负责，其他部门按职责分工负责", "县司法局", ["其他部门"]),
    ("由县司法局会同县财政局负责", "县司法局", ["县财政局"]),
    ("县财政局配合，县司法局牵头", "县司法局", ["县财政局"]),
    ("牵头单位：县司法局；责任单位：县府办、县财政局", "县司法局", ["县府办", "县财政局"]),
    ("牵头单位：县司法局、县府办；配合单位：各乡镇", "县司法局", ["县府办", "各乡镇"]),
    ("责任单位：县公安局、县司法局牵头，县财政局配合", "县公安局", ["县司法局", "县财政局"]),
    ("主办：县司法局 协办：县财政局", "县司法局", ["县财政局"]),
    (
        "责任单位：县府办、县司法局、各部门,乡镇人民政府按职责分工分别负责",
        None,
        ["县府办", "县司法局", "各部门", "乡镇人民政府"],
    ),
    ("县公安局、县司法局*、县财政局", "县司法局", ["县公安局", "县财政局"]),
    ("县住房和城乡建设局、县发展和改革局和县司法局", "县住房和城乡建设局", ["县发展和改革局", "县司法局"]),
    ("县农业农村和水利局", "县农业农村和水利局", []),
    ("县住建局（县人防办、县城管局）、县教体局", "县住建局（县人防办、县城管局）", ["县教体局"]),
    ("县司法局 县财政局　县公安局", "县司法局", ["县财政局", "县公安局"]),
    ("县司法局、县财政局等部门", "县司法局", ["县财政局"]),
    ("县教育局、高等学校", "县教育局", ["高等学校"]),
    ("县政协办、县司法局", "县政协办", ["县司法局"]),
    ("县司法局、县司法局、县财政局", "县司法局", ["县财政局"]),
    ("牵头单位：海东青小组；责任单位：飞鸟", "海东青小组", ["飞鸟"]),
    ("县司法局、\n县财政局", "县司法局", ["县财政局"]),
    ("县司法局、县发\n改局", "县司法局", ["县发改局"]),
    ("责任单位：县司法局；责任人：张三；责任领导：李四", "县司法局", []),
    ("县司法局牵头，长期坚持", "县司法局", []),
]


@pytest.mark.parametrize(("words", "lead", "cooperating"), LISTS)
def test_a_list_is_read(words: str, lead: str | None, cooperating: list[str]) -> None:
    found = organs.read(Passage.of(words).strip(" 。"))
    assert (found.lead, list(found.cooperating)) == (lead, cooperating)
    assert organs.is_list(found, alone=True)


@pytest.mark.parametrize(
    "words",
    [
        "社区",
        "县、市、区",
        "街道办事处、社区",
        "试行",
        "2021—2025年",
        "此件公开发布",
        "谁执法谁负责",
        "下同",
        "以下简称《纲要》",
        "含网格员",
    ],
)
def test_other_words_in_brackets_are_no_list(words: str) -> None:
    assert not organs.is_list(organs.read(Passage.of(words)), alone=True)


@pytest.mark.parametrize("words", ["公示制度、全过程记录、审核办", "县城的钟楼", "乡镇"])
def test_a_few_likely_words_are_no_list_within_a_sentence(words: str) -> None:
    assert not organs.is_list(organs.read(Passage.of(words)), alone=False)


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("落实制度。（县司法局、县府办）", ["（县司法局、县府办）"]),
        ("落实制度（县司法局、县府办）。", ["（县司法局、县府办）"]),
        ("落实制度。〔县司法局〕。", ["〔县司法局〕。"]),
        ("落实制度。[责任单位:县司法局]", ["[责任单位:县司法局]"]),
        ("落实制度。（县司法局", ["（县司法局"]),
        ("落实制度。责任单位：县司法局、县府办", ["责任单位：县司法局、县府办"]),
        (
            "落实制度。\n责任单位：县司法局、\n县府办\n完成时限：年底",
            ["责任单位：县司法局、\n县府办", "完成时限：年底"],
        ),
        ("落实制度。\n【责任单位】县司法局", ["【责任单位】县司法局"]),
        ("落实制度。\n责任单位：\n县司法局", ["责任单位：\n县司法局"]),
        ("落实制度。由县司法局牵头，县财政局配合。", ["由县司法局牵头，县财政局配合。"]),
        ("建库（县司法局）；上网（县府办）。", ["（县司法局）", "（县府办）"]),
        ("民主法治村（社区）建设，各县（市、区）落实。", []),
        ("落实《纲要（2021—2025年）》（云发〔2021〕2号）要求。", []),
        ("落实责任：各乡镇要加强领导，县司法局要建立机制。", []),
        ("向上级机关（县司法局）的报告。", []),
    ],
)
def test_lists_are_found_where_they_stand(text: str, lists: list[str]) -> None:
    assert [text[one.start : one.end] for one in responsible.find(Passage.of(text))] == lists


def test_running_text_may_say_who_leads() -> None:
    found = responsible.in_prose(Passage.of("由县住建局牵头，县财政局、县交通局配合，年底前完工。"))
    assert (found.lead, found.cooperating) == ("县住建局", ("县财政局", "县交通局"))


def test_the_rule_that_the_first_leads_is_recognised() -> None:
    assert organs.states_first_leads("各项任务列第一位的为牵头单位")
    assert not organs.states_first_leads("坚持人民至上，把群众满意放在第一位。牵头抓总。")
