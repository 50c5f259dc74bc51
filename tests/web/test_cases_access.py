"""Whoever may not see a case is told the same as for one that is not there: on every address, in the path and in the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web.cases_build import Web, filled, words

from fazhi.cases import store
from fazhi.cases.models import Case, Paper

NOWHERE = "0" * 32


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield "/" + prefix + str(entry.pattern)


CASE_ADDRESSES = [a for a in addresses() if "<str:case>" in a]


def made(address: str, case: str, paper: int) -> str:
    """The address with a case's id and plausible other parts."""
    parts = {
        "case": case, "action": "look", "seq": "1", "paper": str(paper), "digest": "a" * 64, "part": "deliveries", "row": "0",
        "form": "proof",
    }  # fmt: skip
    return re.sub(r"<\w+:(\w+)>", lambda m: parts[m[1]], address)


def test_there_are_case_addresses_to_test() -> None:
    assert len(CASE_ADDRESSES) >= 9


@pytest.mark.parametrize("address", CASE_ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_told_the_same_as_for_a_case_that_is_not_there(
    w: Web, address: str, method: str
) -> None:
    case = w.filed(words="家住某处")
    w.run("look", case=case)
    w.run("decide", case=case, values={"amount": 1}, facts={"grave": True})
    paper = Paper.objects.get(case=case).pk
    client = w.client(w.stranger)
    hidden = getattr(client, method)(made(address, case, paper))
    absent = getattr(client, method)(made(address, NOWHERE, paper))
    assert hidden.status_code == absent.status_code
    assert hidden.status_code in (404, 405)  # 405: no such method, whoever asks
    assert words(hidden).replace(case, "") == words(absent).replace(NOWHERE, "")
    assert store.read(case).seq == 3  # nothing was done


@pytest.mark.parametrize("address", CASE_ADDRESSES)
def test_another_countys_people_see_nothing(w: Web, address: str) -> None:
    case = w.filed()
    Case.objects.filter(pk=case).update(county="350881")
    assert w.client(w.handler).get(made(address, case, 1)).status_code in (404, 405)


def test_a_case_of_others_is_in_no_list_and_no_count(w: Web) -> None:
    w.filed(subject="他人的事")
    client = w.client(w.stranger)
    for address in ("/cases/", "/cases/?q=他人的事", "/", "/?tab=mine", "/?tab=done", "/supervision/"):
        text = words(client.get(address))
        assert "他人的事 " not in text
        assert "共 1 件" not in text


def test_a_supervision_order_cannot_be_begun_about_a_case_out_of_sight(w: Web) -> None:
    case = w.filed()
    made_by = w.person("supervisor", w.second)
    client = w.client(made_by)
    address = "/cases/new/supervision_order/issue/"
    hidden, absent = client.get(f"{address}?about={case}"), client.get(f"{address}?about={NOWHERE}")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert words(hidden) == words(absent)


def test_ids_in_the_body_are_held_to_what_the_form_offers(w: Web) -> None:
    client = w.client(w.handler)
    address = "/cases/new/wide/file/"
    for name in ("v_party", "v_officers", "v_helper"):
        answer = client.post(
            address, filled(client, address, v_subject="事", v_source="seen", **{name: [NOWHERE]})
        )
        assert answer.status_code == 422, name
    case = w.wide_case()
    row = f"/cases/{case}/do/take/"
    client.post(row, filled(client, row, v_name="饼干"))
    given = f"/cases/{case}/do/give_back/"
    answer = client.post(given, filled(client, given, part="7", v_how="back"))
    assert answer.status_code == 422


def test_a_draft_waiting_for_the_check_page_is_its_writers_alone(w: Web) -> None:
    client = w.client(w.handler)
    address = "/cases/new/wide/file/"
    sent = filled(client, address, v_subject="机密的事", v_source="seen")
    client.post(address, sent)
    colleague = w.client(w.person("handler", w.bureau))
    answer = colleague.get(f"{address}?check={sent['token']}")
    assert "机密的事" not in answer.content.decode()
    done = colleague.post(address, {"step": "submit", "token": sent["token"]}, follow=True)
    assert "没有找到等待提交的内容" in words(done)
    assert not Case.objects.filter(procedure="wide").exists()


def test_whoever_has_signed_out_sees_nothing(w: Web) -> None:
    case = w.filed()
    answer = Client().get(f"/cases/{case}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_looking_into_another_organs_case_is_logged(w: Web) -> None:
    from fazhi.ledger import access_log

    case = w.filed()
    w.client(w.mayor).get(f"/cases/{case}/")
    seen: list[Any] = [line.body for line in access_log.lines(case=case)]
    assert any(b["what"] == "view" and b["person"] == w.mayor.person for b in seen)
