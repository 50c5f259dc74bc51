"""Zip archives that come from outside (.docx, .xlsx): opened within bounds, and nothing believed that they say of themselves.

What is wrong is a reason, not a message: each reader says it in words for its own clerks.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a .doc or .xls of old, and a new file with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# What the standard library raises while it lists or unpacks a damaged archive; zlib.error derives from none of the others.
BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)

Reason = Literal[
    "old",  # a format from before the archives
    "locked",  # a password
    "foreign",  # no zip archive, or one of something else
    "damaged",
    "parts",  # more parts than there may be
    "large",  # unpacks to more than there may be
    "method",  # packed by a method that office programs do not use
    "encoding",  # XML that is not in UTF-8
    "declared",  # XML with a document type or an entity
    "far",  # cells beyond the rows and columns that there may be
    "cells",  # more cells than there may be
]
_MEGABYTE = 1 << 20


class Unsafe(Exception):
    """An archive that cannot or must not be read."""

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Bounds:
    """`unpacked`: bytes of all that is read. `ratio`: unpacked to packed, of what is larger than a megabyte (0: any)."""

    unpacked: int
    parts: int
    ratio: int = 300  # office files reach 30


class Archive:
    """An archive that was opened (`opened`) within its bounds."""

    def __init__(self, zipped: zipfile.ZipFile, bounds: Bounds) -> None:
        self._zipped, self._bounds = zipped, bounds
        self._room = bounds.unpacked
        self.names = frozenset(zipped.namelist())

    @property
    def macros(self) -> bool:
        return any(name.lower().endswith("vbaproject.bin") for name in self.names)

    def read(self, name: str) -> bytes:
        """One part that is there. Unsafe: locked, large, damaged."""
        try:
            entry = self._zipped.getinfo(name)
            if entry.flag_bits & 1:
                raise Unsafe("locked")
            if entry.file_size > self._room or self._swells(entry.file_size, entry.compress_size):
                raise Unsafe("large")
            with self._zipped.open(entry) as part:
                data = part.read(self._room + 1)
        except BROKEN as error:
            raise Unsafe("damaged") from error
        self._room -= len(data)
        if self._room < 0:
            raise Unsafe("large")
        return data

    def _swells(self, unpacked: int, packed: int) -> bool:
        ratio = self._bounds.ratio
        return bool(ratio) and unpacked > _MEGABYTE and unpacked > ratio * max(packed, 1)


def opened(data: bytes, bounds: Bounds) -> Archive:
    """Nothing is unpacked yet. Unsafe: old, locked, damaged, parts, large (where the whole is too large and swells)."""
    refuse_old(data)
    try:
        zipped = zipfile.ZipFile(io.BytesIO(data))
        entries = zipped.infolist()
    except BROKEN as error:
        raise Unsafe("damaged") from error
    if len(entries) > bounds.parts:
        raise Unsafe("parts")
    archive = Archive(zipped, bounds)
    total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if total > bounds.unpacked and archive._swells(total, packed):
        raise Unsafe("large")
    return archive


def refuse_old(data: bytes) -> None:
    """Unsafe: old or locked, where the bytes are such a file."""
    if data.startswith(OLE):
        raise Unsafe("locked" if _ENCRYPTED in data else "old")
