"""The empty table of a procedure, made from its definition: what each column means, lists to choose from, an example."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from fazhi.cases import definitions, registers
from fazhi.cases.exchange import sheets
from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.columns import Column, Layout
from fazhi.cases.exchange.table import DATA, MARK, Versions

LISTS = "代码"
ROWS = 5000  # rows to which formats and lists reach
_NUMBER = "示例（此行导入时跳过）"


def template(procedure: str, kind: str, *, county: str, on: date) -> bytes:
    """An .xlsx (or .csv) of the version in force on that day, with the county's codes of that day."""
    versions = Versions(definitions.library(), procedure)
    each, lawful = versions.on(on)
    registers.refresh()
    if kind == "csv":
        return _csv(each, county, on)
    book = Workbook()
    data = book.active
    assert data is not None
    data.title = DATA
    lists = _Lists(book, county, on)
    _fill(data, each, each.columns, lists, _example(each, county, on))
    for part, columns in each.parts.items():
        sheet = book.create_sheet(each.d.source.parts[part].title)
        _fill(sheet, each, columns, lists, {"number": _NUMBER})
    sheets.facts(book, "说明", _about(each, lawful, county, on))
    book.move_sheet("说明", -len(book.sheetnames) + 1)
    if lists.columns:
        book.move_sheet(LISTS, len(book.sheetnames))
        book[LISTS].sheet_state = "hidden"
    else:
        book.remove(book[LISTS])
    book.active = book.sheetnames.index(DATA)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(each: Layout, county: str, on: date) -> bytes:
    example = _example(each, county, on)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([c.title for c in each.columns])
    writer.writerow([_shown(example.get(c.key, "")) for c in each.columns])
    return out.getvalue().encode("utf-8-sig")


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _fill(
    sheet: Any, each: Layout, columns: Sequence[Column], lists: _Lists, example: dict[str, Any]
) -> None:
    sheet.append([c.title for c in columns])
    sheets.head(sheet, columns, sheet[1])
    sheet.append([example.get(c.key) for c in columns])
    sheet.freeze_panes = "C2"
    sheet.row_dimensions[1].height = 42
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        sheet.cell(2, place).fill = sheets.EXAMPLE_FILL
        sheet.cell(2, place).font = sheets.NOTE_FONT
        # Of the whole column: a format of single cells would make every file heavy.
        sheet.column_dimensions[letter].number_format = sheets.format_of(column)
        for row in (2, 3):
            sheet.cell(row, place).number_format = sheets.format_of(column)
        if words := _comment(column):
            sheet.cell(1, place).comment = Comment(words, "法治平台", width=320, height=110)
        if check := lists.check(column):
            check.add(f"{letter}2:{letter}{ROWS}")
            sheet.add_data_validation(check)


def _comment(column: Column) -> str:
    words = [column.means] if column.means else []
    if column.law:
        words.append(column.law)
    return "。".join(words)


class _Lists:
    """The lists to choose from: a column each on a sheet of their own, since a formula holds only 255 characters."""

    def __init__(self, book: Workbook, county: str, on: date) -> None:
        self.sheet = book.create_sheet(LISTS)
        self.county, self.on = county, on
        self.columns: dict[tuple[str, ...], str] = {}

    def check(self, column: Column) -> DataValidation | None:
        if column.kind == "day" and not column.many:
            check = DataValidation(
                "date", operator="between", formula1="18172", formula2="73050", allow_blank=True
            )
            return _worded(check, "日期", "请填写日期，例如 2026-03-05；不清楚的请留空")
        titles = tuple(column.choices.values())
        if column.kind == "code":
            rows = registers.codes(self.county, column.codes, self.on, "")
            titles = tuple(str(row["title"]) for row in rows.values())
        if not titles:
            return None
        check = DataValidation("list", formula1=self._range(titles), allow_blank=True)
        # A cell that may hold several is only helped, not held to one of the list.
        check.showErrorMessage = not column.many
        return _worded(check, "选择", "请从列表中选择；不清楚的请留空")

    def _range(self, titles: tuple[str, ...]) -> str:
        letter = self.columns.get(titles)
        if letter is None:
            place = len(self.columns) + 1
            letter = self.columns[titles] = get_column_letter(place)
            for row, title in enumerate(titles, 1):
                self.sheet.cell(row, place, title)
        return f"'{LISTS}'!${letter}$1:${letter}${len(titles)}"


