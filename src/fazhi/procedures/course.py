"""The course of a procedure, read off its actions: which phases lie on its main line, which acts lead a case on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Action, Definition

Blocked = Mapping[str, Sequence[Refusal]]


def moves(d: Definition) -> dict[str, set[str]]:
    """{phase: the phases to which an action leads from it}."""
    found: dict[str, set[str]] = {p: set() for p in d.source.phases}
    for a in d.actions.values():
        ways = {t for t in (a.to, *(o.to for o in a.outcomes.values())) if t}
        for phase in a.from_:
            found[phase] |= ways - {phase}
    return found


def detours(d: Definition) -> set[str]:
    """Phases that a case passes only on occasion: an act leads straight back to an earlier one from which they are entered
    (恢复执行, 收到补正), or they are an end off the main line."""
    ways, order = moves(d), list(d.source.phases)
    found = {p for p in d.ends if p != order[-1] and order[-1] in d.ends}
    entries = {p: {q for q, to in ways.items() if p in to} for p in order}
    for a in d.actions.values():
        if len(a.from_) == 1 and a.to:
            (p,) = a.from_
            if p not in d.ends and a.to in entries[p] and order.index(a.to) < order.index(p):
                found.add(p)
    return found


_lines: dict[str, tuple[str, ...]] = {}


def main_line(d: Definition) -> tuple[str, ...]:
    """The phases that a case passes in the usual course, in the file's order."""
    if d.hash not in _lines:
        aside = detours(d)
        _lines[d.hash] = tuple(p for p in d.source.phases if p not in aside)
    return _lines[d.hash]


def leads_on(d: Definition, phase: str, a: Action, blocked: Blocked | None = None) -> bool:
    """Whether the act brings the case to a later phase of its main line or to its end; on a detour, back to the line.

    `blocked`: outcomes that are refused now do not count. Of the acts that end a case those lead on to which the law
    attaches requirements (结案, 答复), not those that break it off (终结执行, 撤回): while the main line still goes on, only
    the act with most requirements (答复), not 终止 beside 作出复议决定. An entry of a register waits for no end.
    """
    line = main_line(d)
    ways = {
        t
        for t in (a.to, *(o.to for k, o in a.outcomes.items() if not (blocked or {}).get(k)))
        if t and t != phase
    }
    if phase not in line:
        return bool(ways & (set(line) - d.ends)) and a.from_ == {phase}
    later = {p for p in line[line.index(phase) + 1 :] if p not in d.ends}
    if ways & later:
        return True
    if not ways & d.ends or d.register:
        return False
    if not later:
        return _ruled(a) or not _any_ruled(d, phase)
    return _ruled(a) and weight(a) == _heaviest(d, phase)


def turns_back(d: Definition, phase: str, a: Action, blocked: Blocked | None = None) -> bool:
    """Whether an open outcome sends the case back to an earlier phase of its main line (退回重办)."""
    line = main_line(d)
    earlier = set(line[: line.index(phase)]) if phase in line else set()
    return any(o.to in earlier for k, o in a.outcomes.items() if not (blocked or {}).get(k))


def weight(a: Action) -> int:
    """How many requirements the law attaches to the act: of two that lead on, the weightier is the usual one."""
    return len(a.needs) + sum(len(o.needs) for o in a.outcomes.values())


def _heaviest(d: Definition, phase: str) -> int:
    """The most requirements that any act from this phase has which takes the case to another one."""
    ways = (
        a
        for a in d.actions.values()
        if phase in a.from_ and ({a.to, *(o.to for o in a.outcomes.values())} - {None, phase})
    )
    return max((weight(a) for a in ways), default=0)


def _ruled(a: Action) -> bool:
    return weight(a) > 0


def _any_ruled(d: Definition, phase: str) -> bool:
    """Whether any act that ends a case from this phase has requirements."""
    return any(
        _ruled(a) and ({a.to, *(o.to for o in a.outcomes.values())} & d.ends)
        for a in d.actions.values()
        if phase in a.from_
    )


__all__ = ["detours", "leads_on", "main_line", "moves", "turns_back", "weight"]
