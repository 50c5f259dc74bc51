"""Builders for tests of this floor: a small county, organs with one line each, quick password hashing."""

from __future__ import annotations

import pytest

from fazhi.organs import installation, secrecy


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A home of its own with a data key, and a hasher that does not make tests wait."""
    settings.FAZHI_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    secrecy.make_key()
    return tmp_path


@pytest.fixture
def demo(db):
    from fazhi.organs.demo import load_demo_organs

    installation.establish(demo=True)
    return load_demo_organs()
