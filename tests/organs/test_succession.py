"""Mergers, splits and abolitions keep what was."""

from __future__ import annotations

from datetime import date

import pytest

from fazhi.organs import history, lines, posts, registry, succession, tree
from fazhi.organs.errors import Invalid
from fazhi.organs.models import Post
from fazhi.organs.resolve import resolve_organ

from .conftest import START, TODAY, make_organ, make_person

DAY = date(2021, 5, 1)
EVE = date(2021, 4, 30)


@pytest.fixture
def health(county, government):
    return make_organ(county, "wjj", "安澜县卫生局", short_name="县卫生局", parent=government)


@pytest.fixture
def family(county, government):
    return make_organ(county, "jsj", "安澜县计划生育局", short_name="县计生局", parent=government)


@pytest.fixture
def both(county, government):
    return make_organ(
        county, "wjw", "安澜县卫生健康局", short_name="县卫健局", parent=government, valid_from=DAY
    )


def test_a_merger_ends_the_old_and_keeps_their_history(county, health, family, both):
    succession.merge_organs([health, family], both, on=DAY, source="机构改革方案", today=TODAY)
    for organ in (health, family):
        organ.refresh_from_db()
        assert organ.valid_to == EVE
        assert resolve_organ(county, organ.name, EVE).organ == organ
        assert resolve_organ(county, organ.name, DAY).status == "candidates"
        assert succession.successors(organ, DAY) == (both,)
        assert succession.successors(organ, EVE) == (organ,)
        assert history.organ_history(organ)[-1].source == "机构改革方案"
    assert succession.predecessors(both) == (health, family)
    alive = tree.paths_on(county, DAY)
    assert both.id in alive
    assert health.id not in alive
    assert health.id in tree.paths_on(county, EVE)


def test_people_lines_and_offices_go_over_to_the_successor(county, government, health, family, both):
    station = make_organ(county, "wjs", "县卫生监督所", kind="body", parent=health)
    person = make_person("lisi")
    post = posts.add_post(person, health, "handler", valid_from=START, title="科员")
    registry.draw_line("supervises", health, station, "委托执法", valid_from=START, source="委托书")
    succession.merge_organs([health, family], both, on=DAY, source="方案", today=TODAY)
    post.refresh_from_db()
    station.refresh_from_db()
    assert post.valid_to == EVE
    now = Post.objects.on(DAY).get(person=person)
    assert (now.organ, now.role, now.title) == (both, "handler", "科员")
    assert station.parent == both
    assert [line.other for line in lines.supervises(both, DAY)] == [station.id]
    assert [line.other for line in lines.supervises(health, EVE)] == [station.id]


def test_an_absorbed_organ_does_not_double_what_the_other_already_has(county, government, health, family):
    person = make_person("lisi")
    for organ in (health, family):
        posts.add_post(person, organ, "handler", valid_from=START)
        registry.draw_line("acts_for", organ, government, "公共卫生", valid_from=START, source="x")
    succession.merge_organs([family], health, on=DAY, source="方案", today=TODAY)
    assert [p.organ for p in Post.objects.on(DAY).filter(person=person)] == [health]
    assert len(lines.acts_for(health, DAY)) == 1


def test_successors_are_followed_through_several_mergers(county, government, health, family, both):
    succession.merge_organs([health, family], both, on=DAY, source="一", today=TODAY)
    last = make_organ(county, "zzz", "安澜县健康委", parent=government, valid_from=date(2025, 1, 1))
    succession.merge_organs([both], last, on=date(2025, 1, 1), source="二", today=TODAY)
    assert succession.successors(health, TODAY) == (last,)
    assert succession.successors(health, date(2024, 1, 1)) == (both,)
    assert set(succession.predecessors(last)) == {both, health, family}


def test_a_split_names_all_who_follow(county, government, both, health, family):
    succession.split_organ(health, [family, both], on=DAY, source="方案", today=TODAY)
    assert set(succession.successors(health, DAY)) == {family, both}
    with pytest.raises(Invalid, match="至少要有两个承继机关"):
        succession.split_organ(family, [both], on=DAY, source="方案", today=TODAY)


def test_a_splitting_organ_may_live_on(county, both, family):
    succession.split_organ(family, [both], on=DAY, source="方案", today=TODAY, survives=True)
    family.refresh_from_db()
    assert family.valid_to is None


def test_what_cannot_be_merged_is_refused_whole(county, government, health, family, both):
    with pytest.raises(Invalid, match="不能同时是被合并的机关"):
        succession.merge_organs([health, both], both, on=DAY, source="x", today=TODAY)
    with pytest.raises(Invalid, match="在2020-01-01不存在"):
        succession.merge_organs([health], both, on=date(2020, 1, 1), source="x", today=TODAY)
    with pytest.raises(Invalid, match="没有填写依据"):
        succession.merge_organs([health], both, on=DAY, source="", today=TODAY)
    posts.add_post(make_person("lisi"), health, "clerk", valid_from=date(2027, 1, 1))
    with pytest.raises(Invalid, match="2027-01-01才生效"):
        succession.merge_organs([health], both, on=DAY, source="x", today=TODAY)
    health.refresh_from_db()
    assert health.valid_to is None


def test_an_organ_with_others_below_it_is_not_abolished(county, government, health):
    with pytest.raises(Invalid, match="还有下级机关：安澜县卫生局"):
        succession.end_organ(government, on=DAY, source="x", today=TODAY)
    succession.end_organ(health, on=DAY, source="撤销通知", today=TODAY)
    assert succession.successors(health, DAY) == ()
    with pytest.raises(Invalid, match="不存在"):
        succession.end_organ(health, on=date(2022, 1, 1), source="再次", today=TODAY)
