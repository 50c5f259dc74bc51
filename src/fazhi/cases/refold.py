"""The state from the events alone: for verification, for a case as it stood, for making the rows anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson
from django.db import connection

from fazhi.cases import definitions, store
from fazhi.ledger import store as ledger
from fazhi.ledger import upgrade
from fazhi.procedures import Definition, State
from fazhi.procedures.state import HAPPENED, Body, apply


def bodies(case: str, *, using: str = "default") -> list[Body]:
    return [upgrade.upgrade(orjson.loads(e.body)) for e in ledger.events(case, using=using)]


def add(state: State | None, body: Body) -> State:
    return apply(state or State(), body)


def fold(case: str, *, until: int | None = None, using: str = "default") -> State | None:
    """The state after event `until` (None: the last)."""
    state: State | None = None
    for body in bodies(case, using=using):
        if until is not None and body["seq"] > until:
            break
        state = add(state, body)
    return state


def state_on(case: str, on: date, using: str = "default") -> tuple[Definition, State] | None:
    """The case as it stood in law at the end of a day: events of later days are left out."""
    row = store.read(case, using)
    if row is None or row.state is None:
        return None
    d = definitions.by_hash(row.definition)
    day = on.isoformat()
    if row.state.acts and max(a["d"] for a in row.state.acts) <= day:
        return d, row.state
    state: State | None = None
    for body in bodies(case, using=using):
        if body["type"] in HAPPENED and body["occurred_on"] > day:
            continue
        state = add(state, body)
    return (d, state) if state is not None and state.acts else None


def heads() -> Iterable[tuple[str, int, str]]:
    """(case, seq, hash in hex) of every case's row: what `verify` holds against the chains, so that none is cut short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, seq, head FROM cases_case ORDER BY id")
        while rows := cursor.fetchmany(2000):
            for case, seq, head in rows:
                yield case, seq, bytes(head).hex()


def refold(case: str, raw: Iterable[bytes | dict[str, Any]]) -> str | None:
    """For `verify`: fold the events and compare with the stored state; None if they agree, else what differs."""
    state: State | None = None
    for item in raw:
        body = item if isinstance(item, dict) else upgrade.upgrade(orjson.loads(item))
        state = add(state, body)
    row = store.read(case)
    if row is None:
        return "账本中有该案事件，案件表中没有这个案件"
    if state is None or row.state is None:
        return "没有事件"
    if store.state_bytes(state) != store.state_bytes(row.state):
        return "由事件重算的案件状态与存储的不一致"
    if (row.phase, row.seq, row.number) != (state.phase, state.seq, state.number):
        return "案件行的阶段、序号或者案号与事件不一致"
    return None
