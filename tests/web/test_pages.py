"""Lists, drafts, refusals, the menu, and how many queries a page costs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.utils import timezone
from tests.web import build

from fazhi.errors import UserError
from fazhi.ledger import keys
from fazhi.web import drafts, menu, refusals
from fazhi.web.lists import Cell, Column, Table, pages_of
from fazhi.web.models import Draft


def test_pages_know_their_number_and_neighbours() -> None:
    page = pages_of(QueryDict("page=4&size=20&q=x"), 187)
    assert (page.number, page.count, page.first) == (4, 10, 61)
    assert page.window == [1, 2, 3, 4, 5, 6, 0, 10]
    assert page.slice == slice(60, 80)
    assert page.kept == (("q", "x"),)


@pytest.mark.parametrize(
    ("query", "number", "size"),
    [("page=99", 10, 20), ("page=-3", 1, 20), ("page=x&size=7", 1, 20), ("size=100", 1, 100)],
)
def test_what_is_asked_wrongly_falls_back(query: str, number: int, size: int) -> None:
    page = pages_of(QueryDict(query), 187)
    assert (page.number, page.size) == (number, size)


def test_an_empty_list_has_one_page() -> None:
    assert pages_of(QueryDict(""), 0).count == 1


def test_a_table_escapes_what_people_typed() -> None:
    nasty = "<i onclick=x>"
    table = Table(
        [Column("a", nasty)], [{"a": nasty}, {"a": Cell(nasty, "/x?a=1&b=2", note=nasty)}], caption=nasty
    )
    drawn = str(table)
    assert "<i" not in drawn
    assert 'href="/x?a=1&amp;b=2"' in drawn


def test_a_table_sorts_by_links_that_keep_the_filter() -> None:
    columns = [Column("due", "到期日", sort="due"), Column("n", "案号", sort="n"), Column("x", "无")]
    table = Table(columns, [], sort="due", query=QueryDict("q=罚款&page=3"))
    due, number, plain = table.heads()
    assert due["direction"] == "ascending"
    assert "sort=-due" in due["href"]
    assert "page" not in due["href"]
    assert "q=" in number["href"]
    assert plain["href"] == ""


def test_a_draft_is_sealed_kept_for_its_person_and_dropped(place: dict[str, Any], home: Any) -> None:
    client, other = build.signed_in(place["handler"]), build.signed_in(place["admin"])
    sent = {"values": {"name": ["惠民食品店"], "kinds": ["a", "b"]}}
    saved = client.put("/drafts/case-1", json.dumps(sent), content_type="application/json")
    assert saved.status_code == 200
    assert "惠民".encode() not in bytes(Draft.objects.get().sealed)
    assert client.get("/drafts/case-1").json()["values"] == sent["values"]
    assert other.get("/drafts/case-1").status_code == 204
    assert client.delete("/drafts/case-1").status_code == 204
    assert client.get("/drafts/case-1").status_code == 204


@pytest.mark.parametrize(
    "body", ["", "x", "[]", '{"values": 3}', '{"values": {"a": "text"}}', '{"values": {"a": [1]}}']
)
def test_a_draft_of_another_shape_is_refused(place: dict[str, Any], body: str) -> None:
    answer = build.signed_in(place["handler"]).put("/drafts/x", body, content_type="application/json")
    assert answer.status_code == 400
    assert "没有保存" in answer.json()["error"]


def test_a_draft_that_is_too_long_is_refused(place: dict[str, Any]) -> None:
    body = json.dumps({"values": {"a": ["长" * drafts.LIMIT]}})
    assert (
        build.signed_in(place["handler"]).put("/drafts/x", body, content_type="application/json").status_code
        == 400
    )


def test_drafts_last_thirty_days(place: dict[str, Any], home: Any) -> None:
    now = timezone.now()
    drafts.save(place["handler"], "old", {"a": ["1"]}, now - timedelta(days=31))
    drafts.save(place["handler"], "new", {"a": ["1"]}, now - timedelta(days=29))
    assert drafts.load(place["handler"], "old", now) is None
    assert drafts.drop_old(now) == 1
    assert Draft.objects.get().key == "new"


def test_what_a_floor_refuses_becomes_a_page_with_rule_and_next_step(place: dict[str, Any]) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    error = UserError("文件已损坏。", law="规则一", next="请重新导出")
    request = RequestFactory().get("/")
    request.htmx = False  # type: ignore[attr-defined]
    request.acting = None  # type: ignore[attr-defined]
    request.user = place["handler"]
    answer = refusals.user_errors(view).process_exception(request, error)  # type: ignore[attr-defined]
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "文件已损坏" in text
    assert "规则一" in text
    assert "请重新导出" in text
    assert refusals.user_errors(view).process_exception(request, ValueError()) is None  # type: ignore[attr-defined]


def test_a_htmx_request_is_refused_in_plain_words(place: dict[str, Any]) -> None:
    answer = build.signed_in(place["handler"]).get("/organs/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/plain")
    assert "此页面仅限系统管理员使用" in answer.content.decode()


def test_a_stale_form_is_refused_in_words(place: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(place["handler"])
    answer = client.post("/post/", {"post": "x"})
    assert answer.status_code == 403
    assert "这次提交没有生效" in answer.content.decode()


def test_a_fault_of_the_program_shows_no_traceback(place: dict[str, Any], monkeypatch: Any) -> None:
    from fazhi.web.views import home

    def broken(today: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(home, "week", broken)
    client = build.signed_in(place["handler"])
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "系统出错了" in text
    assert "secret detail" not in text
    assert "RuntimeError" not in text


def test_the_page_of_parts_is_only_in_a_demonstration(db: None) -> None:
    assert Client().get("/_style/").status_code == 404
    build.demo()
    assert Client().get("/_style/").status_code == 200


def test_the_menu_shows_each_role_its_entries(place: dict[str, Any]) -> None:
    assert "系统管理" in build.signed_in(place["admin"]).get("/").content.decode()
    assert "系统管理" not in build.signed_in(place["handler"]).get("/").content.decode()


def test_an_entry_without_an_address_is_left_out(place: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(menu, "_entries", dict(menu._entries))
    menu.add(menu.Entry("ghost", "还没有的页面", url="nowhere:list", order=1))
    menu.add(menu.Entry("here", "帮助入口", url="web:help", order=2))
    text = build.signed_in(place["handler"]).get("/").content.decode()
    assert "还没有的页面" not in text
    assert "帮助入口" in text


def test_only_the_page_one_is_on_is_marked(place: dict[str, Any]) -> None:
    text = build.signed_in(place["admin"]).get("/organs/").content.decode()
    marked = [part for part in text.split("<a ") if 'aria-current="page"' in part.split(">")[0]]
    assert len(marked) == 1
    assert "机构" in marked[0]


# Upper bounds; docs/benchmarks/queries.md says what each page costs.
QUERIES = {"/": 16, "/organs/": 15, "/people/": 14, "/parameters/": 12, "/messages/": 10, "/help/": 10}


@pytest.mark.parametrize("address", QUERIES)
def test_a_page_costs_a_constant_number_of_queries(
    place: dict[str, Any], address: str, django_assert_max_num_queries: Any
) -> None:
    client = build.signed_in(place["admin"])
    client.get("/")
    with django_assert_max_num_queries(QUERIES[address]) as first:
        client.get(address)
    few = len(first.captured_queries)
    for number in range(12):
        where = build.organ(place["county"], f"d{number}", f"第{number}局", parent=place["government"])
        build.post(build.person(f"clerk{number}", f"职员{number}"), where, "clerk")
    client.get(address)  # the registers have changed: read anew, once
    with django_assert_max_num_queries(few):
        client.get(address)


def test_the_home_has_the_keys_that_drafts_need(home: Any) -> None:
    assert keys.missing(home) == []
