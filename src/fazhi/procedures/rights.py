"""What a paper says of rights: what may be done against it, with whom, within which time, by which article.

救济途径和期限 (行政处罚法第五十九条第一款第五项, 行政强制法第三十七条第二款第四项). `venues` names the bodies by kind of
remedy; where one is not known, the law's own description of it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from fazhi.procedures.wording import citation

ACTS = {
    "reconsideration": "申请行政复议",
    "litigation": "提起行政诉讼",
    "recheck": "请求复查",
    "review": "请求复核",
    "appeal": "提起上诉",
}
UNITS = {"working day": "个工作日", "natural day": "日", "month": "个月", "year": "年", "hour": "小时"}
_VENUES = {"reconsideration": "本级人民政府", "litigation": "有管辖权的人民法院"}
# Until then a department's acts could also be taken to its superior department (2017年修正的行政复议法第十二条).
_ONE_COUNTER = date(2024, 1, 1)


def period(text: str) -> str:
    """60 natural days → 60日."""
    amount, _, unit = text.partition(" ")
    return amount + UNITS.get(unit.rstrip("s"), unit)


def venue(kind: str, venues: Mapping[str, str]) -> str:
    """With whom a remedy is sought: by name where it is known, else as the law describes the body."""
    return venues.get(kind) or _VENUES.get(kind, "")


def sentence(remedies: Iterable[Mapping[str, Any]], title: str, venues: Mapping[str, str], on: date) -> str:
    """One sentence for all remedies of a paper with this title; empty where there is none."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in remedies:
        if one["kind"] not in ACTS:
            continue
        key = (one["kind"], one.get("within", ""))
        laws = found.setdefault(key, {**one, "laws": []})["laws"]
        if one["law"] not in laws:
            laws.append(one["law"])
    if not found:
        return ""
    paper = match[0] if (match := re.search("决定书|答复书|告知书|通知书", title)) else "文书"
    what = {"决定书": "决定", "答复书": "答复"}.get(paper, "决定")
    told = "，也".join(_clause(one, paper, venues, on) for one in found.values())
    if any(one.get("first") for one in found.values()):
        after = citation("行政诉讼法 第四十五条")
        told += f"；对行政复议决定不服的，可以自收到行政复议决定书之日起15日内依法提起行政诉讼（{after}）"
    return f"对本{what}不服的，{told}。"


def _clause(one: Mapping[str, Any], paper: str, venues: Mapping[str, str], on: date) -> str:
    kind = one["kind"]
    within = f"自收到本{paper}之日起{period(one['within'])}内" if one.get("within") else ""
    where = one.get("to") or venue(kind, venues)
    if kind == "reconsideration" and on < _ONE_COUNTER and not one.get("to"):
        where += "或者上一级主管部门"
    may = "应当先" if one.get("first") else "可以"
    laws = "、".join(citation(law) for law in one["laws"])
    return f"{may}{within}{'依法' if kind == 'litigation' else ''}{'向' + where if where else ''}{ACTS[kind]}（{laws}）"
