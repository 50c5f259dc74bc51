"""Mistakes of a file, told by row and column before anything is written; and what an import opens and passes over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fazhi.cases import exchange
from fazhi.cases.exchange import BadFile, Order
from fazhi.cases.models import Import, ImportedCase
from fazhi.cases.refold import bodies
from fazhi.ledger.access_log import lines

from .build import moment
from .exchange_build import CITIZEN, COMPANY, NOW, SYSTEM, TODAY, Office, csv_of, row, xlsx_of
from .test_service import events


@pytest.fixture
def o(db: None) -> Office:
    return Office()


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"承办机关": "安澜县甲甲局"}, "承办机关", "机关名录中没有“安澜县甲甲局”；是否为：安澜县甲局"),
        ({"承办机关": "各有关部门"}, "承办机关", "统称"),
        ({"承办机关": ""}, "承办机关", "没有填写承办机关"),
        ({"来源系统案号": " "}, "来源系统案号", "没有填写来源系统案号"),
        ({"立案日期": ""}, "立案日期", "没有填写立案日期"),
        ({"立案日期": "2024-02-30"}, "立案日期", "没有“2024-02-30”这一天"),
        ({"决定日期": "2024-03-01"}, "决定日期", "「决定」的日期2024-03-01早于「立案」的日期2024-03-04"),
        ({"结案日期": "2024-03-10"}, "结案日期", "「结案」的日期2024-03-10早于「决定」的日期2024-03-20"),
        ({"决定日期": "2027-01-01"}, "决定日期", "晚于今天2026-11-21"),
        ({"决定结果": ""}, "决定日期", "没有填写结果"),
        ({"决定日期": ""}, "决定结果", "没有填写日期"),
        ({"决定结果": "撤销"}, "决定日期", "“撤销”不在可选项中；可选：予以处罚、不予处罚"),
        ({"罚款金额": "-5"}, "罚款金额", "金额不得为负数"),
        ({"罚款金额": "若干"}, "罚款金额", "不是金额"),
        ({"案由": "销售过其食品"}, "案由", "代码表中没有“销售过其食品”；是否为：销售过期食品"),
        ({"来源": "传闻"}, "来源", "不在可选项中"),
        ({"已缴清": "不详"}, "已缴清", "不清楚的请留空"),
        ({"件数": "3.5"}, "件数", "不是整数"),
        ({"当事人名称": "甲公司", "当事人证件号码": COMPANY[:-1] + "1"}, "当事人证件号码", "校验不符"),
        (
            {"当事人名称": "王小明", "当事人证件号码": CITIZEN[:-1] + "1"},
            "当事人证件号码",
            "公民身份号码校验不符",
        ),
        ({"当事人名称": "王小明"}, "当事人名称", "没有证件号码，也没有填写当事人类别"),
        ({"当事人证件号码": COMPANY}, "当事人证件号码", "没有填写名称"),
        ({"当事人名称": "甲；乙", "当事人证件号码": COMPANY}, "当事人证件号码", "对不上"),
        ({"审核日期": "2024-03-05;2024-03-06", "审核结果": "通过"}, "审核日期", "有2个日期、1个结果"),
        ({"本系统编号": "123"}, "本系统编号", "本系统编号不完整"),
    ],
)
def test_a_mistake_is_told_by_row_and_column(
    o: Office, change: dict[str, str], column: str, words: str
) -> None:
    wrong = {k: v for k, v in (row("A2") | change).items() if v != ""}
    done = o.load([row("A1"), wrong, row("A3")], dry_run=True)
    assert [(e.row, e.column) for e in done.errors] == [(3, column)]
    assert words in done.errors[0].message
    assert done.new == 2


def test_all_mistakes_are_told_at_once(o: Office) -> None:
    done = o.load([row("A1", 罚款金额="-5", 决定日期="某日"), row("A1"), row("A3", 承办机关="无此局")])
    assert [(e.row, e.column) for e in done.errors] == [
        (2, "决定日期"), (2, "罚款金额"), (3, "来源系统案号"), (4, "承办机关"),
    ]  # fmt: skip
    assert done.as_dict() == {
        "new": 0,
        "changed": 0,
        "same": 0,
        "errors": [{"row": e.row, "column": e.column, "message": e.message} for e in done.errors],
    }


def test_missing_and_doubled_columns_are_told_before_any_row(o: Office) -> None:
    done = o.load(csv_of({k: v for k, v in row().items() if k not in ("承办机关", "立案日期")}))
    assert [(e.row, e.column) for e in done.errors] == [(1, "承办机关"), (1, "立案日期")]
    text = csv_of(row()).decode().replace("事项", "罚款金额", 1)
    assert "重复" in o.load(text.encode()).errors[0].message


def test_a_file_without_our_headings_is_no_table_of_this_procedure(o: Office) -> None:
    with pytest.raises(BadFile, match="找不到「登记程序」的列名"):
        o.load(b"a,b,c\n1,2,3\n")
    with pytest.raises(BadFile, match="没有名为“没有”的程序"):
        exchange.load(csv_of(row()), Order("没有", "339821"), now=NOW)


def test_a_likely_heading_is_offered_for_one_that_is_passed_over(o: Office) -> None:
    done = o.load(csv_of(row() | {"罚款金额（万）": "2"}), dry_run=True)
    assert done.ignored == ("罚款金额（万）（是否为“罚款金额”？）",)


def test_a_file_without_the_column_of_organs_belongs_to_one_organ(o: Office) -> None:
    rows = {k: v for k, v in row().items() if k != "承办机关"}
    assert o.loaded(rows, organ=o.second.id).new == 1
    assert o.case("A1").organ == o.second.id


def test_an_importer_files_for_his_own_organs_only(o: Office) -> None:
    own = exchange.paths_of(o.handler)
    assert own == (o.bureau.path,)
    done = o.load([row("A1"), row("A2", 承办机关="安澜县乙局")], paths=own)
    assert [(e.row, e.column) for e in done.errors] == [(3, "承办机关")]
    assert "您只能导入本单位和下级单位的案件" in done.errors[0].message
    o.loaded(row("A2", 承办机关="安澜县乙局"))
    again = o.load(row("A2", 承办机关="安澜县甲局", 结案日期="2024-04-01"), paths=own)
    assert "由其他单位承办" in again.errors[0].message


def test_lines_of_parts_have_their_own_mistakes(o: Office) -> None:
    lines = [
        {"来源系统案号": "A1", "登记物品日期": "2024-03-06", "价值": "x"},
        {"来源系统案号": "A1", "名称": "秤"},
        {"来源系统案号": "没有", "登记物品日期": "2024-03-06"},
        {"来源系统案号": "A1", "登记物品日期": "2024-03-06", "处理物品日期": "2024-03-05"},
    ]
    done = o.load(xlsx_of([row()], 物品=lines), dry_run=True)
    assert [(e.row, e.column) for e in done.errors] == [
        (2, "物品·价值"), (3, "物品·登记物品日期"), (4, "物品·来源系统案号"), (5, "物品·处理物品日期"),
    ]  # fmt: skip


def test_an_erased_value_does_not_come_back_by_a_file(o: Office) -> None:
    from fazhi.cases.store import writing
    from fazhi.ledger import commit

    o.loaded(row(事实="甲", 调查日期="2024-03-05"))
    case = o.case("A1")
    words = bodies(case.id)[1]["values"]["words"]["commit"]
    with writing() as cursor:
        commit.erase(cursor, [words], NOW)
    assert o.loaded(row(事实="甲", 调查日期="2024-03-05")).same == 1
    assert o.loaded(row(事实="另一说法", 调查日期="2024-03-05")).same == 1


def test_comparing_opens_no_personal_words(o: Office) -> None:
    rows = row(事实="甲", 当事人名称="王小明", 当事人证件号码=CITIZEN, 调查日期="2024-03-05")
    o.loaded(rows)
    before = len(lines())
    o.loaded(rows)
    assert len(lines()) == before


def test_the_days_of_acts_follow_the_day_in_shanghai(o: Office) -> None:
    early = moment(TODAY) - timedelta(hours=12)  # 2026-11-21 in Shanghai has begun
    assert o.load(row(决定日期="2026-11-21"), now=early, dry_run=True).errors == ()


def test_a_batch_knows_its_cases(o: Office) -> None:
    done = o.loaded([row("A1"), row("A2")])
    batch = Import.objects.get(pk=done.batch)
    assert (batch.new, batch.events, batch.system) == (2, 4, SYSTEM)
    assert ImportedCase.objects.filter(batch=done.batch, first_seq=1, last_seq=2).count() == 2
    assert events() == 4
