"""The one way in which anything happens to a case: from a click, the API, a file or the worker.

run: lock the case → let what has run out run out → access → resolve → decide → papers and numbers → one transaction
that appends the chained events and writes the row. Refused: nothing is written.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import orjson

from fazhi.cases import access, definitions, listed, numbering, papers, personal, registers, resolve, store
from fazhi.cases.errors import CaseError, NotThere, Refused, Stale
from fazhi.cases.store import Row
from fazhi.law import SHANGHAI
from fazhi.ledger import chain, commit, quick
from fazhi.ledger import store as ledger
from fazhi.ledger.errors import Replayed
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Actor, Command, Definition, State, decide
from fazhi.procedures.state import Body, apply

NEXT = ("opened", "acted", "recorded", "expired")


@dataclass(frozen=True, slots=True)
class Result:
    """What was written: the case, its last sequence number, the events' bodies. `replayed`: it had been done before."""

    case: str
    seq: int
    events: tuple[Body, ...] = ()
    replayed: bool = False


@dataclass(slots=True)
class Run:
    """One command on its way."""

    cursor: Any
    using: str
    vendor: str
    now: datetime
    row: Row
    d: Definition
    actor: Actor
    kept: list[personal.Kept]
    events: list[Body]
    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(SHANGHAI).date()
        self.row.alg = registers.digest(self.row.county, self.today)  # a case may change in its course


def new_id() -> str:
    """32 hex digits that rise with time: neighbours in time are neighbours in every index."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def run(
    command: Command,
    ctx: ActorContext | None,
    *,
    case: str | None = None,
    procedure: str | None = None,
    key: str | None = None,
    expected_seq: int | None = None,
    now: datetime | None = None,
    using: str = "default",
    new_case: str | None = None,
    county: str = "",
    definition: Definition | None = None,
) -> Result:
    """Carry out a command. `ctx` None is the worker; `key` makes it happen once; `expected_seq` refuses a stale page.

    Raises Refused (with every reason), Stale, NotThere, or another CaseError; then nothing has been written.
    """
    now = now or datetime.now(UTC)
    try:
        with (writing := store.writing(using, lazy=True)) as cursor:
            return _run(
                cursor,
                writing.connection.vendor,
                command,
                ctx,
                case,
                procedure,
                key,
                expected_seq,
                now,
                using,
                new_case,
                county,
                definition,
            )
    except Replayed as done:
        return Result(done.case, done.seq, replayed=True)


def _run(
    cursor: Any, vendor: str, c: Command, ctx: ActorContext | None, case: str | None, procedure: str | None, key: str | None,
    expected_seq: int | None, now: datetime, using: str, new_case: str | None, county: str,
    definition: Definition | None,
) -> Result:  # fmt: skip
    if case is not None:
        row = store.lock(cursor, case, vendor, key)
        if row is None:
            raise NotThere
        d = definitions.by_hash(row.definition)
        if ctx is not None:
            access.need(ctx, d, row)
        if row.used and key and (done := ledger.by_key(key, using=using)):
            return Result(done.case, done.seq, replayed=True)
    else:
        version, used = _version(cursor, key)
        registers.at_version(version)
        if used and key and (done := ledger.by_key(key, using=using)):
            return Result(done.case, done.seq, replayed=True)
        d = definitions.in_force(procedure or "", c.on)
        definitions.keep(d, using)
        row = Row(
            new_case or new_id(),
            county=ctx.county if ctx else county,
            procedure=d.name,
            definition=d.hash,
            fresh=True,
        )
    run = Run(cursor, using, vendor, now, row, definition or d, resolve.actor(ctx, definition or d), [], [])
    if row.elsewhere and c.mode == "live" and c.kind not in ("recalculate", "migrate"):
        raise CaseError(
            f"本案在「{row.elsewhere}」中办理，这里只登记结果", next="请在该系统中办理，结果随每周导入更新"
        )
    if row.state is not None:
        if c.kind != "expire" and row.expires and str(row.expires)[:10] < run.today.isoformat():
            run_out(run)
        if expected_seq is not None and row.state.seq != expected_seq:
            raise Stale(_since(row, expected_seq, using))
    c, kept = resolve.command(run.d, c, row.alg, using)
    run.kept += kept
    c, kept = personal.withhold(run.d, c, row.alg)
    run.kept += kept
    step(run, c, before=_before(row, c, using))
    finish(run, key)
    return Result(row.id, row.seq, tuple(run.events))


def step(run: Run, c: Command, *, before: State | None = None) -> None:
    """Decide one command on the state as it stands, and apply its events; raises Refused."""
    row, d = run.row, run.d
    organ = resolve.organ_of(d, row.state) if row.state else run.actor.organ
    found = resolve.resolved(d, c, row.state, row.county, row.id, organ, run.today, run.using)
    if c.source:
        found = replace(found, carried=_carried(c))
    decision = decide(d, row.state, c, run.actor, found, registers.calendar(), before)
    if not decision.ok:
        raise Refused(decision.refusals)
    take(run, decision.events)


def _carried(c: Command) -> frozenset[str]:
    return (
        frozenset(c.source.get("carried", "").split(","))
        if c.source.get("carried")
        else frozenset({c.action})
    )


def take(run: Run, bodies: Sequence[Body]) -> None:
    """Bodies of the engine become events: numbered, with their papers, applied to the state."""
    row = run.row
    for body in bodies:
        body["recorded_at"] = run.now.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
        state = row.state or State()
        templates = body.pop("papers", ())
        if not state.number and body["type"] in NEXT:
            _number(run, body)
        row.state = apply(state, body)
        if row.organ == "":
            _seat(run)
        if templates:
            papers.make(run, body, templates)
            if body["type"] in NEXT:
                row.state.documents.extend(
                    {**x, "seq": body["seq"], "on": body["occurred_on"]} for x in body["documents"]
                )
        run.events.append(body)


def _number(run: Run, body: Body) -> None:
    """The case's own number, at its first event that counts."""
    if body.get("source", {}).get("number"):
        body["number"] = body["source"]["number"]
        return
    s = run.d.source
    series = s.number.series if s.number else (s.short or s.title)
    form = s.number.form if s.number else "{organ}{series}〔{year}〕{n}号"
    state = run.row.state or State()
    given = {**state.sides, **body.get("sides", {})}
    organ = next(
        (str(given[k][0]) for k, side in s.sides.items() if side.is_ != "party" and given.get(k)), ""
    )
    year = int(body["occurred_on"][:4])
    n = numbering.give(run.cursor, run.vendor, organ, series, year, run.row.id, body["seq"])
    short = registers.organ(organ).get("short", "")
    body["number"] = numbering.wording(form, organ=short, series=series, year=year, n=n)


