"""What runs by itself: seal, feed the mirror, carry out errands, let limits run out, follow a new holiday notice.

Everything it does is a command by `system`, may run twice, and may be killed at any statement. On SQLite it is a thread
of the serving process, behind the same write lock; on PostgreSQL `fazhi work` may run beside it.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import close_old_connections, connections

from fazhi.cases import errands, registers, service, versions, words
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import background
from fazhi.law import SHANGHAI
from fazhi.ledger import seal
from fazhi.procedures import Command

log = logging.getLogger("fazhi.worker")
PAUSE = 0.5  # seconds between rounds: sealing lags by a second at most


@dataclass(frozen=True)
class Round:
    """What one round did."""

    sealed: int = 0
    mirrored: int = 0
    errands: int = 0
    expired: int = 0
    recalculated: int = 0
    worded: int = 0  # events whose cases the index of words has taken up

    @property
    def busy(self) -> bool:
        return any((self.sealed, self.mirrored, self.errands, self.expired, self.recalculated, self.worded))


def once(now: datetime | None = None, using: str = "default") -> Round:
    """One round of everything that is due."""
    now = now or datetime.now(UTC)
    expired = run_out(now, using)
    done = errands.run_due(now, using)
    background.follow()
    recalculated = follow_calendar(now, using)
    sealed = seal.seal(using=using)
    seal.seal_access(using=using)
    return Round(sealed, mirror(using), done, expired, recalculated, words.feed(using))


def run_out(now: datetime, using: str = "default", limit: int = 200) -> int:
    today = now.astimezone(SHANGHAI).date()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM cases_case WHERE expires < %s ORDER BY expires LIMIT %s", (today, limit)
        )
        cases = [row[0] for row in cursor.fetchall()]
    done = 0
    for case in cases:
        try:
            done += bool(service.expire(case, now=now, using=using).events)
        except CaseError as error:  # one case in trouble holds up no other
            log.warning("case %s: %s", case, error.message)
    return done


def follow_calendar(now: datetime, using: str = "default", limit: int = 500) -> int:
    """After a notice was loaded: open clocks that lean on it are computed anew, each by an event.

    The marker is the calendar's fingerprint, kept with the stamp; a case is found by its open provisional clocks.
    """
    registers.at_version(_stamp(using))
    calendar = registers.calendar()
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT fingerprint FROM cases_calendar WHERE id = 1")
        row = cursor.fetchone()
        if row and row[0] == calendar.fingerprint:
            return 0
        cursor.execute("SELECT id FROM cases_case WHERE closed_on IS NULL ORDER BY id")
        cases = [r[0] for r in cursor.fetchall()]
    today = now.astimezone(SHANGHAI).date()
    changed = 0
    for case in cases if row else ():
        command = Command("recalculate", on=today)
        try:
            changed += bool(service.run(command, None, case=case, now=now, using=using).events)
        except CaseError as error:
            log.warning("case %s: %s", case, error.message)
    with connections[using].cursor() as cursor:
        cursor.execute("DELETE FROM cases_calendar WHERE id = 1")
        cursor.execute("INSERT INTO cases_calendar (id, fingerprint) VALUES (1, %s)", (calendar.fingerprint,))
    return changed


def follow_calendar_now() -> int:
    return follow_calendar(datetime.now(UTC))


def _stamp(using: str) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT version FROM cases_stamp WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def mirror(using: str = "default") -> int:
    """Feed the figures' mirror, where that floor is there: it registers itself, this floor does not know it."""
    return sum(feed(using) for feed in FEEDS)


FEEDS: list[Any] = []


def register_feed(feed: Any) -> None:
    """A higher floor asks to be fed after each sealing: a function of the database alias giving how many rows it took."""
    if feed not in FEEDS:
        FEEDS.append(feed)


def loop(stop: threading.Event, using: str = "default") -> None:
    seal.seal(whole=True, using=using)  # after a restore: every event is looked at once
    versions.follow(using=using)
    wait, said = PAUSE, ""
    while not stop.is_set():
        try:
            wait = 0.05 if once(using=using).busy else PAUSE
            said = ""
        except Exception as error:  # nothing is lost: the next round does it again, later and later
            wait = min(max(wait, PAUSE) * 2, 60)
            if repr(error) != said:
                said = repr(error)
                log.exception("worker round failed; trying again in %.0f s", wait)
        finally:
            close_old_connections()
        stop.wait(wait)


_thread: threading.Thread | None = None
_stop = threading.Event()


def start_thread() -> None:
    """Start the worker as a daemon thread of this process, once."""
    global _thread
    if _thread is None or not _thread.is_alive():
        _stop.clear()
        _thread = threading.Thread(target=loop, args=(_stop,), name="fazhi-worker", daemon=True)
        _thread.start()


def stop_thread() -> None:
    _stop.set()
    if _thread is not None:
        _thread.join(timeout=10)
