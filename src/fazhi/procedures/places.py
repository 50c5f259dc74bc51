"""What stands in a place of a template, `{{…}}`: words, figures and names of the case as it is, each as a run of the paper.

`{{field}}`, `{{side.name}}`, `{{row.field}}`, `{{clock.id.due}}`, `{{param_x}}`, `{{today}}`, `{{organ}}`, `{{case_number}}`,
`{{outcome}}`, `{{outcome.law}}`, `{{paper.template}}` (one made before in the case), `{{venue.litigation}}`, `{{served}}`; what the
case does not have yet is a blank to fill, what was erased stays hidden, and personal words keep their commitment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fazhi.procedures import rights, wording
from fazhi.procedures.conditions import UNKNOWN, local_day
from fazhi.procedures.grammar import FieldDef
from fazhi.procedures.model import Definition, Outcome
from fazhi.procedures.state import State
from fazhi.procedures.text import (
    Masked,
    Missing,
    Personal,
    Run,
)
from fazhi.procedures.view import View

PLACE = re.compile(r"\{\{\s*([a-z_0-9.]+)\s*\}\}")
PARTY = {
    "name": "姓名或者名称",
    "identity": "证件号码",
    "uscc": "统一社会信用代码",
    "address": "住所",
    "phone": "电话",
    "representative": "法定代表人",
}


@dataclass(frozen=True)
class Sources:
    """What a template may draw on. `words`: {commitment: words}; a commitment that is not in it was erased or is withheld."""

    d: Definition
    s: State
    view: View
    words: Mapping[str, Any]
    organs: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    on: date
    organ: str
    row: tuple[str, int] | None = None
    name: str = ""  # of the template
    venues: Mapping[str, str] = field(default_factory=dict)
    draft: bool = False
    by_hand: bool = False  # a form that is printed to be written on: what is not known is left blank
    member: int | None = None  # of the side that is served: each signs for himself


def runs(x: Sources, text: str) -> Iterator[Run]:
    """The words of a template with each `{{…}}` filled."""
    at = 0
    for match in PLACE.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        yield from fill(x, match[1])
        at = match.end()
    if at < len(text):
        yield text[at:]


def fill(x: Sources, name: str) -> Iterator[Run]:
    """What the name in `{{…}}` stands for: one or more runs, Missing where the case does not have it, none where a form is left blank."""
    head, _, rest = name.partition(".")
    if name == "today":
        yield wording.chinese_date(x.on)
    elif name == "organ":
        yield x.organ or Missing("机关")
    elif name == "case_number":
        yield x.s.number or Missing("案号")
    elif name == "outcome":
        yield _outcome(x) or Missing("处理结果")
    elif name == "outcome.law":
        o = _chosen(x)
        yield wording.citation(x.d.law_of(o.law)) if o and o.law else Missing("处理结果的依据")
    elif head == "venue":
        yield rights.venue(rest, x.venues)
    elif head == "paper":
        yield _earlier(x, rest)
    elif head == "served":
        yield from _served(x, rest)
    elif head == "clock":
        clock, _, what = rest.partition(".")
        value = (x.s.clocks.get(clock) or {}).get(what or "due")
        yield wording.chinese_date(str(value)[:10]) if value else Missing("期限")
    elif head == "row" and x.row:
        fields = x.d.source.parts[x.row[0]].fields
        yield from _value(x, rest, fields.get(rest), x.s.parts[x.row[0]][x.row[1]].get(rest))
    elif head.startswith("param_"):
        parameter = x.d.source.parameters[head[6:]]
        value = x.s.parameters.get(head[6:])
        yield (
            Missing(parameter.title)
            if value is None
            else wording.yuan(value)
            if parameter.type == "money"
            else str(value)
        )
    elif head in x.d.source.sides:
        yield from names(x, head, rest or "name")
    elif head in x.d.facts:
        found = x.view.value(head)
        title = x.d.facts[head].title
        if found is UNKNOWN:
            yield Missing(title)
        else:
            yield (
                ("是" if found else "否") if isinstance(found, bool) else _plain(found, x.d.facts[head].type)
            )
    elif head in x.d.source.fields:
        yield from _value(x, head, x.d.source.fields[head], x.s.values.get(head))
    elif x.row and head in x.d.source.parts[x.row[0]].fields:
        yield from _value(
            x, head, x.d.source.parts[x.row[0]].fields[head], x.s.parts[x.row[0]][x.row[1]].get(head)
        )
    else:
        yield Missing(name)


def _earlier(x: Sources, name: str) -> str:
    """《行政处罚决定书》（某罚决〔2026〕1号）: a paper made before in this case; its title alone where it was made elsewhere."""
    number = next((p["number"] for p in reversed(x.s.documents) if p["template"] == name), "")
    return f"《{x.d.documents[name]['title']}》" + (f"（{number}）" if number else "")


def _served(x: Sources, part: str) -> Iterator[Run]:
    """Of a row of 送达: the papers that are served, each with its number, or a detail of who is served."""
    if x.row is None:
        yield Missing("送达的文书")
        return
    row = x.s.parts[x.row[0]][x.row[1]]
    if part:
        yield from _receiver(x, str(row.get("to", "")), part)
        return
    sent = next((a["s"] for a in x.s.acts if a.get("p") and (a["p"][0], a["p"][1]) == x.row), 0)
    made = [a["s"] for a in x.s.acts if a["a"] == row.get("of") and (not sent or a["s"] <= sent)]
    papers = [p for p in x.s.documents if made and p["seq"] == made[-1]]
    if papers:
        yield "、".join(f"《{p['title']}》" + (f"（{p['number']}）" if p["number"] else "") for p in papers)
    else:  # made before the case was kept here
        yield from _value(
            x, "of", x.d.source.parts[x.row[0]].fields.get("of"), row.get("of") if made else None
        )


def _receiver(x: Sources, side: str, part: str) -> Iterator[Run]:
    members = x.s.sides.get(side) or ()
    chosen = members if x.member is None else members[x.member : x.member + 1]
    found: list[Run] = []
    for member in chosen:
        if isinstance(member, str) and part != "name":  # an organ has a name and is found by it
            continue
        found += [*(["、"] if found else []), *detail(x, side, member, part)]
    if x.by_hand and part != "name" and any(isinstance(run, Missing) for run in found):
        return
    yield from found or [Missing("受送达人")] if part == "name" else found


def _chosen(x: Sources) -> Outcome | None:
    """How the act that makes the paper ends; of an act without outcomes, how the case came out before."""
    act = x.d.actions.get(acting(x))
    if act is not None and x.s.outcome in act.outcomes:
        return act.outcomes[x.s.outcome]
    return next((a.outcomes[x.s.outcome] for a in x.d.actions.values() if x.s.outcome in a.outcomes), None)


def _outcome(x: Sources) -> str:
    found = _chosen(x)
    return found.title if found else ""


def _plain(value: Any, kind: str) -> str:
    if hasattr(value, "astimezone"):
        return wording.chinese_date(local_day(value))
    return wording.yuan(value) if kind == "money" else str(value)


def names(x: Sources, side: str, part: str = "name") -> Iterator[Run]:
    members = x.s.sides.get(side)
    if not members:
        yield Missing(x.d.source.sides[side].title)
        return
    for i, member in enumerate(members):
        if i:
            yield "、"
        yield from detail(x, side, member, part)


def detail(x: Sources, side: str, member: Any, part: str) -> Iterator[Run]:
    """One detail of one who takes part."""
    if isinstance(member, str):
        yield x.organs.get(member) or Missing(x.d.source.sides[side].title)
        return
    if member.get(part):
        yield str(member[part])
        return
    commit = member.get("commit", "")
    said = x.words.get(commit)
    if isinstance(said, Mapping):
        yield Personal(str(said[part]), commit, part) if said.get(part) else Missing(PARTY.get(part, part))
    elif commit:
        yield Masked(x.d.source.sides[side].title, commit)
    else:
        yield Missing(PARTY.get(part, part))


def _value(x: Sources, name: str, field: FieldDef | None, value: Any) -> Iterator[Run]:
    title = field.title if field else name
    if value is None or value == []:
        if not x.by_hand:
            yield Missing(title)
        elif field and field.type == "date":
            yield "　　　　年　　月　　日"
    elif isinstance(value, list):
        for i, one in enumerate(value):
            if i:
                yield "、"
            yield from _value(x, name, field, one)
    elif isinstance(value, dict) and set(value) == {"commit"}:
        said = x.words.get(value["commit"])
        yield (
            Personal(str(said), value["commit"], title)
            if isinstance(said, str)
            else Masked(title, value["commit"])
        )
    elif isinstance(value, dict):
        certificate = f"（执法证号{value['certificate']}）" if value.get("certificate") else ""
        yield str(value.get("name", "")) + certificate
    elif field is None:
        yield str(value)
    elif field.type == "money":
        yield f"{wording.yuan(value)}（{wording.yuan_in_words(value)}）"
    elif field.type == "date":
        yield wording.chinese_date(value)
    elif field.type == "moment":
        yield wording.chinese_moment(value)
    elif field.type == "bool":
        yield "是" if value else "否"
    elif field.type == "choice":
        yield field.choices.get(value, value)
    elif field.type == "code":
        yield x.codes.get(name, {}).get(value, value)
    elif field.type == "side":
        yield x.d.source.sides[value].title if value in x.d.source.sides else value
    elif field.type == "outcome":
        yield _outcome(x) or str(value)
    else:
        yield str(value)


def told(x: Sources, text: str) -> str:
    """The same as mere words: a blank by its label."""
    return "".join(shown(run) for run in runs(x, text))


def shown(run: Run) -> str:
    return run if isinstance(run, str) else getattr(run, "text", "") or getattr(run, "label", "")


def acting(x: Sources) -> str:
    """The name of the act that makes the paper."""
    return str(x.s.acts[-1]["a"]) if x.s.acts else ""
