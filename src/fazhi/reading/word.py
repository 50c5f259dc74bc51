"""The text of a .docx: paragraphs as lines, the cells of a table's row on one line. Nothing in the package is run or fetched."""

from __future__ import annotations

from fazhi.archives import Archive, Bounds, Unsafe, opened
from fazhi.reading.errors import ReadingError

LARGEST = 32 * 1024 * 1024  # bytes of the document's XML when unpacked
TAGS = 1_000_000  # each takes some hundred bytes as a tree
BOUNDS = Bounds(unpacked=LARGEST, parts=20_000, ratio=200)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PART = "word/document.xml"


def text_of(data: bytes) -> str:
    """Deleted text of tracked changes is not read, inserted text is. Raises ReadingError."""
    from lxml import etree  # type: ignore[import-untyped]

    xml = _part(data)
    if (
        len(xml) > LARGEST
        or xml.count(b"<") > TAGS
        or b"<!DOCTYPE" in xml
        or b"<!ENTITY" in xml
        or b"\x00<\x00!\x00D\x00O" in xml
    ):
        raise ReadingError("文档内容不正常（含实体声明或者过大），没有读取", next="请另存为 .txt 后再试。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.LxmlError as error:
        raise ReadingError("Word 文档的内容已损坏", next="请重新保存一份 .docx 后再试。") from error
    # A text box stands twice in the file: for new readers, and in Fallback for old ones.
    etree.strip_elements(root, f"{_MC}Fallback", with_tail=False)
    pieces: list[str] = []
    for node in root.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}p", f"{_W}tc", f"{_W}tr"):
        match node.tag.removeprefix(_W):
            case "t":
                pieces.append(node.text or "")
            case "tab" if node.getparent().tag == f"{_W}tabs":
                pass  # a tab stop of the paragraph's format
            case "tab":
                pieces.append("\t")
            case "tc":
                pieces.append("\t")
            case "p" if pieces and pieces[-1] == "\t":
                pass  # the first paragraph of a cell stays on the row's line
            case _:
                pieces.append("\n")
    text = "".join(pieces).strip("\n")
    if not text.strip() and (b"<pic:pic" in xml or b"<v:imagedata" in xml):
        raise ReadingError(
            "Word 文档里只有图片，没有文字", next="请提供有文字的文件；扫描的图片可以转成 .pdf 后识别。"
        )
    return text


def notes_of(data: bytes) -> tuple[str, ...]:
    """What a reader of the findings should know: tracked changes that are still open."""
    xml = _part(data)
    if b"<w:del " in xml or b"<w:ins " in xml:
        return ("文档里还有未接受的修订，按全部接受以后的文字核校。",)
    return ()


def _part(data: bytes) -> bytes:
    try:
        archive = opened(data, BOUNDS)
        _refuse(archive)
        return archive.read(_PART)
    except Unsafe as unsafe:
        message, then = _REFUSED.get(unsafe.reason, _DAMAGED)
        raise ReadingError(message, next=then) from unsafe


def _refuse(archive: Archive) -> None:
    if archive.macros:
        raise ReadingError("文件带有宏，没有读取", next="请另存为不带宏的 .docx 后再试。")
    names = archive.names
    if _PART in names:
        return
    what = next((word for sign, word in _OTHER.items() if any(name.startswith(sign) for name in names)), "")
    if what:
        raise ReadingError(
            f"这是{what}，不是 Word 文档（.docx）", next="请另存为 .docx、.pdf 或者 .txt 后再试。"
        )
    raise ReadingError("不是 Word 文档（.docx）", next="请另存为 .docx 或者 .txt 后再试。")


_OTHER = {
    "xl/": "电子表格",
    "ppt/": "幻灯片",
    "OFD.xml": "OFD 版式文件",
    "content.xml": "OpenDocument 文件",
    "META-INF/container.xml": "电子书",
}
_DAMAGED = ("Word 文档已损坏，或者没有传完整，打不开", "请重新保存一份 .docx 后再试。")
_REFUSED = {
    "locked": ("文件设了密码，打不开", "请去掉密码后再试。"),
    "parts": ("文档里的部件多得不正常，没有读取", "请另存为 .txt 后再试。"),
    "large": ("文档解开后大得不正常，没有读取", "请另存为 .txt 后再试。"),
}
