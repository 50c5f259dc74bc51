"""Addresses of a figure's page, for whoever shows a figure: its definition, its cases, its moment."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def figure(id: str, period: str = "", organ: str = "", moment: int | str | None = None) -> str:
    """The page of a figure for a period, an organ and a moment; empty where there are no such pages."""
    try:
        address = reverse("figures:figure", args=[id])
    except NoReverseMatch:
        return ""
    asked = {"period": period, "organ": organ, "moment": "" if moment is None else str(moment)}
    query = urlencode({k: v for k, v in asked.items() if v})
    return f"{address}?{query}" if query else address
