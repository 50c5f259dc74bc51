"""One generation of the mirror on disk: `manifest.json`, which alone says which files count, and files named for the positions that they cover.

A file is written whole before the manifest names it; what the manifest does not name does not exist and is swept away by
the next writer. So a writer may be killed anywhere. Whoever writes holds `files.locked(home / "lock")`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from django.conf import settings

from fazhi.figures import files

TIER = 8  # files of like size that are made into one
SMALL = 4_000  # rows of a file of the first size; each further size is TIER times as large
LARGEST = 1_000_000  # rows; files are not put together beyond that


@dataclass(frozen=True, slots=True)
class Part:
    """One file: the facts of positions `first`…`last`."""

    name: str
    first: int
    last: int
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in files: up to `position`, whose sealed hash is `mark`. `days`: where the record reached each later day."""

    position: int = 0
    mark: str = ""
    parts: tuple[Part, ...] = ()
    days: tuple[tuple[int, str], ...] = ()


def folder(signature: str) -> Path:
    return Path(settings.FAZHI_HOME) / "mirror" / signature


def read(home: Path) -> Manifest:
    try:
        data: dict[str, Any] = orjson.loads((home / "manifest.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return Manifest()
    return Manifest(
        data["position"], data["mark"], tuple(Part(**p) for p in data["parts"]),
        tuple((position, day) for position, day in data["days"]),
    )  # fmt: skip


def save(home: Path, manifest: Manifest) -> None:
    data = {
        "position": manifest.position, "mark": manifest.mark, "days": manifest.days,
        "parts": [{"name": p.name, "first": p.first, "last": p.last, "rows": p.rows} for p in manifest.parts],
    }  # fmt: skip
    files.write_bytes(home / "manifest.json", orjson.dumps(data))


def add(
    home: Path, manifest: Manifest, facts: pa.Table, upto: int, mark: str, days: Iterable[tuple[int, str]]
) -> Manifest:
    """The facts after `manifest.position` up to `upto`, where the sealed hash is `mark`, in a file of their own (none: no file)."""
    sweep(home, manifest)
    parts = manifest.parts
    if facts.num_rows:
        first = manifest.position + 1
        part = Part(f"{first}-{upto}.parquet", first, upto, facts.num_rows)
        files.write_table(home / part.name, _sorted(facts))
        parts = (*parts, part)
    manifest = Manifest(upto, mark, parts, (*manifest.days, *days))
    save(home, manifest)
    return manifest


def alike(parts: tuple[Part, ...]) -> tuple[int, int] | None:
    """The first TIER neighbouring files of like size (within a factor of TIER), as places [from, to); None: nothing to do."""
    sizes = [_size(p.rows) for p in parts]
    for end in range(len(parts), TIER - 1, -1):
        same = set(sizes[end - TIER : end])
        if len(same) == 1 and sum(p.rows for p in parts[end - TIER : end]) <= LARGEST:
            return end - TIER, end
    return None


def _size(rows: int) -> int:
    tier, bound = 0, SMALL
    while rows > bound:
        tier, bound = tier + 1, bound * TIER
    return tier


def compact(home: Path, manifest: Manifest, together: tuple[int, int]) -> Manifest:
    """Several files as one. Nothing cancels: as-of needs every row."""
    start, end = together
    old = manifest.parts[start:end]
    whole = pa.concat_tables([pq.read_table(home / p.name) for p in old])
    part = Part(f"{old[0].first}-{old[-1].last}.parquet", old[0].first, old[-1].last, whole.num_rows)
    files.write_table(home / part.name, _sorted(whole))
    manifest = replace(manifest, parts=(*manifest.parts[:start], part, *manifest.parts[end:]))
    save(home, manifest)
    return manifest


def _sorted(facts: pa.Table) -> pa.Table:
    """What is asked for together lies together: a query passes over the groups of rows of other counties and procedures."""
    return facts.sort_by([(name, "ascending") for name in ("county", "procedure", "day", "position")])


def sweep(home: Path, manifest: Manifest) -> None:
    """Remove what the manifest does not name: left over from a writer that died, or put together since.

    Files that were put together stay until the next writing. A reader that comes later still looks again (`duck.looking`).
    """
    named = {p.name for p in manifest.parts} | {"manifest.json", "lock"}
    for path in home.iterdir():
        if path.name not in named:
            files.remove(path)


def drop_others(home: Path, manifest: Manifest) -> None:
    """Earlier generations, once this one has come as far as they had."""
    for other in home.parent.iterdir():
        if other != home and other.is_dir() and read(other).position <= manifest.position:
            shutil.rmtree(other, ignore_errors=True)


def forget(home: Path) -> None:
    files.remove(home / "manifest.json")
    sweep(home, Manifest())
