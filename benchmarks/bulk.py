"""Bulk import on SQLite (WAL, FULL): events a second from the file's bytes to the commit, and what the floor would be.

`python -m benchmarks.bulk [rows]`; `python -m benchmarks.bulk weekly [rows] [changed]` imports a file of the first kind
(100,000 rows), then the same file with some rows changed and as many new, then that once more, each in a process of
its own, and tells time and memory. Two files: `six_steps` (no party, no personal words; six acts a row, three clocks)
and `penalty` (a party with its code or number, free text; five acts with some twenty needs). The floor is one
transaction of `executemany` with the very rows that the import wrote, in a fresh file with the same tables.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SEED = 20261121
PHASES = ("校验", "写入")


def _home(home: Path | None = None) -> Path:
    home = home or Path(tempfile.mkdtemp(prefix="fazhi-bulk-"))
    os.environ["FAZHI_HOME"] = str(home)
    os.environ.pop("FAZHI_DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fazhi.settings")
    from fazhi.ledger import keys

    keys.ensure(home)
    import django

    django.setup()
    return home


def _csv(heads: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def six_steps(rows: int, rng: random.Random) -> bytes:
    heads = [
        "来源系统案号", "承办机关", "立案日期", "案由", "取证日期", "告知日期", "罚款金额", "听取陈述申辩日期", "已听取意见",
        "决定日期", "结案日期", "缴款日",
    ]  # fmt: skip
    made = []
    for n in range(rows):
        day = date(2023, 1, 3) + timedelta(days=rng.randrange(700))
        days = [(day + timedelta(days=x)).isoformat() for x in (0, 2, 5, 9, 20, 33)]
        fine = str(rng.randrange(1, 200) * 100)
        made.append(
            [f"旧{n:07d}", "安澜县市场监督管理局", days[0], rng.choice("甲乙"), days[1], days[2], fine, days[3], "是", days[4],
             days[5], days[5]]
        )  # fmt: skip
    return _csv(heads, made)


def penalty(rows: int, rng: random.Random) -> bytes:
    from fazhi.organs.demo import make_id_number, make_uscc

    heads = [
        "来源系统案号", "承办机关", "当事人名称", "当事人证件号码", "立案日期", "案由", "案件来源", "告知拟处罚内容和权利日期",
        "听取陈述申辩日期", "处罚种类", "罚款金额", "没收违法所得和非法财物价值", "违法事实和证据", "作出决定日期",
        "作出决定结果", "结案日期",
    ]  # fmt: skip
    causes = ["销售不符合食品安全标准的食品", "经营超过保质期的食品", "无照经营", "虚假宣传"]
    made = []
    for n in range(rows):
        day = date(2022, 1, 4) + timedelta(days=rng.randrange(1100))
        days = [(day + timedelta(days=x)).isoformat() for x in (0, 20, 23, 40, 60)]
        natural = n % 3 == 0
        who = f"王{n}" if natural else f"安澜县第{n}商行"
        number = make_id_number(n % 9000 + 2000) if natural else make_uscc("91", n + 5000)
        if natural and n >= 9000:
            number = ""
        made.append(
            [f"安市监罚〔{day.year}〕{n}号", "安澜县市场监督管理局", who, number or make_uscc("92", n + 5000), days[0],
             rng.choice(causes), "监督检查", days[1], days[2], "罚款、没收违法所得", str(rng.randrange(1, 300) * 100), "0",
             f"经查，当事人于{days[0]}在其经营场所销售有关商品，货值{rng.randrange(100, 9999)}元。", days[3], "予以处罚", days[4]]
        )  # fmt: skip
    return _csv(heads, made)


def grown(rows: int, changed: int, rng: random.Random) -> bytes:
    """The next week's export: of some rows the fine and the days behind it read differently, as many rows are new."""
    lines = six_steps(rows + changed, rng).decode("utf-8-sig").splitlines()
    for n in range(1, rows + 1, max(1, rows // changed)):
        cells = lines[n].split(",")
        cells[6] = str(int(cells[6]) + 100)
        lines[n] = ",".join(cells)
    return "\n".join(lines).encode("utf-8-sig")


def _cpu() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _floor(home: Path) -> tuple[float, float]:
    """Seconds, and CPU seconds, for the rows that the import wrote, inserted again into a fresh file by one `executemany` a table."""
    source = sqlite3.connect(home / "fazhi.sqlite3")
    target = sqlite3.connect(home / "floor.sqlite3", isolation_level=None)
    target.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON")
    tables = (
        "cases_case",
        "ledger_event",
        "cases_side",
        "ledger_personal",
        "organs_party",
        "cases_import_case",
    )
    held = {}
    for table in tables:
        for (sql,) in source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC",
            (table,),
        ).fetchall():
            target.execute(sql)
        held[table] = source.execute(f"SELECT * FROM {table}").fetchall()
    at, cpu = time.perf_counter(), _cpu()
    target.execute("BEGIN IMMEDIATE")
    for table, rows in held.items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    target.execute("COMMIT")
    return time.perf_counter() - at, _cpu() - cpu


def measure(
    name: str, rows: int, make: Callable[[int, random.Random], bytes], workers: int = 1
) -> dict[str, Any]:
    """Child process: a fresh database, one import of `rows` rows, the figures."""
    home = _home()
    try:
        from benchmarks import county
        from fazhi.cases.exchange.batch import Order, load

        county.make()
        if name == "six_steps":
            county.definition()
        order = Order(name, "339821", system="旧系统")
        data = make(rows, random.Random(SEED))
        load(make(20, random.Random(1)), order, dry_run=True)  # imports, compiled conditions, calendar
        marks: dict[str, float] = {}

        def progress(what: str, done: int, whole: int) -> None:
            marks[what] = time.perf_counter()

        began, cpu = time.perf_counter(), _cpu()
        done = load(data, order, progress=progress, workers=workers)
        took, busy = time.perf_counter() - began, _cpu() - cpu
        if done.errors:
            raise SystemExit(f"{name}: {done.errors[:3]}")
        from django.db import connections

        connections.close_all()
        floor, floor_cpu = _floor(home)
        return {
            "file": name, "workers": workers, "rows": rows, "events": done.events, "seconds": round(took, 2), "cpu_seconds": round(busy, 2),
            "events_per_second": round(done.events / took), "cpu_us_per_event": round(busy / done.events * 1e6),
            "deciding_seconds": round(marks["校验"] - began, 2), "writing_seconds": round(began + took - marks["校验"], 2),
            "floor_seconds": round(floor, 2), "floor_events_per_second": round(done.events / floor),
            "floor_cpu_us_per_event": round(floor_cpu / done.events * 1e6),
        }  # fmt: skip
    finally:
        shutil.rmtree(home, ignore_errors=True)


def week(home: Path, rows: int, changed: int, workers: int) -> dict[str, Any]:
    """Child process: one import of a weekly export into a database that is there, or is made."""
    _home(home)
    from benchmarks import county
    from fazhi.archives.workbook import Limits
    from fazhi.cases.exchange.batch import Order, load

    if not (home / "fazhi.sqlite3").exists():
        county.make()
    county.definition()
    order = Order("six_steps", "339821", system="旧系统")
    rng = random.Random(SEED)
    data = grown(rows, changed, rng) if changed else six_steps(rows, rng)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), _cpu()
    done = load(data, order, workers=workers, limits=Limits(rows=rows + changed))
    took, busy = time.perf_counter() - began, _cpu() - cpu
    if done.errors:
        raise SystemExit(f"weekly: {done.errors[:3]}")
    return {
        "rows": rows + changed, "bytes": len(data), "new": done.new, "changed": done.changed, "same": done.same, "events": done.events,
        "seconds": round(took, 1), "cpu_seconds": round(busy, 1), "before_mb": before // 1024,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "child_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }  # fmt: skip


def weekly(rows: int, changed: int) -> int:
    home = Path(tempfile.mkdtemp(prefix="fazhi-weekly-"))
    workers = os.cpu_count() or 1
    try:
        for what, more in (("first", 0), ("grown", changed), ("again", changed)):
            command = [
                sys.executable,
                "-m",
                "benchmarks.bulk",
                "week",
                str(home),
                str(rows),
                str(more),
                str(workers),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(done.stderr.strip()[-2000:])
                return 1
            r = json.loads(done.stdout)
            print(
                f"{what}: {r['rows']:,} rows ({r['bytes'] / 1e6:.1f} MB): {r['new']:,} new, {r['changed']:,} changed, {r['same']:,}"
                f" same, {r['events']:,} events · {r['seconds']} s, CPU {r['cpu_seconds']} s · peak {r['peak_mb']} MB"
                f" (before {r['before_mb']}, helpers {r['child_peak_mb']})",
                flush=True,
            )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


FILES = {"six_steps": six_steps, "penalty": penalty}


def main() -> int:
    if sys.argv[1:2] == ["week"]:
        print(json.dumps(week(Path(sys.argv[2]), *map(int, sys.argv[3:6]))))
        return 0
    if sys.argv[1:2] == ["weekly"]:
        rows, changed = (
            int(sys.argv[n]) if len(sys.argv) > n else usual for n, usual in ((2, 100_000), (3, 2_000))
        )
        return weekly(rows, changed)
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 3:
        print(
            json.dumps(measure(sys.argv[2], rows, FILES[sys.argv[2]], int(sys.argv[3])), ensure_ascii=False)
        )
        return 0
    failed = 0
    print(f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} processors", flush=True)
    for name in FILES:  # a process each: neither warms the other's caches
        for workers in dict.fromkeys((1, os.cpu_count() or 1)):
            command = [sys.executable, "-m", "benchmarks.bulk", str(rows), name, str(workers)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(done.stderr.strip()[-2000:])
                failed = 1
                continue
            r = json.loads(done.stdout)
            print(
                f"{name:10} {workers} process{'es' if workers > 1 else '  '} {r['rows']:,} rows {r['events']:,} events:"
                f" {r['events_per_second']:>7,} events/s ({r['deciding_seconds']} s deciding + {r['writing_seconds']} s writing)"
                f" · CPU {r['cpu_us_per_event']} µs an event · floor {r['floor_events_per_second']:,}/s, CPU {r['floor_cpu_us_per_event']} µs · ratio {r['floor_seconds'] / r['seconds']:.2f}",
                flush=True,
            )
    return failed


if __name__ == "__main__":
    sys.exit(main())
