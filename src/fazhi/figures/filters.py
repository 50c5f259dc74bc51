"""Conditions and sums of figures: SQL expressions over one documented row, parsed and allow-listed by sqlglot.

Allowed are columns of the row, literals, comparisons, `in (…)`, `between`, `is null`, `and`, `or`, `not`; in sums `+`, `-`
and whole factors. No functions, no sub-queries. A condition has three values as in SQL: a missing value is unknown, and
only what is true counts. It is used twice, as SQL over the rows and as Python over the small base result; a test holds
the two together.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from fazhi.figures.errors import FilterError

Type = Literal["word", "int", "bool", "date"]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_COMPARISONS: dict[type[exp.Expression], tuple[str, str]] = {
    exp.EQ: ("=", "等于"), exp.NEQ: ("<>", "不等于"), exp.GT: (">", "大于"), exp.GTE: (">=", "不小于"),
    exp.LT: ("<", "小于"), exp.LTE: ("<=", "不大于"),
}  # fmt: skip
_MIRRORED: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.EQ: exp.EQ, exp.NEQ: exp.NEQ, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE,
}  # fmt: skip
_KINDS = {"word": "文字", "int": "数", "bool": "是否", "date": "日期"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a condition may name. `physical` is the column (or `days`, which is computed) of the mirror."""

    name: str
    physical: str
    type: Type
    title: str
    values: Mapping[str, str] = field(default_factory=dict)  # choices, where they are known
    money: bool = False
    codes: str = ""  # the code list that names its values


