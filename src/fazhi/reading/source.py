"""From a file's bytes to its text: .txt in UTF-8 or GB18030, saved web pages, .docx. Memory stays bounded."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import TYPE_CHECKING

from fazhi.reading.errors import ReadingError

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

LARGEST = 64 * 1024 * 1024  # bytes of a file, and of the text inside a .docx
RATIO = 200  # how many times its packed size an entry of a .docx may grow
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    ["script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "button"]
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read(data: bytes, name: str) -> str:
    """The text of a file. `name` decides by its ending; ReadingError says in Chinese what is wrong and what to do."""
    if len(data) > LARGEST:
        raise ReadingError(f"文件超过 {LARGEST // 2**20} MB，没有读取", next="请拆分后再试。")
    if not data.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise ReadingError("文件是空的", next="请核对文件是否完整。")
    ending = PurePath(name).suffix.lower()
    if data.startswith(b"%PDF"):
        raise ReadingError("目前还不能读取 PDF", next="请另存为 .docx、.txt 或者网页后再试。")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReadingError(
            "这是旧版 Office 文件，或者是设了密码的文件", next="请去掉密码，另存为 .docx 后再试。"
        )
    if data.startswith(b"PK\x03\x04") or ending in (".docx", ".docm"):
        text = _docx(data)
    elif ending in (".html", ".htm", ".xhtml"):
        text = _html(data)
    else:
        text = decode(data)
    if not text.strip():
        raise ReadingError("没有读到文字", next="扫描件和图片里的文字目前不能识别，请提供有文字的文件。")
    return text


def decode(data: bytes) -> str:
    """UTF-8 (a byte order mark is no character of the text), UTF-16 with its mark, or GB18030. Line ends stay as they are."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text[:65536])) > len(text[:65536]) // 200:
            break
        return text
    raise ReadingError(
        "不是文本文件，或者不是 UTF-8、GB18030 编码", next="请用 UTF-8 编码另存为 .txt 后再试。"
    )


def _html(data: bytes) -> str:
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as lxml_html

    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    try:
        # gb2312 as declared on old pages is in fact GBK or its superset.
        text = data.decode("gb18030") if name in ("gb2312", "gbk", "gb18030") else decode(data)
    except UnicodeDecodeError:
        text = decode(data)
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadingError("网页读不出来", next="请另存为 .txt 后再试。") from error
    pieces: list[str] = []
    _walk(root, pieces)
    lines = (re.sub(r"[ \r\f\v]+", " ", line).strip(" \t") for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _walk(root: _Element, pieces: list[str]) -> None:
    """The visible text in order, blocks on lines of their own, cells a tab apart. A stack, so that depth is no matter."""
    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if leaving:
            pieces.append("\t" if tag in ("td", "th") else "\n" if tag in _BLOCKS else "")
            pieces.append((node.tail or "").replace("\n", " "))
            continue
        if not tag or tag in _UNSEEN:
            pieces.append((node.tail or "").replace("\n", " "))
            continue
        if tag in _BLOCKS:
            pieces.append("\n")
        pieces.append((node.text or "").replace("\n", " "))
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))


def _docx(data: bytes) -> str:
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise ReadingError("文件带有宏，没有读取", next="请另存为不带宏的 .docx 后再试。")
            if "word/document.xml" not in names:
                raise ReadingError("不是 Word 文档（.docx）", next="请另存为 .docx 或者 .txt 后再试。")
            entry = archive.getinfo("word/document.xml")
            if entry.file_size > LARGEST or entry.file_size > RATIO * max(1024, entry.compress_size):
                raise ReadingError("文档解开后大得不正常，没有读取", next="请另存为 .txt 后再试。")
            with archive.open(entry) as stream:
                xml = stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, NotImplementedError, ValueError) as error:
        raise ReadingError(
            "Word 文档已损坏或者加了密，打不开", next="请重新保存一份 .docx 后再试。"
        ) from error
    except zipfile.LargeZipFile as error:
        raise ReadingError("文档过大", next="请拆分后再试。") from error
    if len(xml) > LARGEST or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ReadingError("文档内容不正常（含实体声明或者过大），没有读取", next="请另存为 .txt 后再试。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.LxmlError as error:
        raise ReadingError("Word 文档的内容已损坏", next="请重新保存一份 .docx 后再试。") from error
    pieces: list[str] = []
    for node in root.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}p", f"{_W}tc", f"{_W}tr"):
        match node.tag.removeprefix(_W):
            case "t":
                pieces.append(node.text or "")
            case "tab":
                pieces.append("\t")
            case "tc":
                pieces.append("\t")
            case "p" if pieces and pieces[-1] == "\t":
                pass  # the first paragraph of a cell stays on the row's line
            case _:
                pieces.append("\n")
    return "".join(pieces).strip("\n")
