"""What the page 核校 shows: the text in pieces, the findings in the margin, and what its forms carry.

Nothing of an upload is stored: the page carries the text along, so that it can be exported or kept on request.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.urls import reverse

from fazhi.errors import UserError
from fazhi.reading.comparing import HOW, Cell, Comparison, compare
from fazhi.reading.examine import GRADES, KINDS, Examined, examine, of_source
from fazhi.reading.finding import Finding
from fazhi.reading.indicator import indicators, year_of
from fazhi.reading.rules import every_rule
from fazhi.reading.source import Left, Source
from fazhi.web import lists

FILES = 8  # of one comparison
BYTES = 20 * 2**20  # of one file
CHARACTERS = 400_000  # of one text on a page; a report of 400 pages
PICTURES = 10  # pages that are recognised while somebody waits
PASTED = "粘贴的文字"
TONES = {"error": "red", "suspect": "amber", "info": "grey"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the text that belong together: a figure, words of a finding, or what stands between them."""

    text: str
    kind: str = ""
    grade: str = ""
    finding: int = 0  # the finding that a click opens; 0: none
    start: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    where: str
    start: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as the margin shows it."""

    number: int
    finding: Finding
    grade: str
    tone: str
    title: str
    proves: str
    quotes: tuple[Quote, ...]
    lead: str


def read_upload(file: UploadedFile[bytes]) -> Examined:
    """Read and check an uploaded file. Raises UserError."""
    name = file.name or "文件"
    if file.size is None or file.size > BYTES:
        raise UserError(
            f"{name}：超过 {BYTES // 2**20} MB，没有读取。", next="请拆分，或者用命令行 fazhi check 核校。"
        )
    try:
        return _not_too_long(examine(file.read(), name, PICTURES))
    except UserError as error:
        raise UserError(f"{name}：{error.message}", law=error.law, next=error.next) from error


def read_pasted(text: str) -> Examined:
    return _not_too_long(examine(text.replace("\r\n", "\n").encode(), PASTED))


def _not_too_long(examined: Examined) -> Examined:
    if len(examined.source.text) > CHARACTERS:
        raise UserError(
            f"文字超过 {CHARACTERS // 10000} 万字，页面上显示不下。",
            next="请拆分，或者用命令行 fazhi check 核校。",
        )
    return examined


def carried(examined: Examined) -> dict[str, str]:
    """What the forms of a result take along: enough to show it again."""
    source = examined.source
    about = {
        "kind": source.kind,
        "notes": source.notes,
        "left_out": [(each.what, each.text, each.page) for each in source.left_out],
        "lines": source.lines,
    }
    return {
        "name": examined.name,
        "digest": examined.digest,
        "text": source.text,
        "about": json.dumps(about, ensure_ascii=False, separators=(",", ":")),
    }


def carried_back(given: QueryDict | dict[str, str]) -> Examined:
    """The other way round. What was changed on the way harms nobody but the sender, but must not break. Raises UserError."""
    text = str(given.get("text", "")).replace("\r\n", "\n")
    try:
        about = json.loads(str(given.get("about", "")))
        json.dumps(
            about, ensure_ascii=False
        ).encode()  # half a character would break the page, the file, the draft
        source = Source(
            text, about["kind"], tuple(map(str, about["notes"])),
            tuple(Left(str(what), str(words), int(page)) for what, words, page in about["left_out"]),
            tuple((int(start), int(page), int(line)) for start, page, line in about["lines"]),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise UserError("这次核校的内容没有送达完整。", next="请回到核校页面重新上传。") from error
    if not text.strip() or source.kind not in ("text", "page", "word", "pdf", "scan"):
        raise UserError("没有要核校的文字。", next="请回到核校页面重新上传。")
    name, digest = str(given.get("name", ""))[:200] or "文件", str(given.get("digest", ""))[:64]
    return _not_too_long(of_source(source, name, digest))


def shown(examined: Examined) -> list[Shown]:
    """The findings for the margin, in order of place."""
    rules = {rule.id: rule for rule in every_rule()}
    text = examined.source.text
    out = []
    for number, finding in enumerate(examined.report.findings, 1):
        rule = rules.get(finding.rule)
        quotes = tuple(
            Quote(text[start:end], examined.where_in_words(start), start) for start, end in finding.spans
        )
        lead = finding.message.partition("：")[0] if finding.arithmetic else finding.message
        out.append(
            Shown(
                number, finding, GRADES[finding.grade], TONES[finding.grade], rule.title if rule else finding.rule,
                rule.proves if rule else "", quotes, lead,
            )
        )  # fmt: skip
    return out


def lines(examined: Examined) -> list[list[Piece]]:
    """The text, a line a list, cut wherever a figure or a finding begins or ends."""
    text, report = examined.source.text, examined.report
    first: dict[tuple[int, int], int] = {}
    order = {"error": 0, "suspect": 1, "info": 2}
    for number in sorted(
        range(len(report.findings)), key=lambda n: (order[report.findings[n].grade], n), reverse=True
    ):
        first |= dict.fromkeys(report.findings[number].spans, number + 1)
        first[report.findings[number].spans[0]] = number + 1
    kinds = {(figure.start, figure.end): figure.kind for figure in report.figures}
    spans = _apart(sorted({*kinds, *first}, key=lambda span: (span[0], -span[1])))
    starts = [start for start, _ in spans]
    out: list[list[Piece]] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        pieces: list[Piece] = []
        for span in spans[bisect_left(starts, at) : bisect_right(starts, end)]:
            if span[1] > end:
                continue
            if span[0] > at:
                pieces.append(Piece(text[at : span[0]]))
            number = first.get(span, 0)
            grade = report.findings[number - 1].grade if number else ""
            pieces.append(Piece(text[span[0] : span[1]], kinds.get(span, ""), grade, number, span[0]))
            at = span[1]
        if at < end:
            pieces.append(Piece(text[at:end]))
        out.append(pieces)
        at = end + 1
    return out


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of spans that overlap only the first; a wider one before those inside it."""
    kept: list[tuple[int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def legend(examined: Examined) -> list[tuple[str, str, int]]:
    """(kind, its name, how many) of the kinds that occur."""
    found = Counter(figure.kind for figure in examined.report.figures)
    return [(kind, name, found[kind]) for kind, name in KINDS.items() if found[kind]]  # type: ignore[index]


def outside(examined: Examined, subject: str, year: int, start: int, end: int, value: str, unit: str) -> str:
    """The address of 登记外部数据 with a figure of this text filled in."""
    text = examined.source.text
    before = text[max(0, start - 24) : start].rpartition("\n")[2]
    quote = " ".join((before + text[start:end] + text[end : end + 8].partition("\n")[0]).split())
    source = f"{examined.name}，{examined.where_in_words(start)}：“{quote}”"
    given = {
        "title": subject[:120], "period": str(year or ""), "value": value, "unit": unit[:20], "source": source[:300],
        "file": examined.digest, "passage": f"{start}-{end}",
    }  # fmt: skip
    return f"{reverse('figures:outside')}?{urlencode(given)}"


def taking(examined: Examined) -> lists.Table:
    """Every figure whose subject the text names, to be recorded as a figure from outside."""
    year = year_of(examined.source.text, examined.name)
    columns = [
        lists.Column("subject", "指标", "wide"), lists.Column("value", "数值", "number"), lists.Column("year", "年度"),
        lists.Column("where", "位置"), lists.Column("act", "", "actions"),
    ]  # fmt: skip
    rows = []
    for mark in indicators(examined.source.text, examined.report.figures, year):
        f = mark.figure
        if mark.change:
            continue
        href = outside(
            examined,
            mark.subject,
            mark.year,
            f.start,
            f.end,
            format(f.value.normalize(), "f"),
            f.unit or "个",
        )
        rows.append(
            {
                "subject": mark.subject, "value": examined.source.text[f.start : f.after], "year": mark.year or "—",
                "where": examined.where_in_words(f.start),
                "act": lists.Cell("登记为外部数据", href),
            }
        )  # fmt: skip
    return lists.Table(columns, rows, caption="文中的指标", compact=True)


def comparison(examined: Sequence[Examined]) -> dict[str, Any]:
    """What the template of a comparison asks for."""
    found = compare(examined)
    return {
        "found": found,
        "table": _side_by_side(found),
        "how": HOW,
        "documents": [
            {
                "label": d.label, "name": d.examined.name, "figures": len(d.examined.report.figures),
                "errors": d.examined.counts()["error"], "suspects": d.examined.counts()["suspect"], "carried": carried(d.examined),
            }
            for d in found.documents
        ],
        "contradictions": [
            {"message": c.message, "quotes": [{"label": found.documents[cell.document].label, "words": _quote(found, cell), "where": cell.where} for cell in c.cells]}
            for c in found.contradictions
        ],
    }  # fmt: skip


def _quote(found: Comparison, cell: Cell) -> tuple[str, str, str]:
    """The words around a figure: before, it, behind."""
    text = found.documents[cell.document].examined.source.text
    before = text[max(0, cell.start - 24) : cell.start].rpartition("\n")[2]
    return before, text[cell.start : cell.end], text[cell.end : cell.end + 12].partition("\n")[0]


def _side_by_side(found: Comparison) -> lists.Table:
    columns = [lists.Column("subject", "指标", "wide")]
    columns += [lists.Column(str(n), d.label, "number") for n, d in enumerate(found.documents)]
    doubted = {(cell.document, cell.start) for c in found.contradictions for cell in c.cells}
    rows = []
    for line in found.lines:
        row: dict[str, Any] = {"subject": line.subject}
        for n, cell in enumerate(line.cells):
            note = "有矛盾" if cell and (n, cell.start) in doubted else ""
            row[str(n)] = lists.Cell(cell.written, note=note) if cell else "—"
        rows.append(row)
    return lists.Table(columns, rows, caption="同一指标并排")


def context(examined: Examined) -> dict[str, Any]:
    """What the template of a result asks for."""
    counts = examined.counts()
    findings = shown(examined)
    return {
        "examined": examined,
        "lines": lines(examined),
        "findings": findings,
        "legend": legend(examined),
        "counts": [(GRADES[grade], TONES[grade], counts[grade]) for grade in GRADES],
        "carried": carried(examined),
        "left_out": examined.source.left_out,
        "notes": examined.source.notes,
        "taking": taking(examined),
    }
