"""The rules as data: each .toml file holds a family of them, with the words that trigger it and play its roles.

A rule says in plain words what it proves, how far the numbers may be apart, and its message. The words are patterns of
the language (其中, 占, 较…减少), never sentences of a text. How words and figures are brought together is in
`fazhi.reading.relations`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rule:
    """`title` names it to a clerk, `proves` says what holds, `tolerance` how far apart the numbers may be."""

    id: str
    title: str
    proves: str
    tolerance: str
    message: str


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that share their words. A word list is one pattern; `word.search(text)` asks for any of them. `groups` are
    words that belong together (男 and 女), as they stand.
    """

    rules: dict[str, Rule]
    words: dict[str, re.Pattern[str]]
    groups: dict[str, tuple[tuple[str, ...], ...]]


@cache
def family(name: str) -> Family:
    data = tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
    rules = {
        one["id"]: Rule(one["id"], one["title"], one["proves"], one["tolerance"], one["message"])
        for one in data["rule"]
    }
    words = {
        key: re.compile("|".join(f"(?:{word})" for word in listed)) for key, listed in data["words"].items()
    }
    groups = {
        key: tuple(tuple(group.split()) for group in told) for key, told in data.get("groups", {}).items()
    }
    return Family(rules, words, groups)


FAMILIES = ("sum", "share", "change", "order", "listing", "annual")


def every_rule() -> list[Rule]:
    return [rule for name in FAMILIES for rule in family(name).rules.values()]
