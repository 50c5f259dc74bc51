"""Plans: upload, review task by task, hand out, and the board."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from fazhi.errors import UserError
from fazhi.organs.models import Organ
from fazhi.plans import acceptance, dating, keeping, matching, review
from fazhi.plans import board as boards
from fazhi.plans.errors import Changed, NotReady
from fazhi.plans.files import KINDS
from fazhi.plans.models import Plan, PlanTask
from fazhi.web import plan_pages
from fazhi.web.access import Refused, in_post, roles
from fazhi.web.case_access import actor

EDITORS = ("handler", "clerk", "supervisor", "head")  # who may open a case of plan_task as its office
LARGEST = 20 * 2**20


@in_post
def board(request: HttpRequest) -> HttpResponse:
    """All plans of the county that are handed out, and the drafts of one's own organ."""
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    plans = list(Plan.objects.filter(county=ctx.county).select_related("organ").order_by("-imported_at"))
    accepted = [
        boards.of_plan(p, ctx, today, boards.Filters()) for p in plans if p.status == Plan.Status.ACCEPTED
    ]
    drafts = [(p, *review.progress(p)) for p in plans if p.status == Plan.Status.DRAFT and _mine(request, p)]
    shown = {"boards": accepted, "drafts": drafts, "may_import": _may_edit(request)}
    return render(request, "plans/list.html", shown)


@roles(*EDITORS)
def upload(request: HttpRequest) -> HttpResponse:
    ctx = actor(request)
    problem: UserError | None = None
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None:
                raise UserError("没有选择文件。", next=f"请选择 {KINDS}。")
            if file.size is None or file.size > LARGEST:
                raise UserError("文件超过 20 MB，不像是一份计划。", next="请只导入计划正文。")
            organ = Organ.objects.select_related("county").get(pk=ctx.organ)
            plan = keeping.keep(
                organ, file.name or "", file.read(), person=request.acting.person, now=timezone.now(),  # type: ignore[attr-defined]
                today=request.today,  # type: ignore[attr-defined]
            )  # fmt: skip
        except UserError as error:
            problem = error
        else:
            messages.success(
                request,
                f"已读取《{plan.title}》：{plan.tasks.count()} 项任务，{plan.targets.count()} 个目标，请逐项核对。",
            )
            return redirect("plans:review", plan.pk)
    problems = (
        [{"field": "file", "message": problem.message, "law": problem.law, "next": problem.next}]
        if problem
        else []
    )
    return render(request, "plans/new.html", {"problems": problems}, status=422 if problem else 200)


@in_post
def plan_board(request: HttpRequest, plan: str) -> HttpResponse:
    found = _plan(request, plan)
    if found.status == Plan.Status.DRAFT:
        return redirect("plans:review", found.pk)
    f = boards.Filters.read(request.GET)
    shown = boards.of_plan(found, actor(request), request.today, f)  # type: ignore[attr-defined]
    whole = not getattr(request, "htmx", False) or request.htmx.target != "plan-board"  # type: ignore[attr-defined]
    context = {
        "plan": found, "board": shown, "f": f, "tasks": plan_pages.task_table(shown), "targets": plan_pages.target_table(shown),
        "phases": shown.phase_titles.items(), "chosen": any((f.lead, f.phase, f.light, f.q)),
    }  # fmt: skip
    return render(request, "plans/board.html" if whole else "plans/_board.html", context)


@in_post
def text(request: HttpRequest, plan: str) -> HttpResponse:
    found = _plan(request, plan)
    tasks = list(found.tasks.prefetch_related("organs", "targets"))
    return render(
        request,
        "plans/text.html",
        {"plan": found, "blocks": plan_pages.blocks(found, tasks), "reading": True},
    )


@roles(*EDITORS)
def review_plan(request: HttpRequest, plan: str) -> HttpResponse:
    """GET shows one task beside the text; POST saves it, and with `done` goes on to the next."""
    found = _draft(request, plan)
    if isinstance(found, HttpResponse):
        return found
    task = _chosen(found, request.GET.get("task", ""))
    if task is None:
        return _review_page(request, found, None, {}, None)
    if request.method == "POST":
        done = request.POST.get("act") == "done"
        try:
            saved = review.save(
                task.pk, plan_pages.task_edit(request.POST, done=done), request.acting.person, request.today  # type: ignore[attr-defined]
            )  # fmt: skip
        except NotReady as error:
            problems = {p.field: " ".join(filter(None, (p.message, p.next))) for p in error.problems}
            return _review_page(request, found, task, problems, request.POST)
        except Changed as error:
            messages.error(request, f"{error.message}{error.next}")
            return redirect(_at(found, task))
        also = f"，同名单位另有 {saved.spread} 处一并匹配" if saved.spread else ""
        if not done:
            messages.success(request, f"任务{task.number or task.order}的修改已保存{also}。")
            return redirect(_at(found, task))
        following = _next_open(found, task)
        messages.success(request, f"任务{task.number or task.order}已核对{also}。")
        return redirect(_at(found, following) if following else _after_last(found))
    return _review_page(request, found, task, {}, None)


@roles(*EDITORS)
def review_goals(request: HttpRequest, plan: str) -> HttpResponse:
    """The goals of the general part, and the plan's own last day: the last step before it is handed out."""
    found = _draft(request, plan)
    if isinstance(found, HttpResponse):
        return found
    problems: dict[str, str] = {}
    before = found.due
    if request.method == "POST":
        try:
            moved = review.save_goals(
                found.pk, plan_pages.target_edits(request.POST), request.POST.get("due", ""), request.POST.get("year", "")
            )  # fmt: skip
        except NotReady as error:
            problems = {p.field: " ".join(filter(None, (p.message, p.next))) for p in error.problems}
        else:
            also = f"原文没有写年份的 {moved} 处期限已按{request.POST['year']}年重新推定。" if moved else ""
            messages.success(request, f"完成期限和总体目标已保存。{also}")
            found.refresh_from_db()
            year, places = dating.year(found)
            if found.due and found.due != before and year and year != found.due.year:
                messages.info(request, f"原文没有写年份的 {places} 处期限仍按{year}年推定；要改的，请改“计划年度”。")  # fmt: skip
            return redirect("plans:goals", found.pk)
    return _review_page(request, found, None, problems, request.POST if problems else None)


