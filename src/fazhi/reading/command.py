"""`fazhi check`: every figure of published texts, and every place where their arithmetic does not hold."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fazhi.errors import UserError

if TYPE_CHECKING:
    from fazhi.reading.check import Report

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_GRADES = {"error": "错误", "suspect": "存疑", "info": "提示"}


def register(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "check",
        help="核校公开文本：列出每个数字，查出对不上的地方",
        description="核校公开文本（.txt、.html、.docx）里的数字：合计与分项、占比、增减、前后是否一致。"
        "有错误时退出码为 1，没有为 0，文件读不出来为 2（其余文件照查）。",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="文件")
    parser.add_argument("--json", action="store_true", help="每个文件输出一行 JSON")
    parser.add_argument("--no-info", action="store_true", help="不显示“提示”（如末位差一）")
    parser.set_defaults(handler=_check)


def _check(args: argparse.Namespace) -> int:
    from fazhi.reading.check import check
    from fazhi.reading.source import LARGEST, read

    unread = errors = 0
    many = len(args.files) > 1 and sys.stderr.isatty()
    for number, path in enumerate(args.files, 1):
        if many:
            print(f"\r{number}/{len(args.files)} {path.name}\033[K", end="", file=sys.stderr, flush=True)
        try:
            with path.open("rb") as file:
                text = read(file.read(LARGEST + 1), path.name)
        except UserError as error:
            print(f"{path}：{'　'.join(error.lines())}", file=sys.stderr)
            unread += 1
            continue
        except OSError as error:
            print(f"{path}：读不了（{error.strerror}）　处理：请核对文件名和权限。", file=sys.stderr)
            unread += 1
            continue
        report = check(text)
        errors += any(finding.grade == "error" for finding in report.findings)
        if args.json:
            told = {
                "file": str(path),
                "figures": [figure.as_json() for figure in report.figures],
                "findings": [finding.as_json() for finding in report.findings],
            }
            print(json.dumps(told, ensure_ascii=False))
        else:
            _tell(path, text, report, info=not args.no_info)
    if many:
        print("\r\033[K", end="", file=sys.stderr)
    return 2 if unread else 1 if errors else 0


def _tell(path: Path, text: str, report: Report, *, info: bool) -> None:
    """Like a linter: file:line:column, grade, rule, message; then a line that counts."""
    from fazhi.reading.place import Lines

    lines = Lines(text)
    counts = dict.fromkeys(_GRADES, 0)
    for finding in report.findings:
        counts[finding.grade] += 1
        if finding.grade == "info" and not info:
            continue
        line, column = lines.place(finding.spans[0][0])
        repair = f"（或应为 {finding.repair}）" if finding.repair else ""
        print(f"{path}:{line}:{column}: {_GRADES[finding.grade]} {finding.rule} {finding.message}{repair}")
    told = "，".join(f"{_GRADES[grade]} {count}" for grade, count in counts.items())
    print(f"{path}：数字 {len(report.figures)} 个，{told}")
