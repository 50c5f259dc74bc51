"""From paragraphs and figures to a text that documents can lay out; what is missing in it, and what is only typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from fazhi.procedures.text import Block, Figure, Heading, Missing, Paragraph, Run, Source, Text
from fazhi.procedures.wording import ordinal
from fazhi.reports import loose, markup
from fazhi.reports import values as numbers
from fazhi.reports.grammar import ReportDef
from fazhi.reports.loose import Loose
from fazhi.reports.markup import AskToken, ChangeToken, FigureToken, Token, VarToken
from fazhi.reports.values import Values


@dataclass(frozen=True)
class Piece:
    """A paragraph as it stands in a report, from its definition or from a clerk. `justified`: {typed number: its source}."""

    part: str
    key: str
    source: str
    heading: str = ""
    when: tuple[str, ...] = ()
    justified: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A piece with its runs. `used` False: its conditions do not hold this year."""

    piece: Piece
    runs: tuple[Run, ...]
    used: bool
    missing: tuple[str, ...]
    loose: tuple[Loose, ...]


@dataclass(frozen=True)
class PartState:
    """What the outline says of a part."""

    id: str
    title: str
    mandatory: bool
    law: str
    hint: str
    written: tuple[Written, ...]

    @property
    def empty(self) -> bool:
        return not any(w.used and w.runs for w in self.written)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(m for w in self.written if w.used for m in w.missing)

    @property
    def loose(self) -> tuple[Loose, ...]:
        return tuple(x for w in self.written if w.used for x in w.loose)


@dataclass(frozen=True)
class Composition:
    text: Text
    parts: tuple[PartState, ...]
    values: Values

    def lacking(self) -> list[str]:
        """Why it cannot be frozen."""
        found = []
        for part in self.parts:
            if part.mandatory and part.empty:
                found.append(f"“{part.title}”还没有内容")
            found += [f"“{part.title}”待写：{label}" for label in part.missing]
            found += [f"“{part.title}”有未关联的数字“{x.text}”（…{x.around}…）" for x in part.loose]
        return found

    def contents(self) -> list[str]:
        """Parts that say something, as the case's field names them."""
        return [p.id for p in self.parts if not p.empty]


@dataclass(frozen=True)
class About:
    """Whose report it is, and of which year."""

    county: str
    county_name: str
    prefecture: str
    issuer: str
    year: int
    day: date
    issued: bool = False
    organ: str = ""  # whose cases the figures count; empty: the whole county's

    def variables(self) -> dict[str, str]:
        return {
            "year": str(self.year), "last_year": str(self.year - 1), "next_year": str(self.year + 1),
            "county": self.county_name, "organ": self.issuer,
        }  # fmt: skip


def pieces_of(d: ReportDef, about: About) -> list[Piece]:
    """The definition's own paragraphs, with their variables written out."""
    words = about.variables()
    return [
        Piece(part.id, p.id, markup.filled(p.text.strip(), words), p.heading, p.when)
        for part in d.parts
        for p in part.paragraphs
    ]


def wanted(pieces: Iterable[Piece]) -> set[tuple[str, int]]:
    """Every figure that the pieces and their conditions turn on."""
    found: set[tuple[str, int]] = set()
    for piece in pieces:
        found |= set(markup.figures(piece.source)) | numbers.named_in(piece.when)
    return found


def compose(d: ReportDef, about: About, pieces: Sequence[Piece], moment: str | None = None) -> Composition:
    """Ask the figures, write every paragraph, and put the text together with its table of sources."""
    values = numbers.at(about.county, about.year, wanted(pieces), moment, about.organ)
    parts = tuple(
        PartState(
            part.id, part.title, part.mandatory, part.law, part.hint,
            tuple(_written(p, values) for p in pieces if p.part == part.id),
        )
        for part in d.parts
    )  # fmt: skip
    return Composition(_text(d, about, parts, values), parts, values)


