"""What of a case's values the mirror holds: only what some figure names, version by version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fazhi.figures import columns
from fazhi.figures.model import Figure, Selection, Shape
from fazhi.procedures import Definition

_LEVELS = frozenset({"case_phase", "case_outcome", "closed"})
_PREFIXES = ("w_", "n_", "b_")


def shapes(
    by_name: Mapping[str, list[Definition]], figures: Iterable[Figure]
) -> dict[tuple[str, str], Shape]:
    used: dict[tuple[str, str], list[tuple[Selection, frozenset[str]]]] = {}
    for figure in figures:
        split = frozenset(b.physical for b in figure.by)
        for s in figure.selections:
            used.setdefault((s.procedure, s.version), []).append((s, _columns(s) | split))
    found = {}
    for versions in by_name.values():
        for d in versions:
            key = (d.name, d.from_.isoformat())
            found[key] = _shape(d, key, used.get(key, []))
    return found


def _columns(s: Selection) -> frozenset[str]:
    found: set[str] = set()
    for part in (s.where, s.part, s.sum):
        if part:
            found |= part.columns
    return frozenset(found | ({s.value} if s.value else set()))


def _shape(d: Definition, key: tuple[str, str], used: list[tuple[Selection, frozenset[str]]]) -> Shape:
    kinds: dict[str, set[str]] = {"act": set(), "stock": set(), "due": set()}
    own: dict[str, set[str]] = {"act": set(), "stock": set(), "due": set()}
    levels: set[str] = set()
    sources = _sources(d)
    for s, named in used:
        kinds[s.kind] |= {c for c in named if c.startswith(_PREFIXES) and c in sources}
        own[s.kind] |= named
        if s.kind == "act" and named & _LEVELS:
            levels |= {n.split(".")[0] for n in s.names}
    mirrored = {c for chosen in kinds.values() for c in chosen}
    return Shape(
        *key, act=tuple(sorted(kinds["act"])), stock=tuple(sorted(kinds["stock"])), due=tuple(sorted(kinds["due"])),
        sources={c: sources[c] for c in sorted(mirrored)},
        sides=tuple(sorted({s.side for s, _ in used if s.side})), levels=frozenset(levels),
        overdue="overdue" in own["stock"], outcome="outcome" in own["stock"], days="days" in own["act"],
    )  # fmt: skip


def _sources(d: Definition) -> dict[str, str]:
    """Physical column → the field (or side) it is filled from."""
    found: dict[str, str] = {}
    tables = [d.source.fields, *(p.fields for p in d.source.parts.values())]
    for table in tables:
        for name, f in table.items():
            if column := columns.field_column(name, f):
                found[column.physical] = name
    for name in (*d.source.fields, *d.source.sides):
        if column := columns.counted_once(d, name):
            found[column.physical] = name
    return found
