"""The driver itself, for what is written without Django: one connection, the statement's few differences named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Driver(NamedTuple):
    execute: Callable[..., Any]
    begin: str
    mark: str  # place of a parameter
    lock: str  # behind a SELECT that holds the row until the transaction ends
    blob: str


def connect(kind: str) -> Driver:
    """SQLite (WAL, FULL, the write lock at once) in FAZHI_HOME, or PostgreSQL at FAZHI_DATABASE_URL."""
    if kind == "sqlite":
        import sqlite3

        con = sqlite3.connect(Path(os.environ["FAZHI_HOME"]) / "plain.sqlite3", isolation_level=None)
        con.execute("PRAGMA journal_mode=WAL")
        con.execute("PRAGMA synchronous=FULL")
        return Driver(con.execute, "BEGIN IMMEDIATE", "?", "", "BLOB")
    import psycopg

    link = psycopg.connect(os.environ["FAZHI_DATABASE_URL"], autocommit=True)
    return Driver(link.execute, "BEGIN", "%s", " FOR UPDATE", "BYTEA")