def address(figure: str, period: str, moment: str, organ: str = "") -> str:
    """Where a figure opens, as a path of this site; documents put the site before it."""
    asked = {"period": period, **({"organ": organ} if organ else {}), "moment": moment}
    return f"/figures/{figure}/?{urlencode(asked)}"


def _written(piece: Piece, values: Values) -> Written:
    used = all(values.holds(c) for c in piece.when)
    tokens = markup.read(piece.source)
    runs = tuple(_run(t, values) for t in tokens)
    missing = tuple(r.label for r in runs if isinstance(r, Missing))
    typed = tuple(x for x in loose.find(piece.source) if x.text not in piece.justified)
    return Written(piece, runs, used, missing, typed)


def _run(token: Token, values: Values) -> Run:
    match token:
        case str():
            return token
        case FigureToken(id=id, back=back):
            value = values.of(id, back)
            if value is None or value.value is None:
                return Missing(f"{value.title if value else id}（{values.year - back}年没有数据）")
            return Figure(
                value.value, id, address(id, value.period, values.moment, values.organ), value.title
            )
        case ChangeToken(id=id):
            said, value = values.change(id), values.of(id)
            if said is None or value is None:
                return Missing(f"{value.title if value else id}（没有两年的数据，不能比较）")
            return Figure(
                said, id, address(id, value.period, values.moment, values.organ), f"{value.title}，与上年相比"
            )
        case AskToken(label=label):
            return Missing(label)
        case VarToken(name=name):
            return Missing(name)


def _text(d: ReportDef, about: About, parts: Sequence[PartState], values: Values) -> Text:
    words = about.variables()
    blocks: list[Block] = []
    for n, part in enumerate((p for p in parts if p.mandatory or not p.empty), start=1):
        blocks.append(Heading(1, f"{ordinal(n)}、{part.title}"))
        headings = 0
        for w in part.written:
            if not w.used or not w.runs:
                continue
            if w.piece.heading:
                headings += 1
                blocks.append(Heading(2, f"（{ordinal(headings)}）{w.piece.heading}"))
            blocks += [Paragraph(runs) for runs in _lines(w.runs)]
        if part.empty:
            blocks.append(Paragraph((Missing(part.title),)))
    if d.closing:
        blocks.append(Paragraph((markup.filled(d.closing, words),)))
    return Text(
        kind="report", title=markup.filled(d.title, words), organ=about.issuer, blocks=tuple(blocks),
        addressee=(_addressee(d, about),) if d.addressee else (), date=about.day, signature=(about.issuer,),
        status="issued" if about.issued else "draft", sources=_sources(parts, values),
    )  # fmt: skip


def _addressee(d: ReportDef, about: About) -> str:
    said = d.addressee.replace("{{prefecture}}", about.prefecture or "上一级")
    return markup.filled(said, about.variables())


def _lines(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """A new line in the text is a new paragraph."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if not isinstance(run, str):
            lines[-1].append(run)
            continue
        first, *rest = run.split("\n")
        lines[-1].append(first)
        lines += [[part] for part in rest]
    kept = ([r for r in line if r != ""] for line in lines)
    return [tuple(line) for line in kept if any(not isinstance(r, str) or r.strip() for r in line)]


def _sources(parts: Sequence[PartState], values: Values) -> tuple[Source, ...]:
    used: dict[tuple[str, int], None] = {}
    for part in parts:
        for w in part.written:
            if w.used:
                used |= dict.fromkeys(markup.figures(w.piece.source))
    found = []
    for id, back in used:
        value = values.of(id, back)
        if value is None or value.value is None:
            continue
        title = f"{value.title}（{values.year - back}年）" if back else value.title
        found.append(
            Source(
                id, title, f"{value.value}{value.unit}", value.words, said(values.moment), value.cases,
                address(id, value.period, values.moment, values.organ),
            )
        )  # fmt: skip
    return tuple(found)


def said(moment: str) -> str:
    """A moment for people: 序号 1234（2026-11-21）."""
    position, _, day = moment.partition("@")
    return f"序号 {position}（{day}）"
