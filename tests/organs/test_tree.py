from __future__ import annotations

from datetime import date

from fazhi.organs import tree

from .conftest import START, TODAY, make_organ


def test_the_tree_reads_top_down_in_order(county, government, justice):
    make_organ(county, "sfs", "澄沙司法所", kind="office", parent=justice, order=1)
    make_organ(county, "a", "甲局", parent=government, order=-1)
    lines = tree.organ_tree(county, TODAY)
    assert [(line.organ.code, line.depth) for line in lines] == [("xzf", 0), ("a", 1), ("sfj", 1), ("sfs", 2)]
    assert all(line.path == line.organ.path for line in lines)


def test_what_is_not_alive_is_shown_only_on_request(county, government):
    make_organ(county, "old", "旧局", parent=government, valid_to=date(2020, 12, 31))
    make_organ(county, "new", "新局", parent=government, valid_from=date(2027, 1, 1))
    assert [line.organ.code for line in tree.organ_tree(county, TODAY)] == ["xzf"]
    everything = {line.organ.code: line.alive for line in tree.organ_tree(county, TODAY, ended=True)}
    assert everything == {"xzf": True, "old": False, "new": False}
    assert [line.organ.code for line in tree.organ_tree(county, START)] == ["xzf", "old"]


def test_the_tree_takes_three_queries_however_large(demo, django_assert_num_queries):
    with django_assert_num_queries(3):
        lines = tree.organ_tree(demo.county, TODAY)
    assert len(lines) == len([o for o in demo.organs.values() if o.holds_on(TODAY)])


def test_aliases_and_names_are_those_of_the_day(demo):
    of = {line.organ.code: line for line in tree.organ_tree(demo.county, date(2020, 6, 1))}
    assert of["zfj"].short_name == "县城管执法局"
    assert of["fb"].aliases == ("县政府办", "县政府办公室")
