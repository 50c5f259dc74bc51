"""Two versions of a procedure side by side, in words that a lawyer reads: what came, what went, what reads otherwise.

Things are the same where they have the same key in both files. Of each, its aspects are compared one by one: who, under
which article, what is asked, what the law requires first, what follows. Renaming a key shows as going and coming.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fazhi.procedures import prose, sentences
from fazhi.procedures.model import Action, Clock, Definition, Need, Outcome
from fazhi.procedures.turn import ROLES

SIDES = {"organ": "机关", "body": "机构", "party": "当事人"}
SEES = {
    "all": "看全案",
    "own": "只看本方办理和收到的",
    "sent": "送达以后才看，只看本方办理和收到的",
    "nothing": "不看本案",
}
EXPIRY = {"expiry": "届满当日", "after_expiry": "届满次日", "receipt": "自收到之日"}


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` added | removed | changed. `aspect` is empty where the whole thing came or went."""

    section: str
    what: str
    kind: str
    aspect: str = ""
    before: str = ""
    after: str = ""


# What a thing says: single aspects, and lists of which each line stands for itself.
Said = dict[str, "str | tuple[str, ...]"]


def compare(a: Definition, b: Definition) -> list[Change]:
    """Every difference from `a` to `b`, section by section in the order of a procedure file."""
    found = [*_aspects("总则", "本程序", _whole(a), _whole(b))]
    sections: tuple[tuple[str, Callable[[Definition], dict[str, tuple[str, Said]]]], ...] = (
        ("参与方", _sides), ("参数", _parameters), ("字段", _fields), ("认定事实", _facts), ("阶段", _phases),
        ("办理动作", _actions), ("处理结果", _outcomes), ("法定要求", _needs), ("期限", _clocks), ("文书", _papers),
        ("统计指标", _figures),
    )  # fmt: skip
    for title, read in sections:
        found += _things(title, read(a), read(b))
    return found


def _things(
    section: str, before: Mapping[str, tuple[str, Said]], after: Mapping[str, tuple[str, Said]]
) -> Iterator[Change]:
    """By key. A name stands behind that of what it belongs to (受理:准予), whose own change is told there; a requirement
    has no name but its words, which follow what they speak of."""
    for key, (what, said) in before.items():
        if key not in after:
            yield Change(section, what, "removed", before=_gist(said))
    for key, (what, said) in after.items():
        if key not in before:
            yield Change(section, what, "added", after=_gist(said))
        else:
            name, was = before[key]
            of, _, own = what.rpartition(":")
            if section != "法定要求" and own != (name.rpartition(":")[2] if of else name):
                yield Change(section, what, "changed", "名称", name, what)
            yield from _aspects(section, what, was, said)


def _aspects(section: str, what: str, before: Said, after: Said) -> Iterator[Change]:
    for aspect in dict.fromkeys([*before, *after]):
        old, new = before.get(aspect, ""), after.get(aspect, "")
        if old == new:
            continue
        if isinstance(old, tuple) or isinstance(new, tuple):
            olds, news = (x if isinstance(x, tuple) else () for x in (old, new))
            if sorted(olds) == sorted(news):
                continue
            yield from (Change(section, what, "removed", aspect, before=x) for x in olds if x not in news)
            yield from (Change(section, what, "added", aspect, after=x) for x in news if x not in olds)
        else:
            yield Change(section, what, "changed", aspect, str(old), str(new))


def _gist(said: Said) -> str:
    """What came or went, on one line."""
    pieces = []
    for aspect, value in said.items():
        words = "、".join(value) if isinstance(value, tuple) else value
        if words:
            pieces.append(f"{aspect}：{words}")
    return "；".join(pieces)


# ---- what each thing says -------------------------------------------------------------------------------------------


def _whole(d: Definition) -> Said:
    s = d.source
    return {
        "名称": d.title, "依据的法": d.statute, "施行日期": d.from_.isoformat(), "施行至": d.to.isoformat() if d.to else "",
        "施行时正在办理的案件": prose.RUNNING[s.in_force.running] + (f"（{s.in_force.law}）" if s.in_force.law else ""),
        "办结的阶段": tuple(s.phases.get(p, p) for p in s.ends), "案号": s.number.series if s.number else "",
        "没有写进程序的事项": tuple(s.notes),
    }  # fmt: skip


def _sides(d: Definition) -> dict[str, tuple[str, Said]]:
    return {
        k: (x.title, {
            "性质": SIDES[x.is_], "人数": "可以多个" if x.many else "一个", "角色": tuple(ROLES.get(r, r) for r in x.roles),
            "阅卷": SEES[x.sees],
        }) for k, x in d.source.sides.items()
    }  # fmt: skip


def _parameters(d: Definition) -> dict[str, tuple[str, Said]]:
    return {k: (p.title, {"依据": _law(d, p.law)}) for k, p in d.source.parameters.items()}


