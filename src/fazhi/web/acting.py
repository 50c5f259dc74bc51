"""In which post the signed-in person acts. A person acts in one post at a time and may switch between them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from fazhi.cases import registers
from fazhi.organs.actor import ActorContext, PostChoice, actor_for, choices, delegations
from fazhi.organs.installation import is_demo
from fazhi.organs.models import Person

SESSION_KEY = "post"


@dataclass(frozen=True)
class Acting:
    person: Person
    choices: tuple[PostChoice, ...]
    choice: PostChoice | None  # None: signed in, but in no post today
    actor: ActorContext | None  # as `choice`; what access and the engine are asked with
    demo: bool = False  # whether this database is a demonstration

    @property
    def roles(self) -> frozenset[str]:
        return self.actor.roles if self.actor else frozenset()

    @property
    def county(self) -> str:
        """The county's code; empty for who is in no post."""
        return self.choice.county if self.choice else ""


def of_request(request: HttpRequest) -> Acting | None:
    """Who acts in this request; None where nobody has signed in.

    One statement, the registers' counter: while no post, delegation, organ or line has changed since, and it is the same
    day, nobody may act otherwise than at the last request (`cases.stamp` sees to it that every change counts)."""
    person = request.user
    if not isinstance(person, Person):  # AnonymousUser
        return None
    day = request.today  # type: ignore[attr-defined]
    registers.refresh()
    wanted = request.session.get(SESSION_KEY)

    def find() -> tuple[tuple[PostChoice, ...], PostChoice | None, ActorContext | None, bool]:
        lent = delegations(person, day)
        found = choices(person, day, lent)
        choice = next((each for each in found if each.post == wanted), found[0] if found else None)
        return found, choice, actor_for(person, choice.post, day, lent) if choice else None, is_demo()

    return Acting(person, *registers.kept(("acting", person.pk, wanted, day), find))


def switch(request: HttpRequest, post: str) -> PostChoice | None:
    """Act in another of one's posts from now on; None (and nothing changed) where it is not one's own today."""
    choice = next((each for each in request.acting.choices if each.post == post), None)  # type: ignore[attr-defined]
    if choice:
        request.session[SESSION_KEY] = choice.post
    return choice
