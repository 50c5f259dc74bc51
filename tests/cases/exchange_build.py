"""A procedure with a column of every kind, and files for it: for the tests of import and export."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections
from openpyxl import Workbook

from fazhi.cases import definitions, exchange, search
from fazhi.cases.exchange import Order, Outcome, Wanted
from fazhi.cases.models import Case
from fazhi.cases.refold import bodies, refold
from fazhi.ledger import verify
from fazhi.organs import codes
from fazhi.organs.models import OrganName
from fazhi.procedures import Definition, load

from .build import World

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SYSTEM = "省平台"
FILE = """
procedure: filing
title: 登记程序
short: 登记
statute: 行政处罚法
in_force: {from: 2021-07-15, running: keep}
sides:
  agency: {title: 机关, is: organ, roles: [handler, head]}
  helper: {title: 协办机关, is: organ, many: true, roles: [handler], sees: own}
  party: {title: 当事人, is: party, many: true}
fields:
  subject: {title: 事项, type: text, find: true}
  cause: {title: 案由, type: code, codes: causes, find: true}
  words: {title: 事实, type: text, personal: true}
  amount: {title: 罚款金额, type: money}
  told: {title: 告知金额, type: money}
  count: {title: 件数, type: int}
  paid: {title: 已缴清, type: bool}
  source: {title: 来源, type: choice, choices: {seen: 检查, told: 投诉、举报}}
  kinds: {title: 种类, type: choice, many: true, choices: {a: 甲类, b: 乙、丙类}}
  found_on: {title: 发现日期, type: date}
  met_at: {title: 会面时间, type: moment}
  officers: {title: 执法人员, type: officer, many: true}
  related: {title: 相关案件, type: link, to: [filing]}
  secret: {title: 内部意见, type: text, hidden_from: [helper]}
facts:
  grave: {title: 情节严重, ask: agency.handler, law: 第五十七条}
phases: {open: 调查, decided: 执行, closed: 结案}
ends: [closed]
parts:
  items:
    title: 物品
    phases: {held: 保存中, returned: 已退还}
    fields: {name: {title: 名称, type: text}, value: {title: 价值, type: money}, how: {title: 处理, type: choice, choices: {back: 退还, kept: 没收}}}
actions:
  file: {title: 立案, by: agency.handler, opens: open, asks: [party, subject, cause, source, found_on, officers, "helper?", "related?"], law: 第五十四条}
  look: {title: 调查, by: agency.handler, from: [open], asks: ["words?", "met_at?", "secret?"], law: 第五十四条}
  take: {title: 登记物品, by: agency.handler, from: [open], adds: items, asks: [name, value], law: 第五十六条}
  give_back: {title: 处理物品, by: agency.handler, from: [open, decided], on: items, ends: returned, asks: [how], law: 第五十六条}
  notify: {title: 告知, by: agency.handler, from: [open], asks: [amount], sets: {told: amount}, law: 第四十四条}
  review:
    title: 审核
    by: agency.head
    from: [open]
    law: 第五十八条
    outcomes: {pass: {title: 通过}, fail: {title: 退回}}
  decide:
    title: 决定
    by: agency.handler
    from: [open]
    to: decided
    law: 第五十七条
    asks: [amount, kinds, count]
    outcomes:
      penalty:
        title: 予以处罚
        needs:
          - {that: "done('look')", else: 尚未调查, law: 第五十四条, do: look}
          - {that: "amount <= told", else: 重于告知, law: 第四十四条}
          - {that: "!grave || done('review.pass')", else: 未经审核, law: 第五十八条}
      none: {title: 不予处罚, to: closed}
  lapsed: {title: 视为结案, by: deemed, from: [decided], to: closed, law: 第六十七条}
  close: {title: 结案, by: agency.handler, from: [decided], to: closed, asks: [paid], law: 第七十四条}
clocks:
  limit: {title: 办理期限, law: 第六十条, start: file, stop: [decide], limit: 90 natural days}
  lapse: {title: 缴款期限, law: 第六十七条, start: decide.penalty, stop: [close], limit: 15 natural days, expire: {do: lapsed, day: expiry}}
