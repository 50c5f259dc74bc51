"""A case as one person may read it: the one view-model behind the page, the API and the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Q

from fazhi.cases import access, definitions, lights, personal, registers, resolve, store
from fazhi.cases.models import CaseLink, Paper
from fazhi.cases.refold import bodies
from fazhi.ledger import access_log
from fazhi.ledger.access_log import Reader
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Person
from fazhi.procedures import Definition, Gate, Option, Resolved, State, gates, options
from fazhi.procedures.compose import placeholders
from fazhi.procedures.offers import all_needs
from fazhi.procedures.state import HAPPENED

KINDS = {
    "opened": "", "acted": "", "recorded": "（导入）", "expired": "（期限届满，系统办理）", "proposed": "提请审批", "agreed": "同意",
    "returned": "退回", "refused": "不同意", "withdrawn": "撤回提请", "corrected": "更正", "voided": "撤销记录",
    "recalculated": "期限重算", "migrated": "转入新版本", "noted": "备注", "erased": "依法删除个人信息",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `back_dated`: entered more than three days after its day in law.

    `phase`: (from, to) where the entry moved the case; `target`: the entry that a correction or void is about;
    `part`: (name, index) of the row that it is about.
    """

    seq: int
    kind: str
    action: str
    title: str
    outcome: str
    law: str
    on: str
    at: str
    recorded_at: str
    who: str
    organ: str
    reason: Any
    values: dict[str, Any]
    facts: dict[str, Any]
    part: tuple[str, int] | None
    phase: tuple[str, str] | None
    target: int
    needs: list[dict[str, Any]]
    flaws: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    back_dated: bool
    source: dict[str, str]
    discloses: dict[str, Any]


@dataclass(frozen=True)
class Running:
    """A clock with its light and derivation."""

    id: str
    record: dict[str, Any]
    light: lights.Light


@dataclass(frozen=True)
class CaseFile:
    """`state` holds what this person's side may see, no more; the row is the case's own.

    `people`: {person id: name} of everybody who appears here.
    """

    row: store.Row
    d: Definition
    state: State
    sight: access.Sight
    words: dict[str, Any]
    light: lights.Light
    clocks: list[Running]
    options: list[Option]
    gates: list[Gate]
    entries: list[Entry]
    papers: list[Paper]
    links: list[tuple[str, str]]  # (kind, other case)
    resolved: Resolved
    may_approve: bool
    people: dict[str, str]

    def shown(self, value: Any) -> Any:
        """A stored value with its personal words, for who may read them."""
        return personal.fill_in(value, self.words)


def reader(ctx: ActorContext, why: str = "") -> Reader:
    return Reader(ctx.person, ctx.post, ctx.organ, why)


def open_(ctx: ActorContext, case: str, today: date, *, using: str = "default") -> CaseFile:
    """Raises NotThere. The reading of personal words, and of another organ's case, is logged."""
    registers.refresh()
    row = store.read(case, using)
    d = definitions.by_hash(row.definition) if row else None
    seen = access.need(ctx, d, row)  # type: ignore[arg-type]
    assert row is not None
    assert d is not None
    assert row.state is not None
    state = row.state
    actor = resolve.actor(ctx, d)
    found = Resolved(
        today=today,
        parameters=registers.parameters(row.county, tuple(d.source.parameters), today),
        codes={
            k: rows
            for k, f in d.source.fields.items()
            if f.codes and (rows := registers.codes(row.county, f.codes, today, row.organ))
        },
        county=row.county,
        case=row.id,
    )
    history = bodies(case, using=using)
    seqs = {b["seq"] for b in history}
    mine = options(d, state, actor, found)
    asked = _answered(d, gates(d, state, found), history)
    approves = _may_approve(d, state, actor)
    if not seen.all:
        whole, history = history, [b for b in history if _theirs(d, b, ctx, state)]
        sent = _sent(d, ctx, state)
        seqs = {b["seq"] for b in history} | sent
        mine = [o for o in mine if o.mine]
        asked = []
        rows = _rows(d, ctx, history, whole, sent)
        state = _own(d, ctx, state, history, _told(d, state, sent), rows)
    if any(f.hidden_from for f in d.source.fields.values()):
        state = replace(
            state, values={k: v for k, v in state.values.items() if not access.hidden(d, seen, k)}
        )
    entries = [_entry(d, b, seen) for b in history]
    wanted: list[Any] = [state.values, state.sides, state.parts, state.pending]
    wanted += [[e.reason, e.values] for e in entries]
    words = personal.reveal(wanted, reader(ctx), using)
    if seen.foreign:
        with store.writing(using) as cursor:
            access_log.record(cursor, reader(ctx), "view", cases=[case])
    pending = state.pending or {}
    people = {row.person, pending.get("by", ""), *pending.get("agreed", ()), *(e.who for e in entries)}
    return CaseFile(
        row=row, d=d, state=state, sight=seen, words=words,
        light=lights.of_dates(row.due, row.warn_from, row.closed_on, today),
        clocks=[Running(k, r, lights.of_clock(r, today, () if seen.all else seen.sides)) for k, r in state.clocks.items() if r["due"] or r["status"] == "paused"],
        options=mine, gates=asked, entries=entries,
        papers=list(Paper.objects.using(using).filter(case=case, seq__in=seqs).order_by("seq", "id")),
        links=_links(ctx, case, state, d, using), resolved=found, may_approve=approves,
        people=dict(Person.objects.using(using).filter(pk__in=people - {"", "system"}).values_list("pk", "name")),
    )  # fmt: skip


