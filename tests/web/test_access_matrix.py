"""Every role, every organ: who sees a case, in lists, counts, searches and exports, and who is told that it is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.cases.build import DAY, moment
from tests.web.cases_build import words
from tests.web.matrix import Matrix, complaint

from fazhi.cases import (
    access,
    casefile,
    definitions,
    exchange,
    registers,
    search,
    service,
    store,
    workbench,
)
from fazhi.cases.errors import NotThere
from fazhi.organs import lines
from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.models import OrganLine, Person, Post
from fazhi.procedures import Command


@pytest.fixture
def m(db: None) -> Matrix:
    return Matrix()


def seen_by(ctx: ActorContext, case: str) -> dict[str, bool]:
    """By every way that leads to a case: whether it is there."""
    today = DAY + timedelta(days=100)
    row = store.read(case)
    assert row is not None
    every = search.Filters.read({})
    overdue = search.Filters.read({"light": "overdue", "sort": "-opened"})
    number = row.number
    return {
        "list": case in {r.id for r in search.find(ctx, every, today).rows},
        "overdue list": case in {r.id for r in search.find(ctx, overdue, today).rows},
        "count": search.total(ctx, every, today) == 1,
        "search": case in {r.id for r in search.find(ctx, replace(every, q="甲事"), today).rows},
        "by number": case in search.by_number(ctx, number, ["complaint"]),
        "by id": case in search.by_ids(ctx, [case], today),
        "counters": workbench.counters(ctx, today).overdue == 1,
        "calendar": sum(n for _, n in workbench.calendar(ctx, DAY + timedelta(days=88))) == 1,
        "export": exchange.count(exchange.Wanted("complaint", every, ctx.county, ctx), today) == 1,
    }


BY_LIMIT = {"overdue list", "counters", "calendar"}


def test_every_role_of_every_organ_sees_what_its_place_gives_and_no_more(m: Matrix) -> None:
    row, d = store.read(m.case), complaint()
    assert row is not None
    wrong = []
    for place, role, ctx in m.viewers.everyone():
        sight = access.sight(ctx, d, row)
        found = "" if sight is None else "all" if sight.all else "own"
        if found != m.expected(place, role):
            wrong.append((place, role, found))
    assert wrong == []


def test_lists_counts_searches_and_exports_hold_to_the_same(m: Matrix) -> None:
    wrong = []
    # Roles differ in one thing only for lists: whether they look over others.
    for place, role in [(p, r) for p in m.places for r in ("handler", "head")]:
        ctx = m.viewers[place, role]
        there = seen_by(ctx, m.case)
        right = m.expected(place, role)
        for way, found in there.items():
            # The limit is the handling organ's: whoever sees his own part only is not counted by it.
            if found != (bool(right) and not (right == "own" and way in BY_LIMIT)):
                wrong.append((place, role, way, found))
    assert wrong == []


def test_an_organ_with_many_sides_sees_the_same_as_one_with_few(
    m: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fazhi.cases import sources

    monkeypatch.setattr(sources, "MANY", 0)
    for role in ("handler", "head"):
        assert {k for k, v in seen_by(m.viewers["helper", role], m.case).items() if not v} == BY_LIMIT
        assert not any(seen_by(m.viewers["stranger", role], m.case).values())


def test_a_side_finds_a_case_once_something_was_sent_to_it_and_its_own_limit_there(m: Matrix) -> None:
    """被申请人: nothing before the copy of the application goes out to it, then its own limit and not the authority's."""
    handler, head = m.person("handler", m.government), m.viewers["handling", "head"]
    told = actor_for(Person.objects.get(pk=handler.person), handler.post, DAY)
    citizen = m.party()
    case = m.reconsidered(told, citizen, [m.bureau.id])
    respondent, day = m.author, DAY + timedelta(days=3)
    every, this_week = (
        search.Filters.read({"procedure": "reconsideration"}),
        search.Filters.read({"light": "due"}),
    )

    def found(ctx: ActorContext) -> list[search.Found]:
        rows = search.find(ctx, every, day).rows
        assert {r.id for r in rows} == set(search.by_ids(ctx, [case], day))
        assert search.total(ctx, every, day) == len(rows)
        return rows

    for ctx in (respondent, head):
        assert found(ctx) == []
        with pytest.raises(NotThere):
            casefile.open_(ctx, case, day)
        assert m.client(ctx).get(f"/cases/{case}/").status_code == 404
    assert case in search.by_ids(told, [case], day)
    m.sent_to_respondent(told, case)
    row = store.read(case)
    assert row is not None
    (line,) = found(respondent)
    clock = row.state.clocks[line.due_clock]  # type: ignore[union-attr]
    assert clock["whose"] == "respondent"
    assert line.due == clock["due"]
    assert line.due != str(row.due)
    assert case not in {r.id for r in search.find(respondent, this_week, day).rows}
    assert case in {r.id for r in search.find(told, this_week, day).rows}
    assert line.due in {t.row.due for t in workbench.todo(respondent, day)}


