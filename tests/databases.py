"""Databases for tests that need real commits: a fresh one per test, copied from a migrated template.

Inside `use(config)` every query in every thread goes to that database under the alias "default", so that code under
test needs to know nothing of it.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from fazhi.settings import database


@contextlib.contextmanager
def use(config: dict[str, Any]) -> Iterator[None]:
    """Make `config` the default database until the end of the block."""
    configured = connections.configure_settings({"default": config})["default"]
    before, connection_before = connections.settings["default"], connections["default"]
    connections.settings["default"] = configured
    connections["default"] = connections.create_connection("default")
    ContentType.objects.clear_cache()  # its ids are another database's
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = connection_before
        ContentType.objects.clear_cache()


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def sqlite_template(folder: Path) -> Path:
    """A migrated database file."""
    with use(database("", folder)):
        migrate()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # everything into the one file that is copied
    return folder / "fazhi.sqlite3"


@contextlib.contextmanager
def sqlite_copy(template: Path, folder: Path) -> Iterator[None]:
    shutil.copy(template, folder / "fazhi.sqlite3")
    with use(database("", folder)):
        yield


def postgresql_template(url: str) -> str:
    """The name of a migrated database on the server at `url`."""
    _statement(url, "CREATE DATABASE fazhi_template")
    with use(database(_named(url, "fazhi_template"), Path())):
        migrate()
    return "fazhi_template"


@contextlib.contextmanager
def postgresql_copy(url: str, template: str) -> Iterator[None]:
    name = f"fazhi_{uuid.uuid4().hex[:12]}"
    _statement(url, f"CREATE DATABASE {name} TEMPLATE {template}{_copied_by_file(url)}")
    try:
        with use(database(_named(url, name), Path())):
            yield
    finally:
        _statement(url, f"DROP DATABASE {name} WITH (FORCE)")


def lift_guard(wrapper: BaseDatabaseWrapper) -> None:
    """Take the append-only triggers away, as an attacker would, or to empty tables between tests."""
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'ledger%%'"
            )
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name} ON {table}")
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


def _copied_by_file(url: str) -> str:
    """Copying files takes a seventh of the time that PostgreSQL 15's default, copying through the log, takes."""
    import psycopg

    with psycopg.connect(url) as session:
        return " STRATEGY file_copy" if session.info.server_version >= 150000 else ""


def _named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return url.replace("/postgres?", f"/{name}?")


def _statement(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as session:
        session.execute(statement)
