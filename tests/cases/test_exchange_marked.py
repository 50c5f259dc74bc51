"""Mistakes come back in a copy of the file; and the right rows alone, where somebody chooses so."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.cell_range import CellRange

from fazhi.cases import exchange
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import mistakes as m
from fazhi.cases.exchange.mistakes import marked
from fazhi.cases.models import Case, Import
from fazhi.cli import main

from .exchange_build import COMPANY, SYSTEM, Office, csv_of, row, xlsx_of


@pytest.fixture
def o(db: None) -> Office:
    return Office()


def checked(o: Office, data: bytes, kind: str = "") -> bytes:
    done = o.load(data, dry_run=True)
    assert done.errors
    return marked(data, "filing", done.errors, kind)


def sheet_of(data: bytes, name: str = "数据") -> Any:
    return load_workbook(io.BytesIO(data))[name]


def cell_under(sheet: Any, row: int, title: str) -> Any:
    heads = [c.value for c in sheet[1]]
    return sheet.cell(row, heads.index(title) + 1)


def red(cell: Any) -> bool:
    return cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == m.WRONG.fgColor.rgb


@pytest.mark.parametrize("large", [False, True])
def test_the_wrong_cell_is_marked_and_the_reason_stands_beside(
    o: Office, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(m, "IN_PLACE", 0)
    data = xlsx_of([row("A1"), row("A2", 罚款金额="-5", 案由="无此案由"), row("A3")])
    sheet = sheet_of(checked(o, data))
    fine, wrong = cell_under(sheet, 2, "罚款金额"), cell_under(sheet, 3, "罚款金额")
    assert (red(fine), red(wrong), red(cell_under(sheet, 3, "案由"))) == (False, True, True)
    assert fine.comment is None
    assert "金额不得为负数" in wrong.comment.text
    why = cell_under(sheet, 3, "校验问题").value
    assert "罚款金额：" in why
    assert "案由：" in why
    assert cell_under(sheet, 2, "校验问题").value is None
    assert wrong.value == "-5"
    assert sheet.max_row == 4


def test_a_workbook_keeps_its_own_look(o: Office) -> None:
    book = load_workbook(io.BytesIO(xlsx_of([row("A1", 罚款金额="-5")])))
    book["数据"].column_dimensions["A"].width = 44
    book.create_sheet("备忘")["B2"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    copy = load_workbook(io.BytesIO(checked(o, out.getvalue())))
    assert copy["数据"].column_dimensions["A"].width == 44
    assert copy["备忘"]["B2"].value == "=1+1"


def test_a_title_above_the_headings_and_merged_cells(o: Office) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "数据"  # type: ignore[union-attr]
    heads = list(row())
    sheet.append(["全县行政处罚案件台账"])  # type: ignore[union-attr]
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))  # type: ignore[union-attr]
    sheet.append(heads)  # type: ignore[union-attr]
    sheet.append(list(row("A1", 罚款金额="若干").values()))  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    copy = sheet_of(checked(o, out.getvalue()))
    place = heads.index("罚款金额") + 1
    assert red(copy.cell(3, place))
    assert copy.cell(2, len(heads) + 1).value == "校验问题"
    assert "不是金额" in copy.cell(3, len(heads) + 1).value


def test_mistakes_of_part_sheets_stand_in_their_sheet(o: Office) -> None:
    lines = [{"来源系统案号": "A1", "登记物品日期": "2024-03-06", "名称": "秤", "价值": "x"}]
    data = xlsx_of([row("A1")], 物品=lines)
    copy = checked(o, data)
    assert red(cell_under(sheet_of(copy, "物品"), 2, "价值"))
    assert "不是金额" in cell_under(sheet_of(copy, "物品"), 2, "校验问题").value
    assert "校验问题" not in [c.value for c in sheet_of(copy)[1]]
    with pytest.raises(CaseError, match="分项表"):
        checked(o, data, "csv")


def test_a_missing_column_is_told_beside_the_headings(o: Office) -> None:
    data = xlsx_of([{k: v for k, v in row().items() if k != "承办机关"}])
    sheet = sheet_of(checked(o, data))
    assert sheet.cell(1, sheet.max_column).value.startswith("校验问题\n承办机关：缺少必需的列")


def test_csv_comes_back_as_csv_with_a_column_of_reasons(o: Office) -> None:
    copy = checked(o, csv_of([row("A1"), row("A2", 罚款金额="-5")], "gb18030"))
    rows = list(csv.DictReader(io.StringIO(copy.decode("utf-8-sig"))))
    assert [r["校验问题"] == "" for r in rows] == [True, False]
    assert rows[1]["校验问题"].startswith("罚款金额：")
    assert rows[1]["事项"] == "某事"


def test_csv_comes_back_as_a_workbook_where_that_is_asked_for(o: Office) -> None:
    sheet = sheet_of(checked(o, csv_of([row("A1", 罚款金额="-5", 事项="=1+1")]), "xlsx"))
    assert red(cell_under(sheet, 2, "罚款金额"))
    assert cell_under(sheet, 2, "事项").data_type == "s"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_copy_is_corrected_and_comes_back(o: Office, kind: str) -> None:
    data = xlsx_of([row("A1", 罚款金额="-5"), row("A2")])
    copy = checked(o, data, kind)
    again = o.load(copy, dry_run=True)
    assert (len(again.errors), again.ignored) == (1, ())
    twice = marked(copy, "filing", again.errors, kind)
    heads = next(csv.reader(io.StringIO(twice.decode("utf-8-sig")))) if kind == "csv" else [
        c.value for c in sheet_of(twice)[1]
    ]  # fmt: skip
    assert heads.count("校验问题") == 1
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(twice))
        cell_under(book["数据"], 2, "罚款金额").value = "5"
        out = io.BytesIO()
        book.save(out)
        assert o.loaded(out.getvalue()).new == 2
        wrong = xlsx_of([row("A3", 罚款金额="-5"), row("A4")])
        book = load_workbook(io.BytesIO(checked(o, wrong)))
        cell_under(book["数据"], 2, "罚款金额").value = "5"
        cell_under(book["数据"], 3, "罚款金额").value = "若干"
        out = io.BytesIO()
        book.save(out)
        sheet = sheet_of(checked(o, out.getvalue()))
        assert not red(cell_under(sheet, 2, "罚款金额"))  # the mark of the first round is gone
        assert red(cell_under(sheet, 3, "罚款金额"))
        assert cell_under(sheet, 2, "校验问题").value is None


# ---- the right rows only --------------------------------------------------------------------------------------------


def right(o: Office, data: Any, **more: Any) -> exchange.Outcome:
    data = data if isinstance(data, bytes) else csv_of(data)
    order = exchange.Order("filing", "339821", system=SYSTEM, only_right=True)
    return exchange.load(data, order, **more)


def test_the_right_rows_are_one_batch_and_the_others_are_told(o: Office) -> None:
    rows = [row("A1"), row("A2", 罚款金额="-5"), row("A3"), row("A4", 承办机关="无此局")]
    assert o.load(rows).batch == ""
    done = right(o, rows)
    assert (done.new, done.left, len(done.errors)) == (2, 2, 2)
    assert sorted(Case.objects.values_list("source_number", flat=True)) == ["A1", "A3"]
    assert Import.objects.get(pk=done.batch).wrong == 2
    assert done.as_dict()["left"] == 2
    again = o.loaded([row("A1"), row("A2"), row("A3"), row("A4")])
    assert (again.new, again.same) == (2, 2)
    o.verified()
    o.undo(again.batch)
    assert o.undo(done.batch) == 2


def test_a_dry_run_says_what_it_would_be_and_writes_nothing(o: Office) -> None:
    done = right(o, [row("A1"), row("A2", 罚款金额="-5")], dry_run=True)
    assert (done.new, done.left, done.batch) == (1, 1, "")
    assert Case.objects.count() == 0


def test_of_rows_with_one_number_none_is_the_right_one(o: Office) -> None:
    done = right(o, [row("A1"), row("A2"), row("A1", 罚款金额="1")])
    assert (done.new, done.left) == (1, 2)
    assert Case.objects.get().source_number == "A2"


def test_a_row_does_not_name_a_case_that_was_left_out(o: Office) -> None:
    done = right(o, [row("A1", 罚款金额="-5"), row("A2", 相关案件="A1"), row("A3", 相关案件="A2")])
    assert (done.new, done.left) == (2, 1)
    two, three = o.case("A2"), o.case("A3")
    from fazhi.cases import store

    assert store.read(two.id).state.values["related"] == "A1"  # type: ignore[union-attr]
    assert store.read(three.id).state.values["related"] == two.id  # type: ignore[union-attr]


def test_a_party_of_a_row_that_was_left_out_is_not_kept(o: Office) -> None:
    from fazhi.organs.models import Party

    before = Party.objects.count()
    bad = row("A1", 当事人名称="甲公司", 当事人证件号码=COMPANY, 罚款金额="-5")
    assert right(o, [bad, row("A2")]).new == 1
    assert Party.objects.count() == before


def test_a_case_whose_lines_are_wrong_is_left_out(o: Office) -> None:
    lines = [
        {"来源系统案号": "A1", "登记物品日期": "2024-03-06", "名称": "秤", "价值": "x"},
        {"来源系统案号": "A2", "登记物品日期": "2024-03-06", "名称": "秤", "价值": "3"},
    ]
    done = right(o, xlsx_of([row("A1"), row("A2")], 物品=lines))
    assert (done.new, done.left) == (1, 1)
    assert Case.objects.get().source_number == "A2"


def test_nothing_right_writes_nothing(o: Office) -> None:
    done = right(o, row("A1", 罚款金额="-5"))
    assert (done.new, done.left, done.batch) == (0, 1, "")
    assert Import.objects.count() == 0


def test_a_column_that_is_missing_is_not_a_matter_of_rows(o: Office) -> None:
    done = right(o, {k: v for k, v in row().items() if k != "立案日期"})
    assert (done.left, done.batch, len(done.errors)) == (0, "", 1)


def test_with_several_processes_it_is_the_same(o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from fazhi.cases.exchange import deciding

    monkeypatch.setattr(deciding, "WORTH", 1)
    monkeypatch.setattr(deciding, "PIECE", 3)
    monkeypatch.setattr(deciding, "_may_fork", lambda using: False)
    rows = [row(f"A{n}", 罚款金额="-5" if n % 4 == 0 else "5") for n in range(12)]
    done = right(o, rows, workers=2)
    assert (done.new, done.left) == (9, 3)


# ---- by command -----------------------------------------------------------------------------------------------------


def test_by_command(o: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "案件.csv", tmp_path / "错误.xlsx"
    file.write_bytes(csv_of([row("A1"), row("A2", 罚款金额="-5")]))
    asked = ["import", "--procedure", "filing", str(file), "--system", SYSTEM]
    assert main([*asked, "--errors-to", str(out)]) == 1
    told = capsys.readouterr()
    assert "没有导入任何内容" in told.out
    assert red(cell_under(sheet_of(out.read_bytes()), 3, "罚款金额"))
    assert Case.objects.count() == 0
    assert main([*asked, "--only-right"]) == 1
    told = capsys.readouterr()
    assert "1 行有错误，没有导入" in told.out
    assert Case.objects.count() == 1
    assert main(["import", "--batches", "--json"]) == 0
    batches = json.loads(capsys.readouterr().out)
    assert [(b["new"], b["wrong"], b["undone"]) for b in batches] == [(1, 1, False)]
    assert main(["import", "--undo", batches[0]["batch"]]) == 0
    capsys.readouterr()
    assert main(["import", "--batches"]) == 0
    assert "已撤销" in capsys.readouterr().out


def test_a_weekly_job_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    from fazhi.cases.shell_import import _progress

    tell = _progress()
    for done in range(500, 10_001, 500):
        tell("校验", done, 10_000)
    tell("校验", 10, 20)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 10
    assert said[-1].endswith("校验 10000/10000")


def test_a_small_file_that_reaches_far_is_written_anew(o: Office) -> None:
    """openpyxl makes a cell for each of a merged area, and for the whole rectangle: a file of 10 KB would take gigabytes."""
    book = load_workbook(io.BytesIO(xlsx_of([row("A1", 罚款金额="-5")])))
    book["数据"]["IA9000"].fill = m.WRONG
    assert m._reached(saved(book)) > m.IN_PLACE
    book = load_workbook(io.BytesIO(xlsx_of([row("A1", 罚款金额="-5")])))
    book["数据"].merged_cells.ranges.add(CellRange("A5:XFD1048576"))
    data = saved(book)
    assert m._reached(data) > m.IN_PLACE
    assert cell_under(sheet_of(checked(o, data)), 2, "校验问题").value


def test_a_formula_in_a_cell_stays_words_in_the_csv(o: Office) -> None:
    data = csv_of([row("A1", 罚款金额="若干", 案由="=HYPERLINK(1)"), row("A2", 罚款金额="若干", 案由="'=1")])
    copy = checked(o, data, "csv").decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in copy
    assert ",=HYPERLINK" not in copy
    assert "''=1" not in copy


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
