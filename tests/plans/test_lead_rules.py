"""Who leads, where a document says it once for all its tasks, or says it in running text; collective names."""

from __future__ import annotations

import pytest

from fazhi.organs.names import collective
from fazhi.plans.parse import parse_plan

HEAD = "某县2026年法治政府建设工作要点\n"
TASKS = (
    "1.规范执法。评查案卷。（责任单位：县公安局、县司法局）\n2.公开透明。公示结果。（责任单位：县财政局）\n"
)


def leads(text: str) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(t.lead, t.cooperating) for t in parse_plan(HEAD + text).tasks]


FIRST: list[tuple[str | None, tuple[str, ...]]] = [("县公安局", ("县司法局",)), ("县财政局", ())]


@pytest.mark.parametrize(
    "rule",
    [
        "以上任务，列第一位的责任单位为牵头单位。",
        "注：责任单位中排在首位的为牵头单位，其余为配合单位。",
        "各项任务牵头单位有多个的，排名第一的负总责。",
        "二、有关要求\n第一责任单位要牵头抓总。牵头单位为排名第一的责任单位。",
    ],
)
def test_the_first_leads_by_a_rule_at_the_end_and_nobody_is_warned(rule: str) -> None:
    plan = parse_plan(HEAD + TASKS + rule)
    assert [(t.lead, t.cooperating) for t in plan.tasks] == FIRST
    assert not [w for w in plan.warnings if "按惯例" in w]


def test_without_a_rule_the_first_leads_and_the_clerk_is_asked() -> None:
    assert any("按惯例" in w for w in parse_plan(HEAD + TASKS).warnings)


@pytest.mark.parametrize("rule", ["以上责任单位排名不分先后。", "注：各责任单位排序不分先后。"])
def test_an_order_that_means_nothing_gives_no_lead_to_lists_of_several(rule: str) -> None:
    assert leads(TASKS + rule) == [(None, ("县公安局", "县司法局")), ("县财政局", ())]


def test_one_organ_may_lead_everything() -> None:
    found = leads(TASKS + "以上任务由县委依法治县办牵头，各责任单位抓好落实。")
    assert found == [("县委依法治县办", ("县公安局", "县司法局")), ("县委依法治县办", ("县财政局",))]


def test_a_lead_that_is_named_goes_before_any_rule() -> None:
    text = "1.规范执法。评查案卷。（县公安局、县司法局（牵头））\n2.公开。公示结果。（县财政局牵头，县司法局配合）\n"
    for rule in ("以上单位排名不分先后。", "列第一位的为牵头单位。", "以上任务由县委依法治县办牵头。"):
        assert [lead for lead, _ in leads(text + rule)] == ["县司法局", "县财政局"]


@pytest.mark.parametrize(
    ("sentence", "lead", "along"),
    [
        ("由县水利局牵头，县财政局、县交通局配合。", "县水利局", ("县财政局", "县交通局")),
        ("牵头单位为县水利局，配合单位为县财政局、县交通局。", "县水利局", ("县财政局", "县交通局")),
        ("牵头单位是县水利局。", "县水利局", ()),
        ("该项工作由县水利局牵头落实，县财政局参与。", "县水利局", ("县财政局",)),
        ("县水利局负责牵头，各乡镇配合。", "县水利局", ("各乡镇",)),
        ("县水利局要会同各乡镇抓好落实。", "县水利局", ("各乡镇",)),
        ("县水利局为牵头单位，县财政局为配合单位。", "县水利局", ("县财政局",)),
    ],
)
def test_leads_in_running_text(sentence: str, lead: str, along: tuple[str, ...]) -> None:
    text = f"1.修复河道。全年修复河道12公里。{sentence}\n2.建设水库。建成水库1座。{sentence}\n"
    assert leads(text) == [(lead, along), (lead, along)]


