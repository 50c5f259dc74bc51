"""Shares told without their part: is there a whole number that makes them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import finding, share_fits, written
from fazhi.reading.repair import plain
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SHARE = family("share")
_STOPWORDS = frozenset("率为达到的了数均已共全年各")


def without_part(paragraph: Paragraph, stated: Mark, before: Sequence[Mark]) -> Iterator[Finding]:
    """结案127宗，撤案的占结案数的 p%: is there a whole number that makes p?"""
    phrase = stated.pre[stated.pre.rfind("占") + 1 :]
    wholes = [
        mark
        for mark in before
        if mark.figure.ulp == 1
        and len(set(phrase) & set(mark.head[-8:] + mark.figure.unit) - _STOPWORDS) >= 1
    ]
    if not wholes or any(_attainable(mark, stated) for mark in wholes):
        return
    whole = wholes[-1]
    if any(
        share_fits(part.value, mark.value, stated) for part in before for mark in before if part is not mark
    ):
        return
    count = int(whole.value * stated.value / 100)
    told = "，".join(f"{n}÷{written(whole)}＝{plain(100 * n / whole.value, 2)}%" for n in (count, count + 1))
    grade = "error" if len(wholes) == 1 and whole.sentence == stated.sentence and whole.exact else "suspect"
    rule = _SHARE.rules["attainable"]
    yield finding(
        rule, "error" if grade == "error" else "suspect", [stated, whole], f"{told}，写作{written(stated)}"
    )


def _attainable(whole: Mark, stated: Mark) -> bool:
    count = int(whole.value * stated.value / 100)
    return any(share_fits(whole.value * 0 + n, whole.value, stated) for n in (count, count + 1))
