"""A case as cells: dates as dates, money as yuan, codes and choices by their titles, parties by what the case kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connections

from fazhi.cases import access, registers
from fazhi.cases.exchange import values as v
from fazhi.cases.exchange.columns import Column, Layout, heading
from fazhi.cases.store import Row
from fazhi.ledger.commit import ERASED
from fazhi.organs.actor import ActorContext
from fazhi.procedures.grammar import FieldDef

Cells = dict[str, Any]  # by heading


class Shower:
    """Cells of some cases at once. `words`: what lies behind their commitments, as far as the reader may have it."""

    def __init__(
        self, words: Mapping[str, Any], rows: Sequence[Row], ctx: ActorContext, today: date, using: str
    ) -> None:  # fmt: skip
        self.words, self.today = words, today
        self._identities = _identities(rows, using)
        self._numbers = _numbers(rows, ctx, using)

    def cells(self, row: Row, each: Layout, sight: access.Sight) -> Cells:
        """The main sheet's line. A side that sees only its own gets no more than that the case is there."""
        state, found = row.state, dict[str, Any]()
        assert state is not None
        dates: dict[str, list[str]] = {}
        ends: dict[str, list[str]] = {}
        for act in state.acts:
            dates.setdefault(act["a"], []).append(act.get("at") or act["d"])
            if "o" in act:
                ends.setdefault(act["a"], []).append(act["o"])
        opening = {a.name for a in each.d.opening}
        for column in each.columns:
            if not sight.all and column.key not in ("number", "organ", "id") and column.name not in opening:
                continue
            value = self._cell(column, row, each, sight, dates, ends)
            if value not in (None, "", []):
                found[heading(column.title)] = value
        return found

    def _cell(
        self, column: Column, row: Row, each: Layout, sight: access.Sight, dates: dict[str, list[str]],
        ends: dict[str, list[str]],
    ) -> Any:  # fmt: skip
        state = row.state
        assert state is not None
        match column.family:
            case "number":
                return row.source_number or row.number or row.id
            case "organ":
                return registers.organ(row.organ).get("name", row.organ)
            case "elsewhere":
                return row.elsewhere
            case "id":
                return row.id
            case "act":
                return _days(dates.get(column.name, []))
            case "end":
                return v.joined([column.choices.get(o, o) for o in ends.get(column.name, [])])
            case "side" if column.kind == "organ":
                return v.joined([registers.organ(x).get("name", x) for x in state.sides.get(column.name, [])])
            case "side":
                return self._parties(column, state.sides.get(column.name, []))
            case "fact":
                return self.value(column, state.facts.get(column.name), row)
        if access.hidden(each.d, sight, column.name):
            return v.MASKED if column.name in state.values else None
        return self.value(column, state.values.get(column.name), row, each.d.source.fields.get(column.name))

    def parts(self, row: Row, each: Layout, sight: access.Sight) -> dict[str, list[Cells]]:
        """The part sheets' lines, by sheet."""
        state = row.state
        assert state is not None
        found: dict[str, list[Cells]] = {}
        if not sight.all:
            return found
        for part, columns in each.parts.items():
            source = each.d.source.parts[part]
            for at, kept in enumerate(state.parts.get(part, [])):
                line: Cells = {}
                acts = [a for a in state.acts if a.get("p") == [part, at]]
                for column in columns:
                    if column.key == "number":
                        value: Any = row.source_number or row.number or row.id
                    elif column.family == "act":
                        value = _days([a.get("at") or a["d"] for a in acts if a["a"] == column.name])
                    elif column.family == "end":
                        value = v.joined(
                            [
                                column.choices.get(a["o"], a["o"])
                                for a in acts
                                if a["a"] == column.name and "o" in a
                            ]
                        )
                    else:
                        value = self.value(column, kept.get(column.name), row, source.fields.get(column.name))
                    if value not in (None, ""):
                        line[heading(column.title)] = value
                found.setdefault(source.title, []).append(line)
        return found

    def value(self, column: Column, stored: Any, row: Row, f: FieldDef | None = None) -> Any:
        if stored is None:
            return None
        if isinstance(stored, list):
            shown = [str(x) for s in stored if (x := self._one(column, s, row)) not in (None, "")]
            return v.MASKED if v.MASKED in shown else v.joined(shown)
        return self._one(column, stored, row)

    def _one(self, column: Column, stored: Any, row: Row) -> Any:
        if isinstance(stored, dict) and "commit" in stored and "id" not in stored:
            said = self.words.get(stored["commit"])
            return v.MASKED if said is None else str(said) if said is not ERASED else v.GONE
        match column.kind:
            case "day":
                return date.fromisoformat(str(stored)[:10])
            case "moment":
                return v.shown_moment(str(stored))
            case "money":
                return int(stored) / 100 if int(stored) % 100 else int(stored) // 100
            case "bool":
                return "是" if stored else "否"
            case "choice":
                return column.choices.get(str(stored), str(stored))
            case "code":
                return self._code(column, str(stored), row)
            case "person":
                return stored.get("name", "") if isinstance(stored, dict) else str(stored)
            case "link":
                return self._numbers.get(str(stored), str(stored))
        return stored if isinstance(stored, int) else str(stored)

    def _code(self, column: Column, code: str, row: Row) -> str:
        day = date.fromisoformat(str(row.opened_on)[:10])
        for on in (day, self.today):
            known = registers.codes(row.county, column.codes, on, row.organ).get(code)
            if known:
                return str(known["title"])
        return code

    def _parties(self, column: Column, members: Sequence[Any]) -> Any:
        names = [self._party("party_name", x) for x in members if isinstance(x, dict)]
        if silent := v.SILENT & set(names):  # then nothing of them is told: the columns belong together
            return min(silent)
        shown = [self._party(column.kind, x) for x in members if isinstance(x, dict)]
        return v.joined(shown) if any(shown) else None

    def _party(self, kind: str, x: Mapping[str, Any]) -> str:
        from fazhi.organs.models import Party

        words: Mapping[str, Any] = x
        if "commit" in x:
            said = self.words.get(x["commit"])
            words = {**x, **said} if isinstance(said, Mapping) else x
            if kind in ("party_name", "party_number") and x.get("kind") == "citizen" and words is x:
                return v.GONE if said is ERASED else v.MASKED
        match kind:
            case "party_name":
                return str(words.get("name", ""))
            case "party_kind":
                return dict(Party.Kind.choices).get(str(x.get("kind", "")), "")
            case "party_identity_kind":
                return dict(Party.Identity.choices).get(self._identities.get(str(x.get("id")), ""), "")
        return str(words.get("identity") or words.get("uscc") or "")


