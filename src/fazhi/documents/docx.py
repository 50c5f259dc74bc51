"""A composed text as .docx by GB/T 9704-2012.

`render` is a function of the text alone: no clock, no file, the same bytes for the same text. The letters are those of
the standard by name (方正小标宋简体, 仿宋_GB2312 …); a machine that lacks them shows others of its own.
"""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element

from fazhi.documents import styles, titles
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
from fazhi.procedures.wording import chinese_date

BLANK_DATE = "　　　　年　　月　　日"
NO_NUMBER = "（文号待编）"
DRAFT_MARK = "草稿　未经签发"
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
    number = text.number or (NO_NUMBER if draft and text.kind != "report" else "")
    names = tuple(dict.fromkeys((text.organ, *text.signature)))
    title_lines = titles.lines(text.title, names=names)
    out: list[Element] = []
    if text.kind == "official":
        out += [_red_head(text.heading or f"{text.organ}文件"), _number(number, text.signer), p("RedRule")]
        out.append(p("Title", *words("\n".join(title_lines)), direct=[_before(2 * LINE)]))
    elif text.kind == "form":
        out.append(p("Organ", *words(text.organ)))
        spread = el("rPr", el("spacing", val=120)) if ems(text.title) <= 7 else None
        out.append(p("Title", *words("\n".join(title_lines), spread), direct=[_before(60)]))
        if number:
            out.append(p("FormNumber", *words(number)))
    else:
        out.append(p("Title", *words("\n".join(title_lines))))
        if number:
            out.append(p("Number", *words(f"（{number}）"), direct=[_before(LINE // 3)]))
    if text.addressee:
        gap = [] if text.kind != "form" else [_before(LINE // 3)]
        out.append(p("Addressee", *run_elements(text.addressee, links, draft), *words("："), direct=gap))
    elif text.kind == "report":
        amend(out[-1], el("spacing", before=0, after=LINE, line=LINE, lineRule="exact"))
    return out


def _before(twips: int) -> Element:
    return el("spacing", before=twips, after=0, line=LINE, lineRule="exact")


def _red_head(head: str) -> Element:
    """发文机关标志: as tall as fits, narrowed where the name is long, its upper edge 35 mm below that of the 版心."""
    each = min(52.0, (WIDTH - 200) / 20 / ems(head))  # pt that a character may take
    size = min(52.0, each / 0.66)
    line = round(size * 20 * 1.2)
    gap = round(35 * MM - size * 20 * 0.1)
    letters = el(
        "rPr",
        el("sz", val=round(size * 2)),
        el("szCs", val=round(size * 2)),
        el("w", val=round(each / size * 100)),
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
    several = len(attachments) > 1
    names_at = 5 * CHAR + (160 * len(str(len(attachments))) + 160 if several else 0)
    for n, attachment in enumerate(attachments, 1):
        first = 2 * CHAR if n == 1 else 5 * CHAR
        direct = [
            el("tabs", el("tab", val="left", pos=names_at)),
            el("ind", left=names_at, hanging=names_at - first),
            *([_before(LINE)] if n == 1 else []),
        ]
        lead = ("附件：" if n == 1 else "") + (f"{n}." if several else "")
        tab = [el("r", el("tab"))] if several else []
        out.append(p("Listed", *words(lead), *tab, *words(attachment.title), direct=direct))
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
    day = chinese_date(text.date) if text.date else BLANK_DATE
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
    across = 3 if len(names) > 2 and max(map(ems, names)) <= 9 else 2
    padding = (-len(names)) % across
    slots = [
        *names[: len(names) - (across - padding)],
        *[""] * padding,
        *names[len(names) - (across - padding) :],
    ]
    columns = [WIDTH // across] * across
    centred = [el("jc", val="center")]
    lines = []
    for start in range(0, len(slots), across):
        row = slots[start : start + across]
        final = start + across >= len(slots)
        cells = []
        for n, name in enumerate(row):
            content = [p("Signed", *words(name), direct=[*centred, _before(2 * LINE)])]
            if final:
                content.append(p("Signed", *(words(day) if n == across - 1 else ()), direct=centred))
            cells.append(cell(columns[n], *content, valign="top"))
        height = el("trHeight", val=SEAL + 100, hRule="atLeast")
        lines.append(el("tr", el("trPr", el("cantSplit"), height), *cells))
    return [table(columns, lines, borders=False), hairline()]


def _attachment(attachment: Attachment, n: int, links: Links, draft: bool, text: Text) -> list[Element]:
    if not attachment.blocks:
        return []
    title_lines = titles.lines(attachment.title, names=(text.organ, *text.signature))
    mark = p("AttachmentMark", *words("附件" if len(text.attachments) == 1 else f"附件{n}"))
    title = p("AttachmentTitle", *words("\n".join(title_lines)))
    return on_new_page([mark, title, *blocks(attachment.blocks, links, draft)])


def _sources(text: Text, links: Links) -> list[Element]:
    """The table of sources of a report: one line a figure, in the order given."""
    moments = {source.moment for source in text.sources}
    header = ["序号", "指标", "数值", "口径", "案件数"]
    widths = [7, 21, 11, 42, 9]
    note = "报告中的数字由系统按下列口径从办理记录计算，可以按所列时点重新计算。"
    if len(moments) == 1:
        note += f"数据时点：{text.sources[0].moment}。"
    else:
        header, widths = [*header, "时点"], [7, 18, 10, 32, 9, 14]
    rows, longest = [], []
    for n, source in enumerate(text.sources, 1):
        bookmark = [el("bookmarkStart", id=n, name=f"source_{n}"), *words(str(n)), el("bookmarkEnd", id=n)]
        values = [source.value, source.definition, "—" if source.cases is None else str(source.cases)]
        values += [source.moment] if len(moments) > 1 else []
        rows.append([bookmark, links.wrap(words(source.title), source.href), *map(words, values)])
        longest.append([ems(value) for value in (str(n), source.title, *values)])
    head = [p("AttachmentMark", *words("数据来源")), p("Note", *words(note))]
    return on_new_page([*head, hairline(), grid(header, rows, widths, longest, small=True), hairline()])


def _imprint(text: Text) -> list[Element]:
    """版记: at the foot of the last page, 0.35 mm rules outside, 0.25 mm between (7.4)."""
    lines = []
    if text.copies_to:
        hang = 3 * IMPRINT_CHAR  # names under each other, after 抄送：
        direct = [el("ind", left=IMPRINT_CHAR + hang, right=IMPRINT_CHAR, hanging=hang)]
        lines.append(p("Imprint", *words(f"抄送：{'，'.join(text.copies_to)}。"), direct=direct))
    if text.printed_by:
        day = text.printed_on or text.date
        printed = f"{chinese_date(day) if day else BLANK_DATE}印发"
        direct = [
            el("ind", left=IMPRINT_CHAR, right=IMPRINT_CHAR),
            el("tabs", el("tab", val="right", pos=WIDTH - IMPRINT_CHAR)),
        ]
        lines.append(
            p("Imprint", *words(text.printed_by), el("r", el("tab")), *words(printed), direct=direct)
        )
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
    return el("hdr", p("header", *words(DRAFT_MARK)))
