"""From a figure as it is written in a definition to what it selects, for one version; and the versions together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from fazhi.figures import columns, wording
from fazhi.figures.errors import FilterError
from fazhi.figures.filters import Column, compile_filter, compile_sum
from fazhi.figures.model import Breakdown, Figure, FigureKind, Selected, Selection
from fazhi.procedures import Definition
from fazhi.procedures import grammar as g


@dataclass(frozen=True, slots=True)
class Built:
    """One version of a figure."""

    selection: Selection
    kind: FigureKind
    written: g.FigureDef
    by: tuple[Breakdown, ...]
    side_title: str
    words: str
    money: bool


def build(d: Definition, name: str) -> Built:
    """Raises FilterError."""
    return one(d, d.source.figures[name])


def one(d: Definition, f: g.FigureDef) -> Built:
    """A figure over one version of a procedure. Raises FilterError with what is wrong and what to do."""
    asked = [k for k in ("flow", "stock", "share") if getattr(f, k) is not None]
    if len(asked) != 1:
        raise FilterError("指标应当在 flow（发生数）、stock（时点数）、share（比率）中恰好写一项")
    if sum(bool(x) for x in (f.sum, f.distinct, f.median)) > 1:
        raise FilterError("sum、distinct、median 只能写一项")
    if f.share is not None and (f.distinct or f.median):
        raise FilterError("比率不能再写 distinct 或者 median")
    side, side_title = _side(d, f.side)
    if f.share is not None:
        selection = _share(d, f.share, f)
        kind: FigureKind = "share"
    else:
        selection = _selected(d, f, _counted(d, "flow" if f.flow is not None else "stock", f))
        kind = "sum" if f.sum else "distinct" if f.distinct else "median" if f.median else "count"
    selection = replace(selection, side=side)
    money = selection.sum is not None and selection.sum.money
    if kind == "median":
        money = columns.names_for(d, selection.kind, selection.names)[str(f.median)].money
    if money and kind != "share" and f.unit not in ("元", "万元"):
        raise FilterError(f"金额指标的单位应当是元或者万元，不是「{f.unit}」；请改 unit")
    if kind == "share" and f.unit not in ("%", "‰"):
        raise FilterError(f"比率的单位应当是 % 或者 ‰，不是「{f.unit}」；请改 unit")
    by = tuple(_by(d, selection, x) for x in f.by)
    return Built(selection, kind, f, by, side_title, wording.words(d, f, selection, kind, side_title), money)


def _side(d: Definition, name: str) -> tuple[str, str]:
    known = columns.sided(d)
    if name and name not in known:
        raise FilterError(f"没有可以归口的参与方「{name}」；可用：{'、'.join(known)}")
    handling = next(iter(known), "")
    return ("", known.get(handling, "")) if not name or name == handling else (name, known[name])


def _counted(d: Definition, key: str, f: Any) -> tuple[Selected, frozenset[str]]:
    """Actions of a flow, phases of a stock, clocks of what falls due: each must be declared."""
    if key == "flow":
        acts = [f.flow] if isinstance(f.flow, str) else list(f.flow)
        for act in acts:
            action, _, outcome = act.partition(".")
            if action not in d.actions or d.actions[action].quick:
                raise FilterError(f"没有办理动作「{action}」；请写 actions 中已定义的动作")
            if outcome and outcome not in d.actions[action].outcomes:
                raise FilterError(f"「{action}」没有处理结果「{outcome}」")
        return "act", frozenset(acts)
    if set(f.stock) != {"phase"}:
        raise FilterError("stock 应当写成 {phase: [阶段, …]}")
    return "stock", _phases(d, f.stock["phase"])


def _phases(d: Definition, said: Any) -> frozenset[str]:
    phases = frozenset([said] if isinstance(said, str) else said)
    for phase in sorted(phases - set(d.source.phases)):
        raise FilterError(f"没有阶段「{phase}」；可用：{'、'.join(d.source.phases)}")
    return phases


def _clocks(d: Definition, said: Any) -> frozenset[str]:
    if said == "*":
        return columns.own_limits(d)
    wanted = frozenset([said] if isinstance(said, str) else said)
    known = {c.id: c for c in d.clocks.values()}
    for part in d.part_clocks.values():
        known |= {c.id: c for c in part.values()}
    for name in sorted(wanted):
        if name not in known:
            raise FilterError(f"没有期限「{name}」；可用：{'、'.join(known)}")
        if known[name].kind in ("wait", "notice"):
            raise FilterError(f"「{name}」是等待期，没有按期与否；请改用办理期限")
    return wanted


def _selected(d: Definition, f: Any, counted: tuple[Selected, frozenset[str]]) -> Selection:
    kind, names = counted
    row = columns.names_for(d, kind, names)
    where = compile_filter(f.where, row) if f.where else None
    total = compile_sum(f.sum, row) if getattr(f, "sum", None) else None
    value = ""
    if getattr(f, "distinct", None):
        column = columns.counted_once(d, f.distinct)
        if column is None:
            raise FilterError(f"「{f.distinct}」不能用来去重计数；请写人员、相对人、机关或者选择项字段")
        value = column.physical
    if getattr(f, "median", None):
        found: Column | None = row.get(f.median)
        if found is None or found.type != "int":
            raise FilterError(f"「{f.median}」不是数值，不能求中位数；可以写 days 或者金额、整数字段")
        value = found.physical
    return Selection(d.name, d.from_.isoformat(), kind, names, where, sum=total, value=value)


def _share(d: Definition, share: g.Share, f: g.FigureDef) -> Selection:
    base = _base(d, share.of, f)
    if f.where:
        raise FilterError("比率的条件写在 share 里面；请移到 of 的 where（分母）或者 share 的 where（分子）")
    if share.met is not None and base.kind != "due":
        raise FilterError("met 只用于到期的期限；请写 of: {due: 期限}")
    if bool(share.where) == (share.met is not None):
        raise FilterError("share 应当写明分子：where 或者 met，恰好一项")
    part = compile_filter(share.where, columns.names_for(d, base.kind, base.names)) if share.where else None
    return replace(base, part=part, met=share.met)


def _base(d: Definition, of: Any, f: g.FigureDef) -> Selection:
    """The denominator: another figure by name, an action, or {flow | stock | due, where}."""
    if isinstance(of, str):
        if of in d.source.figures:
            other = d.source.figures[of]
            if other.share or other.distinct or other.median:
                raise FilterError(f"分母「{of}」本身不是计数或者合计")
            key = "flow" if other.flow is not None else "stock"
            return _selected(d, other, _counted(d, key, other))
        if of in d.actions:
            return _selected(d, g.FigureDef(title="", flow=of, sum=f.sum), _counted(d, "flow", g.FigureDef(title="", flow=of)))  # fmt: skip
        raise FilterError(f"分母「{of}」既不是指标也不是办理动作")
    if extra := set(of) - {"flow", "stock", "due", "where"}:
        raise FilterError(f"share.of 里不认识「{'、'.join(sorted(extra))}」")
    inner = g.FigureDef(
        title="", flow=of.get("flow"), stock=of.get("stock"), where=of.get("where", ""), sum=f.sum
    )
    if "due" in of:
        return _selected(d, inner, ("due", _clocks(d, of["due"])))
    if (inner.flow is None) == (inner.stock is None):
        raise FilterError("share.of 应当写 flow、stock、due 之一，或者一个指标的名称")
    return _selected(d, inner, _counted(d, "flow" if inner.flow is not None else "stock", inner))


def _by(d: Definition, s: Selection, name: str) -> Breakdown:
    column = columns.names_for(d, s.kind, s.names).get(name)
    if column is None or column.type not in ("word", "bool"):
        raise FilterError(f"不能按「{name}」分组；请写选择项、代码或者「是否」字段")
    return Breakdown(name, column.physical, column.title, dict(column.values), column.codes)


def figure(id: str, made: list[tuple[Definition, Built]]) -> Figure:
    """One figure of all versions; words and title are the latest version's."""
    d, last = max(made, key=lambda x: x[0].from_)
    f = last.written
    if any(b.kind != last.kind or b.selection.kind != last.selection.kind for _, b in made):
        # Versions that measure different things under one name: only the latest one counts.
        made = [(d, last)]
    return Figure(
        id=id, title=f.title, unit=f.unit, kind=last.kind, stock=last.selection.kind == "stock",
        selections=tuple(b.selection for _, b in made), group=d.name, group_title=d.source.short or d.title,
        words=last.words, law=d.law_of(f.law) if f.law else "", side_title=last.side_title, by=_united(made),
        money=last.money,
    )  # fmt: skip


def _united(made: list[tuple[Definition, Built]]) -> tuple[Breakdown, ...]:
    """Breakdowns of the latest version, with the values of all."""
    latest = max(made, key=lambda x: x[0].from_)[1]
    found = []
    for one in latest.by:
        values: dict[str, str] = {}
        for _, built in sorted(made, key=lambda x: x[0].from_):
            values |= next((b.values for b in built.by if b.physical == one.physical), {})
        found.append(replace(one, values=values))
    return tuple(found)
