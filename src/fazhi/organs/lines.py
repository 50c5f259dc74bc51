"""Whom an organ acts for and whom it supervises, on a day. What is outside these lines is refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .errors import OrgansError
from .models import Organ, OrganLine


class OutsideLine(OrgansError):
    """No line of supervision leads from the one organ to the other."""


_OFFICE = "内设机构以所在机关名义"


@dataclass(frozen=True)
class Line:
    """A line from an organ to `other`, whose place in the tree is `path`."""

    other: str
    name: str
    path: str
    matter: str
    source: str


def acts_for(organ: Organ, on: date, matter: str | None = None) -> tuple[Line, ...]:
    """For whom the organ acts. An internal office (内设机构) always acts in the name of its organ."""
    return _lines(OrganLine.Kind.ACTS_FOR, [*office_chain(organ)], on, matter, own=True)


def supervises(organ: Organ, on: date, matter: str | None = None) -> tuple[Line, ...]:
    """Whom the organ supervises, each with everything below it."""
    return _lines(OrganLine.Kind.SUPERVISES, [*office_chain(organ)], on, matter, own=False)


def both(organ: Organ, on: date) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """`acts_for` and `supervises` by one statement."""
    chain = [*office_chain(organ)]
    rows = list(OrganLine.objects.on(on).filter(organ__in=chain).select_related("other"))
    own = tuple(Line(o.id, o.name, o.path, "", _OFFICE) for o in chain[1:])
    found = [
        tuple(_line(r) for r in rows if r.kind == kind)
        for kind in (OrganLine.Kind.ACTS_FOR, OrganLine.Kind.SUPERVISES)
    ]
    return own + found[0], found[1]


def office_chain(organ: Organ) -> Sequence[Organ]:
    """The organ, and for an office the organs that it belongs to, up to the first that is none."""
    chain = [organ]
    while chain[-1].kind == Organ.Kind.OFFICE and chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    return chain


def check_supervision(supervisor: Organ, target: Organ, on: date, matter: str | None = None) -> Line:
    """The line by which one organ may send an order to the other, or OutsideLine with the reason.

    A higher organ may order those below it; any other needs a recorded line to the target or to one above it.
    """
    own = office_chain(supervisor)[-1]
    if target in (supervisor, own):
        raise OutsideLine(f"{supervisor}不能对本机关发出监督文书", next="请选择被监督的机关")
    if not target.holds_on(on):
        raise OutsideLine(f"{target}在{on}不存在", next="请选择承继其职责的机关")
    if target.path.startswith(own.path):
        return Line(target.id, target.name, target.path, matter or "", "上级机关对下级机关")
    found = supervises(supervisor, on, matter)
    for line in found:
        if target.path.startswith(line.path):
            return line
    may = "、".join(dict.fromkeys(line.name for line in found))
    raise OutsideLine(
        f"{supervisor}对{target}没有监督关系，不能向其发出监督文书"
        + (f"；{supervisor}的监督范围是：{may}及其下级" if may else ""),
        next="请改由有监督权的机关发出；确有依据的，由管理员在机关管理中登记监督关系及其文件依据",
    )


def _lines(kind: str, chain: list[Organ], on: date, matter: str | None, *, own: bool) -> tuple[Line, ...]:
    lines = [Line(o.id, o.name, o.path, "", _OFFICE) for o in chain[1:]] if own else []
    rows = OrganLine.objects.on(on).filter(kind=kind, organ__in=chain)
    if matter is not None:
        rows = rows.filter(matter=matter)
    return (*lines, *(_line(r) for r in rows.select_related("other")))


def _line(row: OrganLine) -> Line:
    return Line(row.other_id, row.other.name, row.other.path, row.matter, row.source)
