"""Requests that no form of ours sends: none breaks a page, and none fills the memory."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.web import build

from fazhi.figures import imported
from fazhi.figures.errors import FigureError
from fazhi.figures.models import ImportedFigure

GIVEN = {"title": "人口", "period": "2025", "unit": "人", "source": "公报", "person": "p"}


@pytest.fixture
def client(place: dict[str, Any]) -> Client:
    made = build.signed_in(place["handler"])
    made.raise_request_exception = True
    return made


@pytest.mark.parametrize("value", ["1e999999999", "-1e-999999999", "9" * 19, "0." + "3" * 30])
def test_a_number_that_would_fill_the_memory_is_no_figure(db: None, value: str) -> None:
    with pytest.raises(FigureError, match="不是数"):
        imported.record("339821", "people", value=value, **GIVEN)
    assert not ImportedFigure.objects.exists()


@pytest.mark.parametrize(("field", "length"), [("title", 121), ("unit", 21), ("source", 301)])
def test_words_that_the_table_has_no_room_for_are_told(db: None, field: str, length: int) -> None:
    with pytest.raises(FigureError, match="超过"):
        imported.record("339821", "people", value="1", **(GIVEN | {field: "字" * length}))


def about(lines: str = "[]", left: str = "[]") -> str:
    return f'{{"kind": "text", "notes": [], "left_out": {left}, "lines": {lines}}}'


@pytest.mark.parametrize(
    "sent",
    [
        "[" * 100_000,
        about("[[Infinity, 1, 1]]"),
        about("[[1e999, 1, 1]]"),
        about(left='[["\\ud800", "x", 1]]'),
        "null",
        about("[[1]]"),
    ],
)
@pytest.mark.parametrize("address", ["/check/text/", "/check/docx/", "/check/keep/"])
def test_what_a_result_carries_may_be_anything(client: Client, address: str, sent: str) -> None:
    answer = client.post(address, {"text": "共10件。", "about": sent, "name": "a\nb\x00", "digest": "x"})
    assert answer.status_code == 400
    assert "没有送达完整" in answer.content.decode()


def test_a_name_with_a_line_break_does_not_reach_the_header(client: Client) -> None:
    answer = client.post(
        "/check/json/",
        {"text": "共10件。", "about": about(), "name": "../a\r\nSet-Cookie: x=1", "digest": "x"},
    )
    assert answer.status_code == 200
    assert "\n" not in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"values": {"a": ["\\ud800"]}}', '{"values": [1]}', "\xff", '{"values": {"a": "x"}}'],
)
def test_a_draft_of_another_shape_is_refused(client: Client, body: str) -> None:
    answer = client.put("/drafts/some", body, content_type="application/json")
    assert answer.status_code == 400
    assert "没有保存" in answer.json()["error"]


HUGE = ("9" * 30, "-1", "1e9", "\u0661", "0", "x" * 5000, "%00", "2026-99", "9999-12-31", "0001-01-01", "9999-12-31:0001-01-01",
        "0001-01-01:9999-12-31", "9" * 5000, "'; DROP TABLE cases_case; --", "\ud7ff\x00")  # fmt: skip
ASKED = {
    "/cases/": ("page", "size", "after", "before", "day", "light", "phase", "outcome", "organ", "opened_from", "opened_to", "q", "sort", "procedure"),
    "/figures/": ("period", "from", "organ", "moment", "group"), "/exports/?procedure=penalty": ("q", "organ", "opened_from", "phase"),
    "/figures/outside/": ("period", "value"), "/supervision/": ("page",), "/procedures/": ("q",), "/plans/": ("page", "year"), "/reports/": ("year",),
    "/organs/": ("q", "on", "page"), "/check/": ("text",), "/layout/": ("x",), "/": ("month", "day", "on"),
}  # fmt: skip


@pytest.mark.parametrize("address", ASKED)
def test_no_query_string_breaks_a_page(client: Client, address: str) -> None:
    path, _, given = address.partition("?")
    fixed = dict([given.split("=")]) if given else {}
    for name in ASKED[address]:
        for value in HUGE:
            answer = client.get(path, fixed | {name: value})
            assert answer.status_code < 500, (name, value[:30])
            assert "default-src 'none'" in answer["Content-Security-Policy"]
            assert answer["X-Content-Type-Options"] == "nosniff"


def test_every_answer_carries_the_policy_whatever_the_request(client: Client) -> None:
    for answer in (
        client.get("/nowhere/"), client.get("/", headers={"host": "evil.example"}), client.put("/drafts/x", json.dumps({}), content_type="application/json"),
        Client(enforce_csrf_checks=True).post("/login/", {}), client.get("/cases/" + "x" * 3000 + "/"), client.get("/check/kept/x%00/"),
    ):  # fmt: skip
        assert 400 <= answer.status_code < 500
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_nobody_is_sent_elsewhere_after_signing_in(client: Client) -> None:
    for wanted in (
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ):
        assert client.get("/login/", {"next": wanted})["Location"] == "/"
        assert client.post("/size/", {"size": "large", "next": wanted})["Location"] == "/"
