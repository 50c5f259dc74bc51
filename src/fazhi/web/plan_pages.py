"""What the plan screens show: the text with its tasks marked, the form of one task, the board's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from fazhi.organs.resolve import Directory
from fazhi.plans import binding, dating, matching, measure, review
from fazhi.plans.board import Board, Line
from fazhi.plans.measure import Reading
from fazhi.plans.models import Plan, PlanTarget, PlanTask, TaskOrgan
from fazhi.plans.origin import Origin
from fazhi.web import figure_links, parts
from fazhi.web.lists import Cell, Column, Table

OPS = (
    (">=", "不低于（≥）"),
    (">", "高于（＞）"),
    ("<=", "不超过（≤）"),
    ("<", "低于（＜）"),
    ("=", "等于（＝）"),
)
TONES = {
    measure.MET: "green",
    measure.OPEN: "blue",
    measure.LATE: "red",
    measure.UNKNOWN: "grey",
    measure.MANUAL: "outline",
}
LIGHTS = {"overdue": "red", "warning": "amber", "normal": "green", "done": "grey", "paused": "grey"}


@dataclass(frozen=True)
class Piece:
    """Some characters of the plan's text; `kind`: "", target or organ."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Block:
    """A stretch of the plan's text: of one task, or of none. `lines` are paragraphs of pieces."""

    lines: tuple[tuple[Piece, ...], ...]
    task: PlanTask | None = None


# ---- the text at the left -------------------------------------------------------------------------------------------


def blocks(plan: Plan, tasks: Sequence[PlanTask]) -> list[Block]:
    """The whole text, cut where tasks begin and end; targets and names of organs are marked within."""
    found, at = [], 0
    goals = [(t.start, t.end) for t in plan.targets.all() if t.task_id is None and t.end > t.start]

    def rest(start: int, end: int) -> Block:
        marks = [(a - start, b - start, "target") for a, b in goals if start <= a and b <= end]
        return Block(_lines(plan.text[start:end], marks))

    for task in sorted(tasks, key=lambda t: t.start):
        if task.start < at:
            continue  # a task of a table cell may lie within another's stretch
        found.append(rest(at, task.start))
        marks = [
            (t.start - task.start, t.end - task.start, "target")
            for t in task.targets.all()
            if t.end > t.start
        ]
        passage = plan.text[task.start : task.end]
        marks += _names(passage, [o.name for o in task.organs.all()])
        found.append(Block(_lines(passage, marks), task))
        at = task.end
    found.append(rest(at, len(plan.text)))
    return [b for b in found if b.lines]


def _names(passage: str, names: Sequence[str]) -> list[tuple[int, int, str]]:
    found = []
    for name in sorted(set(names), key=len, reverse=True):
        start = passage.rfind(name)  # the list of organs stands at the end
        if start >= 0 and not any(a < start + len(name) and start < b for a, b, _ in found):
            found.append((start, start + len(name), "organ"))
    return found


def _lines(text: str, marks: Sequence[tuple[int, int, str]] = ()) -> tuple[tuple[Piece, ...], ...]:
    lines, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            lines.append(tuple(_pieces(line, at, marks)))
        at += len(line) + 1
    return tuple(lines)


def _pieces(line: str, offset: int, marks: Sequence[tuple[int, int, str]]) -> list[Piece]:
    found, at = [], 0
    for start, end, kind in sorted(marks):
        start, end = max(start - offset, at), min(end - offset, len(line))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(line[at:start]))
        found.append(Piece(line[start:end], kind))
        at = end
    if at < len(line):
        found.append(Piece(line[at:]))
    return found


# ---- the form at the right ------------------------------------------------------------------------------------------


