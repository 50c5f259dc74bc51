"""Loading a later holiday notice: kept as data, and every open clock that leans on it is computed anew by an event."""

from __future__ import annotations

from dataclasses import dataclass

from fazhi.cases import registers, worker
from fazhi.cases.models import NoticeLoaded
from fazhi.law import Notice


@dataclass(frozen=True)
class Loaded:
    """What loading did: the notice, and how many cases had a clock moved."""

    notice: Notice
    moved: int


def load(data: bytes, by: str = "") -> Loaded:
    """Keep a notice (it wins over an earlier one of its year) and follow it at once. Raises NoticeError for a bad file."""
    worker.follow_calendar_now()  # what was loaded before is settled first, so that the count below is this notice's
    notice = Notice.parse(data)
    NoticeLoaded.objects.update_or_create(
        year=notice.year, defaults={"text": data, "source": notice.source[:200], "by": by}
    )
    registers.refresh()
    return Loaded(notice, worker.follow_calendar_now())
