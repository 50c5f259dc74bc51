"""Where in a file the data lie, and what its headings mean in each version of a procedure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.archive import BadFile
from fazhi.cases.exchange.columns import Column, Layout, heading, layout
from fazhi.cases.exchange.files import Book, Cells, Sheet
from fazhi.organs.tables import RowError
from fazhi.procedures import Library

DATA = "数据"
MARK = "程序标识"  # the label beside which a file of ours names its procedure
NOT_DATA = frozenset({"说明", "代码", "列说明"})
HEAD_WITHIN = 15  # rows above the headings: a title, a note
REASONS = "校验问题"  # the column that a copy with its mistakes marked has more; read, it says nothing


@dataclass(frozen=True)
class Table:
    """Where a file's data lie: the sheet, the place of its headings, what they mean in each version of the procedure."""

    sheet: Sheet
    head: int  # index of the row of headings
    columns: Mapping[str, Sequence[tuple[int, Column]]]  # by hash of the definition
    unknown: tuple[str, ...]

    def has(self, key: str) -> bool:
        return any(c.key == key for columns in self.columns.values() for _, c in columns)


class Versions:
    """The versions of one procedure, and which of them a case of a day is told by."""

    def __init__(self, library: Library, procedure: str) -> None:
        found = library.versions(procedure)
        if not found:
            known = "、".join(library.names())
            raise BadFile(f"没有名为“{procedure}”的程序", next=f"可用的程序：{known}")
        self._library, self.procedure = library, procedure
        self.layouts = [layout(d) for d in found]

    def on(self, day: date) -> tuple[Layout, bool]:
        """The version in force, or else the nearest, which then lends no more than its names."""
        found = self._library.get(self.procedure, day)
        if found is not None:
            return layout(found), True
        later = [x for x in self.layouts if x.d.from_ > day]
        return (later[0] if later else self.layouts[-1]), False

    @property
    def latest(self) -> Layout:
        return self.layouts[-1]


def find_table(book: Book, versions: Versions, errors: list[RowError], organ_given: bool = False) -> Table:
    """The sheet and row of the headings. BadFile where there are none; missing and doubled columns are errors."""
    _ours(book, versions)
    sheets = sorted(book.sheets, key=lambda s: (s.name != DATA, s.name in NOT_DATA))
    known = {title for each in versions.layouts for title in each.by_title}
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:HEAD_WITHIN]):
            if sum(heading(cell) in known for cell in row if cell not in ("", None)) >= 2:
                return _table(sheet, at, row, versions, errors, organ_given)
    raise BadFile(
        f"文件中找不到「{versions.latest.d.title}」的列名",
        next="请下载该程序的模板，第一行保留模板的列名后填写",
    )


def _ours(book: Book, versions: Versions) -> None:
    """A template or export of ours that belongs to another procedure is refused as such."""
    sheet = book.sheet("说明")
    for row in sheet.rows[:12] if sheet else ():
        if len(row) > 1 and row[0] == MARK and str(row[1]).strip() != versions.procedure:
            raise BadFile(
                f"这是程序“{row[1]}”的文件，不是「{versions.latest.d.title}」的",
                next="请选择对应的程序，或者下载正确的模板",
            )


def _table(
    sheet: Sheet, head: int, titles: Cells, versions: Versions, errors: list[RowError], organ_given: bool
) -> Table:
    by_hash: dict[str, list[tuple[int, Column]]] = {}
    known: set[int] = set()
    for each in versions.layouts:
        columns: dict[str, tuple[int, Column]] = {}
        for at, cell in enumerate(titles):
            column = each.by_title.get(heading(cell)) if cell not in ("", None) else None
            if column is None:
                continue
            if column.key in columns and at not in known:
                errors.append(
                    RowError(
                        head + 1, str(cell), f"这一列与“{titles[columns[column.key][0]]}”重复；请只保留一列"
                    )
                )
            known.add(at)
            columns.setdefault(column.key, (at, column))
        by_hash[each.d.hash] = list(columns.values())
    table = Table(sheet, head, by_hash, tuple(_strange(titles, known, versions)))
    latest = versions.latest
    for key, title in (("number", "来源系统案号"), ("organ", "承办机关")):
        if (
            not table.has(key)
            and not (key == "organ" and organ_given)
            and not (key == "number" and table.has("id"))
        ):
            errors.append(RowError(head + 1, title, f"缺少必需的列“{title}”；请下载模板，按模板填写"))
    if not any(table.has(f"act.{a.name}") for each in versions.layouts for a in each.d.opening):
        title = "、".join(f"{a.title}日期" for a in latest.d.opening)
        errors.append(RowError(head + 1, title, f"缺少必需的列“{title}”；案件从这一天开始，请补上这一列"))
    return table


def _strange(titles: Cells, known: set[int], versions: Versions) -> Iterator[str]:
    """Headings that are passed over, each with the one that may have been meant."""
    all_titles = [c.title for c in versions.latest.columns]
    for at, cell in enumerate(titles):
        words = v.text(cell)
        if words and at not in known and not words.startswith(REASONS):
            near = difflib.get_close_matches(words, all_titles, 1, 0.6)
            yield f"{words}（是否为“{near[0]}”？）" if near else words
