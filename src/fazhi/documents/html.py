"""A composed text as HTML: a fragment for a page of the house, or a whole page that stands alone.

The fragment carries meaning only (headings, tables with header cells, lists, links) and classes; how it looks on
screen and on paper is in static/documents/documents.css. No inline style and no script, so a strict CSP passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from math import ceil
from pathlib import Path

from fazhi.documents import elements
from fazhi.documents.measures import ems, printable, safe_href
from fazhi.procedures.text import (
    Attachment,
    Block,
    Figure,
    Heading,
    Masked,
    Missing,
    Note,
    PageBreak,
    Paragraph,
    Row,
    Rows,
    Run,
    SignatureLines,
    Table,
    Text,
    plain,
)

STATIC = Path(__file__).parent / "static"  # a folder for STATICFILES_DIRS
STYLESHEET = "documents/documents.css"  # its name there


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the fragment will stand: its ids' prefix, the rank of its title, the address before our own pages."""

    prefix: str
    top: int
    site: str
    sources: dict[str, int]


def render(text: Text, *, prefix: str = "doc", top: int = 1, site: str = "") -> str:
    """The fragment. `top` is the rank of the title among the page's headings; `prefix` keeps ids apart."""
    place = _Place(prefix, top, site, {one.figure_id: n for n, one in enumerate(text.sources, 1)})
    parts = [
        _opening(text, place),
        _blocks(text.blocks, place),
        _listed(text.attachments),
        _signature(text),
        f'<p class="doc-remark">（{_words(text.remark)}）</p>' if text.remark else "",
        *(_attachment(text, one, n, place) for n, one in enumerate(text.attachments, 1) if one.blocks),
        _sources(text, place) if text.sources else "",
        _imprint(text),
    ]
    head = "headed" if text.heading else "report" if text.kind == "report" else "form"
    classes = f"doc doc-is-{head} doc-is-{text.status}"
    body = "\n".join(part for part in parts if part)
    return f'<article class="{classes}" lang="zh-CN" aria-labelledby="{prefix}-title">\n{body}\n</article>'


def page(text: Text, *, site: str = "", imprint_down: float = 0.0) -> str:
    """A whole page with its style sheet inside: for a file that is handed on, and for printing.

    `imprint_down`: how many mm 版记 is set lower than where the text ends, so that it lies at the foot of the last page.
    """
    lower = f".doc .doc-imprint {{ top: {imprint_down:.2f}mm }}\n" if imprint_down else ""
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_words(text.title.replace(chr(10), ''))}</title>\n<style>\n{print_css()}{lower}</style>\n</head>\n"
        f'<body class="doc-page">\n<main>\n{render(text, site=site)}\n</main>\n</body>\n</html>\n'
    )


def print_css() -> str:
    return (STATIC / STYLESHEET).read_text(encoding="utf-8")


def _words(text: str) -> str:
    return escape(printable(text)).replace("\n", "<br>")


def _lines(lines: Sequence[str]) -> str:
    """A title broken as the standard asks; read aloud or copied it stays one."""
    return "".join(f'<span class="doc-line">{_words(line)}</span>' for line in lines)


def _runs(runs: Sequence[Run], place: _Place) -> str:
    return "".join(_run(run, place) for run in runs)


def _run(run: Run, place: _Place) -> str:
    match run:
        case Missing():
            return f'<mark class="doc-missing">{_words(plain((run,)))}</mark>'
        case Masked(label=label):
            told = _words(label or "此处") + "已隐去"
            return f'<span class="doc-masked" title="{told}">{_words(plain((run,)))}</span>'
        case Figure(value=value, figure_id=figure_id, href=href, note=note):
            title = f' title="{_words(note)}"' if note else ""
            target = safe_href(href, place.site)
            if not target and figure_id in place.sources:
                target = f"#{place.prefix}-source-{place.sources[figure_id]}"
            if target:
                return f'<a class="doc-figure" href="{escape(target)}"{title}>{_words(value)}</a>'
            return f'<span class="doc-figure"{title}>{_words(value)}</span>'
        case _:
            return _words(plain((run,)))


