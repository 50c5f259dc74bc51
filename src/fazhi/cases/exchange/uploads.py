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
from fazhi.cases.exchange.batch import Order, Outcome, Progress, load
from fazhi.cases.exchange.mistakes import marked
from fazhi.cases.models import Import
from fazhi.cases.service import new_id
from fazhi.organs import secrecy
from fazhi.organs.tables import RowError

KEPT = timedelta(days=7)
TOLD = 2000  # errors kept of one file
WEB = Limits(file=32 * 1024 * 1024, rows=200_000)
AT_ONCE = 256 * 1024  # bytes of a file that a page waits for; a larger one is checked in the background
FEW = 1_000  # cases that a page waits for while they are written, or taken back


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
    """Keep a file with what its check found; a large one is checked in the background (`stage`).

    BadFile where it is no table of the procedure: then nothing is kept.
    """
    row = Import(
        id=new_id(), county=order.county, procedure=order.procedure, system=order.system, elsewhere=order.elsewhere,
        organ=order.organ, file=order.file[:200], digest=hashlib.sha256(data).hexdigest(), person=order.by,
        paths=order.paths, asked_by=order.by,
    )  # fmt: skip
    if len(data) > AT_ONCE:
        row.stage = "check"
    else:
        _find(row, load(data, order, now=now, dry_run=True, limits=WEB))
    _keep(row, data)
    row.save(force_insert=True)
    return row


def check_kept(row: Import, now: datetime, progress: Progress | None = None) -> None:
    """The check of a file that lies here. BadFile where it is no table of the procedure."""
    done = load(_data(row), order_of(row), now=now, dry_run=True, limits=WEB, progress=progress)
    _save(row, done)


def confirm(row: Import, order: Order, now: datetime) -> Outcome | None:
    """Import the file that was checked, or of it the right rows; None where it goes on in the background."""
    if row.at is not None or row.stage or not _path(row).exists():
        raise CaseError("这个文件已经导入过，或者已经过期删除", next="请重新上传")
    if row.new + row.changed <= FEW:
        return write(row, order, now)
    ask(row, "write", order.by, order.paths, only_right=order.only_right)
    return None


def ask(row: Import, stage: str, by: str, paths: tuple[str, ...] | None, *, only_right: bool = False) -> None:
    """Have something done in the background, once."""
    asked = Import.objects.filter(pk=row.pk, stage="").update(
        stage=stage, asked_by=by, paths=paths, only_right=only_right, starts=0, trouble=""
    )
    if not asked:
        raise CaseError("这个文件正在处理", next="请等处理完毕")


def order_of(row: Import) -> Order:
    """What was ordered when the file was uploaded, or later confirmed."""
    paths = None if row.paths is None else tuple(row.paths)
    return Order(
        row.procedure, row.county, system=row.system, elsewhere=row.elsewhere, organ=row.organ, by=row.asked_by,
        paths=paths, file=row.file, only_right=row.only_right,
    )  # fmt: skip


def write(row: Import, order: Order, now: datetime, progress: Progress | None = None) -> Outcome:
    """Import a checked file. What has changed since the check is found anew; with errors nothing is written, unless the
    order is for the right rows only."""
    done = load(
        _data(row), replace(order, file=row.file, batch=row.id), now=now, limits=WEB, progress=progress
    )
    if not done.batch and not done.errors:
        _path(row).unlink(missing_ok=True)
        row.delete()
        return done
    _save(row, done)
    if done.batch and not done.left:  # the file stays while rows of it are wanting
        _path(row).unlink(missing_ok=True)
    return done


def _save(row: Import, done: Outcome) -> None:
    _find(row, done)
    found = {n: getattr(row, n) for n in ("new", "changed", "same", "events", "wrong", "told")}
    Import.objects.filter(pk=row.pk).update(**found)  # it may have been thrown away meanwhile


def _find(row: Import, done: Outcome) -> None:
    row.new, row.changed, row.same, row.events = done.new, done.changed, done.same, done.events
    row.wrong = len(done.errors)
    row.told = secrecy.seal(json.dumps(_said(done), ensure_ascii=False), _about(row))


def copy(row: Import, kind: str) -> bytes:
    """The uploaded file with its mistakes marked (those that were kept), as xlsx or csv."""
    said = told(row)
    if not said.errors or not _path(row).exists():
        raise CaseError("文件已经过期删除，或者其中没有错误", next="请重新上传并校验")
    return marked(_data(row), row.procedure, said.errors, kind, WEB)


def has_copy(row: Import) -> bool:
    return bool(row.wrong) and _path(row).exists()


def drop(row: Import) -> None:
    """Throw a checked file away, or one that is still being checked."""
    if row.stage in ("write", "undo"):
        raise CaseError("正在写入，不能取消", next="写完之后可以整批撤销")
    if row.at is None:
        _path(row).unlink(missing_ok=True)
        row.delete()


def drop_old(now: datetime) -> int:
    """Throw away what nobody has confirmed for a week, and files of which some rows were not imported; how many."""
    old = list(Import.objects.filter(at__isnull=True, checked_at__lt=now - KEPT))
    for row in old:
        if not row.stage:
            drop(row)
    for row in Import.objects.filter(at__isnull=False, at__lt=now - KEPT, at__gt=now - 8 * KEPT):
        _path(row).unlink(missing_ok=True)
    return len(old)


def told(row: Import) -> Told:
    if not row.told:
        return Told((), 0, (), ())
    said: dict[str, Any] = json.loads(secrecy.unseal(row.told, _about(row)))
    rows = said.get("rows", 0)
    return Told(
        tuple(RowError(*e) for e in said["errors"]), said["many"], tuple((r, n, tuple(t)) for r, n, t in said["changes"]),
        tuple(said["ignored"]), rows,
        said.get("left") or (rows if row.at else 0),  # killed after it wrote, before it told
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
