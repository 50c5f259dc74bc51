"""The eventsourcing library: an aggregate with an event a step, its own SQLite or PostgreSQL recorder.

As in its documentation: an `Aggregate` with `@event` methods, an `Application` whose repository gives the aggregate
from its events and whose `save` appends; configured by its environment. No snapshots and no cache: every step reads
the events anew. SQLite is in WAL, and `synchronous` is FULL, which is checked here. On PostgreSQL `functions` sets its
switch POSTGRES_ENABLE_DB_FUNCTIONS: the insertion is a function in the database, in one message.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.steps import STEPS
from benchmarks.turns import Runner


class Case(Aggregate):
    """The first step is the creation; each of the others an event of its own."""

    @event("Filed")
    def __init__(self, cause: str) -> None:
        self.cause = cause
        self.steps = ["file"]

    @event("Collected")
    def collect(self) -> None:
        self.steps.append("collect")

    @event("Notified")
    def notify(self, fine: int) -> None:
        self.fine = fine
        self.steps.append("notify")

    @event("Heard")
    def hear(self, heard: bool) -> None:
        self.heard = heard
        self.steps.append("hear")

    @event("Decided")
    def decide(self, grave: bool) -> None:
        self.grave = grave
        self.steps.append("decide")

    @event("Closed")
    def close(self, paid_on: str) -> None:
        self.paid_on = paid_on
        self.steps.append("close")


class Cases(Application[UUID]):
    def file(self, **values: Any) -> UUID:
        case = Case(**values)
        self.save(case)
        return case.id

    def take(self, case: UUID, step: str, **values: Any) -> None:
        found: Case = self.repository.get(case)
        getattr(found, step)(**values)
        self.save(found)


def plain(kind: str, fresh: bool) -> Runner:
    return _runner(kind, fresh, {})


def functions(kind: str, fresh: bool) -> Runner:
    return _runner(kind, fresh, {"POSTGRES_ENABLE_DB_FUNCTIONS": "y"})


def _runner(kind: str, fresh: bool, more: dict[str, str]) -> Runner:
    # Tables are made once: processes that make them at the same time fail on each other.
    env = {"CREATE_TABLE": "y" if fresh else "n", **more}
    if kind == "sqlite":
        env["PERSISTENCE_MODULE"] = "eventsourcing.sqlite"
        env["SQLITE_DBNAME"] = str(Path(os.environ["FAZHI_HOME"]) / "events.sqlite3")
    else:
        parts = urlsplit(os.environ["FAZHI_DATABASE_URL"])
        env |= {
            "PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": unquote(parts.path[1:]),
            "POSTGRES_HOST": parse_qs(parts.query)["host"][0], "POSTGRES_PORT": "5432",
            "POSTGRES_USER": parts.username or "", "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": "1", "POSTGRES_MAX_OVERFLOW": "1",  # one thread a process
        }  # fmt: skip
    cases = Cases(env=env)
    if kind == "sqlite":
        with cases.factory.datastore.transaction(commit=False) as cursor:  # type: ignore[attr-defined]
            for name, wanted in (("journal_mode", "wal"), ("synchronous", 2)):
                cursor.execute(f"PRAGMA {name}")
                if (found := cursor.fetchone()[0]) != wanted:
                    raise RuntimeError(f"{name} is {found}")

    def one() -> UUID:
        (_, _, values, facts), *rest = STEPS
        case = cases.file(**values, **facts)
        for name, _, values, facts in rest:
            cases.take(case, name, **values, **facts)
        return case

    def stored(case: UUID) -> tuple[int, dict[str, Any]]:
        found: Case = cases.repository.get(case)
        return len(found.steps), vars(found)

    return Runner(one, stored)
