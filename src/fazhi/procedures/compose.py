"""A paper's text from its template and the case: placeholders filled, paragraphs left out unless their condition holds.

A template stands in `<name>.documents.yaml`. `{{field}}`, `{{side.name}}`, `{{row.field}}`, `{{clock.id.due}}`,
`{{param_x}}`, `{{today}}`, `{{organ}}`, `{{case_number}}`, `{{outcome}}`, `{{outcome.law}}`, `{{paper.template}}` (one
made before in the case), `{{venue.litigation}}`; what the case does not have yet is a blank to fill, what was erased stays hidden, and personal
words keep their commitment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from fazhi.procedures import rights, wording
from fazhi.procedures.conditions import UNKNOWN, local_day
from fazhi.procedures.grammar import FieldDef
from fazhi.procedures.model import Definition, Outcome
from fazhi.procedures.state import State
from fazhi.procedures.text import (
    Attachment,
    Block,
    Heading,
    Masked,
    Missing,
    Note,
    Paragraph,
    Personal,
    Row,
    Rows,
    Run,
    SignatureLines,
    Text,
)
from fazhi.procedures.view import View

PLACE = re.compile(r"\{\{\s*([a-z_0-9.]+)\s*\}\}")
UNITS = rights.UNITS
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


def signing(d: Definition, s: State, name: str) -> list[str]:
    """Ids of the organs that sign document `name`."""
    sign = d.documents[name].get("sign") or next(
        (k for k, x in d.source.sides.items() if x.is_ != "party"), ""
    )
    return [x for x in s.sides.get(sign, ()) if isinstance(x, str)]


def sources(
    d: Definition, s: State, name: str, *, words: Mapping[str, Any], organs: Mapping[str, str],
    codes: Mapping[str, Mapping[str, str]], on: date, draft: bool = False, row: tuple[str, int] | None = None,
    venues: Mapping[str, str] = MappingProxyType({}),
) -> Sources:  # fmt: skip
    """What document `name` draws on. `organs`: {id: name}, "" for one's own; `venues`: {kind of remedy: with whom}."""
    row = row or _last_row(s)
    own = next((organs.get(x, "") for x in signing(d, s, name)), organs.get("", ""))
    view = View(d, s, on, {}, row)
    return Sources(d, s, view, words, organs, codes, on, own, row, name, venues, draft)


def form(
    d: Definition, s: State, name: str, row: tuple[str, int], *, words: Mapping[str, Any], organs: Mapping[str, str],
    on: date, member: int | None = None,
) -> Sources:  # fmt: skip
    """What a form of one row (`prints` of its part) draws on. It is written on by hand: blanks are blank."""
    found = sources(d, s, name, words=words, organs=organs, codes={}, on=on, row=row)
    return replace(found, by_hand=True, member=member)


def lacking(x: Sources, name: str) -> list[tuple[str, str]]:
    """What the law wants in document `name` (`must`) and the case does not have: (name, title) of each."""
    found: list[tuple[str, str]] = []
    for must in x.d.documents[name].get("must", ()):
        if must == "remedies":
            lacks = [] if _due(x) else ["救济途径和期限"]
        else:
            strict = replace(x, by_hand=False)
            lacks = [run.label for run in _fill(strict, str(must)) if isinstance(run, Missing)]
        found += [(str(must), label) for label in lacks[:1]]
    return found


def compose(x: Sources, name: str, *, number: str = "") -> Text:
    """The text of document `name` (a template of the definition) for the case as it stands."""
    d, s, organs = x.d, x.s, x.organs
    template: dict[str, Any] = d.documents[name]
    names = [organs.get(i, "") for i in signing(d, s, name)] or [organs.get("", "")]
    blocks = tuple(b for block in template.get("blocks", ()) for b in _block(x, block))
    to = template.get("to", "")
    addressee = tuple(_names(x, to)) if to and template.get("kind", "official") == "official" else ()
    if "addressee" in template and not s.sides.get(to):  # one who is no side, or was not named as one
        addressee = tuple(_runs(x, template["addressee"]))
    if (
        addressee
        and blocks
        and isinstance(blocks[0], Paragraph)
        and blocks[0].runs[: len(addressee)] == addressee
    ):
        rest = blocks[0].runs[len(addressee) :]
        if all(isinstance(r, str) and r.strip(":： ") == "" for r in rest):
            blocks = blocks[1:]  # the template writes the addressee itself
    return Text(
        kind=template.get("kind", "official"), title=template["title"], organ=names[0], blocks=blocks,
        number=number or None, addressee=addressee, date=None if x.by_hand else x.on,
        signature=() if x.by_hand else tuple(n for n in names if n),
        seal=template.get("kind", "official") == "official", status="draft" if x.draft else "issued",
        attachments=tuple(Attachment(_told(x, one)) for one in template.get("attachments", ())),
        copies_to=tuple(_told(x, one) for one in template.get("copies", ())),
    )  # fmt: skip


def _last_row(s: State) -> tuple[str, int] | None:
    """The row that the last act was about, for {{row.field}}."""
    part = s.acts[-1].get("p") if s.acts else None
    return (part[0], part[1]) if part else None


def placeholders(template: Mapping[str, Any]) -> list[str]:
    """Every name that a template draws on, for the lint."""
    sides = [
        side for b in template.get("blocks", ()) if isinstance(b, Mapping) for side in b.get("parties", ())
    ]
    named = [f"{side}.{part}" for side in sides for part in ("name", "address")]
    return [m for text in _texts(template) for m in PLACE.findall(text)] + named


def _told(x: Sources, text: str) -> str:
    return "".join(_words(run) for run in _runs(x, text))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key not in ("when", "each", "must"):
                yield from _texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value)


