"""`fazhi procedure diff`: what two definitions have differently, in words, nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fazhi.cli import main
from fazhi.procedures import difference, loader
from fazhi.procedures.difference import Change
from fazhi.procedures.model import Definition

FOLDER = Path(__file__).parent / "bad"
GOOD = (FOLDER / "good.yaml").read_text(encoding="utf-8")
PAPERS = (FOLDER / "good.documents.yaml").read_bytes()


def loaded(text: str = GOOD, papers: bytes = PAPERS) -> Definition:
    return loader.load(text.encode(), "a.yaml", documents=papers)


def changes(*replaced: tuple[str, str]) -> list[Change]:
    text = GOOD
    for old, new in replaced:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return difference.compare(loaded(), loaded(text))


def test_a_definition_does_not_differ_from_itself() -> None:
    assert changes() == []
    assert list(difference.words(loaded(), loaded(), []))[-1] == "没有不同。"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("limit: 90 natural days", "limit: 60 working days", ("期限", "办案期限", "长度", "90日", "60个工作日")),
        ("law: 第六十条,", "law: 第六十一条,", ("期限", "办案期限", "依据", "行政处罚法 第六十条", "行政处罚法 第六十一条")),
        ("day: after_expiry", "day: expiry", ("期限", "办案期限", "届满", "届满次日「视为放弃」", "届满当日「视为放弃」")),
        ("by: agency.handler, from: [open], asks: [fine", "by: agency.head, from: [open], asks: [fine", ("办理动作", "调查", "由谁办理", "机关承办人", "机关负责人")),
        ("    approve: [agency.head]\n", "", ("办理动作", "决定", "审批", "机关负责人", "")),
        ("else: 尚未调查, law: 第五十四条", "else: 尚未调查, law: 第五十五条", ("法定要求", "决定：已办理「调查」，并且不属于「情节严重」", "依据", "行政处罚法 第五十四条", "行政处罚法 第五十五条")),
        ("do: look}", "do: look, level: flaw}", ("法定要求", "决定：已办理「调查」，并且不属于「情节严重」", "不满足时", "不得办理（尚未调查）", "照办，记为程序瑕疵（尚未调查）")),
        ("ask: agency.handler, law", "ask: agency.head, law", ("认定事实", "情节严重", "怎样认定", "由机关承办人认定", "由机关负责人认定")),
        ("title: 调查,", "title: 查明,", ("办理动作", "查明", "名称", "调查", "查明")),
    ],
)  # fmt: skip
def test_one_change_is_told_once_and_in_words(old: str, new: str, told: tuple[str, ...]) -> None:
    found = changes((old, new))
    assert [(c.section, c.what, c.aspect, c.before, c.after) for c in found] == [told]


def test_what_comes_and_goes_is_told_with_what_it_says() -> None:
    added = 'look: {title: 调查, by: agency.handler, from: [open], asks: [fine, "kind?", "due_on?"]}'
    found = changes((added, added + "\n  rest: {title: 中止, by: agency.head, from: [open], law: 第六十条}"))
    assert [(c.section, c.kind, c.what) for c in found] == [("办理动作", "added", "中止")]
    assert "由谁办理：机关负责人" in found[0].after
    assert "依据：行政处罚法 第六十条" in found[0].after
    back = difference.compare(loaded(GOOD.replace(added, added + "\n  rest: {title: 中止, by: agency.head, from: [open], law: 第六十条}")), loaded())  # fmt: skip
    assert [(c.kind, c.what, c.before) for c in back] == [("removed", "中止", found[0].after)]


def test_a_line_of_a_list_is_told_alone() -> None:
    found = changes(
        ("roles: [handler, head]", "roles: [handler, head, clerk]"),
        ("choices: {a: 甲, b: 乙}", "choices: {a: 甲}"),
    )
    assert [(c.what, c.aspect, c.kind, c.before, c.after) for c in found] == [
        ("机关", "角色", "added", "", "经办人"),
        ("类别", "选项", "removed", "乙", ""),
    ]


def test_the_two_reconsideration_laws(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["procedure", "diff", "reconsideration@2020-01-01", "reconsideration@2024-06-01", "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["first"]["from"], told["second"]["from"]) == ("2018-01-01", "2024-01-01")
    assert all(set(c) == {"section", "what", "kind", "aspect", "before", "after"} for c in told["changes"])
    sections = {c["section"] for c in told["changes"]}
    assert {"字段", "办理动作", "处理结果", "法定要求", "期限"} <= sections
    assert main(["procedure", "diff", "reconsideration"]) == 0  # the last two versions
    text = capsys.readouterr().out
    assert "行政复议法 第四十九条" in text
    assert not [w for w in ("done(", "None", "{", "&&", "working_days") if w in text]


def test_a_day_alone_names_a_version_of_the_same_procedure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "diff", "reconsideration@2020-01-01", "2024-06-01"]) == 0
    assert "共" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "没有名为「nothing」的程序"),
        (["penalty"], "只有一个版本"),
        (["penalty@2001-01-01", "penalty"], "没有施行中的"),
        (["penalty@2026-02-31", "penalty"], "不是有效的日期"),
        (["a.yaml", "b.yaml"], "找不到文件"),
        (["reconsideration", "2020-01-01"], "两个版本都要写明日期"),
    ],
)
def test_what_cannot_be_compared_is_told(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["procedure", "diff", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_file_that_does_not_load_is_told_by_its_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "a.yaml"
    bad.write_text("procedure: a\n", encoding="utf-8")
    assert main(["procedure", "diff", str(bad), str(bad)]) == 2
    assert "a.yaml:1:1" in capsys.readouterr().err
