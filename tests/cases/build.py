"""A small county and a small procedure for tests of running cases; plain builders, no shipped definition."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from fazhi.cases import definitions, registers, service
from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.models import County, Organ, Party, Person, Post
from fazhi.procedures import Command, Definition, load

DAY = date(2026, 3, 2)
PROCEDURE = """
procedure: small
title: 小程序
short: 小案
statute: 行政处罚法
in_force: {from: 2021-07-15, running: keep}
sides:
  agency: {title: 机关, is: organ, roles: [handler, head]}
  other: {title: 协办机关, is: organ, roles: [handler], sees: own}
  party: {title: 当事人, is: party}
fields:
  subject: {title: 事项, type: text, find: true}
  words: {title: 情况, type: text, personal: true}
  amount: {title: 金额, type: money}
  deadline: {title: 改正期限, type: date}
facts:
  grave: {title: 情节严重, ask: agency.handler, law: 第五十七条}
  before: {title: 曾受处理, type: int, law: 第三十三条, lookup: {procedure: small, same: [party], where: "done('decide')", count: true}}
phases: {open: 办理, closed: 结案}
ends: [closed]
actions:
  file: {title: 立案, by: agency.handler, opens: open, asks: [subject, "party?", "words?", "other?"], law: 第五十四条}
  look: {title: 调查, by: agency.handler, from: [open], asks: ["words?", "amount?", "deadline?"]}
  help: {title: 协助, by: other.handler, from: [open], asks: [words]}
  decide:
    title: 决定
    by: agency.handler
    approve: [agency.head]
    from: [open]
    to: closed
    asks: [amount]
    needs:
      - {that: "done('look')", else: 尚未调查, law: 第五十四条, do: look}
      - {that: "before == 0 || grave", else: 曾受处理须认定情节, law: 第五十七条}
    documents: [decision]
  lapse: {title: 视为放弃, by: deemed, from: [open], to: closed, law: 第五十四条}
clocks:
  limit: {title: 办理期限, law: 第六十条, start: file, stop: [decide, lapse], limit: 90 natural days}
  answer: {title: 改正期限, law: 第二十八条, start: look, stop: [decide], until: deadline, whose: party, expire: {do: lapse, day: after_expiry}}
"""
PAPERS = """
decision:
  title: 决定书
  kind: official
  to: party
  number: {series: 决, form: "{organ}{series}〔{year}〕{n}号"}
  law: 第五十九条第一款
  must: [subject, amount]
  blocks:
    - text: "事项:{{subject}},金额{{amount}}。情况:{{words}}"
"""


@lru_cache(maxsize=1)
def _loaded() -> Definition:
    return load(PROCEDURE.encode(), "small.yaml", documents=PAPERS.encode())


def definition() -> Definition:
    """The small procedure, in the library for the length of the test."""
    d = _loaded()
    if definitions.library().get("small", DAY) is None:
        definitions.library().add(d)
    return d


def moment(day: date, hour: int = 4) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


class World:
    """One county with two departments above which a government stands, and their people."""

    def __init__(self) -> None:
        definition()
        definitions.forget()
        registers.at_version(-2)
        self.county = County.objects.create(code="339821", name="安澜县", valid_from=date(2000, 1, 1))
        self.government = self.organ("government", "安澜县人民政府", None)
        self.bureau = self.organ("department", "安澜县甲局", self.government)
        self.second = self.organ("department", "安澜县乙局", self.government)
        self.handler = self.person("handler", self.bureau)
        self.head = self.person("head", self.bureau)
        self.stranger = self.person("handler", self.second)
        self.mayor = self.person("head", self.government)

    def organ(self, kind: str, name: str, parent: Organ | None) -> Organ:
        organ = Organ(
            county=self.county,
            kind=kind,
            name=name,
            short_name=name[3:],
            code=name,
            parent=parent,
            valid_from=date(2000, 1, 1),
        )
        organ.path = f"{parent.path if parent else '/339821/'}{organ.id}/"
        organ.save()
        return organ

    def person(self, role: str, organ: Organ) -> ActorContext:
        name = f"{role}{Person.objects.count()}"
        person = Person.objects.create(username=name, name=name, must_change_password=False)
        post = Post.objects.create(person=person, organ=organ, role=role, valid_from=date(2000, 1, 1))
        return actor_for(person, post.id, DAY)

    def party(self, name: str = "某某有限公司") -> Party:
        return Party.objects.create(kind="other", shown_name=name, identity_kind="none")

    def run(
        self,
        action: str,
        ctx: ActorContext | None = None,
        case: str | None = None,
        on: date = DAY,
        **more: Any,
    ) -> service.Result:
        kind = more.pop("kind", "act")
        options = {k: more.pop(k) for k in ("key", "expected_seq") if k in more}
        now = moment(more.pop("today", on))
        command = Command(kind, action=action, on=on, **more)
        return service.run(command, ctx or self.handler, case=case, procedure="small", now=now, **options)

    def filed(self, **values: Any) -> str:
        return self.run("file", values={"subject": "某事", **values}).case

    def decided(self, case: str, on: date = DAY) -> None:
        self.run("look", case=case, on=on)
        self.run("decide", case=case, on=on, values={"amount": 100}, facts={"grave": True})
        self.run("", self.head, case=case, on=on, kind="agree")


__all__ = ["DAY", "World", "definition", "moment"]
