"""Which days are working days, by which notice, and what a later notice changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from lunar_python import Solar
from tests.law.test_notice import LAW, a_notice

from fazhi.law import Calendar, CalendarError, Notice, Period, due_date
from fazhi.law.statutory import statutory

SHIPPED = Calendar.shipped()


@pytest.mark.parametrize(
    ("day", "working", "label"),
    [
        (date(2026, 11, 20), True, "工作日"),
        (date(2026, 11, 21), False, "星期六"),
        (date(2026, 2, 14), True, "星期六调休上班"),
        (date(2026, 2, 16), False, "春节"),
        (date(2024, 2, 9), True, "工作日"),  # 除夕2024: the notice only encourages leave
        (date(2025, 1, 28), False, "春节"),  # 除夕2025: statutory again
        (date(2020, 1, 31), False, "春节"),  # extended by 国办发明电〔2020〕1号
        (date(2019, 5, 3), False, "劳动节"),  # moved by 国办发明电〔2019〕3号
    ],
)
def test_a_day_is_what_its_notice_makes_it(day: date, working: bool, label: str) -> None:
    assert SHIPPED.is_working(day) is working
    assert (SHIPPED.day(day).working, SHIPPED.day(day).label) == (working, label)


def test_a_day_off_names_its_notice() -> None:
    assert (
        SHIPPED.day(date(2025, 10, 6)).law
        == "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）"
    )


@pytest.mark.parametrize(
    ("year", "count"), [(2000, 10), (2007, 10), (2008, 11), (2014, 11), (2024, 11), (2025, 13), (2031, 12)]
)
def test_statutory_days_by_the_rule_of_the_year(year: int, count: int) -> None:
    """1999: 10 days; 2007: 11; 2024: 13. In 2031 中秋 falls on 1 October, two holidays on one day."""
    assert len(statutory(year).days) == count


def test_new_years_eve_comes_and_goes_with_the_rule() -> None:
    eve = {2008: date(2008, 2, 6), 2013: date(2013, 2, 9), 2015: date(2015, 2, 18), 2027: date(2027, 2, 5)}
    assert [year for year, day in eve.items() if day in statutory(year).days] == [2008, 2013, 2027]


def test_shipped_lunar_days_are_the_lunar_days() -> None:
    """The dates of lunar_days.csv, turned back into lunar days by the other way through the library."""
    header, *rows = (LAW / "lunar_days.csv").read_text(encoding="utf-8").splitlines()
    assert header == "年,正月初一,清明,五月初五,八月十五"
    assert [int(row[:4]) for row in rows] == list(range(2000, 2051))
    for row in rows:
        days = (date.fromisoformat(text) for text in row.split(",")[1:])
        spring, qingming, dragon, autumn = (Solar.fromYmd(d.year, d.month, d.day).getLunar() for d in days)
        assert (spring.getMonth(), spring.getDay()) == (1, 1), row
        assert qingming.getJieQi() == "清明", row
        assert (dragon.getMonth(), dragon.getDay()) == (5, 5), row
        assert (autumn.getMonth(), autumn.getDay()) == (8, 15), row


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2027, 1, 1), False),  # 元旦
        (date(2027, 2, 5), False),  # 除夕, a Friday
        (date(2027, 2, 8), False),  # 正月初三, a Monday
        (date(2027, 2, 9), True),  # 调休 is not guessed
        (date(2027, 5, 3), True),  # nor 补假 for 1 and 2 May, a weekend
        (date(2027, 6, 9), False),  # 端午节
        (date(2060, 10, 1), False),  # beyond the lunar data, fixed days still hold
    ],
)
def test_a_year_without_notice_has_weekends_and_statutory_days(day: date, working: bool) -> None:
    assert SHIPPED.is_working(day) is working
    assert not SHIPPED.known(day)


def test_beyond_the_lunar_data_the_year_says_so() -> None:
    assert statutory(2050).lunar
    assert not statutory(2051).lunar


def test_a_later_notice_makes_a_new_calendar_and_leaves_the_old_one_alone() -> None:
    later = SHIPPED.with_notice(Notice.parse(a_notice()))
    assert later.known(date(2027, 2, 9))
    assert not later.is_working(date(2027, 2, 9))
    assert later.is_working(date(2027, 2, 20))
    assert not SHIPPED.known(date(2027, 2, 9))
    assert SHIPPED.is_working(date(2027, 2, 9))


def test_a_later_notice_moves_a_due_date_and_ends_its_being_provisional() -> None:
    period = Period(5, "working_days")
    later = SHIPPED.with_notice(Notice.parse(a_notice()))
    assert due_date(date(2027, 2, 3), period, SHIPPED) == (date(2027, 2, 12), True)
    assert due_date(date(2027, 2, 3), period, later) == (date(2027, 2, 17), False)


def test_a_notice_takes_the_place_of_an_earlier_one_for_its_year() -> None:
    first = Notice.parse(a_notice())
    changed = Notice.parse(a_notice(drop="上班,2027-10-09\n"))
    once = SHIPPED.with_notice(first).with_notice(changed)
    assert once == SHIPPED.with_notice(changed)
    assert not once.is_working(date(2027, 10, 9))


def test_the_fingerprint_follows_days_and_known_years_and_nothing_else() -> None:
    notice = Notice.parse(a_notice())
    later = SHIPPED.with_notice(notice)
    renamed = Notice(notice.year, "另一名称", None, notice.holidays, notice.workdays)
    assert Calendar(SHIPPED.notices).fingerprint == SHIPPED.fingerprint
    assert SHIPPED.with_notice(renamed).fingerprint == later.fingerprint
    assert later.fingerprint != SHIPPED.fingerprint
    only_known = Notice(2030, "", None, tuple(statutory(2030).days.items()), ())
    assert (
        SHIPPED.with_notice(only_known).fingerprint != SHIPPED.fingerprint
    )  # no day differs, but it is sure now


def test_two_notices_for_one_year_are_refused() -> None:
    with pytest.raises(CalendarError, match="2027 年的放假安排给了两份"):
        Calendar([Notice.parse(a_notice()), Notice.parse(a_notice())])


def test_the_next_years_notice_has_the_last_word_on_december() -> None:
    sunday = date(2026, 12, 27)
    thursday = date(2026, 12, 31)
    with_2026 = Calendar([Notice(2026, "甲", None, ((thursday, "某节"),), (sunday,))])
    both = with_2026.with_notice(Notice(2027, "乙", None, ((sunday, "元旦"),), (thursday,)))
    assert [with_2026.day(day).label for day in (sunday, thursday)] == ["星期日调休上班", "某节"]
    assert [both.day(day).label for day in (sunday, thursday)] == ["元旦", "星期四调休上班"]
    assert [both.is_working(day) for day in (sunday, thursday)] == [False, True]
    marked = both.marked(sunday.toordinal(), thursday.toordinal())
    assert [day.date for day in marked] == [sunday, thursday]


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1)])
def test_a_day_outside_the_table_is_refused(day: date) -> None:
    with pytest.raises(CalendarError, match="工作日历只排到 2000-01-01 至 2099-12-31"):
        SHIPPED.is_working(day)
    assert not SHIPPED.known(day)


def test_the_whole_table_answers() -> None:
    day = date(2000, 1, 1)
    working = 0
    while day <= date(2099, 12, 31):
        working += SHIPPED.is_working(day)
        day += timedelta(days=1)
    assert working == SHIPPED.rank(date(2099, 12, 31).toordinal())
