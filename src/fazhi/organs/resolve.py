"""From a name in a text to an organ of the county, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from . import names
from .models import County, Organ, OrganName

Status = Literal["matched", "collective", "candidates", "none"]


@dataclass(frozen=True)
class Offer:
    """An organ that may be meant, for a person to choose."""

    organ: Organ
    name: str
    score: float
    why: str


@dataclass(frozen=True)
class Resolution:
    """What a name was found to mean. `matched`: `organ`. `collective`: `organs`. Else a person chooses among `offers`."""

    text: str
    status: Status
    organ: Organ | None = None
    organs: tuple[Organ, ...] = ()
    offers: tuple[Offer, ...] = ()


class Directory:
    """The names of one county, read once for many look-ups (a plan names a hundred organs). Not kept between requests."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.organs = {organ.id: organ for organ in Organ.objects.filter(county=county)}
        self.names = tuple(
            names.Named(*row)
            for row in OrganName.objects.filter(organ__county=county).values_list(
                "organ_id", "name", "kind", "valid_from", "valid_to"
            )
        )

    def resolve(self, text: str, on: date) -> Resolution:
        alive = {o.id: o.kind for o in self.organs.values() if o.holds_on(on)}
        found = names.find(text, self.county.name, self.names, on, alive)
        organs = tuple(
            sorted((self.organs[i] for i in found.organs if i in alive), key=lambda o: (o.order, o.code))
        )
        if found.collective:
            return Resolution(text, "collective" if organs else "none", organs=organs)
        if organs:
            return Resolution(text, "matched", organ=organs[0], organs=organs)
        offers = tuple(Offer(self.organs[c.organ], c.name, c.score, c.why) for c in found.candidates)
        return Resolution(text, "candidates" if offers else "none", offers=offers)


def resolve_organ(county: County, name: str, on: date) -> Resolution:
    """One name. For many, make a `Directory` and ask it."""
    return Directory(county).resolve(name, on)
