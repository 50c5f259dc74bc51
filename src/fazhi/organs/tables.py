"""Tables from files: decoding, headings, dates, and an outcome with errors by row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db import transaction

from fazhi.errors import UserError

from .errors import BadFile, Invalid, invalid

LARGEST = 20 * 1024 * 1024  # bytes

Change = Literal["new", "changed", "same"]


@dataclass(frozen=True)
class Column:
    """A column of a file: the heading that people write and the field that code uses."""

    title: str
    field: str
    needed: bool = False
    example: str = ""


@dataclass(frozen=True)
class Row:
    number: int  # as a spreadsheet counts: the heading is row 1
    values: Mapping[str, str] = field(hash=False)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def day(self, name: str) -> date | None:
        return read_day(self[name], name)

    def day_needed(self, name: str) -> date:
        day = self.day(name)
        if day is None:
            raise invalid(name, "没有填写日期", next="请填写日期，例如 2026-03-05")
        return day

    def yes(self, name: str) -> bool:
        text = self[name].lower()
        if text not in ("", "是", "否", "true", "false", "1", "0"):
            raise invalid(name, f"“{self[name]}”不是“是”或者“否”", next="请填写是或者否")
        return text in ("是", "true", "1")

    def whole(self, name: str) -> int:
        text = self[name] or "0"
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise invalid(name, f"“{text}”不是整数（最多9位）", next="请填写整数")
        return int(text)


@dataclass(frozen=True)
class RowError:
    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do. With any error nothing was written."""

    new: int = 0
    changed: int = 0
    same: int = 0
    errors: tuple[RowError, ...] = ()
    dry_run: bool = False
    passwords: tuple[tuple[str, str], ...] = ()  # (user name, one-time password) of new accounts

    def as_dict(self) -> dict[str, Any]:
        rows = [{"row": e.row, "column": e.column, "message": e.message} for e in self.errors]
        return {"new": self.new, "changed": self.changed, "same": self.same, "errors": rows}


def read_csv(data: bytes, columns: Sequence[Column]) -> list[Row]:
    """Rows by field name; empty rows are passed over. UTF-8 (with or without BOM) or GB 18030. BadFile if no table."""
    if len(data) > LARGEST:
        raise BadFile(f"文件超过{LARGEST // 1024 // 1024}MB", next="请分成几个文件导入")
    text = _decode(data)
    try:
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise BadFile(
            f"文件不是有效的 CSV 表格（{error}）", next="请用电子表格软件另存为 CSV（UTF-8）后再导入"
        ) from None
    return read_rows(lines, columns)


def read_rows(lines: Iterable[Sequence[str]], columns: Sequence[Column]) -> list[Row]:
    """The same from rows of text, whatever file they came from; the first holds the headings."""
    table = [[str(cell).strip() for cell in line] for line in lines]
    if not table or not any(table[0]):
        raise BadFile("文件是空的，或者第一行没有列名", next="请下载模板，按模板填写")
    heads = {c.title: c.field for c in columns} | {c.field: c.field for c in columns}
    fields = [heads.get(cell, "") for cell in table[0]]
    unknown = [cell for cell, name in zip(table[0], fields, strict=True) if cell and not name]
    if unknown:
        raise BadFile(
            f"不认识的列：{'、'.join(unknown)}", next="可用的列：" + "、".join(c.title for c in columns)
        )
    missing = [c.title for c in columns if c.needed and c.field not in fields]
    if missing:
        raise BadFile(f"缺少必需的列：{'、'.join(missing)}", next="请下载模板，按模板填写")
    twice = {c.title for c in columns if fields.count(c.field) > 1}
    if twice:
        raise BadFile(f"列名重复：{'、'.join(sorted(twice))}", next="请删去多余的列")
    return [
        Row(number, {name: cell for name, cell in zip(fields, line, strict=False) if name})
        for number, line in enumerate(table[1:], start=2)
        if any(line)
    ]


def template(columns: Sequence[Column]) -> bytes:
    """An empty file with headings and one example row, for spreadsheets (UTF-8 with BOM)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([c.title for c in columns])
    writer.writerow([c.example for c in columns])
    return out.getvalue().encode("utf-8-sig")


def apply(
    rows: Iterable[Row], columns: Sequence[Column], write: Callable[[Row], Change], *, dry_run: bool
) -> Outcome:
    """Write every row or none. Rows after a bad one are still tried, so that all errors are seen at once."""
    titles = {c.field: c.title for c in columns}
    counts: dict[Change, int] = {"new": 0, "changed": 0, "same": 0}
    errors: list[RowError] = []
    with transaction.atomic():
        for row in rows:
            missing = [c for c in columns if c.needed and not row[c.field]]
            errors += [RowError(row.number, c.title, f"没有填写{c.title}") for c in missing]
            if missing:
                continue
            try:
                with transaction.atomic():
                    counts[write(row)] += 1
            except Invalid as error:
                for p in error.problems:
                    law = f"（{p.law}）" if p.law else ""
                    hint = f"；{p.next}" if p.next else ""
                    errors.append(
                        RowError(row.number, titles.get(p.field, p.field), f"{p.message}{law}{hint}")
                    )
            except UserError as error:
                errors.append(RowError(row.number, "", "；".join(error.lines())))
        if errors or dry_run:
            transaction.set_rollback(True)
    return Outcome(counts["new"], counts["changed"], counts["same"], tuple(errors), dry_run)


def read_day(text: str, name: str = "") -> date | None:
    """2026-03-05, 2026/3/5, 2026.3.5, 2026年3月5日 or 20260305; empty is None."""
    text = text.strip()
    if not text:
        return None
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    )
    if not parts:
        raise invalid(name, f"“{text}”不是日期", next="请写作例如 2026-03-05")
    year, month, day = (int(part) for part in parts.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise invalid(name, f"没有“{text}”这一天", next="请核对月份和日") from None


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile("文件不是文本表格，或者编码无法识别", next="请用电子表格软件另存为 CSV（UTF-8）后再导入")
