"""The content security policy is on every answer, and nothing of ours needs it relaxed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web import build

import fazhi.web
from fazhi.web.middleware import CONTENT_SECURITY_POLICY

WEB = Path(fazhi.web.__file__).parent
TEMPLATES = sorted([*WEB.glob("templates/**/*.html"), *WEB.glob("jinja2/**/*.html")])


def test_the_policy_allows_nothing_but_this_server() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/login/", 200),
        ("/nowhere/", 404),
        ("/help/", 200),
        ("/healthz", 200),
        ("/static/web/app.js", 200),
        ("/organs/", 302),
    ],
)
def test_every_answer_carries_the_policy(db: None, address: str, status: int) -> None:
    answer = Client().get(address)
    assert answer.status_code == status
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_pages_of_a_signed_in_person_are_not_kept_by_the_browser(place: dict[str, Any]) -> None:
    answer = build.signed_in(place["handler"]).get("/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_template_has_script_or_style_of_its_own(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text), "style attribute"
    assert not re.search(r"<style\b", text), "style element"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "event attribute"
    assert not re.search(r"hx-on|hx-vals=[\"']js:|hx-trigger=[\"'][^\"']*\[", text), "htmx that needs eval"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_template_names_another_server(template: Path) -> None:
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", template.read_text("utf-8"))


def test_style_sheets_and_scripts_fetch_nothing_from_elsewhere() -> None:
    for path in (WEB / "static" / "web").iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import|https?://(?!www\.w3\.org)", text), (
            path.name
        )
