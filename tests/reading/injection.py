"""Systematic injection: true relations over invented sentences, then one wrong digit in one figure of each.

Used by the test (few, fixed seed) and by the benchmark (many). The sentences are templates of the genre; no corpus.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_PLACES = ("城区", "镇区", "乡区", "园区", "库区", "山区", "湖区")
_UNITS = ("件", "项", "宗", "起", "家", "人", "条")


@dataclass(frozen=True)
class Sample:
    """`text` holds; `figures` are the spans of the relation's figures, `family` its kind."""

    family: str
    text: str
    figures: tuple[tuple[int, int], ...]


def _compose(family: str, template: str, **values: str) -> Sample:
    """Fills {name} in the template and keeps where the figures came to stand."""
    text, spans = "", []
    for piece in re.split(r"(\{\w+\})", template):
        if piece.startswith("{"):
            word = values[piece[1:-1]]
            if word[0].isdigit():
                spans.append((len(text), len(text) + len(word)))
            text += word
        else:
            text += piece
    return Sample(family, text, tuple(spans))


def _share(part: int, whole: int, places: int) -> str:
    return str((Decimal(100 * part) / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)) + "%"


def samples(seed: int, count: int) -> Iterator[Sample]:
    chance = random.Random(seed)
    makers = (_sum, _sum_brackets, _closing, _share_of, _rate, _complement, _points, _growth, _rest, _due)
    for number in range(count):
        yield makers[number % len(makers)](chance)


def _sum(chance: random.Random) -> Sample:
    count = chance.randint(2, 6)
    parts = [chance.randint(11, 990) for _ in range(count)]
    unit, mark = chance.choice(_UNITS), chance.choice("，、；")
    listed = mark.join(f"{_PLACES[n]}{{p{n}}}{unit}" for n in range(count))
    cue = chance.choice(("，其中", "。其中：", "，其中："))
    values = {f"p{n}": str(part) for n, part in enumerate(parts)}
    return _compose("sum", f"全年共登记{{t}}{unit}{cue}{listed}。", t=str(sum(parts)), **values)


def _sum_brackets(chance: random.Random) -> Sample:
    a, b = chance.randint(20, 900), chance.randint(20, 900)
    return _compose(
        "sum", "办理一审{t}件（城区{a}件，镇区{b}件），均已公开。", t=str(a + b), a=str(a), b=str(b)
    )


def _closing(chance: random.Random) -> Sample:
    a, b, c = (chance.randint(20, 900) for _ in range(3))
    return _compose(
        "sum", "甲类{a}件、乙类{b}件、丙类{c}件，合计{t}件。", a=str(a), b=str(b), c=str(c), t=str(a + b + c)
    )


def _share_of(chance: random.Random) -> Sample:
    whole = chance.randint(200, 9000)
    part = chance.randint(20, whole - 20)
    rate = _share(part, whole, chance.choice((1, 2)))
    return _compose(
        "share", "全年登记案件{w}件，其中网上提交{p}件，占{r}。", w=str(whole), p=str(part), r=rate
    )


def _rate(chance: random.Random) -> Sample:
    whole = chance.randint(200, 9000)
    part = whole - chance.randint(1, whole // 5)
    rate = _share(part, whole, chance.choice((1, 2)))
    return _compose("share", "发现隐患{w}处，已整改{p}处，整改率{r}。", w=str(whole), p=str(part), r=rate)


def _complement(chance: random.Random) -> Sample:
    a = Decimal(chance.randint(200, 500)) / 10
    b = Decimal(chance.randint(100, 400)) / 10
    return _compose(
        "complement", "城区占{a}，镇区占{b}，其他占{c}。", a=f"{a}%", b=f"{b}%", c=f"{100 - a - b}%"
    )


def _points(chance: random.Random) -> Sample:
    old = Decimal(chance.randint(500, 900)) / 10
    more = Decimal(chance.randint(11, 90)) / 10
    form = chance.choice(
        ("办结率由上年的{o}提高到{n}，提高{d}个百分点。", "办结率为{n}，较上年的{o}提高{d}个百分点。")
    )
    return _compose("points", form, o=f"{old}%", n=f"{old + more}%", d=str(more))


def _growth(chance: random.Random) -> Sample:
    old = chance.randint(120, 5000)
    more = chance.randint(12, old // 2)
    rate = _share(more, old, 1)
    form = chance.choice(
        ("新登记{n}户，较上年同期{o}户增加{d}户，增长{r}。", "登记数由{o}户增加到{n}户，增长{r}。")
    )
    return _compose("growth", form, n=str(old + more), o=str(old), d=str(more), r=rate)


def _rest(chance: random.Random) -> Sample:
    done, rest = chance.randint(60, 900), chance.randint(11, 59)
    return _compose(
        "sum", "交办{t}件，已办结{a}件，其余{b}件正在办理。", t=str(done + rest), a=str(done), b=str(rest)
    )


def _due(chance: random.Random) -> Sample:
    due = chance.randint(60, 900)
    came = due - chance.randint(1, due // 10)
    rate = _share(came, due, 1)
    return _compose("share", "应到会{w}人，实际到会{p}人，到会率{r}。", w=str(due), p=str(came), r=rate)


def broken(sample: Sample, chance: random.Random) -> str:
    """The sample with one digit of one figure changed so much that no rounding explains it."""
    start, end = chance.choice(sample.figures)
    word = sample.text[start:end]
    digits = [place for place, character in enumerate(word) if character.isdigit()]
    # The last place of a share may be off by one without being wrong; the last of a whole it is taken from as well.
    open_ = digits[:-1] if sample.family not in ("sum",) and len(digits) > 1 else digits
    place = chance.choice(open_)
    old = int(word[place])
    # Half-way around the dial, at least two steps away, never to a leading zero.
    new = next(d for d in ((old + 5) % 10, (old + 4) % 10, (old + 3) % 10) if d or place)
    return sample.text[:start] + word[:place] + str(new) + word[place + 1 :] + sample.text[end:]
