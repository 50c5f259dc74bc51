"""The findings as comments of a .docx: the one place where reading meets the documents' floor."""

from __future__ import annotations

from pathlib import PurePath

from fazhi.documents import annotated as paper
from fazhi.errors import UserError
from fazhi.reading.examine import GRADES, KINDS, Examined, words
from fazhi.reading.finding import Grade

_SHADES: dict[Grade, str] = {"error": "F9CFCB", "suspect": "FFE9A8", "info": "E3E8EE"}
# An underline for each kind, so that kinds are told apart without colour too.
_LINES = {"count": ("single", "0B5CAD"), "percent": ("double", "0B5CAD"), "percent_point": ("dash", "0B5CAD"), "money": ("thick", "7A4B00"), "duration": ("dotted", "495057")}  # fmt: skip


def annotated(examined: Examined) -> bytes:
    """The text with its figures underlined by kind and each finding as a comment."""
    text = examined.source.text
    if len(text) > paper.LARGEST:
        raise UserError(
            f"文字超过 {paper.LARGEST // 10000} 万字，不能做成一份 .docx",
            next="请拆分后再试，或者用 --json。",
        )
    notes = []
    for finding in examined.report.findings:
        (start, end), *others = finding.spans
        lines = words(finding)
        if others:
            quoted = "、".join(f"{text[a:b]}（{examined.where_in_words(a)}）" for a, b in others)
            lines.append(f"相关数字：{quoted}")
        notes.append(paper.Note(start, end, (*lines, f"规则：{finding.rule}"), _SHADES[finding.grade]))
    marks = [paper.Mark(f.start, f.end, *_LINES[f.kind]) for f in examined.report.figures]
    counts = "，".join(f"{GRADES[grade]} {count} 处" for grade, count in examined.counts().items())
    kinds = "、".join(KINDS.values())
    lead = f"数字 {len(marks)} 个（按{kinds}分别加下划线），{counts}。由程序核校，请对照原文判断。"
    return paper.render(
        f"{PurePath(examined.name).stem} 核校意见", text, notes, marks, author="法治核校", lead=lead
    )