@require_POST
@roles(*EDITORS)
def drop(request: HttpRequest, plan: str, task: int) -> HttpResponse:
    found = _draft(request, plan)
    if isinstance(found, HttpResponse):
        return found
    row = found.tasks.filter(pk=task).first()
    if row is None:
        raise Http404
    back = request.POST.get("back") == "1"
    version = int(request.POST["version"]) if request.POST.get("version", "").isdigit() else 0
    review.drop(row.pk, version, request.acting.person, back=back)  # type: ignore[attr-defined]
    words = "重新列为任务" if back else "不列为任务"
    messages.success(request, f"“{row.title}”已{words}。")
    following = None if back else _next_open(found, row)
    return redirect(_at(found, row if back else following or row))


@require_POST
@roles(*EDITORS)
def accept(request: HttpRequest, plan: str) -> HttpResponse:
    found = _draft(request, plan)
    if isinstance(found, HttpResponse):
        return found
    try:
        told = acceptance.accept(found, actor(request), timezone.now())
    except NotReady as error:
        for p in error.problems[:5]:
            messages.error(request, f"{p.place}：{p.message}{p.next}" if p.place else f"{p.message}{p.next}")
        return redirect(_after_last(found))
    messages.success(request, f"已交办 {told} 项任务，各牵头单位的工作台上会出现待签收。")
    return redirect("plans:plan", found.pk)


@require_POST
@roles(*EDITORS)
def discard(request: HttpRequest, plan: str) -> HttpResponse:
    found = _draft(request, plan)
    if isinstance(found, HttpResponse):
        return found
    keeping.discard(found)
    messages.success(request, f"《{found.title}》的核对稿已作废，可以重新导入。")
    return redirect("plans:board")


# ---- what they share ------------------------------------------------------------------------------------------------


def _review_page(
    request: HttpRequest, plan: Plan, task: PlanTask | None, problems: dict[str, str], given: Any
) -> HttpResponse:
    today = request.today  # type: ignore[attr-defined]
    tasks = list(plan.tasks.prefetch_related("organs", "targets"))
    here = next((t for t in tasks if task and t.pk == task.pk), None)
    index = tasks.index(here) if here else len(tasks)
    if here is not None:
        here.plan = plan
        for target in here.targets.all():
            target.plan = plan
    done, total = review.progress(plan)
    due = plan.due.isoformat() if plan.due else ""
    context = {
        "plan": plan, "due": given.get("due", "") if given is not None and here is None else due, "tasks": tasks, "blocks": plan_pages.blocks(plan, tasks), "task": here, "done": done, "total": total,
        "previous": tasks[index - 1] if index > 0 else None, "following": tasks[index + 1] if index + 1 < len(tasks) else None,
        "form": plan_pages.task_form(here, today, problems, given) if here else plan_pages.goals_form(plan, today, problems, given),
        "period": plan_pages.period(plan, given) if here is None else None,
        "summary": [{"field": name, "message": words} for name, words in problems.items()],
        "lacking": acceptance.problems(plan) if here is None else [], "unmatched": matching.unmatched(plan), "last": index + 1 == len(tasks),
    }  # fmt: skip
    return render(request, "plans/review.html", context, status=422 if problems else 200)


def _chosen(plan: Plan, wanted: str) -> PlanTask | None:
    tasks = plan.tasks.all()
    found = tasks.filter(order=int(wanted)).first() if wanted.isdigit() and len(wanted) < 9 else None
    return found or tasks.filter(state=PlanTask.State.OPEN).first() or tasks.first()


def _next_open(plan: Plan, task: PlanTask) -> PlanTask | None:
    rest = plan.tasks.filter(state=PlanTask.State.OPEN)
    return rest.filter(order__gt=task.order).first() or rest.first()


def _at(plan: Plan, task: PlanTask | None) -> str:
    address = reverse("plans:review", args=[plan.pk])
    return f"{address}?task={task.order}" if task else address


def _after_last(plan: Plan) -> str:
    return reverse("plans:goals", args=[plan.pk])


def _plan(request: HttpRequest, plan: str) -> Plan:
    """A plan of the county; a draft only for the organ that is reviewing it."""
    found = (
        Plan.objects.select_related("organ", "county").filter(pk=plan, county=actor(request).county).first()
    )
    if found is None or (found.status == Plan.Status.DRAFT and not _mine(request, found)):
        raise Http404
    return found


def _draft(request: HttpRequest, plan: str) -> Plan | HttpResponse:
    found = _plan(request, plan)
    if found.status == Plan.Status.DRAFT:
        return found
    if not _mine(request, found):
        raise Refused(
            f"《{found.title}》由{found.organ}核对和交办。",
            law="计划由导入它的牵头抓总机关办理",
            next="可以在计划任务页面查看进展。",
        )
    messages.info(request, f"《{found.title}》已于 {found.accepted_on} 交办，不再核对。")
    return redirect("plans:plan", found.pk)


def _mine(request: HttpRequest, plan: Plan) -> bool:
    ctx = actor(request)
    return acceptance.stands_for(plan, ctx)


def _may_edit(request: HttpRequest) -> bool:
    return bool(request.acting.roles & set(EDITORS))  # type: ignore[attr-defined]
