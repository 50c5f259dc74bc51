"""The text of a .docx: a line for each paragraph, with the numbers that Word itself would show, tables as tab-separated rows.

The file comes from outside: sizes are checked before anything is unpacked, XML with a document type is refused,
nothing is fetched, macros are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from fazhi import archives
from fazhi.errors import UserError
from fazhi.plans.wordnumbers import Numbering

_LARGEST_FILE = 30 * 1024 * 1024
_BOUNDS = archives.Bounds(unpacked=40 * 1024 * 1024, parts=5000)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_AGAIN = "请用 Word 或 WPS 打开后重新保存为 .docx，或另存为纯文本 .txt 再导入。"


_DAMAGED = ("已损坏，或不是 .docx 文件。", _AGAIN)
_REFUSED = {
    "old": (
        "是加密的或老式的 Word 文件，不能读取。",
        "请在 Word 或 WPS 中取消打开密码，另存为 .docx 再导入。",
    ),
    "locked": ("是加密的，不能读取。", "请取消密码后再导入。"),
    "parts": ("里的部件过多，不像一份文件，已拒绝。", _AGAIN),
    "large": ("展开后过大，疑为压缩炸弹，已拒绝。", _AGAIN),
}


class UnreadableDocument(UserError):
    """A .docx that cannot or must not be read."""


def read(shown: str, data: bytes) -> str:
    """The document's text. Raises UserError for whatever is no sound .docx."""
    if len(data) > _LARGEST_FILE:
        raise UnreadableDocument(
            f"文件“{shown}”有 {len(data) // 1024 // 1024} MB，超过 30 MB。",
            next="请删去图片后再导入，或只导入正文。",
        )
    try:
        archive = archives.opened(data, _BOUNDS)
        if "word/document.xml" not in archive.names:
            raise UnreadableDocument(f"文件“{shown}”不是 Word 文档：压缩包里没有正文。", next=_AGAIN)
        if archive.macros:
            raise UnreadableDocument(f"文件“{shown}”带有宏，为安全起见不读取。", next=_AGAIN)
        parts = {
            part: _xml(shown, archive.read(f"word/{part}.xml"))
            for part in ("document", "numbering", "styles")
            if f"word/{part}.xml" in archive.names
        }
    except archives.Unsafe as unsafe:
        words, then = _REFUSED.get(unsafe.reason, _DAMAGED)
        raise UnreadableDocument(f"文件“{shown}”{words}", next=then) from unsafe
    body = parts["document"].find(f"{_W}body")
    if body is None:
        raise UnreadableDocument(f"文件“{shown}”不是 Word 文档：没有正文。", next=_AGAIN)
    numbering = Numbering.read(parts.get("numbering"), parts.get("styles"))
    return "\n".join(_block_lines(body, numbering))


def _xml(shown: str, data: bytes) -> etree._Element:
    broken = UnreadableDocument(f"文件“{shown}”的正文已损坏，不能读取。", next=_AGAIN)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    unsafe = UnreadableDocument(f"文件“{shown}”含有外部实体定义，为安全起见不读取。", next=_AGAIN)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise unsafe
    try:
        root = etree.fromstring(data.replace(_STRICT.encode(), _W[1:-1].encode()), parser)
    except etree.XMLSyntaxError as error:
        raise broken from error
    if root.getroottree().docinfo.doctype:  # in another encoding than UTF-8
        raise unsafe
    return root


def _block_lines(container: etree._Element, numbering: Numbering) -> Iterator[str]:
    for element in container:
        if element.tag == f"{_W}p":
            yield from _paragraph(element, numbering).split("\n")
        elif element.tag == f"{_W}tbl":
            yield from _table(element, numbering)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _block_lines(element, numbering)


def _paragraph(paragraph: etree._Element, numbering: Numbering) -> str:
    text = "".join(_runs(paragraph))
    return numbering.label(paragraph) + text if text.strip() else text


def _runs(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}ptab"):
            yield " "
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in (f"{_W}pPr", f"{_W}rPr", f"{_W}del", f"{_W}moveFrom", _FALLBACK) and isinstance(
            child.tag, str
        ):
            yield from _runs(child)


def _table(table: etree._Element, numbering: Numbering) -> Iterator[str]:
    """The rows; a cell that is merged downwards is repeated in each of its rows, one merged across stands once."""
    above: dict[int, str] = {}
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl"), None) is not table:
            continue
        cells: list[str] = []
        for cell in row.iterfind(f"{_W}tc"):
            properties = cell.find(f"{_W}tcPr")
            span = properties.find(f"{_W}gridSpan") if properties is not None else None
            merge = properties.find(f"{_W}vMerge") if properties is not None else None
            lines = (line.strip() for line in _block_lines(cell, numbering))
            text = " ".join(line.replace("\t", " ") for line in lines if line)
            place = len(cells)
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue":
                text = above.get(place, "")
            above[place] = text
            cells.append(text)
            wide = span.get(f"{_W}val", "1") if span is not None else "1"
            cells.extend([""] * (min(int(wide), 64) - 1 if wide.isdecimal() else 0))
        filled = [cell for cell in cells if cell]
        yield filled[0] if len(filled) == 1 else "\t".join(cells)
