"""Sealing at rest: what opens, what does not, and what the key file must be."""

from __future__ import annotations

import base64
import stat

import pytest

from fazhi.organs import secrecy
from fazhi.organs.errors import KeyTrouble


def test_a_sealed_value_opens_again_and_hides_its_words():
    sealed = secrecy.seal("339821199001010017", "party:a:identity")
    assert secrecy.unseal(sealed, "party:a:identity") == "339821199001010017"
    assert b"3398" not in sealed
    assert sealed != secrecy.seal("339821199001010017", "party:a:identity"), "equal values look different"


def test_a_value_moved_to_another_record_does_not_open():
    sealed = secrecy.seal("秘密", "party:a:name")
    with pytest.raises(KeyTrouble, match="移到了别的记录"):
        secrecy.unseal(sealed, "party:b:name")


def test_a_changed_byte_does_not_open():
    sealed = bytearray(secrecy.seal("秘密", "x"))
    sealed[-1] ^= 1
    with pytest.raises(KeyTrouble):
        secrecy.unseal(bytes(sealed), "x")


def test_another_key_is_named_as_such():
    sealed = secrecy.seal("秘密", "x", key=b"1" * 32)
    with pytest.raises(KeyTrouble, match="不是用现在的数据密钥加密的"):
        secrecy.unseal(sealed, "x", key=b"2" * 32)


def test_digests_find_equal_values_of_one_kind_only_with_the_key():
    one = secrecy.digest("123", "party:passport")
    assert one == secrecy.digest("123", "party:passport")
    assert one != secrecy.digest("123", "party:permit")
    assert one != secrecy.digest("123", "party:passport", key=b"k" * 32)
    assert len(one) == 64


def test_the_key_is_made_once_for_the_owner_alone(home):
    path = home / "keys" / "data_key"
    before = path.read_bytes()
    assert secrecy.make_key() == secrecy.read_key()
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_raw_hex_and_base64_are_the_same_key(tmp_path):
    key = bytes(range(32))
    for name, stored in (("a", key), ("b", key.hex().encode() + b"\n"), ("c", base64.b64encode(key))):
        (tmp_path / name).write_bytes(stored)
        assert secrecy.read_key(tmp_path / name) == key


def test_a_missing_or_damaged_key_says_what_to_do(tmp_path):
    with pytest.raises(KeyTrouble, match="找不到数据密钥") as refusal:
        secrecy.read_key(tmp_path / "none")
    assert "备份" in refusal.value.next
    (tmp_path / "short").write_text("abc")
    with pytest.raises(KeyTrouble, match="应为32字节"):
        secrecy.read_key(tmp_path / "short")
