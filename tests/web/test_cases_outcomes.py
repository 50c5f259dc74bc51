"""Every way in which a 行政复议 or an 依申请公开 can end: chosen on the form, agreed to, on paper, served, with its remedy.

What leads up to it is done through the service; the ending goes through the screens. The turns on the way are walked in
test_cases_walks.py.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.web.cases_build import Web, filled, words
from tests.web.walk import Walk

from fazhi.cases import definitions, papers, service
from fazhi.figures import mirror, query
from fazhi.ledger import seal
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Organ
from fazhi.procedures import Command
from fazhi.procedures.text import Text, plain

COURT = "可以自收到本决定书之日起15日内依法向"
RULED = {
    "found": "经审理查明的事实。",
    "reasoning": "本机关的理由。",
    "ruling": "决定的内容。",
    "perform_within": "0",
}
CALM = {"q_major": "no", "q_technical": "no", "q_act_public": "no"}
# outcome: what the case is about, the answers of the form, what the paper must say
DECISIONS: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "change": ("penalty", {"v_basis": "unfit", "q_worse": "no"}, ("内容不适当", "第六十三条第一款", "决定变更该行政行为")),
    "partly_revoke": ("penalty", {"v_basis": "procedure"}, ("违反法定程序", "第六十四条第一款")),
    "illegal": ("penalty", {"v_basis": "minor"}, ("程序轻微违法", "第六十五条")),
    "order": ("duty", {"v_perform_within": "30"}, ("不履行法定职责", "第六十六条", "自收到本决定书之日起30日内履行")),
    "void": ("penalty", {"q_asked_void": "yes"}, ("重大且明显违法", "第六十七条")),
    "no_answer": ("penalty", {"v_default_form": "revoke", "q_not_answered": "yes", "q_third_proved": "no"}, ("视为该行政行为没有证据、依据", "第七十条", "决定撤销")),
    "agreement": ("agreement", {}, ("第七十一条",)),
    "uphold": ("penalty", {}, ("认定事实清楚", "第六十八条")),
    "refuse": ("duty", {}, ("没有相应法定职责", "第六十九条")),
}  # fmt: skip
ENDS: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "terminate.withdrawn": ("termination_decision", {}, ("准予撤回而终止", "第四十一条", "不得再以同一事实和理由")),
    "terminate.settled": ("termination_decision", {"q_lawful_deal": "yes"}, ("和解撤回而终止", "不得再以同一事实和理由")),
    "terminate.died": ("termination_decision", {}, ("申请人死亡，无近亲属或者近亲属放弃",)),
    "terminate.dissolved": ("termination_decision", {}, ("申请组织终止，无承受人或者承受人放弃",)),
    "terminate.criminal": ("termination_decision", {}, ("因同一违法行为被采取刑事强制措施",)),
    "terminate.dormant": ("termination_decision", {}, ("中止满六十日原因仍未消除",)),
    "dismiss": ("dismissal_decision", {"v_unmet": "interest", "v_why": "没有利害关系。"}, ("没有利害关系", "第三十三条", COURT)),
    "reject.unfit": ("rejection", {"v_unmet": "late", "v_why": "申请已过期限。"}, ("超过申请期限", "第三十条第二款", COURT)),
    "reject.elsewhere": ("rejection", {"v_competent": "望海市人民政府", "v_why": "不属于本机关管辖。"}, ("请向望海市人民政府提出", COURT)),
}  # fmt: skip


class Office:
    """The review office with its chief, the bureau whose act is attacked, each signed in once."""

    def __init__(self, w: Web, walk: Walk) -> None:
        self.w, self.walk = w, walk
        self.clerk, self.chief = w.person("handler", w.government), w.person("office_head", w.government)
        self.clients: dict[tuple[str, str, date], Client] = {}
        self.served = False

    def client(self, who: ActorContext) -> Client:
        """Signed in once a day: a session does not outlive the night."""
        key = (who.person, self.walk.case, self.walk.today)
        if key not in self.clients:
            self.clients[key] = self.w.client(who)
        return self.clients[key]

    def run(self, who: ActorContext, action: str, on: str, kind: str = "act", **more: Any) -> None:
        """Past the screens: what leads up to the ending."""
        self.walk.day(on)
        command = Command(kind, action=action, on=date.fromisoformat(on), **more)  # type: ignore[arg-type]
        done = service.run(
            command, who, case=self.walk.case or None, procedure=self.walk.procedure, now=self.walk.now()
        )
        self.walk.case = done.case

    def begin(self, kind: str) -> None:
        """Accepted. A duty that was not performed has no day on which it was done."""
        self.walk.case = ""
        told = {
            "applicant": [{"id": self.w.party().id}], "respondent": [self.w.bureau.id], "form": "written",
            "act_title": "罚款二千元的处罚决定", "act_kind": kind, "act_on": "2026-02-10", "on_spot": False, "amount": 200000,
            "real_estate": False, "first_by_law": False, "applied_on": "2026-03-02", "received_on": "2026-03-02",
            "known_on": "2026-02-10", "told_rights": True, "request": "撤销", "reasons": "不服", "claimed": False,
        }  # fmt: skip
        self.run(self.clerk, "apply", "2026-03-02", values=told)

    def accept(self) -> None:
        yes = dict.fromkeys(("has_parties", "interested", "has_claim", "in_scope", "in_charge"), True)
        no = dict.fromkeys(("excused", "already", "in_court"), False)
        self.run(self.clerk, "accept", "2026-03-03", facts=yes | no)

    def examine(self, *, answered: bool = True) -> None:
        self.accept()
        served = {"of": "send", "to": "respondent", "way": "direct", "served_on": "2026-03-03"}
        self.run(self.clerk, "send", "2026-03-03")
        self.run(self.clerk, "hand_over", "2026-03-03", values=served)
        if answered:
            self.run(self.w.handler, "answer", "2026-03-09", values={"answer_text": "请求维持。"})
        heard = {"heard": "applicant", "heard_way": "phone", "heard_note": "坚持请求"}
        self.run(self.clerk, "hear", "2026-03-10", values=heard)

    def end(self, on: str, action: str, outcome: str, fields: dict[str, str]) -> str:
        """Through the form, its check and the button; what the check page said."""
        self.walk.day(on)
        client, address = self.client(self.clerk), f"/cases/{self.walk.case}/do/{action}/"
        sent = filled(client, address, **({"outcome": outcome} if outcome else {}), **fields)
        checked = words(client.post(address, sent, follow=True))
        assert "还没有提交" in checked, (action, outcome, checked[checked.find("需要改") :][:300])
        done = client.post(address, {"step": "submit", "token": sent["token"]})
        assert done.status_code == 302, (action, outcome)
        return checked

    def paper(self, template: str) -> tuple[Text, str]:
        """The issued paper: its text, and the page that shows it."""
        file = self.walk.file(self.clerk)
        row = next(p for p in file.papers if p.template == template and p.number)
        page = self.client(self.clerk).get(f"/cases/{self.walk.case}/papers/{row.pk}/")
        assert page.status_code == 200, template
        return papers.open_(row), words(page)

    def serve(self, on: str, of: str, to: str) -> None:
        """Handed over: the first time on the screen, then past it, for it is the same screen."""
        values = {"of": of, "to": to, "way": "direct", "served_on": on}
        if self.served:
            self.run(self.clerk, "hand_over", on, values=values)
        else:
            self.end(on, "hand_over", "", {f"v_{k}": v for k, v in values.items()})
        self.served = True


def whole(text: Text) -> str:
    return plain(tuple(text.runs()))


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    w = Web()
    return Office(w, Walk(w, monkeypatch, "reconsideration"))


def test_every_decision_is_on_paper_served_and_tells_of_the_court(office: Office) -> None:
    listed = definitions.in_force("reconsideration", date(2026, 3, 2)).actions["decide"].outcomes
    assert set(DECISIONS) | {"revoke"} == set(listed)  # revoke is walked from the first step to the last
    for outcome, (kind, fields, told) in DECISIONS.items():
        office.begin(kind)
        office.examine(answered=outcome != "no_answer")
        given = {f"v_{k}": v for k, v in RULED.items()} | CALM | fields
        office.end("2026-03-23", "decide", outcome, given)
        office.run(office.chief, "", "2026-03-23", kind="agree")
        office.run(office.w.mayor, "", "2026-03-24", kind="agree")
        text, page = office.paper("decision")
        assert text.missing() == (), outcome
        for words_ in (*told, COURT, "一经送达，即发生法律效力"):
            assert words_ in whole(text), (outcome, words_, whole(text))
        assert "行政复议决定书" in page
        office.serve("2026-03-25", "decide", "applicant")
        office.serve("2026-03-25", "decide", "respondent")
        file = office.walk.file(office.clerk)
        assert file.state.clocks["sue"]["due"] == "2026-04-09", outcome  # 15 days from service
        limit = file.state.clocks.get("performance")
        assert (limit["due"] if limit else "") == ("2026-04-24" if outcome == "order" else ""), outcome
        assert file.state.flaws == [], (outcome, file.state.flaws)
        assert file.state.outcome == outcome


def test_what_ends_without_a_decision_is_on_paper_and_served(office: Office) -> None:
    actions = definitions.in_force("reconsideration", date(2026, 3, 2)).actions
    kinds = {f"{a}.{o}" for a in ("terminate", "reject") for o in actions[a].outcomes} | {"dismiss"}
    assert set(ENDS) == kinds
    for name, (template, fields, told) in ENDS.items():
        action, _, outcome = name.partition(".")
        office.begin("penalty")
        on = "2026-03-05"
        if action != "reject":
            office.accept()
        if outcome == "dormant":
            office.run(office.clerk, "suspend", "2026-03-05", values={"suspend_ground": "death"})
            office.run(office.chief, "", "2026-03-05", kind="agree")
            on = "2026-05-06"
        office.end(on, action, outcome, fields)
        office.run(office.chief, "", on, kind="agree")
        if action == "dismiss":
            office.run(office.w.mayor, "", on, kind="agree")
        text, _ = office.paper(template)
        assert text.missing() == (), name
        for words_ in told:
            assert words_ in whole(text), (name, words_, whole(text))
        office.serve(on, action, "applicant")
        file = office.walk.file(office.clerk)
        assert file.row.phase == "closed", name
        kinds_ = {r["kind"] for r in file.state.remedies}
        assert kinds_ == ({"litigation"} if action != "terminate" else set()), name
        assert ("提起行政诉讼：" in office.walk.page(office.clerk)) == bool(kinds_), name


# ---- 依申请公开: outcome → the answers, what the letter says, the line of the annual table (表三) that it feeds

CLEAN = {"q_checked": "yes", "q_harms_third": "no"}
ANSWERS: dict[str, tuple[dict[str, str], str, str]] = {
    "provided": (CLEAN, "第三十六条第二项", "granted"),
    "already_public": ({}, "第三十六条第一项", "granted"),
    "partly": (CLEAN | {"v_refuse_ground": "internal", "q_public_interest": "no"}, "第三十七条", "partly"),
    "refused": ({"v_refuse_ground": "process", "q_divisible": "no"}, "第三十六条第三项", "refused"),
    "register_info": ({}, "第三十六条第七项", "refused"),
    "not_existing": ({}, "第三十六条第四项", "unable"),
    "not_ours": ({"v_in_charge": "县自然资源局"}, "第三十六条第五项", "unable"),
    "needs_processing": ({"q_divisible": "no"}, "第三十八条", "unable"),
    "unclear": ({}, "第三十条", "unable"),
    "petition": ({}, "第三十九条第一款", "unhandled"),
    "repeated": ({"q_repeated": "yes"}, "第三十六条第六项", "unhandled"),
    "publication": ({}, "第三十九条第二款", "unhandled"),
    "unreasonable": ({"q_reasonable": "no"}, "第三十五条", "unhandled"),
    "reissue": ({}, "要求确认或者重新出具已获取的信息，不予处理", "unhandled"),
}  # fmt: skip
FIRST = ("refused", "partly")  # 行政复议法第二十三条第一款第四项: to the review before the court


def test_every_answer_to_a_request_has_its_letter_its_remedy_and_its_line_in_the_annual_table(
    office: Office, home: Any
) -> None:
    mirror.forget()
    d = definitions.in_force("disclosure_request", date(2026, 3, 2))
    assert set(ANSWERS) == set(d.actions["answer"].outcomes)
    office.walk.procedure = "disclosure_request"
    bureaus = (office.w.bureau, office.w.second, office.w.government)
    expected: dict[str, list[str]] = {b.id: [] for b in bureaus}
    staff = [(office.w.person("handler", b), office.w.person("office_head", b)) for b in bureaus]
    for n, (outcome, (fields, article, line)) in enumerate(ANSWERS.items()):
        office.walk.case = ""
        office.clerk, chief = staff[n % 3]
        office.run(office.clerk, "register", "2026-03-02", values=_request(office.w))
        if outcome == "unclear":
            office.run(office.clerk, "ask_correction", "2026-03-03", values={"to_correct": "年度", "correct_by": "2026-03-20"})  # fmt: skip
            office.run(office.clerk, "receive_correction", "2026-03-04")
        if outcome == "unreasonable":
            office.run(office.clerk, "ask_reasons", "2026-03-03", facts={"excessive": True})
        office.end("2026-03-09", "answer", outcome, {"v_content": "具体说明。", **fields})
        office.run(chief, "", "2026-03-10", kind="agree")
        text, _ = office.paper("answer_letter")
        said = whole(text)
        assert text.missing() == (), outcome
        for words_ in (article, d.actions["answer"].outcomes[outcome].title, "具体说明。"):
            assert words_ in said, (outcome, words_, said)
        review = (
            "应当先自收到本答复书之日起60日内向" if outcome in FIRST else "可以自收到本答复书之日起60日内向"
        )
        assert review in said, (outcome, said)
        assert ("6个月内依法" in said) == (outcome not in FIRST), (outcome, said)
        office.serve("2026-03-10", "answer", "applicant")
        assert office.walk.file(office.clerk).state.flaws == [], outcome
        expected[bureaus[n % 3].id] += [line, "processed"]
    for n, (action, on) in enumerate((("withdraw", "2026-03-05"), ("abandon", "2026-03-23"))):
        office.walk.case = ""
        office.clerk = staff[n][0]
        office.run(office.clerk, "register", "2026-03-02", values=_request(office.w))
        if action == "abandon":
            asked = {"to_correct": "年度", "correct_by": "2026-03-20"}
            office.run(office.clerk, "ask_correction", "2026-03-03", values=asked)
        office.run(office.clerk, action, on, **({"reason": "没有正当理由"} if action == "abandon" else {}))
        expected[bureaus[n].id] += ["otherwise", "processed"]
    _counted(bureaus, expected)


def _request(w: Web) -> dict[str, Any]:
    return {
        "applicant": [{"id": w.party().id}], "applicant_kind": "citizen", "channel": "in_person",
        "submitted_on": "2026-03-02", "wanted": "某工程的合同", "form_wanted": "纸质",
    }  # fmt: skip


def _counted(bureaus: tuple[Organ, ...], expected: dict[str, list[str]]) -> None:
    """What each bureau's own figures say is what was done there, and the annual table comes out even."""
    seal.seal()
    lines = ("granted", "partly", "refused", "unable", "unhandled", "otherwise", "processed")
    everywhere = Counter(x for found in expected.values() for x in found)
    for organ in bureaus:
        # a government counts for all below it
        own = everywhere if organ.kind == "government" else Counter(expected[organ.id])
        q = query.ask("339821", "2026", organ=organ.id)
        found = {v.id: v for v in query.values(q, only=[f"disclosure_request.{line}" for line in lines])}
        told = {line: int(found[f"disclosure_request.{line}"].value or 0) for line in lines}
        assert told == {line: own[line] for line in lines}, organ.name
        assert {line: found[f"disclosure_request.{line}"].cases for line in lines} == told
        sums = [x for x in query.check(q) if x.procedure == "disclosure_request"]
        assert sums
        assert [x.difference for x in sums] == [0] * len(sums)
