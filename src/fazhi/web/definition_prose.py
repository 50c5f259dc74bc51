"""A definition as a lawyer reads it: who takes part, what may be done, what the law requires first, which limits run."""

from __future__ import annotations

from typing import Any

from fazhi.law import Period
from fazhi.procedures import Definition, sentences
from fazhi.procedures.model import Action, Clock, Length, Need, Outcome
from fazhi.procedures.turn import ROLES
from fazhi.web.case_page import approvers, by_whom, zh
from fazhi.web.case_tabs import KINDS, REMEDIES, period

SIDE_KINDS = {"organ": "机关", "body": "机构", "party": "当事人（相对人）"}
SEES = {
    "all": "可看全案",
    "own": "只看本方办理和送达本方的内容",
    "sent": "送达本方以后才看到本案，只看本方办理和送达本方的内容",
    "nothing": "不看案卷",
}
RUNNING = {
    "keep": "施行前已经开始的案件，继续适用原来的版本。",
    "move": "施行前已经开始的案件，转入本版本办理。",
    "ask": "施行前已经开始的案件是否转入本版本，由承办机关认定。",
}


def told(d: Definition) -> dict[str, Any]:
    """Everything that the page shows of one version."""
    s = d.source
    return {
        "sides": [
            {"title": x.title, "kind": SIDE_KINDS[x.is_], "roles": "、".join(ROLES.get(r, r) for r in x.roles), "many": x.many, "sees": SEES[x.sees], "through": x.acts_through}
            for x in s.sides.values()
        ],
        "phases": [{"title": title, "end": key in d.ends, "acts": _phase_acts(d, key)} for key, title in s.phases.items()],
        "opening": [action(d, a) for a in d.opening if not a.quick],
        "clocks": [clock(d, c) for c in d.clocks.values()]
        + [clock(d, c, s.parts[p].title) for p, cs in d.part_clocks.items() for c in cs.values()],
        "facts": [_fact(d, name) for name in d.facts],
        "parts": [{"title": p.title, "phases": "→".join(p.phases.values()), "fields": "、".join(f.title for f in p.fields.values())} for p in s.parts.values()],
        "parameters": [{"title": p.title, "law": d.law_of(p.law) if p.law else "", "unverified": p.unverified} for p in s.parameters.values()],
        "running": RUNNING[s.in_force.running] + (f"（{s.in_force.law}）" if s.in_force.law else ""),
        "unverified": unverified(d),
        "figures": [f.title for f in s.figures.values()],
    }  # fmt: skip


def _phase_acts(d: Definition, phase: str) -> list[dict[str, Any]]:
    """What may be done in a phase and not in an earlier one: each action stands where it first comes up."""
    order = list(d.source.phases)
    found = []
    for a in d.actions.values():
        first = next((p for p in order if p in a.from_), "")
        if first == phase and not a.opens:
            found.append(action(d, a))
    return found


def action(d: Definition, a: Action) -> dict[str, Any]:
    phases = d.source.phases
    if a.deemed:
        who = "依法视为发生（期限届满时由系统办理）"
    elif a.system:
        who = "系统"
    else:
        who = by_whom(d, a.by)
    return {
        "title": a.title, "who": who, "law": d.law_of(a.law) if a.law else "", "hint": a.source.hint, "approve": approvers(d, a.approve),
        "from": "、".join(phases[p] for p in phases if p in a.from_), "to": phases.get(a.to or a.opens or "", ""), "once": a.once,
        "asks": "、".join(_title(d, x.field, a) + ("" if x.required else "（选填）") for x in a.asks),
        "needs": [need(d, n) for n in a.needs], "papers": "、".join(_paper(d, n) for n in a.documents),
        "outcomes": [_outcome(d, a, o) for o in a.outcomes.values()], "unverified": a.source.unverified,
        "remedies": _remedies(a.source.remedies), "then": d.actions[a.then].title if a.then else "",
        "adds": d.source.parts[a.adds].title if a.adds else "", "on": d.source.parts[a.on].title if a.on else "",
    }  # fmt: skip


def _outcome(d: Definition, a: Action, o: Outcome) -> dict[str, Any]:
    return {
        "title": o.title, "to": d.source.phases.get(o.to or "", ""), "law": d.law_of(o.law) if o.law and o.law != a.law else "",
        "asks": "、".join(_title(d, x.field, a) + ("" if x.required else "（选填）") for x in o.asks), "needs": [need(d, n) for n in o.needs],
        "papers": "、".join(_paper(d, n) for n in o.documents), "remedies": _remedies(o.source.remedies), "unverified": o.source.unverified,
    }  # fmt: skip


def need(d: Definition, n: Need) -> dict[str, Any]:
    return {
        "what": sentences.requirement(d, n), "else": zh(n.otherwise), "law": d.law_of(n.law), "flaw": n.level == "flaw",
        "when": sentences.condition(d, n.when.source) or n.when.source if n.when else "", "unverified": n.unverified,
    }  # fmt: skip


