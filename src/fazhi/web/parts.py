"""The small parts of a page as HTML: icon, light, tag, date, article. One source for both template engines.

A state is never shown by colour alone: a light has a colour, a shape and a word.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

Tone = Literal["green", "amber", "red", "grey", "blue", "outline"]

ICONS = Path(__file__).parent / "static" / "vendor" / "icons.json"

_SHAPES = {
    "green": '<circle cx="5" cy="5" r="5"/>',
    "amber": '<path d="M5 0l5 9.5H0z"/>',
    "red": '<path d="M0 0h10v10H0z"/>',
    "grey": '<path d="M1 0h3v10H1zM6 0h3v10H6z"/>',
    "open": '<path fill-rule="evenodd" d="M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z"/>',
}
_WORDS = {"green": "正常", "amber": "预警", "red": "超期", "grey": "中止"}


@cache
def _icons() -> dict[str, str]:
    """The drawings that `make assets` built; none where the assets have not been built yet."""
    try:
        drawings: dict[str, str] = json.loads(ICONS.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return drawings


@lru_cache(maxsize=512, typed=True)
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of icons.txt, drawn in place. With a label it speaks; without one it is decoration."""
    kind = "icon icon--large" if size == "large" else "icon"
    drawing = mark_safe(_icons().get(name, ""))
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', kind, label, drawing
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', kind, drawing
    )


@lru_cache(maxsize=1024, typed=True)
def light(state: str, days: int | None = None, *, word: str = "", provisional: bool = False) -> SafeString:
    """● 正常 ▲ 预警 剩3日 ■ 超期5日. `state` is green, amber, red, or grey (paused).

    `days` is what is left (amber, green) or how late it is (red), as a positive number in the clock's own days.
    """
    shape = _SHAPES.get(state, _SHAPES["open"])
    return format_html(
        '<span class="light light--{}"><svg class="light__shape" viewBox="0 0 10 10" aria-hidden="true">{}</svg>{}</span>',
        state if state in _SHAPES else "grey",
        mark_safe(shape),
        _light_words(word or _WORDS.get(state, state), state, days, provisional),
    )


def _light_words(word: str, state: str, days: int | None, provisional: bool) -> SafeString:
    if days is None:
        said = word
    elif state == "red":
        said = f"{word}{days}日" if days else f"{word}"
    elif days == 0:
        said = f"{word} 今日到期"
    else:
        said = f"{word} 剩{days}日"
    if not provisional:
        return conditional_escape(said)
    return format_html(
        '<span class="provisional" title="该年度放假安排尚未公布，期限为暂算，公布后自动重算">{} 暂算</span>',
        said,
    )


@lru_cache(maxsize=1024, typed=True)  # typed: a text that is safe and one that is not are equal
def tag(text: object, tone: str = "grey") -> SafeString:
    """A word in a box: a status, a kind, a role."""
    return format_html('<span class="tag tag--{}">{}</span>', tone, text)


def law(article: str) -> SafeString:
    """An article of law, set apart: 〔行政处罚法 第五十八条〕."""
    return format_html('<cite class="law">{}</cite>', article) if article else mark_safe("")


@lru_cache(maxsize=4096, typed=True)
def day(value: date | datetime | str | None, *, empty: str = "—") -> SafeString:
    """2026-11-21 in a <time>; a date in prose is written by the page itself."""
    if value in (None, ""):
        return conditional_escape(empty)
    text = value.date().isoformat() if isinstance(value, datetime) else str(value)[:10]
    return format_html('<time datetime="{}">{}</time>', text, text)


def yuan(fen: int | None) -> str:
    """Money is kept in fen and shown as 12,000.00 元."""
    if fen is None:
        return "—"
    sign, whole, rest = "-" if fen < 0 else "", *divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d} 元"
