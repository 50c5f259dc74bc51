"""docs/journeys.md says how many things a person works on a way through the screens; the tests count them anew."""

from __future__ import annotations

import re
from typing import Any

from tests.web.conftest import ROOT

PAGE = ROOT / "docs" / "journeys.md"


def written_down(journey: str, worked: int) -> None:
    """The number of that journey in docs/journeys.md is the one that was counted just now."""
    found = re.search(rf"^\| {journey} \|[^|]*\| (\d+) \|", PAGE.read_text("utf-8"), re.M)
    assert found, f"journey {journey} is not in docs/journeys.md"
    assert int(found[1]) == worked, (
        f"put {worked} for journey {journey} into docs/journeys.md, and say why where it rose"
    )


class Hand:
    """A person with a mouse: `done` counts clicks, fields filled in and choices made, as in docs/journeys.md."""

    def __init__(self, page: Any) -> None:
        self.page, self.done = page, 0

    def go(self, found: Any) -> None:
        """A click that leads to another page."""
        with self.page.expect_navigation():
            found.click()
        self.done += 1

    def click(self, found: Any) -> None:
        found.click()
        self.done += 1

    def write(self, found: Any, words: str) -> None:
        found.fill(words)
        self.done += 1

    def pick(self, found: Any, value: str) -> None:
        found.select_option(value)
        self.done += 1
