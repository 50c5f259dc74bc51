"""`fazhi deadline`: the interface that stays fixed, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.law.test_notice import LAW, a_notice

from fazhi.cli import main

NO_NOTICE = LAW / "lunar_days.csv"


def deadline(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code = main(["deadline", *arguments, "--json"])
    shown = capsys.readouterr()
    assert (code, shown.err) == (0, "")
    result = json.loads(shown.out)
    assert list(result) == ["due", "provisional", "steps"]
    return dict(result)


@pytest.mark.parametrize(
    ("arguments", "due"),
    [
        ("--from 2026-02-10 --working-days 10", "2026-03-02"),
        ("--from 2026-03-05 --days 90", "2026-06-03"),
        ("--from 2026-01-31 --months 1", "2026-02-28"),
        ("--from 2024-02-29 --years 2", "2026-02-28"),
        ("--from 2026-09-30T17:30 --hours 48", "2026-10-02T17:30:00"),
        ("--from 2026-09-30T17:30:15+08:00 --hours 48", "2026-10-02T17:30:15+08:00"),
        ("--from 2026-08-06 --days 60 --roll", "2026-10-08"),
        ("--from 2026-03-02 --days 10 --pause 2026-03-05:2026-03-08 --pause 2026-03-07:2026-03-10", "2026-03-18"),
    ],
)  # fmt: skip
def test_due_dates(capsys: pytest.CaptureFixture[str], arguments: str, due: str) -> None:
    result = deadline(capsys, *arguments.split())
    assert result["due"] == due
    assert result["provisional"] is False
    assert [list(step) for step in result["steps"]] == [["date", "what", "law"]] * len(result["steps"])


def test_a_year_without_notice_is_provisional_until_one_is_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["--from", "2027-02-03", "--working-days", "5"]
    assert deadline(capsys, *asked)["provisional"] is True
    notice = tmp_path / "2027.csv"
    notice.write_bytes(a_notice())
    result = deadline(capsys, *asked, "--notice", str(notice))
    assert (result["due"], result["provisional"]) == ("2027-02-17", False)


def test_the_article_given_stands_in_the_derivation(capsys: pytest.CaptureFixture[str]) -> None:
    steps = deadline(capsys, "--from", "2026-03-05", "--days", "90", "--law", "行政处罚法 第六十条")["steps"]
    assert steps[-1] == {"date": "2026-06-03", "what": "第90日，期限届满", "law": "行政处罚法 第六十条"}


def test_people_read_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "--from", "2026-12-30", "--working-days", "3"]) == 0
    shown = capsys.readouterr().out
    assert "期限　3个工作日，自 2026-12-30 起算" in shown
    assert "届满　2027-01-05（周二）　暂定" in shown
    assert "2026-12-30 周三  起算日，不计入期限" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("", "没有给出期限"),
        ("--from 2026-03-05", "没有给出期限"),
        ("--days 5", "没有给出起算日"),
        ("--from 2026-03-05 --days 5 --months 1", "给出了2个期限（--days 5、--months 1），只能给一个"),
        ("--from 2026-03-05 --days 5 --days 6", "给出了2个期限"),
        ("--from 2026-02-30 --days 5", "起算日“2026-02-30”：没有这一天"),
        ("--from 2026-13-01 --days 5", "起算日“2026-13-01”：没有这一天"),
        ("--from 2026-3-5 --days 5", "起算日“2026-3-5”不是可以识别的日期"),
        ("--from 20260305 --days 5", "不是可以识别的日期"),
        ("--from ２０２６-03-05 --days 5", "不是可以识别的日期"),
        ("--from 2026-03-05T25:00 --hours 5", "没有“2026-03-05T25:00”这个时刻"),
        ("--from 2026-03-05 --days 0", "--days 的值“0”不是大于零的整数"),
        ("--from 2026-03-05 --days -5", "--days 的值“-5”不是大于零的整数"),
        ("--from 2026-03-05 --days 2.5", "--days 的值“2.5”不是大于零的整数"),
        ("--from 2026-03-05 --working-days 五", "--working-days 的值“五”不是大于零的整数"),
        ("--from 2026-03-05 --days 999999999", "过长"),
        ("--from 2026-03-05 --days 99999999999999999999", "不是大于零的整数"),
        ("--from 2026-03-05 --hours 24", "以小时计算的期限要有起算的时刻"),
        ("--from 2026-03-05 --days 5 --pause 2026-03-07:2026-03-06", "中止的最后一日 2026-03-06 早于第一日 2026-03-07"),
        ("--from 2026-03-05 --days 5 --pause 2026-03-07", "中止“2026-03-07”应写成“首日:末日”"),
        ("--from 2026-03-05 --days 5 --pause 2026-03-07:2026-02-30", "中止的末日“2026-02-30”：没有这一天"),
        ("--from 2026-03-05 --days 5 --pause :", "中止的首日“”不是可以识别的日期"),
        ("--from 2026-03-05 --days", "参数 --days 后面要有一个值"),
        ("--from 2026-03-05 --weeks 2", "不认识的参数：--weeks 2"),
        ("--from 2026-03-05 --day 2", "不认识的参数：--day 2"),
        ("--from 1999-03-05 --working-days 2", "工作日历只排到"),
        ("--from 2026-03-05 --years 9000", "超出了公历可表示的范围"),
        ("--from 2026-03-05 --days 5 --notice 没有这个文件.csv", "读不了放假安排文件"),
        (f"--from 2026-03-05 --days 5 --notice {NO_NOTICE}", "放假安排文件有误"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_cannot_be_counted_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: str, says: str, form: list[str]
) -> None:
    assert main(["deadline", *arguments.split(), *form]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("错误：")
    assert says in shown.err
    assert "处理：" in shown.err
    assert "Traceback" not in shown.err


def test_it_starts_without_django() -> None:
    program = (
        "import sys; from fazhi.cli import main; code = main(['deadline', '--from', '2026-03-05', '--days', '5']);"
        "heavy = {'django', 'duckdb', 'pydantic', 'ruamel', 'chinese_calendar'} & set(sys.modules);"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
