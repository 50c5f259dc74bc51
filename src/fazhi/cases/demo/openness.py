"""依申请公开 at the government's office: answers of most kinds, some on the way, one late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fazhi.cases.demo.stage import Act, Script, Stage, agree, hand_over

HANDLER, HEAD = "gongkai1/handler", "gongkai2/office_head"
WANTED = (
    "望岬乡滨海步道工程的批准文件", "全县渔港经济区规划文本", "某地块征收补偿方案", "年度村道养护资金使用情况", "民宿经营备案名单",
    "海域使用权招标结果", "农村供水工程水质检测结果", "某路段红绿灯设置依据", "住宅小区配套幼儿园移交协议", "海塘加固工程的施工合同",
)  # fmt: skip
ANSWERS = {
    "provided": "所申请的信息予以公开，复制件随本答复提供。",
    "already_public": "该信息已主动公开，可在县政府网站政府信息公开栏查阅。",
    "partly": "涉及第三方联系方式的部分不予公开，其余予以公开。",
    "refused": "所申请的内容属于内部事务信息。",
    "not_existing": "经检索，本机关没有制作或者保存该信息。",
    "not_ours": "该信息由县自然资源和规划局负责公开。",
    "petition": "所提事项属于投诉，请向有权机关提出。",
}
# Days before today on which the request came, how it came, what becomes of it.
PLAN = (
    (640, "in_person", "provided"), (600, "online", "already_public"), (560, "signed_mail", "not_existing"),
    (520, "in_person", "refused"), (470, "online", "provided"), (430, "plain_mail", "partly"), (395, "in_person", "not_ours"),
    (350, "online", "corrected"), (310, "signed_mail", "provided"), (270, "online", "third"), (235, "in_person", "petition"),
    (200, "online", "abandoned"), (170, "signed_mail", "extended"), (140, "online", "withdrawn"), (110, "in_person", "provided"),
    (75, "online", "already_public"), (50, "in_person", "forgotten"), (27, "online", "waiting"), (15, "signed_mail", "third"), (240, "in_person", "refused_third"), (12, "in_person", "asked"),
    (8, "online", "waiting"), (3, "online", "unconfirmed"),
)  # fmt: skip


def begin(stage: Stage) -> None:
    for n, (ago, channel, fate) in enumerate(PLAN):
        stage.start("disclosure_request", _request(stage, n, ago, channel, fate))


def _request(stage: Stage, n: int, ago: int, channel: str, fate: str) -> Script:
    day = stage.ago(ago)
    enterprise = n % 4 == 3
    applicant = stage.party("enterprise" if enterprise else "citizen", n + 3)
    values: dict[str, Any] = {
        "applicant": [applicant.id], "applicant_kind": "enterprise" if enterprise else "citizen", "channel": channel,
        "submitted_on": day.isoformat(), "wanted": WANTED[n % len(WANTED)], "form_wanted": "电子邮件" if channel == "online" else "纸质复印件",
    }  # fmt: skip
    yield Act(day, HANDLER, "register", values)
    if fate == "unconfirmed":
        return
    if channel in ("online", "plain_mail"):
        day = stage.after(day, 1) if channel == "online" else day
        yield Act(day, HANDLER, "confirm_receipt", {"confirmed_on": day.isoformat()})
    match fate:
        case "forgotten" | "waiting":
            return
        case "withdrawn":
            yield Act(stage.after(day, 4), HANDLER, "withdraw")
            return
        case "corrected" | "abandoned":
            day = stage.after(day, 3)
            by = stage.after(day, 10)
            yield Act(day, HANDLER, "ask_correction", {"to_correct": "请写明信息的名称或者年度。", "correct_by": by.isoformat()})  # fmt: skip
            if fate == "abandoned":
                yield Act(stage.after(by, 2), HANDLER, "abandon", reason="电话询问，没有正当理由。")
                return
            day = stage.after(day, 6)
            yield Act(day, HANDLER, "receive_correction")
            fate = "provided"
        case "third" | "refused_third" | "asked":
            day = stage.after(day, 4)
            third = [stage.party("enterprise", n).id]
            yield Act(
                day, HANDLER, "consult", {"who": "施工单位", "kind": "third_party"}, sides={"third": third}
            )
            yield Act(stage.after(day, 2), HANDLER, "note_receipt", {"got_on": stage.after(day, 2).isoformat()}, part=0)  # fmt: skip
            if fate == "asked":
                co = [stage.organ("zjj").id]
                yield Act(stage.after(day, 2), HANDLER, "consult", {"who": "县住房和城乡建设局", "kind": "co_author"}, sides={"co_author": co})  # fmt: skip
                return
            day = stage.after(day, 9)
            if fate == "third":
                yield Act(day, HANDLER, "reply", {"opinion": "agree", "said": "同意公开。"}, part=0)
                fate = "provided"
            else:
                yield Act(day, HANDLER, "reply", {"opinion": "refuse", "said": "报价构成属于商业秘密，公开后影响后续投标。"}, part=0)  # fmt: skip
                fate = "partly"
        case "extended":
            day = stage.after(day, 15)
            yield Act(day, HANDLER, "extend", {"extend_days": 15})
            yield agree(stage.after(day, 1), HEAD)
            day = stage.after(day, 10)
            fate = "provided"
    day = stage.after(day, 8 + n % 6)
    answer: dict[str, Any] = {"content": ANSWERS[fate]}
    if fate in ("partly", "refused"):
        answer["refuse_ground"] = "third_party" if fate == "partly" else "internal"
    if fate == "not_ours":
        answer["in_charge"] = "县自然资源和规划局"
    facts = {"checked": True, "harms_third": False, "divisible": fate == "partly", "public_interest": False}
    yield Act(day, HANDLER, "answer", answer, fate, facts=facts)
    day = stage.after(day, 1)
    yield agree(day, HEAD)
    yield hand_over(day + timedelta(days=0), HANDLER, "answer", "applicant")
