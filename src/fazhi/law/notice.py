"""One year's holiday notice of the State Council (国务院办公厅关于…年部分节假日安排的通知), as dated data.

Its file is a table of a few rows, which a clerk can type from the notice and check against it line by line:

    年度,2026
    文件,国务院办公厅关于2026年部分节假日安排的通知
    文号,国办发明电〔2025〕7号
    发布,2025-11-04
    放假,2026-01-01,2026-01-03,元旦
    上班,2026-01-04

`放假` gives first and last day and the name, `上班` a make-up working day. `文号`, `发布`, `修改` (a later notice that
changed these days) and `未核实` (what was not read in the notice itself) may be absent.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fazhi.law.errors import NoticeError
from fazhi.law.statutory import statutory

YEARS = range(2000, 2100)
_LARGEST = 100_000  # bytes; a real notice has about 1,000
_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Notice:
    """The days off and the make-up working days of one year.

    A notice may also govern days of the December before (元旦). `published` None and `number` empty: not known.
    """

    year: int
    source: str
    published: date | None
    holidays: tuple[tuple[date, str], ...]
    workdays: tuple[date, ...]
    number: str = ""
    changed_by: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def citation(self) -> str:
        """How a derivation names the notice."""
        return f"{self.source}（{self.number}）" if self.number else self.source

    @classmethod
    def parse(cls, content: bytes) -> Notice:
        """Read a notice file. NoticeError names every bad line, and what it should say."""
        rows = list(_rows(_decode(content)))
        reading = _Reading()
        for line, row in rows:
            reading.take(line, row)
        return reading.notice()

    def render(self) -> bytes:
        """The notice as a file that `parse` reads back as the same notice."""
        out = io.StringIO()
        write: Any = csv.writer(out, lineterminator="\n").writerow
        write(["年度", self.year])
        write(["文件", self.source])
        if self.number:
            write(["文号", self.number])
        if self.published:
            write(["发布", self.published])
        for change in self.changed_by:
            write(["修改", change])
        for what in self.unverified:
            write(["未核实", what])
        for first, last, name in self.blocks():
            write(["放假", first, last, name])
        for day in self.workdays:
            write(["上班", day])
        return out.getvalue().encode()

    def blocks(self) -> list[tuple[date, date, str]]:
        """The days off as unbroken runs of one name: (first, last, name), in order."""
        blocks: list[tuple[date, date, str]] = []
        for day, name in sorted(self.holidays):
            if blocks and blocks[-1][2] == name and day - blocks[-1][1] == timedelta(days=1):
                blocks[-1] = (blocks[-1][0], day, name)
            else:
                blocks.append((day, day, name))
        return blocks


class _Reading:
    """The rows of a notice file as far as read, and what is wrong with them."""

    def __init__(self) -> None:
        self.year: int | None = None
        self.texts: dict[str, list[str]] = {"文件": [], "文号": [], "修改": [], "未核实": []}
        self.published: date | None = None
        self.holidays: dict[date, tuple[int, str]] = {}
        self.workdays: dict[date, int] = {}
        self.problems: list[str] = []

    def take(self, line: int, row: list[str]) -> None:
        kind, values = row[0], row[1:]
        try:
            if kind == "年度":
                self._year(values)
            elif kind == "发布":
                self.published = _date(_one(values))
            elif kind in self.texts:
                self.texts[kind].append(_one(values))
            elif kind == "放假":
                self._days_off(line, values)
            elif kind == "上班":
                self._workday(line, values)
            else:
                raise ValueError(
                    f"不认识“{kind}”，每行应以 年度、文件、文号、发布、修改、未核实、放假、上班 之一开头"
                )
        except ValueError as problem:
            self.problems.append(f"第{line}行：{problem}")

    def _year(self, values: list[str]) -> None:
        text = _one(values)
        if self.year is not None:
            raise ValueError("年度写了两次")
        if not re.fullmatch("[0-9]{4}", text) or int(text) not in YEARS:
            raise ValueError(f"年度“{text}”应是 {YEARS[0]} 至 {YEARS[-1]} 之间的四位年份")
        self.year = int(text)

    def _days_off(self, line: int, values: list[str]) -> None:
        if len(values) != 3 or not values[2]:
            raise ValueError("放假应写成“放假,第一日,最后一日,节日名称”")
        first = _date(values[0])
        last = _date(values[1]) if values[1] else first
        if last < first:
            raise ValueError(f"放假的最后一日 {last} 早于第一日 {first}")
        if (last - first).days > 30:
            raise ValueError(f"放假自 {first} 至 {last} 长达 {(last - first).days + 1} 日，请核对")
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day in self.holidays:
                raise ValueError(f"{day} 已在第{self.holidays[day][0]}行列为放假")
            self.holidays[day] = (line, values[2])

    def _workday(self, line: int, values: list[str]) -> None:
        day = _date(_one(values))
        if day.weekday() < 5:
            raise ValueError(
                f"{day} 是星期{_WEEKDAYS[day.weekday()]}，本来就上班；调休上班日应是星期六或星期日"
            )
        if day in self.workdays:
            raise ValueError(f"{day} 已在第{self.workdays[day]}行列为上班")
        self.workdays[day] = line

    def notice(self) -> Notice:
        year = self.year
        if year is None:
            self.problems.insert(0, "缺少“年度”一行")
        if len(self.texts["文件"]) != 1:
            self.problems.append("应有且只有一行“文件”（通知的名称，即数据来源）")
        if len(self.texts["文号"]) > 1:
            self.problems.append("“文号”写了两次")
        for day, line in self.workdays.items():
            if day in self.holidays:
                self.problems.append(f"第{line}行：{day} 既列为上班，又在第{self.holidays[day][0]}行列为放假")
        if year is not None:
            self._check_year(year)
        if year is None or self.problems:
            raise NoticeError(
                "放假安排文件有误："
                + "；".join(self.problems[:10])
                + ("；……" if self.problems[10:] else "。"),
                next="请对照通知原文逐行改正后重新载入；本次没有写入任何内容。",
            )
        return Notice(
            year=year,
            source=self.texts["文件"][0],
            published=self.published,
            holidays=tuple((day, name) for day, (_, name) in sorted(self.holidays.items())),
            workdays=tuple(sorted(self.workdays)),
            number="".join(self.texts["文号"]),
            changed_by=tuple(self.texts["修改"]),
            unverified=tuple(self.texts["未核实"]),
        )

    def _check_year(self, year: int) -> None:
        days = {**{day: line for day, (line, _) in self.holidays.items()}, **self.workdays}
        for day, line in sorted(days.items()):
            if day.year != year and (day.year, day.month) != (year - 1, 12):
                self.problems.append(f"第{line}行：{day} 不在 {year} 年（或上年12月）")
                break
        rule = statutory(year)
        missing = [
            f"{day}（{name}）"
            for day, name in sorted(rule.days.items())
            if day in self.workdays or (day.weekday() < 5 and day not in self.holidays)
        ]
        if missing:
            self.problems.append(f"缺少法定节假日 {'、'.join(missing)}，依据{rule.law}")


def _decode(content: bytes) -> str:
    if len(content) > _LARGEST:
        raise NoticeError(
            f"文件有 {len(content)} 字节，不像一份放假安排（通常约一千字节）。", next="请检查选错了文件没有。"
        )
    if content.startswith(b"PK") or content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NoticeError(
            "这是电子表格或压缩文件，不是 CSV 文本。", next="请在表格软件中另存为 CSV 后再载入。"
        )
    for encoding in ("utf-8-sig", "gb18030"):  # what WPS and Excel save as CSV
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NoticeError("文件不是文本，无法读取。", next="请用 UTF-8 或 GBK 编码的 CSV 文件。")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, without blanks and without the empty cells that a spreadsheet adds at the end."""
    try:
        for line, cells in enumerate(csv.reader(io.StringIO(text), strict=True), start=1):
            row = [cell.strip() for cell in cells]
            while row and not row[-1]:
                row.pop()
            if row and not row[0].startswith("#"):
                yield line, row
    except csv.Error as error:
        raise NoticeError(
            "文件不是一张完整的 CSV 表，可能引号没有成对。", next="请检查文件中的引号。"
        ) from error


def _one(values: list[str]) -> str:
    if len(values) != 1:
        raise ValueError("这一行应只有一个值")
    return values[0]


def _date(text: str) -> date:
    parts = _DATE.fullmatch(text)
    if not parts:
        raise ValueError(f"“{text}”不是日期，应写成 2026-01-01")
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        raise ValueError(f"没有“{text}”这一天") from None
