"""Recording organs: founding, correcting, renaming, moving in the tree, and the lines between them.

Every function checks first and raises `Invalid` with one problem per field, writes in one transaction, and leaves an
entry in the history. `on` is always the first day of the new state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from . import checks, history, identity
from .errors import BadIdentity, Invalid, Problem, invalid
from .models import County, Organ, OrganLine, OrganName, OrganPlace, Person, Succession, new_id

_OUTSIDE_GOVERNMENT = frozenset({"party_organ", "congress", "cppcc", "supervision", "court", "procuratorate"})
_GOVERNMENT = frozenset({"government", "department", "township"})


@transaction.atomic
def create_organ(
    county: County,
    *,
    code: str,
    name: str,
    kind: str,
    valid_from: date,
    short_name: str = "",
    aliases: Iterable[str] = (),
    uscc: str = "",
    parent: Organ | None = None,
    valid_to: date | None = None,
    source: str = "",
    order: int = 0,
    by: Person | None = None,
) -> Organ:
    code, name, short_name = code.strip(), name.strip(), short_name.strip()
    spoken = [alias.strip() for alias in aliases if alias.strip()]
    problems = checks.required("code", "机关代码", code) + checks.required("name", "名称", name)
    problems += checks.fits(Organ, code=code, name=name, short_name=short_name, source=source)
    problems += [
        Problem("aliases", p.message, p.law, p.next) for a in spoken for p in checks.fits(OrganName, name=a)
    ]
    problems += checks.dates(valid_from, valid_to)
    if code and not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", code):
        problems.append(
            Problem(
                "code", f"机关代码“{code}”只能用字母、数字、点、横线", next="请改用例如 sfj 或者 0107 的代码"
            )
        )
    if code and Organ.objects.filter(county=county, code=code).exists():
        problems.append(Problem("code", f"机关代码“{code}”已被使用", next="请换一个代码，或者编辑已有机关"))
    problems += _kind_problems(kind, parent, county, valid_from)
    uscc, more = _uscc(uscc, county, None)
    problems += more
    County.objects.select_for_update().get(pk=county.pk)  # names are given out one after another
    if valid_from:
        words = {"aliases": spoken, "short_name": [short_name], "name": [name]}
        problems += _name_problems(words, county, valid_from, valid_to)
    if problems:
        raise Invalid(problems)

    organ = Organ(
        county=county,
        kind=kind,
        code=code,
        name=name,
        short_name=short_name,
        uscc=uscc,
        parent=parent,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        order=order,
    )
    organ.path = f"{parent.path if parent else county.path}{organ.id}/"
    organ.save(force_insert=True)
    when = {"valid_from": valid_from, "valid_to": valid_to, "source": source}
    named = [(OrganName.Kind.FULL, name), (OrganName.Kind.SHORT, short_name)]
    named += [(OrganName.Kind.ALIAS, alias) for alias in dict.fromkeys(spoken)]
    OrganName.objects.bulk_create(OrganName(organ=organ, kind=k, name=n, **when) for k, n in named if n)
    OrganPlace.objects.create(organ=organ, parent=parent, **when)
    history.record("organ", organ.id, "设立登记", on=valid_from, county=county, source=source, by=by)
    return organ


@transaction.atomic
def correct_organ(
    organ: Organ,
    *,
    on: date,
    source: str,
    by: Person | None = None,
    kind: str | None = None,
    uscc: str | None = None,
    order: int | None = None,
) -> Organ:
    """Change what has no dates of its own (kind, code of the organisation, order). Names and places have functions of their own."""
    organ = Organ.objects.select_for_update().get(pk=organ.pk)
    problems = checks.required("source", "变更依据", source)
    wanted: dict[str, object] = {}
    if kind is not None:
        problems += _kind_problems(kind, organ.parent, organ.county, organ.valid_from)
        wanted["kind"] = kind
    if uscc is not None:
        wanted["uscc"], more = _uscc(uscc, organ.county, organ)
        problems += more
    if order is not None:
        wanted["order"] = order
    if problems:
        raise Invalid(problems)
    changed = {
        field: (getattr(organ, field), value)
        for field, value in wanted.items()
        if getattr(organ, field) != value
    }
    if changed:
        for field, (_, value) in changed.items():
            setattr(organ, field, value)
        organ.save(update_fields=list(changed))
        note(organ, "更正信息", on, {_title(f): list(pair) for f, pair in changed.items()}, source, by)
    return organ


@transaction.atomic
def rename_organ(
    organ: Organ,
    *,
    on: date,
    source: str,
    today: date,
    name: str = "",
    short_name: str | None = None,
    by: Person | None = None,
) -> Organ:
    """A new name in law from `on`. The old one stays readable for texts and figures of its time."""
    organ = Organ.objects.select_for_update().get(pk=organ.pk)
    problems = checks.required("source", "更名依据", source) + effective_problems(organ, on, today)
    old = {"名称": organ.name, "简称": organ.short_name}
    new = {
        "名称": name.strip() or organ.name,
        "简称": organ.short_name if short_name is None else short_name.strip(),
    }
    if old == new:
        problems.append(Problem("name", "新名称与现名称相同", next="请填写更名后的名称"))
    problems += checks.fits(Organ, name=new["名称"], short_name=new["简称"], source=source)
    County.objects.select_for_update().get(pk=organ.county_id)
    words = {"short_name": [new["简称"]], "name": [new["名称"]]}
    problems += _name_problems(words, organ.county, on, organ.valid_to, organ)
    if problems:
        raise Invalid(problems)
    for kind, title in ((OrganName.Kind.FULL, "名称"), (OrganName.Kind.SHORT, "简称")):
        if old[title] == new[title]:
            continue
        rows = OrganName.objects.filter(organ=organ, kind=kind)
        checks.close_before(rows, on, organ.valid_to, what=f"机关{title}")
        if new[title]:
            OrganName.objects.create(
                organ=organ, kind=kind, name=new[title], valid_from=on, valid_to=organ.valid_to, source=source
            )
    organ.name, organ.short_name = new["名称"], new["简称"]
    organ.save(update_fields=["name", "short_name"])
    changed = {t: [old[t], new[t]] for t in old if old[t] != new[t]}
    if "名称" in changed:
        Succession.objects.create(
            act=new_id(),
            kind=Succession.Kind.RENAMED,
            on=on,
            predecessor=organ,
            successor=organ,
            source=source,
            detail=f"{old['名称']} → {new['名称']}",
        )
    note(organ, "更名", on, changed, source, by)
    return organ


@transaction.atomic
def add_alias(
    organ: Organ,
    alias: str,
    *,
    valid_from: date,
    source: str,
    valid_to: date | None = None,
    by: Person | None = None,
) -> OrganName:
    problems = checks.required("alias", "别名", alias) + checks.dates(valid_from, valid_to)
    problems += [
        Problem("alias", p.message, p.law, p.next) for p in checks.fits(OrganName, name=alias.strip())
    ]
    County.objects.select_for_update().get(pk=organ.county_id)
    if not problems:
        problems = _name_problems({"alias": [alias.strip()]}, organ.county, valid_from, valid_to)
    if problems:
        raise Invalid(problems)
    row = OrganName.objects.create(
        organ=organ,
        kind=OrganName.Kind.ALIAS,
        name=alias.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
    )
    note(organ, "增加别名", valid_from, {"别名": ["", alias.strip()]}, source, by)
    return row


@transaction.atomic
def move_organ(
    organ: Organ, parent: Organ | None, *, on: date, source: str, today: date, by: Person | None = None
) -> Organ:
    """Put the organ, with all below it, under another from `on`; figures of earlier days keep the earlier tree."""
    organ = Organ.objects.select_for_update().get(pk=organ.pk)
    problems = checks.required("source", "调整依据", source) + effective_problems(organ, on, today)
    problems += _kind_problems(organ.kind, parent, organ.county, on)
    if parent is not None and parent.path.startswith(organ.path):
        problems.append(Problem("parent", "上级不能是本机关或者它的下级", next="请另选上级机关"))
    if parent == organ.parent:
        problems.append(Problem("parent", "上级机关没有变化", next="请选择新的上级机关"))
    if problems:
        raise Invalid(problems)
    checks.close_before(OrganPlace.objects.filter(organ=organ), on, organ.valid_to, what="隶属关系")
    OrganPlace.objects.create(
        organ=organ, parent=parent, valid_from=on, valid_to=organ.valid_to, source=source
    )
    before, after = organ.path, f"{parent.path if parent else organ.county.path}{organ.id}/"
    Organ.objects.filter(path__startswith=before).update(
        path=Concat(Value(after), Substr("path", len(before) + 1))
    )
    detail = {"上级": [organ.parent.name if organ.parent else "", parent.name if parent else ""]}
    organ.parent, organ.path = parent, after
    organ.save(update_fields=["parent"])
    note(organ, "调整隶属", on, detail, source, by)
    return organ


@transaction.atomic
def draw_line(
    kind: str,
    organ: Organ,
    other: Organ,
    matter: str,
    *,
    valid_from: date,
    source: str,
    valid_to: date | None = None,
    by: Person | None = None,
) -> OrganLine:
    """`organ` acts for `other`, or supervises it with all below it, in one matter. The source is part of the line."""
    problems = checks.required("matter", "事项", matter) + checks.required("source", "依据", source)
    problems += checks.fits(OrganLine, matter=matter.strip(), source=source)
    problems += checks.dates(valid_from, valid_to)
    if kind not in OrganLine.Kind.values:
        problems.append(Problem("kind", f"没有“{kind}”这种关系", next="请选择“代为办理”或者“监督”"))
    if organ == other:
        problems.append(Problem("other", "机关不能代自己办理，也不能监督自己", next="请另选机关"))
    if organ.county_id != other.county_id:
        problems.append(Problem("other", "两个机关不属于同一县（市、区）", next="请选择本县（市、区）的机关"))
    if not problems:
        problems += [
            p for o, f in ((organ, "organ"), (other, "other")) for p in alive_problems(o, valid_from, f)
        ]
    if problems:
        raise Invalid(problems)
    same = OrganLine.objects.filter(kind=kind, organ=organ, other=other, matter=matter.strip())
    if same.overlapping(valid_from, valid_to).exists():
        raise invalid(
            "valid_from",
            f"{organ}对{other}的“{matter}”关系在这段时间已有记录",
            next="请改正起止日，或者先终止原有关系",
        )
    row = OrganLine.objects.create(
        kind=kind,
        organ=organ,
        other=other,
        matter=matter.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
    )
    note(organ, f"建立{row.get_kind_display()}关系", valid_from, {matter: ["", other.name]}, source, by)
    return row


@transaction.atomic
def end_line(line: OrganLine, last_day: date, *, source: str, by: Person | None = None) -> OrganLine:
    problems = checks.required("source", "依据", source) + checks.dates(line.valid_from, last_day)
    if line.valid_to is not None and line.valid_to <= last_day:
        problems.append(Problem("valid_to", f"该关系已于{line.valid_to}终止", next="不需要再次终止"))
    if problems:
        raise Invalid(problems)
    line.valid_to = last_day
    line.save(update_fields=["valid_to"])
    detail = {line.matter: [line.other.name, ""]}
    note(line.organ, f"终止{line.get_kind_display()}关系", last_day + timedelta(days=1), detail, source, by)
    return line


def _kind_problems(kind: str, parent: Organ | None, county: County, on: date | None) -> list[Problem]:
    if kind not in Organ.Kind.values:
        return [Problem("kind", f"没有“{kind}”这一类机关", next="可用类别：" + "、".join(Organ.Kind.labels))]
    label = Organ.Kind(kind).label
    if parent is None:
        if kind in ("office", "village", "body"):
            return [Problem("parent", f"{label}应当有上级或者设立单位", next="请填写上级机关")]
        return []
    if parent.county_id != county.code:
        return [Problem("parent", f"上级机关{parent}不属于{county.name}", next="请选择本县（市、区）的机关")]
    problems = alive_problems(parent, on, "parent") if on else []
    if kind == "village" and parent.kind != "township":
        problems.append(
            Problem(
                "parent", "村（居）民委员会应当列在乡镇人民政府、街道办事处之下", next="请选择所在乡镇、街道"
            )
        )
    if kind in _OUTSIDE_GOVERNMENT and parent.kind in _GOVERNMENT:
        problems.append(
            Problem(
                "parent",
                f"{label}不属于政府序列，不能列在{parent}之下",
                next="请把上级留空，或者选择同一系统的机关",
            )
        )
    return problems


def _name_problems(
    words: Mapping[str, Sequence[str]],
    county: County,
    first: date,
    last: date | None,
    organ: Organ | None = None,
) -> list[Problem]:
    """A name may be one organ's alone at a time, or a text that uses it could not be resolved. `words` by field."""
    fields = {word: field for field, several in words.items() for word in several if word}
    taken = OrganName.objects.filter(organ__county=county, name__in=fields).overlapping(first, last)
    problems: dict[str, Problem] = {}
    for other in taken.exclude(organ=organ).select_related("organ"):
        problems[other.name] = Problem(
            fields[other.name],
            f"“{other.name}”在这段时间已是{other.organ.name}的{other.get_kind_display()}",
            next="请换一个名称，或者先终止对方的这个名称",
        )
    return list(problems.values())


