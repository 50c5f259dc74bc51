"""统计指标 on the screen: every number opens, the address holds the question, and nobody sees another's cases."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.figures import build
from tests.web.test_browser import overflow, violations

from fazhi.figures import lists, mirror, query
from fazhi.organs.models import Person
from fazhi.plans.models import Plan, PlanTarget
from fazhi.web import figure_chart, figure_pages

WHOLE = "period=2019-01-01:2027-12-31"


@pytest.fixture
def county(db: None, home: Any) -> Iterator[build.World]:
    mirror.forget()
    world = build.World()
    build.filled(world, 51, most=60)
    yield world
    mirror.forget()


def client_of(world: build.World, role: str, organ: str) -> Client:
    ctx = world.person(role, organ)
    made = Client()
    made.force_login(Person.objects.get(pk=ctx.person))
    return made


def words(answer: Any) -> str:
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", answer.content.decode(), flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def links(answer: Any) -> list[str]:
    return [html.unescape(x) for x in re.findall(r'href="([^"]+)"', answer.content.decode())]


def test_every_figure_on_every_tab_opens_to_as_many_lines_as_it_says(county: build.World) -> None:
    client = client_of(county, "head", "xzf")
    first = client.get(f"/figures/?{WHOLE}")
    tabs = [x for x in links(first) if x.startswith("?period") and "group=" in x and "moment" not in x]
    assert len(tabs) == 9
    opened: dict[str, str] = {}
    for tab in tabs:
        page = client.get(f"/figures/{tab}")
        assert page.status_code == 200
        for address in links(page):
            if found := re.match(r"/figures/([a-z_.]+\.[a-z_]+)/", address):
                opened.setdefault(found[1], address.split("#")[0])
    values = {v.id: v for v in query.figures(build.COUNTY, "2019-01-01:2027-12-31")}
    assert set(opened) == set(values)
    for id in random.Random(1).sample(sorted(opened), 15):
        page = words(client.get(opened[id]))
        assert f"共 {values[id].cases} 条" in page, id
        assert figure_pages.number(values[id].value) in page, id
        assert values[id].words in page, id


def test_the_list_says_how_many_more_there_are_and_shows_none_of_them(county: build.World) -> None:
    everybody = client_of(county, "head", "xzf").get(
        f"/figures/disclosure_request.received/?{WHOLE}&size=100"
    )
    one_bureau = client_of(county, "handler", "nyj").get(
        f"/figures/disclosure_request.received/?{WHOLE}&size=100"
    )
    (value,) = query.figures(build.COUNTY, "2019-01-01:2027-12-31", only=["disclosure_request.received"])
    cases = [
        {x for x in links(page) if re.fullmatch(r"/cases/[0-9a-f]{32}/", x)}
        for page in (everybody, one_bureau)
    ]
    seen = int(re.search(r"您可以查看其中 (\d+) 条，另有 (\d+) 条", words(one_bureau))[1])  # type: ignore[index]
    assert f"另有 {value.cases - seen} 条属于其他单位" in words(one_bureau)
    assert len(cases[1]) == seen < len(cases[0]) <= value.cases
    listed = lists.facts(query.ask(build.COUNTY, "2019-01-01:2027-12-31"), "disclosure_request.received")
    assert {x.split("/")[2] for x in cases[0] | cases[1]} <= {fact.case for fact in listed}
    assert figure_pages.number(value.value) in words(one_bureau)


def test_the_question_stays_in_the_address(county: build.World) -> None:
    client = client_of(county, "head", "xzf")
    organ = county.organs["scj"].id
    page = client.get(f"/figures/?period=2025-Q2&organ={organ}&moment=40")
    to_figures = [x for x in links(page) if x.startswith("/figures/county.")]
    assert to_figures
    for address in to_figures:
        assert "period=2025-Q2" in address
        assert f"organ={organ}" in address
        assert "moment=40" in address
    assert "2025年第二季度" in words(page)
    assert "市场监管局及其下级" in words(page)
    assert "数据截至 序号 40" in words(page)


def test_an_address_fixed_at_a_moment_shows_the_same_later(county: build.World) -> None:
    client = client_of(county, "head", "xzf")
    page = client.get(f"/figures/disclosure_request.received/?{WHOLE}")
    fixed = next(x for x in links(page) if "moment=" in x)
    before = words(client.get(f"/figures/disclosure_request.received/{fixed}"))
    book = build.Book()
    more = build.histories(random.Random(8), county, only="disclosure_request", most=5)
    book.write([b for bodies in more for b in bodies])
    book.seal()
    after = words(client.get(f"/figures/disclosure_request.received/{fixed}"))
    assert words(client.get(f"/figures/disclosure_request.received/?{WHOLE}")) != after
    assert re.search(r"共 \d+ 条", after)[0] == re.search(r"共 \d+ 条", before)[0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("period=2025-13", "看不懂统计期「2025-13」"),
        ("period=2025&organ=nobody", "没有找到机关「nobody」"),
        ("period=2025&moment=999999", "还没有序号 999999"),
        ("from=2025-06-01&to=2025-01-01", "首日晚于末日"),
        ("period=%3Cscript%3E", "看不懂统计期"),
    ],
)
def test_what_cannot_be_understood_is_said_and_the_rest_is_shown(
    county: build.World, asked: str, said: str
) -> None:
    client = client_of(county, "handler", "scj")
    for address in (f"/figures/?{asked}", f"/figures/penalty.decided/?{asked}"):
        page = client.get(address)
        assert page.status_code == 200
        assert said in words(page)
        assert "已按能看懂的部分显示" in words(page)
        assert "<script>" not in page.content.decode().replace('<script src="', "")


def test_a_figure_that_is_not_there_is_no_page(county: build.World) -> None:
    assert client_of(county, "handler", "scj").get("/figures/penalty.gone/").status_code == 404


def test_a_share_can_be_looked_at_by_what_is_in_it_and_what_is_not(county: build.World) -> None:
    client = client_of(county, "head", "xzf")
    (share,) = query.figures(build.COUNTY, "2019-01-01:2027-12-31", only=["disclosure_request.on_time"])
    assert isinstance(share.numerator, int)
    assert f"共 {share.numerator} 条" in words(client.get(f"/figures/{share.id}/?{WHOLE}&part=in"))
    assert f"共 {share.cases - share.numerator} 条" in words(
        client.get(f"/figures/{share.id}/?{WHOLE}&part=out")
    )


def test_a_share_of_nothing_says_none_and_why(county: build.World) -> None:
    page = words(client_of(county, "head", "xzf").get("/figures/penalty.on_time/?period=1999"))
    assert "无" in page
    assert "统计期内没有可以计算的对象，所以是“无”，不是零" in page


def test_before_anything_is_written_the_page_says_what_to_do(db: None, home: Any) -> None:
    mirror.forget()
    page = words(client_of(build.World(), "handler", "scj").get("/figures/"))
    assert "台账里还没有办理记录" in page
    assert "fazhi import" in page


def test_a_bound_target_gives_the_figure_a_light(county: build.World) -> None:
    today = timezone.localdate()
    plan = Plan.objects.create(
        county=county.county, organ=county.organs["sfj"], title="2026年要点", status=Plan.Status.ACCEPTED, file_name="x.txt",
        digest="0" * 64, text="", imported_at=timezone.now(), accepted_on=today,
    )  # fmt: skip

    def target(figure: str, op: str, value: int, due: date) -> None:
        PlanTarget.objects.create(
            plan=plan, order=PlanTarget.objects.count(), text="目标", start=0, end=2, op=op, value=Decimal(value), unit="件",
            due=due, state=PlanTarget.State.BOUND, figure=figure,
        )  # fmt: skip

    target("county.penalties", ">=", 0, today)
    target("county.reviews_received", ">=", 10_000, date(2027, 12, 31))
    target("county.open_cases", "<=", -1, date(2026, 1, 1))
    client = client_of(county, "head", "xzf")
    page = client.get("/figures/?period=2026").content.decode()
    assert "counter--green" in page
    assert "counter--amber" in page
    assert "counter--red" in page
    assert "到期未达到" in page
    shown = words(client.get("/figures/county.reviews_received/?period=2026"))
    assert "不低于 10000件" in shown
    assert "2026年要点" in shown


def test_identities_are_shown_with_their_numbers(county: build.World) -> None:
    page = words(client_of(county, "head", "xzf").get(f"/figures/?{WHOLE}&group=disclosure_request"))
    assert "勾稽关系" in page
    assert "期初结转" in page


def test_a_figure_from_outside_is_written_down_with_its_source_and_shown_as_such(county: build.World) -> None:
    client = client_of(county, "clerk", "sfj")
    assert client_of(county, "handler", "scj").get("/figures/outside/").status_code == 403
    given = {
        "title": "常住人口",
        "name": "population",
        "period": "2025",
        "value": "31.2",
        "unit": "万人",
        "source": "县统计局公报",
    }
    refused = client.post("/figures/outside/", given | {"source": ""})
    assert refused.status_code == 422
    assert "外部指标没有填写来源" in words(refused)
    assert 'value="常住人口"' in refused.content.decode()
    page = client.post("/figures/outside/", given, follow=True)
    assert "已登记外部数据“常住人口”" in words(page)
    assert "31.2 万人" in words(page)
    assert "外部数据，来源：县统计局公报" in words(page)


def test_pages_ask_as_often_for_many_cases_as_for_few(county: build.World) -> None:
    client = client_of(county, "head", "xzf")
    addresses = (f"/figures/?{WHOLE}", f"/figures/disclosure_request.received/?{WHOLE}&size=100")

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    few = asked()
    book = build.Book()
    more = build.histories(random.Random(77), county)
    book.write(build.interleaved(random.Random(77), more))
    book.seal()
    assert asked() == few
    assert max(few) < 40


@pytest.mark.parametrize("top", [0, 3, 4, 7, 40, 99, 100, 12345, 987654321])
def test_the_charts_scale_ends_at_or_above_the_highest(top: int) -> None:
    assert figure_chart._ceiling(Decimal(top), "件") >= max(top, 4)
    assert figure_chart._ceiling(Decimal(min(top, 100)), "%") == 100


@pytest.mark.parametrize(
    "address",
    ["/figures/", "/figures/?period=2026&group=penalty", "/figures/penalty.on_time/?period=2026", "/figures/county.penalty_money/?period=2025"],
)  # fmt: skip
def test_pages_fit_and_can_be_read_by_everyone(page: Any, sign_in: Any, shoot: Any, address: str) -> None:
    sign_in("juzhang1")
    page.goto(address)
    assert violations(page) == []
    for width in (1366, 768, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(address)
        assert overflow(page) == [], width
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(address)
    assert shoot("figures" + re.sub(r"\W+", "-", address.removeprefix("/figures"))).stat().st_size > 20_000


def test_from_a_red_number_to_its_case_in_three_clicks(page: Any, sign_in: Any) -> None:
    sign_in("xianzhang")
    page.goto("/figures/")
    page.click("text=行政处罚案件按期决定率 >> nth=0")
    page.click("text=未计入")
    page.click("#cases tbody a >> nth=0")
    assert "/cases/" in page.url
    assert page.locator("h1").inner_text()
