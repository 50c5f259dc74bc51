"""What a case waits for, and from whom: the shipped definitions, said by their own rules."""

from __future__ import annotations

from datetime import date, timedelta

from fazhi.cases import waiting
from fazhi.law import Calendar
from fazhi.procedures import Actor, Command, Definition, Resolved, State, decide, options, shipped
from fazhi.procedures.course import leads_on, main_line, turns_back
from fazhi.procedures.state import evolve

DAY = date(2026, 3, 2)
CALENDAR = Calendar.shipped()


def definition(name: str) -> Definition:
    d = shipped().latest(name)
    assert d is not None
    return d


class Course:
    """A case of a shipped procedure, run by the pure engine as the scenarios run it."""

    def __init__(self, name: str) -> None:
        self.d, self.state, self.today = definition(name), None, DAY

    def actor(self, role: str, organ: str = "organ") -> Actor:
        return Actor(role, role, role, organ, frozenset({organ}), frozenset({role}))

    def resolved(self) -> Resolved:
        amounts = {"money": 10**8, "int": 3}
        parameters = {
            n: {"value": amounts[p.type], "source": "测试"} for n, p in self.d.source.parameters.items()
        }
        return Resolved(today=self.today, parameters=parameters, county="350881", case="c")

    def do(self, action: str, role: str = "handler", organ: str = "organ", **more: object) -> None:
        command = Command(more.pop("kind", "act"), action=action, on=self.today, **more)  # type: ignore[arg-type]
        decision = decide(self.d, self.state, command, self.actor(role, organ), self.resolved(), CALENDAR)
        assert decision.ok, [str(r) for r in decision.refusals]
        for body in decision.events:
            self.state = evolve(self.state, {**body, "recorded_at": "2026-03-02T04:00:00Z"})

    def calls(self, role: str, organ: str = "organ") -> list[str]:
        assert isinstance(self.state, State)
        offered = options(self.d, self.state, self.actor(role, organ), self.resolved())
        return [c.action.name for c in waiting.calls(self.d, self.state, self.resolved(), offered)]


OFFICERS = [{"id": n, "name": n, "certified": True, "certificate": n} for n in ("a", "b")]


def investigated() -> Course:
    c = Course("penalty")
    given = {"party": [{"id": "p", "name": "某公司", "kind": "enterprise"}]}
    c.do(
        "file",
        values={"cause": "x", "source": "inspection", "found_on": "2026-03-01", "officers": OFFICERS},
        sides=given,
    )
    c.do("", "head", kind="agree")
    return c


def examined(**facts: bool) -> Course:
    c = investigated()
    c.do("collect", values={"kind": "physical", "name": "饼干", "taken_on": "2026-03-02"})
    asked = (
        dict.fromkeys(("public_interest", "difficult", "review_by_rule", "major_rights", "grave"), False)
        | facts
    )
    c.do("conclude", values={"act_on": "2026-02-20", "facts_found": "属实"}, facts=asked)
    return c


def test_nothing_is_called_for_while_a_proposal_waits() -> None:
    c = Course("penalty")
    given = {"party": [{"id": "p", "name": "某公司", "kind": "enterprise"}]}
    c.do(
        "file",
        values={"cause": "x", "source": "inspection", "found_on": "2026-03-01", "officers": OFFICERS},
        sides=given,
    )
    assert c.calls("handler") == []


def test_the_next_phase_is_what_the_handler_is_asked_for() -> None:
    assert investigated().calls("handler")[0] == "conclude"
    assert "refer" not in investigated().calls("handler")  # handing the case away is no next step


def test_the_reviewer_is_asked_only_when_the_file_has_been_sent() -> None:
    c = examined(review_by_rule=True)
    assert c.calls("legal_reviewer") == []
    c.do("submit_review")
    assert c.calls("legal_reviewer") == ["legal_review"]
    c.do(
        "legal_review",
        "legal_reviewer",
        outcome="pass",
        values={"review_opinion": "同意"},
        facts={"reviewer_qualified": True},
    )
    assert c.calls("legal_reviewer") == []


def test_the_head_is_asked_to_discuss_only_a_grave_case() -> None:
    assert examined().calls("head") == []
    assert examined(grave=True).calls("head") == ["discuss"]


