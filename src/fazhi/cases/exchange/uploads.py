"""Files that were uploaded and checked, and wait for a word: sealed on disk until they are imported or thrown away."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from fazhi.cases.errors import CaseError
from fazhi.cases.exchange.archive import Limits
from fazhi.cases.exchange.batch import Order, Outcome, load
from fazhi.cases.models import Import
from fazhi.cases.service import new_id
from fazhi.organs import secrecy
from fazhi.organs.tables import RowError

KEPT = timedelta(days=7)
TOLD = 2000  # errors kept of one file
WEB = Limits(file=32 * 1024 * 1024, rows=20_000)  # what a page waits for; more goes by command line


@dataclass(frozen=True)
class Told:
    """What the check of a file found."""

    errors: tuple[RowError, ...]
    many: int  # errors in all
    changes: tuple[tuple[int, str, tuple[str, ...]], ...]
    ignored: tuple[str, ...]


def check(data: bytes, order: Order, now: datetime) -> Import:
    """Check a file and keep it with what was found. BadFile where it is no table of the procedure: then nothing is kept."""
    done = load(data, order, now=now, dry_run=True, limits=WEB)
    row = Import(
        id=new_id(), county=order.county, procedure=order.procedure, system=order.system, elsewhere=order.elsewhere,
        organ=order.organ, file=order.file[:200], digest=hashlib.sha256(data).hexdigest(), person=order.by, new=done.new,
        changed=done.changed, same=done.same, events=done.events, wrong=len(done.errors),
    )  # fmt: skip
    row.told = secrecy.seal(json.dumps(_said(done), ensure_ascii=False), _about(row))
    path = _path(row)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(secrecy.seal(base64.b64encode(data).decode(), _about(row)))
    row.save(force_insert=True)
    return row


def confirm(row: Import, order: Order, now: datetime) -> Outcome:
    """Import the file that was checked. What has changed since then is found anew; with errors nothing is written."""
    path = _path(row)
    if row.at is not None or not path.exists():
        raise CaseError("这个文件已经导入过，或者已经过期删除", next="请重新上传")
    data = base64.b64decode(secrecy.unseal(path.read_bytes(), _about(row)))
    done = load(data, replace(order, file=row.file), now=now, limits=WEB)
    if done.errors:
        row.new, row.changed, row.same, row.events = done.new, done.changed, done.same, done.events
        row.wrong = len(done.errors)
        row.told = secrecy.seal(json.dumps(_said(done), ensure_ascii=False), _about(row))
        row.save(update_fields=["new", "changed", "same", "events", "wrong", "told"])
        return done
    if done.batch:
        # The batch keeps what was told at the check, under its own name.
        Import.objects.filter(pk=done.batch).update(
            told=secrecy.seal(json.dumps(_said(done), ensure_ascii=False), f"import/{done.batch}")
        )
    drop(row)
    return done


def drop(row: Import) -> None:
    """Throw a checked file away."""
    if row.at is None:
        _path(row).unlink(missing_ok=True)
        row.delete()


def drop_old(now: datetime) -> int:
    """Throw away what nobody has confirmed for a week; how many there were."""
    old = list(Import.objects.filter(at__isnull=True, checked_at__lt=now - KEPT))
    for row in old:
        drop(row)
    return len(old)


def told(row: Import) -> Told:
    if not row.told:
        return Told((), 0, (), ())
    said: dict[str, Any] = json.loads(secrecy.unseal(row.told, _about(row)))
    return Told(
        tuple(RowError(*e) for e in said["errors"]), said["many"], tuple((r, n, tuple(t)) for r, n, t in said["changes"]),
        tuple(said["ignored"]),
    )  # fmt: skip


def _said(done: Outcome) -> dict[str, Any]:
    return {
        "errors": [[e.row, e.column, e.message] for e in done.errors[:TOLD]], "many": len(done.errors),
        "changes": [list(c) for c in done.changes], "ignored": list(done.ignored),
    }  # fmt: skip


def _path(row: Import) -> Path:
    return Path(settings.FAZHI_HOME) / "imports" / row.id


def _about(row: Import) -> str:
    return f"import/{row.id}"
