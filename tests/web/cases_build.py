"""A small county with cases for the tests of the case screens, and a procedure that has one field of every kind."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.test import Client
from tests.cases.build import DAY, World, moment

from fazhi.cases import definitions, service
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Person
from fazhi.procedures import Command, Definition, load

WIDE = """
procedure: wide
title: 宽程序
short: 宽案
statute: 行政处罚法
in_force: {from: 2021-07-15, running: keep}
number: {series: 宽, form: "{series}〔{year}〕{n}号"}
sides:
  agency: {title: 机关, is: organ, roles: [handler, head]}
  helper: {title: 协办机关, is: organ, roles: [handler], many: true, sees: own}
  party: {title: 当事人, is: party, many: true}
fields:
  subject: {title: 事项, type: text, find: true}
  words: {title: 情况, type: text, personal: true}
  note: {title: 说明, type: text}
  basis: {title: 依据, type: text, law: 第五十九条}
  amount: {title: 金额, type: money, hint: 没有填0}
  days: {title: 天数, type: int}
  found_on: {title: 发现日期, type: date, law: 第三十六条}
  met_at: {title: 会面时间, type: moment}
  public: {title: 公开, type: bool}
  source: {title: 来源, type: choice, choices: {seen: 检查, told: 举报}}
  kinds: {title: 种类, type: choice, many: true, choices: {a: 甲类, b: 乙类, c: 丙类}}
  officers: {title: 执法人员, type: officer, many: true, law: 第四十二条第一款}
  related: {title: 相关案件, type: link, to: [wide]}
  papers: {title: 材料, type: file, many: true}
  secret: {title: 内部意见, type: text, hidden_from: [helper]}
facts:
  grave: {title: 情节严重, ask: agency.handler, law: 第五十七条第二款}
  crime: {title: 涉嫌犯罪, ask: agency.handler, law: 第二十七条}
phases: {open: 调查, weighing: 审查, closed: 结案}
ends: [closed]
parts:
  items:
    title: 物品
    phases: {held: 保存中, returned: 已退还}
    fields: {name: {title: 名称, type: text}, value: {title: 价值, type: money}, how: {title: 处理, type: choice, choices: {back: 退还, kept: 没收}}}
actions:
  file: {title: 立案, by: agency.handler, opens: open, asks: [subject, "party?", source, "found_on?", "words?", "officers?", "helper?", "related?"], law: 第五十四条}
  look: {title: 调查取证, by: agency.handler, from: [open], asks: ["amount?", "days?", "met_at?", "public?", "kinds?", "papers?", "note?", "secret?"], law: 第五十四条}
  take: {title: 登记物品, by: agency.handler, from: [open], adds: items, asks: [name, "value?"], law: 第五十六条}
  give_back: {title: 处理物品, by: agency.handler, from: [open, weighing], on: items, ends: returned, asks: [how], law: 第五十六条}
  ask_help: {title: 请求协助, by: helper.handler, from: [open, weighing], asks: [note]}
  conclude:
    title: 调查终结
    by: agency.handler
    from: [open]
    to: weighing
    asks: [basis]
    law: 第五十七条第一款
    needs:
      - {that: "done('look')", else: 尚未调查, law: 第五十四条, do: look}
      - {that: "grave in [true, false]", else: 应当认定情节, law: 第五十七条第二款}
  decide:
    title: 作出决定
    by: agency.handler
    approve: [agency.head]
    from: [weighing]
    law: 第五十七条
    outcomes:
      fine:
        title: 处罚
        to: closed
        asks: [amount, basis]
        needs:
          - {that: "amount > 0", else: 罚款应当大于零, law: 第九条}
          - {that: "!crime", else: 涉嫌犯罪应当移送, law: 第二十七条第一款}
          - {when: grave, that: "done('take')", else: 情节严重的应当登记物品, law: 第五十六条, level: flaw, do: take}
      none: {title: 不予处罚, to: closed, asks: [note]}
clocks:
  limit: {title: 办理期限, law: 第六十条, start: file, stop: [decide], limit: 90 natural days, warn: 10 natural days}
"""


def wide() -> Definition:
    d = load(WIDE.encode(), "wide.yaml")
    if definitions.library().get("wide", DAY) is None:
        definitions.library().add(d)
    return d


class Web(World):
    """The county of the case tests, with people who are signed in."""

    def __init__(self) -> None:
        wide()
        super().__init__()

    def client(self, ctx: ActorContext) -> Client:
        made = Client()
        made.force_login(Person.objects.get(pk=ctx.person))
        return made

    def wide_case(self, **values: Any) -> str:
        """A filed case of the wide procedure."""
        return self.run_wide("file", values={"subject": "某事", "source": "seen", **values})

    def wide_case_on(self, day: date, **values: Any) -> str:
        return self.run_wide("file", values={"subject": "某事", "source": "seen", **values}, on=day)

    def run_wide(
        self, action: str, ctx: ActorContext | None = None, case: str | None = None, **more: Any
    ) -> str:
        on = more.pop("on", DAY)
        command = Command(more.pop("kind", "act"), action=action, on=on, **more)
        return service.run(command, ctx or self.handler, case=case, procedure="wide", now=moment(on)).case


def hidden(html: str, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no hidden {name}"
    return found[1]


def filled(client: Client, address: str, **fields: Any) -> dict[str, Any]:
    """What a browser would send: the form's own hidden inputs and what was typed."""
    page = client.get(address).content.decode()
    return {"token": hidden(page, "token"), "expected_seq": hidden(page, "expected_seq"), **fields}


def checked(client: Client, address: str, **fields: Any) -> tuple[Any, dict[str, Any]]:
    """Send the form; the check page, and the fields that were sent."""
    sent = filled(client, address, **fields)
    return client.post(address, sent, follow=True), sent


def submit(client: Client, address: str, **fields: Any) -> Any:
    """Form, check page, and the final button."""
    page, sent = checked(client, address, **fields)
    assert "还没有提交" in page.content.decode(), words(page)
    return client.post(address, {"step": "submit", "token": sent["token"]}, follow=True)


def words(page: Any) -> str:
    """The page's text without tags, for messages of failing tests."""
    text = re.sub(r"<(script|style|head).*?</\1>", "", page.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