def task_form(
    task: PlanTask, today: date, problems: Mapping[str, str], given: QueryDict | None
) -> dict[str, Any]:
    """The form of one task: what is stored, or, after a refusal, what was typed."""
    directory = Directory(task.plan.county)
    everyone = matching.everyone(directory, today)
    rows = list(task.organs.all())
    targets = list(task.targets.all())
    read = measure.readings(targets, task.plan.county_id, today)
    scopes = _scopes(rows, directory)

    def say(name: str, stored: Any) -> Any:
        return given.get(name, "") if given is not None else stored

    return {
        "version": task.version, "title": say("title", task.title), "number": say("number", task.number),
        "section": say("section", task.section), "due": say("due", task.due.isoformat() if task.due else ""),
        "problems": problems, "origin": origin_words(dating.of_task(task.plan, task)),
        "organs": [
            {
                "n": n, "row": row, "choice": say(f"organ-{n}", matching.chosen(row)), "place": say(f"organ-{n}-place", row.place),
                "groups": _grouped(matching.choices(row, directory, today, everyone)), "error": problems.get(f"organ-{n}", ""),
                "members": _members(n, matching.members(row, directory, today), given),
            }
            for n, row in enumerate(rows)
        ],
        "more": {"n": len(rows), "groups": _grouped([matching.Choice("", "添加单位 …"), *everyone])},
        "targets": [_target(n, t, read[t.pk], problems, given) for n, t in enumerate(targets)],
        "extra": {"n": len(targets), "text": say(f"target-{len(targets)}-text", ""), "value": say(f"target-{len(targets)}-value", "")},
        "ops": OPS, "spans": PlanTarget.Span.choices, "scopes": scopes,
    }  # fmt: skip


def _members(n: int, found: list[tuple[Any, bool]], given: QueryDict | None) -> list[tuple[Any, bool]]:
    """The organs of a collective name with their ticks: as stored, or as posted."""
    if given is None or f"organ-{n}-listed" not in given:
        return found
    ticked = set(given.getlist(f"organ-{n}-of"))
    return [(o, o.id in ticked) for o, _ in found]


def goals_form(
    plan: Plan, today: date, problems: Mapping[str, str], given: QueryDict | None
) -> dict[str, Any]:
    targets = list(plan.targets.filter(task=None).select_related("plan"))
    read = measure.readings(targets, plan.county_id, today)
    rows = [_target(n, t, read[t.pk], problems, given) for n, t in enumerate(targets)]
    return {"targets": rows, "ops": OPS, "spans": PlanTarget.Span.choices, "scopes": [("", "全县")], "problems": problems}  # fmt: skip


def origin_words(found: Origin | None) -> str:
    """Where a date comes from, for whoever checks it."""
    match found:
        case Origin("written", words):
            return f"原文写明“{words}”。"
        case Origin("relative", words, year):
            return f"原文只写“{words}”，没有年份，按计划年度 {year} 年推定。"
        case Origin():
            return "这一段原文没有写这一天：来自上级标题、表头，或者核对时填写。"
    return ""


def period(plan: Plan, given: QueryDict | None) -> dict[str, Any]:
    """The plan's own last day and year, and where they come from."""
    year, places = dating.year(plan)
    latest = max((x.due for x in (*plan.tasks.all(), *plan.targets.all()) if x.due), default=None)
    said = ""
    if plan.due:
        said = "取自全文写明的最晚期限。" if plan.due == latest else "由核对人员填写，原文没有写这一天。"
    return {"year": given.get("year", "") if given is not None else year, "places": places, "said": said}


def _target(
    n: int, target: PlanTarget, read: Reading, problems: Mapping[str, str], given: QueryDict | None
) -> dict[str, Any]:
    stored = {
        "op": target.op, "value": measure.number(target.value), "unit": target.unit,
        "due": target.due.isoformat() if target.due else "", "bind": review.bound_to(target), "scope": target.scope, "span": target.span,
    }  # fmt: skip
    shown = {k: given.get(f"target-{n}-{k}", "") for k in stored} if given is not None else stored
    errors = [words for name, words in problems.items() if name.startswith(f"target-{n}-")]
    now = reading(read, target) if target.state == PlanTarget.State.BOUND else ""
    return {
        "n": n, "row": target, "origin": origin_words(dating.of_target(target.plan, target.task, target)), **shown, "now": now, "groups": _grouped(binding.choices(target)), "errors": errors,
        "missing": {name.rpartition("-")[2] for name in problems if name.startswith(f"target-{n}-")},
    }  # fmt: skip


def _scopes(rows: Sequence[TaskOrgan], directory: Directory) -> list[tuple[str, str]]:
    """For which organ a figure is taken: the county, or one of the task's own."""
    ids = dict.fromkeys(o for row in rows if row.decision == "matched" for o in row.organs)
    return [("", "全县"), *((i, str(directory.organs[i])) for i in ids if i in directory.organs)]


