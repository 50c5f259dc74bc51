"""`fazhi figures`: the fixed JSON, a table for people, and clear words for what cannot be answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.figures import build

from fazhi.cli import main
from fazhi.figures import mirror


@pytest.fixture
def county(sqlite_db: str, home: Path) -> build.Book:
    mirror.forget()
    return build.filled(build.World(), 41, most=40)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["figures", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


ASKED = ("--county", build.COUNTY, "--period", "2026")


def test_json_is_exactly_what_was_agreed(county: build.Book, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, *ASKED, "--json")
    data = json.loads(out)
    assert code == 0
    assert list(data) == ["moment", "county", "period", "figures"]
    assert (data["moment"], data["county"], data["period"]) == (len(county.order), build.COUNTY, "2026")
    for figure in data["figures"]:
        assert list(figure) == ["id", "title", "value", "unit", "numerator", "denominator", "cases"]
        assert figure["value"] is None or isinstance(figure["value"], str)
        assert isinstance(figure["cases"], int)
        if figure["unit"] == "%":
            assert (figure["value"] is None) == (figure["denominator"] == 0)
        else:
            assert figure["numerator"] is figure["denominator"] is None
    assert len({f["id"] for f in data["figures"]}) == len(data["figures"]) > 80


def test_what_was_written_just_now_is_counted(county: build.Book, capsys: pytest.CaptureFixture[str]) -> None:
    world = build.world_of()
    (more,) = build.histories(build.random.Random(1), world, only="supervision_order", most=1)
    county.write(more)
    code, out, _ = told(capsys, *ASKED, "--json")
    assert code == 0
    assert json.loads(out)["moment"] == len(county.order)


def test_an_earlier_moment_can_be_asked_for(county: build.Book, capsys: pytest.CaptureFixture[str]) -> None:
    _, now, _ = told(capsys, *ASKED, "--json")
    code, out, _ = told(capsys, *ASKED, "--json", "--moment", "50")
    assert code == 0
    assert json.loads(out)["moment"] == 50
    assert json.loads(out)["figures"] != json.loads(now)["figures"]


def test_the_table_names_the_county_the_period_and_the_moment(
    county: build.Book, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(capsys, *ASKED)
    assert code == 0
    assert out.startswith("安澜县 2026年 统计指标（数据截至 ")
    assert f"序号 {len(county.order)}" in out
    assert "行政处罚按期决定率" in out
    assert "无" in out


def test_the_cases_behind_a_figure_are_as_many_as_it_counts(
    county: build.Book, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = told(capsys, "--county", build.COUNTY, "--period", "2019-01-01:2027-12-31", "--json")
    counted = {f["id"]: f["cases"] for f in json.loads(out)["figures"]}
    id = max((i for i in counted if not i.startswith("county.")), key=lambda i: counted[i])
    asked = ("--county", build.COUNTY, "--period", "2019-01-01:2027-12-31", "--figure", id, "--cases")
    code, out, _ = told(capsys, *asked, "--json")
    assert code == 0
    assert len(json.loads(out)["cases"]) == counted[id] > 5
    code, out, _ = told(capsys, *asked)
    assert code == 0
    assert f"共 {counted[id]} 条。" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--county", "110101", "--period", "2026"), "没有登记「110101」这个县"),
        (("--county", build.COUNTY, "--period", "2026-13"), "看不懂统计期「2026-13」"),
        (("--county", build.COUNTY, "--period", "明年"), "看不懂统计期「明年」"),
        (("--county", build.COUNTY), "缺少参数：--period"),
        ((), "缺少参数：--county、--period"),
        ((*ASKED, "--organ", "火星局"), "没有找到机关「火星局」"),
        ((*ASKED, "--moment", "999999"), "还没有序号 999999"),
        ((*ASKED, "--moment", "昨天"), "看不懂时点「昨天」"),
        ((*ASKED, "--figure", "penalty.gone"), "没有名为「penalty.gone」的统计指标"),
        ((*ASKED, "--cases"), "--cases 要指定一个指标"),
        ((*ASKED, "--colour"), "不认识的参数：--colour"),
    ],
)
def test_a_question_that_cannot_be_answered_ends_with_2_and_says_why(
    county: build.Book, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = told(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert "处理：" in err
    assert "Traceback" not in err


def test_definitions_and_identities_are_checked(
    county: build.Book, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(capsys, "--check")
    assert code == 0
    assert "0 处有误" in out
    code, out, _ = told(capsys, *ASKED, "--check", "--json")
    rows = json.loads(out)["identities"]
    assert code == (1 if any(r["difference"] for r in rows) else 0)


def test_all_figures_can_be_listed_with_their_definitions(
    county: build.Book, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(capsys, "--list", "--json")
    assert code == 0
    assert all(f["words"] for f in json.loads(out)["figures"])
    code, out, _ = told(capsys, "--list")
    assert "reconsideration.corrected" in out


def test_the_mirror_can_be_made_anew(county: build.Book, capsys: pytest.CaptureFixture[str]) -> None:
    _, before, _ = told(capsys, *ASKED, "--json")
    code, out, _ = told(capsys, "--rebuild")
    assert code == 0
    assert f"{len(county.order)} 条办理记录" in out
    assert told(capsys, *ASKED, "--json")[1] == before
