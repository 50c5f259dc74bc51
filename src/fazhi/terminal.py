"""Writing to a terminal: colour where it is wanted, columns that line up with Chinese in them."""

from __future__ import annotations

import os
import unicodedata
from typing import Literal, TextIO

Style = Literal["bold", "dim", "red", "amber", "green"]

_CODES: dict[Style, str] = {"bold": "1", "dim": "2", "red": "31", "amber": "33", "green": "32"}


def coloured(stream: TextIO) -> bool:
    """Colour only on a terminal, and never against NO_COLOR (any value that is not empty) or TERM=dumb."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def paint(text: str, style: Style, stream: TextIO) -> str:
    """`text` in `style` if `stream` shows colours, else as it is."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if coloured(stream) else text


def width(text: str) -> int:
    """Columns that `text` takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, columns: int) -> str:
    """`text` with blanks up to `columns` columns; longer text stays as it is."""
    return text + " " * max(0, columns - width(text))
