"""Plan screens: upload, review, hand-out, board; who may see and do what."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.demo_county import demo_county
from tests.plans import build as plans

from fazhi.cases.models import Case
from fazhi.organs.models import Organ, Person
from fazhi.plans import acceptance, matching, review
from fazhi.plans.models import Plan, PlanTask

__all__ = ["demo_county"]
pytestmark = pytest.mark.usefixtures("demo_county")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' today is the demonstration's."""
    from django.utils import timezone
    from tests.demo_county import TODAY

    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    monkeypatch.setattr(timezone, "now", lambda: plans.NOW)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(username=username))
    return client


def words(answer: Any) -> str:
    return str(answer.content.decode())


def form_of(task: PlanTask, act: str = "done", **changes: str) -> dict[str, str]:
    """What the browser posts for a task as it stands."""
    edit = review.as_it_stands(task)
    data = {"version": str(edit.version), "title": edit.title, "number": edit.number, "section": edit.section, "due": edit.due, "act": act}  # fmt: skip
    for n, o in enumerate(edit.organs):
        data |= {f"organ-{n}-id": str(o.id), f"organ-{n}": o.choice, f"organ-{n}-place": o.place}
    for n, t in enumerate(edit.targets):
        data |= {f"target-{n}-id": str(t.id), f"target-{n}-op": t.op, f"target-{n}-value": t.value, f"target-{n}-unit": t.unit}  # fmt: skip
        data |= {f"target-{n}-due": t.due, f"target-{n}-bind": t.bind, f"target-{n}-scope": t.scope, f"target-{n}-span": t.span}  # fmt: skip
    return data | changes


def test_a_file_is_read_and_review_begins() -> None:
    client = as_("sifa")
    answer = client.post("/plans/new/", {"file": SimpleUploadedFile("要点.txt", plans.TEXT.encode())})
    plan = Plan.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/plans/{plan.pk}/review/"
    page = words(client.get(answer["Location"]))
    assert "已读取《安澜县2026年行政执法工作要点》：3 项任务，2 个目标" in page
    assert '已核对 <strong class="number">0/3</strong>' in page
    assert "<mark>行政处罚按期决定率达到98%以上</mark>" in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("要点.pdf", b"%PDF-1.4", "PDF 已损坏"),
        ("要点.wps", b"x", "不能导入WPS 文件"),
        ("要点.xlsx", b"PK\x03\x04broken", "已损坏"),
        ("要点.txt", b"", "没有选择文件"),
        ("要点.txt", "今天天气很好，适合出海。".encode(), "没有读到任务"),
        ("要点.docx", b"PK\x03\x04broken", "docx"),
    ],
)
def test_a_bad_file_is_refused_on_the_same_page(name: str, data: bytes, said: str) -> None:
    file = {"file": SimpleUploadedFile(name, data)} if data else {}
    answer = as_("sifa").post("/plans/new/", file)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Plan.objects.exists()


def test_review_goes_from_task_to_task_and_says_what_is_open() -> None:
    plan = plans.kept()
    client, task = as_("sifa"), plans.task(plan, "1")
    at = f"/plans/{plan.pk}/review/"
    refused = client.post(f"{at}?task=1", form_of(task, title="我改的名称"))
    assert refused.status_code == 422
    page = words(refused)
    assert "有 2 处需要改正" in page
    assert 'href="#organ-1"' in page
    assert "我改的名称" in page  # what was typed stays
    zfj = Organ.objects.get(code="zfj").pk
    answer = client.post(
        f"{at}?task=1", form_of(task, **{"organ-1": zfj, "target-0-bind": "penalty.on_time"})
    )
    assert answer["Location"] == f"{at}?task=2"
    page = words(client.get(answer["Location"]))
    assert "任务1已核对" in page
    assert "1/3" in page


def test_saving_alone_stays_on_the_task_and_a_stale_page_loses_nothing_of_the_other() -> None:
    plan = plans.kept()
    client, task = as_("sifa"), plans.task(plan, "2")
    at = f"/plans/{plan.pk}/review/?task=2"
    old = form_of(task, act="save", title="旧页面上改的")
    assert client.post(at, form_of(task, act="save", title="先改的"))["Location"] == at
    page = words(client.post(at, old, follow=True))
    assert "您的修改没有保存" in page
    assert PlanTask.objects.get(pk=task.pk).title == "先改的"


