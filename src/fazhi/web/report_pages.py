"""What the report editor shows: the outline, each paragraph with its live figures, and numbers that are only typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from fazhi.figures import catalogue, query
from fazhi.procedures.text import Figure, Missing, Run
from fazhi.reports import markup, values
from fazhi.reports.compose import Composition, PartState, Written
from fazhi.reports.loose import Loose
from fazhi.reports.models import Report, ReportParagraph
from fazhi.web import figure_links


@dataclass(frozen=True)
class Bit:
    """A stretch of a paragraph. `kind`: text, figure, missing, loose, justified."""

    kind: str
    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph in the editor. `edit`: its text with figures by title, where it is open for editing."""

    row: ReportParagraph
    bits: tuple[Bit, ...]
    used: bool
    loose: tuple[tuple[Loose, list[tuple[str, str]]], ...]
    missing: tuple[str, ...]
    conditions: tuple[str, ...]
    edit: str | None = None


@dataclass(frozen=True)
class Part:
    """A part with its paragraphs; `state`: done, missing, empty."""

    state: PartState
    lines: tuple[Line, ...]
    word: str
    number: int


def parts(report: Report, made: Composition, editing: int | None) -> list[Part]:
    titles = values.titles()
    rows = {str(p.pk): p for p in report.paragraphs.all()}
    matching = _by_value(report, made) if any(p.loose for p in made.parts) else {}
    found = []
    for n, part in enumerate(made.parts, start=1):
        lines = tuple(_line(rows[w.piece.key], w, made, titles, matching, editing) for w in part.written)
        found.append(Part(part, lines, _word(part), n))
    return found


def _word(part: PartState) -> str:
    if part.loose:
        return "loose"
    if part.missing or (part.empty and part.mandatory):
        return "missing"
    return "absent" if part.empty else "done"


def _line(
    row: ReportParagraph, w: Written, made: Composition, titles: Mapping[str, str], matching: Mapping[Decimal, list[tuple[str, str]]],
    editing: int | None,
) -> Line:  # fmt: skip
    offers = tuple((x, matching.get(_number(x.digits), [])) for x in w.loose)
    conditions = tuple(_in_words(c, titles) for c in w.piece.when)
    edit = markup.to_edit(row.source, titles) if editing == row.pk else None
    return Line(row, tuple(_bits(w, made)), w.used, offers, w.missing if w.used else (), conditions, edit)


def _bits(w: Written, made: Composition) -> Iterator[Bit]:
    """The paragraph's runs in order; typed numbers are cut out of the plain stretches."""
    at = 0
    for token, run in zip(markup.read(w.piece.source), w.runs, strict=True):
        length = len(token) if isinstance(token, str) else len(markup.write([token]))
        if isinstance(token, str):
            yield from _stretch(token, at, w)
        else:
            yield _bit(run, made)
        at += length


def _stretch(text: str, offset: int, w: Written) -> Iterator[Bit]:
    from fazhi.reports import loose

    at = 0
    for x in loose.find(w.piece.source):
        start, end = x.start - offset, x.end - offset
        if start < 0 or end > len(text):
            continue
        if start > at:
            yield Bit("text", text[at:start])
        reason = w.piece.justified.get(x.text, "")
        yield Bit("justified" if reason else "loose", text[start:end], note=reason)
        at = end
    if at < len(text):
        yield Bit("text", text[at:])


def _bit(run: Run, made: Composition) -> Bit:
    match run:
        case Figure(value=value, figure_id=id, note=note):
            found = made.values.of(id)
            period = found.period if found else str(made.values.year)
            return Bit(
                "figure", value, figure_links.figure(id, period, made.values.organ, made.values.moment), note
            )
        case Missing(label=label):
            return Bit("missing", label)
        case _:
            return Bit("text", str(run))


def _by_value(report: Report, made: Composition) -> dict[Decimal, list[tuple[str, str]]]:
    """{value: figures that have it this year}: what a typed number probably is."""
    q = query.ask(
        report.county_id, str(report.year), organ=made.values.organ or None, moment=made.values.moment
    )
    titles = values.titles()
    found: dict[Decimal, list[tuple[str, str]]] = {}
    for value in query.values(q, only=list(catalogue.current().figures)):
        if value.value is not None:
            found.setdefault(Decimal(value.value), []).append((value.id, titles[value.id]))
    return found


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return Decimal("NaN")


def figure_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every figure by its line of business: (id, the title by which it is written into a text)."""
    titles = values.titles()
    groups: dict[str, list[tuple[str, str]]] = {}
    for figure in catalogue.current().figures.values():
        groups.setdefault(figure.group_title, []).append((figure.id, titles[figure.id]))
    return list(groups.items())


def _in_words(condition: str, titles: Mapping[str, str]) -> str:
    id, _, rest = condition.partition(" ")
    return f"{titles.get(id, id)} {rest}"


def steps(phase: str, pending: bool) -> list[dict[str, Any]]:
    """The report's way as a progress line: the phases of its case."""
    names = (("drafting", "编制"), ("deciding", "审定"), ("reporting", "报送"), ("publishing", "公开"), ("closed", "办结"))  # fmt: skip
    order = [key for key, _ in names]
    here = order.index(phase) if phase in order else 0
    return [
        {
            "title": title,
            "state": "done" if n < here or phase == "closed" else "current" if n == here else "future",
            "by": "待批准" if n == here and pending else "",
        }
        for n, (_, title) in enumerate(names)
    ]
