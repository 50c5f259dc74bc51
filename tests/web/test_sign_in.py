"""Signing in, locking, one-time passwords, idle sessions, and the post in which one acts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web import build

from fazhi.organs import accounts, posts
from fazhi.organs.models import Person


def enter(client: Client, username: str, password: str = build.PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"username": username, "password": password, **more})


@pytest.fixture
def client(place: dict[str, Any]) -> Client:
    return Client()


def test_the_right_password_leads_to_the_workbench(client: Client) -> None:
    answer = enter(client, "Chen ")
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert "陈志远" in client.get("/").content.decode()


def test_one_comes_back_to_where_one_wanted_to_go(client: Client) -> None:
    assert enter(client, "chen", next="/messages/")["Location"] == "/messages/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_one_is_never_sent_to_another_server(client: Client, elsewhere: str) -> None:
    assert enter(client, "chen", next=elsewhere)["Location"] == "/"


def test_a_wrong_password_says_what_to_do_and_not_which_was_wrong(client: Client) -> None:
    known = enter(client, "chen", "wrong-password")
    unknown = enter(client, "nobody", "wrong-password")
    assert known.status_code == unknown.status_code == 422
    for answer in (known, unknown):
        assert "用户名或者密码不正确。请核对后重新输入" in answer.content.decode()


def test_five_wrong_passwords_lock_the_account_for_a_while(client: Client) -> None:
    for _ in range(accounts.TRIES):
        answer = enter(client, "chen", "wrong-password")
    assert "账号已锁定至" in answer.content.decode()
    assert "账号已锁定至" in enter(client, "chen").content.decode()
    Person.objects.filter(username="chen").update(locked_until=timezone.now() - timedelta(minutes=1))
    assert enter(client, "chen").status_code == 302


def test_empty_fields_are_named(client: Client) -> None:
    answer = enter(client, "", "")
    assert answer.status_code == 422
    assert "请填写用户名" in answer.content.decode()
    assert "请填写密码" in answer.content.decode()


def test_passwords_may_be_pasted_and_kept_by_a_password_manager(client: Client) -> None:
    form = client.get("/login/").content.decode()
    assert 'autocomplete="current-password"' in form
    assert 'autocomplete="username"' in form
    assert "onpaste" not in form


def test_with_a_one_time_password_nothing_opens_before_it_is_changed(place: dict[str, Any]) -> None:
    given = accounts.reset_password(place["handler"], now=build.NOW)
    client = Client()
    enter(client, "chen", given)
    assert client.get("/")["Location"] == "/password/"
    assert client.get("/messages/")["Location"] == "/password/"
    refused = client.post("/password/", {"old": given, "new": "short", "again": "short"})
    assert refused.status_code == 422
    assert "密码不足10位" in refused.content.decode()
    changed = client.post(
        "/password/", {"old": given, "new": "a-new-long-one-7", "again": "a-new-long-one-7"}
    )
    assert changed["Location"] == "/"
    assert client.get("/").status_code == 200, "the session goes on"


def test_both_new_passwords_must_agree(place: dict[str, Any]) -> None:
    client = build.signed_in(place["handler"])
    answer = client.post(
        "/password/", {"old": build.PASSWORD, "new": "a-new-long-one-7", "again": "a-new-long-one-8"}
    )
    assert "两次输入的新密码不一致" in answer.content.decode()
    place["handler"].refresh_from_db()
    assert place["handler"].check_password(build.PASSWORD)


def test_an_idle_session_ends_and_says_so(place: dict[str, Any], settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    client = build.signed_in(place["handler"])
    assert client.get("/messages/").status_code == 200
    session = client.session
    session["seen"] -= 31 * 60
    session.save()
    answer = client.get("/messages/", follow=True)
    assert answer.redirect_chain == [("/login/?next=/messages/", 302)]
    assert "超过 30 分钟没有操作" in answer.content.decode()


def test_signing_out_needs_a_form(place: dict[str, Any]) -> None:
    client = build.signed_in(place["handler"])
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/")["Location"].startswith("/login/")


def test_one_acts_in_one_post_and_switches(place: dict[str, Any]) -> None:
    client = build.signed_in(place["handler"])
    first = client.get("/").content.decode()
    assert "漳平市市场监督管理局 · 承办人" in first or "漳平市司法局 · 执法监督人员" in first
    client.post("/post/", {"post": place["second_post"].id})
    assert "漳平市司法局 · 执法监督人员" in client.get("/").content.decode()
    client.post("/post/", {"post": place["handler_post"].id})
    assert "漳平市市场监督管理局 · 承办人" in client.get("/").content.decode()


def test_another_persons_post_is_not_taken(place: dict[str, Any]) -> None:
    client = build.signed_in(place["handler"])
    answer = client.post("/post/", {"post": place["admin_post"].id}, follow=True)
    assert "这个任职今天不在您名下" in answer.content.decode()
    assert client.get("/organs/").status_code == 403


def test_who_loses_the_post_loses_its_pages_with_the_next_request(place: dict[str, Any]) -> None:
    client = build.signed_in(place["admin"])
    assert client.get("/organs/").status_code == 200
    posts.end_post(place["admin_post"], timezone.localdate() - timedelta(days=1), source="免职")
    answer = client.get("/organs/")
    assert answer.status_code == 403


def test_a_delegated_post_can_be_chosen_and_names_who_lent_it(place: dict[str, Any]) -> None:
    today = timezone.localdate()
    posts.delegate(
        place["admin_post"],
        place["handler"],
        valid_from=today,
        valid_to=today + timedelta(days=3),
        source="委托书1号",
    )
    client = build.signed_in(place["handler"])
    assert "受管志明委托代理" in client.get("/").content.decode()
    client.post("/post/", {"post": place["admin_post"].id})
    assert client.get("/organs/").status_code == 200


def test_a_post_that_ends_soon_rings_the_bell(place: dict[str, Any]) -> None:
    today = timezone.localdate()
    posts.end_post(place["second_post"], today + timedelta(days=5), source="免职")
    client = build.signed_in(place["handler"])
    assert "1 条待看" in client.get("/").content.decode()
    assert f"任职将于 {today + timedelta(days=5)} 到期" in client.get("/messages/").content.decode()


def test_who_is_in_no_post_may_sign_in_but_has_nothing_to_do(place: dict[str, Any]) -> None:
    lonely = build.person("lone", "独行")
    answer = build.signed_in(lonely).get("/")
    assert "您今天没有任职" in answer.content.decode()


def test_the_letter_size_is_kept_in_a_cookie(place: dict[str, Any]) -> None:
    client = Client()
    assert 'data-size="14"' in client.get("/login/").content.decode()
    assert client.post("/size/", {"size": "22", "next": "/help/"})["Location"] == "/help/"
    assert 'data-size="22"' in client.get("/login/").content.decode()
    client.post("/size/", {"size": "99"})
    assert 'data-size="22"' in client.get("/login/").content.decode()


def test_demo_accounts_are_shown_in_a_demo_database_only(db: None) -> None:
    from fazhi.organs import demo

    assert "演示账号" not in Client().get("/login/").content.decode()
    build.demo()
    demo.load_demo_organs()
    words = Client().get("/login/").content.decode()
    assert "演示库" in words
    assert demo.PASSWORD in words
    assert "zhifa1" in words


def test_a_new_installation_is_told_to_register_its_county(db: None) -> None:
    client = build.signed_in(build.person("admin", "系统管理员"))
    assert client.get("/")["Location"] == "/setup/"
    wrong = client.post(
        "/setup/", {"code": "999999", "name": "某某县", "since": "2000-01-01", "source": "初始登记"}
    )
    assert wrong.status_code == 422
    right = {"code": "350881", "name": "漳平市", "since": "2000-01-01", "source": "初始登记"}
    answer = client.post("/setup/", right, follow=True)
    assert answer.redirect_chain[0][0] == "/organs/"
    assert "漳平市人民政府" in answer.content.decode()
    assert client.get("/setup/")["Location"] == "/"
    assert date(2000, 1, 1).isoformat() in answer.content.decode()
