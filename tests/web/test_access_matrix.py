"""Every address, every role, every organ: who sees a case, an organ, a plan, a report, an import, and who is told that it
is not there. A new address without an entry in RULES fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from tests.cases.build import DAY, moment
from tests.web.cases_build import Web, words

from fazhi.cases import (
    access,
    attachments,
    casefile,
    definitions,
    exchange,
    registers,
    search,
    service,
    store,
    workbench,
)
from fazhi.cases.errors import NotThere
from fazhi.cases.models import Import, Paper
from fazhi.organs import lines
from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.models import County, Organ, OrganLine, Person, Post
from fazhi.organs.models.people import ROLES
from fazhi.plans.models import Plan
from fazhi.procedures import Command, Definition, load
from fazhi.reports.models import Report

NOWHERE = "0" * 32
FORM = {"part": "visits", "row": "0", "form": "visit_form"}
COMPLAINT = """
procedure: complaint
title: 投诉举报
short: 投诉
statute: 行政处罚法
matter: 投诉处理
in_force: {from: 2021-07-15, running: keep}
sides:
  agency: {title: 处理机关, is: organ, roles: [handler, head]}
  helper: {title: 协办机关, is: organ, roles: [handler], sees: own}
  accused: {title: 被投诉单位, is: organ, sees: nothing}
  party: {title: 投诉人, is: party}
fields:
  subject: {title: 事项, type: text, find: true}
  words: {title: 情况, type: text, personal: true}
  papers: {title: 材料, type: file, many: true}
  related: {title: 相关案件, type: link, to: [complaint]}
  recused: {title: 回避的人员, type: person, many: true, bars: true}
phases: {open: 办理, closed: 结案}
ends: [closed]
parts:
  visits: {title: 走访, fields: {seen: {title: 所见, type: text}}, prints: [visit_form]}
actions:
  visit: {title: 走访, by: agency.handler, from: [open], adds: visits, asks: [seen]}
  file: {title: 登记, by: agency.handler, opens: open, asks: [subject, accused, "helper?", "words?", "related?"], law: 第五十四条}
  look: {title: 调查, by: agency.handler, from: [open], asks: ["words?", "papers?", "recused?"]}
  help: {title: 协助, by: helper.handler, from: [open], asks: [words]}
  reply: {title: 答复, by: agency.handler, approve: [agency.head], from: [open], to: closed, asks: ["words?"], documents: [answer]}
clocks:
  limit: {title: 办理期限, law: 第六十条, start: file, stop: [reply], limit: 90 natural days}
"""
PAPERS = """
answer:
  title: 答复书
  kind: official
  to: party
  number: {series: 答, form: "{organ}{series}〔{year}〕{n}号"}
  blocks:
    - text: "事项:{{subject}}"
visit_form:
  title: 走访记录
  kind: form
  blocks: [{rows: [[所见, "{{row.seen}}"]]}]