"""
COMPANY = "91110000600037341L"  # a formally valid code of an enterprise
CITIZEN = "11010519491231002X"  # GB 11643's own example


def definition() -> Definition:
    d = load(FILE.encode(), "filing.yaml")
    if definitions.library().latest(d.name) is None:
        definitions.library().add(d)
    return d


class Office(World):
    """The small county with the filing procedure, its code list, and short ways to import and export."""

    def __init__(self) -> None:
        super().__init__()
        definition()
        for organ in (self.government, self.bureau, self.second):
            OrganName.objects.create(organ=organ, name=organ.name, kind="full", valid_from=organ.valid_from)
        codes.define_list("causes", "案由")
        for code, title in (("food", "销售过期食品"), ("road", "占道经营")):
            codes.set_code("causes", code, title, valid_from=date(2015, 1, 1), source="测试")

    def load(self, rows: Any, *, dry_run: bool = False, now: datetime = NOW, **more: Any) -> Outcome:
        data = rows if isinstance(rows, bytes) else csv_of(rows)
        order = {"system": SYSTEM} | {
            k: more.pop(k) for k in ("system", "elsewhere", "organ", "by", "paths") if k in more
        }
        return exchange.load(data, Order("filing", "339821", **order), now=now, dry_run=dry_run, **more)

    def loaded(self, rows: Any, **more: Any) -> Outcome:
        done = self.load(rows, **more)
        assert done.errors == (), done.errors
        return done

    def case(self, number: str) -> Case:
        return Case.objects.get(source_number=number)

    def types(self, number: str) -> list[str]:
        return [f"{b['type']}:{b['action']}" for b in bodies(self.case(number).id)]

    def undo(self, batch: str) -> int:
        return exchange.undo(batch, county="339821", now=NOW)

    def export(self, kind: str = "csv", ctx: Any = None, personal: bool = True, **filters: str) -> bytes:
        wanted = Wanted("filing", search.Filters.read(filters), "339821", ctx, "测试", personal)
        return exchange.export(wanted, kind, now=NOW, today=TODAY)

    def verified(self) -> None:
        report = verify.verify(refold=refold)
        assert report.ok, report.first_bad


def row(number: str = "A1", **more: str) -> dict[str, str]:
    """A row that is fine; `more` by heading, "" takes a cell away."""
    plain = {
        "来源系统案号": number, "承办机关": "安澜县甲局", "立案日期": "2024-03-04", "事项": "某事", "案由": "销售过期食品",
        "决定日期": "2024-03-20", "决定结果": "予以处罚", "罚款金额": "2000",
    }  # fmt: skip
    return {k: v for k, v in (plain | more).items() if v != ""}


def csv_of(rows: list[dict[str, str]] | dict[str, str], encoding: str = "utf-8") -> bytes:
    rows = [rows] if isinstance(rows, dict) else rows
    heads = list(dict.fromkeys(k for r in rows for k in r))
    out = io.StringIO()
    writer = csv.DictWriter(out, heads, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(rows: list[dict[str, Any]], **parts: list[dict[str, Any]]) -> bytes:
    """A workbook; `parts` by the name of the sheet."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, lines in {"数据": rows, **parts}.items():
        sheet = book.create_sheet(title)
        heads = list(dict.fromkeys(k for r in lines for k in r))
        sheet.append(heads)
        for line in lines:
            sheet.append([line.get(h) for h in heads])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tables() -> tuple[int, ...]:
    """How many rows each table has that an import writes to."""
    found = []
    with connections["default"].cursor() as cursor:
        for name in (
            "ledger_event",
            "ledger_personal",
            "cases_case",
            "cases_side",
            "organs_party",
            "cases_import",
        ):
            cursor.execute(f"SELECT COUNT(*) FROM {name}")
            found.append(int(cursor.fetchone()[0]))
    return tuple(found)
