"""Relations that hold are left alone, relations that fail are found. Every sentence is invented."""

from __future__ import annotations

import pytest
from tests.reading.clean import CLEAN

from fazhi.reading.check import check
from fazhi.reading.finding import Finding


def errors(text: str) -> list[Finding]:
    return [finding for finding in check(text).findings if finding.grade == "error"]


TRUE = [
    "全年受理申请412件，其中城区205件，镇区131件，乡区76件。",
    "共检查企业300家，其中食品生产企业120家、餐饮单位150家、其他30家，责令改正18家。",
    "共受理94件（含上年结转6件），办结90件，结转下年4件。",
    "全年办理案件127件，其中一审80件（以县政府为被告20件，以部门为被告60件），二审47件。",
    "排查纠纷500件，化解487件，化解率97.4%。",
    "调解纠纷3件以上的村有20个，占全县村总数的12.5%；全县160个村均已建档。",
    "新登记312户，较上年同期260户增加52户，增长20%。",
    "办结率由上年的91.2%提高到96.7%，提高5.5个百分点。",
    "办结率96.7%，较上年的91.2%提高5.5%。",
    "检查312家次，发现隐患590处，已整改571处，其余19处限期整改。",
    "按时办结率100%，群众满意率99.2%，受理812件，办结810件。",
    "到明年底，力争调解率达到85%以上，一审败诉率控制在6%以内，受理40件，办结10件。",
    "部署“查、改、建、评”四步工作，聘请律师、专家、学者等12名顾问。",
    "全县14个乡镇均建站。全县14个乡镇均完成验收。",
    "推行“433”机制，即40%用于阵地、30%用于培训、30%用于宣传。",
    "受理甲类12件，乙类8件，丙类5件，共计25件。",
    "城市28.5%、乡镇41.2%、农村30.3%。",
    "受案约120件，其中民事70余件，刑事30件。",
    "共8个单位，其中省级2个、市级5个等。",
    "来信120件，来访36批98人次，网上144件，合计300件。",
    "全年收费1.26万元，其中甲所0.58万元，乙所0.69万元。",
]


@pytest.mark.parametrize("text", [*TRUE, *CLEAN])
def test_what_holds_or_cannot_be_proved_is_no_error(text: str) -> None:
    assert errors(text) == []


@pytest.mark.parametrize(
    ("text", "rule", "repair"),
    [
        ("全年受理申请412件，其中城区205件，镇区131件，乡区96件。", "sum", None),
        ("全年办理案件127件，其中一审80件（以县政府为被告20件，以部门为被告66件），二审47件。", "sum", None),
        ("受理甲类12件，乙类18件，丙类5件，共计25件。", "total", None),
        ("检查312家次，发现隐患590处，已整改571处，其余29处限期整改。", "rest", "29→19"),
        ("收到申请64件（含上年结转5件），办结60件，结转下年5件。", "balance", None),
        ("新收申请47件，上年结转3件，办结44件，结转下年2件。", "balance", None),
        ("排查纠纷500件，化解487件，化解率94.7%。", "share", "94.7%→97.4%"),
        ("全县180名调解员中，专职27名，占15.5%。", "share", None),
        ("受理612件，应整改50处，已整改52处，整改率100%。", "subset", None),
        ("审结31件，撤回的占审结数的36.2%。", "attainable", None),
        ("新登记312户，较上年同期260户增加42户。", "difference", "42→52"),
        ("新登记312户，较上年同期260户增加52户，增长16.7%。", "growth", None),
        ("补助标准由4万元提高到5万元，提高20%。", "growth", None),
        ("办结率由上年的91.2%提高到96.7%，提高5.7个百分点。", "points", "5.7→5.5"),
        ("今年受理960件，是上年320件的2倍。", "times", "2→3"),
        ("4月份登记3000件，日均110件。", "average", None),
        ("受理420件，较上月减少80件，同比下降16%。", "label", "同比→环比"),
        ("全县14个乡镇均建站。全县16个乡镇均完成验收。", "equal", None),
        ("推行“查、改、建”四步工作法。", "list_count", "四→三"),
        ("推行“433”机制，即40%用于阵地、30%用于培训、40%用于宣传。", "code", None),
        ("城区占41.5%，镇区占33.2%，其他占35.3%。", "complement", None),
        ("现有执法单位23个，均已公示。\n全年共抽查执法单位26个。", "sampled", None),
        ("死亡18人，较上年的13人下降38.5%。", "growth", None),
        (
            "类别 件数 占比\n甲类 | 30 | 30%\n乙类 | 50 | 50%\n丙类 | 20 | 20%\n合计 | 110 | 100%",
            "total",
            None,
        ),
        ("甲类 60 件 60% 乙类 30 件 35% 丙类 10 件 10% 合计 100 件 100%", "share", None),
        ("来信120件，来访36批98人次，网上144件，合计310件。", "total", None),
    ],
)
def test_what_fails_is_an_error_with_its_rule(text: str, rule: str, repair: str | None) -> None:
    found = errors(text)
    assert rule in [finding.rule for finding in found], [finding.message for finding in check(text).findings]
    if repair is not None:
        assert repair in [finding.repair for finding in found]


def test_sentences_together_raise_no_error_either() -> None:
    assert errors("\n".join(CLEAN)) == []


def test_a_truncated_last_place_is_information_and_no_error() -> None:
    text = "排查纠纷300件，化解296件，化解率98.6%。"
    assert [finding.grade for finding in check(text).findings] == ["info"]


def test_a_finding_shows_the_arithmetic_both_places_and_the_tolerance() -> None:
    text = "排查纠纷500件，化解487件，化解率94.7%。"
    (found,) = errors(text)
    assert "487÷500＝97.4%" in found.message
    assert [text[start:end] for start, end in found.spans] == ["94.7%", "487", "500"]
    assert found.tolerance
    assert found.arithmetic in found.message


def test_offsets_are_those_of_the_text_given() -> None:
    text = "\n\n　　排查纠纷５００件，化解４８７件，化解率９４．７％。"
    (found,) = errors(text)
    assert [text[start:end] for start, end in found.spans] == ["９４．７％", "４８７", "５００"]


def test_a_total_may_stand_two_sentences_before() -> None:
    text = "自查案件905件。收到举报83件，均已办结。其中：许可497件，处罚392件，强制16件。"
    assert errors(text) == []


def test_aims_are_no_facts() -> None:
    assert errors("二、下一步工作打算\n受理500件，化解487件，化解率94.7%。") == []


def test_every_rule_says_what_it_proves() -> None:
    from fazhi.reading.rules import every_rule

    rules = every_rule()
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.proves and rule.tolerance and rule.message and rule.title for rule in rules)
