"""What a definition may not leave open, beyond its grammar: reachability, articles, clocks, papers, remedies, figures.

`check(definition)` gives every problem with file, line and column. One bad file for each rule stands in the tests,
with the message that a person should see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlglot
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from sqlglot import exp

from fazhi.procedures import grammar as g
from fazhi.procedures.compose import placeholders
from fazhi.procedures.loader import Problem, position
from fazhi.procedures.model import Definition

ARTICLE = re.compile(r"第([一二三四五六七八九十百零]+)条")
CITED = re.compile(r"^(?:(?P<act>[^\s第]+)\s+)?第")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
Path_ = tuple[Any, ...]
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
FILLED_BY_SERVICE = {"today", "organ", "case_number", "outcome", "venue"}


def number(text: str) -> int:
    """一百零三 → 103, as articles are counted."""
    total, digit = 0, 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[c]
            digit = 0
    return total + digit


@lru_cache(maxsize=1)
def acts() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(
        Path(__file__).with_name("acts.yaml").read_bytes()
    )
    return found


def check(
    d: Definition, tree: CommentedMap | None = None, known: frozenset[str] = frozenset()
) -> list[Problem]:
    """Every problem of a loaded definition. `tree`: its parsed file, for lines; `known`: names of other procedures."""
    rules = (
        _phases,
        _entry,
        _names,
        _articles,
        _clocks,
        _expiry,
        _papers,
        _remedies,
        _figures,
        _sides,
        _fields,
        _groups,
    )
    found = []
    for name, problems in [*((r.__name__.strip("_"), r(d)) for r in rules), ("links", _links(d, known))]:
        for path, message in problems:
            line, column = position(tree, path) if tree is not None else (1, 1)
            found.append(Problem(d.file, line, column, name, message))
    return sorted(found, key=lambda p: (p.line, p.column, p.message))


Found = Iterator[tuple[Path_, str]]


def _targets(d: Definition) -> Iterator[tuple[Path_, str, str | None]]:
    """(place in the file, action, phase that it leads to)."""
    for a in d.actions.values():
        if a.opens:
            yield ("actions", a.name, "opens"), a.name, a.opens
        if a.to:
            yield ("actions", a.name, "to"), a.name, a.to
        for o in a.outcomes.values():
            if o.to:
                yield ("actions", a.name, "outcomes", o.name, "to"), a.name, o.to


def _phases(d: Definition) -> Found:
    """Every phase is declared, can be entered, and leads to an end."""
    phases = d.source.phases
    entered: dict[str, set[str]] = {p: set() for p in phases}
    for path, name, to in _targets(d):
        if to not in phases:
            yield path, f"「{name}」指向未声明的阶段「{to}」;现有阶段:{'、'.join(phases)}"
            continue
        for origin in d.actions[name].from_ or {""}:
            entered[to].add(origin)
    for a in d.actions.values():
        for origin in sorted(a.from_ - set(phases)):
            yield ("actions", a.name, "from"), f"「{a.name}」的 from 中有未声明的阶段「{origin}」"
    for end in d.source.ends:
        if end not in phases:
            yield ("ends",), f"ends 中的「{end}」不是已声明的阶段"
    for p in phases:
        if not entered[p]:
            yield ("phases", p), f"阶段「{p}」没有任何动作可以进入;请检查 to 和 opens,或者删去该阶段"
    good = set(d.source.ends)
    while True:
        more = {o for p in good if p in entered for o in entered[p]} - good
        if not more:
            break
        good |= more
    for p in phases:
        if entered[p] and p not in good:
            yield ("phases", p), f"阶段「{p}」没有出路:从它出发到不了任何结束阶段({'、'.join(d.source.ends)})"


def _entry(d: Definition) -> Found:
    """There is a first act, and each act can come at some time, by somebody."""
    if not any(a.opens for a in d.actions.values()):
        yield ("actions",), "没有开始动作:至少一个动作须写 opens"
    for a in d.actions.values():
        if not (a.opens or a.from_ or a.quick):
            yield ("actions", a.name), f"「{a.name}」永远不能办理:请写 from、opens 或者 quick"
        if not (a.by or a.deemed or a.system or a.by_expression or a.quick):
            yield ("actions", a.name), f"「{a.name}」没有说明由谁办理:请写 by"
        if a.deemed and not any(c.expire and c.expire.do == a.name for c in _all_clocks(d)):
            yield ("actions", a.name), f"「{a.name}」由系统视为办理,却没有任何期限的 expire 引到它"


def _names(d: Definition) -> Found:
    """Actions, parts and facts that are named exist."""
    for a in d.actions.values():
        for key, value in (("adds", a.adds), ("on", a.on)):
            if value and value not in d.source.parts:
                yield ("actions", a.name, key), f"「{a.name}」引用了未声明的分项「{value}」"
        part = a.adds or a.on
        if a.ends and part in d.source.parts and a.ends not in d.source.parts[part].phases:
            yield ("actions", a.name, "ends"), f"「{a.name}」的 ends「{a.ends}」不是分项「{part}」的阶段"
        for other in (a.then, *a.quick):
            if other and other not in d.actions:
                yield ("actions", a.name), f"「{a.name}」引用了未定义的动作「{other}」"
        for need in (*a.needs, *(n for o in a.outcomes.values() for n in o.needs)):
            if need.do and need.do not in d.actions:
                yield (
                    ("actions", a.name, "needs", need.index, "do"),
                    f"need 的 do「{need.do}」不是已定义的动作",
                )
    for name, fact in d.source.facts.items():
        ways = [w for w in (fact.value, fact.ask, fact.lookup) if w]
        if len(ways) != 1:
            yield ("facts", name), f"认定事实「{name}」须且只须写 value、ask、lookup 之一"
        for who in (fact.ask, fact.confirm):
            side, _, role = (who or "").partition(".")
            if who and (side not in d.source.sides or role not in d.source.sides[side].roles):
                yield ("facts", name), f"认定事实「{name}」由「{who}」认定,但没有这样的参与方或者角色"


def _laws(d: Definition) -> Iterator[tuple[Path_, str, bool, bool]]:
    """(place, article, unverified, required) of everything that has to name its source."""
    s = d.source
    for a in d.actions.values():
        here: Path_ = ("actions", a.name)
        yield (*here, "law"), a.law, a.source.unverified, False
        for need in a.needs:
            yield (*here, "needs", need.index, "law"), need.law, need.unverified, True
        for o in a.outcomes.values():
            yield (
                (*here, "outcomes", o.name, "law"),
                o.source.law,
                o.source.unverified or a.source.unverified,
                False,
            )
            for need in o.needs:
                yield (*here, "outcomes", o.name, "needs", need.index, "law"), need.law, need.unverified, True
            for i, r in enumerate(o.source.remedies):
                yield (*here, "outcomes", o.name, "remedies", i, "law"), r.law, r.unverified, True
        for i, r in enumerate(a.source.remedies):
            yield (*here, "remedies", i, "law"), r.law, r.unverified, True
    tables: list[tuple[Path_, dict[str, g.Clock]]] = [(("clocks",), s.clocks)]
    tables += [(("parts", p, "clocks"), part.clocks) for p, part in s.parts.items()]
    for base, clocks in tables:
        for name, c in clocks.items():
            yield (*base, name, "law"), c.law, c.unverified, c.until is None
            for i, p in enumerate(c.pause):
                yield (*base, name, "pause", i, "law"), p.law, p.unverified or c.unverified, True
            if c.extend:
                yield (*base, name, "extend", "law"), c.extend.law, c.extend.unverified or c.unverified, True
    for name, f in s.facts.items():
        yield ("facts", name, "law"), f.law, f.unverified, False


def _articles(d: Definition) -> Found:
    """Each article exists, in an act that was in force when the definition is."""
    for path, text, unverified, required in _laws(d):
        if not text:
            if required and not unverified:
                yield path[:-1], "缺少条文依据(law);查不到原文的请写 unverified: true"
            continue
        for piece in re.split(r"[、,;]\s*(?=[^第、]+\s第)", text):
            match = CITED.match(piece.strip())
            if match is None:
                if not unverified and not re.search(r"〔\d{4}〕|厅字|国发", piece):
                    yield (
                        path,
                        f"依据「{piece}」不是可以核对的条文;请写「第几条」「法名 第几条」,或者注明 unverified: true",
                    )
                continue
            act = match["act"] or d.statute
            versions = acts().get(act)
            if versions is None:
                if not unverified and not re.search(r"〔\d{4}〕", act):
                    yield (
                        path,
                        f"「{act}」没有登记在 acts.yaml 中;请登记其施行日期和条数,或者注明 unverified: true",
                    )
                continue
            in_force = [
                v for v in versions if v["from"] <= (d.to or date.max) and d.from_ <= v.get("to", date.max)
            ]
            if not in_force:
                yield path, f"「{act}」在本程序有效期内({d.from_} 起)没有施行的版本"
                continue
            most = max(v["articles"] for v in in_force)
            for article in ARTICLE.findall(piece):
                if number(article) > most or number(article) == 0:
                    yield path, f"「{act}」只有{most}条,没有第{article}条"


def _all_clocks(d: Definition) -> list[Any]:
    return [*d.clocks.values(), *(c for cs in d.part_clocks.values() for c in cs.values())]


def _clock_path(c: Any) -> Path_:
    return ("parts", c.part, "clocks", c.id) if c.part else ("clocks", c.id)


def _clocks(d: Definition) -> Found:
    """A clock has one length, stops somewhere, and what it names exists."""
    fields = set(d.source.fields) | {f for p in d.source.parts.values() for f in p.fields}
    facts = set(d.source.facts)
    tables = {**d.source.clocks, **{k: c for p in d.source.parts.values() for k, c in p.clocks.items()}}
    for c in _all_clocks(d):
        path, source = _clock_path(c), tables[c.id]
        lengths = [k for k in ("limit", "wait", "until", "at_least", "every") if getattr(source, k)]
        if len(lengths) > 1:
            yield path, f"期限「{c.id}」同时写了 {'、'.join(lengths)};只能写一个"
        if c.kind in ("limit", "date", "duty") and not c.stop:
            yield path, f"期限「{c.id}」永不停止:请写 stop(何种办理使它停止)"
        if c.kind == "notice" and not c.before:
            yield path, f"期限「{c.id}」写了 at_least,没有写 before(在哪个动作之前)"
        if c.before and c.before not in d.actions:
            yield path, f"期限「{c.id}」的 before「{c.before}」不是已定义的动作"
        if c.start_day and c.start_day != "served" and c.start_day not in fields | facts:
            yield path, f"期限「{c.id}」的起算日字段「{c.start_day}」未声明"
        if c.start_day == "served" and "deliveries" not in d.source.parts:
            yield path, f"期限「{c.id}」自送达起算,但本程序没有送达分项;请 use: [service]"
        if c.until and c.until not in fields:
            yield path, f"期限「{c.id}」的 until 字段「{c.until}」未声明"
        if c.extend_by and c.extend_by not in d.actions:
            yield path, f"期限「{c.id}」的延长动作「{c.extend_by}」未定义"
        if c.whose and c.whose not in d.source.sides:
            yield path, f"期限「{c.id}」的 whose「{c.whose}」不是参与方"


def _expiry(d: Definition) -> Found:
    for c in _all_clocks(d):
        e = c.expire
        if e is None:
            continue
        if e.do and e.do not in d.actions:
            yield _clock_path(c), f"期限「{c.id}」届满时的动作「{e.do}」未定义"
        elif e.do and not d.actions[e.do].deemed and e.do not in {a.name for a in d.actions.values() if a.on}:
            yield _clock_path(c), f"期限「{c.id}」届满时办理「{e.do}」,该动作应当写 by: deemed"
        if e.remind and e.remind not in d.actions:
            yield _clock_path(c), f"期限「{c.id}」届满时提醒的动作「{e.remind}」未定义"


def _papers(d: Definition) -> Found:
    """Every paper has a template, whose places exist and which holds what the law wants in it."""
    named: dict[str, Path_] = {}
    for a in d.actions.values():
        for paper in a.documents:
            named.setdefault(paper, ("actions", a.name, "documents"))
        for o in a.outcomes.values():
            for paper in o.documents:
                named.setdefault(paper, ("actions", a.name, "outcomes", o.name, "documents"))
    for paper, path in named.items():
        if paper not in d.documents:
            yield path, f"文书「{paper}」没有模板;请在 {Path(d.file).stem}.documents.yaml 中编写"
    for paper, template in d.documents.items():
        if paper not in named:
            yield ("actions",), f"文书模板「{paper}」没有任何动作使用"
            continue
        used = {p.split(".")[0] for p in placeholders(template)} | set(placeholders(template))
        for name in sorted({p for p in placeholders(template) if not _place(d, p)}):
            yield named[paper], f"文书模板「{paper}」引用了不存在的内容「{{{{{name}}}}}」"
        has_remedies = any(isinstance(b, dict) and b.get("remedies") for b in template.get("blocks", ()))
        for must in template.get("must", ()):
            rows = {p.removeprefix("row.") for p in used}
            if not (
                must in used | rows or (must == "remedies" and has_remedies) or (must == template.get("to"))
            ):
                yield named[paper], f"文书「{paper}」依法应当载明「{must}」,模板中没有"


def _place(d: Definition, name: str) -> bool:
    head, _, rest = name.partition(".")
    s = d.source
    if head == "paper":
        return rest in d.documents
    if head == "clock":
        return rest.split(".")[0] in s.clocks
    if head == "row":
        return any(rest in p.fields for p in s.parts.values())
    if head.startswith("param_"):
        return head[6:] in s.parameters
    parts = {f for p in s.parts.values() for f in p.fields}
    return (
        head in FILLED_BY_SERVICE or head in s.sides or head in s.facts or head in s.fields or head in parts
    )


def _remedies(d: Definition) -> Found:
    """A paper that has to tell of remedies belongs to an act that has some; an act with remedies tells of them."""
    for a in d.actions.values():
        for o in [*a.outcomes.values(), None]:
            papers = [*a.documents, *(o.documents if o else ())]
            remedies = (o.source.remedies if o else []) or a.source.remedies
            path: Path_ = ("actions", a.name, "outcomes", o.name) if o else ("actions", a.name)
            telling = [p for p in papers if _tells(d.documents.get(p, {}))]
            if telling and not remedies and (o is not None or not a.outcomes):
                yield path, f"文书「{telling[0]}」应当告知救济途径,但「{(o or a).title}」没有写 remedies"
            if remedies and papers and not telling and (o is None or o.source.remedies):
                yield path, f"「{(o or a).title}」有救济途径,其文书没有告知;请在模板中写 remedies: true"


def _tells(template: dict[str, Any]) -> bool:
    return "remedies" in template.get("must", ()) or any(
        isinstance(b, dict) and b.get("remedies") for b in template.get("blocks", ())
    )


def _figures(d: Definition) -> Found:
    columns = ROW | set(d.source.fields) | set(d.source.facts) | {f"done_{a}" for a in d.actions}
    for name, f in d.source.figures.items():
        path: Path_ = ("figures", name)
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
                if clock not in {c.id for c in _all_clocks(d)}:
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
        yield f"指标「{name}」的筛选条件不合语法:{where}"
        return
    for column in tree.find_all(exp.Column):
        if column.name not in columns:
            yield f"指标「{name}」的筛选条件引用了不存在的列「{column.name}」"
    if any(tree.find_all(exp.Select, exp.Subquery, exp.Anonymous, exp.Func)) and not isinstance(
        tree, exp.And | exp.Or
    ):
        yield f"指标「{name}」的筛选条件只能比较本行的列,不能用函数和子查询"


def _sides(d: Definition) -> Found:
    used = {role for a in d.actions.values() for role in a.by}
    for x in [x for a in d.actions.values() for step in a.approve for x in step if "." in x]:
        name, _, role = x.partition(".")
        used.add((name, role))
    for fact in d.source.facts.values():
        for who in (fact.ask, fact.confirm):
            if who:
                name, _, role = who.partition(".")
                used.add((name, role))
    for name, side in d.source.sides.items():
        for role in side.roles:
            if (name, role) not in used:
                yield ("sides", name, "roles"), f"参与方「{name}」的角色「{role}」没有任何动作使用"
        if side.is_ == "party" and side.roles:
            yield ("sides", name, "roles"), f"当事人「{name}」不在系统内办理,不能有角色"


def _fields(d: Definition) -> Found:
    for name, f in d.source.fields.items():
        path: Path_ = ("fields", name)
        if f.personal and f.find:
            yield path, f"字段「{name}」是个人信息,不能用于查找(find);查找须用名册"
        if f.type == "choice" and not f.choices:
            yield path, f"字段「{name}」是选择项,没有写 choices"
        if f.type == "code" and not f.codes:
            yield path, f"字段「{name}」是代码,没有写 codes(哪个代码表)"
        if f.bars and f.type not in ("officer", "person"):
            yield path, f"字段「{name}」写了 bars,但不是人员(officer、person);回避的只能是人员"
        for side in f.hidden_from:
            if side not in d.source.sides:
                yield path, f"字段「{name}」的 hidden_from「{side}」不是参与方"
    for a in d.actions.values():
        for o in [*a.outcomes.values(), None]:
            told = o.source.discloses if o else a.source.discloses
            here: Path_ = ("actions", a.name, "outcomes", o.name) if o else ("actions", a.name)
            for name in told.masks if told else ():
                if name not in d.source.sides and name not in d.source.fields:
                    yield here, f"公开时要隐去的「{name}」(masks)不是参与方或者字段"


def _groups(d: Definition) -> Found:
    """The groups of a form name fields and sides that exist, each once; the heading names a field of the case."""
    known = set(d.source.fields) | set(d.source.sides)
    seen: dict[str, str] = {}
    for i, group in enumerate(d.source.groups):
        for j, name in enumerate(group.fields):
            path: Path_ = ("groups", i, "fields", j)
            if name not in known:
                yield path, f"分组「{group.title}」中的「{name}」不是本程序的字段或者参与方"
            elif name in seen:
                yield path, f"「{name}」已经在分组「{seen[name]}」中，不能再放进「{group.title}」"
            seen.setdefault(name, group.title)
    for i, name in enumerate(d.source.heading):
        if name not in d.source.fields:
            yield ("heading", i), f"案件页标题(heading)的「{name}」不是本程序的字段"


def _links(d: Definition, known: frozenset[str]) -> Found:
    for a in d.actions.values():
        for o in [*a.outcomes.values(), None]:
            tells = o.source.tells if o else a.source.tells
            if tells and (tells.link not in d.source.fields or d.source.fields[tells.link].type != "link"):
                yield ("actions", a.name), f"tells 的 link「{tells.link}」不是 link 类型的字段"
            for link in o.source.links if o else a.source.links:
                carried = link.carries if isinstance(link.carries, list) else list(link.carries)
                for name in carried:
                    if name not in d.source.fields and name not in d.source.sides:
                        yield ("actions", a.name), f"「{a.name}」带往「{link.opens}」的「{name}」未声明"
                if known and link.opens and link.opens != "any" and link.opens not in known:
                    yield ("actions", a.name), f"「{a.name}」要开启的程序「{link.opens}」不在程序库中"
