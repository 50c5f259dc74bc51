"""Carrying out an action: the form, the page on which answers are checked, and what was done.

Nothing is submitted before the check page. What was typed waits there sealed under the form's token, which is also the
key by which the act happens once; so 更改 is a plain link, and a lost answer or a second click does no harm.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from fazhi.cases import attachments, definitions, search, service, trial
from fazhi.cases.errors import CaseError, NotThere, Refused, Stale
from fazhi.procedures import Definition, Refusal, sentences
from fazhi.procedures.model import Action
from fazhi.web import case_lists, case_page, case_parties, drafts, orders, refusals
from fazhi.web.access import in_post
from fazhi.web.case_access import actor, opened, speaker
from fazhi.web.case_forms import ActionForm, Setting, asked
from fazhi.web.case_tabs import clock_title

TOKEN = re.compile(r"[0-9a-f]{32}\Z")
KEPT = ("csrfmiddlewaretoken", "step")


@in_post
def new(request: HttpRequest) -> HttpResponse:
    """What this post may begin."""
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    wanted = request.GET.get("procedure", "")
    found = case_lists.openings(ctx, today)
    if wanted:
        found = case_lists.Openings([x for x in found.all if x[0].name == wanted], [])
    return render(request, "cases/new.html", {"openings": found.usual, "others": found.others})


@in_post
def open_case(request: HttpRequest, procedure: str, action: str) -> HttpResponse:
    """The first act of a new case; the form's token becomes the case's id."""
    today = request.today  # type: ignore[attr-defined]
    d = definitions.library().get(procedure, today)
    a = d.actions.get(action) if d else None
    if d is None or a is None or a not in d.opening:
        raise Http404
    first = d.actions[a.quick[0]] if a.quick else a
    if not any(role in actor(request).roles for _, role in first.by):
        return _not_yours(request, d, first)
    token = _token(request)
    return _carry(request, Setting(actor(request), d, a, None, None, today, token), token)


@in_post
def act(request: HttpRequest, case: str, action: str) -> HttpResponse:
    """A further act in a case."""
    file = opened(request, case)
    option = next((o for o in file.options if o.action.name == action), None)
    if option is None:
        known = file.d.actions.get(action)
        if known is None:
            raise Http404
        messages.warning(request, f"案件现在的阶段不能办理「{known.title}」，请从“下一步”中选择。")
        return redirect("cases:case", case=case)
    if not option.mine:
        return _not_yours(request, file.d, option.action)
    if file.state.pending:
        messages.warning(request, "本案另有事项正在等待审批，审批完成或者撤回以后再办理其他事项。")
        return redirect("cases:case", case=case)
    say = speaker(request, file)
    return _carry(
        request,
        Setting(actor(request), file.d, option.action, file, say, request.today, case),
        _token(request),
    )  # type: ignore[attr-defined]


def _not_yours(request: HttpRequest, d: Definition, a: Action) -> HttpResponse:
    return refusals.page(
        request, 403, f"「{a.title}」由{case_page.by_whom(d, a.by) or '其他岗位'}办理，您当前的岗位不能办理。",
        law=d.law_of(a.law) if a.law else "岗位权限规则", next="请在右上角切换岗位，或者转交有权办理的人员。",
    )  # fmt: skip


def _token(request: HttpRequest) -> str:
    """The token of the form as it was begun, or a new one."""
    given = request.POST.get("token") or request.GET.get("check") or request.GET.get("edit") or ""
    return given if TOKEN.match(given) else uuid.uuid4().hex


def _carry(request: HttpRequest, s: Setting, token: str) -> HttpResponse:
    if request.method == "GET":
        stored = _stored(request, token) if {"check", "edit"} & set(request.GET) else None
        if stored is None:
            return _form(request, s, _begun(request, s), token)
        if "edit" in request.GET:
            return _form(request, s, ActionForm(s, stored, quiet=True), token, fresh=False)
        return _check(request, s, stored, token)
    step = request.POST.get("step", "check")
    if step == "submit":
        stored = _stored(request, token)
        if stored is None:
            messages.warning(
                request, "没有找到等待提交的内容，可能已经提交过。请核对办理记录，需要时重新填写。"
            )
            return redirect(_home(s))
        return _submit(request, s, stored, token)
    data = request.POST.copy()
    troubles = _take_files(request, s, data)
    if step == "needs":
        form = ActionForm(s, data, quiet=True)
        return render(request, "cases/_needs.html", _needs(s, _tried(s, form)))
    if step != "check":
        troubles |= case_parties.step(step, data, request.today)  # type: ignore[attr-defined]
        return _form(
            request, s, ActionForm(s, data, quiet=not troubles), token, troubles=troubles, only=troubles
        )
    form = ActionForm(s, data)
    tried = _tried(s, form)
    for name, words in troubles.items():
        form.add_error(name, words)
    if not form.errors:
        form.refuse_all(tried.refusals)
        orders.check(s, form)
    if form.errors:
        return _form(request, s, form, token, tried=tried, status=422)
    _store(request, token, data)
    return redirect(f"{request.path}?check={token}")


def _begun(request: HttpRequest, s: Setting) -> ActionForm:
    preset: dict[str, Any] = {k: request.GET[k] for k in ("part", "outcome") if k in request.GET}
    part = s.action.adds or s.action.on
    fields = {**s.d.source.fields, **(s.d.source.parts[part].fields if part else {})}
    names = {x.field for step in s.steps for x in step.asks} & set(fields) & set(request.GET)
    # A link from what is called for fills in what it knows: the paper that is to be served, and on whom.
    if known := {n: request.GET[n] for n in names if fields[n].type in ("choice", "side")}:
        preset["values"] = known
    if about := request.GET.get("about", ""):
        preset |= orders.preset(request, s, about)
    return ActionForm(s, preset=preset)


# ---- what waits between form and check page -------------------------------------------------------------------------


def _stored(request: HttpRequest, token: str) -> QueryDict | None:
    found = drafts.load(request.user, f"check:{token}", timezone.now())
    if found is None:
        return None
    data = QueryDict(mutable=True)
    for name, texts in found[0].items():
        data.setlist(name, texts)
    return data


def _store(request: HttpRequest, token: str, data: QueryDict) -> None:
    kept = {name: list(texts) for name, texts in data.lists() if name not in KEPT}
    now = timezone.now()
    drafts.save(request.user, f"check:{token}", kept, now)
    drafts.drop_old(now)
    attachments.drop_unsent(now)


def _take_files(request: HttpRequest, s: Setting, data: QueryDict) -> dict[str, str]:
    """Sent files become values of the form; {field: words} of those that are not taken in."""
    troubles: dict[str, str] = {}
    names = {a.field for o in [None, *(o for x in s.steps for o in x.outcomes.values())] for a in asked(s, o)}
    for name in names:
        for sent in request.FILES.getlist(f"up_{name}"):
            try:
                attachments.check_size(sent.name, sent.size)
                held = attachments.add(s.case, sent.name, sent.read(), s.ctx.person)
            except CaseError as error:
                troubles[f"v_{name}"] = f"{error.message}。{error.next}"
                continue
            if held.hash not in data.getlist(f"v_{name}"):
                data.appendlist(f"v_{name}", held.hash)
    return troubles


# ---- the pages ------------------------------------------------------------------------------------------------------


def _tried(s: Setting, form: ActionForm) -> trial.Trial:
    """The command rehearsed with what can be read of the form."""
    read = form if form.is_bound else form.untouched()
    read.full_clean()
    try:
        return trial.rehearse(read.command(), s.ctx, case=s.case if s.file else None, procedure=s.d.name)
    except NotThere:
        raise Http404 from None


def _form(
    request: HttpRequest,
    s: Setting,
    form: ActionForm,
    token: str,
    *,
    tried: trial.Trial | None = None,
    troubles: dict[str, str] | None = None,
    only: dict[str, str] | None = None,
    stale: Stale | None = None,
    fresh: bool = True,
    status: int = 200,
) -> HttpResponse:
    tried = tried or _tried(s, form)
    if (
        only is not None
    ):  # drawn anew by a step of its own: only that step's errors, not those of what is still blank
        form._errors = form.errors.__class__()
        for name, words in only.items():
            form.add_error(name if name in form.fields else None, words)
    seq = s.file.row.seq if s.file else 0
    shown = {
        "s": s,
        "form": form,
        "title": s.action.title,
        "parts": form.parts(tried),
        "shown": [n for n in form.fields if n.startswith(("v_", "q_"))],
        "token": token,
        "expected_seq": seq if stale or not form.is_bound else form.data.get("expected_seq", seq),
        "outcomes": form.outcome_choices(),
        "approve": case_page.approvers(s.d, s.action.approve),
        "identity": case_page.identity(s.file, s.say) if s.file and s.say else None,
        "case_url": _home(s),
        "draft_key": f"{s.case if s.file else s.d.name}-{s.action.name}",
        "draft_fresh": not fresh or form.is_bound,
        "picker": form.data if form.is_bound else {},
        "party_kinds": case_parties.KINDS,
        "identity_kinds": case_parties.IDENTITIES,
        "lookups": _found(request, tried, s.d),
        "stale": stale,
        "file_types": ",".join(attachments.KINDS),
        "file_limit": attachments.LIMIT // 2**20,
        **_needs(s, tried),
    }
    whole = not getattr(request, "htmx", False)
    return render(request, "cases/act.html" if whole else "cases/_act.html", shown, status=status)


def _needs(s: Setting, tried: trial.Trial) -> dict[str, Any]:
    """The panel of requirements: as they stand with what has been typed so far."""
    rows = []
    usable = {o.action.name for o in s.file.options if o.mine and o.open} if s.file else set()
    for need, answer, lacking in tried.needs:
        mark = case_page.MARKS[answer]
        if mark == "idle":
            continue
        do = need.do if need.do in usable and mark == "unmet" and s.file else ""
        rows.append(
            {
                "title": case_page.zh(need.otherwise) if mark == "unmet" else sentences.requirement(s.d, need),
                "law": s.d.law_of(need.law), "result": mark, "unverified": need.unverified,
                "word": "将记为瑕疵" if mark == "unmet" and need.level == "flaw" else "待填写" if mark == "unknown" else case_page.WORDS[mark],
                "why": f"由「{s.d.actions[need.do].title}」满足" if mark == "unmet" and need.do in s.d.actions else "",
                "url": case_page.act_url(s.file, do) if do and s.file else "",
                **_fill_in_later(s, lacking),
            }
        )  # fmt: skip
    idle = sum(1 for _, answer, _ in tried.needs if answer == "idle")
    rows.sort(key=lambda row: ("unmet", "unknown", "met").index(row["result"]))
    return {"needs": rows, "idle": idle, "s": s}


def _fill_in_later(s: Setting, lacking: frozenset[str]) -> dict[str, str]:
    """Where a field that an earlier act left blank can still be filled in: by correcting that entry."""
    here = {
        a.field
        for step in s.steps
        for a in (*step.asks, *(x for o in step.outcomes.values() for x in o.asks))
    }
    for name in lacking - here if s.file else ():
        f = s.d.source.fields.get(name)
        for done in reversed(s.file.state.acts) if f and s.file else ():
            a = s.d.actions.get(done["a"])
            if (
                a
                and f
                and any(x.field == name for x in (*a.asks, *(y for o in a.outcomes.values() for y in o.asks)))
            ):
                why = f"「{f.title}」未填写，可在「{a.title}」的记录上更正补填"
                return {"why": why, "url": reverse("cases:mend", args=[s.case, done["s"]])}
    return {}


def _found(request: HttpRequest, tried: trial.Trial, d: Definition) -> list[dict[str, Any]]:
    """What the system found in other cases for this act: numbers of those that this person may know of, and how many more."""
    shown = []
    for name, lookup in tried.lookups.items():
        ids = lookup.get("found") or []
        if not ids:
            continue
        rows = search.by_ids(actor(request), ids, request.today)  # type: ignore[attr-defined]
        shown.append(
            {
                "title": d.facts[name].title,
                "rows": list(rows.values()),
                "more": len(ids) - len(rows),
                "law": d.facts[name].law,
            }
        )
    return shown


def _check(
    request: HttpRequest, s: Setting, stored: QueryDict, token: str, status: int = 200
) -> HttpResponse:
    form = ActionForm(s, stored)
    tried = _tried(s, form)
    if form.errors or tried.refusals:  # something has changed since the form was sent
        if not form.errors:
            form.refuse_all(tried.refusals)
        return _form(request, s, form, token, tried=tried, status=422)
    rows = form.answers()
    for row in rows:
        row["change"] = f"{request.path}?edit={token}#{row['field']}"
    shown = {
        "s": s, "title": s.action.title, "groups": _under_heads(rows), "token": token, "edit": f"{request.path}?edit={token}",
        "approve": case_page.approvers(s.d, s.action.approve), "after": _after(s, tried),
        "identity": case_page.identity(s.file, s.say) if s.file and s.say else None, "case_url": _home(s),
        "verb": f"提请{s.action.title}" if s.action.approve else s.action.title,
    }  # fmt: skip
    return render(request, "cases/check.html", shown, status=status)


def _under_heads(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The answers in runs, each under the heading that its first row begins."""
    runs: list[tuple[str, list[dict[str, Any]]]] = []
    for row in rows:
        if not runs or row["head"] is not None:
            runs.append((row["head"] or "", []))
        runs[-1][1].append(row)
    return runs


