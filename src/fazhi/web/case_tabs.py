"""What stands behind the tabs of a case page: what was entered, the clocks with their derivation, the record, the rows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.urls import reverse

from fazhi.cases import papers as case_papers
from fazhi.cases import publishing, registers
from fazhi.cases.casefile import CaseFile
from fazhi.cases.said import ERASED, PARTY, PARTY_KINDS, Speaker
from fazhi.documents import pdf
from fazhi.law import SHANGHAI
from fazhi.procedures import Definition
from fazhi.procedures.compose import UNITS
from fazhi.web import parts
from fazhi.web.case_page import MARKS, WORDS, act_url, light, takes_row, zh

TABS = {
    "info": "基本信息", "clocks": "期限", "history": "办理记录", "papers": "文书", "parts": "分项", "links": "关联案件",
    "flaws": "程序瑕疵",
}  # fmt: skip


def tabs(file: CaseFile, here: str, base: str) -> list[dict[str, Any]]:
    counts = {
        "clocks": len(file.clocks),
        "history": len(file.entries),
        "papers": len([p for p in file.papers if not superseded(file, p)]),
        "parts": sum(len(rows) for rows in file.state.parts.values()),
        "links": len(file.links),
        "flaws": len(file.state.flaws),
    }
    if not file.sight.all:
        counts.pop("flaws")
    return [
        {
            "title": title,
            "url": f"{base}?tab={key}#tabs",
            "current": key == here,
            "count": counts.get(key, ""),
        }
        for key, title in TABS.items()
        if key in ("info", "clocks", "history", "papers") or counts.get(key)
    ]


def superseded(file: CaseFile, paper: Any) -> bool:
    """A draft whose act has since taken effect: the issued paper stands in its place."""
    entry = next((e for e in file.entries if e.seq == paper.seq), None)
    if entry is None or entry.kind != "proposed":
        return False
    return any(p.template == paper.template and p.seq > paper.seq for p in file.papers)


def info(file: CaseFile, say: Speaker) -> dict[str, Any]:
    """Fields, sides, facts and parameters as they stand."""
    d, state = file.d, file.state
    rows = {
        name: {"label": f.title, "said": say.field(name, state.values[name]), "law": f.law}
        for name, f in d.source.fields.items()
        if state.values.get(name) not in (None, "", [])
    }
    grouped = [(g.title, [rows.pop(n) for n in g.fields if n in rows]) for g in d.source.groups]
    groups = [(title, here) for title, here in grouped if here]
    if rows:
        groups.append(("其他登记内容" if groups else "登记内容", list(rows.values())))
    sides = []
    for name, side in d.source.sides.items():
        for member in state.sides.get(name, ()):
            if side.is_ != "party":
                sides.append({"title": side.title, "name": say.organ_of(member).text, "details": []})
                continue
            details = say.party_details(member)
            sides.append({"title": side.title, **_party(details, member)})
    facts = [
        {
            "label": d.facts[k].title,
            "words": say.fact(k, v),
            "law": d.facts[k].law,
        }
        for k, v in state.facts.items()
        if k in d.facts
    ]
    used = [
        {"label": d.source.parameters[k].title, "words": _parameter(d, k, v), "note": file.resolved.parameters.get(k, {}).get("source", "")}
        for k, v in state.parameters.items()
        if k in d.source.parameters
    ]  # fmt: skip
    return {"groups": groups, "sides": sides, "facts": facts, "parameters": used, "remedies": remedies(file)}


def _party(details: dict[str, str] | None, member: dict[str, Any]) -> dict[str, Any]:
    if details is None:
        return {"name": ERASED, "details": []}
    told = [(title, details[k]) for k, title in PARTY.items() if details.get(k)]
    return {
        "name": details.get("name", ""),
        "kind": PARTY_KINDS.get(member.get("kind", ""), ""),
        "details": told,
    }


def _parameter(d: Definition, name: str, value: Any) -> str:
    kind = d.source.parameters[name].type
    return (
        parts.yuan(int(value))
        if kind == "money"
        else "是"
        if value is True
        else "否"
        if value is False
        else str(value)
    )


REMEDIES = {
    "reconsideration": "申请行政复议", "litigation": "提起行政诉讼", "recheck": "请求复查", "review": "请求复核", "appeal": "提起上诉",
}  # fmt: skip


def remedies(file: CaseFile) -> list[dict[str, str]]:
    return [
        {
            "words": ("应当先" if r.get("first") else "") + REMEDIES.get(r["kind"], r["kind"]),
            "within": period(r["within"]) if r.get("within") else "",
            "law": r["law"],
        }
        for r in file.state.remedies
        if r["kind"] in REMEDIES
    ]


KINDS = {
    "limit": "办理期限", "wait": "等待期满后办理", "notice": "提前通知", "date": "指定日期", "duty": "定期义务",
}  # fmt: skip
STATUS = {
    "running": "计时中", "paused": "中止计时", "met": "已按期办理", "late": "已逾期办理", "run_out": "已届满", "given_way": "不再适用",
}  # fmt: skip


def clocks(file: CaseFile) -> list[dict[str, Any]]:
    """Every clock with its light and derivation; the running ones of the organ first."""
    d = file.d
    shown = []
    for c in file.clocks:
        r = c.record
        whose = r.get("whose", "")
        shown.append(
            {
                "title": clock_title(d, c.id, r),
                "law": r["law"], "light": light(c.light), "kind": KINDS.get(r["kind"], ""), "status": "已届满" if c.light.words == "已届满" else STATUS.get(r["status"], ""),
                "running": r["status"] in ("running", "paused"), "start": str(r.get("start") or "")[:10],
                "due": str(r.get("due") or "")[:16].replace("T", " "), "stopped": str(r.get("stopped") or "")[:10],
                "provisional": bool(r.get("provisional")), "warn_from": str(r.get("warn_from") or "")[:10],
                "whose": d.source.sides[whose].title if whose in d.source.sides else "", "steps": r.get("steps", []),
                "pauses": [{"first": p[0], "last": p[1], "law": p[2] if len(p) > 2 else ""} for p in r.get("pauses", ())],
                "runs": len(r.get("runs", ())), "unverified": unverified_clock(d, c.id),
            }
        )  # fmt: skip
    return sorted(shown, key=lambda x: (not x["running"], bool(x["whose"]), x["due"] or "9"))


def clock_title(d: Definition, id: str, record: dict[str, Any]) -> str:
    """A clock by its title; a row's clock with the row."""
    part, _, rest = id.partition("#")
    title = str(record["title"])
    return f"{title}（{d.source.parts[part].title}第{int(rest.partition('.')[0]) + 1}项）" if rest else title


