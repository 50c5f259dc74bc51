"""Registers from files: all rows or none, errors by row and column, the same file twice changes nothing."""

from __future__ import annotations

import pytest

from fazhi.organs import exchange, tables
from fazhi.organs.actor import choices
from fazhi.organs.demo import make_id_number, make_uscc
from fazhi.organs.errors import BadFile
from fazhi.organs.models import Code, Organ, OrganLine, Parameter, Party, Person, Post
from fazhi.organs.sheets import ORGANS, SHEETS

from .conftest import NOW, TODAY

HEAD = "代码,名称,简称,类别,上级代码,统一社会信用代码,起,止,来源,变更日\n"
GOOD = (
    HEAD
    + f"sfj,安澜县司法局,县司法局,政府部门,xzf,{make_uscc('11', 2)},2019-03-01,,三定规定,\n"
    + f"xzf,安澜县人民政府,县政府,government,,{make_uscc('11', 1)},2010年1月1日,,三定规定,\n"
)


def load(county, text, **words):
    return exchange.load_organs(county, text.encode(), today=TODAY, **words)


def where(outcome) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in outcome.errors]


def test_organs_come_in_with_the_parent_in_any_line(county):
    assert load(county, GOOD).as_dict() == {"new": 2, "changed": 0, "same": 0, "errors": []}
    organ = Organ.objects.get(code="sfj")
    assert organ.parent.code == "xzf"
    assert load(county, GOOD).as_dict() == {"new": 0, "changed": 0, "same": 2, "errors": []}


def test_a_dry_run_says_all_and_writes_nothing(county):
    outcome = load(county, GOOD, dry_run=True)
    assert (outcome.new, outcome.dry_run) == (2, True)
    assert not Organ.objects.exists()


def test_one_bad_row_stops_every_row_and_all_mistakes_are_shown(county):
    bad = (
        GOOD
        + "x,,某局,部委,yyy,91110000600037341M,2019-02-30,,x,\n"
        + "z,某局,,政府部门,yyy,,2019-2-28,,x,\n"
    )
    outcome = load(county, bad)
    assert where(outcome) == [(4, "名称"), (5, "上级代码")]
    outcome = load(county, bad.replace("x,,某局", "x,某某局,某局").replace("yyy", "xzf"))
    assert where(outcome) == [(4, "类别")]
    assert not Organ.objects.exists()


def test_a_wrong_check_digit_and_an_impossible_date_name_row_column_and_rule(county):
    bad = (
        HEAD + "a,甲局,,政府部门,,91110000600037341M,2019-03-01,,x,\n" + "b,乙局,,政府部门,,,2019-02-30,,x,\n"
    )
    one, two = load(county, bad).errors
    assert (one.row, one.column) == (2, "统一社会信用代码")
    assert "末位应为“L”" in one.message
    assert "GB 32100" in one.message
    assert (two.row, two.column, "没有“2019-02-30”这一天" in two.message) == (3, "起", True)


def test_a_new_name_needs_the_day_from_which_it_holds(county):
    load(county, GOOD)
    renamed = GOOD.replace("安澜县司法局", "安澜县司法行政局")
    refused = load(county, renamed)
    assert where(refused) == [(2, "变更日")]
    accepted = load(county, renamed.replace("三定规定,\nxzf", "三定规定,2025-06-01\nxzf"))
    assert (accepted.changed, accepted.same) == (1, 1)
    assert Organ.objects.get(code="sfj").name == "安澜县司法行政局"


def test_a_move_and_a_correction_come_in_by_file(county):
    load(county, GOOD)
    moved = GOOD.replace("县司法局,政府部门,xzf", "县司法局,事业单位,").replace(
        "三定规定,\nxzf", "三定规定,2025-06-01\nxzf"
    )
    assert load(county, moved).changed == 1
    organ = Organ.objects.get(code="sfj")
    assert (organ.parent, organ.kind, organ.path) == (None, "institution", f"/339821/{organ.id}/")


