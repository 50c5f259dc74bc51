"""What the case page shows, from the case file: identity, progress, gates, next acts, the pending proposal.

Plain values for templates; nothing is decided here that the engine or the access rules decide.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from fazhi.cases import lights, registers, waiting
from fazhi.cases.casefile import CaseFile, Entry
from fazhi.cases.said import Speaker, outcome_title
from fazhi.procedures import Definition, Option, Refusal, sentences
from fazhi.procedures.course import detours, leads_on
from fazhi.procedures.model import Action
from fazhi.procedures.offers import all_needs
from fazhi.procedures.turn import ROLES
from fazhi.web import parts

HEADING = 60  # characters of a heading that is taken from running text
TONES = {lights.RED: "red", lights.AMBER: "amber", lights.GREEN: "green", lights.PAUSED: "grey"}
_HALF = re.compile(r"(?<=[\u4e00-\u9fff」）〕\d])([,;:])(?=[\u4e00-\u9fff「（])")
_FULL = {",": "，", ";": "；", ":": "："}


def zh(text: str) -> str:
    """Marks between Chinese words full width, as print has them."""
    return _HALF.sub(lambda m: _FULL[m[1]], text)


def light(found: lights.Light) -> SafeString:
    """A light of a case or clock as a part of the page."""
    if found.colour == lights.GREY:
        return parts.tag(found.words, "grey")
    return parts.light(TONES[found.colour], word=found.words, provisional=found.provisional)


def problem(refusal: Refusal, field: str = "") -> dict[str, str]:
    """A refusal for the error summary."""
    return {"message": zh(refusal.message), "law": refusal.law, "next": zh(refusal.next), "field": field}


# ---- identity -------------------------------------------------------------------------------------------------------


def identity(file: CaseFile, say: Speaker) -> dict[str, Any]:
    row, d = file.row, file.d
    party = next((k for k, s in d.source.sides.items() if s.is_ == "party" and file.state.sides.get(k)), "")
    due, due_title, shown = str(row.due or "")[:10], "", file.light
    if row.due and not row.closed_on:
        due_title = file.state.clocks.get(row.due_clock, {}).get("title", "")
    if (
        not file.sight.all and not row.closed_on
    ):  # a side goes by its own limits, not by those of who handles the case
        running = [c for c in file.clocks if c.record["status"] == "running" and c.record["due"]]
        first = min(running, key=lambda c: str(c.record["due"]), default=None)
        due = str(first.record["due"])[:10] if first else ""
        due_title = first.record["title"] if first else ""
        shown = first.light if first else lights.Light(lights.GREY, "没有您的期限")
    return {
        "number": row.number or "（批准后编号）",
        "numbered": bool(row.number),
        "procedure": d.source.short or d.title,
        "title": _heading(file, say),
        "party_title": d.source.sides[party].title if party else "",
        "parties": say.side(party, file.state.sides[party]) if party else [],
        "organ": registers.organ(row.organ).get("name", ""),
        "others": [
            (side.title, say.side(name, held))
            for name, side in d.source.sides.items()
            if side.is_ != "party" and (held := file.state.sides.get(name)) and row.organ not in held
        ],
        "person": file.people.get(row.person, ""),
        "phase": d.source.phases.get(row.phase, ""),
        "outcome": outcome_title(d, file.state) if row.closed_on or row.outcome else "",
        "opened_on": str(row.opened_on or "")[:10],
        "closed_on": str(row.closed_on or "")[:10],
        "due": due,
        "due_title": due_title,
        "light": light(shown),
        "elsewhere": row.elsewhere,
    }


def _heading(file: CaseFile, say: Speaker) -> str:
    """What the case is about, without the party, who stands beside: the heading that the definition names (this page is open
    to this person only, so its words may be personal), or its first words for finding."""
    for name in file.d.source.heading:
        if value := file.state.values.get(name):
            said = say.field(name, value)
            if said and not said[0].withheld:
                return _first_line(said[0].text)
    for name, f in file.d.source.fields.items():
        if f.find and (value := file.state.values.get(name)):
            return say.line(name, value)
    pending = (file.state.pending or {}).get("values", {})
    for name, f in file.d.source.fields.items():
        if f.find and pending.get(name):
            return say.line(name, pending[name])
    return file.d.source.short or file.d.title


def _first_line(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) <= HEADING else line[:HEADING].rstrip("，。；、 ") + "…"


# ---- progress -------------------------------------------------------------------------------------------------------


def progress(file: CaseFile) -> dict[str, Any]:
    """The phases as steps: passed, present, to come; what is only passed on occasion is named below."""
    d, state = file.d, file.state
    phases = d.source.phases
    entered: dict[str, Entry] = {}
    for entry in file.entries:
        if entry.phase:
            entered[entry.phase[1]] = entry
    aside = detours(d) - set(entered) - {state.phase}
    begun = {a.opens for a in d.actions.values() if a.opens}
    first = d.actions.get(state.acts[0]["a"]) if state.acts else None
    other = (
        begun - set(entered) - {state.phase, first.opens if first else ""} if state.phase else set()
    )  # begun in another way
    whole = file.sight.all
    order = [p for p in phases if p not in aside | other]
    steps: list[dict[str, Any]] = []
    if not state.phase:
        opening = next((e for e in file.entries if e.kind == "proposed"), None)
        steps.append(
            {
                "title": f"提请{opening.title}" if opening else "未立案",
                "state": "current",
                **_who(file, opening),
            }
        )
    here = order.index(state.phase) if state.phase in order else -1
    for i, p in enumerate(order):
        if p == state.phase:
            mark = "done" if p in d.ends else "current"
        elif (p in entered or not whole) and i < here:  # who sees only his own side has not seen it pass
            mark = "done"
        elif i < here:
            mark = "skipped"
        else:
            mark = "future"
        seen = entered.get(p) if mark in ("done", "current") else None
        steps.append({"title": phases[p], "state": mark, **_who(file, seen)})
    if state.closed_on and here >= 0:  # ended early: what comes after the end does not come any more
        steps = [s for s in steps if s["state"] != "future"]
    return {"steps": steps, "aside": [phases[p] for p in phases if p in aside]}


def _who(file: CaseFile, entry: Entry | None) -> dict[str, str]:
    if entry is None:
        return {"when": "", "by": ""}
    return {"when": entry.on, "by": file.people.get(entry.who, "系统" if entry.who == "system" else "")}


# ---- gates ----------------------------------------------------------------------------------------------------------

MARKS = {"met": "met", "not_met": "unmet", "unknown": "unknown", "idle": "idle"}
OUTCOMES = 3  # so many outcomes with requirements of their own stand by themselves
WORDS = {"met": "已满足", "unmet": "未满足", "unknown": "未载明", "idle": "不适用"}


@dataclass(frozen=True)
class GateGroup:
    """The legal requirements of one action (and outcome). `rank`: 0 leads on from here, 1 done, 2 anything else.
    `inner`: what the outcomes of one action want besides, where they are many."""

    title: str
    rank: int
    gates: list[dict[str, Any]]
    counts: Counter[str] = field(hash=False)
    inner: list[GateGroup] = field(default_factory=list, hash=False)

    @property
    def done(self) -> bool:
        return self.rank == 1


def gate_groups(file: CaseFile) -> dict[str, list[GateGroup]]:
    """The requirements of the acts that lead on from the present phase; of those done; of all else that may be done here.
    Later phases are in the definition's own page."""
    d, state = file.d, file.state
    here = {o.action.name for o in file.options}
    leading = {o.action.name for o in file.options if leads_on(d, state.phase, o.action)}
    usable = {o.action.name for o in file.options if o.mine and not o.blockers and not file.row.elsewhere}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for gate, need in zip(file.gates, all_needs(d), strict=False):
        happened = state.done(gate.action, gate.outcome)
        if not (happened or (gate.action in here and not (gate.outcome and state.done(gate.action)))):
            continue
        mark = MARKS[gate.result]
        flaw = gate.level == "flaw"
        word = "记为瑕疵" if mark == "unmet" and flaw else WORDS[mark]
        shown = {
            "title": zh(gate.what) if mark == "unmet" else sentences.requirement(d, need),
            "law": gate.law,
            "result": mark,
            "word": "待认定" if mark == "unknown" and not happened else word,
            "why": "",
            "url": "",
            "unverified": need.unverified,
        }
        if mark == "idle" and need.when is not None and (said := sentences.condition(d, need.when.source)):
            shown["when"] = f"只在{said}时适用"
        if mark == "unmet" and not happened and gate.do in d.actions:
            shown["why"] = f"由「{d.actions[gate.do].title}」满足"
            shown["url"] = act_url(file, gate.do) if gate.do in usable else ""
        groups.setdefault((gate.action, gate.outcome), []).append(shown)
    found: dict[str, list[GateGroup]] = {"leading": [], "done": [], "others": []}
    by_action: dict[str, list[tuple[str, GateGroup]]] = {}
    for (action, outcome), gates in groups.items():
        a = d.actions[action]
        title = a.title + (f" · {a.outcomes[outcome].title}" if outcome in a.outcomes else "")
        rank = 1 if state.done(action, outcome) else 0 if action in leading else 2
        group = GateGroup(title, rank, gates, Counter(g["result"] for g in gates))
        found[("leading", "done", "others")[rank]].append(group)
        by_action.setdefault(action, []).append((outcome, group))
    for action, each in by_action.items():
        outcomes = [x for outcome, x in each if outcome and x.rank == 0]
        if len(outcomes) <= OUTCOMES:
            continue
        found["leading"] = [x for x in found["leading"] if x not in outcomes]
        title = f"{d.actions[action].title}：选定处理结果以后另有的要求"
        inner = [replace(x, title=x.title.partition(" · ")[2]) for x in outcomes]
        found["leading"].append(GateGroup(title, 0, [], Counter(), inner))
    found["leading"].sort(key=lambda g: (bool(g.inner), -len(g.gates)))
    return found


