"""A home and keys for the test run, and databases: see README.md beside this file."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from tests import databases, postgres

from fazhi.ledger import keys


def pytest_configure(config: pytest.Config) -> None:
    # A home of the run's own, for this process and those that it starts. pytest-django has read the settings
    # before any conftest is loaded, hence the changes in place.
    home = Path(tempfile.mkdtemp(prefix="fazhi-test-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    keys.ensure(home)
    os.environ["FAZHI_HOME"] = str(home)
    settings.FAZHI_HOME = home
    settings.STATIC_ROOT = home / "static"
    default = connections.settings["default"]
    if default["ENGINE"].endswith("sqlite3"):
        # A file, so that threads and live_server see it as they see the real one: WAL, one writer at a time.
        default["NAME"] = str(home / "fazhi.sqlite3")
        default["TEST"]["NAME"] = str(home / "test.sqlite3")
    _let_tests_empty_the_ledger()


def _let_tests_empty_the_ledger() -> None:
    """Tests with `transactional_db` or `live_server` end in a flush, which the append-only triggers rightly refuse.

    They are lifted for it; Django sends post_migrate after the flush, which puts them up again.
    """
    teardown = TransactionTestCase._fixture_teardown

    def lifted(self: TransactionTestCase) -> None:
        for alias in self._databases_names(include_mirrors=False):
            databases.lift_guard(connections[alias])
        teardown(self)

    # TestCase has a teardown of its own (a rollback) and is not concerned.
    TransactionTestCase._fixture_teardown = lifted


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A FAZHI_HOME with keys of this test's own."""
    settings.FAZHI_HOME = tmp_path / "home"
    keys.ensure(settings.FAZHI_HOME)
    return settings.FAZHI_HOME


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    with django_db_blocker.unblock():
        return databases.sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_db(_sqlite_template: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """A fresh, migrated SQLite file as the default database, with real commits."""
    with django_db_blocker.unblock(), databases.sqlite_copy(_sqlite_template, tmp_path):
        yield "sqlite"


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """The address of a running PostgreSQL server of the test run's own."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server())
        except postgres.Unavailable as missing:
            pytest.skip(str(missing))
        yield url


@pytest.fixture(scope="session")
def _pg_template(pg_server: str, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        return databases.postgresql_template(pg_server)


@pytest.fixture
def pg_db(pg_server: str, _pg_template: str, django_db_blocker: Any) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database as the default database, with real commits."""
    with django_db_blocker.unblock(), databases.postgresql_copy(pg_server, _pg_template):
        yield "postgresql"


@pytest.fixture(autouse=True)
def _own_definitions() -> Iterator[None]:
    """A definition that a test adds to the shipped ones is gone after it, and so are copies of the registers: no test reads
    another's (a process has one database; here each test may have its own, with the same counter)."""
    from fazhi.cases import registers
    from fazhi.procedures import shipped

    registers.at_version(-2)

    library = shipped()
    versions, by_hash = {k: list(v) for k, v in library._versions.items()}, dict(library._by_hash)
    yield
    library._versions.clear()
    library._versions.update(versions)
    library._by_hash.clear()
    library._by_hash.update(by_hash)
