"""Several reports side by side: what is one indicator, and what contradicts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fazhi.cli import main
from fazhi.reading.comparing import Comparison, compare
from fazhi.reading.examine import examine
from fazhi.reading.indicator import place_of, year_of

LAST = "安定县2024年法治政府建设年度报告\n2024年，全县共受理行政复议申请711件。全年办理行政处罚案件1200件。化解率96.2%。出具法律意见书45份。"


def report(body: str, place: str = "安定县", year: int = 2025) -> str:
    return f"{place}{year}年法治政府建设年度报告\n{body}"


def side_by_side(*texts: str) -> Comparison:
    return compare([examine(text.encode(), f"{n}.txt") for n, text in enumerate(texts)])


def test_years_stand_in_order_and_the_same_indicator_in_one_line() -> None:
    found = side_by_side(report("今年以来，我县已受理行政复议申请682宗。化解率97.4%，成效明显。"), LAST)
    assert [d.label for d in found.documents] == ["安定县2024年", "安定县2025年"]
    lines = {line.subject: [cell.written if cell else None for cell in line.cells] for line in found.lines}
    assert lines == {"受理行政复议申请": ["711件", "682宗"], "化解率": ["96.2%", "97.4%"]}


def test_other_unit_classes_and_other_subjects_are_other_indicators() -> None:
    assert side_by_side(report("受理行政复议申请682批。审理行政复议申请600件。"), LAST).lines == ()


@pytest.mark.parametrize(
    "said",
    [
        "受理行政复议申请682件，较上年同期708件减少26件。",
        "上年受理行政复议申请708件。",
        "2024年受理行政复议申请708件。",
        "2024年，共受理行政复议申请708件。",
    ],
)
def test_what_this_year_says_of_last_year_is_held_against_last_years_report(said: str) -> None:
    (one,) = side_by_side(report(said), LAST).contradictions
    assert "说是708件" in one.message
    assert "自己写的是711件" in one.message
    assert side_by_side(report(said.replace("708", "711").replace("26", "29")), LAST).contradictions == ()


def test_a_growth_is_held_against_both_numbers() -> None:
    (one,) = side_by_side(report("全年共办理行政处罚案件1314件，同比增长9.2%。"), LAST).contradictions
    assert "（1314－1200）÷1200＝9.5%" in one.message
    assert side_by_side(report("全年共办理行政处罚案件1314件，同比增长9.5%。"), LAST).contradictions == ()
    (fall,) = side_by_side(report("办理行政处罚案件1100件，同比增长8.3%。"), LAST).contradictions
    assert "-8.3%" in fall.message.replace("－8.3%", "-8.3%")


def test_an_aim_of_last_year_is_no_fact_of_this_year() -> None:
    aim = LAST + "2025年，出具法律意见书60份。"
    assert side_by_side(report("出具法律意见书52份。"), aim).contradictions == ()


def test_rounded_numbers_do_not_contradict() -> None:
    last = report("发放资金1.26万元。", year=2024)
    assert side_by_side(report("去年发放资金12618元。"), last).contradictions == ()
    assert len(side_by_side(report("去年发放资金12818元。"), last).contradictions) == 1


def test_other_counties_stand_side_by_side_and_contradict_nobody() -> None:
    found = side_by_side(report("上年受理行政复议申请708件。受理行政复议申请650件。", place="临河县"), LAST)
    assert found.contradictions == ()
    assert [line.subject for line in found.lines] == ["受理行政复议申请"]


def test_an_indicator_with_two_values_in_one_document_is_left_out_and_counted() -> None:
    found = side_by_side(report("出具法律意见书52份。二季度，出具法律意见书13份。"), LAST)
    assert found.lines == ()
    assert found.ambiguous == 1


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        ("某县2024年法治政府建设情况的报告\n2023年", "a.txt", 2024),
        ("工作总结", "2022年总结.docx", 2022),
        ("2021年办结1件，2021年受理2件，2020年3件", "c8d7652c0afc2086.txt", 2021),
        ("没有年份", "a.txt", 0),
    ],
)
def test_the_year_of_a_document(text: str, name: str, year: int) -> None:
    assert year_of(text, name) == year


def test_the_place_of_a_document() -> None:
    assert place_of("关于安定县2024年法治政府建设情况的报告", "a") == "安定县"
    assert place_of("情况报告", "临河区2024年.txt") == "临河区"


def test_the_command_tells_lines_and_contradictions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(LAST, encoding="utf-8")
    (tmp_path / "b.txt").write_text(report("上年受理行政复议申请708件。化解率97.4%。"), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    assert main(["compare", *files]) == 1
    told = capsys.readouterr().out
    assert "化解率" in told
    assert "矛盾 “受理行政复议申请”2024年" in told
    assert "指标按" in told
    assert main(["compare", "--json", *files]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [d["year"] for d in found["documents"]] == [2024, 2025]
    cell = found["indicators"][0]["cells"][0]
    assert LAST[cell["start"] : cell["end"]] == cell["text"]
    assert len(found["documents"][0]["sha256"]) == 64


def test_one_file_is_no_comparison_and_an_unreadable_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in {"a.txt": LAST, "b.txt": report("化解率97.4%。"), "c.txt": ""}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["compare", str(tmp_path / "a.txt")]) == 2
    assert main(["compare", *(str(tmp_path / f"{name}.txt") for name in "abc")]) == 2
    told = capsys.readouterr()
    assert "空的" in told.err
    assert "化解率" in told.out