# ---- next acts ------------------------------------------------------------------------------------------------------


def act_url(file: CaseFile, action: str) -> str:
    return reverse("cases:act", args=[file.row.id, action])


@dataclass(frozen=True)
class NextActs:
    forward: list[dict[str, Any]]  # open and called for, the most pressing first
    others: list[dict[str, Any]]  # open besides
    rows: dict[str, list[dict[str, Any]]]  # open, on parts of the case: 送达 → 发出文书, 登记送达
    blocked: list[dict[str, Any]]  # what would lead on, with what stands in its way
    later: list[dict[str, Any]]  # blocked besides
    elsewhere: list[dict[str, Any]]  # of other roles and organs


def next_acts(file: CaseFile) -> NextActs:
    d, state = file.d, file.state
    found = NextActs([], [], {}, [], [], [])
    if state.pending or file.row.elsewhere or (not state.acts and state.closed_on):
        return found
    usable = {o.action.name for o in file.options if o.mine and o.open}
    called = {
        c.action.name: c for c in waiting.calls(d, state, file.resolved, file.options, file.sight.sides)
    }
    for option in file.options:
        a = option.action
        if (a.once and state.done(a.name)) or not has_row(file, a):
            continue
        item = {
            "name": a.name, "title": a.title, "law": d.law_of(a.law) if a.law else "", "hint": a.source.hint,
            "url": act_url(file, a.name), "approve": approvers(d, a.approve), "done": state.done(a.name),
        }  # fmt: skip
        part = a.adds or a.on
        if not option.mine:
            item["by"] = by_whom(d, a.by)
            found.elsewhere.append(item)
        elif not option.open:
            item["why"] = [_why(file, r, usable) for r in _blockers(option)]
            (found.blocked if leads_on(d, state.phase, a) else found.later).append(item)
        elif a.name in called:
            call = called[a.name]
            url = f"{item['url']}?{urlencode(call.preset)}" if call.preset else item["url"]
            found.forward.append(item | {"why": zh(call.why), "rank": call.rank, "url": url})
        elif part:
            found.rows.setdefault(d.source.parts[part].title, []).append(item)
        else:
            found.others.append(item)
    pressing = list(called)
    found.forward.sort(key=lambda x: pressing.index(x["name"]))
    return found


