"""An organ for every way of standing to a case, and a person in every role of each: for the tests of who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.cases.build import DAY, moment
from tests.web.cases_build import Web

from fazhi.cases import (
    attachments,
    definitions,
    service,
)
from fazhi.cases.models import Paper
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import County, Organ, OrganLine
from fazhi.organs.models.people import ROLES
from fazhi.procedures import Command, Definition, load

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
