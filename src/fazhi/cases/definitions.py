"""Definitions by day and by hash: the shipped ones, and every one that a case was ever run by."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from fazhi.cases.errors import CaseError
from fazhi.cases.models import Stored
from fazhi.procedures import Definition, Library, revive, shipped


def library() -> Library:
    return shipped()


def mark() -> tuple[str, ...]:
    """Another one when a definition is added: under it a process keeps what it has gathered from all of them."""
    return tuple([d.hash for d in library().all()])


def in_force(procedure: str, on: date) -> Definition:
    """The version in force on that day; an error in words where there is none."""
    found = library().get(procedure, on)
    if found is None:
        known = library().latest(procedure)
        if known is None:
            raise CaseError(f"没有名为「{procedure}」的程序", next="请从程序库中选择")
        raise CaseError(
            f"{on} 没有有效的「{known.title}」程序版本（现有版本自 {known.from_} 起）",
            next="请核对日期；更早的案件可以按记录方式导入",
        )
    return found


@lru_cache(maxsize=256)
def by_hash(digest: str) -> Definition:
    """The definition that an event names, from the library or as it was stored."""
    found = library().by_hash(digest)
    if found is not None:
        return found
    row = Stored.objects.filter(hash=digest).first()
    if row is None:
        raise CaseError(f"找不到程序定义 {digest[:12]}…", next="请运行 fazhi doctor，并从备份恢复程序定义")
    return revive(bytes(row.text))


_stored: set[tuple[str, str]] = set()


def keep(d: Definition, using: str = "default") -> None:
    """Store a definition under its hash before the first event that names it."""
    from django.db import connections

    key = (str(connections[using].settings_dict["NAME"]), d.hash)
    if key in _stored:
        return
    Stored.objects.using(using).get_or_create(
        hash=d.hash, defaults={"name": d.name, "title": d.title, "text": d.text}
    )
    _stored.add(key)


def forget() -> None:
    """For tests: a new database has stored nothing yet."""
    _stored.clear()
    by_hash.cache_clear()
