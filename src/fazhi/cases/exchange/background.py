"""What takes too long for a page to wait for: large files are checked, imported and taken back by a process of their own.

A job is a row of imports with a `stage`, and its file lies sealed on disk. Its process may be killed at any time: nothing
is written but in one transaction at its end, and the worker starts another for a job at which no process is left.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import uploads
from fazhi.cases.exchange.batch import Progress
from fazhi.cases.exchange.undo import undo
from fazhi.cases.models import Import
from fazhi.errors import UserError

log = logging.getLogger("fazhi.worker")
SILENT = 60  # seconds without a sign of life, after which a process counts as gone
STARTS = 3
_BEAT = 1.0
_children: dict[str, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Reached:
    """How far a job is: `done` of `of` of what is being done; 0 of 0 before anything was counted."""

    what: str
    done: int = 0
    of: int = 0


def reached(row: Import) -> Reached:
    try:
        said = json.loads(_sign(row.id).read_text())
        return Reached(str(said["what"]), int(said["done"]), int(said["of"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Reached("排队等待")


def follow() -> int:
    """Start a process for the oldest job that has none, one job at a time; how many were started. For the worker."""
    jobs = list(Import.objects.exclude(stage="").order_by("checked_at"))
    for id, child in list(_children.items()):
        if child.poll() is not None:
            del _children[id]
    if any(_alive(row.id) for row in jobs):
        return 0
    for row in jobs:
        if row.starts >= STARTS:
            _give_up(row, f"后台处理中断了{STARTS}次，没有写入任何内容。请联系系统运维查看日志后重新上传。")
            continue
        Import.objects.filter(pk=row.pk).update(starts=row.starts + 1)
        _children[row.id] = _spawn(row.id)
        return 1
    return 0


def carry_out(id: str, now: datetime) -> bool:
    """One job to its end, in this process; whether there was one. What a person can mend is left in the row's `trouble`."""
    row = Import.objects.filter(pk=id).exclude(stage="").first()
    if row is None:
        return False
    with _beating(id) as progress:
        try:
            match row.stage:
                case "check":
                    uploads.check_kept(row, now, progress)
                case "write":
                    uploads.write(row, uploads.order_of(row), now, progress)
                case "undo":
                    undo(
                        id, county=row.county, by=row.asked_by, paths=uploads.order_of(row).paths, now=now,
                        progress=progress,
                    )  # fmt: skip
        except UserError as error:
            _give_up(row, "。".join(x.rstrip("。") for x in error.lines()) + "。")
        else:
            Import.objects.filter(pk=id).update(stage="", trouble="")
    return True


def _give_up(row: Import, trouble: str) -> None:
    Import.objects.filter(pk=row.pk).update(stage="", trouble=trouble[:500])
    _sign(row.id).unlink(missing_ok=True)


def _spawn(id: str) -> subprocess.Popen[bytes]:
    """The process itself says how far it is; until it does, its start is the sign of life."""
    child = subprocess.Popen(
        [sys.executable, "-m", "fazhi.cli", "import", "--job", id],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    _write_sign(id, Reached("准备"), child.pid)
    return child


def _alive(id: str) -> bool:
    if id in _children:
        return True
    try:
        said = json.loads(_sign(id).read_text())
        os.kill(int(said["pid"]), 0)
        return time.time() - float(said["at"]) < SILENT
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def _beating(id: str) -> Iterator[Progress]:
    """Writes down how far the job is, and that somebody is at it, until the block ends."""
    now, stop = Reached("读取文件"), threading.Event()

    def say(what: str, done: int, of: int) -> None:
        nonlocal now
        now = Reached(what, done, of)

    def beat() -> None:
        while True:
            with suppress(OSError):  # a full disk stops no import
                _write_sign(id, now, os.getpid())
            if stop.wait(_BEAT):
                return

    thread = threading.Thread(target=beat, name="fazhi-import", daemon=True)
    thread.start()
    try:
        yield say
    finally:
        stop.set()
        thread.join()
        _sign(id).unlink(missing_ok=True)


def _write_sign(id: str, told: Reached, pid: int) -> None:
    path = _sign(id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{pid}")
    fresh.write_text(
        json.dumps({"what": told.what, "done": told.done, "of": told.of, "pid": pid, "at": time.time()})
    )
    fresh.replace(path)


def _sign(id: str) -> Path:
    return Path(settings.FAZHI_HOME) / "imports" / f"{id}.progress"


def ask_undo(row: Import, by: str, paths: tuple[str, ...] | None) -> None:
    """Have a large batch taken back in the background."""
    if row.at is None or row.undone_at:
        raise CaseError("没有可以撤销的批次", next="请从导入记录中选择")
    uploads.ask(row, "undo", by, paths)
