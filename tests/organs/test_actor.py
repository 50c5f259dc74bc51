"""Who acts, for whom, and how a change of post counts at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from fazhi.organs import accounts, posts, registry, succession
from fazhi.organs.actor import actor_for, choices
from fazhi.organs.errors import NotInPost
from fazhi.organs.lines import OutsideLine, acts_for, check_supervision

from .conftest import NOW, START, TODAY, make_organ, make_person


@pytest.fixture
def zhang(db):
    return make_person("zhangsan", "张三")


@pytest.fixture
def li(db):
    return make_person("lisi", "李四")


def test_the_context_says_who_acts_for_whom(zhang, government, justice):
    registry.draw_line(
        "acts_for", justice, government, "行政复议", valid_from=START, source="行政复议法 第四条"
    )
    registry.draw_line("supervises", justice, government, "行政执法监督", valid_from=START, source="条例")
    post = posts.add_post(zhang, justice, "handler", valid_from=START, title="科员")
    actor = actor_for(zhang, post, TODAY)
    assert (actor.person, actor.name, actor.role, actor.title) == (zhang.id, "张三", "handler", "科员")
    assert (actor.organ, actor.organ_path, actor.county) == (justice.id, justice.path, "339821")
    assert actor.acts_for == {government.id}
    assert actor.supervises == (government.path,)
    assert [(line.matter, line.source) for line in actor.lines] == [("行政复议", "行政复议法 第四条")]
    with pytest.raises(FrozenInstanceError):
        actor.role = "head"


def test_a_line_counts_on_its_days_only(zhang, government, justice):
    registry.draw_line(
        "acts_for", justice, government, "行政复议", valid_from=date(2024, 1, 1), source="新法"
    )
    post = posts.add_post(zhang, justice, "handler", valid_from=START)
    assert actor_for(zhang, post, date(2023, 12, 31)).acts_for == frozenset()
    assert actor_for(zhang, post, date(2024, 1, 1)).acts_for == {government.id}


def test_a_person_acts_in_one_post_at_a_time(zhang, justice, market):
    one = posts.add_post(zhang, justice, "handler", valid_from=START)
    posts.add_post(zhang, justice, "legal_reviewer", valid_from=START)
    posts.add_post(zhang, market, "head", valid_from=START)
    assert actor_for(zhang, one, TODAY).roles == {"handler"}
    assert {(c.organ_name, c.role) for c in choices(zhang, TODAY)} == {
        ("县司法局", "handler"),
        ("县司法局", "legal_reviewer"),
        ("县市场监管局", "head"),
    }


def test_a_change_of_post_counts_with_the_next_request(zhang, justice):
    post = posts.add_post(zhang, justice, "handler", valid_from=START)
    actor_for(zhang, post.id, TODAY)
    posts.end_post(post, date(2026, 11, 20))
    with pytest.raises(NotInPost, match="至2026-11-20止") as refusal:
        actor_for(zhang, post.id, TODAY)
    assert "选择现任职务" in refusal.value.next
    assert choices(zhang, TODAY) == ()


@pytest.mark.parametrize("when", [date(2019, 2, 28), date(2020, 1, 1)])
def test_nobody_acts_outside_the_days_of_his_post(zhang, justice, when):
    post = posts.add_post(zhang, justice, "handler", valid_from=START, valid_to=date(2019, 12, 31))
    with pytest.raises(NotInPost):
        actor_for(zhang, post, when)


def test_nobody_acts_in_anothers_post_or_in_none(zhang, li, justice):
    post = posts.add_post(zhang, justice, "head", valid_from=START)
    with pytest.raises(NotInPost, match="李四不担任县司法局的机关负责人"):
        actor_for(li, post, TODAY)
    with pytest.raises(NotInPost, match="没有这个任职"):
        actor_for(li, "0" * 32, TODAY)


def test_a_closed_account_acts_nowhere(zhang, justice):
    post = posts.add_post(zhang, justice, "head", valid_from=START)
    accounts.set_active(zhang, False, now=NOW, reason="离职")
    with pytest.raises(NotInPost, match="已停用"):
        actor_for(zhang, post, TODAY)
    assert choices(zhang, TODAY) == ()


def test_nobody_acts_for_an_organ_that_has_ended(zhang, county, government, market):
    gone = make_organ(county, "gsj", "安澜县工商局", parent=government)
    post = posts.add_post(zhang, gone, "handler", valid_from=START)
    succession.merge_organs(
        [gone], market, on=date(2026, 1, 1), source="方案", today=TODAY, carry_posts=False
    )
    with pytest.raises(NotInPost):
        actor_for(zhang, post, TODAY)


def test_a_deputy_acts_by_recorded_delegation_while_it_lasts(zhang, li, justice):
    head = posts.add_post(zhang, justice, "head", valid_from=START)
    own = posts.add_post(li, justice, "section_head", valid_from=START)
    row = posts.delegate(head, li, valid_from=date(2026, 11, 1), valid_to=TODAY, source="授权委托书")
    acting = actor_for(li, own, TODAY)
    assert acting.roles == {"section_head", "head"}
    assert [(d.delegation, d.holder, d.source) for d in acting.delegations] == [
        (row.id, "张三", "授权委托书")
    ]
    deputy = actor_for(li, head, TODAY)
    assert (deputy.role, deputy.deputy_for, deputy.name) == ("head", "张三", "李四")
    assert {(c.role, c.deputy_for) for c in choices(li, TODAY)} == {("section_head", ""), ("head", "张三")}
    before = date(2026, 10, 31)
    assert actor_for(li, own, before).roles == {"section_head"}
    with pytest.raises(NotInPost, match="没有有效的委托"):
        actor_for(li, head, before)


def test_a_delegation_in_another_organ_does_not_leak_into_this_one(zhang, li, justice, market):
    head = posts.add_post(zhang, market, "head", valid_from=START)
    own = posts.add_post(li, justice, "handler", valid_from=START)
    posts.delegate(head, li, valid_from=START, valid_to=TODAY, source="委托书")
    assert actor_for(li, own, TODAY).roles == {"handler"}
    assert actor_for(li, own, TODAY).delegations == ()


def test_a_delegation_dies_with_the_holders_account(zhang, li, justice):
    head = posts.add_post(zhang, justice, "head", valid_from=START)
    posts.delegate(head, li, valid_from=START, valid_to=TODAY, source="委托书")
    accounts.set_active(zhang, False, now=NOW, reason="离职")
    with pytest.raises(NotInPost):
        actor_for(li, head, TODAY)


def test_an_internal_office_acts_in_the_name_of_its_organ(zhang, county, government, justice):
    office = make_organ(county, "fyk", "行政复议科", kind="office", parent=justice)
    registry.draw_line("acts_for", justice, government, "行政复议", valid_from=START, source="行政复议法")
    post = posts.add_post(zhang, office, "handler", valid_from=START)
    assert actor_for(zhang, post, TODAY).acts_for == {justice.id, government.id}


def test_the_context_takes_the_same_few_queries_however_many_posts(
    zhang, li, county, government, justice, django_assert_num_queries
):
    post = posts.add_post(zhang, justice, "handler", valid_from=START)
    for number in range(10):
        other = make_organ(county, f"o{number}", f"某{number}局", parent=government)
        posts.add_post(zhang, other, "handler", valid_from=START)
        registry.draw_line("acts_for", justice, other, "代办", valid_from=START, source="x")
    with django_assert_num_queries(3):
        actor_for(zhang, post.id, TODAY)


def test_a_matter_narrows_whom_an_organ_acts_for(government, justice, market):
    registry.draw_line("acts_for", justice, government, "行政复议", valid_from=START, source="x")
    registry.draw_line("acts_for", justice, market, "行政应诉", valid_from=START, source="y")
    assert [line.other for line in acts_for(justice, TODAY, "行政复议")] == [government.id]


def test_an_order_along_a_line_is_allowed_with_its_source(county, government, justice, market):
    registry.draw_line("supervises", justice, government, "行政执法监督", valid_from=START, source="监督条例")
    line = check_supervision(justice, market, TODAY)
    assert (line.other, line.source) == (government.id, "监督条例")
    assert check_supervision(government, market, TODAY).source == "上级机关对下级机关"


def test_an_order_outside_every_line_is_refused_with_the_reason(county, government, justice, market):
    court = make_organ(county, "fy", "安澜县人民法院", short_name="县法院", kind="court")
    registry.draw_line("supervises", justice, government, "行政执法监督", valid_from=START, source="监督条例")
    with pytest.raises(
        OutsideLine, match=r"县司法局对县法院没有监督关系.*监督范围是：安澜县人民政府"
    ) as refusal:
        check_supervision(justice, court, TODAY)
    assert "登记监督关系" in refusal.value.next
    with pytest.raises(OutsideLine, match="县市场监管局对县司法局没有监督关系"):
        check_supervision(market, justice, TODAY)
    with pytest.raises(OutsideLine, match="不能对本机关"):
        check_supervision(justice, justice, TODAY)
    with pytest.raises(OutsideLine, match="没有监督关系"):
        check_supervision(justice, market, TODAY, matter="政府督查")
