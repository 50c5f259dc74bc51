"""The columns of a procedure's table, made from its definition: the same for template, import and export.

For each act its day, its outcome, and what it asks; identity of the parties; and the identity of the row itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fazhi.cases.exchange import order
from fazhi.organs.names import plain
from fazhi.procedures import Definition
from fazhi.procedures.grammar import FieldDef
from fazhi.procedures.model import Action

YES_NO = {"true": "是", "false": "否"}
UNREAD = frozenset({"file", "document"})  # what no cell can hold
PARTY_COLUMNS = (("name", "名称"), ("kind", "类别"), ("identity_kind", "证件类型"), ("number", "证件号码"))


@dataclass(frozen=True)
class Column:
    """`key` is what the cell is for: number, id, organ, elsewhere, or a family with a name (field.fine, act.file)."""

    key: str
    title: str
    kind: str  # text day moment money int bool choice code person organ link party_… side
    name: str = ""
    many: bool = False
    needed: bool = False
    means: str = ""
    law: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)  # {stored: shown}
    codes: str = ""
    to: tuple[str, ...] = ()  # procedures whose cases a link may name
    also: tuple[str, ...] = ()
    group: str = ""  # the act beside which it stands

    @property
    def family(self) -> str:
        return self.key.partition(".")[0]


@dataclass(frozen=True)
class Layout:
    """A definition as a table, and what reading a row needs to know of it."""

    d: Definition
    columns: tuple[Column, ...]
    parts: Mapping[str, tuple[Column, ...]]
    by_title: Mapping[str, Column]
    asked_by: Mapping[str, frozenset[str]]  # field: "act" and "act.outcome" that ask for it
    set_by: Mapping[str, frozenset[str]]
    questions: Mapping[str, frozenset[str]]  # fact: acts whose needs turn on it
    before: Mapping[str, frozenset[str]]
    ranks: Mapping[str, int]

    @property
    def handling(self) -> str:
        """The side that handles the case."""
        return next(k for k, s in self.d.source.sides.items() if s.is_ != "party")

    def column(self, key: str) -> Column | None:
        return next((c for c in self.columns if c.key == key), None)


def heading(words: Any) -> str:
    """A heading as it is compared: width, blanks, brackets with a unit, stars for needed columns make no difference."""
    found = plain(str(words)).replace("*", "").replace("（", "(").replace("）", ")")
    return re.sub(r"\((元|必填|选填|日期|是/否)\)$", "", found)


_layouts: dict[str, Layout] = {}


def layout(d: Definition) -> Layout:
    """The definition's table; made once."""
    found = _layouts.get(d.hash)
    if found is None:
        found = _layouts[d.hash] = _layout(d)
    return found


def _layout(d: Definition) -> Layout:
    made = _Titles()
    s = d.source
    handling = next(k for k, x in s.sides.items() if x.is_ != "party")
    columns = [
        Column("number", "来源系统案号", "text", needed=True, also=("案号", "案件编号", "来源案号"),
               means="案件在来源系统中的编号。同一来源系统的同一编号是同一案件，再次导入时据此识别"),
        Column("organ", "承办机关", "organ", name=handling, needed=True, also=(s.sides[handling].title,),
               means=f"{s.sides[handling].title}，填写名录中的机关全称、简称或者机关代码"),
    ]  # fmt: skip
    columns += _side_columns(d, handling)
    seen: set[str] = set()
    part_acts = {a.name for a in d.actions.values() if a.adds or a.on}
    for a in _in_order(d):
        if a.quick or a.name in part_acts:
            continue
        columns += _act_columns(d, a, seen)
    columns += [
        _field_column(f"field.{k}", k, f, "") for k, f in s.fields.items() if k not in seen and f.type not in UNREAD
        and not (_asked_only_by(d, k) & part_acts)
    ]  # fmt: skip
    columns += [
        _fact_column(d, k, "") for k, f in d.facts.items() if f.value is None and f"fact.{k}" not in seen
        and not f.source.lookup
    ]  # fmt: skip
    columns += [
        Column("elsewhere", "在办系统", "text", also=("办理系统",),
               means="案件仍在其他系统办理的，填写该系统名称；本系统只登记结果，不能在此办理"),
        Column("id", "本系统编号", "text", means="导出时由系统填写，用来认出本系统办理的案件；新案件请留空"),
    ]  # fmt: skip
    named = tuple(made.name(c) for c in columns)
    asked: dict[str, set[str]] = {}
    sets: dict[str, set[str]] = {}
    questions: dict[str, set[str]] = {}
    for a in d.actions.values():
        for where, asks, done in [
            (a.name, a.asks, a.sets),
            *((f"{a.name}.{o.name}", o.asks, o.sets) for o in a.outcomes.values()),
        ]:
            for ask in asks:
                asked.setdefault(ask.field, set()).add(where)
            for name, _ in done:
                sets.setdefault(name, set()).add(where)
        for fact in a.questions:
            questions.setdefault(fact, set()).add(a.name)
    by_title: dict[str, Column] = {}
    for c in named:
        by_title[heading(c.title)] = c
    for c in named:
        for other in c.also:
            by_title.setdefault(heading(other), c)
    return Layout(
        d, named, {p: _part_columns(d, p) for p in s.parts if _adders(d, p)}, by_title, _frozen(asked), _frozen(sets),
        _frozen(questions), order.needed_before(d), order.ranks(d),
    )  # fmt: skip


