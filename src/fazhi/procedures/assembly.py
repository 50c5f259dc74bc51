"""A procedure file as written: YAML 1.2 in which every node knows its place, with its base (`extends`) and fragments (`use`).

What is wrong with a file is said as `DefinitionError.problems`, each with file, line and column.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

FRAGMENTS = "fragments"


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: line and column count from 1; `rule` is the name by which tests and `--json` know it."""

    file: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.rule} {self.message}"


class DefinitionError(ValueError):
    """A definition that cannot be read; `problems` in the order in which they were found, at least one."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


Path = tuple[Any, ...]
Fetch = Callable[[str], bytes]  # "penalty" or "fragments/service" → bytes


def parsed(data: bytes, name: str) -> CommentedMap:
    """The file with the place of every node; DefinitionError where it is no YAML mapping in UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise DefinitionError([Problem(name, 1, 1, "yaml", "文件不是 UTF-8 编码；请另存为 UTF-8")]) from None
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    try:
        tree = yaml.load(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DefinitionError(
            [Problem(name, line, column, "yaml", f"YAML 写法有误：{error.problem}")]
        ) from None
    except ValueError as error:  # a date that no calendar has
        raise DefinitionError(
            [Problem(name, 1, 1, "yaml", f"文件中有无效的值：{error}；请检查日期")]
        ) from None
    if not isinstance(tree, CommentedMap):
        raise DefinitionError(
            [Problem(name, 1, 1, "yaml", "文件应当是「键: 值」的映射；请参照 docs/language.md")]
        )
    return tree


def position(tree: Any, path: Path) -> tuple[int, int]:
    """Line and column (from 1) of the deepest node of `path` that exists in the file."""
    line, column = 1, 1
    for step in path:
        try:
            if isinstance(tree, CommentedMap) and step in tree:
                row, col = tree.lc.key(step)
                tree = tree[step]
            elif isinstance(tree, CommentedSeq) and isinstance(step, int):
                row, col = tree.lc.item(step)
                tree = tree[step]
            else:
                continue
        except (KeyError, IndexError, TypeError, AttributeError):
            break
        line, column = row + 1, col + 1
    return line, column


def plain(node: Any) -> Any:
    """The same without places: dicts, lists and scalars."""
    if isinstance(node, Mapping):
        return {str(k): plain(v) for k, v in node.items()}
    if isinstance(node, list | tuple):
        return [plain(v) for v in node]
    return node


def _substitute(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, dict):
        return {k: _substitute(v, values) for k, v in node.items()}
    if isinstance(node, list):
        return [_substitute(v, values) for v in node]
    if isinstance(node, str) and node.startswith("$") and node[1:] in values:
        return values[node[1:]]
    return node


def _merge(base: Any, over: Any) -> Any:
    """`over` wins; mappings are merged key by key, everything else is replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            k: _merge(base[k], over[k]) if k in base and k in over else over.get(k, base.get(k))
            for k in {**base, **over}
        }
    return over


def assemble(data: bytes, name: str, fetch: Fetch | None) -> tuple[dict[str, Any], CommentedMap]:
    """The file with its base (`extends`) and fragments (`use`) merged in; its own words win."""
    tree = parsed(data, name)
    own = plain(tree)
    whole: dict[str, Any] = {}
    if own.get("extends"):
        if fetch is None:
            raise _refusal(name, tree, ("extends",), "找不到所扩展的程序文件")
        whole, _ = assemble(fetch(str(own["extends"])), str(own["extends"]), fetch)
        whole.pop("extends", None)
    for index, use in enumerate(own.get("use") or []):
        fragment = use if isinstance(use, str) else use.get("fragment", "")
        values = {} if isinstance(use, str) else use.get("with", {})
        if fetch is None:
            raise _refusal(name, tree, ("use", index), f"找不到片段「{fragment}」")
        try:
            piece = plain(parsed(fetch(f"{FRAGMENTS}/{fragment}"), fragment))
        except FileNotFoundError:
            words = f"没有名为「{fragment}」的片段；见 definitions/fragments/"
            raise _refusal(name, tree, ("use", index), words) from None
        defaults = piece.pop("fragment", {}).get("with", {})
        missing = [k for k, v in defaults.items() if v is None and k not in values]
        if missing:
            words = f"片段「{fragment}」还需要给出：{'、'.join(missing)}"
            raise _refusal(name, tree, ("use", index), words)
        whole = _merge(whole, _substitute(piece, {**defaults, **values}))
    merged = _merge(whole, own)
    return {k: _own_first(v, own.get(k)) for k, v in merged.items()}, tree


def _refusal(name: str, tree: CommentedMap, path: Path, words: str) -> DefinitionError:
    """The rule's name is the key of the file that asks for what is not there: extends, use."""
    return DefinitionError([Problem(name, *position(tree, path), str(path[0]), words)])


def _own_first(merged: Any, own: Any) -> Any:
    """The file's own actions, fields and phases in their order, then what fragments and the base add."""
    if isinstance(merged, dict) and isinstance(own, dict):
        return {**{k: merged[k] for k in own}, **merged}
    return merged
