"""A file's rows understood one by one: every cell checked, every mistake told by row and column, none stops the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.cells import choice, value
from fazhi.cases.exchange.cells import told as says
from fazhi.cases.exchange.columns import Column, Layout
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.files import Cells
from fazhi.cases.exchange.filing import EXAMPLE, Act, Filing, in_order
from fazhi.cases.exchange.parts import PartSheets
from fazhi.cases.exchange.table import Table, Versions
from fazhi.organs.errors import Invalid
from fazhi.organs.party_batch import Wanted, wanted
from fazhi.organs.tables import RowError

LONGEST = 120  # characters of a source number


class Reader:
    """Reads rows into filings; `errors` grows as it goes.

    `places`: where in the sheet there are rows of data; `keys`: the source number (or id) of each.
    """

    def __init__(
        self, table: Table, versions: Versions, desk: Desk, errors: list[RowError], organ: str = "", elsewhere: str = "",
        parts: PartSheets | None = None, leave: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        self._leave = leave  # places that are passed over
        self.table, self.versions, self.desk, self.errors = table, versions, desk, errors
        self.organ, self.elsewhere = organ, elsewhere
        self.parts = parts
        self.places: list[int] = []
        self.keys: dict[int, str] = {}
        self.ids: dict[int, str] = {}  # of rows that name a case of this installation
        self._twice: dict[int, int] = {}  # row: the earlier row with the same number
        self._opening = [
            (at, c) for at, c in {at: c for columns in table.columns.values() for at, c in columns}.items()
            if c.family == "act" and any(c.name == a.name for x in versions.layouts for a in x.d.opening)
        ]  # fmt: skip

        self._scan()

    def _scan(self) -> None:
        """Where the data are, and which rows name the same case."""
        where = {
            c.key: at
            for columns in self.table.columns.values()
            for at, c in columns
            if c.key in ("number", "id")
        }
        rows, seen = self.table.sheet.rows, dict[str, int]()
        for place in range(self.table.head + 1, len(rows)):
            cells = rows[place]
            if (
                place in self._leave
                or not any(cell not in ("", None) for cell in cells)
                or str(cells[0]).startswith(EXAMPLE)
            ):
                continue
            self.places.append(place)
            number, own = (
                _key(cells[at]) if (at := where.get(name, -1)) in range(len(cells)) else ""
                for name in ("number", "id")
            )
            key = self.keys[place] = number or own
            if own:
                self.ids[place] = own.lower()
            if key and seen.setdefault(key, place + 1) != place + 1:
                self._twice[place + 1] = seen[key]

    @property
    def doubled(self) -> set[int]:
        """Places of rows that share their number with another: which of them is right nobody can say."""
        return {row - 1 for pair in self._twice.items() for row in pair}

    def point(self, errors: list[RowError]) -> None:
        """Where mistakes go from now on."""
        self.errors = errors
        if self.parts is not None:
            self.parts.errors = errors

    def party_title(self) -> str:
        columns = self.table.columns.values()
        return next((c.title for some in columns for _, c in some if c.kind == "party_name"), "")

    def read(self, places: Iterable[int]) -> Iterator[Filing | None]:
        """The filing of each row; None for a row with mistakes."""
        for place in places:
            before = len(self.errors)
            filing = self._filing(place + 1, self.table.sheet.rows[place])
            yield filing if len(self.errors) == before else None

    def _filing(self, row: int, cells: Cells) -> Filing | None:
        def wrong(column: str, message: str) -> None:
            self.errors.append(RowError(row, column, message))

        opened = self._opened(row, cells)
        if opened is None:
            return None
        each, lawful = self.versions.on(opened)
        mine = self.table.columns[each.d.hash]
        told: dict[str, tuple[Column, Any]] = {}
        for at, column in mine:
            cell = cells[at] if at < len(cells) else ""
            if says(cell):
                told[column.key] = (column, cell)
        self._foreign(row, cells, each, {at for at, _ in mine})
        number = _key(told["number"][1]) if "number" in told else ""
        case = v.plain(told["id"][1]).lower() if "id" in told else ""
        if not number and not case:
            wrong("来源系统案号", "没有填写来源系统案号；请填写案件在来源系统中的编号")
        if len(number) > LONGEST:
            wrong("来源系统案号", f"来源系统案号超过{LONGEST}个字；请核对该列")
        if case and not re.fullmatch(r"[0-9a-f]{32}", case):
            wrong("本系统编号", "本系统编号不完整；新案件请留空，已有案件请用导出的原文")
        key = number or case
        if twice := self._twice.get(row):
            wrong("来源系统案号", f"与第{twice}行的案号“{key}”重复；同一案件只能有一行")
        organ = self._organ(told.get("organ"), opened, wrong)
        filing = Filing(row, key, case, each, lawful, organ, self.elsewhere, {}, {}, {}, [])
        if "elsewhere" in told:
            filing.elsewhere = v.plain(told["elsewhere"][1])[:40]
        acts: list[Act] = []
        parties: dict[str, dict[str, tuple[Column, Any]]] = {}
        for column, cell in told.values():
            try:
                match column.family:
                    case "act":
                        acts += self._acts(each, column, cell, told)
                    case "end":
                        if f"act.{column.name}" not in told:
                            raise v.BadCell(
                                "填写了结果，没有填写日期",
                                f"请在“{self._title(each, 'act', column)}”列补上日期",
                            )
                    case "field":
                        filing.values[column.name] = value(self.desk, column, cell, opened, organ)
                    case "fact":
                        filing.facts[column.name] = value(self.desk, column, cell, opened, organ)
                    case "side" if column.kind == "organ":
                        found = value(self.desk, column, cell, opened, organ)
                        filing.sides[column.name] = found if column.many else [found]
                    case "side":
                        parties.setdefault(column.name, {})[column.kind] = (column, cell)
            except v.BadCell as bad:
                wrong(column.title, str(bad))
        for side, given in parties.items():
            filing.sides[side] = self._parties(given, wrong)
        if self.parts is not None:
            acts += self.parts.acts(filing, number or key, self.desk, opened)
        filing.acts = in_order(acts, each)
        self._days(filing, each, opened, wrong)
        return filing

    def _opened(self, row: int, cells: Cells) -> date | None:
        """The day on which the case began, by whichever opening acts the row tells of."""
        days = []
        for at, column in self._opening:
            cell = cells[at] if at < len(cells) else ""
            if says(cell):
                try:
                    days.append(v.day(cell))
                except v.BadCell as bad:
                    self.errors.append(RowError(row, column.title, str(bad)))
                    return None
        if days:
            return min(days)
        titles = "、".join(column.title for _, column in self._opening) or "立案日期"
        self.errors.append(RowError(row, titles, f"没有填写{titles}；案件从这一天开始，必须填写"))
        return None

    def _foreign(self, row: int, cells: Cells, each: Layout, mine: set[int]) -> None:
        """Cells under headings that another version has, and the version of this case has not."""
        for columns in self.table.columns.values():
            for at, column in columns:
                if at in mine or at >= len(cells) or not says(cells[at]):
                    continue
                mine.add(at)
                until = f"至{each.d.to}" if each.d.to else "起"
                self.errors.append(
                    RowError(
                        row, column.title,
                        f"该案适用的程序版本（{each.d.from_}{until}）没有“{column.title}”这一项；请清空，或者核对立案日期",
                    )
                )  # fmt: skip

    def _organ(self, told: tuple[Column, Any] | None, opened: date, wrong: Callable[[str, str], None]) -> str:
        if told is None:
            if not self.organ:
                wrong("承办机关", "没有填写承办机关；请填写机关名录中的名称")
            return self.organ
        try:
            organ = self.desk.organ(v.plain(told[1]), opened)
        except v.BadCell as bad:
            wrong(told[0].title, str(bad))
            return ""
        if not self.desk.may_file(organ):
            wrong(told[0].title, f"您只能导入本单位和下级单位的案件；“{v.text(told[1])}”的案件请由该单位导入")
        return organ

    def _acts(
        self, each: Layout, column: Column, cell: Any, told: Mapping[str, tuple[Column, Any]]
    ) -> list[Act]:
        days = v.several(cell) if column.many else [cell]
        found = [(v.day(x), _time(x)) for x in days]
        ends: list[str] = []
        end = told.get(f"end.{column.name}")
        if each.d.actions[column.name].outcomes:
            if end is None:
                raise v.BadCell("填写了日期，没有填写结果", "请同时填写处理结果")
            parts = v.several(end[1]) if len(found) > 1 else [end[1]]
            ends = [choice(end[0], x) for x in parts]
            if len(ends) != len(found):
                raise v.BadCell(
                    f"有{len(found)}个日期、{len(ends)}个结果", "两列的个数和顺序应当一致，用分号隔开"
                )
        return [
            Act(column.name, on, at, ends[i] if ends else "") for i, (on, at) in enumerate(found)
        ]  # fmt: skip

    def _parties(
        self, given: Mapping[str, tuple[Column, Any]], wrong: Callable[[str, str], None]
    ) -> list[Wanted]:
        """The parties of one side; the columns' parts belong together by their order."""
        cells: dict[str, list[str]] = {}
        for kind, (column, cell) in given.items():
            try:
                words = [v.identity_number(x) for x in _split(cell, column.many)] if kind == "party_number" else [
                    v.text(x) for x in _split(cell, column.many)
                ]  # fmt: skip
                if kind in ("party_kind", "party_identity_kind"):
                    words = [choice(column, x) if x else "" for x in words]
            except v.BadCell as bad:
                wrong(column.title, str(bad))
                return []
            cells[kind] = [v.unguarded(x) for x in words]
        some = next(iter(given.values()))[0]
        if "party_name" not in cells:
            wrong(some.title, "填写了当事人的其他信息，没有填写名称；请补上姓名或者名称")
            return []
        title = given["party_name"][0].title
        many = len(cells["party_name"])
        for kind, words in cells.items():
            if len(words) != many:
                wrong(
                    given[kind][0].title,
                    f"有{len(words)}项，与“{title}”的{many}项对不上；几个的用分号隔开，顺序一致",
                )
                return []
        found = []
        for i in range(many):
            name, kind, identity_kind, number = (
                cells[k][i] if k in cells else "" for k in ("party_name", "party_kind", "party_identity_kind", "party_number")
            )  # fmt: skip
            try:
                found.append(
                    wanted(name, number, kind=kind, identity_kind=identity_kind, today=self.desk.today)
                )
            except Invalid as error:
                for p in error.problems:
                    column = given.get(f"party_{p.field}", given["party_name"])[0]
                    law = f"（{p.law}）" if p.law else ""
                    wrong(column.title, f"{p.message}{law}{f'；{p.next}' if p.next else ''}")
        return found

    def _days(self, filing: Filing, each: Layout, opened: date, wrong: Callable[[str, str], None]) -> None:
        """No day to come, none before the act that has to come first."""
        first: dict[str, date] = {}
        for act in filing.acts:
            first.setdefault(act.action, act.on)
            if act.on > self.desk.today:
                wrong(
                    self._title(each, "act", act),
                    f"日期{act.on}晚于今天{self.desk.today}；请填写实际发生的日期",
                )
        for name, day in first.items():
            before = [x for x in each.before[name] if x in first and day < first[x]]
            if day < opened and not before:
                title = self._title(each, "act", name)
                wrong(title, f"日期{day}早于案件开始的日期{opened}；请核对两个日期")
            for earlier in before:
                mine, theirs = each.d.actions[name].title, each.d.actions[earlier].title
                wrong(
                    self._title(each, "act", name),
                    f"「{mine}」的日期{day}早于「{theirs}」的日期{first[earlier]}，而前者只能在后者之后办理；请核对两个日期",
                )

    def _title(self, each: Layout, family: str, what: Column | Act | str) -> str:
        name = what if isinstance(what, str) else what.action if isinstance(what, Act) else what.name
        column = each.column(f"{family}.{name}")
        return column.title if column else each.d.actions[name].title


def _key(cell: Any) -> str:
    """A source number as it is compared."""
    return v.plain(v.unguarded(v.text(cell))) if says(cell) else ""


def _split(cell: Any, many: bool) -> list[Any]:
    if not many or not isinstance(cell, str):
        return [cell]
    return [x.strip() for x in re.split(r"[;；\n\r]+", cell.strip(";； \n\r"))]


def _time(cell: Any) -> str | None:
    """The time beside a day, where one is written."""
    if isinstance(cell, str) and ":" not in cell and "时" not in cell and "：" not in cell:
        return None
    stored = v.moment(cell)
    return None if stored[11:16] == "00:00" else stored
