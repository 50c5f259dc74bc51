"""行政复议: under the law before 2024 and under that since; each case runs by the law of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fazhi.cases.demo.offices import Office
from fazhi.cases.demo.stage import Act, Script, Stage, agree, hand_over

HANDLER, OFFICE, HEAD = "fuyi1/handler", "fuyi2/office_head", "xianzhang/head"
OWN_ANSWER = frozenset({"answering", "converted", "opinion", "correcting"})
ANSWER = "被申请的行政行为事实清楚、证据充分、程序合法，请求依法维持。证据、依据目录附后。"
SINCE = date(2024, 1, 1)  # 2023年修订的行政复议法 in force

# Of the years before: the day of the application, what it is about, the outcome.
BEFORE = (
    (date(2023, 2, 20), "injury", "工伤认定决定", "uphold"),
    (date(2023, 4, 10), "penalty", "罚款二千元的处罚决定", "uphold"),
    (date(2023, 6, 5), "licence", "不予许可决定", "revoke"),
    (date(2023, 8, 14), "duty", "不履行查处职责", "order"),
    (date(2023, 11, 20), "other", "责令拆除通知", "withdrawn"),
)
# Days before today, what it is about, amount in fen, the outcome.
SINCE_THEN = (
    (800, "injury", "工伤认定决定", 0, "uphold"),
    (690, "resource", "海域使用权确权决定", 0, "mediated"),
    (600, "no_disclosure", "不予公开政府信息的答复", 0, "simple"),
    (500, "penalty", "罚款五百元的处罚决定", 50_000, "simple"),
    (420, "licence", "不予行政许可决定", 0, "rejected"),
    (330, "compulsion", "查封决定", 0, "illegal"),
    (230, "duty", "不履行投诉处理职责", 0, "withdrawn"),
    (130, "penalty", "罚款三万元的处罚决定", 3_000_000, "hearing"),
    (84, "other", "取消补贴资格的通知", 0, "slow"),
    (58, "taking", "征收补偿决定", 12_000_000, "suspended"),
    (280, "penalty", "罚款二千元的处罚决定", 200_000, "converted"),
    (205, "licence", "撤回行政许可的决定", 0, "resumed"),
    (160, "compulsion", "扣押决定", 0, "opinion"),
    (20, "injury", "不予认定工伤决定", 0, "uphold"),
    (14, "licence", "不予变更经营许可的决定", 0, "answering"),
    (9, "other", "取消示范店称号的通知", 0, "correcting"),
    (3, "penalty", "罚款一千元的处罚决定", 100_000, "uphold"),
)


@dataclass(frozen=True)
class Application:
    """An application against a case of this system."""

    party: str
    respondent: Office
    act: str
    title: str
    kind: str
    amount: int
    known_on: date
    on: date
    outcome: str


def begin(stage: Stage) -> None:
    for n, (on, kind, title, outcome) in enumerate(BEFORE):
        stage.start("reconsideration", _before(stage, n, on, kind, title, outcome))
    for n, (ago, kind, title, amount, outcome) in enumerate(SINCE_THEN):
        values = _application(stage, stage.ago(ago), kind, title, amount) | {
            "applicant": [stage.party("citizen" if n % 3 else "enterprise", n + 7).id],
            "respondent": [stage.organ(("rsj", "zgj", "gaj", "jtj", "zjj")[n % 5]).id],
        }
        respondent = HANDLER
        if outcome in OWN_ANSWER:  # of an organ whose people have accounts here
            values["respondent"], respondent = [stage.organ("scj").id], "zhifa1/handler"
        stage.start("reconsideration", _since(stage, stage.ago(ago), values, outcome, respondent))


def start(stage: Stage, x: Application) -> date:
    """Begin a case about a case; the day on which its decision is known to both sides."""
    agency = "zfj" if "zhifa3/handler" in x.respondent.handlers else "scj"
    values = _application(stage, x.on, x.kind, x.title, x.amount) | {
        "applicant": [x.party], "respondent": [stage.organ(agency).id], "act": x.act, "known_on": x.known_on.isoformat(),
        "act_on": x.known_on.isoformat(),
    }  # fmt: skip
    stage.start("reconsideration", _since(stage, x.on, values, x.outcome, x.respondent.handlers[0]))
    return stage.after(x.on, 2 + 3 + 8 + 3 + 9 + 1 + 1 + 2)


def _application(stage: Stage, on: date, kind: str, title: str, amount: int) -> dict[str, Any]:
    known = stage.working(on - timedelta(days=30))
    return {
        "form": "written", "act_title": title, "act_kind": kind, "act_on": known.isoformat(), "on_spot": False, "amount": amount,
        "real_estate": False, "first_by_law": False, "applied_on": on.isoformat(), "received_on": on.isoformat(),
        "known_on": known.isoformat(), "told_rights": True, "request": f"请求撤销{title}。", "reasons": "认定事实不清，适用依据不当。",
        "claimed": False,
    }  # fmt: skip


def _since(stage: Stage, day: date, values: dict[str, Any], fate: str, respondent: str) -> Script:
    own = [stage.organ("xzf").id]
    yield Act(day, HANDLER, "apply", values, sides={"authority": own})
    day = stage.after(day, 2)
    if fate in ("correcting", "resumed"):
        yield Act(
            day,
            HANDLER,
            "ask_correction",
            {"to_correct": "请提交身份证明复印件，并写明被申请的行政行为的文号。"},
        )
        yield hand_over(day, HANDLER, "ask_correction", "applicant")
        if fate == "correcting":
            return
        day = stage.after(day, 6)
        yield Act(day, HANDLER, "receive_correction")
        day = stage.after(day, 3)
    facts = {
        "has_parties": True, "interested": fate != "rejected", "has_claim": True, "in_scope": True, "in_charge": True,
        "in_court": False, "already": False, "excused": False,
    }  # fmt: skip
    if fate == "rejected":
        yield Act(day, HANDLER, "reject", {"unmet": ["interest"], "why": "申请人不是许可申请人，与该决定没有利害关系。"}, "unfit", facts=facts)  # fmt: skip
        yield agree(stage.after(day, 1), OFFICE)
        yield hand_over(stage.after(day, 2), HANDLER, "reject", "applicant")
        return
    yield Act(day, HANDLER, "accept", facts=facts)
    simple = fate in ("simple", "converted")
    if simple:
        yield Act(day, HANDLER, "choose_simple", facts={"plain": True, "all_agree": False})
    day = stage.after(day, 3 if not simple else 1)
    yield Act(day, HANDLER, "send")
    yield hand_over(day, HANDLER, "send", "respondent")
    if fate == "answering":
        third = [stage.party("enterprise", 3).id]
        yield Act(stage.after(day, 1), HANDLER, "join_third", sides={"third": third})
        yield hand_over(stage.after(day, 1), HANDLER, "join_third", "third")
        return
    day = stage.after(day, 8 if not simple else 4)
    # Departments whose people have no account here answer on paper; the review office records it.
    answers = respondent if values.get("act") or fate in OWN_ANSWER else HANDLER
    yield Act(day, answers, "answer", {"answer_text": ANSWER})
    if fate == "converted":
        yield Act(day, HANDLER, "convert", {"why": "双方对主要事实争议较大"})
        yield agree(stage.after(day, 1), OFFICE)
        day = stage.after(day, 1)
        yield hand_over(day, HANDLER, "convert", "respondent")
    if fate == "withdrawn":
        yield Act(stage.after(day, 4), HANDLER, "terminate", {"why": "申请人自愿撤回。"}, "withdrawn")
        yield agree(stage.after(day, 5), OFFICE)
        return
    day = stage.after(day, 3)
    yield Act(day, HANDLER, "hear", {"heard": "applicant", "heard_way": "phone", "heard_note": "申请人坚持复议请求。"})  # fmt: skip
    if fate in ("suspended", "resumed"):
        day = stage.after(day, 2)
        yield Act(day, HANDLER, "suspend", {"suspend_ground": "other_case"})
        yield agree(stage.after(day, 1), OFFICE)
        if fate == "suspended":
            return
        day = stage.after(day, 12)
        yield Act(day, HANDLER, "resume")
    if fate == "slow":
        return
    yield from _concluded(stage, day, fate, values["act_kind"] == "penalty", respondent)


def _concluded(stage: Stage, day: date, fate: str, public: bool, respondent: str) -> Script:
    major = fate == "hearing"
    if major:
        at = stage.after(day, 8)
        values = {"hearing_why": "must", "hearing_at": f"{at}T09:30:00+08:00", "hearing_place": "县行政复议听证室", "hearing_topics": "违法事实与裁量"}  # fmt: skip
        yield Act(stage.after(day, 1), HANDLER, "announce_hearing", values)
        yield hand_over(stage.after(day, 1), HANDLER, "announce_hearing", "applicant")
        yield Act(at, HANDLER, "hold_hearing", {"chair": stage.person("fuyi2"), "listeners": [stage.person("fuyi1"), stage.person("jiandu")], "attendance": "head"})  # fmt: skip
        yield Act(stage.after(at, 3), HANDLER, "consult_committee", {"committee_view": "多数意见：事实清楚，裁量适当。"})  # fmt: skip
        day = stage.after(at, 5)
    day = stage.after(day, 9 if fate != "simple" else 5)
    words = {
        "found": "经审理查明，双方对主要事实没有争议。", "reasoning": "本机关认为，应当依照法律规定和查明的事实作出处理。",
        "ruling": "决定如下。", "perform_within": 0,
    }  # fmt: skip
    facts = {"major": major, "technical": False, "act_public": public}
    if fate == "mediated":
        yield Act(day, HANDLER, "mediate", words, facts={"lawful_deal": True, "all_signed": True, "act_public": False})  # fmt: skip
        day = stage.after(day, 1)
        yield agree(day, HEAD)
        of = "mediate"
    else:
        outcome = {
            "simple": "uphold", "hearing": "uphold", "resumed": "uphold", "converted": "partly_revoke", "opinion": "illegal",
        }.get(fate, fate)  # fmt: skip
        basis = {
            "revoke": {"basis": "facts"},
            "partly_revoke": {"basis": "facts"},
            "illegal": {"basis": "minor"},
        }.get(outcome, {})
        yield Act(day, HANDLER, "decide", {**words, **basis}, outcome, facts=facts)
        day = stage.after(day, 1)
        yield agree(day, OFFICE)
        day = stage.after(day, 1)
        yield agree(day, HEAD)
        of = "decide"
    day = stage.after(day, 2)
    yield hand_over(day, HANDLER, of, "applicant")
    yield hand_over(day, HANDLER, of, "respondent")
    if fate == "opinion":
        opinion = {"opinion_to": "安澜县市场监督管理局", "opinion_text": "扣押清单未交当事人签名，请规范扣押物品的登记、交付，并对近一年的扣押案件自查。"}  # fmt: skip
        yield Act(day, HANDLER, "issue_opinion", opinion)
        day = stage.after(day, 1)
        yield agree(day, HEAD)
        yield hand_over(day, HANDLER, "issue_opinion", "respondent")
        yield Act(
            stage.after(day, 1), respondent, "receive_opinion", {"opinion_got_on": day.isoformat()}, part=0
        )
        day = stage.after(day, 20)
        yield Act(day, respondent, "report_correction", {"corrected_how": "已完善清单格式，自查扣押案件九件，补正手续两件。"}, part=0)  # fmt: skip
    day = stage.after(day, 14)
    if of == "decide":
        yield Act(day, HANDLER, "copy_up")
    yield Act(stage.after(day, 1), HANDLER, "close", facts={"department": True})


def _before(stage: Stage, n: int, day: date, kind: str, title: str, fate: str) -> Script:
    day = stage.working(day)
    known = stage.working(day - timedelta(days=25))
    values = {
        "applicant": [stage.party("citizen", n).id], "respondent": [stage.organ(("rsj", "gaj", "zjj", "jtj", "zgj")[n]).id],
        "form": "written", "act_title": title, "act_kind": kind, "first_by_law": False, "for_other": False,
        "applied_on": day.isoformat(), "received_on": day.isoformat(), "known_on": known.isoformat(),
        "request": f"请求复议机关处理{title}。", "reasons": "认定事实不清。", "claimed": False,
    }  # fmt: skip
    yield Act(day, HANDLER, "apply", values, sides={"authority": [stage.organ("xzf").id]})
    day = stage.after(day, 2)
    yield Act(day, HANDLER, "accept", facts={"meets": True, "excused": False})
    yield Act(day, HANDLER, "send")
    yield hand_over(day, HANDLER, "send", "respondent")
    day = stage.after(day, 6)
    yield Act(day, HANDLER, "answer", {"answer_text": ANSWER})
    if fate == "withdrawn":
        yield Act(stage.after(day, 20), HANDLER, "terminate", {"why": "申请人撤回。"}, "withdrawn")
        yield agree(stage.after(day, 24), OFFICE)
        return
    day = stage.after(day, 16)
    order = fate == "order"
    words: dict[str, Any] = {
        "reviewers": [stage.person("fuyi1"), stage.person("fuyi2")], "found": "经审理查明。", "reasoning": "本机关认为。",
        "ruling": "决定如下。", "perform_within": 60 if order else 0,
    }  # fmt: skip
    if fate == "revoke":
        words["ground"] = "procedure"
    yield Act(day, HANDLER, "decide", words, fate)
    yield agree(stage.after(day, 1), OFFICE)
    day = stage.after(day, 2)
    yield agree(day, HEAD)
    day = stage.after(day, 2)
    yield hand_over(day, HANDLER, "decide", "applicant")
    yield hand_over(day, HANDLER, "decide", "respondent")
    if order:
        day = stage.after(day, 20)
        yield Act(day, HANDLER, "perform")
    yield Act(stage.after(day, 15), HANDLER, "close", facts={"important": False})
