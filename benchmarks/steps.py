"""Cases of six steps per second, each step its own durable transaction: ours, beside the raw transaction and the ORM's way.

raw  lock the case's row, insert a chained event of the same size, update the row: three statements by the driver.
orm  the same by Django's ORM: select_for_update, create, save(update_fields) — a ledger, no rules, no permissions.
ours cases.service.run: the case loaded anew, access, idempotency, needs, facts, chain, clocks with their derivation.

Run as `python -m benchmarks.steps sqlite|postgresql`; prints one JSON object. The three take turns, in rounds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROUNDS, CASES = 5, 60
STEPS: list[tuple[str, int, dict[str, Any], dict[str, Any]]] = [
    ("file", 0, {"cause": "a"}, {}),
    ("collect", 1, {}, {}),
    ("notify", 2, {"fine": 50_000}, {}),
    ("hear", 3, {"heard": True}, {}),
    ("decide", 4, {}, {"grave": False}),
    ("close", 5, {"paid_on": "2026-03-07"}, {}),
]


@contextlib.contextmanager
def database(kind: str) -> Iterator[None]:
    """A home on this disk and, for PostgreSQL, a server that really syncs."""
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=_disk()))
        os.environ["FAZHI_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "fazhi.settings"
        if kind == "postgresql":
            from tests import postgres

            os.environ["FAZHI_DATABASE_URL"] = stack.enter_context(postgres.server(durable=True))
        from fazhi.ledger import keys

        keys.ensure(Path(home))
        import django

        django.setup()
        yield


def _disk() -> str:
    """Not a file system in memory: the working directory's own disk."""
    folder = Path("var/bench")
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder.absolute())


def ours() -> Callable[[], None]:
    from benchmarks import county
    from fazhi.cases import service
    from fazhi.procedures import Command

    ctx = county.make()
    county.definition()

    def one() -> None:
        case = None
        for action, offset, values, facts in STEPS:
            day = county.DAY + timedelta(days=offset)
            command = Command("act", action=action, on=day, values=values, facts=facts)
            done = service.run(
                command, ctx, case=case, procedure="six_steps", key=uuid.uuid4().hex, now=county.moment(day)
            )
            case = done.case

    return one


def body(seq: int, prev: bytes) -> tuple[bytes, bytes]:
    """A chained event as large as ours are in the middle (about 900 bytes)."""
    event = {"seq": seq, "prev": prev.hex(), "filler": "案" * 240, "at": time.time_ns()}
    data = json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
    return data, hashlib.sha256(data).digest()


def raw(kind: str) -> Callable[[], None]:
    """By the driver, outside Django: what the database allows."""
    if kind == "sqlite":
        import sqlite3

        con = sqlite3.connect(Path(os.environ["FAZHI_HOME"]) / "raw.sqlite3", isolation_level=None)
        con.execute("PRAGMA journal_mode=WAL")
        con.execute("PRAGMA synchronous=FULL")
        begin, mark, lock, blob = "BEGIN IMMEDIATE", "?", "", "BLOB"
        execute: Callable[..., Any] = con.execute
    else:
        import psycopg

        link = psycopg.connect(os.environ["FAZHI_DATABASE_URL"], autocommit=True)
        begin, mark, lock, blob = "BEGIN", "%s", " FOR UPDATE", "BYTEA"
        execute = link.execute
    execute(f"CREATE TABLE raw_case (id TEXT PRIMARY KEY, seq INTEGER, head {blob}, state {blob})")
    execute(
        f"CREATE TABLE raw_event (case_id TEXT, seq INTEGER, hash {blob}, body {blob}, PRIMARY KEY (case_id, seq))"
    )

    def one() -> None:
        case, head = uuid.uuid4().hex, b""
        for seq in range(1, 7):
            execute(begin)
            if seq > 1:
                found = execute(
                    f"SELECT seq, head, state FROM raw_case WHERE id = {mark}{lock}", (case,)
                ).fetchone()
                head = bytes(found[1])
            else:
                execute(f"SELECT seq FROM raw_case WHERE id = {mark}", (case,)).fetchone()
            data, head = body(seq, head)
            execute(f"INSERT INTO raw_event VALUES ({mark}, {mark}, {mark}, {mark})", (case, seq, head, data))
            if seq > 1:
                execute(
                    f"UPDATE raw_case SET seq = {mark}, head = {mark}, state = {mark} WHERE id = {mark}",
                    (seq, head, data, case),
                )
            else:
                execute(
                    f"INSERT INTO raw_case VALUES ({mark}, {mark}, {mark}, {mark})", (case, seq, head, data)
                )
            execute("COMMIT")

    return one


def orm() -> Callable[[], None]:
    """The ORM's habits on tables of the same shape."""
    from django.db import connection, models, transaction

    class OrmCase(models.Model):
        id = models.CharField(max_length=32, primary_key=True)
        seq = models.IntegerField()
        head = models.BinaryField()
        state = models.BinaryField()

        class Meta:
            app_label = "cases"

    class OrmEvent(models.Model):
        case = models.CharField(max_length=32)
        seq = models.IntegerField()
        hash = models.BinaryField()
        body = models.BinaryField()

        class Meta:
            app_label = "cases"
            unique_together = (("case", "seq"),)

    with connection.schema_editor() as editor:
        editor.create_model(OrmCase)
        editor.create_model(OrmEvent)

    def one() -> None:
        case, head = uuid.uuid4().hex, b""
        for seq in range(1, 7):
            with transaction.atomic():
                if seq > 1:
                    row = OrmCase.objects.select_for_update().get(pk=case)
                    head = bytes(row.head)
                data, head = body(seq, head)
                OrmEvent.objects.create(case=case, seq=seq, hash=head, body=data)
                if seq > 1:
                    row.seq, row.head, row.state = seq, head, data
                    row.save(update_fields=["seq", "head", "state"])
                else:
                    OrmCase.objects.create(id=case, seq=seq, head=head, state=data)

    return one


def measure(kind: str) -> dict[str, Any]:
    with database(kind):
        runners = {"ours": ours(), "raw": raw(kind), "orm": orm()}
        rates: dict[str, list[float]] = {name: [] for name in runners}
        for one in runners.values():
            for _ in range(10):
                one()
        for _ in range(ROUNDS):
            for name, one in runners.items():
                start = time.perf_counter()
                for _ in range(CASES):
                    one()
                rates[name].append(CASES / (time.perf_counter() - start))
    middle = {name: sorted(r)[len(r) // 2] for name, r in rates.items()}
    return {
        "database": kind, "cases_per_second": {k: round(v, 1) for k, v in middle.items()},
        "ours/raw": round(middle["ours"] / middle["raw"], 3), "orm/raw": round(middle["orm"] / middle["raw"], 3),
        "ours/orm": round(middle["ours"] / middle["orm"], 3), "runs": {k: [round(x, 1) for x in v] for k, v in rates.items()},
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1]), ensure_ascii=False))
