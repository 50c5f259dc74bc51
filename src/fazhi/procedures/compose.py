"""A paper's text from its template and the case: placeholders filled, paragraphs left out unless their condition holds.

A template stands in `<name>.documents.yaml`; what its places (`{{…}}`) may name, and what then stands there, is `places`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from fazhi.procedures import places, rights
from fazhi.procedures.model import Definition
from fazhi.procedures.places import Sources
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

UNITS = rights.UNITS


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
            lacks = [run.label for run in places.fill(strict, str(must)) if isinstance(run, Missing)]
        found += [(str(must), label) for label in lacks[:1]]
    return found


def compose(x: Sources, name: str, *, number: str = "") -> Text:
    """The text of document `name` (a template of the definition) for the case as it stands."""
    d, s, organs = x.d, x.s, x.organs
    template: dict[str, Any] = d.documents[name]
    names = [organs.get(i, "") for i in signing(d, s, name)] or [organs.get("", "")]
    blocks = tuple(b for block in template.get("blocks", ()) for b in _block(x, block))
    to = template.get("to", "")
    addressee = tuple(places.names(x, to)) if to and template.get("kind", "official") == "official" else ()
    if "addressee" in template and not s.sides.get(to):  # one who is no side, or was not named as one
        addressee = tuple(places.runs(x, template["addressee"]))
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
        attachments=tuple(Attachment(places.told(x, one)) for one in template.get("attachments", ())),
        copies_to=tuple(places.told(x, one) for one in template.get("copies", ())),
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
    return [m for text in _texts(template) for m in places.PLACE.findall(text)] + named


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
        yield Paragraph(tuple(places.runs(x, block)))
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
        yield Heading(int(block.get("level", 1)), places.told(x, block["heading"]))
    if "text" in block:
        yield Paragraph(_closed(tuple(places.runs(x, block["text"])), block["text"]))
    if "rows" in block:
        yield Rows(
            tuple(
                tuple(
                    Row(str(line[i]), tuple(places.runs(x, str(line[i + 1]))), _height(line))
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
        yield Note(tuple(places.runs(x, block["note"])))


def _closed(runs: tuple[Run, ...], template: str) -> tuple[Run, ...]:
    """A paragraph that ends in what somebody typed ends in a full stop, whether he typed it or not."""
    if not template.rstrip().endswith("}}") or not runs or isinstance(runs[-1], Missing | Masked):
        return runs
    said = places.shown(runs[-1]).rstrip()
    return runs if not said or said[-1] in "。！？；：…”）》!?;:." else (*runs, "。")


def _height(line: Sequence[Any]) -> int:
    """[label, words, 3]: a box three lines high, to be written in."""
    return int(line[-1]) if len(line) % 2 else 1


def _remedies(x: Sources) -> Iterator[Block]:
    """The paragraph that tells of rights."""
    if told := rights.sentence(_due(x), x.d.documents[x.name]["title"], x.venues, x.on):
        yield Paragraph((told,))


def _due(x: Sources) -> list[dict[str, Any]]:
    """The remedies against the act: those that it has brought, or will bring once everybody has agreed."""
    if not x.draft:
        seq = x.s.acts[-1]["s"] if x.s.acts else 0
        return [{**r, "law": x.d.law_of(r["law"])} for r in x.s.remedies if r.get("seq") == seq]
    a = x.d.actions.get(places.acting(x))
    if a is None:
        return []
    o = a.outcomes.get(x.s.outcome)
    return [
        {"kind": r.kind, "within": r.within, "law": x.d.law_of(r.law), "first": r.first, "to": r.to}
        for r in (o.source.remedies if o else []) or a.source.remedies
        if not r.when or x.view.evaluate(x.d.whens[r.when]) is True
    ]


def _parties(x: Sources, sides: list[str]) -> Iterator[Block]:
    """当事人：甲公司，统一社会信用代码：…，住所：…: a line for each. What is not known is left out, unless the law wants it."""
    must = x.d.documents[x.name].get("must", ())
    for side in sides:
        for member in x.s.sides.get(side, ()):
            runs: list[Run] = [f"{x.d.source.sides[side].title}：", *places.detail(x, side, member, "name")]
            for part in ("uscc", "identity", "representative", "address") if isinstance(member, dict) else ():
                said = list(places.detail(x, side, member, part))
                if f"{side}.{part}" in must or any(isinstance(run, str | Personal) for run in said):
                    runs += [f"，{places.PARTY[part]}：", *said]
            yield Paragraph((*runs, "。"))
