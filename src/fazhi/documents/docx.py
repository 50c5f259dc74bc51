"""A composed text as .docx by GB/T 9704-2012.

`render` is a function of the text alone: no clock, no file, the same bytes for the same text. The letters are those of
the standard by name (方正小标宋简体, 仿宋_GB2312 …); a machine that lacks them shows others of its own.
"""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element

from fazhi.documents import elements, styles
from fazhi.documents.blocks import (
    Links,
    blocks,
    cell,
    grid,
    hairline,
    keep_with_next,
    on_new_page,
    p,
    run_elements,
    table,
)
from fazhi.documents.measures import (
    BOTTOM,
    CHAR,
    FOOTER,
    KAITI,
    LEFT,
    LINE,
    MM,
    PAGE,
    RIGHT,
    RULE_THICK,
    RULE_THIN,
    SIZE_4,
    SQUEEZE,
    TOP,
    WIDTH,
    ems,
    width,
)
from fazhi.documents.ooxml import amend, el, field, local, package, relation_id, serial, words
from fazhi.procedures.text import Attachment, Text

IMPRINT_CHAR = SIZE_4 * 10 + SQUEEZE
SEAL = round(42 * MM)  # a county organ's seal is 42 mm across


def render(text: Text, *, site: str = "") -> bytes:
    """The .docx file. `site` is put before addresses of our own pages, so that they can be followed from a file."""
    links = Links.to(text.sources, site)
    draft = text.status == "draft"
    body = blocks(text.blocks, links, draft)
    body += _closing(text, body)
    for n, attachment in enumerate(text.attachments, 1):
        body += _attachment(attachment, n, links, draft, text)
    if text.sources:
        body += _sources(text, links)
    body += _imprint(text)
    if body and local(body[-1]) == "tbl":
        body.append(hairline())
    footers = {"footer1.xml": _footer("right"), "footer2.xml": _footer("left")}
    headers = {"header1.xml": _draft_header(), "header2.xml": _draft_header()} if draft else {}
    section = el(
        "sectPr",
        *(_reference("header", name, kind) for name, kind in zip(headers, ("default", "even"), strict=False)),
        *(_reference("footer", name, kind) for name, kind in zip(footers, ("default", "even"), strict=True)),
        el("pgSz", w=PAGE[0], h=PAGE[1]),
        el("pgMar", top=TOP, right=RIGHT, bottom=BOTTOM, left=LEFT, header=1100, footer=FOOTER, gutter=0),
        el("cols", space=425),
    )
    document = el("document", el("body", *_opening(text, links, draft), *body, section))
    parts = {
        "document.xml": document,
        "styles.xml": styles.styles(),
        "settings.xml": styles.settings(),
        "fontTable.xml": styles.font_table(),
        **footers,
        **headers,
    }
    return package(
        {name: serial(element) for name, element in parts.items()},
        {key: href for href, key in links.ids.items()},
        title=text.title.replace("\n", ""),
        creator=text.organ,
        created=f"{(text.date or date(2000, 1, 1)).isoformat()}T00:00:00Z",
    )


def _reference(kind: str, name: str, page: str) -> Element:
    return el(f"{kind}Reference", type=page, r_id=relation_id(name))


