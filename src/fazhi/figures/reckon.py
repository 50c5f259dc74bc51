"""From the base result to figures: additions over a small table, and exact fractions at the end.

Rounding: a share is the exact fraction of two whole numbers, times 100 (or 1000 for ‰), rounded half up to two decimals.
Money is added in fen and shown in 元 with two decimals; 万元 is rounded half up to two. A median of an even number of
values is the mean of the two in the middle. Nothing is rounded twice and nothing is a float.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from fazhi.figures.compile import Base
from fazhi.figures.model import Figure, Selection

Key = str | None  # the organs for which a row counts, as the mirror keeps them


@dataclass(slots=True)
class Tally:
    """What a figure comes to in one bucket and for one key: facts counted, amount, the same for a share's numerator."""

    count: int = 0
    amount: int = 0
    part_count: int = 0
    part_amount: int = 0

    def add(self, other: Tally) -> None:
        self.count += other.count
        self.amount += other.amount
        self.part_count += other.part_count
        self.part_amount += other.part_amount


@dataclass(slots=True)
class Cells:
    """A figure by bucket and key. `values`: how often each value occurs (distinct counts and medians)."""

    tallies: dict[tuple[int, Key], Tally] = field(default_factory=dict)
    values: dict[tuple[int, Key], dict[Any, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """`value` None: nothing to divide by, or no value at all (无). Numbers of money are in 元 (or the figure's unit)."""

    value: str | None
    numerator: int | str | None = None
    denominator: int | str | None = None
    cases: int = 0


def spread(figures: Iterable[Figure], base: Base, rows: Iterable[Sequence[Any]]) -> dict[str, Cells]:
    """The base result, handed out to the figures that count each row."""
    out: dict[str, Cells] = {}
    wanted: dict[tuple[str, str, str, str], list[tuple[Cells, Selection]]] = {}
    for figure in figures:
        cells = out.setdefault(figure.id, Cells())
        for s in figure.selections:
            for name in s.names:
                wanted.setdefault((s.procedure, s.version, s.kind, name), []).append((cells, s))
    for values in rows:
        row = dict(zip(base.statement.columns, values, strict=True))
        count = int(row["n"] or 0)
        for cells, s in _candidates(wanted, row):
            if s.where is not None and not _holds(s.where, row, base):
                continue
            key = row["s_" + s.side] if s.side else row["organ"]
            amount = int(row[base.sums[s.sum.sql]] or 0) if s.sum is not None else 0
            tally = cells.tallies.setdefault((row["bucket"], key), Tally())
            tally.count += count
            tally.amount += amount
            if _in_part(s, row, base):
                tally.part_count += count
                tally.part_amount += amount
    return out


def _candidates(
    wanted: Mapping[tuple[str, str, str, str], list[tuple[Cells, Selection]]], row: Mapping[str, Any]
) -> Iterable[tuple[Cells, Selection]]:
    kind = row["kind"]
    name = row["action"] if kind == "act" else row["phase"] if kind == "stock" else row["clock"]
    yield from wanted.get((row["procedure"], row["version"], kind, name), ())
    if kind == "act" and row["outcome"]:
        exact = f"{name}.{row['outcome']}"
        for cells, s in wanted.get((row["procedure"], row["version"], kind, exact), ()):
            if name not in s.names:
                yield cells, s


def _holds(part: Any, row: Mapping[str, Any], base: Base) -> bool:
    return bool(row[base.flags[part.sql]]) if part.numeric else part.holds(row)


def _in_part(s: Selection, row: Mapping[str, Any], base: Base) -> bool:
    if s.part is not None:
        return _holds(s.part, row, base)
    if s.met is not None:
        return (row["status"] == "met") is s.met
    return False


def collect(cells: Cells, rows: Iterable[Sequence[Any]]) -> None:
    """Rows of `compile.values`: (key, bucket, value, how often)."""
    for key, bucket, value, n in rows:
        found = cells.values.setdefault((bucket, key), {})
        found[value] = found.get(value, 0) + int(n or 0)


def result(figure: Figure, cells: Cells, bucket: int, counts: Callable[[Key], bool]) -> Result:
    """The figure in one bucket (a stock: at its end), for the keys that count."""

    def chosen(at: int, key: Key) -> bool:
        return (at <= bucket if figure.stock else at == bucket) and counts(key)

    tally = Tally()
    for (at, key), one in cells.tallies.items():
        if chosen(at, key):
            tally.add(one)
    if figure.kind == "share":
        return _share(figure, tally)
    if figure.kind in ("distinct", "median"):
        united: dict[Any, int] = {}
        for (at, key), found in cells.values.items():
            if chosen(at, key):
                for value, n in found.items():
                    united[value] = united.get(value, 0) + n
        if figure.kind == "distinct":
            return Result(
                str(sum(1 for v, n in united.items() if v is not None and n > 0)), cases=tally.count
            )
        middle = _median({v: n for v, n in united.items() if v is not None and n > 0})
        return Result(None if middle is None else _number(figure, middle), cases=tally.count)
    if figure.kind == "sum":
        return Result(_number(figure, Fraction(tally.amount)), cases=tally.count)
    return Result(str(tally.count), cases=tally.count)


def _share(figure: Figure, t: Tally) -> Result:
    summed = any(s.sum for s in figure.selections)
    part, whole = (t.part_amount, t.amount) if summed else (t.part_count, t.count)
    times = {"%": 100, "‰": 1000}[figure.unit]
    value = None if whole == 0 else rounded(Fraction(part * times, whole))
    if summed and figure.money:
        return Result(value, rounded(Fraction(part, 100)), rounded(Fraction(whole, 100)), t.count)
    return Result(value, part, whole, t.count)


def _median(values: Mapping[Any, int]) -> Fraction | None:
    total = sum(values.values())
    if not total:
        return None
    low, high = (total - 1) // 2, total // 2
    found: list[int] = []
    seen = 0
    for value in sorted(values):
        for place in (low, high)[len(found) :]:
            if place < seen + values[value]:
                found.append(value)
        seen += values[value]
        if len(found) == 2:
            break
    return Fraction(found[0] + found[1], 2)


def _number(figure: Figure, value: Fraction) -> str:
    if figure.money:
        return rounded(value / (100 if figure.unit == "元" else 1_000_000))
    if value.denominator == 1:
        return str(value.numerator)
    return rounded(value, places=1) if value.denominator == 2 else rounded(value)


def rounded(value: Fraction, places: int = 2) -> str:
    """Half up (away from nought), on the exact fraction."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    whole += 1 if rest * 2 >= scaled.denominator else 0
    with localcontext() as context:
        context.prec = max(28, len(str(whole)) + places + 1)
        shown = Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"-{shown}" if value < 0 and whole else str(shown)
