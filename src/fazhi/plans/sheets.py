"""The tables of an .xlsx as tab-separated rows, as `fazhi.plans.tables` reads them: one sheet after another.

The file comes from outside: how much it unpacks to and how far its cells lie apart is looked at before a reader lays the
sheets out as full rectangles.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fazhi.archives import Unsafe, workbook
from fazhi.errors import UserError

_LIMITS = workbook.Limits(
    file=20 * 1024 * 1024, unpacked=64 * 1024 * 1024, parts=2000, cells=300_000, rows=5000, columns=60
)
_AGAIN = "请用 Excel 或 WPS 打开后重新保存为 .xlsx，只留任务分解的工作表，再导入。"
_DAMAGED = "已损坏，或不是 .xlsx 文件。"
_WIDE = f"的表格超过 {_LIMITS.rows} 行或者 {_LIMITS.columns} 列，不像是一份任务分解。"
_REFUSED = {
    "old": "是老式的 Excel 文件（.xls），不能读取。",
    "locked": "是加密的，不能读取。",
    "parts": "的内容不正常。",
    "large": "展开后过大，疑为压缩炸弹，已拒绝。",
    "encoding": "的表格用了少见的编码，读不了。",
    "declared": "含有外部实体定义，为安全起见不读取。",
    "far": _WIDE,
    "cells": _WIDE,
}


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
            row, column = sheet.end or (0, 0)  # the last cell, from 0
            if row >= _LIMITS.rows or column >= _LIMITS.columns:
                raise UnreadableSheet(f"文件“{shown}”{_WIDE}", next=_AGAIN)
            rows = [[_words(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            pieces += _lines(_spread(rows, sheet.merged_cell_ranges or ()))
    except (MemoryError, KeyboardInterrupt, SystemExit, UnreadableSheet):
        raise
    except (
        BaseException
    ) as error:  # a fault inside the reader arrives as PanicException, which is no Exception
        raise UnreadableSheet(f"文件“{shown}”已损坏，读不出表格。", next=_AGAIN) from error
    if not pieces:
        raise UnreadableSheet(f"文件“{shown}”里没有内容。", next="请检查是否选对了文件。")
    return "\n".join(pieces)


def _check(shown: str, data: bytes) -> None:
    if len(data) > _LIMITS.file:
        raise UnreadableSheet(f"文件“{shown}”超过 20 MB，不像是一份任务分解。", next=_AGAIN)
    try:
        workbook.check(data, _LIMITS)
    except Unsafe as unsafe:
        raise UnreadableSheet(
            f"文件“{shown}”{_REFUSED.get(unsafe.reason, _DAMAGED)}", next=_AGAIN
        ) from unsafe


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
