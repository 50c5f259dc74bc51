"""Pages for what cannot be done: 400, 403, 404, 409, 500. Each says what is wrong, by which rule, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape

from fazhi.errors import UserError
from fazhi.web.access import Refused, public

log = logging.getLogger("fazhi.web")

_HEADINGS = {
    400: "这个请求无法处理",
    403: "您不能打开或者办理这一项",
    404: "没有找到这个页面",
    409: "内容已被他人更新",
    413: "上传的内容太大",
    429: "上一个还没有完成",
    500: "系统出错了",
}


def page(
    request: HttpRequest, status: int, message: str, *, law: str = "", next: str = "", heading: str = ""
) -> HttpResponse:
    """The page for a refusal. A htmx request gets the words alone, which app.js shows beside what was being done."""
    words = {"message": message, "law": law, "next": next}
    if getattr(request, "htmx", False):
        return HttpResponse(
            "".join(line for line in words.values() if line), status=status, content_type="text/plain"
        )
    heading = heading or _HEADINGS.get(status, _HEADINGS[400])
    shown = words | {"status": status, "heading": heading}
    return render(request, "web/stop.html", shown, status=status)


def user_errors(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a floor below refuses with a UserError becomes a page, never a traceback."""

    class Refusing:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            if not isinstance(error, UserError):
                return None
            told = page(request, getattr(error, "status", 400), error.message, law=error.law, next=error.next)
            if retry := getattr(error, "retry_after", 0):
                told["Retry-After"] = str(retry)
            return told

    return Refusing()


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        400,
        "请求的内容不完整或者格式不对。",
        next="请返回上一页，刷新后重新填写；反复出现时请联系系统管理员。",
    )


@public
def permission_denied(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    if isinstance(exception, Refused):
        return page(request, 403, exception.message, law=exception.law, next=exception.next)
    return page(
        request,
        403,
        str(exception or "") or "您现在的任职没有这一项的权限。",
        law="岗位权限规则",
        next="可在右上角切换任职后再试，或者联系本县系统管理员。",
    )


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        404,
        "地址有误，或者这一项不存在、已不在您的查看范围内。",
        next="请从左侧菜单进入，或者在上方按案号、当事人搜索。",
    )


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.warning("csrf: %s %s", request.path, reason)
    return page(
        request,
        403,
        "页面停留过久或者登录状态已改变，为安全起见这次提交没有生效。",
        law="表单安全校验规则",
        next="请返回上一页并刷新，已自动保存的草稿会恢复，再提交一次即可。",
        heading="这次提交没有生效",
    )


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Stands on its own: nothing here asks the database, which may be what has failed."""
    words = "程序内部出错，这次操作没有生效，已有数据不受影响。"
    if getattr(request, "htmx", False):
        return HttpResponse(escape(words), status=500, content_type="text/plain")
    return HttpResponse(render_to_string("web/500.html", {"message": words}), status=500)
