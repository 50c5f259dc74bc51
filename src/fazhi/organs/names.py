"""Finding an organ by the name that a text uses. Pure: the names come in as rows.

Three readings, from strict to loose; the first that finds exactly one organ decides:
1. the name as written (half and full width, brackets and blanks made equal);
2. without what says only "of this county" (县司法局 = 安澜县司法局 = 司法局);
3. with the usual contractions made (人民政府 → 政府, 办公室 → 办, 委员会 → 委).
What no reading finds gets candidates, nearest first. A name is never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

_CONTRACTIONS = (
    ("人民政府", "政府"),
    ("人民法院", "法院"),
    ("人民检察院", "检察院"),
    ("办公室", "办"),
    ("委员会", "委"),
)
_TOWNS = re.compile(r"乡镇|镇街|镇乡|街道|乡\(镇\)|镇\(乡\)|各镇|各乡(?!村)")
_UNITS = re.compile(r"部门|单位|委办局|机关")
_EVERY = re.compile(r"各|所有|全部|全县|全区|全市|有关|相关")
_VILLAGES = re.compile(r"各(行政)?村|各社区|村\(社区\)")

NEAR = 0.6  # share of like characters below which a name is not offered
OFFERED = 5


@dataclass(frozen=True)
class Named:
    """A name that an organ bears from `first` to `last` (both included; None: until further notice)."""

    organ: str
    name: str
    kind: str
    first: date
    last: date | None

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Candidate:
    organ: str
    name: str
    score: float  # 0 … 1
    why: str


@dataclass(frozen=True)
class Found:
    """`organs` has one id where the name is one organ's, several where it is a collective name, else none."""

    organs: tuple[str, ...] = ()
    collective: bool = False
    candidates: tuple[Candidate, ...] = ()


def plain(text: str) -> str:
    """The name without differences that mean nothing: width, blanks, kinds of brackets, a closing full stop."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"\s+", "", text).translate(str.maketrans("〔〕[]【】", "()()()"))
    return text.strip(".。,，、;；:：")


def bare(text: str, county: str) -> str:
    """The plain name without what says only that it is this county's."""
    text = plain(text).removeprefix("中国共产党").removeprefix("中共")
    level, stem = county[-1:], county[:-1]
    text = re.sub(rf"^(政协|中国人民政治协商会议)({re.escape(county)}|{level})", r"\1", text)
    for own in (county, f"我{level}", f"本{level}"):
        if text.startswith(own) and text != own:
            text = level + text[len(own) :]
    # 安澜司法局 is the county's; 安澜镇 is a town of that name.
    if (
        len(stem) >= 2
        and text.startswith(stem)
        and text[len(stem) : len(stem) + 1] not in ("", "镇", "乡", "街")
    ):
        text = level + text[len(stem) :]
    # 县委 stays whole: without its 县 nothing would be left to know it by.
    return text[1:] if text.startswith(level) and len(text) > 2 else text


def contracted(text: str, county: str) -> str:
    text = bare(text, county)
    for long, short in _CONTRACTIONS:
        text = text.replace(long, short)
    return text


def collective(text: str) -> frozenset[str] | None:
    """The kinds of organ that a collective name means (各乡镇人民政府、县属各有关单位), or None for a single name."""
    text = plain(text)
    if not _EVERY.search(text):
        return None
    kinds: set[str] = set()
    if _TOWNS.search(text):
        kinds.add("township")
    if _VILLAGES.search(text):
        kinds.add("village")
    if _UNITS.search(text):
        kinds |= {"department", "institution", "upper_branch"}
        if "政府" not in text.replace("乡镇人民政府", ""):
            kinds |= {"party_organ", "supervision"}
    return frozenset(kinds) or None


def find(
    text: str, county: str, names: Iterable[Named], on: date, kinds: Mapping[str, str] | None = None
) -> Found:
    """Which organ the text means on that day. `kinds` (organ → kind) is needed for collective names alone."""
    rows = list(names)
    current = [row for row in rows if row.holds_on(on)]
    for read in (plain, lambda t: bare(t, county), lambda t: contracted(t, county)):
        wanted = read(text)
        if not wanted:
            return Found()
        hits = dict.fromkeys(row.organ for row in current if read(row.name) == wanted)
        if len(hits) == 1:
            return Found(organs=tuple(hits))
        if hits:
            both = {row.organ: row.name for row in current if read(row.name) == wanted}
            return Found(
                candidates=tuple(Candidate(o, n, 1.0, "多个机关使用这个名称") for o, n in both.items())
            )
    if meant := collective(text):
        members = dict.fromkeys(row.organ for row in current if (kinds or {}).get(row.organ) in meant)
        return Found(organs=tuple(members), collective=True)
    return Found(candidates=_near(text, county, rows, on))


def _near(text: str, county: str, rows: list[Named], on: date) -> tuple[Candidate, ...]:
    wanted = contracted(text, county)
    best: dict[str, Candidate] = {}
    for row in rows:
        have = contracted(row.name, county)
        score, why = SequenceMatcher(None, wanted, have, autojunk=False).ratio(), "名称相近"
        if have == wanted:
            score, why = 1.0, "同名"
        elif _abbreviates(wanted, have) or _abbreviates(have, wanted):
            score, why = max(score, 0.85), "可能是简称"
        if not row.holds_on(on):
            if score < 1.0:
                continue  # a name of another time is offered only when it is the very name
            until = f"至{row.last}" if row.last else ""
            score, why = 0.95, f"该名称自{row.first}{until}使用"
        if score >= NEAR and (row.organ not in best or best[row.organ].score < score):
            best[row.organ] = Candidate(row.organ, row.name, round(score, 3), why)
    return tuple(sorted(best.values(), key=lambda c: (-c.score, c.name)))[:OFFERED]


def _abbreviates(short: str, long: str) -> bool:
    """人社局 for 人力资源和社会保障局: three characters or more, in order, with the same first and last."""
    if not 3 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)
