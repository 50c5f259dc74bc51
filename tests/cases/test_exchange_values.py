"""Cells and files as people make them: what is understood, what is refused and in which words."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from fazhi.archives.workbook import Limits
from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.archive import BadFile
from fazhi.cases.exchange.files import read
from fazhi.errors import UserError

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05", "2026.3.5", "2026/3/5", "2026年3月5日", "２０２６年３月５日", "20260305", " 2026-3-5 ", "2026．3．5",
        "2026-03-05 00:00:00", "2026年3月5日 9时30分", 46086, 46086.0, "46086", 20260305.0, datetime(2026, 3, 5, 9, 30), DAY,  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_day_is_understood_however_it_is_written(written: object) -> None:
    assert v.day(written) == DAY


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-02-30", "没有“2026-02-30”这一天"), ("2026-13-01", "没有“2026-13-01”这一天"), ("2026年3月", "只写到月"),
        ("26.3.5", "没有写四位年份"), ("明天", "不是日期"), (12, "不是日期"), ("1900-01-01", "不在1949年10月至2099年之间"),
        (True, "不是日期"), ("2026-03-05 25:00x", "不是日期"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_told(written: object, words: str) -> None:
    with pytest.raises(v.BadCell, match=words):
        v.day(written)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("2000", 200000), ("2,000.50元", 200050), ("２万元", 2000000), ("2.5万", 2500000), ("¥3000", 300000), ("￥3,000", 300000),
        (2000, 200000), (0.1 + 0.2, 30), ("1.2亿元", 12000000000), ("0", 0), ("伍", None), ("-5", None), (-5.0, None),
        ("1.234", None), (1.2345, None), ("1e5", None), (True, None), (float("inf"), None), (float("nan"), None),
    ],
)  # fmt: skip
def test_money_becomes_fen_or_is_refused(written: object, fen: int | None) -> None:
    if fen is None:
        with pytest.raises(v.BadCell, match="金额"):
            v.money(written)
    else:
        assert v.money(written) == fen


@given(st.integers(0, 10**13))
def test_yuan_and_fen_go_there_and_back(fen: int) -> None:
    assert v.money(v.yuan(fen)) == fen


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_goes_to_a_serial_and_back(day: date) -> None:
    assert v.day((day - date(1899, 12, 30)).days) == v.day(f"{day.year}.{day.month}.{day.day}") == day


def test_a_number_that_lost_its_digits_is_not_guessed() -> None:
    for eaten in (1.1010519491231e17, "1.1010519491231E+17", 110105194912310021):
        with pytest.raises(v.BadCell, match="末几位已经丢失"):
            v.identity_number(eaten)
    assert v.identity_number(" 1101051949 1231002x ") == "11010519491231002X"


def test_yes_and_no_have_many_words() -> None:
    assert [v.yes(x) for x in ("是", "√", "Y", True, "1", "有")] == [True] * 6
    assert [v.yes(x) for x in ("否", "×", "no", False, "0", "没有")] == [False] * 6
    with pytest.raises(v.BadCell, match="不清楚的请留空"):
        v.yes("不详")


def test_the_guard_against_formulas_comes_off_again() -> None:
    for words in ("=1+1", "+86", "-5", "@SUM(A1)", "'=1", "平常"):
        assert v.unguarded(v.guarded(words)) == words


# ---- files ----------------------------------------------------------------------------------------------------------


def book(rows: int = 3) -> bytes:
    made = Workbook()
    for n in range(rows):
        made.active.append([f"号{n}", n, DAY, True, None, "文字"])  # type: ignore[union-attr]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rebuilt(data: bytes, change: dict[str, bytes]) -> bytes:
    """The archive with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return out.getvalue()


def sheet(cells: str) -> bytes:
    inner = f"<sheetData>{cells}</sheetData>"
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inner}</worksheet>'.encode()


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(BadFile) as refused:
        read(data, limits)
    assert refused.value.next, "says what to do"
    return refused.value.message


def test_a_workbook_keeps_its_kinds_of_cells() -> None:
    rows = read(book()).sheets[0].rows
    assert list(rows[1]) == ["号1", 1.0, DAY, True, "", "文字"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["案号", "日期"]) + "\r\n" + delimiter.join(['"一,\n二"', "2026-03-05"]) + "\r\n"
    assert [list(r) for r in read(text.encode(encoding)).sheets[0].rows] == [
        ["案号", "日期"],
        ["一,\n二", "2026-03-05"],
    ]


