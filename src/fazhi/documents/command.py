"""`fazhi document check` and `fazhi document render`: on plain files, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from fazhi.errors import UserError

if TYPE_CHECKING:
    from fazhi.procedures.text import Text

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "document",
        help="检查 .docx 是否符合公文格式；把文书排成 .docx、HTML、PDF",
        description="检查 .docx 是否符合 GB/T 9704—2012；把系统保存的文书（JSON）排成 .docx、HTML 或者 PDF。",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="check|render")
    check = verbs.add_parser("check", help="检查 .docx：页面、字体、行距、发文字号、日期、层次序号")
    check.add_argument("files", nargs="+", type=Path, metavar="文件.docx")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(handler=_check)
    render = verbs.add_parser("render", help="把文书（JSON）排成 .docx、.html 或者 .pdf")
    render.add_argument("file", type=Path, metavar="文书.json")
    render.add_argument(
        "--out", type=Path, required=True, metavar="文件", help="按后缀决定格式：.docx .html .pdf"
    )
    render.add_argument(
        "--site", default="", metavar="网址", help="本系统的网址，使统计数字的链接在文件里可以打开"
    )
    render.set_defaults(handler=_render)


def _check(args: argparse.Namespace) -> int:
    """1 when anything is to be mended; all files are read, a broken one is a usage error."""
    from fazhi.documents.check import check

    found = {str(path): check(_bytes(path)) for path in args.files}
    if args.json:
        told = [
            {"file": name, "findings": [asdict(one) for one in findings]} for name, findings in found.items()
        ]
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for name, findings in found.items():
            print(f"{name}：{f'{len(findings)} 处不符合' if findings else '没有发现不符合之处'}")
            for one in findings:
                print(f"  {one.place}：{one.message}（{one.law}）。{one.next}")
    return 1 if any(found.values()) else 0


def _render(args: argparse.Namespace) -> int:
    from fazhi.documents import docx, html, pdf

    text = _text(args.file)
    match args.out.suffix.lower():
        case ".docx":
            data = docx.render(text, site=args.site)
        case ".html" | ".htm":
            data = html.page(text, site=args.site).encode()
        case ".pdf":
            data = pdf.render(text, site=args.site)
        case other:
            raise UserError(
                f"不会排成“{other or '没有后缀'}”格式", next="--out 的后缀写 .docx、.html 或者 .pdf。"
            )
    try:
        args.out.write_bytes(data)
    except OSError as error:
        raise UserError(f"写不了 {args.out}：{error.strerror}", next="请换一个可以写入的位置。") from error
    print(f"已写入 {args.out}（{len(data):,} 字节）", file=sys.stderr)
    return 0


def _text(path: Path) -> Text:
    from fazhi.procedures.text import Text, TextError

    try:
        data = json.loads(_bytes(path))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} 不是 JSON 文件", next="请使用系统导出的文书文件。") from error
    if not isinstance(data, dict):
        raise UserError(f"{path} 不是一份文书", next="请使用系统导出的文书文件。")
    try:
        return Text.from_json(data)
    except TextError as error:
        raise UserError(f"{path} 不是一份文书：{error}", next="请使用系统导出的文书文件。") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"读不了 {path}：{error.strerror}", next="请核对文件名和权限。") from error
