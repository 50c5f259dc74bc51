"""A small county for the tests of the screens."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.test import Client

from fazhi.organs import accounts, installation, posts, regions, registry
from fazhi.organs.models import County, Organ, Person, Post

SINCE = date(2020, 1, 1)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PASSWORD = "correct-horse-21"


def county(code: str = "350881", name: str = "漳平市") -> County:
    return regions.found_county(code, name, valid_from=SINCE, source="测试")


def organ(of: County, code: str, name: str, kind: str = "department", parent: Organ | None = None) -> Organ:
    return registry.create_organ(
        of, code=code, name=name, kind=kind, parent=parent, valid_from=SINCE, source="测试〔2020〕1号"
    )


def person(username: str, name: str = "张三") -> Person:
    made = accounts.create_person(username, name, now=NOW, password=PASSWORD).person
    made.must_change_password = False
    made.save(update_fields=["must_change_password"])
    return made


def post(who: Person, where: Organ, role: str, **dates: date) -> Post:
    return posts.add_post(who, where, role, **({"valid_from": SINCE, "source": "测试"} | dates))


def small_county() -> dict[str, object]:
    """A government with two departments; one administrator, one handler with a second post, one reviewer."""
    place = county()
    government = organ(place, "xzf", "漳平市人民政府", "government")
    justice = organ(place, "sfj", "漳平市司法局", parent=government)
    market = organ(place, "scj", "漳平市市场监督管理局", parent=government)
    admin, handler = person("guanli", "管志明"), person("chen", "陈志远")
    made: dict[str, object] = {
        "county": place,
        "government": government,
        "justice": justice,
        "market": market,
        "admin": admin,
        "handler": handler,
        "admin_post": post(admin, justice, "admin"),
        "handler_post": post(handler, market, "handler"),
        "second_post": post(handler, justice, "supervisor"),
    }
    return made


def signed_in(who: Person) -> Client:
    client = Client()
    client.force_login(who)
    return client


def demo() -> None:
    installation.establish(demo=True)
