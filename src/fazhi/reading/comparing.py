"""Several documents side by side: the same indicator in each, and where one says of another's year what that one does not.

Two years' reports of one county: this year's says 上年 708 件, last year's said 711. Or this year's 682 件 and 同比下降 3.7%
do not go with last year's number. Documents of other counties stand side by side and contradict nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fazhi.reading.examine import Examined
from fazhi.reading.indicator import Indicator, indicators, place_of, year_of

HOW = "指标按“主语＋量词类别＋种类”对应：数字前面的词去掉时间和程度以后相同，量词同类（件、项、宗算一类），都是数量、百分比或者金额。写法不同的不会对上，请自行核对。"


@dataclass(frozen=True, slots=True)
class Document:
    examined: Examined
    place: str
    year: int

    @property
    def label(self) -> str:
        said = f"{self.place}{f'{self.year}年' if self.year else ''}"
        return said or self.examined.name


@dataclass(frozen=True, slots=True)
class Cell:
    document: int
    start: int
    end: int
    text: str
    unit: str
    value: Decimal
    where: str

    @property
    def written(self) -> str:
        return f"{self.text}{'' if self.text.endswith(('%', '％')) else self.unit}"


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator that two documents or more state; a cell for each document, None where it does not state it."""

    subject: str
    kind: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    message: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    documents: tuple[Document, ...]
    lines: tuple[Line, ...]
    contradictions: tuple[Contradiction, ...]
    ambiguous: int  # indicators that a document states with several values; they are not compared


def compare(examined: Sequence[Examined]) -> Comparison:
    """The documents in order of place and year."""
    documents = sorted(
        (Document(e, place_of(e.source.text, e.name), year_of(e.source.text, e.name)) for e in examined),
        key=lambda d: (d.place, d.year),
    )
    found = [indicators(d.examined.source.text, d.examined.report.figures, d.year) for d in documents]
    stated, ambiguous = _stated(documents, found)
    own = [{key: cell for (key, year), cell in cells.items() if year == documents[n].year} for n, cells in enumerate(stated)]  # fmt: skip
    keys = list(dict.fromkeys(key for cells in own for key in cells))
    lines = [Line(key[0], key[2], tuple(cells.get(key) for cells in own)) for key in keys]
    lines = [line for line in lines if sum(cell is not None for cell in line.cells) >= 2]
    wrong = [*_of_other_years(documents, stated), *_by_growth(documents, found, own)]
    return Comparison(tuple(documents), tuple(lines), tuple(wrong), ambiguous)


Key = tuple[str, str, str]
Stated = dict[tuple[Key, int], Cell]


def _stated(documents: Sequence[Document], found: Sequence[list[Indicator]]) -> tuple[list[Stated], int]:
    """By indicator and year what each document says; what it says twice and differently is left out."""
    out: list[Stated] = []
    ambiguous = 0
    for number, marks in enumerate(found):
        cells: Stated = {}
        doubtful: set[tuple[Key, int]] = set()
        for mark in marks:
            if mark.change or mark.figure.bound != "exact":
                continue
            at = mark.key, mark.year
            cell = _cell(documents[number], number, mark)
            if at in cells and cells[at].value != cell.value:
                doubtful.add(at)
            cells.setdefault(at, cell)
        out.append({at: cell for at, cell in cells.items() if at not in doubtful})
        ambiguous += len(doubtful)
    return out, ambiguous


def _cell(document: Document, number: int, mark: Indicator) -> Cell:
    f = mark.figure
    where = document.examined.where_in_words(f.start)
    return Cell(
        number, f.start, f.end, document.examined.source.text[f.start : f.end], f.unit, f.value, where
    )


def _same_place(one: Document, other: Document) -> bool:
    return one.place == other.place or not one.place or not other.place


def _of_other_years(documents: Sequence[Document], stated: Sequence[Stated]) -> list[Contradiction]:
    """What one document says of another's year, against what that one says itself."""
    out = []
    for n, cells in enumerate(stated):
        for (key, year), cell in cells.items():
            for m, other in enumerate(documents):
                theirs = stated[m].get((key, year))
                if m == n or theirs is None or other.year != year or documents[n].year <= year:
                    continue
                if _same_place(documents[n], other) and _differ(documents, cell, theirs):
                    words = f"“{key[0]}”{year}年：{documents[n].label}文本说是{cell.written}，{other.label}文本自己写的是{theirs.written}"  # fmt: skip
                    out.append(Contradiction(words, (cell, theirs)))
    return out


def _differ(documents: Sequence[Document], one: Cell, other: Cell) -> bool:
    """Beyond what rounding to the coarser of the two explains."""
    return abs(one.value - other.value) >= max(_ulp(documents, one), _ulp(documents, other))


def _ulp(documents: Sequence[Document], cell: Cell) -> Decimal:
    figures = documents[cell.document].examined.report.figures
    return next((f.ulp for f in figures if f.start == cell.start), Decimal(1))


def _by_growth(
    documents: Sequence[Document], found: Sequence[list[Indicator]], own: Sequence[dict[Key, Cell]]
) -> list[Contradiction]:
    """A growth in per cent that this year's number and last year's document do not give."""
    out = []
    for n, marks in enumerate(found):
        for mark in marks:
            if not mark.change or mark.figure.kind != "percent" or mark.figure.bound != "exact":
                continue
            base = marks[mark.of]
            now = own[n].get(base.key)
            if now is None or base.figure.kind == "percent" or now.start != base.figure.start:
                continue
            for m, other in enumerate(documents):
                then = own[m].get(base.key)
                if then is None or other.year != documents[n].year - 1 or not _same_place(documents[n], other) or not then.value:  # fmt: skip
                    continue
                real = (now.value - then.value) / then.value * 100
                if abs(real - mark.change * mark.figure.value) > mark.figure.ulp:
                    said = _cell(documents[n], n, mark)
                    verb = "增长" if mark.change > 0 else "下降"
                    shown = (
                        real.quantize(mark.figure.ulp) if mark.figure.ulp < 1 else real.quantize(Decimal(1))
                    )
                    words = (
                        f"“{base.subject}”：{documents[n].label}文本写{now.written}、同比{verb}{said.text}；"
                        f"{other.label}文本写{then.written}，按此应为（{now.value:f}－{then.value:f}）÷{then.value:f}＝{shown:f}%"
                    )
                    out.append(Contradiction(words, (said, now, then)))
    return out


def as_json(comparison: Comparison) -> dict[str, object]:
    def cell(each: Cell | None) -> dict[str, object] | None:
        if each is None:
            return None
        return {"document": each.document, "start": each.start, "end": each.end, "text": each.text, "value": format(each.value.normalize(), "f"), "unit": each.unit}  # fmt: skip

    return {
        "documents": [{"file": d.examined.name, "sha256": d.examined.digest, "place": d.place, "year": d.year} for d in comparison.documents],
        "indicators": [{"subject": line.subject, "kind": line.kind, "cells": [cell(each) for each in line.cells]} for line in comparison.lines],
        "contradictions": [{"message": c.message, "cells": [cell(each) for each in c.cells]} for c in comparison.contradictions],
        "ambiguous": comparison.ambiguous,
    }  # fmt: skip
