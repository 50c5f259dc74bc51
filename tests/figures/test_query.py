"""Figures as they are asked for: periods, organs, moments, the cases behind them, and what must add up."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.figures import build

from fazhi.figures import imported, lists, mirror, moments, query, spans
from fazhi.figures.errors import FigureError
from fazhi.figures.moments import Moment
from fazhi.organs import succession
from fazhi.organs.models import Organ

LATE = datetime(2026, 11, 21, 8, tzinfo=UTC)


def value(q: query.Question, id: str) -> str | None:
    return query.values(q, only=[id])[0].value


class QueryContract:
    def test_the_same_moment_gives_the_same_numbers_after_later_corrections(self) -> None:
        world = build.World()
        book = build.filled(world, 21, mend=False, most=60)
        asked = [query.ask(build.COUNTY, p, instant=LATE) for p in ("2025", "2026", "2026-Q1")]
        then = [query.values(q) for q in asked]
        chance = random.Random(1)
        for case in sorted(book.states)[:40]:
            d = build.definitions.by_hash(book.states[case].definition)
            book.write(build.mended(chance, d, book.states[case], book.bodies[case]))
        book.write(build.interleaved(chance, build.histories(chance, world, most=30)))
        book.seal()
        mirror.feed()
        again = [query.values(query.ask(build.COUNTY, q.span, moment=q.moment)) for q in asked]
        assert again == then
        now = [query.values(query.ask(build.COUNTY, q.span, instant=LATE)) for q in asked]
        assert now != then, "nothing was corrected, so this test proves nothing"

    def test_it_makes_no_difference_whether_facts_lie_in_files_or_in_the_tail(self) -> None:
        build.filled(build.World(), 22, most=40)
        tail = query.values(query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE))
        mirror.rebuild()
        assert mirror.look().tail.num_rows == 0
        assert query.values(query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE)) == tail

    def test_counts_of_the_months_add_up_to_the_year_and_the_last_stock_is_the_years(self) -> None:
        build.filled(build.World(), 23)
        q = query.ask(build.COUNTY, "2026", moment=f"{mirror.look().position}@2027-02-01")
        months = spans.months_to(date(2026, 12, 1))
        for whole in query.values(q):
            figure = q.view.catalogue.get(whole.id)
            parts = query.series(q, whole.id, months)
            if figure.stock:
                assert parts[-1].value == whole.value, whole.id
            elif figure.kind == "count":
                assert sum(int(p.value or 0) for p in parts) == int(whole.value or 0), whole.id
            elif figure.kind == "share":
                assert sum(int(p.denominator or 0) for p in parts) == whole.denominator, whole.id
                assert sum(int(p.numerator or 0) for p in parts) == whole.numerator, whole.id

    def test_a_breakdown_adds_up_to_its_figure(self) -> None:
        build.filled(build.World(), 24)
        q = query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE)
        split = 0
        for whole in query.values(q):
            for column in q.view.catalogue.get(whole.id).by:
                rows = query.breakdown(q, whole.id, column.name)
                assert sum(v.cases for _, v in rows) == whole.cases, (whole.id, column.name)
                split += len(rows)
        assert split > 20

    def test_the_list_shows_what_the_viewer_may_open_and_how_many_more_there_are(self) -> None:
        world = build.World()
        build.filled(world, 25, most=60)
        mayor, handler = world.person("head", "xzf"), world.person("handler", "nyj")
        q = query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE)
        seen_by_mayor = seen_by_handler = 0
        for whole in query.values(q):
            all_of = lists.cases_of(q, whole.id, mayor, today=date(2026, 11, 21), limit=200)
            own = lists.cases_of(q, whole.id, handler, today=date(2026, 11, 21), limit=200)
            assert all_of.total == own.total == whole.cases, whole.id
            assert own.visible + own.hidden == own.total
            assert len(own.lines) == own.visible <= 200
            assert own.visible <= all_of.visible
            nyj = world.organs["nyj"].id
            for line in own.lines:
                assert line.found.organ == nyj or nyj in str(build.sides_of(line.fact.case))
            seen_by_mayor += all_of.visible
            seen_by_handler += own.visible
        assert seen_by_mayor > seen_by_handler > 0

    def test_pages_of_a_list_hold_every_line_once(self) -> None:
        world = build.World()
        build.filled(world, 26, only="disclosure_request")
        mayor = world.person("head", "xzf")
        q = query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE)
        id = "disclosure_request.received"
        whole = lists.cases_of(q, id, mayor, today=date(2026, 11, 21), limit=200)
        pages = [
            line.fact
            for at in range(0, whole.visible, 3)
            for line in lists.cases_of(q, id, mayor, today=date(2026, 11, 21), offset=at, limit=3).lines
        ]
        assert pages == [line.fact for line in whole.lines]
        assert len(pages) > 6

    def test_a_shares_list_can_be_asked_for_what_is_in_it_and_what_is_not(self) -> None:
        world = build.World()
        build.filled(world, 27, only="reconsideration")
        mayor = world.person("head", "xzf")
        q = query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE)
        (share,) = query.values(q, only=["reconsideration.corrected"])
        inside = lists.cases_of(q, share.id, mayor, today=date(2026, 11, 21), part="in")
        outside = lists.cases_of(q, share.id, mayor, today=date(2026, 11, 21), part="out")
        assert inside.total == share.numerator
        assert inside.total + outside.total == share.denominator

    def test_an_open_case_past_its_limit_lowers_the_share_without_any_event(self) -> None:
        world = build.World()
        book = build.Book()
        made = build.histories(random.Random(5), world, only="penalty")
        filed = next(b[0] for b in made if "decision" in b[0]["effects"].get("clocks", {}))
        due = date.fromisoformat(filed["effects"]["clocks"]["decision"]["due"])
        book.write([filed])
        book.seal()
        height = mirror.look().position
        period = f"{due.year}"
        before = query.ask(build.COUNTY, period, moment=Moment(height, due))
        after = query.ask(build.COUNTY, period, moment=Moment(height, date.fromordinal(due.toordinal() + 1)))
        assert query.values(before, only=["penalty.on_time"])[0].denominator == 0
        assert value(before, "penalty.on_time") is None
        (late,) = query.values(after, only=["penalty.on_time"])
        assert (late.value, late.numerator, late.denominator, late.cases) == ("0.00", 0, 1, 1)
        assert [f.counted for f in lists.facts(after, "penalty.on_time")] == [False]

    def test_an_outside_figure_is_shown_with_its_source_from_when_it_was_recorded(self) -> None:
        world = build.World()
        build.filled(world, 28, most=4)
        before = mirror.look().position
        book = build.Book()
        book.clock = datetime(2026, 12, 1, tzinfo=UTC)
        book.write(build.histories(random.Random(9), world, only="supervision_order", most=1)[0])
        book.seal()
        given = {
            "title": "常住人口",
            "period": "2025",
            "unit": "万人",
            "source": "县统计局2025年公报",
            "person": "p1",
        }
        imported.record(build.COUNTY, "population", value="31.20", **given)
        imported.record(build.COUNTY, "population", value="31.25", **given)
        found = query.figures(build.COUNTY, "2025")[-1]
        assert (found.id, found.value, found.unit, found.cases) == ("imported.population", "31.25", "万人", 0)
        assert found.imported
        assert "县统计局2025年公报" in found.words
        assert not [f for f in query.figures(build.COUNTY, "2025", moment=before) if f.imported]
        assert not [f for f in query.figures(build.COUNTY, "2024") if f.imported]


@pytest.mark.usefixtures("sqlite_db", "home")
class TestQueriesOnSQLite(QueryContract):
    pass


@pytest.mark.usefixtures("pg_db", "home")
class TestQueriesOnPostgreSQL(QueryContract):
    pass


@pytest.fixture
def small(sqlite_db: str, home: Path) -> tuple[build.World, build.Book]:
    world = build.World()
    return world, build.filled(world, 31, only="supervision_order")


def test_a_figure_counts_by_the_side_that_it_names(small: tuple[build.World, build.Book]) -> None:
    world, book = small
    q = query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE)
    issued = {i: int(v.value or 0) for i, _, _, v in query.by_organ(q, "supervision_order.issued")}
    expected: dict[str, int] = {}
    for state in book.states.values():
        if any(a["a"] == "issue" for a in state.acts):
            here: Organ | None = next(o for o in world.organs.values() if o.id == state.sides["target"][0])
            while here is not None:
                expected[here.id] = expected.get(here.id, 0) + 1
                here = here.parent
    assert issued == expected


def test_the_side_can_be_asked_for(small: tuple[build.World, build.Book]) -> None:
    world, book = small
    of = world.organs["scj"]
    by_target = query.figures(build.COUNTY, "2026", organ=of.id, only=["supervision_order.issued"])
    by_supervisor = query.figures(
        build.COUNTY, "2026", organ=of.id, only=["supervision_order.issued"], side="handling"
    )
    below = {of.id, world.organs["dd"].id}

    def count(side: str) -> str:
        return str(sum(1 for s in book.states.values() for a in s.acts if a["a"] == "issue" and a["d"][:4] == "2026" and s.sides[side][0] in below))  # fmt: skip

    assert by_target[0].value == count("target")
    assert by_supervisor[0].value == count("supervisor")
    with pytest.raises(FigureError, match="没有可以归口的参与方"):
        query.figures(build.COUNTY, "2026", side="nobody")


def test_organs_are_found_by_code_name_and_id(small: tuple[build.World, build.Book]) -> None:
    world, _ = small
    found = [
        query.ask(build.COUNTY, "2026", organ=x).organ for x in ("scj", "市场监管局", world.organs["scj"].id)
    ]
    assert set(found) == {world.organs["scj"].id}
    with pytest.raises(FigureError, match="没有找到机关"):
        query.ask(build.COUNTY, "2026", organ="火星局")


def test_a_past_period_rolls_up_along_the_tree_of_its_last_day(small: tuple[build.World, build.Book]) -> None:
    """市场监管局 is merged into 农业农村局 in 2026: its orders of 2025 stay its own, those of 2026 are the successor's."""
    world, book = small
    scj, nyj = world.organs["scj"], world.organs["nyj"]
    succession.merge_organs([scj], nyj, on=date(2026, 10, 1), source="方案", today=date(2026, 11, 21))
    targets = {s.case: s.sides["target"][0] for s in book.states.values()}
    gone = {scj.id, world.organs["dd"].id}

    def count(year: str, organs: set[str]) -> int:
        return sum(1 for s in book.states.values() for a in s.acts if a["a"] == "issue" and a["d"][:4] == year and targets[s.case] in organs)  # fmt: skip

    def issued(year: str) -> dict[str, int]:
        q = query.ask(build.COUNTY, year, instant=LATE)
        return {i: int(v.value or 0) for i, _, _, v in query.by_organ(q, "supervision_order.issued")}

    assert count("2025", gone) + count("2026", gone) > 0
    assert issued("2025").get(scj.id, 0) == count("2025", gone)
    assert issued("2025").get(nyj.id, 0) == count("2025", {nyj.id})
    assert scj.id not in issued("2026")
    assert issued("2026").get(nyj.id, 0) == count("2026", {nyj.id, *gone})
    total = query.figures(build.COUNTY, "2026", only=["supervision_order.issued"])[0]
    assert issued("2026")[world.organs["xzf"].id] == int(total.value or 0)


