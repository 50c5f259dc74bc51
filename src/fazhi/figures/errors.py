"""What can be wrong with a question about figures, or with a figure's own definition."""

from __future__ import annotations

from fazhi.errors import UserError


class FigureError(UserError):
    """A question that cannot be answered: unknown county, period, organ, figure or moment."""


class FilterError(ValueError):
    """A condition, sum or identity that cannot be compiled; the message is Chinese and says what to do."""
