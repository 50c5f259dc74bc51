"""Write the dated data of `law/` anew: the yearly holiday notices and the days of the lunar festivals.

    .venv/bin/python scripts/notices.py            # both
    .venv/bin/python scripts/notices.py notices    # only src/fazhi/law/notices/*.csv, from chinesecalendar
    .venv/bin/python scripts/notices.py lunar      # only src/fazhi/law/lunar_days.csv, from lunar_python (dev)

Only facts are taken over: days, names of festivals, make-up working days. Numbers and dates of the notices stand
below, each where it was read in a copy of the notice; where it was not, the file says so (未核实).
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from fazhi.law.notice import Notice

LAW = Path(__file__).resolve().parents[1] / "src" / "fazhi" / "law"
LUNAR_YEARS = range(2000, 2051)

CHINESE = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}

# year: (number, date of issue); None = not read in a copy of the notice.
ISSUED: dict[int, tuple[str | None, date | None]] = {
    2006: ("国办发明电〔2005〕35号", date(2005, 12, 16)),
    2007: ("国办发明电〔2006〕49号", date(2006, 12, 14)),
    2009: ("国办发明电〔2008〕42号", None),
    2013: ("国办发明电〔2012〕33号", date(2012, 12, 8)),
    2014: (None, date(2013, 12, 11)),
    2015: ("国办发明电〔2014〕28号", date(2014, 12, 16)),
    2016: ("国办发明电〔2015〕18号", date(2015, 12, 10)),
    2017: ("国办发明电〔2016〕17号", date(2016, 12, 1)),
    2018: ("国办发明电〔2017〕12号", date(2017, 11, 30)),
    2019: ("国办发明电〔2018〕15号", date(2018, 12, 4)),
    2020: ("国办发明电〔2019〕16号", date(2019, 11, 21)),
    2021: ("国办发明电〔2020〕27号", date(2020, 11, 25)),
    2022: ("国办发明电〔2021〕11号", date(2021, 10, 25)),
    2023: ("国办发明电〔2022〕16号", date(2022, 12, 8)),
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: (None, date(2025, 11, 4)),
}

# Later notices that changed a year's days; the days in the file are those after the change.
CHANGED = {
    2015: ("国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知（文号、日期未核实）",),
    2019: ("国务院办公厅关于调整2019年劳动节假期安排的通知（国办发明电〔2019〕3号，2019-03-22）",),
    2020: ("国务院办公厅关于延长2020年春节假期的通知（国办发明电〔2020〕1号，2020-01-26）",),
}


def notices() -> list[Notice]:
    from chinese_calendar import constants

    def governs(day: date) -> int:
        """A notice for a year opens with New Year's Day, and may begin it in the December before."""
        return day.year + 1 if day.month == 12 else day.year

    years = sorted({governs(day) for day in (*constants.holidays, *constants.workdays)})
    return [
        Notice(
            year=year,
            source=f"国务院办公厅关于{year}年部分节假日安排的通知",
            published=ISSUED.get(year, (None, None))[1],
            holidays=tuple(
                (day, CHINESE[name])
                for day, name in sorted(constants.holidays.items())
                if governs(day) == year
            ),
            workdays=tuple(day for day in sorted(constants.workdays) if governs(day) == year),
            number=ISSUED.get(year, (None, None))[0] or "",
            changed_by=CHANGED.get(year, ()),
            unverified=tuple(
                what
                for what, value in zip(("文号", "发布日期"), ISSUED.get(year, (None, None)), strict=True)
                if value is None
            ),
        )
        for year in years
    ]


def lunar_days() -> str:
    from lunar_python import Lunar

    rows = ["年,正月初一,清明,五月初五,八月十五"]
    for year in LUNAR_YEARS:
        first = Lunar.fromYmd(year, 1, 1)
        days = (
            first.getSolar(),
            first.getJieQiTable()["清明"],
            Lunar.fromYmd(year, 5, 5).getSolar(),
            Lunar.fromYmd(year, 8, 15).getSolar(),
        )
        rows.append(",".join([str(year), *(day.toYmd() for day in days)]))
    return "\n".join(rows) + "\n"


def main(what: list[str]) -> None:
    if not what or "notices" in what:
        for notice in notices():
            (LAW / "notices" / f"{notice.year}.csv").write_bytes(notice.render())
    if not what or "lunar" in what:
        (LAW / "lunar_days.csv").write_text(lunar_days(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
