"""`fazhi procedure try`: a case walked through a definition by the lines of a script; the walk is a scenario."""

from __future__ import annotations

import io
import json
import random
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fazhi.cli import main
from fazhi.errors import UserError
from fazhi.law import Calendar
from fazhi.procedures import answers, library, scenarios, trying
from fazhi.procedures import grammar as g
from fazhi.procedures.walk import Walk

CALENDAR = Calendar.shipped()
ISSUE = (
    "issue subject=某案 ground=办理超期 frame=enforcement 督办级别=提醒 basis=行政处罚法 demand=尽快决定"
    " due=2026-06-19 case_still_overdue=是"
)


def talk(name: str, on: date, script: str) -> tuple[Walk, str, int]:
    d = library.shipped().latest(name)
    assert d is not None
    path = library.FOLDER / d.file
    beside = scenarios.read(path.with_name(path.name.replace(".yaml", ".scenarios.yaml")))
    out = io.StringIO()
    walk = trying.begin(d, CALENDAR, on, beside)
    missed = trying.Talk(walk, out, trying.from_stream(io.StringIO(script), out)).hold()
    return walk, out.getvalue(), missed


def order(script: str) -> tuple[Walk, str, int]:
    return talk("supervision_order", date(2026, 6, 10), f"{ISSUE}\n{script}")


def test_phase_clocks_gates_and_offers_are_shown() -> None:
    walk, text, missed = order("")
    assert missed == 0
    assert walk.state is not None
    assert walk.state.phase == "issued"
    assert "阶段：待签收" in text
    assert "签收期限  2026-06-11  正在计算，还有1天  政府督查工作条例 第十二条第一项" in text
    assert "第1个工作日，期限届满  〔政府督查工作条例 第十二条第一项〕" in text  # its derivation
    assert "✗ 属实，销号：案件仍然超期，不能销号  政府督查工作条例 第十八条" in text
    assert "未载明 延长后的期限应当晚于原期限  政府督查工作条例 第十五条第一款" in text
    assert " ✗ 4 升级督办（由督办机关监督人员）" in text
    assert "文书：督办通知单" in text


def test_what_is_left_out_is_asked_with_its_choices() -> None:
    script = "1\n某案\n1\n行政执法监督\n提醒\n行政处罚法\n尽快决定\n6月19日\n2\n是\n\n"
    walk, text, missed = talk("supervision_order", date(2026, 6, 10), script)
    assert missed == 0
    assert "1 办理超期" in text
    assert "所督办的案件仍然超期（查询其他案件的结果）" in text
    assert walk.state is not None
    assert walk.state.values["due"] == "2026-06-19"
    assert walk.state.values["frame"] == "enforcement"
    assert walk.steps[0]["by"] == "supervisor.head"


def test_a_refusal_names_the_article_and_changes_nothing() -> None:
    walk, text, missed = order("check.solved check_note=属实 case_still_overdue=是")
    assert missed == 0  # it was understood, the law refuses it
    assert "✗ 案件仍然超期，不能销号（政府督查工作条例 第十八条）" in text
    assert walk.state is not None
    assert walk.state.phase == "issued"
    assert walk.steps[-1]["refused"] == {
        "message": "案件仍然超期，不能销号",
        "law": "政府督查工作条例 第十八条",
    }


def test_approval_is_waited_for_and_given_by_another() -> None:
    walk, text, _ = order("签收\nanswer answer=已办结\n")
    assert "「反馈办理情况」等待承办单位负责人审批" in text
    walk, text, missed = order(
        "签收\nanswer answer=已办结\n签收\n退回 请写明日期\nanswer answer=六月九日办结\n同意"
    )
    assert missed == 1  # an act while something waits
    assert "有事项正在等待审批" in text
    assert walk.state is not None
    assert (walk.state.phase, walk.state.values["answer"]) == ("answered", "六月九日办结")


def test_going_back_takes_the_last_step_back() -> None:
    there, _, _ = order("")
    walk, _, missed = order("签收\n到 +3\n后退\n后退\n")
    assert missed == 0
    assert walk.state == there.state
    assert walk.today == date(2026, 6, 10)
    _, text, missed = order("后退\n后退\n")
    assert missed == 1
    assert "已经在起点" in text


