"""What there is to choose from in the form of an act: organs, people, parties, files and codes, as they stand on that day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from fazhi.cases import access, attachments, officers, registers
from fazhi.organs import parties as register
from fazhi.organs.models import Organ, Party
from fazhi.procedures import grammar as g
from fazhi.web.case_asks import Setting
from fazhi.web.case_fields import Option

KINDS = {"department": 0, "government": 1, "township": 2}  # who mostly takes part comes first


def for_whom(s: Setting) -> tuple[str, list[Option]]:
    """The side that this post opens a case for and, where it may in another organ's name too (代为办理), the organs to choose from."""
    if s.file is not None or not s.ctx.lines:
        return "", []
    side = next((x for step in s.steps[:1] for x, role in step.by if role in s.ctx.roles), "")
    if not side or s.d.source.sides[side].is_ == "party":
        return "", []
    may = set(access.mine(s.ctx, s.d)) - {s.ctx.organ}
    others = {
        line.other: Option(line.other, line.name, f"代为办理：{line.matter}")
        for line in s.ctx.lines
        if line.other in may and line.matter in ("", s.d.source.matter)
    }
    if not others:
        return "", []
    own = Option(s.ctx.organ, s.ctx.organ_name, "本机关")
    first = s.d.source.sides[side].acts_through
    return side, [*others.values(), own] if first else [own, *others.values()]


def options(s: Setting, f: g.FieldDef) -> list[Option] | None:
    """Of a choice, a code, a side or an outcome; None for a field of another type."""
    if f.type == "choice":
        keys = list(f.choices)
        if s.file and keys and all(k in s.d.actions for k in keys):  # papers by the act that issued them
            keys = [k for k in keys if s.file.state.done(k)]
        return [Option(k, f.choices[k]) for k in keys]
    if f.type == "code":
        rows = registers.codes(s.county, f.codes, s.today, s.organ)
        return [Option(k, str(row.get("title", k))) for k, row in rows.items()]
    if f.type == "side":
        held = s.file.state.sides if s.file else {}
        return [Option(k, x.title) for k, x in s.d.source.sides.items() if held.get(k)]
    if f.type == "outcome":
        return [Option(o.name, o.title) for a in s.d.actions.values() for o in a.outcomes.values()]
    return None


def people(s: Setting, certified: bool) -> list[Option]:
    """Of the own organ and the one that handles; `certified`: who has no certificate of enforcement is shown as such."""
    found = officers.listed({s.ctx.organ, s.organ}, s.today)
    return [
        Option(c.id, c.name, f"{c.organ} {c.title}" + (f" · 执法证 {c.certificate}" if c.certificate else ""), "" if c.certificate or not certified else "无有效执法证件")
        for c in found
    ]  # fmt: skip


def organs(s: Setting) -> list[Option]:
    rows = Organ.objects.on(s.today).filter(county_id=s.county).order_by("path")
    return [Option(o.id, o.name) for o in sorted(rows, key=lambda o: KINDS.get(o.kind, 9))]


def parties(s: Setting, name: str, data: QueryDict | None, preset: Sequence[Any]) -> list[Option]:
    """Those chosen so far, those that the form begins with, those of the case, and what the search box finds."""
    chosen = list(data.getlist(f"v_{name}")) if data is not None else []
    held = [x["id"] for x in (s.file.state.sides.get(name, ()) if s.file else ()) if isinstance(x, dict)]
    ids = dict.fromkeys([*chosen, *(x if isinstance(x, str) else x["id"] for x in preset), *held])
    rows = {p.id: p for p in Party.objects.filter(pk__in=list(ids)[:50])}
    found = [rows[i] for i in ids if i in rows]
    text = (data.get(f"find_{name}", "") if data is not None else "").strip()
    if text:
        found += [p for p in register.search(text) if p.id not in rows]
    return [_party(p) for p in found]


def files(s: Setting, name: str, data: QueryDict | None) -> list[Option]:
    """Files that this person has put up for this form; the case's other files are none of its choices."""
    chosen = data.getlist(f"v_{name}") if data is not None else []
    held = attachments.of_person(s.case, s.ctx.person, chosen)
    return [Option(h.hash, h.name, _size(h.size)) for h in held]


def _party(p: Party) -> Option:
    kind = p.get_kind_display()
    return Option(p.id, p.shown_name, " · ".join(x for x in (kind, p.identity_shown) if x))


def _size(n: int) -> str:
    return f"{n / 2**20:.1f} MB" if n >= 2**20 else f"{max(1, n // 1024)} KB"
