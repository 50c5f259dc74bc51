"""Journeys of a clerk, a supervisor and a respondent in a real browser, each click counted against docs/journeys.md (the
officer's is in test_cases_browser); on paper and in large type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from tests.web.conftest import OFFICE, PHONE
from tests.web.journeys import Hand, written_down
from tests.web.test_cases_browser import Office, overflow, shoot, violations


@pytest.fixture(scope="module")
def office(browser: Any, site: Any) -> Iterator[Office]:
    made = Office(browser, site)
    yield made
    made.close()


def test_a_clerk_takes_the_annual_report_from_nothing_to_the_party_committee(office: Office) -> None:
    hand = Hand(office.window("sifa"))
    page = hand.page
    page.goto("/")
    hand.go(page.locator("nav a[href='/reports/']").first)
    hand.pick(page.locator("main select").first, str(timezone.localdate().year - 1))
    hand.go(page.locator("main button", has_text="启动编制").first)
    blank = page.locator(".para", has=page.locator(".blank")).locator("a", has_text="修改")
    paragraphs = 0
    while blank.count():
        paragraphs += 1
        hand.go(blank.first)
        hand.write(page.locator("textarea[name=text]"), "已按要求开展工作，问题和打算见各部门报告。")
        hand.go(page.locator("button", has_text="保存这一段"))
    hand.go(page.locator("button", has_text="按现在的数字定稿"))
    assert "全部数字重新计算一致" in page.locator("main").inner_text()
    hand.click(page.locator("form[action$='/send/'] button").first)
    hand.go(page.locator("dialog[open] button", has_text="送审"))
    assert "/cases/" in page.url
    assert paragraphs >= 4  # what only people can say; the figures are there already
    written_down("B", hand.done - 3 * paragraphs)


def test_a_supervisor_goes_from_the_red_number_to_the_case_and_orders(office: Office) -> None:
    hand = Hand(office.window("jiandu"))
    page = hand.page
    page.goto("/")
    late = page.locator("main li", has_text="行政处罚", has=page.locator("a:has-text('发起督办')"))
    hand.go(late.first.locator("a[href^='/cases/']").first)
    shoot(page, "20-late")
    hand.go(page.locator("a:has-text('发起督办')").first)
    assert "超期" in page.input_value("#id_v_demand")
    hand.go(page.locator("#action-form .form__actions button"))
    hand.go(page.locator(".check button[value=submit]"))
    assert "督" in page.locator(".identity").inner_text()
    written_down("C", hand.done)


def test_the_respondent_is_called_answers_and_sees_its_side_only(office: Office) -> None:
    hand = Hand(office.window("zhifa1"))
    page = hand.page
    page.goto("/")
    line = page.locator("#tasks .todo__item", has_text="被申请人答复举证")
    assert "答复期限" in line.first.inner_text()
    hand.go(line.first.locator("a.todo__title"))
    assert page.locator("h1").inner_text() == "不予变更经营许可的决定"
    shown = page.locator("main").inner_text()
    assert "请求撤销" in shown  # the copy of the application
    assert "证件号码" not in shown
    assert "审理期限" not in shown
    shoot(page, "21-respondent")
    hand.go(page.locator(".case__rail a", has_text="被申请人答复举证").first)
    hand.write(page.locator("#id_v_answer_text"), "变更申请缺少法定材料，已一次性告知，请求维持。")
    page.set_input_files(
        "#up-v_answer_files",
        {"name": "告知书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"},
    )
    hand.go(page.locator("#action-form .form__actions button"))
    hand.go(page.locator(".check button[value=submit]"))
    assert "已办理「被申请人答复举证」" in page.locator(".banner--success").inner_text()
    written_down("D", hand.done)
    page.goto("/")
    assert not page.locator("#tasks .todo__item", has_text="被申请人答复举证").count()


def test_the_decision_and_what_the_public_reads_of_it(office: Office) -> None:
    page = office.window("fuyi1")
    page.goto("/cases/?procedure=reconsideration&light=closed")
    for address in [a.get_attribute("href") for a in page.locator("main tbody a").all()]:
        page.goto(f"{address}?tab=papers")
        if page.locator("a:has-text('公开文本')").count():
            break
    page.click("a:has-text('公开文本')")
    page.wait_for_selector(".sheets")
    shoot(page, "22-public")
    both = page.locator(".sheets .sheet").all_inner_texts()
    assert "某" in both[1]


LARGE = ("/cases/new/reconsideration/apply/", "/", "/cases/")


def test_large_type_and_paper_fit(office: Office) -> None:
    page = office.window("fuyi1")
    page.goto("/")
    page.click("summary:has-text('字号')")
    page.click("button:has-text('特大')")
    page.wait_for_selector("html[data-size]:not([data-size=''])")
    for address in LARGE:
        for size in (OFFICE, PHONE):
            page.set_viewport_size(size)
            page.goto(address)
            assert overflow(page) == [], (address, size)
    assert violations(page) == []
    page.set_viewport_size(OFFICE)
    page.goto("/cases/?procedure=reconsideration&light=open")
    page.goto(str(page.locator("main tbody a").first.get_attribute("href")))
    page.emulate_media(media="print")
    for kept_back in (".frame__side", ".topbar", ".tabs", ".case__rail .button"):
        assert not [x for x in page.locator(kept_back).all() if x.is_visible()], kept_back
    assert page.locator(".identity__title").is_visible()
    assert page.locator(".gate").first.is_visible()  # on paper nothing stays folded away
    page.emulate_media(media="screen")