def test_a_day_in_the_sentence_about_responsibility_is_the_tasks_own() -> None:
    text = "（一）压减时限10%以上，网办率达到99%。由县数据局牵头负责，县直各部门按职责分工落实，2026年9月底前完成。\n（二）推进公开。由县数据局牵头，县府办配合。\n"
    plan = parse_plan(HEAD + text)
    assert {str(x.due) for x in plan.tasks[0].targets} == {"2026-09-30"}
    assert plan.tasks[0].cooperating == ("县直各部门",)


@pytest.mark.parametrize(
    ("words", "op", "value", "unit"),
    [
        ("满意度不低于92%", ">=", "92", "%"),
        ("办结率达到95%以上", ">=", "95", "%"),
        ("纠错率控制在3%以内", "<=", "3", "%"),
        ("公平竞争审查全覆盖", "=", "100", "%"),
        ("实现乡镇述法全覆盖", "=", "100", "%"),
        ("建成调解室不少于15个", ">=", "15", "个"),
        ("败诉率下降20%", "=", "20", "%"),
        ("群众满意度提高3个百分点", "=", "3", "个百分点"),
        ("投诉量下降5%以上", ">=", "5", "%"),
        ("力争出庭应诉率达到100%", "=", "100", "%"),
        ("力争培育示范单位3家", "=", "3", "家"),
        ("审批时限由7个工作日缩短至3个工作日以内", "<=", "3", "个工作日"),
        ("6月底前组织一次考试", "=", "1", "次"),
    ],
)
def test_targets_in_every_wording(words: str, op: str, value: str, unit: str) -> None:
    plan = parse_plan(f"{HEAD}1.规范执法。{words}。（县司法局）\n2.加强监督。（县司法局）\n")
    assert [(t.op, str(t.value), t.unit) for t in plan.tasks[0].targets] == [(op, value, unit)]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("6月底前完成50%，12月底前完成100%", ["2026-06-30", "2026-12-31"]),
        ("10月底前建成中心1个、11月底前配备调解员4名", ["2026-10-31", "2026-11-30"]),
        ("到2026年、2028年分别达到60%、90%", ["2026-12-31", "2028-12-31"]),
        ("3月底前建成1座，9月底前投用；培训30人", ["2026-03-31", "None"]),
        ("到2026年，参训率达到60%；合格率达到90%", ["2026-12-31", "2026-12-31"]),
    ],
)
def test_two_days_in_one_sentence_each_govern_their_own(words: str, days: list[str]) -> None:
    plan = parse_plan(f"{HEAD}1.规范执法。{words}。（县司法局）\n2.加强监督。（县司法局）\n")
    assert [str(t.due) for t in plan.tasks[0].targets] == days


def test_inspection_findings_and_yi_shi_are_numbers() -> None:
    text = (
        "某县法治督察反馈问题整改方案\n问题1：述法不到位。\n整改措施：修订办法。\n整改时限：2026年2月底\n责任领导：张某\n牵头单位：县司法局\n责任单位：各乡镇\n"
        "问题2：案卷不规范。\n整改措施：评查案卷200份以上。\n整改时限：立行立改\n责任领导：李某\n牵头单位：县司法局\n责任单位：县公安局\n"
    )
    plan = parse_plan(text)
    assert [(t.number, t.title, t.lead, t.cooperating) for t in plan.tasks] == [
        ("1", "述法不到位", "县司法局", ("各乡镇",)),
        ("2", "案卷不规范", "县司法局", ("县公安局",)),
    ]
    assert str(plan.tasks[0].due) == "2026-02-28"
    assert "张某" not in plan.tasks[0].text


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("各乡镇人民政府", {"township"}),
        ("各镇人民政府", {"township"}),
        ("各镇（街道）", {"township"}),
        ("各镇街", {"township"}),
        ("县直有关部门", {"department", "institution", "upper_branch", "party_organ", "supervision"}),
        ("各行政执法部门", {"department", "institution", "upper_branch", "party_organ", "supervision"}),
        ("各村（社区）", {"village"}),
        ("县司法局", None),
        ("各界代表", None),
    ],
)
def test_collective_names_say_which_kinds_of_organ_they_expand_to(name: str, kinds: set[str] | None) -> None:
    assert collective(name) == kinds
