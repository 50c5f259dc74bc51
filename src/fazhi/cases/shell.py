"""What the commands of this floor do. Words for people on stderr or stdout, JSON where it is asked for."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fazhi.cases import access, definitions, exchange, registers, search, store
from fazhi.cases.refold import bodies
from fazhi.errors import UserError
from fazhi.law import SHANGHAI
from fazhi.organs import regions
from fazhi.organs.actor import ActorContext, actor_for, choices
from fazhi.organs.models import Person
from fazhi.terminal import pad, paint

_LARGEST = 256 * 1024 * 1024


def today() -> date:
    return datetime.now(UTC).astimezone(SHANGHAI).date()


def acting(username: str, roles: frozenset[str]) -> ActorContext:
    """The person in the post that fits best: one with such a role, an administrator's before others."""
    person = Person.objects.filter(username=username.strip().lower()).first()
    if person is None:
        raise UserError(f"没有用户“{username}”", next="请核对用户名")
    found = [actor_for(person, c.post, today()) for c in choices(person, today())]
    fit = sorted((c for c in found if c.roles & roles), key=lambda c: "admin" not in c.roles)
    if not fit:
        raise UserError(
            f"“{username}”今天没有可以办理此事的任职", law="岗位权限规则", next="请由有相应岗位的人员办理"
        )
    return fit[0]


def read_file(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(_LARGEST + 1)
    path = Path(name)
    try:
        if path.stat().st_size > _LARGEST:
            raise UserError(f"文件超过{_LARGEST // 1024 // 1024}MB", next="请分成几个文件")
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"没有文件“{path.name}”", next="请核对文件名和所在目录") from None
    except OSError:
        raise UserError(f"不能读取文件“{path.name}”", next="请核对它是不是文件、有没有读的权限") from None


def write_file(name: str, data: bytes) -> None:
    try:
        Path(name).write_bytes(data)
    except OSError:
        raise UserError(f"不能写入文件“{name}”", next="请核对文件夹是否存在、有没有写的权限") from None


def organ_named(words: str, county: str) -> str:
    from fazhi.cases.exchange.desk import Desk
    from fazhi.cases.exchange.values import BadCell

    try:
        return Desk(county, today()).organ(words, today())
    except BadCell as bad:
        raise UserError(str(bad)) from None


# ---- export ---------------------------------------------------------------------------------------------------------


def export_(args: argparse.Namespace) -> int:
    if bool(args.xlsx) == bool(args.csv):
        raise UserError(
            "请给出 --xlsx 或者 --csv 其中一个", next="例如 fazhi export --procedure penalty --xlsx 案件.xlsx"
        )
    county = regions.county(args.county).code
    if definitions.library().latest(args.procedure) is None:
        raise UserError(
            f"没有名为“{args.procedure}”的程序", next="可用：" + "、".join(definitions.library().names())
        )
    registers.refresh()
    filters = search.Filters.read(
        {
            "phase": args.phase, "outcome": args.outcome, "light": args.light, "opened_from": args.opened_from,
            "opened_to": args.opened_to, "organ": organ_named(args.organ, county) if args.organ else "",
        }
    )  # fmt: skip
    for given, read in ((args.opened_from, filters.opened_from), (args.opened_to, filters.opened_to)):
        if given and given != read:
            raise UserError(f"“{given}”不是日期", next="请写作例如 2026-03-05")
    ctx = acting(args.person, frozenset(_roles())) if args.person else None
    who = f"{ctx.organ_name} {ctx.name}" if ctx else "系统运维（命令行）"
    wanted = exchange.Wanted(args.procedure, filters, county, ctx, who, args.personal)
    kind = "xlsx" if args.xlsx else "csv"
    data = exchange.export(wanted, kind, now=datetime.now(UTC), today=today())
    write_file(args.xlsx or args.csv, data)
    print(f"已导出到 {args.xlsx or args.csv}", file=sys.stderr)
    return 0


def _roles() -> list[str]:
    from fazhi.organs.models.people import ROLES

    return list(ROLES)


# ---- the worker -----------------------------------------------------------------------------------------------------


def work(args: argparse.Namespace) -> int:
    from fazhi.cases import worker

    if args.once:
        done = worker.once()
        if args.json:
            print(json.dumps(asdict(done)))
        else:
            print(
                f"封存 {done.sealed} 条，统计库更新 {done.mirrored} 条，联办 {done.errands} 件，"
                f"期限届满 {done.expired} 件，期限重算 {done.recalculated} 件。"
            )
        return 0
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print("后台办理已启动，按 Ctrl+C 停止。", file=sys.stderr, flush=True)
    worker.loop(stop)
    print("后台办理已停止。", file=sys.stderr)
    return 0


