"""Runners that take turns: each in processes of its own, with its own connections and its own database on one server.

A runner is named `module:function`; the function is called in the process as `function(kind, fresh)` and gives a
`Runner`. `fresh` is true in the first process of each: it makes the tables. Every round gives each runner the same
span of time, one runner at a time; with several processes all of them work in that span, and the rate is what they
finish together. After the last round each process reads its last case back from the database: what is not there
whole, with the same data, was not done.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

ROUNDS, SECONDS, WARM = 5, 4.0, 10  # rounds; a runner's span in each; cases before the first


class Runner(NamedTuple):
    """`one` takes a case through the six steps and gives its id; `stored` reads (steps, values) back; None: no values."""

    one: Callable[[], Any]
    stored: Callable[[Any], tuple[int, dict[str, Any] | None]]


@dataclass(frozen=True)
class Span:
    """What the processes of one runner did in one round."""

    rate: float  # cases a second, together
    cpu: float  # milliseconds of the clients' own processor time a step; the server's is not in it


def measure(
    kind: str, runners: dict[str, str], processes: int = 1, rounds: int = ROUNDS, seconds: float = SECONDS
) -> dict[str, Any]:
    """All runners in turns; medians, ratios to `raw` within each round, and every run."""
    spans: dict[str, list[Span]] = {name: [] for name in runners}
    with contextlib.ExitStack() as stack:
        crews = {name: stack.enter_context(crew(kind, path, processes)) for name, path in runners.items()}
        for _ in range(rounds):
            for name, workers in crews.items():
                spans[name].append(_span(workers, seconds))
        for workers in crews.values():
            for worker in workers:
                _say(worker, "check")
    rates = {name: [s.rate for s in some] for name, some in spans.items()}
    report: dict[str, Any] = {
        "database": kind, "processes": processes, "rounds": rounds, "seconds": seconds,
        "cases_per_second": {n: round(statistics.median(r), 1) for n, r in rates.items()},
        "client_ms_per_step": {n: round(statistics.median(s.cpu for s in some), 3) for n, some in spans.items()},
        "runs": {n: [round(x, 1) for x in r] for n, r in rates.items()},
    }  # fmt: skip
    if "raw" in rates:
        report["to_raw"] = {n: round(_ratio(r, rates["raw"]), 3) for n, r in rates.items()}
    if "ours" in rates:
        report["ours_to"] = {n: round(_ratio(rates["ours"], r), 2) for n, r in rates.items() if n != "ours"}
    return report


def _ratio(a: list[float], b: list[float]) -> float:
    """Median of the ratios within a round: what slows a whole round down falls out."""
    return statistics.median(x / y for x, y in zip(a, b, strict=True))


# ——— the processes


@contextlib.contextmanager
def crew(kind: str, path: str, processes: int) -> Iterator[list[subprocess.Popen[str]]]:
    """The processes of one runner, ready: tables made by the first, each warm and with its own connection."""
    name = path.replace(".", "_").replace(":", "_")
    with tempfile.TemporaryDirectory(prefix="bench-", dir=disk()) as home, contextlib.ExitStack() as stack:
        env = {**os.environ, "FAZHI_HOME": home, "FAZHI_DATABASE_URL": ""}
        env.pop("FAZHI_DATABASE_ROLE", None)
        if kind == "postgresql":
            env["FAZHI_DATABASE_URL"] = stack.enter_context(_own_database(name))
        workers: list[subprocess.Popen[str]] = []
        try:
            for i in range(processes):
                command = [
                    sys.executable,
                    "-m",
                    "benchmarks.turns",
                    path,
                    kind,
                    "fresh" if i == 0 else "more",
                ]
                workers.append(
                    subprocess.Popen(
                        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
                    )
                )
                if i == 0:  # the tables are there before the others come
                    _hear(workers[0])
            for worker in workers[1:]:
                _hear(worker)
            yield workers
        finally:
            for worker in workers:
                assert worker.stdin
                with contextlib.suppress(BrokenPipeError):
                    worker.stdin.close()  # a process whose input ends, ends
                try:
                    worker.wait(20)
                except subprocess.TimeoutExpired:
                    worker.kill()
                    worker.wait()


@contextlib.contextmanager
def _own_database(name: str) -> Iterator[str]:
    """A database on the server of this run (FAZHI_BENCH_SERVER), dropped at the end."""
    import psycopg

    server = os.environ["FAZHI_BENCH_SERVER"]
    name = f"b{os.getpid()}_{name}"[:60]
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def server(kind: str) -> Iterator[None]:
    """For PostgreSQL a server that really syncs, on this disk; for SQLite nothing."""
    if kind != "postgresql":
        yield
        return
    from tests import postgres

    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(1)
    )  # told to stop: the server is stopped and removed too
    with postgres.server(durable=True) as url:
        os.environ["FAZHI_BENCH_SERVER"] = url
        try:
            yield
        finally:
            del os.environ["FAZHI_BENCH_SERVER"]


def disk() -> str:
    """Not a file system in memory: the working directory's own disk."""
    folder = Path("var/bench")
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder.absolute())


def _span(workers: list[subprocess.Popen[str]], seconds: float) -> Span:
    begin = time.monotonic() + 0.05  # the same clock in every process of the machine
    for worker in workers:
        assert worker.stdin
        worker.stdin.write(f"{begin} {begin + seconds}\n")
        worker.stdin.flush()
    told = [_hear(worker) for worker in workers]
    cases = sum(t["cases"] for t in told)
    return Span(
        rate=cases / (max(t["end"] for t in told) - begin), cpu=sum(t["cpu"] for t in told) * 1000 / cases / 6
    )


def _say(worker: subprocess.Popen[str], word: str) -> dict[str, Any]:
    assert worker.stdin
    worker.stdin.write(word + "\n")
    worker.stdin.flush()
    return _hear(worker)


def _hear(worker: subprocess.Popen[str]) -> dict[str, Any]:
    assert worker.stdout
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError(f"{' '.join(map(str, worker.args[2:]))}: ended with {worker.wait()}")  # type: ignore[index]
    told: dict[str, Any] = json.loads(line)
    return told


def work(path: str, kind: str, fresh: bool) -> None:
    """One process: says that it is ready, then does what it is told, a line at a time."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer

    def tell(**what: Any) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    module, _, function = path.partition(":")
    runner: Runner = getattr(importlib.import_module(module), function)(kind, fresh)
    for _ in range(WARM):
        last = runner.one()
    tell(ready=True)
    for line in sys.stdin:
        if line.strip() == "check":
            check(runner, last)
            tell(checked=True)
            continue
        begin, end = map(float, line.split())
        time.sleep(max(0.0, begin - time.monotonic()))
        cases, spent = 0, time.process_time()
        while time.monotonic() < end:
            last = runner.one()
            cases += 1
        tell(cases=cases, end=time.monotonic(), cpu=time.process_time() - spent)


def check(runner: Runner, case: Any) -> None:
    """The case as the database has it: six steps, and the values that all runners were given."""
    from benchmarks.steps import STEPS

    steps, values = runner.stored(case)
    if steps != len(STEPS):
        raise RuntimeError(f"{steps} steps are stored, {len(STEPS)} were taken")
    wanted = {k: v for _, _, given, facts in STEPS for k, v in {**given, **facts}.items()}
    if values is not None and {k: values.get(k) for k in wanted} != wanted:
        raise RuntimeError(f"stored {values}, given {wanted}")


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], sys.argv[3] == "fresh")
