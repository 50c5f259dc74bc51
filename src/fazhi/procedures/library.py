"""The definitions at hand, by name and day: which version of a procedure was in force when.

`shipped()` reads the package's own folder once. A county's own files come in through `Library.add`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from datetime import date
from functools import lru_cache
from pathlib import Path

from fazhi.procedures.assembly import DefinitionError, Problem
from fazhi.procedures.loader import load, revive
from fazhi.procedures.model import Definition

FOLDER = Path(__file__).parent / "definitions"


class Library:
    """Versions of procedures, none overlapping; found by name and day, or by hash."""

    def __init__(self) -> None:
        self._versions: dict[str, list[Definition]] = {}
        self._by_hash: dict[str, Definition] = {}

    def add(self, d: Definition) -> None:
        """Refuses a version that overlaps another of the same procedure."""
        versions = self._versions.setdefault(d.name, [])
        for other in versions:
            if d.from_ <= (other.to or date.max) and other.from_ <= (d.to or date.max):
                words = f"「{d.title}」的有效期与「{other.file}」（{other.from_} 起）重叠；请在前一版本写明 in_force.to"
                raise DefinitionError([Problem(d.file, 1, 1, "versions", words)])
        versions.append(d)
        versions.sort(key=lambda v: v.from_)
        self._by_hash[d.hash] = d

    def get(self, name: str, on: date) -> Definition | None:
        """The version in force on that day, or None."""
        for d in reversed(self._versions.get(name, [])):
            if d.from_ <= on <= (d.to or date.max):
                return d
        return None

    def latest(self, name: str) -> Definition | None:
        versions = self._versions.get(name)
        return versions[-1] if versions else None

    def versions(self, name: str) -> list[Definition]:
        return list(self._versions.get(name, []))

    def by_hash(self, digest: str) -> Definition | None:
        return self._by_hash.get(digest)

    def names(self) -> list[str]:
        return sorted(self._versions)

    def all(self) -> list[Definition]:
        return [d for name in self.names() for d in self._versions[name]]


def files(folder: Path = FOLDER) -> list[Path]:
    """Procedure files below a folder: not fragments, scenarios, documents."""
    return sorted(
        p
        for p in folder.rglob("*.yaml")
        if p.parent.name != "fragments" and not p.name.endswith((".scenarios.yaml", ".documents.yaml"))
    )


def fetch(name: str, folder: Path = FOLDER) -> bytes:
    """A base or fragment by its name: "penalty", "fragments/service". FileNotFoundError."""
    direct = folder / f"{name}.yaml"
    if direct.exists():
        return direct.read_bytes()
    for candidate in files(folder):
        if candidate.stem == name:
            return candidate.read_bytes()
    raise FileNotFoundError(name)


def read(path: Path, folder: Path = FOLDER) -> Definition:
    """Load one file with its documents; bases and fragments are looked up below `folder`.

    Reading YAML with every node's place takes a second for a long file, so the checked result is kept beside it in
    `__pycache__`, under the digest of everything that went into it.
    """
    papers = path.with_name(path.name.replace(".yaml", ".documents.yaml"))

    name = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
    sources = [path, *([papers] if papers.exists() else []), *sorted((folder / "fragments").glob("*.yaml"))]
    if b"\nextends:" in path.read_bytes():
        sources += files(folder)
    digest = hashlib.sha256(b"\0".join(p.read_bytes() for p in sources)).hexdigest()
    kept = path.parent / "__pycache__" / f"{path.stem}.{digest[:32]}.v2.json"
    if kept.exists():
        with contextlib.suppress(DefinitionError, ValueError, KeyError):  # of an older grammar: read the file
            return revive(kept.read_bytes(), name)
    d = load(
        path.read_bytes(),
        name,
        fetch=lambda n: fetch(n, folder),
        documents=papers.read_bytes() if papers.exists() else None,
    )
    _keep(kept, d.text)
    return d


def _keep(file: Path, text: bytes) -> None:
    with contextlib.suppress(OSError):  # a folder that cannot be written only costs the time
        file.parent.mkdir(exist_ok=True)
        for old in file.parent.glob(f"{file.name.split('.')[0]}.*.json"):
            old.unlink(missing_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(text)
        part.replace(file)


def read_all(folder: Path = FOLDER) -> Library:
    library = Library()
    for path in files(folder):
        library.add(read(path, folder))
    return library


@lru_cache(maxsize=1)
def shipped() -> Library:
    return read_all()
