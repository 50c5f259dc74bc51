"""勾稽关系: what must add up, as `received + carried[start] = processed + carried[end]`. Parsed here, checked in `query`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fazhi.figures.errors import FilterError
from fazhi.figures.model import Figure, Identity, Term
from fazhi.procedures import Definition
from fazhi.procedures import grammar as g

_TERM = re.compile(r"\s*([a-z][a-z_0-9]*)(?:\[(start|end)\])?\s*\Z")


def parse(d: Definition, said: g.Identity, figures: Mapping[str, Figure]) -> Identity:
    """Raises FilterError."""
    sides = said.that.split("=")
    if len(sides) != 2:
        raise FilterError(f"勾稽关系「{said.that}」应当有且只有一个等号")
    terms, words = [], []
    for side, sign in zip(sides, (1, -1), strict=True):
        shown = []
        for part in side.split("+"):
            term, title = _term(d, said.that, part, figures, sign)
            terms.append(term)
            shown.append(title)
        words.append(" + ".join(shown))
    return Identity(
        d.name,
        d.from_.isoformat(),
        said.that,
        " = ".join(words),
        tuple(terms),
        d.law_of(said.law) if said.law else "",
    )


def _term(
    d: Definition, source: str, part: str, figures: Mapping[str, Figure], sign: int
) -> tuple[Term, str]:
    found = _TERM.match(part)
    if not found:
        raise FilterError(
            f"勾稽关系「{source}」看不懂「{part.strip()}」；请写 指标 或者 指标[start]、指标[end]，用 + 相连"
        )
    name, at = found[1], found[2] or ""
    figure = figures.get(f"{d.name}.{name}")
    if figure is None or name not in d.source.figures:
        raise FilterError(f"勾稽关系「{source}」引用了没有的指标「{name}」")
    if figure.kind != "count":
        raise FilterError(f"勾稽关系「{source}」中的「{name}」不是件数，不能相加")
    if figure.stock != bool(at):
        should = "[start] 或者 [end]" if figure.stock else "不加 [start]、[end]"
        raise FilterError(f"勾稽关系「{source}」中的「{name}」应当写成{should}")
    title = d.source.figures[name].title
    return Term(f"{d.name}.{name}", at, sign), {"": title, "start": f"期初{title}", "end": f"期末{title}"}[at]
