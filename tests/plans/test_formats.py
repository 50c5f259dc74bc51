"""The same plan in every kind of file that clerks bring: it is read alike, tables with merged cells included."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from tests.plans import measuring
from tests.reading import printed

from fazhi.cli import main
from fazhi.errors import UserError
from fazhi.plans import sheets, webtables
from fazhi.plans.parse import open_file, parse_plan, read_file
from fazhi.plans.values import Plan

NAMES = ["a1_points", "a2_prose", "a3_table", "a6_division"]


def text_of(name: str) -> str:
    return (measuring.FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def said(plan: Plan) -> list[object]:
    return [
        (t.number, t.title, t.lead, t.cooperating, [(x.op, x.value, x.unit, x.due) for x in t.targets])
        for t in plan.tasks
    ]


def as_docx(text: str) -> bytes:
    made = docx.Document()
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            table = made.add_table(0, max(map(len, rows)))
            for row in rows:
                for cell, words in zip(table.add_row().cells, row, strict=False):
                    cell.text = words
            rows = []
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_html(text: str) -> bytes:
    body, rows = "", ""
    for line in [*text.splitlines(), ""]:
        if "\t" in line:
            rows += "<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in line.split("\t")) + "</tr>"
            continue
        if rows:
            body, rows = f"{body}<table>{rows}</table>", ""
        body += f"<p>{line}</p>" if line else ""
    menu = "".join(f"<li><a href='/{n}'>栏目{n}</a></li>" for n in range(12))
    page = f"<html><head><meta charset='gbk'><title>页</title></head><body><div class='nav'><ul>{menu}</ul></div><div class='article'>{body}</div><div class='footer'>主办：某县人民政府办公室　ICP备12345号</div></body></html>"  # fmt: skip
    return page.encode("gbk")


def as_xlsx(text: str) -> bytes:
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append(line.split("\t"))  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_pdf(text: str, wide: int = 28) -> bytes:
    """Printed at 28 characters a line, 22 lines a page, with page numbers, as official documents are."""
    rows: list[tuple[float, str]] = []
    for line in text.splitlines():
        first = True
        words = line
        while words:
            room = wide - 2 if first else wide
            rows.append((printed.LEFT + (2 * printed.EM if first else 0), words[:room]))
            words, first = words[room:], False
    pages = []
    for at in range(0, len(rows), 22):
        drawn = [(x, printed.TOP + printed.PITCH * i, w) for i, (x, w) in enumerate(rows[at : at + 22])]
        pages.append([*drawn, (290.0, 800.0, f"— {at // 22 + 1} —")])
    return printed.pdf(pages)


def ruled_pdf(text: str, merged: tuple[tuple[int, int], ...] = ()) -> bytes:
    """The lines as paragraphs, the rows as a table with drawn lines, four characters a line in each cell.

    `merged`: cells (row, column) without a line above them, that belong to the cell above.
    """
    placed: list[tuple[float, float, str]] = []
    ruled: list[tuple[float, float, float, float]] = []
    y, wide, pitch = 80.0, 5 * printed.EM, 20.0
    row_number = 0
    for line in text.splitlines():
        cells = line.split("\t")
        if len(cells) == 1:
            placed.append((printed.LEFT, y + 16, line))
            y += 28 if line else 0
            continue
        parts = [[cell[i : i + 4] for i in range(0, len(cell), 4)] or [""] for cell in cells]
        height = pitch * max(map(len, parts)) + 8
        for column, words in enumerate(parts):
            x = 30 + wide * column
            ruled.append((x, y, x, y + height))
            if (row_number, column) not in merged:
                ruled.append((x, y, x + wide, y))
            placed += [(x + 6, y + 18 + pitch * i, word) for i, word in enumerate(words) if word]
        ruled += [(30 + wide * len(cells), y, 30 + wide * len(cells), y + height), (30, y + height, 30 + wide * len(cells), y + height)]  # fmt: skip
        if merged and any(r == row_number + 1 for r, _ in merged):
            ruled.pop()
        y += height
        row_number += 1
    return printed.pdf([placed], ruled=ruled)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("ending", "made"), [("docx", as_docx), ("html", as_html), ("pdf", as_pdf)])
def test_a_plan_is_read_alike_from_every_kind_of_file(name: str, ending: str, made: object) -> None:
    if (name, ending) == ("a3_table", "pdf"):
        made = ruled_pdf
    text = text_of(name)
    read = parse_plan(read_file(f"计划.{ending}", made(text)))  # type: ignore[operator]
    assert said(read) == said(parse_plan(text))


def test_a_sheet_is_read_as_its_table() -> None:
    text = text_of("a3_table")
    assert said(parse_plan(read_file("分解.xlsx", as_xlsx(text)))) == said(parse_plan(text))


HEAD = ["序号", "任务类别", "工作任务", "牵头单位", "配合单位", "完成时限"]
ROWS = [
    ["1", "规范执法", "案卷评查不少于60卷", "县司法局", "各乡镇", "2026年6月底"],
    ["2", "", "执法培训不少于40学时", "", "县人社局", "2026年9月底"],
    ["3", "公开透明", "公示率达到100%", "县政府办", "", "年底前"],
]
WANTED = [
    ("1", "案卷评查不少于60卷", "县司法局", ("各乡镇",), "规范执法", "2026-06-30"),
    ("2", "执法培训不少于40学时", "县司法局", ("县人社局",), "规范执法", "2026-09-30"),
    ("3", "公示率达到100%", "县政府办", (), "公开透明", "2026-12-31"),
]


def rows_of(plan: Plan) -> list[object]:
    return [(t.number, t.title, t.lead, t.cooperating, t.section, str(t.targets[0].due)) for t in plan.tasks]


def test_merged_cells_of_a_sheet_stand_in_each_row() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某县2026年法治政府建设任务分解表"])
    sheet.append(HEAD)
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("D3:D4")
    out = io.BytesIO()
    book.save(out)
    assert rows_of(parse_plan(read_file("a.xlsx", out.getvalue()))) == WANTED


def test_merged_cells_of_a_page_stand_in_each_row() -> None:
    def row(cells: list[str]) -> str:
        return "<tr>" + "".join(cells) + "</tr>"

    head = row([f"<th>{h}</th>" for h in HEAD])
    one = row(
        [f"<td>{c}</td>" if i not in (1, 3) else f"<td rowspan='2'>{c}</td>" for i, c in enumerate(ROWS[0])]
    )
    two = row([f"<td>{c}</td>" for i, c in enumerate(ROWS[1]) if i not in (1, 3)])
    three = row([f"<td>{c}</td>" for c in ROWS[2]])
    page = (
        f"<meta charset=utf-8><p>某县2026年法治政府建设任务分解表</p><table>{head}{one}{two}{three}</table>"
    )
    assert rows_of(parse_plan(read_file("a.html", page.encode()))) == WANTED
    assert webtables.straightened(b"<p>plain</p>") == b"<p>plain</p>"


def test_merged_cells_of_a_printed_table_stand_in_each_row() -> None:
    lines = ["某县2026年法治政府建设任务分解表", "\t".join(HEAD), *("\t".join(row) for row in ROWS)]
    data = ruled_pdf("\n".join(lines), merged=((2, 1), (2, 3)))
    text = read_file("a.pdf", data).splitlines()
    assert text[0] == lines[0]
    assert text[1] == lines[1]
    assert rows_of(parse_plan("\n".join(text))) == WANTED


def test_a_row_that_a_page_breaks_is_one_task() -> None:
    head = "序号\t重点任务\t工作措施\t责任单位\t完成时限"
    text = (
        f"某县2026年政务公开重点任务分解表\n{head}\n1\t规范公开\t新建专区6个，改造\t县数据局、各\t9月\n{head}\n"
        "\t\t提升专区40个\t乡镇人民政府\t底前\n2\t强化解读\t解读率达到100%\t县府办\t年底\n"
    )
    plan = parse_plan(text)
    assert [(t.number, t.title, t.lead, t.cooperating) for t in plan.tasks] == [
        ("1", "规范公开", "县数据局", ("各乡镇人民政府",)),
        ("2", "强化解读", "县府办", ()),
    ]
    assert [(str(x.value), str(x.due)) for x in plan.tasks[0].targets] == [
        ("6", "2026-09-30"),
        ("40", "2026-09-30"),
    ]


def test_words_around_a_printed_table_stay_where_they_are() -> None:
    text = text_of("a3_table") + "说明：请各单位抓好落实。\n"
    read = read_file("a.pdf", ruled_pdf(text)).splitlines()
    assert [line for line in read if line] == [line for line in text.splitlines() if line]


def test_spans_without_end_do_not_fill_the_memory() -> None:
    page = b"<table>" + b"<tr><td rowspan=999999 colspan=999999>x</td></tr>" * 50 + b"</table>"
    assert len(webtables.straightened(page)) < 20_000_000


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"PK\x03\x04broken", "已损坏"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "老式"),
        ("a.xls", b"x", "老式 Excel"),
        ("a.pdf", b"%PDF-1.4 nothing", ""),
        ("a.pdf", b"no pdf", "不是 PDF"),
        ("a.html", b"<html></html>", "没有读到文字"),
        ("a.mht", b"x", ".mht"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UserError) as told:
        read_file(name, data)
    assert words in told.value.message
    assert told.value.next


def sheet(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<c r="A1"/><c r="XFD1048576"/>', "超过"),
        (b"0" * (65 * 1024 * 1024), "压缩炸弹"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>', "实体"),
    ],
    ids=["far corners", "bomb", "entity"],
)
def test_a_hostile_sheet_is_refused_before_it_is_laid_out(content: bytes, words: str) -> None:
    with pytest.raises(UserError) as told:
        read_file("a.xlsx", sheet(content))
    assert words in told.value.message


def test_the_command_reads_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, made in (("a.pdf", as_pdf), ("a.html", as_html)):
        file = tmp_path / name
        file.write_bytes(made(text_of("a1_points")))
        assert main(["plan", "import", str(file), "--dry-run", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [t["number"] for t in told["tasks"]] == [str(n) for n in range(1, 8)]
        assert told["tasks"][0]["lead"] == "区行政审批局"


def test_notes_of_reading_stand_before_the_warnings() -> None:
    text, notes = open_file("a.html", as_html(text_of("a1_points")))
    assert notes == ()
    plan = parse_plan(text, ("第2页是图片，没有读到文字。",))
    assert plan.warnings[0] == "第2页是图片，没有读到文字。"


@pytest.mark.parametrize(
    "content",
    [
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1"><c\nr="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><x:c r="xfd1"/></row>',
        b'<row r="1048576"><c><v>1</v></c></row>',
        b"<row>" + b"<c/>" * 121 + b"</row>",
        b"<row>" + b"<c/><!--<row>-->" * 121 + b"</row>",
        b'<row><c r="A1"/>\x00</row>',
    ],
)
def test_far_cells_however_they_are_written_are_refused(content: bytes) -> None:
    """The reader lays a sheet out as a rectangle: where memory ends, it ends the whole process."""
    with pytest.raises(UserError):
        sheets._check("a.xlsx", sheet(content))


def test_cells_without_addresses_are_read() -> None:
    sheets._check("a.xlsx", sheet((b"<row>" + b"<c/>" * 50 + b"</row>") * 50))


@pytest.mark.parametrize(("rows", "columns"), [(1, 61), (5001, 1)])
def test_a_sheet_beyond_what_a_plan_may_have_is_told_by_its_size(rows: int, columns: int) -> None:
    made = openpyxl.Workbook()
    made.active.cell(rows, columns, "甲")
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(UserError, match="5000 行或者 60 列"):
        read_file("a.xlsx", out.getvalue())


def test_a_long_cell_over_many_rows_is_not_repeated_without_end() -> None:
    page = (
        "<table><tr><td rowspan=200>"
        + "字" * 100_000
        + "</td></tr>"
        + "<tr><td>1</td></tr>" * 199
        + "</table>"
    )
    assert len(webtables.straightened(page.encode())) < 10_000_000
    wide = (
        "<table><tr>" + "<td rowspan=200 colspan=200>1</td>" * 490 + "</tr>" + "<tr></tr>" * 200 + "</table>"
    )
    assert len(webtables.straightened(wide.encode())) < 10_000_000