Names = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled condition over physical columns, as a tree and as SQL.

    `numeric`: it compares numbers or days, so it is worked out row by row instead of splitting the base by its columns.
    """

    source: str
    tree: exp.Expression = field(compare=False)
    columns: frozenset[str]
    words: str
    numeric: bool
    sql: str

    def holds(self, row: Mapping[str, Any]) -> bool:
        return _test(self.sql)(row) is True


@dataclass(frozen=True, slots=True)
class Sum:
    """A compiled sum over whole numbers; a missing value adds nothing."""

    source: str
    tree: exp.Expression = field(compare=False)
    columns: frozenset[str]
    words: str
    money: bool
    sql: str


def compile_filter(source: str, names: Names) -> Filter:
    """Raises FilterError."""
    tree = _parse(source, "条件")
    checker = _Checker(source, names, "条件")
    compiled, words = checker.condition(tree)
    return Filter(source, compiled, frozenset(checker.columns), words, checker.numeric, _sql(compiled))


def compile_sum(source: str, names: Names) -> Sum:
    """Raises FilterError."""
    tree = _parse(source, "求和式")
    checker = _Checker(source, names, "求和式")
    compiled, words = checker.number(tree, top=True)
    if not checker.columns:
        raise FilterError(f"求和式「{source}」没有用到任何数值字段；请写金额或者整数字段的名称")
    kinds = {names[n].money for n in checker.named}
    if len(kinds) > 1:
        raise FilterError(f"求和式「{source}」把金额和其他数相加；请分成两个指标")
    return Sum(source, compiled, frozenset(checker.columns), words, kinds == {True}, _sql(compiled))


def _sql(tree: exp.Expression) -> str:
    return tree.sql("duckdb", identify=True)


def _parse(source: str, what: str) -> exp.Expression:
    try:
        found = sqlglot.parse(source, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        detail = str(error).splitlines()[0].split(". Line")[0]
        raise FilterError(f"{what}「{source}」不合语法：{detail}") from None
    if len(found) != 1 or found[0] is None:
        raise FilterError(f"{what}「{source}」应当是一个表达式；请去掉分号")
    return found[0]


class _Checker:
    """Walks a parsed expression; everything that is not named here is refused."""

    def __init__(self, source: str, names: Names, what: str) -> None:
        self.source, self.names, self.what = source, names, what
        self.columns: set[str] = set()
        self.named: set[str] = set()
        self.numeric = False

    def condition(self, node: exp.Expression) -> tuple[exp.Expression, str]:
        if isinstance(node, exp.Paren):
            inner, words = self.condition(node.this)
            return exp.Paren(this=inner), f"（{words}）"
        if isinstance(node, exp.And | exp.Or):
            joined = exp.And if isinstance(node, exp.And) else exp.Or
            left, a = self.condition(node.this)
            right, b = self.condition(node.expression)
            return joined(this=left, expression=right), f"{a}{'且' if joined is exp.And else '或者'}{b}"
        if isinstance(node, exp.Not):
            if isinstance(node.this, exp.In | exp.Is):
                return self._listed(node.this, False) if isinstance(node.this, exp.In) else self._null(
                    node.this, False
                )  # fmt: skip
            inner, words = self.condition(node.this)
            plain = isinstance(node.this, exp.Column)
            return exp.Not(this=inner), f"{words[:-1]}否" if plain else f"并非{words}"
        if isinstance(node, exp.Boolean):
            return node.copy(), "始终" if node.this else "从不"
        if isinstance(node, exp.Column):
            column = self.column(node)
            if column.type != "bool":
                raise self._refuse(
                    f"「{node.name}」不是「是否」字段，不能单独作条件", "请写成比较，如 = '值'"
                )
            return self._physical(column), f"「{column.title}」为是"
        if isinstance(node, exp.In):
            return self._listed(node, True)
        if isinstance(node, exp.Is):
            return self._null(node, True)
        if isinstance(node, exp.Between):
            low = exp.GTE(this=node.this, expression=node.args["low"])
            high = exp.LTE(this=node.this, expression=node.args["high"])
            left, a = self._compared(low)
            right, b = self._compared(high)
            return exp.And(this=left, expression=right), f"{a}且{b}"
        if type(node) in _COMPARISONS:
            return self._compared(node)
        raise self._refuse(f"不能使用「{node.sql()}」", "只能用比较、in、between、is null、and、or、not")

    def _compared(self, node: exp.Expression) -> tuple[exp.Expression, str]:
        kind = type(node)
        left, right = node.this, node.expression
        if not isinstance(left, exp.Column) and isinstance(right, exp.Column):
            left, right, kind = right, left, _MIRRORED[kind]
        if not isinstance(left, exp.Column):
            raise self._refuse(f"「{node.sql()}」的一边应当是字段", "请写成 字段 = 值")
        column = self.column(left)
        if column.type in ("word", "bool") and kind not in (exp.EQ, exp.NEQ):
            raise self._refuse(
                f"「{column.name}」是{_KINDS[column.type]}，不能比较大小", "请用 =、<>、in 或者 is null"
            )
        value, words = self._operand(right, column)
        self.numeric |= column.type in ("int", "date")
        said = _COMPARISONS[kind][1]
        if column.type in ("word", "bool"):
            said = "为" if kind is exp.EQ else "不为"
        return kind(this=self._physical(column), expression=value), f"「{column.title}」{said}{words}"

    def _operand(self, node: exp.Expression, column: Column) -> tuple[exp.Expression, str]:
        """The other side of a comparison: a literal of the column's type, or another column of that type."""
        if isinstance(node, exp.Paren):
            return self._operand(node.this, column)
        if isinstance(node, exp.Column):
            other = self.column(node)
            if other.type != column.type or other.money != column.money:
                raise self._refuse(f"「{column.name}」和「{other.name}」类型不同，不能比较", "请核对字段类型")
            return self._physical(other), f"「{other.title}」"
        if isinstance(node, exp.Boolean) and column.type == "bool":
            return node.copy(), "是" if node.this else "否"
        if column.type == "int" and (number := _whole(node)) is not None:
            words = f"{number / 100:.2f}元" if column.money else str(number)
            return exp.Literal.number(str(number)), words
        if isinstance(node, exp.Literal) and node.is_string and column.type in ("word", "date"):
            text = str(node.this)
            if column.type == "date" and not _DAY.match(text):
                raise self._refuse(f"「{text}」不是日期", "日期应当写成 '2026-03-05'")
            if column.type == "word" and column.values and text not in column.values:
                raise self._refuse(
                    f"「{column.name}」没有取值「{text}」", f"可用的取值：{'、'.join(column.values)}"
                )
            return exp.Literal.string(text), f"「{column.values.get(text, text)}」"
        raise self._refuse(
            f"「{column.name}」是{_KINDS[column.type]}，不能与「{node.sql()}」比较",
            "请核对字段类型（金额以分计）",
        )

    def _listed(self, node: exp.In, positive: bool) -> tuple[exp.Expression, str]:
        if not isinstance(node.this, exp.Column) or node.args.get("query") or not node.expressions:
            raise self._refuse(f"不能使用「{node.sql()}」", "in 的左边应当是字段，括号里应当是值")
        column = self.column(node.this)
        if column.type == "bool":
            raise self._refuse(f"「{column.name}」是「是否」字段，不用 in", "请直接写字段名")
        values, words = [], []
        for item in node.expressions:
            if isinstance(item, exp.Column):
                raise self._refuse("in 的括号里只能写值", "请用引号把文字括起来")
            value, said = self._operand(item, column)
            values.append(value)
            words.append(said)
        self.numeric |= column.type in ("int", "date")
        tree: exp.Expression = exp.In(this=self._physical(column), expressions=values)
        text = f"「{column.title}」{'为' if positive else '不为'}{'、'.join(words)}"
        return (tree if positive else exp.Not(this=tree)), text

    def _null(self, node: exp.Is, positive: bool) -> tuple[exp.Expression, str]:
        if not isinstance(node.this, exp.Column) or not isinstance(node.expression, exp.Null):
            raise self._refuse(f"不能使用「{node.sql()}」", "is 只用于 is null 和 is not null")
        column = self.column(node.this)
        tree: exp.Expression = exp.Is(this=self._physical(column), expression=exp.Null())
        self.numeric |= column.type in ("int", "date")
        return (
            tree if positive else exp.Not(this=tree)
        ), f"「{column.title}」{'没有' if positive else '已有'}填写"

    def number(self, node: exp.Expression, top: bool = False) -> tuple[exp.Expression, str]:
        if isinstance(node, exp.Paren):
            inner, words = self.number(node.this)
            return exp.Paren(this=inner), f"（{words}）"
        if isinstance(node, exp.Add | exp.Sub):
            left, a = self.number(node.this)
            right, b = self.number(node.expression)
            return type(node)(
                this=left, expression=right
            ), f"{a}{'加' if isinstance(node, exp.Add) else '减'}{b}"
        if isinstance(node, exp.Mul):
            for factor, other in ((node.this, node.expression), (node.expression, node.this)):
                if (times := _whole(factor)) is not None:
                    inner, words = self.number(other)
                    literal = exp.Literal.number(str(times))
                    return exp.Mul(this=inner, expression=literal), f"{words}乘以{times}"
            raise self._refuse(f"不能使用「{node.sql()}」", "只能乘以一个整数")
        if isinstance(node, exp.Column):
            column = self.column(node)
            if column.type != "int":
                raise self._refuse(f"「{column.name}」不是金额或者整数，不能求和", "请改用数值字段")
            zero = exp.Literal.number("0")
            return exp.Coalesce(this=self._physical(column), expressions=[zero]), f"「{column.title}」"
        raise self._refuse(f"不能使用「{node.sql()}」", "求和式只能用金额、整数字段和加、减、乘以整数")

    def column(self, node: exp.Column) -> Column:
        name = node.name
        found = self.names.get(name) if not node.table else None
        if found is None:
            raise self._refuse(f"没有可用的列「{node.sql()}」", f"可用的列：{'、'.join(self.names)}")
        self.columns.add(found.physical)
        self.named.add(name)
        return found

    def _physical(self, column: Column) -> exp.Expression:
        found = exp.column(column.physical)
        # Days that are fields lie in the mirror as text, the row's own as days.
        return (
            exp.cast(found, "date") if column.type == "date" and column.physical.startswith("w_") else found
        )

    def _refuse(self, why: str, then: str) -> FilterError:
        return FilterError(f"{self.what}「{self.source}」有误：{why}；{then}")


