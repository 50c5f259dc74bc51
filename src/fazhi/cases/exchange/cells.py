"""One cell by the column under which it stands: to the value that an event keeps, or BadCell."""

from __future__ import annotations

from datetime import date
from typing import Any

from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.columns import Column
from fazhi.cases.exchange.desk import Desk


def told(cell: Any) -> bool:
    """Whether the cell says anything; what an export had to leave out does not."""
    if isinstance(cell, str):
        words = cell.strip()
        return bool(words) and words not in v.SILENT
    return cell is not None


def value(desk: Desk, column: Column, cell: Any, on: date, organ: str) -> Any:
    """Personal words come back as they are: they are committed to when the case is recorded."""
    if not column.many:
        return _one(desk, column, cell, on, organ)
    return [x for part in v.several(cell) for x in _parted(desk, column, part, on, organ)]


def _parted(desk: Desk, column: Column, cell: Any, on: date, organ: str) -> list[Any]:
    """A part of a cell that commas may part further: the longest that means something first, for some titles have
    a 、 of their own."""
    words = v.several(cell, loose=True)
    found: list[Any] = []
    while words:
        for most in range(len(words), 0, -1):
            try:
                found.append(_one(desk, column, "、".join(words[:most]) if most > 1 else words[0], on, organ))
            except v.BadCell:
                if most == 1:
                    raise
                continue
            words = words[most:]
            break
    return found


def _one(desk: Desk, column: Column, cell: Any, on: date, organ: str) -> Any:
    match column.kind:
        case "day":
            return v.day(cell).isoformat()
        case "moment":
            return v.moment(cell)
        case "money":
            return v.money(cell)
        case "int":
            return v.whole(cell)
        case "bool":
            return v.yes(cell)
        case "choice":
            return choice(column, cell)
        case "code":
            return desk.code(column.codes, v.plain(cell), on, organ)
        case "person":
            return desk.person(v.text(cell), organ)
        case "link":
            return desk.link(v.plain(cell))
        case "organ":
            return desk.organ(v.plain(cell), on)
        case _:
            return v.unguarded(v.text(cell))


def choice(column: Column, cell: Any) -> str:
    words = v.plain(cell)
    if words in column.choices:
        return words
    found = [code for code, title in column.choices.items() if v.same(title) == v.same(words)]
    if not found:
        shown = "、".join(column.choices.values())
        raise v.BadCell(f"“{words[:30]}”不在可选项中", f"可选：{shown}")
    return found[0]
