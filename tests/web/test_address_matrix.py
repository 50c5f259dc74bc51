"""Every address: who finds what stands there, and who is told that it is not there. A new address without an entry in
RULES fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from tests.web.cases_build import words
from tests.web.matrix import Matrix

from fazhi.cases import (
    store,
)
from fazhi.cases.models import Import
from fazhi.plans.models import Plan
from fazhi.reports.models import Report

NOWHERE = "0" * 32
FORM = {"part": "visits", "row": "0", "form": "visit_form"}
# How an address is guarded beyond the rule that its view names:
#   page   shows what is the viewer's own anyway       case    about one case       county  about an object of the county
#   draft  about what somebody has begun himself
RULES = {
    "": "page", "login/": "page", "logout/": "page", "password/": "page", "post/": "page", "size/": "page", "setup/": "page",
    "messages/": "page", "help/": "page", "drafts/<str:key>": "draft", "healthz": "page", "_style/": "page",
    "organs/": "page", "organs/new/": "page", "organs/<str:organ>/": "county", "organs/<str:organ>/<slug:act>/": "county",
    "people/": "page", "people/new/": "page", "people/<str:person>/": "county", "people/<str:person>/reset/": "county",
    "people/<str:person>/unlock/": "county", "people/<str:person>/activate/": "county", "posts/new/": "page",
    "posts/<str:post>/<slug:act>/": "county", "parameters/": "page", "parameters/new/": "page",
    "parameters/<int:parameter>/": "county", "codes/": "page", "codes/<slug:name>/": "page", "codes/<slug:name>/new/": "page",
    "cases/": "page", "cases/new/": "page", "cases/new/<slug:procedure>/<slug:action>/": "page", "cases/<str:case>/": "case",
    "cases/<str:case>/do/<slug:action>/": "case", "cases/<str:case>/pending/": "case", "cases/<str:case>/note/": "case",
    "cases/<str:case>/entries/<int:seq>/correct/": "case", "cases/<str:case>/entries/<int:seq>/void/": "case",
    "cases/<str:case>/papers/<int:paper>/": "case", "cases/<str:case>/papers/<int:paper>/docx/": "case",
    "cases/<str:case>/papers/<int:paper>/pdf/": "case", "cases/<str:case>/papers/<int:paper>/public/": "case",
    "cases/<str:case>/papers/<int:paper>/public/docx/": "case", "cases/<str:case>/files/<str:digest>/": "case",
    "cases/<str:case>/forms/<slug:part>/<int:row>/<slug:form>/": "case",
    "cases/<str:case>/forms/<slug:part>/<int:row>/<slug:form>/docx/": "case",
    "cases/<str:case>/forms/<slug:part>/<int:row>/<slug:form>/pdf/": "case",
    "supervision/": "page", "procedures/": "page", "procedures/<slug:name>/": "page", "procedures/<slug:name>/diagram/": "page",
    "procedures/<slug:name>/yaml/": "page", "plans/": "page", "plans/new/": "page", "plans/<str:plan>/": "county",
    "plans/<str:plan>/text/": "county", "plans/<str:plan>/review/": "county", "plans/<str:plan>/goals/": "county",
    "plans/<str:plan>/tasks/<int:task>/drop/": "county", "plans/<str:plan>/accept/": "county",
    "plans/<str:plan>/discard/": "county", "reports/": "page", "reports/<str:report>/": "county",
    "reports/<str:report>/preview/": "county", "reports/<str:report>/docx/": "county", "reports/<str:report>/html/": "county",
    "reports/<str:report>/check/": "county", "reports/<str:report>/freeze/": "county", "reports/<str:report>/send/": "county",
    "reports/<str:report>/parts/<slug:part>/add/": "county", "reports/<str:report>/paragraphs/<int:paragraph>/": "county",
    "reports/<str:report>/paragraphs/<int:paragraph>/remove/": "county", "reports/<str:report>/paragraphs/<int:paragraph>/link/": "county",
    "reports/<str:report>/paragraphs/<int:paragraph>/justify/": "county", "imports/": "page", "imports/template/": "page",
    "imports/<str:batch>/": "county", "imports/<str:batch>/progress/": "county", "imports/<str:batch>/confirm/": "county", "imports/<str:batch>/drop/": "county",
    "imports/<str:batch>/undo/": "county", "imports/<str:batch>/errors/": "county", "check/": "page", "check/docx/": "page",
    "check/json/": "page", "check/keep/": "page", "check/kept/<slug:key>/": "draft", "check/kept/<slug:key>/discard/": "draft",
    "check/text/": "page", "layout/": "page", "exports/": "page", "figures/": "page", "figures/outside/": "page",
    "figures/<str:figure>/": "page",
}  # fmt: skip


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


ADDRESSES = dict(patterns())


def test_every_address_has_an_entry_and_every_entry_an_address() -> None:
    assert sorted(set(ADDRESSES) - set(RULES)) == [], "say in RULES how the new address is guarded"
    # A folder of imports may bring more addresses than this table knows of; one that has gone is taken out.
    assert sorted(set(RULES) - set(ADDRESSES)) == []


def test_an_address_with_an_object_in_it_is_no_plain_page() -> None:
    shared = {
        "procedure",
        "name",
        "figure",
        "action",
    }  # the law, code lists and figures are the same for everyone in post
    for address, rule in RULES.items():
        objects = set(re.findall(r"<\w+:(\w+)>", address)) - shared
        assert not objects or rule != "page", address


@pytest.fixture
def m(db: None) -> Matrix:
    return Matrix()


def made(address: str, parts: dict[str, str]) -> str:
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: parts[found[1]], address)


def refused(client: Client, address: str, here: dict[str, str], nowhere: dict[str, str], method: str) -> str:
    """What is wrong in what somebody is told who may not see the object; nothing where he cannot tell it from none."""
    hidden, absent = (getattr(client, method)(made(address, parts)) for parts in (here, nowhere))
    if hidden.status_code != absent.status_code:
        return f"{method} {address}: {hidden.status_code}, for what is not there {absent.status_code}"
    if hidden.status_code not in (403, 404, 405):
        return f"{method} {address}: {hidden.status_code}"
    told = [words(a) for a in (hidden, absent)]
    for parts, n in ((here, 0), (nowhere, 1)):
        for value in parts.values():
            told[n] = told[n].replace(value, "")
    return "" if told[0] == told[1] else f"{method} {address}: the words differ"


def test_on_every_address_of_a_case_whoever_may_not_see_it_finds_nothing(m: Matrix) -> None:
    here = {"case": m.case, "action": "look", "seq": "1", "paper": str(m.paper()), "digest": m.file, **FORM}
    nowhere = {**here, "case": NOWHERE}
    outsiders = {
        "stranger": m.viewers["stranger", "head"], "accused": m.viewers["accused", "head"], "recused": m.recused,
        "other county": m.viewers["other county", "head"], "government handler": m.viewers["government", "handler"],
        "other matter": m.viewers["other matter", "handler"],
    }  # fmt: skip
    before = store.read(m.case)
    wrong = []
    for name, ctx in outsiders.items():
        client = m.client(ctx)
        for address, rule in RULES.items():
            if rule == "case":
                if name in ("stranger", "recused"):
                    told = [refused(client, address, here, nowhere, method) for method in ("get", "post")]
                    wrong += [f"{name}: {x}" for x in told if x]
                elif (code := client.get(made(address, here)).status_code) not in (404, 405):
                    wrong.append(f"{name}: {address}: {code}")
    assert wrong == []
    after = store.read(m.case)
    assert before is not None
    assert after is not None
    assert after.seq == before.seq


def test_on_every_address_of_a_case_its_handler_finds_it(m: Matrix) -> None:
    here = {"case": m.case, "action": "look", "seq": "1", "paper": str(m.paper()), "digest": m.file, **FORM}
    client = m.client(m.author)
    for address, rule in RULES.items():
        if rule == "case" and "/pdf/" not in address and "/public/" not in address:
            told = client.get(made(address, here))
            # 403: not his turn, or not his to mend; 405 and 302: the button's address, the act is over
            assert told.status_code in (200, 302, 403, 405), (address, told.status_code)


def test_nothing_of_a_county_is_there_for_another(m: Matrix) -> None:
    now = timezone.now()
    plan = Plan.objects.create(county=m.county, organ=m.bureau, title="某计划", text="文", file_name="x", digest="x", imported_at=now)  # fmt: skip
    accepted = Plan.objects.create(county=m.county, organ=m.bureau, title="另一计划", text="文", file_name="x", digest="y", imported_at=now, status="accepted")  # fmt: skip
    report = Report.objects.create(county=m.county, definition="annual_report", year=2025, organ=m.bureau, issuer=m.government, case=m.case, begun_at=now)  # fmt: skip
    batch = Import.objects.create(id="b" * 32, county=m.county.code, procedure="complaint", system="x", digest="x", person=m.author.person)  # fmt: skip
    here = {
        "organ": m.bureau.id, "act": "rename", "person": m.author.person, "post": m.author.post, "plan": plan.pk, "task": "1",
        "report": report.pk, "part": "one", "paragraph": "1", "batch": batch.pk, "parameter": "1",
    }  # fmt: skip
    nowhere = {k: (NOWHERE if len(v) == 32 else v) for k, v in here.items()}
    wrong = []
    clients = {role: m.client(m.viewers["other county", role]) for role in ("admin", "clerk")}
    for address, rule in RULES.items():
        if rule == "county":
            client = clients[
                "admin" if getattr(ADDRESSES[address], "access", "") == "roles:admin" else "clerk"
            ]
            parts = {**here, "act": "end" if address.startswith("posts/") else "rename"}
            if address in ("plans/<str:plan>/", "plans/<str:plan>/text/"):
                parts["plan"] = accepted.pk
            for method in ("get", "post"):
                if x := refused(client, address, parts, nowhere | {"act": parts["act"]}, method):
                    wrong.append(x)
    assert wrong == []


def test_drafts_and_checked_imports_are_their_writers_alone(m: Matrix) -> None:
    writer = m.client(m.author)
    writer.put("/drafts/mine", data='{"values": {"a": ["机密"]}}', content_type="application/json")
    assert writer.get("/drafts/mine").json()["values"] == {"a": ["机密"]}
    assert m.client(m.viewers["handling", "head"]).get("/drafts/mine").status_code == 204
    batch = Import.objects.create(id="c" * 32, county=m.county.code, procedure="complaint", system="x", digest="x", person=m.author.person)  # fmt: skip
    colleague = m.client(m.viewers["handling", "clerk"])
    for address in ("", "progress/", "confirm/", "drop/", "undo/"):
        wrong = refused(
            colleague, f"imports/<str:batch>/{address}", {"batch": batch.pk}, {"batch": NOWHERE}, "post"
        )
        assert wrong == ""


# ---- ids in a body, rights that change ------------------------------------------------------------------------------


def test_ids_in_a_body_are_held_to_what_the_person_may_see(m: Matrix) -> None:
    stranger = m.client(m.viewers["stranger", "handler"])
    own = "/cases/new/complaint/file/"
    page = stranger.get(own).content.decode()
    token, seq = (re.search(rf'name="{n}" value="([^"]*)"', page)[1] for n in ("token", "expected_seq"))  # type: ignore[index]
    row = store.read(m.case)
    assert row is not None
    for named in (m.case, row.number):  # a case that he may not know of is named as related
        sent = {
            "token": token,
            "expected_seq": seq,
            "v_subject": "事",
            "v_accused": m.bureau.id,
            "v_related": named,
        }
        told = stranger.post(own, sent)
        assert told.status_code == 422
        assert "甲事" not in words(told)
    # a post of somebody else, an organ of another county
    stranger.post("/post/", {"post": m.viewers["government", "head"].post})
    assert "县人民政府 · 机关负责人" not in words(stranger.get("/cases/"))
    for address in (
        f"/cases/?organ={m.bureau.id}",
        f"/exports/?procedure=complaint&organ={m.bureau.id}",
        f"/figures/?organ={m.places['other county'].id}",
    ):
        told = stranger.get(address)
        assert told.status_code == 200
        assert "甲事" not in words(told)
        assert "邻县" not in words(told)
    assert stranger.get(f"/cases/new/supervision_order/issue/?about={m.case}").status_code in (403, 404)
