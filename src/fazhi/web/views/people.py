"""Administration of accounts, posts and delegations of the administrator's county."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from fazhi.organs import accounts, history
from fazhi.organs.models import Delegation, Person, Post
from fazhi.web import parts
from fazhi.web.access import Refused, roles
from fazhi.web.lists import Cell, Column, Table, pages_of
from fazhi.web.organ_forms import ActForm
from fazhi.web.people_forms import AccountForm, DelegateForm, EndPostForm, PostForm, ReasonForm, bound
from fazhi.web.views.organs import county_of

PEOPLE = {"title": "人员与任职", "url": "/people/"}


def _people(request: HttpRequest) -> QuerySet[Person]:
    """Who has or had a post in the administrator's county, and who has none anywhere yet."""
    county = county_of(request)
    return Person.objects.filter(Q(posts__organ__county=county) | Q(posts__isnull=True)).distinct()


def _elsewhere(request: HttpRequest, person: Person) -> list[str]:
    """Other counties in which the person holds a post today or will."""
    held = Post.objects.overlapping(request.today, None).filter(person=person)  # type: ignore[attr-defined]
    names = held.exclude(organ__county=county_of(request)).values_list("organ__county__name", flat=True)
    return sorted(set(names))


def _whose_account(request: HttpRequest, person: str) -> Person:
    """A person whose account this county alone answers for: who holds it could act in the other county too."""
    row = get_object_or_404(_people(request), pk=person)
    if others := _elsewhere(request, row):
        raise Refused(
            f"{row.name}在{'、'.join(others)}也有任职，这个账号不由一个县单独处理。",
            law="账号管理规则：账号由任职所在县的管理员处理",
            next="忘记密码的，请本人登录后修改；确需重置或者停用的，先在另一县终止任职。",
        )
    return row


@roles("admin")
def people(request: HttpRequest) -> HttpResponse:
    found = request.GET.get("q", "").strip()
    rows = _people(request).order_by("username")
    if found:
        rows = rows.filter(Q(name__contains=found) | Q(username__contains=found.lower()))
    page = pages_of(request.GET, rows.count())
    shown = list(rows[page.slice])
    today = request.today  # type: ignore[attr-defined]
    held: dict[str, list[str]] = {}
    for post in Post.objects.on(today).filter(person__in=shown).select_related("organ"):
        held.setdefault(post.person_id, []).append(f"{post.organ} · {post.role_title}")
    table = Table(
        columns=(
            Column("name", "姓名"),
            Column("username", "用户名"),
            Column("posts", "现任", kind="wide"),
            Column("phone", "手机号"),
            Column("state", "账号", kind="light"),
        ),
        rows=[
            {
                "name": Cell(person.name, reverse("web:person", args=[person.id])),
                "username": person.username,
                "posts": "；".join(held.get(person.id, [])) or "—",
                "phone": person.phone_shown or "—",
                "state": _account_light(person),
            }
            for person in shown
        ],
        caption="人员列表",
        first=page.first,
    )
    return render(request, "organs/people.html", {"table": table, "page": page, "q": found})


def _account_light(person: Person) -> str:
    if not person.is_active:
        return parts.light("grey", word="已停用")
    if person.locked_until and person.locked_until > timezone.now():
        return parts.light("red", word="已锁定")
    if person.must_change_password:
        return parts.light("amber", word="待改密码")
    return parts.light("green", word="正常")


@roles("admin")
def person(request: HttpRequest, person: str) -> HttpResponse:
    row = get_object_or_404(_people(request), pk=person)
    today = request.today  # type: ignore[attr-defined]
    county = county_of(request)
    posts = row.posts.filter(organ__county=county).select_related("organ").order_by("-valid_from")
    lent = Delegation.objects.filter(Q(to=row) | Q(post__person=row), post__organ__county=county)
    return render(
        request,
        "organs/person.html",
        {
            "person": row,
            "elsewhere": _elsewhere(request, row),
            "state": _account_light(row),
            "locked": bool(row.locked_until and row.locked_until > timezone.now()),
            "posts": [{"post": post, "now": post.holds_on(today)} for post in posts],
            "delegations": lent.select_related("post__organ", "post__person", "to").order_by("-valid_from"),
            "items": [
                {
                    "title": change.what,
                    "when": change.on,
                    "by": change.by.name if change.by else "",
                    "law": change.source,
                }
                for change in reversed(history.changes_of("person", row.id))
            ],
        },
    )


