"""A case as one person may read it: the one view-model behind the page, the API and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fazhi.cases import access, definitions, lights, personal, registers, resolve, store
from fazhi.cases.models import CaseLink, Paper
from fazhi.cases.refold import bodies
from fazhi.ledger import access_log
from fazhi.ledger.access_log import Reader
from fazhi.organs.actor import ActorContext
from fazhi.procedures import Definition, Gate, Option, Resolved, State, gates, options

KINDS = {
    "opened": "", "acted": "", "recorded": "(导入)", "expired": "(期限届满,系统办理)", "proposed": "提请审批", "agreed": "同意",
    "returned": "退回", "refused": "不同意", "withdrawn": "撤回提请", "corrected": "更正", "voided": "撤销记录",
    "recalculated": "期限重算", "migrated": "转入新版本", "noted": "备注", "erased": "依法删除个人信息",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `back_dated`: entered more than three days after its day in law."""

    seq: int
    kind: str
    title: str
    outcome: str
    on: str
    at: str
    recorded_at: str
    who: str
    organ: str
    reason: Any
    values: list[tuple[str, Any]]
    needs: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    back_dated: bool
    source: dict[str, str]


@dataclass(frozen=True)
class Running:
    """A clock with its light and derivation."""

    id: str
    record: dict[str, Any]
    light: lights.Light


@dataclass(frozen=True)
class CaseFile:
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
    actor = resolve.actor(ctx)
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
    history = [b for b in history if seen.all or _theirs(b, ctx, state)]
    visible = {k: v for k, v in state.values.items() if not access.hidden(d, seen, k)}
    wanted = [visible, state.sides, state.parts, state.pending, [b.get("reason") for b in history]]
    wanted += [{k: v for k, v in b.get("values", {}).items() if k in visible} for b in history]
    words = personal.reveal(wanted, reader(ctx), using)
    if seen.foreign:
        with store.writing(using) as cursor:
            access_log.record(cursor, reader(ctx), "view", cases=[case])
    mine = options(d, state, actor, found)
    return CaseFile(
        row=row, d=d, state=state, sight=seen, words=words,
        light=lights.of_dates(row.due, row.warn_from, row.closed_on, today),
        clocks=[Running(k, r, lights.of_clock(r, today)) for k, r in state.clocks.items() if r["due"] or r["status"] == "paused"],
        options=mine, gates=gates(d, state, found), entries=[_entry(d, b, visible) for b in history],
        papers=list(Paper.objects.using(using).filter(case=case, seq__in=[b["seq"] for b in history]).order_by("seq", "id")),
        links=_links(case, state, d, using), resolved=found, may_approve=_may_approve(d, state, actor),
    )  # fmt: skip


def _theirs(body: dict[str, Any], ctx: ActorContext, state: State) -> bool:
    """For a side that sees only its own: what it did, and what was sent to it."""
    own = set(access.mine(ctx))
    if body.get("actor", {}).get("organ") in own:
        return True
    part = body.get("part")
    if not part or part["name"] != "deliveries":
        return False
    to = state.parts["deliveries"][part["index"]].get("to", "")
    return bool(own & {x["id"] if isinstance(x, dict) else x for x in state.sides.get(to, ())})


def _may_approve(d: Definition, state: State, actor: Any) -> bool:
    from fazhi.procedures import steps

    p = state.pending
    return bool(p) and steps._may_approve(d, state, p, actor, p["action"].startswith("$")) is None


def _links(case: str, state: State, d: Definition, using: str) -> list[tuple[str, str]]:
    found = [(x.kind, x.other) for x in CaseLink.objects.using(using).filter(case=case)]
    found += [("opened_from", x.case) for x in CaseLink.objects.using(using).filter(other=case)]
    for name, field in d.source.fields.items():
        value = state.values.get(name)
        if field.type == "link" and value:
            found += [(field.title, v) for v in (value if isinstance(value, list) else [value])]
    return found


def _entry(d: Definition, body: dict[str, Any], visible: dict[str, Any]) -> Entry:
    action = d.actions.get(body.get("action", ""))
    outcome = action.outcomes.get(body.get("outcome", "")) if action else None
    actor = body.get("actor", {})
    recorded = body.get("recorded_at", "")
    back = (
        bool(recorded)
        and (date.fromisoformat(recorded[:10]) - date.fromisoformat(body["occurred_on"])).days > 3
    )
    fields = d.source.fields
    return Entry(
        seq=body["seq"], kind=body["type"], title=action.title if action else KINDS.get(body["type"], body["type"]),
        outcome=outcome.title if outcome else "", on=body["occurred_on"], at=body.get("occurred_at", ""),
        recorded_at=recorded, who=actor.get("person", ""), organ=actor.get("organ", ""), reason=body.get("reason"),
        values=[(fields[k].title, v) for k, v in body.get("values", {}).items() if k in fields and k in visible],
        needs=body.get("needs", []), documents=body.get("documents", []), back_dated=back, source=body.get("source", {}),
    )  # fmt: skip
