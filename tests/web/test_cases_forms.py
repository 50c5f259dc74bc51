"""The form of an act: what was typed becomes a command, nothing is submitted before the check page, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.web.cases_build import DAY, Web, checked, filled, hidden, submit, words

from fazhi.cases import store
from fazhi.cases.models import Attachment, Case
from fazhi.cases.refold import bodies
from fazhi.ledger import access_log
from fazhi.organs import parties
from fazhi.organs.demo import make_id_number, make_uscc
from fazhi.web.models import Draft

FILE = "/cases/new/wide/file/"


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def state(case: str) -> Any:
    row = store.read(case)
    assert row is not None
    return row.state


def test_nothing_is_submitted_before_the_check_page(w: Web) -> None:
    client = w.client(w.handler)
    page, _ = checked(client, FILE, v_subject="某事", v_source="seen")
    text = words(page)
    assert "还没有提交" in text
    assert "某事" in text
    assert "检查" in text
    assert "未填写" in text  # optional blanks are said, not hidden
    assert not Case.objects.filter(procedure="wide").exists()


def test_the_check_page_says_what_will_follow(w: Web) -> None:
    page, _ = checked(w.client(w.handler), FILE, v_subject="某事", v_source="seen")
    text = words(page)
    assert "案件进入「调查」阶段" in text
    due = timezone.localdate() + timedelta(days=90)
    assert f"办理期限 ：至 {due}" in text or f"办理期限：至 {due}" in text
    assert "行政处罚法 第六十条" in text


def test_submitting_writes_the_act_and_says_so(w: Web) -> None:
    page = submit(w.client(w.handler), FILE, v_subject="某事", v_source="seen", v_words="住某处")
    row = Case.objects.get(procedure="wide")
    assert page.redirect_chain[-1][0] == f"/cases/{row.id}/"
    assert row.number in words(page)
    assert "案件进入「调查」阶段" in words(page)
    assert "commit" in state(row.id).values["words"]  # personal words lie beside the chain


def test_the_same_form_submitted_twice_acts_once(w: Web) -> None:
    client = w.client(w.handler)
    _, sent = checked(client, FILE, v_subject="某事", v_source="seen")
    first = client.post(FILE, {"step": "submit", "token": sent["token"]})
    again = client.post(FILE, {"step": "submit", "token": sent["token"]})
    assert (first.status_code, again.status_code) == (302, 302)
    assert Case.objects.filter(procedure="wide").count() == 1
    assert not Draft.objects.exists()  # what waited for the check page is gone


def test_change_links_lead_back_to_what_was_typed(w: Web) -> None:
    client = w.client(w.handler)
    page, sent = checked(client, FILE, v_subject="某事", v_source="told")
    assert f"?edit={sent['token']}#id_v_subject" in page.content.decode()
    form = client.get(f"{FILE}?edit={sent['token']}").content.decode()
    assert 'value="某事"' in form
    assert hidden(form, "token") == sent["token"]
    sent["v_subject"] = "另一事"
    changed = client.post(FILE, sent, follow=True)
    assert "另一事" in words(changed)


def test_a_blank_field_is_refused_at_top_and_at_the_field(w: Web) -> None:
    client = w.client(w.handler)
    answer = client.post(FILE, filled(client, FILE, v_source="seen"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_v_subject"' in html
    assert "请填写「事项」" in html
    assert 'aria-invalid="true"' in html
    assert "checked" in html  # the choice made is still there


def test_a_need_refuses_with_article_and_next_step_and_keeps_what_was_typed(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    address = f"/cases/{case}/do/conclude/"
    answer = client.post(address, filled(client, address, v_basis="某法第一条", q_grave="no"))
    text = words(answer)
    assert answer.status_code == 422
    assert "尚未调查" in text
    assert "行政处罚法 第五十四条" in text
    assert "请先办理「调查取证」" in text
    assert "某法第一条" in answer.content.decode()
    assert state(case).phase == "open"


def test_money_is_typed_in_yuan_and_kept_in_fen(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    submit(
        client,
        f"/cases/{case}/do/look/",
        v_amount="12,000.50元",
        v_days="20",
        v_public="no",
        v_kinds=["a", "c"],
    )
    values = state(case).values
    assert values["amount"] == 1_200_050
    assert values["days"] == 20
    assert values["public"] is False
    assert values["kinds"] == ["a", "c"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("一万", "不是金额"), ("1.234", "最多写到分"), ("-5", "不得为负"), ("1e3", ""), ("9" * 20, "金额过大")],
)
def test_what_is_no_amount_is_said_so(w: Web, typed: str, said: str) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    address = f"/cases/{case}/do/look/"
    answer = client.post(address, filled(client, address, v_amount=typed))
    if said:
        assert answer.status_code == 422
        assert said in words(answer)
    else:
        assert answer.status_code == 302


def test_a_moment_is_kept_with_shanghais_offset(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    submit(client, f"/cases/{case}/do/look/", v_met_at="2026-11-20T09:30")
    assert state(case).values["met_at"] == "2026-11-20T09:30+08:00"


def test_an_entry_of_more_than_three_days_ago_asks_for_a_reason(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    address, day = f"/cases/{case}/do/look/", timezone.localdate() - timedelta(days=4)
    answer = client.post(address, filled(client, address, on=day.isoformat()))
    assert answer.status_code == 422
    assert "超过三日" in words(answer)
    submit(client, address, on=day.isoformat(), reason="外出办案，今日补录")
    assert state(case).acts[-1]["d"] == day.isoformat()


def test_outcomes_show_their_own_fields_without_script(w: Web) -> None:
    case, client = weighed(w), w.client(w.handler)
    address = f"/cases/{case}/do/decide/"
    bare = client.get(address).content.decode()
    assert "id_v_amount" not in bare
    sent = filled(client, address, outcome="fine", step="refresh")
    drawn = client.post(address, sent)
    assert drawn.status_code == 200
    assert "id_v_amount" in drawn.content.decode()
    assert "有 " not in words(drawn).split("处理结果")[0]  # drawn anew, nothing refused yet


def test_an_unchosen_outcome_is_asked_for(w: Web) -> None:
    case, client = weighed(w), w.client(w.handler)
    address = f"/cases/{case}/do/decide/"
    answer = client.post(address, filled(client, address))
    assert answer.status_code == 422
    assert "须选择处理结果" in words(answer)


def test_an_act_that_needs_a_yes_is_only_proposed(w: Web) -> None:
    case, client = weighed(w), w.client(w.handler)
    page = submit(
        client, f"/cases/{case}/do/decide/", outcome="fine", v_amount="500", v_basis="某条", q_crime="no"
    )
    assert state(case).pending["action"] == "decide"
    assert "等待机关负责人批准" in words(page)


def test_a_flaw_is_announced_before_it_is_recorded(w: Web) -> None:
    case, client = weighed(w, grave=True), w.client(w.handler)
    page, _ = checked(
        client, f"/cases/{case}/do/decide/", outcome="fine", v_amount="500", v_basis="某条", q_crime="no"
    )
    assert "情节严重的应当登记物品" in words(page) or "提请" in words(page)


def test_needs_are_shown_live_with_what_has_been_typed(w: Web) -> None:
    case, client = weighed(w), w.client(w.handler)
    address = f"/cases/{case}/do/decide/"
    sent = filled(client, address, outcome="fine", v_amount="0", step="needs")
    panel = words(client.post(address, sent))
    assert "罚款应当大于零" in panel
    assert "未满足" in panel
    sent["v_amount"] = "10"
    assert "未满足" not in words(client.post(address, sent))


def test_known_values_are_not_typed_twice_but_remarks_are_not_carried_over(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    submit(client, f"/cases/{case}/do/look/", v_amount="30", v_note="第一次说明")
    submit(client, f"/cases/{case}/do/conclude/", v_basis="某法第一条", q_grave="no")
    form = client.get(f"/cases/{case}/do/decide/?outcome=fine").content.decode()
    assert 'value="30"' in form
    assert "某法第一条" in form
    none = client.get(f"/cases/{case}/do/decide/?outcome=none").content.decode()
    assert "第一次说明" not in none


def test_an_act_on_a_row_names_the_row(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    submit(client, f"/cases/{case}/do/take/", v_name="饼干", v_value="12")
    submit(client, f"/cases/{case}/do/take/", v_name="罐头")
    form = client.get(f"/cases/{case}/do/give_back/").content.decode()
    assert "饼干 · 12.00元" in form
    submit(client, f"/cases/{case}/do/give_back/", part="1", v_how="back")
    assert [r["phase"] for r in state(case).parts["items"]] == ["held", "returned"]
    again = client.get(f"/cases/{case}/do/give_back/").content.decode()
    assert "饼干" in again
    assert "罐头" not in again  # nothing is left to be done with it


def test_a_stale_form_is_refused_with_what_changed_and_keeps_what_was_typed(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    address = f"/cases/{case}/do/look/"
    _, sent = checked(client, address, v_note="现场有三人")
    w.run_wide("take", case=case, values={"name": "饼干"}, on=timezone.localdate())
    answer = client.post(address, {"step": "submit", "token": sent["token"]})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "登记物品" in html
    assert "现场有三人" in html
    assert hidden(html, "expected_seq") == "2"
    sent |= {"expected_seq": "2"}
    client.post(address, sent)
    assert client.post(address, {"step": "submit", "token": sent["token"]}).status_code == 302
    assert state(case).seq == 3


# ---- parties --------------------------------------------------------------------------------------------------------


def test_a_party_is_found_by_name_and_chosen(w: Web) -> None:
    w.party("安澜县某某食品厂")
    client = w.client(w.handler)
    found = client.post(FILE, filled(client, FILE, step="find:party", find_party="食品厂", v_subject="某事"))
    html = found.content.decode()
    assert found.status_code == 200
    assert "安澜县某某食品厂" in html
    assert 'value="某事"' in html
    assert html.count("checked") >= 1  # the only one found is chosen at once


def test_a_party_that_is_not_in_the_register_is_said_so(w: Web) -> None:
    client = w.client(w.handler)
    answer = client.post(FILE, filled(client, FILE, step="find:party", find_party="没有的公司"))
    assert "名册中没有“没有的公司”" in words(answer)


def test_a_new_party_with_a_wrong_check_digit_is_refused_with_the_reason(w: Web) -> None:
    good = make_uscc("91", 9001)
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    client = w.client(w.handler)
    given = {"new_party_kind": "enterprise", "new_party_name": "新公司", "new_party_identity_kind": "uscc"}
    answer = client.post(FILE, filled(client, FILE, step="register:party", new_party_number=wrong, **given))
    assert "校验不符" in words(answer)
    assert "GB 32100" in words(answer)
    assert wrong in answer.content.decode()  # what was typed stays
    right = client.post(FILE, filled(client, FILE, step="register:party", new_party_number=good, **given))
    assert "新公司" in words(right)
    assert parties.find_party("uscc", good) is not None


def test_a_citizen_is_shown_masked_in_the_form(w: Web) -> None:
    client = w.client(w.handler)
    given = {
        "new_party_kind": "citizen", "new_party_name": "钱多多", "new_party_identity_kind": "id_card",
        "new_party_number": make_id_number(77), "step": "register:party",
    }  # fmt: skip
    html = client.post(FILE, filled(client, FILE, **given)).content.decode()
    assert "钱**" in html
    assert make_id_number(77) not in html


# ---- people, organs, links ------------------------------------------------------------------------------------------


def test_people_of_the_organ_can_be_named_and_others_cannot(w: Web) -> None:
    client = w.client(w.handler)
    page = client.get(FILE).content.decode()
    assert w.head.name in page
    assert w.stranger.name not in page
    assert "无有效执法证件" in page
    answer = client.post(
        FILE, filled(client, FILE, v_subject="某事", v_source="seen", v_officers=[w.stranger.person])
    )
    assert answer.status_code == 422
    assert "不在可选范围内" in words(answer)


def test_a_linked_case_is_named_by_its_number(w: Web) -> None:
    other = w.wide_case(subject="前案")
    number = Case.objects.get(pk=other).number
    client = w.client(w.handler)
    submit(client, FILE, v_subject="后案", v_source="seen", v_related=number)
    made = Case.objects.exclude(pk=other).get(procedure="wide")
    assert state(made.id).values["related"] == other
    assert "前案" in words(client.get(f"/cases/{made.id}/?tab=links"))


def test_a_case_out_of_sight_cannot_be_linked_any_more_than_one_that_is_not_there(w: Web) -> None:
    other = w.wide_case(subject="前案")
    number = Case.objects.get(pk=other).number
    client = w.client(w.stranger)
    hidden_one = words(
        client.post(FILE, filled(client, FILE, v_subject="事", v_source="seen", v_related=number))
    )
    by_id = words(client.post(FILE, filled(client, FILE, v_subject="事", v_source="seen", v_related=other)))
    absent = words(
        client.post(FILE, filled(client, FILE, v_subject="事", v_source="seen", v_related="宽〔2020〕9号"))
    )
    for text, asked in ((hidden_one, number), (by_id, other), (absent, "宽〔2020〕9号")):
        assert f"没有找到案号为“{asked}”的案件" in text


# ---- files ----------------------------------------------------------------------------------------------------------


def pdf(name: str = "笔录.pdf", data: bytes = b"%PDF-1.4 words") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def test_a_file_is_kept_sealed_and_opened_again_by_who_may_see_the_case(w: Web, settings: Any) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    submit(client, f"/cases/{case}/do/look/", up_papers=pdf())
    held = Attachment.objects.get(case=case)
    stored = b"".join(p.read_bytes() for p in (settings.FAZHI_HOME / "attachments").rglob("*") if p.is_file())
    assert b"%PDF" not in stored
    assert "笔录".encode() not in bytes(held.name_sealed)
    answer = client.get(f"/cases/{case}/files/{held.hash}/")
    assert answer.content == b"%PDF-1.4 words"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert any(line.body["fields"] == ["attachment"] for line in access_log.lines(case=case))
    assert w.client(w.stranger).get(f"/cases/{case}/files/{held.hash}/").status_code == 404


def test_the_event_commits_to_the_files_hash_and_the_record_names_the_file(w: Web) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    submit(client, f"/cases/{case}/do/look/", up_papers=pdf())
    assert "commit" in bodies(case)[-1]["values"]["papers"][0]
    assert "笔录.pdf" in words(client.get(f"/cases/{case}/?tab=history"))
    assert "笔录.pdf" in words(client.get(f"/cases/{case}/?tab=papers"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("程序.exe", b"MZ", "不是可以上传的文件类型"),
        ("空.pdf", b"", "是空文件"),
        ("假.pdf", b"PK\x03\x04", "内容与扩展名"),
        ("页.html", b"<script>", "不是可以上传的文件类型"),
    ],
)
def test_a_file_that_is_not_taken_in_says_why(w: Web, name: str, data: bytes, said: str) -> None:
    case, client = w.wide_case(), w.client(w.handler)
    address = f"/cases/{case}/do/look/"
    answer = client.post(address, filled(client, address, up_papers=pdf(name, data), v_note="说明"))
    assert answer.status_code == 422
    assert said in words(answer)
    assert "说明" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_over_the_limit_is_refused(w: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    from fazhi.cases import attachments

    monkeypatch.setattr(attachments, "LIMIT", 100)
    case, client = w.wide_case(), w.client(w.handler)
    address = f"/cases/{case}/do/look/"
    answer = client.post(address, filled(client, address, up_papers=pdf(data=b"%PDF" + b"x" * 200)))
    assert answer.status_code == 422
    assert "请压缩" in words(answer)


def test_a_file_of_a_form_that_was_never_sent_is_thrown_away(w: Web, settings: Any) -> None:
    from fazhi.cases import attachments

    case = w.wide_case()
    attachments.add("f" * 32, "没有提交.pdf", b"%PDF unsent", w.handler.person)
    attachments.add(case, "已提交.pdf", b"%PDF sent", w.handler.person)
    assert attachments.drop_unsent(timezone.now()) == 0
    assert attachments.drop_unsent(timezone.now() + timedelta(days=31)) == 1
    assert [a.case for a in Attachment.objects.all()] == [case]


def test_another_cases_file_cannot_be_named(w: Web) -> None:
    mine, other, client = w.wide_case(), w.wide_case(), w.client(w.handler)
    submit(client, f"/cases/{other}/do/look/", up_papers=pdf())
    held = Attachment.objects.get(case=other)
    address = f"/cases/{mine}/do/look/"
    answer = client.post(address, filled(client, address, v_papers=[held.hash]))
    assert answer.status_code == 422
    assert client.get(f"/cases/{mine}/files/{held.hash}/").status_code == 404


# ---- who may --------------------------------------------------------------------------------------------------------


def test_an_act_of_another_role_is_refused_with_who_may(w: Web) -> None:
    case = w.wide_case()
    answer = w.client(w.head).get(f"/cases/{case}/do/look/")
    assert answer.status_code == 403
    assert "由机关承办人办理" in words(answer)


def test_an_act_out_of_turn_leads_back_to_the_case(w: Web) -> None:
    case = w.wide_case()
    answer = w.client(w.handler).get(f"/cases/{case}/do/decide/", follow=True)
    assert "现在的阶段不能办理「作出决定」" in words(answer)


def weighed(w: Web, *, grave: bool = False) -> str:
    """A case that has come to its decision."""
    case = w.wide_case()
    w.run_wide("look", case=case)
    w.run_wide("conclude", case=case, values={"basis": "某条"}, facts={"grave": grave})
    return case


def test_the_day_of_the_world_is_before_today() -> None:
    assert date.today() > DAY  # noqa: DTZ011 - the tests above rely on it
