"""Who acts: a person in one post on one day. Read anew for every request, so a change of post counts at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from . import lines
from .errors import NotInPost
from .models import Delegation, Person, Post
from .models.people import ROLES


@dataclass(frozen=True)
class Delegated:
    """A role that came to the person from another's post."""

    delegation: str
    post: str
    role: str
    organ: str
    holder: str  # the person who delegated
    source: str
    until: date | None


@dataclass(frozen=True)
class ActorContext:
    """What access and the engine need to know of who acts; ids are strings, nothing is looked up later."""

    person: str
    name: str
    post: str
    title: str
    role: str
    roles: frozenset[str]  # the post's role, and roles delegated within the same organ
    organ: str
    organ_name: str
    organ_kind: str
    organ_path: str
    county: str
    acts_for: frozenset[str]
    supervises: tuple[str, ...]  # paths in the tree
    delegations: tuple[Delegated, ...]
    lines: tuple[lines.Line, ...]  # acts_for with matter and source
    on: date
    deputy_for: str = ""  # the holder of the post, where the person acts in it by delegation


@dataclass(frozen=True)
class PostChoice:
    """A post that the person may act in, for the switch at the top of the screen."""

    post: str
    organ: str
    organ_name: str
    role: str
    title: str
    county: str
    deputy_for: str = ""
    until: date | None = None


def choices(person: Person, on: date, delegated: list[Delegation] | None = None) -> tuple[PostChoice, ...]:
    """Own posts first, then those delegated to the person; none for a closed account. `delegated`: what `delegations`
    has just given for the same person and day."""
    if not person.is_active:
        return ()
    own = Post.objects.on(on).filter(person=person).select_related("organ")
    found = [_choice(post, post.valid_to) for post in own if post.organ.holds_on(on)]
    for row in delegations(person, on) if delegated is None else delegated:
        found.append(_choice(row.post, row.valid_to, deputy_for=row.post.person.name))
    return tuple(found)


def actor_for(
    person: Person, post: Post | str, on: date, delegated: list[Delegation] | None = None
) -> ActorContext:
    """The person as he may act in that post on that day, or NotInPost with the reason."""
    wanted = post.id if isinstance(post, Post) else post
    row = Post.objects.filter(pk=wanted).select_related("person", "organ__parent").first()
    if row is None:
        raise NotInPost("没有这个任职", next="请重新选择任职身份")
    if not person.is_active:
        raise NotInPost(f"{person.name}的账号已停用", next="请与本单位管理员联系")
    if not row.holds_on(on):
        when = f"自{row.valid_from}起" if on < row.valid_from else f"至{row.valid_to}止"
        raise NotInPost(
            f"{row.person.name}在{row.organ}担任{row.role_title}{when}，{on}不能以此身份办理",
            next="请在页面上方选择现任职务",
        )
    if not row.organ.holds_on(on):
        raise NotInPost(f"{row.organ}在{on}不存在，不能以其名义办理", next="请选择在承继机关的任职")
    delegated = delegations(person, on) if delegated is None else delegated
    deputy_for = ""
    if row.person_id != person.id:
        if row.id not in {d.post_id for d in delegated}:
            raise NotInPost(
                f"{person.name}不担任{row.organ}的{row.role_title}，也没有有效的委托",
                next="请选择本人任职；确需代理的，由任职者书面委托并登记",
            )
        deputy_for = row.person.name
    here = [d for d in delegated if d.post.organ_id == row.organ_id]
    found, supervised = lines.both(row.organ, on)
    return ActorContext(
        person=person.id,
        name=person.name,
        post=row.id,
        title=row.role_title,
        role=row.role,
        roles=frozenset([row.role, *(d.post.role for d in here)]),
        organ=row.organ_id,
        organ_name=row.organ.name,
        organ_kind=row.organ.kind,
        organ_path=row.organ.path,
        county=row.organ.county_id,
        acts_for=frozenset(line.other for line in found),
        supervises=tuple(dict.fromkeys(line.path for line in supervised)),
        delegations=tuple(
            Delegated(d.id, d.post_id, d.post.role, d.post.organ_id, d.post.person.name, d.source, d.valid_to)
            for d in here
        ),
        lines=found,
        on=on,
        deputy_for=deputy_for,
    )


def delegations(person: Person, on: date) -> list[Delegation]:
    """Delegations in force whose post, holder and organ are in force too."""
    rows = Delegation.objects.on(on).filter(to=person).select_related("post__person", "post__organ")
    return [r for r in rows if r.post.holds_on(on) and r.post.person.is_active and r.post.organ.holds_on(on)]


def _choice(post: Post, until: date | None, deputy_for: str = "") -> PostChoice:
    return PostChoice(
        post.id,
        post.organ_id,
        str(post.organ),
        post.role,
        post.title or ROLES.get(post.role, post.role),
        post.organ.county_id,
        deputy_for,
        until,
    )