def test_time_lets_limits_run_out() -> None:
    script = (
        "register applicant=张某 applicant_kind=自然人 channel=当面（含口头） submitted_on=2026-03-02 wanted=方案 form_wanted=复印件\n"
        "ask_correction to_correct=写明地块 correct_by=2026-03-10\n到 2026-03-20\n期限\n"
    )
    walk, text, missed = talk("disclosure_request", date(2026, 3, 2), script)
    assert missed == 0
    assert walk.state is not None
    assert walk.state.clocks["correct"]["due"] == "2026-03-10"
    assert walk.state.phase == "correcting"  # whether there was good reason is asked of a person first
    assert "补正期限        2026-03-10  已超期" in text
    walk, _, missed = order("到 2026-06-01")
    assert missed == 1
    assert walk.today == date(2026, 6, 10)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("签署", "没有「签署」这一项"),
        ("issue colour=red", "没有「issue」这一项"),
        ("sign_in colour=red", "不填写「colour」"),
        ("extend new_due=六月 reason=外出", "不是有效的日期"),
        ("同意", "没有等待审批的事项"),
        ("到 昨天", "不是有效的日期"),
        ("保存", "请写明文件和情景的名称"),
        ("保存 /nowhere/x.yaml 名", "不能读写"),
        ("99", "没有「99」这一项"),
    ],
)
def test_a_line_that_says_nothing_is_told_and_counted(line: str, words: str) -> None:
    _, text, missed = order(line)
    assert (missed, words in text) == (1, True), text[-400:]


def test_a_saved_walk_is_a_scenario_that_holds(tmp_path: Path) -> None:
    file = tmp_path / "supervision_order.scenarios.yaml"
    script = (
        "check.solved check_note=属实 case_still_overdue=是\n签收\n到 +2\nanswer answer=已办结\n同意\n"
        "check.solved check_note=属实 case_still_overdue=否\n"
    )
    walk, text, missed = order(
        f"{script}保存 {file} 办结后销号\n保存 {file} 办结后销号\n后退\n保存 {file} 尚未销号\n"
    )
    assert missed == 1  # the same name twice
    assert "已有名为「办结后销号」的情景" in text
    data = scenarios.read(file)
    assert [s["name"] for s in data["scenarios"]] == ["办结后销号", "尚未销号"]
    found = scenarios.run_file(walk.d, data, CALENDAR)
    assert [o.problems for o in found] == [[], []]
    steps = data["scenarios"][0]["steps"]
    assert steps[-1]["expect"]["phase"] == "closed"
    assert any("refused" in s for s in steps)


def test_a_walk_is_added_behind_what_a_file_holds(tmp_path: Path) -> None:
    d = library.shipped().latest("supervision_order")
    assert d is not None
    shipped = library.FOLDER / d.file.replace(".yaml", ".scenarios.yaml")
    file = tmp_path / "a.yaml"
    file.write_bytes(shipped.read_bytes())
    order(f"签收\n保存 {file} 另一个")
    assert file.read_text(encoding="utf-8").startswith(shipped.read_text(encoding="utf-8").rstrip("\n"))
    found = scenarios.run_file(d, scenarios.read(file), CALENDAR)
    assert [o.problems for o in found if o.problems] == []
    other = tmp_path / "b.yaml"
    other.write_text("procedure: penalty\nscenarios: []\n", encoding="utf-8")
    _, text, missed = order(f"保存 {other} 名")
    assert missed == 1
    assert "不是「supervision_order」的情景文件" in text


