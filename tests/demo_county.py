"""The demo county with its cases, made once in a run and copied for whoever needs it.

Import the fixture into a conftest or a test module: `from tests.demo_county import demo_county  # noqa: F401`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests import databases

TODAY = date(2026, 11, 21)


@lru_cache(maxsize=1)
def template() -> Path:
    """A database file with organs, people and cases of the demo county as of TODAY. Some ten seconds, once."""
    from fazhi.cases import demo, registers
    from fazhi.organs import demo as organs
    from fazhi.organs import installation

    folder = Path(tempfile.mkdtemp(prefix="fazhi-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    databases.sqlite_template(folder)
    with databases.use(databases.database("", folder)):
        registers.at_version(-2)
        installation.establish(demo=True)
        organs.load_demo_organs()
        demo.load(lambda line: None, today=TODAY)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "fazhi.sqlite3"


@pytest.fixture
def demo_county(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """A copy of the demo county as the default database, with real commits."""
    from fazhi.cases import registers

    with django_db_blocker.unblock():
        with databases.sqlite_copy(template(), tmp_path):
            registers.at_version(-2)
            yield tmp_path
        registers.at_version(-2)


__all__ = ["TODAY", "demo_county", "template"]