def test_a_reply_to_the_notice_calls_for_its_recheck() -> None:
    c = examined()
    c.do(
        "notify",
        values={"measures": ["fine"], "fine": 100, "confiscated": 0, "basis": "某条"},
        facts={"hearing_other": False},
    )
    assert c.calls("handler")[:2] == [
        "hand_over",
        "hear_party",
    ]  # the five days run from service; the party has to be heard
    served = {"of": "notify", "to": "party", "way": "direct", "served_on": c.today.isoformat()}
    c.do("hand_over", values=served)
    assert "hand_over" not in c.calls("handler")
    c.do("hear_party", values={"statement": "不服"})
    assert c.calls("handler")[0] == "recheck"


def test_after_the_decision_service_and_payment_are_called_for() -> None:
    c = examined()
    c.do("order_correction", values={"correction": "改正"})
    c.do(
        "notify",
        values={"measures": ["fine"], "fine": 100, "confiscated": 0, "basis": "某条"},
        facts={"hearing_other": False},
    )
    c.do("waive", values={"note": "放弃"})
    facts = dict.fromkeys(("suspected_crime", "of_interest", "fined_before"), False)
    c.do(
        "decide",
        outcome="penalty",
        values={"measures": ["fine"], "fine": 100, "confiscated": 0, "basis": "某条"},
        facts=facts,
    )
    c.do("", "head", kind="agree")
    assert {"hand_over", "pay"} <= set(c.calls("handler"))
    assert "end_execution" not in c.calls("handler")  # breaking off is no next step


def test_a_limit_that_runs_calls_for_the_act_that_ends_it() -> None:
    c = investigated()
    c.do("hold", values={"goods": "饼干"})
    c.do("", "head", kind="agree")
    assert "settle_hold" in c.calls("handler")


def test_an_entry_of_a_register_waits_for_no_end() -> None:
    d = definition("enforcement_certificate")
    assert not leads_on(d, "valid", d.actions["end"])


def test_a_check_that_may_turn_back_is_called_for() -> None:
    d = definition("supervision_order")
    assert leads_on(d, "answered", d.actions["check"])
    assert turns_back(d, "answered", d.actions["check"])
    assert not leads_on(d, "answered", d.actions["close"])


def test_each_phase_of_the_main_line_has_a_way_on() -> None:
    for name in (
        "penalty",
        "reconsideration",
        "disclosure_request",
        "supervision_order",
        "plan_task",
        "annual_report",
    ):
        d = definition(name)
        for phase in main_line(d):
            if phase not in d.ends:
                assert any(leads_on(d, phase, a) for a in d.actions.values() if phase in a.from_), (
                    d.name,
                    phase,
                )


def test_a_day_later_is_another_question() -> None:
    c = investigated()
    c.today = DAY + timedelta(days=1)
    assert c.calls("handler")


def test_a_limit_of_the_respondent_calls_for_its_answer_and_nobody_elses() -> None:
    c = Course("reconsideration")
    c.do(
        "apply",
        values={
            "applicant": [{"id": "p", "name": "某公司", "kind": "enterprise"}], "respondent": ["other"], "form": "written",
            "act_title": "x", "act_kind": "licence", "act_on": "2026-03-01", "on_spot": False, "amount": 0, "real_estate": False, "first_by_law": False,
            "applied_on": "2026-03-02", "received_on": "2026-03-02", "known_on": "2026-03-01", "told_rights": True,
            "request": "x", "reasons": "x", "claimed": False,
        },
    )  # fmt: skip
    yes = dict.fromkeys(("has_parties", "interested", "has_claim", "in_scope", "in_charge"), True)
    c.do("accept", facts={**yes, **dict.fromkeys(("excused", "already", "in_court"), False)})
    assert "terminate" not in c.calls("handler")  # what breaks a case off is no next step of it
    c.do("send")
    assert c.calls("handler")[0] == "hand_over"
    c.do("hand_over", values={"of": "send", "to": "respondent", "way": "direct", "served_on": "2026-03-02"})
    offered = options(c.d, c.state, c.actor("handler"), c.resolved())
    office = [x.action.name for x in waiting.calls(c.d, c.state, c.resolved(), offered, ("authority",))]
    assert office[0] == "hear"  # before the decision; the answer is the respondent's turn
    assert "answer" not in office
    offered = options(c.d, c.state, c.actor("handler", "other"), c.resolved())
    called = waiting.calls(c.d, c.state, c.resolved(), offered, ("respondent",))
    assert [x.action.name for x in called] == ["answer"]
    assert "答复期限" in called[0].why
