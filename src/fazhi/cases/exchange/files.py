"""Bytes to rows of cells: .xlsx by python-calamine, .csv in UTF-8 or GB 18030. Pure; raises BadFile and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fazhi.archives import OLE, ZIP
from fazhi.archives.workbook import Limits
from fazhi.cases.exchange.archive import SAVE_AS, BadFile, check_xlsx

Cells = Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """`rows[i]` is row i + 1 of the spreadsheet."""

    name: str
    rows: Sequence[Cells]


@dataclass(frozen=True)
class Book:
    """A file's sheets; a CSV file has one, named ""."""

    kind: str  # xlsx | csv
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        return next((s for s in self.sheets if s.name == name), None)


def read(data: bytes, limits: Limits | None = None) -> Book:
    limits = limits or Limits()
    if not data.strip():
        raise BadFile("文件是空的", next="请下载模板，按模板填写")
    if len(data) > limits.file:
        raise BadFile(f"文件超过{limits.file // 1024 // 1024}MB", next="请分成几个文件导入")
    if data.startswith((ZIP, OLE)) or data[:2] == b"PK":
        return _xlsx(data, limits)
    return _csv(data, limits)


def _xlsx(data: bytes, limits: Limits) -> Book:
    from python_calamine import CalamineWorkbook

    check_xlsx(data, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = tuple(
            Sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        )
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a fault inside the reader arrives as PanicException, which is no Exception
        raise BadFile("文件不完整或者已损坏", next=SAVE_AS) from None
    for sheet in sheets:
        _fits(sheet, limits)
    if not any(sheet.rows for sheet in sheets):
        raise BadFile("文件里没有内容", next="请下载模板，按模板填写")
    return Book("xlsx", sheets)


def _csv(data: bytes, limits: Limits) -> Book:
    words = _decode(data)
    head = words[:4096].split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > limits.rows + 20:
                break
    except csv.Error as error:
        raise BadFile(
            f"第{len(rows) + 1}行不是有效的 CSV（{error}）",
            next="请用电子表格软件另存为 CSV（UTF-8）后再导入",
        ) from None
    sheet = Sheet("", rows)
    _fits(sheet, limits)
    return Book("csv", (sheet,))


def _fits(sheet: Sheet, limits: Limits) -> None:
    if len(sheet.rows) > limits.rows + 20:
        raise BadFile(f"表格超过{limits.rows}行", next="请分成几个文件导入")
    if sheet.rows and max(map(len, sheet.rows)) > limits.columns:
        raise BadFile(f"表格超过{limits.columns}列", next="请删去多余的列后再导入")


def _decode(data: bytes) -> str:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in words:
            return words
    raise BadFile(
        "文件不是表格，或者编码无法识别", next="请用电子表格软件另存为 .xlsx 或者 CSV（UTF-8）后再导入"
    )
