"""Where a mistake stands: file, line and column of a figure in its definition."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from fazhi.figures.errors import Problem
from fazhi.procedures import Definition
from fazhi.procedures.assembly import position
from fazhi.procedures.library import FOLDER


def problem(d: Definition, path: tuple[Any, ...], error: Exception) -> Problem:
    file = FOLDER / d.file
    data = file.read_bytes() if d.file and file.is_file() else b""
    return in_text(d.file or d.name, data, path, error)


def in_file(file: Path, path: tuple[Any, ...], error: Exception) -> Problem:
    return in_text(file.name, file.read_bytes(), path, error)


def in_text(name: str, data: bytes, path: tuple[Any, ...], error: Exception) -> Problem:
    """The deepest node of `path` that the text has; its first line where it has none."""
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    try:
        tree = yaml.load(io.BytesIO(data)) if data else None
    except YAMLError:
        tree = None
    line, column = position(tree, path) if tree is not None else (1, 1)
    return Problem(name, line, column, str(path[0]), str(error))