@roles("admin")
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    form = bound(AccountForm, request, initial={"organ": request.GET.get("organ", "")})
    assert isinstance(form, AccountForm)
    if request.method == "POST":
        with transaction.atomic():
            said = form.attempt(request)
            if said is None:
                transaction.set_rollback(True)
        if said:
            return _issued(request, form.made.person, form.made.one_time_password, said)
    return _act(
        request, form, "建立账号", "建立账号", "建立后会给出一次性密码，首次登录必须改密码。", [PEOPLE]
    )


def _issued(request: HttpRequest, person: Person, password: str, said: str) -> HttpResponse:
    """The one-time password is on this page only: not stored, not in the session, not cached."""
    return render(request, "organs/issued.html", {"person": person, "password": password, "said": said})


@roles("admin")
@never_cache
@require_POST
def reset(request: HttpRequest, person: str) -> HttpResponse:
    row = _whose_account(request, person)
    password = accounts.reset_password(row, now=timezone.now(), by=request.user)
    return _issued(request, row, password, f"{row.name}的密码已重置，锁定已解除，原密码立即失效。")


@roles("admin")
@require_POST
def unlock(request: HttpRequest, person: str) -> HttpResponse:
    row = _whose_account(request, person)
    accounts.unlock(row, now=timezone.now(), by=request.user)
    messages.success(request, f"{row.name}的账号已解除锁定。")
    return redirect("web:person", person=row.id)


@roles("admin")
def activate(request: HttpRequest, person: str) -> HttpResponse:
    row = _whose_account(request, person)
    form = bound(ReasonForm, request, person=row)
    verb = "停用账号" if row.is_active else "启用账号"
    lead = "停用后立即不能登录；任职和办理记录都保留。" if row.is_active else "启用后可用原密码登录。"
    if request.method == "POST" and (said := form.attempt(request)):
        messages.success(request, said)
        return redirect("web:person", person=row.id)
    return _act(request, form, f"{verb}：{row.name}", verb, lead, _crumbs(row), danger=row.is_active)


@roles("admin")
def create_post(request: HttpRequest) -> HttpResponse:
    initial = {"organ": request.GET.get("organ", ""), "person": request.GET.get("person", "")}
    form = bound(PostForm, request, initial=initial)
    if request.method == "POST" and (said := form.attempt(request)):
        messages.success(request, said)
        return redirect("web:person", person=form.cleaned_data["person"].id)
    lead = "一个人可以有几个任职，每次以其中一个办理。还没有账号的，请先建立账号。"
    return _act(request, form, "登记任职", "登记任职", lead, [PEOPLE])


@roles("admin")
def post_act(request: HttpRequest, post: str, act: str) -> HttpResponse:
    row = get_object_or_404(
        Post.objects.select_related("person", "organ"), pk=post, organ__county=county_of(request)
    )
    known: dict[str, tuple[type[ActForm], str, str]] = {
        "end": (EndPostForm, "终止任职", "任职到最后一天为止，已办理的记录不受影响。"),
        "delegate": (DelegateForm, "登记委托", "因公外出、休假等，书面委托他人在一段时间内代行职责。"),
    }
    if act not in known:
        raise Http404
    form_class, verb, lead = known[act]
    form = bound(form_class, request, post=row)
    if request.method == "POST" and (said := form.attempt(request)):
        messages.success(request, said)
        return redirect("web:person", person=row.person_id)
    title = f"{verb}：{row.person.name}（{row.organ} · {row.role_title}）"
    return _act(request, form, title, verb, lead, _crumbs(row.person), danger=act == "end")


def _crumbs(person: Person) -> list[dict[str, str]]:
    return [PEOPLE, {"title": person.name, "url": reverse("web:person", args=[person.id])}]


def _act(
    request: HttpRequest,
    form: ActForm,
    title: str,
    verb: str,
    lead: str,
    crumbs: list[dict[str, str]],
    danger: bool = False,
) -> HttpResponse:
    shown: dict[str, Any] = {
        "form": form,
        "title": title,
        "verb": verb,
        "lead": lead,
        "crumbs": crumbs,
        "back": crumbs[-1]["url"],
        "danger": danger,
    }
    return render(request, "organs/act.html", shown, status=422 if form.is_bound and form.errors else 200)
