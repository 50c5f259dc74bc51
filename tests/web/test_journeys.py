"""Journeys of a clerk, a supervisor, a respondent and (by keyboard alone) an officer in a real browser, all that each works on
counted against docs/journeys.md; on paper and in large type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from tests.web.conftest import OFFICE, PHONE
from tests.web.journeys import Hand, written_down
from tests.web.keys import Keys
from tests.web.office import Office, case_of, overflow, shoot, violations


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
    chosen = page.locator("main select").first.evaluate("e => e.options[e.selectedIndex].label")
    assert (
        chosen == f"{timezone.localdate().year - 1}年 · 安澜县司法局"
    )  # the government's stands there already
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


def test_a_penalty_from_filing_to_closing_by_keyboard_alone(office: Office) -> None:
    today = timezone.localdate().isoformat()
    handler, head, reviewer = (Keys(office.window(who)) for who in ("zhifa1", "juzhang1", "fazhi1"))
    page = handler.page

    # 立案:承办人提出,负责人批准
    page.goto("/cases/new/penalty/file/")
    handler.write(page.locator("#find_party"), "百惠超市")
    handler.press("Enter")
    page.wait_for_selector("input[name=v_party]:checked")
    handler.pick(page.locator("#id_v_cause"), "经营超过保质期的食品")
    handler.choose("案件来源", "监督检查")
    handler.day(page.locator("#id_v_found_on"), today)
    for name in ("林一舟", "陈思远"):
        handler.tick(page.locator("label", has_text=name).locator("input"))
    page.wait_for_selector("#needs .gate--met >> nth=1")  # two officers with certificates: both needs are met
    shoot(page, "02-form")
    handler.go(page.locator("#action-form .form__actions button"))
    assert "还没有提交" in page.locator("main").inner_text()
    shoot(page, "03-check")
    handler.go(page.locator(".check button[value=submit]"))
    page.wait_for_selector(".banner--success")
    case = case_of(page)
    assert "等待处罚机关负责人批准" in page.locator(".banner--success").inner_text()
    assert "撤回提请" in page.locator(".card--pending").inner_text()

    head.page.goto("/?tab=approve")
    head.go(head.page.locator(f"#tasks a[href^='/cases/{case}/']").first)
    shoot(head.page, "04-approval")
    assert "案件进入「立案调查」阶段" in head.agree()

    # 调查
    page.goto(f"/cases/{case}/")

    def evidence(k: Keys) -> None:
        k.choose("证据种类", "物证")
        k.write(k.page.locator("#id_v_name"), "过期饼干12盒及照片")
        k.day(k.page.locator("#id_v_taken_on"), today)
        k.file(
            k.page.locator("#up-v_copy"), name="照片.png", mimeType="image/png", buffer=b"\x89PNG\r\n\x1a\n"
        )

    handler.act("collect", evidence)
    handler.act(
        "order_correction",
        lambda k: k.write(k.page.locator("#id_v_correction"), "立即下架并停止销售超过保质期的食品"),
    )

    def concluded(k: Keys) -> None:
        k.day(k.page.locator("#id_v_act_on"), today)
        k.write(k.page.locator("#id_v_facts_found"), "现场查见超过保质期的饼干12盒，有现场笔录和照片为证。")
        k.questions({
            "涉及重大公共利益": "否", "直接关系当事人或者第三人重大权益": "否", "案情疑难复杂": "否",
            "法律法规规定应当法制审核的其他情形": "是", "情节复杂或者重大违法行为": "否",
        })  # fmt: skip

    assert "案件进入「审查」阶段" in handler.act("conclude", concluded)

    # 未经告知和法制审核,不能作出处罚决定:页面写明条文和去处理的链接
    unmet = page.locator(".gate--unmet", has_text="未经法制审核或者审核未通过")
    assert "行政处罚法 第五十八条第一款" in unmet.first.inner_text()
    link = unmet.first.locator("a", has_text="去处理")
    assert link.get_attribute("href") == f"/cases/{case}/do/submit_review/"
    shoot(page, "06-gates")

    # 法制审核
    handler.act("submit_review")
    reviewer.page.goto("/")
    assert "等您「法制审核」" in reviewer.page.locator("#tasks").inner_text()
    reviewer.go(reviewer.page.locator(f"#tasks a.todo__title[href^='/cases/{case}/']"))

    def reviewed(k: Keys) -> None:
        k.outcome("pass")
        k.write(k.page.locator("#id_v_review_opinion"), "事实清楚，程序合法，同意。")
        k.questions({"审核人员具备法律职业资格": "是"})

    reviewer.act("legal_review", reviewed)

    # 告知、送达、放弃陈述申辩
    def notified(k: Keys) -> None:
        k.tick(k.page.locator("fieldset#id_v_measures label", has_text="罚款").locator("input"))
        k.write(k.page.locator("#id_v_fine"), "3,000")
        k.write(k.page.locator("#id_v_confiscated"), "0")
        k.write(k.page.locator("#id_v_basis"), "食品安全法第一百二十四条第一款第五项")
        k.questions({"其他较重的处罚": "否"})

    page.goto(f"/cases/{case}/")
    assert "案件进入「告知与听证」阶段" in handler.act("notify", notified)

    def served(paper: str) -> Callable[[Keys], None]:
        def fill(k: Keys) -> None:
            k.choose("送达的文书", paper)
            k.choose("受送达的参与方", "当事人")
            k.choose("送达方式", "直接送达")
            k.day(k.page.locator("#id_v_served_on"), today)
            k.write(k.page.locator("#id_v_receiver"), "店长签收")

        return fill

    assert (
        "的文书还没有登记送达" in page.locator(".case__rail").inner_text()
    )  # the five days run from service
    assert "陈述申辩期限至" in handler.act("hand_over", served("行政处罚事先告知书"))
    page.goto(f"/cases/{case}/?tab=clocks")
    assert "怎样算出来的" in page.locator("#tabs").inner_text()
    shoot(page, "07-clocks")
    handler.act("waive", lambda k: k.write(k.page.locator("#id_v_note"), "当事人书面放弃陈述申辩"))

    # 决定:提出、批准、编号
    def decided(k: Keys) -> None:
        k.outcome("penalty")
        assert k.page.input_value("#id_v_fine") == "3000"  # nothing is typed twice
        k.questions({"违法行为涉嫌犯罪": "否", "具有一定社会影响": "否"})
        shoot(k.page, "08-decision")

    handler.act("decide", decided)
    head.page.goto(f"/cases/{case}/")
    head.go(head.page.locator("a:has-text('（送审稿）')").first)
    assert "行政处罚决定书" in head.page.locator(".doc").inner_text()
    shoot(head.page, "09-draft")
    head.page.goto(f"/cases/{case}/")
    assert "案件进入「送达执行」阶段" in head.agree()
    page.goto(f"/cases/{case}/?tab=papers")
    assert "罚决〔" in page.locator("#tabs").inner_text()
    with page.expect_download() as download:
        handler.enter(page.locator(".paper a:has-text('.docx')").first)
    assert download.value.suggested_filename.endswith(".docx")

    # 送达、履行、结案
    handler.act("hand_over", served("处罚或者不予处罚决定书"))

    def paid(k: Keys) -> None:
        k.outcome("full")
        k.write(k.page.locator("#id_v_paid"), "3000")
        k.choose("缴款方式", "指定银行")

    handler.act("pay", paid)
    handler.act("close")
    head.page.goto(f"/cases/{case}/")
    assert "案件进入「结案」阶段" in head.agree()
    page.goto(f"/cases/{case}/?tab=history")
    assert "已结" in page.locator(".identity").inner_text()
    assert page.locator(".timeline__item").count() >= 15
    shoot(page, "10-closed")
    page.goto(f"/cases/{case}/?tab=flaws")
    assert "照片.png" in page.goto(f"/cases/{case}/?tab=parts").text()
    worked = sum(k.done for k in (handler, head, reviewer))
    written_down("A", worked)