# ---- a case ---------------------------------------------------------------------------------------------------------


def show_case(args: argparse.Namespace) -> int:
    """A case as its row and events say; personal words stay sealed, who may read them does so on the screens."""
    registers.refresh()
    ctx = acting(args.person, frozenset(_roles())) if args.person else None
    found = _find(args.case.strip(), ctx)
    if not found:
        kept = "，或者该用户无权查看" if ctx else ""
        raise UserError(
            f"没有案号、来源系统案号或者编号是“{args.case.strip()}”的案件{kept}",
            next="请照案件页上的写法输入完整案号（如 某局罚〔2026〕1号），或者案件页网址里的32位编号",
        )
    if len(found) > 1:
        print(f"有 {len(found)} 件案件使用这个案号，请用编号查看：")
        for row in found:
            print(f"  {row.id}  {definitions.by_hash(row.definition).title}  {row.title}")
        return 1
    told = describe(found[0])
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    _print_case(told)
    return 0


def _find(words: str, ctx: ActorContext | None) -> list[store.Row]:
    from fazhi.cases.models import Case

    rows = Case.objects.filter(pk=words.lower()) if len(words) == 32 else Case.objects.none()
    ids = [c.id for c in rows] or list(
        (Case.objects.filter(number=words) | Case.objects.filter(source_number=words)).values_list(
            "id", flat=True
        )[:20]
    )
    found = [row for i in ids if (row := store.read(i)) is not None]
    if ctx is not None:
        found = [row for row in found if access.sight(ctx, definitions.by_hash(row.definition), row)]
    return found


def describe(row: store.Row) -> dict[str, Any]:
    """The case for JSON: titles beside the names that code uses."""
    d, s = definitions.by_hash(row.definition), row.state
    assert s is not None
    events = []
    for b in bodies(row.id):
        action = d.actions.get(b.get("action", ""))
        outcome = action.outcomes.get(b.get("outcome", "")) if action else None
        events.append(
            {
                "seq": b["seq"], "type": b["type"], "action": b.get("action", ""), "title": action.title if action else "",
                "outcome": outcome.title if outcome else "", "on": b["occurred_on"], "recorded_at": b["recorded_at"],
                "by": b["actor"].get("person", ""), "needs": b.get("needs", []), "source": b.get("source"),
            }
        )  # fmt: skip
    return {
        "id": row.id, "number": row.number, "title": row.title, "procedure": d.name, "procedure_title": d.title,
        "version": d.from_.isoformat(), "phase": row.phase, "phase_title": d.source.phases.get(row.phase, ""),
        "outcome": row.outcome, "organ": registers.organ(row.organ).get("name", ""), "opened_on": s.opened_on,
        "closed_on": s.closed_on, "due": str(row.due)[:10] if row.due else None, "elsewhere": row.elsewhere,
        "imported": s.imported, "lawless": s.bare, "values": s.values, "facts": s.facts, "sides": s.sides,
        "clocks": s.clocks, "flaws": s.flaws, "events": events,
    }  # fmt: skip


_RESULTS = {"met": "已满足", "not_met": "未满足", "unknown": "未载明"}


def _print_case(told: dict[str, Any]) -> None:
    print(f"{told['number'] or told['id']}  {told['title']}")
    where = f"（在「{told['elsewhere']}」办理）" if told["elsewhere"] else ""
    print(f"{told['procedure_title']} · {told['phase_title'] or '—'} · {told['organ']}{where}")
    if told["lawless"]:
        print("立案时本程序没有有效版本，只登记日期和结果。")
    for clock in told["clocks"].values():
        if clock["due"]:
            print(f"  {pad(clock['title'], 24)} 到期 {clock['due'][:10]}  {clock['status']}")
    for e in told["events"]:
        title = e["title"] or e["type"]
        outcome = f" · {e['outcome']}" if e["outcome"] else ""
        print(f"  {e['seq']:>3} {e['on']} {title}{outcome}{'（导入）' if e['source'] else ''}")
        for need in e["needs"]:
            if need["result"] != "met":
                print(f"        {_RESULTS[need['result']]}：{need['law']}")
    for flaw in told["flaws"]:
        print(paint(f"  程序瑕疵：{flaw['what']}（{flaw['law']}）", "red", sys.stdout))


__all__ = ["describe", "export_", "show_case", "work"]
