"""The tree of a county's organs as it stands, and as it stood on another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .models import County, Organ, OrganName, OrganPlace


@dataclass(frozen=True)
class TreeLine:
    """One line of the tree, in the order of reading. Names are those of the day asked for."""

    organ: Organ
    depth: int
    path: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    alive: bool


def organ_tree(county: County, on: date, *, ended: bool = False) -> tuple[TreeLine, ...]:
    """Every organ of that day, children under their parent; with `ended`, also those that ended before or begin later.

    Three queries, however many organs there are.
    """
    organs = {o.id: o for o in Organ.objects.filter(county=county)}
    called = _names(county, on)
    parents = _parents(county, on)
    shown = [o for o in organs.values() if ended or o.holds_on(on)]
    below: dict[str | None, list[Organ]] = {}
    for organ in shown:
        parent = parents.get(organ.id, organ.parent_id)
        below.setdefault(
            parent if parent in organs and (ended or organs[parent].holds_on(on)) else None, []
        ).append(organ)
    lines: list[TreeLine] = []

    def walk(parent: str | None, path: str, depth: int) -> None:
        for organ in sorted(below.get(parent, []), key=lambda o: (o.order, o.code)):
            full, short, aliases = called.get(organ.id, (organ.name, organ.short_name, ()))
            here = f"{path}{organ.id}/"
            lines.append(TreeLine(organ, depth, here, full or organ.name, short, aliases, organ.holds_on(on)))
            walk(organ.id, here, depth + 1)

    walk(None, county.path, 0)
    return tuple(lines)


def paths_on(county: County, on: date) -> dict[str, str]:
    """Each living organ's path in the tree of that day: what figures of a past period roll up along."""
    return {line.organ.id: line.path for line in organ_tree(county, on)}


def name_on(organ: Organ, on: date) -> str:
    """The full name in law on that day; the present one where the records do not reach back so far."""
    row = OrganName.objects.on(on).filter(organ=organ, kind=OrganName.Kind.FULL).first()
    return row.name if row else organ.name


def _names(county: County, on: date) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    found: dict[str, dict[str, list[str]]] = {}
    rows = OrganName.objects.on(on).filter(organ__county=county)
    for organ, kind, name in rows.values_list("organ_id", "kind", "name"):
        found.setdefault(organ, {}).setdefault(kind, []).append(name)
    return {
        organ: (
            (kinds.get("full") or [""])[0],
            (kinds.get("short") or [""])[0],
            tuple(sorted(kinds.get("alias", []))),
        )
        for organ, kinds in found.items()
    }


def _parents(county: County, on: date) -> dict[str, str | None]:
    rows = OrganPlace.objects.on(on).filter(organ__county=county)
    return dict(rows.values_list("organ_id", "parent_id"))
