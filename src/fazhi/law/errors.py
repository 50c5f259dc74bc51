"""What may go wrong in counting time."""

from __future__ import annotations

from fazhi.errors import UserError


class LawError(UserError):
    """Anything that `law` refuses."""


class NoticeError(LawError):
    """A holiday notice that cannot be read, or contradicts itself or the calendar."""


class CalendarError(LawError):
    """A day outside the years that the calendar covers."""


class PeriodError(LawError):
    """A period, pause or start from which no due date can be counted."""
