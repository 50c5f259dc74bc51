"""The demo county's accounts, for the sign-in page and for `serve`; nothing outside a demo database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from fazhi.organs.installation import is_demo
from fazhi.organs.models import Post


@dataclass(frozen=True)
class Account:
    username: str
    name: str
    organ: str
    role: str
    title: str


def password() -> str:
    """The one password of all demo accounts; empty where they do not exist."""
    if not is_demo():
        return ""
    try:
        from fazhi.organs import demo
    except ImportError:
        return ""
    return demo.PASSWORD


def shown() -> tuple[Account, ...]:
    """One account for each organ and role, in the order of the tree; none in a database of a real county."""
    if not is_demo():
        return ()
    posts = Post.objects.on(timezone.localdate()).filter(person__is_active=True)
    seen: dict[str, Account] = {}
    for post in posts.select_related("person", "organ").order_by("organ__order", "organ__code", "role"):
        account = Account(post.person.username, post.person.name, str(post.organ), post.role, post.role_title)
        seen.setdefault(post.person.username, account)
    return tuple(seen.values())
