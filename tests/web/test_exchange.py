"""导入中心 and export in the browser's eyes: check first, confirm, undo; and whose files and cases these are."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.cases.exchange_build import COMPANY, NOW, Office, csv_of, row
from tests.web.build import signed_in
from tests.web.cases_build import words

from fazhi.cases.exchange import background, uploads
from fazhi.cases.models import Case, Import
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Person


@pytest.fixture
def o(db: None, home: Any) -> Office:
    return Office()


def client(who: ActorContext) -> Client:
    return signed_in(Person.objects.get(pk=who.person))


def upload(c: Client, data: bytes, name: str = "台账.csv", **more: str) -> Any:
    given = {"procedure": "filing", "system": "省平台", "elsewhere": ""} | more
    return c.post("/imports/", {**given, "file": SimpleUploadedFile(name, data)}, follow=True)


def test_a_file_is_checked_confirmed_and_undone(o: Office) -> None:
    c = client(o.handler)
    page = upload(c, csv_of([row("A1"), row("A2", 当事人名称="甲公司", 当事人证件号码=COMPANY)]))
    assert "校验通过，还没有写入" in words(page)
    assert "新增2 件" in words(page).replace(" ", "").replace("2件", "2 件")
    assert Case.objects.count() == 0
    waiting = Import.objects.get()
    assert (waiting.at, waiting.new, waiting.person) == (None, 2, o.handler.person)
    page = c.post(f"/imports/{waiting.id}/confirm/", follow=True)
    assert "已导入：新增 2 件" in words(page)
    done = Import.objects.get()
    assert done.at is not None
    assert Case.objects.count() == 2
    assert "撤销批次" in words(page)
    page = c.post(f"/imports/{done.id}/undo/", follow=True)
    assert "批次已撤销，涉及 2 件案件" in words(page)
    assert "已撤销" in words(c.get("/imports/"))
    o.verified()


def test_mistakes_stand_in_a_table_and_nothing_can_be_confirmed(o: Office) -> None:
    c = client(o.handler)
    page = upload(
        c, csv_of([row("A1", 罚款金额="-5"), row("A2", 承办机关="安澜县乙局"), row("A3", 决定日期="某日")])
    )
    text = words(page)
    assert "有 3 处需要改正，没有导入任何内容" in text
    for said in ("罚款金额", "金额不得为负数", "您只能导入本单位和下级单位的案件", "“某日”不是日期"):
        assert said in text
    assert "确认导入" not in text
    waiting = Import.objects.get()
    page = c.post(f"/imports/{waiting.id}/confirm/", follow=True)
    assert Case.objects.count() == 0
    c.post(f"/imports/{waiting.id}/drop/")
    assert Import.objects.count() == 0


def test_what_has_changed_between_check_and_confirmation_is_found(o: Office) -> None:
    c = client(o.handler)
    upload(c, csv_of(row("A1", 结案日期="2024-04-01")))
    waiting = Import.objects.get()
    o.loaded(row("A1"))
    page = c.post(f"/imports/{waiting.id}/confirm/", follow=True)
    assert "新增 0 件，更新 1 件" in words(page)


def test_a_file_that_says_nothing_new_is_told_as_such(o: Office) -> None:
    o.loaded(row("A1"))
    page = upload(client(o.handler), csv_of(row("A1")))
    assert "内容都已在系统中" in words(page)
    assert "确认导入" not in words(page)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,b\n1,2\n", "找不到「登记程序」的列名"),
        (b"PK\x03\x04broken", "不完整或者已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "旧版 .xls"),
        (b"", "文件是空的"),
    ],
)
def test_a_bad_file_is_refused_beside_its_field_and_not_kept(o: Office, data: bytes, said: str) -> None:
    page = upload(client(o.handler), data, "x.xlsx")
    assert page.status_code == 200
    assert said in words(page)
    assert Import.objects.count() == 0


def test_the_form_asks_for_what_is_missing(o: Office) -> None:
    page = client(o.handler).post("/imports/", {"procedure": "filing", "system": ""})
    assert "请填写来源系统" in words(page)
    assert "文件" in words(page)


def test_the_uploaded_file_lies_sealed_and_goes_with_the_import(o: Office, home: Any) -> None:
    c = client(o.handler)
    upload(c, csv_of(row("A1", 事实="某人的事", 调查日期="2024-03-05")))
    kept = list((home / "imports").iterdir())
    assert len(kept) == 1
    assert "某人".encode() not in kept[0].read_bytes()
    c.post(f"/imports/{Import.objects.get().id}/confirm/")
    assert list((home / "imports").iterdir()) == []


def test_what_nobody_confirms_is_thrown_away(o: Office, home: Any) -> None:
    c = client(o.handler)
    upload(c, csv_of(row("A1")))
    Import.objects.update(checked_at=Import.objects.get().checked_at - uploads.KEPT * 2)
    c.get("/imports/")
    assert Import.objects.count() == 0
    assert list((home / "imports").iterdir()) == []


def test_the_import_of_another_is_not_there(o: Office) -> None:
    upload(client(o.handler), csv_of(row("A1")))
    batch = Import.objects.get().id
    other = client(o.stranger)
    assert other.get(f"/imports/{batch}/").status_code == 404
    for act in ("confirm", "drop", "undo"):
        assert other.post(f"/imports/{batch}/{act}/").status_code == 404
    assert Import.objects.count() == 1
    assert batch not in other.get("/imports/").content.decode()


def test_an_administrator_imports_for_the_whole_county(o: Office) -> None:
    admin = o.person("admin", o.government)
    page = upload(client(admin), csv_of([row("A1"), row("A2", 承办机关="安澜县乙局")]))
    assert "校验通过" in words(page)
    page = upload(client(admin), csv_of({k: v for k, v in row("A1").items() if k != "承办机关"}))
    assert "缺少必需的列“承办机关”" in words(page)


def test_whose_role_files_no_cases_does_not_see_the_page(o: Office) -> None:
    mediator = o.person("mediator", o.bureau)
    answer = client(mediator).get("/imports/")
    assert answer.status_code == 403
    assert "导入中心" not in words(client(mediator).get("/help/"))


def test_templates_come_by_the_page(o: Office) -> None:
    c = client(o.handler)
    page = c.get("/imports/")
    assert "/imports/template/?procedure=filing&amp;kind=xlsx" in page.content.decode()
    answer = c.get("/imports/template/?procedure=filing&kind=xlsx")
    assert load_workbook(io.BytesIO(answer.content)).sheetnames[:2] == ["说明", "数据"]
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    assert c.get("/imports/template/?procedure=没有").status_code == 404


def test_a_list_is_exported_with_its_filters(o: Office) -> None:
    o.loaded([row("A1"), row("A2", 决定结果="不予处罚", 罚款金额="", 当事人名称="王某", 当事人类别="自然人")])
    c = client(o.handler)
    listed = c.get("/cases/?procedure=filing&outcome=none").content.decode()
    assert "/exports/?procedure=filing&amp;outcome=none" in listed
    address = "/exports/?procedure=filing&outcome=none"
    assert "共 1 件" in words(c.get(address))
    answer = c.post(address, {"kind": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert ("A2" in text, "A1" in text, "王某" in text) == (True, False, False)
    assert "王某" in c.post(address, {"kind": "csv", "personal": "on"}).content.decode("utf-8-sig")


def test_an_export_without_a_procedure_is_not_there(o: Office) -> None:
    c = client(o.handler)
    assert c.get("/exports/").status_code == 404
    assert "没有符合条件的案件" in words(c.get("/exports/?procedure=filing"))
    assert "/exports/" not in c.get("/cases/").content.decode()


def test_the_page_asks_a_fixed_number_of_statements(o: Office, django_assert_max_num_queries: Any) -> None:
    o.loaded([row(f"A{n}") for n in range(30)], by=o.handler.person)
    c = client(o.handler)
    c.get("/imports/")
    with django_assert_max_num_queries(24):
        c.get("/imports/")


# ---- mistakes in a copy of the file; the right rows only ------------------------------------------------------------


def test_the_file_comes_back_with_its_mistakes_marked(o: Office) -> None:
    from fazhi.ledger.access_log import lines

    c = client(o.handler)
    page = upload(c, csv_of([row("A1"), row("A2", 罚款金额="-5")]))
    batch = Import.objects.get().id
    assert f"/imports/{batch}/errors/?kind=xlsx" in page.content.decode()
    answer = c.get(f"/imports/{batch}/errors/?kind=xlsx")
    assert "attachment" in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert "金额不得为负数" in sheet.cell(3, heads.index("罚款金额") + 1).comment.text
    assert "罚款金额：" in sheet.cell(3, heads.index("校验问题") + 1).value
    assert "校验问题" in c.get(f"/imports/{batch}/errors/?kind=csv").content.decode("utf-8-sig")
    assert c.get(f"/imports/{batch}/errors/?kind=exe").status_code == 404
    assert lines(person=o.handler.person)[0].body["fields"] == [f"import/{batch}"]
    assert client(o.stranger).get(f"/imports/{batch}/errors/").status_code == 404


def test_a_file_without_mistakes_has_no_such_copy(o: Office) -> None:
    c = client(o.handler)
    upload(c, csv_of(row("A1")))
    page = c.get(f"/imports/{Import.objects.get().id}/errors/", follow=True)
    assert "其中没有错误" in words(page)


def test_the_right_rows_alone_are_imported_where_that_is_chosen(o: Office, home: Any) -> None:
    c = client(o.handler)
    page = upload(c, csv_of([row("A1"), row("A2", 罚款金额="-5"), row("A3")]))
    assert "只导入正确的行" in words(page)
    waiting = Import.objects.get()
    c.post(f"/imports/{waiting.id}/confirm/")
    assert Case.objects.count() == 0  # not without the word
    page = c.post(f"/imports/{waiting.id}/confirm/", {"only_right": "1"}, follow=True)
    assert "已导入：新增 2 件" in words(page)
    assert "另有 1 行有错误，没有导入" in words(page)
    assert Case.objects.count() == 2
    done = Import.objects.get()
    assert "部分导入" in words(c.get("/imports/"))
    copy = c.get(f"/imports/{done.id}/errors/?kind=csv").content.decode("utf-8-sig")
    assert "罚款金额：" in copy
    page = upload(c, copy.replace("-5", "5").encode())
    again = Import.objects.get(at=None)
    assert (again.new, again.same, again.wrong) == (1, 2, 0)
    page = c.post(f"/imports/{done.id}/undo/", follow=True)
    assert "涉及 2 件案件" in words(page)
    Import.objects.filter(pk=done.id).update(at=done.at - uploads.KEPT * 2)
    c.get("/imports/")
    assert not (home / "imports" / done.id).exists()
    o.verified()


def test_where_every_right_row_is_here_already_nothing_is_written(o: Office) -> None:
    o.loaded(row("A1"))
    c = client(o.handler)
    page = upload(c, csv_of([row("A1"), row("A2", 罚款金额="-5")]))
    assert "只导入正确的行" not in words(page)
    page = c.post(f"/imports/{Import.objects.get(at=None).id}/confirm/", {"only_right": "1"}, follow=True)
    assert "没有可以导入的行" in words(page)
    assert Import.objects.filter(at=None).count() == 1


def test_a_large_file_goes_on_in_the_background_and_its_page_says_how_far(
    o: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 0)
    monkeypatch.setattr(uploads, "FEW", 0)
    c = client(o.handler)
    page = upload(c, csv_of([row("A1"), row("A2")]))
    job = Import.objects.get()
    assert "正在校验" in words(page)
    assert "可以离开这个页面" in words(page)
    assert "确认导入" not in words(page)
    assert "正在校验" in words(c.get("/imports/"))
    assert "排队等待" in c.get(f"/imports/{job.id}/progress/").content.decode()
    for stage, act in (("正在写入", "confirm"), ("正在撤销", "undo")):
        background.carry_out(job.id, NOW)
        answer = c.get(f"/imports/{job.id}/progress/")
        assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
        page = c.post(f"/imports/{job.id}/{act}/", follow=True)
        assert stage in words(page)
        assert "取消并删除文件" not in words(page)
        assert "不能取消" in words(c.post(f"/imports/{job.id}/drop/", follow=True))
    background.carry_out(job.id, NOW)
    assert "已于" in words(c.get(f"/imports/{job.id}/"))
    assert "撤销" in words(c.get(f"/imports/{job.id}/"))
    o.verified()


def test_a_large_file_that_is_no_table_says_so_on_its_page(
    o: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 0)
    c = client(o.handler)
    upload(c, b"a,b\n1,2\n")
    job = Import.objects.get()
    background.carry_out(job.id, NOW)
    page = c.get(f"/imports/{job.id}/")
    assert "找不到「登记程序」的列名" in words(page)
    assert "确认导入" not in words(page)
    assert "没有完成" in words(c.get("/imports/"))
    assert "文件已删除" in words(c.post(f"/imports/{job.id}/drop/", follow=True))
