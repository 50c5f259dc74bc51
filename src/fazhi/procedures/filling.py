"""What was sent with an act, put into the trial state and the event's body; what cannot stand is refused by field."""

from __future__ import annotations

from typing import Any

from fazhi.procedures import checks
from fazhi.procedures.attempt import Attempt
from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Ask


def fill(t: Attempt) -> list[Refusal]:
    """Put the given values, facts and parameters into the trial state and the body; refuse what cannot stand."""
    d, s, a, c, r = t.d, t.s, t.a, t.c, t.r
    fields = d.source.fields
    part = a.adds or a.on
    part_fields = d.source.parts[part].fields if part and part in d.source.parts else {}
    sides = d.source.sides
    asked: dict[str, Ask] = {x.field: x for x in (*a.asks, *(t.o.asks if t.o else ()))}
    refusals = []
    values, row, given_sides = {}, {}, dict(c.sides)
    for name, given in c.values.items():
        if given is None:
            continue
        if name in part_fields and part:
            refusal = checks.value(name, part_fields[name], given, r)
            row[name] = given
        elif name in sides:
            refusal = None
            given_sides[name] = given if isinstance(given, list) else [given]
        elif name in fields:
            refusal = checks.value(name, fields[name], given, r)
            values[name] = given
        else:
            refusal = Refusal(
                f"「{d.title}」没有字段「{name}」",
                field=name,
                next="请使用当前版本的表单或者模板",
                code="value",
            )
        if refusal:
            refusals.append(refusal)
    if c.mode == "live" and not a.deemed:
        for ask in asked.values():
            known = ask.field in values or ask.field in given_sides or ask.field in row
            if ask.required and not known:
                title = (sides[ask.field] if ask.field in sides else (part_fields | fields)[ask.field]).title
                refusals.append(
                    Refusal(
                        f"「{title}」未填写",
                        law=d.law_of(a.law),
                        field=ask.field,
                        next="请填写后提交",
                        code="missing",
                    )
                )
    if part and a.on and (c.part is None or c.part >= len(s.parts.get(part, ()))):
        refusals.append(
            Refusal(
                f"「{a.title}」须选定一项「{d.source.parts[part].title}」",
                field="part",
                next="请先选择",
                code="part",
            )
        )
    if a.deemed and not t.actor.system and not c.reason:
        refusals.append(
            Refusal(
                f"「{a.title}」须记明有无正当理由",
                law=d.law_of(a.law),
                field="reason",
                next="请填写理由",
                code="reason",
            )
        )
    for name, given in given_sides.items():
        if name in sides and not sides[name].many and len(given) > 1:
            refusals.append(
                Refusal(f"「{sides[name].title}」只能有一个", field=name, next="请只保留一个", code="value")
            )
    if refusals:
        return refusals
    if not s.acts:
        for side, _ in a.by:
            if (
                side in sides
                and sides[side].is_ != "party"
                and side not in given_sides
                and side not in s.sides
                and t.actor.organ
            ):
                given_sides[side] = [t.actor.organ]
                break
    facts = {k: v for k, v in c.facts.items() if k in d.facts and v is not None} if c.facts else {}
    for name, found in r.lookups.items():
        fact = d.facts.get(name)
        if fact is None:
            continue
        if fact.source.confirm is None or not found.get("found"):
            facts.setdefault(name, found["value"])
    s.values.update(values)
    s.sides.update(given_sides)
    s.facts.update(facts)
    used = {k: p for k, p in r.parameters.items() if s.parameters.get(k) != p["value"]}
    if used:
        s.parameters.update({k: p["value"] for k, p in used.items()})
    for key, part_of in (("values", values), ("sides", given_sides), ("facts", facts), ("parameters", used)):
        if part_of:
            t.body[key] = part_of
    if r.lookups:
        t.body["lookups"] = {k: v for k, v in r.lookups.items() if k in d.facts}
    if part:
        _row(t, part, row)
    return []


def _row(t: Attempt, part: str, row: dict[str, Any]) -> None:
    rows = t.s.parts.setdefault(part, [])
    phases = list(t.d.source.parts[part].phases)
    if t.a.adds:
        index = len(rows)
        change = {"phase": t.a.ends or (phases[0] if phases else ""), **row}
        rows.append({"index": index, **change})
    else:
        index = t.c.part or 0
        change = {**row}
        if phases:
            change["phase"] = t.a.ends or phases[-1]
        rows[index].update(change)
    t.body["part"] = {"name": part, "index": index}
    t.body["effects"] = {"parts": [{"name": part, "index": index, "set": change}]}