def _seat(run: Run) -> None:
    """Which organ handles the case, and who has it in hand."""
    row = run.row
    assert row.state is not None
    row.organ = resolve.organ_of(run.d, row.state)
    row.path = registers.organ(row.organ).get("path", "")
    row.person = "" if run.actor.system else run.actor.person


def finish(run: Run, key: str | None = None) -> None:
    """Link and append the events, keep the words beside them, write the row, its sides and its errands."""
    row = run.row
    if not run.events:
        return
    head = row.head
    for i, body in enumerate(run.events):
        body["prev"] = head.hex()
        data, head = chain.link(body, row.alg)
        ledger.append(
            run.cursor, case=row.id, seq=body["seq"], county=row.county, alg=row.alg, hash=head, body=data,
            key=key if i == len(run.events) - 1 else None,
        )  # fmt: skip
    row.head = head
    if run.kept:
        commit.store(run.cursor, row.id, run.kept)
    # What is handled elsewhere runs out there: here nothing follows of itself.
    row.expires = next_expiry(run.d, row.state) if row.state and not row.elsewhere else None
    fresh = row.fresh
    if fresh or any(_known_by(run.d, body) for body in run.events):
        row.title = title(run.d, row.state)  # type: ignore[arg-type]
        _sides(run, fresh)
    store.write(run.cursor, row)
    for body in run.events:
        _errands(run, body)


def _known_by(d: Definition, body: Body) -> bool:
    """Whether the event may change by what, or by whom, the case is found."""
    if "sides" in body or "replace" in body.get("effects", ()):
        return True
    if access.may_tell(d, body):
        return True
    fields = d.source.fields
    return any(
        n in fields and (fields[n].find or fields[n].type in ("code", "person", "officer", "party", "link"))
        for n in body.get("values", ())
    )


def next_expiry(d: Definition, state: State) -> str | None:
    """The earliest day after which something follows of itself."""
    days = []
    for name, record in state.clocks.items():
        if record["status"] != "running" or not record["due"]:
            continue
        part, _, rest = name.partition("#")
        clock = d.part_clocks.get(part, {}).get(rest.partition(".")[2]) if rest else d.clocks.get(name)
        if clock and clock.expire and clock.expire.do and not clock.expire.ask:
            days.append(record["due"][:10])
    return min(days, default=None)


def title(d: Definition, state: State) -> str:
    """What a list shows: the words by which the case is known; a natural person only masked."""

    def coded(codes: str, code: str, state: State) -> str:
        day = date.fromisoformat(state.opened_on) if state.opened_on else d.from_
        return str(registers.codes(state.county, codes, day, "").get(code, {}).get("title", code))

    return listed.title(d, state, code=coded, case=named, party=shown)


