"""Parties: one record per legal identity. Personal values are sealed; lists show them masked.

A citizen's name, number, address and telephone are sealed. An organisation's name and code are public and stand open;
its address, telephone and representative are sealed too. Reading a sealed value is a function call here, so that
whoever calls it (screens, documents) can write the access log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from . import checks, history, identity, secrecy
from .errors import BadIdentity, Invalid, Problem, invalid
from .models import Party, PartyRevision, Person, new_id

ERASED = "（已依法删除）"
DETAILS = {"address": "住址（住所）", "phone": "联系电话", "representative": "法定代表人（负责人）"}
_NATURAL = frozenset({Party.Kind.CITIZEN.value})
_KINDS = frozenset(Party.Kind.values)  # asked for every party of a file: the list is made anew each time
_IDENTITIES: dict[str, tuple[str, ...]] = {
    Party.Kind.CITIZEN.value: ("id_card", "passport", "permit", "none"),
    Party.Kind.OTHER.value: ("uscc", "none"),
}


@dataclass(frozen=True)
class PartyWords:
    """A record's open words, personal ones included. `erased` where the law has had them removed."""

    id: str
    kind: str
    name: str
    identity_kind: str
    identity: str
    details: Mapping[str, str] = field(hash=False)
    erased: bool = False


@dataclass(frozen=True)
class Snapshot:
    """What a case keeps of the record on that day: `plain` goes into the event, `personal` beside the chain."""

    plain: Mapping[str, str] = field(hash=False)
    personal: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class Recorded:
    party: Party
    new: bool


@transaction.atomic
def record_party(
    kind: str,
    name: str,
    *,
    identity_kind: str,
    number: str = "",
    today: date,
    details: Mapping[str, str] | None = None,
    source: str = "",
) -> Recorded:
    """The record of that legal identity: the one that is there, or a new one. Never two for one number.

    A known number with another name is refused: either the number was misread, or the record needs `edit_party`.
    """
    name = name.strip()
    plain, problems = _checked(kind, name, identity_kind, number, today, details or {})
    if problems:
        raise Invalid(problems)
    if plain and (known := find_party(identity_kind, plain)):
        if words(known).name not in (name, ERASED):
            raise invalid(
                "name",
                f"该证件号码已登记为“{known.shown_name}”，与所填名称不一致",
                next="请核对号码；确已更名的，在当事人信息中办理变更",
            )
        return Recorded(known, new=False)
    party = Party(id=new_id(), kind=kind, identity_kind=identity_kind, source=source)
    _put(party, name, plain, dict(details or {}))
    try:
        with transaction.atomic():
            party.save(force_insert=True)
    except IntegrityError:  # somebody recorded the same number at this very moment
        return record_party(
            kind,
            name,
            identity_kind=identity_kind,
            number=number,
            today=today,
            details=details,
            source=source,
        )
    return Recorded(party, new=True)


def find_party(identity_kind: str, number: str) -> Party | None:
    """By the number in any spelling; the number itself is compared as a keyed digest only."""
    return Party.objects.filter(identity_digest=_digest(identity_kind, identity.tidy(number))).first()


def search(text: str, limit: int = 20) -> tuple[Party, ...]:
    """Organisations by a part of the name, citizens by the whole name or number, anybody by the whole number."""
    text = text.strip()
    if not text:
        return ()
    number = identity.tidy(text)
    exact = [_digest(kind, number) for kind in Party.Identity.values]
    found = dict.fromkeys(Party.objects.filter(identity_digest__in=exact))
    found |= dict.fromkeys(Party.objects.filter(name_digest=secrecy.digest(text, "party:name"))[:limit])
    found |= dict.fromkeys(Party.objects.exclude(kind__in=_NATURAL).filter(shown_name__contains=text)[:limit])
    return tuple(found)[:limit]


def words(party: Party) -> PartyWords:
    """Everything that the record says, unsealed. Every call by a screen belongs in the access log."""
    if party.erased_at:
        return PartyWords(party.id, party.kind, ERASED, party.identity_kind, ERASED, {}, erased=True)
    name = _open(party, "name", party.name_sealed) or party.shown_name
    number = _open(party, "identity", party.identity_sealed) or party.identity_shown
    details = json.loads(_open(party, "details", party.details_sealed) or "{}")
    return PartyWords(party.id, party.kind, name, party.identity_kind, number, details)


def snapshot(party: Party) -> Snapshot:
    """An organisation's name and code are open; of a natural person nothing is but the kind."""
    said = words(party)
    personal = {k: v for k, v in said.details.items() if v}
    if party.kind in _NATURAL:
        return Snapshot(
            {"id": party.id, "kind": party.kind}, {"name": said.name, "identity": said.identity} | personal
        )
    return Snapshot({"id": party.id, "kind": party.kind, "name": said.name, "uscc": said.identity}, personal)


