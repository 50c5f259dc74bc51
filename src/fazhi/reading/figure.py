"""A figure: a numeral that states a quantity, with its exact place."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

Kind = Literal["count", "percent", "percent_point", "money", "duration"]
Bound = Literal["exact", "approx", "ge", "le"]


class Figure(NamedTuple):
    """A quantity at `text[start:end]`: the numeral with its %, 万 and 亿, without the measure word.

    `value` has 万 and 亿 multiplied out (money in yuan); percentages and points are as written, ‰ a tenth.
    `ulp` is one unit in the last place written (0.01 for 98.16%, 100 for 1.26万). `unit` is the measure word,
    `after` the offset behind it. `bound` says whether the text gives the number, about it, or a limit.
    """

    start: int
    end: int
    text: str
    value: Decimal
    ulp: Decimal
    unit: str
    kind: Kind
    bound: Bound
    after: int

    def as_json(self) -> dict[str, object]:
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "value": format(self.value.normalize(), "f"),
            "unit": self.unit,
            "kind": self.kind,
        }
