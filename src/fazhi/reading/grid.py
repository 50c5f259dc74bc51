"""Ruled tables of a printed page: the words of a cell put together again, one line for each row of the table, cells a tab apart.

A cell over several printed lines is read as one; a cell that reaches over several rows stands in each of them. Only tables
with drawn lines are seen: without lines nothing says which words belong together.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from fazhi.reading.layout import Row

_NEAR = 3.0  # points within which two lines are one
_LEAST = 6.0  # points of a line that may bound a cell
_MOST_LINES = 20_000  # of a page; a drawing has more
_BLANK = frozenset((0, 9, 10, 13, 32, 160, 0x3000))
Turn = Callable[[float, float], tuple[float, float]]
Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the upper left corner


@dataclass
class _Lines:
    """Drawn lines: (place, from, to), upright ones by x and level ones by y."""

    upright: list[tuple[float, float, float]] = field(default_factory=list)
    level: list[tuple[float, float, float]] = field(default_factory=list)

    def cell(self, x: float, y: float) -> Box | None:
        """The cell around a point, or None where lines do not close it in."""
        left = max((p for p, a, b in self.upright if p <= x and a - _NEAR <= y <= b + _NEAR), default=None)
        right = min((p for p, a, b in self.upright if p > x and a - _NEAR <= y <= b + _NEAR), default=None)
        top = max((p for p, a, b in self.level if p <= y and a - _NEAR <= x <= b + _NEAR), default=None)
        bottom = min((p for p, a, b in self.level if p > y and a - _NEAR <= x <= b + _NEAR), default=None)
        if left is None or right is None or top is None or bottom is None:
            return None
        return left, top, right, bottom


def put_together(rows: Sequence[Row], page: Any, textpage: Any, turn: Turn) -> list[Row]:
    """The rows of a page with those inside ruled tables replaced by the tables' own."""
    lines = _lines(page, turn)
    if len({p for p, _, _ in lines.upright}) < 3 or len({p for p, _, _ in lines.level}) < 3:
        return list(rows)
    cells = _cells(textpage, turn, lines)
    tables = [table for table in _tables(cells) if len({box[0] for box in table}) > 1]
    if not tables:
        return list(rows)
    out: list[Row] = []
    told: set[int] = set()
    for row in rows:
        middle = (row.top + row.bottom) / 2
        inside = next((n for n, t in enumerate(tables) if _holds(t, row.left + 1, middle)), None)
        if inside is None:
            out.append(row)
        elif inside not in told:
            told.add(inside)
            out.extend(_bands(tables[inside]))
    return out


def _lines(page: Any, turn: Turn) -> _Lines:
    import pypdfium2.raw as c  # type: ignore[import-untyped]

    found = _Lines()
    pieces = 0
    for drawn in page.get_objects(filter=(c.FPDF_PAGEOBJ_PATH,), max_depth=2):
        for (x, y), (u, v) in _segments(drawn.raw):
            pieces += 1
            if pieces > _MOST_LINES:
                return _Lines()
            (x, y), (u, v) = turn(x, y), turn(u, v)
            if abs(x - u) < 1.5 and abs(y - v) > _LEAST:
                found.upright.append(((x + u) / 2, min(y, v), max(y, v)))
            elif abs(y - v) < 1.5 and abs(x - u) > _LEAST:
                found.level.append(((y + v) / 2, min(x, u), max(x, u)))
    return _Lines(_joined(found.upright), _joined(found.level))


def _segments(drawn: Any) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of a path, in the page's coordinates."""
    import pypdfium2.raw as c

    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(drawn, ctypes.byref(matrix)):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(c.FPDFPath_CountSegments(drawn)):
        segment = c.FPDFPath_GetPathSegment(drawn, index)
        if not segment or not c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            continue
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == c.FPDF_SEGMENT_LINETO:
            yield last, here
        last = here
        if c.FPDFPathSegment_GetClose(segment):
            yield here, start
            last = start


def _joined(lines: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Lines at (nearly) the same place get the same place; their pieces are put together where they meet."""
    places: list[float] = []
    by_place: dict[float, list[tuple[float, float]]] = {}
    for place, begin, end in sorted(lines):
        if not places or place - places[-1] > _NEAR:
            places.append(place)
        by_place.setdefault(places[-1], []).append((begin, end))
    joined = []
    for place, pieces in by_place.items():
        pieces.sort()
        begin, end = pieces[0]
        for a, b in pieces[1:]:
            if a > end + _NEAR:
                joined.append((place, begin, end))
                begin, end = a, b
            end = max(end, b)
        joined.append((place, begin, end))
    return joined


def _cells(textpage: Any, turn: Turn, lines: _Lines) -> dict[Box, str]:
    """What stands in each cell, character by character in the order in which the page has it."""
    import pypdfium2.raw as c

    rect = c.FS_RECTF()
    cells: dict[Box, str] = {}
    around: Box | None = None
    for index in range(max(0, c.FPDFText_CountChars(textpage))):
        letter = c.FPDFText_GetUnicode(textpage, index)
        if letter in _BLANK or not c.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
            continue
        (x, y), (u, v) = turn(rect.left, rect.top), turn(rect.right, rect.bottom)
        x, y = (x + u) / 2, (y + v) / 2
        if around is None or not (around[0] < x < around[2] and around[1] < y < around[3]):
            around = lines.cell(x, y)
        if around is not None:
            shown = "-" if letter in (2, 0xFFFE) else chr(letter) if letter < 0x110000 else "\ufffd"
            cells[around] = cells.get(around, "") + shown
    return cells


def _tables(cells: dict[Box, str]) -> list[dict[Box, str]]:
    """Cells that touch belong to one table."""
    tables: list[tuple[float, dict[Box, str]]] = []
    for box, text in sorted(cells.items(), key=lambda each: each[0][1]):
        if not tables or box[1] > tables[-1][0] + _NEAR:
            tables.append((box[3], {}))
        tables[-1][1][box] = text
        tables[-1] = (max(tables[-1][0], box[3]), tables[-1][1])
    return [table for _, table in tables]


def _holds(table: dict[Box, str], x: float, y: float) -> bool:
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in table)


def _bands(table: dict[Box, str]) -> Iterator[Row]:
    """The rows of a table, from line to line; columns begin where any cell begins."""
    heights = sorted({y for box in table for y in (box[1], box[3])})
    columns = sorted({box[0] for box in table})
    for top, bottom in itertools.pairwise(heights):
        middle = (top + bottom) / 2
        here = {box[0]: (box, text) for box, text in table.items() if box[1] < middle < box[3]}
        if not here or bottom - top < _NEAR:
            continue
        texts = [here[x][1] if x in here else "" for x in columns]
        filled = [text for text in texts if text]
        right = max(box[2] for box, _ in here.values())
        yield Row(filled[0] if len(filled) == 1 else "\t".join(texts), min(here), top, right, bottom)
