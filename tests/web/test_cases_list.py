"""The list of cases: filters in the address, exact counts, pages, and words where there is nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.web.cases_build import Web, words

from fazhi.cases import search
from fazhi.cases.models import Case


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def rows(html: str) -> int:
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.S)
    return body[1].count("<tr>") if body else 0


def get(w: Web, query: str = "", **more: str) -> str:
    return w.client(w.handler).get(f"/cases/{query}", **more).content.decode()


def test_an_empty_list_says_the_next_step(w: Web) -> None:
    text = words(w.client(w.handler).get("/cases/?procedure=wide"))
    assert "还没有案件" in text
    assert "/cases/new/wide/file/" in get(w, "?procedure=wide")


def test_a_search_without_hits_says_how_to_go_on(w: Web) -> None:
    w.wide_case()
    assert "没有相符的案件" in get(w, "?q=没有这个")


def test_filters_narrow_by_procedure_phase_words_and_dates(w: Web) -> None:
    w.wide_case(subject="卖过期食品")
    w.filed(subject="占道经营")
    other = w.wide_case(subject="虚假宣传")
    w.run_wide("look", case=other)
    w.run_wide("conclude", case=other, values={"basis": "某条"}, facts={"grave": False})
    assert rows(get(w)) == 3
    assert rows(get(w, "?procedure=wide")) == 2
    assert rows(get(w, "?procedure=wide&phase=weighing")) == 1
    assert rows(get(w, "?q=占道")) == 1
    assert rows(get(w, "?opened_from=2026-03-03")) == 0
    assert rows(get(w, "?opened_to=2026-03-02")) == 3


def test_a_percent_sign_is_a_letter_like_any_other(w: Web) -> None:
    w.wide_case(subject="含量100%不符")
    w.wide_case(subject="别的事")
    assert rows(get(w, "?q=%25")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "?light=%27",
        "?page=-3",
        "?size=999",
        "?opened_from=2026-13-40",
        "?sort=;drop",
        "?day=x&light=on",
        "?organ=nope",
        "?phase=%00",
    ],
)
def test_odd_values_in_the_address_do_no_harm(w: Web, query: str) -> None:
    w.wide_case()
    assert w.client(w.handler).get(f"/cases/{query}").status_code == 200


def test_lights_follow_the_day(w: Web) -> None:
    today = timezone.localdate()
    w.wide_case_on(today - timedelta(days=100))  # ten days late
    w.wide_case_on(today - timedelta(days=85))  # five days left: warned ten days before
    w.wide_case_on(today - timedelta(days=90))  # due today
    w.wide_case_on(today - timedelta(days=1))
    assert "超期10日" in get(w, "?light=overdue")
    counts = {
        light: rows(get(w, f"?light={light}"))
        for light in ("overdue", "warning", "today", "week", "open", "closed")
    }
    assert counts == {"overdue": 1, "warning": 2, "today": 1, "week": 2, "open": 4, "closed": 0}
    assert rows(get(w, f"?light=on&day={today + timedelta(days=5)}")) == 1


def test_the_most_urgent_come_first(w: Web) -> None:
    today = timezone.localdate()
    w.wide_case_on(today - timedelta(days=3), subject="新的")
    w.wide_case_on(today - timedelta(days=120), subject="晚的")
    html = get(w)
    assert html.index("晚的") < html.index("新的")
    html = get(w, "?sort=-opened")
    assert html.index("新的") < html.index("晚的")


def test_columns_follow_the_procedure(w: Web) -> None:
    w.wide_case()
    every, one = get(w), get(w, "?procedure=wide")
    assert "<th" in every
    assert ">程序<" in every
    assert ">程序</th>" not in one.split("<tbody>")[0].split("<thead>")[1]


def test_a_fragment_is_the_list_alone_and_the_address_holds_all(w: Web) -> None:
    w.wide_case()
    part = get(w, "?procedure=wide&light=open", headers={"HX-Request": "true", "HX-Target": "case-list"})
    assert "<html" not in part
    assert rows(part) == 1
    whole = get(w, "?procedure=wide&light=open")
    assert "<html" in whole
    assert '<option value="open" selected>' in whole


def test_pages_of_20_50_100(w: Web) -> None:
    case = w.wide_case()
    row = Case.objects.get(pk=case)
    copies = []
    for n in range(60):
        copy = Case.objects.get(pk=case)
        copy.pk = f"{n:032x}"
        copies.append(copy)
    Case.objects.bulk_create(copies)
    assert rows(get(w)) == 20
    assert rows(get(w, "?size=50")) == 50
    assert rows(get(w, "?size=100")) == 61
    assert rows(get(w, "?page=4")) == 1
    assert "61" in words(w.client(w.handler).get("/cases/?page=2"))
    assert row.number in get(w)


def test_beyond_ten_thousand_the_count_says_so(w: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 2)
    for _ in range(4):
        w.wide_case()
    assert "共 2+ 件" in words(w.client(w.handler).get("/cases/"))


def test_only_what_the_post_may_begin_is_offered(w: Web) -> None:
    assert "新办案件" in get(w)
    head = words(w.client(w.head).get("/cases/new/"))
    assert "宽程序" not in head
    assert w.client(w.head).get("/cases/new/wide/file/").status_code == 403
    assert w.client(w.handler).get("/cases/new/wide/look/").status_code == 404
    assert w.client(w.handler).get("/cases/new/nothing/file/").status_code == 404
