"""Addresses of the case screens (namespace `cases`)."""

from __future__ import annotations

from django.urls import path

from fazhi.web.views import acting, approvals, cases, mending, papers, procedures, supervision

app_name = "cases"

urlpatterns = [
    path("cases/", cases.case_list, name="list"),
    path("cases/new/", acting.new, name="new"),
    path("cases/new/<slug:procedure>/<slug:action>/", acting.open_case, name="open"),
    path("cases/<str:case>/", cases.show, name="case"),
    path("cases/<str:case>/do/<slug:action>/", acting.act, name="act"),
    path("cases/<str:case>/pending/", approvals.pending, name="pending"),
    path("cases/<str:case>/note/", approvals.note, name="note"),
    path("cases/<str:case>/entries/<int:seq>/correct/", mending.correct, name="mend"),
    path("cases/<str:case>/entries/<int:seq>/void/", mending.void, name="void"),
    path("cases/<str:case>/papers/<int:paper>/", papers.paper, name="paper"),
    path("cases/<str:case>/papers/<int:paper>/docx/", papers.paper_docx, name="paper_docx"),
    path("cases/<str:case>/papers/<int:paper>/pdf/", papers.paper_pdf, name="paper_pdf"),
    path("cases/<str:case>/papers/<int:paper>/public/", papers.paper_public, name="paper_public"),
    path(
        "cases/<str:case>/papers/<int:paper>/public/docx/", papers.paper_public_docx, name="paper_public_docx"
    ),
    path("cases/<str:case>/forms/<slug:part>/<int:row>/<slug:form>/", papers.printed, name="form"),
    path(
        "cases/<str:case>/forms/<slug:part>/<int:row>/<slug:form>/docx/",
        papers.printed_docx,
        name="form_docx",
    ),
    path(
        "cases/<str:case>/forms/<slug:part>/<int:row>/<slug:form>/pdf/", papers.printed_pdf, name="form_pdf"
    ),
    path("cases/<str:case>/files/<str:digest>/", papers.attachment, name="file"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("procedures/", procedures.library, name="library"),
    path("procedures/<slug:name>/", procedures.procedure, name="procedure"),
    path("procedures/<slug:name>/diagram/", procedures.diagram, name="procedure_diagram"),
    path("procedures/<slug:name>/yaml/", procedures.text, name="procedure_text"),
]
