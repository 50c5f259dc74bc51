"""What can be wrong with a question about figures, or with a figure's own definition."""

from __future__ import annotations

from dataclasses import dataclass

from fazhi.errors import UserError


class FigureError(UserError):
    """A question that cannot be answered: unknown county, period, organ, figure or moment."""


class FilterError(ValueError):
    """A condition, sum or identity that cannot be compiled; the message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a definition's `figures:`, with its place."""

    file: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.rule} {self.message}"
