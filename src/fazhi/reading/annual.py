"""Annual reports as wholes: the parts that the law asks for, the day of publication, the year, the document's number; and
targets that are said to be reached.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from fazhi.reading.finding import Finding, Grade
from fazhi.reading.relations.judge import finding, written
from fazhi.reading.rules import Rule, family
from fazhi.reading.structure import Mark, Paragraph

_ANNUAL = family("annual")
_WORDS = _ANNUAL.words
_HEAD = 1500  # characters at the beginning among which title and particulars stand
_SHORTEST = 800  # characters: what is shorter is an extract
_TITLE_YEAR = re.compile(r"(?P<year>20\d\d)年度?")
_PUBLISHED = re.compile(
    r"(?:发布日期|发布时间|公开日期|公布日期|发布于|时间|日期)[:：\s]{0,3}(?P<year>20\d\d)[-年/.](?P<month>\d{1,2})[-月/.](?P<day>\d{1,2})"
    r"|^\W*(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b",
    re.MULTILINE,
)
_OPENING = re.compile(r"^[\s\u3000]*(?P<year>20\d\d)年(?:度|以来)?[,，]", re.MULTILINE)
_NUMBER = r"(?P<{0}mark>[一-龥]{{2,8}})〔(?P<{0}year>20\d\d)〕(?P<{0}n>\d{{1,4}})号"
_LABELLED = re.compile(r"(?:文号|发文字号)[:：\s]{0,6}" + _NUMBER.format(""))
_ALONE = re.compile(r"^[\s\u3000]*" + _NUMBER.format("") + r"[\s\u3000]*$", re.MULTILINE)
_RATE = re.compile(r"([一-龥]{1,8}[率度])")


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of annual report: its required parts by the words that show them, and until when it is published."""

    kind: str
    title: str
    law: str
    parts: tuple[tuple[str, str], ...]
    until: tuple[int, int]
    until_words: str
    since: int  # the first year reported on under that law


@cache
def _reports() -> tuple[Report, ...]:
    data = tomllib.loads(resources.files("fazhi.reading.rules").joinpath("annual.toml").read_text("utf-8"))
    return tuple(
        Report(
            one["kind"],
            one["title"],
            one["law"],
            tuple((part.split(":")[0], part.split(":")[1]) for part in one["parts"]),
            (int(one["until"][:2]), int(one["until"][3:])),
            one["until_words"],
            one["since"],
        )
        for one in data["report"]
    )


def check(text: str, paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    yield from _numbers(text)
    for paragraph in paragraphs:
        if "率" in paragraph.text and _WORDS["reached"].search(paragraph.text):
            yield from _targets(paragraph)
    head = text[:_HEAD]
    for report in _reports():
        titled = _title(head, report)
        if titled is not None:
            year, span = titled
            yield from _year(text, year, span)
            if year >= report.since:
                yield from _on_time(head, report, year, span)
            if year >= report.since and len(text) >= _SHORTEST:
                yield from _parts(text, report, span)
            return


def _title(head: str, report: Report) -> tuple[int, tuple[int, int]] | None:
    """The year of the line that is such a report's title, and where it stands."""
    for found in _WORDS[report.kind].finditer(head):
        start = head.rfind("\n", 0, found.start()) + 1
        line = head[start : found.end()]
        year = _TITLE_YEAR.search(line)
        if year is not None and len(line) < 60 and not re.search("[。，,]", line):
            return int(year["year"]), (start + year.start(), found.end())
    return None


def _parts(text: str, report: Report, span: tuple[int, int]) -> Iterator[Finding]:
    missing = [title for word, title in report.parts if _WORDS[word].search(text) is None]
    if missing:
        told = f"{report.title}应当包括：{'；'.join(missing)}（{report.law}）"
        yield _said(_ANNUAL.rules["parts"], "suspect", told, [span])


def _on_time(head: str, report: Report, year: int, span: tuple[int, int]) -> Iterator[Finding]:
    for found in _PUBLISHED.finditer(head):
        words = [found[name] or found[short] for name, short in (("year", "y"), ("month", "m"), ("day", "d"))]
        try:
            published = date(*map(int, words))
        except ValueError:
            continue
        if published >= date(year + 1, *report.until):
            told = (
                f"{year}年度的{report.title}应当在{year + 1}年{report.until_words}公布"
                f"（{report.law}），页面写的是{published.year}年{published.month}月{published.day}日"
            )
            yield _said(_ANNUAL.rules["on_time"], "suspect", told, [found.span(), span])
        return


def _year(text: str, year: int, span: tuple[int, int]) -> Iterator[Finding]:
    """The first paragraph that begins with a year, within a page of the title, and no word of the title's year there."""
    page = text[span[1] : span[1] + 700]
    found = _OPENING.search(page)
    if found is None or int(found["year"]) == year or f"{year}年" in page:
        return
    at = span[1] + found.start("year")
    told = f"标题是{year}年，正文开头是{found['year']}年"
    yield _said(_ANNUAL.rules["year"], "error", told, [(at, at + 4), span], f"{found['year']}→{year}")


def _numbers(text: str) -> Iterator[Finding]:
    """The number that the particulars name, and the one that stands alone in a line."""
    if "〔" not in text[:_HEAD]:
        return
    labelled, alone = _LABELLED.search(text, 0, _HEAD), _ALONE.search(text, 0, 2 * _HEAD)
    if labelled is None or alone is None or labelled["mark"] != alone["mark"]:
        return
    one, other = labelled[0][labelled.start("mark") - labelled.start() :], alone[0].strip()
    if one != other:
        spans = [(alone.start("mark"), alone.end()), (labelled.start("mark"), labelled.end())]
        yield _said(_ANNUAL.rules["number"], "error", f"“{one}”与“{other}”", spans)


def _targets(paragraph: Paragraph) -> Iterator[Finding]:
    """败诉率控制在10%以内，实际败诉率13.3%，完成了目标: the result is not what is said to be reached."""
    if _WORDS["missed"].search(paragraph.text):
        return
    rates: dict[str, list[Mark]] = {}
    for mark in paragraph.marks:
        named = _RATE.findall(mark.pre) if mark.is_percent else []
        if named:
            rates.setdefault(named[-1][-3:], []).append(mark)
    for marks in rates.values():
        aims = [
            m
            for m in marks
            if m.figure.bound in ("le", "ge") and _WORDS["target"].search(m.pre + m.post[:12])
        ]
        done = [m for m in marks if m.exact]
        if len(aims) != 1 or len(done) != 1:
            continue
        aim, result = aims[0], done[0]
        most = aim.figure.bound == "le"
        if (result.value > aim.value) if most else (result.value < aim.value):
            word = "高于" if most else "低于"
            told = f"结果{written(result)}，{word}目标{written(aim)}，却称完成"
            yield finding(_ANNUAL.rules["target"], "error", [result, aim], told)


def _said(rule: Rule, grade: Grade, told: str, spans: Sequence[tuple[int, int]], repair: str = "") -> Finding:
    return Finding(grade, rule.id, f"{rule.message}：{told}", tuple(spans), repair, told, rule.tolerance)
