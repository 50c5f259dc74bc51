"""Reading a .docx as it would be printed: sections, and paragraphs with the face, size and pitch that hold for them.

What a paragraph does not say itself comes from its style, the styles under it, and the document's defaults.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fazhi.documents.ooxml import W
from fazhi.errors import UserError

_LIMIT = 60_000_000  # bytes of text that a document may unpack to
_THEME = "主题字体"


class DocumentError(UserError):
    """The file is no .docx that can be read."""


@dataclass(frozen=True, slots=True)
class Section:
    """Twips."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int


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


@dataclass(frozen=True, slots=True)
class Document:
    sections: tuple[Section, ...]
    lines: tuple[Line, ...]


def read(data: bytes) -> Document:
    parts = _parts(data)
    styles = _Styles(parts.get("word/styles.xml"))
    body = parts["word/document.xml"].find(_w("body"))
    if body is None:
        raise DocumentError("这个 .docx 没有正文", next="请在 WPS 中打开，另存为 .docx 后再试。")
    lines = tuple(_line(p, styles) for p in body.findall(_w("p")))
    return Document(tuple(_section(one) for one in body.iter(_w("sectPr"))), lines)


def _w(path: str) -> str:
    return "/".join(f"{{{W}}}{step}" for step in path.split("/"))


def _parts(data: bytes) -> dict[str, Element]:
    again = "请在 WPS 或者 Word 中打开，另存为 .docx 后再试。"
    if data[:8] == bytes.fromhex("d0cf11e0a1b11ae1"):
        raise DocumentError("这是旧格式的 .doc 文件（或者加了密码的 .docx）", next=again)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [
                one for one in archive.infolist() if one.filename in ("word/document.xml", "word/styles.xml")
            ]
            if sum(one.file_size for one in wanted) > _LIMIT:
                raise DocumentError("这个文件解开后太大，不像一份公文", next=again)
            texts = {one.filename: archive.read(one) for one in wanted}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise DocumentError("这不是 .docx 文件，或者文件已经损坏", next=again) from error
    if "word/document.xml" not in texts:
        raise DocumentError("这个压缩包不是 .docx 文件：里面没有 word/document.xml", next=again)
    try:
        if any(b"<!DOCTYPE" in text for text in texts.values()):
            raise DocumentError("文件里有不应出现的文档类型声明", next=again)
        return {name: ElementTree.fromstring(text) for name, text in texts.items()}
    except ElementTree.ParseError as error:
        raise DocumentError("这个 .docx 的内容已经损坏", next=again) from error


def _number(node: Element | None, name: str, otherwise: int = 0) -> int:
    """A whole number of an attribute; Word itself forgives what is none."""
    said = "" if node is None else node.get(f"{{{W}}}{name}", "")
    try:
        return int(float(said)) if said else otherwise
    except (ValueError, OverflowError):
        return otherwise


def _section(node: Element) -> Section:
    size, margin = node.find(_w("pgSz")), node.find(_w("pgMar"))
    return Section(
        _number(size, "w", 12240),
        _number(size, "h", 15840),
        *(_number(margin, side, 1440) for side in ("top", "right", "bottom", "left")),
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
            elif node.tag == _w("style") and node.get(_w("type")) == "paragraph":
                key = node.get(_w("styleId"), "")
                self.by_id[key] = node
                if node.get(_w("default")) in ("1", "true", "on"):
                    self.default = key

    def layers(self, key: str) -> Iterator[Element]:
        """Property elements that hold for a style, nearest first."""
        seen: set[str] = set()
        key = key or self.default
        while key in self.by_id and key not in seen:
            seen.add(key)
            node = self.by_id[key]
            yield from (one for one in (node.find(_w("pPr")), node.find(_w("rPr"))) if one is not None)
            based = node.find(_w("basedOn"))
            key = "" if based is None else based.get(_w("val"), "")
        yield from self.defaults


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
    indent = _first(base, "ind", ("firstLine", "firstLineChars", "left", "start"))
    letters: dict[tuple[str, int, bool, int], int] = {}
    text = ""
    for run in p.iter(_w("r")):
        said = "".join(
            "\n" if node.tag == _w("br") else node.text or ""
            for node in run
            if node.tag in (_w("t"), _w("br"))
        )
        text += said
        layers = [
            *([] if (rpr := run.find(_w("rPr"))) is None else [rpr]),
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
    )


def _letter_spacing(layers: list[Element]) -> str:
    """w:spacing is pitch in a paragraph's properties and room between letters in a run's."""
    return _first([one for one in layers if one.tag == _w("rPr")], "spacing", ("val",)).get("val", "0")


def _red(colour: str) -> bool:
    try:
        r, g, b = (int(colour[n : n + 2], 16) for n in (0, 2, 4))
    except ValueError:
        return False
    return r > 180 and g < 100 and b < 100
