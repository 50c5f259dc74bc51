"""Figures: what they count exists, and their filter compares columns of one row."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from fazhi.procedures.assembly import Path
from fazhi.procedures.lint.places import Found
from fazhi.procedures.model import Definition

# Columns of a row over which a figure's `where` may speak, besides the definition's own fields and computed facts;
# which of them a kind of figure has is checked by `fazhi figures --check` (docs/algorithms/figures.md).
ROW = {
    "action",
    "outcome",
    "phase",
    "clock",
    "day",
    "met",
    "overdue",
    "kind",
    "opened_on",
    "closed_on",
    "imported",
    "days",
    "status",
    "closed",
    "case_phase",
    "case_outcome",
}


def figures(d: Definition) -> Found:
    columns = ROW | set(d.source.fields) | set(d.source.facts) | {f"done_{a}" for a in d.actions}
    for name, f in d.source.figures.items():
        path: Path = ("figures", name)
        share_of = f.share.of if f.share else None
        if sum(x is not None for x in (f.flow, f.stock, f.share)) != 1:
            yield path, f"指标「{name}」须且只须写 flow、stock、share 之一"
        flows = [f.flow] if isinstance(f.flow, str) else list(f.flow or [])
        for act in flows:
            if act not in d.actions:
                yield path, f"指标「{name}」统计未定义的动作「{act}」"
        if isinstance(share_of, str) and share_of not in d.actions and share_of not in d.source.figures:
            yield path, f"指标「{name}」的分母「{share_of}」不是动作或者指标"
        if isinstance(share_of, dict) and "due" in share_of:
            due = share_of["due"]
            for clock in [due] if isinstance(due, str) else due:
                if clock not in {c.id for c in d.all_clocks}:
                    yield path, f"指标「{name}」引用未定义的期限「{clock}」"
        for phase in (f.stock or {}).get("phase", []):
            if phase not in d.source.phases:
                yield path, f"指标「{name}」引用未声明的阶段「{phase}」"
        for where in (f.where, f.share.where if f.share else ""):
            yield from ((path, m) for m in where_problems(name, where, columns))


def where_problems(name: str, where: str, columns: set[str]) -> Iterator[str]:
    """A figure's filter: a SQL boolean expression over one row's columns, nothing else."""
    if not where:
        return
    try:
        tree = sqlglot.parse_one(where)
    except sqlglot.errors.ParseError:
        yield f"指标「{name}」的筛选条件不合语法：{where}"
        return
    for column in tree.find_all(exp.Column):
        if column.name not in columns:
            yield f"指标「{name}」的筛选条件引用了不存在的列「{column.name}」"
    beyond = tree.find_all(exp.Select, exp.Subquery, exp.Anonymous, exp.Func)
    if any(not isinstance(x, exp.And | exp.Or) for x in beyond):  # which this parser counts among functions
        yield f"指标「{name}」的筛选条件只能比较本行的列，不能用函数和子查询"
