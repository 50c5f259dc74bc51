"""Colours have the contrast that WCAG AA asks; icons that are named exist; lights speak."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template

import fazhi.web
from fazhi.web import parts

WEB = Path(fazhi.web.__file__).parent
TOKENS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", (WEB / "static/web/base.css").read_text("utf-8")))

TEXT_ON_GROUND = [
    ("ink", "surface"),
    ("ink", "ground"),
    ("ink-soft", "surface"),
    ("ink-soft", "ground"),
    ("ink-soft", "surface-soft"),
    ("primary", "surface"),
    ("primary", "ground"),
    ("primary-dark", "primary-soft"),
    ("primary", "primary-soft"),
    ("green", "green-soft"),
    ("amber", "amber-soft"),
    ("red", "red-soft"),
    ("grey", "grey-soft"),
    ("nav-ink", "nav"),
    ("nav-soft", "nav"),
    ("nav-soft", "nav-deep"),
    ("surface", "primary"),
    ("surface", "green-solid"),
    ("surface", "red-solid"),
    ("surface", "seal"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_is_legible_on_its_ground(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


def test_borders_of_fields_are_visible() -> None:
    assert contrast(TOKENS["line-strong"], TOKENS["surface"]) >= 3


def test_every_icon_that_a_screen_names_is_in_the_list() -> None:
    listed = set((WEB / "icons.txt").read_text("utf-8").split("\n"))
    used: set[str] = set()
    for path in [*WEB.glob("templates/**/*.html"), *WEB.glob("jinja2/**/*.html")]:
        used |= set(re.findall(r"\{%\s*icon\s+\"([a-z0-9-]+)\"", path.read_text("utf-8")))
        used |= set(re.findall(r"icon=\"([a-z0-9-]+)\"", path.read_text("utf-8")))
    for path in WEB.glob("**/*.py"):
        pairs = re.findall(r'icon="([a-z0-9-]+)"|"icon": "([a-z0-9-]+)"', path.read_text("utf-8"))
        used |= {name for pair in pairs for name in pair if name}
    assert used - listed == set()


@pytest.mark.parametrize(
    ("state", "days", "words"),
    [
        ("green", None, "正常"),
        ("green", 34, "正常 剩34日"),
        ("amber", 3, "预警 剩3日"),
        ("amber", 0, "预警 今日到期"),
        ("red", 5, "超期5日"),
        ("grey", None, "中止"),
    ],
)
def test_a_light_has_colour_shape_and_word(state: str, days: int | None, words: str) -> None:
    drawn = parts.light(state, days)
    assert f"light--{state}" in drawn
    assert "<svg" in drawn
    assert re.sub(r"<[^>]+>", "", drawn) == words


def test_each_light_has_a_shape_of_its_own() -> None:
    shapes = {
        re.search(r"<svg.*?</svg>", parts.light(state)).group(0)
        for state in ("green", "amber", "red", "grey")
    }  # type: ignore[union-attr]
    assert len(shapes) == 4


def test_a_provisional_due_date_says_so() -> None:
    assert "暂算" in parts.light("green", 20, provisional=True)


def test_what_people_typed_is_escaped_in_every_part() -> None:
    nasty = "<script>x</script>"
    for drawn in (
        parts.tag(nasty),
        parts.law(nasty),
        parts.light("red", word=nasty),
        parts.icon("x", label=nasty),
    ):
        assert "<script>" not in drawn
    template = Template("{% load fazhi_ui %}{% card title %}{{ body }}{% endcard %}")
    assert "<script>" not in template.render(Context({"title": nasty, "body": nasty}))


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "0.00 元"), (5, "0.05 元"), (1200000, "12,000.00 元"), (-150, "-1.50 元"), (None, "—")],
)
def test_money_is_shown_in_yuan(fen: int | None, shown: str) -> None:
    assert parts.yuan(fen) == shown