def unverified_clock(d: Definition, id: str) -> bool:
    part, _, rest = id.partition("#")
    clock = d.part_clocks.get(part, {}).get(rest.partition(".")[2]) if rest else d.clocks.get(id)
    return bool(clock and clock.unverified)


def history(file: CaseFile, say: Speaker) -> list[dict[str, Any]]:
    """The timeline, newest first, each entry with what was entered, tested and issued."""
    d = file.d
    taken_back = {e.target for e in file.entries if e.kind == "voided"}
    mended = {e.target for e in file.entries if e.kind == "corrected"}
    mends = bool(file.sight.sides) and not file.state.pending and not file.row.elsewhere
    acts = [a["s"] for a in file.state.acts]
    shown = []
    for e in reversed(file.entries):
        part = (e.part and d.source.parts.get(e.part[0])) or None
        fields = {**d.source.fields, **(part.fields if part else {})}
        rows = [
            {"label": fields[k].title, "said": say.field(k, v, fields[k])}
            for k, v in e.values.items()
            if k in fields
        ]
        if e.part and part:
            row = _row(file, *e.part)
            rows = (
                [{"label": part.title, "said": say.field("", say.row_title(e.part[0], row))}, *rows]
                if row
                else rows
            )
        rows += [
            {"label": d.facts[k].title, "words": say.fact(k, v)} for k, v in e.facts.items() if k in d.facts
        ]
        kind, tone = _kind(e.kind)
        results = Counter(n["result"] for n in e.needs)
        shown.append(
            {
                "seq": e.seq, "title": e.title if e.kind not in PROCESS else f"{kind}：{e.title}" if e.action else kind,
                "outcome": e.outcome, "tags": [kind] if kind and e.kind not in PROCESS else [], "tone": tone, "law": e.law,
                "void": e.seq in taken_back, "mended": e.seq in mended, "on": e.on, "at": e.at[11:16] if e.at else "",
                "who": file.people.get(e.who, "系统" if e.who == "system" else ""), "organ": registers.organ(e.organ).get("short", ""),
                "recorded": local_moment(e.recorded_at), "back_dated": e.back_dated, "reason": say.reason(e.reason), "rows": rows,
                "results": [(MARKS[k], WORDS[MARKS[k]], n) for k, n in results.items() if k != "idle"],
                "flaws": e.flaws, "documents": e.documents, "source": e.source,
                "phase": d.source.phases.get(e.phase[1], "") if e.phase else "",
                "correct": mends and e.seq in acts and bool(e.values) and e.kind != "expired",
                "void_url": mends and bool(acts) and e.seq == acts[-1],
            }
        )  # fmt: skip
    return shown


