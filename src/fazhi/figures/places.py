"""Where an organ stands in the county's tree on the last day of a span: what figures roll up along.

An organ that had ended by then counts under the one that came after it; where several did, or none, under the organ above
its last place. One that is not in this county's tree at all counts for the county alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from fazhi.figures.errors import FigureError
from fazhi.organs import resolve, tree
from fazhi.organs.models import Code, County, Organ, Succession


@dataclass(frozen=True)
class Place:
    """An organ with those above it, itself first."""

    id: str
    name: str
    above: tuple[str, ...]
    ended: bool = False


@dataclass(frozen=True)
class Places:
    """The tree of one day; `order` is the order of reading."""

    county: County
    day: date
    found: dict[str, Place] = field(repr=False)
    order: tuple[str, ...] = field(repr=False)

    def above(self, key: str | None) -> frozenset[str]:
        """Every organ that a row counts for: those named in `key` (ids with blanks between) and all above them."""
        out: set[str] = set()
        for id in (key or "").split():
            place = self.found.get(id)
            if place is not None:
                out.update(place.above)
        return frozenset(out)

    def name(self, id: str) -> str:
        place = self.found.get(id)
        return place.name if place else "名录外机关"


def county(code: str) -> County:
    """Raises FigureError."""
    found = County.objects.filter(code=code).first() or County.objects.filter(name=code).first()
    if found is None:
        known = "、".join(f"{c.code}（{c.name}）" for c in County.objects.all()[:5])
        raise FigureError(
            f"没有登记「{code}」这个县（市、区）",
            next=f"已登记：{known}" if known else "请先用 fazhi init 或者 fazhi demo 登记本县",
        )
    return found


def code_titles(name: str, of: County) -> dict[str, str]:
    """What each code of a list is called in this county: its own word before the province's, the newest before the old."""
    rows = Code.objects.filter(list_id=name, scope__in=("", of.code[:2], of.code), organ=None)
    return {row.code: row.title for row in sorted(rows, key=lambda row: (len(row.scope), row.valid_from))}


def places(of: County, day: date) -> Places:
    lines = tree.organ_tree(of, day)
    found = {
        line.organ.id: Place(line.organ.id, line.short_name or line.name, tuple(reversed(_ids(line.path))))
        for line in lines
    }
    heirs: dict[str, list[str]] = {}
    known = Succession.objects.filter(predecessor__county=of, successor__isnull=False, on__lte=day)
    for before, after in known.exclude(predecessor=F("successor")).values_list(
        "predecessor_id", "successor_id"
    ):
        heirs.setdefault(before, []).append(after)
    for organ in Organ.objects.filter(county=of).exclude(id__in=list(found)):
        said = "尚未设立" if organ.valid_from > day else "已撤并"
        name = f"{organ.short_name or organ.name}（{said}）"
        found[organ.id] = Place(organ.id, name, _after(organ, heirs, found), True)
    return Places(of, day, found, tuple(line.organ.id for line in lines))


def _ids(path: str) -> list[str]:
    return [x for x in path.split("/") if x][1:]


def _after(organ: Organ, heirs: dict[str, list[str]], found: dict[str, Place]) -> tuple[str, ...]:
    living = {i for i, place in found.items() if not place.ended}
    after = _heirs(organ.id, heirs, living, frozenset())
    if len(after) == 1:
        return found[after.pop()].above
    upper = next((x for x in reversed(_ids(organ.path)[:-1]) if x in living), None)
    return found[upper].above if upper else ()


def _heirs(organ: str, heirs: dict[str, list[str]], living: set[str], seen: frozenset[str]) -> set[str]:
    """The living organs that came after one, by whatever chain."""
    out: set[str] = set()
    for after in heirs.get(organ, ()):
        if after in living:
            out.add(after)
        elif after not in seen:
            out |= _heirs(after, heirs, living, seen | {organ})
    return out


def organ(of: County, said: str, day: date) -> str:
    """An organ's id from its id, its code in the county or any of its names on that day. Raises FigureError."""
    row = (
        Organ.objects.filter(county=of, id=said).first() or Organ.objects.filter(county=of, code=said).first()
    )
    if row is not None:
        return str(row.id)
    found = resolve.resolve_organ(of, said, day)
    if found.status == "matched" and found.organ is not None:
        return str(found.organ.id)
    raise FigureError(f"没有找到机关「{said}」", next=_offers(found.offers))


def _offers(offers: Iterable[object]) -> str:
    named = [str(getattr(o, "name", o)) for o in offers][:3]
    return f"是否指：{'、'.join(named)}" if named else "请用机关的全称、简称或者机关代码"