def _after(s: Setting, tried: trial.Trial) -> dict[str, Any]:
    """What will follow: the phase, the clocks that start, the papers, the flaws that will be recorded."""
    phase, clocks, papers, flaws = "", [], [], []
    for body in tried.events:
        effects = body.get("effects", {})
        if effects.get("phase"):
            phase = s.d.source.phases.get(effects["phase"][1], "")
        for id, clock in (effects.get("clocks") or {}).items():
            if clock and clock["status"] == "running" and clock.get("due"):
                clocks.append(
                    {"title": clock_title(s.d, id, clock), "due": str(clock["due"])[:10], "law": clock["law"]}
                )
        papers += [s.d.documents[n]["title"] for n in body.get("papers", ()) if n in s.d.documents]
        flaws += effects.get("flaws", [])
    return {"phase": phase, "clocks": clocks, "papers": papers, "flaws": flaws}


# ---- doing it -------------------------------------------------------------------------------------------------------


def _submit(request: HttpRequest, s: Setting, stored: QueryDict, token: str) -> HttpResponse:
    form = ActionForm(s, stored)
    form.full_clean()
    orders.check(s, form)
    if form.errors:
        return _form(request, s, form, token, status=422)
    expected = stored.get("expected_seq", "")
    try:
        result = service.run(
            form.command(), s.ctx, case=s.case if s.file else None, procedure=s.d.name, key=token,
            expected_seq=int(expected) if s.file and expected.isdigit() else None, new_case=None if s.file else s.case,
        )  # fmt: skip
    except NotThere:
        raise Http404 from None
    except Stale as stale:
        form.quiet = True
        return _form(request, s, form, token, stale=stale, status=409)
    except Refused as refused:
        form.refuse_all(refused.refusals)
        return _form(request, s, form, token, status=422)
    except CaseError as error:
        form.refuse_all([Refusal(error.message, error.law, next=error.next)])
        return _form(request, s, form, token, status=422)
    drafts.drop(request.user, f"check:{token}")
    drafts.drop(request.user, f"{s.case if s.file else s.d.name}-{s.action.name}")
    messages.success(request, done(s.d, s.action, result))
    return redirect("cases:case", case=result.case)


def done(d: Definition, a: Action, result: service.Result) -> str:
    """What was done, in words: 已提请立案，等待处罚机关负责人批准。"""
    if result.replayed:
        return f"「{a.title}」先前已经提交，没有重复办理。"
    if any(b["type"] == "proposed" for b in result.events):
        return f"已提请「{a.title}」，等待{case_page.approvers(d, a.approve[:1])}批准。"
    said = [f"已办理「{a.title}」"]
    for body in result.events:
        effects = body.get("effects", {})
        if body.get("number"):
            said.append(f"编号 {body['number']}")
        if effects.get("phase"):
            said.append(f"案件进入「{d.source.phases.get(effects['phase'][1], '')}」阶段")
        for id, clock in (effects.get("clocks") or {}).items():
            if clock and clock["status"] == "running" and clock.get("due"):
                said.append(f"{clock_title(d, id, clock)}至 {str(clock['due'])[:10]}")
    return "，".join(said[:4]) + "。"


def _home(s: Setting) -> str:
    if s.file:
        return reverse("cases:case", args=[s.case])
    return f"{reverse('cases:list')}?procedure={s.d.name}"
