"""Personal values beside the chain: the event commits to them, the words lie here, encrypted, and can be erased.

A commitment is the digest over a random 128-bit salt and the value (canonical JSON; bytes as they are). Without the
salt nobody can test a guess against the chain, so erasing takes the salt and the ciphertext together. At rest a value
is AES-256-GCM under a key derived from the installation's data key; case, commitment and field are bound to it, so a
value moved to another row does not open. Every opening leaves a line in the access log.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import connections

from . import access_log, chain, keys
from .access_log import Reader
from .errors import Altered, KeyTrouble

SALT_BYTES = 16
COLUMNS = ("commitment", "case_id", "field", "alg", "salt", "ciphertext", "key_mark")


class Erased:
    """Stands where a value was that has been erased; false, and shown as 已删除."""

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return "（已依法删除）"


ERASED: Final = Erased()


@dataclass(frozen=True, slots=True)
class Kept:
    """A value to be kept beside the chain: its commitment and salt as `commit` gave them, and where it belongs."""

    commitment: str
    salt: bytes
    value: Any
    field: str
    alg: str = "sha256"


def commit(value: Any, alg: str = "sha256") -> tuple[str, bytes]:
    """(commitment in hex, salt) for a JSON value or bytes; the same value never gives the same commitment twice."""
    salt = os.urandom(SALT_BYTES)
    return _commitment(salt, _written(value), alg), salt


def holds(commitment: str, salt: bytes, value: Any, alg: str = "sha256") -> bool:
    """Whether `value` is what `commitment` commits to."""
    return _commitment(salt, _written(value), alg) == commitment


def store(cursor: Any, case: str, values: Iterable[Kept]) -> None:
    """Keep values, in the transaction of the event that commits to them. One statement for all."""
    rows = sealed((case, kept) for kept in values)
    if rows:
        cursor.executemany(
            f"INSERT INTO ledger_personal ({', '.join(COLUMNS)}) VALUES (%s, %s, %s, %s, %s, %s, %s)", rows
        )


def sealed(values: Iterable[tuple[str, Kept]]) -> list[tuple[Any, ...]]:
    """The rows that keep values of many cases, for whoever inserts them himself (import); (case, value) each."""
    key, mark = _key()
    rows = []
    for case, kept in values:
        written = (b"b" if isinstance(kept.value, bytes) else b"j") + _written(kept.value)
        nonce = os.urandom(12)
        box = _cipher(key).encrypt(nonce, written, _about(case, kept.commitment, kept.field))
        rows.append((kept.commitment, case, kept.field, kept.alg, kept.salt, nonce + box, mark))
    return rows


def differing(said: Mapping[str, Any], *, using: str = "default") -> set[str]:
    """Those of the commitments that do not commit to the words beside them. Nothing is opened.

    An erased value agrees with whatever is said: what was removed by law does not come back by a file.
    """
    found: set[str] = set()
    with connections[using].cursor() as cursor:
        for some in _chunks(list(said)):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT commitment, salt, alg FROM ledger_personal WHERE commitment IN ({marks})", some
            )
            for commitment, salt, alg in cursor.fetchall():
                if salt is not None and not holds(commitment, bytes(salt), said[commitment], alg):
                    found.add(commitment)
    return found


def open_(commitments: Sequence[str], reader: Reader, *, using: str = "default") -> dict[str, Any]:
    """The values behind `commitments`; `ERASED` for those that are gone. Who read what is logged before it is read.

    Raises `Altered` where a value is not there or does not agree with its commitment.
    """
    if not commitments:
        return {}
    with connections[using].cursor() as cursor:
        rows = _rows(cursor, commitments)
        if absent := set(commitments) - {row[0] for row in rows}:
            raise Altered(
                f"有{len(absent)}项个人信息的存储记录不存在（{min(absent)[:12]}…）",
                next="运行 fazhi verify 核验，并从备份恢复",
            )
        access_log.record(
            cursor,
            reader,
            "open",
            cases=sorted({row[1] for row in rows}),
            fields=sorted({row[2] for row in rows}),
            count=sum(row[5] is not None for row in rows),
        )
    found = {row[0]: row for row in rows}
    return {commitment: _open(found[commitment]) for commitment in commitments}


def erase(cursor: Any, commitments: Sequence[str], now: datetime) -> int:
    """Take away salt and ciphertext for good, in the transaction of the caller's `erased` event; how many were there.

    On SQLite the bytes are overwritten in the file (secure_delete); PostgreSQL frees them with the next VACUUM.
    Backups made before still hold them.
    """
    erased = 0
    for some in _chunks(commitments):
        marks = ", ".join(["%s"] * len(some))
        cursor.execute(
            "UPDATE ledger_personal SET salt = NULL, ciphertext = NULL, erased_at = %s"
            f" WHERE salt IS NOT NULL AND commitment IN ({marks})",
            (now, *some),
        )
        erased += cursor.rowcount
    return erased


def of_case(case: str, *, using: str = "default") -> list[tuple[str, str, bool]]:
    """(commitment, field, still there) of every personal value of a case; opens nothing."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT commitment, field, salt IS NOT NULL FROM ledger_personal WHERE case_id = %s ORDER BY id",
            (case,),
        )
        return [(row[0], row[1], bool(row[2])) for row in cursor.fetchall()]


def _open(row: Sequence[Any]) -> Any:
    from cryptography.exceptions import InvalidTag

    commitment, case, field, alg, salt, box, mark = row
    if salt is None or box is None:
        return ERASED
    key, our_mark = _key()
    if mark != our_mark:
        raise KeyTrouble("该信息不是用现在的数据密钥加密的", next="核对密钥文件是否与数据库同属一套备份")
    box = bytes(box)
    try:
        written = _cipher(key).decrypt(box[:12], box[12:], _about(case, commitment, field))
    except InvalidTag:
        written = b""
    if not written or _commitment(bytes(salt), written[1:], alg) != commitment:
        raise Altered(
            f"个人信息的存储内容与办理记录不符（{commitment[:12]}…）",
            next="运行 fazhi verify 核验，并从备份恢复",
        )
    return written[1:] if written[:1] == b"b" else orjson.loads(written[1:])


def _rows(cursor: Any, commitments: Sequence[str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for some in _chunks(commitments):
        marks = ", ".join(["%s"] * len(some))
        cursor.execute(
            "SELECT commitment, case_id, field, alg, salt, ciphertext, key_mark FROM ledger_personal"
            f" WHERE commitment IN ({marks})",
            some,
        )
        rows += cursor.fetchall()
    return rows


def _chunks(values: Sequence[str], size: int = 500) -> Iterable[list[str]]:
    # SQLite takes a limited number of parameters a statement.
    return (list(values[start : start + size]) for start in range(0, len(values), size))


def _written(value: Any) -> bytes:
    return value if isinstance(value, bytes) else chain.canonical(value)


def _commitment(salt: bytes, written: bytes, alg: str) -> str:
    return chain.digest(salt + written, alg).hex()


def _about(case: str, commitment: str, field: str) -> bytes:
    return f"{case}\0{commitment}\0{field}".encode()


def _key() -> tuple[bytes, str]:
    return _derived(keys.data_key(Path(settings.FAZHI_HOME)))


@lru_cache(maxsize=8)
def _derived(data_key: bytes) -> tuple[bytes, str]:
    """The key for personal values, and eight hex digits that tell it from another."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"fazhi ledger personal").derive(data_key)
    return key, hashlib.sha256(b"mark" + key).hexdigest()[:8]


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