def test_it_is_handed_out_and_the_board_shows_it() -> None:
    plan = plans.reviewed()
    client = as_("sifa")
    assert "可以交办" in words(client.get(f"/plans/{plan.pk}/goals/"))
    page = words(client.post(f"/plans/{plan.pk}/accept/", follow=True))
    assert "已交办 3 项任务" in page
    assert "县市场监管局" in page
    assert Case.objects.filter(procedure="plan_task", title__contains="行政执法工作要点").count() == 3
    assert client.get(f"/plans/{plan.pk}/review/")["Location"] == f"/plans/{plan.pk}/"


def test_it_is_not_handed_out_while_something_is_open() -> None:
    plan = plans.kept()
    page = words(as_("sifa").post(f"/plans/{plan.pk}/accept/", follow=True))
    assert "任务1：还没有核对" in page
    assert Plan.objects.get(pk=plan.pk).status == "draft"


def test_a_draft_is_seen_by_its_own_office_only() -> None:
    plan = plans.kept()
    for who in ("fagai", "zhifa1", "xianzhang"):
        client = as_(who)
        assert plan.title not in words(client.get("/plans/"))
        for page in ("", "text/", "review/", "goals/"):
            assert client.get(f"/plans/{plan.pk}/{page}").status_code in (403, 404)
    assert as_("sifa").get(f"/plans/{plan.pk}/review/").status_code == 200


@pytest.mark.parametrize("act", ["review/?task=1", "goals/", "accept/", "discard/", "tasks/{task}/drop/"])
def test_another_office_changes_nothing(act: str) -> None:
    plan = plans.kept()
    task = plans.task(plan, "1")
    answer = as_("wenshu1").post(f"/plans/{plan.pk}/{act.format(task=task.pk)}", form_of(task))
    assert answer.status_code == 404
    assert Plan.objects.filter(pk=plan.pk, status="draft").exists()
    assert PlanTask.objects.get(pk=task.pk).version == 1


def test_who_is_in_no_editing_role_is_told_whose_task_it_is() -> None:
    answer = as_("gongkai2").get("/plans/new/")
    assert answer.status_code == 403
    assert "此页面仅限" in words(answer)


def test_a_plan_of_another_county_is_not_there() -> None:
    from fazhi.organs import regions

    plan = plans.kept()
    other = regions.found_county("350881", "漳平市", valid_from=date(2020, 1, 1), source="测试")
    Plan.objects.filter(pk=plan.pk).update(county=other)
    assert as_("sifa").get(f"/plans/{plan.pk}/review/").status_code == 404


def test_an_organ_that_takes_no_part_sees_the_board_without_the_cases() -> None:
    plan = plans.reviewed()
    acceptance.accept(plan, plans.clerk(), plans.NOW)
    page = words(as_("fagai").get(f"/plans/{plan.pk}/"))
    assert "本单位未参加" in page
    assert "/cases/" + plans.task(plan, "1").case not in page


def test_the_board_is_filtered_in_place() -> None:
    plan = plans.reviewed()
    acceptance.accept(plan, plans.clerk(), plans.NOW)
    client = as_("sifa")
    part = client.get(f"/plans/{plan.pk}/?q=审核", headers={"HX-Request": "true", "HX-Target": "plan-board"})
    assert "<html" not in words(part)
    assert "加强审核" in words(part)
    assert "管住期限" not in words(part)


def test_the_draft_is_discarded() -> None:
    plan = plans.kept()
    page = words(as_("sifa").post(f"/plans/{plan.pk}/discard/", follow=True))
    assert "核对稿已作废" in page
    assert not Plan.objects.exists()


def test_what_is_no_task_is_set_aside_on_the_screen() -> None:
    plan = plans.kept()
    task = plans.task(plan, "1")
    client = as_("sifa")
    client.post(f"/plans/{plan.pk}/tasks/{task.pk}/drop/", {"version": "1"})
    assert PlanTask.objects.get(pk=task.pk).state == "dropped"
    assert "认定不是任务" in words(client.get(f"/plans/{plan.pk}/review/?task=1"))


