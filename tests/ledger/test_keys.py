"""The installation's keys: made once, never replaced, readable by their owner only."""

from __future__ import annotations

from pathlib import Path

import pytest

from fazhi.ledger import keys
from fazhi.ledger.errors import KeyTrouble


def test_missing_keys_are_made_and_named(tmp_path: Path) -> None:
    assert keys.missing(tmp_path) == ["secret_key", "data_key", "signing_key"]
    assert keys.ensure(tmp_path) == ["secret_key", "data_key", "signing_key"]
    assert keys.missing(tmp_path) == []


def test_existing_keys_are_kept(tmp_path: Path) -> None:
    keys.ensure(tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "keys").glob("*_key")}
    assert keys.ensure(tmp_path) == []
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").glob("*_key")} == before


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    keys.ensure(tmp_path)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").glob("*_key")} == {0o600}


@pytest.mark.parametrize("load", [keys.data_key, keys.signing_key])
def test_a_missing_key_says_what_to_do(tmp_path: Path, load: object) -> None:
    with pytest.raises(KeyTrouble, match="找不到") as refused:
        load(tmp_path)  # type: ignore[operator]
    assert "fazhi init" in refused.value.next


@pytest.mark.parametrize(("name", "load"), [("data_key", keys.data_key), ("signing_key", keys.signing_key)])
def test_a_damaged_key_is_refused(tmp_path: Path, name: str, load: object) -> None:
    keys.ensure(tmp_path)
    (tmp_path / "keys" / name).write_text("damaged\n")
    with pytest.raises(KeyTrouble, match="损坏"):
        load(tmp_path)  # type: ignore[operator]


def test_a_key_open_to_others_is_refused(tmp_path: Path) -> None:
    keys.ensure(tmp_path)
    (tmp_path / "keys" / "data_key").chmod(0o644)
    with pytest.raises(KeyTrouble, match="其他用户") as refused:
        keys.data_key(tmp_path)
    assert "chmod 600" in refused.value.next


def test_before_init_there_is_no_secret_key(tmp_path: Path) -> None:
    assert keys.secret_key_if_there(tmp_path) is None
    keys.ensure(tmp_path)
    assert len(keys.secret_key_if_there(tmp_path) or "") >= 50


def test_after_a_change_of_keys_the_old_checker_stays(tmp_path: Path) -> None:
    keys.ensure(tmp_path)
    old = keys.key_id(keys.signing_key(tmp_path).public_key())
    new = keys.rotate_signing_key(tmp_path)
    assert keys.key_id(keys.signing_key(tmp_path).public_key()) == new != old
    assert set(keys.checkers(tmp_path)) == {old, new}


def test_a_public_key_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(KeyTrouble, match="公钥"):
        keys.public_key("zz")
