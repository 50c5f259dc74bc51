"""`fazhi check`: every figure of published texts, and every place where their arithmetic does not hold."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fazhi.errors import UserError, why_unread

if TYPE_CHECKING:
    from fazhi.reading.comparing import Comparison
    from fazhi.reading.examine import Examined

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "check",
        help="核校公开文本：列出每个数字，查出对不上的地方",
        description="核校公开文本（.txt、.html、.docx、.pdf）里的数字：合计与分项、占比、增减、前后是否一致。"
        "有错误时退出码为 1，没有为 0，文件读不出来为 2（其余文件照查）。",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="文件")
    parser.add_argument("--json", action="store_true", help="每个文件输出一行 JSON")
    parser.add_argument("--text", action="store_true", help="JSON 里带上读到的文字（位置按它计）")
    parser.add_argument("--no-info", action="store_true", help="不显示“提示”（如末位差一）")
    parser.add_argument(
        "--docx", type=Path, metavar="输出", help="另存带批注的 .docx；核校多个文件时是文件夹"
    )
    parser.set_defaults(handler=_check)
    parser = subparsers.add_parser(
        "compare",
        help="对照几份公开文本：同一指标并排，前后说法不一的标出来",
        description="对照同一个县不同年度的报告，或者几个县的报告：同一指标并排列出；今年的报告说上年是多少、增长多少，"
        "与去年的报告对不上的，列为矛盾。有矛盾时退出码为 1，没有为 0，文件读不出来为 2（其余文件照比）。",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="文件")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.set_defaults(handler=_compare)


def _check(args: argparse.Namespace) -> int:
    unread = errors = 0
    progress = len(args.files) > 1 and sys.stderr.isatty()
    _refuse_wrong_target(args)
    for number, path in enumerate(args.files, 1):
        if progress:
            print(f"\r{number}/{len(args.files)} {path.name}\033[K", end="", file=sys.stderr, flush=True)
        examined = _open_or_tell(path)
        if examined is None:
            unread += 1
            continue
        errors += bool(examined.counts()["error"])
        if args.json:
            from fazhi.reading.examine import as_json

            told = as_json(examined, str(path))
            print(
                json.dumps(told | {"text": examined.source.text} if args.text else told, ensure_ascii=False)
            )
        else:
            _tell(path, examined, info=not args.no_info)
        if args.docx:
            _write_docx(args.docx, path, examined, many=len(args.files) > 1)
    if progress:
        print("\r\033[K", end="", file=sys.stderr)
    return 2 if unread else 1 if errors else 0


def _compare(args: argparse.Namespace) -> int:
    from fazhi.reading.comparing import as_json, compare

    if len(args.files) < 2:
        raise UserError("对照至少要两个文件", next="例如 fazhi compare 2024年报告.docx 2025年报告.docx")
    opened = [_open_or_tell(path) for path in args.files]
    examined = [each for each in opened if each is not None]
    if len(examined) < 2:
        raise UserError("能读的文件不到两个，没有对照", next="请按上面的提示处理后再试")
    found = compare(examined)
    if args.json:
        print(json.dumps(as_json(found), ensure_ascii=False))
    else:
        _tell_comparison(found)
    return 2 if len(examined) < len(opened) else 1 if found.contradictions else 0


def _tell_comparison(found: Comparison) -> None:
    """A table as wide as its words, then the contradictions with their places."""
    from fazhi.reading.comparing import HOW
    from fazhi.terminal import pad, width

    rows = [["指标", *(document.label for document in found.documents)]]
    rows += [[line.subject, *(cell.written if cell else "—" for cell in line.cells)] for line in found.lines]
    columns = [max(width(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        print("  ".join(pad(word, columns[n]) for n, word in enumerate(row)).rstrip())
    for each in found.contradictions:
        print(f"矛盾 {each.message}")
        for cell in each.cells:
            print(f"    {found.documents[cell.document].examined.name} {cell.where} {cell.written}")
    print(
        f"并列 {len(found.lines)} 个指标，矛盾 {len(found.contradictions)} 处；同名而有几个值的 {found.ambiguous} 个没有列入。"
    )
    print(HOW)


def _open_or_tell(path: Path) -> Examined | None:
    """The file read and checked; None after having told on stderr why it cannot be read."""
    from fazhi.reading.examine import examine
    from fazhi.reading.source import LARGEST

    try:
        with path.open("rb") as file:
            return examine(file.read(LARGEST + 1), path.name)
    except UserError as error:
        print(f"{path}：{'　'.join(error.lines())}", file=sys.stderr)
    except OSError as error:
        print(f"{path}：{_in_chinese(error)}　处理：请核对文件名和权限。", file=sys.stderr)
    return None


def _in_chinese(error: OSError) -> str:
    """What the system says in English."""
    match error:
        case FileNotFoundError():
            return "没有这个文件"
        case IsADirectoryError():
            return "是文件夹，不是文件"
        case PermissionError():
            return "没有权限"
        case _:
            return f"读写不了（{why_unread(error)}）"


def _tell(path: Path, examined: Examined, *, info: bool) -> None:
    """Like a linter: file:line:column, grade, rule, message; then a line that counts."""
    from fazhi.reading.examine import GRADES

    for note in examined.source.notes:
        print(f"{path}：{note}", file=sys.stderr)
    for finding in examined.report.findings:
        if finding.grade == "info" and not info:
            continue
        where = examined.where(finding.spans[0][0])
        repair = f"（或应为 {finding.repair}）" if finding.repair else ""
        print(f"{path}:{where}: {GRADES[finding.grade]} {finding.rule} {finding.message}{repair}")
    told = "，".join(f"{GRADES[grade]} {count}" for grade, count in examined.counts().items())
    print(f"{path}：数字 {len(examined.report.figures)} 个，{told}")


def _refuse_wrong_target(args: argparse.Namespace) -> None:
    out: Path | None = args.docx
    if out is None:
        return
    if len(args.files) == 1 and (out.suffix.lower() != ".docx" or out.is_dir()):
        raise UserError(f"--docx 的输出“{out}”不是 .docx 文件名", next="例如 --docx 核校意见.docx")
    if len(args.files) > 1 and out.exists() and not out.is_dir():
        raise UserError(f"--docx 的输出“{out}”不是文件夹", next="核校多个文件时请写文件夹的名字")
    if any(out.exists() and path.exists() and out.samefile(path) for path in args.files):
        raise UserError("--docx 的输出就是要核校的文件，会把它盖掉", next="请换一个文件名")


def _write_docx(out: Path, path: Path, examined: Examined, *, many: bool) -> None:
    from fazhi.reading.annotating import annotated

    target = out
    if many:
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{path.stem}-核校.docx"
        number = 2
        while target.exists() and path.parent != out and number < 1000:
            target = out / f"{path.stem}-核校-{number}.docx"
            number += 1
    data = annotated(examined)
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_bytes(data)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(f"写不了 {target}：{_in_chinese(error)}", next="请核对文件夹和权限") from error
    print(f"{path}：带批注的文件写入 {target}", file=sys.stderr)
