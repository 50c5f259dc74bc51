"""How an event is written down and hashed: one body, one row of bytes, one hash.

Canonical JSON: keys sorted by code point, UTF-8, no blanks, and only strings, integers up to 2^53 - 1 either way,
booleans, null, lists and objects. A float or a date has more than one spelling, so it is refused, not guessed.
"""

from __future__ import annotations

from typing import Any

import orjson

from .digests import ALGORITHMS, DEFAULT, digest
from .errors import NotCanonical

_WRITE = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(value: Any) -> bytes:
    """The one way in which `value` is written."""
    try:
        if _plain(value):
            return orjson.dumps(value, option=_WRITE)
    except (TypeError, RecursionError) as error:  # lone surrogate, integer too long, nested too deep
        raise NotCanonical(
            f"{_where(value) or '该内容'}不能写入办理记录：{error}",
            next="这是程序的问题，请连同本提示交给技术人员",
        ) from None
    raise NotCanonical(
        f"{_where(value)}不能写入办理记录：只允许文字、整数、真假、空、列表和对象",
        next="这是程序的问题（如小数应写成文字、日期应写成 2026-03-05），请连同本提示交给技术人员",
    )


def link(
    body: dict[str, Any], alg: str = "sha256", trusted: frozenset[str] = frozenset()
) -> tuple[bytes, bytes]:
    """The bytes of `body` as hashed, and the hash. The link is the body's own `prev`: the hash before, in hex.

    `trusted`: branches that hold plain values by construction, and are not walked once more (a bulk import's).
    """
    if trusted and all(name in trusted or _plain(value) for name, value in body.items()):
        try:
            data = orjson.dumps(body, option=_WRITE)
        except TypeError:
            data = canonical(body)  # says what is wrong
    else:
        data = canonical(body)
    return data, digest(data, alg)


def named(body: dict[str, Any], alg: str) -> dict[str, Any]:
    """The body with its algorithm in it, where no column stands beside it that says so; without it is SHA-256."""
    return body if alg == DEFAULT else {**body, "alg": alg}


def by_name(body: bytes) -> bytes:
    """The digest of such a body by the algorithm that it names."""
    said = orjson.loads(body)
    return digest(body, said.get("alg", DEFAULT) if isinstance(said, dict) else DEFAULT)


def _plain(value: Any) -> bool:
    # On the path of every action: exact types by comparison, one call per list or object only.
    kind = type(value)
    if kind is str:
        return True
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                return False
            kind = type(item)
            if kind is str or kind is int or kind is bool or item is None:
                continue
            if not _plain(item):
                return False
        return True
    if kind is list:
        for item in value:
            kind = type(item)
            if kind is str or kind is int or kind is bool or item is None:
                continue
            if not _plain(item):
                return False
        return True
    return kind is str or kind is int or kind is bool or value is None


def _where(value: Any, path: str = "") -> str:
    """The path of the first thing in `value` that is refused, for the message; empty where there is none."""
    label = f"“{path}”" if path else "该内容"
    if len(path) > 400:
        return "该内容（嵌套过深）"
    if type(value) is dict:
        for key, item in value.items():
            if type(key) is not str:
                return f"{label}中的键 {key!r} "
            if found := _where(item, f"{path}.{key}" if path else key):
                return found
        return ""
    if type(value) is list:
        return next((f for place, item in enumerate(value) if (f := _where(item, f"{path}[{place}]"))), "")
    if type(value) is str:
        return "" if value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value) else label
    if value is None or type(value) is bool or (type(value) is int and -(2**53) < value < 2**53):
        return ""
    return f"{label}（{type(value).__name__}）"


__all__ = ["ALGORITHMS", "by_name", "canonical", "digest", "link", "named"]