def scripted(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_command_reads_a_script_and_tells_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scripted(monkeypatch, f"# 督办\n{ISSUE}\n签收\n退出\n这里不再读")
    assert main(["procedure", "try", "supervision_order", "--on", "2026-06-10", "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["phase"], told["today"]) == ("working", "2026-06-10")
    assert {c["id"]: c["status"] for c in told["clocks"]} == {"sign": "met", "answer": "running"}
    assert [s.get("do") for s in told["steps"]] == ["issue", "sign_in"]
    assert {o["action"] for o in told["offers"]} >= {"answer", "extend", "close"}
    scripted(monkeypatch, "不存在的动作\n")
    assert main(["procedure", "try", "supervision_order"]) == 1
    assert main(["procedure", "try", "nothing"]) == 2


@pytest.mark.parametrize("path", library.files(), ids=lambda p: p.stem)
def test_every_definition_can_be_begun(path: Path) -> None:
    """Each opening act is offered, with somebody who may do it, and its questions can be listed."""
    d = library.read(path)
    walk = trying.begin(d, CALENDAR, max(d.from_, date(2026, 3, 2)), None)
    options = walk.options()
    assert options
    for o in options:
        assert walk.doers(o.action)
        walk.asks(o.action, "")
        walk.questions(o.action, "", {})


FIELD = {"title": "某", "type": "text"}


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ({"type": "money"}, "5000元", 500000),
        ({"type": "money"}, "1.5万元", 1500000),
        ({"type": "money"}, "0.01", 1),
        ({"type": "bool"}, "否", False),
        ({"type": "date"}, "3月5日", "2026-03-05"),
        ({"type": "date"}, "2026年3月5日", "2026-03-05"),
        ({"type": "date"}, "+1", "2026-03-03"),
        ({"type": "moment"}, "2026-03-05 9:30", "2026-03-05T09:30:00+08:00"),
        ({"type": "choice", "choices": {"a": "甲类", "b": "乙类"}}, "乙", "b"),
        ({"type": "choice", "choices": {"a": "甲类", "b": "乙类"}, "many": True}, "1、乙类", ["a", "b"]),
        ({"type": "officer", "many": True}, "张三、李四（无证）", [
            {"id": "张三", "name": "张三", "certified": True}, {"id": "李四", "name": "李四", "certified": False}]),
        ({"type": "party"}, "甲公司", {"id": "甲公司", "name": "甲公司", "kind": "enterprise"}),
    ],
)  # fmt: skip
def test_what_is_typed_is_what_the_engine_wants(field: dict[str, Any], text: str, value: Any) -> None:
    d = library.shipped().latest("supervision_order")
    assert d is not None
    assert answers.field_value(g.FieldDef(**(FIELD | field)), text, d, date(2026, 3, 2)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("money", "很多"), ("money", "0.001"), ("int", "一"), ("bool", "也许"), ("date", "2026-02-30"), ("moment", "2026-03-05 25:00")],
)  # fmt: skip
def test_what_is_no_value_is_told(kind: str, text: str) -> None:
    d = library.shipped().latest("supervision_order")
    assert d is not None
    with pytest.raises(UserError) as told:
        answers.field_value(g.FieldDef(**(FIELD | {"type": kind})), text, d, date(2026, 3, 2))
    assert told.value.next


@pytest.mark.parametrize("path", library.files(), ids=lambda p: p.stem)
def test_any_lines_make_a_walk_that_can_be_saved_and_holds(path: Path, tmp_path: Path) -> None:
    """Whatever is typed, the conversation goes on; what came of it is a scenario that the runner confirms."""
    d = library.read(path)
    file = tmp_path / "walk.yaml"
    beside = scenarios.read(path.with_name(path.name.replace(".yaml", ".scenarios.yaml")))
    for seed in range(3):
        rng = random.Random(seed)
        words = [
            "1",
            "2",
            "3",
            "是",
            "否",
            "某甲",
            "100",
            "2026-06-01",
            "",
            "同意",
            "退回 理由",
            "后退",
            "到 +9",
            "期限",
            "要求",
            "记录",
            "取消",
        ]
        lines = [rng.choice(words) for _ in range(120)] + ["取消", f"保存 {file} 第{seed}次"]
        out = io.StringIO()
        walk = trying.begin(d, CALENDAR, max(d.from_, date(2026, 3, 2)) if d.to is None else d.from_, beside)
        trying.Talk(walk, out, trying.from_stream(io.StringIO("\n".join(lines)), out)).hold()
        assert trying.as_json(walk)["procedure"] == d.name
    if file.exists():
        found = scenarios.run_file(d, scenarios.read(file), CALENDAR)
        assert [o.problems for o in found if o.problems] == []
