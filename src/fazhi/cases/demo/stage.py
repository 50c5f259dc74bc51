"""Who does what on which day: scripts of cases, played in the order of their days.

A script is a generator. It yields an `Act` and is given back the case's id once that is done; it yields a date to wait
for it. What lies on or after today is not done: a script may tell a whole life, and today cuts it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from fazhi.cases import errands, registers, service, worker
from fazhi.law import SHANGHAI, add_working_days
from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.demo import DemoCounty
from fazhi.organs.models import Organ, Party
from fazhi.procedures import Command

MORNING = time(9, 0)
STEP = timedelta(minutes=25)  # between two acts of one case on one day


@dataclass(frozen=True)
class Act:
    """`who`: user name and role of the post, "zhifa1/handler". `case`: another case than the script's own."""

    on: date
    who: str
    action: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    sides: dict[str, list[Any]] = field(default_factory=dict)
    part: int | None = None
    reason: str = ""
    kind: Any = "act"
    case: str = ""


Script = Generator[Act | date, str, None]


@dataclass
class _Story:
    procedure: str
    script: Script
    case: str = ""
    at: datetime | None = None
    waiting: Act | date | None = None


class Stage:
    """The county, today's date, and the queue of what comes next."""

    def __init__(
        self, county: DemoCounty, today: date, cursor: Any, tell: Callable[[str], None], key: str
    ) -> None:
        self.county = county
        self.today = today
        self.cases = 0
        self.parties = sorted(county.parties, key=lambda p: (p.kind, p.shown_name, p.identity_shown))
        self._tell = tell
        self._key: str | None = key
        self._queue: list[tuple[datetime, int, _Story]] = []
        self._count = 0
        self._actors: dict[tuple[str, int], ActorContext] = {}
        self._calendar = registers.calendar()

    # ---- what scripts ask

    def ago(self, days: int) -> date:
        """The working day that many days before today, or the next one."""
        return self.working(self.today - timedelta(days=days))

    def working(self, day: date) -> date:
        while not self._calendar.is_working(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, working_days: int) -> date:
        return add_working_days(day, working_days, self._calendar) if working_days else self.working(day)

    def organ(self, code: str) -> Organ:
        return self.county.organs[code]

    def person(self, username: str) -> str:
        return self.county.people[username].id

    def party(self, kind: str, n: int) -> Party:
        found = [p for p in self.parties if p.kind == kind]
        return found[n % len(found)]

    def start(self, procedure: str, script: Script) -> None:
        self._on(_Story(procedure, script), None)

    # ---- playing

    def play(self) -> int:
        """Do everything that lies before today, in order; how many acts were done."""
        done, day = 0, date.min
        while self._queue:
            at, _, story = heapq.heappop(self._queue)
            if at.date() != day:
                if at.date().year != day.year:
                    self._tell(f"  {at.year} 年 …")
                day = at.date()
                self._night(day)
            if isinstance(story.waiting, Act):
                done += 1
                result = self._do(story, story.waiting, at)
                self._on(story, result)
            else:
                self._on(story, story.case)
        self._night(self.today)
        return done

    def _night(self, day: date) -> None:
        """What runs by itself, before the day's work."""
        now = datetime.combine(day, time(1), SHANGHAI)
        while worker.run_out(now):
            pass
        errands.run_due(now)

    def _on(self, story: _Story, result: str | None) -> None:
        """Ask the script what comes next and queue it, unless that is still to come."""
        try:
            story.waiting = next(story.script) if result is None else story.script.send(result)
        except StopIteration:
            return
        day = story.waiting.on if isinstance(story.waiting, Act) else story.waiting
        if day >= self.today:
            return
        at = datetime.combine(day, MORNING, SHANGHAI)
        story.at = max(at, story.at + STEP) if story.at else at
        self._count += 1
        heapq.heappush(self._queue, (story.at, self._count, story))

    def _do(self, story: _Story, act: Act, at: datetime) -> str:
        command = Command(
            act.kind, action=act.action, on=at.date(), outcome=act.outcome, values=act.values, facts=act.facts,
            sides=act.sides, part=act.part, reason=act.reason, at=at.isoformat() if act.kind == "act" else None,
        )  # fmt: skip
        case = act.case or story.case
        result = service.run(
            command, self._actor(act.who, at.date()), case=case or None, procedure=story.procedure, key=self._key,
            now=at,
        )  # fmt: skip
        self._key = None
        if not story.case and not act.case:
            story.case = result.case
            self.cases += 1
        return result.case

    def _actor(self, who: str, on: date) -> ActorContext:
        """Read once a year: nothing that these scripts lean on changes within one."""
        key = (who, on.year)
        if key not in self._actors:
            username, _, role = who.partition("/")
            post = self.county.posts[username, role]
            self._actors[key] = actor_for(self.county.people[username], post, on)
        return self._actors[key]


def hand_over(on: date, who: str, of: str, to: str, **more: Any) -> Act:
    """A paper given to its addressee on the spot."""
    values = {"of": of, "to": to, "way": "direct", "served_on": on.isoformat(), **more}
    return Act(on, who, "hand_over", values)


def agree(on: date, who: str, reason: str = "", case: str = "") -> Act:
    return Act(on, who, kind="agree", reason=reason, case=case)


__all__ = ["Act", "Script", "Stage", "agree", "hand_over"]
