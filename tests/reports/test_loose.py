"""Typed numbers: quantities are found, dates, articles, names and idioms are not."""

from __future__ import annotations

import pytest

from fazhi.reports import loose


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("全年开展培训12场，1860人次。", ["12", "1860"]),
        ("按期率达到95.5%，提高3个百分点。", ["95.5%", "3"]),
        ("罚没金额20.44万元。", ["20.44万"]),
        ("受理二十三件，办结率百分之九十。", ["二十三", "百分之九十"]),
        ("化解纠纷1,234件。", ["1,234"]),
        ("办结1260余件", ["1260"]),
        ("连续3年保持", []),
        ("2025年3月1日前，截至12月底", []),
        ("依据第五十八条和《条例》第12条", []),
        ("印发安政发〔2025〕3号文件", []),
        ("《“十四五”规划2025》要求", []),
        ("坚持三项制度，做到两个确保", []),
        ("1.加强领导\n2.落实责任", []),
        ("统一部署，一体推进", []),
        ("", []),
    ],
)
def test_what_is_a_quantity(text: str, numbers: list[str]) -> None:
    assert [x.text for x in loose.find(text)] == numbers


def test_a_reference_is_no_typed_number_and_places_are_of_the_stored_text() -> None:
    source = "决定{{figure:penalty.decided@-1}}件，培训12场"
    found = loose.find(source)
    assert [x.text for x in found] == ["12"]
    assert source[found[0].start : found[0].end] == "12"
    assert "{{" not in found[0].around


@pytest.mark.parametrize(("text", "digits"), [("95.5%", "95.5"), ("20.44万元", "20.44"), ("12场", "12")])
def test_a_figure_takes_the_place_of_the_digits_and_leaves_the_unit(text: str, digits: str) -> None:
    assert loose.find(text)[0].digits == digits
