"""A finding: a place where a text's figures do not agree, how sure that is, and the smallest repair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["error", "suspect", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`spans` are the figures concerned, the one that states the result first; `repair` is old→new, or empty.

    `arithmetic` has the numbers filled in, `tolerance` says in Chinese how far apart they may be.
    """

    grade: Grade
    rule: str
    message: str
    spans: tuple[tuple[int, int], ...]
    repair: str = ""
    arithmetic: str = ""
    tolerance: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "grade": self.grade,
            "rule": self.rule,
            "message": self.message,
            "spans": [list(span) for span in self.spans],
            "repair": self.repair,
            "arithmetic": self.arithmetic,
            "tolerance": self.tolerance,
        }