def test_identities_hold_over_shipped_procedures(sqlite_db: str, home: Path) -> None:
    build.filled(build.World(), 33, mend=False)
    checked = 0
    for period in ("2024", "2025", "2026", "2026-Q2", "2025-07"):
        for c in query.check(query.ask(build.COUNTY, period, instant=LATE)):
            assert c.difference == 0, (period, c)
            checked += 1
    assert checked > 15


def test_an_identity_that_does_not_hold_says_by_how_much(
    small: tuple[build.World, build.Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    from fazhi.figures.model import Identity, Term

    q = query.ask(build.COUNTY, "2019-01-01:2027-12-31", instant=LATE)
    issued, escalated = (int(value(q, f"supervision_order.{n}") or 0) for n in ("issued", "escalated"))
    terms = (Term("supervision_order.issued", "", 1), Term("supervision_order.escalated", "", -1))
    wrong = Identity("supervision_order", "2021-02-01", "issued = escalated", "发出 = 升级", terms)
    monkeypatch.setattr(type(q.view.catalogue), "identities", property(lambda self: (wrong,)), raising=False)
    (found,) = query.check(q)
    assert found.difference == issued - escalated != 0


def test_moments_are_positions_days_or_both(small: tuple[build.World, build.Book]) -> None:
    _, book = small
    view = mirror.look()
    height = len(book.order)
    assert moments.read(view, str(height), LATE) == Moment(height, date(2026, 11, 21))
    assert moments.read(view, f"{height}@2026-10-01", LATE) == Moment(height, date(2026, 10, 1))
    assert moments.read(view, "2026-10-31", LATE) == Moment(0, date(2026, 10, 31))
    assert moments.read(view, "2026-11-20", LATE).position == height
    assert str(Moment(3, date(2026, 10, 1))) == "3@2026-10-01"


@pytest.mark.parametrize("text", ["x", "-1", "99999", "1@2026-02-30", "2026-13-01", "1@", ""])
def test_a_moment_that_is_none_is_refused(small: tuple[build.World, build.Book], text: str) -> None:
    with pytest.raises(FigureError) as refused:
        moments.read(mirror.look(), text, LATE)
    assert refused.value.next


def test_the_day_of_a_past_position_is_the_last_on_which_it_was_the_present(
    sqlite_db: str, home: Path
) -> None:
    world, book = build.World(), build.Book()
    first, second = build.histories(random.Random(3), world, only="supervision_order", most=2)
    book.clock = datetime(2026, 3, 2, 1, tzinfo=UTC)
    book.write(first[:1])
    book.clock = datetime(2026, 3, 9, 1, tzinfo=UTC)
    book.write(second[:1])
    book.seal()
    view = mirror.look()
    assert moments.at(view, 1, LATE).day == date(2026, 3, 9)
    assert moments.at(view, 2, LATE).day == date(2026, 11, 21)
    assert moments.on(view, date(2026, 3, 8), LATE) == Moment(1, date(2026, 3, 8))
    assert moments.on(view, date(2026, 3, 1), LATE).position == 0


def test_an_unknown_county_figure_or_grouping_is_refused(small: tuple[build.World, build.Book]) -> None:
    with pytest.raises(FigureError, match="没有登记「110101」") as refused:
        query.ask("110101", "2026")
    assert "339821（安澜县）" in refused.value.next
    with pytest.raises(FigureError, match=r"没有名为「penalty\.decide」的统计指标") as refused:
        query.figures(build.COUNTY, "2026", only=["penalty.decide"])
    assert "penalty.decided" in refused.value.next
    with pytest.raises(FigureError, match="不能按「phase」分组"):
        query.breakdown(query.ask(build.COUNTY, "2026"), "penalty.decided", "phase")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "Bad Name"}, "代号"), ({"value": "约三十万"}, "不是数"), ({"value": "NaN"}, "不是数"),
        ({"source": " "}, "来源"), ({"unit": ""}, "计量单位"), ({"title": ""}, "名称"), ({"period": "去年"}, "统计期"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_an_outside_figure_needs_name_number_unit_and_source(given: dict[str, str], message: str) -> None:
    said = {
        "name": "population",
        "title": "常住人口",
        "period": "2025",
        "value": "31.2",
        "unit": "万人",
        "source": "公报",
    }
    with pytest.raises(FigureError, match=message):
        imported.record(build.COUNTY, person="p", **(said | given))