def _worded(check: DataValidation, title: str, words: str) -> DataValidation:
    check.errorTitle, check.error = title, words
    return check


def _example(each: Layout, county: str, on: date) -> dict[str, Any]:
    """A row that could be real: what opens the case and what it asks, then one more act."""
    from fazhi.organs.demo import make_uscc

    opening = each.d.opening[0]
    begun = on - timedelta(days=60)
    row: dict[str, Any] = {"number": _NUMBER, "organ": "某某局", f"act.{opening.name}": begun}
    asked = {a.field for a in opening.asks}
    for column in each.columns:
        if column.kind == "party_name":
            row[column.key] = "某某有限公司"
        elif column.kind == "party_number":
            row[column.key] = make_uscc("91", 1)
        elif column.family == "field" and column.name in asked:
            row[column.key] = _sample(column, county, on, begun)
    endings = [a for a in each.d.actions.values() if a.outcomes and each.column(f"act.{a.name}")]
    if endings:
        ending = max(endings, key=lambda a: len(a.outcomes))
        row[f"act.{ending.name}"] = on
        row[f"end.{ending.name}"] = next(iter(ending.outcomes.values())).title
    return row


def _sample(column: Column, county: str, on: date, begun: date) -> Any:
    match column.kind:
        case "day":
            return begun
        case "money":
            return 5000
        case "int":
            return 1
        case "bool":
            return "是"
        case "choice":
            return next(iter(column.choices.values()), "")
        case "code":
            rows = registers.codes(county, column.codes, on, "")
            return str(next(iter(rows.values()))["title"]) if rows else "代码表中的名称"
        case "person":
            return "张三；李四" if column.many else "张三"
        case "moment":
            return f"{begun.isoformat()} 09:30"
        case _:
            return "文字"


def _about(each: Layout, lawful: bool, county: str, on: date) -> list[tuple[str, str]]:
    d = each.d
    until = f"至 {d.to}" if d.to else "起"
    rows = [
        ("模板", f"{d.title} 数据导入模板"),
        (MARK, d.name),
        ("依据", f"{d.statute}；本模板按 {d.from_} {until}施行的版本"),
        ("定义版本", d.hash),
        ("模板版本", "1"),
        ("生成日期", on.isoformat()),
        (
            "怎么填",
            "在「数据」表中每个案件填写一行，列名请勿改动；不用的列可以删去，顺序可以调整。红色的列必须填写。",
        ),
        ("", "不清楚的内容请留空：系统记为“未载明”，不算程序瑕疵。示例行（首格以“示例”开头）导入时跳过。"),
        ("", "日期写作 2026-03-05、2026.3.5、2026年3月5日均可；金额以元为单位，可写 2万元。"),
        ("", "一格填几项的用分号隔开；同一办理有几次的，日期和结果的顺序要一致。"),
        ("", "再次导入同一来源系统的同一案号，只补充新的、更正不同的内容，不会重复。"),
    ]
    if each.parts:
        titles = "、".join(f"「{d.source.parts[p].title}」" for p in each.parts)
        rows.append(("", f"{titles}另有工作表，一个案件可以有几行，用来源系统案号对应；没有的请留空。"))
    rows.append(("各列说明", ""))
    for column in each.columns:
        words = [column.means] if column.means else []
        if column.kind == "code":
            words.append(f"代码表：{column.codes}")
        elif column.choices and column.kind in ("choice", "party_kind", "party_identity_kind"):
            words.append("可选：" + "、".join(column.choices.values()))
        if column.law:
            words.append(column.law)
        rows.append((column.title + ("（必填）" if column.needed else ""), v.joined(words)))
    return rows
