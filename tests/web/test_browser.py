"""The frame in a real browser: sign-in, menu, letter size, drafts, and what a screen reader is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.web.conftest import OFFICE, PHONE, ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ADMIN_PAGES = (
    "/",
    "/organs/",
    "/organs/new/",
    "/people/",
    "/people/new/",
    "/parameters/",
    "/codes/",
    "/help/",
    "/messages/",
    "/_style/",
)


def overflow(page: Any) -> list[str]:
    """What sticks out of the window at the right."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        Array.from(document.querySelectorAll('body *')).filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
        .slice(0, 5).map(e => e.tagName + '.' + e.className)"""
    )


def violations(page: Any) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})).violations"""
    )
    return [f"{v['id']}: {json.dumps([n['target'] for n in v['nodes']][:4])}" for v in found]


def test_a_clerk_signs_in_and_lands_on_the_workbench(page: Any, sign_in: Any, shoot: Any) -> None:
    page.goto("/")
    assert page.url.endswith("/login/?next=/")
    shoot("login")
    sign_in("zhifa1")
    assert page.locator("h1").inner_text().startswith("林一舟")
    assert "演示库" in page.locator(".demo-ribbon").inner_text()
    assert shoot("workbench").stat().st_size > 20_000


def test_the_accounts_on_the_sign_in_page_fill_the_form(page: Any) -> None:
    page.goto("/login/")
    page.click("[data-fill=guanli]")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=系统管理")


@pytest.mark.parametrize("address", ADMIN_PAGES)
def test_no_page_is_wider_than_the_window_and_axe_finds_nothing(
    page: Any, sign_in: Any, address: str
) -> None:
    sign_in("guanli")
    for size in (OFFICE, PHONE):
        page.set_viewport_size(size)
        page.goto(address)
        assert overflow(page) == [], (address, size)
        if AXE.is_file():
            assert violations(page) == [], (address, size)


def test_the_largest_letters_still_fit_and_are_remembered(page: Any, sign_in: Any, shoot: Any) -> None:
    sign_in("guanli")
    page.goto("/organs/")
    page.click("summary:has-text('字号')")
    page.click("[data-size-choice='22']")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    assert overflow(page) == []
    page.reload()
    assert page.get_attribute("html", "data-size") == "22"
    shoot("large-letters")


def test_on_a_phone_the_menu_is_a_drawer_that_escape_closes(page: Any, sign_in: Any) -> None:
    sign_in("guanli")
    page.set_viewport_size(PHONE)
    assert not page.locator("#menu").is_visible()
    page.click("[data-menu-open]")
    assert page.locator("#menu").is_visible()
    assert page.evaluate("document.activeElement.closest('#menu') !== null")
    page.keyboard.press("Escape")
    page.wait_for_selector("#menu", state="hidden")
    assert page.evaluate("document.activeElement.matches('[data-menu-open]')")


def test_the_first_tab_stop_skips_to_the_content(page: Any, sign_in: Any) -> None:
    sign_in("guanli")
    page.goto("/organs/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_refused_form_is_focused_on_its_error_summary(page: Any, sign_in: Any, shoot: Any) -> None:
    sign_in("guanli")
    page.goto("/organs/new/")
    page.click("main button[type=submit]")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_name"
    shoot("refused-form")


def test_a_dangerous_act_asks_once_more_and_can_be_left(page: Any, sign_in: Any) -> None:
    sign_in("guanli")
    page.goto("/people/?q=wangge")
    page.click("main table a >> nth=0")
    before = page.url
    page.click("text=重置密码")
    assert "重置" in page.locator("dialog h2").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.url == before


def test_what_is_typed_survives_a_reload_and_a_lost_connection(page: Any, sign_in: Any, context: Any) -> None:
    sign_in("guanli")
    page.goto("/_style/")
    form = "form[data-draft-key]"
    page.fill(f"{form} [name=name]", "惠民食品店")
    page.wait_for_selector(".saved[data-state=server]")
    page.goto("/_style/")
    page.click("text=恢复草稿")
    assert page.input_value(f"{form} [name=name]") == "惠民食品店"

    context.set_offline(True)
    page.fill(f"{form} [name=facts]", "标签没有标明生产日期")
    page.wait_for_selector(".saved[data-state=local]")
    assert "暂存在本机" in page.locator(".saved").inner_text()
    assert "标签没有标明生产日期" in page.evaluate("localStorage.getItem('fazhi-draft:style-example')")
    context.set_offline(False)
    page.wait_for_selector(".saved[data-state=server]")
    assert page.evaluate("localStorage.getItem('fazhi-draft:style-example')") is None


def test_signing_out_leaves_no_draft_on_the_computer(page: Any, sign_in: Any) -> None:
    sign_in("guanli", fresh=True)
    page.evaluate("localStorage.setItem('fazhi-draft:x', '{}')")
    page.click("summary:has-text('账号与任职')")
    page.click("text=退出登录")
    page.wait_for_url("**/login/")
    assert page.evaluate("localStorage.length") == 0


def test_everything_needed_works_without_script(browser: Any, site: Any) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto("/login/")
    page.fill("#id_username", "guanli")
    page.fill("#id_password", site.password)
    page.click("main button[type=submit]")
    page.click("[data-menu-open]")
    assert page.locator("#menu").is_visible()
    page.goto("/organs/?q=司法局")
    assert page.locator("main table a").count() >= 1
    context.close()


def test_pictures_of_the_administration_and_the_parts(page: Any, sign_in: Any, shoot: Any) -> None:
    sign_in("guanli")
    page.goto("/organs/?q=市场监督管理局")
    shoot("organs")
    page.click("main table a >> nth=0")
    shoot("organ", full=True)
    page.goto("/_style/")
    shoot("style", full=True)
    assert page.locator(".light").count() > 5
