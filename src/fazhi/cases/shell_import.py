"""`fazhi import`: cases and registers out of spreadsheets, batches, and taking them back."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fazhi.cases import definitions, exchange
from fazhi.cases.exchange import background, rights
from fazhi.cases.shell import acting, organ_named, read_file, today, write_file
from fazhi.errors import UserError
from fazhi.law import SHANGHAI
from fazhi.organs import regions
from fazhi.organs.models import Person
from fazhi.terminal import paint

_LARGE = {
    "校验": 5_000,
    "写入": 10,
}  # rows, pieces of them: from here on a job without a terminal says how far it is
_TOLD = 40  # errors and changes shown on a terminal


def import_(args: argparse.Namespace) -> int:
    if args.job:
        return _job(args)
    if args.undo:
        return _undo(args)
    if args.batches:
        return _batches(args)
    if args.kind:
        return _import_kind(args)
    if not args.procedure:
        names = "、".join(f"{d.name}（{d.title}）" for d in _latest())
        raise UserError("请用 --procedure 指明程序，或者用 --kind 指明名录", next=f"程序：{names}")
    county = regions.county(args.county).code
    if args.template:
        kind = "csv" if args.template.lower().endswith(".csv") else "xlsx"
        write_file(args.template, exchange.template(args.procedure, kind, county=county, on=today()))
        print(f"模板已写入 {args.template}", file=sys.stderr)
        return 0
    if not args.file:
        raise UserError(
            "没有给出要导入的文件", next="例如 fazhi import --procedure penalty 案件.xlsx --dry-run"
        )
    ctx = acting(args.person, rights.IMPORTING) if args.person else None
    order = exchange.Order(
        args.procedure, county, system=args.system or exchange.SYSTEM, elsewhere=args.elsewhere,
        organ=organ_named(args.organ, county) if args.organ else "", by=ctx.person if ctx else "",
        paths=rights.paths_of(ctx, args.procedure) if ctx else None, file=Path(args.file).name, only_right=args.only_right,
    )  # fmt: skip
    limits = exchange.Limits(rows=args.max_rows) if args.max_rows > 0 else exchange.Limits()
    data = read_file(args.file)
    done = exchange.load(
        data, order, dry_run=args.dry_run, limits=limits, progress=_progress(), workers=os.cpu_count() or 1
    )  # fmt: skip
    if args.errors_to and done.errors:
        kind = "csv" if args.errors_to.lower().endswith(".csv") else "xlsx"
        write_file(args.errors_to, exchange.marked(data, args.procedure, done.errors, kind, limits))
        print(f"标出错误的文件已写入 {args.errors_to}", file=sys.stderr)
    if args.json:
        print(json.dumps(done.as_dict(), ensure_ascii=False))
        _tell_ignored(done, sys.stderr)
    else:
        _tell(done, args.dry_run)
    return 1 if done.errors else 0


def _latest() -> list[Any]:
    library = definitions.library()
    return [d for name in library.names() if (d := library.latest(name))]


def _progress() -> Callable[[str, int, int], None]:
    """A line on stderr that grows; where stderr is no terminal (a weekly job), a line for every tenth of a large file."""
    if sys.stderr.isatty():

        def grow(what: str, done: int, whole: int) -> None:
            end = "\n" if done >= whole else ""
            print(f"\r{what} {done}/{whole}", end=end, file=sys.stderr, flush=True)

        return grow
    told: dict[str, int] = {}

    def tell(what: str, done: int, whole: int) -> None:
        tenth = done * 10 // max(whole, 1)
        if whole >= _LARGE[what] and tenth > told.get(what, 0):
            told[what] = tenth
            print(f"{datetime.now(SHANGHAI):%H:%M:%S} {what} {done}/{whole}", file=sys.stderr, flush=True)

    return tell


def _tell(done: exchange.Outcome, dry_run: bool) -> None:
    for error in done.errors[:_TOLD]:
        print(f"第{error.row}行 {error.column}：{error.message}")
    if len(done.errors) > _TOLD:
        print(f"…… 共{len(done.errors)}处，全部内容请加 --json")
    for row, number, told in done.changes[:_TOLD]:
        print(f"第{row}行 {number}：{'、'.join(told)} 有变化")
    words = f"新增 {done.new}，更新 {done.changed}，不变 {done.same}，错误 {len(done.errors)}"
    _tell_ignored(done, sys.stdout)
    if done.left:
        words += f"；{paint(f'{done.left} 行有错误，没有导入', 'red', sys.stdout)}"
    if done.errors and not done.left:
        print(f"{words}。{paint('没有导入任何内容', 'red', sys.stdout)}，请改正后重新导入。")
    elif dry_run:
        print(f"{words}。校验通过，尚未写入。")
    elif done.batch:
        print(
            f"{words}，办理记录 {done.events} 条。批次 {done.batch}（撤销：fazhi import --undo {done.batch}）"
        )
    else:
        print(f"{words}。内容都已在系统中，没有写入。")


def _tell_ignored(done: exchange.Outcome, stream: Any) -> None:
    if done.ignored:
        print(f"未使用的列：{'、'.join(done.ignored)}", file=stream)


def _undo(args: argparse.Namespace) -> int:
    ctx = acting(args.person, rights.IMPORTING) if args.person else None
    many = exchange.undo(
        args.undo.strip().lower(), county=regions.county(args.county).code, by=ctx.person if ctx else "",
        paths=rights.paths_of(ctx) if ctx else None,
    )  # fmt: skip
    if args.json:
        print(json.dumps({"cases": many}))
    else:
        print(f"批次已撤销，涉及 {many} 件案件。")
    return 0


def _job(args: argparse.Namespace) -> int:
    """An upload that waits in the background; pages go first, so it stands back."""
    os.nice(5)
    if not background.carry_out(args.job, datetime.now(UTC)):
        raise UserError(
            f"没有等待处理的上传文件「{args.job}」", next="这个参数由后台使用；请在导入中心上传文件"
        )
    return 0


def _batches(args: argparse.Namespace) -> int:
    """The latest batches of the county: what `--undo` takes."""
    from fazhi.cases.models import Import

    rows = Import.objects.filter(county=regions.county(args.county).code, at__isnull=False)
    if args.person:
        ctx = acting(args.person, rights.IMPORTING)
        rows = rows if "admin" in ctx.roles else rows.filter(person=ctx.person)
    told = [
        {
            "batch": r.id, "at": r.at.astimezone(SHANGHAI).isoformat(timespec="minutes"), "procedure": r.procedure,
            "system": r.system, "file": r.file, "new": r.new, "changed": r.changed, "same": r.same, "events": r.events,
            "wrong": r.wrong, "undone": r.undone_at is not None,
        }
        for r in rows.order_by("-at")[:50]
    ]  # fmt: skip
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for r in told:
        state = "已撤销" if r["undone"] else "部分导入" if r["wrong"] else "已导入"
        counts = f"增 {r['new']} 改 {r['changed']} 同 {r['same']}"
        print(
            f"{r['batch']}  {str(r['at'])[:16]}  {r['procedure']}  {r['system']}  {r['file'] or '—'}  {counts}  {state}"
        )
    if not told:
        print("还没有导入过。")
    return 0


def _import_kind(args: argparse.Namespace) -> int:
    """Registers of the floor below; a spreadsheet is read as the CSV that it could be."""
    from fazhi.organs import exchange as organs
    from fazhi.organs.sheets import SHEETS
    from fazhi.organs.tables import template

    if args.template:
        write_file(args.template, template(SHEETS[args.kind]))
        print(f"模板已写入 {args.template}", file=sys.stderr)
        return 0
    if not args.file:
        raise UserError(
            "没有给出要导入的文件", next=f"例如 fazhi import --kind {args.kind} 名录.csv --dry-run"
        )
    data = _as_csv(read_file(args.file))
    by = (
        Person.objects.filter(pk=acting(args.person, frozenset({"admin"})).person).first()
        if args.person
        else None
    )
    now, day = datetime.now(UTC), today()
    match args.kind:
        case "people":
            done = organs.load_people(data, now=now, by=by, dry_run=args.dry_run)
        case "parameters":
            done = organs.load_parameters(data, by=by, dry_run=args.dry_run)
        case "code_lists":
            done = organs.load_code_lists(data, dry_run=args.dry_run)
        case "regions":
            done = organs.load_regions(data, dry_run=args.dry_run)
        case "parties":
            done = organs.load_parties(data, today=day, dry_run=args.dry_run)
        case _:
            county = regions.county(args.county)
            if args.kind == "organs":
                done = organs.load_organs(county, data, today=day, by=by, dry_run=args.dry_run)
            else:
                load = {"lines": organs.load_lines, "posts": organs.load_posts, "codes": organs.load_codes}[
                    args.kind
                ]
                done = load(county, data, by=by, dry_run=args.dry_run)
    if args.json:
        print(json.dumps(done.as_dict(), ensure_ascii=False))
    else:
        for e in done.errors:
            print(f"第{e.row}行 {e.column}：{e.message}")
        for username, password in done.passwords:
            print(f"{username} 的一次性密码：{password}")
        words = (
            "没有写入，请改正后重新导入"
            if done.errors
            else "校验通过，尚未写入"
            if args.dry_run
            else "已写入"
        )
        print(f"新增 {done.new}，更新 {done.changed}，不变 {done.same}，错误 {len(done.errors)}。{words}。")
    return 1 if done.errors else 0


def _as_csv(data: bytes) -> bytes:
    import csv
    import io

    from fazhi.cases.exchange import files, values

    if not data.startswith(b"PK"):
        return data
    sheet = files.read(data).sheets[0]
    out = io.StringIO()
    csv.writer(out).writerows([[values.text(cell) for cell in row] for row in sheet.rows])
    return out.getvalue().encode()
