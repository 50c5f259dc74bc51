"""Reads the text of a plan (实施意见, 工作要点, 任务分解) into tasks, responsible organs and numeric targets.

    parse_plan(text) -> Plan      pure; offsets are characters of `text`
    read_file(name, data) -> str  .txt, .docx, .xlsx, .pdf, .html; in fazhi.plans.files
    open_file(name, data) -> (text, notes)

How a text is read: its numbering gives an outline; lists of responsible organs show which items of it are tasks; items
of the same list without organs are tasks too, with a warning. A plan that names no organ at all is read by its
outline alone. docs/algorithms/plan-reading.md tells it at length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fazhi.errors import UserError
from fazhi.plans import masthead, outline, selection, tables, targets
from fazhi.plans.files import open_file, read_file
from fazhi.plans.items import Item
from fazhi.plans.masthead import Masthead
from fazhi.plans.organs import (
    Named,
    Organs,
    for_many,
    leads_everything,
    order_means_nothing,
    states_first_leads,
)
from fazhi.plans.outline import Node
from fazhi.plans.values import Plan, Target, Task

__all__ = ["NotAPlan", "Plan", "Target", "Task", "open_file", "parse_plan", "read_file"]

_LONGEST_TEXT = 500_000  # characters; the longest plan that was seen has 60,000


_RULE = "计划导入规则：计划由一项项任务组成，任务有编号或写明责任单位"


class NotAPlan(UserError):
    """The text holds no tasks that could be read."""


def parse_plan(text: str, notes: Sequence[str] = ()) -> Plan:
    """Read a plan. Raises NotAPlan where the text is none. `notes` of how the file was read go before the warnings."""
    if not text.strip():
        raise NotAPlan(
            "文件是空的，没有可以读取的文字。", next="请检查是否选对了文件，或文件是否为扫描图片。"
        )
    if len(text) > _LONGEST_TEXT:
        raise NotAPlan(f"文件有 {len(text)} 个字，不像是一份计划。", next="请只导入计划正文。")
    passages = outline.paragraphs(text)
    numbered = [one.start for one in passages if outline.marker(one.plain)]
    head = masthead.read(passages, numbered[0] if numbered else len(text))
    table_items, rest = tables.read(passages)
    document = outline.build(rest, head.title_end)
    items, general = selection.select(
        document, named_plan=head.is_plan and not table_items, by_prose=not head.is_law
    )
    items = sorted([*items, *table_items], key=lambda item: item.start)
    _refuse_what_is_no_plan(items, head)
    items = _ruled_once(items, text)
    tasks = tuple(_task(item, head) for item in items)
    return Plan(
        title=head.title,
        number=head.number,
        issued_on=head.issued_on,
        goals=tuple(_goals(general, head)),
        tasks=tasks,
        warnings=(*notes, *_warnings(items, tasks, text)),
    )


def _refuse_what_is_no_plan(items: Sequence[Item], head: Masthead) -> None:
    advice = "请导入实施意见、工作方案、工作要点或任务分解的正文：任务要有编号，并写明责任单位。"
    named = f"《{head.title}》" if head.title else "这个文件"
    if head.is_report:
        raise NotAPlan(
            f"{named}是报告或情况材料，不是计划：报告讲已做的事，不分派任务。", law=_RULE, next=advice
        )
    if head.is_law and not any(item.organs.named for item in items):
        raise NotAPlan(f"{named}是法规或制度，不是计划，没有读到带责任单位的任务。", law=_RULE, next=advice)
    if not items:
        raise NotAPlan(f"{named}里没有读到任务：没有编号的条目，也没有责任单位。", law=_RULE, next=advice)


def _ruled_once(items: list[Item], text: str) -> list[Item]:
    """What a document says once of all its lists: that their order means nothing, or who leads everything."""
    everything = leads_everything(text)
    unordered = order_means_nothing(text) and not states_first_leads(text)
    if not everything and not unordered:
        return items
    ruled = []
    for item in items:
        several = len(item.organs.named) > 1 or bool(everything)
        if (item.organs.lead_by_order_only and several) or (everything and item.organs.lead is None):
            rule = Organs((Named(everything, "lead"),) if everything else (), unordered=unordered)
            item = replace(item, organs=rule.and_(item.organs))
        ruled.append(item)
    return ruled


def _task(item: Item, head: Masthead) -> Task:
    due = item.due(head.year)
    whole = item.whole
    return Task(
        number=item.number,
        section=item.path[-1] if item.path else "",
        title=item.title,
        text=item.text,
        lead=item.organs.lead,
        cooperating=item.organs.cooperating,
        targets=tuple(targets.find(whole, year=head.year, fallback=due)),
        start=item.start,
        end=item.end,
        path=item.path,
        due=due,
    )


def _goals(general: Sequence[Node], head: Masthead) -> Iterator[Target]:
    """The numeric goals of the parts that set goals, and of no other: elsewhere stand reasons and facts."""
    for node in general:
        for below in node.walk():
            for paragraph in below.paragraphs:
                yield from targets.find(paragraph, year=head.year)


def _warnings(items: Sequence[Item], tasks: Sequence[Task], text: str) -> Iterator[str]:
    without = [_called(task) for task in tasks if task.lead is None and not task.cooperating]
    if without:
        yield f"{len(without)} 项任务没有读到责任单位：{_some(without)}。"
    by_order = any(item.organs.lead_by_order_only and len(item.organs.named) > 1 for item in items)
    if by_order and not states_first_leads(text):
        yield "文中没有写明谁牵头，按惯例以所列第一个单位为牵头单位，请核对。"
    many = [_called(task) for task in tasks if task.lead and for_many(task.lead)]
    if many:
        yield f"{len(many)} 项任务的牵头单位是一类单位而不是一个单位：{_some(many)}。"
    times = Counter((task.path, task.number) for task in tasks if task.number)
    repeated = [
        f"{path[-1] if path else ''}第{number}项" for (path, number), count in times.items() if count > 1
    ]
    if repeated:
        yield f"编号重复：{_some(repeated)}。"
    yield from _gaps(items)


def _gaps(items: Sequence[Item]) -> Iterator[str]:
    """Numbers that are left out: a task may be missing in the text, or was not recognised."""
    last: Item | None = None
    for item in items:
        if last and item.kind == last.kind and item.kind and last.order and item.order > last.order + 1:
            yield f"编号不连续：“{last.number}”之后是“{item.number}”，请核对原文是否缺项。"
        last = item


def _called(task: Task) -> str:
    return f"{task.number}{'.' if task.number else ''}{task.title[:12]}"


def _some(names: Sequence[str]) -> str:
    return "；".join(names[:5]) + ("……" if len(names) > 5 else "")
