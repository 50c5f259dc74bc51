"""Conditions: CEL, type-checked against declared names, evaluated to a value or `UNKNOWN`.

The one module that touches the CEL library. A condition whose data are absent is neither true nor false:
CEL's `||` and `&&` already decide what can be decided without the missing operand.

`done('a')`, `done_after('a', 'b')`, `elapsed('c')`, `by_side('a', 's')` take literals, so each call is one
boolean variable, filled in before the evaluation; the library never calls back into the engine.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from cel_expr_python import cel  # type: ignore[import-untyped]

from fazhi.law import SHANGHAI, shift_months


class Unknown:
    """The third truth value. It has none: `if UNKNOWN` is a mistake and says so."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false; compare with `is`")


UNKNOWN: Final = Unknown()

_T = cel.Type
_ROW = _T.Map(_T.STRING, _T.DYN)
TYPES: Final[dict[str, Any]] = {
    "bool": _T.BOOL, "int": _T.INT, "money": _T.INT, "date": _T.TIMESTAMP, "moment": _T.TIMESTAMP,
    "text": _T.STRING, "choice": _T.STRING, "code": _T.STRING, "outcome": _T.STRING, "link": _T.STRING,
    "document": _T.STRING, "file": _T.STRING, "place": _T.STRING, "side": _T.STRING,
    "party": _ROW, "officer": _ROW, "person": _ROW, "row": _ROW,
}  # fmt: skip

_CALL = re.compile(
    r"\b(done|elapsed)\(\s*'([a-z_0-9.#]+)'\s*\)|\b(done_after|by_side)\(\s*'([a-z_0-9.]+)'\s*,\s*'([a-z_0-9.]+)'\s*\)"
)
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NAME = re.compile(r"(?<![\w.])[a-z_][a-z_0-9]*\b(?!\s*\()", re.I)
_WORDS = {"true", "false", "null", "in"}
KEPT = 200  # answers kept for each condition


class ConditionError(ValueError):
    """A condition that does not compile: unknown name, unlike types, no boolean."""


def _yuan(n: int) -> int:
    return n * 100


def _within(later: dt.datetime, earlier: dt.datetime, days: int) -> bool:
    return (later - earlier).days <= days


def _within_years(later: dt.datetime, earlier: dt.datetime, years: int) -> bool:
    return local_day(later) <= shift_months(local_day(earlier), 12 * years)


def local_day(moment: dt.datetime) -> dt.date:
    """The day in Shanghai; the library hands timestamps back in UTC."""
    return moment.astimezone(SHANGHAI).date()


def _fn(name: str, args: list[Any], ret: Any, impl: Callable[..., Any]) -> Any:
    over = cel.Overload(f"{name}_{len(args)}", return_type=ret, parameters=args, is_member=False, impl=impl)
    return cel.FunctionDecl(name, [over])


_FUNCTIONS: Final = [
    _fn("yuan", [_T.INT], _T.INT, _yuan),
    _fn("within", [_T.TIMESTAMP, _T.TIMESTAMP, _T.INT], _T.BOOL, _within),
    _fn("within_years", [_T.TIMESTAMP, _T.TIMESTAMP, _T.INT], _T.BOOL, _within_years),
    _fn("days_between", [_T.TIMESTAMP, _T.TIMESTAMP], _T.INT, lambda a, b: (b - a).days),
]


def _cel_type(kind: str, many: bool) -> Any:
    return _T.List(TYPES[kind]) if many else TYPES[kind]


class Condition:
    """A compiled expression. `names` are the declared names it reads; `calls` its `done`/`elapsed` variables.

    From a file it is compiled, and so checked, at once; from a definition that was checked before, at its first use.
    """

    __slots__ = ("_build", "_known", "_program", "calls", "names", "source")

    def __init__(
        self,
        source: str,
        names: frozenset[str],
        calls: tuple[tuple[str, str, tuple[str, ...]], ...],  # (variable, function, arguments)
        build: Callable[[], Any],
    ) -> None:
        self.source, self.names, self.calls, self._build = source, names, calls, build
        self._program: Any = None
        self._known: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"

    @property
    def result(self) -> str:
        """bool, int, string, timestamp, list …"""
        return str(self.program.return_type().name()).lower()

    @property
    def program(self) -> Any:
        if self._program is None:
            self._program = self._build()
        return self._program

    def evaluate(self, data: Mapping[str, Any]) -> Any:
        """A Python value, or UNKNOWN where data are absent. Dates in `data` are aware datetimes.

        Answers are kept: the same few booleans and gaps come again and again, case after case.
        """
        key, known = tuple(data.items()), self._known
        try:
            if key in known:
                return known[key]
        except TypeError:  # a list among the data
            try:
                key = tuple((k, tuple(v) if type(v) is list else v) for k, v in key)
                if key in known:
                    return known[key]
            except TypeError:  # a row
                return self._evaluate(data)
        if len(known) >= KEPT:
            known = self._known = {}
        found = known[key] = self._evaluate(data)
        return found

    def _evaluate(self, data: Mapping[str, Any]) -> Any:
        result = self.program.eval(data=data)
        value = result.plain_value()
        if value is True or value is False:
            return value
        if result.type() in (_T.UNKNOWN, _T.ERROR):
            if "Non-CEL" in str(
                value
            ):  # a value of a kind that CEL does not have: our mistake, not absent data
                raise TypeError(f"{self.source}: {value}")
            return UNKNOWN
        return value


