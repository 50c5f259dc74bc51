"""A decision as the public may read it: names of natural persons shortened, numbers that belong to somebody left out.

The paper itself stays as it was signed and hashed; this is another text made from it. Which sides and fields are masked
says the definition (`discloses: {masks: […]}`). What else stands in running text is found by what the case knows:
the names of its parties wherever they occur, and whatever looks like an identity, telephone or bank number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from fazhi.procedures.text import Masked, Missing, Personal, Text

# Surnames of two characters that are in use; all others have one.
DOUBLE = frozenset(["欧阳", "上官", "司马", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒", "端木", "轩辕", "独孤", "南宫", "西门", "闻人", "澹台", "申屠", "太史", "呼延", "赫连", "百里", "东郭", "公羊", "濮阳", "淳于", "单于", "仲孙"])  # fmt: skip
NUMBERS = (
    ("身份证件号码", re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")),
    ("手机号码", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
    ("银行账号", re.compile(r"(?<!\d)\d{16,19}(?!\d)")),
)
MARKS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Public:
    """`told`: what was masked, in words, with how often."""

    text: Text
    told: tuple[tuple[str, int], ...]


def short_name(name: str) -> str:
    """陈小雨 → 陈某某, 欧阳明 → 欧阳某: the surname, and 某 for each further character, two at most."""
    name = name.strip()
    family = name[:2] if name[:2] in DOUBLE and len(name) > 2 else name[:1]
    return family + "某" * max(1, min(2, len(name) - len(family)))


def short_names(names: Sequence[str]) -> dict[str, str]:
    """{name: how it is published}; two persons who would be called alike are told apart by 甲、乙."""
    known = list(dict.fromkeys(n.strip() for n in names if n.strip()))
    often = Counter(short_name(n) for n in known)
    seen: Counter[str] = Counter()
    found = {}
    for name in known:
        short = short_name(name)
        if often[short] > 1:
            mark = MARKS[seen[short] % len(MARKS)]
            seen[short] += 1
            short += mark
        found[name] = short
    return found


def public(text: Text, people: Sequence[str], withheld: Mapping[str, str]) -> Public:
    """`people`: names to be shortened; `withheld`: {commitment: what it is} of values that are left out whole."""
    names = short_names(people)
    said: Counter[str] = Counter()
    longest = sorted(names, key=len, reverse=True)

    def plain(words: str) -> str:
        for name in longest:
            if name in words:
                said["自然人姓名"] += words.count(name)
                words = words.replace(name, names[name])
        for what, pattern in NUMBERS:
            words, n = pattern.subn("＊＊＊", words)
            said[what] += n
        return words

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return plain(value)
        if isinstance(value, Personal):
            if value.commit in withheld and value.text.strip() not in names:
                said[withheld[value.commit] or value.label] += 1
                return Masked(value.label, "")
            return plain(value.text)
        if isinstance(value, Masked):
            return Masked(value.label, "")
        if isinstance(value, Missing):
            return value
        if isinstance(value, tuple):
            return tuple(walk(one) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: walk(getattr(value, f.name)) for f in fields(value) if f.name not in KEPT})  # fmt: skip
        return value

    shown: Text = walk(text)
    return Public(shown, tuple((what, n) for what, n in said.items() if n))


KEPT = frozenset({"kind", "status", "organ", "signature", "number"})  # of the organ, not of a person

__all__ = ["Public", "public", "short_name", "short_names"]
