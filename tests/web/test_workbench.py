"""The workbench: what waits for whom and why; every number is a link to a list of exactly so many."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.cases_build import Web, submit, words

from fazhi.cases import store, worker
from fazhi.web import deeds


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def bench(w: Web, ctx: Any, query: str = "") -> str:
    return w.client(ctx).get(f"/{query}").content.decode()


def titles(html: str) -> list[str]:
    """The lines of the person's own list, not those of the overdue cases that he looks over."""
    html = html.split('id="tasks"')[1].split("</section>")[0]
    return re.findall(r'class="todo__title"[^>]*>([^<]*)<', html)


def counters(html: str) -> dict[str, tuple[str, int]]:
    found = re.findall(
        r'<a class="counter[^"]*" href="([^"]*)"><span class="counter__label">([^<]*)</span><span class="counter__value">(\d+)',
        html,
    )
    return {label: (url.replace("&amp;", "&"), int(n)) for url, label, n in found}


def test_a_handler_sees_his_own_cases_and_why(w: Web) -> None:
    w.wide_case(subject="我的事")
    colleague = w.person("handler", w.bureau)
    w.run_wide("file", colleague, values={"subject": "同事的事", "source": "seen"})
    html = bench(w, w.handler)
    assert len(titles(html)) == 1
    assert "我的事" in html
    assert "尚未调查，「调查终结」之前须先办" in html
    assert "/do/look/" in html


def test_a_head_sees_what_waits_for_his_yes(w: Web) -> None:
    case = w.filed(party=[w.party().id])
    w.run("look", case=case)
    assert titles(bench(w, w.head)) == []
    w.run("decide", case=case, values={"amount": 1}, facts={"grave": True})
    html = bench(w, w.head, "?tab=approve")
    assert len(titles(html)) == 1
    assert "「决定」等您审批" in html
    assert titles(bench(w, w.handler)) == []  # who proposed waits


def test_a_correction_waits_for_a_colleague(w: Web) -> None:
    case = w.wide_case()
    w.run_wide("look", case=case, values={"amount": 10})
    w.run_wide(
        "", case=case, kind="correct", target=2, values={"amount": 20}, reason="笔误", on=timezone.localdate()
    )
    assert "等您审批" in bench(w, w.head)
    assert "等您审批" not in bench(w, w.handler)


def test_begun_and_done_are_tabs_of_their_own(w: Web) -> None:
    case = w.wide_case(subject="我的事")
    w.run_wide("look", case=case)
    assert len(titles(bench(w, w.handler, "?tab=mine"))) == 1
    assert len(titles(bench(w, w.handler, "?tab=done"))) == 1
    assert titles(bench(w, w.head, "?tab=done")) == []
    worker.once()  # sealed now: the same from the index
    assert len(titles(bench(w, w.handler, "?tab=done"))) == 1
    assert deeds.follow() == 0


def test_the_index_of_deeds_can_be_made_again(w: Web) -> None:
    from fazhi.web.models import Deed, DeedMark

    w.wide_case()
    worker.once()
    deeds.follow()
    before = list(Deed.objects.values_list("person", "case", "position"))
    assert before
    Deed.objects.all().delete()
    DeedMark.objects.all().delete()
    deeds.follow()
    assert list(Deed.objects.values_list("person", "case", "position")) == before


def test_every_counter_is_the_length_of_its_list(w: Web) -> None:
    today = timezone.localdate()
    for ago in (100, 100, 85, 90, 3):
        w.wide_case_on(today - timedelta(days=ago))
    client = w.client(w.handler)
    found = counters(client.get("/").content.decode())
    assert {k: n for k, (_, n) in found.items()} == {
        "待办": 5,
        "今日到期": 1,
        "预警": 2,
        "超期": 2,
        "督办": 0,
    }
    for label, (url, n) in found.items():
        html = client.get(url).content.decode()
        listed = len(titles(html)) if label == "待办" else html.count('data-label="序号"')
        assert listed == n, label


def test_the_week_shows_what_falls_due_and_links_to_it(w: Web) -> None:
    today = timezone.localdate()
    w.wide_case_on(today - timedelta(days=87))
    html = bench(w, w.handler)
    day = (today + timedelta(days=3)).isoformat()
    assert f"light=on&amp;day={day}" in html
    assert "1 件" in html


def test_who_looks_over_others_sees_red_cases_with_step_and_holder(w: Web) -> None:
    case = w.wide_case_on(timezone.localdate() - timedelta(days=100), subject="晚了的事")
    html = bench(w, w.mayor)
    text = re.sub(r"<[^>]+>", " ", html)
    assert "晚了的事" in text
    assert "停在「调查」" in text
    assert f"承办 {w.handler.name}" in text
    assert f"/cases/new/supervision_order/issue/?about={case}" in html
    assert "晚了的事" not in bench(w, w.stranger)


def test_an_act_moves_the_case_off_the_bench(w: Web) -> None:
    case = w.wide_case_on(timezone.localdate())
    client = w.client(w.handler)
    submit(client, f"/cases/{case}/do/look/", v_note="已查")
    assert "调查终结" in words(client.get("/"))
    submit(client, f"/cases/{case}/do/conclude/", v_basis="某条", q_grave="no")
    submit(client, f"/cases/{case}/do/decide/", outcome="none", v_note="轻微")
    assert store.read(case).state.pending
    assert titles(client.get("/").content.decode()) == []


def test_a_post_without_anything_waiting_says_so(w: Web) -> None:
    assert "没有待办事项" in bench(w, w.stranger)