def _opening(text: Text, links: Links, draft: bool) -> list[Element]:
    """What stands above the first paragraph."""
    number = elements.number(text)
    title = "\n".join(elements.title(text))
    out: list[Element] = []
    if text.heading:
        out += [_red_head(text.heading), _number(number, text.signer), p("RedRule")]
        out.append(p("Title", *words(title), direct=[_before(2 * LINE)]))
    elif text.kind != "report":
        out.append(p("Organ", *words(text.organ)))
        spread = el("rPr", el("spacing", val=120)) if ems(text.title) <= elements.SPREAD else None
        out.append(p("Title", *words(title, spread)))
        if number:
            out.append(p("FormNumber", *words(number)))
        amend(out[-1], el("spacing", before=0, after=LINE // 3, line=LINE, lineRule="exact"))
    else:
        out.append(p("Title", *words(title)))
        if number:
            out.append(p("Number", *words(number), direct=[_before(LINE // 3)]))
    if text.addressee:
        gap = [] if text.heading or text.kind == "report" else [_before(LINE // 3)]
        out.append(p("Addressee", *run_elements(text.addressee, links, draft), *words("："), direct=gap))
    elif text.kind == "report":
        amend(out[-1], el("spacing", before=0, after=LINE, line=LINE, lineRule="exact"))
    return out


def _before(twips: int) -> Element:
    return el("spacing", before=twips, after=0, line=LINE, lineRule="exact")


def _red_head(head: str) -> Element:
    """发文机关标志: as tall as fits, narrowed where the name is long, its upper edge 35 mm below that of the 版心."""
    size, share = elements.red_head_size(head)
    line = round(size * 20 * 1.2)
    gap = round(35 * MM - size * 20 * 0.1)
    letters = el(
        "rPr",
        el("sz", val=round(size * 2)),
        el("szCs", val=round(size * 2)),
        el("w", val=round(share * 100)),
    )
    spacing = el("spacing", before=gap, after=0, line=line, lineRule="exact")
    return p("RedHead", *words(head, letters), direct=[spacing])


def _number(number: str, signer: str) -> Element:
    """发文字号; on a text to a superior organ it stands left and 签发人 right (7.2.6)."""
    if not signer:
        return p("Number", *words(number))
    right = el("tabs", el("tab", val="right", pos=WIDTH - CHAR))
    name = words(signer, el("rPr", styles.fonts(KAITI)))
    direct = [right, el("ind", left=CHAR, right=CHAR), el("jc", val="left")]
    return p("Number", *words(number), el("r", el("tab")), *words("签发人："), *name, direct=direct)


def _closing(text: Text, body: list[Element]) -> list[Element]:
    """附件说明, 署名, 成文日期, 附注."""
    out = _listed(text.attachments)
    if text.signature or text.date:
        keep_with_next(out or body)
        out += _signature(text)
    if text.remark:
        out.append(p("Remark", *words(f"（{text.remark}）")))
    return out


def _listed(attachments: tuple[Attachment, ...]) -> list[Element]:
    """附件说明: 附件：1. … with the names one under the other (7.3.4)."""
    out = []
    names_at = 5 * CHAR + (160 * len(str(len(attachments))) + 160 if len(attachments) > 1 else 0)
    for n, (number, name) in enumerate(elements.listed(attachments)):
        first = 5 * CHAR if n else 2 * CHAR
        direct = [
            el("tabs", el("tab", val="left", pos=names_at)),
            el("ind", left=names_at, hanging=names_at - first),
            *([] if n else [_before(LINE)]),
        ]
        tab = [el("r", el("tab"))] if number else []
        out.append(p("Listed", *words(("" if n else "附件：") + number), *tab, *words(name), direct=direct))
    return out


def signature_indents(name: str, day: str, seal: bool) -> tuple[int, int]:
    """How far name and date stand from the right edge, in twips (7.3.5.1 with a seal, 7.3.5.2 without)."""
    long_name, long_day = width(name), width(day)
    if seal:
        day_at = 4 * CHAR
        name_at = day_at + (long_day - long_name) // 2
        return (name_at, day_at) if name_at >= 0 else (0, max(0, (long_name - long_day) // 2))
    name_at = 2 * CHAR
    day_at = name_at + long_name - 2 * CHAR - long_day
    if day_at >= 2 * CHAR:
        return name_at, day_at
    return 2 * CHAR + long_day + 2 * CHAR - long_name, 2 * CHAR


def _signature(text: Text) -> list[Element]:
    day = elements.day(text)
    # Two blank lines let a 42 mm seal, centred on name and date, begin within one line of the text.
    gap = 2 * LINE if text.seal else LINE
    if len(text.signature) > 1 and text.seal:
        return _joint(text.signature, day)
    out = []
    for n, name in enumerate(text.signature):
        name_at, day_at = signature_indents(name, day, text.seal)
        direct = [el("ind", right=name_at), *([_before(gap)] if n == 0 else [])]
        out.append(p("Signed", *words(name), direct=direct))
    if not text.signature:
        day_at = 4 * CHAR
    last = [el("keepNext", val=0), el("ind", right=day_at), *([] if out else [_before(gap)])]
    out.append(p("Signed", *words(day), direct=last))
    return out


def _joint(names: tuple[str, ...], day: str) -> list[Element]:
    """Several organs side by side, each with room for its seal; the date under the last one (7.3.5.1)."""
    rows = elements.joint(names)
    across = len(rows[0])
    columns = [WIDTH // across] * across
    centred = [el("jc", val="center")]
    lines = []
    for row in rows:
        cells = []
        for n, name in enumerate(row):
            content = [p("Signed", *words(name), direct=[*centred, _before(2 * LINE)])]
            if row is rows[-1]:
                content.append(p("Signed", *(words(day) if n == across - 1 else ()), direct=centred))
            cells.append(cell(columns[n], *content, valign="top"))
        height = el("trHeight", val=SEAL + 100, hRule="atLeast")
        lines.append(el("tr", el("trPr", el("cantSplit"), height), *cells))
    return [table(columns, lines, borders=False), hairline()]


def _attachment(attachment: Attachment, n: int, links: Links, draft: bool, text: Text) -> list[Element]:
    if not attachment.blocks:
        return []
    title = "\n".join(elements.attachment_title(text, attachment))
    mark = p("AttachmentMark", *words(elements.attachment_mark(text, n)))
    head = p("AttachmentTitle", *words(title))
    return on_new_page([mark, head, *blocks(attachment.blocks, links, draft)])


def _sources(text: Text, links: Links) -> list[Element]:
    """The table of sources of a report: one line a figure, in the order given."""
    found = elements.sources(text.sources)
    rows = []
    for n, (source, row) in enumerate(zip(text.sources, found.rows, strict=True), 1):
        bookmark = [el("bookmarkStart", id=n, name=f"source_{n}"), *words(row[0]), el("bookmarkEnd", id=n)]
        rows.append([bookmark, links.wrap(words(row[1]), source.href), *map(words, row[2:])])
    head = [p("AttachmentMark", *words(elements.SOURCES_TITLE)), p("Note", *words(found.note)), hairline()]
    centred = elements.centred(found.rows, len(found.header))
    return on_new_page([*head, grid(found.header, rows, found.widths, centred, small=True), hairline()])


def _imprint(text: Text) -> list[Element]:
    """版记: at the foot of the last page, 0.35 mm rules outside, 0.25 mm between (7.4)."""
    lines = []
    if text.copies_to:
        hang = 3 * IMPRINT_CHAR  # names under each other, after 抄送：
        direct = [el("ind", left=IMPRINT_CHAR + hang, right=IMPRINT_CHAR, hanging=hang)]
        lines.append(p("Imprint", *words(elements.copies(text)), direct=direct))
    if text.printed_by:
        organ, on = elements.printed(text)
        right = el("tabs", el("tab", val="right", pos=WIDTH - IMPRINT_CHAR))
        direct = [el("ind", left=IMPRINT_CHAR, right=IMPRINT_CHAR), right]
        lines.append(p("Imprint", *words(organ), el("r", el("tab")), *words(on), direct=direct))
    if not lines:
        return []
    # Placed from the page's edge, not the margin's: LibreOffice leaves a table as wide as the text where it stands.
    bottom = {"vertAnchor": "margin", "horzAnchor": "page", "tblpX": LEFT, "tblpYSpec": "bottom"}
    floating = el("tblpPr", leftFromText=0, rightFromText=0, **bottom)
    flush = el("tblCellMar", el("left", w=0, type="dxa"), el("right", w=0, type="dxa"))
    rows = []
    for n, line in enumerate(lines):
        above = _rule("top", RULE_THIN if n else RULE_THICK)
        below = _rule("bottom", RULE_THICK if n == len(lines) - 1 else RULE_THIN)
        box = el("tc", el("tcPr", el("tcW", w=WIDTH, type="dxa"), el("tcBorders", above, below)), line)
        rows.append(el("tr", el("trPr", el("cantSplit")), box))
    return [table([WIDTH], rows, floating, flush, borders=False), hairline()]


def _rule(side: str, size: int) -> Element:
    return el(side, val="single", sz=size, space=0, color="000000")


def _footer(side: str) -> Element:
    """— 1 — in 4号 half-width 宋体, one character in: right on odd pages, left on even ones (7.5)."""
    letters = el("rPr")
    direct = [el("ind", **{side: SIZE_4 * 10}), el("jc", val=side)]
    dash = "—"
    return el(
        "ftr", p("footer", *words(f"{dash} "), *field("PAGE", letters), *words(f" {dash}"), direct=direct)
    )


def _draft_header() -> Element:
    return el("hdr", p("header", *words(elements.DRAFT_MARK)))
