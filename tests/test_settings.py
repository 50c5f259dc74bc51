"""What the environment says about the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from fazhi.settings import database

HOME = Path("home")


def test_sqlite_in_the_home_by_default() -> None:
    assert database("", HOME)["NAME"] == str(HOME / "fazhi.sqlite3")


def test_an_address_of_postgresql() -> None:
    found = database("postgresql://fa%40zhi:p%3Aw@db.example:5433/fazhi?sslmode=require", HOME)
    wanted = {"NAME": "fazhi", "USER": "fa@zhi", "PASSWORD": "p:w", "HOST": "db.example", "PORT": "5433"}
    assert {key: found[key] for key in wanted} == wanted
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_folder() -> None:
    found = database("postgresql:///fazhi?host=%2Frun%2Fpostgresql&port=5433", HOME)
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/run/postgresql", "5433", {})


def test_a_role_to_act_as() -> None:
    assert database("postgresql://h/fazhi", HOME, "fazhi_app")["OPTIONS"] == {"options": "-c role=fazhi_app"}


@pytest.mark.parametrize(
    "url", ["mysql://h/db", "postgresql://h", "postgresql://h:port/db", "fazhi", "postgresql://[/db"]
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://用户:密码@主机:端口/库名"):
        database(url, HOME)
