"""{% load case_ui %}: controls of action forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from fazhi.cases.search import Found
from fazhi.web.case_fields import IntField, MoneyField, Option
from fazhi.web.case_page import light
from fazhi.web.case_parties import FIELDS

register = template.Library()
_NONE = Option("", "")


@register.filter
def with_options(bound: BoundField) -> list[tuple[Any, Option]]:
    """Each choice as Django draws it, with its second line."""
    told = {o.value: o for o in bound.field.options}
    return [(widget, told.get(str(widget.data["value"]), _NONE)) for widget in bound]


@register.filter
def control(bound: BoundField) -> SafeString:
    """The input, tied to its hint and error."""
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    kind = getattr(bound.field.widget, "input_type", "")
    short = isinstance(bound.field, MoneyField | IntField) or kind in ("date", "time")
    width = " input--short" if short else " input--medium" if kind in ("datetime-local", "select") else ""
    attrs = {"class": f"input{width}"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def case_light(row: Found) -> SafeString:
    """The light of a line of a list."""
    return light(row.light)


@register.simple_tag
def new_value(picker: Mapping[str, Any], field: str, what: str) -> str:
    """What has been typed into the quick registration of a party."""
    return str(picker.get(f"new_{field}_{what}", "") or "")


@register.simple_tag
def new_selected(picker: Mapping[str, Any], field: str, what: str, key: str) -> SafeString:
    return mark_safe(" selected") if picker.get(f"new_{field}_{what}", "") == key else mark_safe("")


@register.simple_tag
def found_text(picker: Mapping[str, Any], field: str) -> str:
    return str(picker.get(f"find_{field}", "") or "")


@register.filter
def begun(picker: Mapping[str, Any], field: str) -> bool:
    """Whether somebody has begun to register a party here."""
    return any(
        str(picker.get(f"new_{field}_{k}", "") or "").strip()
        for k in FIELDS
        if k not in ("kind", "identity_kind")
    )
