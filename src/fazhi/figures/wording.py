"""What a figure counts, in a sentence that a lawyer can check against the definition."""

from __future__ import annotations

from fazhi.figures import columns
from fazhi.figures.model import FigureKind, Selection
from fazhi.procedures import Definition
from fazhi.procedures import grammar as g


def words(d: Definition, f: g.FigureDef, s: Selection, kind: FigureKind, side_title: str) -> str:
    """Ends with 。; the side by which it is attributed comes last."""
    name = d.source.short or d.title
    said = "、".join(f"「{t}」" for t in columns.titles(d, s.kind, s.names))
    where = f"（限{s.where.words}）" if s.where else ""
    if s.kind == "act":
        base = f"统计期内{name}办理{said}{where}"
    elif s.kind == "stock":
        base = f"统计期末处于{said}阶段的{name}{where}"
    else:
        if _all_limits(f):
            said = "（本机关的全部办理期限）"
        base = f"统计期内届满的{name}期限{said}{where}（到期尚未办理的也在内）"
    sentence = base + _ending(d, f, s, kind)
    return f"{sentence}。按{side_title}归口。" if side_title else f"{sentence}。"


def _all_limits(f: g.FigureDef) -> bool:
    return f.share is not None and isinstance(f.share.of, dict) and f.share.of.get("due") == "*"


def _ending(d: Definition, f: g.FigureDef, s: Selection, kind: FigureKind) -> str:
    counted = {"act": "的次数", "stock": "的件数", "due": "的个数"}[s.kind]
    if kind == "sum" and s.sum:
        return f"的{s.sum.words}合计" + ("（元）" if s.sum.money and f.unit == "元" else "")
    if kind == "distinct":
        column = columns.counted_once(d, f.distinct or "")
        return f"，同一「{column.title if column else f.distinct}」只计一次"
    if kind == "median":
        column = columns.names_for(d, s.kind, s.names)[f.median or ""]
        return f"的「{column.title}」的中位数"
    if kind == "share":
        part = s.part.words if s.part else ("按期办理" if s.met else "没有按期办理")
        of = f"的{s.sum.words}" if s.sum else ""
        return f"{of}中，{part}的占比"
    return counted
