"""Is an .xlsx what it says, and small enough to be opened? Asked before anything parses it. Pure.

What an archive declares of itself is not believed: every part is inflated, counted and thrown away. The table reader
behind it lays a sheet out as a full rectangle, so two cells at far corners would fill the memory (and a memory that is
full ends the process): their addresses are read here, and cells without an address are counted row by row.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from fazhi.archives import BROKEN, ZIP, Unsafe, refuse_old

_PIECE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How much is taken from one file. Sizes in bytes; `columns` and `rows` of one sheet, both with some room above."""

    file: int = 64 * 1024 * 1024
    unpacked: int = 512 * 1024 * 1024
    ratio: int = 300  # of a part of more than a megabyte; spreadsheets reach 30
    parts: int = 500
    cells: int = 8_000_000
    rows: int = 100_000
    columns: int = 256


def check(data: bytes, limits: Limits) -> None:
    """Unsafe, with the reason, where the bytes are no .xlsx that may be opened; `limits.file` is for the caller."""
    refuse_old(data)
    if not data.startswith(ZIP):
        raise Unsafe("foreign")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except BROKEN as error:
        raise Unsafe("damaged") from error
    if len(parts) > limits.parts:
        raise Unsafe("parts")
    if "xl/workbook.xml" not in {part.filename.lower() for part in parts}:
        raise Unsafe("foreign")
    room, cells = limits.unpacked, 0
    for part in parts:
        room, found = _inflate(data, part, room, limits)
        cells += found
        if cells > limits.cells:
            raise Unsafe("cells")


def _inflate(data: bytes, part: zipfile.ZipInfo, room: int, limits: Limits) -> tuple[int, int]:
    """(bytes that are still allowed, cells) after one part."""
    if part.flag_bits & 0x1:
        raise Unsafe("locked")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unsafe("method")
    start = part.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or header[:4] != ZIP:
        raise Unsafe("damaged")
    start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + part.compress_size]
    if len(packed) < part.compress_size:
        raise Unsafe("damaged")
    scan = _Scan(limits)  # of every part: a workbook may call any of them a sheet
    size = 0
    for chunk in _chunks(packed, part.compress_type == zipfile.ZIP_STORED):
        size += len(chunk)
        if size > room or (size > 1 << 20 and size > limits.ratio * max(len(packed), 1)):
            raise Unsafe("large")
        scan.feed(chunk)
    if size != part.file_size:  # a part that lies about its size reads differently with every reader
        raise Unsafe("damaged")
    return room - size, scan.cells


def _chunks(packed: bytes, stored: bool) -> Iterator[bytes]:
    """The unpacked bytes, a megabyte at a time."""
    if stored:
        yield from (packed[at : at + _PIECE] for at in range(0, len(packed), _PIECE))
        return
    inflater = zlib.decompressobj(-15)
    while not inflater.eof:
        try:
            chunk = inflater.decompress(packed, _PIECE)
        except zlib.error:
            raise Unsafe("damaged") from None
        packed = inflater.unconsumed_tail
        if not chunk and not packed:
            return
        yield chunk


# A quoted value that reaches over a tag: what looks like a tag within it is none.
_ODD = re.compile(rb"""=\s*(?:"[^"<]*(?:<|\Z)|'[^'<]*(?:<|\Z))""")
_KEPT = 64  # bytes of the piece before that are looked at again
_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])")
_CELLS = tuple(mark + b"c" + end for mark in (b"<", b":") for end in (b" ", b">", b"/", b"\n", b"\r", b"\t"))


class _Scan:
    """Reads a part's bytes as they pass: how many cells, and whether any lies outside the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells = 0
        self._run = 0  # cells since the last row began
        self._odd = self._afar = False
        self._xml: bool | None = None
        self._tail = b""
        self._far = re.compile(
            rb"""\br\s*=\s*["'](?:[A-Z]{0,3}0*(?:%s)|[A-Z]{3,}\d*|(?:%s)\d*)["']"""
            % (_beyond(limits.rows + 20).encode(), _wide(limits.columns).encode()),
            re.I,
        )

    def feed(self, chunk: bytes) -> None:
        if self._xml is None:
            self._xml = chunk.lstrip()[:1] in (b"<", b"\xef", b"\xff", b"\xfe", b"\x00")
        if self._xml and b"\x00" in chunk:  # UTF-16, which the patterns below would not see through
            raise Unsafe("encoding")
        window = self._tail + chunk
        if b"<!" in window and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
            raise Unsafe("declared")
        wide = self._wide(chunk, window)
        self._afar = self._afar or self._far.search(window) is not None
        if wide or (self._afar and self.cells):  # in a part without cells (a theme) `r` is something else
            raise Unsafe("far")
        self._tail = window[-_KEPT:]

    def _wide(self, chunk: bytes, window: bytes) -> bool:
        """Count cells; whether a row has many more than there may be columns. A cell without an address stands beside
        the one before it. Where row tags might be a pretence (in a comment, in a quoted value), the part counts as one row.
        """
        found = _cells(chunk)
        self.cells += found
        if not found:
            return False
        odd = _ODD.search(window)
        self._odd |= b"<!" in window or (odd is not None and len(window) - odd.start() > _KEPT - 8)
        rows = [chunk] if self._odd else _ROW.split(chunk)
        most = 2 * self.limits.columns  # a tag that two pieces share is not seen: two rows may look like one
        for at, row in enumerate(rows):
            few = row.count(b"<c") + row.count(b":c")  # no fewer than the cells
            self._run = (0 if at else self._run) + (few if few <= most else _cells(row))
            if self._run > most:
                return True
        return False


def _cells(words: bytes) -> int:
    return sum(map(words.count, _CELLS))


def _beyond(most: int) -> str:
    """A pattern for the row numbers above `most`, rounded up to its first two digits: longer ones, or as long and higher."""
    digits = str(most)
    first, second, rest = int(digits[0]), int(digits[1]), len(digits) - 2
    higher = [f"[1-9]\\d{{{len(digits)},}}"]
    if first < 9:
        higher.append(f"[{first + 1}-9]\\d{{{rest + 1}}}")
    if second < 9:
        higher.append(f"{first}[{second + 1}-9]\\d{{{rest}}}")
    return "|".join(higher)


def _wide(most: int) -> str:
    """A pattern for two-letter columns well beyond the `most`-th (256 is IV)."""
    first = min(25, most // 26)
    letter = chr(ord("A") + first)
    return f"[{letter}-Z][A-Z]" if first < 25 else "ZZ"
