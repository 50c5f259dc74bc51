"""Report screens: begin, edit, link, freeze, send; who may see and do what."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.demo_county import demo_county
from tests.reports import build as reports

from fazhi.figures import query
from fazhi.organs.models import Person
from fazhi.reports import compose, freezing
from fazhi.reports.models import Freeze, Report, ReportParagraph

__all__ = ["demo_county"]
pytestmark = pytest.mark.usefixtures("demo_county")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' today is the demonstration's."""
    from django.utils import timezone
    from tests.demo_county import TODAY

    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    monkeypatch.setattr(timezone, "now", lambda: reports.NOW)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(username=username))
    return client


def words(answer: Any) -> str:
    return str(answer.content.decode())


def own_words(report: Report) -> ReportParagraph:
    found = report.paragraphs.filter(part="problems", source__contains="ask:").first()
    assert found is not None
    return found


def test_a_report_is_begun_with_one_click_and_says_what_is_missing() -> None:
    client = as_("sifa")
    assert "启动编制" in words(client.get("/reports/"))
    page = words(client.post("/reports/", {"report": f"{reports.government().pk}.2025"}, follow=True))
    assert "已启动编制安澜县人民政府2025年度报告" in page
    assert "待写：存在的不足及其原因" in page
    assert page.count("应当包含") == 4
    assert 'class="fig"' in page


def test_each_organ_is_offered_its_own_report_and_no_other_organs() -> None:
    def offered(who: str) -> set[str]:
        return set(re.findall(r">2025年 · ([^<]+)</option>", words(as_(who).get("/reports/"))))

    assert offered("sifa") == {"安澜县人民政府", "安澜县司法局"}
    assert offered("xiangzhen1") == {"澄沙镇人民政府"}  # a township does not write the county's
    assert offered("juzhang1") == set()  # who approves does not compile
    other = reports.organ("scj")
    told = words(as_("xiangzhen1").post("/reports/", {"report": f"{other.pk}.2025"}, follow=True))
    assert "没有选定编制谁的年度报告" in told
    assert not Report.objects.exists()


def test_a_departments_report_is_written_from_its_own_cases_and_opens_to_them() -> None:
    organ = reports.organ("scj")
    page = words(as_("wenshu1").post("/reports/", {"report": f"{organ.pk}.2025"}, follow=True))
    assert "安澜县市场监督管理局" in page
    address = re.search(r'href="(/figures/penalty.filed/[^"]+)"', page)
    assert address
    assert f"organ={organ.pk}" in address[1]
    answer = as_("wenshu1").get(html.unescape(address[1]))
    assert answer.status_code == 200
    q = query.ask("339821", "2025", organ=organ.pk)
    (mine,) = query.values(q, only=["penalty.filed"])
    assert f"共 {mine.cases} 条" in re.sub(r"<[^>]+>", "", words(answer))


def test_a_paragraph_is_edited_with_figures_by_their_titles() -> None:
    report = reports.begun()
    client, row = as_("sifa"), own_words(report)
    at = f"/reports/{report.pk}/"
    assert "【待写：存在的不足及其原因】" in words(client.get(f"{at}?edit={row.pk}"))
    client.post(
        f"{at}paragraphs/{row.pk}/",
        {"version": "1", "text": "立案【行政处罚立案数】件，培训12场。", "heading": ""},
    )
    page = words(client.get(at))
    assert "未关联 1" in page
    assert 'name="number" value="12"' in page


def test_a_wrong_reference_keeps_what_was_typed() -> None:
    report = reports.begun()
    row = own_words(report)
    answer = as_("sifa").post(
        f"/reports/{report.pk}/paragraphs/{row.pk}/", {"version": "1", "text": "共【没有的】件"}
    )
    assert answer.status_code == 422
    assert "没有名为「没有的」的指标" in words(answer)
    assert "共【没有的】件" in words(answer)


