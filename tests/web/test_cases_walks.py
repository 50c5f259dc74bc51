"""行政复议 and 依申请公开 from the first step to the last through the generic screens, each turn that the law has on the way."""

from __future__ import annotations

import re

import pytest
from tests.web.cases_build import Web, words
from tests.web.walk import Walk, citizen

from fazhi.organs.actor import ActorContext


@pytest.fixture
def w(db: None) -> Web:
    return Web()


class Offices:
    """The review office of the government, the bureau whose act is attacked, and those who approve."""

    def __init__(self, w: Web) -> None:
        self.clerk = w.person("handler", w.government)
        self.second = w.person("handler", w.government)
        self.chief = w.person("office_head", w.government)
        self.mayor, self.bureau = w.mayor, w.handler


APPLIED = {
    "form": "written", "act_title": "罚款二千元的处罚决定", "act_kind": "penalty", "act_on": "2026-02-10", "on_spot": "no",
    "amount": "2000", "real_estate": "no", "first_by_law": "no", "applied_on": "2026-03-02", "received_on": "2026-03-02",
    "known_on": "2026-02-10", "told_rights": "yes", "request": "撤销处罚决定", "reasons": "王小雨没有实施该行为", "claimed": "no",
}  # fmt: skip
MEETS = {
    **dict.fromkeys(("q_has_parties", "q_interested", "q_has_claim", "q_in_scope", "q_in_charge"), "yes"),
    **dict.fromkeys(("q_excused", "q_already", "q_in_court"), "no"),
}


def due(page: str, clock: str) -> str:
    """The day of a clock on the tab of clocks."""
    found = re.search(rf"{re.escape(clock)}.*?(20\d\d-\d\d-\d\d)", page)
    assert found, (clock, page[:2000])
    return found[1]


