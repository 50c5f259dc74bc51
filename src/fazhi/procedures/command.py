"""`fazhi procedure new|lint|show|diff|try|docs|schema`: definitions for those who write and read them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("procedure", help="程序定义：检查、查看、生成说明")
    parser.set_defaults(handler=lambda args: (parser.print_help(), 2)[1])
    acts = parser.add_subparsers(dest="act")
    lint = acts.add_parser("lint", help="检查程序文件；不写文件名时检查全部")
    lint.add_argument("files", nargs="*", type=Path)
    lint.add_argument("--json", action="store_true")
    lint.set_defaults(handler=_lint)
    show = acts.add_parser("show", help="用文字说明一个程序")
    show.add_argument("name", metavar="程序名|文件", help="程序名（全部版本）、程序名@日期，或者文件")
    show.set_defaults(handler=_show)
    new = acts.add_parser("new", help="写一个新程序：生成带说明、检查通过的样稿")
    new.add_argument("name", help="程序的名称：小写字母、数字、下划线，如 road_permit")
    new.add_argument("--title", default="", help="程序的中文名称")
    new.add_argument("--statute", default="", help="所依据的法，如 行政许可法")
    new.add_argument("--from", dest="since", default="", metavar="日期", help="施行日期，默认今天")
    new.add_argument("--in", dest="folder", type=Path, default=Path(), metavar="目录", help="写到哪个目录")
    new.set_defaults(handler=_new)
    diff = acts.add_parser("diff", help="两个文件或者两个版本有什么不同，用文字说明")
    diff.add_argument("first", metavar="甲", help="文件，或者 程序名@日期；只写程序名时比较最近两个版本")
    diff.add_argument("second", metavar="乙", nargs="?", default="", help="文件，或者 程序名@日期，或者日期")
    diff.add_argument("--json", action="store_true", help="以 JSON 输出")
    diff.set_defaults(handler=_diff)
    trying = acts.add_parser("try", help="在终端里让一个案件按程序走一遍，不存数据库")
    trying.add_argument("what", metavar="文件|程序名", help="程序文件，或者 程序名、程序名@日期")
    trying.add_argument("--on", default="", metavar="日期", help="从哪一天开始，默认今天")
    trying.add_argument("--json", action="store_true", help="最后以 JSON 输出案件的状况")
    trying.set_defaults(handler=_try)
    docs = acts.add_parser("docs", help="生成 docs/procedures/ 下的说明")
    docs.add_argument("folder", type=Path)
    docs.add_argument("--check", action="store_true", help="只检查是否与程序文件一致")
    docs.set_defaults(handler=_docs)
    schema = acts.add_parser("schema", help="输出程序文件的 JSON Schema")
    schema.set_defaults(handler=_schema)


def _lint(args: argparse.Namespace) -> int:
    from fazhi.procedures import library, lint, scenarios, shelf
    from fazhi.procedures.assembly import DefinitionError, Problem, parsed

    paths = args.files or library.files()
    names = frozenset(p.stem for p in library.files()) | {"reconsideration"}
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            print(f"找不到文件 {path}；请核对路径", file=sys.stderr)
            return 2
        try:
            d = shelf.load(path)
        except DefinitionError as error:
            problems += error.problems
            continue
        problems += lint.check(d, parsed(path.read_bytes(), path.name), names)
        beside = path.with_name(path.name.replace(".yaml", ".scenarios.yaml"))
        if not beside.exists():
            problems.append(
                Problem(d.file, 1, 1, "scenarios", f"没有情景文件 {beside.name}；请写出给定、办理和结果")
            )
            continue
        from fazhi.law import Calendar

        cover = scenarios.Coverage()
        for outcome in scenarios.run_file(d, scenarios.read(beside), Calendar.shipped(), cover):
            problems += [
                Problem(beside.name, 1, 1, "scenarios", f"「{outcome.scenario}」{p}")
                for p in outcome.problems
            ]
        problems += [
            Problem(beside.name, 1, 1, "coverage", f"没有情景触及 {x}") for x in scenarios.wanting(d, cover)
        ]
    if args.json:
        print(json.dumps([p.__dict__ for p in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            print(problem)
        print(f"检查了{len(paths)}个程序文件，发现{len(problems)}个问题", file=sys.stderr)
    return 1 if problems else 0


def _show(args: argparse.Namespace) -> int:
    from fazhi.procedures import library, prose, shelf

    if args.name.endswith((".yaml", ".yml")) or "@" in args.name:
        print(prose.write(shelf.find(args.name)[0]))
        return 0
    versions = library.shipped().versions(args.name)
    if not versions:
        raise shelf.unknown(args.name)
    for d in versions:
        print(prose.write(d))
    return 0


def _new(args: argparse.Namespace) -> int:
    from datetime import date

    from fazhi.procedures import answers, starter
    from fazhi.procedures.trying import from_keyboard

    title, statute = args.title, args.statute
    if sys.stdin.isatty():
        title = title or (from_keyboard("程序的中文名称：") or "").strip()
        statute = statute or (from_keyboard("依据哪部法（如 行政许可法）：") or "").strip()
    since = answers.day(args.since, date.today()) if args.since else date.today()  # noqa: DTZ011  a plain day
    files = starter.files(args.name, title, statute, since)
    written = starter.write(args.folder, files)
    for path in written:
        print(path)
    for note in starter.advice(args.name, statute):
        print(note, file=sys.stderr)
    return 0


def _diff(args: argparse.Namespace) -> int:
    from fazhi.procedures import difference, shelf

    first, second = shelf.pair(args.first, args.second)
    found = difference.compare(first, second)
    if args.json:
        print(json.dumps(difference.as_json(first, second, found), ensure_ascii=False, indent=1))
    else:
        print("\n".join(difference.words(first, second, found)))
    return 0


def _try(args: argparse.Namespace) -> int:
    from datetime import date

    from fazhi.law import Calendar
    from fazhi.procedures import answers, shelf, trying

    d, beside = shelf.find(args.what)
    today = date.today()  # noqa: DTZ011  a plain day
    on = answers.day(args.on, today) if args.on else min(max(today, d.from_), d.to or date.max)
    walk = trying.begin(d, Calendar.shipped(), on, beside)
    out = sys.stderr if args.json else sys.stdout
    read = trying.from_keyboard if sys.stdin.isatty() else trying.from_stream(sys.stdin, out)
    misunderstood = trying.Talk(walk, out, read).hold()
    if args.json:
        print(json.dumps(trying.as_json(walk), ensure_ascii=False, indent=1))
    return 1 if misunderstood else 0


def _docs(args: argparse.Namespace) -> int:
    from fazhi.procedures import library, prose

    stale = 0
    for path in library.files():
        text = prose.write(library.read(path))
        target = args.folder / f"{path.stem}.md"
        if args.check:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                print(f"{target} 与程序文件不一致；请运行 fazhi procedure docs {args.folder}")
                stale += 1
        else:
            args.folder.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return 1 if stale else 0


def _schema(args: argparse.Namespace) -> int:
    from fazhi.procedures.grammar import Procedure

    print(json.dumps(Procedure.model_json_schema(), ensure_ascii=False, indent=1))
    return 0
