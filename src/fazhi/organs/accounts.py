"""Accounts: made with a one-time password, locked after wrong ones."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from . import checks, history, identity, secrecy
from .errors import Invalid, Problem, SignInRefused, invalid
from .models import Person, new_id

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST = 10
_PLACE = ZoneInfo("Asia/Shanghai")
# Without letters and digits that are taken for one another when read aloud or copied from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class NewAccount:
    person: Person
    one_time_password: str  # shown once, never stored


@transaction.atomic
def create_person(
    username: str,
    name: str,
    *,
    now: datetime,
    phone: str = "",
    password: str | None = None,
    encoded: str | None = None,
    by: Person | None = None,
) -> NewAccount:
    """With no password given, a one-time password is made. Either has to be changed at the first sign-in.

    `encoded` is a password as Django stores it, for who makes many accounts with one password (the demonstration).
    """
    username, name = username.strip().lower(), name.strip()
    problems = checks.required("username", "用户名", username) + checks.required("name", "姓名", name)
    if username and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,59}", username):
        problems.append(
            Problem(
                "username",
                f"用户名“{username}”应为2至60位小写字母、数字、点、横线",
                next="请改用例如 zhangsan 的用户名",
            )
        )
    if username and Person.objects.filter(username=username).exists():
        problems.append(Problem("username", f"用户名“{username}”已被使用", next="请换一个用户名"))
    problems += _phone_problems(phone) + checks.fits(Person, name=name)
    if password is not None:
        problems += password_problems(password, username)
    if problems:
        raise Invalid(problems)
    given = password or one_time_password()
    person = Person(id=new_id(), username=username, name=name, password=encoded or "")
    if encoded is None:
        person.set_password(given)
    _put_phone(person, phone)
    person.save(force_insert=True)
    history.record("person", person.id, "建立账号", on=now.astimezone(_PLACE).date(), by=by)
    return NewAccount(person, "" if password or encoded else given)


def one_time_password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@transaction.atomic
def reset_password(person: Person, *, now: datetime, by: Person | None = None) -> str:
    """A new one-time password; the lock is lifted."""
    given = one_time_password()
    person.set_password(given)
    person.must_change_password, person.failed_logins, person.locked_until = True, 0, None
    person.save(update_fields=["password", "must_change_password", "failed_logins", "locked_until"])
    history.record("person", person.id, "重置密码", on=now.astimezone(_PLACE).date(), by=by)
    return given


def change_password(person: Person, old: str, new: str) -> None:
    if not person.check_password(old):
        raise invalid("old", "原密码不正确", next="请重新输入原密码，忘记密码请找管理员重置")
    problems = password_problems(new, person.username)
    if new == old:
        problems.append(Problem("new", "新密码与原密码相同", next="请换一个密码"))
    if problems:
        raise Invalid(problems)
    person.set_password(new)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])


def password_problems(password: str, username: str) -> list[Problem]:
    if len(password) < SHORTEST:
        return [Problem("new", f"密码不足{SHORTEST}位", next="请设置更长的密码，可以用几个不相干的词连起来")]
    if username and username in password.lower():
        return [Problem("new", "密码中含有用户名", next="请换一个密码")]
    if len(set(password)) < 5:
        return [Problem("new", "密码中不同的字符太少", next="请换一个密码")]
    return []


def sign_in(username: str, password: str, *, now: datetime) -> Person:
    """The person, or SignInRefused. After five wrong passwords in a row the account is locked for fifteen minutes."""
    person = Person.objects.filter(username=username.strip().lower()).first()
    if person is None:
        make_password(
            password
        )  # takes as long as checking one, so that user names cannot be told by the clock
        raise SignInRefused("用户名或者密码不正确", next="请核对后重新输入，忘记密码请找管理员重置")
    if person.locked_until and person.locked_until > now:
        raise _locked(person.locked_until)
    if not person.check_password(password):
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(failed_logins=F("failed_logins") + 1)
            if Person.objects.filter(pk=person.pk, failed_logins__gte=TRIES).update(
                failed_logins=0, locked_until=now + LOCKED_FOR
            ):
                locked = now + LOCKED_FOR
            else:
                locked = None
        if locked:
            raise _locked(locked)
        raise SignInRefused("用户名或者密码不正确", next="请核对后重新输入，忘记密码请找管理员重置")
    if not person.is_active:
        raise SignInRefused("该账号已停用", next="请与本单位管理员联系")
    if person.failed_logins or person.locked_until:
        Person.objects.filter(pk=person.pk).update(failed_logins=0, locked_until=None)
    return person


@transaction.atomic
def unlock(person: Person, *, now: datetime, by: Person | None = None) -> None:
    Person.objects.filter(pk=person.pk).update(failed_logins=0, locked_until=None)
    history.record("person", person.id, "解除锁定", on=now.astimezone(_PLACE).date(), by=by)


@transaction.atomic
def set_active(person: Person, active: bool, *, now: datetime, reason: str, by: Person | None = None) -> None:
    """Close or reopen an account. Posts and everything that the person did stay as they are."""
    if by == person and not active:
        raise invalid("person", "不能停用自己的账号", next="请由另一名管理员办理")
    person.is_active = active
    person.save(update_fields=["is_active"])
    what = "启用账号" if active else "停用账号"
    history.record("person", person.id, what, on=now.astimezone(_PLACE).date(), source=reason, by=by)


@transaction.atomic
def edit_person(
    person: Person,
    *,
    now: datetime,
    name: str | None = None,
    phone: str | None = None,
    by: Person | None = None,
) -> None:
    detail: dict[str, list[str]] = {}
    problems = checks.required("name", "姓名", name) if name is not None else []
    problems += _phone_problems(phone or "") + checks.fits(Person, name=(name or "").strip())
    if problems:
        raise Invalid(problems)
    if name is not None and name.strip() != person.name:
        detail["姓名"] = [person.name, name.strip()]
        person.name = name.strip()
    if phone is not None:
        before = person.phone_shown
        _put_phone(person, phone)
        if before != person.phone_shown:
            detail["手机号"] = [before, person.phone_shown]
    person.save(update_fields=["name", "phone_sealed", "phone_shown"])
    if detail:
        history.record(
            "person", person.id, "更正信息", on=now.astimezone(_PLACE).date(), detail=detail, by=by
        )


def phone_of(person: Person) -> str:
    return secrecy.unseal(person.phone_sealed, _about(person)) if person.phone_sealed else ""


def _put_phone(person: Person, phone: str) -> None:
    number = identity.tidy(phone)
    person.phone_sealed = secrecy.seal(number, _about(person)) if number else None
    person.phone_shown = identity.mask_phone(number)


def _phone_problems(phone: str) -> list[Problem]:
    number = identity.tidy(phone)
    if not number or re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[0-9]{7,8}", number):
        return []
    return [Problem("phone", "电话号码不是11位手机号，也不是带区号的固定电话", next="请核对后重新填写")]


def _about(person: Person) -> str:
    return f"person:{person.id}:phone"


def _locked(until: datetime) -> SignInRefused:
    at = until.astimezone(_PLACE)
    return SignInRefused(
        f"密码连续输错{TRIES}次，账号已锁定至{at:%H:%M}", next="请到时再试，或者请管理员解除锁定、重置密码"
    )
