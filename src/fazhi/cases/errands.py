"""What an event asks of another case: open one, or tell one. Carried out by the worker, as `system`, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connections

from fazhi.cases import definitions, service, store
from fazhi.cases.errors import CaseError
from fazhi.cases.models import Errand
from fazhi.law import SHANGHAI
from fazhi.procedures import Command, Definition

TRIES = 5


def run_due(now: datetime | None = None, using: str = "default", limit: int = 100) -> int:
    """Carry out what is open; how many succeeded. A failure is kept with its words and tried again, five times."""
    now = now or datetime.now(UTC)
    done = 0
    open_ones = (
        Errand.objects.using(using).filter(done_at__isnull=True, tries__lt=TRIES).order_by("id")[:limit]
    )
    for errand in list(open_ones):
        try:
            _carry_out(errand, now, using)
        except CaseError as error:
            Errand.objects.using(using).filter(pk=errand.pk).update(
                tries=errand.tries + 1, trouble="；".join(error.lines())[:300]
            )
            continue
        Errand.objects.using(using).filter(pk=errand.pk).update(done_at=now, trouble="")
        done += 1
    return done


def _carry_out(errand: Errand, now: datetime, using: str) -> None:
    data: dict[str, Any] = orjson.loads(bytes(errand.data))
    row = store.read(errand.case, using)
    if row is None or row.state is None:
        raise CaseError("来源案件不存在", next="请运行 fazhi verify")
    key = f"{errand.case}/{errand.seq}/{errand.kind}/{errand.index}"
    today = now.astimezone(SHANGHAI).date()
    if errand.kind == "tells":
        others = row.state.values.get(data["tells"])
        for i, other in enumerate([others] if isinstance(others, str) else others or []):
            target = store.read(other, using)
            if target is None:
                continue  # handled in another system: its number stands in the field
            service.run(
                Command("act", action=data["event"], on=today),
                None,
                case=other,
                key=f"{key}/{i}"[:80],
                now=now,
                using=using,
            )
        return
    name = data["opens"]
    if name == "any" or definitions.library().get(name, today) is None:
        return  # the other procedure is not run here: the link stands in the case's record, for a person to follow
    d = definitions.in_force(name, today)
    values, sides = _carried(d, data, row)
    opening = next((a for a in d.actions.values() if a.opens), None)
    if opening is None:
        return
    result = service.run(
        Command("act", action=opening.name, on=today, values=values, sides=sides, mode="record", source={"system": "link", "number": ""}),
        None, procedure=name, key=key[:80], now=now, using=using, county=row.county,
    )  # fmt: skip
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_link (case_id, other_id, kind, seq) VALUES (%s, %s, 'opens', %s) ON CONFLICT DO NOTHING",
            (errand.case, result.case, errand.seq),
        )


def _carried(
    d: Definition, data: dict[str, Any], row: store.Row
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What is carried over, so that nothing is typed twice; a link field for the opener's procedure names the opener."""
    assert row.state is not None
    values: dict[str, Any] = {}
    sides: dict[str, list[Any]] = {}
    names: dict[str, str] = data.get("carries") or {}
    for ours, theirs in names.items():
        value = row.state.sides.get(ours, row.state.values.get(ours))
        if value is None:
            continue
        if theirs in d.source.sides:
            sides[theirs] = value if isinstance(value, list) else [value]
        elif theirs in d.source.fields:
            values[theirs] = value
    for name, field in d.source.fields.items():
        if field.type == "link" and row.procedure in field.to and name not in values:
            values[name] = row.id
    handling = next((k for k, s in d.source.sides.items() if s.is_ != "party"), "")
    if handling and handling not in sides:
        sides[handling] = [row.organ]
    return values, sides
