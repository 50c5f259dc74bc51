"""Reading organ names, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from fazhi.organs import names
from fazhi.organs.names import Named

DAY = date(2026, 11, 21)
OLD = date(2010, 1, 1)
ROWS = [
    Named("sfj", "安澜县司法局", "full", OLD, None),
    Named("sfj", "县司法局", "short", OLD, None),
    Named("xw", "中国共产党安澜县委员会", "full", OLD, None),
    Named("xw", "县委", "short", OLD, None),
    Named("zfw", "中国共产党安澜县委员会政法委员会", "full", OLD, None),
    Named("zfw", "县委政法委", "short", OLD, None),
    Named("fb", "安澜县人民政府办公室", "full", OLD, None),
    Named("fb", "县府办", "short", OLD, None),
    Named("fb", "县政府办", "alias", OLD, None),
    Named("rsj", "安澜县人力资源和社会保障局", "full", OLD, None),
    Named("fgj", "安澜县发展和改革局（县粮食和物资储备局）", "full", OLD, None),
    Named("hbj", "安澜县环境保护局", "full", OLD, date(2019, 2, 28)),
    Named("hjj", "望海市生态环境局安澜分局", "full", date(2019, 3, 1), None),
    Named("csz", "澄沙镇人民政府", "full", OLD, None),
]


def found(text: str, on: date = DAY) -> tuple[str, ...]:
    return names.find(text, "安澜县", ROWS, on).organs


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        ("县司法局", "sfj"),
        ("安澜县司法局", "sfj"),
        ("安澜司法局", "sfj"),
        ("司法局", "sfj"),
        ("我县司法局", "sfj"),
        (" 县 司法局。", "sfj"),
        ("县委", "xw"),
        ("安澜县委", "xw"),
        ("中共安澜县委", "xw"),
        ("中共安澜县委政法委员会", "zfw"),
        ("县委政法委员会", "zfw"),
        ("县府办", "fb"),
        ("县政府办公室", "fb"),
        ("县人民政府办公室", "fb"),
        ("县发展和改革局(县粮食和物资储备局)", "fgj"),
        ("澄沙镇政府", "csz"),
        ("安澜县澄沙镇人民政府", "csz"),
    ],
)
def test_a_name_in_any_usual_spelling_is_found(text, organ):
    assert found(text) == (organ,)


@pytest.mark.parametrize("text", ["望海县司法局", "嵊泗县司法局", "市司法局", "县司法所", "县人社局", ""])
def test_a_name_that_is_not_exactly_known_is_never_guessed(text):
    assert found(text) == ()


def test_near_names_are_offered_nearest_first():
    offers = names.find("市生态环境局嵊泗分局", "安澜县", ROWS, DAY).candidates
    assert offers[0].organ == "hjj"
    assert names.find("县人社局", "安澜县", ROWS, DAY).candidates[0].why == "可能是简称"
    assert names.find("完全无关的东西", "安澜县", ROWS, DAY).candidates == ()


def test_a_name_counts_only_while_it_holds():
    assert found("县环境保护局", date(2019, 2, 28)) == ("hbj",)
    after = names.find("县环境保护局", "安澜县", ROWS, date(2019, 3, 1))
    assert after.organs == ()
    assert (after.candidates[0].organ, after.candidates[0].why) == (
        "hbj",
        "该名称自2010-01-01至2019-02-28使用",
    )


def test_a_name_of_two_organs_is_left_to_a_person():
    rows = [*ROWS, Named("other", "司法局", "alias", OLD, None)]
    twice = names.find("安澜司法局", "安澜县", rows, DAY)
    assert twice.organs == ()
    assert {c.organ for c in twice.candidates} == {"sfj", "other"}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("各乡镇人民政府", {"township"}),
        ("各乡镇", {"township"}),
        ("各镇（乡）", {"township"}),
        ("各村（社区）", {"village"}),
        ("县政府各部门", {"department", "institution", "upper_branch"}),
        ("县属各有关单位", {"department", "institution", "upper_branch", "party_organ", "supervision"}),
        (
            "各乡镇各部门",
            {"township", "department", "institution", "upper_branch", "party_organ", "supervision"},
        ),
    ],
)
def test_collective_names_say_which_kinds_they_mean(text, kinds):
    assert names.collective(text) == kinds


@pytest.mark.parametrize("text", ["县司法局", "县机关事务中心", "县委政法委", "澄沙镇人民政府"])
def test_a_single_name_is_no_collective(text):
    assert names.collective(text) is None