def _uscc(text: str, county: County, organ: Organ | None) -> tuple[str, list[Problem]]:
    if not text.strip():
        return "", []
    try:
        code = identity.uscc(text)
    except BadIdentity as error:
        return text, [Problem("uscc", error.message, error.law, error.next)]
    taken = Organ.objects.filter(county=county, uscc=code).exclude(pk=organ.pk if organ else None).first()
    if taken:
        return code, [
            Problem("uscc", f"该统一社会信用代码已是{taken}的代码", next="请核对；一个机关只有一个代码")
        ]
    return code, []


def alive_problems(organ: Organ, on: date, field: str) -> list[Problem]:
    if organ.holds_on(on):
        return []
    span = f"{organ.valid_from}至{organ.valid_to or '今'}"
    return [Problem(field, f"{organ}在{on}不存在（存续期间：{span}）", next="请改正日期，或者另选机关")]


def effective_problems(organ: Organ, on: date, today: date) -> list[Problem]:
    """Names and places are changed on the day or afterwards, never ahead: the row says what is in force today."""
    if on > today:
        return [Problem("on", f"生效日{on}还没有到", next="请在生效当日办理")]
    return alive_problems(organ, on, "on")


def _title(field: str) -> str:
    return str(Organ._meta.get_field(field).verbose_name)


def note(organ: Organ, what: str, on: date, detail: dict, source: str, by: Person | None) -> None:
    history.record("organ", organ.id, what, on=on, county=organ.county, detail=detail, source=source, by=by)