def _frozen(table: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {k: frozenset(v) for k, v in table.items()}


def _in_order(d: Definition) -> list[Action]:
    """What opens first, the rest as in the file: fragments stand where the loader put them."""
    return sorted(d.actions.values(), key=lambda a: 0 if a.opens else 1)


def _asked_only_by(d: Definition, name: str) -> set[str]:
    return {
        a.name for a in d.actions.values()
        if any(x.field == name for x in a.asks) or any(x.field == name for o in a.outcomes.values() for x in o.asks)
    }  # fmt: skip


def _side_columns(d: Definition, handling: str) -> list[Column]:
    columns = []
    first = True
    for name, side in d.source.sides.items():
        if name == handling:
            continue
        if side.is_ == "party":
            columns += party_columns(f"side.{name}", name, side.title, side.many, first)
            first = False
        else:
            words = "；几个的用分号隔开" if side.many else ""
            columns.append(
                Column(
                    f"side.{name}", side.title, "organ", name, side.many, means=f"填写名录中的机关名称{words}"
                )
            )
    return columns


def party_columns(key: str, name: str, title: str, many: bool, first: bool = False) -> list[Column]:
    """Name, kind, kind of identity and its number; several parties by semicolons, in the same order in each."""
    from fazhi.organs.models import Party

    words = "；几个的用分号隔开，各列顺序一致" if many else ""
    means = {
        "name": f"姓名或者名称{words}",
        "kind": "有证件号码的可以不填，由号码判断",
        "identity_kind": "有证件号码的可以不填，由号码判断",
        "number": f"公民身份号码、统一社会信用代码等，单元格须为文本格式{words}",
    }
    choices = {"kind": dict(Party.Kind.choices), "identity_kind": dict(Party.Identity.choices)}
    return [
        Column(
            f"{key}.{part}", f"{title}{words}", f"party_{part}", name, many, means=means[part],
            choices=choices.get(part, {}), also=(f"当事人{words}", *_ALSO.get(part, ())) if first else (),
        )
        for part, words in PARTY_COLUMNS
    ]  # fmt: skip


_ALSO = {
    "name": ("当事人", "当事人姓名"),
    "number": ("统一社会信用代码", "身份证号", "证件号码"),
    "identity_kind": ("证件类型",),
}


def _act_columns(d: Definition, a: Action, seen: set[str]) -> list[Column]:
    """The act's day and outcome, then what it asks that no column before it holds."""
    columns = [
        Column(f"act.{a.name}", f"{a.title}日期", "day", a.name, many=not a.opens, group=a.title, law=d.law_of(a.law) if a.law else "",
               means="办理几次的，各次日期用分号隔开" if not (a.opens or a.once) else "", also=(f"{a.title}时间", a.title))
    ]  # fmt: skip
    if a.outcomes:
        choices = {o.name: o.title for o in a.outcomes.values()}
        alone = sum(bool(x.outcomes) for x in d.actions.values()) == 1
        columns.append(
            Column(f"end.{a.name}", f"{a.title}结果", "choice", a.name, many=True, choices=choices, group=a.title,
                   means="与日期同时填写；几次的用分号隔开，顺序与日期一致", also=("处理结果",) if alone or a.name == "decide" else ())
        )  # fmt: skip
    fields = d.source.fields
    for ask in (*a.asks, *(x for o in a.outcomes.values() for x in o.asks)):
        f = fields.get(ask.field)
        if f is None or f.type in UNREAD or ask.field in seen:
            continue
        seen.add(ask.field)
        columns.append(_field_column(f"field.{ask.field}", ask.field, f, a.title))
    for name in sorted(a.questions, key=list(d.facts).index):
        if d.facts[name].value is None and not d.facts[name].source.lookup and f"fact.{name}" not in seen:
            seen.add(f"fact.{name}")
            columns.append(_fact_column(d, name, a.title))
    return columns


_KINDS = {"date": "day", "officer": "person", "place": "text"}


def _field_column(key: str, name: str, f: FieldDef, group: str) -> Column:
    kind = _KINDS.get(f.type, f.type)
    choices = dict(f.choices) if f.type == "choice" else YES_NO if f.type == "bool" else {}
    means = [f.hint] if f.hint else []
    means += {
        "money": ["单位为元"], "code": ["填写代码表中的名称或者代码"], "person": ["填写姓名，重名的填写用户名"],
        "link": ["填写另一案件的案号"], "moment": ["写作例如 2026-03-05 09:30"],
    }.get(kind, [])  # fmt: skip
    if f.many:
        means.append("几项的用分号或者顿号隔开")
    return Column(
        key,
        f.title,
        kind,
        name,
        f.many,
        means="；".join(means),
        law=f.law,
        choices=choices,
        codes=f.codes,
        to=tuple(f.to),
        group=group,
    )


def _fact_column(d: Definition, name: str, group: str) -> Column:
    f = d.facts[name]
    kind = {"date": "day"}.get(f.type, f.type)
    return Column(
        f"fact.{name}", f.title, kind, name, means="由承办人认定；不清楚的请留空，系统记为未载明", law=f.law,
        choices=YES_NO if f.type == "bool" else {}, group=group,
    )  # fmt: skip


def _adders(d: Definition, part: str) -> list[Action]:
    return [a for a in d.actions.values() if a.adds == part]


def _part_columns(d: Definition, part: str) -> tuple[Column, ...]:
    """The sheet of a part: one line for each of its rows; a day for each act on it, and its fields."""
    made = _Titles()
    p = d.source.parts[part]
    columns = [
        Column("number", "来源系统案号", "text", needed=True, also=("案号",), means="与数据表中的案号一致")
    ]
    for a in d.actions.values():
        if part in (a.adds, a.on):
            words = "登记这一项的办理，几种中只填一种" if a.adds else "对这一项的办理"
            columns.append(
                Column(
                    f"act.{a.name}",
                    f"{a.title}日期",
                    "day",
                    a.name,
                    means=words,
                    also=(a.title,),
                    group=a.title,
                )
            )
            if a.outcomes:
                choices = {o.name: o.title for o in a.outcomes.values()}
                columns.append(
                    Column(
                        f"end.{a.name}", f"{a.title}结果", "choice", a.name, choices=choices, group=a.title
                    )
                )
    for name, f in p.fields.items():
        if f.type in UNREAD:
            continue
        column = _field_column(f"field.{name}", name, f, "")
        if f.type == "side":
            sides = {k: x.title for k, x in d.source.sides.items()}
            column = Column(column.key, f.title, "choice", name, choices=sides)
        columns.append(column)
    return tuple(made.name(c) for c in columns)


class _Titles:
    """Makes headings differ: a title that is taken gets the act beside which it stands, or its name in the file."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, column: Column) -> Column:
        title = column.title
        for extra in (column.group, column.name):
            if heading(title) not in self._taken:
                break
            title = f"{column.title}（{extra}）" if extra else title
        self._taken.add(heading(title))
        return column if title == column.title else Column(**{**_fields(column), "title": title})


def _fields(column: Column) -> dict[str, Any]:
    return {name: getattr(column, name) for name in Column.__dataclass_fields__}


def unmatched(titles: Iterable[Any], layouts: Iterable[Layout]) -> list[str]:
    """Headings that no version of the procedure knows."""
    known = {t for each in layouts for t in each.by_title}
    return [str(t).strip() for t in titles if str(t).strip() and heading(t) not in known]
