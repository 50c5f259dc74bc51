"""What base.html needs on every page, as `frame` in each template."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from fazhi.cases import registers
from fazhi.organs.installation import is_demo
from fazhi.organs.models import County
from fazhi.web import lists, menu, notices

SIZES = (("14", "标准"), ("16", "中"), ("18", "大"), ("22", "特大"))
SIZE_COOKIE = "fazhi_size"


def size_of(request: HttpRequest) -> str:
    size = request.COOKIES.get(SIZE_COOKIE, "")
    return size if size in dict(SIZES) else SIZES[0][0]


def context(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Lazy: a fragment that uses no frame asks the database nothing."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> dict[str, Any]:
    acting = getattr(request, "acting", None)
    shown: dict[str, Any] = {
        "size": size_of(request),
        "sizes": SIZES,
        "demo": acting.demo if acting else is_demo(),
        "today": timezone.localdate(),
        "county": "",
        "menu": "",
        "posts": [],
        "post": {"organ": "", "role": ""},
        "bell": 0,
        "search": _address("cases:list"),
    }
    if acting is None:
        told = {"frame": shown, "request": request, "csrf": get_token(request)}
        shown["size_menu"] = lists.drawn("components/sizes.html", told)
        counties = list(County.objects.values_list("name", flat=True)[:2])
        return shown | {"county": counties[0] if len(counties) == 1 else ""}
    choice = acting.choice
    shown |= {
        "menu": menu.draw(request, acting),
        "bell": notices.count(request),
        "county": registers.kept(("county", acting.county), lambda: _county(acting.county)),
        "post": {"organ": choice.organ_name, "role": choice.title} if choice else shown["post"],
        "posts": [
            {
                "id": each.post,
                "role": each.title,
                "organ": each.organ_name,
                "deputy_for": each.deputy_for,
                "current": choice is not None and each.post == choice.post,
            }
            for each in acting.choices
        ],
    }
    told = {"frame": shown, "request": request, "csrf": get_token(request)}
    return shown | {"topbar": lists.drawn("components/topbar.html", told)}


def _county(code: str) -> str:
    return County.objects.filter(pk=code).values_list("name", flat=True).first() or ""


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
