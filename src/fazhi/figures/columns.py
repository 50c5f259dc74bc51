"""The documented row: which columns a figure's condition may name, by the kind of fact that it counts.

Besides these, the plain fields of the definition (and of a part, for acts on it): choices, codes, whole numbers, money,
dates, yes or no, and texts by which cases are found. Never a personal one, free text, or several values in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fazhi.figures.filters import Column, Type
from fazhi.figures.model import Selected
from fazhi.procedures import Definition
from fazhi.procedures import grammar as g

_TYPES: dict[str, tuple[str, Type]] = {
    "choice": ("w_", "word"), "code": ("w_", "word"), "text": ("w_", "word"), "outcome": ("w_", "word"),
    "int": ("n_", "int"), "money": ("n_", "int"), "bool": ("b_", "bool"), "date": ("w_", "date"),
    "moment": ("w_", "date"),
}  # fmt: skip
# What may be counted once each: the id stands in the mirror, never the name.
COUNTED_ONCE = frozenset({"person", "officer", "party", "side", "link"})
STATUS = {"open": "尚未办理", "met": "按期", "late": "逾期"}


def field_column(name: str, f: g.FieldDef) -> Column | None:
    """The column of a field, None for one that is not mirrored."""
    if f.personal or f.many or f.type not in _TYPES or (f.type == "text" and not f.find):
        return None
    prefix, kind = _TYPES[f.type]
    return Column(name, prefix + name, kind, f.title, dict(f.choices), money=f.type == "money", codes=f.codes)


def names_for(d: Definition, kind: Selected, names: Iterable[str]) -> dict[str, Column]:
    """Every column that a condition over these actions, phases or clocks may use; the row's own win over fields."""
    found: dict[str, Column] = {}
    for name, f in d.source.fields.items():
        if column := field_column(name, f):
            found[name] = column
    if kind == "act":
        for part in _parts(d, names):
            for name, f in d.source.parts[part].fields.items():
                if column := field_column(name, f):
                    found[name] = column
    for column in _own(d, kind, names):
        found[column.name] = column
    return found


def _own(d: Definition, kind: Selected, names: Iterable[str]) -> Iterable[Column]:
    phases = dict(d.source.phases)
    yield Column("opened_on", "opened_on", "date", "立案（登记）日期")
    yield Column("imported", "imported", "bool", "导入的历史记录")
    if kind == "act":
        actions = [d.actions[n] for n in dict.fromkeys(x.split(".")[0] for x in names) if n in d.actions]
        outcomes = {k: o.title for a in actions for k, o in a.outcomes.items()}
        yield Column("action", "action", "word", "办理动作", {a.name: a.title for a in actions})
        if (
            outcomes
        ):  # else the name is left out, so that asking for it is an error and not a figure that is always 0
            yield Column("outcome", "outcome", "word", "处理结果", outcomes)
        yield Column("phase", "phase", "word", "办理后的阶段", phases)
        yield Column("day", "day", "date", "办理日期")
        yield Column("days", "days", "int", "自立案（登记）起的天数")
        yield Column("case_phase", "case_phase", "word", "案件现处阶段", phases)
        yield Column("case_outcome", "case_outcome", "word", "案件现有处理结果", _outcomes(d))
        yield Column("closed", "closed", "bool", "案件已结")
    elif kind == "stock":
        yield Column("phase", "phase", "word", "所处阶段", phases)
        yield Column("outcome", "outcome", "word", "已有处理结果", _outcomes(d))
        yield Column("overdue", "overdue", "bool", "已超期")
    else:
        yield Column("clock", "clock", "word", "期限", _clocks(d))
        yield Column("status", "status", "word", "办理情况", STATUS)
        yield Column("day", "day", "date", "到期日")


def _outcomes(d: Definition) -> dict[str, str]:
    return {k: o.title for a in d.actions.values() for k, o in a.outcomes.items()}


def _clocks(d: Definition) -> dict[str, str]:
    found = {k: c.title for k, c in d.clocks.items()}
    for clocks in d.part_clocks.values():
        found |= {k: c.title for k, c in clocks.items()}
    return found


def _parts(d: Definition, names: Iterable[str]) -> set[str]:
    actions = [d.actions.get(x.split(".")[0]) for x in names]
    return {p for a in actions if a and (p := a.adds or a.on) and p in d.source.parts}


def counted_once(d: Definition, name: str) -> Column | None:
    """The column of what is counted once each: a person, party or organ by its id, or any plain column."""
    f = d.source.fields.get(name)
    if f is not None and not f.personal and not f.many and f.type in COUNTED_ONCE:
        return Column(name, "w_" + name, "word", f.title)
    side = d.source.sides.get(name)
    if side is not None and not side.many:
        return Column(name, "w_" + name, "word", side.title)
    return field_column(name, f) if f is not None else None


def own_limits(d: Definition) -> frozenset[str]:
    """The organ's own limits (`due: "*"`): not another's, no wait and no notice."""
    clocks = d.all_clocks
    return frozenset(c.id for c in clocks if c.kind in ("limit", "date", "duty") and not c.whose)


def titles(d: Definition, kind: Selected, names: Iterable[str]) -> list[str]:
    """What actions, phases or clocks are called on screens, in the order of the definition."""
    wanted = set(names)
    if kind == "stock":
        return [t for k, t in d.source.phases.items() if k in wanted]
    if kind == "due":
        return list(dict.fromkeys(t for k, t in _clocks(d).items() if k in wanted))
    found = []
    for a in d.actions.values():
        if a.name in wanted:
            found.append(a.title)
        found += [f"{a.title}（{o.title}）" for k, o in a.outcomes.items() if f"{a.name}.{k}" in wanted]
    return found


def sided(d: Definition) -> Mapping[str, str]:
    """The sides by whose organ a figure may count, with their titles."""
    return {k: s.title for k, s in d.source.sides.items() if s.is_ != "party"}
