"""The digests that the ledger may be built of: SHA-256, and SM3 (GB/T 32905-2016) where the national one is asked for.

Both give 32 bytes, so that links, leaves and commitments have one shape. Which one it was stands beside every digest,
so ledgers that have changed from one to the other are verified like any. Neither is written here: SM3 is that of
OpenSSL, through Python where the system's OpenSSL has it, else through `cryptography`, which brings its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from .errors import UnknownAlgorithm

ALGORITHMS = ("sha256", "sm3")
DEFAULT = "sha256"
Hasher = Callable[[bytes], bytes]


def digest(data: bytes, alg: str = DEFAULT) -> bytes:
    """32 bytes by the named algorithm."""
    return hashlib.sha256(data).digest() if alg == DEFAULT else hasher(alg)(data)


@lru_cache(maxsize=8)
def hasher(alg: str) -> Hasher:
    """The named algorithm as a function of bytes. Raises `UnknownAlgorithm`."""
    if alg == "sha256":
        return lambda data: hashlib.sha256(data).digest()
    if alg == "sm3":
        return _python_sm3() or _library_sm3()
    raise UnknownAlgorithm(f"不认识的摘要算法“{alg}”", next="可用的算法：sha256、sm3")


def _python_sm3() -> Hasher | None:
    try:
        hashlib.new("sm3", b"")
    except ValueError:  # an OpenSSL built without it
        return None
    return lambda data: hashlib.new("sm3", data).digest()


def _library_sm3() -> Hasher:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.hashes import SM3, Hash

    def sm3(data: bytes) -> bytes:
        running = Hash(SM3())
        running.update(data)
        return running.finalize()

    try:
        sm3(b"")
    except UnsupportedAlgorithm:
        raise UnknownAlgorithm(
            "本机的 Python 和加密库都不支持国密 SM3 算法",
            next="请改用带 OpenSSL 3 的 Python，或将算法设为 sha256",
        ) from None
    return sm3


def installed() -> str:
    """The algorithm that this installation is set to (FAZHI_DIGEST): of the tree, of the access log, and of events
    where neither county nor province sets another."""
    from django.conf import settings

    return str(getattr(settings, "FAZHI_DIGEST", DEFAULT))
