"""Paragraphs as templates: `{a:20-90}` is drawn, `{t=a+b;sum}` computed and a relation, `{三|四;list}` right and wrong words.

`[k:1-9]` defines what is not written out, ⏎ is a new line, the third field of a computed figure is its decimal places. One
drawing gives a true text and, for each relation, texts in which one figure has one wrong digit.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
_SLOT = re.compile(r"\{([^{}]*)\}|\[((?:[a-z][:=][^\]]*))\]")
_NAME = re.compile(r"\b[a-z]\b")


@dataclass(frozen=True)
class Text:
    """`figures` are the spans of the relation that was broken; of a true text they are empty."""

    template: int
    family: str
    text: str
    figures: tuple[tuple[int, int], ...] = ()
    changed: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class _Relation:
    family: str
    result: str
    names: tuple[str, ...]


def lines(name: str) -> list[str]:
    read = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("⏎", "\n") for line in read if line and not line.startswith("#")]


def drawn(name: str, seed: int) -> Iterator[Text]:
    """Of every template of the file: a true text, then one broken text for each figure of each relation."""
    chance = random.Random(seed)
    for number, template in enumerate(lines(name)):
        yield from _draw(number, template, chance)


def _draw(number: int, template: str, chance: random.Random) -> Iterator[Text]:
    for _ in range(60):  # a drawing in which something is negative or a part exceeds its whole is no text
        values, places, relations = _values(template, chance)
        if all(value > 0 for value in values.values()) and _sensible(values, relations):
            break
    else:
        raise ValueError(f"no drawing of {template}")
    words = {name: f"{value:.{places[name]}f}" for name, value in values.items()}
    text, spans = _written(template, words, {})
    yield Text(number, "", text)
    for relation in relations:
        names = [name for name in (relation.result, *relation.names) if name in spans]
        for name in names:
            wrong = _wrong(relation, name, words[name], values, chance)
            if wrong is None:
                continue
            broken, at = _written(template, words, {name: wrong})
            told = tuple(span for one in names for span in at[one])
            yield Text(number, relation.family, broken, told, at[name][0])
    for place, found in enumerate(re.finditer(r"\{([^{}|]+)\|([^{};]+);(\w+)\}", template)):
        broken, at = _written(template, words, {f"|{place}": found[2]})
        yield Text(number, found[3], broken, tuple(at[f"|{place}"]), at[f"|{place}"][0])


def _sensible(values: dict[str, Decimal], relations: list[_Relation]) -> bool:
    return all(values[one.result] < 100 for one in relations if one.family in ("share", "complement"))


def _values(
    template: str, chance: random.Random
) -> tuple[dict[str, Decimal], dict[str, int], list[_Relation]]:
    values: dict[str, Decimal] = {}
    places: dict[str, int] = {}
    relations: list[_Relation] = []
    waiting: list[tuple[str, str, int]] = []
    for found in _SLOT.finditer(template):
        for one in [found[1]] if found[1] is not None else found[2].split(" "):
            if "|" in one:
                continue
            if ":" in one:
                name, _, limits = one.partition(":")
                low, _, high = limits.partition("-")
                places[name] = len(low.partition(".")[2])
                step = Decimal(1).scaleb(-places[name])
                values[name] = chance.randint(int(Decimal(low) / step), int(Decimal(high) / step)) * step
            else:
                head, family, digits = (
                    (*one.split(";"), "skip", "0")[:3] if ";" in one else (one, "skip", "0")
                )
                digits = digits if digits.isdigit() else "0"
                name, _, formula = head.partition("=")
                places[name] = int(digits)
                waiting.append((name, formula, int(digits)))
                if family != "skip":
                    relations.append(_Relation(family, name, tuple(dict.fromkeys(_NAME.findall(formula)))))
    while waiting:
        ready = [one for one in waiting if all(name in values for name in _NAME.findall(one[1]))]
        if not ready:
            raise ValueError(f"undefined: {waiting} in {template}")
        for one in ready:
            name, formula, digits = one
            exact = re.sub(r"\d+(?:\.\d+)?", lambda number: f"Decimal('{number[0]}')", formula)
            # Our own templates, no text from outside.
            value = eval(exact, {"Decimal": Decimal, "round": round, **values})
            values[name] = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
            waiting.remove(one)
    return values, places, relations


def _written(
    template: str, words: dict[str, str], instead: dict[str, str]
) -> tuple[str, dict[str, list[tuple[int, int]]]]:
    text, at, spans, choices = "", 0, {}, 0  # type: ignore[var-annotated]
    for found in _SLOT.finditer(template):
        text += template[at : found.start()]
        at = found.end()
        if found[1] is None:
            continue
        name = re.split("[:=]", found[1])[0]
        word = words.get(name, "")
        if "|" in found[1]:
            name, word = f"|{choices}", found[1].partition("|")[0]
            choices += 1
        word = instead.get(name, word)
        spans.setdefault(name, []).append((len(text), len(text) + len(word)))
        text += word
    return text + template[at:], spans


def _wrong(
    relation: _Relation, name: str, word: str, values: dict[str, Decimal], chance: random.Random
) -> str | None:
    """One digit changed by two or more; never the last of a rounded share or of what it is taken from. Of a part that
    cannot be more than its whole, so that it is more."""
    digits = [place for place, character in enumerate(word) if character.isdigit()]
    rounded = relation.family in ("share", "growth", "times", "average") and len(digits) > 1
    if relation.family == "subset":
        whole = max((values[n] for n in relation.names if n in values), default=Decimal(0))
        tried = [
            word[:place] + new + word[place + 1 :]
            for place in digits
            for new in "987654321"
            if name == relation.result and Decimal(word[:place] + new + word[place + 1 :]) > whole
        ]
        return tried[0] if tried else None
    place = chance.choice(digits[:-1] if rounded else digits)
    old = int(word[place])
    new = next(d for d in ((old + 5) % 10, (old + 4) % 10, (old + 3) % 10) if d or place)
    return word[:place] + str(new) + word[place + 1 :]


def touches(spans: tuple[tuple[int, int], ...], others: tuple[tuple[int, int], ...]) -> bool:
    return any(start < stop and begin < end for start, end in spans for begin, stop in others)
