"""督办: an order begun from an overdue case, and the line of supervision along which it may be sent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse

from fazhi.cases import registers
from fazhi.cases.casefile import CaseFile
from fazhi.law.periods import add_working_days
from fazhi.organs import lines
from fazhi.organs.actor import ActorContext
from fazhi.organs.lines import OutsideLine
from fazhi.organs.models import Organ
from fazhi.web.access import Refused
from fazhi.web.case_access import opened

if TYPE_CHECKING:
    from fazhi.web.case_forms import ActionForm, Setting

PROCEDURE, ACTION, SIDE = "supervision_order", "issue", "target"
MATTERS = {
    "enforcement": "执法",
    "planning": "任务",
    "people": "执法",
}  # a word of the matter for which a line was drawn
ANSWER_WITHIN = 5  # working days, proposed; whoever issues the order sets the day


def may_order(ctx: ActorContext, file: CaseFile, today: date) -> bool:
    """Whether this person's post sends orders and the case has something to be ordered: it is past its limit."""
    late = bool(file.row.due) and not file.row.closed_on and str(file.row.due)[:10] < today.isoformat()
    watches = bool(ctx.roles & {"supervisor", "head"}) and not file.sight.sides
    return late and watches and file.d.name != PROCEDURE


def address(case: str) -> str:
    return f"{reverse('cases:open', args=[PROCEDURE, ACTION])}?about={case}"


def preset(request: HttpRequest, s: Setting, about: str) -> dict[str, Any]:
    """What the order says before anybody has typed: the case, its organ, the limit that has run out, its article."""
    if s.d.name != PROCEDURE:
        return {}
    file = opened(request, about)
    line = _line(s.ctx, file.row.organ, s.today, file.d.source.line)
    clock = file.state.clocks.get(file.row.due_clock, {})
    due = str(file.row.due or "")[:10]
    late = (s.today - date.fromisoformat(due)).days if due else 0
    organ = registers.organ(file.row.organ).get("name", "")
    what = f"{file.d.source.short or file.d.title}案件 {file.row.number}"
    phase = file.d.source.phases.get(file.row.phase, "")
    demand = f"{organ}办理的{what}，现处「{phase}」阶段。"
    if late > 0:
        demand = (
            f"{organ}办理的{what}，{clock['title']}已于 {due} 届满，至今超期 {late} 日，现处「{phase}」阶段。"
        )
        demand += (
            "请查明超期原因，依法尽快办结；不能按期办结的，说明理由和拟办结日期，在反馈期限前反馈办理情况。"
        )
    basis = [f"{clock['law']}（{clock['title']}）" if late > 0 and clock.get("law") else "", line.source]
    return {
        "values": {
            "target": file.row.organ,
            "subject": file.row.number or file.row.id,
            "ground": "overdue" if late > 0 else "other",
            "frame": "enforcement" if "执法" in line.matter else "inspection",
            "level": "order",
            "basis": "；".join(b for b in basis if b),
            "demand": demand,
            "due": add_working_days(s.today, ANSWER_WITHIN, registers.calendar()),
        }
    }


def check(s: Setting, form: ActionForm) -> None:
    """An order outside the line of supervision is refused at its field, with the reason."""
    if s.d.name != PROCEDURE or s.file is not None:
        return
    given = form.cleaned_data.get(f"v_{SIDE}")
    if not given or not s.ctx.roles & {"supervisor", "head"}:
        return
    try:
        own = form.cleaned_data.get("as_organ") or s.ctx.organ
        lines.check_supervision(Organ.objects.get(pk=own), Organ.objects.get(pk=given), s.today)
    except OutsideLine as outside:
        form.add_error(f"v_{SIDE}", f"{outside.message}。{outside.next}。")


def _line(ctx: ActorContext, organ: str, on: date, business: str) -> lines.Line:
    """The line by which the order goes: of several, the one for this line of business. Refused where there is none."""
    own, target = Organ.objects.get(pk=ctx.organ), Organ.objects.get(pk=organ)
    try:
        first = lines.check_supervision(own, target, on)
    except OutsideLine as outside:
        raise Refused(outside.message, law="政府督查和执法监督的范围", next=outside.next) from None
    word = MATTERS.get(business, "")
    found = [
        x for x in lines.supervises(own, on) if target.path.startswith(x.path) and word and word in x.matter
    ]
    return found[0] if found else first
