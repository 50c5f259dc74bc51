"""What becomes of open cases when a procedure's file changes: an event each, which shows the change clock by clock.

A mended mistake in our own file (same procedure, same day of coming into force) is a revision and reaches every open
case. A new version reaches them as its file says: `move` takes them over on the day it comes into force, `keep` leaves
them, `ask` leaves them until somebody decides (`move_case`).
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.db import connections

from fazhi.cases import definitions, service
from fazhi.cases.errors import CaseError
from fazhi.law import SHANGHAI
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Command, Definition

log = logging.getLogger("fazhi.versions")


def successor(old: Definition, day: datetime) -> Definition | None:
    """The definition that an open case run by `old` has to go over to by itself; None where it stays."""
    today = day.astimezone(SHANGHAI).date()
    versions = definitions.library().versions(old.name)
    if all(d.hash != old.hash for d in versions):
        revised = next((d for d in versions if d.from_ == old.from_), None)
        if revised is not None:
            return revised
    current = definitions.library().get(old.name, today)
    if current is not None and current.from_ > old.from_ and current.source.in_force.running == "move":
        return current
    return None


def follow(now: datetime | None = None, using: str = "default") -> int:
    """Bring open cases under the definition that is due to them; how many moved. May run twice."""
    now = now or datetime.now(UTC)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT DISTINCT definition FROM cases_case WHERE closed_on IS NULL")
        found = [row[0] for row in cursor.fetchall()]
    moved = 0
    for digest in found:
        try:
            new = successor(definitions.by_hash(digest), now)
        except CaseError as error:
            log.warning("%s", error.message)
            continue
        if new is None:
            continue
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT id FROM cases_case WHERE closed_on IS NULL AND definition = %s ORDER BY id", (digest,)
            )
            cases = [row[0] for row in cursor.fetchall()]
        for case in cases:
            try:
                move_case(None, case, new, now=now, using=using)
                moved += 1
            except CaseError as error:
                log.warning("case %s: %s", case, error.message)
    return moved


def move_case(
    ctx: ActorContext | None,
    case: str,
    new: Definition,
    *,
    reason: str = "",
    now: datetime | None = None,
    using: str = "default",
) -> service.Result:
    """Move one case to another version or revision, as an event; refused where its phase does not exist there."""
    now = now or datetime.now(UTC)
    definitions.keep(new, using)
    words = reason or f"转入 {new.from_} 起施行的版本（程序定义 {new.hash[:12]}）"
    command = Command("migrate", on=now.astimezone(SHANGHAI).date(), reason=words)
    return service.run(command, ctx, case=case, now=now, using=using, definition=new)
