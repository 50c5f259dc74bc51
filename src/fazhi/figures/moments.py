"""A moment is a position in the sealed order: the county as the ledger knew it then.

What is still to fall due turns on the day as well, since a limit passes without any event. A position was the present
from its own record until the next one's; its day is the last of these days (for the last position: today). So asking
again for a past moment gives what was seen then. `1234@2026-11-21` names the day, too, and is exact in any case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import orjson

from fazhi.figures import mirror
from fazhi.figures.errors import FigureError
from fazhi.figures.mirror import View
from fazhi.law import SHANGHAI
from fazhi.ledger import store

_FORM = re.compile(r"(\d{1,15})(?:@(\d{4}-\d{2}-\d{2}))?\Z")


@dataclass(frozen=True, slots=True)
class Moment:
    """`day` is the last day that counts as begun: a limit due on it has not passed yet."""

    position: int
    day: date

    def __str__(self) -> str:
        return f"{self.position}@{self.day.isoformat()}"


def now(view: View, instant: datetime | None = None) -> Moment:
    return Moment(view.position, (instant or datetime.now(UTC)).astimezone(SHANGHAI).date())


def at(view: View, position: int, instant: datetime | None = None) -> Moment:
    """The moment of a position. Raises FigureError for one that the ledger has not reached."""
    if not 0 <= position <= view.position:
        raise FigureError(
            f"还没有序号 {position}，账本现在到序号 {view.position}",
            next=f"请写 0 至 {view.position} 之间的序号",
        )
    present = now(view, instant)
    if position == view.position:
        return present
    following = mirror.day_of(view, position + 1)
    return Moment(position, min(following, present.day) if following else present.day)


def on(view: View, day: date, instant: datetime | None = None) -> Moment:
    """What was known at the end of a day: the last position recorded by then."""
    position = next((at - 1 for at, said in view.days if said > day.isoformat()), view.position)
    return Moment(position, min(day, now(view, instant).day))


def read(view: View, text: str, instant: datetime | None = None) -> Moment:
    """A position, a position with its day, or a day. Raises FigureError."""
    said = text.strip()
    if found := _FORM.match(said):
        moment = at(view, int(found[1]), instant)
        return Moment(moment.position, _date(found[2])) if found[2] else moment
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        return on(view, _date(said), instant)
    raise FigureError(
        f"看不懂时点「{text}」", next="请写序号（如 1234）、序号@日期，或者日期（如 2026-11-21）"
    )


def recorded_at(position: int, using: str = "default") -> datetime | None:
    """When the event at a position was written down: the time beside a moment, for people."""
    for one in store.by_position(position - 1, position, using=using):
        said = orjson.loads(one.entry.body).get("recorded_at")
        return datetime.fromisoformat(said).astimezone(SHANGHAI) if said else None
    return None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FigureError(f"「{text}」不是有效日期", next="日期应当写成 2026-11-21") from None
