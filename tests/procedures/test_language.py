"""docs/language.md is run as a reader would: its files are written, its commands run in a shell, its outputs compared.

A block ```yaml NAME adds to the file NAME, ```text NAME likewise; ```sh is run; a ```text block without a name holds lines
that the commands before it must have printed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

import pydantic

from fazhi.procedures import grammar

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    shims = folder / ".bin"
    shims.mkdir(exist_ok=True)
    shim = shims / "fazhi"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fazhi.cli "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FAZHI_", "DJANGO_"))}
    environment = kept | {
        "PATH": f"{shims}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUTF8": "1",
    }
    return subprocess.run(
        ["sh", "-eu", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_the_hour_works_as_it_is_written(tmp_path: Path) -> None:
    printed = ""
    commands = outputs = 0
    for kind, name, body in BLOCK.findall(PAGE):
        if name:
            file = tmp_path / name
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            file.write_text(before + body, encoding="utf-8")
        elif kind == "sh":
            done = run(body, tmp_path)
            assert done.returncode == 0, f"{body}\n{done.stdout}{done.stderr}"
            printed, commands = done.stdout + done.stderr, commands + 1
        else:
            assert kind == "text", kind
            for line in body.splitlines():
                assert line.strip() in printed, f"「{line}」 was not printed:\n{printed}"
            outputs += 1
    assert (commands, outputs) == (6, 4)


def test_every_block_is_one_that_is_run() -> None:
    for kind, name, body in BLOCK.findall(PAGE):
        assert (kind == "yaml") <= bool(name), body[:60]
    assert PAGE.count("```") == 2 * len(BLOCK.findall(PAGE))


def models() -> Iterator[type[pydantic.BaseModel]]:
    for found in vars(grammar).values():
        if isinstance(found, type) and issubclass(found, pydantic.BaseModel) and found is not grammar.Model:
            yield found


def test_every_key_of_the_language_is_on_the_page() -> None:
    words = set(re.findall(r"[a-z_]+", PAGE))
    missing = {
        f"{m.__name__}.{field.alias or name}"
        for m in models()
        for name, field in m.model_fields.items()
        if (field.alias or name) not in words
    }
    assert missing == set()
    types = set(typing.get_args(grammar.FieldType))
    assert types <= words