def _days(stored: Sequence[str]) -> Any:
    """One day as a day, several as words; a time stays beside its day."""
    if len(stored) == 1 and "T" not in stored[0]:
        return date.fromisoformat(stored[0])
    return v.joined([v.shown_moment(s) if "T" in s else s for s in stored])


def _identities(rows: Sequence[Row], using: str) -> dict[str, str]:
    """{party id: kind of identity} of every party of these cases."""
    from fazhi.organs.models import Party

    ids = {
        x["id"] for row in rows if row.state for members in row.state.sides.values() for x in members if isinstance(x, dict)
    }  # fmt: skip
    ordered, found = sorted(ids), dict[str, str]()
    for start in range(0, len(ordered), 400):
        some = Party.objects.using(using).filter(pk__in=ordered[start : start + 400])
        found.update(some.values_list("id", "identity_kind"))
    return found


def _numbers(rows: Sequence[Row], ctx: ActorContext, using: str) -> dict[str, str]:
    """{id: number} of the cases that these name in their values, as far as the reader may know of them."""
    ids = {
        x for row in rows if row.state for value in row.state.values.values()
        for x in (value if isinstance(value, list) else [value]) if isinstance(x, str) and len(x) == 32
    }  # fmt: skip
    ordered, found = sorted(ids), dict[str, str]()
    condition, params = access.condition(ctx)
    with connections[using].cursor() as cursor:
        for start in range(0, len(ordered), 400):
            some = ordered[start : start + 400]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT c.id, c.number FROM cases_case c WHERE c.number <> '' AND c.id IN ({marks}) AND {condition}",
                [*some, *params],
            )
            found.update(dict(cursor.fetchall()))
    return found
