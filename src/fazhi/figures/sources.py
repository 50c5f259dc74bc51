"""Where a mistake stands: file, line and column of a figure in its definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fazhi.procedures import Definition
from fazhi.procedures.assembly import DefinitionError, Problem, parsed, position
from fazhi.procedures.library import FOLDER


def problem(d: Definition, path: tuple[Any, ...], error: Exception) -> Problem:
    file = FOLDER / d.file
    data = file.read_bytes() if d.file and file.is_file() else b""
    return in_text(d.file or d.name, data, path, error)


def in_file(file: Path, path: tuple[Any, ...], error: Exception) -> Problem:
    return in_text(file.name, file.read_bytes(), path, error)


def in_text(name: str, data: bytes, path: tuple[Any, ...], error: Exception) -> Problem:
    """The deepest node of `path` that the text has; its first line where it has none."""
    try:
        line, column = position(parsed(data, name), path)
    except DefinitionError:
        line, column = 1, 1
    return Problem(name, line, column, str(path[0]), str(error))
