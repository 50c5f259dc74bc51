"""What a condition sees of a case: values, facts, parameters, parts and what was done, on a given day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fazhi.procedures.conditions import UNKNOWN, Condition, cel_date
from fazhi.procedures.model import Definition
from fazhi.procedures.state import State

Row = tuple[str, int]


class View:
    """Reads, never writes. Computed facts are evaluated once; make a new View after the state has changed."""

    __slots__ = ("_memo", "carried", "codes", "d", "on", "row", "s")

    def __init__(
        self,
        d: Definition,
        s: State,
        on: date,
        codes: Mapping[str, Any] | None = None,
        row: Row | None = None,
        carried: frozenset[str] | None = None,
    ) -> None:
        self.d, self.s, self.on, self.row = d, s, on, row
        self.codes = codes or {}
        self.carried = carried
        self._memo: dict[str, Any] = {}

    def evaluate(self, condition: Condition) -> Any:
        data: dict[str, Any] = {}
        memo = self._memo
        for name in condition.names:
            value = memo[name] if name in memo else self.value(name)
            if value is not UNKNOWN:
                data[name] = value
        for variable, function, arguments in condition.calls:
            if variable not in memo:
                answer = self.call(function, arguments)
                told = answer or self.carried is None or self._tells(function, arguments)
                memo[variable] = answer if told else UNKNOWN
            if (known := memo[variable]) is not UNKNOWN:
                data[variable] = known
        return condition.evaluate(data)

    def value(self, name: str) -> Any:
        """The value of a declared name as CEL wants it, or UNKNOWN."""
        if name in self._memo:
            return self._memo[name]
        self._memo[name] = UNKNOWN  # a fact that refers to itself is unknown, not endless
        found = self._memo[name] = self._find(name)
        return found

    def _find(self, name: str) -> Any:
        s, d = self.s, self.d
        if self.row:
            row = s.parts[self.row[0]][self.row[1]]
            if name == "part_phase":
                return row.get("phase", UNKNOWN)
            if name in row and name not in ("phase", "index"):  # the row's own are part_phase
                return self._cel(name, row[name])
        kinds = _kinds.get(d.hash)
        if kinds is None:
            kinds = _kinds[d.hash] = {}
        kind = kinds.get(name)
        if kind is None:
            kind = kinds[name] = _kind(d, name)
        if kind == "value":
            known = s.values.get(name)
            return UNKNOWN if known is None else known
        if kind == "asked":
            known = s.facts.get(name)
            return UNKNOWN if known is None else self._cel(name, known)
        if kind == "computed":
            return self.evaluate(d.facts[name].value)  # type: ignore[arg-type]
        if kind == "date":
            return self._cel(name, s.values.get(name))
        if kind == "parameter":
            return s.parameters.get(name[6:], UNKNOWN)
        if kind == "part":
            return s.parts.get(name, [])  # dates in rows stay text: CEL has no type for a row's fields
        if kind == "side":
            return (
                [x if isinstance(x, dict) else {"id": x} for x in s.sides.get(name, [])]
                if name in s.sides
                else UNKNOWN
            )
        if kind == "own":
            return getattr(s, name)
        if kind == "opened":
            return cel_date(s.opened_on) if s.opened_on else UNKNOWN
        if kind == "row":
            code = s.values.get(name[:-4])
            columns = self.codes.get(name[:-4], {}).get(code) if code is not None else None
            return UNKNOWN if columns is None else columns
        return UNKNOWN

    def _cel(self, name: str, value: Any) -> Any:
        if value is None:
            return UNKNOWN
        if name in self.d.dates:
            return [cel_date(v) for v in value] if isinstance(value, list) else cel_date(value)
        return value

    def call(self, function: str, arguments: tuple[str, ...]) -> bool:
        if function == "done":
            return self._last(arguments[0]) >= 0
        if function == "elapsed":
            return self.elapsed(arguments[0])
        if function == "done_after":
            return self._last(arguments[0]) > self._last(arguments[1])
        action, side = arguments  # by_side
        return any(a["a"] == action and a.get("side") == side for a in self.s.acts)

    def _tells(self, function: str, arguments: tuple[str, ...]) -> bool:
        """Imported history: whether the row has dates for what is asked; what it does not carry is unknown, not false."""
        assert self.carried is not None
        if function == "elapsed":
            return any(name.split(".")[-1] == arguments[0] for name in self.s.clocks)
        acts = arguments[:1] if function in ("by_side", "done_after") else arguments
        return all(a.split(".")[0] in self.carried for a in acts)

    def _last(self, act: str) -> int:
        """Place of the last such act, -1 if there is none. In a part's row: of that row, or of the case."""
        action, _, outcome = act.partition(".")
        for index in range(len(self.s.acts) - 1, -1, -1):
            a = self.s.acts[index]
            if a["a"] == action and (not outcome or a.get("o") == outcome) and self._in_row(a):
                return index
        return -1

    def _in_row(self, act: dict[str, Any]) -> bool:
        part = act.get("p")
        return self.row is None or part is None or part[0] != self.row[0] or part[1] == self.row[1]

    def elapsed(self, clock: str) -> bool:
        """Whether the limit or wait has run out: the day lies after its last day; for a notice before an act, on it."""
        s = self.s
        if clock in self.d.clocks:
            return _elapsed(s.clocks.get(clock), self.on)
        if self.row:
            return _elapsed(s.clocks.get(f"{self.row[0]}#{self.row[1]}.{clock}"), self.on)
        return any(_elapsed(c, self.on) for i, c in s.clocks.items() if i.endswith("." + clock))


_kinds: dict[str, dict[str, str]] = {}  # by hash of the definition: where each name's value is found


def _kind(d: Definition, name: str) -> str:
    if name in ("phase", "outcome"):
        return "own"
    if name == "opened_on":
        return "opened"
    if name in d.facts:
        return "asked" if d.facts[name].value is None else "computed"
    if name in d.source.fields:
        return "date" if name in d.dates else "value"
    if name.startswith("param_"):
        return "parameter"
    if name in d.part_clocks:
        return "part"
    if name in d.source.sides:
        return "side"
    return "row" if name.endswith("_row") else "nothing"


def _elapsed(record: dict[str, Any] | None, on: date) -> bool:
    if record is None or not record.get("due") or record["status"] in ("given_way", "paused"):
        return False
    if record["status"] == "met" and record["kind"] in ("limit", "date"):
        return False  # stopped in time: it never ran out
    due, today = record["due"][:10], on.isoformat()
    return bool(today >= due if record["kind"] == "notice" else today > due)