def _opening(text: Text, place: _Place) -> str:
    heading = f"h{place.top}"
    spread = (
        " doc-spread"
        if not text.heading and text.kind != "report" and ems(text.title) <= elements.SPREAD
        else ""
    )
    title = f'<{heading} class="doc-title{spread}" id="{place.prefix}-title">{_lines(elements.title(text))}</{heading}>'
    number = _words(elements.number(text))
    if text.heading:
        size = min(24, max(8, ceil(ems(text.heading))))
        signer = (
            f'<span>签发人：<span class="doc-kai">{_words(text.signer)}</span></span>' if text.signer else ""
        )
        signed = " doc-signed-for" if signer else ""
        opening = (
            f'<p class="doc-redhead doc-redhead-{size}"><span>{_words(text.heading)}</span></p>\n'
            f'<p class="doc-number{signed}"><span>{number}</span>{signer}</p>\n{title}'
        )
    elif text.kind != "report":
        number = f'\n<p class="doc-number">{number}</p>' if number else ""
        opening = f'<p class="doc-organ">{_words(text.organ)}</p>\n{title}{number}'
    else:
        opening = title + (f'\n<p class="doc-number">{number}</p>' if number else "")
    mark = f'<p class="doc-mark">{elements.DRAFT_MARK}</p>\n' if text.status == "draft" else ""
    address = f'\n<p class="doc-addressee">{_runs(text.addressee, place)}：</p>' if text.addressee else ""
    return f"<header>\n{mark}{opening}{address}\n</header>"


def _blocks(items: Sequence[Block], place: _Place) -> str:
    out: list[str] = []
    for n, item in enumerate(items):
        # A break before the first block or after the last would make an empty page.
        if isinstance(item, PageBreak) and 0 < n < len(items) - 1:
            out.append('<hr class="doc-break">')
        else:
            out.append(_block(item, place))
    return "\n".join(part for part in out if part)


def _block(item: Block, place: _Place) -> str:
    match item:
        case Heading(level=level, text=text):
            rank = min(6, place.top + level)
            return f'<h{rank} class="doc-h{level}">{_words(text)}</h{rank}>'
        case Paragraph(runs=runs, indent=indent):
            flush = "" if indent else ' class="doc-flush"'
            return f"<p{flush}>{_runs(runs, place)}</p>"
        case Note(runs=runs):
            return f'<p class="doc-note">{_runs(runs, place)}</p>'
        case SignatureLines(labels=labels, dated=dated):
            date = '<span class="doc-day">　　年　　月　　日</span>' if dated else ""
            lines = (f'<li>{_words(one)}：<span class="doc-blank"></span>{date}</li>' for one in labels)
            return f'<ul class="doc-tosign">{"".join(lines)}</ul>'
        case Rows(rows=rows) if any(rows):
            return _form(rows, place)
        case Table() if item.rows or item.header:
            shown = [[plain(cell) for cell in row] for row in item.rows]
            columns = max([len(item.header), *map(len, shown), 1])
            cells = [[_runs(cell, place) for cell in row] for row in item.rows]
            return _table(item.header, cells, item.widths, elements.centred(shown, columns), item.caption)
        case _:
            return ""


def _form(rows: Sequence[Sequence[Row]], place: _Place) -> str:
    pairs = max((len(row) for row in rows), default=1)
    out = []
    for row in rows:
        cells = []
        for n, box in enumerate(row):
            span = 2 * (pairs - n) - 1 if n == len(row) - 1 else 1
            wide = f' colspan="{span}"' if span > 1 else ""
            tall = f' class="doc-lines-{min(12, box.lines)}"' if box.lines > 1 else ""
            cells.append(
                f'<th scope="row">{_words(box.label)}</th><td{wide}{tall}>{_runs(box.runs, place)}</td>'
            )
        out.append(f"<tr>{''.join(cells)}</tr>")
    columns = '<col class="doc-label"><col>' * pairs
    lines = "\n".join(out)
    return (
        f'<table class="doc-form doc-form-{min(3, pairs)}"><colgroup>{columns}</colgroup>\n{lines}\n</table>'
    )


def _table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    middle: Sequence[bool],
    caption: str = "",
    ids: str = "",
) -> str:
    """`widths` are relative; a column's class is its share rounded to whole percents."""
    count = len(middle)
    shares = [*widths[:count], *[1] * (count - len(widths))]
    columns = "".join(f'<col class="doc-w{max(1, round(100 * share / sum(shares)))}">' for share in shares)
    above = f"<caption>{_words(caption)}</caption>" if caption else ""
    titles = [*header, *[""] * (count - len(header))]
    head = "".join(f'<th scope="col">{_words(one)}</th>' for one in titles)
    lines = []
    for n, row in enumerate(rows, 1):
        padded = [*row, *[""] * (count - len(row))]
        cells = (
            f'<td class="doc-c">{one}</td>' if short else f"<td>{one}</td>"
            for one, short in zip(padded, middle, strict=True)
        )
        lines.append(f"<tr{f' id={chr(34)}{ids}{n}{chr(34)}' if ids else ''}>{''.join(cells)}</tr>")
    thead = f"<thead><tr>{head}</tr></thead>\n" if header else ""
    body = "\n".join(lines)
    return f'<table class="doc-table">{above}<colgroup>{columns}</colgroup>\n{thead}<tbody>\n{body}\n</tbody></table>'


