"""The few file operations that the mirror stands on. Tests make each of them die to see that nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]


def write_table(path: Path, table: pa.Table) -> None:
    """Written beside its place, synced, and moved there: a file of that name is whole or not there."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as out:
        pq.write_table(table, out, compression="zstd", row_group_size=16_384)
        sync(out)
    rename(beside, path)


def write_bytes(path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as out:
        out.write(data)
        sync(out)
    rename(beside, path)


def sync(out: Any) -> None:
    out.flush()
    os.fsync(out.fileno())


def rename(old: Path, new: Path) -> None:
    os.replace(old, new)
    folder = os.open(new.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Whether this is the one writer; it waits for nobody."""
    with path.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(held, fcntl.LOCK_UN)
