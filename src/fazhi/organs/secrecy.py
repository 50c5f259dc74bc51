"""Sealing of personal values at rest with the installation's data key.

A sealed value is `version (1 byte) · key mark (4) · nonce (12) · AES-256-GCM ciphertext`. `about` names what the
value is (table, row, field); it is bound to the ciphertext, so a value that was moved to another row does not open.
A digest for look-up is an HMAC under a second key derived from the same one: equal values of one kind have equal
digests, and nobody without the key can test a guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import KeyTrouble

_VERSION = b"\x01"


def key_path() -> Path:
    from django.conf import settings

    return Path(settings.FAZHI_HOME) / "keys" / "data_key"


def read_key(path: Path | None = None) -> bytes:
    """The 32 bytes of the data key: stored raw, as 64 hex digits, or in base64."""
    path = path or key_path()
    try:
        stored = path.read_bytes()
    except OSError:
        raise KeyTrouble(
            f"找不到数据密钥（{path.parent.name}/{path.name}），个人信息无法加密、解密",
            next="新安装请先运行 fazhi init；已有数据的，请从备份中取回密钥文件，不要另行生成",
        ) from None
    if len(stored) == 32:
        return stored
    text = stored.strip()
    try:
        key = bytes.fromhex(text.decode()) if len(text) == 64 else base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeyTrouble("数据密钥文件已损坏：应为32字节", next="请从备份中取回密钥文件，不要另行生成")
    return key


def make_key(path: Path | None = None) -> bytes:
    """Create the data key where there is none; an existing key is read and never replaced."""
    path = path or key_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return read_key(path)


@lru_cache(maxsize=8)
def _derived(key: bytes, use: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"fazhi organs {use}".encode()).derive(key)


def seal(value: str, about: str, key: bytes | None = None) -> bytes:
    key = key or read_key()
    nonce = secrets.token_bytes(12)
    box = AESGCM(_derived(key, "seal")).encrypt(nonce, value.encode(), about.encode())
    return _VERSION + _mark(key) + nonce + box


def unseal(sealed: bytes | memoryview, about: str, key: bytes | None = None) -> str:
    key = key or read_key()
    blob = bytes(sealed)
    if blob[:1] != _VERSION or blob[1:5] != _mark(key):
        raise KeyTrouble("该信息不是用现在的数据密钥加密的", next="请核对密钥文件与数据库是否同属一套备份")
    try:
        return AESGCM(_derived(key, "seal")).decrypt(blob[5:17], blob[17:], about.encode()).decode()
    except InvalidTag:
        raise KeyTrouble(
            "加密信息已被改动或者移到了别的记录，不能解密", next="请运行 fazhi doctor 并核对备份"
        ) from None


def digest(value: str, about: str, key: bytes | None = None) -> str:
    """64 hex digits by which an equal value is found again."""
    key = key or read_key()
    return hmac.new(_derived(key, "digest"), f"{about}\0{value}".encode(), hashlib.sha256).hexdigest()


def _mark(key: bytes) -> bytes:
    return hashlib.sha256(_derived(key, "mark")).digest()[:4]