def _listed(attachments: Sequence[Attachment]) -> str:
    if not attachments:
        return ""
    items = "".join(
        f"<li>{f'<span>{number}</span>' if number else ''}<span>{_words(name)}</span></li>"
        for number, name in elements.listed(attachments)
    )
    return f'<div class="doc-listed"><p>附件：</p><ul>{items}</ul></div>'


def _signature(text: Text) -> str:
    if not (text.signature or text.date):
        return ""
    day = f'<p class="doc-date">{_words(elements.day(text))}</p>'
    seal = '<span class="doc-seal" aria-hidden="true"></span>' if text.seal and text.status == "draft" else ""
    if len(text.signature) > 1 and text.seal:
        rows = elements.joint(text.signature)
        cells = []
        for row in rows:
            for n, name in enumerate(row):
                final = day if row is rows[-1] and n == len(row) - 1 else ""
                cells.append(
                    f'<div>{seal}<p class="doc-by">{_words(name)}</p>{final}</div>' if name else "<div></div>"
                )
        return f'<div class="doc-joint doc-joint-{len(rows[0])}">{"".join(cells)}</div>'
    names = "".join(f'<p class="doc-by">{_words(name)}</p>' for name in text.signature)
    longest = max(map(ems, text.signature), default=0)
    way = "doc-sealed" if text.seal else "doc-unsealed"
    # A name that would not fit when it is centred over a date four characters from the edge goes to the edge.
    wide = (
        " doc-wide"
        if longest > (ems(elements.day(text)) + 8 if text.seal else ems(elements.day(text)) + 4)
        else ""
    )
    return f'<div class="doc-signature {way}{wide}">{seal}{names}{day}</div>'


def _attachment(text: Text, attachment: Attachment, n: int, place: _Place) -> str:
    rank = min(6, place.top + 1)
    title = _lines(elements.attachment_title(text, attachment))
    return (
        f'<section class="doc-attachment" aria-labelledby="{place.prefix}-attachment-{n}">\n'
        f'<p class="doc-attachment-mark">{elements.attachment_mark(text, n)}</p>\n'
        f'<h{rank} class="doc-title" id="{place.prefix}-attachment-{n}">{title}</h{rank}>\n'
        f"{_blocks(attachment.blocks, replace(place, top=rank))}\n</section>"
    )


def _sources(text: Text, place: _Place) -> str:
    rank = min(6, place.top + 1)
    found = elements.sources(text.sources)
    rows = []
    for source, row in zip(text.sources, found.rows, strict=True):
        title, href = _words(row[1]), safe_href(source.href, place.site)
        linked = f'<a class="doc-figure" href="{escape(href)}">{title}</a>' if href else title
        rows.append([_words(row[0]), linked, *map(_words, row[2:])])
    middle = elements.centred(found.rows, len(found.header))
    table = _table(found.header, rows, found.widths, middle, ids=f"{place.prefix}-source-")
    return (
        f'<section class="doc-sources" aria-labelledby="{place.prefix}-sources">\n'
        f'<h{rank} class="doc-attachment-mark" id="{place.prefix}-sources">{elements.SOURCES_TITLE}</h{rank}>\n'
        f'<p class="doc-note">{_words(found.note)}</p>\n{table}\n</section>'
    )


_RULE = '<svg aria-hidden="true"><line x2="100%" y1="50%" y2="50%"/></svg>'


def _imprint(text: Text) -> str:
    copies = _words(elements.copies(text))
    organ, on = map(_words, elements.printed(text))
    if not (copies or organ):
        return ""
    first = f'<p class="doc-copies">{copies}</p>' if copies else ""
    between = _RULE if copies and organ else ""
    second = f'<p class="doc-printed">{between}<span>{organ}</span><span>{on}</span></p>' if organ else ""
    return f'<footer class="doc-imprint">{_RULE}{first}{second}{_RULE}</footer>'
