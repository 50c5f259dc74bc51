"""Builders for tests of this floor: a home with a key, a small county, the demonstration."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.test import override_settings

from fazhi.organs import accounts, installation, registry, secrecy
from fazhi.organs.demo import load_demo_organs
from fazhi.organs.models import County, Organ, Person

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
START = date(2019, 3, 1)
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def key_home(tmp_path_factory):
    """One home with a data key for all tests here, since the demonstration is loaded once for many."""
    home = tmp_path_factory.mktemp("organs")
    secrecy.make_key(home / "keys" / "data_key")
    return home


@pytest.fixture(autouse=True)
def home(settings, key_home):
    """That home, and a hasher that does not make tests wait."""
    settings.FAZHI_HOME = key_home
    settings.PASSWORD_HASHERS = HASHERS
    return key_home


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker, key_home):
    """Loaded once a module, in a transaction that is rolled back; each test's own nests inside it."""
    with (
        django_db_blocker.unblock(),
        override_settings(FAZHI_HOME=key_home, PASSWORD_HASHERS=HASHERS),
        transaction.atomic(),
    ):
        installation.establish(demo=True)
        yield load_demo_organs(NOW)
        transaction.set_rollback(True)


@pytest.fixture
def demo(_demo, db):
    return _demo


@pytest.fixture
def county(db) -> County:
    return County.objects.create(code="339821", name="安澜县", valid_from=date(2010, 1, 1))


@pytest.fixture
def government(county) -> Organ:
    return make_organ(county, "xzf", "安澜县人民政府", short_name="县政府", kind="government")


@pytest.fixture
def justice(county, government) -> Organ:
    return make_organ(county, "sfj", "安澜县司法局", short_name="县司法局", parent=government)


@pytest.fixture
def market(county, government) -> Organ:
    return make_organ(county, "scj", "安澜县市场监督管理局", short_name="县市场监管局", parent=government)


def make_organ(county: County, code: str, name: str, **words) -> Organ:
    given = {"kind": "department", "valid_from": START, "source": "三定规定"} | words
    return registry.create_organ(county, code=code, name=name, **given)


def make_person(username: str, name: str = "张三") -> Person:
    return accounts.create_person(username, name, now=NOW, encoded="!").person


def fields(refusal) -> set[str]:
    """The fields that an `Invalid` complains of."""
    return {problem.field for problem in refusal.value.problems}
