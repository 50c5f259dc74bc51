"""The command line: finds the commands of every package, runs one, and says in Chinese what went wrong.

A package adds a command with a module `fazhi.<package>.command` and in it `register(subparsers)`, which calls
`subparsers.add_parser("name", help=…)` and `set_defaults(handler=…)`. A handler takes the parsed arguments and
returns the exit code: 0 fine, 1 findings (or a bad entry), 2 usage. What it cannot use it refuses with `UserError`.
Heavy imports stand inside the handler. Exit codes of our own: 2 for a `UserError`, 3 for a fault of the program.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import signal
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path

import fazhi
from fazhi.errors import UserError
from fazhi.terminal import paint

FAULT = 3
BROKEN_PIPE = 128 + signal.SIGPIPE
INTERRUPTED = 128 + signal.SIGINT


class UsageError(UserError):
    """The command line itself cannot be understood."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Never raises for bad input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _never_fail_on_encoding()
    try:
        parser = _parser(arguments)
        if not arguments:
            parser.print_help(sys.stderr)
            return 2
        args, unknown = parser.parse_known_args(arguments)
        if unknown:
            raise UsageError(
                f"不认识的参数：{' '.join(unknown)}。", next=f"用法见 {_named(parser, arguments)} --help"
            )
        code = args.handler(args)
        sys.stdout.flush()  # here, so that a closed pipe is met inside the try
        return int(code or 0)
    except UserError as error:
        _complain(error)
        return 2
    except SystemExit as leaving:  # argparse, after --help and --version
        return leaving.code if isinstance(leaving.code, int) else 0
    except BrokenPipeError:
        # The reader has gone (`fazhi … | head`). Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return INTERRUPTED
    except Exception as fault:
        return _report_fault(fault)


def _named(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> str:
    """The command as far as the words name one: `fazhi plan show`."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for n, word in enumerate(arguments):
                if word in action.choices:
                    return _named(action.choices[word], arguments[n + 1 :])
    return parser.prog


def django_setup() -> None:
    """Make Django ready; a handler that needs models calls this first. May be called again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fazhi.settings")
    import django  # type: ignore[import-untyped]

    django.setup()


class Parser(argparse.ArgumentParser):
    """argparse in Chinese: headings, and errors raised as `UsageError` instead of ending the process."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", _Formatter)
        kwargs["add_help"] = False
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(_in_chinese(message), next=f"用法见 {self.prog} --help")


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def _parser(arguments: Sequence[str]) -> Parser:
    parser = Parser(prog="fazhi", description="法治：县级法治政府建设平台")
    parser.add_argument("--version", action=_Version, nargs=0, help="显示版本")
    subparsers = parser.add_subparsers(metavar="命令", title="命令", required=True)
    asked = next((word for word in arguments if not word.startswith("-")), None)
    for package in _packages(asked):
        try:
            importlib.import_module(f"fazhi.{package}.command").register(subparsers)
        except Exception as broken:  # one broken package must not take the other commands with it
            print(f"提示：组件 {package} 的命令无法载入：{type(broken).__name__}: {broken}", file=sys.stderr)
    return parser


def _packages(asked: str | None) -> list[str]:
    """The packages with commands; only those whose source registers the command asked for, if there are any.

    Importing all of them costs seconds once they lean on Django and DuckDB; `fazhi deadline` must start in a blink.
    """
    modules = sorted(Path(fazhi.__file__).parent.glob("*/command.py"))
    if asked:
        registers = re.compile(rf"""add_parser\(\s*["']{re.escape(asked)}["']""")
        narrowed = [module for module in modules if registers.search(module.read_text(encoding="utf-8"))]
        modules = narrowed or modules
    return [module.parent.name for module in modules]


class _Version(argparse.Action):
    """Prints the version; importlib.metadata is too slow to import for every command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"fazhi {version('fazhi')}")
        parser.exit()


_ARGPARSE_WORDS = [
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument 命令: invalid choice: '(.*)' \(choose from (.*)\)", r"没有“\1”这个命令，可用的命令：\2"),
    (r"argument (.+): invalid choice: '(.*)' \(choose from (.*)\)", r"参数 \1 不能是“\2”，可选：\3"),
    (r"argument (.+): invalid int value: '(.*)'", r"参数 \1 的值“\2”不是整数"),
    (r"argument (.+): expected one argument", r"参数 \1 后面要有一个值"),
    (r"argument (.+): expected at least one argument", r"参数 \1 后面至少要有一个值"),
    (r"argument (.+): expected (\d+) arguments?", r"参数 \1 后面要有 \2 个值"),
    (r"argument (.+): not allowed with argument (.+)", r"参数 \1 不能与 \2 同时使用"),
    (r"argument (.+): ignored explicit argument '(.*)'", r"参数 \1 不带值，“\2”是多余的"),
    (r"one of the arguments (.+) is required", r"须给出其中一个参数：\1"),
]


def _in_chinese(message: str) -> str:
    for english, chinese in _ARGPARSE_WORDS:
        if re.fullmatch(english, message, re.DOTALL):
            told = re.sub(english, chinese, message, count=1, flags=re.DOTALL) + "。"
            return re.sub(r"'([^',]*)'(, )?", lambda m: m[1] + ("、" if m[2] else ""), told)
    return message


def _complain(error: UserError) -> None:
    first, *rest = error.lines()
    print(paint("错误：", "red", sys.stderr) + first, file=sys.stderr)
    for line in rest:
        print(line, file=sys.stderr)


def _report_fault(fault: Exception) -> int:
    """A fault of the program is not the user's: say so shortly, and give the traceback to whoever asks for it."""
    if os.environ.get("FAZHI_DEBUG"):
        traceback.print_exc()
    where = traceback.extract_tb(fault.__traceback__)[-1]
    print(
        f"{paint('程序内部错误：', 'red', sys.stderr)}{type(fault).__name__}: {fault}"
        f"（{Path(where.filename).name} 第 {where.lineno} 行）",
        "这不是输入有误。请把上面一行交给技术人员；设环境变量 FAZHI_DEBUG=1 再运行可看到详情。",
        sep="\n",
        file=sys.stderr,
    )
    return FAULT


def _never_fail_on_encoding() -> None:
    """A terminal that is not UTF-8 shows escapes for what it lacks, instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # absent where a test has put a StringIO
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
