"""A text as .docx with notes at its words: marked passages, and Word's own comments beside them.

It knows nothing about what the notes say; `fazhi check --docx` and the page 核校 fill them in. The same bytes for the same text.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from fazhi.documents.measures import (
    BOTTOM,
    CHAR,
    FANGSONG,
    FOOTER,
    HEITI,
    LEFT,
    LINE,
    PAGE,
    RIGHT,
    SIZE_2,
    SIZE_3,
    SIZE_SMALL,
    TOP,
)
from fazhi.documents.ooxml import el, package, serial, words
from fazhi.documents.styles import fonts

LARGEST = 2_000_000  # characters; beyond that no word processor opens the file


@dataclass(frozen=True, slots=True)
class Note:
    """A comment at text[start:end]; `shade` is the ground behind the words, hexadecimal, or empty."""

    start: int
    end: int
    lines: tuple[str, ...]
    shade: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """An underlined passage; `line` is an underline of Word (single, dotted, double, wave, dash …), `colour` hexadecimal."""

    start: int
    end: int
    line: str
    colour: str


def render(
    title: str, text: str, notes: Sequence[Note], marks: Iterable[Mark] = (), *, author: str, lead: str = ""
) -> bytes:
    """The .docx file: `lead` in small letters under the title, then the text, a paragraph a line."""
    notes = sorted(notes, key=lambda note: (note.start, note.end))
    cut = _Cuts(text, notes, sorted(marks, key=lambda mark: mark.start))
    body = [_paragraph([*words(title, _letters(SIZE_2, HEITI))], centred=True)]
    if lead:
        body.append(_paragraph([*words(lead, _letters(SIZE_SMALL, FANGSONG))], centred=True))
    at = 0
    for line in text.split("\n"):
        body.append(_paragraph(cut.runs(at, at + len(line))))
        at += len(line) + 1
    section = el(
        "sectPr", el("pgSz", w=PAGE[0], h=PAGE[1]), el("pgMar", top=TOP, right=RIGHT, bottom=BOTTOM, left=LEFT, header=1100, footer=FOOTER, gutter=0)
    )  # fmt: skip
    parts = {"document.xml": el("document", el("body", *body, section)), "styles.xml": _styles()}
    if notes:
        parts["comments.xml"] = el(
            "comments", *(_comment(number, note, author) for number, note in enumerate(notes))
        )
    return package(
        {name: serial(element) for name, element in parts.items()}, {}, title=title, creator=author, created="2000-01-01T00:00:00Z"
    )  # fmt: skip


class _Cuts:
    """The text cut at every place where a note or a mark begins or ends."""

    def __init__(self, text: str, notes: Sequence[Note], marks: Sequence[Mark]) -> None:
        self.text, self.notes, self.marks = text, notes, marks
        places = [(each.start, each.end) for each in notes] + [(each.start, each.end) for each in marks]
        self.cuts = sorted({place for pair in places for place in pair})
        self.opening: dict[int, list[int]] = {}
        self.closing: dict[int, list[int]] = {}
        for number, note in enumerate(notes):
            self.opening.setdefault(note.start, []).append(number)
            self.closing.setdefault(note.end, []).append(number)
        self.shades = _Spans([(n.start, n.end, n) for n in notes if n.shade])
        self.lines = _Spans([(m.start, m.end, m) for m in marks])

    def runs(self, start: int, end: int) -> list[Element]:
        """The runs of one line, with the beginnings and ends of comments between them."""
        out: list[Element] = []
        inside = self.cuts[bisect.bisect_right(self.cuts, start) : bisect.bisect_left(self.cuts, end)]
        places = list(dict.fromkeys((start, *inside, end)))
        for number, place in enumerate(places):
            if place > start or place == end:
                for note in self.closing.get(place, ()):
                    out += [
                        el("commentRangeEnd", id=note),
                        el("r", el("commentReference", id=note)),
                    ]
            if place < end:
                out += [el("commentRangeStart", id=note) for note in self.opening.get(place, ())]
                out += words(self.text[place : places[number + 1]], self._properties(place))
        return out

    def _properties(self, place: int) -> Element | None:
        note, mark = self.shades.at(place), self.lines.at(place)
        if note is None and mark is None:
            return None
        return el(
            "rPr",
            el("u", val=mark.line, color=mark.colour) if isinstance(mark, Mark) else None,
            el("shd", val="clear", color="auto", fill=note.shade) if isinstance(note, Note) else None,
        )


class _Spans:
    """Which span covers a place; of several that begin before it, the last."""

    def __init__(self, spans: Sequence[tuple[int, int, Note | Mark]]) -> None:
        self.spans = sorted(spans, key=lambda span: span[0])
        self.starts = [start for start, _, _ in self.spans]

    def at(self, place: int) -> Note | Mark | None:
        last = bisect.bisect_right(self.starts, place)
        for start, end, held in reversed(self.spans[max(0, last - 8) : last]):
            if start <= place < end:
                return held
        return None


def _comment(number: int, note: Note, author: str) -> Element:
    return el(
        "comment",
        *(el("p", el("pPr", el("pStyle", val="Comment")), *words(line)) for line in note.lines),
        id=number,
        author=author,
        initials=author[:1],
    )


def _paragraph(runs: Sequence[Element], *, centred: bool = False) -> Element:
    return el("p", el("pPr", el("pStyle", val="Centred")) if centred else None, *runs)


def _letters(size: int, faces: tuple[str, ...]) -> Element:
    return el("rPr", fonts(faces), el("sz", val=size), el("szCs", val=size))


def _styles() -> Element:
    normal = el("style", el("name", val="Normal"), el("qFormat"), el("pPr", el("spacing", line=LINE, lineRule="exact"), el("ind", firstLineChars=200, firstLine=2 * CHAR)), type="paragraph", default=1, styleId="Normal")  # fmt: skip
    centred = el("style", el("name", val="标题居中"), el("basedOn", val="Normal"), el("pPr", el("ind", firstLineChars=0, firstLine=0), el("jc", val="center")), type="paragraph", customStyle=1, styleId="Centred")  # fmt: skip
    comment = el("style", el("name", val="annotation text"), el("basedOn", val="Normal"), el("pPr", el("spacing", line=240, lineRule="auto"), el("ind", firstLineChars=0, firstLine=0)), el("rPr", el("sz", val=SIZE_SMALL), el("szCs", val=SIZE_SMALL)), type="paragraph", styleId="Comment")  # fmt: skip
    return el(
        "styles", el("docDefaults", el("rPrDefault", _letters(SIZE_3, FANGSONG))), normal, centred, comment
    )