def test_an_organ_over_the_authority_learns_nothing_of_a_case_against_itself_before_it_is_told(
    m: Matrix,
) -> None:
    bureau = m.places["handling"]
    handler = m.person("handler", m.places["office"])
    ctx = actor_for(Person.objects.get(pk=handler.person), handler.post, DAY)
    case = m.reconsidered(ctx, m.party(), [m.government.id])
    mayor = m.viewers["government", "head"]
    assert mayor.roles & access.WATCHING
    assert bureau.path.startswith(m.government.path)
    assert case not in search.by_ids(mayor, [case], DAY)
    assert case not in {r.id for r in search.find(mayor, search.Filters.read({}), DAY).rows}
    m.sent_to_respondent(ctx, case)
    row = store.read(case)
    assert row is not None
    sight = access.sight(mayor, definitions.by_hash(row.definition), row)
    assert sight is not None
    assert not sight.all


def test_a_recused_officer_sees_nothing_and_does_nothing(m: Matrix) -> None:
    assert not any(seen_by(m.recused, m.case).values())
    with pytest.raises(NotThere):
        casefile.open_(m.recused, m.case, DAY)
    command = Command("act", action="look", on=DAY, values={"words": "x"})
    with pytest.raises(NotThere):
        service.run(command, m.recused, case=m.case, now=moment(DAY))
    assert m.case not in {t.row.id for t in workbench.todo(m.recused, DAY)}
    assert m.case in {t.row.id for t in workbench.todo(m.author, DAY)}


def test_the_accused_unit_sees_nothing_even_where_it_looks_over_the_handling_organ(m: Matrix) -> None:
    """The government is complained about at one of its own departments."""
    accused = [m.government.id]
    command = Command("act", action="file", on=DAY, values={"subject": "乙事", "accused": accused})
    case = service.run(command, m.author, procedure="complaint", now=moment(DAY)).case
    mayor = m.viewers["government", "head"]
    assert store.read(case) is not None
    assert case not in search.by_ids(mayor, [case], DAY)
    assert case not in {r.id for r in search.find(mayor, search.Filters.read({}), DAY).rows}
    assert search.total(mayor, search.Filters.read({}), DAY) == 1  # the other one
    with pytest.raises(NotThere):
        casefile.open_(mayor, case, DAY)
    watcher = m.viewers["watching", "supervisor"]
    assert case in search.by_ids(watcher, [case], DAY)


