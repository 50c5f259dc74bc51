"""已办: in which cases a person has acted, most recent first.

Acting writes nothing for it. An index beside the ledger follows the sealed order when somebody asks; what is not sealed
yet is read from the ledger's end. The index can be thrown away and made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.db import connection, transaction

from fazhi.cases import search
from fazhi.ledger import store
from fazhi.organs.actor import ActorContext
from fazhi.web.models import Deed, DeedMark

AT_ONCE = 20_000  # positions that one request reads at most; the next goes on from there
TAIL = 500


@dataclass(frozen=True)
class Done:
    rows: list[search.Found]
    total: int  # at most COUNTED


def of(ctx: ActorContext, today: date, page: int = 1, size: int = 20) -> Done:
    """The cases in which the person has acted, as far as he may still see them."""
    follow()
    recent = _tail(ctx.person)
    rows = Deed.objects.filter(person=ctx.person).order_by("-position").values_list("case", flat=True)
    ids = list(dict.fromkeys([*recent, *rows[: search.COUNTED]]))
    page = max(1, min(page, -(-max(len(ids), 1) // size)))
    shown = ids[(page - 1) * size : page * size]
    found = search.by_ids(ctx, shown, today)
    return Done([found[i] for i in shown if i in found], len(ids))


def follow() -> int:
    """Read on from where the index stands; how many positions."""
    mark, _ = DeedMark.objects.get_or_create(pk=1)
    last, acts = mark.position, {}
    for position, entry in store.by_position(mark.position, mark.position + AT_ONCE):
        last = position
        if person := _actor(entry.body):
            acts[person, entry.case] = (position, entry.seq)
    if last == mark.position:
        return 0
    rows = [Deed(person=p, case=c, position=at, seq=seq) for (p, c), (at, seq) in acts.items()]
    with transaction.atomic():
        Deed.objects.bulk_create(
            rows,
            1000,
            update_conflicts=True,
            unique_fields=["person", "case"],
            update_fields=["position", "seq"],
        )
        DeedMark.objects.filter(pk=1, position__lt=last).update(position=last)
    return last - mark.position


def _tail(person: str) -> list[str]:
    """Cases of the person's acts that have no place in the order yet, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.case_id, e.body FROM ledger_event e LEFT JOIN ledger_seal s ON s.event_id = e.id"
            " WHERE s.position IS NULL ORDER BY e.id DESC LIMIT %s",
            [TAIL],
        )
        return list(dict.fromkeys(case for case, body in cursor.fetchall() if _actor(bytes(body)) == person))


def _actor(body: bytes) -> str:
    """Who acted; nobody for the system and for imported rows, which nobody has worked on."""
    said: dict[str, Any] = orjson.loads(body)
    person: str = said.get("actor", {}).get("person", "")
    return "" if person == "system" or said.get("source", {}).get("batch") else person
