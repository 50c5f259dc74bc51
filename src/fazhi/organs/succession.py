"""When organs end: merger, split, abolition. What they were, and who came after them, stays on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from . import checks, history, registry
from .errors import Invalid, Problem
from .models import Delegation, Organ, OrganLine, OrganName, OrganPlace, Person, Post, Succession, new_id


@transaction.atomic
def merge_organs(
    predecessors: Sequence[Organ],
    into: Organ,
    *,
    on: date,
    source: str,
    today: date,
    carry_posts: bool = True,
    by: Person | None = None,
) -> str:
    """`predecessors` end the day before `on`; `into` (new, or one that absorbs) takes over what is below them and their lines.

    With `carry_posts` everyone keeps his role, in the new organ, from `on`. Returns the id of the act.
    """
    problems = _problems(predecessors, [into], on, source, today)
    if into in predecessors:
        problems.append(
            Problem(
                "into", "承继机关不能同时是被合并的机关", next="吸收合并时，只把被并入的机关列为被合并机关"
            )
        )
    if problems:
        raise Invalid(problems)
    act = new_id()
    for organ in predecessors:
        _hand_over(organ, into, on, carry_posts, source, by, today)
        _succeed(act, Succession.Kind.MERGED, on, organ, into, source)
        registry.note(organ, "合并", on, {"承继机关": [organ.name, into.name]}, source, by)
    return act


@transaction.atomic
def split_organ(
    organ: Organ,
    into: Sequence[Organ],
    *,
    on: date,
    source: str,
    today: date,
    survives: bool = False,
    by: Person | None = None,
) -> str:
    """The organ's duties go to several. If it does not survive, its posts end: who goes where is said post by post."""
    problems = _problems([organ], into, on, source, today)
    if len(into) + survives < 2:
        problems.append(
            Problem("into", "分立至少要有两个承继机关", next="请补充承继机关，或者改用合并、更名")
        )
    if not survives:
        problems += _children_problems(organ, on)
    if problems:
        raise Invalid(problems)
    act = new_id()
    for successor in into:
        _succeed(act, Succession.Kind.SPLIT, on, organ, successor, source)
    if not survives:
        _close(organ, on)
    registry.note(organ, "分立", on, {"承继机关": ["", "、".join(o.name for o in into)]}, source, by)
    return act


@transaction.atomic
def end_organ(organ: Organ, *, on: date, source: str, today: date, by: Person | None = None) -> str:
    """Abolish an organ that nobody succeeds. `on` is the first day without it."""
    problems = _problems([organ], [], on, source, today) + _children_problems(organ, on)
    if problems:
        raise Invalid(problems)
    act = new_id()
    _succeed(act, Succession.Kind.ENDED, on, organ, None, source)
    _close(organ, on)
    registry.note(organ, "撤销", on, {}, source, by)
    return act


def successors(organ: Organ, on: date) -> tuple[Organ, ...]:
    """The organs that answer on that day for what this one did: itself while it exists, else whoever came after."""
    if organ.holds_on(on) or on < organ.valid_from:
        return (organ,)
    rows = Succession.objects.filter(predecessor=organ, successor__isnull=False, on__lte=on)
    found: dict[Organ, None] = {}
    for row in rows.exclude(successor=organ).select_related("successor"):
        found |= dict.fromkeys(successors(row.successor, on))
    return tuple(found)


def predecessors(organ: Organ) -> tuple[Organ, ...]:
    """Every organ whose duties came to this one, by whatever chain; for figures that reach back before a merger."""
    found: dict[Organ, None] = {}
    rows = Succession.objects.filter(successor=organ).exclude(predecessor=organ).select_related("predecessor")
    for row in rows:
        found[row.predecessor] = None
        found |= dict.fromkeys(predecessors(row.predecessor))
    return tuple(found)


def _problems(
    organs: Sequence[Organ], into: Sequence[Organ], on: date, source: str, today: date
) -> list[Problem]:
    problems = checks.required("source", "依据", source)
    if not organs:
        problems.append(Problem("predecessors", "没有选择机关", next="请至少选择一个机关"))
    for organ in organs:
        problems += registry.effective_problems(organ, on, today)
        if organ.holds_on(on) and organ.valid_from >= on:
            problems.append(Problem("on", f"{organ}自{organ.valid_from}才设立", next="生效日应当晚于设立日"))
        waiting = Post.objects.filter(organ=organ, valid_from__gte=on).select_related("person").first()
        if waiting:
            problems.append(
                Problem(
                    "on",
                    f"{waiting.person.name}在{organ}的任职{waiting.valid_from}才生效",
                    next="请先撤回该任职",
                )
            )
    for organ in into:
        problems += registry.alive_problems(organ, on, "into")
        if organs and organ.county_id != organs[0].county_id:
            problems.append(
                Problem("into", f"{organ}不属于同一县（市、区）", next="请选择本县（市、区）的机关")
            )
    return problems


def _children_problems(organ: Organ, on: date) -> list[Problem]:
    below = [child.name for child in organ.children.on(on)]
    if not below:
        return []
    return [
        Problem("organ", f"{organ}还有下级机关：{'、'.join(below[:5])}", next="请先调整或者撤销这些下级机关")
    ]


def _succeed(act: str, kind: str, on: date, before: Organ, after: Organ | None, source: str) -> None:
    Succession.objects.create(act=act, kind=kind, on=on, predecessor=before, successor=after, source=source)


def _hand_over(
    organ: Organ, into: Organ, on: date, carry_posts: bool, source: str, by: Person | None, today: date
) -> None:
    for child in organ.children.on(on):
        registry.move_organ(child, into, on=on, source=source, today=today, by=by)
    if carry_posts:
        for post in Post.objects.on(on).filter(organ=organ):
            kept = Post.objects.filter(person=post.person, organ=into, role=post.role)
            if not kept.overlapping(on, post.valid_to).exists():
                new = Post.objects.create(
                    person=post.person,
                    organ=into,
                    role=post.role,
                    title=post.title,
                    valid_from=on,
                    valid_to=post.valid_to,
                    source=source,
                )
                history.record(
                    "post", new.id, "随机构合并转任", on=on, county=into.county, source=source, by=by
                )
    for line in OrganLine.objects.on(on).filter(organ=organ).exclude(other=into):
        _carry(line, into, line.other, on, source)
    for line in OrganLine.objects.on(on).filter(other=organ).exclude(organ=into):
        _carry(line, line.organ, into, on, source)
    _close(organ, on)


def _carry(line: OrganLine, organ: Organ, other: Organ, on: date, source: str) -> None:
    same = OrganLine.objects.filter(kind=line.kind, organ=organ, other=other, matter=line.matter)
    if not same.overlapping(on, line.valid_to).exists():
        OrganLine.objects.create(
            kind=line.kind,
            organ=organ,
            other=other,
            matter=line.matter,
            valid_from=on,
            valid_to=line.valid_to,
            source=f"{line.source}；承继：{source}"[:300],
        )


def _close(organ: Organ, on: date) -> None:
    last = on - timedelta(days=1)
    open_rows = (
        OrganName.objects.filter(organ=organ),
        OrganPlace.objects.filter(organ=organ),
        OrganLine.objects.filter(organ=organ),
        OrganLine.objects.filter(other=organ),
        Post.objects.filter(organ=organ),
        Delegation.objects.filter(post__organ=organ),
    )
    for rows in open_rows:
        rows.on(on).filter(valid_from__lte=last).update(valid_to=last)
        rows.filter(valid_from__gte=on).delete()  # never began
    organ.valid_to = last
    organ.save(update_fields=["valid_to"])