class Environment:
    """The names a definition declares, with their types; compiles its conditions."""

    def __init__(
        self,
        names: Mapping[str, tuple[str, bool]],
        actions: frozenset[str],
        clocks: frozenset[str],
        lazy: bool = False,
    ) -> None:
        self.lazy = lazy
        self.names = dict(names)
        self.actions = actions
        self.clocks = clocks
        self._variables = {name: _cel_type(kind, many) for name, (kind, many) in names.items()}

    def compile(self, source: str, want: str | None = "bool") -> Condition:
        calls: dict[str, tuple[str, tuple[str, ...]]] = {}

        def variable(match: re.Match[str]) -> str:
            function = match[1] or match[3]
            arguments = (match[2],) if match[1] else (match[4], match[5])
            self._check(source, function, arguments)
            name = "__" + "__".join(
                (function, *(a.replace(".", "_of_").replace("#", "_n_") for a in arguments))
            )
            calls[name] = (function, arguments)
            return name

        text = _CALL.sub(variable, source)
        bare = _STRING.sub("''", text)
        names = {w for w in _NAME.findall(bare) if w not in _WORDS}
        read = frozenset(n for n in names if n in self.names)
        variables = {n: self._variables[n] for n in read} | dict.fromkeys(calls, _T.BOOL)

        def build() -> Any:
            return cel.NewEnv(variables=variables, functions=_FUNCTIONS).compile(text)

        condition = Condition(source, read, tuple((v, f, a) for v, (f, a) in calls.items()), build)
        if self.lazy:
            return condition
        try:
            result = condition.result
        except Exception as error:
            raise ConditionError(_explain(source, str(error))) from None
        if want is not None and result not in (want, "dyn"):
            raise ConditionError(f"条件「{source}」的结果是 {result}，应当是 {want}")
        return condition

    def _check(self, source: str, function: str, arguments: tuple[str, ...]) -> None:
        if function == "elapsed" and arguments[0] not in self.clocks:
            raise ConditionError(
                f"条件「{source}」引用了未定义的期限「{arguments[0]}」；请在 clocks 中定义它"
            )
        acts = () if function == "elapsed" else (arguments[:1] if function == "by_side" else arguments)
        for act in acts:
            if act.split(".")[0] not in self.actions:
                raise ConditionError(
                    f"条件「{source}」引用了未定义的办理动作「{act}」；请在 actions 中定义它"
                )


def _explain(source: str, message: str) -> str:
    if found := re.search(r"undeclared reference to '([^']+)'", message):
        return f"条件「{source}」引用了未声明的名称「{found[1]}」；请在 fields、facts、parameters、sides 或 parts 中声明它"
    if found := re.search(r"no matching overload for '([^']+)' applied to '([^']+)'", message):
        return f"条件「{source}」把不同类型的值放在一起：{found[1].strip('_')} 用于 {found[2]}；请核对字段类型（金额以分计，用 yuan(元)）"
    detail = next((line for line in message.splitlines() if "ERROR" in line or line.strip()), message)
    return f"条件「{source}」不合语法：{detail[-160:]}"


_DAYS: dict[str, dt.datetime] = {}


def cel_date(text: str) -> dt.datetime:
    """A stored date or moment as CEL sees it; dates are midnight in Shanghai."""
    found = _DAYS.get(text)
    if found is None:
        found = dt.datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=SHANGHAI)
        if len(_DAYS) > 20_000:
            _DAYS.clear()
        _DAYS[text] = found
    return found
