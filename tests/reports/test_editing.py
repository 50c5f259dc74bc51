"""Editing: a report is a case from the first day; numbers are linked or say where they come from; stale edits are refused."""

from __future__ import annotations

import pytest
from tests.reports.build import NOW, actor, begun, finished, government, person

from fazhi.cases import store
from fazhi.reports import editing, freezing
from fazhi.reports.errors import ReportError
from fazhi.reports.models import Report, ReportParagraph

pytestmark = pytest.mark.usefixtures("demo_county")


def paragraph(report: Report, part: str = "problems") -> ReportParagraph:
    found = report.paragraphs.filter(part=part, source__contains="ask:").first()
    assert found is not None
    return found


def test_beginning_opens_the_case_with_its_limits_and_writes_the_first_text() -> None:
    report = begun()
    row = store.read(report.case)
    assert row is not None and row.state is not None  # noqa: PT018
    assert (row.procedure, row.phase) == ("annual_report", "drafting")
    assert row.state.clocks["report"]["due"] == "2026-02-28"
    assert row.state.clocks["publish"]["due"] == "2026-03-31"
    assert report.paragraphs.filter(source__contains="{{figure:").count() > 8
    assert not report.paragraphs.filter(source__contains="{{year}}").exists()


@pytest.mark.parametrize("year", [2014, 2027])
def test_an_impossible_year_is_refused(year: int) -> None:
    with pytest.raises(ReportError, match="不能编制"):
        editing.begin(actor(), government(), year, NOW)


def test_the_same_report_is_not_begun_twice() -> None:
    begun()
    with pytest.raises(ReportError, match="已经启动编制"):
        begun()


def test_what_is_typed_is_kept_with_its_references() -> None:
    row = paragraph(begun())
    saved = editing.save(
        row.pk, row.version, "立案【行政处罚立案数】件，【同比：行政处罚立案数】。", "执法", person()
    )
    assert saved.source == "立案{{figure:penalty.filed}}件，{{change:penalty.filed}}。"
    assert saved.heading == "执法"


def test_an_unknown_figure_and_a_stale_page_are_refused() -> None:
    row = paragraph(begun())
    with pytest.raises(ReportError, match="没有名为「没有的指标」的指标"):
        editing.save(row.pk, row.version, "【没有的指标】", "", person())
    editing.save(row.pk, row.version, "别人写的。", "", person())
    with pytest.raises(ReportError, match="由许明德改动"):
        editing.save(row.pk, row.version, "我写的。", "", person())


def test_a_typed_number_is_linked_to_a_figure() -> None:
    report = begun()
    row = paragraph(report)
    row = editing.save(row.pk, row.version, "立案28件，按期率为95.5%。", "", person())
    row, typed = editing.link(row.pk, row.version, 2, "penalty.filed", person())
    assert typed == "28"
    rate = row.source.index("95.5")
    row, typed = editing.link(row.pk, row.version, rate, "penalty.on_time", person())
    assert typed == "95.5"
    assert row.source == "立案{{figure:penalty.filed}}件，按期率为{{figure:penalty.on_time}}%。"


def test_a_typed_number_stays_with_its_source_and_the_source_goes_with_the_number() -> None:
    row = paragraph(begun())
    row = editing.save(row.pk, row.version, "培训12场，参加380人。", "", person())
    with pytest.raises(ReportError, match="没有说明数字的来源"):
        editing.justify(row.pk, row.version, "12", "无", person())
    row = editing.justify(row.pk, row.version, "12", "县委党校培训台账", person())
    assert row.justified == {"12": "县委党校培训台账"}
    row = editing.save(row.pk, row.version, "培训15场，参加380人。", "", person())
    assert row.justified == {}


def test_paragraphs_are_added_and_removed() -> None:
    report = begun()
    row = editing.add(report.pk, "other", person())
    assert freezing.live(report, NOW).parts[4].missing == ("内容",)
    editing.remove(row.pk, row.version, person())
    assert freezing.live(report, NOW).parts[4].empty
    with pytest.raises(ReportError, match="没有这个部分"):
        editing.add(report.pk, "nothing", person())


def test_under_review_the_text_stands_still() -> None:
    report = finished()
    freezing.freeze(report, person(), NOW)
    freezing.send(report, actor(), NOW)
    row = report.paragraphs.first()
    assert row is not None
    with pytest.raises(ReportError, match="报告处于「待批准」"):
        editing.save(row.pk, row.version, "改", "", person())
    with pytest.raises(ReportError, match="报告处于「待批准」"):
        freezing.freeze(report, person(), NOW)
