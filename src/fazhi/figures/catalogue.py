"""Every figure there is: those of the procedures in the library, and those that reach across them.

A figure of a procedure is taken together from all its versions: each version's facts are counted by that version's own
words (a figure of the same name means the same). A figure that is wrong is left out and said in `problems`; `fazhi
figures --check` and a test show them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

from fazhi.figures import crossing, identities, selecting, shapes, sources
from fazhi.figures.errors import FigureError, FilterError
from fazhi.figures.model import Figure, Identity, Shape
from fazhi.procedures import Definition, Library
from fazhi.procedures.assembly import Problem

FOLDER = Path(__file__).parent / "definitions"
FORMAT = 1  # of the mirror's rows: raised when their meaning changes, so that mirrors are made anew


@dataclass(frozen=True)
class Catalogue:
    figures: Mapping[str, Figure]
    identities: tuple[Identity, ...]
    shapes: Mapping[tuple[str, str], Shape]
    sides: tuple[str, ...]  # columns of the mirror: s_…
    columns: tuple[str, ...]  # w_… n_… b_…
    problems: tuple[Problem, ...]
    signature: str
    titles: Mapping[str, str]  # of procedures

    def get(self, id: str) -> Figure:
        """Raises FigureError."""
        found = self.figures.get(id)
        if found is None:
            near = [f for f in self.figures.values() if id and (id in f.id or id in f.title)][:5]
            offers = "、".join(f"{f.id}（{f.title}）" for f in near)
            raise FigureError(
                f"没有名为「{id}」的统计指标",
                next=f"是否指：{offers}" if offers else "用 fazhi figures --list 查看全部指标",
            )
        return found

    def shape(self, d: Definition) -> Shape:
        key = (d.name, d.from_.isoformat())
        return self.shapes.get(key) or Shape(*key)


def current() -> Catalogue:
    """The catalogue of the library as it stands."""
    from fazhi.cases import definitions

    return _of(definitions.library().all(), FOLDER)


def of(library: Library, folder: Path | None = FOLDER) -> Catalogue:
    return _of(library.all(), folder)


def _of(definitions: list[Definition], folder: Path | None) -> Catalogue:
    return _kept(tuple(d.hash for d in definitions), folder, _Held(definitions))


class _Held:
    """Definitions beside the key that stands for them in the cache: equal to any other."""

    def __init__(self, definitions: list[Definition]) -> None:
        self.definitions = definitions

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


@lru_cache(maxsize=8)
def _kept(hashes: tuple[str, ...], folder: Path | None, held: _Held) -> Catalogue:
    return build(held.definitions, folder)


def build(definitions: Iterable[Definition], folder: Path | None = FOLDER) -> Catalogue:
    all_of = list(definitions)
    problems: list[Problem] = []
    by_name: dict[str, list[Definition]] = {}
    for d in all_of:
        by_name.setdefault(d.name, []).append(d)
    figures: dict[str, Figure] = {}
    kept: list[Identity] = []
    for name, versions in by_name.items():
        built: dict[str, list[tuple[Definition, selecting.Built]]] = {}
        for d in versions:
            for key in d.source.figures:
                try:
                    made = selecting.build(d, key)
                except FilterError as error:
                    problems.append(sources.problem(d, ("figures", key), error))
                else:
                    built.setdefault(key, []).append((d, made))
        for key, of_versions in built.items():
            figures[f"{name}.{key}"] = selecting.figure(f"{name}.{key}", of_versions)
    for versions in by_name.values():
        for d in versions:
            for i, said in enumerate(d.source.identities):
                try:
                    kept.append(identities.parse(d, said, figures))
                except FilterError as error:
                    problems.append(sources.problem(d, ("identities", i, "that"), error))
    figures = crossing.extended(folder, by_name, figures, problems)
    made_shapes = shapes.shapes(by_name, figures.values())
    sides = tuple(sorted({side for s in made_shapes.values() for side in s.sides}))
    columns = tuple(sorted({c for s in made_shapes.values() for c in (*s.act, *s.stock, *s.due)}))
    content = [FORMAT, sides, columns, [made_shapes[k].signature() for k in sorted(made_shapes)]]
    return Catalogue(
        figures, tuple(kept), made_shapes, sides, columns, tuple(problems),
        hashlib.sha256(orjson.dumps(content)).hexdigest()[:16],
        {name: versions[-1].title for name, versions in by_name.items()},
    )  # fmt: skip
