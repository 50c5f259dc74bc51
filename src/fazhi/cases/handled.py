"""Of which procedures an organ has cases at all, and somebody his own: what he begins first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connections

from fazhi.cases import registers


def procedures(organ: str, names: Sequence[str], today: date, using: str = "default") -> set[str]:
    """One statement with one look into an index for each name; asked once a day and organ."""
    return registers.kept(("handled", organ, today, using), lambda: _found(organ, names, using))


def _found(organ: str, names: Sequence[str], using: str) -> set[str]:
    if not names:
        return set()
    one = "SELECT %s WHERE EXISTS (SELECT 1 FROM cases_case WHERE organ = %s AND procedure = %s)"
    with connections[using].cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(names)), [x for n in names for x in (n, organ, n)])
        return {row[0] for row in cursor.fetchall()}


RECENT = 200  # cases by which one knows what somebody does


def begun(person: str, today: date, using: str = "default") -> dict[str, int]:
    """{procedure: how many of the latest cases in this person's hand}; asked once a day and person."""
    return registers.kept(("begun", person, today, using), lambda: _begun(person, using))


def _begun(person: str, using: str) -> dict[str, int]:
    if not person:
        return {}
    latest = (
        "SELECT procedure FROM cases_case WHERE person = %s AND person > '' ORDER BY opened_on DESC LIMIT %s"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT f.procedure, COUNT(*) FROM ({latest}) f GROUP BY f.procedure", [person, RECENT]
        )
        return {name: int(n) for name, n in cursor.fetchall()}


__all__ = ["begun", "procedures"]