def _answered(d: Definition, found: list[Gate], history: list[dict[str, Any]]) -> list[Gate]:
    """Gates of acts that happened say what was found on that day; imported history may not have told."""
    recorded: dict[str, dict[str, str]] = {}
    for body in history:
        if body["type"] in HAPPENED:
            results = {f"{n['where']}#{n['index']}": n["result"] for n in body.get("needs", ())}
            recorded[body.get("action", "")] = results
            if body.get("outcome"):
                recorded[f"{body['action']}.{body['outcome']}"] = results
    told = []
    for gate, need in zip(found, all_needs(d), strict=True):
        told_then = recorded.get(need.where)
        result = gate.result if told_then is None else told_then.get(f"{need.where}#{need.index}", "idle")
        told.append(replace(gate, result=result))
    return told


def _to_mine(state: State, own: set[str], to: str) -> bool:
    return bool(own & {x["id"] if isinstance(x, dict) else x for x in state.sides.get(to, ())})


def _sent(d: Definition, ctx: ActorContext, state: State) -> set[int]:
    """Entries whose papers were sent to this side."""
    own = set(access.mine(ctx, d))
    acts = {r.get("of") for r in state.parts.get("deliveries", ()) if _to_mine(state, own, r.get("to", ""))}
    return {a["s"] for a in state.acts if a["a"] in acts}


def _told(d: Definition, state: State, sent: set[int]) -> set[str]:
    """Fields that the papers sent to this side print in any case: what stands only in a conditional paragraph is not told."""
    found: set[str] = set()
    for act in state.acts:
        a = d.actions.get(act["a"])
        if act["s"] in sent and a:
            o = a.outcomes.get(act.get("o", ""))
            for name in (*a.documents, *(o.documents if o else ())):
                blocks = [
                    b
                    for b in d.documents.get(name, {}).get("blocks", ())
                    if "when" not in b and "each" not in b
                ]
                found |= set(placeholders({"blocks": blocks}))
    return found & set(d.source.fields)


def _rows(
    d: Definition,
    ctx: ActorContext,
    history: list[dict[str, Any]],
    whole: list[dict[str, Any]],
    sent: set[int],
) -> set[tuple[str, int]]:
    """Rows of parts that concern this side: which it worked on, whose paper was sent to it, by which it was brought in
    (a joint author that is consulted)."""
    own = set(access.mine(ctx, d))

    def names_it(body: dict[str, Any]) -> bool:
        members = (x for held in body.get("sides", {}).values() for x in held)
        return bool(own & {x["id"] if isinstance(x, dict) else x for x in members})

    theirs = [*history, *(b for b in whole if b["seq"] in sent or names_it(b))]
    return {(b["part"]["name"], b["part"]["index"]) for b in theirs if b.get("part")}


