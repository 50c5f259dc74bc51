"""From what a person writes on the command line to a definition: a file, a name, or a name with a day (penalty@2021-07-15)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from fazhi.errors import UserError
from fazhi.procedures import library, loader, scenarios
from fazhi.procedures.assembly import DefinitionError
from fazhi.procedures.model import Definition


def load(path: Path) -> Definition:
    """A definition from its file. What it extends and uses comes from the shipped folder."""
    if path.resolve().is_relative_to(library.FOLDER.resolve()):
        return library.read(path.resolve())
    papers = path.with_name(path.name.replace(".yaml", ".documents.yaml"))
    return loader.load(
        path.read_bytes(),
        path.name,
        fetch=library.fetch,
        documents=papers.read_bytes() if papers.exists() else None,
    )


def find(words: str) -> tuple[Definition, dict[str, Any] | None]:
    """The definition that is meant, and what its scenario file says (None where there is none)."""
    path = Path(words)
    if path.suffix in (".yaml", ".yml"):
        return _file(path)
    name, _, text = words.partition("@")
    versions = library.shipped().versions(name)
    if not versions:
        raise unknown(name)
    d = versions[-1]
    if text:
        on = _day(text)
        found = library.shipped().get(name, on)
        if found is None:
            since = "、".join(f"{v.from_} 起" for v in versions)
            raise UserError(f"{on} 没有施行中的「{versions[-1].title}」。", next=f"现有版本：{since}。")
        d = found
    return d, _scenarios(library.FOLDER / d.file)


def pair(first: str, second: str) -> tuple[Definition, Definition]:
    """The two to be compared. The second may be a mere day; left out, the last two versions of the first are meant."""
    if second and _is_day(second) and "@" not in first and not first.endswith((".yaml", ".yml")):
        raise UserError(
            "两个版本都要写明日期。", next=f"如：fazhi procedure diff {first}@2021-07-15 {first}@{second}"
        )
    if second:
        name = first.partition("@")[0]
        return find(first)[0], find(f"{name}@{second}" if _is_day(second) else second)[0]
    versions = library.shipped().versions(first.partition("@")[0])
    if not versions:
        raise unknown(first)
    if len(versions) < 2:
        raise UserError(
            f"「{versions[0].title}」只有一个版本（{versions[0].from_} 起），没有可以比较的。",
            next="请写出两个文件，如：fazhi procedure diff 旧.yaml 新.yaml",
        )
    return versions[-2], versions[-1]


def unknown(name: str) -> UserError:
    names = "、".join(library.shipped().names())
    return UserError(f"没有名为「{name}」的程序。", next=f"现有：{names}；程序文件请写全文件名（.yaml）。")


def _file(path: Path) -> tuple[Definition, dict[str, Any] | None]:
    if not path.is_file():
        raise UserError(f"找不到文件 {path}。", next="请核对路径。")
    try:
        return load(path), _scenarios(path)
    except DefinitionError as error:
        shown = "\n".join(map(str, error.problems[:10]))
        raise UserError(
            f"程序文件有{len(error.problems)}处错误，读不进来：\n{shown}",
            next=f"请改正后再试；fazhi procedure lint {path} 列出全部。",
        ) from error


def _scenarios(path: Path) -> dict[str, Any] | None:
    beside = path.with_name(path.name.replace(".yaml", ".scenarios.yaml"))
    if not beside.is_file():
        return None
    try:
        found = scenarios.read(beside)
    except (YAMLError, UnicodeDecodeError, ValueError) as error:
        raise UserError(f"情景文件 {beside.name} 读不进来。", next="请先改正它的写法。") from error
    return found if isinstance(found, dict) else None


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _day(text: str) -> date:
    if not _is_day(text):
        raise UserError(f"「{text}」不是有效的日期。", next="请写成 2026-03-05。")
    return date.fromisoformat(text)
