"""Parties of an import: many recorded at once, found by number with one query for hundreds, inserted by the caller.

The rules are those of `parties`: one record per legal identity, a known number with another name is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.db import connections

from . import identity, parties, secrecy
from .errors import BadIdentity, Invalid, Problem
from .models import Party, new_id

COLUMNS = (
    "id", "kind", "shown_name", "name_sealed", "name_digest", "identity_kind", "identity_shown", "identity_sealed",
    "identity_digest", "details_sealed", "source",
)  # fmt: skip
_MANY = 500  # SQLite takes a limited number of parameters a statement
# GB 32100: the first character is the registering authority, the second its class.
_KINDS_BY_CODE = (
    ("92", "individual_business"), ("91", "enterprise"), ("93", "enterprise"), ("11", "organ"), ("12", "institution"),
    ("13", "social"), ("5", "social"), ("N", "village_organisation"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A party as a file names it, checked; `number` in its plain form, empty where there is none."""

    kind: str
    name: str
    identity_kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a case keeps of a party: see `parties.Snapshot`. `shown` is the name as lists show it."""

    id: str
    plain: dict[str, str]
    personal: dict[str, str]
    shown: str


def wanted(name: str, number: str, *, kind: str = "", identity_kind: str = "", today: date) -> Wanted:
    """The party that is meant; kind and kind of identity are read from the number where they are not given.

    Raises Invalid, whose problems name `name`, `kind`, `identity_kind` or `number`.
    """
    number = identity.tidy(number)
    if not number and not kind:
        raise Invalid(
            [Problem("kind", "没有证件号码，也没有填写当事人类别", next="请填写证件号码，或者选择类别")]
        )
    if not identity_kind:
        identity_kind = _identity_kind(kind, number, today)
    if not kind:
        kind = kind_by(identity_kind, number)
    plain, problems = parties._checked(kind, name, identity_kind, number, today, {})
    if problems:
        raise Invalid(problems)
    return Wanted(kind, name.strip(), identity_kind, plain)


def _identity_kind(kind: str, number: str, today: date) -> str:
    if not number:
        return "none"
    if kind and kind not in ("citizen", "other"):
        return "uscc"
    if len(number) == 18 and re.fullmatch(r"\d{17}[\dX]", number):
        try:
            identity.id_card(number, today)
        except BadIdentity:
            # A wrong digit in an identity card is told as such, not as a wrong code of an enterprise.
            return "uscc" if kind != "citizen" and number[:2] in ("91", "92", "93") else "id_card"
        return "id_card"
    if kind == "citizen":
        return "passport" if len(number) < 15 else "id_card"
    return (
        "id_card" if len(number) == 15 and number.isdigit() else "uscc" if len(number) >= 15 else "passport"
    )


def kind_by(identity_kind: str, number: str) -> str:
    """The kind of party that bears such a number."""
    if identity_kind != "uscc":
        return "citizen"
    return next((kind for start, kind in _KINDS_BY_CODE if number.startswith(start)), "other")


class Book:
    """The parties of one import: those that are there, and new records waiting to be inserted."""

    def __init__(self, today: date, source: str) -> None:
        self.today, self.source = today, source
        # Processes that read parts of one file give a new identity the same id; the secret goes with the import.
        self._secret = secrets.token_bytes(32)
        self._key = secrecy.read_key()
        self._digests: dict[tuple[str, str], str] = {}
        self._by_digest: dict[str, Party | None] = {}
        self._known: dict[str, Known] = {}
        self.fresh: list[tuple[int, tuple[Any, ...]]] = []  # (row of the file, the record's columns)

    def look_up(self, many: Iterable[Wanted]) -> None:
        """Read the records of all numbers at once."""
        digests = {self._digest(w) for w in many if w.number} - self._by_digest.keys()
        ordered = sorted(digests)
        for start in range(0, len(ordered), _MANY):
            some = ordered[start : start + _MANY]
            self._by_digest.update(dict.fromkeys(some))
            for party in Party.objects.filter(identity_digest__in=some):
                self._by_digest[party.identity_digest] = party

    def find(self, w: Wanted) -> Known | None:
        """The record of that identity; None where there is none yet. Invalid where the number bears another name."""
        digest = self._digest(w) if w.number else ""
        if not digest:
            return None
        if found := self._known.get(digest):
            self._agree(w, found)
            return found
        if digest not in self._by_digest:
            self.look_up([w])
        party = self._by_digest[digest]
        if party is None:
            return None
        shot = parties.snapshot(party)
        found = self._known[digest] = Known(party.id, dict(shot.plain), dict(shot.personal), party.shown_name)
        self._agree(w, found)
        return found

    def _agree(self, w: Wanted, found: Known) -> None:
        name = found.personal.get("name") or found.plain.get("name", "")
        if name not in (w.name, parties.ERASED):
            raise Invalid(
                [
                    Problem(
                        "name",
                        f"该证件号码已登记为“{found.shown}”，与所填名称不一致",
                        next="请核对号码；确已更名的，在当事人信息中办理变更",
                    )
                ]
            )

    def record(self, w: Wanted, row: int = 0) -> Known:
        """The record, found or made; a new one waits in `fresh`, with the row of the file that names it."""
        found = self.find(w)
        if found is not None:
            return found
        # The record's columns without the model: an instance of it takes longer than everything else here.
        party: Any = SimpleNamespace(
            id=self._id(w), kind=w.kind, identity_kind=w.identity_kind, source=self.source[:300]
        )
        parties._put(party, w.name, w.number, {}, self._key)
        self.fresh.append((row, tuple(getattr(party, name) for name in COLUMNS)))
        if w.kind == Party.Kind.CITIZEN:
            made = Known(
                party.id,
                {"id": party.id, "kind": w.kind},
                {"name": w.name, "identity": w.number},
                party.shown_name,
            )
        else:
            plain = {"id": party.id, "kind": w.kind, "name": w.name, "uscc": w.number}
            made = Known(party.id, plain, {}, party.shown_name)
        if w.number:
            self._known[self._digest(w)] = made
        return made

    def _id(self, w: Wanted) -> str:
        if not w.number:
            return new_id()
        return hmac.new(self._secret, self._digest(w).encode(), hashlib.sha256).hexdigest()[:32]

    def _digest(self, w: Wanted) -> str:
        key = (w.identity_kind, w.number)
        found = self._digests.get(key)
        if found is None:
            found = self._digests[key] = parties._digest(w.identity_kind, w.number, self._key)
        return found


def insert(cursor: Any, fresh: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """Write new records, in the caller's transaction. IntegrityError where somebody recorded one of them meanwhile."""
    at = connections[cursor.db.alias].ops.adapt_datetimefield_value(now)
    marks = ", ".join(["%s"] * (len(COLUMNS) + 1))
    cursor.executemany(
        f"INSERT INTO organs_party ({', '.join(COLUMNS)}, created_at) VALUES ({marks})",
        [(*row, at) for row in fresh],
    )