def named(case: str) -> str:
    """Another case by its number and title; what is no case of this ledger (a number elsewhere) as it was written."""
    other = store.read(case) if len(case) == 32 else None
    return " ".join(x for x in (other.number, other.title) if x) if other else case


def shown(party: dict[str, Any]) -> str:
    """A natural person's masked name, as the register has it now."""
    from fazhi.organs.models import Party

    row = Party.objects.filter(pk=party["id"]).only("shown_name").first()
    return row.shown_name if row else ""


def _sides(run: Run, fresh: bool) -> None:
    """Who takes part, for access and look-up: only what has changed is written."""
    assert run.row.state is not None
    wanted = listed.taking_part(run.d, run.row.state)
    have: set[tuple[str, str, str]] = set()
    if not fresh:
        run.cursor.execute("SELECT side, who, path FROM cases_side WHERE case_id = %s", (run.row.id,))
        have = {tuple(r) for r in run.cursor.fetchall()}
    if gone := have - wanted:
        run.cursor.executemany(
            "DELETE FROM cases_side WHERE case_id = %s AND side = %s AND who = %s",
            [(run.row.id, s, w) for s, w, _ in gone],
        )
    for x in sorted(wanted - have):
        quick.later(
            run.cursor,
            "INSERT INTO cases_side (case_id, side, who, path) VALUES (%s, %s, %s, %s)",
            (run.row.id, *x),
        )


def _errands(run: Run, body: Body) -> None:
    links = body.get("effects", {}).get("links") or ()
    if not links or body.get("source"):  # imported history opens nothing anew
        return
    rows = [
        (run.row.id, body["seq"], i, "opens" if x.get("opens") else "tells", orjson.dumps(x), 0, "")
        for i, x in enumerate(links)
    ]
    run.cursor.executemany(
        'INSERT INTO cases_errand (case_id, seq, "index", kind, data, tries, trouble) VALUES (%s,%s,%s,%s,%s,%s,%s)',
        rows,
    )


def run_out(run: Run) -> None:
    """Carry out what limits that have run out bring with them, in the order of their days."""
    own = run.actor
    run.actor = resolve.actor(None)
    for _ in range(50):
        state = run.row.state
        assert state is not None
        due = sorted(
            (r["due"], name) for name, r in state.clocks.items()
            if r["status"] == "running" and r["due"] and r["due"][:10] < run.today.isoformat()
        )  # fmt: skip
        for _, name in due:
            c = Command("expire", clock=name, on=run.today)
            found = resolve.resolved(
                run.d, c, state, run.row.county, run.row.id, run.row.organ, run.today, run.using
            )
            decision = decide(run.d, state, c, run.actor, found, registers.calendar())
            if decision.ok and decision.events:
                take(run, decision.events)
                break
        else:
            break
    run.actor = own


def expire(case: str, *, now: datetime | None = None, using: str = "default") -> Result:
    """The worker's part: let one case's limits run out. May run twice."""
    now = now or datetime.now(UTC)
    with (writing := store.writing(using)) as cursor:
        vendor = writing.connection.vendor
        row = store.lock(cursor, case, vendor)
        if row is None or row.state is None:
            raise NotThere
        run = Run(
            cursor, using, vendor, now, row, definitions.by_hash(row.definition), resolve.actor(None), [], []
        )
        run_out(run)
        if not run.events:  # nothing followed: do not come back for it tomorrow
            row.expires = None
            store.write(cursor, row)
        finish(run)
        return Result(row.id, row.seq, tuple(run.events))


def _version(cursor: Any, key: str | None) -> tuple[int, bool]:
    """The registers' stamp, and whether the idempotency key has been used."""
    cursor.execute(
        "SELECT (SELECT version FROM cases_stamp WHERE id = 1), (SELECT e.seq FROM ledger_event e WHERE e.key = %s)",
        (key,),
    )
    version, used = cursor.fetchone()
    return int(version or 0), used is not None


def _before(row: Row, c: Command, using: str) -> State | None:
    """For a void: the state before the event that is taken back."""
    voiding = c.kind == "void" and c.target
    if not voiding:
        return None
    from fazhi.cases.refold import fold

    return fold(row.id, until=c.target - 1, using=using)


def _since(row: Row, seq: int, using: str) -> list[str]:
    """What happened after `seq`, in words."""
    from fazhi.cases.refold import bodies

    d = definitions.by_hash(row.definition)
    told = []
    for body in bodies(row.id, using=using):
        if body["seq"] > seq:
            action = d.actions.get(body.get("action", ""))
            told.append(f"{body['occurred_on']} {action.title if action else body['type']}")
    return told


__all__ = ["CaseError", "Refused", "Result", "Stale", "expire", "run"]
