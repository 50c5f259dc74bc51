"""What runs by itself: links are carried out once, limits run out once, whenever the worker is killed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.ledger.faults import Killed, dying

from fazhi.cases import definitions, service, store, worker
from fazhi.cases.models import Case, CaseLink, Errand
from fazhi.cases.refold import bodies, refold
from fazhi.ledger import verify
from fazhi.procedures import Command, load

from .build import DAY, World, moment

LINKED = """
procedure: linked
title: 联动程序
short: 联动
statute: 行政处罚法
in_force: {from: 2021-07-15, running: keep}
sides:
  agency: {title: 机关, is: organ, roles: [handler]}
  party: {title: 当事人, is: party}
fields:
  subject: {title: 事项, type: text, find: true}
  origin: {title: 来源案件, type: link, to: [linked]}
phases: {open: 办理, closed: 结案}
ends: [closed]
actions:
  file: {title: 立案, by: agency.handler, opens: open, asks: [subject, "party?"], law: 第五十四条}
  refer: {title: 移送, by: agency.handler, from: [open], law: 第二十七条, links: [{opens: linked, carries: [subject, party]}]}
  answer: {title: 反馈, by: agency.handler, from: [open], to: closed, law: 第二十七条, tells: {link: origin, event: hear}}
  hear: {title: 收到反馈, by: agency.handler, from: [open], law: 第二十七条}
  lapse: {title: 期限届满, by: deemed, from: [open], to: closed, law: 第六十条}
clocks:
  limit: {title: 办理期限, law: 第六十条, start: file, stop: [answer], limit: 10 natural days, expire: {do: lapse, day: after_expiry}}
"""


class Linked(World):
    def __init__(self) -> None:
        super().__init__()
        if definitions.library().get("linked", DAY) is None:
            definitions.library().add(load(LINKED.encode(), "linked.yaml"))

    def act(self, action: str, case: str | None = None, on: date = DAY, **values: object) -> str:
        command = Command("act", action=action, on=on, values=values)
        return service.run(command, self.handler, case=case, procedure="linked", now=moment(on)).case


class Contract:
    @pytest.fixture
    def w(self) -> Linked:
        return Linked()

    def test_an_opened_case_carries_what_was_typed_and_names_its_origin(self, w: Linked) -> None:
        party = w.party().id
        first = w.act("file", subject="某事", party=[party])
        w.act("refer", first)
        worker.once(moment(DAY))
        second = CaseLink.objects.get(case=first).other
        state = store.read(second).state
        assert state is not None
        assert (state.values["subject"], state.values["origin"], state.sides["party"][0]["id"]) == (
            "某事",
            first,
            party,
        )
        assert store.read(second).organ == w.bureau.id
        w.act("answer", second)
        worker.once(moment(DAY))
        assert [b["action"] for b in bodies(first)] == ["file", "refer", "hear"]
        assert bodies(first)[-1]["actor"] == {"person": "system"}

    def test_killed_at_any_statement_it_loses_and_doubles_nothing(self, w: Linked) -> None:
        first = w.act("file", subject="某事")
        w.act("refer", first)
        late = w.act("file", subject="过期")
        later = moment(DAY + timedelta(days=30))
        killed = 0
        for n in range(1, 200):
            try:
                with dying(n):
                    worker.once(later)
            except Killed:
                killed += 1
                continue
            break
        assert killed > 10
        worker.once(later)
        worker.once(later)
        assert Case.objects.count() == 3
        assert [b["action"] for b in bodies(late)] == ["file", "lapse"]
        opened = CaseLink.objects.get(case=first).other
        assert [b["action"] for b in bodies(opened)] == ["file", "lapse"] or len(bodies(opened)) == 1
        assert not Errand.objects.filter(done_at__isnull=True).exists()
        report = verify.verify(refold=refold)
        assert report.ok, report.first_bad
        assert report.sealed == report.events

    def test_an_errand_in_trouble_says_why_and_holds_up_no_other(self, w: Linked) -> None:
        first = w.act("file", subject="某事")
        w.act("refer", first)
        Errand.objects.create(case="0" * 32, seq=1, kind="opens", data=b'{"opens":"linked","carries":{}}')
        worker.once(moment(DAY))
        trouble = Errand.objects.get(case="0" * 32)
        assert (trouble.done_at, trouble.tries) == (None, 1)
        assert "来源案件不存在" in trouble.trouble
        assert CaseLink.objects.filter(case=first).count() == 1


@pytest.mark.usefixtures("sqlite_db")
class TestOnSQLite(Contract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestOnPostgreSQL(Contract):
    pass