def test_an_organ_is_not_abolished_by_a_file(county):
    load(county, GOOD)
    ended = GOOD.replace("2019-03-01,,", "2019-03-01,2025-12-31,")
    assert where(load(county, ended)) == [(2, "止")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "第一行没有列名"),
        ("代码,名称,类别\n".encode(), "缺少必需的列：起"),
        (HEAD.replace("名称", "名子").encode(), "不认识的列：名子"),
        (HEAD.replace("简称", "名称").encode(), "列名重复：名称"),
        (b"\x00\x01\x02PK\x03\x04\xff\xfe", "不是文本表格"),
        ('代码,名称\n"a,b\n'.encode(), "不是有效的 CSV"),
        ((HEAD + "a,甲,,政府部门,b,,2019-1-1,,,\nb,乙,,政府部门,a,,2019-1-1,,,\n").encode(), "成环"),
        ((HEAD + "a,甲,,政府部门,,,2019-1-1,,,\na,乙,,政府部门,,,2019-1-1,,,\n").encode(), "代码重复：a"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(county, data, says):
    with pytest.raises(BadFile, match=says) as refusal:
        exchange.load_organs(county, data, today=TODAY)
    assert refusal.value.next


def test_a_file_too_large_is_refused_before_reading(county, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST", 10)
    with pytest.raises(BadFile, match="文件超过"):
        load(county, GOOD)


def test_the_encodings_of_spreadsheets_are_read(county):
    for encoding in ("utf-8-sig", "gb18030"):
        done = exchange.load_organs(county, GOOD.encode(encoding), today=TODAY, dry_run=True)
        assert done.new == 2


def test_every_template_can_be_read_back():
    for columns in SHEETS.values():
        rows = tables.read_csv(tables.template(columns), columns)
        assert rows[0].number == 2
        assert all(rows[0][c.field] == c.example for c in columns)


def test_people_get_one_time_passwords_once_and_only_for_real(db):
    file = "用户名,姓名,手机号\nzhangsan,张三,13812345678\nlisi,李四,\n".encode()
    assert exchange.load_people(file, now=NOW, dry_run=True).passwords == ()
    assert not Person.objects.exists()
    done = exchange.load_people(file, now=NOW)
    assert [name for name, _ in done.passwords] == ["zhangsan", "lisi"]
    again = exchange.load_people(file.replace("李四".encode(), "李思".encode()), now=NOW)
    assert (again.new, again.changed, again.same, again.passwords) == (0, 1, 1, ())
    bad = exchange.load_people("用户名,姓名,手机号\nzhang san,张三,1381\n".encode(), now=NOW)
    assert {e.column for e in bad.errors} == {"用户名", "手机号"}
    assert bad.passwords == ()


def test_posts_come_in_and_end_by_file(county):
    load(county, GOOD)
    exchange.load_people("用户名,姓名\nzhangsan,张三\n".encode(), now=NOW)
    file = "用户名,机关代码,角色,职务,起,止,来源\nzhangsan,sfj,承办人,科员,2020-01-01,,任命\n"
    assert exchange.load_posts(county, file.encode()).new == 1
    assert choices(Person.objects.get(), TODAY)[0].title == "科员"
    assert exchange.load_posts(county, file.encode()).same == 1
    ended = file.replace("2020-01-01,,", "2020-01-01,2026-06-30,")
    assert exchange.load_posts(county, ended.encode()).changed == 1
    assert choices(Person.objects.get(), TODAY) == ()
    bad = "用户名,机关代码,角色,起\nwangwu,sfj,承办人,2020-1-1\nzhangsan,xx,承办人,2020-1-1\nzhangsan,sfj,科学家,2020-1-1\n"
    bad += "zhangsan,sfj,机关负责人,2018-1-1\nzhangsan,sfj,承办人,2020-2-1\n"
    assert where(exchange.load_posts(county, bad.encode())) == [
        (2, "用户名"), (3, "机关代码"), (4, "角色"), (5, "机关代码"), (6, "起"),
    ]  # fmt: skip
    assert Post.objects.count() == 1


def test_lines_come_in_and_end_by_file(county):
    load(county, GOOD)
    file = "种类,机关代码,对象代码,事项,起,止,来源\n代为办理,sfj,xzf,行政复议,2019-03-01,,旧法\n"
    assert exchange.load_lines(county, file.encode()).new == 1
    ended = file.replace("2019-03-01,,", "2019-03-01,2023-12-31,")
    assert exchange.load_lines(county, ended.encode()).changed == 1
    assert str(OrganLine.objects.get().valid_to) == "2023-12-31"
    assert where(exchange.load_lines(county, file.replace("旧法", "").replace("sfj", "xzf").encode())) == [
        (2, "来源"), (2, "对象代码"),
    ]  # fmt: skip


def test_parameters_come_in_and_a_changed_value_is_a_correction(county):
    file = "范围,名称,标题,类型,值,单位,起,止,来源,已核对\n33,respond_days,陈述申辩期限,int,3,工作日,2021-07-15,,省规定,否\n"
    assert exchange.load_parameters(file.encode()).new == 1
    assert exchange.load_parameters(file.encode()).same == 1
    assert exchange.load_parameters(file.replace(",3,", ",5,").encode()).changed == 1
    assert Parameter.objects.get().value == "5"
    bad = file.replace(",3,", ",三,").replace("2021-07-15", "2022-01-01").replace("否", "也许")
    assert where(exchange.load_parameters(bad.encode())) == [(2, "已核对")]
    assert where(exchange.load_parameters(bad.replace("也许", "是").encode())) == [(2, "值")]


def test_code_lists_and_their_codes_come_in(county):
    lists = "代码表,标题,列\ngrid_kinds,网格事件类别,handle_hours:int:时限；own:bool:自行处理\n"
    assert exchange.load_code_lists(lists.encode()).new == 1
    assert exchange.load_code_lists(lists.encode()).same == 1
    file = "代码表,代码,名称,列值,起,来源\ngrid_kinds,noise,噪声,handle_hours=24；own=是,2020-01-01,县规定\n"
    assert exchange.load_codes(county, file.encode()).new == 1
    assert exchange.load_codes(county, file.encode()).same == 1
    assert Code.objects.get().columns == {"handle_hours": 24, "own": True}
    for wrong in ("handle_hours=很久", "own=也许", "weight=1"):
        bad = file.replace("handle_hours=24；own=是", wrong).replace("noise", "other")
        assert where(exchange.load_codes(county, bad.encode())) == [(2, "列值")]
    changed = exchange.load_codes(county, file.replace("噪声", "噪音").encode())
    assert where(changed) == [(2, "名称")]


def test_parties_come_in_once_each(db):
    file = (
        "类别,名称,证件种类,证件号码,住址\n"
        f"企业,海风公司,统一社会信用代码,{make_uscc('91', 1)},演示路\n"
        f"自然人,张三,居民身份证,{make_id_number(1)},\n"
    )
    assert exchange.load_parties(file.encode(), today=TODAY).new == 2
    assert exchange.load_parties(file.encode(), today=TODAY).same == 2
    wrong = file.replace(make_id_number(1), make_id_number(1)[:-1] + "#")
    outcome = exchange.load_parties(wrong.encode(), today=TODAY)
    assert where(outcome) == [(3, "证件号码")]
    assert make_id_number(1)[:17] not in outcome.errors[0].message
    assert Party.objects.count() == 2


def test_the_heading_may_be_the_field_name():
    text = "code,name,kind,valid_from\nsfj,某局,政府部门,20200101\n"
    row = tables.read_csv(text.encode(), ORGANS)[0]
    assert str(row.day("valid_from")) == "2020-01-01"
