"""The menu at the left: one list, each entry with the condition under which a person sees it.

A package that brings screens adds its entries with `add`, in the `ready()` of its app or when its urls are loaded.
An entry whose address does not exist (a floor that is not installed) is left out, never shown dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from fazhi.cases import definitions
from fazhi.web.acting import Acting

Seen = Callable[[Acting], bool]
Counted = Callable[[HttpRequest], int]


def everyone(acting: Acting) -> bool:
    """Anyone who has signed in, in a post or not."""
    return True


def in_post(acting: Acting) -> bool:
    """Anyone who holds a post today."""
    return acting.choice is not None


def role(*codes: str) -> Seen:
    """Whoever acts in one of these roles."""
    return lambda acting: bool(acting.roles & set(codes))


@dataclass(frozen=True)
class Entry:
    """`url` is a route name, or a path that starts with /. `children` may be a callable.

    `seen` and `children` go by nothing but the roles in which somebody acts, whether he is in a post, whether this is a
    demonstration, and the definitions at hand: under these the menu is kept. `count` is asked for each request.
    """

    key: str
    title: str
    icon: str = ""
    url: str = ""
    seen: Seen = in_post
    order: int = 50
    count: Counted | None = None
    children: tuple[Entry, ...] | Callable[[HttpRequest], Iterable[Entry]] = field(default=())


@dataclass(frozen=True)
class Item:
    """An entry as it is drawn."""

    title: str
    icon: str
    url: str
    current: bool
    open: bool
    count: int
    children: tuple[Item, ...]


_entries: dict[str, Entry] = {}
_kept: dict[tuple[Any, ...], tuple[list[Item], dict[str, SafeString]]] = {}


def add(*entries: Entry) -> None:
    """Add entries, or replace those with the same key."""
    _entries.update({entry.key: entry for entry in entries})
    _kept.clear()


def entries() -> list[Entry]:
    return sorted(_entries.values(), key=lambda entry: entry.order)


def build(request: HttpRequest, acting: Acting) -> list[Item]:
    """The menu as this person sees it on this page; the entry of the longest matching address is current."""
    items, _ = _seen(request, acting)
    here = _here(request, items)
    return [_mark(item, here) for item in items]


def draw(request: HttpRequest, acting: Acting) -> SafeString:
    """`build` as the page shows it; drawn once for each that may be current."""
    items, drawn = _seen(request, acting)
    here = _here(request, items)
    if here not in drawn:
        template = engines["jinja2"].get_template("components/menu.html")
        drawn[here] = mark_safe(template.render({"items": [_mark(item, here) for item in items]}))
    return drawn[here]


def _seen(request: HttpRequest, acting: Acting) -> tuple[list[Item], dict[str, SafeString]]:
    """The entries that this person sees, and what has been drawn of them."""
    key = (acting.roles, acting.choice is not None, acting.demo, definitions.mark(), tuple(_entries))
    found = _kept.get(key)
    if found is None or any(entry.count for entry in _entries.values()):
        found = [item for entry in entries() if (item := _item(request, acting, entry))], {}
        if len(_kept) > 200:
            _kept.clear()
        _kept[key] = found
    return found


def _item(request: HttpRequest, acting: Acting, entry: Entry) -> Item | None:
    if not entry.seen(acting):
        return None
    below = entry.children(request) if callable(entry.children) else entry.children
    children = tuple(item for child in below if (item := _item(request, acting, child)))
    url = _address(entry.url)
    if not url and not children:
        return None
    count = entry.count(request) if entry.count else 0
    return Item(entry.title, entry.icon, url, False, False, count, children)


def _address(url: str) -> str:
    if not url or url.startswith("/"):
        return url
    try:
        return reverse(url)
    except NoReverseMatch:
        return ""


def _here(request: HttpRequest, items: list[Item]) -> str:
    return max((x.url for x in _flat(items) if x.url and _covers(x.url, request)), key=len, default="")


def _covers(url: str, request: HttpRequest) -> bool:
    """Whether the page lies under that address; one with a query is its own page only (a list's filter)."""
    address, _, wanted = url.partition("?")
    path = request.path
    if wanted:
        return path == address and all(request.GET.get(k) == v for k, v in parse_qsl(wanted))
    return path == address or (address != "/" and path.startswith(address.rstrip("/") + "/"))


def _flat(items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        yield item
        yield from item.children


def _mark(item: Item, here: str) -> Item:
    children = tuple(_mark(child, here) for child in item.children)
    within = any(child.current for child in children)
    return Item(
        item.title,
        item.icon,
        item.url,
        bool(here) and item.url == here and not within,
        within,
        item.count,
        children,
    )