"""

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


def complaint() -> Definition:
    d = load(COMPLAINT.encode(), "complaint.yaml", documents=PAPERS.encode())
    if definitions.library().get("complaint", DAY) is None:
        definitions.library().add(d)
    return d


class Viewers(dict[tuple[str, str], ActorContext]):
    """Someone in the role at the place, appointed when first asked for."""

    def __init__(self, m: Matrix) -> None:
        self.m = m

    def __missing__(self, key: tuple[str, str]) -> ActorContext:
        place, role = key
        self[key] = made = self.m.person(role, self.m.places[place])
        return made

    def everyone(self) -> Iterator[tuple[str, str, ActorContext]]:
        for place in self.m.places:
            for role in ROLES:
                yield place, role, self[place, role]


class Matrix(Web):
    """The county of the case tests, with an organ for every way of standing to a case and a person in every role of each."""

    def __init__(self) -> None:
        complaint()
        super().__init__()
        self.places = {
            "government": self.government,
            "handling": self.bureau,
            "helper": self.second,
            "accused": self.organ("department", "安澜县丙局", self.government),
            "stranger": self.organ("department", "安澜县丁局", self.government),
            "office": self.organ("office", "安澜县甲局办公室", self.bureau),
            "watching": self.organ("department", "安澜县督查局", self.government),
            "same matter": self.organ("department", "安澜县代办局", self.government),
            "other matter": self.organ("department", "安澜县另办局", self.government),
        }
        other = County.objects.create(code="339822", name="邻县", valid_from=date(2000, 1, 1))
        foreign = Organ(county=other, kind="government", name="邻县人民政府", short_name="邻县政府", code="x", valid_from=date(2000, 1, 1))  # fmt: skip
        foreign.path = f"/339822/{foreign.id}/"
        foreign.save()
        self.places["other county"] = foreign
        since = {"valid_from": date(2000, 1, 1), "source": "测试"}
        for kind, who, whom, matter in (
            ("supervises", "watching", "government", "执法监督"), ("acts_for", "same matter", "handling", "投诉处理"),
            ("acts_for", "other matter", "handling", "行政复议"),
        ):  # fmt: skip
            OrganLine.objects.create(
                kind=kind, organ=self.places[who], other=self.places[whom], matter=matter, **since
            )
        self.viewers = Viewers(self)
        self.author = self.viewers["handling", "handler"]
        self.case = self.complain("甲事", helper=[self.second.id], words="投诉人说的话")
        self.recused = self.person("handler", self.bureau)
        self.file = attachments.add(self.case, "照片.png", PNG, self.author.person).hash
        self.act("look", papers=[self.file], recused=[self.recused.person])
        self.act("visit", seen="门开着")

    def complain(self, subject: str, **values: Any) -> str:
        values = {"subject": subject, "accused": [self.places["accused"].id], **values}
        command = Command("act", action="file", on=DAY, values=values)
        return service.run(command, self.author, procedure="complaint", now=moment(DAY)).case

    def act(self, action: str, **values: Any) -> None:
        command = Command("act", action=action, on=DAY, values=values)
        service.run(command, self.author, case=self.case, now=moment(DAY))

    def reconsidered(self, ctx: ActorContext, citizen: Any, respondents: list[str]) -> str:
        day = DAY.isoformat()
        values = {
            "applicant": [{"id": citizen.id}], "respondent": respondents, "form": "written", "act_title": "罚款决定",
            "act_kind": "penalty", "act_on": day, "on_spot": False, "amount": 500000, "real_estate": False,
            "first_by_law": False, "applied_on": day, "received_on": day, "known_on": day, "told_rights": True,
            "request": "撤销", "reasons": "事实不清", "claimed": False,
        }  # fmt: skip
        command = Command("act", action="apply", on=DAY, values=values)
        return service.run(command, ctx, procedure="reconsideration", now=moment(DAY)).case

    def sent_to_respondent(self, ctx: ActorContext, case: str) -> None:
        yes = dict.fromkeys(("has_parties", "interested", "has_claim", "in_scope", "in_charge"), True)
        no = dict.fromkeys(("excused", "in_court", "already"), False)
        papers = {"of": "send", "to": "respondent", "way": "direct", "served_on": DAY.isoformat()}
        for action, values, facts in (("accept", {}, yes | no), ("send", {}, {}), ("hand_over", papers, {})):
            command = Command("act", action=action, on=DAY, values=values, facts=facts)
            service.run(command, ctx, case=case, now=moment(DAY))

    def paper(self) -> int:
        self.act("reply")
        service.run(
            Command("agree", on=DAY), self.viewers["handling", "head"], case=self.case, now=moment(DAY)
        )
        return int(Paper.objects.filter(case=self.case).latest("pk").pk)

    def expected(self, place: str, role: str) -> str:
        """Written down from the rules, not computed by them: all, own, or nothing."""
        if place in ("handling", "office", "same matter"):
            return "all"
        if place == "helper":
            return "own"
        if place in ("government", "watching"):
            return "all" if role in ("head", "office_head", "supervisor", "clerk") else ""
        return ""  # accused, stranger, another matter, another county


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@pytest.fixture
def m(db: None) -> Matrix:
    return Matrix()


def seen_by(ctx: ActorContext, case: str) -> dict[str, bool]:
    """By every way that leads to a case: whether it is there."""
    today = DAY + timedelta(days=100)
    row = store.read(case)
    assert row is not None
    every = search.Filters.read({})
    overdue = search.Filters.read({"light": "overdue", "sort": "-opened"})
    number = row.number
    return {
        "list": case in {r.id for r in search.find(ctx, every, today).rows},
        "overdue list": case in {r.id for r in search.find(ctx, overdue, today).rows},
        "count": search.total(ctx, every, today) == 1,
        "search": case in {r.id for r in search.find(ctx, replace(every, q="甲事"), today).rows},
        "by number": case in search.by_number(ctx, number, ["complaint"]),
        "by id": case in search.by_ids(ctx, [case], today),
        "counters": workbench.counters(ctx, today).overdue == 1,
        "calendar": sum(n for _, n in workbench.calendar(ctx, DAY + timedelta(days=88))) == 1,
        "export": exchange.count(exchange.Wanted("complaint", every, ctx.county, ctx), today) == 1,
    }


BY_LIMIT = {"overdue list", "counters", "calendar"}


def test_every_role_of_every_organ_sees_what_its_place_gives_and_no_more(m: Matrix) -> None:
    row, d = store.read(m.case), complaint()
    assert row is not None
    wrong = []
    for place, role, ctx in m.viewers.everyone():
        sight = access.sight(ctx, d, row)
        found = "" if sight is None else "all" if sight.all else "own"
        if found != m.expected(place, role):
            wrong.append((place, role, found))
    assert wrong == []


def test_lists_counts_searches_and_exports_hold_to_the_same(m: Matrix) -> None:
    wrong = []
    # Roles differ in one thing only for lists: whether they look over others.
    for place, role in [(p, r) for p in m.places for r in ("handler", "head")]:
        ctx = m.viewers[place, role]
        there = seen_by(ctx, m.case)
        right = m.expected(place, role)
        for way, found in there.items():
            # The limit is the handling organ's: whoever sees his own part only is not counted by it.
            if found != (bool(right) and not (right == "own" and way in BY_LIMIT)):
                wrong.append((place, role, way, found))
    assert wrong == []


def test_an_organ_with_many_sides_sees_the_same_as_one_with_few(
    m: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fazhi.cases import sources

    monkeypatch.setattr(sources, "MANY", 0)
    for role in ("handler", "head"):
        assert {k for k, v in seen_by(m.viewers["helper", role], m.case).items() if not v} == BY_LIMIT
        assert not any(seen_by(m.viewers["stranger", role], m.case).values())


def test_a_side_finds_a_case_once_something_was_sent_to_it_and_its_own_limit_there(m: Matrix) -> None:
    """被申请人: nothing before the copy of the application goes out to it, then its own limit and not the authority's."""
    handler, head = m.person("handler", m.government), m.viewers["handling", "head"]
    told = actor_for(Person.objects.get(pk=handler.person), handler.post, DAY)
    citizen = m.party()
    case = m.reconsidered(told, citizen, [m.bureau.id])
    respondent, day = m.author, DAY + timedelta(days=3)
    every, this_week = search.Filters.read({"procedure": "reconsideration"}), search.Filters.read({"light": "due"})

    def found(ctx: ActorContext) -> list[search.Found]:
        rows = search.find(ctx, every, day).rows
        assert {r.id for r in rows} == set(search.by_ids(ctx, [case], day))
        assert search.total(ctx, every, day) == len(rows)
        return rows

    for ctx in (respondent, head):
        assert found(ctx) == []
        with pytest.raises(NotThere):
            casefile.open_(ctx, case, day)
        assert m.client(ctx).get(f"/cases/{case}/").status_code == 404
    assert case in search.by_ids(told, [case], day)
    m.sent_to_respondent(told, case)
    row = store.read(case)
    assert row is not None
    (line,) = found(respondent)
    clock = row.state.clocks[line.due_clock]  # type: ignore[union-attr]
    assert clock["whose"] == "respondent"
    assert line.due == clock["due"]
    assert line.due != str(row.due)
    assert case not in {r.id for r in search.find(respondent, this_week, day).rows}
    assert case in {r.id for r in search.find(told, this_week, day).rows}
    assert line.due in {t.row.due for t in workbench.todo(respondent, day)}


