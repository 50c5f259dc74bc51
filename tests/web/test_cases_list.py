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


def test_a_whole_number_finds_its_case_and_a_part_of_it_all(w: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [w.wide_case(subject=f"某事{n}") for n in range(100, 112)]
    number = Case.objects.get(pk=cases[0]).number
    assert titles(get(w, f"?q={number}")) == ["某事100"]
    assert rows(get(w, "?q=某事1")) == 12
    monkeypatch.setattr(search, "FEW", 5)  # many hits are met along the index
    assert rows(get(w, "?q=某事1")) == 12
    assert rows(w.client(w.stranger).get(f"/cases/?q={number}").content.decode()) == 0


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
    assert rows(get(w, "?before=end")) == 1
    assert "第 61–61 条" in words(w.client(w.handler).get("/cases/?before=end"))
    assert row.number in get(w)


def link(html: str, words: str) -> str:
    """The address behind the pager's word."""
    found = re.search(rf'<a class="pager__word" href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{words}', html, re.S)
    return found[1].replace("&amp;", "&") if found else ""


def titles(html: str) -> list[str]:
    return re.findall(r"某事\d+", html.split("<tbody>")[1].split("</tbody>")[0])


@pytest.mark.parametrize("sort", ["due", "-due", "opened", "-opened"])
def test_every_order_runs_forth_and_back_through_all_rows_once(w: Web, sort: str) -> None:
    today = timezone.localdate()
    cases = [w.wide_case_on(today - timedelta(days=n % 7), subject=f"某事{n}") for n in range(100, 145)]
    Case.objects.filter(pk__in=cases[::5]).update(closed_on=today)
    Case.objects.filter(pk__in=cases[1::5]).update(due=None)
    Case.objects.filter(pk__in=[cases[2], cases[5], cases[6]]).update(opened_on=None)
    address, forth = f"?sort={sort}", []
    while address:
        html = get(w, address)
        forth.append(titles(html))
        last, address = address, link(html, "下一页")
    assert [len(page) for page in forth] == [20, 20, 5]
    assert sorted(x for page in forth for x in page) == sorted(f"某事{n}" for n in range(100, 145))
    assert titles(get(w, f"?sort={sort}&before=end")) == forth[-1]
    address, back = link(get(w, last), "上一页"), []
    while address:
        html = get(w, address)
        back.append(titles(html))
        address = link(html, "上一页")
    assert back == forth[1::-1]


def test_a_page_stays_what_it_was_when_a_case_comes_in_before_it(w: Web) -> None:
    today = timezone.localdate()
    for n in range(100, 130):
        w.wide_case_on(today - timedelta(days=n - 90), subject=f"某事{n}")
    second = link(get(w), "下一页")
    before = titles(get(w, second))
    w.wide_case_on(today - timedelta(days=60), subject="某事999")
    assert titles(get(w, second)) == before
    assert "某事999" in titles(get(w))


@pytest.mark.parametrize(
    "key", ["x", "0.2026-13-40." + "a" * 32 + ".3", "9..x.1", "0.." + "a" * 32 + ".1", "'"]
)
def test_a_key_that_is_none_leads_to_the_first_page(w: Web, key: str) -> None:
    w.wide_case(subject="某事100")
    assert titles(get(w, f"?after={key}")) == titles(get(w, f"?before={key}")) == ["某事100"]


def test_sorting_anew_leaves_the_place_in_the_old_order(w: Web) -> None:
    for n in range(100, 125):
        w.wide_case(subject=f"某事{n}")
    html = get(w, link(get(w), "下一页"))
    heads = html.split("<thead>")[1].split("</thead>")[0]
    assert "sort=" in heads
    assert "after=" not in heads


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


def test_what_one_begins_comes_first_and_the_rest_behind_more(w: Web) -> None:
    """Before anything was done everything is offered; then what the person and his organ have, the rest behind 更多."""
    assert "更多（" not in words(w.client(w.stranger).get("/cases/new/"))
    w.filed()
    client = w.client(w.handler)
    first, more, rest = client.get("/cases/new/").content.decode().partition("更多（")
    assert more
    assert "/cases/new/small/file/" in first
    assert "/cases/new/wide/file/" not in first
    assert "/cases/new/wide/file/" in rest
    assert "更多程序" in words(client.get("/"))
    assert 'href="/cases/new/"' in client.get("/").content.decode()


def test_who_begins_nothing_is_offered_nothing_to_begin(w: Web) -> None:
    client = w.client(w.person("legal_reviewer", w.bureau))
    assert 'href="/cases/new/"' not in client.get("/").content.decode()
    assert "岗位不启动案件" in words(client.get("/?tab=mine"))
    assert "岗位不启动案件" in words(client.get("/cases/new/"))
