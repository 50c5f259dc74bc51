"""`fazhi procedure lint|show|docs|schema`: definitions for those who write and read them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("procedure", help="程序定义:检查、查看、生成说明")
    parser.set_defaults(handler=lambda args: (parser.print_help(), 2)[1])
    acts = parser.add_subparsers(dest="act")
    lint = acts.add_parser("lint", help="检查程序文件;不写文件名时检查全部")
    lint.add_argument("files", nargs="*", type=Path)
    lint.add_argument("--json", action="store_true")
    lint.set_defaults(handler=_lint)
    show = acts.add_parser("show", help="用文字说明一个程序")
    show.add_argument("name")
    show.set_defaults(handler=_show)
    docs = acts.add_parser("docs", help="生成 docs/procedures/ 下的说明")
    docs.add_argument("folder", type=Path)
    docs.add_argument("--check", action="store_true", help="只检查是否与程序文件一致")
    docs.set_defaults(handler=_docs)
    schema = acts.add_parser("schema", help="输出程序文件的 JSON Schema")
    schema.set_defaults(handler=_schema)


def _lint(args: argparse.Namespace) -> int:
    from fazhi.procedures import library, lint, loader, scenarios
    from fazhi.procedures.loader import DefinitionError, Problem

    paths = args.files or library.files()
    names = frozenset(p.stem for p in library.files()) | {"reconsideration"}
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            print(f"找不到文件 {path};请核对路径", file=sys.stderr)
            return 2
        try:
            d = library.read(path) if path.is_relative_to(library.FOLDER) else _outside(path)
        except DefinitionError as error:
            problems += error.problems
            continue
        problems += lint.check(d, loader.parsed(path.read_bytes(), path.name), names)
        beside = path.with_name(path.name.replace(".yaml", ".scenarios.yaml"))
        if not beside.exists():
            problems.append(
                Problem(d.file, 1, 1, "scenarios", f"没有情景文件 {beside.name};请写出给定、办理和结果")
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
        print(f"检查了{len(paths)}个程序文件,发现{len(problems)}个问题", file=sys.stderr)
    return 1 if problems else 0


def _outside(path: Path) -> Any:
    """A file that is not shipped: its fragments and base come from the shipped folder."""
    from fazhi.procedures import library, loader

    papers = path.with_name(path.name.replace(".yaml", ".documents.yaml"))
    return loader.load(
        path.read_bytes(),
        path.name,
        fetch=library.fetch,
        documents=papers.read_bytes() if papers.exists() else None,
    )


def _show(args: argparse.Namespace) -> int:
    from fazhi.procedures import library, prose

    versions = library.shipped().versions(args.name)
    if not versions:
        print(f"没有名为「{args.name}」的程序;现有:{'、'.join(library.shipped().names())}", file=sys.stderr)
        return 2
    for d in versions:
        print(prose.write(d))
    return 0


def _docs(args: argparse.Namespace) -> int:
    from fazhi.procedures import library, prose

    stale = 0
    for path in library.files():
        text = prose.write(library.read(path))
        target = args.folder / f"{path.stem}.md"
        if args.check:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                print(f"{target} 与程序文件不一致;请运行 fazhi procedure docs {args.folder}")
                stale += 1
        else:
            args.folder.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return 1 if stale else 0


def _schema(args: argparse.Namespace) -> int:
    from fazhi.procedures.grammar import Procedure

    print(json.dumps(Procedure.model_json_schema(), ensure_ascii=False, indent=1))
    return 0
