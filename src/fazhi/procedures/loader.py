"""From a procedure file to a Definition: the file with its fragments (assembly), its grammar, its conditions (compiling).

Errors are collected, not thrown one by one: `DefinitionError.problems`, each with file, line, column and what to do.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap

from fazhi.procedures import grammar as g
from fazhi.procedures import model as m
from fazhi.procedures.assembly import DefinitionError, Fetch, Problem, assemble, parsed, plain, position
from fazhi.procedures.compiling import Compiler

_WORDS = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的键",
    "literal_error": "取值不在允许的范围内",
    "string_type": "应当是文字",
    "list_type": "应当是列表",
    "dict_type": "应当是映射",
    "int_type": "应当是整数",
    "bool_type": "应当是 true 或 false",
    "date_from_datetime_parsing": "不是有效日期",
    "date_type": "应当是日期",
}


def load(
    data: bytes, name: str, *, fetch: Fetch | None = None, documents: bytes | None = None
) -> m.Definition:
    """Load a whole definition or raise DefinitionError with every problem found at this stage."""
    merged, tree = assemble(data, name, fetch)
    given = merged.pop("documents", {})  # templates that fragments bring along
    try:
        source = g.Procedure.model_validate(merged)
    except ValidationError as error:
        problems = []
        for item in error.errors():
            path = tuple(
                p for p in item["loc"] if p not in ("str", "ClockStart", "AnyOf", "Use", "list[str]")
            )
            words = _WORDS.get(item["type"], item["msg"])
            dotted = ".".join(map(str, path))
            problems.append(Problem(name, *position(tree, path), "grammar", f"「{dotted}」{words}"))
        raise DefinitionError(problems) from None
    papers = given | (plain(parsed(documents, name + ".documents")) if documents else {})
    return _build(source, tree, name, merged, papers)


def revive(stored: bytes, name: str = "") -> m.Definition:
    """The definition from the bytes kept under its hash (`Definition.text`): fragments are merged in, no file is read.

    It was checked when it was loaded, so its conditions are compiled at their first use only.
    """
    whole = json.loads(stored)
    merged, papers = whole["procedure"], whole["documents"]
    file = name or str(merged["procedure"])
    return _build(g.Procedure.model_validate(merged), CommentedMap(), file, merged, papers, lazy=True)


def _build(
    source: g.Procedure,
    tree: CommentedMap,
    name: str,
    merged: dict[str, Any],
    papers: dict[str, Any],
    lazy: bool = False,
) -> m.Definition:
    whole = {"procedure": merged, "documents": papers}
    text = json.dumps(
        whole, ensure_ascii=False, default=str
    ).encode()  # in the file's order, as screens show it
    ordered = json.dumps(whole, ensure_ascii=False, sort_keys=True, default=str).encode()
    compiler = Compiler(source, tree, name, lazy)
    definition = compiler.build(hashlib.sha256(ordered).hexdigest(), papers, text)
    if compiler.problems:
        raise DefinitionError(compiler.problems)
    return definition
