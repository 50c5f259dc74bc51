"""The blocks of a composed text as WordprocessingML: paragraphs, tables, forms, signature lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from fazhi.documents.elements import centred
from fazhi.documents.measures import CHAR, SIZE_CELL, WIDTH, printable, safe_href
from fazhi.documents.ooxml import amend, el, local, words
from fazhi.procedures.text import (
    Block,
    Figure,
    Heading,
    Masked,
    Missing,
    Note,
    PageBreak,
    Paragraph,
    Personal,
    Row,
    Rows,
    Run,
    SignatureLines,
    Source,
    Table,
    plain,
)

CELL_LINE = 360  # twips that a line of a form takes at least
LABEL = {1: 2000, 2: 1560, 3: 1240}  # width of a form's labels, by how many stand side by side
_TALL = 4  # lines; a box this tall holds prose: it begins at the top, two characters in


@dataclass
class Links:
    """Addresses that the document points to, each with its relation id; and where its own sources stand."""

    site: str = ""
    sources: dict[str, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def to(cls, sources: Sequence[Source], site: str) -> Links:
        return cls(site, {source.figure_id: n for n, source in enumerate(sources, 1)})

    def wrap(self, runs: list[Element], href: str, figure_id: str = "", note: str = "") -> list[Element]:
        """Runs as a link to a web address, else to the line of the table of sources, else as they are."""
        target = safe_href(href, self.site)
        tip = {"tooltip": printable(note)} if note else {}
        if target.startswith(("http://", "https://")):
            key = self.ids.setdefault(target, f"r_link{len(self.ids) + 1}")
            return [el("hyperlink", *runs, r_id=key, history=1, **tip)]
        if figure_id in self.sources:
            return [el("hyperlink", *runs, anchor=f"source_{self.sources[figure_id]}", history=1, **tip)]
        return runs


def p(style: str, *runs: Element, direct: Sequence[Element] = ()) -> Element:
    """A paragraph of a named style; `direct` is what only this one has."""
    return el("p", el("pPr", el("pStyle", val=style), *direct), *runs)


def run_elements(runs: Sequence[Run], links: Links, draft: bool) -> list[Element]:
    out: list[Element] = []
    for run in runs:
        match run:
            case str() | Personal() | Masked():
                out += words(plain((run,)))
            case Missing():
                out += words(plain((run,)), el("rPr", el("highlight", val="yellow")))
            case Figure(value=value, figure_id=figure_id, href=href, note=note):
                # Black on paper, as the standard wants it; a draft shows where a figure can be followed.
                mark = el("rPr", el("u", val="dotted", color="808080")) if draft else None
                out += links.wrap(words(value, mark), href, figure_id, note)
    return out


def blocks(items: Sequence[Block], links: Links, draft: bool) -> list[Element]:
    out: list[Element] = []
    breaking = False
    for item in items:
        if isinstance(item, PageBreak):
            breaking = bool(out)
            continue
        elements = _block(item, links, draft)
        if breaking:
            elements, breaking = on_new_page(elements), False
        out += elements
    return out


def on_new_page(elements: list[Element]) -> list[Element]:
    """The elements with a page break before them."""
    if elements and local(elements[0]) == "p":
        amend(elements[0], el("pageBreakBefore"))
        return elements
    return [hairline(page=True), *elements]


def hairline(page: bool = False) -> Element:
    """A paragraph that takes no room: it parts tables, or carries what needs a paragraph."""
    direct = [el("spacing", before=0, after=0, line=20, lineRule="exact"), el("rPr", el("sz", val=2))]
    return p("Normal", direct=[el("pageBreakBefore"), *direct] if page else direct)


def keep_with_next(elements: list[Element]) -> None:
    """The last paragraph stays with what follows, so that a signature never stands alone on a page."""
    if elements and local(elements[-1]) == "p":
        amend(elements[-1], el("keepNext"))


def _block(item: Block, links: Links, draft: bool) -> list[Element]:
    match item:
        case Heading(level=level, text=text):
            return [p(f"Heading{level}", *words(text))]
        case Paragraph(runs=runs, indent=indent):
            return [p("Body" if indent else "Normal", *run_elements(runs, links, draft))]
        case Note(runs=runs):
            return [p("Note", *run_elements(runs, links, draft))]
        case SignatureLines(labels=labels, dated=dated):
            return [_to_sign(label, dated) for label in labels]
        case Rows(rows=rows) if any(rows):
            return [hairline(), form(rows, links, draft), hairline()]
        case Table() if item.rows or item.header:
            head = [p("Caption", *words(item.caption))] if item.caption else [hairline()]
            cells = [[run_elements(cell, links, draft) for cell in row] for row in item.rows]
            shown = [[plain(cell) for cell in row] for row in item.rows]
            columns = max([len(item.header), *map(len, shown), 1])
            return [*head, grid(item.header, cells, item.widths, centred(shown, columns)), hairline()]
    return []


def _to_sign(label: str, dated: bool) -> Element:
    date = 5800  # where the date begins
    line = el("tab", val="left", leader="underscore", pos=date - CHAR if dated else WIDTH)
    stops = el("tabs", line, el("tab", val="left", pos=date))
    runs = [*words(f"{label}："), el("r", el("tab"))]
    if dated:
        runs += [el("r", el("tab")), *words("　　年　　月　　日")]
    return p("ToSign", *runs, direct=[stops])


def _borders(size: int = 4) -> Element:
    return el(
        "tblBorders",
        *(
            el(side, val="single", sz=size, space=0, color="000000")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
    )


def table(
    columns: Sequence[int], rows: Sequence[Element], *properties: Element, borders: bool = True
) -> Element:
    sides = {"top": 40, "left": 100, "bottom": 40, "right": 100}
    margins = el("tblCellMar", *(el(side, w=room, type="dxa") for side, room in sides.items()))
    return el(
        "tbl",
        el(
            "tblPr",
            el("tblW", w=sum(columns), type="dxa"),
            el("jc", val="center"),
            _borders() if borders else None,
            el("tblLayout", type="fixed"),
            margins if borders else None,
            *properties,
        ),
        el("tblGrid", *(el("gridCol", w=column) for column in columns)),
        *rows,
    )


def cell(width: int, *paragraphs: Element, span: int = 1, valign: str = "center") -> Element:
    return el(
        "tc",
        el(
            "tcPr",
            el("tcW", w=width, type="dxa"),
            el("gridSpan", val=span) if span > 1 else None,
            el("vAlign", val=valign),
        ),
        *paragraphs,
    )


def form(rows: Sequence[Sequence[Row]], links: Links, draft: bool) -> Element:
    """Labelled boxes; the last box of a short line runs to the right edge."""
    pairs = max((len(row) for row in rows), default=1)
    label = LABEL.get(pairs, 1000)
    value = (WIDTH - pairs * label) // pairs
    columns = [label, value] * pairs
    columns[-1] += WIDTH - sum(columns)
    lines = []
    for row in rows:
        cells = []
        for n, box in enumerate(row):
            last = n == len(row) - 1
            held = columns[2 * n + 1 :] if last else columns[2 * n + 1 : 2 * n + 2]
            cells.append(cell(label, p("CellHead", *words(box.label))))
            content = run_elements(box.runs, links, draft)
            tall = box.lines >= _TALL
            direct = [el("ind", firstLine=2 * SIZE_CELL * 10)] if tall else []
            written = p("Cell", *content, direct=direct)
            cells.append(cell(sum(held), written, span=len(held), valign="top" if tall else "center"))
        height = max((box.lines for box in row), default=1) * CELL_LINE + 140
        whole = None if height > 12 * CELL_LINE else el("cantSplit")
        lines.append(el("tr", el("trPr", whole, el("trHeight", val=height, hRule="atLeast")), *cells))
    return table(columns, lines)


def grid(
    header: Sequence[str],
    rows: Sequence[Sequence[list[Element]]],
    widths: Sequence[int],
    middle: Sequence[bool],
    *,
    small: bool = False,
) -> Element:
    """A table with a header that returns on each page. `middle` says which columns are centred."""
    count = len(middle)
    shares = [*widths[:count], *[1] * (count - len(widths))]
    columns = [WIDTH * share // sum(shares) for share in shares]
    columns[-1] += WIDTH - sum(columns)
    head_style, cell_style = ("SmallHead", "SmallCell") if small else ("CellHead", "Cell")
    lines = []
    if header:
        titles = [*header, *[""] * (count - len(header))]
        cells = [cell(w, p(head_style, *words(title))) for w, title in zip(columns, titles, strict=True)]
        lines.append(el("tr", el("trPr", el("cantSplit"), el("tblHeader")), *cells))
    for row in rows:
        cells = []
        for n, width in enumerate(columns):
            direct = [el("jc", val="center")] if middle[n] else []
            cells.append(cell(width, p(cell_style, *(row[n] if n < len(row) else ()), direct=direct)))
        lines.append(el("tr", el("trPr", el("cantSplit"), el("trHeight", val=440, hRule="atLeast")), *cells))
    return table(columns, lines)
