"""Any text is read without a fault, and whatever is said of it points into it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reading.fuzz import WORDS, sound

from fazhi.reading.check import check

PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.integers(0, 99999).map(str),
    st.decimals(0, 200, places=2).map(lambda value: f"{value}%"),
    st.text(max_size=3),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_whatever_the_text_the_report_is_sound(text: str) -> None:
    sound(text, check(text))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_arbitrary_characters_are_read(text: str) -> None:
    sound(text, check(text))


def test_long_monotonous_texts_end() -> None:
    for piece in (
        "（",
        "其中",
        "、",
        "1",
        "一",
        "12件，",
        "占5%",
        "分别",
        "“甲、",
        "共3件：",
        "| 1 ",
        "十百千",
    ):
        text = piece * 3000
        sound(text, check(text))
