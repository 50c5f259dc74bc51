"""`fazhi report --county C --year 2025`: the year's report, composed or as it was frozen; `--check` computes it again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "report",
        help="反馈：编制法治政府建设年度报告，核对定稿里的每个数字",
        description="编制某县（或者其部门、乡镇）某年的法治政府建设年度报告。已经定稿的，按定稿输出；没有定稿的，按现在的案件计算。",
    )
    parser.add_argument("--county", default="", metavar="代码", help="六位行政区划代码；只有一个县时可以不写")
    parser.add_argument("--year", type=int, required=True, metavar="年度", help="报告年度，如 2025")
    parser.add_argument(
        "--organ", default="", metavar="机关", help="哪个部门、乡镇的报告（名称或者代码）；不写是县人民政府的"
    )
    parser.add_argument("--docx", type=Path, metavar="文件", help="写成 .docx（GB/T 9704 版式）")
    parser.add_argument("--html", type=Path, metavar="文件", help="写成网页")
    parser.add_argument("--site", default="", metavar="网址", help="本系统的网址，使文件里的数字可以点开")
    parser.add_argument("--live", action="store_true", help="不管有没有定稿，按现在的案件重新计算")
    parser.add_argument("--check", action="store_true", help="重新计算定稿里的每个数字，不一致的列出来")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.set_defaults(handler=_report)


def _report(args: argparse.Namespace) -> int:
    from fazhi.cli import django_setup

    django_setup()
    from fazhi.reports import shell

    return shell.check(args) if args.check else shell.report(args)
