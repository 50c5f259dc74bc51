"""Who may be named in a case: the people of the organs that handle it, with their enforcement certificates on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import orjson
from django.db import connections

from fazhi.cases import definitions
from fazhi.cases.resolve import CERTIFICATE
from fazhi.organs.models import Post


@dataclass(frozen=True)
class Candidate:
    """`certificate` is the number of one that is valid on that day, else empty."""

    id: str
    name: str
    title: str
    organ: str
    certificate: str


def listed(organs: Iterable[str], on: date, using: str = "default") -> list[Candidate]:
    """People with a post in these organs on that day, each once; two statements whatever their number."""
    posts = (
        Post.objects.using(using)
        .on(on)
        .filter(organ_id__in=list(organs), person__is_active=True)
        .exclude(role="admin")
    ).select_related("person", "organ")
    by_person: dict[str, list[Post]] = {}
    for post in posts:
        by_person.setdefault(post.person_id, []).append(post)
    numbers = certificates(by_person, on, using)
    found = [
        Candidate(
            id, posts[0].person.name, "、".join(dict.fromkeys(p.role_title for p in posts)),
            posts[0].organ.short_name or posts[0].organ.name, numbers.get(id, ""),
        )
        for id, posts in by_person.items()
    ]  # fmt: skip
    return sorted(found, key=lambda c: (not c.certificate, c.organ, c.name))


def certificates(people: Iterable[str], on: date, using: str = "default") -> dict[str, str]:
    """{person: number} of certificates that are valid on that day, as the register stands now: a preview.

    What an event records is asked of the register as it stood on the act's day (`resolve.certificate`).
    """
    wanted = list(people)
    if not wanted:
        return {}
    marks = ", ".join(["%s"] * len(wanted))
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT s.who, c.definition, c.phase, c.state FROM cases_case c JOIN cases_side s ON s.case_id = c.id"
            f" WHERE c.procedure = %s AND s.side = 'holder' AND s.who IN ({marks})",
            [CERTIFICATE, *wanted],
        )
        rows = cursor.fetchall()
    found: dict[str, str] = {}
    for who, definition, phase, state in rows:
        valid = definitions.by_hash(definition).source.valid
        values = orjson.loads(bytes(state)).get("values", {})
        if valid and phase in valid.phase and str(values.get(valid.until, "9")) >= on.isoformat():
            found[who] = str(values.get("number", ""))
    return found
