"""The figures that a report stands on, at one moment: this year's and last year's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fazhi.figures import catalogue, query
from fazhi.figures.query import FigureValue
from fazhi.reports.errors import ReportError
from fazhi.reports.grammar import CONDITION


@dataclass(frozen=True)
class Values:
    """`moment` is written as the figures floor writes it: `1234@2026-11-21`."""

    county: str
    year: int
    moment: str
    found: dict[tuple[str, int], FigureValue]
    organ: str = ""  # whose cases are counted, with those of everybody below; empty: the whole county's

    def of(self, id: str, back: int = 0) -> FigureValue | None:
        return self.found.get((id, back))

    def number(self, id: str, back: int = 0) -> Decimal | None:
        value = self.of(id, back)
        return None if value is None or value.value is None else Decimal(value.value)

    def holds(self, condition: str) -> bool:
        """`penalty.decided > 0`; a figure without a value satisfies nothing."""
        match = CONDITION.fullmatch(condition)
        if match is None:
            raise ReportError(f"看不懂条件「{condition}」")
        value, limit = self.number(match[1]), Decimal(match[3])
        if value is None:
            return False
        match match[2]:
            case ">":
                return value > limit
            case ">=":
                return value >= limit
            case "<":
                return value < limit
            case "<=":
                return value <= limit
            case _:
                return value == limit

    def change(self, id: str) -> str | None:
        """增加3件（增长25.0%）, 上升3.20个百分点, 与上年持平; None where one of the two is not known."""
        now, then = self.number(id), self.number(id, 1)
        value = self.of(id)
        if now is None or then is None or value is None:
            return None
        step = now - then
        if not step:
            return "与上年持平"
        if value.unit in ("%", "‰"):
            points = "百分点" if value.unit == "%" else "千分点"
            return f"比上年{'上升' if step > 0 else '下降'}{abs(step)}个{points}"
        said = f"比上年{'增加' if step > 0 else '减少'}{abs(step)}{value.unit}"
        if not then:
            return said
        share = (abs(step) / then * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{said}，{'增长' if step > 0 else '下降'}{share}%"


def at(
    county: str, year: int, wanted: Iterable[tuple[str, int]], moment: str | None = None, organ: str = ""
) -> Values:
    """Ask for the figures; without a moment as the ledger stands now. Unknown figures are left out."""
    known = catalogue.current().figures
    by_year: dict[int, set[str]] = {0: set()}
    for id, back in wanted:
        if id in known:
            by_year.setdefault(back, set()).add(id)
    found: dict[tuple[str, int], FigureValue] = {}
    for back, ids in sorted(by_year.items()):
        q = query.ask(county, str(year - back), organ=organ or None, moment=moment)
        moment = str(q.moment)  # the same moment for every year
        found |= {(v.id, back): v for v in query.values(q, only=ids)}
    assert moment is not None
    return Values(county, year, moment, found, organ)


def named_in(conditions: Iterable[str]) -> set[tuple[str, int]]:
    """The figures that conditions turn on."""
    return {(m[1], 0) for c in conditions if (m := CONDITION.fullmatch(c))}


def titles() -> dict[str, str]:
    """{figure id: the title by which a clerk names it}; where two share a title, each says whose it is."""
    figures = catalogue.current().figures.values()
    seen: dict[str, int] = {}
    for figure in figures:
        seen[_plain(figure.title)] = seen.get(_plain(figure.title), 0) + 1
    return {
        f.id: _plain(f.title) if seen[_plain(f.title)] == 1 else f"{_plain(f.title)}·{_plain(f.group_title)}"
        for f in figures
    }


def _plain(title: str) -> str:
    """Brackets and colons have a meaning of their own where a clerk names a figure."""
    return re.sub(r"[【】]", "", title).replace("：", ":")
