"""Cases of six steps per second, each step its own durable transaction: ours, beside the raw transaction and the ORM's way.

raw  lock the case's row, insert a chained event of the same size, update the row: three statements by the driver.
orm  the same by Django's ORM: select_for_update, create, save(update_fields) — a ledger, no rules, no permissions.
ours cases.service.run: the case loaded anew, access, idempotency, needs, facts, chain, clocks with their derivation.

Run as `python -m benchmarks.steps sqlite|postgresql [processes]`; prints one JSON object. The three take turns, in
rounds, each in processes of its own (benchmarks/turns.py). benchmarks/peers puts others' engines beside them.
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
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import driver
from benchmarks.turns import Runner, disk, measure, server

OURS = {"ours": "benchmarks.steps:ours", "raw": "benchmarks.steps:raw", "orm": "benchmarks.steps:orm"}
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
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=disk()))
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


def ours(kind: str, fresh: bool) -> Runner:
    _django()
    from benchmarks import county
    from fazhi.cases import service, store
    from fazhi.procedures import Command

    ctx = county.make() if fresh else county.officer()
    county.definition()

    def one() -> str:
        case = None
        for action, offset, values, facts in STEPS:
            day = county.DAY + timedelta(days=offset)
            command = Command("act", action=action, on=day, values=values, facts=facts)
            done = service.run(
                command, ctx, case=case, procedure="six_steps", key=uuid.uuid4().hex, now=county.moment(day)
            )
            case = done.case
        assert case
        return case

    def stored(case: str) -> tuple[int, dict[str, Any]]:
        row = store.read(case)
        assert row
        assert row.state
        return row.seq if row.phase == "closed" else 0, {**row.state.values, **row.state.facts}

    return Runner(one, stored)


def _django() -> None:
    """Fazhi's settings on the database that the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "fazhi.settings"
    from fazhi.ledger import keys

    keys.ensure(Path(os.environ["FAZHI_HOME"]))
    import django

    django.setup()


def body(seq: int, prev: bytes) -> tuple[bytes, bytes]:
    """A chained event as large as ours are in the middle (about 900 bytes)."""
    event = {"seq": seq, "prev": prev.hex(), "filler": "案" * 240, "at": time.time_ns()}
    data = json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
    return data, hashlib.sha256(data).digest()


def raw(kind: str, fresh: bool) -> Runner:
    """By the driver, outside Django: what the database allows."""
    execute, begin, mark, lock, blob = driver.connect(kind)
    if fresh:
        _raw_tables(execute, blob)

    def one() -> str:
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

        return case

    def stored(case: str) -> tuple[int, None]:
        return execute(f"SELECT COUNT(*) FROM raw_event WHERE case_id = {mark}", (case,)).fetchone()[0], None

    return Runner(one, stored)


def _raw_tables(execute: Any, blob: str) -> None:
    execute(f"CREATE TABLE raw_case (id TEXT PRIMARY KEY, seq INTEGER, head {blob}, state {blob})")
    execute(
        f"CREATE TABLE raw_event (case_id TEXT, seq INTEGER, hash {blob}, body {blob}, PRIMARY KEY (case_id, seq))"
    )


def orm(kind: str, fresh: bool) -> Runner:
    """The ORM's habits on tables of the same shape."""
    _django()
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

    if fresh:
        with connection.schema_editor() as editor:
            editor.create_model(OrmCase)
            editor.create_model(OrmEvent)

    def one() -> str:
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

        return case

    def stored(case: str) -> tuple[int, None]:
        return OrmEvent.objects.filter(case=case).count(), None

    return Runner(one, stored)


if __name__ == "__main__":
    with server(sys.argv[1]):
        report = measure(sys.argv[1], OURS, processes=int((sys.argv[2:] or ["1"])[0]))
    print(json.dumps(report, ensure_ascii=False))
