"""The sheets of a case's parts (送达, 证据 …): several lines a case, each with the days of what was done on it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.cells import choice, told, value
from fazhi.cases.exchange.columns import Column, Layout, heading
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.files import Book, Cells, Sheet
from fazhi.cases.exchange.filing import EXAMPLE, Act, Filing
from fazhi.cases.exchange.table import Versions
from fazhi.organs.tables import RowError


class PartSheets:
    """The lines of all part sheets of a file, by case. A file without them says nothing of parts."""

    def __init__(self, book: Book, versions: Versions, errors: list[RowError]) -> None:
        self.errors = errors
        self._titles: dict[str, list[str]] = {}
        self._lines: dict[str, dict[str, list[tuple[int, Cells]]]] = {}
        sheets = {
            part: sheet
            for each in versions.layouts
            for part in each.parts
            if (sheet := book.sheet(each.d.source.parts[part].title))
        }
        self._sheets = {part: sheet.name for part, sheet in sheets.items()}
        for part, sheet in sheets.items():
            self._read(part, sheet, versions)

    def _read(self, part: str, sheet: Sheet, versions: Versions) -> None:
        columns = {heading(c.title): c for each in versions.layouts for c in each.parts.get(part, ())}
        at = next(
            (i for i, row in enumerate(sheet.rows[:15]) if sum(heading(c) in columns for c in row) >= 2), None
        )
        if at is None:
            if any(told(cell) for row in sheet.rows for cell in row):
                self.errors.append(
                    RowError(1, sheet.name, f"「{sheet.name}」表没有可以识别的列名；请按模板填写")
                )
            return
        titles = [heading(cell) for cell in sheet.rows[at]]
        if "来源系统案号" not in titles:
            self.errors.append(RowError(at + 1, sheet.name, f"「{sheet.name}」表缺少必需的列“来源系统案号”"))
            return
        self._titles[part] = titles
        place = titles.index("来源系统案号")
        for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2):
            if not any(told(cell) for cell in row) or v.text(row[0]).startswith(EXAMPLE):
                continue
            case = v.plain(v.unguarded(v.text(row[place]))) if place < len(row) else ""
            if not case:
                self.errors.append(RowError(number, f"{sheet.name}·来源系统案号", "没有填写来源系统案号"))
                continue
            self._lines.setdefault(part, {}).setdefault(case, []).append((number, row))

    def acts(self, filing: Filing, number: str, desk: Desk, opened: date) -> list[Act]:
        """What the lines of one case tell; a line's acts are marked with its place among them."""
        found: list[Act] = []
        for part, titles in self._titles.items():
            columns = {heading(c.title): c for c in filing.layout.parts.get(part, ())}
            for place, (row, cells) in enumerate(self._lines.get(part, {}).get(number, ())):
                found += self._line(
                    filing, part, place, row, self._cells(titles, columns, cells), desk, opened
                )
        return found

    def _cells(
        self, titles: list[str], columns: Mapping[str, Column], cells: Cells
    ) -> list[tuple[Column, Any]]:
        return [
            (columns[title], cell) for title, cell in zip(titles, cells, strict=False) if title in columns and told(cell)
        ]  # fmt: skip

    def _line(
        self, filing: Filing, part: str, place: int, row: int, cells: list[tuple[Column, Any]], desk: Desk, opened: date
    ) -> list[Act]:  # fmt: skip
        each, sheet = filing.layout, filing.d.source.parts[part].title
        before = len(self.errors)
        days: dict[str, tuple[date, str | None]] = {}
        ends: dict[str, str] = {}
        values: dict[str, Any] = {}
        for column, cell in cells:
            try:
                match column.family:
                    case "act":
                        stored = v.moment(cell)
                        days[column.name] = (v.day(cell), None if stored[11:16] == "00:00" else stored)
                    case "end":
                        ends[column.name] = choice(column, cell)
                    case "field":
                        values[column.name] = value(desk, column, cell, opened, filing.organ)
            except v.BadCell as bad:
                self.errors.append(RowError(row, f"{sheet}·{column.title}", str(bad)))
        adders = [name for name in days if each.d.actions[name].adds]
        if len(adders) != 1 and len(self.errors) == before:
            titles = "、".join(f"{a.title}日期" for a in each.d.actions.values() if a.adds == part)
            self.errors.append(
                RowError(row, f"{sheet}·{titles}", f"每行须填写且只填写其中一个日期：{titles}")
            )
        if len(self.errors) > before:
            return []
        first = adders[0]
        for name, (day, _) in days.items():
            if day < days[first][0]:
                a, b = each.d.actions[name].title, each.d.actions[first].title
                self.errors.append(
                    RowError(
                        row,
                        f"{sheet}·{a}日期",
                        f"「{a}」的日期{day}早于「{b}」的日期{days[first][0]}；请核对",
                    )
                )
        return [
            Act(name, day, at, ends.get(name, ""), (part, place), _of(each, name, first, days, values))
            for name, (day, at) in days.items()
        ]

    def unused(self, used: Container[str]) -> None:
        """Lines whose case is not among the rows."""
        for part, lines in self._lines.items():
            for number, rows in lines.items():
                if number not in used:
                    message = f"数据表中没有案号“{number}”；请核对案号，或者在数据表补上这一案件"
                    self.errors.append(RowError(rows[0][0], f"{self._sheets[part]}·来源系统案号", message))


def _of(
    each: Layout, name: str, first: str, days: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of a line that go with one of its acts: the last that asks for them, else the one that adds it."""
    found = {}
    for key, given in values.items():
        asking = [act for act in each.d.actions if act in days and act in each.asked_by.get(key, ())]
        if (asking[-1] if asking else first) == name:
            found[key] = given
    return found
