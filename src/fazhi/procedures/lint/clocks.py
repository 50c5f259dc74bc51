"""Clocks: one length, a start and a stop that exist, and an act when one runs out."""

from __future__ import annotations

from fazhi.procedures.lint.places import Found, clock_path
from fazhi.procedures.model import Definition


def clocks(d: Definition) -> Found:
    """A clock has one length, stops somewhere, and what it names exists."""
    fields = set(d.source.fields) | {f for p in d.source.parts.values() for f in p.fields}
    facts = set(d.source.facts)
    tables = {**d.source.clocks, **{k: c for p in d.source.parts.values() for k, c in p.clocks.items()}}
    for c in d.all_clocks:
        path, source = clock_path(c), tables[c.id]
        lengths = [k for k in ("limit", "wait", "until", "at_least", "every") if getattr(source, k)]
        if len(lengths) > 1:
            yield path, f"期限「{c.id}」同时写了 {'、'.join(lengths)}；只能写一个"
        if c.kind in ("limit", "date", "duty") and not c.stop:
            yield path, f"期限「{c.id}」永不停止：请写 stop（何种办理使它停止）"
        if c.kind == "notice" and not c.before:
            yield path, f"期限「{c.id}」写了 at_least，没有写 before（在哪个动作之前）"
        if c.before and c.before not in d.actions:
            yield path, f"期限「{c.id}」的 before「{c.before}」不是已定义的动作"
        if c.start_day and c.start_day != "served" and c.start_day not in fields | facts:
            yield path, f"期限「{c.id}」的起算日字段「{c.start_day}」未声明"
        if c.start_day == "served" and "deliveries" not in d.source.parts:
            yield path, f"期限「{c.id}」自送达起算，但本程序没有送达分项；请 use: [service]"
        if c.until and c.until not in fields:
            yield path, f"期限「{c.id}」的 until 字段「{c.until}」未声明"
        if c.extend_by and c.extend_by not in d.actions:
            yield path, f"期限「{c.id}」的延长动作「{c.extend_by}」未定义"
        if c.whose and c.whose not in d.source.sides:
            yield path, f"期限「{c.id}」的 whose「{c.whose}」不是参与方"


def expiry(d: Definition) -> Found:
    for c in d.all_clocks:
        e = c.expire
        if e is None:
            continue
        if e.do and e.do not in d.actions:
            yield clock_path(c), f"期限「{c.id}」届满时的动作「{e.do}」未定义"
        elif e.do and not d.actions[e.do].deemed and e.do not in {a.name for a in d.actions.values() if a.on}:
            yield clock_path(c), f"期限「{c.id}」届满时办理「{e.do}」，该动作应当写 by: deemed"
        if e.remind and e.remind not in d.actions:
            yield clock_path(c), f"期限「{c.id}」届满时提醒的动作「{e.remind}」未定义"
