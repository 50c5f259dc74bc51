"""From the validated file to what the engine runs: conditions compiled, periods read, sides and fields looked up."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml.comments import CommentedMap

from fazhi.law import Period
from fazhi.procedures import grammar as g
from fazhi.procedures import model as m
from fazhi.procedures.assembly import Path, Problem, position
from fazhi.procedures.conditions import Condition, ConditionError, Environment

_RESULTS = {"bool": "bool", "int": "int", "money": "int", "date": "timestamp", "text": "string"}


class Compiler:
    """Compiles one validated file (`build`, once); what is wrong gathers in `problems`, each with its place.

    `lazy`: the conditions are compiled at their first use, not checked now.
    """

    def __init__(self, source: g.Procedure, tree: CommentedMap, name: str, lazy: bool = False) -> None:
        self.s, self.tree, self.file = source, tree, name
        self.problems: list[Problem] = []
        clocks = frozenset(source.clocks) | frozenset(c for p in source.parts.values() for c in p.clocks)
        self.environment = Environment(self._names(), frozenset(source.actions), clocks, lazy)
        self.part_environments = {
            key: Environment(
                self._names()
                | {f: (d.type, d.many) for f, d in part.fields.items()}
                | {"part_phase": ("text", False)},
                frozenset(source.actions),
                clocks,
                lazy,
            )
            for key, part in source.parts.items()
        }

    def _names(self) -> dict[str, tuple[str, bool]]:
        s = self.s
        names: dict[str, tuple[str, bool]] = {
            "phase": ("text", False),
            "outcome": ("text", False),
            "opened_on": ("date", False),
        }
        names |= {k: (f.type, f.many) for k, f in s.fields.items() if not f.beside}
        names |= {f"{k}_row": ("row", False) for k, f in s.fields.items() if f.codes and not f.many}
        names |= {k: (f.type, False) for k, f in s.facts.items()}
        names |= {"param_" + k: (p.type, False) for k, p in s.parameters.items()}
        names |= {k: ("row", True) for k in s.sides if k not in s.fields}
        names |= dict.fromkeys(s.parts, ("row", True))
        return names

    def problem(self, path: Path, rule: str, message: str) -> None:
        self.problems.append(Problem(self.file, *position(self.tree, path), rule, message))

    def condition(
        self, source: str | None, path: Path, want: str | None = "bool", part: str = ""
    ) -> Condition | None:
        if source is None:
            return None
        env = self.part_environments[part] if part else self.environment
        try:
            return env.compile(source, want)
        except ConditionError as error:
            self.problem(path, "condition", str(error))
            return None

    def length(self, text: str | None, path: Path) -> m.Length | None:
        if not text:
            return None
        amount, _, unit = text.partition(" ")
        unit = {"working day": "working_days", "natural day": "natural_days"}.get(unit.rstrip("s"), unit)
        unit = {"month": "months", "year": "years", "hour": "hours"}.get(unit, unit)
        if unit not in ("working_days", "natural_days", "months", "years", "hours"):
            self.problem(
                path,
                "period",
                f"期限「{text}」应当写成「5 working days」「60 natural days」「3 months」「1 year」或「24 hours」",
            )
            return None
        if amount.isdigit():
            return m.Length(unit, int(amount))
        if amount.startswith("$"):
            if amount[1:] not in self.s.parameters:
                self.problem(
                    path, "name", f"期限「{text}」用到未声明的参数「{amount[1:]}」；请在 parameters 中声明"
                )
            return m.Length(unit, None, amount[1:])
        return m.Length(unit, None, "", self.condition(amount, path, None))

    def period(self, text: str, path: Path) -> Period | None:
        length = self.length(text, path)
        return None if length is None or length.amount is None else Period(length.amount, length.unit)  # type: ignore[arg-type]

    def needs(self, needs: list[g.Need], where: str, path: Path, part: str = "") -> tuple[m.Need, ...]:
        """Conditions of an act on a part also see the row's own fields."""
        part = part if part in self.part_environments else ""
        built = []
        for i, need in enumerate(needs):
            here = (*path, i)
            that = self.condition(need.that, (*here, "that"), part=part)
            when = self.condition(need.when, (*here, "when"), part=part)
            if that is not None:
                built.append(
                    m.Need(where, i, that, when, need.else_, need.law, need.level, need.do, need.unverified)
                )
        return tuple(built)

    def asks(self, asks: list[str], path: Path, part: str | None = None) -> tuple[m.Ask, ...]:
        extra = self.s.parts[part].fields if part and part in self.s.parts else {}
        built = []
        for i, ask in enumerate(asks):
            name = ask.rstrip("?")
            if name not in self.s.fields and name not in self.s.sides and name not in extra:
                self.problem(
                    (*path, i), "name", f"asks 引用了未声明的字段「{name}」；请在 fields 或 sides 中声明它"
                )
            built.append(m.Ask(name, not ask.endswith("?")))
        return tuple(built)

    def by(self, text: str, path: Path) -> tuple[str, str] | None:
        side, _, role = text.partition(".")
        declared = self.s.sides.get(side)
        if declared is None:
            self.problem(path, "side", f"「{text}」中的参与方「{side}」未声明；请在 sides 中声明")
        elif role and role not in declared.roles:
            self.problem(
                path, "side", f"参与方「{side}」没有角色「{role}」；现有：{'、'.join(declared.roles) or '无'}"
            )
        return side, role

    def action(self, name: str, a: g.Action) -> m.Action:
        path: Path = ("actions", name)
        texts = [a.by] if isinstance(a.by, str) else list(a.by)
        if len(texts) == 1 and texts[0].startswith("["):
            texts = [t.strip() for t in texts[0].strip("[]").split(",")]
        deemed, system, expression = texts == ["deemed"], texts == ["system"], None
        by: list[tuple[str, str]] = []
        if len(texts) == 1 and ("?" in texts[0] or "'" in texts[0]):
            quoted = _roles_in_expression(texts[0])
            by = [pair for t in quoted if (pair := self.by(t, (*path, "by")))]
            expression = self.condition(_quote_roles(texts[0], quoted), (*path, "by"), "string")
        elif not deemed and not system:
            by = [pair for t in texts if (pair := self.by(t, (*path, "by")))]
        approve = []
        for i, step in enumerate(a.approve):
            names = tuple(step.any) if isinstance(step, g.AnyOf) else (step,)
            for t in names:
                if t != "meeting":
                    self.by(t, (*path, "approve", i))
            approve.append(names)
        outcomes = {}
        for key, o in a.outcomes.items():
            here = (*path, "outcomes", key)
            outcomes[key] = m.Outcome(
                key, o.title, o.to, o.law or a.law, self.asks(o.asks, (*here, "asks"), a.adds or a.on),
                self.needs(o.needs, f"{name}.{key}", (*here, "needs"), a.on or a.adds or ""), tuple(o.documents),
                self.sets(o.sets, (*here, "sets")), o,
            )  # fmt: skip
        part = a.on or a.adds or ""
        needs = self.needs(a.needs, name, (*path, "needs"), part)
        reached = self._reach([*needs, *(n for o in outcomes.values() for n in o.needs)], a)
        return m.Action(
            name=name, title=a.title, by=tuple(by), by_expression=expression, deemed=deemed, system=system,
            from_=frozenset(a.from_), to=a.to, opens=a.opens, asks=self.asks(a.asks, (*path, "asks"), a.adds or a.on), needs=needs,
            outcomes=outcomes, approve=tuple(approve), law=a.law, documents=tuple(a.documents), adds=a.adds, on=a.on,
            ends=a.ends, then=a.then, quick=tuple(a.quick), sets=self.sets(a.sets, (*path, "sets")), once=a.once,
            questions=frozenset(n for n in reached if self.s.facts[n].ask or self.s.facts[n].confirm),
            lookups=frozenset(n for n in reached if self.s.facts[n].lookup),
            source=a,
        )  # fmt: skip

    def sets(self, sets: dict[str, str], path: Path) -> tuple[tuple[str, Condition], ...]:
        built = []
        for field, source in sets.items():
            if field not in self.s.fields:
                self.problem((*path, field), "name", f"sets 引用了未声明的字段「{field}」")
            if condition := self.condition(source, (*path, field), None):
                built.append((field, condition))
        return tuple(built)

    def _reach(self, needs: list[m.Need], action: g.Action) -> frozenset[str]:
        """Facts that the conditions of an action turn on, also through computed facts."""
        names: set[str] = set()
        for need in needs:
            names |= need.that.names | (need.when.names if need.when else frozenset())
        for text in _following(action):
            if condition := self.condition(text, ("actions",)):
                names |= condition.names
        seen: set[str] = set()
        while names - seen:
            name = (names - seen).pop()
            seen.add(name)
            fact = self.s.facts.get(name)
            if fact and fact.value and (c := self.condition(fact.value, ("facts", name, "value"), None)):
                names |= c.names
        return frozenset(n for n in seen if n in self.s.facts)

    def clock(self, name: str, c: g.Clock, part: str = "") -> m.Clock:
        path: Path = ("parts", part, "clocks", name) if part else ("clocks", name)
        start = c.start
        if isinstance(start, g.ClockStart):
            on, day, to = _list(start.on), start.day, start.to
        else:
            on, day, to = _list(start), "", ""
        kind = "limit"
        for key, value in (("wait", c.wait), ("notice", c.at_least), ("date", c.until), ("duty", c.every)):
            if value:
                kind = key
        length = self.length(c.limit or c.wait or c.at_least or c.every, (*path, kind))
        if length is None and not c.until:
            self.problem(path, "clock", f"期限「{name}」没有长度；请写 limit、wait、at_least、every 或 until")
        restart = c.restart
        when = self.condition(c.when, (*path, "when"), part=part)
        pauses = tuple(
            (cond, p.law)
            for i, p in enumerate(c.pause)
            if (cond := self.condition(p.while_, (*path, "pause", i, "while"), part=part))
        )
        for act in [*on, *c.stop, *(_list(restart.on) if restart else [])]:
            if act.removeprefix("served:").split(".")[0] not in self.s.actions:
                self.problem(path, "name", f"期限「{name}」引用了未定义的办理动作「{act}」")
        stop = frozenset(c.stop) | ({c.expire.do} if c.expire and c.expire.do else frozenset())
        touches = {
            a.removeprefix("served:").split(".")[0]
            for a in [*on, *stop, *(_list(restart.on) if restart else [])]
        }
        touches |= {c.extend.by} if c.extend else set()
        touches |= {f for f in (day, c.until, restart.day if restart else "") if f}
        if day == "served" or any(x.startswith("served:") for x in c.stop):
            touches |= {"of", "to", "served_on"}
        if when or pauses:
            touches.add("*")
        return m.Clock(
            id=name, title=c.title, law=c.law, unverified=c.unverified, kind=kind, part=part, start=frozenset(on),
            start_day=day, start_to=to, stop=stop, length=length, until=c.until or "", before=c.before or "", when=when,
            roll=None if c.roll == "none" else c.roll, warn=self.period(c.warn, (*path, "warn")), pauses=pauses,
            extend_by=c.extend.by if c.extend else "",
            extend_most=self.length(c.extend.at_most, (*path, "extend")) if c.extend else None,
            extend_times=c.extend.times if c.extend else 0, extend_days=c.extend.days if c.extend else "",
            extend_law=c.extend.law if c.extend else "",
            restart=frozenset(_list(restart.on)) if restart else frozenset(), restart_law=restart.law if restart else "",
            restart_day=restart.day if restart else "", expire=c.expire, whose=c.whose, touches=frozenset(touches),
        )  # fmt: skip

    def whens(self, papers: dict[str, Any]) -> dict[str, Condition]:
        """Conditions of remedies, links and paragraphs; a paper of an act on a part sees the row's fields too."""
        texts = {text: (name, "") for name, a in self.s.actions.items() for text in _following(a)}
        parts = {}
        for a in self.s.actions.values():
            for paper in (*a.documents, *(x for o in a.outcomes.values() for x in o.documents)):
                parts[paper] = a.adds or a.on or ""
        parts |= {form: name for name, part in self.s.parts.items() for form in part.prints}
        for name, paper in papers.items():
            blocks = paper.get("blocks", []) if isinstance(paper, dict) else []
            part = parts.get(name, "")
            texts |= {str(b["when"]): (name, part) for b in blocks if isinstance(b, dict) and b.get("when")}
        found = {}
        for text, (name, part) in texts.items():
            known = part if part in self.part_environments else ""
            if condition := self.condition(text, ("actions", name), part=known):
                found[text] = condition
        return found

    def build(self, digest: str, papers: dict[str, Any], text: bytes) -> m.Definition:
        s = self.s
        facts = {
            k: m.Fact(
                k,
                f.title,
                f.type,
                f.law,
                self.condition(f.value, ("facts", k, "value"), _RESULTS.get(f.type)),
                f,
            )
            for k, f in s.facts.items()
        }
        dates = {k for k, f in s.fields.items() if f.type in ("date", "moment")}
        dates |= {k for k, f in s.facts.items() if f.type == "date"} | {"opened_on"}
        for part in s.parts.values():
            dates |= {k for k, f in part.fields.items() if f.type in ("date", "moment")}
        return m.Definition(
            name=s.procedure, title=s.title, statute=s.statute, hash=digest, from_=s.in_force.from_, to=s.in_force.to,
            source=s, documents=papers, actions={k: self.action(k, a) for k, a in s.actions.items()}, facts=facts,
            clocks={k: self.clock(k, c) for k, c in s.clocks.items()},
            part_clocks={p: {k: self.clock(k, c, p) for k, c in part.clocks.items()} for p, part in s.parts.items()},
            ends=frozenset(s.ends), dates=frozenset(dates), whens=self.whens(papers), file=self.file, text=text,
        )  # fmt: skip


def _following(a: g.Action) -> list[str]:
    holders: list[g.Action | g.Outcome] = [a, *a.outcomes.values()]
    return [text for holder in holders for text in m.conditions_after(holder)]


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _roles_in_expression(text: str) -> list[str]:
    return sorted(set(re.findall(r"(?<!')\b([a-z_]+\.[a-z_]+)\b(?!')", text)))


def _quote_roles(text: str, roles: list[str]) -> str:
    for role in roles:
        text = text.replace(role, f"'{role}'")
    return text
