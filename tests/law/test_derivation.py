"""The derivation of a due date: what a clerk reads, and what it rests on."""

from __future__ import annotations

from datetime import date, datetime

from tests.law.test_notice import a_notice

from fazhi.law import Calendar, Due, Extension, Notice, Pause, Period, due

SHIPPED = Calendar.shipped()


def D(text: str) -> date:
    return date.fromisoformat(text)


def lines(result: Due) -> list[str]:
    return [f"{step.date} {step.what}" + (f" [{step.law}]" if step.law else "") for step in result.steps]


NOTICE_2026 = "国务院办公厅关于2026年部分节假日安排的通知"


def test_working_days_over_a_long_holiday() -> None:
    result = due(D("2026-02-12"), Period(7, "working_days"), SHIPPED, law="行政处罚法 第六十一条")
    assert lines(result) == [
        "2026-02-12 起算日，不计入期限 [民法典 第二百零一条第一款（参照）]",
        "2026-02-13 自本日起计算7个工作日，双休日和放假日不计入，调休上班日计入 [行政处罚法 第六十一条]",
        f"2026-02-14 星期六调休上班，计入期限 [{NOTICE_2026}]",
        f"2026-02-15 春节放假（2026-02-15 至 2026-02-23，9日），不计入期限 [{NOTICE_2026}]",
        f"2026-02-28 星期六调休上班，计入期限 [{NOTICE_2026}]",
        "2026-02-28 第7个工作日，期限届满 [行政处罚法 第六十一条]",
    ]


def test_natural_days_with_pause_extension_and_roll() -> None:
    """行政复议: sixty days, suspended, extended by thirty, ends in the National Day holiday."""
    result = due(
        D("2026-06-25"),
        Period(60, "natural_days"),
        SHIPPED,
        pauses=[Pause(D("2026-07-06"), D("2026-07-15"), "行政复议法 第三十九条")],
        extensions=[Extension(Period(30, "natural_days"), "行政复议法 第六十二条")],
        roll="民事诉讼法 第八十五条第三款",
        law="行政复议法 第六十二条",
    )
    assert lines(result) == [
        "2026-06-25 起算日，不计入期限 [民法典 第二百零一条第一款（参照）]",
        "2026-06-26 自本日起计算60日（自然日，含双休日和节假日） [行政复议法 第六十二条]",
        "2026-07-06 2026-07-06 至 2026-07-15 中止，不计入期限，共10日顺延 [行政复议法 第三十九条]",
        "2026-09-03 原期限至本日届满，延长30日，自次日起接续计算（自然日，含双休日和节假日） [行政复议法 第六十二条]",
        "2026-10-08 期限最后一日 2026-10-03 为国庆节放假，顺延至其后第一个工作日 2026-10-08 "
        "[民事诉讼法 第八十五条第三款]",
        "2026-10-08 期限届满（顺延后） [行政复议法 第六十二条]",
    ]


def test_months_say_when_the_day_is_missing() -> None:
    assert lines(due(D("2026-01-31"), Period(1, "months"), SHIPPED))[2:] == [
        "2026-02-28 1个月届满，到期月没有31日，以月末日为准 [民法典 第二百零二条（参照）]",
        "2026-02-28 期限届满",
    ]
    assert "为到期月的对应日" in lines(due(D("2026-01-30"), Period(2, "months"), SHIPPED))[2]


def test_overlapping_pauses_are_told_as_one_with_both_articles() -> None:
    pauses = [
        Pause(D("2026-03-05"), D("2026-03-10"), "甲法 第一条"),
        Pause(D("2026-03-09"), D("2026-03-12"), "乙法 第二条"),
    ]
    result = due(D("2026-03-02"), Period(10, "working_days"), SHIPPED, pauses=pauses)
    assert (
        "2026-03-05 2026-03-05 至 2026-03-12 中止，不计入期限，其中6个工作日顺延（2次中止相互重叠，合并计算）"
        " [甲法 第一条；乙法 第二条]" in lines(result)
    )


def test_a_pause_of_no_working_day_says_so() -> None:
    result = due(
        D("2026-03-02"), Period(10, "working_days"), SHIPPED, pauses=[Pause(D("2026-03-07"), D("2026-03-08"))]
    )
    assert any("其中没有工作日，期限不变" in line for line in lines(result))


def test_a_holiday_inside_a_pause_is_told_once() -> None:
    pause = Pause(D("2026-02-13"), D("2026-02-28"))
    result = due(D("2026-02-12"), Period(3, "working_days"), SHIPPED, pauses=[pause])
    assert [line for line in lines(result) if "春节" in line or "调休上班，" in line] == []


