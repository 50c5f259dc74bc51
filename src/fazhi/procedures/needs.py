"""What the law requires before an act: met, not met, or unknown for want of data, which is named."""

from __future__ import annotations

from fazhi.procedures.attempt import Attempt
from fazhi.procedures.conditions import UNKNOWN
from fazhi.procedures.errors import Refusal
from fazhi.procedures.model import Definition, Need
from fazhi.procedures.view import View


def test(t: Attempt) -> list[Refusal]:
    """Every need of the act: recorded with its answer; gives the refusals of those that block."""
    view = view_of(t)
    results, refusals = [], []
    for need in (*t.a.needs, *(t.o.needs if t.o else ())):
        answer = answer_of(view, need)
        if answer == "idle":
            continue
        results.append(
            {
                "where": need.where,
                "index": need.index,
                "law": t.d.law_of(need.law),
                "level": need.level,
                "result": answer,
            }
        )
        if answer == "not_met" and (need.level == "flaw" or t.c.mode == "record"):
            t.body.setdefault("effects", {}).setdefault("flaws", []).append(
                {
                    "need": f"{need.where}#{need.index}",
                    "what": need.otherwise,
                    "law": t.d.law_of(need.law),
                    "seq": t.body["seq"],
                }
            )
        if need.level == "block" and answer != "met" and t.c.mode == "live":  # a record is never refused
            refusals.append(_unmet(t, view, need, answer))
    if results:
        t.body["needs"] = results
    return refusals


def view_of(t: Attempt) -> View:
    row = t.body.get("part")
    return View(t.d, t.s, t.c.on, t.r.codes, (row["name"], row["index"]) if row else None, t.r.carried)


def answer_of(view: View, need: Need) -> str:
    """met | not_met | unknown | idle (its `when` does not hold)."""
    if need.when is not None:
        when = view.evaluate(need.when)
        if when is UNKNOWN:
            return "unknown"
        if not when:
            return "idle"
    that = view.evaluate(need.that)
    return "unknown" if that is UNKNOWN else "met" if that else "not_met"


def _unmet(t: Attempt, view: View, need: Need, answer: str) -> Refusal:
    d = t.d
    do = d.actions[need.do].title if need.do in d.actions else ""
    step = f"请先办理「{do}」" if do else "请补正后再办理"
    if answer == "unknown":
        names = sorted(missing(d, view, need))
        titles = "、".join(title_of(d, n) for n in names) or "分项或者名册中的相应内容"
        return Refusal(
            f"{need.otherwise}：无法判断，尚缺「{titles}」",
            law=d.law_of(need.law),
            field=names[0] if names else "",
            next="请先认定或者填写",
            code="unknown",
        )
    return Refusal(need.otherwise, law=d.law_of(need.law), next=step, code="need")


def missing(d: Definition, view: View, need: Need) -> set[str]:
    """The names without data that keep a need from being answered, down through computed facts."""
    names = set(need.that.names) | (set(need.when.names) if need.when else set())
    out: set[str] = set()
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        if view.value(name) is not UNKNOWN:
            continue
        fact = d.facts.get(name)
        if fact is not None and fact.value is not None:
            names |= set(fact.value.names)
        else:
            out.add(name)
    return out


def title_of(d: Definition, name: str) -> str:
    s = d.source
    for table in (s.fields, s.facts, s.sides, s.parts):
        if name in table:
            return str(table[name].title)
    if name.startswith("param_") and name[6:] in s.parameters:
        return "参数：" + s.parameters[name[6:]].title
    return name
