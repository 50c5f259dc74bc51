"""`fazhi import`, `export`, `work`, `case`: cases in and out of spreadsheets, the worker, a case on the terminal.

The handlers stand in fazhi.cases.shell and shell_import, and are imported when they run: they need Django.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

KINDS = ("organs", "lines", "people", "posts", "parameters", "code_lists", "codes", "regions", "parties")


def register(subparsers: Any) -> None:
    _import(
        subparsers.add_parser(
            "import", help="导入案件（.xlsx、.csv）或者名录；--template 生成模板，--undo 撤销批次"
        )
    )
    _export(subparsers.add_parser("export", help="导出案件（.xlsx、.csv），列与导入模板一致"))
    work = subparsers.add_parser("work", help="后台办理：封存、期限届满、联办、日历变化")
    work.add_argument("--once", action="store_true", help="只办一轮就退出")
    work.add_argument("--json", action="store_true", help="以 JSON 输出（与 --once 同用）")
    work.set_defaults(handler=_later("work"))
    case = subparsers.add_parser("case", help="查看一个案件：案号或者编号")
    case.add_argument("case", metavar="案号", help="案号、来源系统案号或者 32 位编号")
    case.add_argument(
        "--as", dest="person", default="", metavar="用户名", help="以谁的身份查看（默认为系统运维）"
    )
    case.add_argument("--json", action="store_true", help="以 JSON 输出")
    case.set_defaults(handler=_later("show_case"))


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", default="", metavar="FILE", help="要导入的文件，.xlsx 或 .csv；- 为标准输入"
    )
    parser.add_argument("--procedure", default="", metavar="程序", help="程序标识，例如 penalty")
    parser.add_argument("--kind", choices=KINDS, help="导入名录（CSV）：机关、人员、任职、参数、代码等")
    parser.add_argument("--dry-run", action="store_true", help="只校验，不写入")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--template", default="", metavar="FILE", help="生成该程序的模板（.xlsx 或 .csv）")
    parser.add_argument(
        "--errors-to", default="", metavar="FILE", help="有错误时，把文件另存一份：错误的格标出，旁边写明原因"
    )
    parser.add_argument(
        "--only-right",
        action="store_true",
        help="有错误的行不导入，只导入正确的行（默认有一处错误就全部不导入）",
    )
    parser.add_argument("--undo", default="", metavar="批次", help="撤销一个导入批次")
    parser.add_argument("--batches", action="store_true", help="列出最近的导入批次")
    parser.add_argument(
        "--system", default="", metavar="名称", help="来源系统，同一系统每次写法一致（默认“历史数据”）"
    )
    parser.add_argument(
        "--elsewhere", default="", metavar="系统", help="这些案件在哪个系统办理；本系统只登记结果"
    )
    parser.add_argument("--organ", default="", metavar="机关", help="文件没有承办机关列时，全部归这个机关")
    parser.add_argument("--county", default="", metavar="代码", help="六位行政区划代码；只有一个县时可以不写")
    parser.add_argument(
        "--as", dest="person", default="", metavar="用户名", help="由谁导入（默认为系统运维）"
    )
    parser.add_argument(
        "--max-rows", type=int, default=0, metavar="行数", help="一个文件最多多少行（默认 100000）"
    )
    parser.add_argument(
        "--job", default="", help=argparse.SUPPRESS
    )  # of the worker: an upload in the background
    parser.set_defaults(handler=_later("import_", "shell_import"))


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--procedure", required=True, metavar="程序", help="程序标识，例如 penalty")
    parser.add_argument("--xlsx", default="", metavar="FILE", help="写成 .xlsx")
    parser.add_argument("--csv", default="", metavar="FILE", help="写成 CSV")
    parser.add_argument("--personal", action="store_true", help="包括个人信息（记入访问日志）")
    parser.add_argument("--phase", default="", metavar="阶段", help="只要这个阶段的")
    parser.add_argument("--outcome", default="", metavar="结果", help="只要这种处理结果的")
    parser.add_argument("--organ", default="", metavar="机关", help="只要这个机关和下级单位的")
    parser.add_argument("--light", default="", metavar="状态", help="overdue、warning、open、closed")
    parser.add_argument("--from", dest="opened_from", default="", metavar="日期", help="立案日期起")
    parser.add_argument("--to", dest="opened_to", default="", metavar="日期", help="立案日期止")
    parser.add_argument("--county", default="", metavar="代码", help="六位行政区划代码；只有一个县时可以不写")
    parser.add_argument(
        "--as", dest="person", default="", metavar="用户名", help="以谁的身份导出（默认为系统运维）"
    )
    parser.set_defaults(handler=_later("export_"))


def _later(name: str, module: str = "shell") -> Callable[[argparse.Namespace], int]:
    def handler(args: argparse.Namespace) -> int:
        from fazhi.cli import django_setup

        django_setup()
        found: Callable[[argparse.Namespace], int] = getattr(import_module(f"fazhi.cases.{module}"), name)
        return found(args)

    return handler
