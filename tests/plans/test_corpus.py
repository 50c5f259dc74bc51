"""The real plan of the development corpus, in its own form and in many altered ones; the real reports are refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from fazhi.plans.command import plain
from fazhi.plans.parse import NotAPlan, Plan, parse_plan, read_file

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
DEV = SHARED / "corpus" / "dev"
pytestmark = pytest.mark.skipif(
    not DEV.exists(), reason="the development corpus is not beside the repository"
)

ORGANS_AT_END = re.compile(r"(?m)\(([^()]*(?:县|乡镇)[^()]*)\)$")


@pytest.fixture(scope="module")
def text() -> str:
    (file,) = DEV.glob("004_*.txt")
    with file.open(encoding="utf-8", newline="") as opened:
        return opened.read()


def domain_organs() -> tuple[dict[int, str], dict[int, set[str]]]:
    """Leads and cooperating organs as counted by hand in the domain notes."""
    leads: dict[int, str] = {}
    along: dict[int, set[str]] = {}
    for line in (SHARED / "domain" / "plan-tasks.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4 or not cells[1].isdecimal() or cells[0].startswith("("):
            continue
        for number in re.findall(r"\d+", cells[2]):
            leads[int(number)] = cells[0]
        for number in re.findall(r"\d+", cells[3].partition(":")[2]):
            along.setdefault(int(number), set()).add(cells[0])
    return leads, along


def test_the_21_tasks_have_the_leads_and_cooperating_organs_that_were_counted(text: str) -> None:
    plan = parse_plan(text)
    leads, along = domain_organs()
    assert [task.number for task in plan.tasks] == [str(number) for number in range(1, 22)]
    for task in plan.tasks:
        number = int(task.number)
        if number == 11:  # 按职责落实: eleven organs, of which the notes count each, and no lead
            assert (task.lead, len(task.cooperating)) == (None, 11)
        else:
            assert (task.lead, set(task.cooperating)) == (leads[number], along.get(number, set())), (
                task.number
            )
    assert plan.warnings == ()


def test_text_is_the_paragraph_without_number_and_list(text: str) -> None:
    for task in parse_plan(text).tasks:
        paragraph = next(line for line in text.splitlines() if line.startswith(f"{task.number}."))
        assert paragraph.startswith(f"{task.number}.{task.text}(")
        assert task.text.startswith(f"{task.title}。")
        assert text[task.start : task.end] == paragraph
        assert f"){task.section}。" in text


def test_every_target_that_was_counted_is_read_and_nothing_else(text: str) -> None:
    with (SHARED / "domain" / "figures.csv").open(encoding="utf-8", newline="") as opened:
        counted = [
            row for row in csv.DictReader(opened) if row["document"] == "004" and row["kind"] == "target"
        ]
    assert len(counted) == 17
    plan = parse_plan(text)
    found = [*plan.goals, *(target for task in plan.tasks for target in task.targets)]
    assert len(found) == 17
    for row, target in zip(counted, found, strict=True):
        op, value = re.fullmatch(r"([<>]=?)?([\d.]+)", row["value"]).groups()  # type: ignore[union-attr]
        assert (target.op, plain(target.value)) == (op or "=", value), row["indicator"]
        assert target.unit == {"次/任期": "次", "人/万人": ""}.get(row["unit"], row["unit"])
        assert (target.due is not None) == row["period"].startswith("到2025年")
        assert target.due is None or target.due.isoformat() == "2025-12-31"
        assert (
            target.text in row["quote"] or row["quote"] in target.text or target.text.endswith(row["quote"])
        )


def key(plan: Plan) -> list[tuple[object, ...]]:
    half = str.maketrans("，；：（）％！？", ",;:()%!?")
    return [
        (
            task.number,
            task.section.translate(half),
            task.title.translate(half),
            (task.lead or "").translate(half),
            [name.translate(half) for name in task.cooperating],
            [(target.op, plain(target.value), target.unit, target.due) for target in task.targets],
        )
        for task in plan.tasks
    ]


def _wrapped(text: str) -> str:
    return "\n".join(
        "\n".join(line[i : i + 40] for i in range(0, max(len(line), 1), 40)) for line in text.split("\n")
    )


def _docx(text: str) -> str:
    made, out = docx.Document(), io.BytesIO()
    for line in text.split("\n"):
        made.add_paragraph(line)
    made.save(out)
    return read_file("plan.docx", out.getvalue())


WIDE = str.maketrans(",;:()%!?", "，；：（）％！？")
ALTERED: dict[str, Callable[[str], str]] = {
    "full-width signs": lambda text: text.translate(WIDE),
    "full-width digits": lambda text: text.translate(WIDE).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    ),
    "1、": lambda text: re.sub(r"(?m)^(\d+)\.", r"\1、", text),
    "1．": lambda text: re.sub(r"(?m)^(\d+)\.", r"\1．", text),
    "1 and a space": lambda text: re.sub(r"(?m)^(\d+)\.", r"\1 ", text),
    "(1)": lambda text: re.sub(r"(?m)^(\d+)\.", r"(\1)", text),
    "1)": lambda text: re.sub(r"(?m)^(\d+)\.", r"\1)", text),
    "任务1：": lambda text: re.sub(r"(?m)^(\d+)\.", r"任务\1：", text),
    "〔〕": lambda text: ORGANS_AT_END.sub(r"〔\1〕", text),
    "[责任单位:]": lambda text: ORGANS_AT_END.sub(r"[责任单位:\1]", text),
    "label on a line": lambda text: ORGANS_AT_END.sub(r"\n责任单位：\1", text),
    "label at the end": lambda text: ORGANS_AT_END.sub(r"责任单位：\1", text),
    "list on a line": lambda text: ORGANS_AT_END.sub(r"\n(\1)", text),
    "commas": lambda text: ORGANS_AT_END.sub(lambda found: f"({found[1].replace('、', ',')})", text),
    "semicolons": lambda text: ORGANS_AT_END.sub(lambda found: f"({found[1].replace('、', '；')})", text),
    "list before the stop": lambda text: re.sub(r"(?m)。\(([^()]*(?:县|乡镇)[^()]*)\)$", r"(\1)。", text),
    "no blank lines": lambda text: re.sub(r"\n+", "\n", text),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: re.sub(r"(?m)^(?=\S)", "　　", text),
    "only the body": lambda text: text[text.index("三、主要任务") :],
    "title on a line": lambda text: re.sub(r"(?m)^(\d+\.[^。\n]*)。", r"\1\n", text),
    "one line": lambda text: re.sub(
        r"\s*\n+\s*", "", text[text.index("一、指导思想") : text.rstrip().rindex("\n")]
    ),
    "lines of 40": _wrapped,
    "GB18030": lambda text: read_file("plan.txt", text.encode("gb18030")),
    "docx": _docx,
}


@pytest.mark.parametrize("name", ALTERED)
def test_the_same_plan_in_another_form_reads_the_same(text: str, name: str) -> None:
    altered = ALTERED[name](text)
    assert altered != text or name in ("GB18030", "docx")
    assert key(parse_plan(altered)) == key(parse_plan(text))


@pytest.mark.parametrize(
    ("old", "new", "task", "expected"),
    [
        ("律师万人比不低于3.5", "律师万人比超过４", 7, (">", "4", "")),
        ("备案纠错率低于3%", "备案纠错率不高于2.5%", 8, ("<=", "2.5", "%")),
        ("控制在7%以内", "降到6%以下", 15, ("<=", "6", "%")),
        ("控制在3%以内", "低于百分之三", 14, ("<", "3", "%")),
        ("“最多80天”", "“最多60个工作日”", 5, ("<=", "60", "个工作日")),
        ("公平竞争审查率达到100%", "公平竞争审查率达到98%以上", 6, (">=", "98", "%")),
        ("细化率达到100%", "细化率超90%", 12, (">", "90", "%")),
    ],
)
def test_altered_goals_are_read_as_altered(
    text: str, old: str, new: str, task: int, expected: tuple[str, str, str]
) -> None:
    assert text.count(old) == 1
    targets = parse_plan(text.replace(old, new)).tasks[task - 1].targets
    assert expected in [(target.op, plain(target.value), target.unit) for target in targets]


def test_altered_organs_are_read_as_altered(text: str) -> None:
    altered = text.replace("(县司法局)", "(县司法局、县大数据局和县委编办按职责分工负责)", 1)
    task = parse_plan(altered).tasks[13]
    assert (task.lead, task.cooperating) == (None, ("县司法局", "县大数据局", "县委编办"))
    without = re.sub(r"(?m)^(9\..*)\([^()]*\)$", r"\1", text)
    plan = parse_plan(without)
    assert (len(plan.tasks), plan.tasks[8].lead, plan.tasks[8].cooperating) == (21, None, ())
    assert any("9." in warning for warning in plan.warnings)


def _others() -> list[Path]:
    return [
        *sorted(DEV.glob("00[0-3]_*.txt")),
        *sorted((DEV / "reports").glob("*.txt")),
        *sorted((DEV / "authored" / "reports").glob("*.txt")),
        *sorted((SHARED / "laws").glob("*.md")),
    ]


@pytest.mark.parametrize("file", _others(), ids=lambda file: file.stem[:24])
def test_reports_and_statutes_are_refused(file: Path) -> None:
    with pytest.raises(NotAPlan):
        parse_plan(file.read_text(encoding="utf-8"))
