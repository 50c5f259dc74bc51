"""Lists: pages of them, and big tables. Rows are drawn by Jinja2, which is several times faster here than Django's engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.template import engines
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PAGE_SIZES = (20, 50, 100)


@dataclass(frozen=True)
class Pages:
    """Which page of how many; made by `pages_of` from the query string, used for slicing and by components/pager.html."""

    total: int
    number: int
    size: int
    kept: tuple[tuple[str, str], ...] = ()  # the rest of the query string, for the form that jumps to a page
    sizes: tuple[int, ...] = PAGE_SIZES

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def slice(self) -> slice:
        return slice((self.number - 1) * self.size, self.number * self.size)

    @property
    def first(self) -> int:
        """The running number (序号) of the page's first row."""
        return (self.number - 1) * self.size + 1

    @property
    def previous(self) -> int:
        return max(1, self.number - 1)

    @property
    def next(self) -> int:
        return min(self.count, self.number + 1)

    @property
    def window(self) -> list[int]:
        """Page numbers to show; 0 stands for a gap."""
        near = {1, self.count, *range(self.number - 2, self.number + 3)}
        shown: list[int] = []
        for number in sorted(n for n in near if 1 <= n <= self.count):
            if shown and number - shown[-1] > 1:
                shown.append(0)
            shown.append(number)
        return shown


def pages_of(query: QueryDict, total: int) -> Pages:
    """The page that the query string asks for; what it asks wrongly falls back to the nearest that exists."""
    size = size_of(query)
    last = max(1, -(-total // size))
    number = min(max(1, _number(query.get("page"), 1)), last)
    kept = tuple(
        (name, value) for name, values in query.lists() for value in values if name not in ("page", "size")
    )
    return Pages(total, number, size, kept)


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return otherwise


@dataclass(frozen=True)
class Steps:
    """A stretch of a list that is paged by keys: addresses in either direction, "" where it ends; components/steps.html.

    `first` is the running number of its first row, 0 where nobody has counted so far; `total` is in words ("10,000+").
    """

    total: str
    first: int
    shown: int
    size: int
    start: str = ""
    previous: str = ""
    next: str = ""
    end: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    sizes: tuple[int, ...] = PAGE_SIZES

    def __html__(self) -> str:
        return drawn("components/steps.html", {"steps": self})

    def __str__(self) -> str:
        return self.__html__()

    @property
    def last(self) -> int:
        return self.first + self.shown - 1

    @property
    def whole(self) -> bool:
        """Everything is on this page."""
        return not (self.previous or self.next or self.start)


PLACE = ("page", "after", "before")  # what names a place in a list: dropped when the list itself changes


def steps_of(
    query: QueryDict, total: str, *, exact: bool, first: int, shown: int, size: int, before: str, after: str
) -> Steps:
    """Addresses of the neighbouring pages; `before` and `after` are the keys of this page's edges ("" at the ends)."""

    def address(**place: str) -> str:
        made = query.copy()
        for name in PLACE:
            made.pop(name, None)
        made.update(place)
        return f"?{made.urlencode()}"

    kept = tuple((k, v) for k, vs in query.lists() for v in vs if k not in (*PLACE, "size"))
    return Steps(
        total,
        first,
        shown,
        size,
        start=address() if before else "",
        previous=address(before=before) if before else "",
        next=address(after=after) if after else "",
        end=address(before="end") if after and exact else "",
        kept=kept,
    )


def size_of(query: QueryDict) -> int:
    """The page size that the query string asks for, if it is one of those offered."""
    size = _number(query.get("size"), PAGE_SIZES[0])
    return size if size in PAGE_SIZES else PAGE_SIZES[0]


@dataclass(frozen=True)
class Column:
    """`kind` sets alignment and style: text wide date number light tag actions. `sort` is the key in ?sort=."""

    key: str
    title: str
    kind: str = "text"
    sort: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Cell:
    """A value with a link, a second line, or a part (light, tag: SafeString of `fazhi.web.parts`)."""

    text: Any = ""
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """`rows` are mappings from column key to a plain value, a SafeString or a Cell. The URL holds all state."""

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    caption: str = ""
    sort: str = ""  # the present key, with a leading - for descending
    query: QueryDict | None = None
    first: int = 0  # number of the first row, 0: no 序号 column
    select: str = ""  # name of the check boxes for bulk acts; rows then carry "id"
    compact: bool = False
    empty: str = ""
    foot: Mapping[str, Any] = field(default_factory=dict)

    def __html__(self) -> str:
        return drawn("components/table.html", {"table": self})

    def __str__(self) -> str:
        return self.__html__()

    def cells(self) -> list[tuple[str, SafeString]]:
        """Each column's key, and how its cells begin."""
        begins = '<td class="is-{}" data-label="{}">'
        return [(c.key, format_html(begins, c.kind, c.title)) for c in self.columns]

    def heads(self) -> list[dict[str, Any]]:
        """Column heads with the address that sorts by them and the present direction."""
        present, descending = self.sort.lstrip("-"), self.sort.startswith("-")
        heads = []
        for column in self.columns:
            mine = bool(column.sort) and column.sort == present
            order = f"-{column.sort}" if mine and not descending else column.sort
            direction = ("descending" if descending else "ascending") if mine else "none"
            heads.append(
                {
                    "column": column,
                    "href": self._sorted_by(order),
                    "direction": direction if column.sort else "",
                }
            )
        return heads

    def _sorted_by(self, order: str) -> str:
        if not order:
            return ""
        query = self.query.copy() if self.query is not None else QueryDict(mutable=True)
        for name in PLACE:
            query.pop(name, None)
        query["sort"] = order
        return f"?{query.urlencode()}"


def drawn(template: str, context: dict[str, Any]) -> SafeString:
    """A Jinja2 template as a part of a page."""
    return mark_safe(engines["jinja2"].get_template(template).render(context))
