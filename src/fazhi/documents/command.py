"""`fazhi layout` and `fazhi document render`: on plain files, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fazhi.errors import UserError, why_unread
from fazhi.terminal import paint

if TYPE_CHECKING:
    from fazhi.documents.rules import Finding
    from fazhi.procedures.text import Text

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    layout = subparsers.add_parser(
        "layout",
        help="检查 .docx 的公文版式：页面、页码、字体字号、行数字数、层次序数、发文字号、日期",
        description="按 GB/T 9704—2012 检查 .docx。没有问题返回0，有不符合之处返回1，文件读不了返回2。",
    )
    layout.add_argument("files", nargs="+", type=Path, metavar="文件.docx")
    layout.add_argument("--json", action="store_true", help="输出 JSON")
    layout.set_defaults(handler=_layout)
    parser = subparsers.add_parser(
        "document",
        help="把文书排成 .docx、HTML、PDF",
        description="把系统保存的文书（JSON）排成 .docx、HTML 或者 PDF。",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="操作", title="操作")
    render = verbs.add_parser("render", help="把文书（JSON）排成 .docx、.html 或者 .pdf")
    render.add_argument("file", type=Path, metavar="文书.json")
    render.add_argument(
        "--out", type=Path, required=True, metavar="文件", help="按后缀决定格式：.docx .html .pdf"
    )
    render.add_argument(
        "--site", default="", metavar="网址", help="本系统的网址，使统计数字的链接在文件里可以打开"
    )
    render.set_defaults(handler=_render)


def _layout(args: argparse.Namespace) -> int:
    """As linters do: a line for each finding. A file that cannot be read does not keep the others from being checked."""
    from fazhi.documents.check import check

    found: dict[str, list[Finding]] = {}
    unread: dict[str, UserError] = {}
    for path in args.files:
        try:
            found[str(path)] = check(_bytes(path))
        except UserError as error:
            unread[str(path)] = error
    count = sum(map(len, found.values()))
    if args.json:
        print(json.dumps(_told(args.files, found, unread), ensure_ascii=False, indent=2))
    else:
        for name, findings in found.items():
            for one in findings:
                line = f"{paint(name, 'bold', sys.stdout)}:{one.line}: {paint(one.rule, 'amber', sys.stdout)}"
                print(f"{line} {one.place}：{one.message}（{one.law}）。{one.next}")
        for name, error in unread.items():
            said = "" if name in str(error) else f"{name}："
            print(f"{said}{error}{'。' + error.next if error.next else ''}", file=sys.stderr)
        if found:
            print(
                f"{count}处不符合" if count else "没有发现不符合之处", f"（检查了{len(found)}个文件）", sep=""
            )
    return 2 if unread else 1 if count else 0


def _told(
    files: list[Path], found: dict[str, list[Finding]], unread: dict[str, UserError]
) -> list[dict[str, Any]]:
    return [
        {"file": name, "findings": [asdict(one) for one in found[name]]}
        if name in found
        else {"file": name, "error": str(unread[name]), "next": unread[name].next}
        for name in map(str, files)
    ]


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
        raise UserError(f"写不了 {args.out}：{why_unread(error)}", next="请换一个可以写入的位置。") from error
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
        raise UserError(f"读不了 {path}：{why_unread(error)}", next="请核对文件名和权限。") from error
