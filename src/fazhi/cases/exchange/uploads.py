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

from fazhi.archives.workbook import Limits
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange.batch import Order, Outcome, load
from fazhi.cases.exchange.mistakes import marked
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
    rows: int = 0  # with errors
    left: int = 0  # of them not imported, the others were


def check(data: bytes, order: Order, now: datetime) -> Import:
    """Check a file and keep it with what was found. BadFile where it is no table of the procedure: then nothing is kept."""
    done = load(data, order, now=now, dry_run=True, limits=WEB)
    row = Import(
        id=new_id(), county=order.county, procedure=order.procedure, system=order.system, elsewhere=order.elsewhere,
        organ=order.organ, file=order.file[:200], digest=hashlib.sha256(data).hexdigest(), person=order.by, new=done.new,
        changed=done.changed, same=done.same, events=done.events, wrong=len(done.errors),
    )  # fmt: skip
    row.told = secrecy.seal(json.dumps(_said(done), ensure_ascii=False), _about(row))
    _keep(row, data)
    row.save(force_insert=True)
    return row


def confirm(row: Import, order: Order, now: datetime) -> Outcome:
    """Import the file that was checked, or of it the right rows. What has changed since then is found anew; with
    errors nothing is written, unless the order is for the right rows only."""
    if row.at is not None or not _path(row).exists():
        raise CaseError("这个文件已经导入过，或者已经过期删除", next="请重新上传")
    data = _data(row)
    done = load(data, replace(order, file=row.file), now=now, limits=WEB)
    if done.errors and not done.batch:
        row.new, row.changed, row.same, row.events = done.new, done.changed, done.same, done.events
        row.wrong = len(done.errors)
        row.told = secrecy.seal(json.dumps(_said(done), ensure_ascii=False), _about(row))
        row.save(update_fields=["new", "changed", "same", "events", "wrong", "told"])
        return done
    if done.batch:
        # The batch keeps what was told at the check, under its own name; and the file, while rows of it are wanting.
        made = Import.objects.get(pk=done.batch)
        made.told = secrecy.seal(json.dumps(_said(done), ensure_ascii=False), _about(made))
        made.save(update_fields=["told"])
        if done.left:
            _keep(made, data)
    drop(row)
    return done


def copy(row: Import, kind: str) -> bytes:
    """The uploaded file with its mistakes marked (those that were kept), as xlsx or csv."""
    said = told(row)
    if not said.errors or not _path(row).exists():
        raise CaseError("文件已经过期删除，或者其中没有错误", next="请重新上传并校验")
    return marked(_data(row), row.procedure, said.errors, kind, WEB)


def has_copy(row: Import) -> bool:
    return bool(row.wrong) and _path(row).exists()


def drop(row: Import) -> None:
    """Throw a checked file away."""
    if row.at is None:
        _path(row).unlink(missing_ok=True)
        row.delete()


def drop_old(now: datetime) -> int:
    """Throw away what nobody has confirmed for a week, and files of which some rows were not imported; how many."""
    old = list(Import.objects.filter(at__isnull=True, checked_at__lt=now - KEPT))
    for row in old:
        drop(row)
    for row in Import.objects.filter(at__isnull=False, at__lt=now - KEPT, at__gt=now - 8 * KEPT, wrong__gt=0):
        _path(row).unlink(missing_ok=True)
    return len(old)


def told(row: Import) -> Told:
    if not row.told:
        return Told((), 0, (), ())
    said: dict[str, Any] = json.loads(secrecy.unseal(row.told, _about(row)))
    return Told(
        tuple(RowError(*e) for e in said["errors"]), said["many"], tuple((r, n, tuple(t)) for r, n, t in said["changes"]),
        tuple(said["ignored"]), said.get("rows", 0), said.get("left", 0),
    )  # fmt: skip


def _said(done: Outcome) -> dict[str, Any]:
    return {
        "errors": [[e.row, e.column, e.message] for e in done.errors[:TOLD]], "many": len(done.errors),
        "changes": [list(c) for c in done.changes], "ignored": list(done.ignored),
        "rows": len({e.row for e in done.errors}), "left": done.left,
    }  # fmt: skip


def _keep(row: Import, data: bytes) -> None:
    path = _path(row)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(secrecy.seal(base64.b64encode(data).decode(), _about(row)))


def _data(row: Import) -> bytes:
    return base64.b64decode(secrecy.unseal(_path(row).read_bytes(), _about(row)))


def _path(row: Import) -> Path:
    return Path(settings.FAZHI_HOME) / "imports" / row.id


def _about(row: Import) -> str:
    return f"import/{row.id}"
