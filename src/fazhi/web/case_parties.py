"""Parties within a form: finding one in the register, registering one on the spot. Each is a step of the whole form, so
that it works without script and loses nothing of what has been typed."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict

from fazhi.organs import parties
from fazhi.organs.errors import Invalid
from fazhi.organs.models import Party

KINDS = list(Party.Kind.choices)
IDENTITIES = list(Party.Identity.choices)
# The register's own names of what is wrong, and the inputs of the quick form.
FIELDS = ("kind", "name", "identity_kind", "number", "address", "phone", "representative")


def step(name: str, data: QueryDict, today: date) -> dict[str, str]:
    """Carry out `find:<field>` or `register:<field>`; {field: words} of what is wrong. The data then hold the choice."""
    verb, _, field = name.partition(":")
    if verb == "find":
        return _find(field, data)
    if verb == "register":
        return _register(field, data, today)
    return {}


def _find(field: str, data: QueryDict) -> dict[str, str]:
    text = data.get(f"find_{field}", "").strip()
    if not text:
        return {f"v_{field}": "请先填写要查找的名称或者证件号码。"}
    found = parties.search(text)
    if not found:
        return {
            f"v_{field}": f"名册中没有“{text}”。请核对全称或者完整的证件号码（自然人须填全名），确实没有的，在下面登记新当事人。"
        }
    if len(found) == 1 and not data.getlist(f"v_{field}"):
        data.setlist(f"v_{field}", [found[0].id])
    return {}


def _register(field: str, data: QueryDict, today: date) -> dict[str, str]:
    given = {k: data.get(f"new_{field}_{k}", "").strip() for k in FIELDS}
    try:
        recorded = parties.record_party(
            given["kind"],
            given["name"],
            identity_kind=given["identity_kind"],
            number=given["number"],
            today=today,
            details={k: given[k] for k in ("address", "phone", "representative") if given[k]},
            source="办案登记",
        )
    except Invalid as invalid:
        return {
            f"v_{field}": "登记新当事人："
            + "；".join(
                p.message + (f"（{p.law}）" if p.law else "") + (f"。{p.next}" if p.next else "")
                for p in invalid.problems
            )
        }
    chosen = data.getlist(f"v_{field}")
    data.setlist(f"v_{field}", [*[c for c in chosen if c != recorded.party.id], recorded.party.id])
    for k in FIELDS:
        data.setlist(f"new_{field}_{k}", [])
    data.setlist(f"find_{field}", [])
    return {}
