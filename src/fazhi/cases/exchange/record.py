"""Filings through the engine in record mode, to rows that are ready to be inserted. No statement a case.

The same `decide` and `apply` as for every act; what differs is that nothing is asked of the database in between.
Imported history has no papers, opens no other cases, looks up nothing in them, and lets nothing run out by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from fazhi.cases import listed, registers, resolve, store
from fazhi.cases.exchange.desk import Desk
from fazhi.cases.exchange.filing import ELSEWHERE_NONE, Filing
from fazhi.cases.exchange.plan import Step, steps
from fazhi.cases.exchange.writing import Piece
from fazhi.cases.service import named, new_id, shown
from fazhi.cases.store import Row
from fazhi.ledger import chain, commit
from fazhi.organs.party_batch import Wanted
from fazhi.organs.tables import RowError
from fazhi.procedures import SYSTEM, Command, Definition, Resolved, State, decide
from fazhi.procedures.state import Body, apply

# What the engine itself puts together; values, facts, sides and parameters are looked at one by one.
BUILT = frozenset({"needs", "effects", "source", "actor"})


@dataclass(slots=True)
class Entry:
    """One case on its way: its row, its state so far, the events to be appended."""

    row: Row
    d: Definition
    state: State
    head: bytes
    source: dict[str, str]
    before: int = 0  # seq when the import began
    events: list[tuple[Any, ...]] = field(default_factory=list)  # as `writing.EVENT` names their columns
    kept: list[commit.Kept] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)  # party id: masked name


class Recorder:
    """Runs the acts of one import; `batch`, `system` and `by` stand in the source of every event."""

    def __init__(
        self,
        desk: Desk,
        procedure: str,
        *,
        batch: str,
        system: str,
        by: str,
        now: datetime,
    ) -> None:
        self.desk, self.procedure = desk, procedure
        self.batch, self.system, self.by = batch, system, by
        self.alg = registers.digest(desk.county.code, desk.today)
        self.now = now.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
        self.calendar = registers.calendar()
        self.ids: dict[str, str] = {}  # of the cases that the file makes, by their numbers
        self.kept: list[tuple[str, commit.Kept]] = []  # of the piece at hand, sealed together
        self._resolved: dict[tuple[Any, ...], Resolved] = {}

    def source(self, filing: Filing) -> dict[str, str]:
        told = {"system": self.system, "number": filing.number, "batch": self.batch, "row": str(filing.row)}
        if self.by:
            told["by"] = self.by
        if filing.elsewhere:
            told["elsewhere"] = filing.elsewhere
        return told

    def new(self, filing: Filing, piece: Piece) -> list[RowError]:
        """A case that is not here yet. Errors are those of the engine, by row and column."""
        d = filing.d
        if filing.elsewhere in ELSEWHERE_NONE:
            filing.elsewhere = ""
        row = Row(
            self.ids.get(filing.number) or new_id(), county=self.desk.county.code, procedure=d.name, definition=d.hash, source=self.system,
            source_number=filing.number, alg=self.alg, fresh=True,
        )  # fmt: skip
        state = State(case=row.id, procedure=d.name, definition=d.hash, county=row.county)
        entry = Entry(row, d, state, b"", self.source(filing))
        sides = self.sides(filing, entry)
        made = steps(filing.layout, filing.acts, filing.values, filing.facts)
        if errors := self.act(entry, filing, made, sides):
            return errors
        row.elsewhere = filing.elsewhere
        self.finish(entry, piece)
        return []

    def sides(self, filing: Filing, entry: Entry) -> dict[str, list[Any]]:
        """The sides as events keep them: ids of organs, snapshots of parties with their personal words beside."""
        found: dict[str, list[Any]] = {filing.layout.handling: [filing.organ]}
        for side, members in filing.sides.items():
            found[side] = [self.party(x, side, entry) if isinstance(x, Wanted) else x for x in members]
        return found

    def party(self, w: Wanted, side: str, entry: Entry) -> dict[str, Any]:
        known = self.desk.book.record(w, int(entry.source["row"]))
        entry.shown[known.id] = known.shown
        made: dict[str, Any] = dict(known.plain)
        if known.personal:
            made["commit"] = self._keep(known.personal, side, entry)
        return made

    def _keep(self, words: Any, name: str, entry: Entry) -> str:
        commitment, salt = commit.commit(words, self.alg)
        entry.kept.append(commit.Kept(commitment, salt, words, name, self.alg))
        return commitment

    def beside(self, entry: Entry, part: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Free text and personal values as commitments."""
        if not values:
            return {}
        fields = entry.d.source.fields
        if part:
            fields = fields | entry.d.source.parts[part].fields
        found = {}
        for name, value in values.items():
            f = fields.get(name)
            if f is not None and f.beside:
                if f.many:
                    value = [
                        x if isinstance(x, dict) else {"commit": self._keep(x, name, entry)} for x in value
                    ]
                elif not isinstance(value, dict):
                    value = {"commit": self._keep(value, name, entry)}
            found[name] = value
        return found

    def act(
        self, entry: Entry, filing: Filing, made: Sequence[Step], sides: dict[str, list[Any]] | None = None
    ) -> list[RowError]:
        """Record acts in their order; stops at the first that cannot be, and says why."""
        carried = frozenset(a.action for a in filing.acts)
        opened = filing.opened_on
        for step in made:
            part = step.part[0] if step.part else ""
            c = Command(
                "act", step.action, step.on, step.at, step.outcome,
                self.beside(entry, part, {**step.values, **step.row} if step.row else step.values), step.facts, sides or {},
                step.part[1] if step.part and not entry.d.actions[step.action].adds else None, "", 0, "record", entry.source,
            )  # fmt: skip
            sides = None
            if errors := self.decide(entry, filing, c, self.resolved(filing, step.on, opened, carried)):
                return errors
        return []

    def resolved(self, filing: Filing, on: date, opened: date, carried: frozenset[str]) -> Resolved:
        """Parameters of the act's day, codes of the day on which the case began; shared by all such acts."""
        desk, d = self.desk, filing.d
        key = (d.hash, desk.steady(on), desk.steady(opened), filing.organ, carried, filing.lawful)
        found = self._resolved.get(key)
        if found is None:
            codes = {
                name: rows for name, f in d.source.fields.items()
                if f.codes and (rows := desk.codes(f.codes, opened, filing.organ))
            }  # fmt: skip
            parameters = desk.parameters(tuple(d.source.parameters), on) if filing.lawful else {}
            found = self._resolved[key] = Resolved(
                desk.today, parameters, {}, codes, desk.county.code, "", carried
            )
        return found

    def decide(
        self, entry: Entry, filing: Filing, c: Command, found: Resolved, before: State | None = None
    ) -> list[RowError]:
        decision = decide(entry.d, entry.state, c, SYSTEM, found, self.calendar, before)
        if not decision.ok:
            return [self._error(filing, c, r) for r in decision.refusals]
        row = entry.row
        for body in decision.events:
            self.append(entry, row, body)
        return []

    def append(self, entry: Entry, row: Row, body: Body) -> None:
        body.pop("papers", None)
        body["recorded_at"] = self.now
        if not entry.state.number and body["type"] == "recorded":
            body["number"] = entry.source["number"]
        entry.state = apply(entry.state, body)
        body["prev"] = entry.head.hex()
        data, entry.head = chain.link(body, self.alg, BUILT)
        entry.events.append((row.id, body["seq"], row.county, self.alg, entry.head, data))

    def _error(self, filing: Filing, c: Command, refusal: Any) -> RowError:
        column = filing.layout.column(f"field.{refusal.field}") if refusal.field else None
        if column is None:
            column = filing.layout.column(f"act.{c.action}")
        words = refusal.message + (f"（{refusal.law}）" if refusal.law else "")
        return RowError(filing.row, column.title if column else "", words)

    def finish(self, entry: Entry, piece: Piece) -> None:
        """The case's row, its sides and the words beside its events."""
        row, state = entry.row, entry.state
        row.alg = self.alg
        settle(row, entry.d, state, entry.head)
        if state.acts:  # of a case taken back whole, the list keeps the words by which it was known
            row.title = listed.title(
                entry.d, state, code=self._code, case=named,
                party=lambda x: entry.shown.get(x["id"], "") or shown(x),
            )  # fmt: skip
        sides = [(row.id, *x) for x in sorted(listed.taking_part(entry.d, state))]
        columns = (row.id, *(getattr(row, name) for name in store.COLUMNS[:-1]), store.state_bytes(state))
        if row.fresh:
            piece.cases.append(columns)
        else:
            piece.updates.append((entry.before, columns))
            piece.cleared.append(row.id)
        piece.sides += sides
        piece.events += entry.events
        self.kept += [(row.id, kept) for kept in entry.kept]
        if entry.events:
            piece.touched.append((self.batch, row.id, entry.events[0][1], entry.events[-1][1]))

    def flush(self, piece: Piece) -> None:
        """Seal the personal words of a piece, and hand over its new parties, each with the row that names it."""
        piece.personal = commit.sealed(self.kept)
        self.kept = []
        piece.parties, self.desk.book.fresh = self.desk.book.fresh, []

    def _code(self, listed_in: str, code: str, state: State) -> str:
        day = date.fromisoformat(state.opened_on) if state.opened_on else self.desk.today
        return str(self.desk.codes(listed_in, day, "").get(code, {}).get("title", code))


def settle(row: Row, d: Definition, state: State, head: bytes) -> None:
    """The row's columns from the state. Nothing of imported history runs out by itself: what its source did not tell
    may have happened all the same. The first act of a person here sets the limits going."""
    row.state, row.head, row.seq = state, head, state.seq
    row.phase, row.outcome, row.definition, row.number = (
        state.phase,
        state.outcome,
        state.definition,
        state.number,
    )
    row.opened_on, row.closed_on = state.opened_on or None, state.closed_on or None
    row.pending = row.pending_by = ""
    row.expires = None
    store._dates(row, state)
    organ = resolve.organ_of(d, state)
    if organ:
        row.organ, row.path = organ, registers.organ(organ).get("path", "")
