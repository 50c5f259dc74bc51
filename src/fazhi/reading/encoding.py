"""From bytes to characters: which encoding a Chinese text is in, and whether its characters are still whole.

Chinese texts come in UTF-8, GB18030 (and what is called GBK or GB2312), UTF-16 and, from Hong Kong and Taiwan, Big5.
Bytes often decode in several of these; the reading whose characters are common in Chinese prose is the right one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from fazhi.reading.errors import ReadingError

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 65536  # characters that are looked at
_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# Characters that any page of Chinese prose has: marks, and the commonest words in both scripts.
_COMMON = frozenset(
    "，。、；：（）《》“”！？%\n\r\t 0123456789"
    "的一是在不了有和人这这中大为上个国我以要他时来用们到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "件项起次率办理县市区政府法治行政执法工作全年共完成开展建设公开案审结查处调解培训其中达占比增长下降报告单位部门机关本司局"
    "這來個們時說過會發對為動種後經間還與項總計長達佔減較結轉處實辦務關單開應體區縣萬億餘執審報導"
)
# What UTF-8 looks like once it was read as GBK and saved again, and what replacement characters look like after that.
_MANGLED = re.compile(
    "锟斤拷|鈥[\u4e00-\u9fff\x80-\uffff]|銆[\u4e00-\u9fff\x80-\uffff]|锛[\u4e00-\u9fff\x80-\uffff]"
)


class Decoded(NamedTuple):
    """`notes` say in Chinese what a reader should know: bytes that were no characters, an end cut off."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str = "") -> Decoded:
    """The text of `data`; a byte order mark is no character of it, line ends stay as they are. Raises ReadingError."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            text = (
                data[len(mark) :].decode("utf-8", "replace")
                if name == "utf-8"
                else data.decode(name, "replace")
            )
            return _whole(Decoded(text, name))
    if declared in ("gb2312", "gbk", "gb18030", "big5", "utf-16"):
        # gb2312 as declared on old pages is in fact GBK or its superset.
        found = _try(data, {"gb2312": "gb18030", "gbk": "gb18030"}.get(declared, declared))
        other = _try(data, "utf-8")
        if found is not None and (other is None or _score(found.text) >= _score(other.text)):
            return _whole(found)
    unicode = _try(data, "utf-8")
    if unicode is not None and not unicode.notes:
        return _whole(unicode)
    candidates = [
        each for name in ("gb18030", "big5", "utf-16-le", "utf-16-be") if (each := _try(data, name))
    ]
    if unicode is not None:
        candidates.insert(0, unicode)
    best = max(candidates, key=lambda each: _score(each.text), default=None)
    if best is None or _score(best.text) < 0.15:
        best = _with_bad_bytes(data)
    if best is None:
        raise ReadingError(
            "不是文本文件，或者不是 UTF-8、UTF-16、GB18030 编码", next="请用 UTF-8 编码另存为 .txt 后再试。"
        )
    return _whole(best)


def _try(data: bytes, encoding: str) -> Decoded | None:
    """Strictly; but a character that is cut in two at the very end is left off, and told."""
    if encoding.startswith("utf-16") and len(data) % 2:
        return None
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4 or error.start == 0:
            return None
        try:
            text = data[: error.start].decode(encoding)
        except UnicodeDecodeError:
            return None
        return Decoded(text, encoding, ("文件末尾有半个字，可能没有传完整，请核对结尾。",))


def _with_bad_bytes(data: bytes) -> Decoded | None:
    """A text with a few damaged bytes in it; None where too many are."""
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, "replace")
        bad = text.count("\ufffd")
        if bad * 100 <= len(text) and _score(text) >= 0.15:
            return Decoded(text, encoding, (f"有 {bad} 处字节损坏，读作“\ufffd”，请核对原文。",))
    return None


def _score(text: str) -> float:
    """The share of characters that are common in Chinese prose or in plain Latin text."""
    sample = text[:_SAMPLE]
    if not sample:
        return 0.0
    plain = sum(each in _COMMON or (" " < each < "\x7f" and each.isalnum()) for each in sample)
    return plain / len(sample)


def _whole(found: Decoded) -> Decoded:
    """Refuses what is no text, and text whose characters were lost before it came here."""
    sample = found.text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > len(sample) // 200:
        raise ReadingError("不是文本文件", next="请提供 .txt、.docx、.pdf 或者保存的网页。")
    if len(sample) >= 20 and sum(map(len, _MANGLED.findall(sample))) * 20 > len(sample):
        raise ReadingError(
            "文字是乱码：这份文件在别处用错了编码另存过，原来的字已经变了",
            next="请找到原始文件，用 UTF-8 编码另存后再试。",
        )
    if sample.count("\ufffd") * 20 > len(sample):
        raise ReadingError(
            "文字是乱码：很多字在别处已经丢失（显示为“\ufffd”）",
            next="请找到原始文件，用 UTF-8 编码另存后再试。",
        )
    return found
