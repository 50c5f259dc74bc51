"""The Jinja2 environment: same parts, same escaping as in Django's templates."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from fazhi.web import parts
from fazhi.web.lists import Cell


def address(name: str, *args: Any) -> str:
    return reverse(name, args=args) if args else _plain(name, settings.ROOT_URLCONF)


@lru_cache(maxsize=256)
def _plain(name: str, urls: str) -> str:
    return reverse(name)


def environment(**options: Any) -> Environment:
    made = Environment(
        **(options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})
    )
    made.globals.update(
        static=static, url=address, icon=parts.icon, light=parts.light, tag=parts.tag, law=parts.law
    )
    made.filters.update(day=parts.day, yuan=parts.yuan)
    made.tests["cell"] = lambda value: isinstance(value, Cell)
    return made
