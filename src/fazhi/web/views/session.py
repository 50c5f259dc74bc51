"""Signing in and out, changing the password, choosing the post and the letter size."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from fazhi.organs import accounts
from fazhi.organs.errors import SignInRefused
from fazhi.web import acting, demo_accounts
from fazhi.web.access import public, signed_in
from fazhi.web.forms import LoginForm, PasswordForm
from fazhi.web.frame import SIZE_COOKIE, SIZES

YEAR = 365 * 24 * 3600


def _next(request: HttpRequest, otherwise: str = "/") -> str:
    """Where to go on to: an address of this server only."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed else otherwise


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = LoginForm(request.POST or None)
    refused: SignInRefused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            person = accounts.sign_in(
                form.cleaned_data["username"], form.cleaned_data["password"], now=timezone.now()
            )
        except SignInRefused as error:
            refused = error
        else:
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            return redirect(_next(request))
    shown: dict[str, Any] = {
        "form": form,
        "refused": refused,
        "next": _next(request, ""),
        "tour": demo_accounts.tour(),
        "password": demo_accounts.password(),
    }
    status = 422 if refused or (form.is_bound and form.errors) else 200
    return render(request, "web/login.html", shown, status=status)


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, "您已退出登录。")
    return redirect("web:login")


@signed_in
@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    person = request.user
    forced = person.must_change_password
    form = PasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid() and form.save():
        update_session_auth_hash(request, person)
        messages.success(request, "密码已修改，下次登录请使用新密码。")
        return redirect("/")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/password.html", {"form": form, "forced": forced}, status=status)


@signed_in
@require_POST
def switch_post(request: HttpRequest) -> HttpResponse:
    choice = acting.switch(request, request.POST.get("post", ""))
    if choice is None:
        messages.error(request, "这个任职今天不在您名下，没有切换。请从列表中选择现任职务。")
    else:
        messages.success(request, f"现在以“{choice.organ_name} · {choice.title}”的身份办理。")
    return redirect("/")


@public
@require_POST
def size(request: HttpRequest) -> HttpResponse:
    response = redirect(_next(request))
    wanted = request.POST.get("size", "")
    if wanted in dict(SIZES):
        response.set_cookie(SIZE_COOKIE, wanted, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response