def _fields(d: Definition) -> dict[str, tuple[str, Said]]:
    fields = dict(d.source.fields.items())
    found = {k: (f.title, _field(d, f)) for k, f in fields.items()}
    for name, part in d.source.parts.items():
        found |= {f"{name}.{k}": (f"{part.title}：{f.title}", _field(d, f)) for k, f in part.fields.items()}
    return found


def _field(d: Definition, f: Any) -> Said:
    return {
        "类型": prose.TYPES.get(f.type, f.type) + ("（可以多个）" if f.many else ""), "选项": tuple(f.choices.values()), "依据": _law(d, f.law),
        "个人信息": "是" if f.personal else "", "不公开于": tuple(d.source.sides[x].title for x in f.hidden_from if x in d.source.sides),
    }  # fmt: skip


def _facts(d: Definition) -> dict[str, tuple[str, Said]]:
    found = {}
    for k, fact in d.facts.items():
        if fact.value is not None:
            how = "系统计算：" + _condition(d, fact.value.source)
        elif fact.source.lookup is not None:
            how = "查询其他案件" + (f"，由{_who(d, fact.source.confirm)}确认" if fact.source.confirm else "")
        else:
            how = f"由{_who(d, fact.source.ask or '')}认定"
        found[k] = (fact.title, Said({"怎样认定": how, "依据": _law(d, fact.law)}))
    return found


def _phases(d: Definition) -> dict[str, tuple[str, Said]]:
    return {k: (title, {}) for k, title in d.source.phases.items()}


def _actions(d: Definition) -> dict[str, tuple[str, Said]]:
    phases = d.source.phases
    return {
        a.name: (a.title, {
            "由谁办理": _doers(d, a), "审批": "、".join(_step(d, x) for x in a.approve), "依据": _law(d, a.law),
            "可以办理的阶段": tuple(title for p, title in phases.items() if p in a.from_),
            "进入阶段": phases.get(a.to or a.opens or "", ""), "开始案件": "是" if a.opens else "", "次数": "只能一次" if a.once else "",
            "填写": _asked(d, a, a.asks), "文书": _paper_titles(d, a.documents), "救济": _remedies(a.source.remedies),
        }) for a in d.actions.values()
    }  # fmt: skip


def _outcomes(d: Definition) -> dict[str, tuple[str, Said]]:
    return {
        f"{a.name}.{o.name}": (f"{a.title}：{o.title}", {
            "依据": _law(d, o.law), "进入阶段": d.source.phases.get(o.to or "", ""), "填写": _asked(d, a, o.asks),
            "文书": _paper_titles(d, o.documents), "救济": _remedies(o.source.remedies),
        }) for a in d.actions.values() for o in a.outcomes.values()
    }  # fmt: skip


def _needs(d: Definition) -> dict[str, tuple[str, Said]]:
    """A need has no key of its own: it is the same where it tests the same thing at the same act."""
    found: dict[str, tuple[str, Said]] = {}
    for a in d.actions.values():
        for o, needs in [(None, a.needs), *((o, o.needs) for o in a.outcomes.values())]:
            for need in needs:
                key = f"{need.where}|{need.that.source}|{need.when.source if need.when else ''}"
                found[key] = (f"{_of(a, o)}：{sentences.requirement(d, need)}", _need(d, need))
    return found


def _need(d: Definition, need: Need) -> Said:
    return {
        "不满足时": ("不得办理" if need.level == "block" else "照办，记为程序瑕疵") + f"（{need.otherwise}）",
        "依据": _law(d, need.law), "只在": _condition(d, need.when.source) if need.when else "",
    }  # fmt: skip


def _clocks(d: Definition) -> dict[str, tuple[str, Said]]:
    found = {k: (c.title, _clock(d, c)) for k, c in d.clocks.items()}
    for part, clocks in d.part_clocks.items():
        title = d.source.parts[part].title
        found |= {f"{part}.{k}": (f"{c.title}（每项{title}）", _clock(d, c)) for k, c in clocks.items()}
    return found


