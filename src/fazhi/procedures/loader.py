"""From a procedure file to a Definition: YAML 1.2 with positions, fragments and variants, pydantic, compiled conditions.

Errors are collected, not thrown one by one: `DefinitionError.problems`, each with file, line, column and what to do.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from fazhi.law import Period
from fazhi.procedures import grammar as g
from fazhi.procedures import model as m
from fazhi.procedures.conditions import Condition, ConditionError, Environment

_MISSING = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的键",
    "literal_error": "取值不在允许的范围内",
    "string_type": "应当是文字",
    "list_type": "应当是列表",
    "dict_type": "应当是映射",
    "int_type": "应当是整数",
    "bool_type": "应当是 true 或 false",
    "date_from_datetime_parsing": "不是有效日期",
    "date_type": "应当是日期",
}
FRAGMENTS = "fragments"


@dataclass(frozen=True)
class Problem:
    file: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.rule} {self.message}"


class DefinitionError(ValueError):
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


Path = tuple[Any, ...]
Fetch = Callable[[str], bytes]  # "penalty" or "fragments/service" → bytes


def parsed(data: bytes, name: str) -> CommentedMap:
    """The file with the place of every node; DefinitionError where it is no YAML mapping in UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise DefinitionError([Problem(name, 1, 1, "yaml", "文件不是 UTF-8 编码;请另存为 UTF-8")]) from None
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    try:
        tree = yaml.load(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DefinitionError(
            [Problem(name, line, column, "yaml", f"YAML 写法有误:{error.problem}")]
        ) from None
    except ValueError as error:  # a date that no calendar has
        raise DefinitionError([Problem(name, 1, 1, "yaml", f"文件中有无效的值:{error};请检查日期")]) from None
    if not isinstance(tree, CommentedMap):
        raise DefinitionError(
            [Problem(name, 1, 1, "yaml", "文件应当是「键: 值」的映射;请参照 docs/language.md")]
        )
    return tree


def position(tree: Any, path: Path) -> tuple[int, int]:
    """Line and column (from 1) of the deepest node of `path` that exists in the file."""
    line, column = 1, 1
    for step in path:
        try:
            if isinstance(tree, CommentedMap) and step in tree:
                row, col = tree.lc.key(step)
                tree = tree[step]
            elif isinstance(tree, CommentedSeq) and isinstance(step, int):
                row, col = tree.lc.item(step)
                tree = tree[step]
            else:
                continue
        except (KeyError, IndexError, TypeError, AttributeError):
            break
        line, column = row + 1, col + 1
    return line, column


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(k): _plain(v) for k, v in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(v) for v in node]
    return node


def _substitute(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, dict):
        return {k: _substitute(v, values) for k, v in node.items()}
    if isinstance(node, list):
        return [_substitute(v, values) for v in node]
    if isinstance(node, str) and node.startswith("$") and node[1:] in values:
        return values[node[1:]]
    return node


def _merge(base: Any, over: Any) -> Any:
    """`over` wins; mappings are merged key by key, everything else is replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            k: _merge(base[k], over[k]) if k in base and k in over else over.get(k, base.get(k))
            for k in {**base, **over}
        }
    return over


def assemble(data: bytes, name: str, fetch: Fetch | None) -> tuple[dict[str, Any], CommentedMap]:
    """The file with its base (`extends`) and fragments (`use`) merged in; its own words win."""
    tree = parsed(data, name)
    own = _plain(tree)
    whole: dict[str, Any] = {}
    if own.get("extends"):
        if fetch is None:
            raise DefinitionError(
                [Problem(name, *position(tree, ("extends",)), "extends", "找不到所扩展的程序文件")]
            )
        whole, _ = assemble(fetch(str(own["extends"])), str(own["extends"]), fetch)
        whole.pop("extends", None)
    for index, use in enumerate(own.get("use") or []):
        fragment = use if isinstance(use, str) else use.get("fragment", "")
        values = {} if isinstance(use, str) else use.get("with", {})
        if fetch is None:
            raise DefinitionError(
                [Problem(name, *position(tree, ("use", index)), "use", f"找不到片段「{fragment}」")]
            )
        try:
            piece = _plain(parsed(fetch(f"{FRAGMENTS}/{fragment}"), fragment))
        except FileNotFoundError:
            raise DefinitionError(
                [
                    Problem(
                        name,
                        *position(tree, ("use", index)),
                        "use",
                        f"没有名为「{fragment}」的片段;见 definitions/fragments/",
                    )
                ]
            ) from None
        defaults = piece.pop("fragment", {}).get("with", {})
        missing = [k for k, v in defaults.items() if v is None and k not in values]
        if missing:
            raise DefinitionError(
                [
                    Problem(
                        name,
                        *position(tree, ("use", index)),
                        "use",
                        f"片段「{fragment}」还需要给出:{'、'.join(missing)}",
                    )
                ]
            )
        whole = _merge(whole, _substitute(piece, {**defaults, **values}))
    merged = _merge(whole, own)
    return {k: _own_first(v, own.get(k)) for k, v in merged.items()}, tree


def _own_first(merged: Any, own: Any) -> Any:
    """The file's own actions, fields and phases in their order, then what fragments and the base add."""
    if isinstance(merged, dict) and isinstance(own, dict):
        return {**{k: merged[k] for k in own}, **merged}
    return merged


