"""What a case is waiting for from one person: not everything that he may do, but what it is his turn to do, and why.

An act is called for when it leads the case on; when a requirement of such an act names it; when another act has asked
for it (提请法制审核 → 法制审核); when a clock waits for the service of a paper; or when a running limit of the organ ends with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fazhi.procedures import Definition, Option, State
from fazhi.procedures.clocks import served
from fazhi.procedures.commands import Resolved
from fazhi.procedures.course import leads_on, main_line, turns_back, weight
from fazhi.procedures.model import Action, Clock, Need
from fazhi.procedures.view import View

# The part and phases of the fragment `service`, by which clocks know the day of service.
SERVICE, SENT, SERVED = "deliveries", "sent", "served"


@dataclass(frozen=True)
class Call:
    """One act that is called for. `why` in words; `rank` 0 leads on, 1 is asked for, 2 clears the way, 3 ends a limit, 4 leads on
    another way while the usual one (the act with most requirements) is barred, or too early: something has to be done first."""

    action: Action
    why: str
    law: str
    rank: int
    preset: tuple[tuple[str, str], ...] = ()  # what the form is begun with


def calls(
    d: Definition, s: State, r: Resolved, offered: Sequence[Option], own: Collection[str] = ()
) -> list[Call]:
    """The acts of `offered` that are open, the actor's own, and called for; the most pressing first.

    `own`: the sides on which the person stands; a limit of such a side (答复期限) calls for the act that ends it.
    """
    if s.pending or not s.acts:
        return []
    view = View(d, s, r.today, r.codes)
    mine = {
        o.action.name: o
        for o in offered
        if o.mine and o.open and not (o.action.once and s.done(o.action.name))
    }
    found: dict[str, Call] = {}

    def call(name: str, why: str, law: str, rank: int, preset: tuple[tuple[str, str], ...] = ()) -> None:
        known = found.get(name)
        if name in mine and (known is None or rank < known.rank):
            found[name] = Call(d.actions[name], why, law, rank, preset)

    def early(a: Action) -> bool:
        """It may be done, but what should come before has not: that would be recorded as a flaw."""
        return any(n.do and _unmet(view, n) for n in a.needs)

    phase = d.source.phases.get(s.phase, s.phase)
    onward = [o for o in offered if leads_on(d, s.phase, o.action)]
    usual = max((o for o in onward if o.mine), key=lambda o: weight(o.action), default=None)
    barred = usual is not None and (
        not usual.open or early(usual.action) or _usual_outcome_is_barred(d, s.phase, usual)
    )
    for o in mine.values():
        a = o.action
        law = d.law_of(a.law) if a.law else ""
        decides = o in onward and turns_back(d, s.phase, a, o.outcomes)
        if decides or leads_on(d, s.phase, a, o.outcomes):
            call(
                a.name,
                f"「{phase}」阶段的下一步：{a.title}",
                law,
                4 if (barred or early(a)) and not decides else 0,
            )
        elif asked := _asked(view, a.needs):
            call(a.name, f"已办理「{d.actions[asked].title}」，等您「{a.title}」", law, 1)
    for o in onward:
        if own and not {side for side, _ in o.action.by} & set(own):
            continue  # what clears the way of another side's act is told by that side's papers and limits
        for need in (*o.action.needs, *(n for x in o.action.outcomes.values() for n in x.needs)):
            if need.do in mine and _unmet(view, need) and _own_turn(d.actions[need.do], own):
                why = f"{need.otherwise}，「{o.action.title}」之前须先办"
                call(need.do, why, d.law_of(need.law), 2)
    for paper, clock, rows in _unserved(d, s, view):
        whom = d.source.sides[clock.start_to].title if clock.start_to else "受送达人"
        why = f"「{d.actions[paper].title}」的文书还没有登记送达{whom}，{clock.title}不能起算"
        law = d.law_of(clock.law) if clock.law else ""
        for name, a in d.actions.items():
            if rows and a.on == SERVICE and a.ends == SERVED:
                call(name, why, law, 1, (("part", str(rows[0])),))
            elif not rows and a.adds == SERVICE and a.ends == SERVED:
                call(name, why, law, 1, (("of", paper), ("to", clock.start_to)))
    for id, record in s.clocks.items():
        whose = record.get("whose")
        if record["status"] != "running" or record["kind"] in ("wait", "notice"):
            continue
        if whose and (whose not in own or d.source.sides[whose].is_ == "party"):
            continue
        part, _, rest = id.partition("#")
        clock = d.part_clocks.get(part, {}).get(rest.partition(".")[2]) if rest else d.clocks.get(id)
        for stop in clock.stop if clock else ():
            name = stop.split(".")[0]
            known = found.get(name)
            if (
                name in d.actions
                and (not whose or whose in {side for side, _ in d.actions[name].by})
                and not (known and known.rank == 4)
                and not _leaves(d, s.phase, d.actions[name])
            ):
                call(name, f"{record['title']}至 {str(record['due'])[:10]}", record["law"], 3)
    return sorted(found.values(), key=lambda c: (c.rank, -weight(c.action) if c.rank == 0 else 0))


def _own_turn(a: Action, own: Collection[str]) -> bool:
    """Whether the act is first of all this person's side's: the review office may record an answer that came on paper, but
    it is the respondent's turn."""
    return not own or not a.by or a.by[0][0] in own


