"""What the public reads of a decision: no natural person's name, number or address is left in it, the organs' words stay."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from fazhi.procedures.public import public, short_name, short_names
from fazhi.procedures.text import Masked, Missing, Paragraph, Personal, Row, Rows, Text, plain


@pytest.mark.parametrize(
    ("name", "short"),
    [("陈雨", "陈某"), ("陈小雨", "陈某某"), ("欧阳明", "欧阳某"), ("欧阳小明", "欧阳某某"), ("欧阳", "欧某"), ("买买提江", "买某某")],
)  # fmt: skip
def test_a_name_keeps_its_surname(name: str, short: str) -> None:
    assert short_name(name) == short


def test_two_who_would_be_called_alike_are_told_apart() -> None:
    assert short_names(["陈雨", "陈云", "李三", "陈雨"]) == {
        "陈雨": "陈某甲",
        "陈云": "陈某乙",
        "李三": "李某",
    }


def decision(*runs: object) -> Text:
    return Text("official", "行政复议决定书", "某县人民政府", (Paragraph(tuple(runs)),), number="某复决〔2026〕3号", date=date(2026, 3, 5), signature=("某县人民政府",))  # type: ignore[arg-type]  # fmt: skip


def words(text: Text) -> str:
    return plain(tuple(text.runs()))


def test_names_are_shortened_where_they_stand_as_a_party_and_where_somebody_wrote_them() -> None:
    text = decision(
        "申请人：",
        Personal("陈小雨", "c1", "name"),
        "，",
        Personal("陈小雨称与邻居李三无关", "c2", "主要事实和理由"),
    )
    made = public(text, ["陈小雨"], {"c1": "自然人身份信息"})
    assert words(made.text) == "申请人：陈某某，陈某某称与邻居李三无关"
    assert dict(made.told)["自然人姓名"] == 2
    assert words(text).startswith("申请人：陈小雨")  # the paper itself is as it was


def test_numbers_that_belong_to_somebody_are_left_out_and_numbers_of_papers_stay() -> None:
    text = decision(
        "证件号码339821198211150495，电话13812345678，罚款3000元，某罚决〔2026〕12号，账号6222020200012345678。"
    )
    made = public(text, [], {})
    assert words(made.text) == "证件号码＊＊＊，电话＊＊＊，罚款3000元，某罚决〔2026〕12号，账号＊＊＊。"
    assert made.text.number == "某复决〔2026〕3号"


def test_other_words_of_a_masked_person_and_masked_fields_are_left_out_whole() -> None:
    box = Rows(
        (
            (
                Row("住所", (Personal("某路18号", "c1", "address"),)),
                Row("代理人", (Personal("王五", "c3", "代理人"),)),
            ),
        )
    )
    made = public(
        Text("form", "登记表", "某县", (box,)), ["陈小雨"], {"c1": "自然人身份信息", "c3": "代表人、代理人"}
    )
    assert [type(r) for r in made.text.runs()] == [Masked, Masked]
    assert dict(made.told) == {"自然人身份信息": 1, "代表人、代理人": 1}


def test_blanks_and_erased_words_stay_what_they_are() -> None:
    made = public(decision(Missing("理由"), Masked("申请人", "c1")), [], {})
    assert [type(r) for r in made.text.runs()] == [Missing, Masked]
    assert "c1" not in str(made.text.to_json())


def test_no_name_of_three_characters_or_more_is_left_anywhere() -> None:
    chance = Random(7)
    for _ in range(300):
        names = [
            "".join(chance.choices("陈李王小雨云明三", k=chance.randint(2, 4)))
            for _ in range(chance.randint(1, 4))
        ]
        between = "".join(chance.choices("甲乙在与陈李王小雨云明三的，", k=chance.randint(0, 40)))
        text = decision(
            *(Personal(n, f"c{i}", "name") for i, n in enumerate(names)), between, between.join(names)
        )
        left = [
            plain((run,)) for run in public(text, names, {}).text.runs()
        ]  # run by run: where two meet, chance may spell a name
        assert not [n for n in names if len(n) > 2 and any(n in run for run in left)], (names, between)