def _block(x: Sources, block: Any) -> Iterator[Block]:
    if isinstance(block, str):
        yield Paragraph(tuple(_runs(x, block)))
        return
    when = block.get("when")
    if when and x.view.evaluate(x.d.whens[str(when)]) is not True:
        return
    if part := block.get("each"):
        for index in range(len(x.s.parts.get(part, ()))):
            inner = replace(x, row=(part, index))
            yield from _plain_block(inner, block)
        return
    yield from _plain_block(x, block)


def _plain_block(x: Sources, block: Mapping[str, Any]) -> Iterator[Block]:
    if "heading" in block:
        yield Heading(int(block.get("level", 1)), "".join(_words(r) for r in _runs(x, block["heading"])))
    if "text" in block:
        yield Paragraph(_closed(tuple(_runs(x, block["text"])), block["text"]))
    if "rows" in block:
        yield Rows(
            tuple(
                tuple(
                    Row(str(line[i]), tuple(_runs(x, str(line[i + 1]))), _height(line))
                    for i in range(0, len(line) - 1, 2)
                )
                for line in block["rows"]
            )
        )
    if block.get("remedies"):
        yield from _remedies(x)
    if "parties" in block:
        yield from _parties(x, block["parties"])
    if "sign_lines" in block:
        yield SignatureLines(tuple(block["sign_lines"]))
    if "note" in block:
        yield Note(tuple(_runs(x, block["note"])))


def _closed(runs: tuple[Run, ...], template: str) -> tuple[Run, ...]:
    """A paragraph that ends in what somebody typed ends in a full stop, whether he typed it or not."""
    if not template.rstrip().endswith("}}") or not runs or isinstance(runs[-1], Missing | Masked):
        return runs
    said = _words(runs[-1]).rstrip()
    return runs if not said or said[-1] in "。！？；：…”）》!?;:." else (*runs, "。")


def _height(line: Sequence[Any]) -> int:
    """[label, words, 3]: a box three lines high, to be written in."""
    return int(line[-1]) if len(line) % 2 else 1


def _words(run: Run) -> str:
    return run if isinstance(run, str) else getattr(run, "text", "") or getattr(run, "label", "")


def _remedies(x: Sources) -> Iterator[Block]:
    """The paragraph that tells of rights."""
    if told := rights.sentence(_due(x), x.d.documents[x.name]["title"], x.venues, x.on):
        yield Paragraph((told,))


def _due(x: Sources) -> list[dict[str, Any]]:
    """The remedies against the act: those that it has brought, or will bring once everybody has agreed."""
    if not x.draft:
        seq = x.s.acts[-1]["s"] if x.s.acts else 0
        return [{**r, "law": x.d.law_of(r["law"])} for r in x.s.remedies if r.get("seq") == seq]
    a = x.d.actions.get(_acting(x))
    if a is None:
        return []
    o = a.outcomes.get(x.s.outcome)
    return [
        {"kind": r.kind, "within": r.within, "law": x.d.law_of(r.law), "first": r.first, "to": r.to}
        for r in (o.source.remedies if o else []) or a.source.remedies
        if not r.when or x.view.evaluate(x.d.whens[r.when]) is True
    ]


def _acting(x: Sources) -> str:
    """The act that makes the paper."""
    return str(x.s.acts[-1]["a"]) if x.s.acts else ""


def _parties(x: Sources, sides: list[str]) -> Iterator[Block]:
    """当事人：甲公司，统一社会信用代码：…，住所：…: a line for each. What is not known is left out, unless the law wants it."""
    must = x.d.documents[x.name].get("must", ())
    for side in sides:
        for member in x.s.sides.get(side, ()):
            runs: list[Run] = [f"{x.d.source.sides[side].title}：", *_member(x, side, member, "name")]
            for part in ("uscc", "identity", "representative", "address") if isinstance(member, dict) else ():
                said = list(_member(x, side, member, part))
                if f"{side}.{part}" in must or any(isinstance(run, str | Personal) for run in said):
                    runs += [f"，{PARTY[part]}：", *said]
            yield Paragraph((*runs, "。"))


def _runs(x: Sources, text: str) -> Iterator[Run]:
    at = 0
    for match in PLACE.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        yield from _fill(x, match[1])
        at = match.end()
    if at < len(text):
        yield text[at:]


def _fill(x: Sources, name: str) -> Iterator[Run]:
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
        yield from _names(x, head, rest or "name")
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
        found += [*(["、"] if found else []), *_member(x, side, member, part)]
    if x.by_hand and part != "name" and any(isinstance(run, Missing) for run in found):
        return
    yield from found or [Missing("受送达人")] if part == "name" else found


def _chosen(x: Sources) -> Outcome | None:
    """How the act that makes the paper ends; of an act without outcomes, how the case came out before."""
    acting = x.d.actions.get(_acting(x))
    if acting is not None and x.s.outcome in acting.outcomes:
        return acting.outcomes[x.s.outcome]
    return next((a.outcomes[x.s.outcome] for a in x.d.actions.values() if x.s.outcome in a.outcomes), None)


def _outcome(x: Sources) -> str:
    found = _chosen(x)
    return found.title if found else ""


def _plain(value: Any, kind: str) -> str:
    if hasattr(value, "astimezone"):
        return wording.chinese_date(local_day(value))
    return wording.yuan(value) if kind == "money" else str(value)


def _names(x: Sources, side: str, part: str = "name") -> Iterator[Run]:
    members = x.s.sides.get(side)
    if not members:
        yield Missing(x.d.source.sides[side].title)
        return
    for i, member in enumerate(members):
        if i:
            yield "、"
        yield from _member(x, side, member, part)


def _member(x: Sources, side: str, member: Any, part: str) -> Iterator[Run]:
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
