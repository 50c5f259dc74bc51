"""Writing WordprocessingML: elements with their children in the order that the schema asks, and the package around them.

Word refuses a file whose properties stand in another order; the lists below are that order (ECMA-376 part 1, wml.xsd),
so the callers name properties in whatever order reads best. The package is the same bytes for the same parts: entries
carry a fixed time.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from fazhi.documents.measures import printable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_XML = "http://www.w3.org/XML/1998/namespace"

_ORDER = {
    tag: {name: n for n, name in enumerate(names.split())}
    for tag, names in {
        "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
        "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
        "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
        "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr",
        "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
        "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
        "lang eastAsianLayout specVanish oMath",
        "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
        "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
        "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
        "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
        "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
        "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
        "pPr rPr tblPr trPr tcPr",
        "pBdr": "top left bottom right between bar",
        "tblBorders": "top left bottom right insideH insideV",
        "tcBorders": "top left bottom right insideH insideV",
    }.items()
}

ElementTree.register_namespace("w", W)
ElementTree.register_namespace("r", R)


def el(tag: str, *children: Element | None, **attributes: Any) -> Element:
    """A w: element. `val=…` is w:val, `r_id=…` r:id; children that are None are left out."""
    node = Element(f"{{{W}}}{tag}")
    for name, value in attributes.items():
        namespace, local = (R, name[2:]) if name.startswith("r_") else (W, name)
        node.set(f"{{{namespace}}}{local}", str(value))
    node.extend(_ordered(tag, [child for child in children if child is not None]))
    return node


def local(node: Element) -> str:
    """The name of an element without its namespace."""
    return node.tag.rpartition("}")[2]


def _ordered(tag: str, children: list[Element]) -> list[Element]:
    order = _ORDER.get(tag)
    return sorted(children, key=lambda child: order[local(child)]) if order else children


def amend(paragraph: Element, *properties: Element) -> None:
    """Give a paragraph more properties of its own; one that it has already is replaced."""
    held = paragraph[0]
    names = {local(one) for one in properties}
    held[:] = _ordered("pPr", [*(one for one in held if local(one) not in names), *properties])


def words(text: str, properties: Element | None = None) -> list[Element]:
    """Runs of text; a line break in it is a line break on paper."""
    runs: list[Element] = []
    for n, line in enumerate(printable(text).split("\n")):
        if n:
            runs.append(el("r", deepcopy(properties), el("br")))
        if line:
            t = el("t")
            t.text = line
            t.set(f"{{{_XML}}}space", "preserve")
            runs.append(el("r", deepcopy(properties), t))
    return runs


def field(code: str, properties: Element) -> list[Element]:
    """A computed field, such as the page number."""
    instruction = el("instrText")
    instruction.text = f" {code} "
    instruction.set(f"{{{_XML}}}space", "preserve")
    shown = el("t")
    shown.text = "1"
    return [
        el("r", deepcopy(properties), el("fldChar", fldCharType="begin")),
        el("r", deepcopy(properties), instruction),
        el("r", deepcopy(properties), el("fldChar", fldCharType="separate")),
        el("r", deepcopy(properties), shown),
        el("r", deepcopy(properties), el("fldChar", fldCharType="end")),
    ]


def serial(node: Element) -> bytes:
    written: bytes = ElementTree.tostring(node, encoding="utf-8")
    return _DECLARATION + written


def package(
    parts: Mapping[str, bytes], links: Mapping[str, str], *, title: str, creator: str, created: str
) -> bytes:
    """The .docx file. `parts` are word/ parts by name with document.xml among them; `links` maps ids to addresses."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {"document.xml": "document.main"} | {
        name: name.removesuffix(".xml").rstrip("0123456789") for name in parts if name != "document.xml"
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}" ContentType="{main}.{kind}+xml"/>'
        for name, kind in sorted(kinds.items())
    )
    relations = "".join(
        f'<Relationship Id="{relation_id(name)}" Type="{_OFFICE}/{kinds[name]}" Target="{name}"/>'
        for name in sorted(parts)
        if name != "document.xml"
    ) + "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/hyperlink" Target={quoteattr(href)} TargetMode="External"/>'
        for key, href in links.items()
    )
    declaration = _DECLARATION.decode()
    head, by = escape(printable(title)), escape(printable(creator))
    core = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{head}</dc:title><dc:creator>{by}</dc:creator><cp:lastModifiedBy>{by}</cp:lastModifiedBy>"
        f'<cp:revision>1</cp:revision><dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{created}</dcterms:modified>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )
    files = {
        "[Content_Types].xml": (
            f'{declaration}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'{overrides}<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ).encode(),
        "_rels/.rels": (
            f'{declaration}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/></Relationships>'
        ).encode(),
        "docProps/core.xml": (declaration + core).encode(),
        "word/_rels/document.xml.rels": (
            f'{declaration}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
        ).encode(),
    } | {f"word/{name}": data for name, data in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items(), key=lambda item: (item[0] != "[Content_Types].xml", item[0])):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, data)
    return out.getvalue()


def relation_id(name: str) -> str:
    """The id by which document.xml names another part."""
    return "r_" + name.removesuffix(".xml")
