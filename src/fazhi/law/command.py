"""`fazhi deadline`: when a period ends, and why. Needs no database and no Django."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fazhi.errors import why_unread
from fazhi.law.calendar import Calendar
from fazhi.law.derivation import Due, due
from fazhi.law.errors import NoticeError, PeriodError
from fazhi.law.notice import Notice
from fazhi.law.periods import Pause, Period, Unit
from fazhi.terminal import pad, paint, width

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

ROLL = "民事诉讼法 第八十五条第三款（依行政复议法第八十八条等适用或者参照）"

_OPTIONS: dict[str, Unit] = {
    "--working-days": "working_days",
    "--days": "natural_days",
    "--months": "months",
    "--years": "years",
    "--hours": "hours",
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")


def register(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "deadline",
        help="计算期限届满日，并逐步说明推算过程",
        description="计算期限届满日，并逐步说明推算过程。起算日不计入期限。",
    )
    parser.add_argument(
        "--from", dest="start", metavar="日期", help="起算日，如 2026-03-05；--hours 须带时刻"
    )
    for option, what in zip(_OPTIONS, ("工作日", "自然日", "月", "年", "小时"), strict=True):
        parser.add_argument(
            option, dest="limits", metavar="N", action="append", type=_limit(option), help=f"期限：N {what}"
        )
    parser.add_argument("--roll", action="store_true", help="最后一日不是工作日的，顺延至其后第一个工作日")
    parser.add_argument(
        "--pause",
        metavar="首日:末日",
        action="append",
        default=[],
        help="不计入期限的日子，首尾两日都不计；可多次给出",
    )
    parser.add_argument("--law", metavar="条文", default="", help="期限的依据，写入推算过程")
    parser.add_argument(
        "--notice",
        metavar="文件",
        action="append",
        default=[],
        help="另行载入一份放假安排（CSV），可多次给出",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(handler=deadline)


def deadline(args: argparse.Namespace) -> int:
    period = _period(args.limits or [])
    result = due(
        _start(args.start, period),
        period,
        _calendar(args.notice),
        pauses=[_pause(text) for text in args.pause],
        roll=ROLL if args.roll else None,
        law=args.law,
    )
    if args.json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        _show(result, args.start, period)
    return 0


def _limit(option: str) -> Callable[[str], tuple[str, str]]:
    """An argparse type that keeps which option the number came with."""
    return lambda text: (option, text)


def _period(limits: list[tuple[str, str]]) -> Period:
    options = "、".join(_OPTIONS)
    if not limits:
        raise PeriodError("没有给出期限。", next=f"请给出 {options} 中的一个。")
    if len(limits) > 1:
        given = "、".join(f"{option} {text}" for option, text in limits)
        raise PeriodError(
            f"给出了{len(limits)}个期限（{given}），只能给一个。", next=f"请只保留 {options} 中的一个。"
        )
    option, text = limits[0]
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise PeriodError(
            f"{option} 的值“{text}”不是大于零的整数。", next=f"请写成 {option} 10 这样的正整数。"
        )
    return Period(int(text), _OPTIONS[option])


def _start(text: str | None, period: Period) -> date | datetime:
    if text is None:
        raise PeriodError("没有给出起算日。", next="请用 --from 给出，如 --from 2026-03-05。")
    if _MOMENT.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise PeriodError(f"没有“{text}”这个时刻。", next="请检查月、日、时、分。") from None
        return moment
    day = _day(text, "起算日")
    if period.unit == "hours":
        raise PeriodError(
            f"以小时计算的期限要有起算的时刻，--from {text} 只有日期。",
            next=f"请写到分，如 --from {text}T10:00。",
        )
    return day


def _pause(text: str) -> Pause:
    first, colon, last = text.partition(":")
    if not colon:
        raise PeriodError(f"中止“{text}”应写成“首日:末日”。", next="如 --pause 2026-03-10:2026-03-20。")
    return Pause(_day(first, "中止的首日"), _day(last, "中止的末日"))


def _day(text: str, what: str) -> date:
    if not _DATE.fullmatch(text):
        raise PeriodError(f"{what}“{text}”不是可以识别的日期。", next="请写成 年-月-日，如 2026-03-05。")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PeriodError(f"{what}“{text}”：没有这一天。", next="请核对月份和日期。") from None


def _calendar(files: list[str]) -> Calendar:
    calendar = Calendar.shipped()
    for name in files:
        try:
            content = Path(name).read_bytes()
        except OSError as error:
            raise NoticeError(
                f"读不了放假安排文件 {name}：{why_unread(error)}。", next="请检查文件名和权限。"
            ) from None
        calendar = calendar.with_notice(Notice.parse(content))
    return calendar


def _show(result: Due, start: str, period: Period) -> None:
    out = sys.stdout
    day = result.due.date() if isinstance(result.due, datetime) else result.due
    end = result.due.isoformat(" ", "minutes") if isinstance(result.due, datetime) else str(result.due)
    print(f"期限　{period.label}，自 {start} 起算")
    print(
        f"届满　{paint(end, 'bold', out)}（{_weekday(day)}）" + ("　" if result.provisional else ""), end=""
    )
    print(paint("暂定：有的年份放假安排尚未载入", "amber", out) if result.provisional else "")
    print()
    columns = max(width(step.what) for step in result.steps)
    for step in result.steps:
        row = f"{step.date} {_weekday(step.date)}  {pad(step.what, columns if step.law else 0)}"
        print(row + (f"  {paint(step.law, 'dim', out)}" if step.law else ""))


def _weekday(day: date) -> str:
    return "周" + "一二三四五六日"[day.weekday()]
