"""Where an offset stands: line and column, both from 1, as editors count them; for a .pdf page, line and column."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fazhi.reading.source import Source


class Lines:
    """Where the lines of a text begin; asked for many offsets."""

    def __init__(self, text: str) -> None:
        self.starts = [0]
        at = text.find("\n")
        while at != -1:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


class Places:
    """Where the offsets of a file's text stand in the file. `page` is 0 where the file has no pages."""

    def __init__(self, source: Source) -> None:
        self._lines = Lines(source.text)
        self._paged = source.lines
        self._starts = [start for start, _, _ in source.lines]

    def place(self, offset: int) -> tuple[int, int, int]:
        """(page, line, column); the line is that of the page as printed, running head and page number counted."""
        if not self._paged:
            return (0, *self._lines.place(offset))
        start, page, line = self._paged[max(0, bisect_right(self._starts, offset) - 1)]
        return page, line, offset - start + 1
