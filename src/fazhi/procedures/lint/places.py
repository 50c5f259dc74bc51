"""What a rule finds, and where in the file the things stand that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from fazhi.procedures.assembly import Path
from fazhi.procedures.model import Action, Clock, Definition, Outcome

Found = Iterator[tuple[Path, str]]  # path in the file, what is wrong


def clock_path(c: Clock) -> Path:
    return ("parts", c.part, "clocks", c.id) if c.part else ("clocks", c.id)


def endings(d: Definition) -> Iterator[tuple[Path, Action, Outcome | None]]:
    """Every act by each of its outcomes, and once as a whole (None)."""
    for a in d.actions.values():
        for o in a.outcomes.values():
            yield ("actions", a.name, "outcomes", o.name), a, o
        yield ("actions", a.name), a, None
