"""Cases out, as a table that can be read in again: what its reader may see, and no more; each export is logged.

A list's filters decide which cases, the access rules which of them and what of each; words that lie beside the chain
come along only where they are asked for and may be read, else their cells say that they were left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connections
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from fazhi.cases import access, definitions, personal, registers, search, store
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import sheets
from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.columns import Column, Layout, heading, layout
from fazhi.cases.exchange.known import read_row
from fazhi.cases.exchange.show import Shower
from fazhi.cases.exchange.table import DATA, MARK
from fazhi.cases.store import Row
from fazhi.ledger import access_log
from fazhi.ledger.access_log import Reader
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition

LARGEST = 100_000  # cases in one file
SHOWN_AT_ONCE = 5_000  # cases that a page of the web waits for
_PIECE = 400


@dataclass(frozen=True)
class Wanted:
    """What is exported, for whom. `reader` None: the operator of the installation, who sees the whole county."""

    procedure: str
    filters: search.Filters
    county: str
    reader: ActorContext | None = None
    who: str = "系统管理员（命令行）"
    personal: bool = False


def operator(county: str, today: date) -> ActorContext:
    """Who exports from the machine itself: as a supervisor who looks over the whole county."""
    return ActorContext(
        person="operator", name="命令行", post="", title="", role="supervisor", roles=frozenset({"supervisor"}), organ="",
        organ_name="", organ_kind="", organ_path=f"/{county}/", county=county, acts_for=frozenset(), supervises=(),
        delegations=(), lines=(), on=today,
    )  # fmt: skip


def count(wanted: Wanted, today: date, using: str = "default") -> int:
    """How many cases there would be."""
    with connections[using].cursor() as cursor:
        condition, params = _where(wanted, today)
        cursor.execute(f"SELECT COUNT(*) FROM cases_case c WHERE {condition}", params)
        return int(cursor.fetchone()[0])


def export(wanted: Wanted, kind: str, *, now: datetime, today: date, using: str = "default") -> bytes:
    """The file, `kind` xlsx or csv. CaseError where there is nothing, or too much for one file."""
    registers.refresh()
    ctx = wanted.reader or operator(wanted.county, today)
    many = count(wanted, today, using)
    if many == 0:
        raise CaseError("没有符合条件的案件，没有导出", next="请放宽筛选条件")
    if many > LARGEST:
        raise CaseError(
            f"符合条件的案件有{many}件，超过一次导出的上限{LARGEST}件", next="请缩小筛选条件，分几次导出"
        )
    layouts = _layouts(wanted, today, using)
    columns = _union(layouts)
    out: _Book | _Csv = (
        _Book(wanted, layouts, columns, now, today, many, using) if kind == "xlsx" else _Csv(columns)
    )
    reader = Reader(ctx.person, ctx.post, ctx.organ, "export")
    for rows in _pieces(wanted, today, using):
        seen = []
        for row in rows:
            d = definitions.by_hash(row.definition)
            sight = access.sight(ctx, d, row)
            if sight is not None and row.state is not None and row.state.acts:
                seen.append((row, layout(d), sight))
        words = _words(seen, reader, wanted.personal, using)
        shower = Shower(words, [row for row, _, _ in seen], ctx, today, using)
        for row, each, sight in seen:
            out.case(shower.cells(row, each, sight), shower.parts(row, each, sight))
        with store.writing(using), connections[using].cursor() as cursor:
            fields = (
                sorted({c.name for c in columns if c.family in ("field", "side")}) if wanted.personal else []
            )
            access_log.record(
                cursor, reader, "export", cases=[row.id for row, _, _ in seen], fields=fields, now=now
            )
    return out.close()


def _where(wanted: Wanted, today: date) -> tuple[str, list[Any]]:
    ctx = wanted.reader or operator(wanted.county, today)
    filters = replace(wanted.filters, procedure=wanted.procedure)
    condition, params = search.where(ctx, filters, today)
    return f"{condition} AND c.opened_on IS NOT NULL", params


def _pieces(wanted: Wanted, today: date, using: str) -> Iterator[list[Row]]:
    """The cases in the order of their opening: by id, read in pieces, so that a long export holds no cursor open."""
    condition, params = _where(wanted, today)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT c.id FROM cases_case c WHERE {condition} ORDER BY c.opened_on, c.id", params)
        ids = [row[0] for row in cursor.fetchall()]
    columns = ", ".join(store.COLUMNS)
    for start in range(0, len(ids), _PIECE):
        some = ids[start : start + _PIECE]
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT id, {columns} FROM cases_case WHERE id IN ({', '.join(['%s'] * len(some))})", some
            )
            rows = {values[0]: read_row(values) for values in cursor.fetchall()}
        yield [rows[i] for i in some if i in rows]


def _layouts(wanted: Wanted, today: date, using: str) -> list[Layout]:
    """The newest version first, then others by which some of the cases were run."""
    condition, params = _where(wanted, today)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT c.definition FROM cases_case c WHERE {condition}", params)
        used: list[Definition] = [definitions.by_hash(row[0]) for row in cursor.fetchall()]
    latest = definitions.library().latest(wanted.procedure)
    first = [latest] if latest else []
    return [layout(d) for d in [*first, *sorted(used, key=lambda d: d.from_, reverse=True)] if d][:8]


def _union(layouts: Sequence[Layout]) -> list[Column]:
    """The newest version's columns, and behind them what only older ones have."""
    found: dict[str, Column] = {}
    for each in layouts:
        for column in each.columns:
            found.setdefault(heading(column.title), column)
    columns = list(found.values())
    last = [c for c in columns if c.key in ("elsewhere", "id")]
    return [c for c in columns if c.key not in ("elsewhere", "id")] + last


