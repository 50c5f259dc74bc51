"""Files that clerks bring, as text: .txt in the encodings that are met, .docx by fazhi.plans.word, .xlsx by
fazhi.plans.sheets; saved web pages and .pdf are read by fazhi.reading, which leaves out what stands around the text."""

from __future__ import annotations

import re
from pathlib import PurePath

from fazhi.errors import UserError
from fazhi.plans import sheets, word

_LARGEST_TEXT = 10 * 1024 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAVE_AS = "请用 Word 或 WPS 打开后，另存为 .docx 或纯文本 .txt 再导入。"
_OTHERS = {
    ".doc": "老式 Word 文件（.doc）",
    ".wps": "WPS 文件（.wps）",
    ".docm": "带宏的 Word 文件（.docm）",
    ".dotm": "带宏的 Word 模板（.dotm）",
    ".rtf": "RTF 文件",
    ".ofd": "OFD 文件",
    ".xls": "老式 Excel 文件（.xls）",
    ".xlsm": "带宏的 Excel 文件（.xlsm）",
    ".mht": "网页存档（.mht）",
    ".zip": "压缩包",
    ".rar": "压缩包",
}


class UnreadableFile(UserError):
    """The file cannot be read as text."""


KINDS = ".docx、.xlsx、.pdf、.txt 或者网页（.html）"
_BY_READING = frozenset({".pdf", ".html", ".htm"})


def read_file(name: str, data: bytes) -> str:
    """The text of a file; its name says only what it should be. Raises UserError for anything else."""
    return open_file(name, data)[0]


def open_file(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and what a person has to know of how it was read (pages that are pictures)."""
    shown = PurePath(name).name
    ending = PurePath(name).suffix.lower()
    if not data:
        raise UnreadableFile(f"文件“{shown}”是空的（0 字节）。", next="请检查是否选对了文件、下载是否完整。")
    if ending == ".docx":
        return word.read(shown, data), ()
    if ending == ".xlsx":
        return sheets.read(shown, data), ()
    if ending in _BY_READING:
        return _by_reading(name, ending, data)
    if ending != ".txt":
        kind = _OTHERS.get(ending, f"{ending} 文件" if ending else "没有扩展名的文件")
        raise UnreadableFile(f"不能导入{kind}：“{shown}”。只读取 {KINDS}。", next=_SAVE_AS)
    return _text(shown, data), ()


def _by_reading(name: str, ending: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    from fazhi.plans import webtables
    from fazhi.reading import source

    data = data if ending == ".pdf" else webtables.straightened(data)
    opened = source.open_file(data, name, tables=True)
    return opened.text, opened.notes


def _text(shown: str, data: bytes) -> str:
    if len(data) > _LARGEST_TEXT:
        raise UnreadableFile(
            f"文件“{shown}”有 {len(data) // 1024 // 1024} MB，超过 10 MB，不像是一份计划。",
            next="请只导入计划正文。",
        )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _decoded(data, encoding)
            break
    else:
        text = _decoded(data, "utf-8")
        if text is None:
            text = _decoded(data, "gb18030")
    if text is None or not _is_prose(text):
        raise UnreadableFile(
            f"文件“{shown}”不是文本：读出来的不是文字。",
            next="请确认它是纯文本（UTF-8 或 GB18030 编码）；若是 Word 文件，请把扩展名改回 .docx。",
        )
    return text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_prose(text: str) -> bool:
    """Whether a text is made of characters that people write: GB18030 decodes almost any bytes into something."""
    if "\x00" in text:
        return False
    odd = len(re.findall(r"[\x01-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\U00020000-\U0010ffff]", text))
    return odd * 50 <= len(text)
