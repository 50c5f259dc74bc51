"""Line and column of an offset, both from 1, as editors count them."""

from __future__ import annotations

from bisect import bisect_right


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