def _words(
    seen: Sequence[tuple[Row, Layout, access.Sight]], reader: Reader, wanted: bool, using: str
) -> dict[str, Any]:
    """The words behind the commitments of those cases that the reader sees whole."""
    if not wanted:
        return {}
    states = [row.state for row, _, sight in seen if sight.all and row.state]
    return personal.reveal([[s.values, s.sides, s.parts] for s in states], reader, using)


class _Csv:
    """UTF-8 with the mark by which spreadsheets know it; what they would take for a formula is made harmless."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.titles = [heading(c.title) for c in columns]
        self.out = io.StringIO()
        self.writer = csv.writer(self.out)
        self.writer.writerow([c.title for c in columns])

    def case(self, cells: dict[str, Any], parts: dict[str, list[dict[str, Any]]]) -> None:
        self.writer.writerow([v.guarded(_text(cells.get(title))) for title in self.titles])

    def close(self) -> bytes:
        return self.out.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


class _Book:
    """An .xlsx with a sheet for the cases, one for each kind of part, and one that says what the file is."""

    def __init__(
        self, wanted: Wanted, layouts: Sequence[Layout], columns: Sequence[Column], now: datetime, today: date, many: int,
        using: str,
    ) -> None:  # fmt: skip
        self.book = Workbook(write_only=True)
        sheets.facts(self.book, "说明", _about(wanted, layouts, now, today, many, using), write_only=True)
        self.columns = list(columns)
        self.data = self._sheet(DATA, self.columns)
        self.parts: dict[str, tuple[Any, list[Column]]] = {}
        for each in layouts:
            for part, part_columns in each.parts.items():
                title = each.d.source.parts[part].title
                if title not in self.parts:
                    self.parts[title] = (None, list(part_columns))

    def _sheet(self, title: str, columns: Sequence[Column]) -> Any:
        sheet = self.book.create_sheet(title)
        sheet.freeze_panes = "C2"
        cells = [WriteOnlyCell(sheet, c.title) for c in columns]
        sheets.head(sheet, columns, cells)
        sheet.append(cells)
        return sheet

    def case(self, cells: dict[str, Any], parts: dict[str, list[dict[str, Any]]]) -> None:
        self.data.append(self._row(self.data, self.columns, cells))
        for title, lines in parts.items():
            sheet, columns = self.parts[title]
            if sheet is None:
                sheet = self._sheet(title, columns)
                self.parts[title] = (sheet, columns)
            for line in lines:
                sheet.append(self._row(sheet, columns, line))

    def _row(self, sheet: Any, columns: Sequence[Column], cells: dict[str, Any]) -> list[Any]:
        made: list[Any] = []
        for column in columns:
            value = cells.get(heading(column.title))
            if value is None or value == "":
                made.append(None)
            elif isinstance(value, str):
                made.append(sheets.text_cell(sheet, value))
            else:
                cell = WriteOnlyCell(sheet, value)
                cell.number_format = sheets.FORMATS.get(
                    "day" if isinstance(value, date) else column.kind, "General"
                )
                made.append(cell)
        return made

    def close(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def _about(
    wanted: Wanted, layouts: Sequence[Layout], now: datetime, today: date, many: int, using: str
) -> list[tuple[str, str]]:
    """Who, when, which cases, as of which position of the ledger, by which versions."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT MAX(position) FROM ledger_seal")
        position = cursor.fetchone()[0] or 0
    from fazhi.law import SHANGHAI

    d = layouts[0].d
    versions = "；".join(dict.fromkeys(f"{x.d.from_} 起施行的版本（{x.d.hash[:12]}）" for x in layouts))
    return [
        ("导出", f"{d.title} 案件数据"),
        (MARK, wanted.procedure),
        ("导出人", wanted.who),
        ("导出时间", now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")),
        ("范围", _said(wanted, d)),
        ("件数", f"{many} 件（其中您无权查看的不列）"),
        ("时点", f"账本序号 {position}；未封存的最新办理也在内"),
        ("程序版本", versions),
        (
            "个人信息",
            "已导出，本次导出记入访问日志，请妥善保管"
            if wanted.personal
            else f"未导出，相应格为“{v.MASKED}”",
        ),
        ("再次导入", "本文件可以原样导入；本系统办理的案件以“本系统编号”识别，导入不能更改其办理情况"),
    ]


_FILTERS = {
    "light": "状态", "phase": "阶段", "outcome": "处理结果", "organ": "单位", "opened_from": "立案起", "opened_to": "立案止",
    "q": "关键词",
}  # fmt: skip


def _said(wanted: Wanted, d: Definition) -> str:
    f = wanted.filters
    told = []
    for name, title in _FILTERS.items():
        value = str(getattr(f, name))
        if not value:
            continue
        if name == "phase":
            value = d.source.phases.get(value, value)
        elif name == "organ":
            value = registers.organ(value).get("name", value)
        elif name == "light":
            value = {
                "overdue": "超期",
                "warning": "预警",
                "open": "在办",
                "closed": "已结",
                "today": "今日到期",
                "week": "一周内到期",
            }.get(value, value)
        told.append(f"{title}：{value}")
    if f.mine:
        told.append("我承办的")
    return "；".join(told) or "全部"
