"""Drafts of forms: saved while a person types, sealed at rest, gone when the form is submitted or after 30 days."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from fazhi.organs import secrecy
from fazhi.organs.models import Person
from fazhi.web.models import Draft

KEPT = timedelta(days=30)
LIMIT = 200_000  # characters of JSON: a long record of questioning fits many times

Values = dict[str, list[str]]


def save(person: Person, key: str, values: Values, now: datetime) -> Draft:
    sealed = secrecy.seal(json.dumps(values, ensure_ascii=False), _about(person, key))
    draft, _ = Draft.objects.update_or_create(
        person=person, key=key, defaults={"sealed": sealed, "saved_at": now}
    )
    return draft


def load(person: Person, key: str, now: datetime) -> tuple[Values, datetime] | None:
    """The values and when they were saved; None where there is no draft or it is older than 30 days."""
    draft = Draft.objects.filter(person=person, key=key, saved_at__gte=now - KEPT).first()
    if draft is None:
        return None
    values: Values = json.loads(secrecy.unseal(draft.sealed, _about(person, key)))
    return values, draft.saved_at


def drop(person: Person, key: str) -> None:
    """The form was submitted, or the draft thrown away. Views call this after the act is recorded."""
    Draft.objects.filter(person=person, key=key).delete()


def drop_old(now: datetime) -> int:
    """Throw away what is older than 30 days; how many there were."""
    return Draft.objects.filter(saved_at__lt=now - KEPT).delete()[0]


def _about(person: Person, key: str) -> str:
    return f"web draft {person.pk} {key}"
