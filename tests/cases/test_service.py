"""Running a case, on both databases: written together with its event, once, by whom the law lets, or not at all."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from fazhi.cases import casefile, papers, personal, search, service, store, worker
from fazhi.cases.errors import NotThere, Refused, Stale
from fazhi.cases.models import Case, CaseSide, GivenNumber, Paper
from fazhi.cases.refold import bodies, refold
from fazhi.ledger import store as ledger
from fazhi.ledger import verify
from fazhi.ledger.access_log import Reader
from fazhi.procedures import Command, compose

from .build import DAY, World, moment


def events() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger_event")
        return int(cursor.fetchone()[0])


class ServiceContract:
    @pytest.fixture
    def w(self) -> World:
        return World()

    def test_an_act_writes_event_and_row_together(self, w: World) -> None:
        case = w.filed()
        row = Case.objects.get(pk=case)
        assert (row.phase, row.seq, str(row.due)[:10], row.number) == (
            "open",
            1,
            "2026-05-31",
            "甲局小案〔2026〕1号",
        )
        assert bytes(row.head) == ledger.events(case)[-1].hash
        assert row.title == "某事"

    def test_a_refused_act_writes_nothing(self, w: World) -> None:
        case = w.filed()
        before = events(), Case.objects.get(pk=case).seq
        with pytest.raises(Refused) as refused:
            w.run("decide", case=case, values={"amount": 100})
        assert "尚未调查" in refused.value.message
        assert refused.value.law == "行政处罚法 第五十四条"
        assert "请先办理「调查」" in refused.value.next
        assert (events(), Case.objects.get(pk=case).seq) == before

    def test_whoever_proposed_does_not_approve(self, w: World) -> None:
        case = w.filed(party=[w.party().id])
        w.run("look", case=case)
        w.run("decide", case=case, values={"amount": 100}, facts={"grave": False})
        with pytest.raises(Refused) as refused:
            w.run("", case=case, kind="agree")
        assert "不得审批本人提出的事项" in refused.value.message
        result = w.run("", w.head, case=case, kind="agree")
        assert [b["type"] for b in result.events] == ["agreed", "acted"]
        assert result.events[1]["actor"]["person"] == w.handler.person
        assert Case.objects.get(pk=case).closed_on is not None

    def test_the_paper_shown_to_the_approver_is_numbered_at_the_last_yes(self, w: World) -> None:
        case = w.filed(words="家住某处", party=[w.party().id])
        w.decided(case)
        draft, issued = Paper.objects.filter(case=case).order_by("seq")
        assert (draft.number, issued.number) == ("", "甲局决〔2026〕1号")
        text = papers.open_(issued)
        assert text.digest() == issued.hash == bodies(case)[-1]["documents"][0]["hash"]
        assert any("家住某处" in str(r) for r in text.runs())

    def test_a_paper_without_what_the_law_wants_is_refused_by_name(self, w: World) -> None:
        case = w.filed(party=[w.party().id])
        w.run("look", case=case)
        before = events(), Paper.objects.count()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compose, "lacking", lambda sources, name: [("party.address", "住所")])
            with pytest.raises(Refused) as refused:
                w.run("decide", case=case, values={"amount": 100}, facts={"grave": False})
        assert refused.value.message == "《决定书》依法应当载明「住所」，还没有填写"
        assert refused.value.law == "行政处罚法 第五十九条第一款"
        assert "当事人信息" in refused.value.next
        assert (events(), Paper.objects.count()) == before

    def test_the_same_key_acts_once(self, w: World) -> None:
        first = w.run("file", values={"subject": "某事"}, key="click-1")
        again = w.run("file", values={"subject": "某事"}, key="click-1")
        assert again.replayed
        assert (again.case, Case.objects.count()) == (first.case, 1)

    def test_a_stale_page_is_told_what_changed(self, w: World) -> None:
        case = w.filed()
        w.run("look", case=case)
        with pytest.raises(Stale) as stale:
            w.run("look", case=case, expected_seq=1)
        assert stale.value.since == ("2026-03-02 调查",)
        assert "没有提交" in stale.value.next

    def test_a_case_of_others_is_not_there(self, w: World) -> None:
        case = w.filed()
        with pytest.raises(NotThere):
            w.run("look", w.stranger, case=case)
        with pytest.raises(NotThere):
            casefile.open_(w.stranger, case, DAY)
        assert search.find(w.stranger, search.Filters(), DAY).total == 0
        assert search.find(w.mayor, search.Filters(), DAY).total == 1

    def test_a_side_that_sees_its_own_sees_no_more(self, w: World) -> None:
        case = w.filed(words="秘密", other=[w.second.id])
        assert Case.objects.get(pk=case).number.startswith("甲局")
        w.run("help", w.stranger, case=case, values={"words": "协助情况"})
        seen = casefile.open_(w.stranger, case, DAY)
        assert [e.title for e in seen.entries] == ["协助"]
        assert len(casefile.open_(w.handler, case, DAY).entries) == 2

    def test_personal_words_are_beside_the_chain(self, w: World) -> None:
        case = w.filed(words="某人电话某某")
        raw = ledger.events(case)[0].body
        assert "某人".encode() not in raw
        commitment = bodies(case)[0]["values"]["words"]["commit"]
        assert personal.reveal([{"commit": commitment}], Reader("p"))[commitment] == "某人电话某某"
        assert b"commit" in bytes(Case.objects.get(pk=case).state)

    def test_an_expired_limit_runs_out_before_the_next_act(self, w: World) -> None:
        case = w.filed()
        w.run("look", case=case, values={"deadline": "2026-03-10"})
        assert str(Case.objects.get(pk=case).expires)[:10] == "2026-03-10"
        with pytest.raises(Refused):
            w.run("look", case=case, on=date(2026, 3, 20))
        service.expire(case, now=moment(date(2026, 3, 20)))
        last = bodies(case)[-1]
        assert (last["type"], last["action"], last["occurred_on"], last["actor"]) == (
            "expired",
            "lapse",
            "2026-03-11",
            {"person": "system"},
        )
        assert Case.objects.get(pk=case).expires is None
        assert service.expire(case, now=moment(date(2026, 3, 21))).events == ()

    def test_a_lookup_finds_the_party_in_earlier_cases(self, w: World) -> None:
        party = w.party().id
        first = w.filed(party=[party])
        w.decided(first)
        second = w.filed(party=[party])
        w.run("look", case=second)
        with pytest.raises(Refused) as refused:
            w.run("decide", case=second, values={"amount": 1}, facts={"grave": False})
        assert "曾受处理" in refused.value.message
        w.run("decide", case=second, values={"amount": 1}, facts={"grave": True})
        assert bodies(second)[-1]["lookups"]["before"] == {"value": 1, "found": [first]}
        assert CaseSide.objects.filter(case=second, side="party").count() == 1

    def test_a_correction_of_the_same_day_is_the_authors_own(self, w: World) -> None:
        case = w.filed()
        w.run("look", case=case, values={"amount": 500})
        w.run("", case=case, kind="correct", target=2, values={"amount": 5000}, reason="少打一个零")
        assert store.read(case).state.values["amount"] == 5000  # type: ignore[union-attr]
        assert [b["type"] for b in bodies(case)] == ["opened", "acted", "corrected"]
        assert refold(case, [e.body for e in ledger.events(case)]) is None

    def test_a_later_correction_needs_a_second_person(self, w: World) -> None:
        case = w.filed()
        w.run("look", case=case, values={"amount": 500})
        later = DAY + timedelta(days=1)
        w.run("", case=case, on=later, kind="correct", target=2, values={"amount": 5000}, reason="少打一个零")
        assert store.read(case).state.values["amount"] == 500  # type: ignore[union-attr]
        with pytest.raises(Refused):
            w.run("", case=case, on=later, kind="agree")
        w.run("", w.head, case=case, on=later, kind="agree")
        assert store.read(case).state.values["amount"] == 5000  # type: ignore[union-attr]

    def test_the_last_act_is_voided_before_earlier_ones(self, w: World) -> None:
        case = w.filed()
        w.run("look", case=case, values={"amount": 500})
        with pytest.raises(Refused) as refused:
            w.run("", case=case, kind="void", target=1, reason="误立")
        assert "请先撤销「调查」" in refused.value.next
        w.run("", case=case, kind="void", target=2, reason="误录")
        state = store.read(case).state  # type: ignore[union-attr]
        assert state is not None
        assert ("amount" in state.values, len(state.acts), state.seq) == (False, 1, 3)
        w.run("look", case=case, values={"amount": 600})
        assert refold(case, [e.body for e in ledger.events(case)]) is None

    def test_days_must_follow_and_be_explained(self, w: World) -> None:
        case = w.filed()
        with pytest.raises(Refused) as early:
            w.run("look", case=case, on=DAY - timedelta(days=1), today=DAY)
        assert "早于前一步" in early.value.message
        with pytest.raises(Refused) as late:
            w.run("look", case=case, today=DAY + timedelta(days=9))
        assert late.value.refusals[0].field == "reason"
        w.run("look", case=case, today=DAY + timedelta(days=9), reason="纸质先行")
        with pytest.raises(Refused) as ahead:
            w.run("look", case=case, on=DAY + timedelta(days=10), today=DAY)
        assert "晚于今天" in ahead.value.message

    def test_numbers_have_no_gap_and_say_whose_they_are(self, w: World) -> None:
        cases = [w.filed() for _ in range(3)]
        with pytest.raises(Refused):
            w.run("file", values={})
        cases.append(w.filed())
        given = GivenNumber.objects.filter(series="小案").order_by("n")
        assert [(g.n, g.case) for g in given] == list(enumerate(cases, 1))

    def test_everything_verifies_and_refolds(self, w: World) -> None:
        cases = [w.filed(words="某人") for _ in range(3)]
        w.decided(cases[0])
        worker.once(moment(DAY))
        report = verify.verify(refold=refold)
        assert (report.ok, report.events, report.sealed) == (True, 7, 7)
        Case.objects.filter(pk=cases[0]).update(phase="open")
        report = verify.verify(refold=refold)
        assert not report.ok
        assert report.first_bad is not None
        assert report.first_bad.case == cases[0]

    def test_many_at_once_lose_and_double_nothing(self, w: World) -> None:
        case = w.filed()
        done, refused = [], []

        def act(n: int) -> None:
            try:
                service.run(
                    Command("act", action="look", on=DAY), w.handler, case=case, key=f"k{n}", now=moment(DAY)
                )
                done.append(n)
            except Exception as error:  # counted below
                refused.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=act, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert refused == []
        assert [e.seq for e in ledger.events(case)] == list(range(1, 10))
        assert refold(case, [e.body for e in ledger.events(case)]) is None


@pytest.mark.usefixtures("sqlite_db")
class TestOnSQLite(ServiceContract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestOnPostgreSQL(ServiceContract):
    pass
