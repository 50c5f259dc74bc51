"""A definition as a course: its phases in order, below each the acts that begin there, with what they want and where they lead.

Articles of the procedure's own statute stand without its name, as in the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from fazhi.procedures import Definition
from fazhi.procedures.model import Action, Clock, Need
from fazhi.web import definition_prose
from fazhi.web.case_page import by_whom


@dataclass(frozen=True)
class Clocks:
    """What an act does to limits, in words: 「办案期限」90日."""

    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.starts or self.stops)


@dataclass(frozen=True)
class Way:
    """One way in which an act ends: the act itself, or one of its outcomes. `to` is the phase that it leads to, or ""."""

    title: str
    law: str
    to: str
    needs: tuple[dict[str, str], ...]
    clocks: Clocks


@dataclass(frozen=True)
class Act:
    key: str
    title: str
    who: str
    law: str
    also: str  # other phases in which it may be done
    needs: tuple[dict[str, str], ...]
    clocks: Clocks
    ways: tuple[Way, ...]  # one for each outcome; the act's own way where it has none
    automatic: bool = False


@dataclass(frozen=True)
class Station:
    """A phase with the acts that first come up in it; the first station of all, without a key, is the beginning.

    `others`: titles of acts that stand at an earlier phase and may be done here too.
    """

    key: str
    title: str
    end: bool
    acts: tuple[Act, ...]
    others: tuple[str, ...] = ()


def course(d: Definition) -> list[Station]:
    """The beginning, then every phase in the order of the file."""
    phases = d.source.phases
    opening = [a for a in d.actions.values() if a.opens]
    found = [Station("", "开始", False, tuple(_act(d, a, "") for a in opening))]
    for key, title in phases.items():
        here = [a for a in d.actions.values() if not a.opens and not a.quick and _first(d, a) == key]
        others = tuple(
            a.title
            for a in d.actions.values()
            if key in a.from_ and a not in here and not (a.deemed or a.system)
        )
        found.append(Station(key, title, key in d.ends, tuple(_act(d, a, key) for a in here), others))
    return found


def _first(d: Definition, a: Action) -> str:
    return next((p for p in d.source.phases if p in a.from_), "")


def _act(d: Definition, a: Action, phase: str) -> Act:
    phases = d.source.phases
    who = "期限届满时由系统办理" if a.deemed else "系统" if a.system else by_whom(d, a.by)
    own = a.to or a.opens or ""
    ways = [
        Way(o.title, o.law if o.law and o.law != a.law else "", o.to or own, _needs(d, o.needs), _clocks(d, f"{a.name}.{o.name}"))
        for o in a.outcomes.values()
    ] or [Way("", "", own, (), Clocks())]  # fmt: skip
    also = "、".join(title for p, title in phases.items() if p in a.from_ and p != phase)
    return Act(
        a.name, a.title, who, a.law, also, _needs(d, a.needs), _clocks(d, a.name), tuple(ways), a.deemed or a.system
    )  # fmt: skip


def _needs(d: Definition, needs: tuple[Need, ...]) -> tuple[dict[str, str], ...]:
    told = [definition_prose.need(d, n) for n in needs]
    return tuple(
        {
            "what": str(x["what"]),
            "law": _short(d, str(x["law"])),
            "flaw": "是" if x["flaw"] else "",
            "when": str(x["when"]),
        }
        for x in told
    )


def _clocks(d: Definition, act: str) -> Clocks:
    every = d.all_clocks
    served = f"served:{act}"
    starts = [_length(d, c) for c in every if act in c.start or served in c.start]
    stops = [c.title for c in every if act in c.stop or served in c.stop]
    return Clocks(tuple(starts), tuple(stops))


def _length(d: Definition, c: Clock) -> str:
    told = definition_prose.clock(d, c)
    law = f"〔{c.law}〕" if c.law else ""
    return f"{c.title} {told['length']}{law}"


def _short(d: Definition, law: str) -> str:
    """An article of the procedure's own statute without the statute's name, which the page says once."""
    return law.removeprefix(d.statute).strip()
