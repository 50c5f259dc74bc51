"""What waits for a person to look at it: the bell's number and the page behind it.

A package adds a `Source`: `count` is asked on every page and must be one indexed query or none; `items` on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Notice:
    title: str
    text: str = ""
    url: str = ""
    act: str = ""  # what the link does: 去办理
    when: date | None = None
    tone: str = "blue"


@dataclass(frozen=True)
class Source:
    count: Callable[[HttpRequest], int]
    items: Callable[[HttpRequest], Iterable[Notice]]


_sources: dict[str, Source] = {}


def add(key: str, source: Source) -> None:
    """Add a source, or replace the one with the same key."""
    _sources[key] = source


def count(request: HttpRequest) -> int:
    return sum(source.count(request) for source in _sources.values())


def items(request: HttpRequest) -> list[Notice]:
    found = [notice for source in _sources.values() for notice in source.items(request)]
    return sorted(found, key=lambda notice: (notice.when or date.max, notice.title))


def _ending(request: HttpRequest) -> list[Notice]:
    """Posts and delegations of the person that end within two weeks; the choices are already at hand."""
    today: date = request.today  # type: ignore[attr-defined]
    found = []
    for choice in request.acting.choices:  # type: ignore[attr-defined]
        if choice.until is not None and choice.until <= today + SOON:
            what = f"受{choice.deputy_for}委托的代理" if choice.deputy_for else "任职"
            found.append(
                Notice(
                    title=f"{what}将于 {choice.until} 到期：{choice.organ_name} · {choice.title}",
                    text="到期后不能再以此身份办理。需要延续的，请系统管理员在到期前登记新的任职或者委托。",
                    when=choice.until,
                    tone="amber",
                )
            )
    return found


add("posts", Source(lambda request: len(_ending(request)), _ending))