def test_what_is_no_spreadsheet_is_told_what_it_is() -> None:
    assert "空的" in refusal(b"  \n")
    assert "旧版 .xls" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600)
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert "打开密码" in refusal(encrypted)
    assert "编码无法识别" in refusal(b"\x00\x01\x02\xff\xfe\x00")
    assert "CSV" in refusal(b'a,b\n"x')
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "不是 .xlsx" in refusal(packed.getvalue())


def test_a_cut_workbook_is_told_as_such() -> None:
    whole = book(200)
    for at in (5, 300, len(whole) // 2, len(whole) - 1):
        assert "不完整" in refusal(whole[:at])


def test_a_bomb_is_not_unpacked() -> None:
    data = rebuilt(book(), {"xl/worksheets/sheet1.xml": sheet("<row/>" * 2_000_000)})
    assert len(data) < 200_000
    assert "过大" in refusal(data)
    assert "过大" in refusal(book(2000), Limits(unpacked=20_000))


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(rebuilt(book(), {"xl/worksheets/sheet1.xml": sheet("<row/>" * 300_000)}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = data.replace(true.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert refusal(bytes(data))


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row><c r='B900000'><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1"><v>1</v></c></row>',
    ],
)
def test_far_cells_do_not_fill_the_memory(cells: str) -> None:
    data = rebuilt(book(), {"xl/worksheets/sheet1.xml": sheet(cells)})
    assert "超出100000行或者256列" in refusal(data)


def test_a_sheet_under_another_name_is_looked_at_too() -> None:
    far = sheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>')
    old = rebuilt(book(), {})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(old)) as source, zipfile.ZipFile(out, "w") as new:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                data = data.replace(b"worksheets/sheet1.xml", b"media/picture.png")
            new.writestr(name, data)
        new.writestr("xl/media/picture.png", far)
    assert "256列" in refusal(out.getvalue())


def test_entities_and_other_encodings_are_refused() -> None:
    declared = b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet("")
    assert "不允许的声明" in refusal(rebuilt(book(), {"xl/worksheets/sheet1.xml": declared}))
    wide = sheet("").decode().encode("utf-16")
    assert "少见的编码" in refusal(rebuilt(book(), {"xl/worksheets/sheet1.xml": wide}))


def test_too_many_rows_and_cells_are_refused() -> None:
    assert "超过10行" in refusal(b"a,b\n" * 40, Limits(rows=10))
    assert "个单元格" in refusal(book(300), Limits(cells=500))
    assert "行或者" in refusal(book(300), Limits(rows=100))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2000))
@example(b"PK\x03\x04")
@example(b"PK\x05\x06" + b"\x00" * 18)
@example("﻿来源系统案号,x\n\n\n".encode())
def test_no_bytes_raise_anything_but_words_for_a_person(data: bytes) -> None:
    with contextlib.suppress(UserError):
        read(data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_damaged_workbook_raises_anything_but_words_for_a_person(data: st.DataObject) -> None:
    whole = bytearray(_WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UserError):
        read(bytes(whole))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="<>/=\"' abcrstvABZ1239&;:#xml\n", max_size=300))
def test_no_strange_sheet_raises_anything_but_words_for_a_person(inside: str) -> None:
    with contextlib.suppress(UserError):
        read(rebuilt(_WHOLE, {"xl/worksheets/sheet1.xml": sheet(inside)}))


_WHOLE = book()


@pytest.mark.parametrize("tag", ["<c>", "<c\n>", "<x:c>"])
@pytest.mark.parametrize("hidden", ["", "<!--<row-->", '<c x="<row "/>'])
def test_a_row_of_cells_without_addresses_does_not_fill_the_memory(tag: str, hidden: str) -> None:
    cells = "".join(f"{tag}<v>{n}</v></c>{hidden}" for n in range(700))
    far = f'<row r="2">{cells}</row><row r="20000"><c r="A20000"><v>1</v></c></row>'
    assert "256列" in refusal(rebuilt(book(), {"xl/worksheets/sheet1.xml": sheet(far)}))


def test_rows_without_addresses_are_read() -> None:
    rows = "".join("<row>" + "<c><v>1</v></c>" * 200 + "</row>" for _ in range(30))
    read_ = read(rebuilt(book(), {"xl/worksheets/sheet1.xml": sheet(rows)})).sheets[0].rows
    assert (len(read_), len(read_[0])) == (30, 200)
