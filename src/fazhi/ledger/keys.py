"""The installation's keys, files in FAZHI_HOME/keys that only their owner may read.

secret_key      Django's, for sessions and forms (text)
data_key        32 bytes in hex: personal values at rest. Lost key, lost values: back it up apart from the database.
signing_key     Ed25519, PEM: signs checkpoints
checkers/       the public half of every signing key that was ever used, by key id: old checkpoints stay checkable

`ensure` makes what is missing and never replaces anything.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import KeyTrouble

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_NAMES = {"secret_key": "会话密钥", "data_key": "数据密钥", "signing_key": "签名密钥"}


def ensure(home: Path) -> list[str]:
    """Create the keys that `home` lacks; the names of those that were made."""
    _folder(home).mkdir(parents=True, exist_ok=True, mode=0o700)
    made = [
        name
        for name, fresh in (
            ("secret_key", lambda: secrets.token_urlsafe(48)),
            ("data_key", lambda: secrets.token_hex(32)),
            ("signing_key", _fresh_signing_key),
        )
        if _create(_folder(home) / name, fresh)
    ]
    _keep_checker(home)
    return made


def missing(home: Path) -> list[str]:
    """The keys that are not there, by file name."""
    return [name for name in _NAMES if not (_folder(home) / name).exists()]


def rotate_signing_key(home: Path) -> str:
    """A new signing key from now on; the old one is kept beside it, and its public half with the checkers."""
    path = _folder(home) / "signing_key"
    old = key_id(signing_key(home).public_key())
    path.rename(path.with_name(f"signing_key.{old}"))
    _create(path, _fresh_signing_key)
    return _keep_checker(home)


def secret_key_if_there(home: Path) -> str | None:
    """Django's secret key, or None before `fazhi init`."""
    return _read(home, "secret_key").strip() if (_folder(home) / "secret_key").exists() else None


def data_key(home: Path) -> bytes:
    text = _read(home, "data_key").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeyTrouble(
            "数据密钥文件已损坏：应为64位十六进制字符", next="从备份中取回密钥文件，不要另行生成"
        )
    return key


def signing_key(home: Path) -> Ed25519PrivateKey:
    return _parse_signing_key(_read(home, "signing_key"))


@lru_cache(maxsize=8)
def _parse_signing_key(pem: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyTrouble("签名密钥文件已损坏：应为 PEM 格式的 Ed25519 私钥", next="从备份中取回密钥文件")
    return key


def checkers(home: Path) -> dict[str, Ed25519PublicKey]:
    """Public keys by key id, of every signing key of this installation, old ones included."""
    found = {}
    for path in sorted((_folder(home) / "checkers").glob("*.pub")):
        key = public_key(path.read_text().strip())
        found[key_id(key)] = key
    return found


def public_key(hexadecimal: str) -> Ed25519PublicKey:
    """The public key written as 64 hex digits."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(hexadecimal))
    except ValueError:
        raise KeyTrouble("公钥无法识别：应为64位十六进制字符", next="核对公钥是否抄录完整") from None


def key_id(key: Ed25519PublicKey) -> str:
    """16 hex digits that name a public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _folder(home: Path) -> Path:
    return Path(home) / "keys"


def _fresh_signing_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _keep_checker(home: Path) -> str:
    key = signing_key(home).public_key()
    folder = _folder(home) / "checkers"
    folder.mkdir(exist_ok=True, mode=0o700)
    _create(folder / f"{key_id(key)}.pub", lambda: key.public_bytes_raw().hex())
    return key_id(key)


def _create(path: Path, fresh: Callable[[], str]) -> bool:
    """Write a new file whole or not at all; False where there is one already."""
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(fresh().rstrip("\n") + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, never replaces what another process has just made
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _read(home: Path, name: str) -> str:
    path = _folder(home) / name
    word = _NAMES[name]
    try:
        if path.stat().st_mode & 0o077:
            raise KeyTrouble(
                f"{word}文件 keys/{name} 可被其他用户读取", next=f"执行 chmod 600 keys/{name}，并考虑更换密钥"
            )
        return path.read_text()
    except FileNotFoundError:
        raise KeyTrouble(
            f"找不到{word}文件 keys/{name}",
            next="新安装请先运行 fazhi init；已有数据的，请从备份中取回密钥文件，不要另行生成",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise KeyTrouble(
            f"{word}文件 keys/{name} 无法读取", next="检查文件权限和内容，或从备份中取回"
        ) from None