def test_pauses_without_effect_are_told_too() -> None:
    pauses = [Pause(D("2026-02-01"), D("2026-03-02"), "甲"), Pause(D("2026-04-01"), D("2026-04-02"), "乙")]
    told = lines(due(D("2026-03-02"), Period(10, "natural_days"), SHIPPED, pauses=pauses))
    assert "2026-02-01 2026-02-01 至 2026-03-02 中止在起算以前，不影响期限 [甲]" in told
    assert "2026-04-01 2026-04-01 至 2026-04-02 中止在期限届满以后，不影响期限 [乙]" in told


def test_a_pause_on_the_days_rolled_over_is_told_to_be_without_effect() -> None:
    pause = Pause(D("2026-10-06"), D("2026-10-12"), "丙")
    told = lines(due(D("2026-08-06"), Period(60, "natural_days"), SHIPPED, pauses=[pause], roll="某条"))
    assert "2026-10-06 2026-10-06 至 2026-10-12 中止在期限届满以后，不影响期限 [丙]" in told


def test_a_year_without_notice_is_told_and_the_holidays_are_statutory() -> None:
    result = due(D("2026-12-30"), Period(3, "working_days"), SHIPPED)
    assert result.provisional
    assert lines(result)[2:] == [
        "2027-01-01 元旦法定假日放假（2027-01-01，1日），不计入期限 [全国年节及纪念日放假办法 第二条（国务院令第795号）]",
        "2027-01-01 2027年放假安排尚未载入，按双休日和法定节假日暂算，未计调休和补假，载入后重新计算 [全国年节及纪念日放假办法]",
        "2027-01-05 第3个工作日，期限届满",
    ]
    later = due(D("2026-12-30"), Period(3, "working_days"), SHIPPED.with_notice(Notice.parse(a_notice())))
    assert not later.provisional
    assert "元旦放假（2027-01-01 至 2027-01-03，3日）" in "".join(lines(later))


def test_beyond_the_lunar_data_the_derivation_says_what_is_missing() -> None:
    assert "（不含农历节日）暂算" in "".join(lines(due(D("2055-03-02"), Period(3, "working_days"), SHIPPED)))


def test_a_roll_into_a_year_without_notice_is_provisional_and_says_so() -> None:
    told = lines(due(D("2026-12-31"), Period(1, "natural_days"), SHIPPED, roll="某条"))
    assert told[2:] == [
        "2027-01-01 2027年放假安排尚未载入，按双休日和法定节假日暂算，未计调休和补假，载入后重新计算 [全国年节及纪念日放假办法]",
        "2027-01-04 期限最后一日 2027-01-01 为元旦放假，顺延至其后第一个工作日 2027-01-04 [某条]",
        "2027-01-04 期限届满（顺延后）",
    ]


def test_hours() -> None:
    result = due(
        datetime.fromisoformat("2026-09-10T10:30+08:00"),
        Period(24, "hours"),
        SHIPPED,
        pauses=[Pause(D("2026-09-11"), D("2026-09-11"), "某条")],
        extensions=[Period(2, "hours")],
        law="行政强制法 第十九条",
    )
    assert result.due.isoformat() == "2026-09-12T12:30:00+08:00"
    assert lines(result) == [
        "2026-09-10 自起算时刻10:30起连续计算24小时，夜间、双休日和节假日均计入 [行政强制法 第十九条]",
        "2026-09-10 延长2小时，接续计算",
        "2026-09-11 2026-09-11 中止，整日不计入期限，顺延24小时 [某条]",
        "2026-09-12 12:30期限届满 [行政强制法 第十九条]",
    ]


def test_as_json_has_exactly_the_fixed_keys() -> None:
    shown = due(D("2026-03-02"), Period(1, "natural_days"), SHIPPED).as_json()
    assert list(shown) == ["due", "provisional", "steps"]
    assert shown["due"] == "2026-03-03"
    assert all(list(step) == ["date", "what", "law"] for step in shown["steps"])


def test_hours_that_start_as_a_pause_ends_know_nothing_of_it() -> None:
    start = datetime.fromisoformat("2026-09-10T00:00")
    result = due(start, Period(1, "hours"), SHIPPED, pauses=[Pause(D("2026-09-09"), D("2026-09-09"))])
    assert not any("顺延" in line for line in lines(result))
