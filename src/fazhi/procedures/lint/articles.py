"""Articles: what has to name one does, and each that is named stands in an act that was in force then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from fazhi.procedures import grammar as g
from fazhi.procedures.acts import acts
from fazhi.procedures.assembly import Path
from fazhi.procedures.lint.places import Found
from fazhi.procedures.model import Definition

ARTICLE = re.compile(r"第([一二三四五六七八九十百零]+)条")
CITED = re.compile(r"^(?:(?P<act>[^\s第]+)\s+)?第")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


def number(text: str) -> int:
    """一百零三 → 103, as articles are counted."""
    total, digit = 0, 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[c]
            digit = 0
    return total + digit


def articles(d: Definition) -> Found:
    """Each article exists, in an act that was in force when the definition is."""
    for path, text, unverified, required in _laws(d):
        if not text:
            if required and not unverified:
                yield path[:-1], "缺少条文依据（law）；查不到原文的请写 unverified: true"
            continue
        for piece in re.split(r"[、,;]\s*(?=[^第、]+\s第)", text):
            match = CITED.match(piece.strip())
            if match is None:
                if not unverified and not re.search(r"〔\d{4}〕|厅字|国发", piece):
                    yield (
                        path,
                        f"依据「{piece}」不是可以核对的条文；请写「第几条」「法名 第几条」，或者注明 unverified: true",
                    )
                continue
            act = match["act"] or d.statute
            versions = acts().get(act)
            if versions is None:
                if not unverified and not re.search(r"〔\d{4}〕", act):
                    yield (
                        path,
                        f"「{act}」没有登记在 acts.yaml 中；请登记其施行日期和条数，或者注明 unverified: true",
                    )
                continue
            in_force = [
                v for v in versions if v["from"] <= (d.to or date.max) and d.from_ <= v.get("to", date.max)
            ]
            if not in_force:
                yield path, f"「{act}」在本程序有效期内（{d.from_} 起）没有施行的版本"
                continue
            most = max(v["articles"] for v in in_force)
            for article in ARTICLE.findall(piece):
                if number(article) > most or number(article) == 0:
                    yield path, f"「{act}」只有{most}条，没有第{article}条"


def _laws(d: Definition) -> Iterator[tuple[Path, str, bool, bool]]:
    """(place, article, unverified, required) of everything that has to name its source."""
    s = d.source
    for a in d.actions.values():
        here: Path = ("actions", a.name)
        yield (*here, "law"), a.law, a.source.unverified, False
        for need in a.needs:
            yield (*here, "needs", need.index, "law"), need.law, need.unverified, True
        for o in a.outcomes.values():
            yield (
                (*here, "outcomes", o.name, "law"),
                o.source.law,
                o.source.unverified or a.source.unverified,
                False,
            )
            for need in o.needs:
                yield (*here, "outcomes", o.name, "needs", need.index, "law"), need.law, need.unverified, True
            for i, r in enumerate(o.source.remedies):
                yield (*here, "outcomes", o.name, "remedies", i, "law"), r.law, r.unverified, True
        for i, r in enumerate(a.source.remedies):
            yield (*here, "remedies", i, "law"), r.law, r.unverified, True
    tables: list[tuple[Path, dict[str, g.Clock]]] = [(("clocks",), s.clocks)]
    tables += [(("parts", p, "clocks"), part.clocks) for p, part in s.parts.items()]
    for base, clocks in tables:
        for name, c in clocks.items():
            yield (*base, name, "law"), c.law, c.unverified, c.until is None
            for i, p in enumerate(c.pause):
                yield (*base, name, "pause", i, "law"), p.law, p.unverified or c.unverified, True
            if c.extend:
                yield (*base, name, "extend", "law"), c.extend.law, c.extend.unverified or c.unverified, True
    for name, f in s.facts.items():
        yield ("facts", name, "law"), f.law, f.unverified, False
