"""Reading a .docx as it would be printed: sections, and paragraphs with the face, size and pitch that hold for them.

What a paragraph does not say itself comes from its style, the styles under it, and the document's defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fazhi.archives import Bounds, Unsafe, opened
from fazhi.documents.ooxml import R, W
from fazhi.errors import UserError

_BOUNDS = Bounds(unpacked=60_000_000, parts=20_000, ratio=0)  # of any ratio: its tags are counted
_THEME = "主题字体"


class DocumentError(UserError):
    """The file is no .docx that can be read."""


@dataclass(frozen=True, slots=True)
class Section:
    """Twips. `grid` is the pitch of a document grid of lines, `pitch` what its characters are widened by (0: none)."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    grid: int = 0
    char_grid: bool = False
    widened: float = 0.0
    footers: tuple[tuple[str, str], ...] = ()  # default, even or first, and the relation that it names


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph outside tables. Lengths in twips, sizes in half-points; 0 where nothing is said."""

    text: str
    face: str  # of most of its Chinese letters
    size: int
    red: bool
    squeeze: int
    pitch: int
    exact: bool
    first_line: int
    left: int
    align: str
    numbered: bool = False  # by the word processor: the number is not in the text
    right: int = 0
    page: bool = False  # holds the number of the page


@dataclass(frozen=True, slots=True)
class Document:
    sections: tuple[Section, ...]
    lines: tuple[Line, ...]
    footers: Mapping[str, tuple[Line, ...]]  # of the whole document, by kind: default, even, first
    even_pages: bool  # odd and even pages have footers of their own
    tables: bool


def read(data: bytes) -> Document:
    """Raises DocumentError, in words for a clerk, where the file cannot or should not be read."""
    try:
        return _read(_parts(data))
    except RecursionError as error:
        raise DocumentError("文件里的内容层层嵌套，不像一份公文", next=_AGAIN) from error


def _read(parts: dict[str, Element]) -> Document:
    styles = _Styles(parts.get("word/styles.xml"))
    body = parts["word/document.xml"].find(_w("body"))
    if body is None:
        raise DocumentError("这个 .docx 没有正文", next=_AGAIN)
    sections = tuple(_section(one) for one in body.iter(_w("sectPr")))
    lines = tuple(_line(p, styles) for p in _paragraphs(body))
    settings = parts.get("word/settings.xml")
    even = None if settings is None else settings.find(_w("evenAndOddHeaders"))
    on = even is not None and even.get(_w("val"), "1") not in ("0", "false", "off")
    tables = body.find(_w("tbl")) is not None
    return Document(sections, lines, _footers(sections, parts, styles), on, tables)


def _paragraphs(node: Element) -> Iterator[Element]:
    """Paragraphs outside tables, those in fields of forms too."""
    for child in node:
        if child.tag == _w("p"):
            yield child
        elif child.tag == _w("sdt"):
            for content in child.findall(_w("sdtContent")):
                yield from _paragraphs(content)


def _footers(
    sections: tuple[Section, ...], parts: Mapping[str, Element], styles: _Styles
) -> dict[str, tuple[Line, ...]]:
    rels = parts.get("word/_rels/document.xml.rels")
    targets = {} if rels is None else {x.get("Id", ""): x.get("Target", "") for x in rels}
    found: dict[str, tuple[Line, ...]] = {}
    for kind, relation in (pair for section in sections for pair in section.footers):
        part = parts.get(f"word/{targets.get(relation, '').removeprefix('/word/')}")
        if part is not None and kind not in found:
            found[kind] = tuple(_line(p, styles) for p in part.iter(_w("p")))
    return found


def _w(path: str) -> str:
    return "/".join(f"{{{W}}}{step}" for step in path.split("/"))


_AGAIN = "请在 WPS 或者 Word 中打开，另存为 .docx 后再试。"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_PARTS = re.compile(r"word/(document|styles|settings|footer\d*)\.xml|word/_rels/document\.xml\.rels")
_TAGS = 1_000_000  # each takes some hundred bytes as a tree
_STYLES = 40  # styles that one is based on; Word makes do with eleven


def _parts(data: bytes) -> dict[str, Element]:
    """The parts that layout hangs on. What cannot be read, or should not be, is refused in words."""
    texts = _unpacked(data)
    if "word/document.xml" not in texts:
        raise DocumentError("这个压缩包不是 .docx 文件：里面没有 word/document.xml", next=_AGAIN)
    if _STRICT in texts["word/document.xml"][:4000]:
        raise DocumentError(
            "这是“严格 Open XML”格式的 .docx，不能检查", next="请另存为普通的“Word 文档（.docx）”后再试。"
        )
    try:
        if any(b"<!DOCTYPE" in text or b"\x00<\x00!\x00D" in text for text in texts.values()):
            raise DocumentError("文件里有不应出现的文档类型声明", next=_AGAIN)
        if sum(text.count(b"<") for text in texts.values()) > 2 * _TAGS:
            raise DocumentError("文件里的标记多得不正常，不像一份公文", next=_AGAIN)
        return {name: ElementTree.fromstring(text) for name, text in texts.items()}
    except (ElementTree.ParseError, LookupError, ValueError) as error:  # an encoding that nobody knows, too
        raise DocumentError("这个 .docx 的内容已经损坏", next=_AGAIN) from error


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        archive = opened(data, _BOUNDS)
        if archive.macros:
            raise DocumentError(
                "这个文件带有宏（.docm），出于安全不作检查", next="请另存为不带宏的 .docx 后再试。"
            )
        return {name: archive.read(name) for name in sorted(archive.names) if _PARTS.fullmatch(name)}
    except Unsafe as unsafe:
        message, then = _REFUSED.get(unsafe.reason, _DAMAGED)
        raise DocumentError(message, next=then) from unsafe


_DAMAGED = ("这不是 .docx 文件，或者文件已经损坏", _AGAIN)
_REFUSED = {
    "old": ("这是旧格式的 .doc 文件", _AGAIN),
    "locked": ("这个文件加了密码，不能检查", "请在 WPS 或者 Word 中取消密码后再试。"),
    "parts": ("这个压缩包里的文件太多，不像一份公文", _AGAIN),
    "large": ("这个文件解开后太大，不像一份公文", _AGAIN),
}


def _number(node: Element | None, name: str, otherwise: int = 0) -> int:
    """A whole number of an attribute; Word itself forgives what is none."""
    said = "" if node is None else node.get(f"{{{W}}}{name}", "")
    try:
        return int(float(said)) if said else otherwise
    except (ValueError, OverflowError):
        return otherwise


def _section(node: Element) -> Section:
    size, margin, grid = node.find(_w("pgSz")), node.find(_w("pgMar")), node.find(_w("docGrid"))
    kind = "" if grid is None else grid.get(_w("type"), "")
    return Section(
        _number(size, "w", 12240),
        _number(size, "h", 15840),
        *(_number(margin, side, 1440) for side in ("top", "right", "bottom", "left")),
        grid=_number(grid, "linePitch") if kind in ("lines", "linesAndChars", "snapToChars") else 0,
        char_grid=kind in ("linesAndChars", "snapToChars"),
        widened=_number(grid, "charSpace") / 4096 * 20,
        footers=tuple(
            (one.get(_w("type"), "default"), one.get(f"{{{R}}}id", ""))
            for one in node.findall(_w("footerReference"))
        ),
    )


class _Styles:
    """What a style comes to: its own properties over those it is based on, over the defaults."""

    def __init__(self, root: Element | None) -> None:
        self.by_id: dict[str, Element] = {}
        self.default = ""
        self.defaults: list[Element] = []
        for node in () if root is None else root:
            if node.tag == _w("docDefaults"):
                self.defaults = [
                    one for one in (node.find(_w(f"{x}PrDefault/{x}Pr")) for x in "rp") if one is not None
                ]
            elif node.tag == _w("style") and node.get(_w("type")) in ("paragraph", "character"):
                key = node.get(_w("styleId"), "")
                self.by_id[key] = node
                if node.get(_w("type")) == "paragraph" and node.get(_w("default")) in ("1", "true", "on"):
                    self.default = key

    def layers(self, key: str) -> Iterator[Element]:
        """Property elements that hold for a paragraph's style, nearest first."""
        yield from self.chain(key or self.default)
        yield from self.defaults

    def chain(self, key: str) -> Iterator[Element]:
        """Those of a style and the styles that it is based on."""
        seen: set[str] = set()
        while key in self.by_id and key not in seen and len(seen) < _STYLES:
            seen.add(key)
            node = self.by_id[key]
            yield from (one for one in (node.find(_w("pPr")), node.find(_w("rPr"))) if one is not None)
            based = node.find(_w("basedOn"))
            key = "" if based is None else based.get(_w("val"), "")


