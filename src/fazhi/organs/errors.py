"""What this floor refuses, in the words that a clerk reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fazhi.errors import UserError


class OrgansError(UserError):
    """Root of this floor's errors."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field. `field` is the parameter's name in code, which a form or file maps to its own."""

    field: str
    message: str
    law: str = ""
    next: str = ""


class Invalid(OrgansError):
    """An entry that cannot be recorded as it is. Nothing has been written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "；".join(p.message for p in self.problems),
            law="、".join(dict.fromkeys(p.law for p in self.problems if p.law)),
            next="；".join(dict.fromkeys(p.next for p in self.problems if p.next)),
        )


class BadIdentity(OrgansError):
    """An identity number that cannot exist."""


class KeyTrouble(OrgansError):
    """The data key is missing, damaged, or not the one that sealed the value."""


class NotInPost(OrgansError):
    """The person does not hold that post on that day."""


class SignInRefused(OrgansError):
    """Wrong user name or password, a locked or a closed account."""


class NotDemo(OrgansError):
    """Demonstration data were asked for in a database that is not a demonstration."""


class NotFound(OrgansError):
    """A name or code that is in no register on that day."""


class BadFile(OrgansError):
    """A file that cannot be read as a table at all."""


def invalid(field: str, message: str, *, law: str = "", next: str = "") -> Invalid:
    """The error for a single field."""
    return Invalid([Problem(field, message, law, next)])