def _own(
    d: Definition,
    ctx: ActorContext,
    state: State,
    history: list[dict[str, Any]],
    told: set[str],
    rows: set[tuple[str, int]],
) -> State:
    """The state as a side sees it that sees only its own: what it entered, what the papers sent to it say, which organs
    take part."""
    own = set(access.mine(ctx, d))
    names = {k for b in history for k in b.get("values", {})} | told
    mine = {k for k in state.sides if _to_mine(state, own, k)}
    return replace(
        state,
        values={k: v for k, v in state.values.items() if k in names},
        facts={},
        parameters={},
        sides={k: v for k, v in state.sides.items() if d.source.sides[k].is_ != "party"},
        parts={
            k: kept for k, v in state.parts.items() if (kept := [r for r in v if (k, r["index"]) in rows])
        },
        clocks={k: c for k, c in state.clocks.items() if c.get("whose") in mine},
        pending=state.pending if (state.pending or {}).get("organ") in own else None,
        flaws=[],
        remedies=[],
    )


def _theirs(d: Definition, body: dict[str, Any], ctx: ActorContext, state: State) -> bool:
    """For a side that sees only its own: what it did, and what was sent to it."""
    own = set(access.mine(ctx, d))
    if body.get("actor", {}).get("organ") in own:
        return True
    part = body.get("part")
    if not part or part["name"] != "deliveries":
        return False
    return _to_mine(state, own, state.parts["deliveries"][part["index"]].get("to", ""))


def _may_approve(d: Definition, state: State, actor: Any) -> bool:
    from fazhi.procedures import steps

    p = state.pending
    return p is not None and steps._may_approve(d, state, p, actor, p["action"].startswith("$")) is None


def _links(ctx: ActorContext, case: str, state: State, d: Definition, using: str) -> list[tuple[str, str]]:
    """(kind, other case), each once: opened from here, the one that opened this, named in a field, naming this one.

    Cases that name this one count only where this person may know of them; the others stand in this case's own record.
    """
    found: dict[str, str] = {}
    for row in CaseLink.objects.using(using).filter(Q(case=case) | Q(other=case)):
        found[row.other if row.case == case else row.case] = row.kind if row.case == case else "opened_from"
    for name, field in d.source.fields.items():
        value = state.values.get(name)
        if field.type == "link" and value:
            found.update((v, field.title) for v in (value if isinstance(value, list) else [value]))
    sql, params = access.condition(ctx)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT c.id FROM cases_case c JOIN cases_side n ON n.case_id = c.id WHERE n.who = %s AND {sql} ORDER BY c.id",
            [case, *params],
        )
        for row in cursor.fetchall():
            found.setdefault(row[0], "refers")
    return [(kind, other) for other, kind in found.items()]


def _entry(d: Definition, body: dict[str, Any], seen: access.Sight) -> Entry:
    action = d.actions.get(body.get("action", ""))
    outcome = action.outcomes.get(body.get("outcome", "")) if action else None
    actor = body.get("actor", {})
    effects = body.get("effects", {})
    recorded = body.get("recorded_at", "")
    back = (
        bool(recorded)
        and (date.fromisoformat(recorded[:10]) - date.fromisoformat(body["occurred_on"])).days > 3
    )
    part, phase = body.get("part"), effects.get("phase")
    return Entry(
        seq=body["seq"], kind=body["type"], action=body.get("action", ""),
        title=action.title if action else KINDS.get(body["type"], body["type"]),
        outcome=outcome.title if outcome else "", law=d.law_of((outcome.law if outcome else "") or action.law) if action else "",
        on=body["occurred_on"], at=body.get("occurred_at", ""), recorded_at=recorded, who=actor.get("person", ""),
        organ=actor.get("organ", ""), reason=body.get("reason"),
        values={k: v for k, v in body.get("values", {}).items() if not access.hidden(d, seen, k)}, facts=body.get("facts", {}),
        part=(part["name"], part["index"]) if part else None, phase=(phase[0], phase[1]) if phase else None,
        target=body.get("target", 0), needs=body.get("needs", []), flaws=effects.get("flaws", []),
        documents=body.get("documents", []), back_dated=back, source=body.get("source", {}),
        discloses=effects.get("discloses", {}),
    )  # fmt: skip
