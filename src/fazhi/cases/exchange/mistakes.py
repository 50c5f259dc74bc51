"""The uploaded file given back with its mistakes in it: the wrong cell filled and commented, the reason in a column beside.

A workbook keeps its own look; a large one, and one made from CSV, is written anew with its values alone. In CSV there
is no fill and no comment: the column of reasons names the cell. The copy may be corrected and uploaded as it is: the
column of reasons is passed over, and the next copy takes the old marks away.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from fazhi.archives.workbook import Limits
from fazhi.cases import definitions
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import files, sheets
from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.columns import heading
from fazhi.cases.exchange.files import Book, Cells, Sheet
from fazhi.cases.exchange.table import HEAD_WITHIN, REASONS, Versions, find_table
from fazhi.organs.tables import RowError

IN_PLACE = 200_000  # cells up to which a workbook is opened whole; beyond, it would take gigabytes
COMMENTS = 5_000  # each is a drawing; the column of reasons has all of them
AUTHOR = "导入校验"
WRONG = PatternFill("solid", fgColor="FFF2C7CE")
WHY = Font(color="FF9C1B1B")
_WIDTH = 60

Notes = dict[
    int, dict[int, list[str]]
]  # by row, then by column from 0 (-1: no cell of that name): what is wrong


def marked(
    data: bytes, procedure: str, errors: Sequence[RowError], kind: str = "", limits: Limits | None = None
) -> bytes:
    """A copy of `data` with `errors` in it, as xlsx or csv (its own kind where none is asked for)."""
    book = files.read(data, limits)
    versions = Versions(definitions.library(), procedure)
    main = find_table(book, versions, [], organ_given=True).sheet
    notes = {
        sheet.name: _notes(sheet, _heads(sheet, versions), _of(sheet, main, errors, book))
        for sheet in book.sheets
    }
    if (kind or book.kind) == "csv":
        if any(found for name, found in notes.items() if name != main.name):
            raise CaseError("分项表中也有错误，CSV 放不下几张表", next="请把文件名改为 .xlsx")
        return _csv(main, notes[main.name])
    if (
        book.kind == "xlsx"
        and sum(len(row) for s in book.sheets for row in s.rows) <= IN_PLACE
        and _reached(data) <= IN_PLACE
    ):
        try:
            return _in_place(data, notes)
        except (ValueError, KeyError, TypeError, AttributeError, OSError):
            pass  # what the table reader reads and openpyxl does not: its values all the same
    return _anew(book, notes)


def is_reasons(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith(REASONS)


def reason(notes: Mapping[int, Sequence[str]]) -> str:
    """What stands beside a row."""
    return "\n".join(dict.fromkeys(words for some in notes.values() for words in some))


def _of(sheet: Sheet, main: Sheet, errors: Iterable[RowError], book: Book) -> list[tuple[RowError, str]]:
    """The errors of one sheet, each with the heading that it names there."""
    others = {s.name for s in book.sheets if s.name and s is not main}
    found = []
    for e in errors:
        name, mark, title = e.column.partition("·")
        of = name if mark and name in others else e.column if e.column in others else main.name
        if of == sheet.name:
            found.append((e, title if mark and name in others else e.column))
    return found


def _heads(sheet: Sheet, versions: Versions) -> tuple[int, list[str]]:
    """(place of the row of headings, headings as they are compared)."""
    known = {
        heading(c.title) for x in versions.layouts for some in (x.columns, *x.parts.values()) for c in some
    }
    known |= {title for x in versions.layouts for title in x.by_title}
    for at, row in enumerate(sheet.rows[:HEAD_WITHIN]):
        titles = [heading(cell) if cell not in ("", None) else "" for cell in row]
        if sum(title in known for title in titles) >= 2:
            return at, titles
    return 0, []


def _notes(sheet: Sheet, heads: tuple[int, list[str]], errors: Iterable[tuple[RowError, str]]) -> Notes:
    found: Notes = {}
    _, titles = heads
    for error, title in errors:
        names = [heading(title), *(heading(part) for part in title.split("、"))]
        at = next((titles.index(name) for name in names if name and name in titles), -1)
        words = f"{title}：{error.message}" if title else error.message
        found.setdefault(error.row, {}).setdefault(at, []).append(words)
    return found


def _place(sheet_rows: Sequence[Cells]) -> int:
    """The column for reasons: the one that an earlier copy has, else behind the last."""
    for row in sheet_rows[:HEAD_WITHIN]:
        for at, cell in enumerate(row):
            if is_reasons(cell):
                return at
    return max(map(len, sheet_rows), default=0)


def _head_of(notes: Notes, rows: Sequence[Cells]) -> int:
    """The row of headings for the column of reasons: the first with two cells or more."""
    return next(
        (at for at, row in enumerate(rows[:HEAD_WITHIN]) if sum(x not in ("", None) for x in row) >= 2), 0
    )


def _csv(sheet: Sheet, notes: Notes) -> bytes:
    place, head = _place(sheet.rows), _head_of(notes, sheet.rows)
    out = io.StringIO()
    writer = csv.writer(out)
    for at, row in enumerate(sheet.rows):
        cells = [v.text(cell) if not isinstance(cell, str) else cell for cell in row]
        cells += [""] * (place + 1 - len(cells))
        cells[place] = REASONS if at == head else reason(notes.get(at + 1, {}))
        if at == head and at + 1 in notes:
            cells[place] = f"{REASONS}：{reason(notes[at + 1])}"
        writer.writerow(v.guarded(v.unguarded(cell)) for cell in cells)
    return out.getvalue().encode("utf-8-sig")


def _anew(book: Book, notes: Mapping[str, Notes]) -> bytes:
    """The values alone, row by row: memory for one row at a time."""
    made, room = Workbook(write_only=True), COMMENTS
    for sheet in book.sheets:
        mine = notes[sheet.name]
        out = made.create_sheet(sheet.name or "数据")
        place, head = _place(sheet.rows), _head_of(mine, sheet.rows)
        out.freeze_panes = f"A{head + 2}"
        if mine:
            out.column_dimensions[get_column_letter(place + 1)].width = _WIDTH
        for at, row in enumerate(sheet.rows):
            wrong = mine.get(at + 1, {})
            cells: list[Any] = [_cell(out, cell) for cell in row]
            if mine:
                cells += [None] * (place + 1 - len(cells))
                cells[place] = None
                if wrong or at == head:
                    cells[place] = _why(out, wrong, at == head)
            for column, words in wrong.items():
                if 0 <= column < len(cells) and column != place:
                    cell = cells[column] if cells[column] is not None else WriteOnlyCell(out, value="")
                    room = _mark(cell, words, room)
                    cells[column] = cell
            out.append(cells)
    return _saved(made)


def _cell(sheet: Any, value: Any) -> Any:
    if value in ("", None):
        return None
    return sheets.text_cell(sheet, value) if isinstance(value, str) else WriteOnlyCell(sheet, value=value)


def _why(sheet: Any, wrong: Mapping[int, Sequence[str]], head: bool) -> Any:
    words = "\n".join(x for x in (REASONS if head else "", reason(wrong)) if x)
    cell = sheets.text_cell(sheet, words)
    cell.font, cell.alignment = (Font(bold=True, color="FF9C1B1B") if head else WHY), sheets.WRAP
    return cell


def _mark(cell: Any, words: Sequence[str], room: int) -> int:
    """Fill a cell and say why; how many comments there is room for after it."""
    cell.fill = WRONG
    if room > 0:
        note = Comment("\n".join(words)[:2000], AUTHOR)
        note.width, note.height = 320, 40 + 22 * min(8, sum(len(w) // 20 + 1 for w in words))
        cell.comment = note
    return room - 1


_AREA = re.compile(rb"""\sref\s*=\s*["']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)["']""", re.I)
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']([A-Z]+)(\d+)["']""", re.I)
_EXPANDED = re.compile(rb"<(?:[\w.-]+:)?(?:mergeCell|hyperlink)\s[^>]*>")


def _reached(data: bytes) -> int:
    """Cells that openpyxl would make: the rectangle of each sheet (empty cells with a fill count), merged and linked areas."""
    many = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:  # files.read has looked at every part
        for name in archive.namelist():
            words = archive.read(name)
            places = [(column_index(c), int(r)) for c, r in set(_ADDRESS.findall(words))]
            many += max((c for c, _ in places), default=0) * max((r for _, r in places), default=0)
            for tag in _EXPANDED.findall(words):
                for left, top, right, bottom in _AREA.findall(tag):
                    wide = column_index(right) - column_index(left) + 1
                    many += abs(wide) * abs(int(bottom) - int(top) + 1)
            if many > IN_PLACE:
                break
    return many


def column_index(letters: bytes) -> int:
    """1 for A; of a column that no spreadsheet has, a large number."""
    found = 0
    for letter in letters.upper()[:5]:
        found = 26 * found + letter - 64
    return found


def _in_place(data: bytes, notes: Mapping[str, Notes]) -> bytes:
    book, room = load_workbook(io.BytesIO(data), keep_links=False), COMMENTS
    for sheet in book.worksheets:
        mine = notes.get(sheet.title, {})
        _clean(sheet)
        if not mine:
            continue
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=1, max_row=HEAD_WITHIN)]
        place, head = _place([*rows, [None] * sheet.max_column]) + 1, _head_of(mine, rows) + 1
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTH
        for row in {head, *mine}:
            cell = sheet.cell(row, place)
            words = "\n".join(x for x in (REASONS if row == head else "", reason(mine.get(row, {}))) if x)
            cell.value, cell.font = sheets.clean(words), Font(bold=row == head, color="FF9C1B1B")
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for row, wrong in mine.items():
            for column, words in wrong.items():
                if column >= 0:
                    room = _mark(_own(sheet, sheet.cell(row, column + 1)), words, room)
    return _saved(book)


def _clean(sheet: Any) -> None:
    """Take away what an earlier copy marked."""
    place = None
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, MergedCell):
                continue
            if cell.row <= HEAD_WITHIN and is_reasons(cell.value):
                place, cell.value = cell.column, REASONS
            elif cell.column == place:
                cell.value = None
            elif cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == WRONG.fgColor.rgb:
                cell.fill = PatternFill()
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment = None


def _own(sheet: Any, cell: Any) -> Any:
    """The cell itself, or of a merged one that which holds the value."""
    if not isinstance(cell, MergedCell):
        return cell
    for area in sheet.merged_cells.ranges:
        if cell.coordinate in area:
            return sheet.cell(area.min_row, area.min_col)
    return cell


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


__all__ = ["marked"]
