from __future__ import annotations

from datetime import date

import pytest

from fazhi.organs import history, posts
from fazhi.organs.errors import Invalid
from fazhi.organs.models import Post

from .conftest import NOW, START, TODAY, fields, make_organ, make_person


@pytest.fixture
def zhang(db):
    return make_person("zhangsan", "张三")


@pytest.fixture
def li(db):
    return make_person("lisi", "李四")


def test_a_post_is_held_from_its_first_to_its_last_day(zhang, justice):
    post = posts.add_post(zhang, justice, "handler", valid_from=START)
    posts.end_post(post, date(2026, 6, 30), source="调动通知")
    assert [p.person for p in posts.holders(justice, date(2026, 6, 30))] == [zhang]
    assert posts.holders(justice, date(2026, 7, 1)) == ()
    assert [c.what for c in history.changes_of("post", post.id)] == ["任职", "免职"]


def test_one_role_in_one_organ_is_held_once_at_a_time(zhang, justice):
    posts.add_post(zhang, justice, "handler", valid_from=START, valid_to=date(2020, 12, 31))
    posts.add_post(zhang, justice, "legal_reviewer", valid_from=START)
    with pytest.raises(Invalid, match="有效期重叠"):
        posts.add_post(zhang, justice, "handler", valid_from=date(2020, 12, 31))
    posts.add_post(zhang, justice, "handler", valid_from=date(2021, 1, 1))


def test_a_post_needs_a_known_role_a_living_organ_and_an_open_account(zhang, li, county, government):
    with pytest.raises(Invalid) as refusal:
        posts.add_post(zhang, government, "boss", valid_from=START, valid_to=date(2019, 1, 1))
    assert fields(refusal) == {"role", "valid_to"}
    short = make_organ(county, "tmp", "指挥部", parent=government, valid_to=date(2020, 12, 31))
    with pytest.raises(Invalid, match="于2020-12-31终止"):
        posts.add_post(zhang, short, "handler", valid_from=START)
    from fazhi.organs import accounts

    accounts.set_active(li, False, now=NOW, reason="离职")
    with pytest.raises(Invalid, match="账号已停用"):
        posts.add_post(li, government, "head", valid_from=START)


def test_a_post_ends_once_and_not_before_it_begins(zhang, justice):
    post = posts.add_post(zhang, justice, "handler", valid_from=START)
    with pytest.raises(Invalid, match="早于起始日"):
        posts.end_post(post, date(2019, 2, 28))
    posts.end_post(post, date(2020, 1, 1))
    with pytest.raises(Invalid, match="已于2020-01-01终止"):
        posts.end_post(post, date(2020, 2, 1))


def test_only_a_post_that_has_not_begun_is_taken_back(zhang, justice):
    begun = posts.add_post(zhang, justice, "handler", valid_from=START)
    coming = posts.add_post(zhang, justice, "head", valid_from=date(2027, 1, 1))
    with pytest.raises(Invalid, match="不能撤回"):
        posts.withdraw_post(begun, today=TODAY, source="x")
    known = coming.id
    posts.withdraw_post(coming, today=TODAY, source="任命取消")
    assert not Post.objects.filter(pk=known).exists()
    assert history.changes_of("post", known)[-1].what == "撤回任职"


def test_a_delegation_is_written_limited_and_within_the_post(zhang, li, justice):
    post = posts.add_post(zhang, justice, "head", valid_from=START, valid_to=date(2026, 12, 31))
    with pytest.raises(Invalid) as refusal:
        posts.delegate(post, zhang, valid_from=START, valid_to=None, source="")
    assert fields(refusal) == {"source", "valid_to", "to", "valid_from"}
    with pytest.raises(Invalid, match="超出了任职期间"):
        posts.delegate(post, li, valid_from=START, valid_to=date(2027, 1, 1), source="委托书")
    posts.delegate(post, li, valid_from=START, valid_to=date(2026, 12, 31), source="委托书")
    with pytest.raises(Invalid, match="已有对李四的委托"):
        posts.delegate(post, li, valid_from=TODAY, valid_to=TODAY, source="委托书")


def test_a_delegation_ends_with_the_post_or_by_itself(zhang, li, justice):
    post = posts.add_post(zhang, justice, "head", valid_from=START)
    row = posts.delegate(post, li, valid_from=START, valid_to=date(2027, 12, 31), source="委托书")
    posts.end_post(post, TODAY)
    row.refresh_from_db()
    assert row.valid_to == TODAY
    posts.end_delegation(row, date(2026, 1, 1), source="收回委托")
    assert row.valid_to == date(2026, 1, 1)
