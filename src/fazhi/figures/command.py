"""`fazhi figures`: the figures of a county in a period, as of a moment, and the cases behind one."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from fazhi.errors import UserError
from fazhi.terminal import pad, paint, width

if TYPE_CHECKING:
    from fazhi.figures.query import FigureValue, Question


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "figures",
        help="统计指标：某县某期的全部指标，以及每个指标背后的案件",
        epilog="例：fazhi figures --county 339821 --period 2026-Q3；"
        "fazhi figures --county 339821 --period 2026 --figure penalty.on_time --cases",
    )
    parser.add_argument("--county", metavar="C", help="县（市、区）的行政区划代码或者名称")
    parser.add_argument(
        "--period", metavar="P", help="2023、2023-Q1、2023-H1、2023-03 或者 2023-01-01:2023-06-30"
    )
    parser.add_argument("--organ", metavar="O", help="只算一个机关及其下级：机关代码、全称或者简称")
    parser.add_argument("--moment", metavar="M", help="截至哪个时点：序号、序号@日期，或者日期；默认现在")
    parser.add_argument("--figure", metavar="ID", action="append", help="只要这个指标；可以写多次")
    parser.add_argument("--cases", action="store_true", help="列出指标背后的案件（与 --figure 同用）")
    parser.add_argument("--check", action="store_true", help="检查各指标的定义；给出县和期间时也核对勾稽关系")
    parser.add_argument("--list", action="store_true", help="列出全部指标及其定义")
    parser.add_argument("--rebuild", action="store_true", help="由账本重新生成统计用的列式副本")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    from fazhi.cli import django_setup

    if args.cases and len(args.figure or ()) != 1:
        raise UserError(
            "--cases 要指定一个指标", next="请加 --figure 指标编号，编号用 fazhi figures --list 查看"
        )
    django_setup()
    if args.list:
        return _list(args)
    if args.rebuild:
        return _rebuild()
    if args.check and not args.county:
        return _check_definitions()
    missing = [name for name in ("county", "period") if not getattr(args, name)]
    if missing:
        words = "、".join(f"--{name}" for name in missing)
        raise UserError(f"缺少参数：{words}", next="例如 fazhi figures --county 339821 --period 2026")
    _seal(args.moment)
    from fazhi.figures import query

    q = query.ask(args.county, args.period, organ=args.organ, moment=args.moment)
    if args.cases:
        return _cases(q, args.figure[0], args.json)
    if args.check:
        return _check(q, args.json)
    found = query.values(q, only=args.figure)
    print(
        json.dumps(as_json(q, found), ensure_ascii=False, indent=2)
        if args.json
        else "\n".join(_table(q, found))
    )
    return 0


def as_json(q: Question, found: list[FigureValue]) -> dict[str, Any]:
    """The fixed interface. `moment` is the position in the sealed order up to which events count."""
    return {
        "moment": q.moment.position,
        "county": q.county,
        "period": q.span.text,
        "figures": [
            {
                "id": f.id, "title": f.title, "value": f.value, "unit": f.unit, "numerator": f.numerator,
                "denominator": f.denominator, "cases": f.cases,
            }
            for f in found
        ],
    }  # fmt: skip


def _seal(moment: str | None) -> None:
    """Give what was just written its place, so that an import followed by this command counts: where no server does it."""
    if moment is not None:
        return
    from django.db.utils import DatabaseError

    from fazhi.ledger import seal

    try:
        seal.seal()
    except DatabaseError as error:  # a reader without the right to write, or a busy writer: its worker seals
        print(f"提示：未能为最近的办理记录定序（{error}），它们可能未计入。", file=sys.stderr)


def _table(q: Question, found: list[FigureValue]) -> list[str]:
    lines = [paint(_heading(q), "bold", sys.stdout), ""]
    group = None
    columns = max([width(f.title) for f in found], default=0)
    values = max([width(f.shown) for f in found], default=0)
    for f in found:
        if f.group_title != group:
            group = f.group_title
            lines += (
                ["", paint(group, "bold", sys.stdout)] if lines[-1] else [paint(group, "bold", sys.stdout)]
            )
        share = f"  {f.numerator}/{f.denominator}" if f.denominator not in (None, 0) else ""
        number = " " * max(0, values - width(f.shown)) + f.shown
        unit = f.unit if f.value is not None else ""
        lines.append(
            f"  {pad(f.title, columns)}  {number} {pad(unit, 4)}{share}".rstrip() + f"  {_dim(f.id)}"
        )
    lines += [
        "",
        _dim(f"截至序号 {q.moment.position}；再算一次：--moment {q.moment}。定义：fazhi figures --list"),
    ]
    return lines


def _dim(text: str) -> str:
    return paint(text, "dim", sys.stdout)


def _heading(q: Question) -> str:
    where = f"{q.places.county.name}{q.places.name(q.organ) if q.organ else ''}"
    return f"{where} {q.span.title} 统计指标（数据截至 {q.moment.day.isoformat()}，序号 {q.moment.position}）"


def _cases(q: Question, id: str, as_json_: bool) -> int:
    from fazhi.cases.models import Case
    from fazhi.figures import lists, query

    (value,) = query.values(q, only=[id])
    if value.imported:
        raise UserError(f"「{value.title}」是外部数据，没有案件", next=f"来源：{value.source}")
    facts = lists.facts(q, id)
    ids = sorted({f.case for f in facts})
    numbers: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        numbers |= dict(Case.objects.filter(id__in=ids[start : start + 500]).values_list("id", "number"))
    if as_json_:
        rows = [
            {"case": f.case, "number": numbers.get(f.case, ""), "day": f.day.isoformat(), "what": f.what, "organ": f.organs, "counted": f.counted}
            for f in facts
        ]  # fmt: skip
        print(
            json.dumps(
                {"figure": id, "moment": q.moment.position, "cases": rows}, ensure_ascii=False, indent=2
            )
        )
        return 0
    print(
        paint(
            f"{_heading(q)}\n{value.title}：{value.shown}{value.unit if value.value else ''}",
            "bold",
            sys.stdout,
        )
    )
    print(value.words)
    share = value.denominator is not None
    for f in facts:
        mark = ("✓ " if f.counted else "✗ ") if share else ""
        print(
            f"  {mark}{f.day.isoformat()}  {pad(numbers.get(f.case) or f.case, 34)}  {pad(f.what, 30)}  {f.organs}"
        )
    print(f"共 {len(facts)} 条。" if facts else "没有案件。")
    return 0


def _check(q: Question, as_json_: bool) -> int:
    from fazhi.figures import query

    found = query.check(q)
    wrong = [c for c in found if c.difference]
    if as_json_:
        rows = [{"identity": c.words, "numbers": dict(c.numbers), "difference": c.difference} for c in found]
        print(json.dumps({"identities": rows}, ensure_ascii=False, indent=2))
    else:
        print(paint(_heading(q), "bold", sys.stdout))
        for c in found:
            mark = paint("✓", "green", sys.stdout) if not c.difference else paint("✗", "red", sys.stdout)
            print(f"{mark} {c.words}\n    " + "  ".join(f"{title} {value}" for title, value in c.numbers))
            if c.difference:
                print(f"    两边相差 {abs(c.difference)}")
        print(
            f"核对 {len(found)} 条勾稽关系，{len(wrong)} 条不平。" if found else "本期没有可核对的勾稽关系。"
        )
    return 1 if wrong else 0


def _check_definitions() -> int:
    from fazhi.figures import catalogue

    found = catalogue.current()
    for problem in found.problems:
        print(problem)
    print(f"{len(found.figures)} 个指标、{len(found.identities)} 条勾稽关系，{len(found.problems)} 处有误。")
    return 1 if found.problems else 0


def _list(args: argparse.Namespace) -> int:
    from fazhi.figures import catalogue

    figures = [f for f in catalogue.current().figures.values() if not args.figure or f.id in args.figure]
    if args.json:
        rows = [
            {"id": f.id, "title": f.title, "unit": f.unit, "words": f.words, "law": f.law} for f in figures
        ]
        print(json.dumps({"figures": rows}, ensure_ascii=False, indent=2))
        return 0
    for f in figures:
        print(
            f"{paint(f.id, 'bold', sys.stdout)}  {f.title}（{f.unit}）\n    {f.words}{f'〔{f.law}〕' if f.law else ''}"
        )
    return 0


def _rebuild() -> int:
    import time

    from fazhi.figures import mirror

    began = time.monotonic()
    events = mirror.rebuild()
    print(f"已由账本的 {events} 条办理记录重新生成统计副本，用时 {time.monotonic() - began:.1f} 秒。")
    return 0
