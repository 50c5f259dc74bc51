"""The course of a case: phases that are entered and left, acts that somebody can take, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator

from fazhi.procedures.assembly import Path
from fazhi.procedures.lint.places import Found, endings
from fazhi.procedures.model import Definition


def phases(d: Definition) -> Found:
    """Every phase is declared, can be entered, and leads to an end."""
    phases = d.source.phases
    entered: dict[str, set[str]] = {p: set() for p in phases}
    for path, name, to in _targets(d):
        if to not in phases:
            yield path, f"「{name}」指向未声明的阶段「{to}」；现有阶段：{'、'.join(phases)}"
            continue
        for origin in d.actions[name].from_ or {""}:
            entered[to].add(origin)
    for a in d.actions.values():
        for origin in sorted(a.from_ - set(phases)):
            yield ("actions", a.name, "from"), f"「{a.name}」的 from 中有未声明的阶段「{origin}」"
    for end in d.source.ends:
        if end not in phases:
            yield ("ends",), f"ends 中的「{end}」不是已声明的阶段"
    for p in phases:
        if not entered[p]:
            yield ("phases", p), f"阶段「{p}」没有任何动作可以进入；请检查 to 和 opens，或者删去该阶段"
    good = set(d.source.ends)
    while True:
        more = {o for p in good if p in entered for o in entered[p]} - good
        if not more:
            break
        good |= more
    for p in phases:
        if entered[p] and p not in good:
            yield (
                ("phases", p),
                f"阶段「{p}」没有出路：从它出发到不了任何结束阶段（{'、'.join(d.source.ends)}）",
            )


def _targets(d: Definition) -> Iterator[tuple[Path, str, str | None]]:
    """(place in the file, action, phase that it leads to)."""
    for a in d.actions.values():
        if a.opens:
            yield ("actions", a.name, "opens"), a.name, a.opens
        if a.to:
            yield ("actions", a.name, "to"), a.name, a.to
        for o in a.outcomes.values():
            if o.to:
                yield ("actions", a.name, "outcomes", o.name, "to"), a.name, o.to


def entry(d: Definition) -> Found:
    """There is a first act, and each act can come at some time, by somebody."""
    if not any(a.opens for a in d.actions.values()):
        yield ("actions",), "没有开始动作：至少一个动作须写 opens"
    for a in d.actions.values():
        if not (a.opens or a.from_ or a.quick):
            yield ("actions", a.name), f"「{a.name}」永远不能办理：请写 from、opens 或者 quick"
        if not (a.by or a.deemed or a.system or a.by_expression or a.quick):
            yield ("actions", a.name), f"「{a.name}」没有说明由谁办理：请写 by"
        if a.deemed and not any(c.expire and c.expire.do == a.name for c in d.all_clocks):
            yield ("actions", a.name), f"「{a.name}」由系统视为办理，却没有任何期限的 expire 引到它"


def names(d: Definition) -> Found:
    """Actions, parts and facts that are named exist."""
    for a in d.actions.values():
        for key, value in (("adds", a.adds), ("on", a.on)):
            if value and value not in d.source.parts:
                yield ("actions", a.name, key), f"「{a.name}」引用了未声明的分项「{value}」"
        part = a.adds or a.on
        if a.ends and part in d.source.parts and a.ends not in d.source.parts[part].phases:
            yield ("actions", a.name, "ends"), f"「{a.name}」的 ends「{a.ends}」不是分项「{part}」的阶段"
        for other in (a.then, *a.quick):
            if other and other not in d.actions:
                yield ("actions", a.name), f"「{a.name}」引用了未定义的动作「{other}」"
        for need in (*a.needs, *(n for o in a.outcomes.values() for n in o.needs)):
            if need.do and need.do not in d.actions:
                yield (
                    ("actions", a.name, "needs", need.index, "do"),
                    f"need 的 do「{need.do}」不是已定义的动作",
                )
    for name, fact in d.source.facts.items():
        ways = [w for w in (fact.value, fact.ask, fact.lookup) if w]
        if len(ways) != 1:
            yield ("facts", name), f"认定事实「{name}」须且只须写 value、ask、lookup 之一"
        for who in (fact.ask, fact.confirm):
            side, _, role = (who or "").partition(".")
            if who and (side not in d.source.sides or role not in d.source.sides[side].roles):
                yield ("facts", name), f"认定事实「{name}」由「{who}」认定，但没有这样的参与方或者角色"


def sides(d: Definition) -> Found:
    used = {role for a in d.actions.values() for role in a.by}
    for x in [x for a in d.actions.values() for step in a.approve for x in step if "." in x]:
        name, _, role = x.partition(".")
        used.add((name, role))
    for fact in d.source.facts.values():
        for who in (fact.ask, fact.confirm):
            if who:
                name, _, role = who.partition(".")
                used.add((name, role))
    for name, side in d.source.sides.items():
        for role in side.roles:
            if (name, role) not in used:
                yield ("sides", name, "roles"), f"参与方「{name}」的角色「{role}」没有任何动作使用"
        if side.is_ == "party" and side.roles:
            yield ("sides", name, "roles"), f"当事人「{name}」不在系统内办理，不能有角色"


def links(d: Definition, known: frozenset[str]) -> Found:
    for _, a, o in endings(d):
        tells = (o or a).source.tells
        if tells and (tells.link not in d.source.fields or d.source.fields[tells.link].type != "link"):
            yield ("actions", a.name), f"tells 的 link「{tells.link}」不是 link 类型的字段"
        for link in (o or a).source.links:
            for name in link.carries:
                if name not in d.source.fields and name not in d.source.sides:
                    yield ("actions", a.name), f"「{a.name}」带往「{link.opens}」的「{name}」未声明"
            if known and link.opens and link.opens != "any" and link.opens not in known:
                yield ("actions", a.name), f"「{a.name}」要开启的程序「{link.opens}」不在程序库中"
