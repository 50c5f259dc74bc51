"""The papers of every definition, as its scenarios make them: nothing is blank, nothing that the law wants is missing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from tests.procedures.walked import Made, finished, papers

from fazhi.procedures import compose, library, rights
from fazhi.procedures.text import Masked, Paragraph, Text, plain
from fazhi.procedures.wording import chinese_date

FILES = library.files()


RIGHTS = {
    "reconsideration": r"自收到本\w+之日起60日内向安澜县人民政府(或者上一级主管部门)?申请行政复议（《中华人民共和国行政复议法》第",
    "litigation": r"自收到本\w+之日起(15日|6个月)内依法向安澜县人民法院提起行政诉讼（《中华人民共和国行政",
}


def words(text: Text) -> str:
    return "\n".join(plain(block.runs) for block in text.blocks if isinstance(block, Paragraph))


def undated(text: Text) -> str:
    """Everybody may agree on a later day, which is then the day of the paper."""
    return words(text).replace(chinese_date(text.date or ""), "")


def issued(path: Path) -> list[Made]:
    return [one for one in papers(path) if one.live and one.text.status == "issued"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_no_paper_is_issued_with_a_blank_or_without_what_the_law_wants(path: Path) -> None:
    lacks = {(one.template, *one.lacking) for one in issued(path) if one.lacking}
    blanks = {(one.template, *one.text.missing()) for one in issued(path) if one.text.missing()}
    assert lacks == set()
    assert blanks == set()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_approvers_read_the_words_that_will_be_issued(path: Path) -> None:
    proposed = {
        (x.scenario, x.template, x.proposal): x.text for x in papers(path) if x.text.status == "draft"
    }
    agreed = [x for x in papers(path) if x.text.status == "issued" and x.proposal]
    differing = {
        x.template for x in agreed if undated(proposed[x.scenario, x.template, x.proposal]) != undated(x.text)
    }
    assert differing == set()
    assert bool(agreed) == bool(proposed)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_decision_tells_with_whom_and_until_when_it_may_be_challenged(path: Path) -> None:
    for one in issued(path):
        told = words(one.text)
        for kind in one.remedies:
            if kind in RIGHTS:
                assert re.search(RIGHTS[kind], told), (one.template, told)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_paper_that_goes_out_has_number_organ_date_and_seal(path: Path) -> None:
    for one in issued(path):
        if one.text.kind == "official":
            assert one.text.number, one.template
            assert one.text.signature, one.template
            assert one.text.organ, one.template
            assert one.text.date, one.template
            assert one.text.seal, one.template


def penalty_decision() -> Made:
    path = next(p for p in FILES if p.stem == "penalty")
    return next(one for one in issued(path) if one.template == "penalty_decision")


def test_a_penalty_decision_holds_the_six_items_of_article_59() -> None:
    text = penalty_decision().text
    told = words(text)
    assert "当事人：甲公司，住所：甲县乙路1号。" in told  # 第一项
    assert "现已查明：销售不合格产品。" in told  # 第二项: facts
    assert "现场笔录（勘验笔录和现场笔录，2025年3月5日取得）。" in told  # and evidence
    assert "依据某法第十条，决定给予：" in told  # 第三项
    assert "自收到本决定书之日起十五日内，到指定的银行或者通过电子支付系统缴纳" in told  # 第四项
    assert "对本决定不服的，可以自收到本决定书之日起60日内向安澜县人民政府申请行政复议" in told  # 第五项
    assert text.signature == ("安澜县organ-agency",)  # 第六项
    assert text.date is not None


def test_what_is_missing_is_told_by_name() -> None:
    path = next(p for p in FILES if p.stem == "penalty")
    state = finished(path)
    state.sides["party"] = [{k: v for k, v in state.sides["party"][0].items() if k != "address"}]
    del state.values["basis"]
    state.remedies.clear()
    sources = compose.sources(
        library.read(path), state, "penalty_decision", words={}, organs={}, codes={}, on=date(2025, 3, 21)
    )
    assert compose.lacking(sources, "penalty_decision") == [
        ("party.address", "住所"),
        ("basis", "处罚依据"),
        ("remedies", "救济途径和期限"),
    ]
    text = compose.compose(sources, "penalty_decision")
    assert text.missing() == ("住所", "处罚依据")


def test_erased_words_are_not_missing() -> None:
    path = next(p for p in FILES if p.stem == "penalty")
    state = finished(path)
    state.sides["party"] = [{"id": "p", "kind": "citizen", "commit": "aa"}]
    sources = compose.sources(
        library.read(path), state, "penalty_decision", words={}, organs={}, codes={}, on=date(2025, 3, 21)
    )
    assert [x for x, _ in compose.lacking(sources, "penalty_decision")] == ["remedies"]  # the case is closed
    assert any(isinstance(run, Masked) for run in compose.compose(sources, "penalty_decision").runs())


ALL = {"reconsideration": "安澜县人民政府", "litigation": "安澜县人民法院"}
BOTH = [
    {"kind": "reconsideration", "within": "60 natural days", "law": "行政复议法 第二十条第一款"},
    {"kind": "litigation", "within": "6 months", "law": "行政诉讼法 第四十六条第一款"},
]


def test_remedies_in_one_sentence() -> None:
    assert rights.sentence(BOTH, "行政处罚决定书", ALL, date(2026, 3, 5)) == (
        "对本决定不服的，可以自收到本决定书之日起60日内向安澜县人民政府申请行政复议（《中华人民共和国行政复议法》第二十条第一款），"
        "也可以自收到本决定书之日起6个月内依法向安澜县人民法院提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条第一款）。"
    )


def test_where_no_name_is_known_the_law_describes_the_body() -> None:
    told = rights.sentence(BOTH, "政府信息公开答复书", {}, date(2026, 3, 5))
    assert told.startswith("对本答复不服的，可以自收到本答复书之日起60日内向本级人民政府申请行政复议")
    assert "向有管辖权的人民法院提起行政诉讼" in told


def test_before_2024_the_superior_department_was_open_too() -> None:
    told = rights.sentence(BOTH, "行政处罚决定书", ALL, date(2023, 12, 31))
    assert "向安澜县人民政府或者上一级主管部门申请行政复议" in told


def test_reconsideration_first_where_the_law_says_so() -> None:
    first = [{**BOTH[0], "first": True, "law": "行政复议法 第二十三条第一款第四项"}]
    told = rights.sentence(first, "政府信息公开答复书", ALL, date(2026, 3, 5))
    assert "应当先自收到本答复书之日起60日内向安澜县人民政府申请行政复议" in told
    assert "对行政复议决定不服的，可以自收到行政复议决定书之日起15日内依法提起行政诉讼" in told


def test_the_same_remedy_by_two_articles_is_told_once() -> None:
    twice = [
        {"kind": "litigation", "within": "15 natural days", "law": x}
        for x in ("行政复议法 第三十四条", "行政诉讼法 第四十五条")
    ]
    told = rights.sentence(twice, "不予受理行政复议申请决定书", ALL, date(2026, 3, 5))
    assert told.count("提起行政诉讼") == 1
    assert "《中华人民共和国行政复议法》第三十四条、《中华人民共和国行政诉讼法》第四十五条" in told
