"""The rules of the layout check as data (layout.toml), and the findings that come of them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

STANDARD = "GB/T 9704—2012"


@dataclass(frozen=True, slots=True)
class Rule:
    """`clause` of the standard; `message` and `next` have places that the check fills in."""

    id: str
    clause: str
    message: str
    next: str
    where: str = ""  # anywhere, start or whole: a rule about words alone
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    line: int  # number of the paragraph, as counted from the top; 0 where it is the page
    place: str
    message: str
    law: str
    next: str


@cache
def rules() -> dict[str, Rule]:
    text = resources.files("fazhi.documents").joinpath("layout.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return {one["id"]: Rule(**one) for one in (*found["rule"], *found["words"])}


@cache
def about_words() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule.pattern)) for rule in rules().values() if rule.pattern)


def finding(rule: str, line: int, place: str, **told: str | int) -> Finding:
    one = rules()[rule]
    return Finding(
        rule,
        line,
        place,
        one.message.format_map(told) if told else one.message,
        f"{STANDARD} {one.clause}",
        one.next.format_map(told) if told else one.next,
    )
