"""Posts that people hold for a time, and delegation from a post by written decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from . import checks, history
from .errors import Invalid, Problem
from .models import Delegation, Organ, Person, Post
from .models.people import ROLES
from .registry import alive_problems


@transaction.atomic
def add_post(
    person: Person,
    organ: Organ,
    role: str,
    *,
    valid_from: date,
    valid_to: date | None = None,
    title: str = "",
    source: str = "",
    by: Person | None = None,
) -> Post:
    problems = checks.dates(valid_from, valid_to) + checks.fits(Post, title=title.strip(), source=source)
    Person.objects.select_for_update().get(pk=person.pk)  # his posts are checked one after another
    if role not in ROLES:
        problems.append(
            Problem("role", f"没有“{role}”这个角色", next="可用角色：" + "、".join(ROLES.values()))
        )
    if not person.is_active:
        problems.append(Problem("person", f"{person.name}的账号已停用", next="请先启用账号，或者另选人员"))
    if not problems:
        problems += alive_problems(organ, valid_from, "organ")
        if organ.valid_to and (valid_to is None or valid_to > organ.valid_to):
            problems.append(
                Problem(
                    "valid_to",
                    f"{organ}于{organ.valid_to}终止，任职不能晚于这一天",
                    next="请填写止日，或者任职于承继机关",
                )
            )
        same = (
            Post.objects.filter(person=person, organ=organ, role=role)
            .overlapping(valid_from, valid_to)
            .first()
        )
        if same:
            until = f"至{same.valid_to}" if same.valid_to else "起"
            problems.append(
                Problem(
                    "valid_from",
                    f"{person.name}在{organ}任{ROLES[role]}（{same.valid_from}{until}）已有记录，有效期重叠",
                    next="请改正起止日，或者先终止原任职",
                )
            )
    if problems:
        raise Invalid(problems)
    post = Post.objects.create(
        person=person,
        organ=organ,
        role=role,
        title=title.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
    )
    _note(post, "任职", valid_from, source, by)
    return post


@transaction.atomic
def end_post(post: Post, last_day: date, *, source: str = "", by: Person | None = None) -> Post:
    """The post is held up to and including `last_day`. It takes effect with the holder's next request."""
    _end(post, last_day, "该任职")
    gone = Delegation.objects.filter(post=post)
    gone.filter(valid_from__gt=last_day).delete()
    gone.overlapping(last_day + timedelta(days=1), None).update(valid_to=last_day)
    _note(post, "免职", last_day + timedelta(days=1), source, by)
    return post


@transaction.atomic
def withdraw_post(post: Post, *, today: date, source: str, by: Person | None = None) -> None:
    """Take back a post that has not begun: nobody has acted in it, so only the history keeps it."""
    if post.valid_from <= today:
        raise Invalid(
            [
                Problem(
                    "post",
                    f"该任职已自{post.valid_from}生效，不能撤回",
                    next="请改用终止任职，并填写最后一天",
                )
            ]
        )
    _note(post, "撤回任职", post.valid_from, source, by)
    post.delegations.all().delete()
    post.delete()


@transaction.atomic
def delegate(
    post: Post, to: Person, *, valid_from: date, valid_to: date | None, source: str, by: Person | None = None
) -> Delegation:
    """Let `to` act in the post. A written decision and a last day are required, and a delegate cannot delegate further."""
    problems = checks.required("source", "书面委托的文号或者依据", source)
    problems += checks.dates(valid_from, valid_to) + checks.fits(Delegation, source=source)
    if valid_from is None:
        raise Invalid(problems)
    if valid_to is None:
        problems.append(Problem("valid_to", "委托没有写明期限", next="请填写委托的最后一天"))
    if to == post.person:
        problems.append(Problem("to", "不能委托给任职者本人", next="请另选人员"))
    if not to.is_active:
        problems.append(Problem("to", f"{to.name}的账号已停用", next="请另选人员"))
    outside = valid_from < post.valid_from or (
        post.valid_to and (valid_to is None or valid_to > post.valid_to)
    )
    if outside:
        span = f"{post.valid_from}至{post.valid_to or '今'}"
        problems.append(Problem("valid_from", f"委托超出了任职期间（{span}）", next="请改正委托的起止日"))
    if Delegation.objects.filter(post=post, to=to).overlapping(valid_from, valid_to).exists():
        problems.append(
            Problem("valid_from", f"这段时间已有对{to.name}的委托", next="请改正起止日，或者先终止原委托")
        )
    if problems:
        raise Invalid(problems)
    row = Delegation.objects.create(post=post, to=to, valid_from=valid_from, valid_to=valid_to, source=source)
    _note(post, "委托", valid_from, source, by, {"受托人": ["", to.name], "至": ["", valid_to]})
    return row


@transaction.atomic
def end_delegation(
    row: Delegation, last_day: date, *, source: str = "", by: Person | None = None
) -> Delegation:
    _end(row, last_day, "该委托")
    _note(row.post, "终止委托", last_day + timedelta(days=1), source, by, {"受托人": [row.to.name, ""]})
    return row


def _end(row: Post | Delegation, last_day: date, what: str) -> None:
    problems = checks.dates(row.valid_from, last_day)
    if row.valid_to is not None and row.valid_to <= last_day:
        problems.append(Problem("valid_to", f"{what}已于{row.valid_to}终止", next="不需要再次终止"))
    if problems:
        raise Invalid(problems)
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])


def holders(organ: Organ, on: date, role: str | None = None) -> Sequence[Post]:
    """Who holds posts in the organ on that day, with their people read along."""
    rows = Post.objects.on(on).filter(organ=organ, person__is_active=True).select_related("person")
    return tuple(rows.filter(role=role) if role else rows)


def _note(
    post: Post, what: str, on: date, source: str, by: Person | None, detail: dict[str, list] | None = None
) -> None:
    told = {"人员": ["", post.person.name], "机关": ["", str(post.organ)], "角色": ["", post.role_title]}
    history.record(
        "post",
        post.id,
        what,
        on=on,
        county=post.organ.county,
        detail=told | (detail or {}),
        source=source,
        by=by,
    )
