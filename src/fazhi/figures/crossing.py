"""Figures that reach across procedures, from `definitions/*.yaml`: what the annual report says of the whole county."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from fazhi.figures import selecting, sources
from fazhi.figures.errors import FilterError
from fazhi.figures.grammar import CrossFigure, CrossFile
from fazhi.figures.model import Breakdown, Figure
from fazhi.procedures import Definition
from fazhi.procedures.assembly import Problem


def extended(
    folder: Path | None,
    by_name: Mapping[str, list[Definition]],
    figures: Mapping[str, Figure],
    problems: list[Problem],
) -> dict[str, Figure]:
    """The figures of every file below `folder`, and then `figures` themselves; mistakes go to `problems`."""
    read: list[tuple[Path, CrossFile]] = []
    for path in sorted(folder.rglob("*.yaml")) if folder else ():
        try:
            read.append((path, CrossFile.model_validate(_plain(YAML(typ="safe").load(path.read_bytes())))))
        except (ValidationError, YAMLError, UnicodeDecodeError) as error:
            where = tuple(error.errors()[0]["loc"]) if isinstance(error, ValidationError) else ()
            problems.append(sources.in_file(path, where or ("yaml",), error))
    found: dict[str, Figure] = {}
    for path, file in sorted(read, key=lambda x: x[1].order):
        if file.prefix in by_name:
            problems.append(
                sources.in_file(path, ("prefix",), FilterError(f"前缀「{file.prefix}」与程序同名；请换一个"))
            )
            continue
        for name, written in file.figures.items():
            try:
                found[f"{file.prefix}.{name}"] = _cross(
                    f"{file.prefix}.{name}", file, written, by_name, figures
                )
            except FilterError as error:
                problems.append(sources.in_file(path, ("figures", name), error))
    return {**found, **figures}


def _plain(node: Any) -> Any:
    return node if node is not None else {}


def _cross(
    id: str,
    file: CrossFile,
    f: CrossFigure,
    by_name: Mapping[str, list[Definition]],
    figures: Mapping[str, Figure],
) -> Figure:
    if bool(f.add) == bool(f.procedures):
        raise FilterError("跨程序指标应当写 add（合并已有指标）或者 procedures（各程序），恰好一项")
    members = _added(f, figures) if f.add else _over(f, by_name)
    first = members[0]
    for other in members[1:]:
        if (other.kind, other.money, other.stock) != (first.kind, first.money, first.stock):
            raise FilterError(f"「{first.title}」与「{other.title}」不是同一类指标，不能合并")
    if first.kind == "median" and len({s.value for m in members for s in m.selections}) > 1:
        raise FilterError("中位数只能合并同一个字段")
    if f.unit not in ("元", "万元") and first.money and first.kind != "share":
        raise FilterError(f"金额指标的单位应当是元或者万元，不是「{f.unit}」")
    words = (
        first.words if len(members) == 1 else "".join(f"（{i}）{m.words}" for i, m in enumerate(members, 1))
    )
    return Figure(
        id=id, title=f.title, unit=f.unit, kind=first.kind, stock=first.stock,
        selections=tuple(s for m in members for s in m.selections), group=file.prefix, group_title=file.title,
        words=words + (f.note and f"说明：{f.note}"), law=f.law or (first.law if len(members) == 1 else ""),
        source=f.source or file.source, side_title=first.side_title if len(members) == 1 else "各案件的相应参与方",
        by=_common(members) if f.add else members[0].by, money=first.money, headline=f.headline,
    )  # fmt: skip


def _added(f: CrossFigure, figures: Mapping[str, Figure]) -> list[Figure]:
    for name in f.add:
        if name not in figures:
            raise FilterError(f"没有指标「{name}」；请写 程序.指标")
    if f.flow or f.stock or f.share or f.where or f.sum or f.distinct or f.median or f.side or f.by:
        raise FilterError("写了 add 的指标不再写 flow、stock、share 等")
    return [figures[name] for name in f.add]


def _over(f: CrossFigure, by_name: Mapping[str, list[Definition]]) -> list[Figure]:
    members = []
    for procedure in f.procedures:
        versions = by_name.get(procedure)
        if not versions:
            raise FilterError(f"没有程序「{procedure}」")
        members.append(selecting.figure(procedure, [(d, selecting.one(d, f)) for d in versions]))
    return members


def _common(members: list[Figure]) -> tuple[Breakdown, ...]:
    shared = set.intersection(*({b.physical for b in m.by} for m in members))
    return tuple(b for b in members[0].by if b.physical in shared)
