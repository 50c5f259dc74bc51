"""The screens of cases in a real browser: a request for disclosure, a reconsideration, 督办, drafts, no script, every list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from tests.web.conftest import OFFICE, PHONE
from tests.web.office import (
    Office,
    act,
    agree,
    case_of,
    choose,
    fill_rest,
    overflow,
    questions,
    send,
    shoot,
    violations,
)


@pytest.fixture(scope="module")
def office(browser: Any, site: Any) -> Iterator[Office]:
    made = Office(browser, site)
    yield made
    made.close()


def test_a_request_for_disclosure_opens_shows_and_acts_through_the_same_screens(office: Office) -> None:
    today = timezone.localdate().isoformat()
    handler, head = office.window("gongkai1"), office.window("gongkai2")
    handler.goto("/cases/new/disclosure_request/register/")
    handler.click("summary:has-text('登记新当事人')")
    handler.select_option("#new_applicant_kind", "citizen")
    handler.fill("#new_applicant_name", "钱学知")
    handler.select_option("#new_applicant_identity_kind", "id_card")
    handler.fill("#new_applicant_number", "339821198001010010")
    handler.click("button:has-text('登记并选定')")
    handler.wait_for_selector(".field__error:has-text('校验不符')")
    expected = re.search(r"末位应为“(.)”", handler.locator(".field__error").first.inner_text())
    assert expected
    handler.fill("#new_applicant_number", "33982119800101001" + expected[1])
    handler.click("button:has-text('登记并选定')")
    handler.wait_for_selector("input[name=v_applicant]:checked")
    assert "钱**" in handler.locator("#id_v_applicant").inner_text()
    choose(handler, "申请人类别", "自然人")
    choose(handler, "提交方式", "当面（含口头）")
    handler.fill("#id_v_submitted_on", today)
    handler.fill("#id_v_wanted", "2025年度财政专项资金使用情况")
    handler.fill("#id_v_form_wanted", "纸质，自行领取")
    send(handler)
    case = case_of(handler)
    text = handler.locator("main").inner_text()
    assert "答复期限" in text
    assert "钱学知" in text  # who handles the case reads the name
    shoot(handler, "11-disclosure")

    def answered(page: Any) -> None:
        page.locator("#outcome-already_public").check()
        page.wait_for_selector("#outcome-already_public:checked")
        page.fill("#id_v_content", "该信息已在县政府网站公开，网址见附件。")

    assert "等待答复机关机构负责人批准" in act(handler, case, "answer", answered)
    assert "案件进入「办结」阶段" in agree(head, case)


def test_a_reconsideration_opens_shows_and_acts_through_the_same_screens(office: Office) -> None:
    today = timezone.localdate().isoformat()
    handler = office.window("fuyi1")
    handler.goto("/cases/new/reconsideration/apply/")
    assert handler.get_by_label(
        re.compile("安澜县人民政府")
    ).first.is_checked()  # 复议机构以本级政府的名义办理
    handler.fill("#find_applicant", "百惠超市")
    handler.press("#find_applicant", "Enter")
    handler.wait_for_selector("input[name=v_applicant]:checked")
    handler.locator("fieldset#id_v_respondent label", has_text="安澜县市场监督管理局").locator(
        "input"
    ).check()
    choose(handler, "申请方式", "书面")
    handler.fill("#id_v_act_title", "行政处罚决定书")
    choose(handler, "行为种类", "行政处罚")
    for label in ("当场作出", "因不动产提出", "法律、行政法规规定应当先申请复议", "作出行为时告知了复议权利"):
        choose(handler, label, "是" if "告知" in label else "否")
    handler.fill("#id_v_amount", "3000")
    for name in ("act_on", "applied_on", "received_on", "known_on"):
        handler.fill(f"#id_v_{name}", today)
    handler.fill("#id_v_request", "撤销行政处罚决定")
    handler.fill("#id_v_reasons", "认定事实不清")
    fill_rest(handler, {"claimed": "否"})
    send(handler)
    case = case_of(handler)
    assert "安澜县人民政府" in handler.locator(".identity").inner_text()
    shoot(handler, "12-reconsideration")

    def accepted(page: Any) -> None:
        questions(
            page,
            {
                "有明确的申请人": "是",
                "有利害关系": "是",
                "有具体的复议请求": "是",
                "属于复议范围": "是",
                "属于本机关管辖": "是",
            },
        )
        questions(page, {"已受理过该申请人": "否", "法院已受理该申请人": "否"})

    said = act(handler, case, "accept", accepted)
    assert "审理期限" in said or "案件进入" in said


def test_from_the_red_case_to_the_order_in_four_clicks(office: Office) -> None:
    supervisor = office.window("jiandu")
    supervisor.goto("/")
    shoot(supervisor, "13-supervisor")
    supervisor.locator("a:has-text('发起督办')").first.click()
    supervisor.wait_for_selector("#action-form")
    assert "超期" in supervisor.input_value("#id_v_demand")
    assert supervisor.input_value("#id_v_subject")
    shoot(supervisor, "14-order")
    send(supervisor)
    assert "督" in supervisor.locator(".identity").inner_text()
    shoot(supervisor, "15-ordered")


def test_what_is_typed_survives_a_lost_connection(office: Office) -> None:
    page = office.window("zhifa2")
    page.goto("/cases/new/penalty/file/")
    page.fill("#id_v_found_on", "2026-11-01")
    page.wait_for_selector("[data-draft-state][data-state=server]")
    page.context.set_offline(True)
    page.fill("#find_party", "平湾冷链")
    page.wait_for_selector("[data-draft-state][data-state=local]")
    page.context.set_offline(False)
    page.goto("/cases/")
    page.goto("/cases/new/penalty/file/")
    page.click("button:has-text('恢复草稿')")
    assert page.input_value("#find_party") == "平湾冷链"
    assert page.input_value("#id_v_found_on") == "2026-11-01"


def test_an_act_works_without_script(office: Office) -> None:
    page = office.window("zhifa2", java_script_enabled=False)
    page.goto("/cases/new/penalty/file/")
    page.fill("#find_party", "百惠超市")
    page.click("button:has-text('查找')")
    assert page.locator("input[name=v_party]:checked").count() == 1
    page.select_option("#id_v_cause", label="未按规定明码标价")
    page.locator("fieldset#id_v_source").get_by_label("投诉举报", exact=True).check()
    page.fill("#id_v_found_on", "2026-11-20")
    page.click("button:has-text('下一步：核对')")
    assert page.locator(".error-summary").count() == 1  # no officers yet
    page.locator("label", has_text="林一舟").locator("input").check()
    page.locator("label", has_text="陈思远").locator("input").check()
    page.click("button:has-text('下一步：核对')")
    page.click("a:has-text('更改') >> nth=0")
    assert page.input_value("#id_v_found_on") == "2026-11-20"
    page.click("button:has-text('下一步：核对')")
    page.click("button:has-text('提请立案')")
    assert "等待处罚机关负责人批准" in page.locator("main").inner_text()
    page.context.close()


def test_filters_swap_the_list_and_keep_the_address(office: Office) -> None:
    page = office.window("zhifa1")
    page.goto("/cases/")
    page.select_option("#f-procedure", "penalty")
    page.wait_for_url(lambda url: "procedure=penalty" in url)
    page.select_option("#f-light", "overdue")
    page.wait_for_url(lambda url: "light=overdue" in url)
    first = page.locator("tbody tr").count()
    page.reload()
    assert page.locator("tbody tr").count() == first
    assert page.input_value("#f-light") == "overdue"
    shoot(page, "16-list")


PAGES = (
    "/", "/?tab=mine", "/?tab=done", "/cases/", "/cases/?procedure=penalty&light=closed", "/cases/?q=没有", "/cases/new/",
    "/cases/new/penalty/file/", "/procedures/", "/procedures/penalty/", "/supervision/",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_no_case_page_is_wider_than_the_window_and_axe_finds_nothing(office: Office, address: str) -> None:
    page = office.window("zhifa1")
    for size in (OFFICE, PHONE):
        page.set_viewport_size(size)
        page.goto(address)
        assert overflow(page) == [], (address, size)
        assert violations(page) == [], (address, size)
    page.set_viewport_size(OFFICE)