def test_a_reconsideration_with_every_turn_on_the_way(w: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    o, walk = Offices(w), Walk(w, monkeypatch, "reconsideration")
    third = w.party("邻近商行")
    told = walk.act("2026-03-02", o.clerk, "apply", applicant=[citizen("王小雨", "339821198001010013")], respondent=[w.bureau.id], **APPLIED)  # fmt: skip
    assert "罚款二千元的处罚决定" in told  # the case is headed by what it is about

    # 补正,重新起算受理审查期限
    walk.act("2026-03-04", o.clerk, "ask_correction", to_correct="身份证明")
    assert "补正期限不能起算" in walk.page(o.clerk)
    walk.serve("2026-03-04", o.clerk, "ask_correction", "applicant")
    assert walk.file(o.clerk).state.clocks["correct"]["due"] == "2026-03-18"
    walk.act("2026-03-10", o.clerk, "receive_correction")
    assert (
        walk.file(o.clerk).state.clocks["examine"]["due"] == "2026-03-17"
    )  # 5 working days from the correction
    walk.act("2026-03-11", o.clerk, "accept", **MEETS)

    # 简易程序,发送副本,被申请人只看到、只答复自己的一面
    walk.act("2026-03-11", o.clerk, "choose_simple", q_plain="yes", q_all_agree="no")
    assert walk.file(o.clerk).state.clocks["decision_simple"]["due"] == "2026-04-10"
    walk.act("2026-03-12", o.clerk, "send")
    assert "被申请人答复举证" not in words(w.client(o.bureau).get("/"))
    walk.serve("2026-03-12", o.clerk, "send", "respondent")
    own = walk.page(o.bureau)
    assert "答复期限（简易程序）至 2026-03-19" in own
    assert "王小雨没有实施该行为" in own  # the copy of the application was sent to it
    for kept in ("339821198001010013", "审理期限", "受理审查期限", "利害关系"):
        assert kept not in own, kept
    assert w.client(w.stranger).get(f"/cases/{walk.case}/").status_code == 404
    assert w.client(o.bureau).get(f"/cases/{walk.case}/do/decide/").status_code == 302  # back to its own page
    walk.act("2026-03-16", o.bureau, "answer", answer_text="处罚决定事实清楚，请求维持。")
    assert walk.file(o.clerk).state.clocks["answer_simple"]["status"] == "met"

    # 简易转普通;第三人;听取意见;中止和恢复
    walk.act("2026-03-17", o.clerk, "convert", why="对主要事实争议较大")
    walk.agree("2026-03-17", o.chief)
    clocks = walk.file(o.clerk).state.clocks
    assert (clocks["decision_simple"]["status"], clocks["decision_ordinary"]["due"]) == (
        "given_way",
        "2026-05-11",
    )
    walk.serve("2026-03-17", o.clerk, "convert", "respondent")
    walk.act("2026-03-18", o.clerk, "join_third", third=[third.id])
    walk.serve("2026-03-18", o.clerk, "join_third", "third")
    walk.act("2026-03-18", o.clerk, "hear", heard="applicant", heard_way="phone", heard_note="坚持请求")
    walk.act("2026-03-20", o.clerk, "suspend", suspend_ground="other_case")
    walk.agree("2026-03-20", o.chief)
    assert walk.file(o.clerk).state.clocks["decision_ordinary"]["status"] == "paused"
    walk.act("2026-04-10", o.clerk, "resume")
    assert (
        walk.file(o.clerk).state.clocks["decision_ordinary"]["due"] == "2026-06-01"
    )  # 21 days did not count, 5-31 a Sunday

    # 听证:五日前通知,早一天不行
    walk.act("2026-04-13", o.clerk, "announce_hearing", hearing_why="must", hearing_at="2026-04-24T09:30", hearing_place="听证室", hearing_topics="违法事实")  # fmt: skip
    walk.serve("2026-04-13", o.clerk, "announce_hearing", "applicant")
    walk.day("2026-04-16")
    early = w.client(o.clerk).get(f"/cases/{walk.case}/do/hold_hearing/")
    assert "应当于听证五日前书面通知当事人" in words(early)
    walk.act("2026-04-24", o.clerk, "hold_hearing", chair=o.chief.person, listeners=[o.clerk.person, o.second.person], attendance="head")  # fmt: skip
    walk.act("2026-04-27", o.clerk, "consult_committee", committee_view="主要证据不足")

    # 决定:机构负责人、机关负责人先后批准,送达,救济,公开文本
    walk.act(
        "2026-04-28", o.clerk, "decide", outcome="revoke", found="现有证据不能证明王小雨实施该行为。", reasoning="主要事实不清。",
        ruling="撤销该处罚决定。", basis="facts", perform_within="0", q_major="yes", q_technical="no", q_act_public="yes",
    )  # fmt: skip
    assert "送审稿" in walk.page(o.chief, "papers")
    walk.agree("2026-04-28", o.chief)
    assert "送达与履行" in walk.agree("2026-04-29", o.mayor)
    assert "提起行政诉讼：收到文书之日起15日内" in walk.page(o.clerk)
    walk.serve("2026-04-30", o.clerk, "decide", "applicant")
    walk.serve("2026-04-30", o.clerk, "decide", "respondent")
    decision = next(p for p in walk.file(o.clerk).papers if p.template == "decision" and p.number)
    signed = words(w.client(o.clerk).get(f"/cases/{walk.case}/papers/{decision.pk}/"))
    assert "王小雨" in signed
    assert "第六十四条第一款" in signed
    both = w.client(o.clerk).get(f"/cases/{walk.case}/papers/{decision.pk}/public/").content.decode()
    public = both.split('aria-label="公开文本"')[1]
    assert "王某某" in public
    assert "王小雨" not in public
    assert "339821198001010013" not in public
    assert "被申请人" in words(
        w.client(o.bureau).get(f"/cases/{walk.case}/papers/{decision.pk}/")
    )  # it was sent to it

    # 意见书及其回复,抄告,结案
    walk.act("2026-04-30", o.clerk, "issue_opinion", opinion_to="安澜县甲局", opinion_text="规范取证")
    walk.agree("2026-04-30", o.mayor)
    walk.serve("2026-05-06", o.clerk, "issue_opinion", "respondent")
    walk.act("2026-05-07", o.bureau, "receive_opinion", part="0", opinion_got_on="2026-05-06")
    assert "报送纠正情况期限" in walk.page(o.bureau)
    walk.day("2026-05-08")
    assert "意见书尚未回复" in walk.page(o.clerk)  # 结案 waits for it and says so
    walk.act("2026-05-20", o.bureau, "report_correction", part="0", corrected_how="已完善取证规范")
    walk.act("2026-05-21", o.clerk, "copy_up")
    assert "案件进入「结案」阶段" in walk.act("2026-05-21", o.clerk, "close", q_department="yes")
    assert walk.file(o.clerk).state.flaws == []
    issued = {p.template for p in walk.file(o.clerk).papers}
    assert {"correction_notice", "acceptance_notice", "application_copy", "convert_notice", "third_notice", "hearing_notice",
            "suspension_notice", "resumption_notice", "decision", "opinion_letter", "copy_letter"} <= issued  # fmt: skip


def test_mediation_needs_the_free_will_and_the_signatures_of_all(
    w: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    o, walk = Offices(w), Walk(w, monkeypatch, "reconsideration")
    walk.act("2026-03-02", o.clerk, "apply", applicant=[w.party().id], respondent=[w.bureau.id], **APPLIED)
    walk.act("2026-03-03", o.clerk, "accept", **MEETS)
    walk.act("2026-03-04", o.clerk, "send")
    fields = {
        "v_found": "双方没有争议",
        "v_ruling": "减为一千元",
        "v_perform_within": "10",
        "q_lawful_deal": "yes",
    }
    client, address = w.client(o.clerk), f"/cases/{walk.case}/do/mediate/"
    from tests.web.cases_build import filled

    refused = client.post(address, filled(client, address, step="check", q_all_signed="no", **fields))
    assert "调解书须经各方当事人签字或者签章" in words(refused)
    walk.act("2026-03-20", o.clerk, "mediate", q_all_signed="yes", q_act_public="no", **{k.removeprefix("v_"): v for k, v in fields.items()})  # fmt: skip
    walk.agree("2026-03-20", o.mayor)
    paper = next(p for p in walk.file(o.clerk).papers if p.template == "mediation_document" and p.number)
    assert "减为一千元" in words(w.client(o.clerk).get(f"/cases/{walk.case}/papers/{paper.pk}/"))
    assert (
        w.client(o.clerk).get(f"/cases/{walk.case}/papers/{paper.pk}/public/").status_code == 404
    )  # not for the public
    assert "调解书尚未送达申请人" in walk.page(o.clerk).replace("决定书、", "")
    for to in ("applicant", "respondent"):
        walk.serve("2026-03-23", o.clerk, "mediate", to)
    assert "履行、重作期限至 2026-04-02" in walk.page(o.bureau)
    walk.act("2026-03-30", o.bureau, "perform")
    walk.act("2026-03-31", o.clerk, "close", q_department="no")
    assert "结案" in walk.page(o.clerk)


def test_a_case_of_the_older_law_runs_by_it_beside_one_of_the_new(
    w: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    o, old = Offices(w), Walk(w, monkeypatch, "reconsideration")
    given = {
        "applicant": [w.party().id], "respondent": [w.bureau.id], "form": "written", "act_title": "罚款决定", "act_kind": "penalty",
        "first_by_law": "no", "for_other": "no", "applied_on": "2023-12-25", "received_on": "2023-12-25", "known_on": "2023-12-01",
        "request": "撤销", "reasons": "不服", "claimed": "no",
    }  # fmt: skip
    old.act("2023-12-25", o.clerk, "apply", **given)
    old.act("2023-12-27", o.clerk, "accept", q_meets="yes", q_excused="no")
    old.act("2024-01-03", o.clerk, "send")
    told = old.page(o.clerk)
    assert "行政复议（2023年修订前）" in told
    assert "简易程序" not in told
    assert "听取当事人的意见" not in told  # which only the new law demands
    new = Walk(w, monkeypatch, "reconsideration")
    new.act("2024-01-08", o.clerk, "apply", applicant=[w.party().id], respondent=[w.bureau.id], **{**APPLIED, **dict.fromkeys(("act_on", "known_on"), "2023-12-20"), **dict.fromkeys(("applied_on", "received_on"), "2024-01-08")})  # fmt: skip
    new.act("2024-01-09", o.clerk, "accept", **MEETS)
    told = new.page(o.clerk)
    assert "（2023年修订前）" not in told
    assert "适用简易程序" in told
    assert "普通程序应当听取当事人的意见" in told


def test_a_disclosure_with_correction_third_parties_and_a_joint_author(
    w: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk, clerk = Walk(w, monkeypatch, "disclosure_request"), w.handler
    chief: ActorContext = w.person("office_head", w.bureau)
    given = {
        "applicant_kind": "citizen",
        "channel": "online",
        "submitted_on": "2026-03-02",
        "wanted": "施工合同",
        "form_wanted": "电子邮件",
    }
    told = walk.act(
        "2026-03-02", clerk, "register", applicant=[citizen("王小雨", "339821198001010013")], **given
    )
    assert "施工合同" in told
    assert "尚未与申请人确认收到之日" in told  # why 答复 waits, and what to do
    walk.act("2026-03-03", clerk, "confirm_receipt", confirmed_on="2026-03-03")
    assert walk.file(clerk).state.clocks["answer"]["due"] == "2026-03-31"
    walk.act("2026-03-05", clerk, "ask_correction", to_correct="写明年度", correct_by="2026-03-16")
    walk.act("2026-03-12", clerk, "receive_correction")
    assert walk.file(clerk).state.clocks["answer"]["due"] == "2026-04-10"  # anew from the correction

    # 第三方和共同制作机关,各有各的期限
    third = w.party("某建设公司")
    walk.act("2026-03-13", clerk, "consult", kind="third_party", who="某建设公司", third=[third.id])
    walk.act("2026-03-13", clerk, "consult", kind="co_author", who="安澜县乙局", co_author=[w.second.id])
    walk.act("2026-03-16", clerk, "note_receipt", part="0", got_on="2026-03-16")
    walk.act("2026-03-18", clerk, "note_receipt", part="1", got_on="2026-03-18")
    clocks = walk.file(clerk).state.clocks
    assert (clocks["consultations#0.opinion_due"]["due"], clocks["consultations#1.opinion_due"]["due"]) == ("2026-04-07", "2026-04-09")  # fmt: skip
    assert clocks["answer"]["status"] == "paused"
    assert "339821198001010013" not in walk.page(w.stranger)
    walk.act("2026-03-20", w.stranger, "reply", part="1", opinion="agree", said="同意公开")
    walk.act("2026-03-25", clerk, "reply", part="0", opinion="refuse", said="报价属于商业秘密")
    assert walk.file(clerk).state.clocks["answer"]["status"] == "running"

    # 延长,部分公开,告知救济,送达
    walk.act("2026-03-26", clerk, "extend", extend_days="10")
    walk.agree("2026-03-26", chief)
    walk.act(
        "2026-03-27", clerk, "answer", outcome="partly", content="合同正文随答复提供，报价部分不予公开。", refuse_ground="third_party",
        q_checked="yes", q_harms_third="yes", q_public_interest="no",
    )  # fmt: skip
    assert "办结" in walk.agree("2026-03-30", chief)
    paper = next(p for p in walk.file(clerk).papers if p.template == "answer_letter" and p.number)
    letter = words(w.client(clerk).get(f"/cases/{walk.case}/papers/{paper.pk}/"))
    assert "第三十七条" in letter
    assert "应当先" in letter  # 复议前置
    walk.serve("2026-03-31", clerk, "answer", "applicant")
    assert walk.file(clerk).state.flaws == []
    assert "部分公开" in walk.page(clerk)


def test_what_is_served_prints_its_receipt_for_the_handling_side_alone(
    w: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    o, walk = Offices(w), Walk(w, monkeypatch, "reconsideration")
    walk.act("2026-03-02", o.clerk, "apply", applicant=[w.party().id, citizen("王小雨", "339821198001010013")], respondent=[w.bureau.id], **APPLIED)  # fmt: skip
    walk.act("2026-03-03", o.clerk, "accept", **MEETS)
    walk.act("2026-03-04", o.clerk, "send")
    walk.act("2026-03-04", o.clerk, "deliver", of="accept", to="applicant", way="mail", reference="EMS1234")
    walk.serve("2026-03-04", o.clerk, "send", "respondent")
    table = walk.page(o.clerk, "parts")
    assert "送达回证（王小雨）" in table  # each of several signs for himself
    address = f"/cases/{walk.case}/forms/deliveries/0/service_return/"
    sent = words(w.client(o.clerk).get(address, {"to": "1"}))
    for told in (
        "行政复议法 第八十八条第一款",
        "《行政复议受理通知书》（",
        "王小雨",
        "邮寄送达",
        "EMS1234",
        "邮件回执附卷",
    ):
        assert told in sent, told
    assert "应当载明的内容还没有" not in sent
    assert w.client(o.clerk).get(f"{address}docx/", {"to": "1"}).content[:2] == b"PK"
    assert w.client(o.clerk).get(address, {"to": "2"}).status_code == 404
    handed = words(w.client(o.clerk).get(address.replace("/0/", "/1/")))
    assert "2026年3月4日" in handed
    assert "行政复议申请书副本" in handed
    assert w.client(o.bureau).get(address).status_code == 404
    assert w.client(o.bureau).get(address.replace("/0/", "/1/")).status_code == 404