def has_row(file: CaseFile, a: Action) -> bool:
    """Whether an act on rows of a part has one to be done on."""
    if not a.on:
        return True
    return any(takes_row(file.d, a.ends, a.on, r) for r in file.state.parts.get(a.on, ()))


def takes_row(d: Definition, ends: str | None, part: str, row: dict[str, Any]) -> bool:
    """Whether an act on rows of this part still has something to do on this one: it does not lead back."""
    phases = list(d.source.parts[part].phases)
    if not phases or row.get("phase") not in phases:
        return True
    return phases.index(row["phase"]) < phases.index(ends) if ends in phases else row["phase"] != phases[-1]


def _blockers(option: Option) -> list[Refusal]:
    """Each reason once; with outcomes all blocked, the reasons of each."""
    if option.blockers:
        return list(option.blockers)
    told: dict[str, Refusal] = {}
    for name, refusals in option.outcomes.items():
        title = option.action.outcomes[name].title
        for r in refusals:
            told.setdefault(r.message, replace(r, message=f"{title}：{r.message}"))
    return list(told.values())


def _why(file: CaseFile, refusal: Refusal, usable: set[str]) -> dict[str, str]:
    do = refusal.code if refusal.code in file.d.actions else ""
    said = {
        "message": zh(refusal.message),
        "law": refusal.law,
        "next": zh(refusal.next),
        "url": "",
        "act": "",
    }
    if do and do in usable:
        said |= {"url": act_url(file, do), "act": file.d.actions[do].title, "next": ""}
    return said


