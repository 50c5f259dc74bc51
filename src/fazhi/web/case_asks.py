"""What the form of an act asks: fields and sides under their headings, the facts on which it turns, and what is known of them already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fazhi.cases.casefile import CaseFile
from fazhi.cases.said import Speaker
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition
from fazhi.procedures import grammar as g
from fazhi.procedures.model import Action, Ask, Fact, Outcome, conditions_after
from fazhi.web.case_page import zh


@dataclass(frozen=True)
class Setting:
    """Which action, by whom, in which case; `case` is the id of an existing case or of the one to be opened."""

    ctx: ActorContext
    d: Definition
    action: Action
    file: CaseFile | None
    say: Speaker | None
    today: date
    case: str

    @property
    def county(self) -> str:
        return self.file.row.county if self.file else self.ctx.county

    @property
    def organ(self) -> str:
        return self.file.row.organ if self.file else self.ctx.organ

    @property
    def law(self) -> str:
        return self.d.law_of(self.action.law) if self.action.law else ""

    @property
    def steps(self) -> list[Action]:
        """The acts that this form carries out: itself, or those of a quick one."""
        return [self.d.actions[n] for n in self.action.quick] or [self.action]

    @property
    def row_fields(self) -> Mapping[str, g.FieldDef]:
        """Fields of the row that the act adds or is about; none where it is about the case."""
        part = self.action.adds or self.action.on
        return self.d.source.parts[part].fields if part else {}


def asked(s: Setting, o: Outcome | None) -> list[Ask]:
    """Every field that is asked for, each once."""
    found: dict[str, Ask] = {}
    for step, chosen in _chosen(s, o):
        for ask in (*step.asks, *(chosen.asks if chosen else ())):
            if ask.field not in found or ask.required:
                found[ask.field] = ask
    return list(found.values())


def headings(s: Setting) -> dict[str, tuple[int, str, str]]:
    """{field: (place, title and hint of its group)} by the definition's groups; a row's own fields stand outside them."""
    return {
        name: (100 * i + j, group.title, zh(group.hint))
        for i, group in enumerate(s.d.source.groups)
        for j, name in enumerate(group.fields)
        if name not in s.row_fields
    }


def questions(s: Setting, o: Outcome | None) -> list[Fact]:
    """Asked facts on which this action with this outcome may turn, through computed facts as well."""
    names = telling(s, o)
    for step, chosen in _chosen(s, o):
        for need in (*step.needs, *(chosen.needs if chosen else ())):
            names |= need.that.names | (need.when.names if need.when else set())
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        fact = s.d.facts.get(name)
        if fact is not None and fact.value is not None:
            names |= fact.value.names
    wanted = seen & {q for step in s.steps for q in step.questions}
    return [f for f in s.d.facts.values() if f.name in wanted]


def telling(s: Setting, o: Outcome | None) -> set[str]:
    """Facts on which it turns what follows the act: remedies, links, publication. They hold nothing up, but have to be said."""
    names: set[str] = set()
    for step, chosen in _chosen(s, o):
        texts = conditions_after(step.source) + (conditions_after(chosen.source) if chosen else [])
        names = names.union(*(s.d.whens[text].names for text in texts if text in s.d.whens))
    return names


def _chosen(s: Setting, o: Outcome | None) -> list[tuple[Action, Outcome | None]]:
    """Each act that the form carries out, with the outcome where it is one of its own."""
    return [(step, o if o and o.name in step.outcomes else None) for step in s.steps]


def needs_time(s: Setting) -> bool:
    """A clock that this act starts counts in hours."""
    names = {step.name for step in s.steps}
    return any(
        c.length and c.length.unit == "hours" and {x.split(".")[0] for x in c.start} & names
        for c in s.d.all_clocks
    )


def carried_over(s: Setting) -> dict[str, Any]:
    """{name in the form: value} of what the case says already, so that nothing is typed twice.

    Free text without an article (说明, 理由) belongs to its act and is not carried over; a row's fields are its own.
    """
    if s.file is None:
        return {}
    found: dict[str, Any] = {}
    outcomes = [o for step in s.steps for o in step.outcomes.values()]
    names = {a.field for step in s.steps for a in step.asks} | {a.field for o in outcomes for a in o.asks}
    for name in names - set(s.row_fields):
        f = s.d.source.fields.get(name)
        if f is None:
            if members := s.file.state.sides.get(name):
                found[f"v_{name}"] = [x["id"] if isinstance(x, dict) else x for x in members]
            continue
        value = s.file.shown(s.file.state.values.get(name))
        if value is None or (f.type in ("text", "file", "document") and not f.law and not f.find):
            continue
        found[f"v_{name}"] = _typed(s, f, value)
    for name, value in s.file.state.facts.items():
        if name in s.d.facts:
            found[f"q_{name}"] = value
    return found


def _typed(s: Setting, f: g.FieldDef, value: Any) -> Any:
    if isinstance(value, list):
        kept = [_typed(s, f, v) for v in value]
        return "、".join(kept) if f.type == "link" else kept
    if isinstance(value, Mapping):
        return value.get("id", "")
    if f.type == "link" and s.say:
        return s.say.cases.get(str(value), str(value)).split(" ")[0]
    if f.type == "date":
        return date.fromisoformat(str(value)[:10])
    return value
