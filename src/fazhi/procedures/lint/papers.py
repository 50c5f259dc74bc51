"""Papers: each has a template, whose places exist, which holds what the law wants in it and tells of remedies."""

from __future__ import annotations

from pathlib import Path as File
from typing import Any

from fazhi.procedures.assembly import Path
from fazhi.procedures.compose import placeholders
from fazhi.procedures.lint.places import Found, endings
from fazhi.procedures.model import Definition

FILLED_BY_SERVICE = {"today", "organ", "case_number", "outcome", "venue"}


def papers(d: Definition) -> Found:
    """Every paper has a template, whose places exist and which holds what the law wants in it."""
    named: dict[str, Path] = {}
    for a in d.actions.values():
        for paper in a.documents:
            named.setdefault(paper, ("actions", a.name, "documents"))
        for o in a.outcomes.values():
            for paper in o.documents:
                named.setdefault(paper, ("actions", a.name, "outcomes", o.name, "documents"))
    for name, part in d.source.parts.items():
        for form in part.prints:
            named.setdefault(form, ("parts", name, "prints"))
    for paper, path in named.items():
        if paper not in d.documents:
            yield path, f"文书「{paper}」没有模板；请在 {File(d.file).stem}.documents.yaml 中编写"
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
                yield named[paper], f"文书「{paper}」依法应当载明「{must}」，模板中没有"


def _place(d: Definition, name: str) -> bool:
    head, _, rest = name.partition(".")
    s = d.source
    if head == "paper":
        return rest in d.documents
    if head == "served":
        return rest in ("", "name", "address", "phone") and "deliveries" in s.parts
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


def remedies(d: Definition) -> Found:
    """A paper that has to tell of remedies belongs to an act that has some; an act with remedies tells of them."""
    for path, a, o in endings(d):
        papers = [*a.documents, *(o.documents if o else ())]
        remedies = (o.source.remedies if o else []) or a.source.remedies
        telling = [p for p in papers if _tells(d.documents.get(p, {}))]
        if telling and not remedies and (o is not None or not a.outcomes):
            yield path, f"文书「{telling[0]}」应当告知救济途径，但「{(o or a).title}」没有写 remedies"
        if remedies and papers and not telling and (o is None or o.source.remedies):
            yield path, f"「{(o or a).title}」有救济途径，其文书没有告知；请在模板中写 remedies: true"


def _tells(template: dict[str, Any]) -> bool:
    return "remedies" in template.get("must", ()) or any(
        isinstance(b, dict) and b.get("remedies") for b in template.get("blocks", ())
    )
