"""{% load fazhi_ui %}: the parts of `fazhi.web.parts` in Django templates, form fields, and query strings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    DateInput,
    FileInput,
    Form,
    RadioSelect,
)
from django.http import QueryDict
from django.utils.safestring import SafeString

from fazhi.web import parts

register = template.Library()

register.simple_tag(parts.icon, name="icon")
register.simple_tag(parts.light, name="light")
register.simple_tag(parts.tag, name="tag")
register.simple_tag(parts.law, name="law")
register.filter("day", parts.day)
register.filter("yuan", parts.yuan)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """One form field: label, hint, error, control; hint and error are tied to the control by aria-describedby.

    Options: `width` (short | medium), `inline` (choices side by side), `wide` (across all columns), `unit`,
    `optional=False` to leave out the word 选填, and any attribute of the control with underscores for hyphens.
    """
    widget = bound.field.widget
    errors = list(bound.errors)
    inline, wide, unit, width = (options.pop(name, "") for name in ("inline", "wide", "unit", "width"))
    say_optional = options.pop("optional", True)
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    described += [f"{bound.auto_id}-error"] if errors else []
    attributes = {name.replace("_", "-"): value for name, value in options.items()}
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    alone = isinstance(widget, CheckboxInput)
    if isinstance(widget, DateInput):
        width = width or "short"
    if not grouped and not alone:
        attributes["class"] = " ".join(filter(None, ["input", width and f"input--{width}"]))
    if described and not grouped:
        attributes["aria-describedby"] = " ".join(described)
    if errors and not grouped:
        attributes["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attributes),
        "errors": errors,
        "grouped": grouped,
        "alone": alone,
        "file": isinstance(widget, FileInput),
        "accept": widget.attrs.get("accept", ""),
        "inline": inline,
        "wide": wide,
        "unit": unit,
        "optional": say_optional and not bound.field.required,
        "described": " ".join(described),
    }


@register.inclusion_tag("components/file.html")
def file_pick(
    id: str,
    name: str = "",
    accept: str = "",
    hint: str = "",
    multiple: bool = False,
    megabytes: int = 0,
    small: bool = False,
    described: str = "",
    invalid: bool = False,
) -> dict[str, Any]:
    """The one control for files: a box to click, to drop on and to reach with Tab, the chosen files below it.

    `megabytes`: the most that a file may have; `small`: one line high, within a longer form; `described`: ids of what
    explains the control besides its own hint.
    """  # fmt: skip
    ids = " ".join(filter(None, [f"{id}-hint" if hint else "", described]))
    return {
        "id": id, "name": name or id, "accept": accept, "hint": hint, "multiple": multiple, "megabytes": megabytes,
        "small": small, "size": "" if small else "large", "described": ids, "invalid": invalid,
    }  # fmt: skip


@register.inclusion_tag("components/error_summary.html")
def error_summary(
    form: Form | None = None, problems: list[Mapping[str, str]] | None = None, focus: bool = True
) -> dict[str, Any]:
    """有 N 处需要改正: each problem links to its field. Focus goes there after a refused form (app.js)."""
    found: list[Mapping[str, str]] = list(problems or [])
    if form is not None and form.is_bound:
        found += [{"message": message} for message in form.non_field_errors()]
        for bound in form:
            found += [
                {"field": bound.id_for_label or bound.auto_id, "message": error} for error in bound.errors
            ]
    return {"problems": found, "focus": focus}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The present query string with some values changed; None takes one out. Page numbers restart when not named."""
    params: QueryDict = context["request"].GET.copy()
    params.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """A value by a key that is only known at run time."""
    return mapping.get(key)


@register.simple_block_tag(takes_context=True)
def card(context: template.Context, content: SafeString, title: str = "", icon: str = "") -> SafeString:
    """A white box with a title: {% card "基本信息" icon="file-text" %}…{% endcard %}"""
    head = parts.format_html(
        "<header class='card__head'><h2>{}{}</h2></header>", parts.icon(icon) if icon else "", title
    )
    return parts.format_html(
        '<section class="card">{}<div class="card__body">{}</div></section>', head if title else "", content
    )