PROCESS = {"proposed", "agreed", "returned", "refused", "withdrawn", "corrected", "voided"}


def _kind(kind: str) -> tuple[str, str]:
    words = {
        "proposed": ("提请审批", "amber"), "agreed": ("同意", ""), "returned": ("退回", "amber"), "refused": ("不同意", "red"),
        "withdrawn": ("撤回提请", "grey"), "corrected": ("更正", "amber"), "voided": ("撤销记录", "red"), "expired": ("系统办理", "grey"),
        "recorded": ("导入", "grey"), "recalculated": ("", "grey"), "migrated": ("", "grey"), "noted": ("", "grey"), "erased": ("", "grey"),
    }  # fmt: skip
    return words.get(kind, ("", ""))


def _row(file: CaseFile, part: str, index: int) -> dict[str, Any] | None:
    return next((r for r in file.state.parts.get(part, ()) if r.get("index") == index), None)


def local_moment(text: str) -> str:
    """2026-11-21 20:26 in Shanghai, from the stored moment in UTC."""
    if not text:
        return ""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def papers(file: CaseFile) -> list[dict[str, Any]]:
    """Issued papers newest first; of drafts only those whose act has not taken effect."""
    by_seq = {e.seq: e for e in file.entries}
    found = []
    for paper in reversed(file.papers):
        e = by_seq.get(paper.seq)
        if superseded(file, paper):
            continue
        draft = e is not None and e.kind == "proposed"
        found.append(
            {
                "paper": paper,
                "draft": draft,
                "on": e.on if e else "",
                "act": e.title if e else "送达本单位",
                "public": bool(publishing.disclosure(file, paper)),
            }
        )
    return found


def pdf_missing() -> str:
    """What the machine lacks for a PDF, in words; empty where nothing."""
    return "".join(pdf.missing())


def part_tables(file: CaseFile, say: Speaker) -> list[dict[str, Any]]:
    """Each part with its rows, their phase and the acts that are open on them."""
    d = file.d
    shown = []
    for name, rows in file.state.parts.items():
        part = d.source.parts[name]
        used = [k for k in part.fields if any(k in r for r in rows)]
        acts = [o.action for o in file.options if o.mine and o.open and o.action.on == name]
        shown.append(
            {
                "title": part.title,
                "columns": [part.fields[k].title for k in used],
                "phased": bool(part.phases),
                "rows": [
                    {
                        "index": r["index"],
                        "cells": [
                            {"title": part.fields[k].title, "said": say.field(k, r.get(k), part.fields[k])}
                            for k in used
                        ],
                        "phase": part.phases.get(r.get("phase", ""), ""),
                        "acts": [
                            {"title": a.title, "url": f"{act_url(file, a.name)}?part={r['index']}"}
                            for a in acts
                            if takes_row(d, a.ends, name, r)
                        ],
                        "forms": _forms(file, say, name, r["index"]),
                    }
                    for r in rows
                ],
            }
        )
    return shown


def _forms(file: CaseFile, say: Speaker, part: str, index: int) -> list[dict[str, Any]]:
    """The forms of a row that can be printed; where several are served, one for each of them by name."""
    found = case_papers.forms(file, part, index)
    several = len({n for _, _, n in found}) > 1
    side = str(file.state.parts[part][index].get("to", ""))
    people = [said.text for said in say.side(side, file.state.sides[side])] if several else []
    return [
        {
            "title": title + (f"（{people[n]}）" if several and n < len(people) else ""),
            "url": reverse("cases:form", args=[file.row.id, part, index, form]) + (f"?to={n}" if n else ""),
        }
        for form, title, n in found
    ]


def flaws(file: CaseFile) -> list[dict[str, Any]]:
    by_seq = {e.seq: e for e in file.entries}
    found = []
    for f in file.state.flaws:
        e = by_seq.get(f.get("seq", 0))
        found.append(
            {"what": zh(f["what"]), "law": f["law"], "act": e.title if e else "", "on": e.on if e else ""}
        )
    return found


def period(text: str) -> str:
    """60 natural days → 60日."""
    amount, _, unit = text.partition(" ")
    return amount + UNITS.get(unit.rstrip("s"), unit)
