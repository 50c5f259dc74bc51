"""督办 from an overdue case: prefilled, along the line of supervision only, and red until the case itself has moved."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.cases_build import Web, hidden, submit, words

from fazhi.cases import store
from fazhi.cases.models import Case
from fazhi.organs import parameters
from fazhi.organs.models import OrganLine

ISSUE = "/cases/new/supervision_order/issue/"


@pytest.fixture
def w(db: None) -> Web:
    made = Web()
    parameters.set_parameter(
        made.county.code,
        "sign_days",
        "3",
        type="int",
        title="签收期限",
        valid_from=made.county.valid_from,
        source="测试",
    )
    made.justice = made.organ("department", "安澜县司法局", made.government)
    OrganLine.objects.create(
        kind="supervises", organ=made.justice, other=made.government, matter="行政执法监督",
        valid_from=made.county.valid_from, source="行政执法监督条例",
    )  # fmt: skip
    made.supervisor = made.person("supervisor", made.justice)
    return made


@pytest.fixture
def late(w: Web) -> str:
    return w.wide_case_on(timezone.localdate() - timedelta(days=100), subject="晚了的事")


def typed(html: str) -> dict[str, Any]:
    """What a browser would send of the form as it is drawn."""
    found: dict[str, Any] = {}
    for name, value in re.findall(
        r'<input[^>]*type="(?:hidden|text|date)"[^>]*name="(\w+)"[^>]*value="([^"]*)"', html
    ):
        found.setdefault(name, value)
    for name, value in re.findall(r'<input type="(?:text|date)" name="(\w+)" value="([^"]*)"', html):
        found[name] = value
    for name, value in re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]*checked', html):
        found[name] = value
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', html, re.S):
        found[name] = text.strip()
    for name, body in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', html, re.S):
        if chosen := re.search(r'value="([^"]*)" selected', body):
            found[name] = chosen[1]
    found["token"], found["expected_seq"] = hidden(html, "token"), "0"
    return found


def test_an_order_is_prefilled_from_the_overdue_clock(w: Web, late: str) -> None:
    client = w.client(w.supervisor)
    page = client.get(f"/cases/{late}/")
    assert f"{ISSUE}?about={late}" in page.content.decode()
    given = typed(client.get(f"{ISSUE}?about={late}").content.decode())
    number = Case.objects.get(pk=late).number
    assert given["v_subject"] == number
    assert given["v_target"] == w.bureau.id
    assert (given["v_ground"], given["v_frame"], given["v_level"]) == ("overdue", "enforcement", "order")
    assert "行政处罚法 第六十条" in given["v_basis"]
    assert "行政执法监督条例" in given["v_basis"]
    assert "超期 10 日" in given["v_demand"]
    assert number in given["v_demand"]
    assert given["v_due"] > timezone.localdate().isoformat()


def test_four_steps_from_the_red_case_to_the_order(w: Web, late: str) -> None:
    client = w.client(w.supervisor)
    given = typed(client.get(f"{ISSUE}?about={late}").content.decode())
    done = submit(client, ISSUE, **{k: v for k, v in given.items() if k not in ("token", "expected_seq")})
    order = Case.objects.get(procedure="supervision_order")
    assert order.number in words(done)
    assert store.read(order.id).state.sides["target"] == [w.bureau.id]
    assert "已督办" in words(client.get("/supervision/"))
    assert "督办" in words(w.client(w.handler).get("/"))
    assert order.number in words(w.client(w.handler).get(f"/cases/{late}/?tab=links"))


def test_the_light_turns_only_when_the_case_has_moved(w: Web, late: str) -> None:
    client = w.client(w.supervisor)
    given = typed(client.get(f"{ISSUE}?about={late}").content.decode())
    submit(client, ISSUE, **{k: v for k, v in given.items() if k not in ("token", "expected_seq")})
    order = Case.objects.get(procedure="supervision_order").id
    check = f"/cases/{order}/do/check/"
    form = client.get(check).content.decode()
    assert "案件仍然超期，不能销号" in form or "属实，销号" in form
    sent = {
        "token": hidden(form, "token"),
        "expected_seq": hidden(form, "expected_seq"),
        "outcome": "solved",
        "v_check_note": "已办",
    }
    refused = client.post(check, sent)
    assert refused.status_code == 422
    assert "案件仍然超期" in words(refused)
    w.run_wide("look", case=late, on=timezone.localdate())
    w.run_wide(
        "conclude", case=late, values={"basis": "某条"}, facts={"grave": False}, on=timezone.localdate()
    )
    w.run_wide("decide", case=late, outcome="none", values={"note": "轻微"}, on=timezone.localdate())
    w.run_wide("", w.head, case=late, kind="agree", on=timezone.localdate())
    submit(client, check, outcome="solved", v_check_note="已办结")
    assert Case.objects.get(pk=order).closed_on is not None


def test_an_order_outside_the_line_of_supervision_is_refused_with_the_reason(w: Web) -> None:
    county = w.person("supervisor", w.second)
    client = w.client(county)
    given = {
        "v_target": w.bureau.id, "v_subject": "", "v_ground": "other", "v_frame": "inspection", "v_level": "order",
        "v_basis": "某条", "v_demand": "请报告", "v_due": "2027-01-01", "q_authorised": "yes",
    }  # fmt: skip
    case = w.filed()
    given["v_subject"] = Case.objects.get(pk=case).number
    form = client.get(ISSUE).content.decode()
    refused = client.post(ISSUE, {**given, "token": hidden(form, "token"), "expected_seq": "0"})
    assert refused.status_code == 422
    assert not Case.objects.filter(procedure="supervision_order").exists()


def test_a_head_below_may_not_order_his_neighbour(w: Web, late: str) -> None:
    neighbour = w.person("head", w.second)
    client = w.client(neighbour)
    form = client.get(ISSUE).content.decode()
    sent = {"token": hidden(form, "token"), "expected_seq": "0", "v_target": w.bureau.id, "v_ground": "other", "v_frame": "inspection",
            "v_level": "order", "v_basis": "某条", "v_demand": "请报告", "v_due": "2027-01-01", "q_authorised": "yes"}  # fmt: skip
    sent["v_subject"] = Case.objects.get(
        pk=w.run_wide("file", w.stranger, values={"subject": "自己的事", "source": "seen"})
    ).number
    refused = client.post(ISSUE, sent)
    assert refused.status_code == 422
    assert "没有监督关系" in words(refused)


def test_a_case_in_time_offers_no_order(w: Web) -> None:
    case = w.wide_case_on(timezone.localdate())
    assert ISSUE not in w.client(w.supervisor).get(f"/cases/{case}/").content.decode()


def test_the_page_of_supervision_counts_organs_not_people(w: Web, late: str) -> None:
    html = w.client(w.supervisor).get("/supervision/").content.decode()
    assert "按单位" in html
    assert f"light=overdue&amp;organ={w.bureau.id}" in html
