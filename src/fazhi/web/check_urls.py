"""Addresses of the page 核校 (namespace `check`), and its entry in the menu."""

from __future__ import annotations

from django.urls import path

from fazhi.web.menu import Entry, add
from fazhi.web.views import check

app_name = "check"

urlpatterns = [
    path("check/", check.page, name="page"),
    path("check/text/", check.again, name="again"),
    path("check/docx/", check.as_docx, name="docx"),
    path("check/json/", check.as_json_file, name="json"),
    path("check/keep/", check.keep, name="keep"),
    path("check/kept/<slug:key>/", check.kept, name="kept"),
    path("check/kept/<slug:key>/discard/", check.discard, name="discard"),
]

add(Entry("check", "文本核校", icon="list-check", url="check:page", order=65))
