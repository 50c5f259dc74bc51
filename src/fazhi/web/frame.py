"""What base.html needs on every page, as `frame` in each template."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from fazhi.organs.installation import is_demo
from fazhi.organs.models import County
from fazhi.web import menu, notices

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
        "menu": [],
        "posts": [],
        "post": {},
        "bell": 0,
        "search": _address("cases:list"),
    }
    if acting is None:
        counties = list(County.objects.values_list("name", flat=True)[:2])
        return shown | {"county": counties[0] if len(counties) == 1 else ""}
    choice = acting.choice
    return shown | {
        "menu": menu.build(request, acting),
        "bell": notices.count(request),
        "county": County.objects.filter(pk=acting.county).values_list("name", flat=True).first() or "",
        "post": {"organ": choice.organ_name, "role": choice.title} if choice else {},
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


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
