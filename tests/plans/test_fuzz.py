"""Whatever is thrown at the reader: it answers or refuses in its own words, and loses no task."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from fazhi.errors import UserError
from fazhi.plans.parse import parse_plan, read_file

PIECES = st.sampled_from(
    [
        "\n", "\n\n", "一、", "（一）", "(二)", "1.", "2、", "３．", "（1）", "①", "第三条 ", "第一部分 ", "任务1：", "附件：", "1.1 ",
        "主要任务", "工作目标", "工作要求", "加强领导", "规范执法。", "审核率达到100%", "控制在3%以内", "至少一次", "到2025年底，",
        "2025年13月", "每年第一季度", "全覆盖", "（县司法局、县府办）", "〔县司法局〕", "（县司法局", "）", "责任单位：县司法局、", "牵头单位：",
        "完成时限：", "县府办牵头", "按职责落实", "列第一位的为牵头单位", "“双随机、一公开”", "《纲要（2021—2025年）》", "序号\t任务\t牵头单位\n", "1\t甲事\t县府办\n",
        "3万", "万亿", "二〇二五", "三四十", "1,234", "．", "；", "。", "、", "——", "*", "等", "和", "〇", "２", "\t", " ", "\u3000", "\ufeff", "\r",
        "云溪县工作方案", "2023年度报告", "云政发〔2024〕1号",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_mixture_of_the_words_of_plans_is_read_or_refused(text: str) -> None:
    try:
        plan = parse_plan(text)
    except UserError:
        return
    assert plan.tasks
    for task in plan.tasks:
        assert 0 <= task.start <= task.end <= len(text)
        assert task.lead not in task.cooperating
        assert len(set(task.cooperating)) == len(task.cooperating)
        for target in task.targets:
            assert 0 <= target.start < target.end <= len(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UserError):
        parse_plan(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["a.txt", "a.docx", "a.pdf", "", "..", "a.TXT"]), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    with suppress(UserError):
        parse_plan(read_file(name, data))


ORGANS = st.sampled_from(
    [
        "县司法局",
        "县府办",
        "县住房和城乡建设局",
        "县委编办",
        "各乡镇",
        "各镇（街道）",
        "县属各有关单位",
        "市生态环境局云溪分局",
        "县法院",
        "县委组织部",
    ]
)
BODY = st.sampled_from(
    [
        "推进村（社区）建设。",
        "落实“双随机、一公开”。",
        "做到执法一次、规范一片。",
        "完善机制，加强协同；强化考核。",
        "依据《纲要（2021—2025年）》办理。",
    ]
)
LISTS = [
    lambda names: f"（{'、'.join(names)}）",
    lambda names: f"({','.join(names)})",
    lambda names: f"[责任单位:{'、'.join(names)}]",
    lambda names: f"〔{'；'.join(names)}〕",
    lambda names: f"\n责任单位：{'、'.join(names)}",
    lambda names: f"责任单位：{'、'.join(names)}。",
    lambda names: f"（{names[0]}牵头{'，' + '、'.join(names[1:]) + '配合' if names[1:] else ''}）",
    lambda names: f"（牵头单位：{names[0]}{'；配合单位：' + '、'.join(names[1:]) if names[1:] else ''}）",
    lambda names: f"\n牵头单位：{names[0]}" + (f"\n配合单位：{'、'.join(names[1:])}" if names[1:] else ""),
]
NUMBERS = [
    lambda n: f"{n}.",
    lambda n: f"{n}、",
    lambda n: f"{n}．",
    lambda n: f"（{n}）",
    lambda n: f"{n}. ",
]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_task_is_lost_and_each_has_its_organs(data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(NUMBERS))
    write = data.draw(st.sampled_from(LISTS))
    tasks = data.draw(
        st.lists(
            st.tuples(
                st.lists(BODY, min_size=1, max_size=3), st.lists(ORGANS, min_size=1, max_size=5, unique=True)
            ),
            min_size=2,
            max_size=12,
        )
    )
    gap = data.draw(st.sampled_from(["\n", "\n\n", "\r\n", "\n　　"]))
    lines = ["云溪县工作方案", "一、总体要求", "坚持依法行政。", "二、主要任务"]
    for place, (body, names) in enumerate(tasks, start=1):
        lines.append(f"{number(place)}第{place}项重点工作。{''.join(body)}{write(names)}")
    lines += ["三、工作要求", "（一）加强领导。各单位要抓好落实。"]
    plan = parse_plan(gap.join(lines))
    assert [(task.number, task.lead, list(task.cooperating)) for task in plan.tasks] == [
        (str(place), names[0], names[1:]) for place, (_, names) in enumerate(tasks, start=1)
    ]
    assert [task.section for task in plan.tasks] == ["主要任务"] * len(tasks)
    assert [task.text for task in plan.tasks] == [
        f"第{place}项重点工作。{''.join(body)}" for place, (body, _) in enumerate(tasks, start=1)
    ]
