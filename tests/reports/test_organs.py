"""The report of one organ: a department's or a township's own, with figures of its own cases only; and the demonstration's."""

from __future__ import annotations

import pytest
from tests.demo_county import TODAY
from tests.reports import build
from tests.reports.build import NOW

from fazhi.cases import store
from fazhi.cases.models import CaseSide
from fazhi.figures import lists, query
from fazhi.procedures.text import Figure
from fazhi.reports import compose, demo, editing, freezing, grammar
from fazhi.reports.errors import ReportError
from fazhi.reports.models import Report

pytestmark = pytest.mark.usefixtures("demo_county")


def begun(organ: str, clerk: str) -> Report:
    report = editing.begin(build.actor(clerk), build.organ(organ), 2025, NOW)
    return Report.objects.select_related("county", "issuer", "organ").get(pk=report.pk)


@pytest.mark.parametrize(
    ("organ", "clerk", "kind", "to"),
    [
        ("scj", "wenshu1", "department", "中共安澜县委员会、安澜县人民政府、上一级主管部门"),
        ("csz", "xiangzhen1", "township", "本级党委、中共安澜县委员会、安澜县人民政府"),
    ],
)
def test_an_organ_begins_its_own_report_which_its_case_names_as_such(
    organ: str, clerk: str, kind: str, to: str
) -> None:
    report = begun(organ, clerk)
    row = store.read(report.case)
    assert row is not None
    assert row.state is not None
    assert row.state.values["kind"] == kind
    assert row.state.sides["issuer"] == [build.organ(organ).id]
    text = freezing.live(report, NOW).text
    assert text.title.startswith(report.issuer.name)
    assert text.addressee == (to,)


def test_every_figure_of_a_departments_report_has_cases_of_that_department_only() -> None:
    organ = build.organ("scj")
    made = freezing.live(begun("scj", "wenshu1"), NOW)
    assert made.values.organ == organ.id
    taking_part = set(CaseSide.objects.filter(who=organ.id).values_list("case", flat=True))
    q = query.ask("339821", "2025", organ=organ.id, moment=made.values.moment)
    cases = set()
    for source in made.text.sources:
        assert f"organ={organ.id}" in source.href
        if "（" in source.title and "2024" in source.title:
            continue
        found = {fact.case for fact in lists.facts(q, source.figure_id)}
        assert found <= taking_part, source.title
        cases |= found
    assert len(cases) > 10
    whole = query.ask("339821", "2025", moment=made.values.moment)
    (of_all,) = query.values(whole, only=["penalty.filed"])
    mine = made.values.of("penalty.filed")
    assert mine is not None
    assert 0 < mine.cases < of_all.cases


def test_two_departments_and_their_county_add_up() -> None:
    values = []
    for code in ("scj", "zfj", "xzf"):
        (one,) = query.values(query.ask("339821", "2025", organ=build.organ(code).id), only=["penalty.filed"])
        values.append(int(one.value or 0))
    assert values[0] + values[1] == values[2]


def test_who_has_no_report_to_make_is_told_who_has() -> None:
    with pytest.raises(ReportError) as caught:
        editing.begin(build.actor(), build.organ("djc"), 2025, NOW)
    assert "东岬村" in caught.value.message
    assert "乡镇人民政府编制" in caught.value.next
    assert grammar.of("village") is None


def test_a_departments_frozen_report_is_computed_again_from_its_own_cases() -> None:
    report = build.finished(begun("zfj", "wenshu2"))
    frozen = freezing.freeze(report, build.person("wenshu2"), NOW)
    assert freezing.check(frozen) == []
    text = freezing.text_of(frozen)
    figures = [run for run in text.runs() if isinstance(run, Figure)]
    assert len(figures) > 8
    assert all("organ=" in run.href for run in figures)
    pieces = [freezing._piece(p) for p in frozen.pieces]
    county = compose.compose(
        grammar.shipped(), editing.about_of(grammar.shipped(), report.county, report.issuer, 2025, TODAY), pieces, frozen.moment
    )  # fmt: skip
    assert county.text.digest() != frozen.digest  # the county's figures are not this organ's


def test_the_demonstration_has_last_years_reports_published_in_time_and_right_to_the_digit() -> None:
    told: list[str] = []
    assert demo.load(told.append, today=TODAY) == 2
    for report in Report.objects.select_related("county", "issuer"):
        assert report.year == TODAY.year - 1
        row = store.read(report.case)
        assert row is not None
        assert row.state is not None
        assert (row.phase, row.state.flaws) == ("closed", [])
        assert {row.state.clocks[c]["status"] for c in ("report", "publish")} == {"met"}
        frozen = freezing.current(report)
        assert frozen is not None
        assert frozen.moment.endswith("@2026-01-20")  # what was known when it was frozen
        assert freezing.check(frozen) == []
        shown = freezing.standing(
            report, editing.phase(report), NOW
        )  # what its page says is what was sent out
        assert shown.text.digest() == frozen.digest
        assert shown.text.digest() != freezing.live(report, NOW).text.digest()
    assert demo.load(told.append, today=TODAY) == 0
    assert told[-1] == "  演示年度报告已在，没有改动"