def test_an_organ_over_the_authority_learns_nothing_of_a_case_against_itself_before_it_is_told(m: Matrix) -> None:
    bureau = m.places["handling"]
    handler = m.person("handler", m.places["office"])
    ctx = actor_for(Person.objects.get(pk=handler.person), handler.post, DAY)
    case = m.reconsidered(ctx, m.party(), [m.government.id])
    mayor = m.viewers["government", "head"]
    assert mayor.roles & access.WATCHING
    assert bureau.path.startswith(m.government.path)
    assert case not in search.by_ids(mayor, [case], DAY)
    assert case not in {r.id for r in search.find(mayor, search.Filters.read({}), DAY).rows}
    m.sent_to_respondent(ctx, case)
    row = store.read(case)
    assert row is not None
    sight = access.sight(mayor, definitions.by_hash(row.definition), row)
    assert sight is not None
    assert not sight.all


def test_a_recused_officer_sees_nothing_and_does_nothing(m: Matrix) -> None:
    assert not any(seen_by(m.recused, m.case).values())
    with pytest.raises(NotThere):
        casefile.open_(m.recused, m.case, DAY)
    command = Command("act", action="look", on=DAY, values={"words": "x"})
    with pytest.raises(NotThere):
        service.run(command, m.recused, case=m.case, now=moment(DAY))
    assert m.case not in {t.row.id for t in workbench.todo(m.recused, DAY)}
    assert m.case in {t.row.id for t in workbench.todo(m.author, DAY)}


