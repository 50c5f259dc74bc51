"""The case page: where the case stands, what may be done next, what stands in the way and by which article."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.cases_build import Web, filled, hidden, submit, words

from fazhi.cases import store
from fazhi.cases.models import Case, Paper
from fazhi.ledger import access_log


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def page(w: Web, case: str, tab: str = "", ctx: Any = None) -> str:
    return words(w.client(ctx or w.handler).get(f"/cases/{case}/" + (f"?tab={tab}" if tab else "")))


def test_identity_shows_number_state_holder_and_days(w: Web) -> None:
    today = timezone.localdate()
    case = w.wide_case_on(today - timedelta(days=5))
    text = page(w, case)
    assert Case.objects.get(pk=case).number in text
    assert "剩85日" in text
    assert w.handler.name in text
    assert (today + timedelta(days=85)).isoformat() in text


def test_progress_shows_phases_and_who_entered_them(w: Web) -> None:
    case = w.wide_case()
    w.run_wide("look", case=case)
    w.run_wide("conclude", case=case, values={"basis": "某条"}, facts={"grave": False})
    html = w.client(w.handler).get(f"/cases/{case}/").content.decode()
    steps = [s.split("</li>")[0] for s in html.split('class="progress__step progress__step--')[1:]]
    assert [s.split('"')[0] for s in steps] == ["done", "current", "future"]
    assert w.handler.name in steps[1]
    assert "2026-03-02" in steps[1]


def test_a_blocked_act_stays_visible_with_article_and_a_way_out(w: Web) -> None:
    case = w.wide_case()
    html = w.client(w.handler).get(f"/cases/{case}/").content.decode()
    assert "暂时不能办理" in html
    assert "尚未调查" in html
    assert "行政处罚法 第五十四条" in html
    assert f'href="/cases/{case}/do/look/">去处理：调查取证' in html


def test_gates_are_met_not_met_unknown_or_idle(w: Web) -> None:
    case = w.wide_case()
    html = w.client(w.handler).get(f"/cases/{case}/").content.decode()
    assert "gate--unmet" in html  # not looked yet
    assert "gate--unknown" in html  # gravity not judged yet
    w.run_wide("look", case=case)
    assert "gate--met" in w.client(w.handler).get(f"/cases/{case}/").content.decode()


def test_acts_of_other_roles_are_named_not_offered(w: Web) -> None:
    case = w.wide_case()
    html = w.client(w.head).get(f"/cases/{case}/").content.decode()
    assert f"/cases/{case}/do/look/" not in html
    assert "由其他岗位办理" in html


def test_clocks_show_derivation_with_articles(w: Web) -> None:
    text = page(w, w.wide_case(), "clocks")
    assert "办理期限" in text
    assert "行政处罚法 第六十条" in text
    assert "怎样算出来的" in text
    assert "2026-05-31" in text


def test_the_record_shows_both_days_of_a_late_entry(w: Web) -> None:
    today = timezone.localdate()
    case, client = w.wide_case_on(today - timedelta(days=10)), w.client(w.handler)
    day = (today - timedelta(days=6)).isoformat()
    submit(client, f"/cases/{case}/do/look/", on=day, reason="下乡办案", v_note="现场有三人")
    text = page(w, case, "history")
    assert "补录" in text
    assert "下乡办案" in text
    assert day in text
    assert f"录入于 {today}" in text


def test_personal_words_are_shown_to_who_handles_the_case_and_the_reading_is_logged(w: Web) -> None:
    case = w.wide_case(words="住某处三号")
    assert "住某处三号" in page(w, case)
    assert any(line.body["what"] == "open" for line in access_log.lines(case=case))


def test_erased_words_are_said_to_be_erased(w: Web) -> None:
    from django.db import connection

    case = w.wide_case(words="住某处三号")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_personal SET salt = NULL, ciphertext = NULL, erased_at = %s", [timezone.now()]
        )
    text = page(w, case)
    assert "住某处三号" not in text
    assert "已依法删除" in text


def test_a_side_that_sees_its_own_sees_only_that(w: Web) -> None:
    case = w.wide_case(helper=[w.second.id], words="住某处三号")
    w.run_wide("look", case=case, values={"note": "内部情况", "secret": "内部意见"})
    text = page(w, case, ctx=w.stranger)
    assert "住某处三号" not in text
    for tab in ("info", "history", "papers", "parts"):
        seen = page(w, case, tab, ctx=w.stranger)
        assert "内部情况" not in seen
        assert "内部意见" not in seen
    w.run_wide("ask_help", w.stranger, case=case, values={"note": "已到现场"})
    assert "已到现场" in page(w, case, "history", ctx=w.stranger)
    assert "程序瑕疵" not in page(w, case, ctx=w.stranger)


def test_a_case_handled_in_another_system_offers_no_acts(w: Web) -> None:
    case = w.wide_case()
    Case.objects.filter(pk=case).update(elsewhere="省执法平台")
    html = w.client(w.handler).get(f"/cases/{case}/").content.decode()
    assert "在「省执法平台」办理" in html
    assert "/do/" not in html


def test_an_unknown_tab_falls_back_to_the_first(w: Web) -> None:
    assert w.client(w.handler).get(f"/cases/{w.wide_case()}/?tab=../../etc").status_code == 200


# ---- approval -------------------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(w: Web) -> str:
    """A decision that waits for the head, with its draft paper (the small procedure)."""
    case = w.filed(words="家住某处", party=[w.party().id])
    w.run("look", case=case)
    w.run("decide", case=case, values={"amount": 12_300}, facts={"grave": False})
    return case


def answer(w: Web, case: str, kind: str, ctx: Any, **more: Any) -> Any:
    client = w.client(ctx)
    html = client.get(f"/cases/{case}/").content.decode()
    sent = {"token": hidden(html, "token"), "expected_seq": store.read(case).seq, "kind": kind, **more}
    return client.post(f"/cases/{case}/pending/", sent, follow=True)


def test_an_approver_sees_the_proposal_and_its_draft(w: Web, proposed: str) -> None:
    text = page(w, proposed, ctx=w.head)
    assert "待审批：决定" in text
    assert "123.00元" in text
    assert "送审稿" in text
    paper = Paper.objects.get(case=proposed)
    assert "金额" in words(w.client(w.head).get(f"/cases/{proposed}/papers/{paper.pk}/"))


def test_agreeing_takes_effect_at_once(w: Web, proposed: str) -> None:
    text = words(answer(w, proposed, "agree", w.head))
    assert "同意「决定」已记入办理记录" in text
    assert "案件进入「结案」阶段" in text
    assert store.read(proposed).state.closed_on


def test_the_proposer_may_not_agree_but_may_withdraw(w: Web, proposed: str) -> None:
    html = w.client(w.handler).get(f"/cases/{proposed}/").content.decode()
    assert 'value="agree"' not in html
    assert 'value="withdraw"' in html
    refused = answer(w, proposed, "agree", w.handler)
    assert refused.status_code == 422
    assert "不得审批本人提出的事项" in words(refused)
    assert "撤回「决定」" in words(answer(w, proposed, "withdraw", w.handler))
    assert store.read(proposed).state.pending is None


@pytest.mark.parametrize("kind", ["return", "refuse"])
def test_saying_no_needs_a_reason(w: Web, proposed: str, kind: str) -> None:
    refused = answer(w, proposed, kind, w.head)
    assert refused.status_code == 422
    assert "须写明理由" in words(refused)
    assert 'href="#opinion"' in refused.content.decode()
    assert store.read(proposed).state.pending
    done = answer(w, proposed, kind, w.head, reason="金额有误")
    assert done.status_code == 200
    assert "金额有误" in page(w, proposed, "history")


def test_a_stranger_finds_nothing_to_approve(w: Web, proposed: str) -> None:
    assert w.client(w.stranger).post(f"/cases/{proposed}/pending/", {"kind": "agree"}).status_code == 404


def test_an_approval_on_an_old_page_is_refused_with_what_changed(w: Web, proposed: str) -> None:
    client = w.client(w.head)
    html = client.get(f"/cases/{proposed}/").content.decode()
    seq = store.read(proposed).seq
    w.run("", w.handler, case=proposed, kind="withdraw")
    sent = {"token": hidden(html, "token"), "expected_seq": seq, "kind": "agree"}
    late = client.post(f"/cases/{proposed}/pending/", sent)
    assert late.status_code == 409
    assert "已有新的办理" in words(late)


def test_a_date_that_is_none_is_said_so(w: Web, proposed: str) -> None:
    refused = answer(w, proposed, "agree", w.head, on="2026-13-01")
    assert refused.status_code == 422
    assert "审批日期格式不对" in words(refused)


# ---- papers ---------------------------------------------------------------------------------------------------------


def test_an_issued_paper_is_shown_and_downloaded(w: Web, proposed: str) -> None:
    answer(w, proposed, "agree", w.head)
    text = page(w, proposed, "papers")
    issued = Paper.objects.filter(case=proposed).latest("seq")
    assert issued.number in text
    assert "送审稿" not in text  # the draft has been replaced
    client = w.client(w.handler)
    docx = client.get(f"/cases/{proposed}/papers/{issued.pk}/docx/")
    assert docx.content[:2] == b"PK"
    assert "filename*=UTF-8''" in docx["Content-Disposition"]
    assert w.client(w.stranger).get(f"/cases/{proposed}/papers/{issued.pk}/").status_code == 404


def test_a_paper_of_another_case_is_not_shown_under_this_one(w: Web, proposed: str) -> None:
    other = w.filed()
    paper = Paper.objects.filter(case=proposed).first()
    assert paper is not None
    assert w.client(w.handler).get(f"/cases/{other}/papers/{paper.pk}/").status_code == 404


def test_the_pdf_button_says_what_is_missing(w: Web, proposed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fazhi.documents import pdf

    monkeypatch.setattr(pdf, "missing", lambda: ["没有浏览器 chromium，不能生成PDF。"])
    assert "没有浏览器 chromium" in page(w, proposed, "papers")
    paper = Paper.objects.get(case=proposed)
    refused = w.client(w.handler).get(f"/cases/{proposed}/papers/{paper.pk}/pdf/")
    assert refused.status_code == 503
    assert "没有浏览器 chromium" in words(refused)


# ---- correction, void, notes ----------------------------------------------------------------------------------------


def test_a_slip_of_the_same_day_is_corrected_alone(w: Web) -> None:
    today = timezone.localdate()
    case, client = w.wide_case_on(today), w.client(w.handler)
    submit(client, f"/cases/{case}/do/look/", v_amount="100")
    address = f"/cases/{case}/entries/2/correct/"
    blank = client.post(address, {**mend(client, address), "v_amount": "120"})
    assert blank.status_code == 422
    assert "请填写「更正理由」" in words(blank) or "更正理由" in words(blank)
    done = client.post(address, {**mend(client, address), "v_amount": "120", "reason": "笔误"}, follow=True)
    assert "已更正「调查取证」" in words(done)
    assert store.read(case).state.values["amount"] == 12_000
    assert "笔误" in page(w, case, "history")


def test_a_later_correction_waits_for_a_second_person(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    w.run_wide("look", case=case, values={"amount": 10_000})
    address = f"/cases/{case}/entries/2/correct/"
    done = client.post(address, {**mend(client, address), "v_amount": "120", "reason": "笔误"}, follow=True)
    assert "等待本机关另一名人员同意" in words(done)
    text = page(w, case, ctx=w.head)
    assert "待审批：更正办理记录" in text
    answer(w, case, "agree", w.head)
    assert store.read(case).state.values["amount"] == 12_000


def test_only_the_last_act_can_be_taken_back(w: Web) -> None:
    today = timezone.localdate()
    case, client = w.wide_case_on(today), w.client(w.handler)
    submit(client, f"/cases/{case}/do/look/", v_note="误登")
    html = client.get(f"/cases/{case}/?tab=history").content.decode()
    assert f"/cases/{case}/entries/2/void/" in html
    assert f"/cases/{case}/entries/1/void/" not in html
    address = f"/cases/{case}/entries/2/void/"
    done = client.post(address, {**mend(client, address), "reason": "登错案件"}, follow=True)
    assert "已撤销「调查取证」" in words(done)
    assert "已撤销" in page(w, case, "history")
    early = client.post(f"/cases/{case}/entries/1/correct/", {"reason": "x"})
    assert early.status_code in (200, 422)


def mend(client: Any, address: str) -> dict[str, str]:
    html = client.get(address).content.decode()
    return {"token": hidden(html, "token"), "expected_seq": hidden(html, "expected_seq")}


def test_an_entry_that_is_no_act_cannot_be_mended(w: Web) -> None:
    case = w.wide_case()
    client = w.client(w.handler)
    assert client.get(f"/cases/{case}/entries/99/correct/").status_code == 404
    assert w.client(w.mayor).get(f"/cases/{case}/entries/1/correct/").status_code == 404


def test_a_note_stands_in_the_record(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    html = client.get(f"/cases/{case}/").content.decode()
    client.post(f"/cases/{case}/note/", {"token": hidden(html, "token"), "note": "当事人来电询问进度"})
    assert "当事人来电询问进度" in page(w, case, "history")


def test_filled_reads_the_forms_own_inputs(w: Web) -> None:
    assert len(filled(w.client(w.handler), "/cases/new/wide/file/")["token"]) == 32