def test_words_of_the_plan_are_shown_as_words() -> None:
    plan = plans.kept(plans.TEXT.replace("管住期限", "<script>alert(1)</script>"))
    page = words(as_("sifa").get(f"/plans/{plan.pk}/review/?task=1"))
    assert "<script>alert" not in page


def test_statements_of_the_review_page_do_not_grow_with_the_plan() -> None:
    long = "安澜县2026年任务分解\n" + "".join(
        f"{n}.第{n}项工作。（县司法局、县财政局）\n" for n in range(1, 31)
    )
    client, counts = as_("sifa"), []
    for plan in (plans.kept(), plans.kept(long, "长.txt")):
        at = f"/plans/{plan.pk}/review/?task=2"
        client.get(at)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2
    assert matching.unmatched(Plan.objects.get(file_name="长.txt")) == []


@pytest.mark.parametrize("span", ["year", "since"])
def test_a_reading_opens_to_the_figure_that_it_shows(span: str) -> None:
    plan = plans.reviewed()
    acceptance.accept(plan, plans.clerk(), plans.NOW)
    Plan.objects.update(issued_on=date(2026, 2, 1))
    plan.targets.update(span=span)
    client = as_("sifa")
    page = words(client.get(f"/plans/{plan.pk}/"))
    links = {html.unescape(x) for x in re.findall(r'href="(/figures/[^"]+)"', page)}
    assert {x.split("/")[2] for x in links} == {"penalty.on_time", "county.limits_on_time"}
    for link in links:
        shown = re.search(rf'href="{re.escape(html.escape(link))}"[^>]*>([\d.]+)%', page)
        assert shown is not None
        answer = client.get(link)
        assert answer.status_code == 200
        assert shown[1] in words(answer)


def test_the_review_says_where_each_date_comes_from_and_the_year_moves_those_without_one() -> None:
    client = as_("sifa")
    plan = plans.kept(
        "安澜县2026年工作要点\n1.甲任务。（责任单位：县司法局；完成时限：年底前）\n2.乙任务。（责任单位：县司法局；完成时限：2026年6月30日前）\n"
    )
    review_ = f"/plans/{plan.pk}/review/"
    assert "原文只写“年底前”，没有年份，按计划年度 2026 年推定" in words(client.get(f"{review_}?task=1"))
    assert "原文写明“2026年6月30日前”" in words(client.get(f"{review_}?task=2"))
    goals = f"/plans/{plan.pk}/goals/"
    assert 'name="year"' in words(client.get(goals))
    told = words(client.post(goals, {"due": "2027-12-31", "year": "2026"}, follow=True))
    assert "原文没有写年份的 1 处期限仍按2026年推定" in told
    told = words(client.post(goals, {"due": "2027-12-31", "year": "2027"}, follow=True))
    assert "原文没有写年份的 1 处期限已按2027年重新推定" in told
    assert [str(t.due) for t in plan.tasks.all()] == ["2027-12-31", "2026-06-30"]


def test_a_collective_name_shows_its_organs_before_it_is_taken_and_only_ticked_ones_are() -> None:
    client = as_("sifa")
    plan = plans.kept(
        "安澜县2026年工作要点\n1.甲任务。（县司法局、各乡镇人民政府）\n2.乙任务。（县司法局、各乡镇人民政府）\n"
    )
    task = plan.tasks.get(number="1")
    address = f"/plans/{plan.pk}/review/?task=1"
    page = words(client.get(address))
    assert "指哪些单位（共 7 个）" in page
    ticks = re.findall(r'name="organ-1-of" value="(\w+)" checked', page)
    assert len(ticks) == 7
    sent: dict[str, Any] = form_of(task, act="save") | {"organ-1": matching.EXPAND, "organ-1-listed": "1"}
    told = client.post(address, sent)
    assert told.status_code == 422
    assert "一个单位也没有勾选" in words(told)
    client.post(address, sent | {"organ-1-of": ticks[:2]})
    rows = [r for t in plan.tasks.all() for r in t.organs.all() if r.name == "各乡镇人民政府"]
    assert [sorted(r.organs) for r in rows] == [sorted(ticks[:2])] * 2
    page = words(client.get(address))
    assert len(re.findall(r'name="organ-1-of" value="\w+" checked', page)) == 2