def _whole(node: exp.Expression) -> int | None:
    if isinstance(node, exp.Paren):
        return _whole(node.this)
    if isinstance(node, exp.Neg):
        inner = _whole(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string and re.fullmatch(r"\d{1,15}", str(node.this)):
        return int(node.this)
    return None


# ---- the same condition in Python, for the small base result --------------------------------------------------------

Test = Callable[[Mapping[str, Any]], Any]
_COMPARE: dict[type[exp.Expression], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.GT: operator.gt, exp.GTE: operator.ge, exp.LT: operator.lt,
    exp.LTE: operator.le,
}  # fmt: skip


@lru_cache(maxsize=4096)
def _test(sql: str) -> Test:
    return _closure(sqlglot.parse_one(sql, dialect="duckdb"))


def _closure(node: exp.Expression) -> Test:
    """A function of a row: True, False or None (unknown); for operands their value."""
    if isinstance(node, exp.Paren | exp.Cast):
        return _closure(node.this)
    if isinstance(node, exp.And | exp.Or):
        return _joined(_closure(node.this), _closure(node.expression), isinstance(node, exp.Or))
    if isinstance(node, exp.Not):
        inner = _closure(node.this)
        return lambda row: None if (found := inner(row)) is None else not found
    if isinstance(node, exp.Boolean):
        fixed = bool(node.this)
        return lambda row: fixed
    if isinstance(node, exp.Column):
        name = node.name
        return lambda row: row.get(name)
    if isinstance(node, exp.Literal | exp.Neg):
        value = str(node.this) if isinstance(node, exp.Literal) and node.is_string else _whole(node)
        return lambda row: value
    if isinstance(node, exp.Is):
        inner = _closure(node.this)
        return lambda row: inner(row) is None
    if isinstance(node, exp.In):
        inner = _closure(node.this)
        members = frozenset(_closure(x)({}) for x in node.expressions)
        return lambda row: None if (found := inner(row)) is None else found in members
    return _compared(_closure(node.this), _closure(node.expression), _COMPARE[type(node)])


def _joined(left: Test, right: Test, decisive: bool) -> Test:
    def test(row: Mapping[str, Any]) -> Any:
        a = left(row)
        if a is decisive:
            return decisive
        b = right(row)
        if b is decisive:
            return decisive
        return None if a is None or b is None else not decisive

    return test


def _compared(left: Test, right: Test, compare: Callable[[Any, Any], bool]) -> Test:
    def test(row: Mapping[str, Any]) -> Any:
        a, b = left(row), right(row)
        return None if a is None or b is None else compare(a, b)

    return test
