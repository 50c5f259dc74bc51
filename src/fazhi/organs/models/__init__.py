"""The tables of this floor, one module per noun."""

from .changes import Change
from .dated import Dated, DatedQuerySet, new_id
from .organs import Organ, OrganLine, OrganName, OrganPlace, Succession
from .parameters import Code, CodeList, Parameter
from .parties import Party, PartyRevision
from .people import Delegation, Person, Post
from .places import County, Installation, Region

__all__ = [
    "Change",
    "Code",
    "CodeList",
    "County",
    "Dated",
    "DatedQuerySet",
    "Delegation",
    "Installation",
    "Organ",
    "OrganLine",
    "OrganName",
    "OrganPlace",
    "Parameter",
    "Party",
    "PartyRevision",
    "Person",
    "Post",
    "Region",
    "Succession",
    "new_id",
]