def by_whom(d: Definition, pairs: tuple[tuple[str, str], ...]) -> str:
    sides = d.source.sides
    return "、".join(f"{sides[s].title}{ROLES.get(r, r)}" for s, r in pairs if s in sides)


def approvers(d: Definition, steps: tuple[tuple[str, ...], ...]) -> str:
    """机关负责人 → 集体讨论: who has to agree, in order."""
    sides = d.source.sides
    said = []
    for names in steps:
        words = []
        for name in names:
            side, _, role = name.partition(".")
            words.append("集体讨论" if name == "meeting" else f"{sides[side].title}{ROLES.get(role, role)}")
        said.append("或者".join(words))
    return "，再报".join(said)


# ---- what waits for approval ----------------------------------------------------------------------------------------


def pending(file: CaseFile, say: Speaker, person: str) -> dict[str, Any] | None:
    """The proposal on the table: what, by whom, who has to agree now, and what the person of this request may do."""
    p, d = file.state.pending, file.d
    if p is None:
        return None
    mending = p["action"].startswith("$")
    if mending:
        title = "更正办理记录" if p["action"] == "$correct" else "撤销办理记录"
        steps: tuple[tuple[str, ...], ...] = ()
        target = next((e for e in file.entries if e.seq == p["target"]), None)
        title += f"：{target.title}（{target.on}）" if target else ""
        who = "本机关另一名人员"
        documents: tuple[str, ...] = ()
    else:
        a = d.actions[p["action"]]
        o = a.outcomes.get(p.get("outcome", ""))
        title = a.title + (f" · {o.title}" if o else "")
        steps = a.approve
        who = approvers(d, (steps[p["step"]],))
        documents = (*a.documents, *(o.documents if o else ()))
    drafts = [x for x in file.papers if x.seq == p["seq"] and x.template in documents]
    return {
        "title": title,
        "verb": "" if mending else d.actions[p["action"]].title,
        "mending": mending,
        "by": file.people.get(p["by"], ""),
        "organ": registers.organ(p.get("organ", "")).get("short", ""),
        "on": p["on"],
        "step": p["step"] + 1,
        "steps": len(steps) or 1,
        "who": who,
        "meeting": not mending and "meeting" in steps[p["step"]],
        "only_meeting": not mending and steps[p["step"]] == ("meeting",),
        "agreed": [file.people.get(x, "") for x in p["agreed"]],
        "reason": say.reason(p.get("reason", "")),
        "rows": proposal_rows(file, say, p),
        "drafts": drafts,
        "may": file.may_approve,
        "mine": p["by"] == person,
    }


def proposal_rows(file: CaseFile, say: Speaker, p: dict[str, Any]) -> list[dict[str, Any]]:
    """What was proposed, field by field."""
    d = file.d
    a = d.actions.get(p["action"])
    part = (a.adds or a.on) if a else None
    fields = {**d.source.fields, **(d.source.parts[part].fields if part and part in d.source.parts else {})}
    rows: list[dict[str, Any]] = []
    for name, members in p.get("sides", {}).items():
        rows.append({"label": d.source.sides[name].title, "said": say.side(name, members)})
    for name, value in p.get("values", {}).items():
        if name == "$on":
            rows.append({"label": "办理日期", "said": say.field("", value)})
        elif name in fields:
            rows.append({"label": fields[name].title, "said": say.field(name, value, fields[name])})
    for name, value in p.get("facts", {}).items():
        if name in d.facts:
            rows.append(
                {
                    "label": d.facts[name].title,
                    "words": say.fact(name, value),
                    "law": d.law_of(d.facts[name].law),
                }
            )
    return rows
