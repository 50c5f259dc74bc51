"""Which indicator a figure states: its subject in the words before it, its year, its unit class and kind.

No meaning is guessed: the subject is the clause's own words without what says when, how much and how surely. Two figures
are of one indicator when subject, unit class and kind are the same; offices that word a thing differently are not matched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fazhi.reading.figure import Figure
from fazhi.reading.traditional import simplified
from fazhi.reading.units import CLASS_OF

_CLAUSE = re.compile("[，,；;。：:！？!?\n\t（）()|、]")
_BEFORE = re.compile("上年同期|去年同期|上一年度?|上年度?|去年|上年")
_YEAR = re.compile(r"(20\d\d)年")
_COMPARED = re.compile(
    "(?:与|和|同)?(?:较|比|相比)(?:上年同期|去年同期|上一年度?|上年度?|去年|上年|同期|20\\d\\d年)?(?:的|相比)?|同比|环比"
)
_CHANGE = re.compile("(增加|增长|上升|提高|提升|减少|下降|降低|回落)(?:了|到|至|约|近)*$")
# Words that say when, how much and how surely, not what.
_DROPPED = re.compile(
    r"20\d\d年(?:度|底|末|以来)?|截至|截止|目前|全年度?|今年以来|今年|本年度?|年度|年内|年末|年底|\d{1,2}月(?:份|底|末)?|\d{1,2}日|"
    "上年同期|去年同期|上一年度?|上年度?|去年|上年|同期|以来|期间|其中|全县|全市|全区|全省|全镇|我县|我市|我区|我省|本县|本市|本区|"
    "先后|累计|合计|总计|共计|一共|总共|已经|达到|超过|分别|并且|同时|另外|此外"
)
_EDGES = "共已均各约近为了有计仅并还又也则即另是到至的由从在达，"  # the same, but inside of words they belong to them
_LISTED = re.compile(
    "^(?:[一二三四五六七八九十]+是|第[一二三四五六七八九十]+|[（(]?[一二三四五六七八九十\\d]+[)）、.．])"
)
_NOISE = re.compile(r"[\s\u3000“”\"'‘’《》〈〉【】\[\]—\-－·•*]+")
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Indicator:
    """`year` is 0 where the document's own year is not known. `change` is +1 or -1 for a figure that says by how much
    another one grew or fell, else 0; `of` is then the index of that other figure."""

    figure: Figure
    subject: str
    year: int
    change: int = 0
    of: int = -1

    @property
    def key(self) -> tuple[str, str, str]:
        """Subject, unit class, kind: what makes two figures one indicator."""
        return self.subject, CLASS_OF.get(self.figure.unit, self.figure.unit), self.figure.kind


def indicators(text: str, figures: Sequence[Figure], year: int) -> list[Indicator]:
    """One for every figure whose subject the text names, in order; `year` is the one that the document is about."""
    text = simplified(text)
    out: list[Indicator] = []
    for number, figure in enumerate(figures):
        before = figures[number - 1].after if number else 0
        clause = _clause_start(text, figure.start, before)
        head = text[clause : figure.start]
        last = out[-1] if out and _near(text, out[-1].figure, figure) else None
        change = _CHANGE.search(head)
        compared = bool(_COMPARED.search(head))
        if change and last is not None and not _subject(_CHANGE.sub("", _COMPARED.sub("", head))):
            base = next(
                (n for n in range(len(out) - 1, -1, -1) if out[n].change == 0 and out[n].year == year), -1
            )
            if base >= 0 and _near(text, out[base].figure, figure):
                sign = -1 if change[1] in ("减少", "下降", "降低", "回落") else 1
                out.append(Indicator(figure, out[base].subject, year, sign, base))
            continue
        when = _year(text, clause, figure.start, year)
        subject = _subject(_COMPARED.sub("", head))
        if not subject and compared and last is not None:
            out.append(Indicator(figure, last.subject, when if when != year else year - 1))
            continue
        if _too_short(subject):
            subject += _subject(_following(text, figure))
        if not _too_short(subject) and not change:
            out.append(Indicator(figure, subject, when))
    return out


def _too_short(subject: str) -> bool:
    """化解率 says what it is; 组建 and 首批 do not, and take the words behind the figure along (受理 45 件行政复议案件)."""
    return len(subject) < 4 and (len(subject) < 2 or subject[-1] not in "率数量额比")


def _clause_start(text: str, at: int, before: int) -> int:
    start = before
    for mark in _CLAUSE.finditer(text, max(before, at - 60), at):
        start = mark.end()
    return max(start, at - 60)


def _near(text: str, one: Figure, other: Figure) -> bool:
    """In one sentence."""
    between = text[one.after : other.start]
    return len(between) <= 60 and not re.search("[。；;\n]", between)


def _following(text: str, figure: Figure) -> str:
    end = _CLAUSE.search(text, figure.after)
    return text[figure.after : min(end.start() if end else len(text), figure.after + _LONGEST)]


def _subject(words: str) -> str:
    words = _NOISE.sub("", words)
    words = _LISTED.sub("", words)
    words = _DROPPED.sub("", words).strip(_EDGES)
    return words if len(words) <= _LONGEST else ""


def _year(text: str, clause: int, at: int, year: int) -> int:
    """The year that the figure is of: what its own clause says, else the document's."""
    head = text[clause:at]
    if not year:
        return 0
    if found := list(_YEAR.finditer(head)):
        return int(found[-1][1])
    if _BEFORE.search(head):
        return year - 1
    sentence = max(text.rfind(mark, max(0, at - 300), clause) for mark in "。；;\n") + 1
    begun = re.match(
        r"\s*(?:[一二三四五六七八九十]+、|[（(].{1,3}[）)]|\d+[.．、])?\s*(20\d\d)年[，,]", text[sentence:at]
    )
    return int(begun[1]) if begun else year


_ABOUT = re.compile(
    r"(20\d\d)\s*年(?:度|上半年|[一二三四]季度)?[^\n，。；]{0,30}?(?:报告|总结|公报|情况|年报)"
)


def year_of(text: str, name: str) -> int:
    """The year that a document is about: of its title, else of its name, else the one it names most; 0 for none."""
    head = text[:1500]
    if found := _ABOUT.search(head) or re.search(r"(?<![0-9A-Za-z])(20[0-4]\d)(?!\d)", name):
        return int(found[1])
    named = re.findall(r"(20\d\d)年", text)
    return int(max(sorted(set(named)), key=named.count)) if named else 0


_PLACE = re.compile(
    "([\u4e00-\u9fff]{1,10}?(?:自治县|自治州|自治区|省|市|县|区|旗))(?:人民政府|法治|\\d{4}|年|关于|司法局|政府)"
)


def place_of(text: str, name: str) -> str:
    """Whose document it is: the county, city or province named in its title or its file's name; empty for none."""
    for words in (text[:600], name):
        if found := _PLACE.search(re.sub(r"[\s\u3000]", "", words)):
            return re.sub("^(?:关于|中共|来源|发布机构|发布单位|索引号)+", "", found[1])
    return ""
