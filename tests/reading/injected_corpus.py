"""One wrong digit in every figure of every true relation that the development corpus labels, one at a time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus" / "dev"
_FAMILY = {
    "pp_diff": "points",
    "partition": "sum",
    "balance": "balance",
    "average": "average",
    "difference": "difference",
}
_KINDS = (
    "sum",
    "share",
    "complement",
    "growth",
    "subset",
    "pp_diff",
    "partition",
    "balance",
    "average",
    "difference",
)


@dataclass(frozen=True)
class Injected:
    """`text` is broken at `changed`; `figures` are the figures of the relation (offsets as in the unbroken text)."""

    source: str
    family: str
    text: str
    figures: tuple[tuple[int, int], ...]
    changed: tuple[int, int]
    genuine: str


def injected(seed: int) -> Iterator[Injected]:
    chance = random.Random(seed)
    for source, text, relations in _sources():
        for relation in relations:
            figures = tuple((start, end) for start, end in relation["figures"])
            if relation["kind"] not in _KINDS or relation["verdict"] not in ("holds", "rounding"):
                continue
            if relation.get("certainty") == "soft":
                continue
            family = _FAMILY.get(relation["kind"], relation["kind"])
            for place, span in enumerate(figures):
                new = _wrong(text, figures, place, family, chance)
                if new is not None:
                    broken = text[: span[0]] + new + text[span[1] :]
                    yield Injected(source, family, broken, figures, span, text)


def _sources() -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    for one in _lines("authored/paragraphs.jsonl"):
        if one["expect"] == "clean":
            yield one["id"], one["text"], one["relations"]
    for one in _lines("authored/reports.jsonl"):
        yield one["id"], _read(CORPUS / "authored" / one["file"]), one["relations"]
    labelled: dict[str, list[dict[str, Any]]] = {}
    for one in _lines("gold/relations.jsonl"):
        labelled.setdefault(one["document"], []).append(one)
    for name, relations in labelled.items():
        yield name[:3], _read(CORPUS / name), relations


def _wrong(
    text: str, figures: tuple[tuple[int, int], ...], place: int, family: str, chance: random.Random
) -> str | None:
    start, end = figures[place]
    word = text[start:end]
    digits = [at for at, character in enumerate(word) if "0" <= character <= "9"]
    if not digits:
        return None
    if family == "subset":
        return _more(text, figures, word, digits) if place == 0 else None
    rounded = family in ("share", "growth", "average") and len(digits) > 1
    at = chance.choice(digits[:-1] if rounded else digits)
    old = int(word[at])
    new = next(digit for digit in ((old + 5) % 10, (old + 4) % 10, (old + 3) % 10) if digit or at)
    return word[:at] + str(new) + word[at + 1 :]


def _more(text: str, figures: tuple[tuple[int, int], ...], word: str, digits: list[int]) -> str | None:
    try:
        whole = max(Decimal(text[a:b].replace(" ", "").replace(",", "")) for a, b in figures[1:])
        tried = [word[:at] + new + word[at + 1 :] for at in digits for new in "987654321"]
        return next((one for one in tried if Decimal(one.replace(" ", "").replace(",", "")) > whole), None)
    except (ArithmeticError, ValueError):
        return None


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _read(CORPUS / name).splitlines()]


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()
