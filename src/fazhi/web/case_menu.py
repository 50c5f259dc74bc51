"""Menu entries of the case screens: the list with one child for each procedure in which the post takes part."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from fazhi.cases import definitions
from fazhi.procedures import Definition
from fazhi.web.acting import Acting
from fazhi.web.menu import Entry, add


def takes_part(acting: Acting, d: Definition) -> bool:
    """Whether the post's role has something to do in the procedure."""
    pairs = [pair for a in d.actions.values() for pair in a.by]
    names = [n for a in d.actions.values() for step in a.approve for n in step]
    return any(role in acting.roles for _, role in pairs) or any(
        n.partition(".")[2] in acting.roles for n in names
    )


def procedures(request: HttpRequest) -> Iterator[Entry]:
    """案件 → 全部案件, 行政处罚, 行政复议 …: those of the present post."""
    acting = request.acting  # type: ignore[attr-defined]
    library = definitions.library()
    yield Entry("cases.all", "全部案件", icon="folders", url="cases:list")
    for name in library.names():
        d = library.latest(name)
        if d is not None and takes_part(acting, d):
            yield Entry(
                f"cases.{name}",
                d.source.short or d.title,
                icon="folder",
                url=f"{reverse('cases:list')}?procedure={name}",
            )


add(Entry("cases", "案件", icon="folders", order=20, children=procedures))