def test_a_typed_number_is_linked_or_says_its_source() -> None:
    report = reports.begun()
    client, row = as_("sifa"), own_words(report)
    at = f"/reports/{report.pk}/paragraphs/{row.pk}/"
    client.post(at, {"version": "1", "text": "立案28件，培训12场。"})
    page = words(client.get(f"/reports/{report.pk}/"))
    assert "现值相同" in page  # 28 is this year's number of cases filed
    page = words(
        client.post(f"{at}link/", {"version": "2", "start": "2", "figure": "penalty.filed"}, follow=True)
    )
    assert "“28”已关联到指标“行政处罚立案数”" in page
    page = words(
        client.post(
            f"{at}justify/", {"version": "3", "number": "12", "reason": "县委党校培训台账"}, follow=True
        )
    )
    assert "“12”已说明来源" in page
    assert "未关联 " not in page
    page = words(client.post(f"{at}link/", {"version": "4", "start": "2", "figure": ""}, follow=True))
    assert "没有待关联的数字" in page


def test_it_is_frozen_sent_and_then_stands_still() -> None:
    report = reports.begun()
    client, at = as_("sifa"), f"/reports/{report.pk}/"
    assert "还不能定稿" in words(client.post(f"{at}freeze/", follow=True))
    reports.finished(report)
    page = words(client.post(f"{at}freeze/", follow=True))
    assert "全部数字重新计算一致" in page
    answer = client.post(f"{at}send/")
    assert answer["Location"] == f"/cases/{report.case}/"
    page = words(client.get(at))
    assert "文字不能改动" in page
    assert "按现在的数字定稿" not in page
    assert "全部" in words(client.get(f"{at}check/"))


def test_the_frozen_report_is_what_is_shown_and_downloaded() -> None:
    report = reports.finished()
    frozen = freezing.freeze(report, reports.person(), reports.NOW)
    client, at = as_("sifa"), f"/reports/{report.pk}/"
    row = report.paragraphs.filter(part="next").last()
    assert row is not None
    client.post(f"{at}paragraphs/{row.pk}/", {"version": str(row.version), "text": "后来改的。"})
    assert "后来改的" not in words(client.get(f"{at}preview/"))
    assert "后来改的" in words(client.get(f"{at}preview/?live=1"))
    answer = client.get(f"{at}docx/")
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert answer.content[:2] == b"PK"
    assert "法治政府建设年度报告" in words(client.get(f"{at}html/"))
    assert Freeze.objects.get().digest == frozen.digest


@pytest.mark.parametrize("who", ["fagai", "zhifa1", "yingji"])
def test_who_takes_no_part_does_not_see_it(who: str) -> None:
    report = reports.begun()
    client = as_(who)
    assert f"/reports/{report.pk}/" not in words(client.get("/reports/"))
    for page in ("", "preview/", "docx/", "html/", "check/"):
        assert client.get(f"/reports/{report.pk}/{page}").status_code == 404


def test_who_signs_it_reads_it_and_changes_nothing() -> None:
    report = reports.begun()
    row = own_words(report)
    client, at = as_("xianzhang"), f"/reports/{report.pk}/"
    page = words(client.get(at))
    assert "修改" not in page.split('class="report__body')[1]
    for act in ("freeze/", "send/", "parts/next/add/", f"paragraphs/{row.pk}/", f"paragraphs/{row.pk}/remove/",
                f"paragraphs/{row.pk}/link/", f"paragraphs/{row.pk}/justify/"):  # fmt: skip
        assert client.post(f"{at}{act}", {"version": "1"}).status_code == 403
    assert ReportParagraph.objects.get(pk=row.pk).version == 1


def test_a_paragraph_of_another_report_is_not_reached_through_this_one() -> None:
    first, second = reports.begun(2025), reports.begun(2026)
    row = own_words(second)
    answer = as_("sifa").post(f"/reports/{first.pk}/paragraphs/{row.pk}/", {"version": "1", "text": "x"})
    assert answer.status_code == 404


def test_a_figure_opens_where_the_documents_say() -> None:
    try:
        address = reverse("figures:figure", args=["penalty.filed"])
    except NoReverseMatch:
        pytest.skip("指标页面还没有")
    assert compose.address("penalty.filed", "2025", "1@2026-01-01").startswith(address + "?")


def test_every_figure_of_a_report_opens_at_its_moment_with_the_printed_value() -> None:
    report = reports.finished()
    frozen = freezing.text_of(freezing.freeze(report, reports.person(), reports.NOW))
    client = as_("sifa")
    for source in frozen.sources[:6]:
        answer = client.get(source.href)
        assert answer.status_code == 200, source.href
        assert source.value.rstrip("件人项天万元%") in words(answer)
