"""Freezing: at a moment, whole or not at all; the frozen text stays, and every figure can be computed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.demo_county import TODAY
from tests.reports.build import NOW, actor, begun, finished, person

from fazhi.cases import attachments, service, store
from fazhi.cases.models import Case
from fazhi.documents import docx
from fazhi.documents.check import check as check_layout
from fazhi.figures import query
from fazhi.ledger import seal
from fazhi.organs.models import Organ
from fazhi.procedures import Command
from fazhi.procedures.text import Figure
from fazhi.reports import editing, freezing
from fazhi.reports.errors import NotReady, ReportError
from fazhi.reports.models import Freeze, Report

pytestmark = pytest.mark.usefixtures("demo_county")


def frozen(report: Report | None = None) -> Freeze:
    return freezing.freeze(report or finished(), person(), NOW)


def test_it_is_not_frozen_while_something_is_missing_or_only_typed() -> None:
    report = begun()
    with pytest.raises(NotReady) as caught:
        freezing.freeze(report, person(), NOW)
    assert any("待写：存在的不足及其原因" in x for x in caught.value.lacking)
    row = finished(report).paragraphs.filter(part="next").last()
    assert row is not None
    editing.save(row.pk, row.version, "明年培训12场。", "", person())
    with pytest.raises(NotReady, match="未关联的数字“12”"):
        freezing.freeze(Report.objects.get(pk=report.pk), person(), NOW)
    assert not Freeze.objects.exists()


def test_it_is_frozen_at_the_present_moment_and_checks() -> None:
    found = frozen()
    assert found.moment.endswith(f"@{TODAY}")
    assert freezing.text_of(found).status == "issued"
    assert freezing.text_of(found).digest() == found.digest
    assert freezing.check(found) == []


def test_what_happens_later_changes_the_figures_and_not_the_frozen_report() -> None:
    found = frozen(finished(begun(2026)))
    before = docx.render(freezing.text_of(found))
    filed = query.figures("339821", "2026", only=["penalty.open"])[0].value
    scj = Organ.objects.get(code="scj").pk
    stuck = Case.objects.filter(procedure="penalty", phase="investigating", organ=scj).first()
    assert stuck is not None
    values = {"refer_to": "县交通运输局", "note": "由交通运输部门管辖。"}
    command = Command("act", action="refer", on=TODAY, values=values)
    service.run(command, actor("zhifa1", "handler"), case=stuck.pk, now=NOW)
    service.run(Command("agree", on=TODAY), actor("juzhang1", "head"), case=stuck.pk, now=NOW)
    seal.seal()
    assert query.figures("339821", "2026", only=["penalty.open"])[0].value != filed
    again = Freeze.objects.get(pk=found.pk)
    assert freezing.check(again) == []
    assert docx.render(freezing.text_of(again)) == before


def test_limits_that_run_out_later_count_in_the_live_report_only() -> None:
    """A limit passes without an event: the moment's day keeps it out of what was frozen before."""
    found = frozen(finished(begun(2026)))
    moment = f"{found.moment.partition('@')[0]}@{TODAY + timedelta(days=40)}"
    then, later = (
        query.values(query.ask("339821", "2026", moment=m), only=["penalty.on_time"])[0]
        for m in (found.moment, moment)
    )
    assert int(later.denominator or 0) > int(then.denominator or 0)
    assert freezing.check(found) == []


def test_a_figure_that_does_not_come_out_as_printed_is_found() -> None:
    found = frozen()
    text = freezing.text_of(found)
    forged = next(r for r in text.runs() if isinstance(r, Figure) and r.figure_id == "penalty.filed")

    def swap(value: object) -> object:
        if value == forged:
            return replace(forged, value="999")
        if isinstance(value, tuple):
            return tuple(swap(x) for x in value)
        if hasattr(value, "runs") and not callable(value.runs):
            return replace(value, runs=swap(value.runs))  # type: ignore[type-var]
        return value

    found.text = replace(text, blocks=swap(text.blocks)).to_json()  # type: ignore[arg-type]
    found.digest = freezing.text_of(found).digest()
    differences = freezing.check(found)
    assert [(d.figure, d.printed) for d in differences] == [("penalty.filed", "999")]


def test_words_that_were_changed_in_the_frozen_text_are_found() -> None:
    found = frozen()
    found.text = {**found.text, "title": "另一个题目"}
    assert [d.title for d in freezing.check(found)] == ["全文"]


def test_a_change_after_freezing_needs_a_new_freeze_before_review() -> None:
    report = finished()
    found = frozen(report)
    assert freezing.is_current(Report.objects.get(pk=report.pk), found)
    row = report.paragraphs.filter(part="next").last()
    assert row is not None
    editing.save(row.pk, row.version, "另作安排。", "", person())
    report = Report.objects.get(pk=report.pk)
    assert not freezing.is_current(report, found)
    with pytest.raises(ReportError, match="定稿之后又有改动"):
        freezing.send(report, actor(), NOW)


def test_the_frozen_report_goes_the_way_of_its_case_to_publication() -> None:
    report = finished()
    found = frozen(report)
    freezing.send(report, actor(), NOW)
    case = report.case

    def act(who: str, role: str, kind: str = "act", action: str = "", **more: object) -> None:
        command = Command(kind, action=action, on=TODAY, **more)  # type: ignore[arg-type]
        service.run(command, actor(who, role), case=case, now=NOW)

    act("sfjuzhang", "head", "agree")
    row = store.read(case)
    assert row is not None and row.state is not None  # noqa: PT018
    assert row.phase == "deciding"
    assert row.state.values["contents"] == ["measures", "problems", "first", "next"]
    (held,) = attachments.of_case(case)
    assert held.name == f"{freezing.text_of(found).title}.docx"
    act("xianzhang", "head", action="decide", outcome="approved")
    for n, to in enumerate(("party", "congress", "upper")):
        outcome = "last" if n == 2 else "more"
        act(
            "sifa",
            "clerk",
            action="submit",
            outcome=outcome,
            values={"to": to, "reported_on": TODAY.isoformat()},
        )
    assert editing.phase(report) == "publishing"
    act("sifa", "clerk", action="publish", values={"site": "县政府网站"}, facts={"secret_checked": True})
    act("sfjuzhang", "head", "agree")
    closed = store.read(case)
    assert closed is not None
    assert (closed.phase, str(closed.closed_on)) == ("closed", TODAY.isoformat())
    assert freezing.check(found) == []


def test_its_layout_is_that_of_an_official_paper() -> None:
    data = docx.render(freezing.text_of(frozen()), site="https://fazhi.example")
    assert check_layout(data) == []
    assert data == docx.render(freezing.text_of(Freeze.objects.get()), site="https://fazhi.example")
