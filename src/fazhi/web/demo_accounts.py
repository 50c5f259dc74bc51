"""The demo county's accounts, for the sign-in page and for `serve`; nothing outside a demo database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from fazhi.organs.installation import is_demo
from fazhi.organs.models import Post

# Whom to sign in as first, and what to look at: one account for each role that the first cycle shows.
TOUR = (
    ("zhifa1", "办案：工作台、行政处罚从立案到结案"),
    ("fazhi1", "法制审核：待审案件、法定要求逐条对照"),
    ("juzhang1", "审批：批准、退回，自己提的不能自己批"),
    ("jiandu", "监督：预警、超期案件，发出督办单"),
    ("sifa", "谋划与反馈：计划任务、统计指标、年度报告"),
    ("fuyi1", "行政复议：受理到决定"),
    ("gongkai1", "依申请公开：登记、答复"),
    ("xianzhang", "县长：看指标，点开到案件"),
    ("guanli", "系统管理：机构、人员、参数、代码表"),
)


@dataclass(frozen=True)
class Account:
    username: str
    name: str
    organ: str
    title: str


@dataclass(frozen=True)
class Stop:
    account: Account
    look: str


def password() -> str:
    """The one password of all demo accounts; empty where they do not exist."""
    if not is_demo():
        return ""
    from fazhi.organs import demo

    return demo.PASSWORD


def accounts() -> tuple[Account, ...]:
    """Every account with its first post today; none in a database of a real county."""
    if not is_demo():
        return ()
    posts = Post.objects.on(timezone.localdate()).filter(person__is_active=True)
    found: dict[str, Account] = {}
    for post in posts.select_related("person", "organ").order_by("organ__order", "organ__code", "valid_from"):
        account = Account(post.person.username, post.person.name, str(post.organ), post.role_title)
        found.setdefault(account.username, account)
    return tuple(found.values())


def tour() -> tuple[Stop, ...]:
    """The accounts to begin with, as far as this database has them."""
    by_name = {account.username: account for account in accounts()}
    return tuple(Stop(by_name[name], look) for name, look in TOUR if name in by_name)
