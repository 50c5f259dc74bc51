"""Periods as the statutes write them: given a start and a limit, then the last day."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from tests.law.oracle import walk_hours

from fazhi.law import (
    Calendar,
    CalendarError,
    Extension,
    Notice,
    Pause,
    Period,
    PeriodError,
    add_working_days,
    due_date,
    shift_months,
    warn_from,
    working_days_between,
)

SHIPPED = Calendar.shipped()


def D(text: str) -> date:
    return date.fromisoformat(text)


def M(text: str) -> datetime:
    return datetime.fromisoformat(text)


def last_day(start: str, period: str, *pauses: str, roll: bool = False, then: tuple[str, ...] = ()) -> str:
    """The due date of `period` from `start`; pauses as "first:last"."""
    moment = M(start) if "T" in start else D(start)
    due, _ = due_date(
        moment,
        Period.parse(period),
        SHIPPED,
        pauses=[Pause(*(D(day) for day in pause.split(":"))) for pause in pauses],
        extensions=[Period.parse(each) for each in then],
        roll="某条" if roll else None,
    )
    return due.isoformat()


@pytest.mark.parametrize(
    ("article", "start", "period", "due"),
    [
        ("行政处罚法第六十条", "2026-03-05", "90 natural days", "2026-06-03"),
        ("行政处罚法第六十一条", "2026-04-30", "7 working days", "2026-05-13"),  # 9 May is a working Saturday
        ("行政处罚法第六十四条", "2026-09-18", "5 working days", "2026-09-24"),  # 20 September works, Sunday
        ("行政许可法第四十二条", "2026-01-30", "20 working days", "2026-03-05"),
        ("行政强制法第二十五条", "2026-01-31", "30 natural days", "2026-03-02"),
        ("行政强制法第五十三条", "2026-11-30", "3 months", "2027-02-28"),
        ("行政处罚法第三十六条", "2024-02-29", "2 years", "2026-02-28"),
        ("政府信息公开条例第三十三条", "2025-12-25", "20 working days", "2026-01-23"),
        ("行政强制法第十九条", "2026-02-16T22:30", "24 hours", "2026-02-17T22:30:00"),
    ],
)
def test_limits_of_statutes(article: str, start: str, period: str, due: str) -> None:
    assert last_day(start, period) == due, article


def test_the_day_of_the_start_is_not_counted() -> None:
    assert last_day("2026-03-05", "1 natural day") == "2026-03-06"
    assert last_day("2026-03-05", "1 working day") == "2026-03-06"


def test_a_period_that_starts_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert last_day("2026-02-18", "1 working day") == "2026-02-24"


def test_a_make_up_saturday_counts_as_a_working_day() -> None:
    assert last_day("2026-02-13", "1 working day") == "2026-02-14"


def test_working_days_cross_the_year() -> None:
    assert last_day("2025-12-31", "1 working day") == "2026-01-04"  # a working Sunday after 元旦


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", 12, "2027-03-31"),
    ],
)
def test_months_keep_the_day_or_take_the_last(start: str, months: int, due: str) -> None:
    assert last_day(start, f"{months} months") == due


def test_a_year_from_a_leap_day_ends_on_the_last_of_february() -> None:
    assert last_day("2028-02-29", "1 year") == "2029-02-28"
    assert last_day("2028-02-29", "4 years") == "2032-02-29"


class TestPauses:
    def test_both_ends_of_a_pause_do_not_count(self) -> None:
        assert last_day("2026-03-02", "10 natural days", "2026-03-05:2026-03-07") == "2026-03-15"

    def test_a_pause_of_one_day_costs_one_day(self) -> None:
        assert last_day("2026-03-02", "10 natural days", "2026-03-05:2026-03-05") == "2026-03-13"

    def test_overlapping_pauses_cost_each_day_once(self) -> None:
        apart = last_day("2026-03-02", "10 natural days", "2026-03-05:2026-03-10")
        assert (
            last_day("2026-03-02", "10 natural days", "2026-03-05:2026-03-08", "2026-03-07:2026-03-10")
            == apart
        )
        assert (
            last_day("2026-03-02", "10 natural days", "2026-03-05:2026-03-10", "2026-03-06:2026-03-07")
            == apart
        )

    def test_the_order_of_pauses_is_no_matter(self) -> None:
        pauses = [
            "2026-03-10:2026-03-15",
            "2026-02-27:2026-03-03",
            "2026-03-14:2026-03-20",
            "2026-04-01:2026-04-02",
        ]
        dues = {last_day("2026-03-02", "30 natural days", *order) for order in permutations(pauses)}
        assert len(dues) == 1

    def test_days_up_to_the_start_have_no_effect(self) -> None:
        assert last_day("2026-03-02", "10 natural days", "2026-02-20:2026-03-02") == "2026-03-12"
        assert last_day("2026-03-02", "10 natural days", "2026-02-20:2026-03-03") == "2026-03-13"

    def test_days_after_the_due_date_have_no_effect(self) -> None:
        assert last_day("2026-03-02", "10 natural days", "2026-03-13:2026-03-20") == "2026-03-12"

    def test_a_pause_that_reaches_the_due_date_pushes_it_past_its_end(self) -> None:
        assert last_day("2026-03-02", "10 natural days", "2026-03-12:2026-03-20") == "2026-03-21"

    def test_a_pause_counts_once_another_has_pushed_the_due_date_to_it(self) -> None:
        """Due 12 March; the first pause moves it to 14, and so the second, from 14, counts as well."""
        assert last_day("2026-03-02", "10 natural days", "2026-03-14:2026-03-16") == "2026-03-12"
        pauses = ("2026-03-05:2026-03-06", "2026-03-14:2026-03-16")
        assert last_day("2026-03-02", "10 natural days", *pauses) == "2026-03-17"

    def test_a_working_day_limit_loses_only_working_days(self) -> None:
        friday_to_monday = "2026-03-06:2026-03-09"
        assert last_day("2026-03-02", "10 working days", friday_to_monday) == "2026-03-18"
        assert last_day("2026-03-02", "10 working days", "2026-03-07:2026-03-08") == "2026-03-16"

    def test_a_paused_make_up_saturday_is_lost_as_well(self) -> None:
        assert last_day("2026-02-12", "3 working days", "2026-02-14:2026-02-14") == "2026-02-25"

    def test_a_month_limit_moves_by_the_paused_days(self) -> None:
        assert last_day("2026-01-31", "1 month", "2026-02-10:2026-02-19") == "2026-03-10"

    def test_a_month_limit_whose_last_day_is_paused(self) -> None:
        assert last_day("2026-01-31", "1 month", "2026-02-28:2026-03-02") == "2026-03-03"

    def test_a_pause_backwards_is_refused(self) -> None:
        with pytest.raises(PeriodError, match="中止的最后一日 2026-03-01 早于第一日 2026-03-02"):
            Pause(D("2026-03-02"), D("2026-03-01"))


class TestRoll:
    """民事诉讼法第八十五条第三款: only the last day moves, and only once."""

    def test_a_natural_day_limit_that_ends_in_a_holiday_moves_to_the_next_working_day(self) -> None:
        assert last_day("2026-08-06", "60 natural days") == "2026-10-05"
        assert last_day("2026-08-06", "60 natural days", roll=True) == "2026-10-08"

    def test_a_month_limit_that_ends_on_a_sunday_moves_to_monday(self) -> None:
        assert last_day("2026-02-22", "1 month", roll=True) == "2026-03-23"

    def test_a_make_up_saturday_is_a_working_day_and_stays(self) -> None:
        assert last_day("2026-02-04", "10 natural days", roll=True) == "2026-02-14"

    def test_rolling_comes_after_extension_and_pauses(self) -> None:
        due = last_day(
            "2026-08-01", "30 natural days", "2026-08-10:2026-08-11", roll=True, then=("30 natural days",)
        )
        assert due == "2026-10-08"  # 62 days from 1 August is 2 October

    def test_a_pause_on_the_days_rolled_over_has_no_effect(self) -> None:
        assert last_day("2026-08-06", "60 natural days", "2026-10-06:2026-10-12", roll=True) == "2026-10-08"

    def test_the_first_days_of_the_table_roll_too(self) -> None:
        assert last_day("1999-12-30", "2 natural days", roll=True) == "2000-01-03"

    def test_working_days_never_roll(self) -> None:
        assert last_day("2026-09-28", "5 working days", roll=True) == last_day("2026-09-28", "5 working days")


class TestExtensions:
    def test_natural_days_add_up(self) -> None:
        """行政复议法第六十二条: sixty and thirty days."""
        assert last_day("2026-03-05", "60 natural days", then=("30 natural days",)) == last_day(
            "2026-03-05", "90 natural days"
        )

    def test_working_days_add_up_over_a_pause(self) -> None:
        once = last_day("2026-03-05", "30 working days", "2026-04-01:2026-04-10")
        assert (
            last_day("2026-03-05", "20 working days", "2026-04-01:2026-04-10", then=("10 working days",))
            == once
        )

    def test_a_pause_in_the_extension_moves_only_the_end(self) -> None:
        assert (
            last_day("2026-03-02", "10 natural days", "2026-03-15:2026-03-16", then=("5 natural days",))
            == "2026-03-19"
        )

    def test_months_go_on_from_the_due_date_as_it_stands(self) -> None:
        assert last_day("2026-01-31", "1 month", then=("1 month",)) == "2026-03-28"

    def test_units_may_follow_one_another(self) -> None:
        assert last_day("2026-09-21", "3 working days", then=("10 natural days",)) == "2026-10-04"

    def test_an_extension_with_its_article_counts_the_same(self) -> None:
        period = Period(20, "working_days")
        plain = due_date(D("2026-03-02"), period, SHIPPED, extensions=[period])
        assert (
            due_date(D("2026-03-02"), period, SHIPPED, extensions=[Extension(period, "第四十二条")]) == plain
        )

    @pytest.mark.parametrize(
        ("first", "second"), [("24 hours", "1 natural day"), ("1 natural day", "24 hours")]
    )
    def test_hours_do_not_mix_with_days(self, first: str, second: str) -> None:
        with pytest.raises(PeriodError, match="以小时计算的期限不能与以日、月、年计算的期限相接"):
            last_day("2026-03-05T10:00", first, then=(second,))


class TestHours:
    def test_hours_run_through_nights_and_holidays(self) -> None:
        assert last_day("2026-09-30T17:30", "48 hours") == "2026-10-02T17:30:00"

    def test_a_paused_day_does_not_count_from_midnight_to_midnight(self) -> None:
        assert last_day("2026-09-10T10:00", "24 hours", "2026-09-11:2026-09-11") == "2026-09-12T10:00:00"

    def test_of_a_paused_first_day_the_rest_does_not_count(self) -> None:
        assert last_day("2026-09-10T10:00", "24 hours", "2026-09-09:2026-09-10") == "2026-09-12T00:00:00"

    def test_a_limit_that_ends_as_the_pause_begins_has_ended(self) -> None:
        assert last_day("2026-09-10T10:00", "14 hours", "2026-09-11:2026-09-12") == "2026-09-11T00:00:00"
        assert last_day("2026-09-10T10:01", "14 hours", "2026-09-11:2026-09-12") == "2026-09-13T00:01:00"

    def test_extensions_go_on(self) -> None:
        assert last_day("2026-09-10T10:00", "24 hours", "2026-09-12:2026-09-12", then=("24 hours",)) == (
            "2026-09-13T10:00:00"
        )

    @pytest.mark.parametrize("hours", [1, 13, 14, 15, 24, 38, 39, 72])
    @pytest.mark.parametrize("minute", [0, 1, 59])
    def test_a_walk_minute_by_minute_agrees(self, hours: int, minute: int) -> None:
        start = datetime.fromisoformat(f"2026-09-10T10:{minute:02}")
        pauses = [
            (D("2026-09-08"), D("2026-09-09")),
            (D("2026-09-11"), D("2026-09-11")),
            (D("2026-09-13"), D("2026-09-14")),
        ]
        due, _ = due_date(start, Period(hours, "hours"), SHIPPED, pauses=[Pause(*pause) for pause in pauses])
        assert due == walk_hours(start, hours, pauses)

    def test_hours_need_a_moment(self) -> None:
        with pytest.raises(PeriodError, match="以小时计算的期限要有起算的时刻"):
            last_day("2026-03-05", "24 hours")

    def test_a_moment_with_an_offset_is_counted_in_local_time(self) -> None:
        evening_in_utc = datetime(2026, 9, 10, 18, 0, tzinfo=UTC)  # 02:00 on the 11th in Shanghai
        pause = [Pause(D("2026-09-11"), D("2026-09-11"))]
        due, _ = due_date(evening_in_utc, Period(1, "hours"), SHIPPED, pauses=pause)
        assert due.isoformat() == "2026-09-12T01:00:00+08:00"

    def test_a_day_limit_from_a_moment_starts_on_the_local_day(self) -> None:
        late = datetime(2026, 9, 10, 17, 0, tzinfo=UTC)
        assert due_date(late, Period(1, "natural_days"), SHIPPED)[0] == D("2026-09-12")


class TestProvisional:
    def provisional(self, start: str, period: str, *pauses: Pause, roll: bool = False) -> bool:
        return due_date(
            D(start), Period.parse(period), SHIPPED, pauses=pauses, roll="某条" if roll else None
        )[1]

    def test_working_days_that_reach_a_year_without_notice(self) -> None:
        assert not self.provisional("2026-12-24", "5 working days")  # ends on 31 December
        assert self.provisional("2026-12-24", "6 working days")

    def test_natural_days_and_months_lean_on_no_notice(self) -> None:
        assert not self.provisional("2026-12-24", "90 natural days")
        assert not self.provisional("2026-12-24", "3 months")

    def test_unless_they_roll(self) -> None:
        assert self.provisional("2026-12-24", "90 natural days", roll=True)
        assert self.provisional("2026-12-31", "1 natural day", roll=True)
        assert not self.provisional("2026-12-01", "30 natural days", roll=True)

    def test_a_pause_that_pushes_into_the_next_year(self) -> None:
        assert self.provisional("2026-12-24", "5 working days", Pause(D("2026-12-28"), D("2026-12-28")))

    def test_years_before_the_first_notice(self) -> None:
        assert self.provisional("2003-12-20", "5 working days")

    def test_a_year_with_notice_does_not_end_it(self) -> None:
        first, second = Period(1, "working_days"), Period(5, "working_days")
        assert due_date(D("2003-12-30"), first, SHIPPED, extensions=[second]) == (D("2004-01-08"), True)

    def test_the_day_of_the_start_is_not_leant_on(self) -> None:
        assert not self.provisional("2003-12-31", "2 working days")

    def test_a_roll_out_of_a_year_without_notice(self) -> None:
        only_2023 = Calendar(notice for notice in SHIPPED.notices if notice.year == 2023)
        rolled = due_date(D("2022-12-30"), Period(1, "natural_days"), only_2023, roll="某条")
        assert rolled == (D("2023-01-03"), True)

    def test_an_extension_in_natural_days_does_not_end_it(self) -> None:
        due = due_date(
            D("2026-12-24"), Period(6, "working_days"), SHIPPED, extensions=[Period(5, "natural_days")]
        )
        assert due[1]


class TestCountingBack:
    @pytest.mark.parametrize(
        ("due", "before", "from_"),
        [
            ("2026-06-03", "10 natural days", "2026-05-24"),
            ("2026-02-25", "3 working days", "2026-02-13"),  # 24 February, 14 February, 13 February
            ("2026-10-05", "3 working days", "2026-09-28"),  # a holiday: 30, 29, 28 September
            ("2026-08-31", "6 months", "2026-02-28"),
            ("2028-02-29", "1 year", "2027-02-28"),
        ],
    )
    def test_from_when_a_clock_warns(self, due: str, before: str, from_: str) -> None:
        assert warn_from(D(due), Period.parse(before), SHIPPED) == D(from_)

    def test_hours_before_a_moment(self) -> None:
        assert warn_from(M("2026-03-05T10:00"), Period(2, "hours"), SHIPPED) == M("2026-03-05T08:00")

    def test_days_before_a_moment(self) -> None:
        assert warn_from(M("2026-03-05T10:00"), Period(1, "natural_days"), SHIPPED) == D("2026-03-04")

    def test_hours_before_a_day_are_refused(self) -> None:
        with pytest.raises(PeriodError, match="以小时计算的预警只能用于以小时计算的期限"):
            warn_from(D("2026-03-05"), Period(2, "hours"), SHIPPED)

    def test_working_days_between_is_what_adding_takes(self) -> None:
        for offset in range(120):
            day = D("2026-01-20") + timedelta(days=offset)
            for amount in (1, 2, 7, 20):
                later = add_working_days(day, amount, SHIPPED)
                assert working_days_between(day, later, SHIPPED) == amount
                assert working_days_between(later, day, SHIPPED) == -amount
                earlier = add_working_days(day, -amount, SHIPPED)
                assert SHIPPED.is_working(earlier)
                assert working_days_between(earlier, day, SHIPPED) == amount - (not SHIPPED.is_working(day))
            assert add_working_days(day, 0, SHIPPED) == day

    def test_a_step_back_from_a_day_off_is_the_last_working_day(self) -> None:
        assert add_working_days(D("2026-10-05"), -1, SHIPPED) == D("2026-09-30")

    def test_months_back(self) -> None:
        assert shift_months(D("2026-01-31"), -2) == D("2025-11-30")


class TestBadInput:
    @pytest.mark.parametrize(
        "text",
        ["", "5", "5 days", "working days", "-5 working days", "5.5 months", "五 months", "5 working days!"],
    )
    def test_text_that_is_no_period(self, text: str) -> None:
        with pytest.raises(PeriodError, match="不是期限") as refusal:
            Period.parse(text)
        assert "5 working days" in refusal.value.next

    @pytest.mark.parametrize("text", ["1 working day", "1 working days", "1 month", " 24 hours "])
    def test_singular_and_plural_are_read(self, text: str) -> None:
        assert Period.parse(text).amount in (1, 24)

    @pytest.mark.parametrize("amount", [0, -1, 1.5, True, "3", None])
    def test_an_amount_that_is_no_positive_integer(self, amount: object) -> None:
        with pytest.raises(PeriodError, match="应是大于零的整数"):
            Period(amount, "months")  # type: ignore[arg-type]

    def test_an_amount_that_is_far_too_long(self) -> None:
        with pytest.raises(PeriodError, match="过长"):
            Period(10**9, "natural_days")

    def test_a_unit_that_does_not_exist(self) -> None:
        with pytest.raises(PeriodError, match="没有“weeks”这种期限单位"):
            Period(1, "weeks")  # type: ignore[arg-type]

    @pytest.mark.parametrize("period", ["9000 years", "999999 natural days", "99999 months"])
    def test_a_date_beyond_the_calendar_of_dates(self, period: str) -> None:
        with pytest.raises(PeriodError, match="超出了公历可表示的范围"):
            last_day("9000-03-05", period)

    def test_a_moment_beyond_the_calendar_of_dates(self) -> None:
        with pytest.raises(PeriodError, match="超出了公历可表示的范围"):
            last_day("9999-12-31T10:00", "24 hours")

    @pytest.mark.parametrize("start", ["1999-03-05", "2099-12-30"])
    def test_working_days_outside_the_table(self, start: str) -> None:
        with pytest.raises(CalendarError, match="工作日历只排到"):
            last_day(start, "5 working days")

    def test_natural_days_outside_the_table_need_no_calendar(self) -> None:
        assert last_day("1999-03-05", "10 natural days") == "1999-03-15"

    def test_a_warning_before_the_calendar_of_dates(self) -> None:
        with pytest.raises(PeriodError, match="预警日超出了公历"):
            warn_from(D("0001-01-05"), Period(1, "years"), SHIPPED)


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def machine_timezone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
    time.tzset()


def test_the_machines_timezone_is_no_matter(machine_timezone: str) -> None:
    assert (
        last_day("2026-03-08T01:30", "24 hours") == "2026-03-09T01:30:00"
    )  # New York changes its clocks that night
    assert (
        last_day("2026-09-10T18:00+00:00", "1 hour", "2026-09-11:2026-09-11") == "2026-09-12T01:00:00+08:00"
    )
    assert last_day("2026-09-10T17:00+00:00", "1 natural day") == "2026-09-12"


def test_a_calendar_of_no_notices_still_counts() -> None:
    assert due_date(D("2026-02-13"), Period(1, "working_days"), Calendar()) == (D("2026-02-20"), True)
    own = Calendar([Notice(2026, "本县", None, ((D("2026-03-06"), "某节"),), ())])
    assert due_date(D("2026-03-05"), Period(1, "working_days"), own) == (D("2026-03-09"), False)
