"""Administration of organs, people and parameters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web import build

from fazhi.organs import codes, parameters
from fazhi.organs.models import Organ, Parameter, Person

YESTERDAY = timezone.localdate() - timedelta(days=1)
SOURCE = "漳委发〔2026〕3号"


@pytest.fixture
def client(place: dict[str, Any]) -> Client:
    return build.signed_in(place["admin"])


def words(answer: Any) -> str:
    """What stands in the page itself, without the frame around it."""
    return answer.content.decode().split("<main", 1)[1]


def test_the_tree_shows_each_organ_under_its_parent(client: Client) -> None:
    text = words(client.get("/organs/"))
    assert text.index("漳平市人民政府") < text.index("漳平市司法局") < text.index("</tbody>")
    assert "共 3 个" in text


def test_the_tree_of_another_day_has_the_names_of_that_day(client: Client, place: dict[str, Any]) -> None:
    client.post(
        f"/organs/{place['market'].id}/rename/",
        {"name": "漳平市市场局", "short_name": "市场局", "on": YESTERDAY, "source": SOURCE},
    )
    assert "漳平市市场局" in words(client.get("/organs/"))
    before = words(client.get(f"/organs/?on={YESTERDAY - timedelta(days=1)}"))
    assert "漳平市市场监督管理局" in before
    assert "漳平市市场局" not in before


def test_an_impossible_day_is_said_and_today_is_shown(client: Client) -> None:
    for day in ("2026-02-30", "gestern"):
        answer = client.get(f"/organs/?on={day}")
        assert answer.status_code == 200
        assert "没有这一天" in words(answer)


def test_an_organ_is_found_by_its_alias(client: Client, place: dict[str, Any]) -> None:
    client.post(
        f"/organs/{place['market'].id}/alias/",
        {"alias": "工商局", "valid_from": "2020-01-01", "source": SOURCE},
    )
    text = words(client.get("/organs/?q=工商"))
    assert "漳平市市场监督管理局" in text
    assert "漳平市司法局" not in text


def test_a_new_organ_is_registered(client: Client, place: dict[str, Any]) -> None:
    data = {
        "name": "漳平市应急管理局",
        "code": "yjj",
        "kind": "department",
        "parent": place["government"].id,
        "valid_from": "2020-01-01",
        "source": SOURCE,
        "aliases": "应急局、安监局",
    }
    answer = client.post("/organs/new/", data, follow=True)
    assert "已登记“漳平市应急管理局”" in words(answer)
    assert "应急局" in words(answer)
    assert Organ.objects.get(code="yjj").path.startswith(place["government"].path)


def test_a_refused_organ_keeps_what_was_typed_and_names_the_fields(client: Client) -> None:
    data = {
        "name": "漳平市司法局",
        "code": "sfj",
        "kind": "department",
        "valid_from": "2020-01-01",
        "source": SOURCE,
        "uscc": "123",
    }
    answer = client.post("/organs/new/", data)
    assert answer.status_code == 422
    text = words(answer)
    assert "机关代码“sfj”已被使用" in text
    assert 'href="#id_code"' in text
    assert 'href="#id_uscc"' in text
    assert 'value="漳平市司法局"' in text
    assert 'aria-invalid="true"' in text
    assert not Organ.objects.filter(code="sfj", uscc="123").exists()


def test_a_merger_keeps_history_and_names_the_successor(client: Client, place: dict[str, Any]) -> None:
    data = {"into": place["justice"].id, "on": YESTERDAY, "source": SOURCE, "carry_posts": "on"}
    answer = client.post(f"/organs/{place['market'].id}/merge/", data, follow=True)
    text = words(answer)
    assert "并入“漳平市司法局”" in text
    assert "该机关已终止，职责由" in text
    assert "漳平市市场监督管理局" not in words(client.get("/organs/"))
    assert "漳平市市场监督管理局" in words(client.get("/organs/?ended=1"))


def test_an_organ_with_others_below_it_is_not_ended(client: Client, place: dict[str, Any]) -> None:
    answer = client.post(f"/organs/{place['government'].id}/end/", {"on": YESTERDAY, "source": SOURCE})
    assert answer.status_code == 422
    assert "还有下级机关" in words(answer)
    place["government"].refresh_from_db()
    assert place["government"].valid_to is None


def test_a_line_of_supervision_is_drawn_and_shown_from_both_ends(
    client: Client, place: dict[str, Any]
) -> None:
    data = {
        "kind": "supervises",
        "other": place["market"].id,
        "matter": "行政执法监督",
        "valid_from": "2026-02-01",
        "source": "行政执法监督条例",
    }
    client.post(f"/organs/{place['justice'].id}/line/", data)
    assert "监督" in words(client.get(f"/organs/{place['justice'].id}/"))
    assert "受其监督" in words(client.get(f"/organs/{place['market'].id}/"))


def test_an_act_that_does_not_exist_is_not_found(client: Client, place: dict[str, Any]) -> None:
    assert client.get(f"/organs/{place['market'].id}/abolish-everything/").status_code == 404


def test_a_new_account_gets_a_one_time_password_that_is_shown_once(
    client: Client, place: dict[str, Any]
) -> None:
    data = {
        "username": "wang",
        "name": "王海",
        "organ": place["market"].id,
        "role": "handler",
        "valid_from": "2026-01-01",
        "source": SOURCE,
    }
    answer = client.post("/people/new/", data)
    person = Person.objects.get(username="wang")
    shown = answer.context["password"]
    assert person.check_password(shown)
    assert person.must_change_password
    assert shown in words(answer)
    assert "no-store" in answer["Cache-Control"]
    assert shown not in words(client.get(f"/people/{person.id}/"))


def test_an_account_whose_post_is_refused_is_not_made_either(client: Client, place: dict[str, Any]) -> None:
    data = {
        "username": "wang",
        "name": "王海",
        "organ": place["market"].id,
        "role": "handler",
        "valid_from": "1900-01-01",
        "source": SOURCE,
    }
    answer = client.post("/people/new/", data)
    assert answer.status_code == 422
    assert "早于1949年10月1日" in words(answer)
    assert not Person.objects.filter(username="wang").exists()


def test_a_password_is_reset_by_a_form_only(client: Client, place: dict[str, Any]) -> None:
    address = f"/people/{place['handler'].id}/reset/"
    assert client.get(address).status_code == 405
    answer = client.post(address)
    place["handler"].refresh_from_db()
    assert place["handler"].check_password(answer.context["password"])
    assert not place["handler"].check_password(build.PASSWORD)


def test_an_account_that_acts_in_another_county_too_is_not_one_administrators(
    client: Client, place: dict[str, Any]
) -> None:
    other = build.county("350882", "龙门市")
    who = place["handler"]
    build.post(who, build.organ(other, "lm-sfj", "龙门市司法局"), "handler")
    for act, data in (("reset", {}), ("unlock", {}), ("activate", {"reason": "试试"})):
        answer = client.post(f"/people/{who.id}/{act}/", data)
        assert answer.status_code == 403
        assert "龙门市也有任职" in words(answer)
    who.refresh_from_db()
    assert who.is_active
    assert who.check_password(build.PASSWORD)
    page = words(client.get(f"/people/{who.id}/"))
    assert "龙门市也有任职" in page
    assert "重置密码" not in page


def test_one_does_not_close_ones_own_account(client: Client, place: dict[str, Any]) -> None:
    answer = client.post(f"/people/{place['admin'].id}/activate/", {"reason": "试试"})
    assert answer.status_code == 422
    assert "不能停用自己的账号" in words(answer)


def test_a_post_is_registered_lent_and_ended(client: Client, place: dict[str, Any]) -> None:
    today = timezone.localdate()
    address = f"/posts/{place['handler_post'].id}"
    endless = client.post(
        f"{address}/delegate/", {"to": place["admin"].id, "valid_from": today, "source": "委托书"}
    )
    assert endless.status_code == 422
    assert "委托没有写明期限" in words(endless)
    lent = {
        "to": place["admin"].id,
        "valid_from": today,
        "valid_to": today + timedelta(days=7),
        "source": "委托书",
    }
    assert "已委托管志明代行" in words(client.post(f"{address}/delegate/", lent, follow=True))
    ended = client.post(f"{address}/end/", {"last_day": today, "source": "免职"}, follow=True)
    assert f"任职至 {today} 止" in words(ended)


def test_a_parameter_is_set_for_the_county_and_the_old_value_stays(client: Client) -> None:
    data = {
        "name": "large_fine",
        "title": "较大数额罚款",
        "type": "money",
        "unit": "分",
        "source": "省政府令第1号",
    }
    client.post("/parameters/new/", data | {"value": "500000", "valid_from": "2021-07-15"})
    text = words(
        client.post("/parameters/new/", data | {"value": "1000000", "valid_from": "2026-01-01"}, follow=True)
    )
    assert "10,000.00 元" in text
    assert "5,000.00 元" not in text
    assert "5,000.00 元" in words(client.get("/parameters/?all=1"))
    assert parameters.value_on("350881", "large_fine", date(2025, 12, 31)).value == 500000  # type: ignore[union-attr]


def test_a_value_of_the_wrong_type_is_refused(client: Client) -> None:
    data = {
        "name": "large_fine",
        "title": "较大数额罚款",
        "type": "money",
        "value": "五千",
        "valid_from": "2021-07-15",
        "source": "x",
    }
    answer = client.post("/parameters/new/", data)
    assert answer.status_code == 422
    assert "以分为单位的整数" in words(answer)
    assert not Parameter.objects.exists()


def test_a_code_is_added_with_its_columns(client: Client) -> None:
    codes.define_list(
        "grid_kinds", "网格事件类别", [{"name": "hours", "title": "时限（小时）", "type": "int"}]
    )
    good = {"code": "noise", "title": "噪声扰民", "valid_from": "2026-01-01", "order": "1", "source": SOURCE}
    wrong = client.post("/codes/grid_kinds/new/", good | {"column_hours": "一天"})
    assert wrong.status_code == 422
    assert "与这一列的类型" in words(wrong)
    answer = client.post("/codes/grid_kinds/new/", good | {"column_hours": "24"}, follow=True)
    assert "噪声扰民" in words(answer)
    assert "24" in words(answer)
