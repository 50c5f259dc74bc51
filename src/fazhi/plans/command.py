"""`fazhi plan import | list | show | match | accept`.

With --dry-run a plan's file is only read, without a database; the rest is in fazhi.plans.shell.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from fazhi.errors import UserError
from fazhi.plans.values import Plan, Target, Task

_LARGEST = 64 * 1024 * 1024
_SIGNS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "=": "达到"}


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("plan", help="谋划：读取计划，分解任务和目标")
    commands = parser.add_subparsers(metavar="操作", title="操作", required=True)
    reading = commands.add_parser(
        "import", help="读取实施意见、工作要点、任务分解（.txt、.docx、.xlsx、.pdf、.html）"
    )
    reading.add_argument("file", metavar="FILE", help="计划文件：.txt、.docx、.xlsx、.pdf、.html")
    reading.add_argument("--dry-run", action="store_true", help="只读取并列出，不保存")
    reading.add_argument(
        "--county", default="", metavar="代码", help="六位行政区划代码；只有一个县时可以不写"
    )
    reading.add_argument(
        "--organ", default="", metavar="单位", help="牵头抓总的单位，名称或者代码；默认按监督关系"
    )
    reading.add_argument("--json", action="store_true", help="以 JSON 输出")
    reading.set_defaults(handler=import_plan)
    listing = commands.add_parser("list", help="列出计划和核对进度")
    listing.add_argument("--county", default="", metavar="代码", help="只看这个县的")
    listing.add_argument("--json", action="store_true", help="以 JSON 输出")
    listing.set_defaults(handler=_in_database("show_list"))
    showing = commands.add_parser("show", help="一份计划：任务、单位、目标和现值")
    showing.add_argument("plan", metavar="编号", help="fazhi plan list 所列编号，前几位即可")
    showing.add_argument("--json", action="store_true", help="以 JSON 输出")
    showing.set_defaults(handler=_in_database("show"))
    matching = commands.add_parser("match", help="说明计划中一个单位名称指谁")
    matching.add_argument("plan", metavar="编号")
    matching.add_argument("name", metavar="名称", help="计划中的写法，如 县综合执法局")
    how = matching.add_mutually_exclusive_group(required=True)
    how.add_argument("organ", nargs="?", default="", metavar="单位", help="名录中的名称或者代码")
    how.add_argument("--expand", action="store_true", help="统称展开为名录中的各单位")
    how.add_argument("--keep", action="store_true", help="不派发，只保留原文")
    matching.set_defaults(handler=_in_database("match"))
    accepting = commands.add_parser("accept", help="核对完毕，逐项交办")
    accepting.add_argument("plan", metavar="编号")
    accepting.add_argument("--as", dest="person", required=True, metavar="用户名", help="由谁交办")
    accepting.add_argument("--reviewed", action="store_true", help="未逐项核对的，按现在的内容认定为核对无误")
    accepting.set_defaults(handler=_in_database("accept"))


def _in_database(name: str) -> Callable[[argparse.Namespace], int]:
    """A handler of fazhi.plans.shell, which is imported when it runs: it needs Django."""

    def handler(args: argparse.Namespace) -> int:
        from fazhi.cli import django_setup

        django_setup()
        from fazhi.plans import shell

        found: int = getattr(shell, name)(args)
        return found

    return handler


def import_plan(args: argparse.Namespace) -> int:
    from fazhi.plans.parse import open_file, parse_plan

    name, data = _bytes(args.file)
    if not args.dry_run:
        from fazhi.cli import django_setup

        django_setup()
        from fazhi.plans import shell

        return shell.store(args, name, data)
    text, notes = open_file(name, data)
    plan = parse_plan(text, notes)
    print(json.dumps(as_json(plan), ensure_ascii=False, indent=2) if args.json else "\n".join(_listing(plan)))
    return 0


def as_json(plan: Plan) -> dict[str, Any]:
    """The fixed interface: `tasks`. What stands beside it is for people and may grow."""
    return {
        "tasks": [
            {
                "number": task.number,
                "section": task.section,
                "title": task.title,
                "text": task.text,
                "lead": task.lead,
                "cooperating": list(task.cooperating),
                "targets": [_target(target) for target in task.targets],
            }
            for task in plan.tasks
        ],
        "plan": {
            "title": plan.title,
            "number": plan.number,
            "issued_on": plan.issued_on.isoformat() if plan.issued_on else None,
        },
        "goals": [_target(goal) for goal in plan.goals],
        "warnings": list(plan.warnings),
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "text": target.text,
        "op": target.op,
        "value": plain(target.value),
        "unit": target.unit,
        "due": target.due.isoformat() if target.due else None,
    }


def plain(value: Decimal) -> str:
    """A decimal without exponent and without idle zeros: 16000, 3.5."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bytes(path: str) -> tuple[str, bytes]:
    file = Path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except FileNotFoundError as missing:
        raise UserError(f"没有“{path}”这个文件。", next="请检查路径和文件名。") from missing
    except IsADirectoryError as directory:
        raise UserError(f"“{path}”是文件夹，不是文件。", next="请给出计划文件的路径。") from directory
    except (OSError, ValueError) as refused:
        raise UserError(f"文件“{path}”打不开。", next="请检查是否有读取权限、文件是否被占用。") from refused
    if len(data) > _LARGEST:
        raise UserError(f"文件“{file.name}”超过 64 MB，不像是一份计划。", next="请只导入计划正文。")
    return file.name, data


def _listing(plan: Plan) -> Iterable[str]:
    yield plan.title or "（没有读到标题）"
    about = [plan.number, plan.issued_on.isoformat() if plan.issued_on else ""]
    if any(about):
        yield "  ".join(word for word in about if word)
    if plan.goals:
        yield f"\n总体目标（{len(plan.goals)} 个）"
        yield from (f"  · {_in_words(goal)}" for goal in plan.goals)
    path: tuple[str, ...] | None = None
    for task in plan.tasks:
        if task.path != path:
            path = task.path
            yield "\n" + " › ".join(path) if path else ""
        yield from _task_lines(task)
    targets = sum(len(task.targets) for task in plan.tasks)
    unled = sum(task.lead is None for task in plan.tasks)
    yield f"\n共 {len(plan.tasks)} 项任务，{targets} 个目标；{unled} 项没有牵头单位。预览，没有保存。"
    yield from (f"注意：{warning}" for warning in plan.warnings)


def _task_lines(task: Task) -> Iterable[str]:
    yield f"{task.number + '. ' if task.number else '- '}{task.title}"
    lead = (
        f"牵头：{task.lead}"
        if task.lead
        else "牵头：（无，按职责落实）"
        if task.cooperating
        else "没有读到责任单位"
    )
    yield f"    {lead}" + (f"  配合：{'、'.join(task.cooperating)}" if task.cooperating else "")
    yield from (f"    目标：{_in_words(target)}" for target in task.targets)


def _in_words(target: Target) -> str:
    due = f"，{target.due.isoformat()} 前" if target.due else ""
    return f"{_SIGNS[target.op]} {plain(target.value)}{target.unit}{due}（{target.text}）"
