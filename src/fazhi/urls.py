"""All addresses: the staff screens, and what later packages add (`fazhi.<package>.urls`)."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("fazhi.web.urls")),
    path("", include("fazhi.web.case_urls")),
    path("", include("fazhi.web.plan_urls")),
    path("", include("fazhi.web.report_urls")),
    path("", include("fazhi.web.exchange_urls")),
    path("", include("fazhi.web.figure_urls")),
    path("", include("fazhi.web.check_urls")),
    path("", include("fazhi.web.layout_urls")),
]

handler400 = "fazhi.web.refusals.bad_request"
handler403 = "fazhi.web.refusals.permission_denied"
handler404 = "fazhi.web.refusals.not_found"
handler500 = "fazhi.web.refusals.server_error"
