from __future__ import annotations

from datetime import timedelta

import pytest

from fazhi.organs import accounts
from fazhi.organs.errors import Invalid, SignInRefused
from fazhi.organs.models import Person

from .conftest import NOW, fields

pytestmark = pytest.mark.django_db
GOOD = "海风-吹过-石塘-2026"


def test_a_new_account_gets_a_one_time_password_that_must_be_changed():
    made = accounts.create_person("ZhangSan", "张三", now=NOW)
    assert made.person.username == "zhangsan"
    assert made.one_time_password
    person = accounts.sign_in("zhangsan", made.one_time_password, now=NOW)
    assert person.must_change_password
    accounts.change_password(person, made.one_time_password, GOOD)
    assert not accounts.sign_in(" ZHANGSAN ", GOOD, now=NOW).must_change_password


def test_one_time_passwords_differ():
    assert len({accounts.one_time_password() for _ in range(50)}) == 50


def test_user_names_are_checked_and_unique():
    accounts.create_person("zhangsan", "张三", now=NOW)
    with pytest.raises(Invalid, match="已被使用"):
        accounts.create_person("ZHANGSAN", "张三丰", now=NOW)
    with pytest.raises(Invalid) as refusal:
        accounts.create_person("张三", "", phone="12", password="short", now=NOW)
    assert fields(refusal) == {"username", "name", "phone", "new"}


@pytest.mark.parametrize(
    ("password", "says"),
    [("short", "不足10位"), ("zhangsan-2026", "含有用户名"), ("aaaaaaaaaaab", "不同的字符太少")],
)
def test_weak_passwords_are_refused(password, says):
    person = accounts.create_person("zhangsan", "张三", now=NOW, password=GOOD).person
    with pytest.raises(Invalid, match=says):
        accounts.change_password(person, GOOD, password)


def test_a_password_changes_only_for_who_knows_the_old_one_and_to_another():
    person = accounts.create_person("zhangsan", "张三", now=NOW, password=GOOD).person
    with pytest.raises(Invalid, match="原密码不正确"):
        accounts.change_password(person, "wrong", GOOD + "x")
    with pytest.raises(Invalid, match="与原密码相同"):
        accounts.change_password(person, GOOD, GOOD)


def test_five_wrong_passwords_lock_for_fifteen_minutes():
    accounts.create_person("zhangsan", "张三", now=NOW, password=GOOD)
    for _ in range(4):
        with pytest.raises(SignInRefused, match="用户名或者密码不正确"):
            accounts.sign_in("zhangsan", "wrong", now=NOW)
    with pytest.raises(SignInRefused, match="已锁定至10:15"):
        accounts.sign_in("zhangsan", "wrong", now=NOW)
    with pytest.raises(SignInRefused, match="已锁定至10:15"):
        accounts.sign_in("zhangsan", GOOD, now=NOW + timedelta(minutes=14))
    assert accounts.sign_in("zhangsan", GOOD, now=NOW + timedelta(minutes=15))
    assert Person.objects.get().locked_until is None


def test_a_right_password_forgets_the_wrong_ones():
    accounts.create_person("zhangsan", "张三", now=NOW, password=GOOD)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefused):
                accounts.sign_in("zhangsan", "wrong", now=NOW)
        assert accounts.sign_in("zhangsan", GOOD, now=NOW)


def test_a_reset_or_unlocking_opens_the_account_at_once():
    person = accounts.create_person("zhangsan", "张三", now=NOW, password=GOOD).person
    for _ in range(5):
        with pytest.raises(SignInRefused):
            accounts.sign_in("zhangsan", "wrong", now=NOW)
    accounts.unlock(person, now=NOW)
    assert accounts.sign_in("zhangsan", GOOD, now=NOW)
    given = accounts.reset_password(person, now=NOW)
    with pytest.raises(SignInRefused):
        accounts.sign_in("zhangsan", GOOD, now=NOW)
    assert accounts.sign_in("zhangsan", given, now=NOW).must_change_password


def test_an_unknown_name_reads_like_a_wrong_password():
    with pytest.raises(SignInRefused, match="用户名或者密码不正确"):
        accounts.sign_in("nobody", "x", now=NOW)


def test_a_closed_account_says_so_only_to_who_knows_the_password():
    person = accounts.create_person("zhangsan", "张三", now=NOW, password=GOOD).person
    accounts.set_active(person, False, now=NOW, reason="退休")
    with pytest.raises(SignInRefused, match="不正确"):
        accounts.sign_in("zhangsan", "wrong", now=NOW)
    with pytest.raises(SignInRefused, match="已停用"):
        accounts.sign_in("zhangsan", GOOD, now=NOW)


def test_nobody_closes_his_own_account():
    person = accounts.create_person("admin", "管理员", now=NOW, password=GOOD).person
    with pytest.raises(Invalid, match="不能停用自己的账号"):
        accounts.set_active(person, False, now=NOW, reason="x", by=person)


def test_telephone_numbers_are_sealed_and_shown_masked():
    person = accounts.create_person("zhangsan", "张三", now=NOW, phone="138 1234 5678").person
    person.refresh_from_db()
    assert person.phone_shown == "138****5678"
    assert accounts.phone_of(person) == "13812345678"
    assert b"13812345678" not in bytes(person.phone_sealed)
    accounts.edit_person(person, phone="", name="张三丰", now=NOW)
    person.refresh_from_db()
    assert (person.name, person.phone_shown, person.phone_sealed) == ("张三丰", "", None)