def test_a_respondent_does_not_see_more_because_it_looks_over_others(m: Matrix) -> None:
    """The helper is made supervisor of the handling organ: it still sees its own part only."""
    OrganLine.objects.create(
        kind="supervises",
        organ=m.second,
        other=m.bureau,
        matter="执法监督",
        valid_from=date(2000, 1, 1),
        source="测试",
    )
    registers.refresh()
    old = m.viewers["helper", "supervisor"]
    ctx = actor_for(Person.objects.get(pk=old.person), old.post, DAY)
    assert lines.supervises(m.second, DAY)
    row = store.read(m.case)
    assert row is not None
    sight = access.sight(ctx, complaint(), row)
    assert sight is not None
    assert not sight.all


def test_an_administrator_gives_no_post_of_another_county(m: Matrix) -> None:
    admin = m.client(m.viewers["handling", "admin"])
    foreign = m.places["other county"]
    posts = Post.objects.count()
    told = admin.post(
        "/posts/new/",
        {
            "person": m.author.person,
            "organ": foreign.id,
            "role": "head",
            "valid_from": "2026-01-01",
            "source": "x",
        },
    )
    assert told.status_code == 422
    for act, field in (("move", "parent"), ("merge", "into"), ("line", "other")):
        sent = {
            field: foreign.id,
            "on": "2026-01-01",
            "valid_from": "2026-01-01",
            "kind": "supervises",
            "matter": "x",
            "source": "x",
        }
        assert admin.post(f"/organs/{m.bureau.id}/{act}/", sent).status_code == 422, act
    assert Post.objects.count() == posts
    assert not OrganLine.objects.filter(other=foreign).exists()


def test_a_file_is_brought_in_for_no_organ_beyond_the_persons_own(m: Matrix) -> None:
    path = {name: organ.path for name, organ in m.places.items()}
    assert exchange.paths_of(m.viewers["government", "handler"], "complaint") == (path["government"],)
    assert path["handling"] in (exchange.paths_of(m.viewers["government", "clerk"], "complaint") or ())
    assert path["handling"] in (exchange.paths_of(m.viewers["same matter", "handler"], "complaint") or ())
    assert path["handling"] not in (exchange.paths_of(m.viewers["same matter", "handler"], "penalty") or ())
    assert path["handling"] not in (
        exchange.paths_of(m.viewers["other matter", "handler"], "complaint") or ()
    )


def test_a_change_of_post_takes_effect_on_the_next_request(m: Matrix) -> None:
    ctx = m.viewers["handling", "legal_reviewer"]
    client, address = m.client(ctx), f"/cases/{m.case}/"
    assert client.get(address).status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(pk=ctx.post).update(valid_to=yesterday)
    assert client.get(address).status_code == 403  # in no post today
    Post.objects.create(
        person_id=ctx.person, organ=m.places["stranger"], role="handler", valid_from=yesterday
    )
    assert client.get(address).status_code == 404
    Post.objects.create(person_id=ctx.person, organ=m.places["government"], role="head", valid_from=yesterday)
    client.post("/post/", {"post": Post.objects.get(person_id=ctx.person, role="head").pk})
    assert client.get(address).status_code == 200
    Person.objects.filter(pk=ctx.person).update(is_active=False)
    assert client.get(address).status_code == 302


def test_an_organ_that_is_moved_is_looked_over_from_its_new_place_at_once(m: Matrix) -> None:
    from fazhi.organs import registry

    above = m.organ("department", "安澜县新上级局", m.government)
    head = m.client(m.person("head", above))
    address = f"/cases/{m.case}/"
    assert head.get(address).status_code == 404
    assert "甲事" not in words(head.get("/cases/"))
    registry.move_organ(m.bureau, above, on=DAY, source="测试", today=timezone.localdate())
    assert head.get(address).status_code == 200
    assert "甲事" in words(head.get("/cases/"))


def test_a_line_that_ends_gives_no_sight_any_more(m: Matrix) -> None:
    ctx = m.viewers["watching", "supervisor"]
    client, address = m.client(ctx), f"/cases/{m.case}/"
    assert client.get(address).status_code == 200
    OrganLine.objects.filter(kind="supervises").update(valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get(address).status_code == 404
