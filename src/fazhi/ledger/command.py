"""`fazhi verify`, `fazhi checkpoint`, `fazhi prove`: the ledger from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from fazhi.errors import UserError
from fazhi.terminal import paint


def register(subparsers: Any) -> None:
    verify = subparsers.add_parser("verify", help="核验全部办理记录：链接、重算、封存、检查点")
    verify.add_argument("--json", action="store_true", help="以 JSON 输出")
    verify.add_argument(
        "--checkpoint",
        metavar="文件",
        action="append",
        default=[],
        help="另以外部保存的检查点核验（可多次给出）",
    )
    verify.set_defaults(handler=_verify)
    point = subparsers.add_parser("checkpoint", help="封存并签署检查点，供外部保存")
    point.add_argument("--out", metavar="文件", help="写入文件（默认输出到屏幕）")
    point.set_defaults(handler=_checkpoint)
    prove = subparsers.add_parser("prove", help="导出一个案件的离线证明（用 scripts/verify_case.py 核验）")
    prove.add_argument("case", metavar="案件", help="案件编号（32位）")
    prove.add_argument("--since", metavar="文件", help="对方已持有的检查点：一并证明此后只增未改")
    prove.add_argument("--out", metavar="文件", help="写入文件（默认输出到屏幕）")
    prove.set_defaults(handler=_prove)


def _verify(args: argparse.Namespace) -> int:
    from fazhi.cli import django_setup

    django_setup()
    from . import checkpoint
    from .verify import verify

    held = [checkpoint.load(_read(Path(name))) for name in args.checkpoint]
    _need_database()
    report = verify(*_from_cases(), held=held)
    if args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
        return 0 if report.ok else 1
    print(f"办理记录 {report.events} 条，已封存 {report.sealed} 条，检查点 {report.checkpoints} 个。")
    if report.ok:
        print(paint("核验通过：", "green", sys.stdout) + "每条记录、每个链接、每个检查点都相符。")
        return 0
    print(paint(f"发现 {report.bad_count} 处不符：", "red", sys.stdout))
    for bad in report.bad:
        where = f"案件 {bad.case} 第{bad.seq}条" if bad.case else "封存"
        print(f"  {where}：{bad.why}")
    print("处理：保留现场，不要再写入；与备份和外部保存的检查点比对，从备份恢复。")
    return 1


def _checkpoint(args: argparse.Namespace) -> int:
    from fazhi.cli import django_setup

    django_setup()
    from . import checkpoint, seal

    _need_database()
    seal.seal()
    seal.seal_access()
    _write(checkpoint.make().export(), args.out)
    return 0


def _prove(args: argparse.Namespace) -> int:
    from fazhi.cli import django_setup

    django_setup()
    from . import checkpoint, proof, seal

    since = checkpoint.load(_read(Path(args.since))) if args.since else None
    _need_database()
    seal.seal()
    _write(proof.export_case(args.case, since=since), args.out)
    return 0


def _from_cases() -> tuple[Any, Any]:
    """(refold, heads) of the floor above, looked up by name: the ledger does not know it. (None, None) without it."""
    import importlib
    import importlib.util

    name = "fazhi.cases.refold"
    try:
        if importlib.util.find_spec(name) is None:
            return None, None
    except ModuleNotFoundError:
        return None, None
    module = importlib.import_module(name)
    return module.refold, getattr(module, "heads", None)


def _need_database() -> None:
    from django.db import connection

    if "ledger_event" not in connection.introspection.table_names():
        raise UserError("数据库里还没有办理记录表", next="先运行 fazhi init（或 fazhi demo）建立数据库")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UserError(f"读不到文件 {path}", next="核对文件名和路径") from None
    except (ValueError, RecursionError):
        raise UserError(f"文件 {path} 不是 JSON 格式", next="应为 fazhi checkpoint 导出的文件") from None


def _write(content: Any, out: str | None) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    if out is None:
        print(text)
        return
    try:
        Path(out).write_text(text + "\n", encoding="utf-8")
    except OSError:
        raise UserError(f"不能写入文件 {out}", next="核对路径和权限") from None
    print(f"已写入 {out}")
