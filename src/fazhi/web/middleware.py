"""What every response carries, and who is acting in every request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from fazhi.web import acting

Handler = Callable[[HttpRequest], HttpResponse]

# No script, style, font or frame from anywhere but this server; no inline script or style at all.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()",
}


def security_headers(get_response: Handler) -> Handler:
    """Stands first, so that error pages and static files carry the headers too."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # What a signed-in person saw must not come back from a shared computer's cache after signing out.
        if getattr(getattr(request, "user", None), "is_authenticated", False) and not response.has_header(
            "Cache-Control"
        ):
            add_never_cache_headers(response)
        return response

    return respond


def actor(get_response: Handler) -> Handler:
    """Ends idle sessions; then `request.today`, and `request.acting`: the signed-in person in the post that this session has chosen.

    Who acts is asked anew for each request (`acting.of_request`): who loses a post at midnight cannot act in it at one past.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if _idle(request):
            logout(request)
            messages.warning(
                request,
                f"超过 {settings.SESSION_IDLE_MINUTES} 分钟没有操作，已自动退出，请重新登录。草稿已保存。",
            )
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        request.today = timezone.localdate()  # type: ignore[attr-defined]
        request.acting = acting.of_request(request)  # type: ignore[attr-defined]
        request.actor = request.acting.actor if request.acting else None  # type: ignore[attr-defined]
        if (
            request.acting
            and request.acting.person.must_change_password
            and not _open_before_change(request.path)
        ):  # type: ignore[attr-defined]
            return redirect("web:change_password")
        return get_response(request)

    return respond


def _idle(request: HttpRequest) -> bool:
    """True when a signed-in session has rested too long. Its mark moves every few minutes, not with each request:
    a write for each page would queue behind the one writer of SQLite."""
    if not request.user.is_authenticated:
        return False
    now = int(timezone.now().timestamp())
    seen = request.session.get("seen")
    if seen is not None and now - seen > settings.SESSION_IDLE_MINUTES * 60:
        return True
    if seen is None or now - seen > 300:
        request.session["seen"] = now
    return False


def _open_before_change(path: str) -> bool:
    """What someone with a one-time password may reach before he has set his own."""
    return path in {reverse(f"web:{name}") for name in ("change_password", "logout", "size")}
