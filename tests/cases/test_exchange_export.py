"""Export: what can be read in again, what the reader may see, and that it is on record. Templates. The commands."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fazhi.cases import definitions, exchange, search, service
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import BadFile, Order, Wanted
from fazhi.cases.exchange.columns import layout
from fazhi.cases.exchange.values import MASKED
from fazhi.cases.models import Case
from fazhi.cli import main
from fazhi.ledger.access_log import lines
from fazhi.procedures import Command

from .exchange_build import CITIZEN, COMPANY, NOW, SYSTEM, TODAY, Office, csv_of, row, xlsx_of


@pytest.fixture
def o(db: None) -> Office:
    return Office()


def some(o: Office) -> None:
    """Cases with everything that a row may hold."""
    data = xlsx_of(
        [
            row("A1", 当事人名称="甲公司；王小明", 当事人证件号码=f"{COMPANY}；{CITIZEN}", 事实="+1+1", 调查日期="2024-03-05", 内部意见="内"),
            row("A2", 审核日期="2024-03-08；2024-03-12", 审核结果="退回；通过", 种类="甲类；乙、丙类", 罚款金额="1000.5", 情节严重="是"),
            row("A3", 立案日期="2019-03-04", 决定日期="2019-03-20", 决定结果="不予处罚", 罚款金额="", 会面时间="2019-03-05 09:30"),
            row("A4", 承办机关="安澜县乙局", 协办机关="安澜县甲局", 当事人名称="李某", 当事人类别="自然人", 相关案件="A1", 已缴清="否"),
        ],
        物品=[{"来源系统案号": "A1", "登记物品日期": "2024-03-06", "名称": "秤", "价值": "30", "处理物品日期": "2024-03-25", "处理": "退还"}],
    )  # fmt: skip
    o.loaded(data)


def sheet(data: bytes, name: str = "数据") -> list[dict[str, Any]]:
    rows = list(load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True))
    return [{h: c for h, c in zip(rows[0], r, strict=True) if c not in (None, "")} for r in rows[1:]]


def table(data: bytes) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    return [{k: v for k, v in r.items() if v} for r in rows]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("personal", [True, False])
def test_what_is_exported_can_be_imported_and_says_the_same(o: Office, kind: str, personal: bool) -> None:
    some(o)
    service.run(
        Command("act", action="file", on=TODAY, values={"subject": "本系统的", "cause": "road", "source": "seen", "found_on": "2026-11-20", "officers": [o.handler.person], "party": [o.party().id]}),
        o.handler, procedure="filing", now=NOW,
    )  # fmt: skip
    done = o.load(o.export(kind, personal=personal), dry_run=True)
    assert (done.errors, done.changes, done.new, done.same) == ((), (), 0, 5)


def test_an_export_founds_the_same_cases_elsewhere(o: Office) -> None:
    some(o)
    rows = [{k: v for k, v in r.items() if k != "本系统编号"} for r in table(o.export())]
    done = o.loaded(csv_of(rows), system="别处")
    assert (done.new, done.same) == (4, 0)
    o.verified()


def test_cells_are_of_their_kind(o: Office) -> None:
    some(o)
    by_number = {r["来源系统案号"]: r for r in sheet(o.export("xlsx"))}
    first, second = by_number["A1"], by_number["A2"]
    assert (first["立案日期"].date(), first["罚款金额"], second["罚款金额"]) == (
        date(2024, 3, 4),
        2000,
        1000.5,
    )
    assert (second["审核日期"], second["审核结果"], second["种类"]) == (
        "2024-03-08；2024-03-12",
        "退回；通过",
        "甲类；乙、丙类",
    )
    assert (first["当事人名称"], first["当事人证件号码"]) == ("甲公司；王小明", f"{COMPANY}；{CITIZEN}")
    assert sheet(o.export("xlsx"), "物品") == [
        {"来源系统案号": "A1", "登记物品日期": sheet(o.export("xlsx"), "物品")[0]["登记物品日期"], "名称": "秤", "价值": 30,
         "处理物品日期": sheet(o.export("xlsx"), "物品")[0]["处理物品日期"], "处理": "退还"}
    ]  # fmt: skip


def test_nothing_that_was_typed_runs_as_a_formula(o: Office) -> None:
    some(o)
    o.loaded(row("A5", 事项="=HYPERLINK(1)"))
    text = o.export("csv").decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'+1+1" in text
    book = load_workbook(io.BytesIO(o.export("xlsx")))
    cells = [c for row in book["数据"].iter_rows() for c in row]
    assert {"=HYPERLINK(1)", "+1+1"} <= {c.value for c in cells}
    assert all(c.data_type != "f" for c in cells)
    assert o.load(o.export("csv"), dry_run=True).same == 5


def test_personal_words_come_only_when_asked_for(o: Office) -> None:
    some(o)
    without = {r["来源系统案号"]: r for r in table(o.export(personal=False))}
    assert without["A1"]["事实"] == MASKED
    assert {number: r.get("当事人名称") for number, r in without.items()} == {
        "A1": MASKED,
        "A2": None,
        "A3": None,
        "A4": MASKED,
    }
    for data in (o.export(personal=False), o.export("xlsx", personal=False)):
        assert "王小明".encode() not in data
        assert CITIZEN.encode() not in data


def test_every_export_is_on_record(o: Office) -> None:
    some(o)
    o.export(personal=False, ctx=o.handler)
    o.export(personal=True, ctx=o.mayor)
    told = [
        (x.body["person"], x.body["what"], x.body["count"], bool(x.body["fields"]))
        for x in lines()
        if x.body["what"] == "export"
    ]
    assert told == [(o.mayor.person, "export", 4, True), (o.handler.person, "export", 4, False)]
    assert [x.body["person"] for x in lines() if x.body["what"] == "open"] == [o.mayor.person]
    assert len(lines()[0].body["cases"]) == 4


def test_an_export_holds_what_its_reader_may_see(o: Office) -> None:
    some(o)
    mine = {r["来源系统案号"]: r for r in table(o.export(ctx=o.handler))}
    assert sorted(mine) == ["A1", "A2", "A3", "A4"]
    helped = mine["A4"]  # 乙局's case, in which this bureau only helps: that it is there, and no more
    assert set(helped) == {"来源系统案号", "承办机关", "立案日期", "本系统编号"}
    assert sorted(r["来源系统案号"] for r in table(o.export(ctx=o.stranger))) == ["A4"]
    assert o.load(o.export(ctx=o.handler), dry_run=True).same == 4


def test_a_field_that_is_kept_from_a_side_is_kept_from_its_export(o: Office) -> None:
    some(o)
    o.loaded(row("A5", 协办机关="安澜县乙局", 内部意见="不给协办看", 调查日期="2024-03-05"))
    assert "不给协办看".encode() not in o.export(ctx=o.stranger)
    assert "不给协办看".encode() in o.export(ctx=o.handler)


def test_filters_of_the_list_are_those_of_the_export(o: Office) -> None:
    some(o)
    assert [r["来源系统案号"] for r in table(o.export(outcome="none"))] == ["A3"]
    assert [r["来源系统案号"] for r in table(o.export(opened_from="2024-01-01", organ=o.second.id))] == ["A4"]
    with pytest.raises(CaseError, match="没有符合条件的案件"):
        o.export(q="没有这个")


def test_the_file_says_who_when_which_and_as_of_when(o: Office) -> None:
    some(o)
    about = dict(
        load_workbook(io.BytesIO(o.export("xlsx", outcome="penalty")))["说明"].iter_rows(values_only=True)
    )
    assert (about["导出人"], about["导出时间"], about["范围"], about["件数"][:3]) == (
        "测试",
        "2026-11-21 12:00",
        "处理结果：penalty",
        "3 件",
    )
    assert about["时点"].startswith("账本序号 ")
    assert layout(definitions.library().latest("filing")).d.hash[:12] in about["程序版本"]  # type: ignore[arg-type]


def test_a_long_export_takes_a_fixed_number_of_statements_for_each_piece(
    o: Office, django_assert_max_num_queries: Any
) -> None:
    o.loaded(
        [
            row(f"A{n}", 当事人名称="甲公司", 当事人证件号码=COMPANY, 事实="某", 调查日期="2024-03-05")
            for n in range(60)
        ]
    )
    o.export()
    with django_assert_max_num_queries(24):
        o.export()


# ---- templates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", definitions.library().names())
def test_every_definition_has_a_template_that_reads_as_empty(o: Office, name: str) -> None:
    for kind in ("xlsx", "csv"):
        data = exchange.template(name, kind, county="339821", on=TODAY)
        done = exchange.load(data, Order(name, "339821"), now=NOW, dry_run=True)
        assert [e.message[:9] for e in done.errors] == ["文件中没有数据行；"]
        assert done.ignored == ()


def test_the_headings_of_every_version_differ_from_each_other() -> None:
    for d in definitions.library().all():
        each = layout(d)
        assert len(each.by_title) >= len(each.columns)
        assert len({c.title for c in each.columns}) == len(each.columns)
        assert {c.name for c in each.columns if c.family == "act"} == {
            a.name for a in d.actions.values() if not (a.quick or a.adds or a.on)
        }


def test_a_template_says_what_it_is_for_and_helps_to_fill_it_in(o: Office) -> None:
    data = exchange.template("filing", "xlsx", county="339821", on=TODAY)
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["说明", "数据", "物品", "代码"]
    about = {r[0]: r[1] for r in book["说明"].iter_rows(values_only=True)}
    assert (about["程序标识"], about["定义版本"]) == ("filing", definitions.library().latest("filing").hash)  # type: ignore[union-attr]
    cells = {c.value: c for c in book["数据"][1]}
    column = cells["当事人证件号码"].column_letter
    assert book["数据"].column_dimensions[column].number_format == "@"
    checks = {
        str(x.sqref).split(":")[0].rstrip("0123456789"): x
        for x in book["数据"].data_validations.dataValidation
    }
    assert checks[cells["立案日期"].column_letter].type == "date"
    area = checks[cells["案由"].column_letter].formula1.replace("$", "").split("!")[1]
    assert [c[0].value for c in book["代码"][area]] == ["销售过期食品", "占道经营"]
    assert book["数据"]["A2"].value.startswith("示例")
    assert "红色" in str(about["怎么填"])


def test_the_example_row_would_be_understood(o: Office) -> None:
    rows = sheet(exchange.template("filing", "xlsx", county="339821", on=TODAY))
    example = rows[0] | {"来源系统案号": "A1", "承办机关": "安澜县甲局"}
    assert o.load(xlsx_of([example]), dry_run=True).new == 1


def test_a_file_of_another_procedure_is_refused_as_such(o: Office) -> None:
    data = exchange.template("penalty", "xlsx", county="339821", on=TODAY)
    with pytest.raises(BadFile, match="这是程序“penalty”的文件"):
        o.load(data)


# ---- the commands ---------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_import_by_command_checks_imports_and_undoes(
    o: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "案件.csv"
    file.write_bytes(csv_of([row("A1"), row("A2", 罚款金额="-5")]))
    code, out, _ = run(capsys, "import", "--procedure", "filing", str(file), "--dry-run", "--json")
    said = json.loads(out)
    assert (code, said["new"], said["changed"], said["same"]) == (1, 1, 0, 0)
    assert [(e["row"], e["column"]) for e in said["errors"]] == [(3, "罚款金额")]
    assert set(said) == {"new", "changed", "same", "errors"}
    file.write_bytes(csv_of(row("A1")))
    code, out, _ = run(
        capsys, "import", "--procedure", "filing", str(file), "--system", SYSTEM, "--elsewhere", "省平台"
    )
    assert code == 0
    assert "新增 1，更新 0，不变 0，错误 0" in out
    batch = out.rsplit("--undo ", 1)[1].strip("）\n。 ")
    code, out, _ = run(capsys, "case", "A1", "--json")
    told = json.loads(out)
    assert (code, told["number"], told["elsewhere"], [e["action"] for e in told["events"]]) == (
        0,
        "A1",
        "省平台",
        ["file", "decide"],
    )
    assert run(capsys, "case", "A1")[0] == 0
    code, out, _ = run(capsys, "import", "--undo", batch)
    assert (code, "涉及 1 件案件" in out) == (0, True)
    assert Case.objects.get().phase == ""


def test_export_by_command_and_back(o: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    some(o)
    file = tmp_path / "o.xlsx"
    assert run(capsys, "export", "--procedure", "filing", "--xlsx", str(file), "--personal")[0] == 0
    code, out, _ = run(capsys, "import", "--procedure", "filing", str(file), "--system", SYSTEM, "--json")
    assert (code, json.loads(out)) == (0, {"new": 0, "changed": 0, "same": 4, "errors": []})
    narrow = tmp_path / "o.csv"
    assert (
        run(
            capsys,
            "export",
            "--procedure",
            "filing",
            "--csv",
            str(narrow),
            "--outcome",
            "none",
            "--as",
            "head1",
        )[0]
        == 0
    )
    assert len(table(narrow.read_bytes())) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import"], "请用 --procedure 指明程序"),
        (["import", "--procedure", "filing"], "没有给出要导入的文件"),
        (["import", "--procedure", "filing", "没有.xlsx"], "没有文件“没有.xlsx”"),
        (["import", "--procedure", "没有", "没有.xlsx"], "没有文件"),
        (["import", "--procedure", "filing", "x.csv", "--county", "999999"], "没有代码为 999999 的县"),
        (["import", "--undo", "没有"], "没有这个导入批次"),
        (["export", "--procedure", "filing"], "请给出 --xlsx 或者 --csv"),
        (["export", "--procedure", "没有", "--csv", "x.csv"], "没有名为“没有”的程序"),
        (["export", "--procedure", "filing", "--csv", "x.csv", "--from", "明天"], "不是日期"),
        (["export", "--procedure", "filing", "--csv", "x.csv", "--as", "无此人"], "没有用户"),
        (["case", "没有"], "没有案号、来源系统案号或者编号是“没有”的案件"),
    ],
)
def test_what_a_command_cannot_use_it_refuses_in_words(
    o: Office, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    code, _, err = run(capsys, *words)
    assert code == 2
    assert said in err
    assert "处理：" in err


def test_registers_come_by_the_same_command(
    o: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("用户名,姓名\nzhang,张某\n", "utf-8")
    code, out, _ = run(capsys, "import", "--kind", "people", str(file), "--dry-run", "--json")
    assert (code, json.loads(out)["new"]) == (0, 1)
    book = tmp_path / "people.xlsx"
    from openpyxl import Workbook

    made = Workbook()
    made.active.append(["用户名", "姓名"])  # type: ignore[union-attr]
    made.active.append(["zhang", "张某"])  # type: ignore[union-attr]
    made.save(book)
    code, out, _ = run(capsys, "import", "--kind", "people", str(book))
    assert (code, "zhang 的一次性密码：" in out) == (0, True)
    template = tmp_path / "t.csv"
    assert run(capsys, "import", "--kind", "organs", "--template", str(template))[0] == 0
    assert template.read_bytes().decode("utf-8-sig").startswith("代码,名称")


def test_work_once_says_what_it_did(o: Office, capsys: pytest.CaptureFixture[str]) -> None:
    o.loaded(row())
    code, out, _ = run(capsys, "work", "--once", "--json")
    assert (code, json.loads(out)["sealed"]) == (0, 2)


def test_counts_before_an_export_are_those_of_the_list(o: Office) -> None:
    some(o)
    wanted = Wanted("filing", search.Filters(), "339821", o.stranger)
    assert (
        exchange.count(wanted, TODAY)
        == search.find(o.stranger, search.Filters(procedure="filing"), TODAY).total
        == 1
    )