def _grouped(choices: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = {}
    for choice in choices:
        groups.setdefault(choice.group, []).append(choice)
    return list(groups.items())


def task_edit(data: QueryDict, *, done: bool) -> review.TaskEdit:
    """The posted form."""
    return review.TaskEdit(
        version=_int(data.get("version")) or 0, title=data.get("title", ""), number=data.get("number", ""),
        section=data.get("section", ""), due=data.get("due", ""),
        organs=[
            review.OrganEdit(
                _int(data.get(f"organ-{n}-id")), data.get(f"organ-{n}", ""), data.get(f"organ-{n}-place", ""),
                data.getlist(f"organ-{n}-of") if f"organ-{n}-listed" in data else None,
            )
            for n in _numbers(data, "organ")
        ],
        targets=target_edits(data), done=done,
    )  # fmt: skip


def target_edits(data: QueryDict) -> list[review.TargetEdit]:
    keys = ("op", "value", "unit", "due", "bind", "scope", "span", "text")
    return [
        review.TargetEdit(
            _int(data.get(f"target-{n}-id")), **{k: data.get(f"target-{n}-{k}", "") for k in keys}
        )
        for n in _numbers(data, "target")
    ]


def _numbers(data: QueryDict, name: str) -> range:
    """Rows of the form are numbered from 0; a hundred is more than any task has."""
    count = 0
    while count < 100 and (f"{name}-{count}-op" in data or f"{name}-{count}" in data):
        count += 1
    return range(count)


def _int(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 18 else None


# ---- the board ------------------------------------------------------------------------------------------------------


def reading(read: Reading, target: PlanTarget) -> Any:
    """The value now, which opens to its cases, and where it stands."""
    tag = parts.tag(read.words, TONES[read.status])
    if read.value is None:
        return tag
    said = f"{measure.number(read.value)}{target.unit}"
    href = figure_links.figure(read.figure, read.period, read.organ)
    shown = format_html('<a href="{}" title="打开指标和案件">{}</a>', href, said) if href else said
    return format_html('<span class="reading"><strong class="number">{}</strong> {}</span>', shown, tag)


def task_table(board: Board) -> Table:
    columns = (
        Column("number", "序号", "number"),
        Column("title", "任务", "wide"),
        Column("lead", "牵头单位"),
        Column("phase", "进展", "tag"),
        Column("light", "期限", "light"),
        Column("targets", "目标", "number"),
    )
    return Table(columns, [_task_row(line) for line in board.lines], caption="计划任务")


def _task_row(line: Line) -> dict[str, Any]:
    task, found = line.task, line.found
    leads = "、".join(name for _, name in line.leads)
    note = task.section or ""
    return {
        "number": task.number or task.order,
        "title": Cell(task.title, reverse("cases:case", args=[found.id]) if found else "", note),
        "lead": Cell(leads, note=f"配合 {line.along} 个" if line.along else ""),
        "phase": parts.tag(found.phase_title, "green" if found.closed_on else "blue")
        if found
        else parts.tag("本单位未参加", "outline"),
        "light": case_light(found) if found else "—",
        "targets": f"{line.met}/{len(line.targets)}" if line.targets else "—",
    }


def case_light(found: Any) -> Any:
    light = found.light
    state = LIGHTS.get(light.colour, "grey")
    return parts.light(state, word=light.words if light.days is None else "", days=abs(light.days) if light.days is not None else None, provisional=light.provisional)  # fmt: skip


def target_table(board: Board) -> Table:
    columns = (
        Column("text", "目标", "wide"),
        Column("wanted", "目标值", "number"),
        Column("now", "现值", "number"),
        Column("due", "期限", "date"),
        Column("figure", "指标"),
    )
    pairs = [(None, t, r) for t, r in board.goals]
    pairs += [(line.task, t, r) for line in board.lines for t, r in line.targets]
    return Table(columns, [_target_row(task, t, r) for task, t, r in pairs], caption="目标", compact=True)


def _target_row(task: PlanTask | None, target: PlanTarget, read: Reading) -> dict[str, Any]:
    place = f"任务{task.number or task.order}" if task else "总体目标"
    return {
        "text": Cell(target.text, note=place),
        "wanted": measure.wanted(target),
        "now": reading(read, target),
        "due": parts.day(target.due),
        "figure": read.title or "—",
    }
