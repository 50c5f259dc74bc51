"""The tables of an .xlsx as tab-separated rows, as `fazhi.plans.tables` reads them: one sheet after another.

The file comes from outside: how much it unpacks to and how far its cells lie apart is looked at before a reader lays the
sheets out as full rectangles.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fazhi.archives import BROKEN
from fazhi.errors import UserError

_LARGEST_FILE = 20 * 1024 * 1024
_UNPACKED = 64 * 1024 * 1024
_MOST_PARTS = 2000
_MOST_ROWS, _MOST_COLUMNS = 5000, 60
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AGAIN = "请用 Excel 或 WPS 打开后重新保存为 .xlsx，只留任务分解的工作表，再导入。"
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']([A-Z]*)(\d*)["']""", re.IGNORECASE)
_CELL = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s/>])")


class UnreadableSheet(UserError):
    """An .xlsx that cannot or must not be read."""


def read(shown: str, data: bytes) -> str:
    """The rows of all sheets that hold something. Raises UnreadableSheet."""
    from python_calamine import CalamineWorkbook

    _check(shown, data)
    pieces: list[str] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = [[_words(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            pieces += _lines(_spread(rows, sheet.merged_cell_ranges or ()))
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except (
        BaseException
    ) as error:  # a fault inside the reader arrives as PanicException, which is no Exception
        raise UnreadableSheet(f"文件“{shown}”已损坏，读不出表格。", next=_AGAIN) from error
    if not pieces:
        raise UnreadableSheet(f"文件“{shown}”里没有内容。", next="请检查是否选对了文件。")
    return "\n".join(pieces)


def _check(shown: str, data: bytes) -> None:
    if data.startswith(_OLE):
        raise UnreadableSheet(f"文件“{shown}”是加密的或者老式的 Excel 文件（.xls），不能读取。", next=_AGAIN)
    if len(data) > _LARGEST_FILE:
        raise UnreadableSheet(f"文件“{shown}”超过 20 MB，不像是一份任务分解。", next=_AGAIN)
    left = _UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_PARTS or any(e.flag_bits & 1 for e in entries):
                raise UnreadableSheet(f"文件“{shown}”是加密的，或者内容不正常。", next=_AGAIN)
            for entry in entries:
                with archive.open(entry) as part:  # what the archive says of its sizes may be a lie
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise UnreadableSheet(f"文件“{shown}”展开后过大，疑为压缩炸弹，已拒绝。", next=_AGAIN)
                if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:65536]:
                    raise UnreadableSheet(f"文件“{shown}”含有外部实体定义，为安全起见不读取。", next=_AGAIN)
                _near(shown, content)  # any part: a workbook may call any of them a sheet
    except BROKEN as broken:
        raise UnreadableSheet(f"文件“{shown}”已损坏，或不是 .xlsx 文件。", next=_AGAIN) from broken


def _near(shown: str, content: bytes) -> None:
    """Refuse a sheet whose cells lie so far apart that its rectangle would fill the memory, and end the process."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (
        content.lstrip()[:1] in (b"<", b"\0") and b"\0" in content
    ):
        raise UnreadableSheet(f"文件“{shown}”的表格用了少见的编码，读不了。", next=_AGAIN)
    cells = _CELL.findall(content)
    if not cells:
        return
    for found in _ADDRESS.finditer(content):
        column = 0
        for letter in found[1].upper()[:4]:
            column = 26 * column + letter - 64
        if int(found[2][-9:] or 0) > _MOST_ROWS or column > _MOST_COLUMNS or len(found[2]) > 9:
            raise UnreadableSheet(
                f"文件“{shown}”的表格超过 {_MOST_ROWS} 行或者 {_MOST_COLUMNS} 列，不像是一份任务分解。",
                next=_AGAIN,
            )
    if len(cells) > _MOST_ROWS * _MOST_COLUMNS or (
        len(cells) > _MOST_COLUMNS and any(len(_CELL.findall(row)) > _MOST_COLUMNS for row in _rows(content))
    ):
        raise UnreadableSheet(
            f"文件“{shown}”的表格超过 {_MOST_COLUMNS} 列，不像是一份任务分解。", next=_AGAIN
        )


def _rows(content: bytes) -> list[bytes]:
    """The rows: a cell that names no place stands beside the one before it. Where what looks like a row may stand in a
    comment or in a quoted value, there is but one."""
    odd = b"<!" in content or re.search(rb"""=\s*(?:"[^"<]*<|'[^'<]*<)""", content)
    return [content] if odd else re.split(rb"<(?:[\w.-]+:)?row(?=[\s/>])", content)


def _words(cell: Any) -> str:
    """What a cell shows: dates as 2026年6月30日, whole numbers without a point; breaks within it are blanks."""
    if isinstance(cell, datetime | date):
        return f"{cell.year}年{cell.month}月{cell.day}日"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip() if cell is not None else ""


def _spread(
    rows: list[list[str]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]
) -> list[list[str]]:
    """A cell that is merged downwards stands in each of its rows; one merged across stands once."""
    for (top, left), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:
            if top < len(rows) and left < len(row) and left < len(rows[top]) and not row[left]:
                row[left] = rows[top][left]
    return rows


def _lines(rows: list[list[str]]) -> Iterable[str]:
    """Tab-separated; a row of one cell is a line of its own (the title above, a heading within, a note below)."""
    for row in rows:
        filled = list(dict.fromkeys(cell for cell in row if cell))
        if filled:
            yield filled[0] if len(filled) == 1 else "\t".join(row).rstrip("\t")
