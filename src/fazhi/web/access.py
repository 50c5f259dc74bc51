"""Who may open a page. Every view names its rule; a test walks all addresses and refuses one without.

`@public`: anyone, signed in or not. `@signed_in`: anyone signed in. `@in_post`: whoever holds a post today.
`@roles("admin", …)`: whoever acts in one of these roles. Rules about a single case or organ stand where it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from fazhi.organs.models.people import ROLES

View = Callable[..., HttpResponse]


class Refused(PermissionDenied):
    """Shown on the 403 page: what is refused, by which rule, and what to do."""

    def __init__(self, message: str, *, law: str = "", next: str = "") -> None:
        super().__init__(message)
        self.message, self.law, self.next = message, law, next


def public(view: View) -> View:
    return _named(login_not_required(view), "public")


def signed_in(view: View) -> View:
    return _named(view, "signed_in")


def in_post(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        acting = request.acting  # type: ignore[attr-defined]
        if acting is None or acting.choice is None:
            raise Refused(
                "您今天没有任职，不能办理业务。",
                law="一人一岗登录规则：办理动作须以现任职务作出",
                next="请联系本县系统管理员核对您的任职起止日期。",
            )
        return view(request, *args, **kwargs)

    return _named(guarded, "in_post")


def roles(*codes: str) -> Callable[[View], View]:
    unknown = set(codes) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles: {sorted(unknown)}")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            acting = request.acting  # type: ignore[attr-defined]
            if acting is None or not acting.roles & set(codes):
                names = "、".join(ROLES[code] for code in codes)
                raise Refused(
                    f"此页面仅限{names}使用。",
                    law="岗位权限规则",
                    next=_what_to_do(acting, codes),
                )
            return view(request, *args, **kwargs)

        return _named(guarded, "roles:" + ",".join(codes))

    return decorate


def _what_to_do(acting: Any, codes: tuple[str, ...]) -> str:
    others = [each for each in acting.choices if each.role in codes] if acting else []
    if others:
        return f"您另有任职“{others[0].organ_name} · {others[0].title}”，可在右上角切换后再打开。"
    return "如工作需要，请联系本县系统管理员调整任职。"


def _named(view: View, rule: str) -> View:
    view.access = rule  # type: ignore[attr-defined]
    return view
