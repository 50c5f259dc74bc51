"""Who changed what in the registers of this floor, and reading it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .models import Change, County, Organ, OrganName, Person, Succession


@dataclass(frozen=True)
class Entry:
    """One line of an organ's history. `recorded_at` is None where the line follows from the dated rows themselves."""

    on: date
    what: str
    detail: str
    source: str
    by: str = ""
    recorded_at: datetime | None = None


def record(
    subject: str,
    subject_id: str,
    what: str,
    *,
    on: date,
    county: County | None = None,
    detail: dict[str, Any] | None = None,
    source: str = "",
    by: Person | None = None,
) -> None:
    Change.objects.create(
        county=county,
        subject=subject,
        subject_id=str(subject_id),
        on=on,
        what=what,
        detail={k: [_text(v) for v in pair] for k, pair in (detail or {}).items()},
        source=source,
        by=by,
    )


def organ_history(organ: Organ) -> tuple[Entry, ...]:
    """Everything that befell the organ, by the day on which it took effect: changes, names, mergers and splits."""
    lines = [
        Entry(c.on, c.what, _told(c.detail), c.source, c.by.name if c.by else "", c.recorded_at)
        for c in Change.objects.filter(subject="organ", subject_id=organ.id).select_related("by")
    ]
    for name in OrganName.objects.filter(organ=organ, valid_to__isnull=False):
        lines.append(
            Entry(
                name.valid_from,
                f"曾用{name.get_kind_display()}",
                f"{name.name}，至{name.valid_to}",
                name.source,
            )
        )
    became = Succession.objects.filter(predecessor=organ).exclude(kind=Succession.Kind.RENAMED)
    for row in became.select_related("successor"):
        into = f"职责由{row.successor.name}承继" if row.successor else "没有承继机关"
        lines.append(Entry(row.on, row.get_kind_display(), _joined(into, row.detail), row.source))
    came = Succession.objects.filter(successor=organ).exclude(predecessor=organ)
    for row in came.select_related("predecessor"):
        lines.append(
            Entry(
                row.on,
                f"由{row.get_kind_display()}承继",
                _joined(f"承继{row.predecessor.name}", row.detail),
                row.source,
            )
        )
    return tuple(sorted(lines, key=lambda e: e.on))


def changes_of(subject: str, subject_id: str) -> tuple[Change, ...]:
    return tuple(Change.objects.filter(subject=subject, subject_id=str(subject_id)).select_related("by"))


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _told(detail: dict[str, list[Any]]) -> str:
    return "；".join(
        f"{field}：{before or '（空）'} → {after or '（空）'}" for field, (before, after) in detail.items()
    )


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part)
