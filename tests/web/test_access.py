"""Every address has an access rule, and the rules hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web import build


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def views() -> list[tuple[str, Any]]:
    return [(address, pattern.callback) for address, pattern in patterns()]


def test_every_address_names_its_access_rule() -> None:
    nameless = [address for address, view in views() if not getattr(view, "access", "")]
    assert nameless == [], "add one of fazhi.web.access to these views"


def test_only_these_addresses_are_open_to_everyone() -> None:
    open_to_all = {address for address, view in views() if getattr(view, "access", "") == "public"}
    assert open_to_all == {"login/", "size/", "help/", "healthz", "_style/"}


def plain_addresses() -> list[str]:
    return [f"/{address}" for address, view in views() if "<" not in address and view.access != "public"]


@pytest.mark.parametrize("address", plain_addresses())
def test_a_stranger_is_sent_to_the_sign_in_page(db: None, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


@pytest.mark.parametrize(
    "address",
    [f"/{address}" for address, view in views() if view.access == "roles:admin" and "<" not in address],
)
def test_a_handler_is_refused_administration_with_rule_and_next_step(
    place: dict[str, Any], address: str
) -> None:
    answer = build.signed_in(place["handler"]).get(address)
    assert answer.status_code == 403
    words = answer.content.decode()
    assert "此页面仅限系统管理员使用" in words
    assert "依据：岗位权限规则" in words
    assert "怎么办" in words


@pytest.mark.parametrize(
    "address",
    [
        "/organs/{organ}/",
        "/organs/{organ}/rename/",
        "/people/{person}/",
        "/people/{person}/activate/",
        "/posts/{post}/end/",
    ],
)
def test_an_administrator_does_not_see_another_county(place: dict[str, Any], address: str) -> None:
    other = build.county("350824", "武平县")
    foreign_organ = build.organ(other, "xzf", "武平县人民政府", "government")
    foreign_person = build.person("wuping", "武小平")
    foreign_post = build.post(foreign_person, foreign_organ, "handler")
    ids = {"organ": foreign_organ.id, "person": foreign_person.id, "post": foreign_post.id}
    answer = build.signed_in(place["admin"]).get(address.format(**ids))
    assert answer.status_code == 404


def test_a_parameter_of_the_province_is_not_changed_by_a_county(place: dict[str, Any]) -> None:
    from fazhi.organs import parameters

    row = parameters.set_parameter(
        "35",
        "large_fine",
        "500000",
        type="money",
        valid_from=build.SINCE,
        source="省政府令",
        title="较大数额罚款",
    )
    client = build.signed_in(place["admin"])
    assert client.get(f"/parameters/{row.pk}/").status_code == 404
    assert client.post(f"/parameters/{row.pk}/", {"value": "1", "source": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.value == "500000"
