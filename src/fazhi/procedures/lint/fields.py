"""Fields: their types have what they need, and groups, heading, masks and hidden sides name what exists."""

from __future__ import annotations

from fazhi.procedures.assembly import Path
from fazhi.procedures.lint.places import Found, endings
from fazhi.procedures.model import Definition


def fields(d: Definition) -> Found:
    for name, f in d.source.fields.items():
        path: Path = ("fields", name)
        if f.personal and f.find:
            yield path, f"字段「{name}」是个人信息，不能用于查找（find）；查找须用名册"
        if f.type == "choice" and not f.choices:
            yield path, f"字段「{name}」是选择项，没有写 choices"
        if f.type == "code" and not f.codes:
            yield path, f"字段「{name}」是代码，没有写 codes（哪个代码表）"
        if f.bars and f.type not in ("officer", "person"):
            yield path, f"字段「{name}」写了 bars，但不是人员（officer、person）；回避的只能是人员"
        for side in f.hidden_from:
            if side not in d.source.sides:
                yield path, f"字段「{name}」的 hidden_from「{side}」不是参与方"
    for here, a, o in endings(d):
        told = (o or a).source.discloses
        for name in told.masks if told else ():
            if name not in d.source.sides and name not in d.source.fields:
                yield here, f"公开时要隐去的「{name}」（masks）不是参与方或者字段"


def groups(d: Definition) -> Found:
    """The groups of a form name fields and sides that exist, each once; the heading names a field of the case."""
    known = set(d.source.fields) | set(d.source.sides)
    seen: dict[str, str] = {}
    for i, group in enumerate(d.source.groups):
        for j, name in enumerate(group.fields):
            path: Path = ("groups", i, "fields", j)
            if name not in known:
                yield path, f"分组「{group.title}」中的「{name}」不是本程序的字段或者参与方"
            elif name in seen:
                yield path, f"「{name}」已经在分组「{seen[name]}」中，不能再放进「{group.title}」"
            seen.setdefault(name, group.title)
    for i, name in enumerate(d.source.heading):
        if name not in d.source.fields:
            yield ("heading", i), f"案件页标题（heading）的「{name}」不是本程序的字段"
