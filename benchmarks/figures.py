"""Figures: sealed events into the mirror, all figures of a county-year, and how soon a new event is counted.

Cases are the shipped definitions' own scenarios, on other days and organs, written into a SQLite ledger. Beside each number
stands what the same rows allow in the same run: reading and folding the events without counting, and a plain DuckDB
scan of the same files.

Run as `python -m benchmarks.figures [passes]`; prints one JSON object. A pass is about 1,500 events.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PASSES = 70
ROUNDS = 7
SPAN = "2025"


def main() -> int:
    passes = int(sys.argv[1]) if len(sys.argv) > 1 else PASSES
    folder = Path("var/bench")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder.absolute()) as home:
        os.environ["FAZHI_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "fazhi.settings"
        os.environ.pop("FAZHI_DATABASE_URL", None)
        from fazhi.ledger import keys

        keys.ensure(Path(home))
        import django

        django.setup()
        print(json.dumps(run(passes), ensure_ascii=False))
    return 0


def run(passes: int) -> dict[str, Any]:
    from django.core.management import call_command
    from tests.figures import build

    from fazhi.figures import catalogue, mirror

    call_command("migrate", verbosity=0)
    world = build.World()
    writer = Writer()
    for number in range(passes):
        chance = random.Random(number)
        writer.write(build.interleaved(chance, build.histories(chance, world)))
    from fazhi.ledger import seal

    seal.seal()
    events = seal.height()
    catalogue.current()  # reading and compiling the definitions is no part of the rate
    folding = once(fold_only, time.process_time)
    feeding = once(mirror.rebuild, time.process_time)
    facts = _facts(mirror.look())
    found = {
        "events": events,
        "facts": facts,
        "files_mb": round(sum(f.stat().st_size for f in mirror.look().files) / 2**20, 2),
        "mirror_events_per_cpu_s": round(events / feeding),
        "fold_only_events_per_cpu_s": round(events / folding),
        "mirror_to_fold_ratio": round(folding / feeding, 2),
    }
    found |= questions()
    found["refresh_ms"] = round(1000 * refresh(world, writer), 1)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def questions() -> dict[str, Any]:
    """Each asked anew: results that the process keeps are dropped before every round."""
    from tests.figures import build

    from fazhi.figures import duck, lists, query, spans

    def afresh(ask: Callable[[], object]) -> float:
        def once_more() -> None:
            query._results.clear()
            ask()

        once_more()  # statements are compiled once a process
        return median(once_more)

    q = query.ask(build.COUNTY, SPAN)
    months = spans.months_to(q.span.last)
    scan = "SELECT count(*), sum(sign) FROM facts WHERE county = '339821' AND day <= DATE '2025-12-31'"
    grouped = (
        "SELECT procedure, kind, action, outcome, phase, clock, status, organ, sum(sign) FROM facts"
        " WHERE county = '339821' AND day <= DATE '2025-12-31' GROUP BY ALL"
    )

    def plain(sql: str) -> Callable[[], object]:
        con = duck.connection().cursor()
        con.register("tail", q.view.tail)
        return lambda: con.execute(f"WITH facts AS ({duck.source(q.view)}) {sql}").fetchall()

    all_of = afresh(lambda: query.values(q))
    first, second = median(plain(scan)), median(plain(grouped))
    return {
        "figures": len(q.view.catalogue.figures),
        "all_figures_of_a_year_ms": round(1000 * all_of, 1),
        "plain_scan_ms": round(1000 * first, 1),
        "plain_group_by_ms": round(1000 * second, 1),
        "all_figures_to_group_by_ratio": round(all_of / second, 2),
        "kept_ms": round(1000 * median(lambda: query.values(q)), 2),
        "twelve_months_ms": round(1000 * afresh(lambda: query.series(q, "penalty.on_time", months)), 1),
        "by_organ_ms": round(1000 * afresh(lambda: query.by_organ(q, "penalty.decided")), 1),
        "list_ms": round(1000 * afresh(lambda: lists.facts(q, "disclosure_request.received")), 1),
        "list_lines": len(lists.facts(q, "disclosure_request.received")),
        "identities_ms": round(1000 * afresh(lambda: query.check(q)), 1),
    }


def refresh(world: Any, writer: Writer) -> float:
    """From an event that was just written to figures that count it: seal, fold, look, all figures; median."""
    from tests.figures import build

    from fazhi.figures import mirror, query
    from fazhi.ledger import seal

    chance = random.Random(-1)
    times = []
    for bodies in build.histories(chance, world, only="penalty", most=ROUNDS):
        writer.write(bodies[:1])
        began = time.perf_counter()
        seal.seal()
        mirror.feed()
        query.values(query.ask(build.COUNTY, SPAN))
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def fold_only() -> None:
    """What reading the ledger in order and adding its events up costs without counting anything."""
    import orjson

    from fazhi.ledger import store, upgrade
    from fazhi.procedures import State
    from fazhi.procedures.state import apply

    states: dict[str, State] = {}
    for one in store.by_position():
        body = upgrade.upgrade(orjson.loads(one.entry.body))
        states[body["case"]] = apply(states.get(body["case"]) or State(), body)


class Writer:
    """Chained events into the ledger, a batch a transaction; no rows of cases."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.clock = datetime(2026, 1, 5, 1, tzinfo=UTC)

    def write(self, bodies: list[dict[str, Any]]) -> None:
        from django.db import connection, transaction

        from fazhi.ledger import chain, store

        rows = []
        for body in bodies:
            seq, prev = self.heads.get(body["case"], (0, b""))
            self.clock += timedelta(minutes=3)
            whole = {k: v for k, v in body.items() if k != "papers"} | {
                "seq": seq + 1, "prev": prev.hex(), "recorded_at": self.clock.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            }  # fmt: skip
            raw, head = chain.link(whole)
            self.heads[body["case"]] = (seq + 1, head)
            rows.append(store.Row(body["case"], seq + 1, body["county"], "sha256", head, raw))
        with transaction.atomic(), connection.cursor() as cursor:
            store.append_many(cursor, rows)


def _facts(view: Any) -> int:
    from fazhi.figures import duck

    con = duck.connection().cursor()
    con.register("tail", view.tail)
    (count,) = con.execute(f"WITH facts AS ({duck.source(view)}) SELECT count(*) FROM facts").fetchone()
    return int(count)


def once(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    began = clock()
    work()
    return clock() - began


def median(work: Callable[[], object]) -> float:
    return statistics.median(once(work) for _ in range(ROUNDS))


if __name__ == "__main__":
    sys.exit(main())