def _first(layers: list[Element], tag: str, names: tuple[str, ...]) -> Mapping[str, str]:
    """Each attribute from the nearest layer that says it."""
    found: dict[str, str] = {}
    for layer in layers:
        node = layer.find(_w(tag))
        for name in names:
            if node is not None and name not in found and (said := node.get(f"{{{W}}}{name}")) is not None:
                found[name] = said
    return found


def _whole(said: str) -> int:
    try:
        return int(float(said))
    except (ValueError, OverflowError):
        return 0


def _line(p: Element, styles: _Styles) -> Line:
    own = p.find(_w("pPr"))
    style = None if own is None else own.find(_w("pStyle"))
    base = [
        *([] if own is None else [own]),
        *styles.layers("" if style is None else style.get(_w("val"), "")),
    ]
    spacing = _first(base, "spacing", ("line", "lineRule"))
    indent = _first(base, "ind", ("firstLine", "firstLineChars", "left", "start", "right", "end"))
    letters: dict[tuple[str, int, bool, int], int] = {}
    text = ""
    page = False
    for run in _runs(p):
        page |= any("PAGE" in (node.text or "").split() for node in run.findall(_w("instrText")))
        said = "".join(
            "\n" if node.tag == _w("br") else node.text or ""
            for node in run
            if node.tag in (_w("t"), _w("br"))
        )
        text += said
        layers = [
            *([] if (rpr := run.find(_w("rPr"))) is None else [rpr, *styles.chain(_val(rpr, "rStyle"))]),
            *base[1 if own is not None else 0 :],
        ]
        faces = _first(layers, "rFonts", ("eastAsia", "eastAsiaTheme"))
        face = faces.get("eastAsia") or (_THEME if "eastAsiaTheme" in faces else "")
        size = _whole(_first(layers, "sz", ("val",)).get("val", "20"))
        colour = _first(layers, "color", ("val",)).get("val", "")
        squeeze = _whole(_letter_spacing(layers))
        key = (face, size, _red(colour), squeeze)
        letters[key] = letters.get(key, 0) + sum("\u4e00" <= c <= "\u9fff" for c in said)
    face, size, red, squeeze = max(letters, key=lambda key: letters[key], default=("", 0, False, 0))
    first = _whole(indent.get("firstLineChars", "0")) * size // 10 or _whole(indent.get("firstLine", "0"))
    return Line(
        text.strip("\n"),
        face,
        size,
        red,
        squeeze,
        _whole(spacing.get("line", "240")),
        spacing.get("lineRule") == "exact",
        first,
        _whole(indent.get("left", indent.get("start", "0"))),
        _first(base, "jc", ("val",)).get("val", "left"),
        _val_of(base, "numPr/numId") not in ("", "0"),
        _whole(indent.get("right", indent.get("end", "0"))),
        page or any("PAGE" in one.get(_w("instr"), "").split() for one in p.iter(_w("fldSimple"))),
    )


def _runs(node: Element) -> Iterator[Element]:
    """Runs of a paragraph in order, not those of a text box that hangs on it, nor a second rendering of the same."""
    for child in node:
        if child.tag == _w("r"):
            yield child
        elif not child.tag.endswith(("}pPr", "}txbxContent", "}Fallback", "}del")):
            yield from _runs(child)


def _val(node: Element, tag: str) -> str:
    found = node.find(_w(tag))
    return "" if found is None else found.get(_w("val"), "")


def _val_of(layers: list[Element], path: str) -> str:
    return next((said for layer in layers if (said := _val(layer, path))), "")


def _letter_spacing(layers: list[Element]) -> str:
    """w:spacing is pitch in a paragraph's properties and room between letters in a run's."""
    return _first([one for one in layers if one.tag == _w("rPr")], "spacing", ("val",)).get("val", "0")


def _red(colour: str) -> bool:
    try:
        r, g, b = (int(colour[n : n + 2], 16) for n in (0, 2, 4))
    except ValueError:
        return False
    return r > 180 and g < 100 and b < 100
