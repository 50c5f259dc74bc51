"""One case taken out of the ledger with what it needs to be proved without it (scripts/verify_case.py).

{"schema":1, "case", "checkpoint":{…}, "entries":[{"seq","alg","hash","body","position","proof":[…]}],
 "unsealed": n, "since": null | {"checkpoint":{…}, "proof":[…]}}. Hashes are hex, a body is the text that was hashed.
It proves that these records lie in the ledger unchanged, not that the case has no later ones.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from . import checkpoint, nodes, store, tree
from .checkpoint import Checkpoint
from .errors import LedgerError


def export_case(
    case: str, *, point: Checkpoint | None = None, since: Checkpoint | None = None, using: str = "default"
) -> dict[str, Any]:
    """The case's sealed events with their way to the root of `point` (default: a checkpoint made now).

    `since` is an older checkpoint that the receiver holds: the proof that the ledger continues it comes along.
    """
    point = point or checkpoint.make(using=using)
    entries = store.events(case, using=using)
    if not entries:
        raise LedgerError(f"没有编号为 {case} 的案件", next="核对案件编号（32位），可从案件页复制")
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT s.event_id, s.position FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id"
            " WHERE e.case_id = %s AND s.position <= %s",
            (case, point.size),
        )
        places = dict(cursor.fetchall())
        stored = nodes.Stored(cursor, point.alg)
        proved = [
            {
                "seq": entry.seq,
                "alg": entry.alg,
                "hash": entry.hash.hex(),
                "body": entry.body.decode(),
                "position": places[entry.id],
                "proof": [h.hex() for h in tree.inclusion(stored, places[entry.id] - 1, point.size)],
            }
            for entry in entries
            if entry.id in places
        ]
        earlier = since and {
            "checkpoint": since.export(),
            "proof": [h.hex() for h in checkpoint.consistency(since, point, using=using)],
        }
    return {
        "schema": 1,
        "case": case,
        "checkpoint": point.export(),
        "entries": proved,
        "unsealed": len(entries) - len(proved),
        "since": earlier,
    }