def _clock(d: Definition, c: Clock) -> Said:
    start = "、".join(prose.title_of_act(d, x) for x in sorted(c.start))
    field = d.source.fields.get(c.start_day)
    day = {"": "之日", "served": "文书送达之日"}.get(
        c.start_day, f"，自「{field.title if field else c.start_day}」"
    )
    extended = ""
    if c.extend_by in d.actions and c.extend_most:
        extended = f"经「{d.actions[c.extend_by].title}」最多{prose.length_of(d, c.extend_most)}（{_law(d, c.extend_law)}）"
    expire = ""
    if c.expire is not None and c.expire.do in d.actions:
        expire = f"{EXPIRY[c.expire.day]}「{d.actions[c.expire.do or ''].title}」" + (
            f"，先认定{c.expire.ask}" if c.expire.ask else ""
        )
    elif c.expire is not None and c.expire.remind in d.actions:
        expire = f"提醒「{d.actions[c.expire.remind or ''].title}」"
    until = d.source.fields.get(c.until)
    return {
        "性质": prose.KINDS[c.kind], "长度": f"至「{until.title}」" if until else prose.length_of(d, c.length) if c.length else "",
        "依据": _law(d, c.law), "起算": start + day, "停止": tuple(prose.title_of_act(d, x) for x in sorted(c.stop)),
        "重新起算": tuple(prose.title_of_act(d, x) for x in sorted(c.restart)),
        "不计入的期间": tuple(f"{_condition(d, x.source)}（{_law(d, law)}）" for x, law in c.pauses),
        "延长": extended, "末日遇假日": f"顺延（{_law(d, c.roll)}）" if c.roll else "不顺延", "届满": expire,
        "只在": _condition(d, c.when.source) if c.when else "", "谁的期限": d.source.sides[c.whose].title if c.whose in d.source.sides else "",
    }  # fmt: skip


def _papers(d: Definition) -> dict[str, tuple[str, Said]]:
    return {
        k: (str(x.get("title", k)), {"必须载明": tuple(prose.name_of(d, m) for m in x.get("must", ()))})
        for k, x in d.documents.items()
    }


def _figures(d: Definition) -> dict[str, tuple[str, Said]]:
    return {
        k: (f.title, {"单位": f.unit, "只计": f.where, "依据": _law(d, f.law)})
        for k, f in d.source.figures.items()
    }


# ---- words ----------------------------------------------------------------------------------------------------------


def _law(d: Definition, law: str) -> str:
    return d.law_of(law) if law else ""


def _condition(d: Definition, source: str) -> str:
    return sentences.condition(d, source) or sentences.loosely(d, source)


def _of(a: Action, o: Outcome | None) -> str:
    return f"{a.title}（{o.title}）" if o else a.title


def _who(d: Definition, pair: str) -> str:
    side, _, role = pair.partition(".")
    title = d.source.sides[side].title if side in d.source.sides else side
    return title + ROLES.get(role, role)


def _doers(d: Definition, a: Action) -> str:
    if a.deemed:
        return "期限届满时由系统办理"
    if a.system:
        return "系统"
    return "或者".join(_who(d, f"{side}.{role}") for side, role in a.by)


def _step(d: Definition, step: tuple[str, ...]) -> str:
    return "或者".join("集体讨论" if x == "meeting" else _who(d, x) for x in step)


def _asked(d: Definition, a: Action, asks: Any) -> tuple[str, ...]:
    part = a.adds or a.on or ""
    return tuple(prose.name_of(d, x.field, part) + ("" if x.required else "（选填）") for x in asks)


def _paper_titles(d: Definition, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(d.documents.get(n, {}).get("title", n)) for n in names)


def _remedies(remedies: Any) -> tuple[str, ...]:
    return tuple(
        prose.REMEDIES[r.kind] + ("（应当先行）" if r.first else "") + (f" {prose.period_of(r.within)}" if r.within else "") + f"（{r.law}）"
        for r in remedies
    )  # fmt: skip


def words(a: Definition, b: Definition, changes: list[Change]) -> Iterator[str]:
    """The comparison as lines to read."""
    yield f"《{a.title}》{a.from_} 起的版本（{a.file}）与 《{b.title}》{b.from_} 起的版本（{b.file}）"
    if not changes:
        yield "没有不同。"
        return
    section = what = ""
    for c in changes:
        if c.section != section:
            section, what = c.section, ""
            yield f"\n{section}"
        if c.aspect and c.what != what:
            yield f"  {c.what}"
        what = c.what if c.aspect else ""
        yield "  " + ("  " if c.aspect else "") + _line(c)
    yield f"\n共{len(changes)}处不同。"


def _line(c: Change) -> str:
    if not c.aspect:
        return f"{'增加' if c.kind == 'added' else '删去'} {c.what}" + (
            f"（{c.before or c.after}）" if c.before or c.after else ""
        )
    if c.kind == "added":
        return f"{c.aspect}：增加 {c.after}"
    if c.kind == "removed":
        return f"{c.aspect}：删去 {c.before}"
    return f"{c.aspect}：由「{c.before or '无'}」改为「{c.after or '无'}」"


def as_json(a: Definition, b: Definition, changes: list[Change]) -> dict[str, Any]:
    def about(d: Definition) -> dict[str, str]:
        return {
            "procedure": d.name,
            "title": d.title,
            "from": d.from_.isoformat(),
            "file": d.file,
            "hash": d.hash,
        }

    names = ("section", "what", "kind", "aspect", "before", "after")
    return {
        "first": about(a),
        "second": about(b),
        "changes": [{n: getattr(c, n) for n in names} for c in changes],
    }