def load(
    data: bytes, name: str, *, fetch: Fetch | None = None, documents: bytes | None = None
) -> m.Definition:
    """Load a whole definition or raise DefinitionError with every problem found at this stage."""
    merged, tree = assemble(data, name, fetch)
    try:
        source = g.Procedure.model_validate(merged)
    except ValidationError as error:
        problems = []
        for item in error.errors():
            path = tuple(
                p for p in item["loc"] if p not in ("str", "ClockStart", "AnyOf", "Use", "list[str]")
            )
            words = _MISSING.get(item["type"], item["msg"])
            dotted = ".".join(map(str, path))
            problems.append(Problem(name, *position(tree, path), "grammar", f"「{dotted}」{words}"))
        raise DefinitionError(problems) from None
    papers = _plain(parsed(documents, name + ".documents")) if documents else {}
    return _build(source, tree, name, merged, papers)


def revive(stored: bytes, name: str = "") -> m.Definition:
    """The definition from the bytes kept under its hash (`Definition.text`): fragments are merged in, no file is read.

    It was checked when it was loaded, so its conditions are compiled at their first use only.
    """
    whole = json.loads(stored)
    merged, papers = whole["procedure"], whole["documents"]
    file = name or str(merged["procedure"])
    return _build(g.Procedure.model_validate(merged), CommentedMap(), file, merged, papers, lazy=True)


def _build(
    source: g.Procedure,
    tree: CommentedMap,
    name: str,
    merged: dict[str, Any],
    papers: dict[str, Any],
    lazy: bool = False,
) -> m.Definition:
    whole = {"procedure": merged, "documents": papers}
    text = json.dumps(
        whole, ensure_ascii=False, default=str
    ).encode()  # in the file's order, as screens show it
    ordered = json.dumps(whole, ensure_ascii=False, sort_keys=True, default=str).encode()
    builder = _Builder(source, tree, name, lazy)
    definition = builder.build(hashlib.sha256(ordered).hexdigest(), papers, text)
    if builder.problems:
        raise DefinitionError(builder.problems)
    return definition


class _Builder:
    """Compiles one validated file; collects problems with their place."""

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
                    path, "name", f"期限「{text}」用到未声明的参数「{amount[1:]}」;请在 parameters 中声明"
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
                    (*path, i), "name", f"asks 引用了未声明的字段「{name}」;请在 fields 或 sides 中声明它"
                )
            built.append(m.Ask(name, not ask.endswith("?")))
        return tuple(built)

    def by(self, text: str, path: Path) -> tuple[str, str] | None:
        side, _, role = text.partition(".")
        declared = self.s.sides.get(side)
        if declared is None:
            self.problem(path, "side", f"「{text}」中的参与方「{side}」未声明;请在 sides 中声明")
        elif role and role not in declared.roles:
            self.problem(
                path, "side", f"参与方「{side}」没有角色「{role}」;现有:{'、'.join(declared.roles) or '无'}"
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
        for text in _whens(action):
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
            self.problem(path, "clock", f"期限「{name}」没有长度;请写 limit、wait、at_least、every 或 until")
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
        texts = {text: (name, "") for name, a in self.s.actions.items() for text in _whens(a)}
        parts = {}
        for a in self.s.actions.values():
            for paper in (*a.documents, *(x for o in a.outcomes.values() for x in o.documents)):
                parts[paper] = a.adds or a.on or ""
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


_RESULTS = {"bool": "bool", "int": "int", "money": "int", "date": "timestamp", "text": "string"}


def _whens(action: g.Action) -> list[str]:
    """Conditions that hang on an action besides its needs: of remedies, disclosure and links."""
    found = []
    holders: list[g.Action | g.Outcome] = [action, *action.outcomes.values()]
    for holder in holders:
        found += [
            x.when for x in (*holder.remedies, *holder.links, holder.discloses) if x is not None and x.when
        ]
    return found


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _roles_in_expression(text: str) -> list[str]:
    return sorted(set(re.findall(r"(?<!')\b([a-z_]+\.[a-z_]+)\b(?!')", text)))


def _quote_roles(text: str, roles: list[str]) -> str:
    for role in roles:
        text = text.replace(role, f"'{role}'")
    return text
