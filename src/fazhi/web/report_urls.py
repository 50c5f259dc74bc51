"""Addresses of the report screens (namespace `reports`)."""

from __future__ import annotations

from django.urls import path

from fazhi.web.views import reports

app_name = "reports"

urlpatterns = [
    path("reports/", reports.report_list, name="list"),
    path("reports/<str:report>/", reports.editor, name="report"),
    path("reports/<str:report>/preview/", reports.preview, name="preview"),
    path("reports/<str:report>/docx/", reports.as_docx, name="docx"),
    path("reports/<str:report>/html/", reports.as_html, name="html"),
    path("reports/<str:report>/check/", reports.check, name="check"),
    path("reports/<str:report>/freeze/", reports.freeze, name="freeze"),
    path("reports/<str:report>/send/", reports.send, name="send"),
    path("reports/<str:report>/parts/<slug:part>/add/", reports.add, name="add"),
    path("reports/<str:report>/paragraphs/<int:paragraph>/", reports.save, name="save"),
    path("reports/<str:report>/paragraphs/<int:paragraph>/remove/", reports.remove, name="remove"),
    path("reports/<str:report>/paragraphs/<int:paragraph>/link/", reports.link, name="link"),
    path("reports/<str:report>/paragraphs/<int:paragraph>/justify/", reports.justify, name="justify"),
]
