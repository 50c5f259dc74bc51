"""People at their windows in a real browser: signing in, acting through forms, looking at pages for what sticks out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.web.conftest import OFFICE, OUTPUT, PHONE, ROOT

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
    """What an outcome reveals, a search found, or the panel of needs says of what was typed, has arrived."""
    if page.locator("#needs").count():
        page.wait_for_timeout(700)  # the panel waits 600 ms for the typing to pause
    arrived(page)


def arrived(page: Any) -> None:
    """What a choice reveals, and what was asked for, is there."""
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
    arrived(page)
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
    arrived(page)
    page.eval_on_selector_all("details.form__fold", "folds => folds.forEach(fold => { fold.open = true; })")
    for label, answer in answers.items():
        choose(page, label, answer)


def case_of(page: Any) -> str:
    found = re.search(r"/cases/([0-9a-f]{32})/", page.url)
    assert found, page.url
    return found[1]


def fill_rest(page: Any, answers: dict[str, str]) -> None:
    for name, words in answers.items():
        if page.locator(f"fieldset#id_v_{name}").count():
            page.locator(f"fieldset#id_v_{name}").get_by_label(words, exact=True).check()
        else:
            page.fill(f"#id_v_{name}", words)