def test_the_accused_unit_sees_nothing_even_where_it_looks_over_the_handling_organ(m: Matrix) -> None:
    """The government is complained about at one of its own departments."""
    accused = [m.government.id]
    command = Command("act", action="file", on=DAY, values={"subject": "乙事", "accused": accused})
    case = service.run(command, m.author, procedure="complaint", now=moment(DAY)).case
    mayor = m.viewers["government", "head"]
    assert store.read(case) is not None
    assert case not in search.by_ids(mayor, [case], DAY)
    assert case not in {r.id for r in search.find(mayor, search.Filters.read({}), DAY).rows}
    assert search.total(mayor, search.Filters.read({}), DAY) == 1  # the other one
    with pytest.raises(NotThere):
        casefile.open_(mayor, case, DAY)
    watcher = m.viewers["watching", "supervisor"]
    assert case in search.by_ids(watcher, [case], DAY)


def test_a_respondent_does_not_see_more_because_it_looks_over_others(m: Matrix) -> None:
    """The helper is made supervisor of the handling organ: it still sees its own part only."""
    OrganLine.objects.create(
        kind="supervises",
        organ=m.second,
        other=m.bureau,
        matter="执法监督",
        valid_from=date(2000, 1, 1),
        source="测试",
    )
    registers.refresh()
    old = m.viewers["helper", "supervisor"]
    ctx = actor_for(Person.objects.get(pk=old.person), old.post, DAY)
    assert lines.supervises(m.second, DAY)
    row = store.read(m.case)
    assert row is not None
    sight = access.sight(ctx, complaint(), row)
    assert sight is not None
    assert not sight.all


# ---- by address -----------------------------------------------------------------------------------------------------


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


def test_an_administrator_gives_no_post_of_another_county(m: Matrix) -> None:
    admin = m.client(m.viewers["handling", "admin"])
    foreign = m.places["other county"]
    posts = Post.objects.count()
    told = admin.post(
        "/posts/new/",
        {
            "person": m.author.person,
            "organ": foreign.id,
            "role": "head",
            "valid_from": "2026-01-01",
            "source": "x",
        },
    )
    assert told.status_code == 422
    for act, field in (("move", "parent"), ("merge", "into"), ("line", "other")):
        sent = {
            field: foreign.id,
            "on": "2026-01-01",
            "valid_from": "2026-01-01",
            "kind": "supervises",
            "matter": "x",
            "source": "x",
        }
        assert admin.post(f"/organs/{m.bureau.id}/{act}/", sent).status_code == 422, act
    assert Post.objects.count() == posts
    assert not OrganLine.objects.filter(other=foreign).exists()


def test_a_file_is_brought_in_for_no_organ_beyond_the_persons_own(m: Matrix) -> None:
    path = {name: organ.path for name, organ in m.places.items()}
    assert exchange.paths_of(m.viewers["government", "handler"], "complaint") == (path["government"],)
    assert path["handling"] in (exchange.paths_of(m.viewers["government", "clerk"], "complaint") or ())
    assert path["handling"] in (exchange.paths_of(m.viewers["same matter", "handler"], "complaint") or ())
    assert path["handling"] not in (exchange.paths_of(m.viewers["same matter", "handler"], "penalty") or ())
    assert path["handling"] not in (
        exchange.paths_of(m.viewers["other matter", "handler"], "complaint") or ()
    )


def test_a_change_of_post_takes_effect_on_the_next_request(m: Matrix) -> None:
    ctx = m.viewers["handling", "legal_reviewer"]
    client, address = m.client(ctx), f"/cases/{m.case}/"
    assert client.get(address).status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(pk=ctx.post).update(valid_to=yesterday)
    assert client.get(address).status_code == 403  # in no post today
    Post.objects.create(
        person_id=ctx.person, organ=m.places["stranger"], role="handler", valid_from=yesterday
    )
    assert client.get(address).status_code == 404
    Post.objects.create(person_id=ctx.person, organ=m.places["government"], role="head", valid_from=yesterday)
    client.post("/post/", {"post": Post.objects.get(person_id=ctx.person, role="head").pk})
    assert client.get(address).status_code == 200
    Person.objects.filter(pk=ctx.person).update(is_active=False)
    assert client.get(address).status_code == 302


def test_an_organ_that_is_moved_is_looked_over_from_its_new_place_at_once(m: Matrix) -> None:
    from fazhi.organs import registry

    above = m.organ("department", "安澜县新上级局", m.government)
    head = m.client(m.person("head", above))
    address = f"/cases/{m.case}/"
    assert head.get(address).status_code == 404
    assert "甲事" not in words(head.get("/cases/"))
    registry.move_organ(m.bureau, above, on=DAY, source="测试", today=timezone.localdate())
    assert head.get(address).status_code == 200
    assert "甲事" in words(head.get("/cases/"))


def test_a_line_that_ends_gives_no_sight_any_more(m: Matrix) -> None:
    ctx = m.viewers["watching", "supervisor"]
    client, address = m.client(ctx), f"/cases/{m.case}/"
    assert client.get(address).status_code == 200
    OrganLine.objects.filter(kind="supervises").update(valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get(address).status_code == 404
