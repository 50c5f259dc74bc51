"""Paragraphs by authors who did not know the rules: true texts with their figures marked and their relations as formulas.

`[[name:numeral]]` marks a figure; a relation is a formula over the names, percentages as numbers in %. `broken` writes one
wrong digit into a figure of a relation, so that it fails beyond rounding.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "blind.jsonl"
_MARK = re.compile(r"\[\[([A-Za-z]\w*):([^\]]*)\]\]")
_NAME = re.compile(r"\b[A-Za-z]\w*\b")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HALF = str.maketrans("０１２３４５６７８９．％，", "0123456789.%,")
_SCALES = {"%": 1.0, "‰": 0.1, "万": 1e4, "亿": 1e8, "百万": 1e6, "千万": 1e7, "成": 10.0}
# Kinds in which the last place of a figure may be off by rounding: it is not the one that is made wrong.
_ROUNDED = frozenset({"share", "growth", "average", "ratio", "attainable"})
_DERIVED = _ROUNDED | {"pp_diff"}
_KNOWN = {"__builtins__": {}, "round": round, "abs": abs, "any": any, "all": all, "range": range, "int": int}
_COUNTS = dict(enumerate("零一两三四五六七八九十"))

Value = tuple[float, float, bool]  # the value, one unit in its last place, whether it is a rounded figure
Span = tuple[int, int]


@dataclass(frozen=True)
class Paragraph:
    id: str
    text: str
    words: dict[str, str]
    spans: dict[str, Span]
    relations: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Broken:
    """A text in which the relation `kind` of the figures at `spans` no longer holds."""

    kind: str
    text: str
    spans: tuple[Span, ...]


def paragraphs(step: int = 1) -> Iterator[Paragraph]:
    """Every `step`-th paragraph of the file."""
    for line in FILE.read_text(encoding="utf-8").splitlines()[::step]:
        read = json.loads(line)
        text, at, words, spans = "", 0, {}, {}
        for mark in _MARK.finditer(read["text"]):
            text += read["text"][at : mark.start()]
            spans[mark[1]], words[mark[1]] = (len(text), len(text) + len(mark[2])), mark[2]
            text, at = text + mark[2], mark.end()
        yield Paragraph(read["id"], text + read["text"][at:], words, spans, tuple(read["relations"]))


def broken(paragraph: Paragraph) -> Iterator[Broken]:
    """One text for each figure of each relation that a digit can break; what its author wrote wrongly is left out."""
    values = {name: value for name, word in paragraph.words.items() if (value := _value(word)) is not None}
    for number, relation in enumerate(paragraph.relations):
        if "items" in relation:
            yield from _miscounted(paragraph, relation, values)
            continue
        names = [
            name for name in dict.fromkeys(_NAME.findall(relation["formula"])) if name in paragraph.words
        ]
        if not names or not all(name in values for name in names):
            continue
        if not _holds(relation, names, values, 1.01):
            continue
        for name in names:
            chance = random.Random(f"{paragraph.id}/{number}/{name}")
            word = next(
                (
                    one
                    for one in _other_digit(relation["kind"], paragraph.words[name], chance)
                    if (value := _value(one)) is not None
                    and not _holds(relation, names, {**values, name: value}, 1.2)
                ),
                None,
            )
            if word is not None:
                yield _written(
                    paragraph, relation["kind"], name, word, [paragraph.spans[one] for one in names]
                )


def _miscounted(paragraph: Paragraph, relation: dict[str, Any], values: dict[str, Value]) -> Iterator[Broken]:
    """An enumeration with one more item said than told."""
    name, items = relation["n"], relation["items"]
    if name not in values or int(values[name][0]) != len(items) or len(items) > 9:
        return
    said = paragraph.words[name]
    word = str(len(items) + 1) if said.isascii() else _COUNTS[len(items) + 1]
    spans = [paragraph.spans[name]]
    spans += [(at, at + len(item)) for item in items if (at := paragraph.text.find(item)) >= 0]
    yield _written(paragraph, relation["kind"], name, word, spans)


def _written(paragraph: Paragraph, kind: str, name: str, word: str, spans: list[Span]) -> Broken:
    start, end = paragraph.spans[name]
    shift = len(word) - (end - start)
    moved = [(a + shift * (a > start), b + shift * (a >= start)) for a, b in spans]
    return Broken(kind, paragraph.text[:start] + word + paragraph.text[end:], tuple(moved))


def _other_digit(kind: str, word: str, chance: random.Random) -> list[str]:
    """The numeral with one digit another by two or more, never a leading zero."""
    places = [at for at, character in enumerate(word) if character.translate(_HALF) in "0123456789"]
    words = []
    if places:
        for at in places[:-1] if kind in _ROUNDED and len(places) > 1 else places:
            old, base = int(word[at]), ord("０") if word[at] >= "０" else ord("0")
            for new in range(10):
                leading = at == places[0] and not (len(word) > 1 and word[1] == ".")
                if abs(new - old) > 1 and (new or not leading):
                    words.append(word[:at] + chr(base + new) + word[at + 1 :])
    else:
        for at, character in enumerate(word):
            if character in "一二三四五六七八九两":
                others = [one for one in "一二三四五六七八九" if abs(_DIGITS[one] - _DIGITS[character]) > 1]
                words += [word[:at] + one + word[at + 1 :] for one in others]
    chance.shuffle(words)
    return words


def _holds(relation: dict[str, Any], names: list[str], values: dict[str, Value], slack: float) -> bool:
    """Whether the formula holds: up to one unit of its result, and what the rounding of the others may make."""
    formula, kind = relation["formula"], relation["kind"]
    plain = {name: value[0] for name, value in values.items()}
    parted = re.fullmatch(r"([^=<>]+)==([^=<>]+)", formula)
    if parted is None:
        return bool(eval(formula, {**_KNOWN, **plain}))  # our own formulas, no text from outside

    def gap(of: dict[str, float]) -> float:
        return float(eval(parted[1], {**_KNOWN, **of}) - eval(parted[2], {**_KNOWN, **of}))

    try:
        told = gap(plain)
    except ZeroDivisionError:
        return False
    result, tolerance = parted[1].strip(), 0.0
    for name in names:
        value, unit, rounded = values[name]
        if rounded or (name == result and kind in _DERIVED):
            tolerance += abs(gap({**plain, name: value + unit * (1 if name == result else 0.5)}) - told)
    return abs(told) <= tolerance * slack + 1e-9


def _value(word: str) -> Value | None:
    text = re.sub(r"[\s,\u3000]", "", word.translate(_HALF))
    if found := re.fullmatch(r"百分之(.+)", text):
        whole, _, places = found[1].partition("点")
        value = _spelled(whole)
        if value is None:
            return None
        digits = "".join(str(_DIGITS[one]) for one in places)
        return float(f"{value}.{digits or 0}"), 10.0 ** -len(digits), True
    if found := re.fullmatch(r"([一二三四五六七八九])成(半?)", text):
        return _DIGITS[found[1]] * 10 + (5 if found[2] else 0), 10.0, True
    if found := re.fullmatch(r"([+-]?\d+)(?:\.(\d+))?(%|‰|万|亿|百万|千万|成)?", text):
        scale, places = _SCALES.get(found[3] or "", 1.0), found[2] or ""
        value = float(found[1] + (f".{places}" if places else ""))
        return value * scale, scale * 10.0 ** -len(places), bool(places) or found[3] is not None
    read = _spelled(text)
    return None if read is None else (float(read), 1.0, False)


def _spelled(text: str) -> int | None:
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百千":
            section, digit = section + (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character], 0
        elif character == "万":
            total, section, digit = total + (section + digit) * 10000, 0, 0
        else:
            return None
    return total + section + digit
