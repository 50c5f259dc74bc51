"""A definition as prose for a lawyer's eye: what may happen, by whom, under which article, within which time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fazhi.procedures import grammar as g
from fazhi.procedures.model import Action, Definition, Length
from fazhi.procedures.turn import ROLES

UNITS = {"working_days": "个工作日", "natural_days": "日", "months": "个月", "years": "年", "hours": "小时"}
KINDS = {"limit": "期限", "wait": "等待期", "notice": "提前通知", "date": "截止日", "duty": "周期义务"}
TYPES = {
    "bool": "是否", "int": "整数", "money": "金额", "date": "日期", "moment": "时间", "text": "文字", "choice": "选项", "code": "代码表",
    "party": "当事人", "officer": "执法人员", "person": "人员", "side": "参与方", "link": "关联案件", "document": "文书", "file": "附件",
    "place": "地点", "outcome": "处理结果",
}  # fmt: skip
RUNNING = {"keep": "适用旧版本办完", "move": "转入新版本", "ask": "由承办人逐案选择"}
REMEDIES = {
    "reconsideration": "行政复议", "litigation": "行政诉讼", "recheck": "复查", "review": "复核", "appeal": "上诉",
    "none": "无",
}  # fmt: skip


def write(d: Definition) -> str:
    """Markdown; every article with its act. The same text for the same definition."""
    s = d.source
    lines = [f"# {d.title}", ""]
    period = f"{d.from_} 起" + (f"至 {d.to}" if d.to else "")
    lines.append(
        f"依据《{d.statute}》。本版本适用于{period}；施行时正在办理的案件：{RUNNING[s.in_force.running]}"
        + _mark(s.in_force)
        + "。"
    )
    lines += ["", "## 参与方", ""]
    for side in s.sides.values():
        roles = "、".join(ROLES.get(r, r) for r in side.roles)
        sees = {
            "own": "；只看到本方办理和收到的内容",
            "sent": "；送达以后才看到本案，只看到本方办理和收到的内容",
            "nothing": "；不能查看本案",
        }.get(side.sees, "")
        lines.append(f"- **{side.title}**" + (f"：{roles}" if roles else "") + sees)
    if s.parameters:
        lines += ["", "## 由省、县规定的参数", ""]
        lines += [
            f"- {p.title}" + (f"（{p.law}）" if p.law else "") + _mark(p) for p in s.parameters.values()
        ]
    lines += ["", "## 阶段与办理动作", ""]
    for phase, title in s.phases.items():
        ends = "（办结）" if phase in d.ends else ""
        lines += [f"### {title}{ends}", ""]
        acts = [a for a in d.actions.values() if phase in a.from_ or a.opens == phase]
        for a in acts:
            lines += _action(
                d,
                a,
                brief=a.opens != phase and phase != min(a.from_, key=list(s.phases).index, default=phase),
            )
        if not acts:
            lines.append("没有后续动作。")
        lines.append("")
    if d.all_clocks:
        lines += ["## 期限", "", "| 期限 | 长度 | 起算 | 停止 | 依据 |", "|---|---|---|---|---|"]
        lines += [_clock(d, c) for c in d.all_clocks]
        lines.append("")
    if s.facts:
        lines += ["## 认定事实", ""]
        for name, fact in d.facts.items():
            how = "系统计算" if fact.value else "查询其他案件" if fact.source.lookup else "由人认定"
            lines.append(
                f"- {fact.title}：{how}"
                + (f"（{d.law_of(fact.law)}）" if fact.law else "")
                + _mark(s.facts[name])
            )
        lines.append("")
    if s.figures:
        lines += ["## 统计指标", ""]
        lines += [f"- {f.title}（{f.unit}）" for f in s.figures.values()] + [""]
    if s.notes:
        lines += ["## 未能写入程序、须由人把握的事项", ""]
        lines += [f"- {note}" for note in s.notes] + [""]
    return "\n".join(lines)


def _mark(item: Any) -> str:
    return " **〔依据未核实〕**" if getattr(item, "unverified", False) else ""


def title_of_act(d: Definition, act: str) -> str:
    """The name of an act, of one of its outcomes (decide.penalty), or of the service of its paper (served:decide)."""
    served = act.startswith("served:")
    name, _, outcome = act.removeprefix("served:").partition(".")
    a = d.actions.get(name)
    text = a.title if a else name
    if a and outcome in a.outcomes:
        text += f"（{a.outcomes[outcome].title}）"
    return f"送达「{text}」文书" if served else text


def _action(d: Definition, a: Action, brief: bool) -> list[str]:
    law = f"（{d.law_of(a.law)}）" if a.law else ""
    if brief:
        return [f"- {a.title}{law}：同上"]
    who = (
        "系统在期限届满时"
        if a.deemed or a.system
        else "或者".join(f"{d.source.sides[side].title}{ROLES.get(role, role)}" for side, role in a.by)
    )
    lines = [f"- **{a.title}**{law}：由{who or '上述各方'}办理" + _mark(a.source)]
    if a.approve:
        steps = [
            "或者".join(
                "集体讨论"
                if x == "meeting"
                else d.source.sides[x.split(".")[0]].title + ROLES.get(x.split(".")[1], x)
                for x in step
            )
            for step in a.approve
        ]
        lines.append(f"  - 审批：{'、'.join(steps)}")
    if a.to:
        lines.append(f"  - 进入「{d.source.phases.get(a.to, a.to)}」阶段")
    lines += [_need(d, n.otherwise, n.law, n.level, n.unverified) for n in a.needs]
    for o in a.outcomes.values():
        to = f"，进入「{d.source.phases.get(o.to, o.to)}」" if o.to else ""
        lines.append(f"  - 处理结果：**{o.title}**" + (f"（{d.law_of(o.law)}）" if o.law else "") + to)
        lines += ["  " + _need(d, n.otherwise, n.law, n.level, n.unverified) for n in o.needs]
        lines += ["  " + x for x in _remedies(o.source.remedies)]
    lines += _remedies(a.source.remedies)
    papers = [*a.documents, *(x for o in a.outcomes.values() for x in o.documents)]
    if papers:
        titles = dict.fromkeys(d.documents.get(p, {}).get("title", p) for p in papers)
        lines.append(f"  - 文书：{'、'.join(titles)}")
    return lines


def _need(d: Definition, words: str, law: str, level: str, unverified: bool) -> str:
    kind = "不得办理" if level == "block" else "记为程序瑕疵"
    source = f"（{d.law_of(law)}）" if law else ""
    return f"  - 有下列情形的{kind}：{words}{source}" + (" **〔依据未核实〕**" if unverified else "")


def _remedies(remedies: list[g.Remedy]) -> list[str]:
    return [
        f"  - 救济：{REMEDIES[r.kind]}{'（应当先行）' if r.first else ''} {period_of(r.within)}（{r.law}）"
        for r in remedies
    ]


def period_of(period: str) -> str:
    """60 natural days → 60日."""
    amount, _, unit = period.partition(" ")
    unit = unit.replace(" ", "_")
    return amount + UNITS.get(unit if unit.endswith("s") else unit + "s", unit)


def length_of(d: Definition, length: Length) -> str:
    """90日; 〔陈述申辩期限〕个工作日 where province or county say how many."""
    if length.amount is not None:
        return f"{length.amount}{UNITS[length.unit]}"
    parameter = d.source.parameters.get(length.parameter)
    return f"〔{parameter.title if parameter else '按代码表'}〕{UNITS[length.unit]}"


def name_of(d: Definition, name: str, part: str = "") -> str:
    """The title of a field, side, fact or part; the name itself where it has none."""
    s = d.source
    own = s.parts[part].fields if part in s.parts else {}
    others = [p.fields for p in s.parts.values()]
    tables: tuple[Mapping[str, Any], ...] = (own, s.fields, s.sides, s.facts, s.parts, *others)
    for table in tables:
        if name in table:
            return str(table[name].title)
    return "救济途径" if name == "remedies" else name


def _clock(d: Definition, c: Any) -> str:
    length = length_of(d, c.length) if c.length is not None else "载明之日"
    extra = []
    if c.extend_by and c.extend_most:
        extra.append(f"可延长{c.extend_most.amount}{UNITS[c.extend_most.unit]}（{d.law_of(c.extend_law)}）")
    extra += [f"{law}期间不计入" for law in dict.fromkeys(d.law_of(x) for _, x in c.pauses)]
    if c.roll:
        extra.append("末日是假日的顺延")
    start = "、".join(title_of_act(d, a) for a in sorted(c.start))
    if c.start_day == "served":
        start = f"送达「{start}」文书之日"
    stop = "、".join(title_of_act(d, a) for a in sorted(c.stop)) or "届满"
    law = (d.law_of(c.law) if c.law else "") + (" **〔依据未核实〕**" if c.unverified else "")
    return f"| {c.title}（{KINDS[c.kind]}） | {length}{'；'.join(['', *extra]) if extra else ''} | {start} | {stop} | {law} |"
