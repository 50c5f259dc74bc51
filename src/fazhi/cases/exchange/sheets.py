"""How our spreadsheets look: headings by act, text format for long numbers, lists to choose from. openpyxl."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from fazhi.cases.exchange.columns import Column

HEAD_FONT = Font(bold=True)
NEEDED_FONT = Font(bold=True, color="9C1B1B")
NOTE_FONT = Font(color="5F6368", italic=True)
WRAP = Alignment(wrap_text=True, vertical="top")
BANDS = (PatternFill("solid", fgColor="DCE6F5"), PatternFill("solid", fgColor="EEF1E6"))
EXAMPLE_FILL = PatternFill("solid", fgColor="F3F3F3")
FORMATS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "money": "#,##0.00", "int": "0"}
TEXT = "@"  # else a spreadsheet eats the last digits of an identity number
_WIDTHS = {"day": 13, "bool": 9, "int": 10, "money": 14, "party_number": 22, "party_name": 20, "text": 24}


def format_of(column: Column) -> str:
    return FORMATS.get(column.kind, TEXT) if column.kind == "day" or not column.many else TEXT


def width_of(column: Column) -> int:
    title = sum(2 if ord(c) > 255 else 1 for c in column.title) + 2
    return max(min(title, 30), _WIDTHS.get(column.kind, 16))


def head(sheet: Any, columns: Sequence[Column], cells: Sequence[Any]) -> None:
    """Style the heading cells: a band of colour for each act, needed columns in red."""
    band, group = 0, None
    for cell, column in zip(cells, columns, strict=True):
        if column.group != group:
            band, group = 1 - band, column.group
        cell.fill = BANDS[band]
        cell.font = NEEDED_FONT if column.needed else HEAD_FONT
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width_of(column)


def text_cell(sheet: Any, words: str) -> Any:
    """A cell that stays text, whatever it begins with: a formula in an export would run on the reader's machine."""
    cell = WriteOnlyCell(sheet, value=clean(words))
    cell.data_type = "s"
    cell.number_format = TEXT
    return cell


def clean(words: str) -> str:
    """Without the control characters that XML has no place for; cut where a cell ends."""
    return "".join(c for c in words if c >= " " or c in "\n\t")[:32_000]


def facts(book: Workbook, title: str, rows: Sequence[tuple[str, str]], write_only: bool = False) -> Any:
    """A sheet of label and words: what this file is."""
    sheet = book.create_sheet(title)
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 100
    for label, words in rows:
        if write_only:
            first, second = text_cell(sheet, label), text_cell(sheet, words)
            first.font, second.alignment = HEAD_FONT, WRAP
            sheet.append([first, second])
        else:
            sheet.append([label, clean(words)])
            sheet.cell(sheet.max_row, 1).font = HEAD_FONT
            sheet.cell(sheet.max_row, 2).alignment = WRAP
    return sheet
