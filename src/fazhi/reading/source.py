"""From a file's bytes to its text, and back from a place in the text to the page and line it stands on.

.txt in any usual encoding, saved web pages, .docx, .pdf, and pictures of pages. Memory stays bounded, nothing in a file
is ever run, and what cannot be read is told in Chinese with what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from fazhi.reading import traditional
from fazhi.reading.encoding import decode
from fazhi.reading.errors import ReadingError

LARGEST = 64 * 1024 * 1024  # bytes of a file, and of the text inside a .docx
KINDS = ".txt、.html、.docx、.pdf"

Kind = Literal["text", "page", "word", "pdf", "scan"]


@dataclass(frozen=True, slots=True)
class Left:
    """What was in the file and is not in the text: navigation, running heads, page numbers. `page` 0: no pages."""

    what: str
    text: str
    page: int = 0

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"what": self.what, "text": self.text}
        return told | {"page": self.page} if self.page else told


@dataclass(frozen=True, slots=True)
class Source:
    """`text` is what offsets count in. `lines` says for a .pdf which line of which page begins at an offset:
    (offset, page, line), in order."""

    text: str
    kind: Kind
    notes: tuple[str, ...] = ()
    left_out: tuple[Left, ...] = ()
    lines: tuple[tuple[int, int, int], ...] = ()

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"kind": self.kind, "notes": list(self.notes)}
        return told | {"left_out": [each.as_json() for each in self.left_out]}


def read(data: bytes, name: str) -> str:
    """The text of a file, for those who need no more."""
    return open_file(data, name).text


def open_file(data: bytes, name: str, pictures: int = 100, tables: bool = False) -> Source:
    """The text of a file. What it begins with decides, then the ending of `name`; at most `pictures` pages of a .pdf are
    recognised. `tables`: in a .pdf each row of a ruled table is one line, its cells a tab apart. Raises ReadingError."""
    if len(data) > LARGEST:
        raise ReadingError(f"文件超过 {LARGEST // 2**20} MB，没有读取", next="请拆分后再试。")
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise ReadingError("文件是空的", next="请核对文件是否完整。")
    found = _open(data, PurePath(name).suffix.lower(), pictures, tables)
    if not found.text.strip():
        raise ReadingError("没有读到文字", next="请核对文件是否完整；只有图片的文件请提供有文字的版本。")
    if traditional.simplified(found.text) == found.text:
        return found
    note = "文中是繁体字，逐字对照简体核校，位置不变；地区用语不同的句子可能没有核到。"
    return replace(found, notes=(*found.notes, note))


def _open(data: bytes, ending: str, pictures: int, tables: bool) -> Source:
    if b"%PDF-" in data[:1024]:
        from fazhi.reading import apart

        return apart.open_pdf(data, pictures, tables)
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")) and ending not in (
        ".txt",
        "",
    ):
        from fazhi.reading import apart

        return apart.open_picture(data)
    _refuse_others(data, ending)
    if data.startswith(b"PK\x03\x04") or ending in (".docx", ".docm"):
        from fazhi.reading import word

        return Source(word.text_of(data), "word", word.notes_of(data))
    if ending in (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml"):
        from fazhi.reading import page

        text, left_out, notes = page.read(data)
        return Source(text, "page", notes, left_out)
    if ending == ".pdf":
        raise ReadingError("不是 PDF，或者文件开头已损坏", next="请重新下载这份文件后再试。")
    found = decode(data)
    return Source(found.text, "text", found.notes)


def _refuse_others(data: bytes, ending: str) -> None:
    """Formats that are known and not read, each by its name."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadingError("文件设了密码，打不开", next="请用 Word 去掉密码，另存为 .docx 后再试。")
        office = next(
            (word for sign, word in _OLD.items() if sign.encode("utf-16-le") in data), "旧版 Office 文件"
        )
        raise ReadingError(f"这是{office}，不能直接读取", next="请用 Word 或者 WPS 另存为 .docx 后再试。")
    for sign, word, advice in _KNOWN:
        if data.startswith(sign):
            raise ReadingError(f"这是{word}，不能核校文字", next=advice)


_OLD = {
    "WordDocument": "旧版 Word 或者 WPS 文件（.doc、.wps）",
    "Workbook": "旧版 Excel 文件（.xls）",
    "PowerPoint Document": "旧版幻灯片（.ppt）",
}
_KNOWN = (
    (b"{\\rtf", "RTF 文件", "请另存为 .docx 后再试。"),
    (b"Rar!", "压缩包", "请解压后逐个核校。"),
    (b"7z\xbc\xaf", "压缩包", "请解压后逐个核校。"),
    (b"\x1f\x8b", "压缩包", "请解压后逐个核校。"),
    (b"CAJ", "CAJ 文件", "请转成 .pdf 后再试。"),
)
