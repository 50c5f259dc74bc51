"""行政处罚 of two departments: ends of every kind, and cases on the way to them."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, datetime, timedelta
from typing import Any

from fazhi.cases import attachments
from fazhi.cases.demo import disputes, supervision
from fazhi.cases.demo.offices import SCJ, ZFJ
from fazhi.cases.demo.stage import Act, Script, Stage, agree, hand_over
from fazhi.cases.models import CaseLink
from fazhi.law import SHANGHAI, shift_months

# How each case goes, by the days before today on which it was filed. `stuck` ones stop half-way and are overdue;
# young ones are simply where the calendar has found them.
PLAN = (
    (645, "paid"), (640, "minor"), (622, "paid"), (610, "heavy"), (598, "paid"), (585, "unpaid"), (570, "paid"),
    (566, "supervised"), (553, "first"), (541, "paid"), (530, "challenged"), (518, "paid"), (507, "transferred"),
    (495, "mailed"), (483, "paid"), (471, "unfounded"), (460, "late"), (448, "paid"), (437, "heavy"),
    (425, "paid"), (413, "minor"), (402, "mailed"), (390, "referred"), (378, "paid"), (366, "first"), (352, "paid"),
    (341, "challenged"), (330, "paid"), (318, "late"), (306, "mailed"), (294, "heavy"), (283, "paid"),
    (271, "transferred"), (260, "paid"), (251, "minor"), (240, "unpaid"), (228, "paid"), (217, "mailed"),
    (206, "paid"), (195, "unfounded"), (183, "instalments"), (172, "paid"), (160, "first"), (150, "answered"),
    (138, "unserved"), (131, "open_order"), (118, "stuck"), (109, "stuck"), (97, "stuck"), (93, "paid"),
    (84, "stuck"), (82, "stuck"), (70, "paid"), (61, "heavy"), (52, "paid"), (44, "unpublished"), (35, "mailed"),
    (26, "paid"), (17, "heavy"), (9, "paid"), (4, "paid"),
)  # fmt: skip

PUBLIC = {"heavy", "challenged", "unpublished", "late"}


def begin(stage: Stage) -> None:
    for n, (ago, fate) in enumerate(PLAN):
        case = Penalty(stage, n, ago, fate)
        stage.start("penalty", case.script())


class Penalty:
    """One case: who handles it, against whom, for what, and how it goes."""

    def __init__(self, stage: Stage, n: int, ago: int, fate: str) -> None:
        self.stage, self.n, self.fate = stage, n, fate
        self.office = ZFJ if n % 5 in (2, 4) else SCJ
        self.handler, self.second = self.office.handlers if n % 2 else self.office.handlers[::-1]
        codes = list(self.office.causes)
        self.cause = codes[n % len(codes)]
        self.found, self.order, self.basis = self.office.causes[self.cause]
        kind = ("enterprise", "individual_business", "enterprise", "citizen")[n % 4]
        self.party = stage.party("enterprise" if fate == "heavy" else kind, n)
        self.id = ""
        big = self.party.kind == "enterprise"
        self.fine = (8_000_000 if n % 2 else 6_000_000) if fate == "heavy" else (300_000 + n % 7 * 150_000)
        if not big and fate != "heavy":
            self.fine = 30_000 + n % 6 * 40_000
        self.confiscated = 120_000 if n % 6 == 1 else 0
        measures = ["fine"] + (["confiscate_income"] if self.confiscated else [])
        self.content: dict[str, Any] = {
            "measures": measures, "fine": self.fine, "confiscated": self.confiscated,
            "basis": f"《{self.basis}》及本机关行政处罚裁量基准（演示）",
        }  # fmt: skip
        self.day = stage.ago(ago)
        self.slow = 1 + n % 3

    def next(self, working_days: int) -> date:
        self.day = self.stage.after(self.day, working_days)
        return self.day

    def do(self, working_days: int, action: str, values: dict[str, Any] | None = None, outcome: str = "", **more: Any) -> Act:  # fmt: skip
        return Act(self.next(working_days), self.handler, action, values or {}, outcome, **more)

    def yes(self, working_days: int = 1) -> Act:
        return agree(self.next(working_days), self.office.head)

    # ---- the stages

    def script(self) -> Script:
        yield from self.filed()
        if self.fate == "stuck":
            return
        if self.fate in ("supervised", "answered", "open_order"):
            yield from self.overdue()
            if self.fate == "open_order":
                return
        if self.fate == "late":
            yield self.stage.working(self.day + timedelta(days=84))
            self.day = self.stage.working(self.day + timedelta(days=84))
        if self.fate == "referred":
            yield self.do(
                4, "refer", {"refer_to": "县交通运输局", "note": "经核实，该行为由交通运输部门管辖。"}
            )
            yield self.yes(2)
            return
        yield from self.concluded()
        if self.fate in ("minor", "first", "unfounded", "transferred"):
            yield from self.without_penalty()
            return
        yield from self.told()
        yield from self.decided()
        if self.fate == "unserved":
            return
        yield from self.served()
        yield from self.carried_out()

    def filed(self) -> Script:
        officers = [self.stage.person(x.partition("/")[0]) for x in (self.handler, self.second)]
        values = {
            "party": [self.party.id], "cause": self.cause, "officers": officers,
            "source": ("inspection", "report", "inspection", "assigned", "referred")[self.n % 5],
            "found_on": (self.day - timedelta(days=2 + self.n % 4)).isoformat(),
        }  # fmt: skip
        self.act_on = self.day - timedelta(days=6 + self.n % 5)
        self.id = yield Act(self.day, self.handler, "file", values)
        yield self.yes()
        shown = {"kind": "record", "name": "现场笔录", "shown": True}
        yield self.do(1, "collect", {**shown, "taken_on": self.day.isoformat()})
        yield self.do(0, "order_correction", {"correction": self.order})

    def concluded(self) -> Script:
        yield self.do(2 + self.slow, "collect", {"kind": "documentary", "name": "票据和进货台账", "taken_on": self.day.isoformat()})  # fmt: skip
        yield self.do(self.slow, "collect", {"kind": "party", "name": "询问笔录", "taken_on": self.day.isoformat(), "shown": True})  # fmt: skip
        heavy = self.fate == "heavy"
        facts = {"public_interest": False, "major_rights": heavy, "difficult": heavy, "review_by_rule": self.n % 7 == 3, "grave": heavy}  # fmt: skip
        values = {"act_on": self.act_on.isoformat(), "facts_found": f"经查，当事人{self.found}以上事实有现场笔录、询问笔录和票据证明。"}  # fmt: skip
        yield self.do(3 + self.slow, "conclude", values, facts=facts)
        if heavy or self.n % 7 == 3:
            yield from self.reviewed()

    def reviewed(self) -> Script:
        yield self.do(1, "submit_review")
        if self.n % 3 == 1 and self.fate == "heavy" and not hasattr(self, "returned"):
            self.returned = True
            yield Act(self.next(2), self.office.reviewer, "legal_review", {"review_opinion": "进货数量与询问笔录不一致，请补充核实。"}, "supplement", facts={"reviewer_qualified": True})  # fmt: skip
            yield from self.concluded()
            return
        yield Act(self.next(2), self.office.reviewer, "legal_review", {"review_opinion": "事实清楚，证据充分，适用依据正确，程序合法，裁量适当。"}, "pass", facts={"reviewer_qualified": True})  # fmt: skip

    def without_penalty(self) -> Script:
        values: dict[str, Any]
        match self.fate:
            case "minor" | "first":
                values = {"none_reason": self.fate, "education": "当面讲解有关规定，并发放合规提示单。"}
                outcome = "none"
            case "unfounded":
                values, outcome = {"note": "复检合格，原检验结论不能成立。"}, "unfounded"
            case _:
                values, outcome = {"crime": "非法经营罪"}, "transfer"
        yield self.do(2, "decide", values, outcome)
        yield self.yes()
        if self.fate == "transferred":
            self.stage.start("criminal_transfer", self.handed_to_police(self.day))
            return
        yield hand_over(self.next(2), self.handler, "decide", "party")

    def told(self) -> Script:
        heavy = self.fate == "heavy"
        yield self.do(2, "notify", self.content, facts={"hearing_other": False, "new_facts": False})
        yield hand_over(self.next(1), self.handler, "notify", "party")
        if heavy:
            yield from self.heard()
        elif self.n % 3 == 0:
            yield self.do(2, "hear_party", {"statement": "希望考虑初次违法、已经整改的情况从轻处理。"})
            yield self.do(
                1, "recheck", {"adopted": "partly", "recheck_note": "整改属实，已在裁量幅度内考虑。"}
            )
            self.next(3)
        elif self.n % 3 == 1:
            yield self.do(1, "waive", {"note": "当事人书面表示放弃陈述申辩。"})
        else:
            self.next(5)

    def heard(self) -> Script:
        yield self.do(2, "hear_party", {"statement": "认为处罚金额过高，要求听证。"})
        yield self.do(1, "recheck", {"adopted": "none", "recheck_note": "现有证据可以证明违法事实，意见不予采纳。"})  # fmt: skip
        yield self.do(1, "request_hearing")
        day = self.next(2)
        at = datetime(*self.stage.after(day, 9).timetuple()[:3], 9, 30, tzinfo=SHANGHAI)
        presider = self.stage.person(self.office.reviewer.partition("/")[0])
        yield Act(day, self.handler, "announce_hearing", {"hearing_on": at.isoformat(), "hearing_place": "本机关二楼听证室", "hearing_public": True, "presider": presider})  # fmt: skip
        yield hand_over(self.next(0), self.handler, "announce_hearing", "party")
        self.day = at.date()
        yield self.day  # the record is made when the day has come
        yield Act(self.day, self.office.reviewer, "hold_hearing", {"hearing_record": self.record()}, "held")  # fmt: skip
        yield from self.reviewed()
        yield Act(self.next(2), self.office.head, "discuss", {"discussion": "会议一致同意按告知的内容处罚。"}, reason="局长办公会纪要")  # fmt: skip

    def record(self) -> str:
        """The hearing's record, put into the case as a file."""
        said = f"听证笔录（演示）\n时间：{self.day}\n案由：{self.found}\n双方就事实、依据和裁量发表了意见。\n"
        clerk = self.stage.person(self.handler.partition("/")[0])
        return attachments.add(self.id, "听证笔录.txt", said.encode(), clerk).hash

    def decided(self) -> Script:
        facts = {
            "suspected_crime": False, "of_interest": self.fate in PUBLIC, "nothing_to_correct": False, "fined_before": False,
        }  # fmt: skip
        yield self.do(2, "decide", self.content, "penalty", facts=facts)
        yield self.yes()

    def served(self) -> Script:
        if self.fate == "mailed":
            of = {"of": "decide", "to": "party", "way": "mail", "reference": f"EMS-{1000 + self.n}"}
            yield self.do(1, "deliver", of)
            yield self.do(3, "serve", {"served_on": self.day.isoformat(), "receiver": "收发室"}, part=1)
        else:
            yield hand_over(self.next(1 + self.slow), self.handler, "decide", "party")
        if self.fate in PUBLIC - {"unpublished"}:
            yield self.do(1, "publish")

    def carried_out(self) -> Script:
        if self.fate == "unpaid":
            yield from self.unpaid()
            return
        if self.fate == "challenged":
            yield from self.challenged()
            return
        total = self.fine + self.confiscated
        if self.fate == "instalments":
            until = self.stage.today + timedelta(days=4)
            yield self.do(3, "defer", {"pay_by": until.isoformat(), "note": "经营困难，同意分三期缴纳。"}, "granted")  # fmt: skip
            yield self.yes()
            yield self.do(12, "pay", {"paid": total // 3, "pay_way": "bank"}, "part")
            return
        yield self.do(
            4 + self.slow, "pay", {"paid": total, "pay_way": "online" if self.n % 2 else "bank"}, "full"
        )
        yield self.do(2, "close")
        yield self.yes()

    def unpaid(self) -> Script:
        """Nobody pays: a daily surcharge, the remedies run out, the court is asked."""
        start = self.day + timedelta(days=16)
        self.day = self.stage.working(start + timedelta(days=20))
        days = (self.day - start).days
        values = {
            "surcharge": min(self.fine * 3 * days // 100, self.fine), "surcharge_from": start.isoformat(),
            "surcharge_until": self.day.isoformat(), "challenge_days": 0,
        }  # fmt: skip
        yield self.do(0, "surcharge", values)
        yield self.yes()
        yield hand_over(self.next(1), self.handler, "surcharge", "party")
        self.day = self.stage.working(shift_months(self.day, 5))
        yield self.do(0, "urge")
        yield hand_over(self.next(1), self.handler, "urge", "party")
        self.next(22)
        if self.n % 2:
            self.day = self.stage.working(shift_months(self.day, 1))
        yield self.do(10, "apply_court")
        yield self.yes(2)
        yield self.do(4, "court_accept")
        yield self.do(5, "court_rule", {}, "enforce")
        yield self.do(25, "pay", {"paid": self.fine + self.confiscated, "pay_way": "bank"}, "full")
        yield self.do(3, "close")
        yield self.yes()

    def challenged(self) -> Script:
        """The party goes to review: once the decision stands, once it falls and the agency decides anew."""
        revoked = self.n % 2 == 0
        served = self.day
        yield self.do(9, "challenge", {"challenge_kind": "reconsideration"})
        applied = disputes.Application(
            party=self.party.id, respondent=self.office, act=self.id, title="行政处罚决定", kind="penalty",
            amount=self.fine, known_on=served, on=self.day, outcome="revoke" if revoked else "uphold",
        )  # fmt: skip
        told = disputes.start(self.stage, applied)
        yield told
        self.day = told
        yield self.do(1, "challenge_over", {"told_on": told.isoformat()}, "reconsidered")
        if not revoked:
            yield self.do(2, "pay", {"paid": self.fine + self.confiscated, "pay_way": "bank"}, "full")
            yield self.do(2, "close")
            yield self.yes()
            return
        yield self.do(2, "withdraw_publication", {"note": "处罚决定已被行政复议撤销。"})
        yield self.do(2, "redo", {"redo_by": (self.day + timedelta(days=60)).isoformat()})
        values = {"none_reason": "minor", "education": "重新调查认定情节轻微，已当面教育。"}
        yield self.do(8, "decide", values, "none")
        yield self.yes()

    def overdue(self) -> Generator[Act | date, str, None]:
        """Ninety days run out; the supervisor sends an order; then it moves, or not yet."""
        since = self.day + timedelta(days=92)
        fate = {"supervised": "solved", "answered": "answered", "open_order": "open"}[self.fate]
        issued = self.stage.working(since + timedelta(days=6))
        if fate == "open":
            issued = self.stage.ago(6)
        target = "scj" if self.office is SCJ else "zfj"
        decided = supervision.start(self.stage, self.id, target, self.office, issued, fate)
        yield issued
        self.day = issued
        if fate != "open":
            self.day = self.stage.after(issued, 2)
            yield decided

    def handed_to_police(self, day: date) -> Script:
        """The case that the transfer opened, found by its link."""
        day = self.stage.after(day, 1)
        yield day
        link = CaseLink.objects.filter(case=self.id, kind="opens").first()
        if link is None:
            return
        case = link.other_id if hasattr(link, "other_id") else link.other
        officers = [self.stage.person(x.partition("/")[0]) for x in self.office.handlers]
        values = {"officers": officers, "facts_found": f"当事人{self.found}涉案金额达到追诉标准。"}
        yield Act(
            day, self.handler, "report", values, sides={"police": [self.stage.organ("gaj").id]}, case=case
        )
        day = self.stage.after(day, 2)
        yield Act(day, self.office.head, "rule", outcome="approved", case=case)
        yield Act(day, self.handler, "transfer", {"attached": ["letter", "report", "goods"]}, case=case)
        yield Act(day, self.handler, "receive", case=case)
        day = self.stage.after(day, 2)
        yield Act(day, self.handler, "decide", outcome="file", case=case)
        yield Act(self.stage.after(day, 1), self.handler, "hand_goods", case=case)
