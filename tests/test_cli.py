"""The command line as such: finding commands, refusing in Chinese, leaving quietly."""

from __future__ import annotations

import argparse
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fazhi import cli
from fazhi.errors import UserError
from fazhi.terminal import pad, paint, width

SRC = Path(cli.__file__).parents[1]
Handler = Callable[[argparse.Namespace], Any]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Handler], None]:
    """Makes `fazhi try [--number N] [--kind a|b]` run a handler."""

    def install(handler: Handler) -> None:
        def register(subparsers: Any) -> None:
            parser = subparsers.add_parser("try", help="试一试")
            parser.add_argument("--number", type=int)
            parser.add_argument("--kind", choices=["a", "b"])
            parser.set_defaults(handler=handler)

        module = types.ModuleType("fazhi.pretend.command")
        module.register = register  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "fazhi.pretend.command", module)
        monkeypatch.setattr(cli, "_packages", lambda asked: ["pretend"])

    return install


def refuse(_: argparse.Namespace) -> int:
    raise UserError("立案日期早于受理日期。", law="行政处罚法 第五十四条", next="请核对立案日期。")


def fail(_: argparse.Namespace) -> int:
    raise KeyError("phase")


@pytest.mark.parametrize(("returned", "code"), [(0, 0), (1, 1), (None, 0)])
def test_the_handlers_answer_is_the_exit_code(command: Any, returned: int | None, code: int) -> None:
    command(lambda _: returned)
    assert cli.main(["try"]) == code


def test_a_refusal_says_what_by_which_rule_and_what_to_do(
    command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    command(refuse)
    assert cli.main(["try"]) == 2
    assert capsys.readouterr().err == (
        "错误：立案日期早于受理日期。\n依据：行政处罚法 第五十四条\n处理：请核对立案日期。\n"
    )


def test_a_fault_of_the_program_is_told_apart_and_keeps_its_traceback_for_who_asks(
    command: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command(fail)
    monkeypatch.delenv("FAZHI_DEBUG", raising=False)
    assert cli.main(["try"]) == 3
    quiet = capsys.readouterr().err
    assert quiet.startswith("程序内部错误：KeyError: 'phase'（test_cli.py 第 ")
    assert "Traceback" not in quiet
    monkeypatch.setenv("FAZHI_DEBUG", "1")
    assert cli.main(["try"]) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "没有“nothing”这个命令，可用的命令：try。"),
        (["try", "--more"], "不认识的参数：--more。"),
        (["try", "--number"], "参数 --number 后面要有一个值。"),
        (["try", "--number", "x"], "参数 --number 的值“x”不是整数。"),
        (["try", "--kind", "c"], "参数 --kind 不能是“c”，可选：a、b。"),
        (["try", "--num", "3"], "不认识的参数：--num 3。"),
    ],
)
def test_a_wrong_command_line_is_refused_in_chinese(
    command: Any, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    command(lambda _: 0)
    assert cli.main(arguments) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"错误：{says}"
    assert second.startswith("处理：用法见 fazhi")


def test_without_a_command_the_help_is_shown(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    command(lambda _: 0)
    assert cli.main([]) == 2
    assert "试一试" in capsys.readouterr().err


def test_help_is_in_chinese_and_no_error(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    command(lambda _: 0)
    assert cli.main(["try", "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("用法：fazhi try")
    assert "选项" in shown


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("fazhi ")


def test_one_broken_package_does_not_take_the_others_with_it(
    command: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command(lambda _: 0)
    monkeypatch.setattr(cli, "_packages", lambda asked: ["absent", "pretend"])
    assert cli.main(["try"]) == 0
    assert "组件 absent 的命令无法载入" in capsys.readouterr().err


def test_every_package_of_ours_registers_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "deadline" in shown.out


def test_only_packages_that_know_the_command_are_imported() -> None:
    assert cli._packages("deadline") == ["law"]
    assert "law" in cli._packages("no-such-command")
    assert "law" in cli._packages(None)


def test_interruption_leaves_without_a_traceback(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    command(interrupted)
    assert cli.main(["try"]) == 130
    assert capsys.readouterr().err == "已中断。\n"


def test_a_reader_that_has_gone_is_no_error_to_complain_of() -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "fazhi.cli", "deadline", "--from", "2026-03-05", "--days", "5"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    assert run.stderr.read() == b""
    run.stderr.close()
    assert run.wait() == 141


def test_a_terminal_without_chinese_gets_escapes_and_no_traceback() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "fazhi.cli", "deadline"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(SRC)},
    )
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
    assert rb"\u9519" in run.stderr


class Terminal:
    def __init__(self, isatty: bool) -> None:
        self.isatty = lambda: isatty


@pytest.mark.parametrize(
    ("isatty", "environment", "painted"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_only_on_a_terminal_that_wants_it(
    monkeypatch: pytest.MonkeyPatch, isatty: bool, environment: dict[str, str], painted: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = paint("超期", "red", Terminal(isatty))  # type: ignore[arg-type]
    assert (text == "\x1b[31m超期\x1b[0m") is painted
    assert "超期" in text


def test_columns_line_up_with_chinese_in_them() -> None:
    assert width("第3日") == 5
    assert width(pad("第3日", 8)) == width(pad("deadline", 8)) == 8
    assert pad("期限届满", 3) == "期限届满"
