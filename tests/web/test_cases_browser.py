"""Whole procedures in a real browser: a penalty from filing to closing, a reconsideration, a request for disclosure, 督办."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from tests.web.conftest import OFFICE, OUTPUT, PHONE, ROOT
from tests.web.journeys import written_down
from tests.web.keys import Keys

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


class Office:
    """One browser window per person, each signed in once."""

    def __init__(self, browser: Any, site: Any) -> None:
        self.browser, self.site = browser, site
        self.windows: dict[str, Any] = {}
        self.broken: list[str] = []

    def window(self, username: str, **options: Any) -> Any:
        if username in self.windows and not options:
            return self.windows[username]
        context = self.browser.new_context(
            base_url=self.site.url, viewport=OFFICE, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
        )  # fmt: skip
        context.set_default_timeout(40_000)  # a test machine may be busy with other work
        page = context.new_page()
        page.on("pageerror", lambda error: self.broken.append(f"script: {error}"))
        page.on(
            "console",
            lambda said: self.broken.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.goto("/login/")
        page.fill("#id_username", username)
        page.fill("#id_password", self.site.password)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/login/" not in url)
        if not options:
            self.windows[username] = page
        return page

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()
        assert not self.broken, self.broken


@pytest.fixture(scope="module")
def office(browser: Any, site: Any) -> Iterator[Office]:
    made = Office(browser, site)
    yield made
    made.close()


def overflow(page: Any) -> list[str]:
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        Array.from(document.querySelectorAll('body *')).filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
        .slice(0, 5).map(e => e.tagName + '.' + e.className)"""
    )


def violations(page: Any) -> list[str]:
    if not AXE.is_file():
        return []
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})).violations"""
    )
    return [f"{v['id']}: {json.dumps([n['target'] for n in v['nodes']][:4])}" for v in found]


def shoot(page: Any, name: str) -> None:
    """A picture at office and at phone size; nothing sticks out, and axe finds nothing."""
    OUTPUT.mkdir(exist_ok=True)
    settled(page)
    for suffix, size in (("", OFFICE), ("-phone", PHONE)):
        page.set_viewport_size(size)
        assert overflow(page) == [], (name, size)
        page.screenshot(path=OUTPUT / f"cases-{name}{suffix}.png")
    assert violations(page) == [], name
    page.set_viewport_size(OFFICE)


def settled(page: Any) -> None:
    """What an outcome reveals, or a search found, has arrived."""
    page.wait_for_timeout(700)  # the panel of needs waits 600 ms for the typing to pause
    page.wait_for_selector(".htmx-request, .htmx-settling, [aria-busy=true]", state="detached")


def choose(page: Any, label: str, answer: str) -> None:
    """Answer a question, or take one of some choices (buttons or a list), by their words."""
    box = page.locator("fieldset", has=page.locator("legend", has_text=label))
    if box.count():
        box.last.get_by_label(answer, exact=True).first.check()
    else:
        page.locator(".field", has=page.locator("label", has_text=label)).locator("select").select_option(
            label=answer
        )


def send(page: Any) -> None:
    """From the form to the check page, and on."""
    settled(page)
    page.click("button:has-text('下一步：核对')")
    page.wait_for_selector(".check, .error-summary, .stop")
    assert page.locator(".check").count(), page.locator("main").inner_text()[:900]
    page.locator(".check button[value=submit]").click()
    page.wait_for_selector(".banner--success, .error-summary")
    assert not page.locator(".error-summary").count(), page.locator(".error-summary").inner_text()


def act(page: Any, case: str, action: str, fill: Callable[[Any], None] | None = None) -> str:
    """Do one act through its form; what the page says was done."""
    page.goto(f"/cases/{case}/do/{action}/")
    if fill:
        fill(page)
    send(page)
    said: str = page.locator(".banner--success").first.inner_text()
    return said


def agree(page: Any, case: str) -> str:
    page.goto(f"/cases/{case}/")
    page.click("button[value=agree]")
    page.wait_for_selector(".banner--success")
    said: str = page.locator(".banner--success").first.inner_text()
    return said


def questions(page: Any, answers: dict[str, str]) -> None:
    settled(page)
    page.eval_on_selector_all("details.form__fold", "folds => folds.forEach(fold => { fold.open = true; })")
    for label, answer in answers.items():
        choose(page, label, answer)


def case_of(page: Any) -> str:
    found = re.search(r"/cases/([0-9a-f]{32})/", page.url)
    assert found, page.url
    return found[1]


def test_a_penalty_from_filing_to_closing_by_keyboard_alone(office: Office) -> None:
    today = timezone.localdate().isoformat()
    handler, head, reviewer = (Keys(office.window(who)) for who in ("zhifa1", "juzhang1", "fazhi1"))
    page = handler.page

    # 立案:承办人提出,负责人批准
    page.goto("/")
    shoot(page, "01-workbench")
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
    shoot(page, "05-investigating")

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


def fill_rest(page: Any, answers: dict[str, str]) -> None:
    for name, words in answers.items():
        if page.locator(f"fieldset#id_v_{name}").count():
            page.locator(f"fieldset#id_v_{name}").get_by_label(words, exact=True).check()
        else:
            page.fill(f"#id_v_{name}", words)


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