def _unserved(d: Definition, s: State, view: View) -> Iterator[tuple[str, Clock, list[int]]]:
    """(act, clock, rows on the way) of papers on whose service a clock of the case waits."""
    for clock in d.clocks.values():
        if clock.start_day != "served" or (clock.start_to and not s.sides.get(clock.start_to)):
            continue
        begun = [a for a in s.acts if a["a"] in clock.start or f"{a['a']}.{a.get('o', '')}" in clock.start]
        if not begun or served(s, begun[-1], clock.start_to):
            continue
        after = [a for a in s.acts if a["s"] > begun[-1]["s"]]
        if any(a["a"] in clock.stop or f"{a['a']}.{a.get('o', '')}" in clock.stop for a in after):
            continue
        if clock.when is not None and view.evaluate(clock.when) is False:
            continue
        rows = [
            r["index"]
            for r in s.parts.get(SERVICE, ())
            if r.get("of") == begun[-1]["a"] and r.get("to") == clock.start_to and r.get("phase") == SENT
        ]
        yield begun[-1]["a"], clock, rows


def _usual_outcome_is_barred(d: Definition, phase: str, o: Option) -> bool:
    """Every outcome that leads to a later phase is refused now, though others (不予处罚) are open."""
    line = main_line(d)
    later = {p for p in line[line.index(phase) + 1 :] if p not in d.ends} if phase in line else set()
    onward = [k for k, x in o.action.outcomes.items() if x.to in later]
    return bool(onward) and all(o.outcomes.get(k) for k in onward)


def _leaves(d: Definition, phase: str, a: Action) -> bool:
    """Whether the act takes the case off its main line (移送其他机关): a limit is no reason to do that."""
    moves = {t for t in (a.to, *(o.to for o in a.outcomes.values())) if t and t != phase}
    return bool(moves) and not leads_on(d, phase, a)


def _asked(view: View, needs: Sequence[Need]) -> str:
    """The act that has asked for this one: its need to have been preceded by that act is met; a need *not* to have been is no call."""
    for need in needs:
        if "!done_after" in need.that.source:
            continue
        for _, function, arguments in need.that.calls:
            if function == "done_after" and need.level == "block" and view.evaluate(need.that) is True:
                return arguments[0].split(".")[0]
    return ""


def _unmet(view: View, need: Need) -> bool:
    if need.when is not None and view.evaluate(need.when) is not True:
        return False
    return view.evaluate(need.that) is False