def _remedies(found: Any) -> list[str]:
    return [
        ("应当先" if r.first else "") + REMEDIES[r.kind] + (f"，{period(r.within)}内" if r.within else "") + f"〔{r.law}〕"
        for r in found
        if r.kind in REMEDIES
    ]  # fmt: skip


def _title(d: Definition, name: str, a: Action) -> str:
    s = d.source
    part = a.adds or a.on
    for table in (s.parts[part].fields if part else {}, s.sides, s.fields):
        if name in table:
            return str(table[name].title)
    return name


def _paper(d: Definition, name: str) -> str:
    return str(d.documents.get(name, {}).get("title", name))


def _acts(d: Definition, names: Any) -> str:
    said = []
    for name in sorted(names):
        key, _, outcome = name.partition(".")
        served = key.startswith("served:")
        a = d.actions.get(key.removeprefix("served:"))
        if a is None:
            continue
        words = a.title + (f"（{a.outcomes[outcome].title}）" if outcome in a.outcomes else "")
        said.append(f"「{words}」的文书送达" if served else f"「{words}」")
    return "、".join(said)


def length(d: Definition, found: Length | None) -> str:
    if found is None:
        return ""
    if found.amount is not None:
        return Period(found.amount, found.unit).label  # type: ignore[arg-type]
    unit = {"working_days": "工作日", "natural_days": "日", "months": "月", "years": "年", "hours": "小时"}[
        found.unit
    ]
    parameter = d.source.parameters.get(found.parameter)
    return f"参数「{parameter.title}」规定的{unit}数" if parameter else f"按代码表确定的{unit}数"


def clock(d: Definition, c: Clock, part: str = "") -> dict[str, Any]:
    until = d.source.fields.get(c.until)
    start = _acts(d, c.start)
    if c.start_day == "served":
        side = d.source.sides.get(c.start_to)
        start += f"的文书送达{side.title if side else ''}之日起"
    elif c.start_day:
        field = d.source.fields.get(c.start_day) or next(
            (p.fields[c.start_day] for p in d.source.parts.values() if c.start_day in p.fields), None
        )
        start += f"，自「{field.title if field else c.start_day}」起"
    else:
        start += "之日起"
    return {
        "title": c.title + (f"（每项{part}）" if part else ""), "law": d.law_of(c.law) if c.law else "", "kind": KINDS.get(c.kind, ""),
        "length": f"至「{until.title}」" if until else length(d, c.length), "start": start, "stop": _acts(d, c.stop),
        "when": (sentences.condition(d, c.when.source) or c.when.source) if c.when else "",
        "roll": f"末日遇节假日顺延〔{d.law_of(c.roll)}〕" if c.roll and c.roll != "none" else "末日遇节假日不顺延",
        "pauses": [{"while": sentences.condition(d, x.source) or x.source, "law": d.law_of(law)} for x, law in c.pauses],
        "extend": f"经「{d.actions[c.extend_by].title}」可延长，最多{length(d, c.extend_most)}〔{d.law_of(c.extend_law)}〕" if c.extend_by in d.actions else "",
        "expire": _expire(d, c), "whose": d.source.sides[c.whose].title if c.whose in d.source.sides else "", "unverified": c.unverified,
        "warn": c.warn.label if c.warn else "",
    }  # fmt: skip


def _expire(d: Definition, c: Clock) -> str:
    if c.expire is None:
        return ""
    if c.expire.do:
        asks = f"，先认定{c.expire.ask}" if c.expire.ask else ""
        return f"届满后：「{d.actions[c.expire.do].title}」{asks}"
    if c.expire.remind:
        return f"届满后提醒办理「{d.actions[c.expire.remind].title}」" if c.expire.remind in d.actions else ""
    return ""


def _fact(d: Definition, name: str) -> dict[str, Any]:
    f = d.facts[name]
    src = f.source
    if f.value is not None:
        how = "计算：" + (sentences.condition(d, f.value.source) or f.value.source)
    elif src.lookup is not None:
        how = "系统从其他案件查找" + ("，查到的由承办人认定" if src.confirm else "")
    else:
        side, _, role = (src.ask or "").partition(".")
        how = f"由{d.source.sides[side].title if side in d.source.sides else ''}{ROLES.get(role, role)}认定"
    return {
        "title": f.title,
        "how": how,
        "law": d.law_of(f.law) if f.law else "",
        "hint": src.hint,
        "unverified": src.unverified,
    }


def unverified(d: Definition) -> int:
    """How many rules of this file still await comparison with the law's own words."""
    s = d.source
    needs = [
        n for a in s.actions.values() for n in (*a.needs, *(x for o in a.outcomes.values() for x in o.needs))
    ]
    marked = [
        s.in_force,
        *s.actions.values(),
        *s.clocks.values(),
        *s.facts.values(),
        *s.parameters.values(),
        *needs,
    ]
    return sum(1 for x in marked if getattr(x, "unverified", False))