@transaction.atomic
def edit_party(
    party: Party,
    *,
    today: date,
    reason: str,
    name: str | None = None,
    identity_kind: str | None = None,
    number: str | None = None,
    details: Mapping[str, str] | None = None,
    by: Person | None = None,
) -> Party:
    """Change the record; what it said before is kept, sealed. Cases keep what it said on their days."""
    party = Party.objects.select_for_update().get(pk=party.pk)
    if party.erased_at:
        raise invalid("party", "该当事人信息已依法删除，不能再编辑", next="请另行登记")
    before = words(party)
    wanted_name = before.name if name is None else name.strip()
    wanted_kind = identity_kind or party.identity_kind
    wanted_number = before.identity if number is None else number
    wanted_details = dict(before.details) if details is None else dict(details)
    plain, problems = _checked(party.kind, wanted_name, wanted_kind, wanted_number, today, wanted_details)
    problems += checks.required("reason", "变更原因", reason)
    other = find_party(wanted_kind, plain) if plain else None
    if other and other != party:
        problems.append(
            Problem(
                "number",
                f"该证件号码已登记为“{other.shown_name}”",
                next="一个主体只能有一条记录，请使用已有记录",
            )
        )
    if problems:
        raise Invalid(problems)
    kept = {
        "name": before.name,
        "identity_kind": before.identity_kind,
        "identity": before.identity,
        "details": dict(before.details),
    }
    revision = PartyRevision.objects.create(party=party, by=by, reason=reason)
    revision.before_sealed = secrecy.seal(
        json.dumps(kept, ensure_ascii=False), f"party-revision:{revision.pk}"
    )
    revision.save(update_fields=["before_sealed"])
    party.identity_kind = wanted_kind
    _put(party, wanted_name, plain, wanted_details)
    party.save()
    return party


@transaction.atomic
def erase_party(party: Party, *, now: datetime, reason: str, by: Person | None = None) -> Party:
    """Remove a natural person's words from the record and its revisions. The record's id stays, so cases still point to it."""
    if party.kind not in _NATURAL:
        raise invalid(
            "party",
            "只有自然人的个人信息可以依法删除",
            law="个人信息保护法 第四十七条",
            next="组织的公开登记信息请用变更",
        )
    party = Party.objects.select_for_update().get(pk=party.pk)
    party.revisions.update(before_sealed=None)
    party.name_sealed = party.identity_sealed = party.details_sealed = party.identity_digest = None
    party.name_digest, party.identity_shown, party.shown_name = "", "", ERASED
    party.erased_at = now
    party.save()
    history.record("party", party.id, "依法删除个人信息", on=now.date(), source=reason, by=by)
    return party


def _checked(
    kind: str, name: str, identity_kind: str, number: str, today: date, details: Mapping[str, str]
) -> tuple[str, list[Problem]]:
    problems = checks.required("name", "名称（姓名）", name)
    problems += [Problem("name", p.message, p.law, p.next) for p in checks.fits(Party, shown_name=name)]
    if kind not in _KINDS:
        return "", [
            *problems,
            Problem("kind", f"没有“{kind}”这一类当事人", next="可用类别：" + "、".join(Party.Kind.labels)),
        ]
    allowed = _IDENTITIES.get(kind, ("uscc",))
    if identity_kind not in allowed:
        labels = "、".join(Party.Identity(k).label for k in allowed)
        problems.append(
            Problem(
                "identity_kind", f"{Party.Kind(kind).label}的证件种类应为：{labels}", next="请改选证件种类"
            )
        )
        return "", problems
    problems += [
        Problem("details", f"没有“{k}”这一项", next="可填：" + "、".join(DETAILS.values()))
        for k in details
        if k not in DETAILS
    ]
    if identity_kind == "none":
        if number.strip():
            problems.append(
                Problem(
                    "number", "选择了“身份不明或者无证件”，却填写了号码", next="请改选证件种类，或者清空号码"
                )
            )
        return "", problems
    try:
        if identity_kind == "uscc":
            return identity.uscc(number), problems
        if identity_kind == "id_card":
            return identity.id_card(number, today), problems
        return identity.document_number(number), problems
    except BadIdentity as error:
        return "", [*problems, Problem("number", error.message, error.law, error.next)]


def _put(party: Party, name: str, number: str, details: dict[str, str], key: bytes | None = None) -> None:
    natural = party.kind in _NATURAL
    party.shown_name = identity.mask_name(name) if natural else name
    party.name_sealed = secrecy.seal(name, _about(party, "name"), key) if natural else None
    party.name_digest = secrecy.digest(name, "party:name", key)
    party.identity_shown = identity.mask_identity(number) if natural else number
    party.identity_sealed = (
        secrecy.seal(number, _about(party, "identity"), key) if natural and number else None
    )
    party.identity_digest = _digest(party.identity_kind, number, key) if number else None
    kept = {key: value.strip() for key, value in details.items() if value.strip()}
    said = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    party.details_sealed = secrecy.seal(said, _about(party, "details"), key) if kept else None


def _open(party: Party, part: str, sealed: bytes | None) -> str:
    return secrecy.unseal(sealed, _about(party, part)) if sealed else ""


def _digest(identity_kind: str, number: str, key: bytes | None = None) -> str:
    return secrecy.digest(number, f"party:{identity_kind}", key)


def _about(party: Party, part: str) -> str:
    return f"party:{party.id}:{part}"
