"""A person without a mouse: Tab, arrows, Space and Enter, nothing else. What Tab does not reach is not reachable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

REACH = 400  # presses of Tab after which something counts as not reachable
# How many stops lie between the focus and an element, as far as the page can tell; "there" where it has it.
BETWEEN = """e => { const focus = document.activeElement; if (focus === e) return 'there';
    const follows = (a, b) => Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING);
    const from = focus && focus !== document.body ? focus : location.hash ? document.querySelector(location.hash) : null;
    const stops = Array.from(document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]'))
        .filter(x => !x.disabled && x.type !== 'hidden' && x.tabIndex >= 0 && x.getClientRects().length
        && (x.type !== 'radio' || x === e || x === (document.querySelector(`input[name="${x.name}"]:checked`)
        || document.querySelector(`input[name="${x.name}"]:not([disabled])`))));
    const to = stops.indexOf(e), at = !from ? -1 : stops.includes(from) ? stops.indexOf(from) : stops.filter(x => follows(x, from)).length - 1;
    return to >= 0 && to !== at ? to - at : from && follows(e, from) ? -1 : 1; }"""
# Nothing has the focus yet, and what is wanted stands in the main part.
FRESH = """e => (!document.activeElement || document.activeElement === document.body) && !location.hash
    && Boolean(document.querySelector('#main')?.contains(e))"""


class Keys:
    """`pressed`: keys and characters; `done`: buttons, links, boxes and choices that were worked with them."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed, self.done, self.pages = page, 0, 0, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def reach(self, found: Any) -> None:
        element = found.element_handle()
        if self.page.evaluate(FRESH, element):  # 跳到正文 is the first stop of every page
            self.press("Tab")
            self.press("Enter")
        before, part = self.pressed, 1
        while self.pressed - before < REACH:
            far = self.page.evaluate(BETWEEN, element)
            if far == "there":
                return
            for _ in range(max(1, abs(far) // part)):
                self.press("Tab" if far > 0 else "Shift+Tab")
            part = 2  # it was an estimate: nearer and nearer now, one press at last
        raise AssertionError(f"Tab does not reach {found}")

    def enter(self, found: Any, key: str = "Enter") -> None:
        self.reach(found)
        self.press(key)
        self.done += 1

    def go(self, found: Any) -> None:
        """A link or button that leads to another page."""
        self.reach(found)
        with self.page.expect_navigation():
            self.enter(found)
        self.pages += 1

    def write(self, found: Any, words: str) -> None:
        self.reach(found)
        self.press("Control+a")
        self.page.keyboard.insert_text(words)
        self.pressed += len(words)
        self.done += 1

    def day(self, found: Any, iso: str) -> None:
        """A date box takes digits in the order of the browser's language."""
        year, month, day = iso.split("-")
        self.reach(found)
        for order in (month + day + year, year + month + day, day + month + year):
            self.page.keyboard.type(order)
            self.pressed += len(order)
            if found.input_value() == iso:
                self.done += 1
                return
            for _ in range(3):
                self.press("Backspace")
                self.press("ArrowLeft")
        raise AssertionError(f"{iso} cannot be typed: {found.input_value()}")

    def tick(self, found: Any) -> None:
        self.enter(found, "Space")
        assert found.is_checked()

    def radio(self, target: Any) -> None:
        """Tab leads to the group, the arrows move in it."""
        name = target.get_attribute("name")
        group = self.page.locator(f"input[type=radio][name='{name}']:not([disabled])")
        chosen = self.page.locator(f"input[type=radio][name='{name}']:checked")
        self.reach(chosen if chosen.count() else group.first)
        if not chosen.count():
            self.press("Space")
            self.still()
        for _ in range(group.count()):
            if target.is_checked():
                break
            self.press("ArrowDown")
            self.still()
        assert target.is_checked()
        self.done += 1

    def pick(self, select: Any, label: str) -> None:
        self.reach(select)
        shown = "e => e.options[e.selectedIndex].label"
        for _ in range(select.locator("option").count()):
            if select.evaluate(shown) == label:
                break
            self.press("ArrowDown")
        assert select.evaluate(shown) == label
        self.done += 1

    def choose(self, label: str, answer: str) -> None:
        """Answer a question or take a choice by its words."""
        box = self.page.locator("fieldset", has=self.page.locator("legend", has_text=label))
        if box.count():
            self.radio(box.last.get_by_label(answer, exact=True).first)
        else:
            field = self.page.locator(".field", has=self.page.locator("label", has_text=label))
            self.pick(field.locator("select"), answer)

    def questions(self, answers: dict[str, str]) -> None:
        self.still()
        folds = self.page.locator("details.form__fold:not([open]) > summary")
        while folds.count():
            self.enter(folds.first)
        for label, answer in answers.items():
            self.choose(label, answer)

    def outcome(self, name: str) -> None:
        self.radio(self.page.locator(f"#outcome-{name}"))

    def file(self, found: Any, **content: Any) -> None:
        self.reach(found)
        with self.page.expect_file_chooser() as chooser:
            self.press("Enter")
        chooser.value.set_files(content)
        self.done += 1

    def still(self) -> None:
        """What a choice reveals has arrived."""
        self.page.wait_for_selector(".htmx-request, .htmx-settling, [aria-busy=true]", state="detached")

    def send(self) -> str:
        """From the form to the check page, and on; what the page says was done."""
        self.still()
        self.go(self.page.locator("#action-form .form__actions button"))
        assert self.page.locator(".check").count(), self.page.locator("main").inner_text()[:900]
        self.go(self.page.locator(".check button[value=submit]"))
        self.page.wait_for_selector(".banner--success, .error-summary")
        assert not self.page.locator(".error-summary").count(), self.page.locator(
            ".error-summary"
        ).inner_text()
        return str(self.page.locator(".banner--success").first.inner_text())

    def act(self, action: str, fill: Callable[[Keys], None] | None = None) -> str:
        """From the case page: the act's link, wherever it stands there, its form, the check page."""
        link = self.page.locator(f"main a[href*='/do/{action}/']")
        shown = next((x for x in link.all() if x.is_visible()), None)
        if shown is None:
            folds = self.page.locator(
                "details:not([open])", has=self.page.locator(f"a[href*='/do/{action}/']")
            )
            self.enter(folds.first.locator("> summary"))
            shown = next(x for x in link.all() if x.is_visible())
        self.go(shown)
        if fill:
            fill(self)
        return self.send()

    def agree(self) -> str:
        self.go(self.page.locator("button[value=agree]"))
        self.page.wait_for_selector(".banner--success")
        return str(self.page.locator(".banner--success").first.inner_text())
