"""Checkpoints: signed words on the ledger at one size, small enough to be kept elsewhere (mailed, printed, published).

Who holds one can later show that the ledger still has this beginning. The signed bytes are canonical JSON:
{"schema":1, "size", "root" (hex), "time" (UTC), "key" (id), "access":{"batches","head"}}; the export adds the public
key and the signature, both in hex. That is the tree of SHA-256; where the installation is set to SM3 the schema is 2:
{"alg":"sm3", "root" …}, and `also` holds {algorithm: root} of every tree that earlier checkpoints were of, so that a
change of algorithm breaks no line of proofs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import connections, transaction

from . import chain, keys, nodes, seal, tree
from .digests import ALGORITHMS, DEFAULT, installed
from .errors import Altered, BadCheckpoint

_TROUBLE = "核对文件是否完整、是否来自本系统的导出"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed checkpoint as read; `body` are the signed bytes. Reading does not verify: `verify` does."""

    size: int
    root: bytes
    time: str
    key: str
    access: tuple[int, str]  # sealed batches of the access log, and the last one's hash in hex
    body: bytes
    public_key: str  # hex; "" where the ledger's own row is read and the key is looked up by id
    signature: bytes
    alg: str = DEFAULT  # of `root`
    also: tuple[tuple[str, bytes], ...] = ()  # (algorithm, root) of the other trees

    @property
    def roots(self) -> dict[str, bytes]:
        """The root of every tree that is signed here, by algorithm."""
        return {self.alg: self.root, **dict(self.also)}

    def export(self) -> dict[str, Any]:
        """The checkpoint as JSON for keeping elsewhere."""
        said: dict[str, Any] = orjson.loads(self.body)
        return said | {"public_key": self.public_key, "signature": self.signature.hex()}


def make(*, home: Path | None = None, now: datetime | None = None, using: str = "default") -> Checkpoint:
    """Sign the ledger as it is sealed now; where nothing has been added since the last one, that one."""
    home = home or Path(settings.FAZHI_HOME)
    private = keys.signing_key(home)
    public = private.public_key()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        size, alg = seal.height(using=using), installed()
        access = _access_head(cursor)
        last = latest(using=using)
        if last and (last.size, last.access, last.key, last.alg) == (size, access, keys.key_id(public), alg):
            return _parse(last.body, public.public_bytes_raw().hex(), last.signature)
        if last and (
            last.size > size
            or any(nodes.root(cursor, last.size, a) != root for a, root in last.roots.items())
        ):
            raise Altered(
                f"现有记录与{last.time}的检查点（{last.size}项）不一致，不能签署新的检查点",
                next="运行 fazhi verify 找出被改动的记录，并从备份恢复",
            )
        said: dict[str, Any] = {
            "schema": 1,
            "size": size,
            "time": (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "key": keys.key_id(public),
            "access": {"batches": access[0], "head": access[1]},
        }
        trees = {*nodes.trees(cursor), *(last.roots if last else ())}
        roots = {}
        for name in sorted(trees):
            nodes.catch_up(cursor, name, size)
            roots[name] = nodes.root(cursor, size, name).hex()
        said["root"] = roots.pop(alg)
        if alg != DEFAULT or roots:
            said |= {"schema": 2, "alg": alg, "also": roots}
        body = chain.canonical(said)
        signature = private.sign(body)
        cursor.execute(
            "INSERT INTO ledger_checkpoint (size, body, key_id, signature) VALUES (%s, %s, %s, %s)",
            (size, body, keys.key_id(public), signature),
        )
    return _parse(body, public.public_bytes_raw().hex(), signature)


def latest(*, using: str = "default") -> Checkpoint | None:
    """The last checkpoint that was made here."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT body, signature FROM ledger_checkpoint ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
        return _parse(bytes(row[0]), "", bytes(row[1])) if row else None


def all_made(*, using: str = "default") -> list[tuple[int, bytes, bytes]]:
    """(size, signed bytes, signature) of every checkpoint made here, smallest size first; unread, unverified."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT size, body, signature FROM ledger_checkpoint ORDER BY size, id")
        return [(row[0], bytes(row[1]), bytes(row[2])) for row in cursor.fetchall()]


def load(exported: Any) -> Checkpoint:
    """A checkpoint from its exported JSON; `BadCheckpoint` where it is none. Does not verify."""
    try:
        signed = {k: v for k, v in exported.items() if k not in ("public_key", "signature")}
        return _parse(chain.canonical(signed), exported["public_key"], bytes.fromhex(exported["signature"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadCheckpoint("这不是一个检查点文件", next=_TROUBLE) from None


def verify(point: Checkpoint, *, home: Path | None = None, trusted: str | None = None) -> None:
    """Raise `BadCheckpoint` unless the signature holds by `trusted` (public key in hex), or by a key of this ledger."""
    from cryptography.exceptions import InvalidSignature

    known = keys.checkers(home or Path(settings.FAZHI_HOME)) if trusted is None else {}
    key = known.get(point.key) if trusted is None else keys.public_key(trusted)
    if key is None:
        raise BadCheckpoint(
            f"检查点由密钥 {point.key} 签署，本系统没有这把公钥",
            next="向出具检查点的单位索取公钥，或核对文件来源",
        )
    try:
        if keys.key_id(key) != point.key:
            raise InvalidSignature
        key.verify(point.signature, point.body)
    except InvalidSignature:
        raise BadCheckpoint("检查点的签名不符，内容可能被改动", next=_TROUBLE) from None


def consistency(old: Checkpoint, new: Checkpoint, *, using: str = "default") -> list[bytes]:
    """The proof, out of this ledger, that `new` continues `old`: in the tree of `old`."""
    with connections[using].cursor() as cursor:
        return tree.consistency(nodes.Stored(cursor, old.alg), old.size, new.size)


def continues(old: Checkpoint, new: Checkpoint, proof: list[bytes]) -> bool:
    """Whether `proof` shows that the ledger of `new` begins with the ledger of `old`. Signatures are not looked at."""
    root = new.roots.get(old.alg)
    return root is not None and tree.verify_consistency(old.size, new.size, old.root, root, proof, old.alg)


def parse(body: bytes, signature: bytes) -> Checkpoint:
    """A row of this ledger as a checkpoint."""
    try:
        return _parse(body, "", signature)
    except (KeyError, TypeError, ValueError):
        raise BadCheckpoint("检查点的内容无法识别", next=_TROUBLE) from None


def _parse(body: bytes, public_key: str, signature: bytes) -> Checkpoint:
    said = orjson.loads(body)
    if said["schema"] not in (1, 2) or not isinstance(said["size"], int) or not isinstance(public_key, str):
        raise ValueError
    alg = said["alg"] if said["schema"] == 2 else DEFAULT
    also = {} if said["schema"] == 1 else dict(said["also"])
    if not {alg, *also} <= set(ALGORITHMS):
        raise ValueError
    return Checkpoint(
        size=said["size"],
        root=bytes.fromhex(said["root"]),
        time=said["time"],
        key=said["key"],
        access=(said["access"]["batches"], said["access"]["head"]),
        body=body,
        public_key=public_key,
        signature=signature,
        alg=alg,
        also=tuple(sorted((name, bytes.fromhex(root)) for name, root in also.items())),
    )


def _access_head(cursor: Any) -> tuple[int, str]:
    cursor.execute("SELECT number, hash FROM ledger_access_batch ORDER BY number DESC LIMIT 1")
    row = cursor.fetchone()
    return (row[0], bytes(row[1]).hex()) if row else (0, "")
