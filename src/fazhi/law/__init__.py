"""Calendars and periods of administrative law: pure, no clock, no network. docs/algorithms/periods.md explains them."""

from fazhi.law.calendar import Calendar, Day
from fazhi.law.derivation import Due, Step, due
from fazhi.law.errors import CalendarError, LawError, NoticeError, PeriodError
from fazhi.law.notice import Notice
from fazhi.law.periods import (
    SHANGHAI,
    Extension,
    Pause,
    Period,
    add_working_days,
    due_date,
    local_day,
    shift_months,
    warn_from,
    working_days_between,
)

__all__ = [
    "SHANGHAI",
    "Calendar",
    "CalendarError",
    "Day",
    "Due",
    "Extension",
    "LawError",
    "Notice",
    "NoticeError",
    "Pause",
    "Period",
    "PeriodError",
    "Step",
    "add_working_days",
    "due",
    "due_date",
    "local_day",
    "shift_months",
    "warn_from",
    "working_days_between",
]
