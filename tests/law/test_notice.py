"""A holiday notice as a file: what is read, what is refused, and whether ours agree with the notices themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import fazhi.law
from fazhi.law import Calendar, Notice, NoticeError

LAW = Path(fazhi.law.__file__).parent

# Make-up working days (month, day) as read in the notices themselves, not in chinesecalendar.
READ_IN_THE_NOTICE = {
    2006: [(1, 28), (2, 5), (4, 29), (4, 30), (9, 30), (10, 8)],
    2007: [(2, 17), (2, 25), (4, 28), (4, 29), (9, 29), (9, 30), (12, 29)],
    2013: [
        (1, 5),
        (1, 6),
        (2, 16),
        (2, 17),
        (4, 7),
        (4, 27),
        (4, 28),
        (6, 8),
        (6, 9),
        (9, 22),
        (9, 29),
        (10, 12),
    ],
    2016: [(2, 6), (2, 14), (6, 12), (9, 18), (10, 8), (10, 9)],
    2017: [(1, 22), (2, 4), (4, 1), (5, 27), (9, 30)],
    2018: [(2, 11), (2, 24), (4, 8), (4, 28), (9, 29), (9, 30), (12, 29)],
    2019: [(2, 2), (2, 3), (4, 28), (5, 5), (9, 29), (10, 12)],
    2020: [(1, 19), (4, 26), (5, 9), (6, 28), (9, 27), (10, 10)],
    2021: [(2, 7), (2, 20), (4, 25), (5, 8), (9, 18), (9, 26), (10, 9)],
    2022: [(1, 29), (1, 30), (4, 2), (4, 24), (5, 7), (10, 8), (10, 9)],
    2023: [(1, 28), (1, 29), (4, 23), (5, 6), (6, 25), (10, 7), (10, 8)],
    2024: [(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)],
    2025: [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
    2026: [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
}


def a_notice(*, drop: str = "", add: str = "", year: str = "年度,2027\n") -> bytes:
    """A notice for 2027 that might be issued; `drop` and `add` break it."""
    text = (
        "文件,国务院办公厅关于2027年部分节假日安排的通知\n文号,国办发明电〔2026〕9号\n发布,2026-11-25\n"
        "放假,2027-01-01,2027-01-03,元旦\n放假,2027-02-05,2027-02-11,春节\n上班,2027-02-20\n"
        "放假,2027-04-03,2027-04-05,清明节\n放假,2027-05-01,2027-05-05,劳动节\n上班,2027-05-08\n"
        "放假,2027-06-09,,端午节\n放假,2027-09-15,,中秋节\n放假,2027-10-01,2027-10-07,国庆节\n上班,2027-10-09\n"
    )
    assert drop in text
    return (year + text.replace(drop, "") + add).encode()


@pytest.mark.parametrize("path", sorted((LAW / "notices").glob("*.csv")), ids=lambda path: path.stem)
def test_each_shipped_notice_is_for_its_year_and_is_written_back_as_it_was_read(path: Path) -> None:
    notice = Notice.parse(path.read_bytes())
    assert str(notice.year) == path.stem
    assert notice.render() == path.read_bytes()
    assert bool(notice.number) != ("文号" in notice.unverified)
    assert bool(notice.published) != ("发布日期" in notice.unverified)


def test_the_shipped_notices_cover_2004_to_2026_without_a_gap() -> None:
    assert [notice.year for notice in Calendar.shipped().notices] == list(range(2004, 2027))


@pytest.mark.parametrize("year", READ_IN_THE_NOTICE)
def test_the_working_weekends_of_a_year_are_those_read_in_the_notice(year: int) -> None:
    calendar = Calendar.shipped()
    days = [
        date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    ]
    working_weekends = [
        (day.month, day.day) for day in days if day.weekday() >= 5 and calendar.is_working(day)
    ]
    # A working Saturday in December belongs to the next year's notice.
    december = [(day.month, day.day) for day in _next_notice(year).workdays if day.year == year]
    assert working_weekends == sorted({*READ_IN_THE_NOTICE[year], *december})


def _next_notice(year: int) -> Notice:
    return Calendar.shipped().notice(year + 1) or Notice(year + 1, "", None, (), ())


def test_a_notice_file_is_read() -> None:
    notice = Notice.parse(a_notice(add="修改,某通知\n未核实,劳动节\n"))
    assert (notice.year, notice.number, notice.published) == (
        2027,
        "国办发明电〔2026〕9号",
        date(2026, 11, 25),
    )
    assert notice.workdays == (date(2027, 2, 20), date(2027, 5, 8), date(2027, 10, 9))
    assert dict(notice.holidays)[date(2027, 2, 8)] == "春节"
    assert notice.changed_by == ("某通知",)
    assert notice.citation == "国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕9号）"


def test_what_a_spreadsheet_makes_of_the_file_is_read_too() -> None:
    """WPS saves GBK, writes dates with slashes and fills rows up with empty cells."""
    text = a_notice().decode().replace("2027-05-01,2027-05-05", "2027/5/1,2027年5月5日")
    padded = "\r\n".join(line + "," * (3 - line.count(",")) for line in text.splitlines())
    assert Notice.parse(padded.encode("gb18030")) == Notice.parse(a_notice())
    assert Notice.parse(b"\xef\xbb\xbf" + padded.encode()) == Notice.parse(a_notice())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "缺少“年度”一行"),
        (a_notice(year=""), "缺少“年度”一行"),
        (a_notice(year="年度,二〇二七\n"), "年度“二〇二七”应是 2000 至 2099"),
        (a_notice(year="年度,1987\n"), "年度“1987”应是 2000 至 2099"),
        (a_notice(add="年度,2027\n"), "第15行：年度写了两次"),
        (a_notice(drop="文件,国务院办公厅关于2027年部分节假日安排的通知\n"), "应有且只有一行“文件”"),
        (a_notice(add="文号,乙\n"), "“文号”写了两次"),
        (a_notice(add="文号,乙,丙\n"), "第15行：这一行应只有一个值"),
        (a_notice(add="休息,2027-03-01\n"), "第15行：不认识“休息”"),
        (a_notice(add="放假,2027-02-30,2027-03-01,某节\n"), "第15行：没有“2027-02-30”这一天"),
        (a_notice(add="放假,三月一日,2027-03-01,某节\n"), "第15行：“三月一日”不是日期"),
        (a_notice(add="放假,2027-03-05,2027-03-01,某节\n"), "最后一日 2027-03-01 早于第一日 2027-03-05"),
        (a_notice(add="放假,2027-03-05,2027-06-01,某节\n"), "长达 89 日"),
        (a_notice(add="放假,2027-03-05,2027-03-06\n"), "放假应写成"),
        (a_notice(add="放假,2027-01-02,2027-01-02,元旦\n"), "2027-01-02 已在第5行列为放假"),
        (a_notice(add="上班,2027-03-05\n"), "第15行：2027-03-05 是星期五，本来就上班"),
        (a_notice(add="上班,2027-02-20\n"), "2027-02-20 已在第7行列为上班"),
        (a_notice(add="上班,2027-02-06\n"), "第15行：2027-02-06 既列为上班，又在第6行列为放假"),
        (a_notice(add="上班,2028-01-08\n"), "第15行：2028-01-08 不在 2027 年（或上年12月）"),
        (a_notice(add="放假,2026-11-30,,某节\n"), "2026-11-30 不在 2027 年（或上年12月）"),
        (a_notice(drop="放假,2027-10-01,2027-10-07,国庆节\n"), "缺少法定节假日 2027-10-01（国庆节）"),
        (a_notice(drop="放假,2027-06-09,,端午节\n"), "缺少法定节假日 2027-06-09（端午节），依据全国年节及纪念日放假办法"),
        (a_notice(drop="放假,2027-05-01,2027-05-05,劳动节\n", add="上班,2027-05-01\n"), "2027-05-01（劳动节）"),
        (b"PK\x03\x04whatever", "这是电子表格或压缩文件"),
        (b"\xff\xff\xff\xff", "文件不是文本"),
        (b"\0\0\0\0", "文件不是文本"),
        (b"x" * 200_000, "不像一份放假安排"),
        (a_notice(add='"放假,2027'), "不是一张完整的 CSV 表"),
    ],
)  # fmt: skip
def test_a_bad_notice_is_refused_with_what_is_wrong_and_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(NoticeError) as refusal:
        Notice.parse(content)
    assert says in refusal.value.message
    assert refusal.value.next


def test_every_bad_line_is_named_at_once() -> None:
    with pytest.raises(NoticeError) as refusal:
        Notice.parse(a_notice(add="上班,2027-03-05\n放假,x,y,z\n"))
    assert "第15行" in refusal.value.message
    assert "第16行" in refusal.value.message


def test_a_december_day_may_stand_in_the_next_years_notice() -> None:
    """元旦2019: 2018-12-29 上班, 2018-12-30 至 2019-01-01 放假."""
    notice = Calendar.shipped().notice(2019)
    assert notice is not None
    assert date(2018, 12, 29) in notice.workdays
    assert Calendar.shipped().is_working(date(2018, 12, 29))
    assert not Calendar.shipped().is_working(date(2018, 12, 31))
