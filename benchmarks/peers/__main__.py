"""`python -m benchmarks peers`: the six-step case by ours and by others, in turns, on SQLite and on PostgreSQL.

Writes JSON to standard output and to var/bench/peers.json. `--page FILE` also sets the figures between the two marks
of that page anew (docs/benchmarks/peers.md); `--from FILE` takes the figures of an earlier run instead of measuring.
`--rounds`, `--seconds`, `--only` (names, separated by commas) and `--on` (e.g. postgresql:4) make a run shorter.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.steps import OURS
from benchmarks.turns import ROUNDS, SECONDS, disk, measure, server

RUNNERS = OURS | {
    "SpiffWorkflow": "benchmarks.peers.spiff:whole",
    "SpiffWorkflow, spec apart": "benchmarks.peers.spiff:apart",
    "viewflow": "benchmarks.peers.flow.runner:run",
    "eventsourcing": "benchmarks.peers.events:plain",
    "eventsourcing, functions": "benchmarks.peers.events:functions",
}
NEEDS = {
    "SpiffWorkflow": "SpiffWorkflow",
    "viewflow": "django-viewflow",
    "eventsourcing": "eventsourcing",
    "psycopg_pool": "psycopg-pool",
}
SETTINGS = [("sqlite", 1), ("postgresql", 1), ("postgresql", 4)]
BEGIN, END = "<!-- figures of the run -->", "<!-- end of the figures -->"


def missing() -> list[str]:
    """Packages of the group `bench` that are not installed."""
    return [package for module, package in NEEDS.items() if importlib.util.find_spec(module) is None]


def run(rounds: int, seconds: float, only: list[str], on: list[str]) -> dict[str, Any]:
    report: dict[str, Any] = {
        "date": f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 1),
        "versions": {"Python": platform.python_version(), "SQLite": _sqlite(), "PostgreSQL": _postgresql()}
        | {p: importlib.metadata.version(p) for p in ["django", "psycopg", *NEEDS.values()]},
        "results": [],
    }
    for kind, processes in SETTINGS:
        if on and f"{kind}:{processes}" not in on:
            continue
        runners = {
            name: path
            for name, path in RUNNERS.items()
            if (not only or name in only or name in ("ours", "raw"))
            and not (
                kind == "sqlite" and path.endswith(":functions")
            )  # its SQLite recorder has no such switch
        }
        with server(kind):
            found = measure(kind, runners, processes, rounds, seconds)
        report["results"].append(found)
        print(f"{kind} × {processes}: {found['cases_per_second']}", file=sys.stderr, flush=True)
        text = json.dumps(report, ensure_ascii=False)  # what is measured is kept, whatever comes after
        (Path(disk()) / "peers.json").write_text(text, encoding="utf-8")
    return report


def _sqlite() -> str:
    import sqlite3

    return sqlite3.sqlite_version


def _postgresql() -> str:
    import psycopg

    with server("postgresql"), psycopg.connect(os.environ["FAZHI_BENCH_SERVER"]) as link:
        return str(link.execute("SHOW server_version").fetchone()[0]).split()[0]  # type: ignore[index]


def figures(report: dict[str, Any]) -> str:
    """The page's part that comes from a run: one table a database, every run in it."""
    versions = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    lines = [
        f"{report['date']}, {report['machine']}, load before the run {report['load_before']}; {versions}.",
        "",
    ]
    if report["load_before"] > 1:
        lines += [
            "**A noisy run**: others worked on the machine. No more than a sign: the rates move by more than they differ,"
            " and where the disk is slow they all come close to raw; the client's processor time moves less.",
            "",
        ]
    for found in report["results"]:
        lines += [
            f"### {_title(found)}: {found['rounds']} rounds of {found['seconds']:g} s",
            "",
            "| | cases/s, median | to raw | ours is so many times it | client ms a step | every run |",
            "|---|---|---|---|---|---|",
        ]
        for name, rate in found["cases_per_second"].items():
            times = "" if name == "ours" else f"{found['ours_to'][name]:.2f}"
            lines.append(
                f"| {name} | {rate:.0f} | {found['to_raw'][name]:.2f} | {times} |"
                f" {found['client_ms_per_step'][name]:.2f} | {' '.join(f'{x:.0f}' for x in found['runs'][name])} |"
            )
        lines.append("")
    return "\n".join(lines).strip()


def _title(found: dict[str, Any]) -> str:
    kind = {"sqlite": "SQLite (WAL, FULL)", "postgresql": "PostgreSQL"}[found["database"]]
    return f"{kind}, {found['processes']} process{'es' if found['processes'] > 1 else ''}"


def set_page(page: Path, report: dict[str, Any]) -> None:
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        sys.exit(f"{page}: 找不到标记 {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n{figures(report)}\n{END}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument(
        "--only", default="", help="names, separated by commas; ours and raw are always there"
    )
    parser.add_argument("--on", default="", help="e.g. sqlite:1,postgresql:4")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--from", dest="earlier", type=Path)
    args = parser.parse_args()
    if args.earlier:
        report = json.loads(args.earlier.read_text(encoding="utf-8"))
    else:
        if lacking := missing():
            print(
                f"未安装 {'、'.join(lacking)}，不比较同类软件；请先运行 pip install --group bench"
                "（只用于基准测试，不随系统安装）",
                file=sys.stderr,
            )
            return 0
        only, on = ([x.strip() for x in text.split(",") if x.strip()] for text in (args.only, args.on))
        report = run(args.rounds, args.seconds, only, on)
        print(json.dumps(report, ensure_ascii=False))
    if args.page:
        set_page(args.page, report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
