"""Numbers of cases and papers: given in the transaction of the event, so none is lost; each can say whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fazhi.cases.models import GivenNumber
from fazhi.ledger import quick

_GIVE = (
    "INSERT INTO cases_given_number (organ, series, year, n, case_id, seq, note)"
    " SELECT %s, %s, CAST(%s AS integer), COALESCE(MAX(n), 0) + 1, %s, CAST(%s AS integer), ''"
    " FROM cases_given_number WHERE organ = %s AND series = %s AND year = %s RETURNING n"
)


@dataclass(frozen=True)
class Told:
    """One number of a series and what became of it."""

    n: int
    case: str
    seq: int
    note: str


def give(cursor: Any, vendor: str, organ: str, series: str, year: int, case: str, seq: int) -> int:
    """The next number of the series, kept with its case and event."""
    if vendor == "postgresql":  # a lock for this series until the transaction ends
        quick.later(cursor, "SELECT pg_advisory_xact_lock(hashtext(%s))", (f"{organ}/{series}/{year}",))
    cursor.execute(_GIVE, (organ, series, year, case, seq, organ, series, year))
    n: int = cursor.fetchone()[0]
    return n


def wording(form: str, *, organ: str, series: str, year: int, n: int) -> str:
    return form.format(organ=organ, series=series, year=year, n=n)


def explain(organ: str, series: str, year: int) -> list[Told]:
    """Every number of the series up to the last: with its case, or the reason why it stands empty."""
    rows = {g.n: g for g in GivenNumber.objects.filter(organ=organ, series=series, year=year)}
    told = []
    for n in range(1, max(rows, default=0) + 1):
        g = rows.get(n)
        told.append(Told(n, g.case, g.seq, g.note) if g else Told(n, "", 0, "号码未使用，原因不明：请核查"))
    return told


def leave_out(organ: str, series: str, year: int, n: int, why: str) -> None:
    """Explain a number that was used on paper before, or must stay empty."""
    GivenNumber.objects.create(organ=organ, series=series, year=year, n=n, note=why)
